"""Run notebooks in a fresh kernel, normalise them, and show how their outputs changed.

    python tools/rerun.py chapters/04_affine.ipynb

What is stored afterwards is what the tests compare: outputs in order of execution, tracebacks cut
to their last line, and no metadata but the kernel's.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from tqdm import tqdm

KEPT = ("tags", "mystnb", "given", "jp-MarkdownHeadingCollapsed")  # of a cell's metadata
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
IGNORE = ("--ignore-metadata", "--ignore-details")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def rerun(path):
    """Execute one notebook in place; nothing is written when a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    # How many pieces a print arrives in is a matter of time: they are stored as one.
    settings = {"timeout": 120, "coalesce_streams": True}
    client = NotebookClient(notebook, resources={"metadata": {"path": path.parent}}, **settings)
    silent = {**os.environ, "TQDM_DISABLE": "1"}  # a progress bar is no output
    with (
        client.setup_kernel(env=silent),
        tqdm(notebook.cells, desc=path.name, leave=False) as cells,
    ):
        for number, cell in enumerate(cells):
            client.execute_cell(cell, number)
    normalise(notebook)
    before = Path(shutil.copy(path, tempfile.mkdtemp()))
    nbformat.write(notebook, path)
    return before


def normalise(notebook):
    """Leave nothing in a notebook that differs from machine to machine."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL})
    for cell in notebook.cells:
        cell.metadata = {key: cell.metadata[key] for key in KEPT if key in cell.metadata}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
            if output.output_type == "error":
                output.traceback = [ANSI.sub("", f"{output.ename}: {output.evalue}")]


def main(paths):
    """Re-run every notebook named on the command line."""
    for path in map(Path, paths):
        before = rerun(path)
        print(f"{path}: re-run. Changes in sources and outputs:", flush=True)
        shown = subprocess.run(
            [sys.executable, "-m", "nbdime.nbdiffapp", *IGNORE, before, path], check=False
        )
        shutil.rmtree(before.parent)
        if shown.returncode:
            return shown.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if sys.argv[1:] else __doc__)
