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
    if getattr(getattr(wrt, "meaning", wrt), "explicit", False):
        raise NoIndexFormError(f"the coordinates {wrt!r}")
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
            for product in multiply(without(term, place), thing.meaning.terms(tuple(axes))):
                yield from unfold(product)
            return
    yield from written_out(term)


def written_out(term):
    """Replace the functions in a term by functions of arguments that are written out."""
    from .functions import Applied  # which are built on this module
    from .settling import settle

    products = [Term(term.scale, (), term.bound)]
    for thing, *axes in term.factors:
        known = isinstance(thing, Applied)
        terms = settle(thing, axes) if known else [Term(1, ((thing, *axes),))]
        products = multiply(products, terms)
    return products


def without(term, place):
    """Return the term, as a list, without one of its factors."""
    return [Term(term.scale, term.factors[:place] + term.factors[place + 1 :], term.bound)]


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
        scale *= number(index.size)
    return Term(scale, term.factors, tuple(b for b in term.bound if b in used))


def simplified(term):
    """Return the term contracted, and without what cancels."""
    from .settling import cancelled

    before, after = None, contract(term)
    while before != after:
        before, after = after, contract(cancelled(after))
    return after


def number(size):
    """Return a size as SymPy writes it."""
    return sp.Integer(size) if isinstance(size, int) else sp.Symbol(size.name, positive=True)


def canonical(term):
    """Return the factors with the bound indices named so that equal terms look equal."""

    def spelled(order):
        names = {index: f"{n} of {number(index.size)}" for n, index in enumerate(order)}
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


def normal_form(expression, axes, sums=frozenset()):
    """Return an entry of `expression` as a table: product of factors → number before it.

    Parameters
    ----------
    expression : Expr
    axes : tuple
    sums : set of (array, axis)
        Arrays whose sums along an axis are 1, by hypothesis.

    Raises
    ------
    NoIndexFormError
        When the expression cannot be written this way.
    """
    form = Counter()
    for raw in expression.terms(axes):
        for term in unfold(raw):
            done = summed(simplified(term), sums)
            if len(done.bound) > 6:
                raise NoIndexFormError(f"more than 6 sums in {expression!r}")
            form[canonical(done)] += sp.sympify(done.scale)
    return {product: s for product, scale in form.items() if (s := sp.simplify(scale)) != 0}


def summed(term, sums):
    """Return the term without the factors that are summed over to 1."""
    for place, (thing, *axes) in enumerate(term.factors):
        for n, axis in enumerate(axes):
            elsewhere = [
                a
                for p, f in enumerate(term.factors)
                for m, a in enumerate(f[1:])
                if (p, m) != (place, n)
            ]
            if (thing, n) in sums and axis in term.bound and axis not in elsewhere:
                bound = tuple(b for b in term.bound if b != axis)
                (rest,) = without(term, place)
                return summed(contract(Term(rest.scale, rest.factors, bound)), sums)
    return term


def equal_for_all_sizes(left, right, axes, sums=frozenset()):
    """Tell whether two expressions of one shape have the same index form."""
    return normal_form(left, axes, sums) == normal_form(right, axes, sums)
