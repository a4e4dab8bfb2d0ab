"""What an equation's cell leaves behind: a formula to read, and a record for machines.

The record travels in the stored output under the type `MIME`; the ledger, the tests and later
chapters read it from there.
"""

from __future__ import annotations

import json
from pathlib import Path

MIME = "application/vnd.backprop.equation+json"


class Shown:
    """A formula with its record, shown by Jupyter as typeset mathematics."""

    def __init__(self, record):
        self.record = record

    def __repr__(self):
        return self.record["plain"]

    def _repr_mimebundle_(self, include=None, exclude=None):
        label = self.record["label"]  # JupyterLab shows it in place of a reference's number
        formula = f"$$\n{self.record['latex']}\n$$" + (f" ({label})" if label else "")
        note = f"{label}: {small_print(self.record)}" if label else small_print(self.record)
        return {
            "text/plain": repr(self),
            "text/markdown": f"{formula}\n\n*{note}*",
            MIME: self.record,
        }


def display(shown):
    """Show a formula now, from inside a function."""
    from IPython.display import display as show

    show(shown)


def small_print(record):
    """Return one line that says what was checked.

    Examples
    --------
    >>> small_print({"kind": "identity", "sizes": {"D": 3, "H": 4}, "all_sizes": True,
    ...     "rejects": [{"name": "sign", "by": "value"}, {"name": "swapped", "by": "shape"}]})
    'proved for D = 3, H = 4 and for all sizes. Rejected: sign, by value; swapped, by shape.'
    """
    kind = record["kind"]
    if kind == "claim":
        return f"cited, {record['source']}. {record['reason']}"
    if kind == "restatement":
        return f"{record['of']}, once more."
    notation = f" In the notation “{record['convention']}”." if record.get("convention") else ""
    if kind == "definition":
        return f"a definition.{notation}"
    rejects = "; ".join(f"{r['name']}, by {r['by']}" for r in record["rejects"])
    return f"{' '.join(['proved', *proved_for(record)])}. Rejected: {rejects}.{notation}"


def proved_for(record):
    """Yield for which sizes an equation was proved: ``for D = 3, H = 4 and for all sizes``."""
    sizes = ", ".join(f"{name} = {number}" for name, number in record["sizes"].items())
    if sizes:
        yield f"for {sizes} " + ("and for all sizes" if record["all_sizes"] else "only")


# ── stored records ────────────────────────────────────────────────────────────────────────────


def of_notebook(path):
    """Return the records stored in a notebook, in order of appearance.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    list of dict
        Each record, with the id of its cell under ``"cell"``.
    """
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    return [
        {**output["data"][MIME], "cell": cell["id"]}
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]


def by_label(book):
    """Return label → record for all notebooks of a book."""
    paths = sorted(Path(book).glob("chapters/*.ipynb")) + sorted(Path(book).glob("book/*.ipynb"))
    found = (record for path in paths for record in of_notebook(path))
    return {r["label"]: r for r in found if r["kind"] != "restatement"}


def find_book(start="."):
    """Return the folder at or above `start` that holds the book."""
    here = Path(start).resolve()
    for folder in (here, *here.parents):
        if (folder / "_toc.yml").exists():
            return folder
    raise FileNotFoundError("no _toc.yml here or above: run the notebook inside the book.")
