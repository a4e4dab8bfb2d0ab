"""An equation cell becomes what a reader wants: the formula, and its check behind a small mark.

A cell whose output carries an equation record is replaced by the formula (number, label and
``{eq}`` target intact) and a closed ``<details>`` that holds the check and the cell's source.
"""

from docutils import nodes
from sphinx.transforms import SphinxTransform

from . import panel, records
from .numbers import number_equation
from .stores import Store

store = Store("bookshell_records")  # {docname: [entry, …]}


class ShowEquations(SphinxTransform):
    """Replace the equation cells of a notebook."""

    default_priority = 400

    def apply(self, **kwargs):
        """Read the records from the notebook that the document came from."""
        path = self.env.doc2path(self.env.docname)
        stored = records.read_notebook(path)
        for cell in list(self.document.findall(is_code_cell)):
            found = stored.get(cell["cell_index"])
            if found and not self.is_code_only(cell):
                self.replace(cell, found)

    def is_code_only(self, cell):
        """Tell whether a cell shows no output on the page."""
        return not any(map(is_bundle, cell.findall(nodes.container)))

    def replace(self, cell, found):
        """Put the formulas where the cell was; other outputs of the cell stay below them."""
        source = next(cell.findall(nodes.literal_block), None)
        bundles = list(cell.findall(is_bundle))
        blocks = []
        for bundle, record in zip(bundles, found, strict=True):
            if record is not None:
                anchor = f"formula-{cell['cell_index']}-{len(blocks) + 1}"
                blocks.append(self.show(record, bundle, source, anchor))
                bundle.parent.remove(bundle)
        rest = [cell] if has_output(cell) else []
        place = cell.parent.index(cell)
        cell.parent[place : place + 1] = blocks + rest

    def show(self, record, bundle, source, anchor):
        """Return one formula with its mark, and remember the record for the ledger."""
        target, formula = formula_nodes(bundle, anchor)
        number = None
        if formula.get("label"):
            number = number_equation(self.env, self.env.docname, formula["label"])
            formula["number"] = number
            anchor = nodes.make_id(f"equation-{formula['label']}")
        formula.children = [nodes.Text(record.get("latex_page") or record["latex"])]
        remember(self.env, record, number, anchor)
        block = panel.div("bp-equation", f"bp-{record['kind']}")
        block += target
        block += formula
        block += self.below(record, number, anchor, source)
        return block

    def below(self, record, number, anchor, source):
        """Return what stands below the formula: its check, or the way to its home."""
        if record.get("of"):
            return came_from(record["of"])
        return panel.check_panel(record, number, anchor, source)


def came_from(label):
    """Return the line that leads from a repeated formula to its home."""
    line = nodes.paragraph("", "from ", classes=["bp-from"])
    line += panel.equation_link(label)
    return line


def is_code_cell(node):
    """Tell whether a node is a notebook's code cell."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def is_bundle(node):
    """Tell whether a node holds the forms of one displayed output."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"


def has_output(cell):
    """Tell whether a cell still has an output to show."""
    last = cell.children[-1]
    return last.get("nb_element") == "cell_code_output" and bool(last.children)


def formula_nodes(bundle, anchor):
    """Return the formula of an output, with the target that carries its label (if it has one)."""
    formula = next(bundle.findall(nodes.math_block))
    targets = [node for node in bundle.findall(nodes.target) if node.get("refid")]
    if formula.get("label") is None:
        formula["ids"].append(anchor)
    for node in (formula, *targets):
        node.parent.remove(node)
    return targets, formula


def remember(env, record, number, anchor):
    """Keep a record for the pages that list or embed it."""
    entry = {"record": record, "number": number, "anchor": anchor, "docname": env.docname}
    store(env).setdefault(env.docname, []).append(entry)


def connect(app):
    """Register the transform and the record keeping."""
    panel.connect(app)
    store.connect(app)
    app.add_transform(ShowEquations)
