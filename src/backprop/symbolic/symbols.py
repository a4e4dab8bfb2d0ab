"""The expressions that an equation is made of (introduced by chapter 4).

An expression is a small tree.  It is built with Python's operators, and nothing is computed while
it is built: a product whose shapes do not fit is an expression like any other, so that a wrong
version of a formula can be handed to `equation` and be rejected there.

Every kind of expression answers three questions, and they stand side by side in its class:

* ``dims`` — its shape, in named sizes;
* ``value(world)`` — its entries at fixed sizes, as SymPy expressions (`backprop.symbolic.worlds`);
* ``terms(axes)`` — one entry in index form, for all sizes (`backprop.symbolic.indexform`).

How it is printed is the business of `backprop.symbolic.printing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy as sp

from ..errors import ShapeError
from . import indexform
from .opaque import opaque

__all__ = [
    "Index",
    "Size",
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


class MisfitError(ShapeError):
    """The shapes inside an expression do not fit together."""


def lift(thing):
    """Return `thing` as an expression: numbers become `Number`."""
    return thing if isinstance(thing, Expr) else Number(sp.sympify(thing, rational=True))


class Expr:
    """A formula that has not been computed.

    Attributes
    ----------
    dims : tuple
        ``()`` for a scalar, ``(rows, columns)`` otherwise; vectors are columns, ``(D, 1)``.
    parts : tuple of Expr
        The expressions it is made of.
    """

    parts: tuple = ()
    __array_priority__ = 1000  # NumPy's operators step aside

    @cached_property
    def dims(self):
        return self._dims()

    @cached_property
    def free(self):
        """The indices that stand open in it: ``{j, k}`` for W_jk."""
        return frozenset().union(*(part.free for part in self.parts)) | self._opens()

    @cached_property
    def T(self):
        """The transpose."""
        return Transpose(self)

    def __matmul__(self, other):
        return MatMul(self, lift(other))

    def __mul__(self, other):
        return Product(self, lift(other))

    def __rmul__(self, other):
        return Product(lift(other), self)

    def __truediv__(self, other):
        return Quotient(self, lift(other))

    def __add__(self, other):
        return Add(self, lift(other))

    def __sub__(self, other):
        return Add(self, Negative(lift(other)))

    def __neg__(self):
        return Negative(self)

    def __getitem__(self, where):
        where = where if isinstance(where, tuple) else (where, 0)
        return Entry(self, *where)

    def walk(self):
        """Yield the expression and every expression inside it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def depends_on(self, symbol):
        """Tell whether `symbol` occurs in it, definitions unfolded."""
        return self == symbol or any(part.depends_on(symbol) for part in self.parts)

    def _opens(self):
        return frozenset()

    def __repr__(self):
        from .printing import plain

        return plain(self)


def same_dims(what, left, right):
    """Return the common shape of two expressions, or raise `MisfitError`."""
    if left.dims != right.dims:
        raise MisfitError(
            f"{what}: {left!r} is {show(left.dims)}, {right!r} is {show(right.dims)}."
        )
    return left.dims


def show(dims):
    """Write a shape: ``(N, D)``, or ``a scalar``."""
    if not dims:
        return "a scalar"
    return "(" + ", ".join(getattr(d, "name", str(d)) for d in dims) + ")"


# ── leaves ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, repr=False)
class Number(Expr):
    """A rational number."""

    number: sp.Rational

    def _dims(self):
        return ()

    def value(self, world, at):
        return self.number

    def terms(self, axes):
        return [indexform.Term(self.number)]


@dataclass(frozen=True, repr=False)
class Size(Expr):
    """A named size such as N, with the number that stands for it in fixed-size proofs."""

    name: str
    number: int

    def _dims(self):
        return ()

    def value(self, world, at):
        return sp.Integer(self.number)

    def terms(self, axes):
        return [indexform.Term(sp.Symbol(self.name, positive=True))]


@dataclass(frozen=True)
class Index:
    """An index such as j, with the size over which it runs."""

    name: str
    size: Size


@dataclass(frozen=True, repr=False)
class Array(Expr):
    """An independent matrix, or a column vector when it has one column."""

    name: str
    rows: Size
    columns: Size | int

    def _dims(self):
        return (self.rows, self.columns)

    def value(self, world, at):
        return world.symbols(self)

    def terms(self, axes):
        return [indexform.Term(1, ((self, *axes),))]

    def differentiate(self, axes, wrt, at):
        return []


