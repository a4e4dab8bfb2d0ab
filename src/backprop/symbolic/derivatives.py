"""Gradients, partial derivatives, Jacobians, rates of change: named by what they mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import MisfitError, StatementError, sentence
from . import indexform
from .entries import Entry
from .expression import Expr, show
from .leaves import Symbol, direction, must_be_symbol
from .tables import is_coordinates

LAYOUTS = {"numerator": 1, "denominator": -1}


def is_number(thing):
    """Tell whether a thing is the symbol of a single number."""
    return isinstance(thing, Symbol) and not thing.dims


class Derivative(Expr):
    """How one thing, `of`, changes with another, `wrt`."""

    def __post_init__(self):
        if not is_coordinates(self.wrt):
            must_be_symbol(type(self).__name__.lower(), self.wrt)

    @property
    def parts(self):
        return (self.of, self.wrt)


@dataclass(frozen=True, repr=False)
class Gradient(Derivative):
    """∇_W C, shaped like W."""

    of: Expr
    wrt: Expr

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
class Partial(Derivative):
    """∂y/∂w for a scalar y and one entry w: ∂C/∂W_jk, ∂z_i/∂W_jk."""

    of: Expr
    wrt: Entry

    def __post_init__(self):
        if is_number(self.wrt):
            return
        if not isinstance(self.wrt, Entry):
            got, move = f"{self.wrt!r} is no entry", "Write W[j, k] or x[k]."
            raise StatementError(sentence("partial", got, "an entry of a symbol", move))
        must_be_symbol("partial", self.wrt.array)

    def _dims(self):
        if self.of.dims or self.wrt.dims:
            raise MisfitError(f"∂ takes a scalar, {self.of!r} is {show(self.of.dims)}.")
        return ()

    def value(self, world, at):
        if is_number(self.wrt):
            return world.derivative(self.of, self.wrt, at)
        return world.derivative(self.of, self.wrt.array, at)[self.wrt.place(at)]

    def terms(self, axes):
        if is_number(self.wrt):
            return indexform.differentiate(self.of.terms(()), self.wrt, ())
        place = (self.wrt.row, self.wrt.column)
        return indexform.differentiate(self.of.terms(()), self.wrt.array, place)


@dataclass(frozen=True, repr=False)
class Slope(Derivative):
    """dy/dt: how y, a number or an array, changes with the number t, every way counted."""

    of: Expr
    wrt: Expr

    def __post_init__(self):
        if not is_number(self.wrt):
            got, wanted = f"{self.wrt!r} is no symbol of a number", "a scalar, or a let of one"
            raise StatementError(sentence("slope", got, wanted, "Write slope(f, x)."))

    def _dims(self):
        return self.of.dims

    def value(self, world, at):
        return world.derivative(self.of, self.wrt, at)

    def terms(self, axes):
        return indexform.differentiate(self.of.terms(axes), self.wrt, ())


@dataclass(frozen=True, repr=False)
class Jacobian(Derivative):
    """∂y/∂x for columns y and x, in numerator layout: entry (i, j) is ∂y_i/∂x_j.

    In denominator layout, printed ∂yᵀ/∂x, it is the transpose.
    """

    of: Expr
    wrt: Expr
    layout: str = "numerator"

    def __post_init__(self):
        super().__post_init__()
        if self.layout not in LAYOUTS:
            got, move = f"layout {self.layout!r}", "Numerator layout is the book's."
            raise StatementError(sentence("jacobian", got, " or ".join(map(repr, LAYOUTS)), move))

    def _dims(self):
        for column in self.parts:
            if column.dims[1:] != (1,):
                raise MisfitError(f"a Jacobian takes columns, {column!r} is {show(column.dims)}.")
        return (self.of.dims[0], self.wrt.dims[0])[:: LAYOUTS[self.layout]]

    def value(self, world, at):
        rows = world.derivative(self.of, self.wrt, at)
        entries = np.array([row[:, 0] for row in rows[:, 0]], dtype=object)
        return entries if LAYOUTS[self.layout] == 1 else entries.T

    def terms(self, axes):
        i, j = axes[:: LAYOUTS[self.layout]]
        return indexform.differentiate(self.of.terms((i, 0)), self.wrt, (j, 0))


@dataclass(frozen=True, repr=False)
class Velocity(Derivative):
    """How fast an expression changes while one symbol W moves in the direction Ẇ."""

    of: Expr
    wrt: Expr

    @property
    def parts(self):
        return (self.of, self.wrt, direction(self.wrt))

    def _dims(self):
        return self.of.dims

    def value(self, world, at):
        moves = world(direction(self.wrt), at)
        change = world.derivative(self.of, self.wrt, at)
        if not self.dims:
            return np.sum(change * moves)
        return np.frompyfunc(lambda slopes: np.sum(slopes * moves), 1, 1)(change)

    def terms(self, axes):
        at = indexform.bind(self.wrt.dims)
        slopes = indexform.differentiate(self.of.terms(axes), self.wrt, at)
        product = indexform.multiply(slopes, direction(self.wrt).terms(at))
        return [term.bound_over(at) for term in product]
