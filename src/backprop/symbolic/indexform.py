"""One entry of an expression, written with indices: proofs for all sizes.

(X Wᵀ)_nj is the sum over k of X_nk W_jk.  In this form a matrix expression is a sum of *terms*;
a term is a number times factors, summed over its bound indices.  Three rules do all the work:

* the product rule, factor by factor;
* ∂W_jk/∂W_pq = [j = p] [k = q];
* a sum over i of [i = p] times anything replaces i by p.

No step asks how large a size is, so two expressions whose terms agree are equal for all sizes.
Terms that do not agree prove nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count, permutations

import sympy as sp

counter = count()


class NoIndexFormError(Exception):
    """The expression has something in it that this form cannot say."""


@dataclass(frozen=True)
class Bound:
    """An index that is summed over."""

    number: int
    size: object


def bind(dims):
    """Return a fresh bound index for each axis; an axis of length 1 has the place 0."""
    return tuple(0 if size == 1 else Bound(next(counter), size) for size in dims)


@dataclass(frozen=True)
class Term:
    """A number times a product of factors, summed over bound indices.

    Attributes
    ----------
    scale : number or sympy.Expr
        May contain sizes, such as 1/N.
    factors : tuple
        ``(expression, *axes)`` for one entry of an array, ``("δ", i, j)`` for [i = j].
    bound : tuple
        The indices summed over.
    """

    scale: object
    factors: tuple = ()
    bound: tuple = ()

    def scaled(self, by):
        """Return the term times a number."""
        return Term(self.scale * by, self.factors, self.bound)

    def bound_over(self, axes):
        """Return the term summed over more indices."""
        return Term(self.scale, self.factors, self.bound + tuple(a for a in axes if a != 0))

    def renamed(self, names):
        """Return the term with indices replaced."""
        factors = tuple((f[0], *(names.get(axis, axis) for axis in f[1:])) for f in self.factors)
        return Term(self.scale, factors, self.bound)


def multiply(left, right):
    """Return the terms of a product."""
    return [
        Term(a.scale * b.scale, a.factors + b.factors, tuple(x for x in a.bound + b.bound if x))
        for a in left
        for b in right
    ]


def differentiate(terms, wrt, at):
    """Return the terms of the derivative with respect to the entry `at` of the symbol `wrt`."""
    return [
        product
        for term in terms
        for place, factor in enumerate(term.factors)
        for product in multiply(
            [Term(term.scale, term.factors[:place] + term.factors[place + 1 :], term.bound)],
            slope(factor, wrt, at),
        )
    ]


def slope(factor, wrt, at):
    """Return the derivative of one factor."""
    thing, *axes = factor
    if thing == "δ":
        return []
    if thing == wrt:
        return [Term(1, tuple(("δ", i, p) for i, p in zip(axes, at, strict=True)))]
    return thing.differentiate(tuple(axes), wrt, at)


def unfold(term):
    """Replace the symbols that stand for expressions by what they stand for."""
    for place, (thing, *axes) in enumerate(term.factors):
        if hasattr(thing, "meaning"):
            others = term.factors[:place] + term.factors[place + 1 :]
            rest = [Term(term.scale, others, term.bound)]
            for product in multiply(rest, thing.meaning.terms(tuple(axes))):
                yield from unfold(product)
            return
    yield term


def contract(term):
    """Carry out every sum over an index that a [i = j] fixes, and every sum of nothing but 1."""
    for place, factor in enumerate(term.factors):
        if factor[0] == "δ":
            _, i, j = factor
            rest = Term(term.scale, term.factors[:place] + term.factors[place + 1 :], term.bound)
            if i == j:
                return contract(rest)
            for old, new in ((i, j), (j, i)):
                if old in term.bound:
                    left = tuple(b for b in term.bound if b != old)
                    return contract(Term(rest.scale, rest.renamed({old: new}).factors, left))
    used = {axis for factor in term.factors for axis in factor[1:]}
    scale = term.scale
    for index in set(term.bound) - used:
        scale *= sp.Symbol(index.size.name, positive=True)
    return Term(scale, term.factors, tuple(b for b in term.bound if b in used))


def canonical(term):
    """Return the factors with the bound indices named so that equal terms look equal."""

    def spelled(order):
        names = {index: f"{n} of {index.size.name}" for n, index in enumerate(order)}
        factors = ((thing, *ordered(thing, axes, names)) for thing, *axes in term.factors)
        return tuple(sorted(factors, key=written))

    return min(map(spelled, permutations(term.bound)), key=lambda f: [written(x) for x in f])


def ordered(thing, axes, names):
    """Write the axes of a factor; [i = j] and [j = i] alike."""
    axes = [names.get(axis, axis) for axis in axes]
    return sorted(axes, key=str) if thing == "δ" else axes


def written(factor):
    """Return what factors are sorted by."""
    return [str(part) for part in factor]


def normal_form(expression, axes):
    """Return an entry of `expression` as a table: product of factors → number before it.

    Raises
    ------
    NoIndexFormError
        When the expression cannot be written this way.
    """
    form = Counter()
    for raw in expression.terms(axes):
        for term in unfold(raw):
            done = contract(term)
            if len(done.bound) > 6:
                raise NoIndexFormError(f"more than 6 sums in {expression!r}")
            form[canonical(done)] += sp.sympify(done.scale)
    return {product: s for product, scale in form.items() if (s := sp.simplify(scale)) != 0}


def equal_for_all_sizes(left, right, axes):
    """Tell whether two expressions of one shape have the same index form."""
    return normal_form(left, axes) == normal_form(right, axes)
