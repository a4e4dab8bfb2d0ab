"""The expressions that an equation is made of (introduced by chapter 2).

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

import sympy as sp

from ..errors import MisfitError
from . import indexform


def lift(thing):
    """Return `thing` as an expression: numbers become `Number`."""
    if isinstance(thing, Expr):
        return thing
    return Number(thing if isinstance(thing, sp.Rational) else sp.Rational(str(thing)))


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
    __iter__ = None  # W[j, k] is an entry, which makes nothing to run through

    @cached_property
    def dims(self):
        return self._dims()

    @cached_property
    def free(self):
        """The indices that stand open in it: ``{j, k}`` for W_jk."""
        return frozenset().union(*(part.free for part in self.parts)) | self._opens()

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

    def _sympy_(self):
        raise sp.SympifyError(f"{self!r}, use backprop.symbolic's own functions")

    def __repr__(self):
        from .printing import plain

        return plain(self)


class Single(Expr):
    """What is made of one expression; shaped like it unless it says otherwise."""

    @property
    def parts(self):
        return (self.inside,)

    def _dims(self):
        return self.inside.dims


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


def number_of(dims):
    """Return a named shape as numbers."""
    return tuple(getattr(d, "number", d) for d in dims)


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
        return [indexform.Term(indexform.number(self))]


@dataclass(frozen=True)
class Index:
    """An index such as j, with the size over which it runs."""

    name: str
    size: Size
