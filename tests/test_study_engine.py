"""The engine needs NumPy only, writes no files, counts its steps, and works in a real kernel."""

import json
import os
import re
import subprocess
import sys

import nbclient
import numpy as np
import pytest
from nbformat import v4

from backprop.study import check, exercises, expression, function
from backprop.study.watch import STEPS, Watch

SESSION = """
import json, sys
import numpy as np
import numpy.random

BEFORE = set(sys.modules)
SEEN = []

def note(event, arguments):
    writes = event == "open" and (
        set("wax+") & set(arguments[1] or "") or (arguments[2] or 0) & 0o3
    )
    if writes or event.startswith(WATCHED):
        SEEN.append(f"{event} {arguments[0] if arguments else ''}")

WATCHED = (
    "os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "os.system", "os.exec",
    "os.fork", "os.posix_spawn", "subprocess", "socket", "_thread.start", "tempfile", "shutil",
    "urllib", "webbrowser",
)
sys.addaudithook(note)

from backprop.study import check, hint, progress

def right(X, V, dU):
    return X.T @ dU, dU.sum(axis=0), dU @ V.T

def wrong(X, V, dU):
    print("here")
    return X.T @ dU, dU, dU @ V

def endless(X, V, dU):
    while True: pass

class Layer:
    def __init__(self, W, b):
        self.W = W

    def forward(self, X):
        self.X = X

    def backward(self, dZ):
        self.dW, self.db = dZ.T @ self.X, dZ.sum(axis=0)
        return dZ @ self.W

answers = {"affine-1": 1.0, "affine-2": {"Z": (2, 6)}, "affine-3": "b", "affine-5": Layer}
said = [check(id, answer) for id, answer in answers.items()]
said += [check("affine-6", answer) for answer in (right, wrong, endless, lambda: 1, None)]
said += [check("affine-4", ...), hint("affine-6"), progress()]
shown = [repr(report) + report._repr_html_() for report in said]
print(json.dumps({"seen": SEEN, "new": sorted(set(sys.modules) - BEFORE)}))
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Run a session in a fresh Python, in a folder without and with a file for progress."""

    def run(folder):
        home = tmp_path_factory.mktemp("home")
        done = subprocess.run(
            [sys.executable, "-B", "-c", SESSION],
            cwd=folder,
            env={**os.environ, "HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert done.stderr == ""
        assert list(home.iterdir()) == []
        return json.loads(done.stdout)

    return run


def test_a_check_needs_numpy_only_and_writes_nothing(session, tmp_path):
    found = session(tmp_path)
    loaded = {name.partition(".")[0] for name in found["new"]}
    assert {name for name in loaded if name not in sys.stdlib_module_names} <= {"backprop", "numpy"}
    banned = {"threading", "multiprocessing", "signal", "subprocess", "asyncio", "concurrent"}
    assert not loaded & (banned | {"socket", "selectors", "tempfile", "sqlite3", "ctypes"})
    assert found["seen"] == []
    assert list(tmp_path.iterdir()) == []


def test_with_a_file_for_progress_that_file_alone_is_written(session, tmp_path):
    file = tmp_path / "progress.json"
    file.write_text("{}", "utf-8")
    seen = session(tmp_path)["seen"]
    assert seen
    assert {event.partition(" ")[0] for event in seen} == {"open", "os.rename", "os.remove"}
    assert all(f" {tmp_path}{os.sep}.progress.json." in event for event in seen)
    assert os.listdir(tmp_path) == ["progress.json"]
    known = json.loads(file.read_text("utf-8"))
    assert known["affine-6"] == {"attempts": 5, "hints": 1, "solved": True}


# ── steps ─────────────────────────────────────────────────────────────────────────────────────


class Layer:
    def __init__(self, W, b):
        self.W = W

    def forward(self, X):
        self.X = X

    def backward(self, dZ):
        self.dW, self.db = dZ.T @ self.X, dZ.sum(axis=0)
        return dZ @ self.W


class Endless(Layer):
    def backward(self, dZ):
        while True:
            self.dW = dZ


def endless(*arguments):
    while True:
        arguments = arguments


def unbroadcast(dY, shape):
    dY = dY.sum(axis=tuple(range(dY.ndim - len(shape))))
    return dY.sum(axis=tuple(k for k, n in enumerate(shape) if n == 1), keepdims=True)


RIGHT = {
    "affine-4": lambda dZ, W, n, j, k: (dZ @ W)[n, k],
    "affine-5": Layer,
    "affine-6": lambda X, V, dU: (X.T @ dU, dU.sum(axis=0), dU @ V.T),
    "affine-7": lambda X, W, dR: ((X @ W.T).T @ dR + (dR @ W.T).T @ X, dR @ W.T @ W),
    "affine-8": lambda X, W, dZ: (dZ.T @ X, dZ.sum(axis=0), dZ @ W),
    "affine-9": lambda M, X, W, dQ: (dQ.T @ M @ X, M.T @ dQ @ W),
    "affine-10": unbroadcast,
}


@pytest.fixture
def counted(monkeypatch):
    """Return the watches of the checks that follow."""
    found = []

    class Counting(Watch):
        def __init__(self):
            super().__init__(seconds=60)  # steps are counted here, on a busy machine too
            found.append(self)

    monkeypatch.setattr(function, "Watch", Counting)
    monkeypatch.setattr(expression, "Watch", Counting)
    return found


def test_every_exercise_of_chapter_4_that_runs_code_is_measured():
    running = [e for e in exercises().values() if e.stub.startswith(("def ", "class "))]
    assert [e.id for e in running if e.chapter == "04_affine"] == [*RIGHT]


@pytest.mark.parametrize("id", RIGHT)
def test_a_right_answer_takes_few_steps(counted, id):
    assert check(id, RIGHT[id], solution=True).status == "right"
    (watch,) = counted
    assert 0 < STEPS - watch.left < STEPS / 100
    assert sys.gettrace() is None


@pytest.mark.parametrize("id", RIGHT)
def test_an_endless_answer_takes_the_steps_of_one_check_and_no_more(counted, id):
    answer = Endless if id == "affine-5" else endless
    report = check(id, answer, solution=True)
    (watch,) = counted
    assert report.mistakes == ("endless",)
    assert -2 <= watch.left < 0
    assert sys.gettrace() is None


VALUES = [None, 0, "", b"", True, (), [], {}, {1}, object(), 1j, NotImplemented, [[1], [1, 2]]]
VALUES += [np.nan, np.ones((2, 2)), np.array(["b"]), {"Z": {}}, range(3), iter([]), (..., 1)]
CALLABLES = [print, len, int, type, np.add, Exception, dict.get, lambda: 1, lambda *a: a]
RETURNED = [None, (None,) * 3, ([[1], [1, 2]], {}, "x"), iter([]), (print,) * 3, [object()] * 2]
GARBAGE = [*VALUES, *CALLABLES, *(lambda *a, value=value: value for value in RETURNED)]


@pytest.mark.parametrize("id", exercises())
def test_whatever_is_handed_in_gets_a_report(id):
    for answer in GARBAGE:
        report = check(id, answer, solution=True)
        assert report.status in {"wrong", "untried"}
        assert report._repr_html_()
        assert not [line for line in repr(report).splitlines() if "0x" in line]


# ── in a kernel ───────────────────────────────────────────────────────────────────────────────

CELLS = {
    "import": "from backprop.study import check, hint, progress",
    "stub": 'def other_backward(X, V, dU):\n    ...\n\n\ncheck("affine-6", other_backward)',
    "elsewhere": "def helper(X):\n    # of another cell\n    return X @ X",
    "raises": (
        "def other_backward(X, V, dU):\n    dV = helper(X)\n    return dV, dU, dV\n\n\n"
        'check("affine-6", other_backward)'
    ),
    "endless": (
        'def other_backward(X, V, dU):\n    while True: pass\n\n\ncheck("affine-6", other_backward)'
    ),
    "asks": 'check("affine-6", lambda X, V, dU: input())',
    "awaits": (
        "import asyncio\nawait asyncio.sleep(0)\ndef other_backward(X, V, dU):\n"
        '    1 / 0\ncheck("affine-6", other_backward)'
    ),
    "warns": (
        "def other_backward(X, V, dU):\n    X / 0\n    print(X.shape)\n"
        '    return X.T @ dU, dU.sum(axis=0), dU @ V.T\n\n\ncheck("affine-6", other_backward)'
    ),
    "progress": "progress()",
}


SHOWN = [name for name in CELLS if name not in ("import", "elsewhere")]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Run a notebook and return what its cells show."""
    cells = [v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    notebook = v4.new_notebook(cells=cells)
    nbclient.execute(notebook, cwd=tmp_path_factory.mktemp("course"))
    return {cell["id"]: cell["outputs"] for cell in notebook["cells"]}


def said(outputs, name):
    (output,) = outputs[name]
    assert "bp-report" in output["data"]["text/html"]
    return output["data"]["text/plain"]


def test_in_a_kernel_a_report_is_text_and_html_and_nothing_else_appears(outputs):
    assert said(outputs, "stub").startswith("Exercise affine-6: not attempted yet.")
    for name in CELLS:
        assert len(outputs[name]) == (name in SHOWN)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("raises", "(in helper, line 3: `return X @ X`)"),
        ("endless", "(in other_backward, line 2: `while True: pass`)"),
        ("asks", 'line 1: `check("affine-6", lambda X, V, dU: input())`)'),
        (
            "awaits",
            "Your code raises ZeroDivisionError: division by zero (in other_backward, line 4",
        ),
        ("warns", "divide by zero encountered in divide (line 2: `X / 0`)."),
    ],
)
def test_in_a_kernel_the_line_is_the_reader_s(outputs, name, line):
    assert line in said(outputs, name)


def test_in_a_kernel_no_path_is_shown(outputs):
    for name in SHOWN:
        assert not re.search(r"ipykernel|/tmp|0x", said(outputs, name))


def test_in_a_kernel_what_is_printed_stands_in_the_report(outputs):
    assert "Printed by your code:\n    (5, 3)" in said(outputs, "warns")
    assert "✓ affine-6" in said(outputs, "progress")
