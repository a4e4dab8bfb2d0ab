"""What a reader sees: a few lines of text, or the same in HTML.

Introduced in chapter 2.
"""

import html
import re
import unicodedata
from dataclasses import dataclass

WORDS = {"right": "right", "wrong": "not yet", "untried": "not attempted yet"}
# Lines that are seen on light and on dark ground; the words say the same.
COLOURS = {"right": "#2e9e5b", "wrong": "#d0802a"}
QUIET = "#8a8a8a"
PARAGRAPH = "margin: 0.4em 0"
PRINTED = f"{PARAGRAPH}; white-space: pre-wrap"
BOX = "padding: 0.1em 0.9em; margin: 0.3em 0; max-width: 50em; overflow-wrap: anywhere"


@dataclass(frozen=True, repr=False)
class Report:
    """A few paragraphs under a head.

    Attributes
    ----------
    status : {"right", "wrong", "untried", "note"}
    head : str
    lines : tuple of str
        Paragraphs; `code` in backticks. What stands below the first line of one is printed text.
    see : tuple of (str, str)
        Chapters and headings.
    mistakes : tuple of str
        The names of the mistakes that were recognised, for tests.
    chapter : str
        The notebook in which it is shown, ``"04_affine"``, if that is known.
    """

    status: str
    head: str
    lines: tuple = ()
    see: tuple = ()
    mistakes: tuple = ()
    chapter: str = ""

    def __repr__(self):
        places = [place(*where) for where in self.see]
        read = [f"Read {' and '.join(places)}."] if places else []
        lines = [line.replace("\n", "\n    ") for line in self.lines]
        return "\n".join([self.head, *lines, *read])

    def _repr_html_(self):
        if self.status == "untried":
            return _box(self.status, f"<span>{_inline(self.head)}</span>")
        links = [self._link(*where) for where in self.see]
        read = [f'<p style="{PARAGRAPH}">Read {" and ".join(links)}.</p>'] if links else []
        body = [f"<strong>{_inline(self.head)}</strong>", *map(_paragraph, self.lines), *read]
        return _box(self.status, "".join(body))

    def _link(self, chapter, heading):
        """Link to a section; within a notebook JupyterLab follows the address of a heading only."""
        notebook = "" if chapter == self.chapter else f"{chapter}.ipynb"
        words = _inline(place(chapter, heading))
        address = f"{html.escape(notebook)}#{anchor(heading)}"
        return f'<a href="{address}" style="text-decoration: underline">{words}</a>'


def _box(status, body):
    style = f"border-left: 4px solid {COLOURS.get(status, QUIET)}; {BOX}"
    return f'<div class="bp-report bp-{status}" style="{style}">{body}</div>'


def _paragraph(line):
    first, _, below = line.partition("\n")
    printed = f'<pre style="{PRINTED}">{html.escape(below)}</pre>' if below else ""
    return f'<p style="{PARAGRAPH}">{_inline(first)}</p>{printed}'


def _inline(text):
    """Escape a text, and turn `code` into <code>."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def place(chapter, heading):
    """Name a section.

    Examples
    --------
    >>> place("04_affine", "A batch of examples")
    '“A batch of examples” in chapter 4'
    """
    return f"“{heading}” in chapter {int(chapter.partition('_')[0])}"


def anchor(heading):
    """Return a heading's address, the same on the book's pages and in JupyterLab.

    Examples
    --------
    >>> anchor("First route: why a transpose?")
    'first-route-why-a-transpose'
    """
    letters = unicodedata.normalize("NFKD", heading.lower()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", letters).strip("-")
