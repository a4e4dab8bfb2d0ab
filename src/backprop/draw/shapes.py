"""The shape ledger: products drawn as boxes to scale, so that sizes can be seen to meet.

Introduced by chapter 4.
"""

from dataclasses import dataclass
from itertools import pairwise

from backprop.errors import ShapeError, UnknownNameError, sentence
from backprop.shapes import expect_size

from .given import MOST
from .products import WHERE, Matrix, parse
from .svg import Figure, group, maths, path, rect, text

UNIT = 13  # a size of one, in user units
EDGE = 12  # free space around the figure
NAME = 19  # room for the name of a size beside an edge
SIGN = 24  # room for = or +
GAP = 24  # between two lines of boxes
LEGEND = 284  # width of the legend
LABEL = "Shape ledger: sizes that meet inside a product are summed over, the outer ones remain."


def shape_ledger(products, shapes, **sizes):
    """Draw matrix products as boxes to scale: sizes that meet inside are summed over.

    A gradient has the shape of what it is the gradient of, so ``dW`` needs no shape of its own.
    A product whose sizes do not meet is refused. Sizes are compared by name, so two that happen
    to be equal do not pass for each other.

    Parameters
    ----------
    products : list of str
        Each a result, ``=``, and terms joined by ``+``: ``"Z = X Wᵀ + 1 bᵀ"``.
    shapes : dict of str to str
        The sizes of each letter by name, ``{"X": "ND", "b": "H"}``; one name means a column.
    **sizes : int
        The number behind each name: ``N=5``.

    Returns
    -------
    Figure
        Forward quantities blue, gradients orange; the edges that are summed over thick.

    Raises
    ------
    ShapeError
        For a product whose sizes do not meet, or a size that is no positive integer.
    UnknownNameError
        For a letter without a shape, or a size without a number.

    Examples
    --------
    >>> shape_ledger(["dX = dZ W"], {"X": "ND", "Z": "NH", "W": "HD"}, N=5, D=3, H=4)
    Shape ledger: sizes that meet inside a product are summed over, the outer ones remain.
    dX (5, 3) = dZ (5, 4) W (4, 3)
    """
    lines = _read(products, shapes)
    sizes = {"1": 1} | {name: _size(name, size) for name, size in sizes.items()}
    _all_known(lines, sizes)
    equals = EDGE + NAME + UNIT * max(sizes[result.columns] for result, _ in lines)
    parts, rights, y = [], [], EDGE
    for result, terms in lines:
        tall = UNIT * max(sizes[m.rows] for m in _matrices(result, terms))
        drawn, right = _line(result, terms, sizes, equals, y + NAME + tall / 2)
        parts, rights, y = parts + drawn, [*rights, right], y + NAME + tall + GAP
    width = max(*rights, LEGEND) + EDGE
    parts += _legend(sizes, width / 2, y + 14)
    words = "\n".join([LABEL, *(_in_words(*line, sizes) for line in lines)])
    return Figure(width, y + 66, LABEL, words, tuple(parts))


def _read(products, shapes):
    if isinstance(products, str) or not products:
        got, move = f"products is {products!r}", "Put each product into the list."
        raise ShapeError(sentence(WHERE, got, "a list of products", move))
    return [parse(product, shapes) for product in products]


def _size(name, size):
    if expect_size(WHERE, name, size) <= MOST:
        return size
    got, move = f"{name} is {size}", "The names carry the meaning: draw small sizes."
    raise ShapeError(sentence(WHERE, got, f"a size up to {MOST}", move))


def _matrices(result, terms):
    return [result, *(factor for term in terms for factor in term)]


def _all_known(lines, sizes):
    used = {n for line in lines for m in _matrices(*line) for n in (m.rows, m.columns)}
    for name in sorted(used - set(sizes)):
        got, move = f"{name} has no number", f"Add {name}=5, for instance."
        raise UnknownNameError(sentence(WHERE, got, "one for every size in shapes", move))


def _line(result, terms, sizes, equals, middle):
    """Draw one product, its sign of equality at x = equals; return its parts and right edge."""
    boxes = [_box(result, sizes, equals - UNIT * sizes[result.columns], middle)]
    parts, x = [], equals
    for sign, term in zip("=" + "+" * len(terms), terms, strict=False):
        parts.append(text(x + SIGN / 2, middle, sign))
        placed = _side_by_side(term, sizes, x + SIGN, middle)
        parts += [edge for a, b in pairwise(placed) for edge in _summed(a, b)]
        boxes, x = boxes + placed, placed[-1].right
    return [part for box in boxes for part in box.parts()] + parts, x


def _side_by_side(term, sizes, x, middle):
    placed = []
    for matrix in term:
        x += 0 if matrix.rows == "1" else NAME
        placed.append(_box(matrix, sizes, x, middle))
        x = placed[-1].right + 5
    return placed


def _box(matrix, sizes, x, middle):
    return Box(matrix, UNIT * sizes[matrix.columns], UNIT * sizes[matrix.rows], x, middle)


def _summed(a, b):
    """The two edges that meet, thick: the columns of a and the rows of b."""
    if a.matrix.columns == "1":
        return []
    return [
        group("ink", path(f"M{a.x:g} {a.top:g}h{a.wide:g}", 4)),
        group("ink", path(f"M{b.x:g} {b.top:g}v{b.tall:g}", 4)),
    ]


def _legend(sizes, middle, y):
    named = ",  ".join(f"{name} = {size}" for name, size in sizes.items() if name != "1")
    left = middle - LEGEND / 2
    return [
        maths(middle, y, named),
        group("forward", rect(left, y + 24, 14, 14)),
        text(left + 20, y + 31, "forward", "small left"),
        group("backward", rect(left + 90, y + 24, 14, 14)),
        text(left + 110, y + 31, "gradient", "small left"),
        group("ink", path(f"M{left + 186:g} {y + 24:g}v14", 3.5)),
        text(left + 195, y + 31, "summed over", "small left"),
    ]


def _in_words(result, terms, sizes):
    result, *factors = (
        f"{m.name} ({sizes[m.rows]}, {sizes[m.columns]})" for m in _matrices(result, terms)
    )
    counts = iter(factors)
    sums = " + ".join(" ".join(next(counts) for _ in term) for term in terms)
    return f"{result} = {sums}"


@dataclass(frozen=True)
class Box:
    """A matrix to scale, its left edge at x and its centre at height `middle`."""

    matrix: Matrix
    wide: float
    tall: float
    x: float
    middle: float

    @property
    def right(self):
        """The x of the right edge."""
        return self.x + self.wide

    @property
    def top(self):
        """The y of the upper edge."""
        return self.middle - self.tall / 2

    def parts(self):
        """The box, its letter, and the names of its sizes at the edges."""
        yield group(self.matrix.role, rect(self.x, self.top, self.wide, self.tall, stroke=1.5))
        yield maths(self.x + self.wide / 2, self._letter_y, self.matrix.name)
        if self.matrix.columns != "1":
            yield _name(self.x + self.wide / 2, self.top - 10, self.matrix.columns)
        if self.matrix.rows != "1":
            yield _name(self.x - 11, self.middle, self.matrix.rows)

    @property
    def _letter_y(self):
        """Inside the box, or below one too thin for a letter."""
        thin = min(self.wide, self.tall) < 2 * UNIT
        return self.middle + self.tall / 2 + 11 if thin else self.middle


def _name(x, y, size):
    return text(x, y, size, "size")
