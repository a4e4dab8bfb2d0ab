"""Matrix products in words, ``dX = dZ W``, read and checked size by size.

Introduced by chapter 4.
"""

from dataclasses import dataclass
from itertools import pairwise

from backprop.errors import ShapeError, UnknownNameError, sentence

WHERE = "shape_ledger"


@dataclass(frozen=True)
class Matrix:
    """A matrix in a product: its name and the names of its two sizes.

    Examples
    --------
    >>> print(Matrix("dZᵀ", "H", "N"), Matrix("dZᵀ", "H", "N").role)
    dZᵀ (H, N) backward
    """

    name: str
    rows: str
    columns: str

    @property
    def role(self):
        """Gradients, marked by a leading d, flow backward."""
        return "forward" if _letter(self.name) == self.name.removesuffix("ᵀ") else "backward"

    def __str__(self):
        return f"{self.name} ({self.rows}, {self.columns})"


def parse(product, shapes):
    """Read a product into its result and its terms, each a tuple of factors.

    Sizes are compared by name, so two that happen to be equal do not pass for each other.

    Raises
    ------
    ShapeError
        For sizes that do not meet.
    UnknownNameError
        For a letter that has no shape.

    Examples
    --------
    >>> result, terms = parse("dX = dZ W", {"X": "ND", "Z": "NH", "W": "HD"})
    >>> print(result, *terms[0])
    dX (N, D) dZ (N, H) W (H, D)
    """
    left, _, right = product.partition("=")
    if len(left.split()) != 1 or not all(map(str.split, right.split("+"))):
        move = "Write the result on the left, the factors on the right."
        raise ShapeError(sentence(WHERE, f"the product is {product!r}", "'dX = dZ W'", move))
    result = _matrix(left.strip(), shapes)
    terms = [tuple(_matrix(name, shapes) for name in term.split()) for term in right.split("+")]
    for term in terms:
        _meet(product, result, term)
    return result, terms


def _matrix(name, shapes):
    letter = _letter(name)
    if letter not in shapes:
        got, move = f"{letter} has no shape", f"Add {letter!r} to shapes."
        raise UnknownNameError(sentence(WHERE, got, f"one of {', '.join(shapes)}", move))
    if len(shapes[letter]) not in (1, 2):
        got, move = f"{letter} has shape {shapes[letter]!r}", "One letter per size."
        raise ShapeError(sentence(WHERE, got, "one or two sizes", move))
    rows, columns = (*shapes[letter], "1")[:2]
    return Matrix(name, columns, rows) if name.endswith("ᵀ") else Matrix(name, rows, columns)


def _letter(name):
    """The letter whose shape a name has: a gradient's is that of what it is the gradient of."""
    letter = name.removesuffix("ᵀ")
    return letter[1:] if letter.startswith("d") and len(letter) > 1 else letter


def _meet(product, result, term):
    """Refuse a term whose sizes differ where factors touch, or whose outside is not the result."""
    for a, b in pairwise(term):
        _same(product, f"{a} {b}", a.columns, b.rows, "inside")
    outside = f"{result} from {' '.join(map(str, term))}"
    _same(product, outside, result.rows, term[0].rows, "for the rows")
    _same(product, outside, result.columns, term[-1].columns, "for the columns")


def _same(product, what, one, other, which):
    if one != other:
        got = f"{product!r} has {what}: {one} and {other} {which}"
        move = "Which index does the derivation sum over? That size stands inside."
        raise ShapeError(sentence(WHERE, got, "equal sizes", move))
