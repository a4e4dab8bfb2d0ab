"""A tiny book, built with the book's own configuration and extension.

Its records are written by hand, and what the package declares about exercises is replaced by a
file in the tiny book's folder.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from backprop.study.report import Report

ROOT = Path(__file__).parents[1]

MIME = "application/vnd.backprop.equation+json"
SIZES = {"N": 5, "D": 3}
IDENTITY = {
    "label": "tiny-grad",
    "kind": "identity",
    "latex": r"\nabla_{W} C = X",
    "latex_page": r"\class{bp-backward}{\nabla_{W} C} = \class{bp-forward}{X}",
    "plain": "∇_W C = X",
    "sizes": SIZES,
    "all_sizes": True,
    "rejects": [
        {"name": "sign", "latex": "-X", "by": "value", "detail": "entry (1, 1) is −2, not 2."},
        {"name": "no transpose", "latex": "X X", "by": "shape", "detail": "N and D differ."},
    ],
    "code": "nn.Affine.backward:dW",
}
DEFINITION = {"label": "tiny", "kind": "definition", "latex": "Z = X", "sizes": SIZES}
DERIVATION = {
    "label": None,
    "kind": "derivation",
    "latex": r"\begin{aligned} a &= b \\ &= c \end{aligned}",
    "sizes": SIZES,
    "steps": [{"latex": "b", "why": "tiny-grad"}, {"latex": "c", "why": "well-known"}],
}
CLAIM = {
    "label": "tiny-claim",
    "kind": "claim",
    "latex": "x < y",
    "source": "Smith (1999)",
    "reason": "Its proof needs another book.",
}
RESTATED = {"label": None, "kind": "restatement", "latex": "Z = X", "of": "tiny"}


def displayed(record):
    label = f" ({record['label']})" if record["label"] else ""
    markdown = f"$$\n{record['latex']}\n$${label}\n\n*small print*"
    data = {"text/markdown": markdown, "text/plain": "plain", MIME: record}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def code_cell(name, source, *outputs):
    cell = {"cell_type": "code", "id": name, "execution_count": 1, "source": source}
    tags = ["hide-input"] if outputs else []
    return cell | {"metadata": {"tags": tags}, "outputs": list(outputs)}


def markdown_cell(name, source):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def notebook(*cells):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}}
    return json.dumps(content | {"nbformat": 4, "nbformat_minor": 5})


def try_cell(name, source, *outputs):
    """Return a cell that the reader fills in; nothing of it is hidden."""
    return code_cell(name, source, *outputs) | {"metadata": {}}


def solved_cell(name, source, *outputs):
    """Return a cell of a solution: hidden in JupyterLab, not on the page."""
    hidden = {"jupyter": {"source_hidden": True, "outputs_hidden": True}}
    return code_cell(name, source, *outputs) | {"metadata": hidden}


# --- exercises ---------------------------------------------------------------------------------

DECLARED = [
    {
        "id": "task-1",
        "title": "A layer's bias, `db`",
        "stars": 2,
        "hints": ["Add over the batch.", "Use `sum` with `axis=0`, not `mean`."],
        "chapter": "05_tasks",
    },
    {"id": "task-2", "title": "Shapes", "stars": 1, "hints": [], "chapter": "05_tasks"},
]
STAND_IN = """
import json
from pathlib import Path
from types import SimpleNamespace

FILE = Path(__file__).parents[3] / "declared.json"


def exercises():
    return {each["id"]: SimpleNamespace(**each) for each in json.loads(FILE.read_text("utf-8"))}


def files():
    return [FILE]
"""
STATEMENT = """:::{exercise} A layer's bias, `db` ★★
:label: task-1

Given $dZ$, write `db`.

