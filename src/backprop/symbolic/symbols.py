"""The words in which a chapter states its equations."""

import sympy as sp

from ..errors import StatementError, sentence
from .algebra import Diag, Inner
from .derivatives import Gradient, Jacobian, Partial, Slope, Velocity
from .entries import Delta, Total
from .expression import Index, Size, lift
from .leaves import Array, Cost, Let, Ones, Scalar, direction, must_be_symbol
from .mapping import Mapped
from .pointwise import VARIABLE, Elementwise, cos, exp, log, sin, sqrt, tanh
from .scalars import Cases, Constant, Relation
from .softmax import Softmax
from .tables import Table, Zeros, rectangle

__all__ = [
    "bracket",
    "column",
    "cos",
    "equal",
    "exp",
    "log",
    "mapping",
    "maximum",
    "pi",
    "piecewise",
    "scalar",
    "sin",
    "slope",
    "softmax",
    "sqrt",
    "table",
    "tanh",
    "unequal",
    "zeros",
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


def scalar(name):
    """Return an independent number: ``t = scalar("t")``, ``w1 = scalar("w^(1)")``."""
    return Scalar(name)


pi = Constant(sp.pi)


def column(*entries):
    """Return a column of numbers, written out: ``column(r * cos(phi), r * sin(phi))``.

    A column of independent numbers, or a symbol that `let` gives it, can be differentiated after.
    """
    return Table(tuple((lift(entry),) for entry in entries))


def table(rows):
    """Return a matrix of numbers, written out: ``table([[a, b], [c, d]])``."""
    return Table(tuple(tuple(map(lift, row)) for row in rectangle(rows)))


def zeros(rows, columns=1):
    """Return a column of zeros, or a matrix of them, printed as **0**."""
    return Zeros(rows, columns)


def softmax(of):
    """Return the softmax of a column, or of every row of a matrix."""
    return Softmax(lift(of))


def piecewise(*cases):
    """Return values by condition: ``piecewise((x, x > 0), 0)``; the last one has none."""
    *rows, otherwise = cases
    values, conditions = zip(*rows, strict=True)
    if isinstance(conditions[0], Relation):
        return Cases((*map(lift, values), lift(otherwise)), tuple(conditions))
    return sp.Piecewise(*rows, (otherwise, True))


def bracket(condition):
    """Return [x > y]: one where the condition holds, else zero."""
    if isinstance(condition, sp.Basic):  # inside the formula of an elementwise function
        return sp.Piecewise((1, condition), (0, True))
    return Cases((lift(1), lift(0)), (condition,), "bracket")


def maximum(left, right):
    """Return max(left, right) for two numbers; where they are equal it has no slope."""
    if isinstance(left, sp.Basic) or isinstance(right, sp.Basic):
        return sp.Max(left, right)
    left, right = lift(left), lift(right)
    return Cases((left, right), (Relation(left, ">", right),), "max")


def equal(left, right):
    """Return the hypothesis that two things are equal, for ``where=``."""
    return Relation(lift(left), "=", lift(right))


def unequal(left, right):
    """Return the hypothesis that two numbers differ, for ``where=``."""
    return Relation(lift(left), "≠", lift(right))


def mapping(name, rows):
    """Return an opaque map: ``f = mapping("f", H)``, then ``f(x)`` is a column of H numbers."""

    def of(*symbols):
        for symbol in symbols:
            must_be_symbol("mapping", symbol)
        return Mapped(name, rows, symbols)

    return of


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
    return Elementwise(name, formula and sp.sympify(formula(VARIABLE)), formula)


def gradient(of, wrt):
    """Return ∇_wrt of, shaped like `wrt`."""
    return Gradient(of, wrt)


def partial(of, wrt):
    """Return ∂of/∂wrt for a number and one entry, or the symbol of a number."""
    return Partial(lift(of), wrt)


def slope(of, wrt):
    """Return d of/d wrt, where `wrt` is the symbol of one number; every way to it counts."""
    return Slope(lift(of), wrt)


def jacobian(of, wrt, layout="numerator"):
    """Return the Jacobian of a column with respect to a column.

    In numerator layout entry (i, j) is ∂y_i/∂x_j; ``layout="denominator"`` is its transpose and
    is printed ∂yᵀ/∂x.
    """
    return Jacobian(of, wrt, layout)


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
