"""What a reader sees: a few lines of text, or the same in HTML.

Introduced in chapter 4.
"""

import html
import re
from typing import NamedTuple

WORDS = {"right": "right", "wrong": "not yet", "untried": "not attempted yet"}
# Lines that are seen on light and on dark ground; the words say the same.
COLOURS = {"right": "#2e9e5b", "wrong": "#d0802a", "untried": "#8a8a8a"}


class Report(NamedTuple):
    """A few paragraphs under a head.

    Attributes
    ----------
    status : {"right", "wrong", "untried"}
    head : str
    lines : tuple of str
        Paragraphs; `code` in backticks. What stands below the first line of one is printed text.
    see : tuple of (str, str)
        Chapters and headings.
    mistakes : tuple of str
        The names of the mistakes that were recognised, for tests.
    """

    status: str
    head: str
    lines: tuple = ()
    see: tuple = ()
    mistakes: tuple = ()

    def __repr__(self):
        places = [place(*where) for where in self.see]
        read = [f"Read {' and '.join(places)}."] if places else []
        return "\n".join([self.head, *self.lines, *read])

    def _repr_html_(self):
        if self.status == "untried" and not self.lines:
            return _box("untried", f'<span style="opacity: 0.75">{_inline(self.head)}</span>')
        links = [
            f'<a href="{chapter}.ipynb#{anchor(heading)}">{_inline(place(chapter, heading))}</a>'
            for chapter, heading in self.see
        ]
        read = [f"<p>Read {' and '.join(links)}.</p>"] if links else []
        body = [f"<strong>{_inline(self.head)}</strong>", *map(_paragraph, self.lines), *read]
        return _box(self.status, "".join(body))


def _box(status, body):
    style = f"border-left: 4px solid {COLOURS[status]}; padding: 0.1em 0.9em; margin: 0.3em 0"
    return f'<div class="bp-report bp-{status}" style="{style}">{body}</div>'


def _paragraph(line):
    first, _, below = line.partition("\n")
    printed = f"<pre>{html.escape(below)}</pre>" if below else ""
    return f'<p style="margin: 0.4em 0">{_inline(first)}</p>{printed}'


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
    """Return a heading's address in JupyterLab."""
    return html.escape(heading.replace(" ", "-"), quote=True)
