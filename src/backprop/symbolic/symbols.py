"""The words in which a chapter states its equations."""

from ..errors import StatementError, sentence
from .algebra import Diag, Inner
from .derivatives import Gradient, Jacobian, Partial, Velocity
from .entries import Delta, Total
from .expression import Index, Size, lift
from .leaves import Array, Cost, Let, Ones, direction, must_be_symbol
from .pointwise import VARIABLE, Elementwise

__all__ = [
    "cost",
    "delta",
    "diag",
    "elementwise",
    "gradient",
    "indices",
    "inner",
    "jacobian",
    "let",
    "matrix",
    "ones",
    "partial",
    "direction",
    "sizes",
    "total",
    "vector",
    "velocity",
]


def sizes(**numbers):
    """Return named sizes, for example ``N, D, H = sizes(N=5, D=3, H=4)``.

    Raises
    ------
    StatementError
        When two sizes are equal: equal sizes hide transposed and swapped factors.
    """
    if len(set(numbers.values())) < len(numbers) or min(numbers.values()) < 2:
        got, wanted = f"got {numbers}", "numbers that differ pairwise, none below 2"
        raise StatementError(sentence("sizes", got, wanted, "Equal sizes would hide a transpose."))
    return tuple(Size(name, number) for name, number in numbers.items())


def indices(**ranges):
    """Return indices with the sizes they run over: ``j, k = indices(j=H, k=D)``."""
    return tuple(Index(name, size) for name, size in ranges.items())


def matrix(name, rows, columns):
    """Return an independent matrix of shape (rows, columns)."""
    return Array(name, rows, columns)


def vector(name, rows):
    """Return an independent column vector."""
    return Array(name, rows, 1)


def ones(rows):
    """Return a column of ones, printed as **1**."""
    return Ones(rows)


def let(name, meaning):
    """Return a symbol that stands for an expression; show it with `definition`."""
    meaning = lift(meaning)
    if meaning.free:
        got, move = f"{meaning!r} has open indices", "Write it without indices."
        raise StatementError(sentence("let", got, "a whole array", move))
    return Let(name, meaning)


def cost(name):
    """Return an opaque cost: ``C = cost("C")``, then ``C(z)`` is some scalar function of z."""

    def of(*symbols):
        for symbol in symbols:
            must_be_symbol("cost", symbol)
        return Cost(name, symbols)

    return of


def elementwise(name, formula=None):
    """Return a function of one number, opaque unless a SymPy formula is given."""
    return Elementwise(name, formula and formula(VARIABLE))


def gradient(of, wrt):
    """Return ∇_wrt of, shaped like `wrt`."""
    return Gradient(of, wrt)


def partial(of, wrt):
    """Return ∂of/∂wrt for a scalar and one entry."""
    return Partial(of, wrt)


def jacobian(of, wrt):
    """Return the Jacobian of a column with respect to a column, numerator layout."""
    return Jacobian(of, wrt)


def velocity(of, wrt):
    """Return the change of `of` while `wrt` moves in its direction."""
    return Velocity(of, wrt)


def diag(of):
    """Return the diagonal matrix of a column."""
    return Diag(of)


def inner(left, right):
    """Return ⟨left, right⟩, the sum of products of corresponding entries."""
    return Inner(left, right)


def delta(left, right):
    """Return [left = right] for two indices."""
    return Delta(left, right)


def total(inside, index):
    """Return Σ over `index` of `inside`."""
    if not isinstance(index, Index):
        move = "A sum runs over an index: make one with indices(j=H)."
        raise StatementError(sentence("total", f"index is {index!r}", "an index such as j", move))
    return Total(lift(inside), index)