@dataclass(frozen=True, repr=False)
class Direction(Array):
    """The direction in which a symbol moves: Ẇ for W."""


@dataclass(frozen=True, repr=False)
class Ones(Expr):
    """A column of ones."""

    rows: Size

    def _dims(self):
        return (self.rows, 1)

    def value(self, world, at):
        return np.full(number_of(self.dims), sp.Integer(1), dtype=object)

    def terms(self, axes):
        return [indexform.Term(1)]


@dataclass(frozen=True, repr=False)
class Let(Expr):
    """A symbol that stands for an expression, such as Z for X Wᵀ + 1 bᵀ."""

    name: str
    meaning: Expr

    @property
    def parts(self):
        return (self.meaning,)

    def _dims(self):
        return self.meaning.dims

    def value(self, world, at):
        return world(self.meaning, at)

    def terms(self, axes):
        return [indexform.Term(1, ((self, *axes),))]

    def differentiate(self, axes, wrt, at):
        return indexform.differentiate(self.meaning.terms(axes), wrt, at)


@dataclass(frozen=True, repr=False)
class Cost(Expr):
    """A cost about which nothing is known but the quantities it depends on."""

    name: str
    of: tuple

    @property
    def parts(self):
        return self.of

    def _dims(self):
        return ()

    def value(self, world, at):
        entries = [entry for part in self.of for entry in world(part, at).flat]
        labels = tuple(str(symbol) for part in self.of for symbol in world.symbols(part).flat)
        return opaque(self.name, labels)(*entries)

    def terms(self, axes):
        return [indexform.Term(1, ((self,),))]

    def differentiate(self, axes, wrt, at):
        return [term for part in self.of for term in self._through(part, wrt, at)]

    def _through(self, part, wrt, at):
        place = indexform.bind(part.dims)
        upstream = [indexform.Term(1, ((Slot(self, part), *place),), place)]
        local = indexform.slope((part, *place), wrt, at)
        return indexform.multiply(upstream, local)


@dataclass(frozen=True)
class Slot:
    """The derivative of an opaque cost after one of its arguments: a factor in index form."""

    of: Cost
    part: Expr

    def __str__(self):
        return f"∂{self.of.name}/∂{self.part.name}"

    def differentiate(self, axes, wrt, at):
        if self.of.depends_on(wrt):
            raise indexform.NoIndexFormError(f"a second derivative of {self.of!r}")
        return []


# ── algebra ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, repr=False)
class Transpose(Expr):
    """Aᵀ."""

    inside: Expr

    @property
    def parts(self):
        return (self.inside,)

    def _dims(self):
        return self.inside.dims[::-1]

    def value(self, world, at):
        return world(self.inside, at).T

    def terms(self, axes):
        return self.inside.terms(axes[::-1])


class Pair(Expr):
    """What two expressions make together."""

    @property
    def parts(self):
        return (self.left, self.right)


@dataclass(frozen=True, repr=False)
class MatMul(Pair):
    """The matrix product A B."""

    left: Expr
    right: Expr

    def _dims(self):
        (rows, inner), (inner_, columns) = self._matrix(self.left), self._matrix(self.right)
        if inner != inner_:
            raise MisfitError(
                f"{self.left!r} is {show(self.left.dims)} and {self.right!r} is "
                f"{show(self.right.dims)}: the inner sizes {show((inner,))[1:-1]} and "
                f"{show((inner_,))[1:-1]} differ."
            )
        return (rows, columns)

    @staticmethod
    def _matrix(side):
        if not side.dims:
            raise MisfitError(f"{side!r} is a scalar: multiply by it with *, not with @.")
        return side.dims

    def value(self, world, at):
        return world(self.left, at) @ world(self.right, at)

    def terms(self, axes):
        (k,) = indexform.bind(self.left.dims[1:])
        product = indexform.multiply(
            self.left.terms((axes[0], k)), self.right.terms((k, axes[1]))
        )
        return [term.bound_over((k,)) for term in product]


