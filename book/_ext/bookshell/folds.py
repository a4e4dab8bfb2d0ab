"""What opens and closes on a page: a native ``<details>`` with its ``<summary>``."""

from docutils import nodes

OTHER_FORMATS = ("latex", "text", "man", "texinfo")


class Fold(nodes.General, nodes.Element):
    """A ``<details>`` element; its first child is the ``FoldMark``."""


class FoldMark(nodes.General, nodes.TextElement):
    """The ``<summary>``: ``word``, perhaps after a ``sign``.

    ``label`` is its name for listeners where the word makes no sense away from its place.
    """


def visit_fold(self, node):
    """Open the ``<details>``."""
    self.body.append(self.starttag(node, "details"))


def depart_fold(self, node):
    """Close the ``<details>``."""
    self.body.append("</details>\n")


def visit_mark(self, node):
    """Write the ``<summary>``: the sign is for the eye, the label for the ear."""
    attributes = {"aria-label": node["label"]} if node.get("label") else {}
    self.body.append(self.starttag(node, "summary", "", **attributes))
    if node.get("sign"):
        sign = self.encode(node["sign"])
        self.body.append(f'<span class="bp-sign" aria-hidden="true">{sign}</span> ')
    self.body.append(f"{self.encode(node['word'])}</summary>\n")
    raise nodes.SkipNode


def visit_plain(self, node):
    """Show the content alone, in formats that cannot fold."""


def skip(self, node):
    """Leave the mark out, in formats that cannot fold."""
    raise nodes.SkipNode


def connect(app):
    """Register the two nodes."""
    plain = dict.fromkeys(OTHER_FORMATS, (visit_plain, visit_plain))
    app.add_node(Fold, html=(visit_fold, depart_fold), **plain)
    app.add_node(FoldMark, html=(visit_mark, None), **dict.fromkeys(OTHER_FORMATS, (skip, None)))
