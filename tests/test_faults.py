"""Planted faults: each must make the tests fail, and for the right reason.

Every fault is planted in a copy of the book in a temporary folder, and the tests that ought to
notice it are run there.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ["src", "tests", "chapters", "book", "_toc.yml", "pyproject.toml"]
CHAPTER = "chapters/04_affine.ipynb"
NBVAL = ["-x", "-p", "nbval.plugin", "--nbval", "--nbval-current-env", CHAPTER]


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the book."""
    for part in PARTS:
        source, target = ROOT / part, tmp_path / part
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    return tmp_path


def run(copy, *arguments):
    """Run tests in the copy; return the exit code and what was printed."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "COLUMNS": "200"}
    for name in [name for name in environment if name.startswith("PYTEST")]:
        del environment[name]
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # loading takes longer than the tests do
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def replace(file, old, new):
    """Return a fault: one text in one file replaced by another."""

    def plant(copy):
        text = (copy / file).read_text("utf-8")
        assert old in text, f"{file} no longer holds {old!r}: plant the fault elsewhere"
        (copy / file).write_text(text.replace(old, new, 1), "utf-8")

    return plant


def edit(change):
    """Return a fault: the cells of the chapter, by their ids, changed by a function."""

    def plant(copy):
        notebook = json.loads((copy / CHAPTER).read_text("utf-8"))
        change({cell["id"]: cell for cell in notebook["cells"]})
        (copy / CHAPTER).write_text(json.dumps(notebook), "utf-8")

    return plant


def forget_outputs(cells):
    for cell in cells.values():
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None


def forget_one_output(cells):
    cells["code-run"]["outputs"] = []


def retype_a_formula(cells):
    cells["shapes-read"]["source"] = ["$$\n", "\\nabla_W C = (\\nabla_Z C)^\\top X\n", "$$\n"]


def misstate_a_number(cells):
    text = "".join(cells["nudge-limit-read"]["source"])
    cells["nudge-limit-read"]["source"] = [text + "\nThe last ratio is 4.26.\n"]


def lose_a_sign_in_the_prose(cells):
    text = "".join(cells["nudge-limit-read"]["source"])
    cells["nudge-limit-read"]["source"] = [text + "\nThe last ratio is −4.25.\n"]


def change_a_traceback(cells):
    output = cells["square-check"]["outputs"][0]
    output["traceback"] = [output["traceback"][0].replace("4 → 4", "4 → 5")]


def point_nowhere(cells):
    cells["shapes-read"]["source"] = ["See {eq}`affine-grad-q`.\n"]


def use_a_label_twice(cells):
    output = cells["affine-grad-x"]["outputs"][0]
    cells["affine-grad-b"]["outputs"] = [output]


CHAPTERS = ["tests/test_chapters.py"]
LAYER = "src/backprop/nn/affine.py"

FAULTS = {
    "a digit in a stored output": (
        replace(CHAPTER, "the cost by 0.625", "the cost by 0.626"),
        NBVAL,
        ["st by 0.626"],
    ),
    "a transpose in a claim": (
        replace(CHAPTER, "dZ.T @ X,", "dZ @ X,"),
        NBVAL,
        ["ClaimError", "affine-grad-w: the shapes of the claim do not fit"],
    ),
    "a sign in Affine.backward, seen by the chapter": (
        replace(LAYER, "self.dW = dZ.T @ self.X", "self.dW = -dZ.T @ self.X"),
        NBVAL,
        ["self.dW = -dZ.T @ self.X"],
    ),
    "a sign in Affine.backward, seen by the claim": (
        replace(LAYER, "self.dW = dZ.T @ self.X", "self.dW = -dZ.T @ self.X"),
        [*CHAPTERS, "-k", "computes_what_the_code_computes"],
        ["affine-grad-w", "Not equal to tolerance"],
    ),
    "a sign in Affine.backward, seen by the witnesses": (
        replace(LAYER, "self.dW = dZ.T @ self.X", "self.dW = -dZ.T @ self.X"),
        ["-x", "tests/test_nn_affine.py"],
        ["dW"],
    ),
    "all outputs deleted": (edit(forget_outputs), CHAPTERS, ["run_in_order_in_a_fresh_kernel"]),
    "one output deleted": (edit(forget_one_output), CHAPTERS, ["code-run"]),
    "a formula typed by hand": (edit(retype_a_formula), CHAPTERS, ["displayed_by_hand"]),
    "a number that nobody computed": (edit(misstate_a_number), CHAPTERS, ["4.26"]),
    "a sign lost in the prose": (edit(lose_a_sign_in_the_prose), CHAPTERS, ["-4.25"]),
    "a digit in a traceback": (edit(change_a_traceback), CHAPTERS, ["4 → 5"]),
    "a formula typed into a figure": (
        replace(CHAPTER, '\\"dW = dZᵀ X\\"', '\\"dW = Zᵀ X\\"'),
        CHAPTERS,
        ["dW = Zᵀ X"],
    ),
    "a formula by directive": (
        replace("book/notation.md", "# Notation", "# Notation\n\n.. math:: x = y"),
        CHAPTERS,
        ["displayed_by_hand"],
    ),
    "a reference to no equation": (edit(point_nowhere), CHAPTERS, ["refers to affine-grad-q"]),
    "a label used twice": (edit(use_a_label_twice), CHAPTERS, ["label_names_one_equation"]),
    "a label that is not in the ledger": (
        replace(LAYER, "affine-grad-w", "affine-grad-q"),
        CHAPTERS,
        ["affine-grad-q, which is not in the ledger"],
    ),
    "a formula in a comment that was not proved": (
        replace(LAYER, "∇_W C = (∇_Z C)ᵀ X     affine", "∇_W C = (∇_Z C) X     affine"),
        CHAPTERS,
        ["the_one_that_was_proved"],
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(copy, name):
    plant, arguments, reasons = FAULTS[name]
    plant(copy)
    code, printed = run(copy, *arguments)
    assert code == 1, printed
    for reason in reasons:
        assert reason in printed, printed


def test_the_copy_itself_is_sound(copy):
    """Without a fault the same tests pass: the faults are what fails above."""
    code, printed = run(copy, *CHAPTERS)
    assert code == 0, printed
