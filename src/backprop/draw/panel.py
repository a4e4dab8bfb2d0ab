"""A pair of axes with curves in it.

Introduced by chapter 3.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .scales import Scale, around
from .svg import element, group, text

LINE = 24  # height of a line of text
LEFT = 46  # room for the numbers on the upright axis
NARROW = 250  # a panel below this width has fewer numbers
# A curve's colour and its dashes: they differ without colour too.
STROKES = (("forward", "none"), ("backward", "7 4"), ("neutral", "2 4"), ("ink", "9 3 2 3"))


class Axes(NamedTuple):
    """What all panels have in common."""

    wide: float
    tall: float
    log_across: bool
    log_up: bool
    xlabel: str


@dataclass(frozen=True)
class Panel:
    """A panel with its upper left corner at (left, top).

    Parameters
    ----------
    axes : Axes
    left, top : float
    name : str
        What is written above it.
    x : (N,) float array
    lines : dict of str to (N,) float array
    names : list of str
        All curves of the figure, in the order of their colours.
    """

    axes: Axes
    left: float
    top: float
    name: str
    x: np.ndarray
    lines: dict
    names: list

    @property
    def across(self):
        """The horizontal axis."""
        log = self.axes.log_across
        low, high = around(self.x, True, 0.02) if log else (float(self.x[0]), float(self.x[-1]))
        return Scale(low, high, self.left + LEFT, self.left + self.axes.wide - 8, log)

    @property
    def up(self):
        """The upright axis, with room for all curves."""
        low, high = around(np.concatenate([*self.lines.values()]), self.axes.log_up)
        top = self.top + LINE * bool(self.name)
        return Scale(low, high, top + self.axes.tall, top + 4, self.axes.log_up)

    def parts(self):
        """The name, the numbers and their lines, the curves."""
        across, up = self.across, self.up
        middle = (across.start + across.end) / 2
        yield from self._beside(across, up)
        yield from self._below(across, up)
        if self.name:
            yield text(middle, self.top + 8, self.name)
        if self.axes.xlabel:
            yield text(middle, up.start + 12 + LINE, self.axes.xlabel)
        for name, y in self.lines.items():
            points = zip(map(across.at, self.x.tolist()), map(up.at, y.tolist()), strict=True)
            way = "M" + "L".join(f"{a:g} {b:g}" for a, b in points)
            yield _stroke(way, self.names.index(name))

    def _beside(self, across, up):
        for tick in up.ticks(5):
            y = up.at(tick)
            place = {"x": across.start - 6, "y": y + 5, "style": "text-anchor:end"}
            yield _rule(f"M{across.start:g} {y:g}H{across.end:g}", tick == 0)
            yield element("text", up.name(tick), class_="small", **place)

    def _below(self, across, up):
        for tick in places(self.x, across, 5 if self.axes.wide < NARROW else 7):
            x = across.at(tick)
            yield _rule(f"M{x:g} {up.start:g}V{up.end:g}", tick == 0)
            yield text(x, up.start + 12, across.name(tick), "small")


def places(x, across, most):
    """Where numbers stand below the curves: at every x if they are few, at round ones if not."""
    return x.tolist() if len(x) <= most else across.ticks(most)


def sample(x, y, i, name):
    """Draw a piece of curve i with its name behind it."""
    return [_stroke(f"M{x:g} {y + 8:g}h28", i), text(round(x + 36, 1), y + 8, name, "left")]


def _stroke(d, i):
    role, dashes = STROKES[i]
    dashed = {"stroke_dasharray": dashes} if i else {}
    look = {"fill": "none", "stroke": "currentColor", "stroke_width": 2.2}
    return group(role, element("path", d=d, **look, **dashed))


def _rule(d, zero):
    look = {"fill": "none", "stroke": "currentColor", "stroke_opacity": 0.8 if zero else 0.28}
    return group("neutral", element("path", d=d, **look))
