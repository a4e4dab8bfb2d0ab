"""Figures of arrays with every number shown: the outer product and the third-order tensor.

Introduced by chapter 4.
"""

import numpy as np

from .given import numbers, place
from .grid import ROW, Grid, cell_width
from .style import number
from .svg import Figure, maths, text

EDGE = 12  # free space around a figure
LINE = 30  # height of a line of text
GAP = 16  # between a product and its factors, or between two panels
WIDEST = 350  # of a row of panels: a phone's width
CODE = 8.6  # width allowed for a letter of code
COUNT = 150  # width of the line that counts

PRODUCT = "Outer product: each entry of ∇_W C is ∂C/∂z of its row times x of its column."
SUBSCRIPTS = "₁₂₃₄₅₆"


def outer_product(dz, x, highlight=None):
    """Show that each entry of dW is one factor from its row times one from its column.

    ∇_W C = (∇_z C) xᵀ     affine-outer

    The column ∂C/∂z stands to the left of the product and the row xᵀ above it, as in a
    multiplication table. Tint and bar show a number's size against the largest of its array; the
    bar leans right for a positive number and left for a negative one.

    Parameters
    ----------
    dz : (H,) float array
        The upstream gradient ∂C/∂z.
    x : (D,) float array
        The layer's input.
    highlight : (int, int), optional
        An entry (j, k), counted as in ``dW[j, k]``, to outline with its two factors.

    Returns
    -------
    Figure
        Shows itself in a notebook, prints as a table.

    Raises
    ------
    ShapeError, DtypeError, NotFiniteError
        For anything but vectors of one to six finite floats, and a highlight outside the product.

    Examples
    --------
    >>> outer_product([1.0, -2.0], [2.0, -1.0, 4.0])
    Outer product: each entry of ∇_W C is ∂C/∂z of its row times x of its column.
         2  −1   4
     1   2  −1   4
    −2  −4   2  −8
    """
    dz, x = numbers("outer_product", "dz", dz, "H"), numbers("outer_product", "x", x, "D")
    column, row, product = grids = _multiplication_table(dz, x)
    parts = [part for grid in grids for part in grid.cells()]
    parts += [
        maths(column.middle, column.y - 15, "∂C/∂z"),
        maths(row.middle, row.y - 15, "xᵀ"),
        maths(product.middle, product.bottom + 18, "∇_W C"),
    ]
    right, bottom, words = product.right, product.bottom + 36, _product_in_words(grids)
    if highlight is not None:
        j, k = place("outer_product", highlight, product.values.shape)
        parts += [column.outline(j, 0), row.outline(0, k), product.outline(j, k)]
        line = _one_entry(j, k, dz[j], x[k])
        parts.append(text(column.x, product.bottom + 46, line, "code left"))
        right, bottom, words = (
            max(right, column.x + CODE * len(line)),
            bottom + 30,
            f"{words}\n{line}",
        )
    return Figure(right + EDGE, bottom, PRODUCT, words, tuple(parts))


def _multiplication_table(dz, x):
    dW = np.outer(dz, x)
    wide = cell_width(dz, x, dW)
    row = Grid(x[None, :], "forward", EDGE + max(wide, 52) + GAP, LINE, wide)
    column = Grid(dz[:, None], "backward", row.x - GAP - wide, row.bottom + GAP, wide)
    return column, row, Grid(dW, "backward", row.x, column.y, wide)


def _one_entry(j, k, dz_j, x_k):
    factor = f"({number(x_k)})" if x_k < 0 else number(x_k)
    return f"dW[{j}, {k}] = {number(dz_j)} × {factor} = {number(dz_j * x_k)}"


def _product_in_words(grids):
    column, row, product = (grid.values for grid in grids)
    table = np.block([[np.full((1, 1), np.nan), row], [column, product]])
    return "\n".join([PRODUCT, *_rows(table)])


def _rows(values):
    """Right-aligned columns of numbers; a NaN is an empty corner."""
    cells = np.array([["" if np.isnan(v) else number(v) for v in row] for row in values])
    wide = [max(map(len, column)) for column in cells.T]
    return ["  ".join(f"{c:>{w}}" for c, w in zip(row, wide, strict=True)) for row in cells]


def sparsity(T):
    """Show the third-order tensor ∂z/∂W slice by slice, and how little of it is not zero.

    ∂z_i/∂W_jk = [i = j] x_k     affine-third-order

    Parameters
    ----------
    T : (H, H, D) float array
        ``T[i, j, k]`` is ∂z_i/∂W_jk.

    Returns
    -------
    Figure
        One panel per output i: numbers where the tensor is not zero, dots where it is.

    Raises
    ------
    ShapeError, DtypeError, NotFiniteError
        For anything but three axes of one to six finite floats, the first two equally long.

    Examples
    --------
    >>> sparsity([[[2.0, -1.0], [0.0, 0.0]], [[0.0, 0.0], [2.0, -1.0]]])
    The third-order tensor ∂z/∂W, one slice per output: non-zero 4 of 8.
    ∂z₁/∂W
    2  −1
    0   0
    ∂z₂/∂W
    0   0
    2  −1
    """
    T = numbers("sparsity", "T", T, "HHD")
    panels = _panels(T)
    count = f"non-zero {np.count_nonzero(T)} of {T.size}"
    right, bottom = max(COUNT, *(p.right for p in panels)), panels[-1].bottom
    parts = [part for i, panel in enumerate(panels) for part in _slice(i, panel)]
    parts.append(text((EDGE + right) / 2, bottom + 24, count))
    label = f"The third-order tensor ∂z/∂W, one slice per output: {count}."
    words = [line for i, p in enumerate(panels) for line in (_name(i), *_rows(p.values))]
    return Figure(right + EDGE, bottom + 44, label, "\n".join([label, *words]), tuple(parts))


def _panels(T):
    """One grid per slice, as many side by side as a phone is wide."""
    wide = cell_width(T)
    across, down = wide * T.shape[2] + GAP, ROW * T.shape[1] + LINE + GAP
    per_row = max(1, (WIDEST - 2 * EDGE + GAP) // across)
    corners = [(EDGE + i % per_row * across, LINE + 4 + i // per_row * down) for i in range(len(T))]
    return [Grid(t, "forward", *corner, wide) for t, corner in zip(T, corners, strict=True)]


def _slice(i, panel):
    return [
        maths(panel.middle, panel.y - 16, f"∂z_{i + 1}/∂W"),
        *panel.cells(quiet=True),
        panel.frame(),
    ]


def _name(i):
    return f"∂z{SUBSCRIPTS[i]}/∂W"