@dataclass(frozen=True, repr=False)
class Product(Pair):
    """Entry by entry: the Hadamard product A ⊙ B, or a scalar times a matrix."""

    left: Expr
    right: Expr

    def _dims(self):
        if not self.left.dims or not self.right.dims:
            return self.left.dims or self.right.dims
        return same_dims("⊙ multiplies entry by entry", self.left, self.right)

    def value(self, world, at):
        return world(self.left, at) * world(self.right, at)

    def terms(self, axes):
        return indexform.multiply(*(s.terms(axes if s.dims else ()) for s in self.parts))


@dataclass(frozen=True, repr=False)
class Quotient(Pair):
    """A matrix or scalar divided by a scalar."""

    left: Expr
    right: Expr

    def _dims(self):
        if self.right.dims:
            raise MisfitError(f"division by {self.right!r}, which is {show(self.right.dims)}.")
        return self.left.dims

    def value(self, world, at):
        return world(self.left, at) / world(self.right, at)

    def terms(self, axes):
        divisor = self.right.terms(())
        if len(divisor) != 1 or divisor[0].factors:
            raise indexform.NoIndexFormError(f"division by {self.right!r}")
        return [term.scaled(1 / divisor[0].scale) for term in self.left.terms(axes)]


@dataclass(frozen=True, repr=False)
class Add(Pair):
    """A + B; both of one shape."""

    left: Expr
    right: Expr

    def _dims(self):
        return same_dims("a sum needs equal shapes", self.left, self.right)

    def value(self, world, at):
        return world(self.left, at) + world(self.right, at)

    def terms(self, axes):
        return self.left.terms(axes) + self.right.terms(axes)


@dataclass(frozen=True, repr=False)
class Negative(Expr):
    """−A."""

    inside: Expr

    @property
    def parts(self):
        return (self.inside,)

    def _dims(self):
        return self.inside.dims

    def value(self, world, at):
        return -world(self.inside, at)

    def terms(self, axes):
        return [term.scaled(-1) for term in self.inside.terms(axes)]


@dataclass(frozen=True, repr=False)
class Inner(Pair):
    """The Frobenius inner product ⟨A, B⟩, the sum of the entries of A ⊙ B."""

    left: Expr
    right: Expr

    def _dims(self):
        same_dims("⟨ , ⟩ needs equal shapes", self.left, self.right)
        return ()

    def value(self, world, at):
        return (world(self.left, at) * world(self.right, at)).sum()

    def terms(self, axes):
        inside = indexform.bind(self.left.dims)
        product = indexform.multiply(self.left.terms(inside), self.right.terms(inside))
        return [term.bound_over(inside) for term in product]


@dataclass(frozen=True, repr=False)
class Diag(Expr):
    """The diagonal matrix of a column vector."""

    inside: Expr

    @property
    def parts(self):
        return (self.inside,)

    def _dims(self):
        rows, columns = self.inside.dims
        if columns != 1:
            raise MisfitError(f"diag takes a column, {self.inside!r} is {show((rows, columns))}.")
        return (rows, rows)

    def value(self, world, at):
        return np.diag(world(self.inside, at)[:, 0]) + sp.Integer(0)

    def terms(self, axes):
        match = [indexform.Term(1, (("δ", *axes),))]
        return indexform.multiply(match, self.inside.terms((axes[0], 0)))


@dataclass(frozen=True, repr=False)
class Apply(Expr):
    """A function of one number applied to every entry: σ(Z), σ′(Z)."""

    function: Elementwise
    order: int
    inside: Expr

    @property
    def parts(self):
        return (self.inside,)

    def _dims(self):
        return self.inside.dims

    def value(self, world, at):
        inside = world(self.inside, at)
        if not self.dims:
            return self.function.at(inside, self.order)
        return np.frompyfunc(lambda entry: self.function.at(entry, self.order), 1, 1)(inside)

    def terms(self, axes):
        if isinstance(self.inside, Entry):  # σ(z_j) is entry j of σ(z)
            whole = Apply(self.function, self.order, self.inside.array)
            return whole.terms((self.inside.row, self.inside.column))
        if self.free:
            raise indexform.NoIndexFormError(f"an index inside {self!r}")
        return [indexform.Term(1, ((self, *axes),))]

    def differentiate(self, axes, wrt, at):
        slope = Apply(self.function, self.order + 1, self.inside)
        return indexform.multiply(
            slope.terms(axes), indexform.differentiate(self.inside.terms(axes), wrt, at)
        )


