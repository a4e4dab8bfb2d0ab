"""Matrices and Jacobians: with their numbers if they are small, as a map of colours if not.

Introduced by chapter 3.
"""

import numpy as np

from backprop.errors import ShapeError, sentence
from backprop.shapes import expect, expect_finite

from .blocks import plain
from .given import MOST
from .grid import ROW, Grid, cell_width
from .picture import paper, picture
from .style import number
from .svg import Figure, maths, text

EDGE = 12  # free space around the figure
LINE = 28  # height of a line of text
GAP = 22  # between two panels
ROOM = 372  # for panels side by side
LETTER = 8.6  # width allowed for a letter of a name


def matrix(A, rows=None, columns=None, role="forward"):
    """Show a matrix: every number if there are few, colours if there are many.

    Parameters
    ----------
    A : (M, N) float array, or dict of str to such arrays
        One matrix, or several with their names.
    rows, columns : list of str, optional
        What the rows and the columns are called.
    role : str
        forward, backward or neutral: the colour.

    Returns
    -------
    Figure or Picture
        A Figure up to six rows and columns, a Picture beyond. Shows itself in a notebook, prints
        as a table.

    Raises
    ------
    ShapeError, DtypeError, NotFiniteError
        For anything but matrices of finite floats, and names that do not fit.

    Examples
    --------
    >>> matrix([[1.0, -2.0], [0.0, 0.5]], columns=["left", "right"])
    Matrix: 2 × 2, 3 of 4 entries are not zero.
    left  right
       1     −2
       0    0.5
    """
    return _draw("matrix", "Matrix", A, rows, columns, role)


def jacobian(J, letters=("y", "x")):
    """Show a Jacobian: row i holds the slopes of output i, column j the slopes in input j.

    (∂y/∂x)_ij = ∂y_i/∂x_j     jacobian-entry

    Parameters
    ----------
    J : (M, N) float array, or dict of str to such arrays
        One Jacobian, or several with their names.
    letters : (str, str)
        The outputs' letter and the inputs'.

    Returns
    -------
    Figure or Picture
        A Figure up to six outputs and inputs, a Picture beyond. Shows itself in a notebook, prints
        as a table.

    Raises
    ------
    ShapeError, DtypeError, NotFiniteError
        For anything but matrices of finite floats.

    Examples
    --------
    >>> jacobian([[2.0, 0.0], [0.0, -1.0], [1.0, 1.0]])
    Jacobian ∂y/∂x: 3 × 2, 4 of 6 entries are not zero.
        x₁  x₂
    y₁   2   0
    y₂   0  −1
    y₃   1   1
    """
    kind = "Jacobian ∂{}/∂{}".format(*letters)
    return _draw("jacobian", kind, J, *letters, "backward")


def _draw(where, kind, given, rows, columns, role):
    given = given if isinstance(given, dict) else {"": given}
    arrays = {
        str(name): expect_finite(
            where, name or "A", expect(where, name or "A", a, ("M", "N"), real=True)
        )
        for name, a in given.items()
    }
    if not arrays:
        raise ShapeError(
            sentence(where, "A is an empty dict", "one matrix or more", "Give it one.")
        )
    panels = [
        (
            name,
            a,
            _names(where, "rows", rows, a.shape[0]),
            _names(where, "columns", columns, a.shape[1]),
        )
        for name, a in arrays.items()
    ]
    words = [line for panel in panels for line in _in_words(kind, *panel)]
    if max(max(a.shape) for a in arrays.values()) > MOST:
        return _maps(panels, words)
    return _grids(panels, role, words)


def _names(where, which, names, n):
    """A letter with subscripts, or as many names as given."""
    if names is None or (isinstance(names, str) and n > MOST):
        return [""] * n
    if isinstance(names, str):
        return [f"{names}_{i + 1}" for i in range(n)]
    if len(names) != n:
        got, move = f"{which} has {len(names)} names", f"One for each of the {n} {which}."
        raise ShapeError(sentence(where, got, str(n), move))
    return [str(name) for name in names]


def _in_words(kind, name, A, rows, columns):
    title = f"{kind}{' of ' * bool(name)}{name}: {A.shape[0]} × {A.shape[1]}, "
    title += f"{np.count_nonzero(A)} of {A.size} entries are not zero."
    if max(A.shape) > MOST:
        return [title]
    table = [[plain(row), *map(number, line)] for row, line in zip(rows, A, strict=True)]
    if any(columns):
        table.insert(0, ["", *map(plain, columns)])
    if not any(rows):
        table = [line[1:] for line in table]
    wide = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [title, *("  ".join(map(str.rjust, line, wide)) for line in table)]


def _grids(panels, role, words):
    """The panels from left to right, and further down where a phone ends."""
    parts, x, y, low, right = [], EDGE, EDGE, 0, 0
    for name, A, rows, columns in panels:
        aside = max(map(_wide, rows)) + 8 if any(rows) else 0
        above = LINE * (bool(name) + any(columns))
        cell = max(_cell(A, ROOM - aside), *(round(_wide(c)) + 8 for c in columns))
        grid = Grid(A, role, x + aside, y + above, cell)
        if grid.right > EDGE + ROOM and x > EDGE:
            x, y = EDGE, low + GAP
            grid = Grid(A, role, x + aside, y + above, cell)
        parts += _panel(grid, name, rows, columns, aside)
        x, low, right = grid.right + GAP, max(low, grid.bottom), max(right, grid.right)
        right = max(right, grid.middle + LETTER * len(name) / 2)
    return Figure(right + EDGE, low + EDGE, words[0], "\n".join(words), tuple(parts))


def _cell(A, room):
    """The width of a cell; many columns stand closer."""
    roomy = cell_width(A)
    return max(min(roomy, room // A.shape[1]), roomy - 10)


def _wide(name):
    return LETTER * len(name.replace("_", ""))


def _panel(grid, name, rows, columns, aside):
    yield from grid.cells(quiet=True)
    yield grid.frame()
    if name:
        yield text(grid.middle, grid.y - 12 - LINE * any(columns), name)
    for j, column in enumerate(columns):
        if column:
            yield _label(grid.corner(0, j)[0] + grid.wide / 2, grid.y - 12, column)
    for i, row in enumerate(rows):
        if row:
            yield _label(grid.x - aside / 2 - 1, grid.y + ROW * (i + 0.5), row)


def _label(x, y, name):
    return maths(x, y, name) if "_" in name or len(name) == 1 else text(x, y, name)


def _maps(panels, words):
    """A map of colours each: blue positive, orange negative, white zero."""
    tall = max(A.shape[0] / A.shape[1] for _, A, *_ in panels)
    with paper(min(0.5 + 4.2 * tall / len(panels), 6), 1, len(panels)) as (figure, (row,)):
        from matplotlib.colors import LinearSegmentedColormap

        signs = LinearSegmentedColormap.from_list(
            "signs", ["#8f3a05", "#d4570a", "#ffffff", "#2b7fd8", "#123f73"]
        )
        for axes, (name, A, *_) in zip(row, panels, strict=True):
            top = np.abs(A).max() or 1.0
            shown = axes.imshow(A, cmap=signs, vmin=-top, vmax=top, interpolation="nearest")
            axes.set(title=name, xlabel="column", ylabel="row")
            figure.colorbar(shown, ax=axes, shrink=0.85)
        return picture(figure, *words)
