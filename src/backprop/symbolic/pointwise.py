"""Functions of one number, applied to every entry: σ(Z) and σ′(Z)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sp

from ..errors import StatementError, sentence
from . import indexform
from .entries import Entry
from .expression import Expr, Single, lift
from .opaque import opaque

VARIABLE = sp.Dummy("z", real=True)  # what a concrete function is a formula in


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
        slope = sp.diff(self.formula, VARIABLE, order)
        if slope.has(sp.Heaviside, sp.DiracDelta, sp.Derivative):
            got, wanted = "SymPy chose the slope at a kink by itself", "a slope that is stated"
            move = "Write the function with sympy.Piecewise."
            raise StatementError(sentence(self.name, got, wanted, move))
        return slope.xreplace({VARIABLE: entry})


@dataclass(frozen=True, repr=False)
class Apply(Single):
    """A function of one number applied to every entry: σ(Z), σ′(Z)."""

    function: Elementwise
    order: int
    inside: Expr

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
