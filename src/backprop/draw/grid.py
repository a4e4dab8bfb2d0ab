"""An array as a grid of cells with its numbers in them.

Introduced by chapter 3.
"""

from dataclasses import dataclass

import numpy as np

from .style import FAINT, STRONG, number
from .svg import element, group, path, rect, text

ROW = 40  # height of a cell, in user units
DIGIT = 9.2  # width allowed for a digit of the numbers: that of a wide sans serif


@dataclass(frozen=True)
class Grid:
    """A matrix drawn at (x, y) in the colour of its role.

    Tint and bar of a cell are the number's size against the largest of the matrix. The bar leans
    right for a positive number, left for a negative one, and is missing for zero.

    Parameters
    ----------
    values : (rows, columns) float array
        The numbers to show.
    role : str
        forward, backward or neutral.
    x, y : float
        The upper left corner, in user units.
    wide : float
        The width of a cell.
    """

    values: np.ndarray
    role: str
    x: float
    y: float
    wide: float

    @property
    def right(self):
        """The x of the right edge."""
        return self.x + self.wide * self.values.shape[1]

    @property
    def bottom(self):
        """The y of the lower edge."""
        return self.y + ROW * self.values.shape[0]

    @property
    def middle(self):
        """The x half-way between the edges."""
        return (self.x + self.right) / 2

    def corner(self, i, j):
        """The upper left corner of cell (i, j)."""
        return self.x + j * self.wide, self.y + i * ROW

    def cells(self, quiet=False):
        """Every cell: its box, its bar, its number; if `quiet`, a zero is only a dot."""
        top = np.abs(self.values).max() or 1.0
        return [
            self._dot(*self.corner(*at))
            if quiet and not value
            else self._cell(*self.corner(*at), value, value / top)
            for at, value in np.ndenumerate(self.values)
        ]

    def frame(self):
        """The outer edge alone."""
        return group("neutral", rect(self.x, self.y, self.right - self.x, self.bottom - self.y, 0))

    def outline(self, i, j):
        """A strong edge in the page's ink around cell (i, j)."""
        x, y = self.corner(i, j)
        return group("ink", rect(x, y, self.wide, ROW, fill=0, stroke=2.5))

    def _cell(self, x, y, value, share):
        box = rect(x, y, self.wide, ROW, FAINT + (STRONG - FAINT) * abs(share))
        label = text(x + self.wide / 2, y + ROW / 2, number(value))
        return group(self.role, box, self._bar(x, y, share), label)

    def _bar(self, x, y, share):
        start, length = x + self.wide / 2, share * (self.wide / 2 - 5)
        return path(f"M{start:g} {y + ROW - 5.5:g}h{round(length, 2):g}", 3) if share else ""

    def _dot(self, x, y):
        centre = {"cx": x + self.wide / 2, "cy": y + ROW / 2}
        return group("neutral", element("circle", **centre, r=2, fill="currentColor"))


def cell_width(*arrays):
    """Width of a cell that holds every number of the arrays, and no less than 44.

    Examples
    --------
    >>> cell_width([1, 2]), cell_width([-0.125])
    (44, 70)
    """
    longest = max(len(number(v)) for a in arrays for v in np.ravel(a))
    return max(44, round(longest * DIGIT) + 15)
