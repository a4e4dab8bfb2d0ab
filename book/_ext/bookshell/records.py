"""Equation records: read from stored notebook outputs, put into sentences.

Nothing here knows Sphinx; the other modules turn these records into pages.
"""

import json
import re
from pathlib import Path

# `backprop.symbolic.records.MIME`, which a test compares: to import it would load all of SymPy.
MIME = "application/vnd.backprop.equation+json"

# kind -> (sign, word): the mark that a reader sees beside a formula
MARKS = {
    "identity": ("✓", "proved"),
    "derivation": ("✓", "proved"),
    "definition": ("≝", "definition"),
    "claim": ("§", "cited"),
}

# kind -> (one, many): the words of the ledger's totals
NOUNS = {
    "identity": ("proved identity", "proved identities"),
    "derivation": ("proved derivation", "proved derivations"),
    "definition": ("definition", "definitions"),
    "claim": ("cited claim", "cited claims"),
}


def read_notebook(path):
    """Return the records of a notebook as ``{cell index: [record, …]}``.

    Parameters
    ----------
    path : str or Path
        A file; anything but a notebook has no records.
    """
    path = Path(path)
    if path.suffix != ".ipynb":
        return {}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found = {index: cell_records(cell) for index, cell in enumerate(cells)}
    return {index: records for index, records in found.items() if any(records)}


def cell_records(cell):
    """Return one entry per displayed output of a cell: its record, or None."""
    displayed = [out for out in cell.get("outputs", []) if "data" in out]
    return [out["data"].get(MIME) for out in displayed]


def page_mark(docname):
    """Return what stands before the dot in a page's equation numbers.

    The chapter's number for ``chapters/04_affine``, the initial letter for ``book/notation``.
    """
    name = docname.rsplit("/", 1)[-1]
    number = re.match(r"(\d+)_", name)
    return str(int(number[1])) if number else name[0].upper()


def sizes_text(record):
    """Return ``N = 5, D = 3`` for the sizes at which a record was proved."""
    return ", ".join(f"{name} = {size}" for name, size in (record.get("sizes") or {}).items())


def check_sentence(record):
    """Say in one sentence what was checked."""
    kind = record["kind"]
    if kind == "definition":
        return "A definition: it gives its left side a meaning, so there is nothing to prove."
    if kind == "claim":
        return f"Cited from {record['source']}, not proved here. {record['reason']}"
    what = "Every equals sign was proved" if kind == "derivation" else "Proved"
    return f"{what} {scope(record)}."


def scope(record):
    """Say for which sizes a proof holds."""
    sizes = sizes_text(record)
    entries = f"entry by entry for {sizes}" if sizes else "entry by entry"
    return f"{entries}, and in index form for all sizes" if record.get("all_sizes") else entries


def rejected_by(reject):
    """Say how a wrong version was told from the true one."""
    return {"shape": "by shape", "value": "by value"}[reject["by"]]


def in_ledger(record):
    """Tell whether the ledger lists a record: a restatement is listed at its home only."""
    return record["kind"] in NOUNS


def count(number, one, many):
    """Return ``1 chapter``, ``2 chapters``."""
    return f"{number} {one if number == 1 else many}"


def join(parts):
    """Join with commas and a final *and*."""
    *head, last = parts
    return f"{', '.join(head)} and {last}" if head else last


def totals_sentence(records):
    """Return the ledger's opening sentences."""
    records = list(records)
    if not records:
        return "No equations yet."
    kinds = [(kind, sum(r["kind"] == kind for r in records)) for kind in NOUNS]
    parts = [count(number, *NOUNS[kind]) for kind, number in kinds if number]
    rejects = [reject for r in records for reject in r.get("rejects") or []]
    by_value = sum(reject["by"] == "value" for reject in rejects)
    first = f"{count(len(records), 'equation', 'equations')}: {join(parts)}."
    if not rejects:
        return first
    wrong = count(len(rejects), "wrong version was", "wrong versions were")
    return f"{first} {wrong} rejected, {by_value} by value and {len(rejects) - by_value} by shape."
