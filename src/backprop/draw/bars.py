"""How large the gradient is, layer by layer.

Introduced by chapter 6.
"""

from math import log10

import numpy as np

from backprop.errors import NotFiniteError, ShapeError, sentence
from backprop.shapes import expect, expect_finite

from .blocks import Piece, plain
from .given import length
from .grid import DIGIT
from .style import number
from .svg import Figure, element, group, text

WHERE = "deltas"
MOST = 24  # layers
EDGE = 12  # free space around the figure
WIDE = 372  # of the figure without its edges
ROW = 28  # height of a layer
BAR = 16  # height of a bar
SPREAD = 30  # sizes further apart than this are drawn on a logarithmic scale


def deltas(sizes):
    """Show the size of δ, the gradient in z, layer by layer, the last layer on top.

    Parameters
    ----------
    sizes : dict of str to float or float array
        For each layer, first to last, ``{"1": 0.25, "2": 1.5}``, the norm of its δ, or δ itself,
        of which the norm is taken.

    Returns
    -------
    Figure
        A bar for each layer, as long as its norm; if norms differ by a factor above 30, on a
        logarithmic scale from the power of ten below the least. Prints as a table.

    Raises
    ------
    ShapeError, DtypeError, NotFiniteError
        For no layer or more than 24, and sizes that are not finite, or negative.

    Examples
    --------
    >>> deltas({"δ_1": 0.25, "δ_2": [1.5, -2.0]})
    Size of δ by layer, the last on top; lengths are proportional.
    δ₂   2.5
    δ₁  0.25
    """
    norms = _norms(sizes)
    low = _lowest([*norms.values()])
    label = "Size of δ by layer, the last on top; lengths are "
    label += f"logarithmic from {number(low)}." if low else "proportional."
    names, values = [*norms][::-1], [*norms.values()][::-1]
    aside = max(Piece("formula", name).wide for name in names) + 8
    behind = DIGIT * max(len(number(v)) for v in values) + 8
    room = WIDE - aside - behind
    parts = []
    for i, (name, value) in enumerate(zip(names, values, strict=True)):
        long = round(room * _share(value, max(values), low), 1)
        parts += _bar(name, value, EDGE + aside, EDGE + ROW * i, long)
    names = [plain(name) for name in names]
    wide = max(map(len, names)), max(len(number(v)) for v in values)
    rows = [f"{n:<{wide[0]}}  {number(v):>{wide[1]}}" for n, v in zip(names, values, strict=True)]
    return Figure(
        WIDE + 2 * EDGE, ROW * len(names) + 2 * EDGE, label, "\n".join([label, *rows]), tuple(parts)
    )


def _norms(sizes):
    if not isinstance(sizes, dict) or not 1 <= len(sizes) <= MOST:
        got = f"sizes is {length(sizes)}"
        move = 'Give every layer its name: {"δ_1": 0.25}.'
        raise ShapeError(sentence(WHERE, got, f"a dict of 1 to {MOST} layers", move))
    return {str(name): _norm(str(name), size) for name, size in sizes.items()}


def _norm(name, size):
    array = np.asarray(size, float) if np.ndim(size) == 0 else size
    array = expect_finite(WHERE, name, expect(WHERE, name, array, (...,), real=True))
    if array.ndim == 0 and array < 0:
        got, move = f"{name} is {number(array)}", "Give the norm, or δ itself as an array."
        raise NotFiniteError(sentence(WHERE, got, "a norm, at least 0", move))
    return float(np.linalg.norm(array))


def _lowest(values):
    """The power of ten from which a logarithmic scale begins, or 0 for a proportional one."""
    least = min((v for v in values if v), default=0.0)
    if not least or max(values) <= SPREAD * least:
        return 0.0
    return 10.0 ** (np.ceil(log10(least)) - 1)


def _share(value, top, low):
    if not low:
        return value / top if top else 0.0
    return max(0.0, log10(value / low) / log10(top / low)) if value else 0.0


def _bar(name, value, x, y, long):
    middle = y + ROW / 2
    formula = Piece("formula", name)
    yield from formula.parts(round(x - 8 - formula.wide / 2, 1), middle)
    bar = {"x": x, "y": middle - BAR / 2, "width": long, "height": BAR}
    yield group(
        "backward",
        element("rect", **bar, fill="currentColor", fill_opacity=0.32, stroke="currentColor"),
    )
    yield text(round(x + long + 6, 1), middle, number(value), "left")
