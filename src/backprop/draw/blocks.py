"""Lines of formulas and of numbers on tints, stacked: the boxes and the labels of a graph.

Introduced by chapter 2.
"""

import re
from typing import NamedTuple

from .style import number
from .svg import element, group, path, text

LINE = 25  # height of a line
CHIP = 21  # height of the tint under a number
BESIDE = 6  # between two pieces of a line
DIGIT = 8.9  # width allowed for a digit
LETTER = 9  # width allowed for a letter of a formula
BROAD = {"@": 16, "W": 14, "M": 15, "m": 13, "w": 12} | dict.fromkeys(" ()[],.|′", 6)
SMALL = 6.6  # width allowed for a lowered digit
ARROW = 15  # width of the little arrow before a number
TINT = 0.18
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
POINTS = {"forward": "v10m-3.5 -4l3.5 4l3.5 -4", "backward": "m0 10v-10m-3.5 4l3.5 -4l3.5 4"}
SYMBOL = r"[^\W\dᵀ]+|[_\d]+|\W|ᵀ"  # a word, what is lowered behind it, anything else


class Piece(NamedTuple):
    """A formula, or a number: flowing forward or backward (on a tint), or a factor (plain)."""

    kind: str
    content: str

    @property
    def wide(self):
        """The width it needs."""
        if self.kind == "formula":
            return sum(
                SMALL if low else BROAD.get(a, LETTER) for a, _, low in _letters(self.content)
            )
        return DIGIT * len(self.content) + (ARROW + 9 if self.kind in POINTS else 4)

    def parts(self, x, y, bold=False):
        """Draw it centred on (x, y)."""
        if self.kind == "formula":
            return [_formula(x, y, self.content)]
        if self.kind not in POINTS:
            return [_weighty(text(x, y, self.content, "small"), bold)]
        return [self._chip(x, y, bold)]

    def _chip(self, x, y, bold):
        left = x - self.wide / 2
        box = {"x": left, "y": y - CHIP / 2, "width": self.wide, "height": CHIP, "rx": 4}
        tint = element("rect", **box, fill="currentColor", fill_opacity=TINT)
        arrow = path(f"M{round(left + 9.5, 1):g} {y - 5:g}{POINTS[self.kind]}", 1.8)
        return group(self.kind, tint, arrow, _weighty(text(x + ARROW / 2, y, self.content), bold))


def _weighty(label, bold):
    return element("g", label, font_weight="700") if bold else label


def down(content):
    """Return a number that flows forward, blue behind an arrow down."""
    return Piece("forward", content)


def up(content):
    """Return a number that flows backward, orange behind an arrow up."""
    return Piece("backward", content)


class Block(NamedTuple):
    """Lines of pieces, centred, perhaps in a frame.

    If `level`, the middle one of three pieces is in the middle, however wide its neighbours are.
    """

    lines: tuple
    pad: float = 0
    level: bool = False

    @property
    def wide(self):
        """The width of the longest line, and the frame."""
        return round(2 * max(map(self._half, self.lines))) + 2 * self.pad

    @property
    def high(self):
        """The height of all lines, and the frame."""
        return LINE * len(self.lines) + self.pad

    def parts(self, x, y, bold=False):
        """Draw the lines, the middle of the block at (x, y)."""
        top = y - LINE * (len(self.lines) - 1) / 2
        for i, line in enumerate(self.lines):
            at = x - self._ahead(line)
            for piece in line:
                yield from piece.parts(round(at + piece.wide / 2, 1), top + LINE * i, bold)
                at += piece.wide + BESIDE

    def _ahead(self, line):
        """How far to the left of the middle a line begins."""
        if self.level and len(line) == 3:
            return line[0].wide + BESIDE + line[1].wide / 2
        return _long(line) / 2

    def _half(self, line):
        return max(self._ahead(line), _long(line) - self._ahead(line))


def _long(line):
    return sum(piece.wide for piece in line) + BESIDE * (len(line) - 1)


def plain(name):
    """Write a name as text: what is lowered in a formula, lowered here too.

    Examples
    --------
    >>> plain("x_1"), plain("δ_12"), plain("left")
    ('x₁', 'δ₁₂', 'left')
    """
    return re.sub(r"_(\d+)", lambda at: at[1].translate(LOWERED), name)


def factor(slope):
    """Return a local slope, the factor of a use."""
    return Piece("factor", f"× ({number(slope)})" if slope < 0 else f"× {number(slope)}")


def _letters(formula):
    """The letters of a formula, each with whether it is slanted and whether lowered."""
    word = ""
    for token in re.findall(SYMBOL, formula):
        low = bool(word) and token[0] in "_0123456789"
        word = token if token[0].isalpha() else word if low else ""
        for letter in token.replace("_", "") if low else token:
            yield letter, len(token) == 1 and token.isalpha() and token != "ᵀ", low


def _formula(x, y, content):
    """Write a formula: single letters slanted, function names upright, digits of a name lowered."""
    spans, drop = [], 0
    for letter, slant, low in _letters(content):
        look = {"dy": 4 * low - drop} if 4 * low != drop else {}
        look |= {"font_style": "italic"} if slant else {}
        look |= {"font_size": "13"} if low else {}
        spans.append(element("tspan", letter, **look) if look else letter)
        drop = 4 * low
    return element("text", *spans, x=x, y=y + 5, class_="maths")
