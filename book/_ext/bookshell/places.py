"""Places on a page that can be filled only when all pages have been read."""

from copy import deepcopy

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from . import equations, exercises
from .stores import Store

holders = Store("bookshell_places")  # the pages that have places
WATCHED = (equations.store, exercises.store)  # what fills them


class Place(nodes.General, nodes.Element):
    """Stands where something will be; a subclass says what."""

    def fill(self, app, env):
        """Return the nodes that take its place on the page ``env.docname``."""
        raise NotImplementedError


class FillPlaces(SphinxPostTransform):
    """Fill the places, before references are resolved (priority 10)."""

    default_priority = 4

    def run(self, **kwargs):
        """Fill the places of one page; tell Sphinx if that brought mathematics to it."""
        found = list(self.document.findall(Place))
        for place in found:
            place.replace_self(place.fill(self.app, self.env))
        if found and any(self.document.findall(nodes.math_block)):
            self.env.get_domain("math").data["has_equations"][self.env.docname] = True


def note(app, doctree):
    """Remember that a page has places."""
    if any(doctree.findall(Place)):
        holders(app.env)[app.env.docname] = True


def snapshot(env):
    """Return a copy of all that fills places."""
    return [deepcopy(store(env)) for store in WATCHED]


def before_reading(app, env, docnames):
    """Keep what the pages had left at the last build."""
    app.bookshell_before = snapshot(env)


def after_reading(app, env):
    """Write the pages with places again if anything that may fill them has changed."""
    changed = getattr(app, "bookshell_before", None) != snapshot(env)
    return sorted(holders(env)) if changed else []


def connect(app):
    """Fill the places and keep their pages fresh."""
    holders.connect(app)
    app.add_post_transform(FillPlaces)
    app.connect("doctree-read", note)
    app.connect("env-before-read-docs", before_reading)
    app.connect("env-get-updated", after_reading)
