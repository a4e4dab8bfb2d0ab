"""Numbers with a name: t, x_1, w^(1); powers and comparisons (introduced by chapter 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sp

from ..errors import MisfitError, StatementError, sentence
from . import indexform
from .algebra import Pair
from .expression import Expr, Number, Single, lift, same_dims
from .functions import INVERSE, Applied
from .opaque import Kink


@dataclass(frozen=True, repr=False)
class Constant(Number):
    """A number with a name that means the same everywhere, such as π."""

    number: sp.NumberSymbol


@dataclass(frozen=True, repr=False)
class Power(Single):
    """A number to a constant power; of an array, every entry."""

    inside: Expr
    exponent: sp.Rational

    def value(self, world, at):
        inside = world(self.inside, at)
        if not self.dims:
            return inside**self.exponent
        return np.frompyfunc(lambda entry: entry**self.exponent, 1, 1)(inside)

    def terms(self, axes):
        if self.exponent.is_integer and 0 <= self.exponent < 5:
            product = [indexform.Term(sp.Integer(1))]
            for _ in range(int(self.exponent)):
                product = indexform.multiply(product, self.inside.terms(axes))
            return product
        if self.exponent.is_integer and -5 < self.exponent < 0:
            product = [indexform.Term(sp.Integer(1))]
            for _ in range(-int(self.exponent)):
                product = indexform.multiply(product, Applied.terms(INVERSE, self.inside, axes))
            return product
        return Applied.terms(("power", self.exponent), self.inside, axes)


@dataclass(frozen=True, repr=False)
class Relation(Pair):
    """A condition such as x > y."""

    left: Expr
    sign: str
    right: Expr

    def _dims(self):
        return same_dims("a comparison takes two numbers", self.left, self.right)

    def value(self, world, at):
        return SIGNS[self.sign](world(self.left, at), world(self.right, at))

    def terms(self, axes):
        raise indexform.NoIndexFormError(f"the condition {self!r}")

    def __bool__(self):
        move = "Write piecewise((x, x > 0), 0) or bracket(x > 0)."
        raise StatementError(sentence(repr(self), "a condition", "no yes or no", move))


SIGNS = {">": sp.Gt, "<": sp.Lt, "≥": sp.Ge, "≤": sp.Le, "=": sp.Eq, "≠": sp.Ne}


class Tie(sp.Function):
    """The larger of two equal numbers: a value like theirs, and slopes that are unknown.

    So nothing can be proved about the slope of a maximum at a tie.
    """

    @classmethod
    def eval(cls, left, right):
        return left if left == right or (left.is_number and right.is_number) else None

    def fdiff(self, argindex=1):
        return Kink(*self.args, sp.Integer(argindex))


def larger(left, right):
    """Return the maximum as SymPy's cases."""
    return sp.Piecewise((left, left > right), (right, left < right), (Tie(left, right), True))


@dataclass(frozen=True, repr=False)
class Cases(Expr):
    """Values by condition: x where x > 0, else 0; bare as a bracket [x > 0]."""

    values: tuple
    conditions: tuple
    form: str = "cases"

    @property
    def parts(self):
        return (*self.values, *self.conditions)

    def _dims(self):
        for part in self.parts:
            if part.dims:
                raise MisfitError(f"{part!r} is no number: cases are of numbers.")
        return ()

    def value(self, world, at):
        values = [world(value, at) for value in self.values]
        if self.form == "max":
            return larger(*values)
        conditions = [*(world(condition, at) for condition in self.conditions), True]
        return sp.Piecewise(*zip(values, conditions, strict=True))

    def terms(self, axes):
        raise indexform.NoIndexFormError(f"cases in {self!r}")


def power(base, exponent):
    """Return base to a constant power."""
    exponent = lift(exponent)
    number = getattr(exponent, "number", None)
    if not isinstance(number, sp.Rational):
        wanted, move = "a constant exponent", "Write exp(y * log(x)) for x to the power y."
        raise StatementError(sentence(repr(base), f"exponent {exponent!r}", wanted, move))
    return Power(base, number)


def comparison(sign):
    """Return the method that compares two expressions."""
    return lambda self, other: Relation(self, sign, lift(other))


Expr.__pow__ = power
Expr.__gt__, Expr.__lt__ = comparison(">"), comparison("<")
Expr.__ge__, Expr.__le__ = comparison("≥"), comparison("≤")
