"""Products, sums, transposes: the expressions that Python's operators make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sp

from ..errors import MisfitError
from . import indexform
from .expression import Expr, Single, lift, same_dims, show
from .functions import INVERSE, Applied


@dataclass(frozen=True, repr=False)
class Transpose(Single):
    """Aᵀ."""

    inside: Expr

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
        product = indexform.multiply(self.left.terms((axes[0], k)), self.right.terms((k, axes[1])))
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
    """A matrix or scalar divided by a scalar; or entry by entry, by an array of its shape."""

    left: Expr
    right: Expr

    def _dims(self):
        if self.right.dims and self.right.dims != self.left.dims:
            raise MisfitError(f"division by {self.right!r}, which is {show(self.right.dims)}.")
        return self.left.dims

    def value(self, world, at):
        return world(self.left, at) / world(self.right, at)

    def terms(self, axes):
        divisor = self.right.terms(axes if self.right.dims else ())
        if len(divisor) == 1 and not divisor[0].factors and not divisor[0].bound:
            return [term.scaled(1 / divisor[0].scale) for term in self.left.terms(axes)]
        one_over = [indexform.Term(sp.Integer(1), (Applied.factor(INVERSE, divisor),))]
        return indexform.multiply(self.left.terms(axes), one_over)


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
class Negative(Single):
    """−A."""

    inside: Expr

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
class Diag(Single):
    """The diagonal matrix of a column vector."""

    inside: Expr

    def _dims(self):
        if self.inside.dims[1:] != (1,):
            raise MisfitError(f"diag takes a column, {self.inside!r} is {show(self.inside.dims)}.")
        return (self.inside.dims[0],) * 2

    def value(self, world, at):
        return np.diag(world(self.inside, at)[:, 0]) + sp.Integer(0)

    def terms(self, axes):
        match = [indexform.Term(1, (("δ", *axes),))]
        return indexform.multiply(match, self.inside.terms((axes[0], 0)))


Expr.T = property(Transpose, doc="The transpose.")
Expr.__matmul__ = lambda self, other: MatMul(self, lift(other))
Expr.__mul__ = lambda self, other: Product(self, lift(other))
Expr.__rmul__ = lambda self, other: Product(lift(other), self)
Expr.__truediv__ = lambda self, other: Quotient(self, lift(other))
Expr.__rtruediv__ = lambda self, other: Quotient(lift(other), self)
Expr.__add__ = lambda self, other: Add(self, lift(other))
Expr.__radd__ = lambda self, other: Add(lift(other), self)
Expr.__sub__ = lambda self, other: Add(self, Negative(lift(other)))
Expr.__rsub__ = lambda self, other: Add(lift(other), Negative(self))
Expr.__neg__ = lambda self: Negative(self)  # a class is no method
