"""Functions in index form: f(…) as a factor that knows what it was applied to.

σ(Σ_k W_jk x_k) is one factor: the function σ, the *body* Σ_k W_jk x_k, and the open index j.  It
is differentiated by the chain rule.  How factors are written out and cancelled is the business of
`backprop.symbolic.settling`.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from . import indexform
from .indexform import Term

INVERSE = ("power", sp.Integer(-1))


@dataclass(frozen=True)
class Place:
    """Where an open index of a body belongs."""

    number: int


@dataclass(frozen=True)
class Applied:
    """A function and what it is applied to: a factor of a term.

    Attributes
    ----------
    function : tuple
        ``("exp",)``, ``("power", -1)``, or an elementwise function with an order.
    body : tuple of Term
        The argument, its open indices replaced by places.
    """

    function: tuple
    body: tuple

    @staticmethod
    def factor(function, body):
        """Return the factor of a function of some terms."""
        axes = list(
            dict.fromkeys(a for term in body for f in term.factors for a in opened(f, term))
        )
        names = {axis: Place(n) for n, axis in enumerate(axes)}
        return Applied(function, tuple(term.renamed(names) for term in body)), *axes

    @staticmethod
    def terms(function, inside, axes):
        """Return the terms of a function applied to an entry of an expression."""
        return [Term(sp.Integer(1), (Applied.factor(function, inside.terms(axes)),))]

    def argument(self, axes):
        """Return the terms of the argument, with indices in its places."""
        names = {Place(n): axis for n, axis in enumerate(axes)}
        return [fresh(term.renamed(names)) for term in self.body]

    def differentiate(self, axes, wrt, at):
        inner = indexform.differentiate(self.argument(axes), wrt, at)
        return indexform.multiply(self.slope(axes), inner) if inner else []

    def slope(self, axes):
        """Return the terms of f′ at the argument."""
        name, *order = self.function
        if name in SLOPES:
            return SLOPES[name](self, axes)
        return [Term(1, ((Applied((name, order[0] + 1), self.body), *axes),))]

    def other(self, function, axes, scale=1):
        """Return the terms of another function of the same argument."""
        return [Term(sp.sympify(scale), ((Applied(function, self.body), *axes),))]

    def powered(self, axes):
        """Return the terms of p uᵖ⁻¹."""
        p = self.function[1]
        if p == -1:
            return [Term(sp.Integer(-1), ((self, *axes), (self, *axes)))]
        return self.other(("power", p - 1), axes, p)

    def __str__(self):
        return f"{self.function[0]}{self.function[1:]}[{' + '.join(map(str, self.body))}]"


def opened(factor, term):
    """Return the axes of a factor that are neither summed over nor of length 1."""
    return [a for a in factor[1:] if a != 0 and a not in term.bound]


def fresh(term):
    """Return the term with new bound indices, so that two copies can be multiplied."""
    names = {b: indexform.bind((b.size,))[0] for b in term.bound}
    return Term(term.scale, term.renamed(names).factors, tuple(names[b] for b in term.bound))


SLOPES = {
    "exp": lambda f, axes: f.other(("exp",), axes),
    "log": lambda f, axes: f.other(INVERSE, axes),
    "sin": lambda f, axes: f.other(("cos",), axes),
    "cos": lambda f, axes: f.other(("sin",), axes, -1),
    "tanh": lambda f, axes: [Term(sp.Integer(1)), Term(sp.Integer(-1), ((f, *axes), (f, *axes)))],
    "sqrt": lambda f, axes: f.other(("power", sp.Rational(-1, 2)), axes, sp.Rational(1, 2)),
    "power": Applied.powered,
}


@dataclass(frozen=True)
class Argument:
    """What a formula is applied to: a factor that stands for an expression at some indices."""

    inside: object
    indices: tuple

    @property
    def meaning(self):
        """What it stands for, written out when derivatives have been taken."""
        return self

    def terms(self, axes):
        """Return the terms of the expression, the open indices replaced."""
        depth = len(self.inside.dims)
        names = dict(zip(self.indices, axes[depth:], strict=True))
        return [term.renamed(names) for term in self.inside.terms(axes[:depth])]

    def differentiate(self, axes, wrt, at):
        return indexform.differentiate(self.terms(axes), wrt, at)

    def __str__(self):
        return f"the argument {self.inside!r}"
