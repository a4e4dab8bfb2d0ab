"""Pages made from the records: the ledger of all formulas, and a formula embedded elsewhere.

``{formula-ledger}``  the table of every equation, in the order of the book
``{formula} label``   the formula of an earlier equation, unnumbered, with the way to its home
"""

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import panel, records
from .equations import came_from, store
from .places import Place

LOGGER = logging.getLogger(__name__)


class Ledger(Place):
    """Stands where the ledger will be."""

    def fill(self, app, env):
        """Return the ledger."""
        return ledger(app, env, env.docname)


class Formula(Place):
    """Stands where a formula will be embedded."""

    def fill(self, app, env):
        """Return the formula."""
        return embedded(env, self)


class LedgerDirective(SphinxDirective):
    """``{formula-ledger}``."""

    def run(self):
        """Leave a place; all pages must be read before it can be filled."""
        return [Ledger()]


class FormulaDirective(SphinxDirective):
    """``{formula} label``."""

    required_arguments = 1

    def run(self):
        """Leave a place; all pages must be read before it can be filled."""
        place = Formula(label=self.arguments[0])
        self.set_source_info(place)
        return [place]


def ledger(app, env, here):
    """Return the ledger: the totals, then one table for each page that has equations."""
    pages = [(name, listed(env, name)) for name in book_order(env)]
    pages = [(name, entries) for name, entries in pages if entries]
    everything = [entry["record"] for _, entries in pages for entry in entries]
    result = [panel.paragraph(records.totals_sentence(everything), "bp-totals")]
    for name, entries in pages:
        rows = [ledger_row(app, here, entry) for entry in entries]
        result.append(page_title(app, env, here, name))
        result.append(panel.table(["Number", "Formula", "Check"], rows, "bp-ledger"))
    return result


def book_order(env):
    """Return the names of all pages in the order of the table of contents."""
    found = []

    def walk(name):
        if name not in found:
            found.append(name)
            for child in env.toctree_includes.get(name, ()):
                walk(child)

    walk(env.config.root_doc)
    return found


def listed(env, docname):
    """Return the entries of a page that the ledger shows."""
    return [entry for entry in store(env).get(docname, ()) if records.in_ledger(entry["record"])]


def page_title(app, env, here, docname):
    """Return the line above a page's table, linked to the page."""
    words = nodes.Text(env.titles[docname].astext())
    link = make_refnode(app.builder, here, docname, None, words)
    return nodes.paragraph("", "", link, classes=["bp-ledger-page"])


def ledger_row(app, here, entry):
    """Return the cells of one equation."""
    record = entry["record"]
    number = nodes.Text(f"({entry['number']})" if entry["number"] else "unnumbered")
    link = make_refnode(app.builder, here, entry["docname"], entry["anchor"], number)
    formula = panel.div("bp-ledger-formula")
    formula += display(record)
    return [[link], formula, check_cell(record)]


def display(record):
    """Return a record's formula as an unnumbered display."""
    latex = record.get("latex_page") or record["latex"]
    return nodes.math_block(latex, latex, nowrap=False, number=None, label=None)


def check_cell(record):
    """Return the lines of the last column: kind and sizes, wrong versions, code."""
    cell = panel.div("bp-ledger-check")
    cell += panel.paragraph(kind_text(record))
    if record.get("rejects"):
        cell += panel.paragraph(rejects_text(record["rejects"]))
    if record.get("code"):
        cell += nodes.paragraph("", "", panel.code_link(record["code"]))
    return cell


def kind_text(record):
    """Return the kind and, where something was proved, the sizes."""
    _, word = records.MARKS[record["kind"]]
    proved = word == "proved"
    return f"{word.capitalize()} {records.scope(record)}" if proved else word.capitalize()


def rejects_text(rejects):
    """Return the number and the names of the wrong versions."""
    names = [f"{reject['name']} ({records.rejected_by(reject)})" for reject in rejects]
    return f"{len(names)} rejected: {', '.join(names)}"


def embedded(env, place):
    """Return the embedded formula, or nothing and a warning if its label is unknown."""
    label = place["label"]
    found = [e for entries in store(env).values() for e in entries if e["record"]["label"] == label]
    if not found:
        LOGGER.warning("formula: no equation has the label %r", label, location=place)
        return []
    block = panel.div("bp-equation", "bp-restatement")
    block += [display(found[0]["record"]), came_from(label)]
    return [block]


def connect(app):
    """Register the directives."""
    app.add_node(Ledger)
    app.add_node(Formula)
    app.add_directive("formula-ledger", LedgerDirective)
    app.add_directive("formula", FormulaDirective)
