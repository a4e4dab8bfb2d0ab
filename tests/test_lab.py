"""JupyterLab on the reader's desk leaves the home folder alone, and the book does not see it."""

import importlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
from nbformat import v4

ROOT = Path(__file__).parents[1]
WRITTEN = [
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
    "MPLCONFIGDIR",
]
NOTIFICATIONS = "lab/api/settings/@jupyterlab/apputils-extension:notification"
NPM = "#!/bin/sh\ntouch $HOME/npm\n"  # as talkative as the real one
EXECUTE = "import nbclient, nbformat; nbclient.execute(nbformat.read('04_page.ipynb', 4))"

sys.path.insert(0, str(ROOT / "tools"))
desk = importlib.import_module("desk")


def save(folder, source):
    """Store a notebook of one cell."""
    made = v4.new_notebook(cells=[v4.new_code_cell(source, id="cell")])
    nbformat.write(made, folder / "04_page.ipynb")


# ── the home folder ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def home(tmp_path):
    """Return an empty home folder."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def wishes(home):
    """Return the environment of a user for whom all that Jupyter writes goes to the home folder."""
    return {**os.environ, "HOME": str(home)} | {name: str(home / name) for name in WRITTEN}


@pytest.mark.parametrize("on_the_desk", [True, False])
def test_a_notebook_that_runs_on_the_desk_writes_nothing_to_the_home_folder(
    tmp_path, home, on_the_desk
):
    save(tmp_path, "6 * 7")
    environment = wishes(home)
    if on_the_desk:
        environment |= desk.Desk(tmp_path / "my").environment
    command = [sys.executable, "-c", EXECUTE]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert (not list(home.iterdir())) == on_the_desk


@pytest.fixture
def server(tmp_path, home):
    """Open a copy of the book in JupyterLab and return its address."""
    for part in ("tools", "chapters", "book"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "npm").write_text(NPM, "utf-8")
    (tmp_path / "npm").chmod(0o755)
    environment = wishes(home) | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--IdentityProvider.token=", f"--port={port}"]
    command = [sys.executable, tmp_path / "tools" / "desk.py", *options]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **quiet) as running:
        yield f"http://localhost:{port}"
        running.terminate()


def fetch(address, patience=30):
    """Return what a server answers, once it is there."""
    end = time.monotonic() + patience
    while True:
        try:
            with urlopen(address) as answer:
                return json.load(answer)
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_jupyterlab_opens_the_book_and_writes_nothing_to_the_home_folder(server, home):
    for path in ("my/04_affine.ipynb", "my/progress.json", "book/notation.md"):
        assert fetch(f"{server}/api/contents/{path}")["path"] == path
    assert fetch(f"{server}/lsp/status")["sessions"] == {}  # once it has looked for some
    assert not list(home.iterdir())
    asked = fetch(f"{server}/{NOTIFICATIONS}")["schema"]["properties"]["fetchNews"]["default"]
    assert asked == "false"


def test_jupyter_writes_to_the_desk_alone(tmp_path):
    environment = desk.Desk(tmp_path).environment
    assert environment.keys() >= set(WRITTEN)
    assert all(tmp_path / ".jupyter" in Path(path).parents for path in environment.values())


# ── the rest of the book does not see the desk ────────────────────────────────────────────────


@pytest.fixture
def book(tmp_path):
    """Return a book without git, with nonsense on the desk."""
    for part in ("pyproject.toml", "Makefile", ".gitignore"):
        shutil.copy(ROOT / part, tmp_path)
    for part in ("tests", "my"):
        (tmp_path / part).mkdir()
    (tmp_path / "tests" / "test_sound.py").write_text(
        '"""Sound."""\n\n\ndef test_sound():\n    pass\n', "utf-8"
    )
    (tmp_path / "my" / "test_nonsense.py").write_text("import os\nassert  False\n(", "utf-8")
    save(tmp_path / "my", "answer =  ...\nimport os")
    (tmp_path / "my" / "05_other.ipynb").write_text('{"cells": [', "utf-8")
    return tmp_path


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_ruff_does_not_look_at_the_desk(book, command):
    ruff = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "."],
        cwd=book,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ruff.returncode == 0, ruff.stdout + ruff.stderr


def test_pytest_does_not_look_at_the_desk(book):
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command, cwd=book, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("tests/test_sound.py::test_sound\n\n1 test collected")


def test_git_does_not_see_the_desk():
    assert "/my/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
def test_make_clean_leaves_the_desk_alone(book):
    before = sorted((book / "my").iterdir())
    subprocess.run(["make", "clean"], cwd=book, check=True, capture_output=True)
    assert sorted((book / "my").iterdir()) == before