# ── indices ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, repr=False)
class Entry(Expr):
    """One entry of a matrix or of a column: W_jk, x_k."""

    array: Expr
    row: Index
    column: Index | int

    @property
    def parts(self):
        return (self.array,)

    def _opens(self):
        return frozenset(i for i in (self.row, self.column) if isinstance(i, Index))

    def _dims(self):
        for axis, (index, size) in enumerate(
            zip((self.row, self.column), self.array.dims, strict=True)
        ):
            runs = getattr(index, "size", 1)
            if runs != size:
                raise MisfitError(
                    f"index {getattr(index, 'name', index)} runs over {show((runs,))[1:-1]}, but "
                    f"axis {axis} of {self.array!r} has size {show((size,))[1:-1]}."
                )
        return ()

    def place(self, at):
        """Return where the entry is when the indices have the values `at`."""
        return at[self.row], at.get(self.column, 0)

    def value(self, world, at):
        return world(self.array, at)[self.place(at)]

    def terms(self, axes):
        return self.array.terms((self.row, self.column))


@dataclass(frozen=True, repr=False)
class Delta(Expr):
    """[i = j]: one when the indices are equal, else zero (Kronecker's δ)."""

    left: Index
    right: Index

    def _opens(self):
        return frozenset((self.left, self.right))

    def _dims(self):
        if self.left.size != self.right.size:
            raise MisfitError(
                f"[{self.left.name} = {self.right.name}] compares indices over "
                f"{self.left.size.name} and {self.right.size.name}."
            )
        return ()

    def value(self, world, at):
        return sp.Integer(at[self.left] == at[self.right])

    def terms(self, axes):
        return [indexform.Term(1, (("δ", self.left, self.right),))]


@dataclass(frozen=True, repr=False)
class Total(Expr):
    """A sum over one index."""

    inside: Expr
    index: Index

    @property
    def parts(self):
        return (self.inside,)

    @cached_property
    def free(self):
        return self.inside.free - {self.index}

    def _dims(self):
        if self.index not in self.inside.free:
            raise MisfitError(f"Σ over {self.index.name}, which {self.inside!r} does not contain.")
        return self.inside.dims

    def value(self, world, at):
        return sum(
            world(self.inside, {**at, self.index: n}) for n in range(self.index.size.number)
        )

    def terms(self, axes):
        (bound,) = indexform.bind((self.index.size,))
        return [
            term.renamed({self.index: bound}).bound_over((bound,))
            for term in self.inside.terms(axes)
        ]


# ── derivatives ───────────────────────────────────────────────────────────────────────────────


def must_be_symbol(what, thing):
    """Refuse to differentiate with respect to anything but a symbol."""
    if not isinstance(thing, (Array, Let)):
        raise TypeError(
            f"{what}: {thing!r} is no symbol, expected a matrix, a vector or a symbol made by "
            "let. Name it with let first."
        )


@dataclass(frozen=True, repr=False)
class Gradient(Expr):
    """∇_W C, shaped like W."""

    of: Expr
    wrt: Expr

    def __post_init__(self):
        must_be_symbol("gradient", self.wrt)

    @property
    def parts(self):
        return (self.of, self.wrt)

    def _dims(self):
        if self.of.dims:
            raise MisfitError(
                f"a gradient belongs to a scalar, {self.of!r} is {show(self.of.dims)}."
            )
        return self.wrt.dims

    def value(self, world, at):
        return world.derivative(self.of, self.wrt, at)

    def terms(self, axes):
        return indexform.differentiate(self.of.terms(()), self.wrt, axes)


@dataclass(frozen=True, repr=False)
class Partial(Expr):
    """∂y/∂w for a scalar y and one entry w: ∂C/∂W_jk, ∂z_i/∂W_jk."""

    of: Expr
    wrt: Entry

    def __post_init__(self):
        if not isinstance(self.wrt, Entry):
            raise TypeError(f"partial: {self.wrt!r} is no entry. Write W[j, k] or x[k].")
        must_be_symbol("partial", self.wrt.array)

    @property
    def parts(self):
        return (self.of, self.wrt)

    def _dims(self):
        if self.of.dims or self.wrt.dims:
            raise MisfitError(f"∂ takes a scalar, {self.of!r} is {show(self.of.dims)}.")
        return ()

    def value(self, world, at):
        return world.derivative(self.of, self.wrt.array, at)[self.wrt.place(at)]

    def terms(self, axes):
        place = (self.wrt.row, self.wrt.column)
        return indexform.differentiate(self.of.terms(()), self.wrt.array, place)


