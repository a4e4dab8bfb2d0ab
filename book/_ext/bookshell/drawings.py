"""Drawings of the package go into the page itself, so that their colours follow light and dark.

An SVG file in an ``<img>`` does not see the page's colours. A drawing made by ``backprop.draw``
names them (``var(--bp-forward, …)``) and carries its own text alternative.
"""

from pathlib import Path

from docutils import nodes
from sphinx.transforms import SphinxTransform

MADE_BY_US = 'class="bp-draw"'


class InlineDrawings(SphinxTransform):
    """Replace the image of a drawing by the drawing."""

    default_priority = 410

    def apply(self, **kwargs):
        """Look at the SVG images of the page."""
        for image in list(self.document.findall(nodes.image)):
            text = self.drawing(image["uri"])
            if text:
                image.replace_self(nodes.raw("", text, format="html"))

    def drawing(self, uri):
        """Return the text of a drawing, or nothing if the image is something else."""
        if not uri.endswith(".svg") or "://" in uri:
            return ""
        path = Path(self.env.relfn2path(uri, self.env.docname)[1])
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        return text if MADE_BY_US in text else ""


def connect(app):
    """Register the transform."""
    app.add_transform(InlineDrawings)
