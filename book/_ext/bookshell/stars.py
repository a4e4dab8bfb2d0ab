"""How hard an exercise is: one to three stars."""

import re

from docutils import nodes

AT_THE_END = re.compile(r"\s*(★+)\s*$")
NAMES = {1: "one star of three", 2: "two stars of three", 3: "three stars of three"}


class Stars(nodes.General, nodes.Inline, nodes.TextElement):
    """★★ for the eye, "two stars of three" for the ear."""


def show_stars(number):
    """Return the node that shows a number of stars."""
    return Stars("", "★" * number, name=NAMES.get(number, f"{number} stars"))


def take_stars(title):
    """Take the stars off the end of a title and return their number."""
    last = title.children[-1] if title.children else nodes.Text("")
    found = AT_THE_END.search(last.astext())
    if not found:
        return 0
    title[-1] = nodes.Text(last.astext()[: found.start()])
    return len(found[1])


def visit_stars(self, node):
    """Open the element with its name for listeners."""
    attributes = {"role": "img", "aria-label": node["name"]}
    self.body.append(self.starttag(node, "span", "", CLASS="bp-stars", **attributes))


def depart_stars(self, node):
    """Close it."""
    self.body.append("</span>")


def connect(app):
    """Register the node."""
    app.add_node(Stars, html=(visit_stars, depart_stars))