- one number for each output
- added over the batch
:::"""
UNTRIED = Report("untried", 'Exercise task-1: not attempted yet. hint("task-1") gives a hint.')
WRONG = Report("wrong", "Not yet.", ("A line with `code`.",), (("04_tiny", "Why a transpose?"),))
RIGHT = Report("right", "Exercise task-1: the solution is right.", ("Checked.\nprinted = 1",))
LONG_LINE = "total = " + " + ".join(f"dZ[{n}]" for n in range(30))


def reported(report):
    data = {"text/html": report._repr_html_(), "text/plain": repr(report)}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def tasks(second):
    """Return a chapter with two exercises; the solution of the first is made of cells."""
    noted = DEFINITION | {"label": "task-formula"}
    return notebook(
        markdown_cell("top", "# 5 · Tasks"),
        markdown_cell("exercise-task-1", STATEMENT),
        try_cell("try-task-1", 'db = ...\ncheck("task-1", db)', reported(UNTRIED)),
        try_cell("again-task-1", 'check("task-1", 7)', reported(WRONG)),
        markdown_cell(
            "solution-task-1",
            ":::{solution-start} task-1\n:class: dropdown\n:::\n\nAdd rows, as in {ref}`task-2`.\n"
            "Compare {ref}`solution-task-2`.",
        ),
        solved_cell("solved-task-1", LONG_LINE, printed("the sum is 7\n"), reported(RIGHT)),
        code_cell("task-formula", "definition(db)", displayed(noted)),
        markdown_cell("solution-task-1-end", ":::{solution-end}\n:::"),
        markdown_cell(
            "exercise-task-2", f":::{{exercise}} {second}\n:label: task-2\n\nWhich?\n:::"
        ),
        markdown_cell("solution-task-2", ":::{solution} task-2\nSee {ref}`solution-task-1`.\n:::"),
    )


def declare(folder, declared=DECLARED):
    write(folder / "declared.json", json.dumps(declared))


# --- the book ----------------------------------------------------------------------------------

TOC = """format: jb-book
root: book/index
chapters:
- file: chapters/04_tiny
- file: chapters/05_tasks
- file: book/notation
- file: book/exercises
- file: book/ledger
- file: book/typed
"""
INDEX = """# Start

See {eq}`tiny-grad`.

```{formula} tiny-grad
```

Try {ref}`task-2` and {numref}`task-1`, not {ref}`solution-task-1` or [its formula](#task-formula).
"""


def chapter(identity):
    return notebook(
        markdown_cell("top", "# 4 · Tiny\n\nText.\n\n## Why a transpose?"),
        code_cell("both", "definition(z)", displayed(DEFINITION), displayed(identity)),
        code_cell("steps", "derivation()", displayed(DERIVATION)),
        code_cell("cited", "claim()", printed("and words\n"), displayed(CLAIM)),
        code_cell("again", "restate()", displayed(RESTATED)),
        code_cell("show", "dW = X  #  ∇_W C = X    tiny-grad\nx = 1  # an aside"),
    )


def write_book(folder, identity=IDENTITY, second="Shapes ★"):
    """Write the pages of the tiny book."""
    pages = {
        "_toc.yml": TOC,
        "book/index.md": INDEX,
        "book/exercises.md": "# Exercises\n\n```{exercise-list}\n```\n",
        "book/ledger.md": "# Ledger\n\n```{formula-ledger}\n```\n",
        "book/references.bib": "",
        "book/typed.md": "# Typed\n\n```{eval-rst}\n.. math:: a = b\n```\n",
        "chapters/04_tiny.ipynb": chapter(identity),
        "chapters/05_tasks.ipynb": tasks(second),
        "book/notation.ipynb": notebook(
            markdown_cell("top", "# Notation"),
            code_cell("one", "definition()", displayed(DEFINITION | {"label": "noted"})),
        ),
    }
    for name, text in pages.items():
        write(folder / name, text)


def write(path, text):
    """Write a file unless it is the same: the builder reads again what is newer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def make(folder):
    """Put the configuration, the extension and the pages into a folder and build them."""
    shutil.copy(ROOT / "_config.yml", folder)
    for name in ("_ext", "_static", "_templates"):
        shutil.copytree(ROOT / "book" / name, folder / "book" / name)
    stand_in = folder / "book" / "_ext" / "bookshell" / "declared.py"
    stand_in.write_text(STAND_IN, encoding="utf-8")
    declare(folder)
    write_book(folder)
    return build(folder)


def build(folder):
    """Build the book in a folder; warnings are what it says on stderr."""
    command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "-n", "--keep-going"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
