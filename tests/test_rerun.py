"""Re-running a notebook leaves nothing that differs from machine to machine."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

TOOL = Path(__file__).parents[1] / "tools" / "rerun.py"
spec = importlib.util.spec_from_file_location("rerun", TOOL)
rerun = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rerun)


@pytest.fixture
def notebook(tmp_path):
    """Return a notebook as JupyterLab saves it after cells were run out of order."""
    new = nbformat.v4
    cells = [
        new.new_markdown_cell("# A page", metadata={"editable": True, "given": ["5.5"]}),
        new.new_code_cell("print(6 * 7)", execution_count=8, metadata={"scrolled": True}),
        new.new_code_cell("1 / 0", metadata={"tags": ["raises-exception"], "jupyter": {}}),
    ]
    made = new.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})
    path = tmp_path / "01_page.ipynb"
    nbformat.write(made, path)
    return path


def test_the_outputs_are_fresh_and_the_metadata_plain(notebook):
    subprocess.run([sys.executable, TOOL, notebook], check=True, capture_output=True)
    text, printed, failed = nbformat.read(notebook, as_version=4).cells
    assert text.metadata == {"given": ["5.5"]}
    assert (printed.execution_count, failed.execution_count) == (1, 2)
    assert printed.metadata == {}
    assert printed.outputs[0].text == "42\n"
    assert failed.outputs[0].traceback == ["ZeroDivisionError: division by zero"]
    assert failed.metadata == {"tags": ["raises-exception"]}


def test_progress_bars_are_off_in_the_notebook(notebook):
    ask = "import os; print(os.environ['TQDM_DISABLE'])"
    notebook.write_text(notebook.read_text("utf-8").replace("print(6 * 7)", ask), "utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "TQDM_DISABLE"}
    subprocess.run(
        [sys.executable, TOOL, notebook], check=True, capture_output=True, env=environment
    )
    printed = nbformat.read(notebook, as_version=4).cells[1]
    assert printed.outputs[0].text == "1\n"


def test_a_failing_cell_leaves_the_notebook_as_it_was(notebook):
    notebook.write_text(notebook.read_text("utf-8").replace("6 * 7", "6 * seven"), "utf-8")
    before = notebook.read_text("utf-8")
    done = subprocess.run([sys.executable, TOOL, notebook], check=False, capture_output=True)
    assert done.returncode != 0
    assert notebook.read_text("utf-8") == before


def test_what_is_printed_bit_by_bit_is_stored_in_one_piece(notebook):
    slow = "import time\nfor word in 'abc':\n    print(word, flush=True)\n    time.sleep(0.3)"
    stored = nbformat.read(notebook, as_version=4)
    stored.cells[1].source = slow
    nbformat.write(stored, notebook)
    subprocess.run([sys.executable, TOOL, notebook], check=True, capture_output=True)
    (printed,) = nbformat.read(notebook, as_version=4).cells[1].outputs
    assert printed.text == "a\nb\nc\n"
