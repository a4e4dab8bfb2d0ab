"""Exercises: a numbered statement with its hints folded below, and a folded solution.

sphinx-exercise reads the directives and gathers the cells of a solution; its nodes get their form
here. What a page says about an exercise must be what the package declares.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx_exercise.directive import SolutionDirective, SolutionStartDirective
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node

from . import declared, panel, stars
from .folds import Fold, FoldMark
from .numbers import registered
from .stores import Store

LOGGER = logging.getLogger(__name__)
COMPARED = ("title", "stars", "chapter")

store = Store("bookshell_exercises")  # {docname: [{"id", "title", "stars"}, …]}


class Solution(SolutionDirective):
    """``{solution} id``, with an anchor that follows from the id."""

    def run(self):
        """Call the solution of affine-3 solution-affine-3."""
        self.options.setdefault("label", f"solution-{self.arguments[0]}")
        return super().run()


class SolutionStart(Solution, SolutionStartDirective):
    """``{solution-start} id``, likewise."""


class ExerciseTitle(nodes.title):
    """The line above a statement."""


class ShapeExercises(SphinxTransform):
    """Give the exercises and solutions of a page their form.

    Runs after the cells of a solution were gathered (10) and before the equations are shown (400).
    """

    default_priority = 390

    def apply(self, **kwargs):
        """Shape what the page has."""
        found = list(self.document.findall(exercise_enumerable_node))
        known = declared.exercises() if found else {}
        for node in found:
            self.shape(node, known.get(node["label"]))
        for path in declared.files() if found else ():
            self.env.note_dependency(str(path))
        for node in list(self.document.findall(solution_node)):
            # sphinx-exercise would put the node's title into every link to it
            registered(self.env, node["label"]).update(node=None, solves=node["target_label"])
            node.parent.replace(node, fold_solution(node))

    def shape(self, node, declaration):
        """Put title, statement and hints under each other."""
        given, content = node.children
        title = exercise_title(given, node["label"])
        for objection in objections(title, self.env.docname, declaration):
            LOGGER.warning("exercise %s: %s", node["label"], objection, location=node)
        node[:] = [title, *content.children, *hints(node["label"], declaration)]
        node["classes"] = ["bp-exercise"]


def exercise_title(given, name):
    """Return the title line of an exercise, the stars at its end counted."""
    _, *subtitle = given.children
    title = ExerciseTitle("", "", *(subtitle[0].children if subtitle else ()), exercise=name)
    title["stars"] = stars.take_stars(title)
    return title


def objections(title, docname, declaration):
    """Say in what a page differs from the declaration."""
    if declaration is None:
        return ["the package declares no exercise of this name"]
    here = {"chapter": docname.rsplit("/", 1)[-1], "title": words(title), "stars": title["stars"]}
    there = {part: getattr(declaration, part) for part in COMPARED}
    return [
        f"{part}: {here[part]!r} on the page, {there[part]!r} in the package"
        for part in COMPARED
        if here[part] != there[part]
    ]


def hints(name, declaration):
    """Return the declared hints, each in a fold of its own."""
    return [
        Fold("", hint_mark(name, number), hint_text(text), classes=["bp-hint"])
        for number, text in enumerate(declaration.hints if declaration else (), start=1)
    ]


def hint_mark(name, number):
    """Return what opens a hint."""
    label = f"Hint {number} for %s"
    return FoldMark("", "", word=f"Hint {number}", label=label, exercise=name)


def hint_text(text):
    """Return a hint as a paragraph."""
    return nodes.paragraph("", "", *markup(text))


def markup(text):
    """Return the inline nodes of a text in which backticks enclose code."""
    parts = enumerate(re.split("`([^`]+)`", text))
    return [nodes.literal("", part) if i % 2 else nodes.Text(part) for i, part in parts if part]


def words(title):
    """Return the text of a title, code in backticks: the inverse of ``markup``."""
    parts = [(isinstance(part, nodes.literal), part.astext()) for part in title.children]
    return "".join(f"`{text}`" if is_code else text for is_code, text in parts)


def fold_solution(node):
    """Return a solution as a fold; its content has the anchor, so that a link to it opens it."""
    name = node["target_label"]
    body = panel.div("bp-solution-body")
    body["ids"], body["names"] = node["ids"], node["names"]
    for content in node.children[1:]:
        body += content.children
    body += way_back(name)
    mark = FoldMark("", "", word="Solution to %s", exercise=name)
    return Fold("", mark, body, classes=["bp-solution"])


def way_back(name):
    """Return the line that leads from a solution to its exercise."""
    text = nodes.inline("", name, classes=["xref", "std", "std-ref"])
    attributes = {"refdomain": "std", "reftype": "ref", "reftarget": name, "refexplicit": False}
    link = addnodes.pending_xref("", text, **attributes)
    return nodes.paragraph("", "", nodes.Text("Back to "), link, classes=["bp-link"])


def remember(app, doctree):
    """Keep what the list of exercises shows."""
    found = [
        {"id": title["exercise"], "title": words(title), "stars": title["stars"]}
        for title in doctree.findall(ExerciseTitle)
    ]
    if found:
        store(app.env)[app.env.docname] = found


def visit_exercise(self, node):
    """Open the block."""
    self.body.append(self.starttag(node, "div"))


def depart_exercise(self, node):
    """Close it."""
    self.body.append("</div>\n")


def visit_title(self, node):
    """Open the line."""
    self.body.append(self.starttag(node, "p", "", CLASS="bp-exercise-title"))


def depart_title(self, node):
    """End the line with the link to the exercise."""
    self.add_permalink_ref(node.parent, "Link to this exercise")
    self.body.append("</p>\n")


def connect(app):
    """Register the directives and give sphinx-exercise's nodes their form."""
    store.connect(app)
    stars.connect(app)
    app.add_node(ExerciseTitle, html=(visit_title, depart_title))
    app.add_node(exercise_enumerable_node, override=True, html=(visit_exercise, depart_exercise))
    app.add_directive("solution", Solution, override=True)
    app.add_directive("solution-start", SolutionStart, override=True)
    app.add_transform(ShapeExercises)
    app.connect("doctree-read", remember)
