"""Functions of one number, applied to every entry: σ(Z) and σ′(Z)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from ..errors import StatementError, sentence
from . import indexform
from .expression import Expr, Single, lift
from .functions import Applied, Argument
from .opaque import opaque

VARIABLE = sp.Dummy("z", real=True)  # what a concrete function is a formula in


@dataclass(frozen=True)
class Elementwise:
    """A function of one number, applied entry by entry."""

    name: str
    formula: object = None
    written: object = field(default=None, compare=False, repr=False)  # the formula, in our words

    def __call__(self, inside):
        if isinstance(inside, sp.Basic) and self.formula is not None:
            return self.formula.xreplace({VARIABLE: inside})
        return Apply(self, 0, lift(inside))

    def prime(self, inside):
        """Return the derivative at the same place: σ′(Z)."""
        return Apply(self, 1, lift(inside))

    def key(self, order):
        """Return how the function is called in index form."""
        return self, order

    def at(self, entry, order):
        """Return the function's derivative of some order at a SymPy expression."""
        if self.formula is None:
            return opaque(self.name, ("z",), (0,) * order, "function")(entry)
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
        try:
            return self._by_formula(axes)
        except (indexform.NoIndexFormError, StatementError, TypeError, AttributeError, ValueError):
            return Applied.terms(self.function.key(self.order), self.inside, axes)

    def _by_formula(self, axes):
        """Return the terms by the function's formula, if it has one in our words."""
        if self.function.written is None:
            raise indexform.NoIndexFormError("no formula")
        argument = Argument(self.inside, tuple(sorted(self.inside.free, key=lambda i: i.name)))
        place = *axes, *argument.indices
        terms = lift(self.function.written(Here(argument, place))).terms(())
        for _ in range(self.order):
            terms = indexform.differentiate(terms, argument, place)
        return terms


@dataclass(frozen=True, repr=False)
class Here(Expr):
    """The number that a formula is applied to, in index form."""

    argument: Argument
    place: tuple

    def _dims(self):
        return ()

    def terms(self, axes):
        return [indexform.Term(1, ((self.argument, *self.place),))]


@dataclass(frozen=True)
class Elementary(Elementwise):
    """A function that everybody knows: exp, ln, sin, cos, tanh, the square root."""

    def key(self, order):
        return (self.name,) if not order else (self, order)


def elementary(name, function):
    """Return an elementary function by SymPy's function."""
    return Elementary(name, function(VARIABLE))


exp, sin, cos = elementary("exp", sp.exp), elementary("sin", sp.sin), elementary("cos", sp.cos)
log, tanh, sqrt = (
    elementary("log", sp.log),
    elementary("tanh", sp.tanh),
    elementary("sqrt", sp.sqrt),
)

# NumPy asks an object that is no array for a method of this name: np.exp(x) works for a formula.
for _function in (exp, sin, cos, log, tanh, sqrt):
    setattr(Expr, _function.name, lambda self, function=_function: function(self))
