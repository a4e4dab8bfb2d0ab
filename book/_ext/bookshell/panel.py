"""The check behind a formula's mark, as docutils nodes: a native ``<details>``."""

import re

from docutils import nodes
from sphinx import addnodes

from . import folds, records
from .folds import Fold, FoldMark

LABEL = re.compile(r"\b[a-z][a-z0-9]*(?:-[a-z0-9]+)+\b")


def check_panel(record, number, anchor, source):
    """Return the mark of a formula and the panel that it opens.

    Parameters
    ----------
    record : dict
        The equation record.
    number : str or None
        The equation's number, ``4.2``.
    anchor : str
        The id of the formula on its page.
    source : nodes.literal_block or None
        The code of the cell that made the check.
    """
    body = div("bp-panel")
    body += paragraph(records.check_sentence(record))
    body += [node for part in PARTS for node in part(record)]
    if source is not None:
        does = "defines" if record["kind"] == "definition" else "checks"
        body += [title(f"The cell that {does} it"), source.deepcopy()]
    body += permalink(number, anchor)
    return Fold("", mark(record, number), body, classes=["bp-check"])


def mark(record, number):
    """Return the small mark, with a name that makes sense away from its formula."""
    sign, word = records.MARKS[record["kind"]]
    formula = f"equation ({number})" if number else "this formula"
    return FoldMark("", "", sign=sign, word=word, label=f"{word}: the check of {formula}")


def steps(record):
    """Return the steps of a derivation with their reasons."""
    rows = [
        [[inline_math(step["latex"])], [reason(step["why"])]]
        for step in record.get("steps") or []
        if step.get("why")
    ]
    return [title("Step by step"), table(["Step", "Reason"], rows, "bp-steps")] if rows else []


def reason(words):
    """Return the reason of a step; the label of an equation becomes a link to it."""
    is_label = LABEL.fullmatch(words)
    return equation_link(words, nodes.Text(words)) if is_label else nodes.Text(words)


def rejects(record):
    """Return the table of the wrong versions that the check refused."""
    rows = [
        [
            [nodes.Text(reject["name"])],
            [inline_math(reject["latex"])] if reject.get("latex") else [],
            [nodes.Text(records.rejected_by(reject)), why(reject)],
        ]
        for reject in record.get("rejects") or []
    ]
    head = ["Wrong version", "Formula", "Rejected"]
    return [title("What it refuses"), table(head, rows, "bp-rejects")] if rows else []


def why(reject):
    """Return the sentence that goes with a rejection."""
    return nodes.Text(f": {reject['detail']}" if reject.get("detail") else "")


def code(record):
    """Return a line that names the package function and the NumPy expression."""
    line = nodes.paragraph("", "")
    if record.get("code"):
        line += [nodes.Text("Implemented by "), code_link(record["code"]), nodes.Text(". ")]
    if record.get("numpy"):
        line += [nodes.Text("In NumPy: "), nodes.literal("", record["numpy"]), nodes.Text(".")]
    return [line] if len(line) else []


def code_link(name):
    """Return ``nn.Affine.backward: dW``, linked to the package reference where it is listed."""
    path, _, result = name.partition(":")
    text = nodes.literal("", f"{path}: {result}" if result else path)
    attributes = {"refdomain": "py", "reftype": "obj", "bookshell_optional": True}
    return addnodes.pending_xref("", text, reftarget=f"backprop.{path}", **attributes)


def permalink(number, anchor):
    """Return a link to the formula itself."""
    words = f"Link to equation ({number})" if number else "Link to this formula"
    return nodes.paragraph("", "", nodes.reference("", words, refid=anchor), classes=["bp-link"])


def equation_link(label, otherwise=None):
    """Return a link that shows an equation's number, or other words if there is none."""
    attributes = {"refdomain": "math", "reftype": "eq", "reftarget": label}
    if otherwise is not None:
        attributes["bookshell_optional"] = True
    return addnodes.pending_xref("", otherwise or nodes.literal("", label), **attributes)


def table(head, rows, name):
    """Return a table; each cell is given as a list of inline nodes."""
    group = nodes.tgroup("", cols=len(head))
    group += [nodes.colspec("", colwidth=1) for _ in head]
    group += nodes.thead("", row([[nodes.Text(words)] for words in head]))
    group += nodes.tbody("", *map(row, rows))
    return nodes.table("", group, classes=[name])


def row(cells):
    """Return a table row."""
    return nodes.row("", *(nodes.entry("", block(cell)) for cell in cells))


def block(cell):
    """Return a cell's content: inline nodes go into a paragraph."""
    return cell if isinstance(cell, nodes.Element) else nodes.paragraph("", "", *cell)


def inline_math(latex):
    """Return an inline formula."""
    return nodes.math(latex, latex)


def paragraph(text, *classes):
    """Return a paragraph of plain text."""
    return nodes.paragraph("", text, classes=list(classes))


def title(text):
    """Return a small title inside the panel; not a heading, so the outline stays the reader's."""
    return paragraph(text, "bp-panel-title")


def div(*classes):
    """Return a ``<div>`` (without the class ``container``, which Bootstrap claims)."""
    return nodes.container("", is_div=True, classes=list(classes))


def resolve(app, env, node, contnode):
    """Resolve what the Python and mathematics domains could not.

    A short name (``ShapeError``, ``nn.Affine.backward``) leads to the one object that it can mean.
    A function that the package reference does not list, or a reason that only looks like a label,
    stays text.
    """
    found = same_ending(env, node["reftarget"]) if node.get("refdomain") == "py" else []
    if len(found) == 1 or node.get("bookshell_optional") and found:
        entry = env.get_domain("py").objects[found[0]]
        uri = app.builder.get_relative_uri(node["refdoc"], entry.docname)
        return nodes.reference("", "", contnode, refuri=f"{uri}#{entry.node_id}", internal=True)
    return contnode if node.get("bookshell_optional") else None


def same_ending(env, name):
    """Return the documented objects whose name ends like a short one (``Class.method`` or less)."""
    tail = "." + ".".join(name.split(".")[-2:])
    return sorted(known for known in env.get_domain("py").objects if known.endswith(tail))


PARTS = (steps, rejects, code)


def connect(app):
    """Register the folds and the resolver of function names."""
    folds.connect(app)
    app.connect("missing-reference", resolve)
