"""What expressions are built from: arrays, symbols that stand for something, opaque costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sp

from ..errors import StatementError, sentence
from . import indexform
from .expression import Expr, Size, number_of
from .opaque import opaque


class Symbol(Expr):
    """Something that has a name, and after which others can be differentiated."""

    @property
    def entry_name(self):
        """What its entries are called: W in W_12."""
        return self.name


@dataclass(frozen=True, repr=False)
class Array(Symbol):
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
class Scalar(Symbol):
    """An independent number."""

    name: str

    def _dims(self):
        return ()

    def value(self, world, at):
        return world.symbols(self)[()]

    def terms(self, axes):
        return [indexform.Term(1, ((self,),))]

    def differentiate(self, axes, wrt, at):
        return []


class Dotted:
    """The direction in which a symbol moves: its name with a dot, so that Ẇ_12 is not W_12."""

    @property
    def entry_name(self):
        """What its entries are called."""
        return f"{self.name}\u0307"


@dataclass(frozen=True, repr=False)
class Direction(Dotted, Array):
    """The direction in which an array moves: Ẇ for W."""


@dataclass(frozen=True, repr=False)
class ScalarDirection(Dotted, Scalar):
    """The direction in which a number moves: ẋ for x."""


@dataclass(frozen=True, repr=False)
class Ones(Expr):
    """A column of ones."""

    rows: Size | int

    def _dims(self):
        return (self.rows, 1)

    def value(self, world, at):
        return np.full(number_of(self.dims), sp.Integer(1), dtype=object)

    def terms(self, axes):
        return [indexform.Term(1)]


@dataclass(frozen=True, repr=False)
class Let(Symbol):
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
        entries = [entry for part in self.of for entry in np.ravel(world(part, at))]
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
    """The derivative of something opaque after one of its arguments: a factor in index form."""

    of: Expr
    part: Expr

    def __str__(self):
        return f"∂{self.of.name}/∂{self.part.name}"

    def differentiate(self, axes, wrt, at):
        if self.of.depends_on(wrt):
            raise indexform.NoIndexFormError(f"a second derivative of {self.of!r}")
        return []


def must_be_symbol(what, thing):
    """Refuse to differentiate with respect to anything but a symbol."""
    if not isinstance(thing, Symbol):
        wanted = "a matrix, a vector, a scalar or a symbol made by let"
        raise StatementError(
            sentence(what, f"{thing!r} is no symbol", wanted, "Name it with let first.")
        )


def direction(of):
    """Return Ẇ, the direction in which the symbol W moves."""
    return Direction(of.name, *of.dims) if of.dims else ScalarDirection(of.name)
