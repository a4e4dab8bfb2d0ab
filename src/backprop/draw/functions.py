"""Functions as curves, one panel or several.

Introduced by chapter 3.
"""

import numpy as np

from backprop.errors import ShapeError, sentence
from backprop.shapes import expect, expect_finite

from .given import named
from .panel import LINE, Axes, Panel, places, sample
from .scales import Scale
from .style import number
from .svg import Figure

WHERE = "curves"
MOST = 8  # panels
EDGE = 12  # free space around the figure
WIDE = 372  # of the figure without its edges
GAP = 14  # between two panels
TALL = {1: 210, 2: 120}  # height of a panel, by panels side by side
LETTER = 8.2  # width allowed for a letter
LOGS = {False: (False, False), True: (True, True), "y": (False, True)}


def curves(x, given, log=False, xlabel="", ylabel=""):
    """Show functions of one number as curves.

    The first curve is drawn in the forward colour, the second, dashed, in the backward colour:
    ``{"a": a, "slope": slope}``. A dict of such dicts gives a panel to each.

    Parameters
    ----------
    x : (N,) float array
        Where the functions were computed, from left to right.
    given : dict of str to (N,) float array, or dict of str to such dicts
        Up to four curves, or up to eight panels of up to four curves.
    log : bool or "y"
        Both axes logarithmic, or the upright one alone.
    xlabel, ylabel : str
        What the axes show.

    Returns
    -------
    Figure
        Shows itself in a notebook, prints the curves as a table.

    Raises
    ------
    ShapeError, DtypeError, NotFiniteError
        For curves that are not as long as x, and numbers that are not finite; on logarithmic axes,
        not positive.

    Examples
    --------
    >>> x = np.linspace(-2.0, 2.0, 5)
    >>> curves(x, {"square": x**2, "slope": 2 * x})
    Curves over x: square, slope.
    x       −2  −1  0  1  2
    square   4   1  0  1  4
    slope   −4  −2  0  2  4
    """
    logs = _logs(log)
    x, panels = _panels(x, given, *logs)
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    parts, top = _legend(names) if len(names) > 1 else ([], EDGE)
    several = len(panels) > 1
    side = 1 + several
    axes = Axes((WIDE - GAP * (side - 1)) / side, TALL[side], *logs, xlabel)
    down = axes.tall + LINE * (1 + bool(xlabel) + bool(several or ylabel)) + GAP
    for i, (name, lines) in enumerate(panels.items()):
        left, high = EDGE + i % side * (axes.wide + GAP), top + i // side * down
        parts += Panel(axes, left, high, name if several else ylabel, x, lines, names).parts()
    height = top + down * -(-len(panels) // side) - GAP + EDGE
    label = f"Curves over {xlabel or 'x'}: {', '.join(panels if several else names)}."
    words = [label]
    for name, lines in panels.items():
        words += [name] * several + _table(x, logs, lines)
    return Figure(WIDE + 2 * EDGE, height, label, "\n".join(words), tuple(parts))


def _logs(log):
    if log in LOGS:
        return LOGS[log]
    got, move = f"log is {log!r}", 'log="y" makes the upright axis logarithmic.'
    raise ShapeError(sentence(WHERE, got, "True, False or 'y'", move))


def _panels(x, given, across, up):
    x = expect_finite(WHERE, "x", expect(WHERE, "x", x, ("N",), real=True))
    if len(x) < 2 or not (np.diff(x) > 0).all() or (across and x[0] <= 0):
        got = "x does not increase from a positive number" if across else "x does not increase"
        move = "Make it with np.linspace, or np.geomspace for a logarithmic axis."
        raise ShapeError(sentence(WHERE, got, "two numbers or more, increasing", move))
    several = isinstance(given, dict) and any(isinstance(v, dict) for v in given.values())
    if several and len(given) > MOST:
        got = f"given is a dict of {len(given)}"
        raise ShapeError(sentence(WHERE, got, f"up to {MOST} panels", "Show fewer."))
    panels = given if several else {"": given}
    panels = {str(name): named(WHERE, lines, up, 4) for name, lines in panels.items()}
    for lines in panels.values():
        for name, y in lines.items():
            expect(WHERE, name, y, (len(x),), hint="A curve has one number for every x.")
    return x, panels


def _legend(names):
    """Samples with their names, as many side by side as there is room for; and where they end."""
    parts, x, y = [], EDGE, EDGE
    for i, name in enumerate(names):
        wide = 52 + LETTER * len(name)
        if x + wide > EDGE + WIDE and x > EDGE:
            x, y = EDGE, y + LINE
        parts += sample(x, y, i, name)
        x += wide
    return parts, y + LINE


def _table(x, logs, lines):
    """The curves at a few places: one row each, right-aligned."""
    at = places(x, Scale(float(x[0]), float(x[-1]), 0, 1, logs[0]), 7)
    (across, _), (up, back) = ((np.log, np.exp) if log else (np.asarray,) * 2 for log in logs)
    rows = [["x", *map(number, at)]]
    for name, y in lines.items():
        rows.append([name, *map(number, back(np.interp(across(at), across(x), up(y))))])
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join([r[0].ljust(wide[0]), *map(str.rjust, r[1:], wide[1:])]) for r in rows]
