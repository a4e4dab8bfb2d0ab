"""Small pieces of SVG, and the figure that a notebook shows.

Introduced by chapter 2. Diagrams are written directly: a few rectangles and real text need no
plotting library, the same arrays give the same bytes on every machine, and a diff of a stored
figure can be read. A figure holds no ids at all, so two on one page cannot collide.
"""

import re
from dataclasses import dataclass
from html import escape
from itertools import groupby

from .style import STYLESHEET

SCALE = 1.25  # natural size of a user unit in px; narrower pages scale the figure down


@dataclass(frozen=True, repr=False)
class Figure:
    """A drawing together with the same content in words.

    Parameters
    ----------
    width, height : float
        Of the drawing, in user units.
    label : str
        The accessible name: one sentence.
    text : str
        The figure's content as text, for whoever does not see the picture.
    parts : tuple of str
        SVG elements, back to front.

    Examples
    --------
    >>> Figure(20, 10, "A box.", "one box", (rect(1, 1, 18, 8),))
    one box
    """

    width: float
    height: float
    label: str
    text: str
    parts: tuple[str, ...]

    def __repr__(self):
        return self.text

    @property
    def svg(self):
        """The figure as one SVG document, one element per line."""
        return element(
            "svg",
            *("\n" + part for part in (*self._opening, *self.parts)),
            "\n",
            xmlns="http://www.w3.org/2000/svg",
            class_="bp-draw",
            role="img",
            aria_label=self.label,
            viewBox=f"0 0 {self.width:g} {self.height:g}",
            width=self.width * SCALE,
            height=self.height * SCALE,
            style="display:block;margin:0 auto;max-width:100%;height:auto",
        )

    @property
    def _opening(self):
        yield element("desc", escape(self.text))
        yield element("style", STYLESHEET)
        yield element("rect", class_="paper", width=self.width, height=self.height, rx=6)

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/svg+xml": self.svg, "text/plain": self.text}


def element(tag, *children, **attributes):
    """Write one element; ``class_`` becomes ``class`` and ``stroke_width`` ``stroke-width``.

    Examples
    --------
    >>> element("rect", class_="ink", width=2.50, aria_label="2 < 3")
    '<rect class="ink" width="2.5" aria-label="2 &lt; 3"/>'
    """
    body = "".join(children)
    head = " ".join([tag, *(_attribute(name, value) for name, value in attributes.items())])
    return f"<{head}>{body}</{tag}>" if body else f"<{head}/>"


def _attribute(name, value):
    value = value if isinstance(value, str) else f"{value:g}"
    return f'{name.rstrip("_").replace("_", "-")}="{escape(value)}"'


def group(role, *parts):
    """Give the parts the colour of a role: forward, backward, neutral or ink.

    Examples
    --------
    >>> group("forward", "<path/>")
    '<g class="forward"><path/></g>'
    """
    return element("g", *parts, class_=role)


def rect(x, y, width, height, fill=0.18, stroke=1.0):
    """Draw a box in its group's colour: a tint of opacity `fill`, an edge `stroke` wide.

    Examples
    --------
    >>> rect(0, 0, 4, 2, fill=0)
    '<rect x="0" y="0" width="4" height="2" fill="none" stroke="currentColor" stroke-width="1"/>'
    """
    tint = {"fill": "currentColor", "fill_opacity": round(fill, 3)} if fill else {"fill": "none"}
    return element(
        "rect",
        x=x,
        y=y,
        width=width,
        height=height,
        **tint,
        stroke="currentColor",
        stroke_width=stroke,
    )


def path(d, stroke=1.0):
    """Draw a line along the path data `d` in its group's colour.

    Examples
    --------
    >>> path("M0 0h9")
    '<path d="M0 0h9" fill="none" stroke="currentColor" stroke-width="1"/>'
    """
    return element("path", d=d, fill="none", stroke="currentColor", stroke_width=stroke)


def text(x, y, content, class_=None):
    """Write text centred on (x, y); its box is estimated, never measured with a font.

    Examples
    --------
    >>> text(10, 20, "2.5")
    '<text x="10" y="25">2.5</text>'
    """
    named = {"class_": class_} if class_ else {}
    return element("text", escape(str(content)), x=x, y=y + 5, **named)


def maths(x, y, formula):
    """Write a short formula centred on (x, y): letters slanted, ``_W`` lowered.

    Examples
    --------
    >>> print(maths(0, 0, "z_1")[32:-7])
    <tspan font-style="italic">z</tspan><tspan dy="4" font-size="12">1</tspan>
    """
    runs = groupby(re.findall(r"_?.", formula), key=_slant_and_drop)
    drop, spans = 0, []
    for (slant, lower), run in runs:
        spans.append(_span("".join(run).replace("_", ""), slant, lower, lower - drop))
        drop = lower
    return element("text", *spans, x=x, y=y + 5, class_="maths")


def _slant_and_drop(token):
    return token[-1].isalpha() and token[-1] not in "ᵀ∂∇", 4 * token.startswith("_")


def _span(content, slant, lower, shift):
    looks = {
        **({"font_style": "italic"} if slant else {}),
        **({"dy": shift} if shift else {}),
        **({"font_size": "12"} if lower else {}),
    }
    return element("tspan", escape(content), **looks) if looks else escape(content)
