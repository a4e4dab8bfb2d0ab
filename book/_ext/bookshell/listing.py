"""Exercises when all pages have been read: their numbers, and the page that lists them.

``{exercise-list}``  the table of every exercise, in the order of the book
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from . import panel
from .exercises import ExerciseTitle, markup, store
from .folds import FoldMark
from .ledger import book_order, page_title
from .numbers import exercise_number, registered
from .places import Place
from .stars import show_stars


class NumberExercises(SphinxPostTransform):
    """Write the numbers: above statements, on folds, in references to solutions."""

    default_priority = 4  # references are resolved at 10

    def run(self, **kwargs):
        """Number what one page shows."""
        for title in self.document.findall(ExerciseTitle):
            number_title(title, exercise_number(self.env, title["exercise"]))
        for mark in self.document.findall(FoldMark):
            if mark.get("exercise"):
                number_mark(mark, exercise_number(self.env, mark["exercise"]))
        for link in self.document.findall(addnodes.pending_xref):
            self.name_solution(link)

    def name_solution(self, link):
        """Let a reference to a solution say whose it is, unless it has words of its own."""
        solves = registered(self.env, link.get("reftarget")).get("solves")
        if solves and not link["refexplicit"]:
            link["refexplicit"] = True
            link[0][:] = [nodes.Text(f"Solution to {exercise_number(self.env, solves)}")]


def number_title(title, number):
    """Put the number before a title and the stars after it."""
    name = nodes.inline("", "", *title.children, classes=["bp-exercise-name"])
    title[:] = [nodes.inline("", number, classes=["bp-exercise-number"]), nodes.Text(" "), name]
    if title["stars"]:
        title += [nodes.Text(" "), show_stars(title["stars"])]


def number_mark(mark, number):
    """Put the number into what a fold is called."""
    for part in ("word", "label"):
        if mark.get(part):
            mark[part] = mark[part].replace("%s", number)


class ExerciseList(Place):
    """Stands where the list will be."""

    def fill(self, app, env):
        """Return one table for each page that has exercises, under the page's title."""
        pages = [name for name in book_order(env) if store(env).get(name)]
        tables = [
            (page_title(app, env, env.docname, name), table(app, env, name)) for name in pages
        ]
        return sum(map(list, tables), []) or panel.paragraph("No exercises yet.")


class ExerciseListDirective(SphinxDirective):
    """``{exercise-list}``."""

    def run(self):
        """Leave a place; all pages must be read before it can be filled."""
        return [ExerciseList()]


def table(app, env, docname):
    """Return the table of a page's exercises."""
    rows = [row(app, env, docname, entry) for entry in store(env)[docname]]
    return panel.table(["Number", "Exercise", "Stars"], rows, "bp-exercises")


def row(app, env, docname, entry):
    """Return the cells of one exercise: number, title linked to the statement, stars."""
    number = exercise_number(env, entry["id"]).rpartition(" ")[2]
    link = make_refnode(app.builder, env.docname, docname, entry["id"], markup(entry["title"]))
    return [[nodes.Text(number)], [link], [show_stars(entry["stars"])]]


def connect(app):
    """Register the directive and the numbering."""
    app.add_node(ExerciseList)
    app.add_directive("exercise-list", ExerciseListDirective)
    app.add_post_transform(NumberExercises)