@dataclass(frozen=True, repr=False)
class Jacobian(Expr):
    """∂y/∂x for columns y and x, in numerator layout: entry (i, j) is ∂y_i/∂x_j."""

    of: Expr
    wrt: Expr

    def __post_init__(self):
        must_be_symbol("jacobian", self.wrt)

    @property
    def parts(self):
        return (self.of, self.wrt)

    def _dims(self):
        (rows, one), (columns, one_) = self.of.dims, self.wrt.dims
        if (one, one_) != (1, 1):
            raise MisfitError(f"a Jacobian takes columns, got {show(self.of.dims)}.")
        return (rows, columns)

    def value(self, world, at):
        rows = world.derivative(self.of, self.wrt, at)
        return np.array([row[:, 0] for row in rows[:, 0]], dtype=object)

    def terms(self, axes):
        i, j = axes
        return indexform.differentiate(self.of.terms((i, 0)), self.wrt, (j, 0))


@dataclass(frozen=True, repr=False)
class Velocity(Expr):
    """How fast an expression changes while one symbol W moves in the direction Ẇ."""

    of: Expr
    wrt: Expr

    def __post_init__(self):
        must_be_symbol("velocity", self.wrt)

    @property
    def parts(self):
        return (self.of, self.wrt, direction(self.wrt))

    def _dims(self):
        return self.of.dims

    def value(self, world, at):
        moves = world(direction(self.wrt), at)
        change = world.derivative(self.of, self.wrt, at)
        if not self.dims:
            return (change * moves).sum()
        return np.frompyfunc(lambda slopes: (slopes * moves).sum(), 1, 1)(change)

    def terms(self, axes):
        at = indexform.bind(self.wrt.dims)
        slopes = indexform.differentiate(self.of.terms(axes), self.wrt, at)
        product = indexform.multiply(slopes, direction(self.wrt).terms(at))
        return [term.bound_over(at) for term in product]


def number_of(dims):
    """Return a named shape as numbers."""
    return tuple(getattr(d, "number", d) for d in dims)


# ── what a chapter writes ─────────────────────────────────────────────────────────────────────


def sizes(**numbers):
    """Return named sizes, for example ``N, D, H = sizes(N=5, D=3, H=4)``.

    Raises
    ------
    ValueError
        When two sizes are equal: equal sizes hide transposed and swapped factors.
    """
    if len(set(numbers.values())) < len(numbers) or min(numbers.values()) < 2:
        raise ValueError(
            f"sizes: got {numbers}, expected numbers that differ pairwise, none below 2. "
            "Equal sizes would hide a transpose."
        )
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
    return Let(name, lift(meaning))


def cost(name):
    """Return an opaque cost: ``C = cost("C")``, then ``C(z)`` is some scalar function of z."""

    def of(*symbols):
        for symbol in symbols:
            must_be_symbol("cost", symbol)
        return Cost(name, symbols)

    return of


@dataclass(frozen=True)
class Elementwise:
    """A function of one number, applied entry by entry."""

    name: str
    formula: object = None

    def __call__(self, inside):
        return Apply(self, 0, lift(inside))

    def prime(self, inside):
        """Return the derivative at the same place: σ′(Z)."""
        return Apply(self, 1, lift(inside))

    def at(self, entry, order):
        """Return the function's derivative of some order at a SymPy expression."""
        if self.formula is None:
            return opaque(self.name, ("z",), (0,) * order)(entry)
        z = sp.Dummy("z", real=True)
        return sp.diff(self.formula(z), z, order).xreplace({z: entry})


def elementwise(name, formula=None):
    """Return a function of one number, opaque unless a SymPy formula is given."""
    return Elementwise(name, formula)


def gradient(of, wrt):
    """Return ∇_wrt of, shaped like `wrt`."""
    return Gradient(of, wrt)


def partial(of, wrt):
    """Return ∂of/∂wrt for a scalar and one entry."""
    return Partial(of, wrt)


def jacobian(of, wrt):
    """Return the Jacobian of a column with respect to a column, numerator layout."""
    return Jacobian(of, wrt)


def direction(of):
    """Return Ẇ, the direction in which the symbol W moves."""
    return Direction(of.name, *of.dims)


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
    return Total(lift(inside), index)
