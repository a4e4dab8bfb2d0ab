"""Functions in index form, written out so that equal ones look equal.

Two factors f(…) are equal if their bodies are, definitions unfolded.  Three rules cancel what
quotients and exponentials bring with them:

* 1/(f g) is 1/f times 1/g, and f times 1/f is 1; e^{a+b} is e^a e^b;
* Σ_i f_i times 1/(Σ_i f_i) is 1;
* the logarithm of a product of exponentials, of their sums and of inverses of them is a sum.
"""

from __future__ import annotations

from itertools import permutations

import sympy as sp

from . import indexform
from .functions import INVERSE, Applied, Place, opened
from .indexform import Bound, Term


def settle(thing, axes):
    """Return the terms of a factor whose argument is written out and simplified."""
    body = gathered(thing.argument(axes))
    for applies, rule in RULES:
        if applies(thing.function, body):
            return rule(body)
    return [Term(sp.Integer(1), (spelled(thing.function, body),))]


def single(body):
    """Tell whether an argument is one product, not a sum."""
    return len(body) == 1


def exponential_of_sum(body):
    """Return the terms of e^{a + b} = e^a e^b, and of e^{−a} = 1/e^a."""
    product = [Term(sp.Integer(1))]
    for term in body:
        power = [Term(sp.Integer(1), (spelled(("exp",), [term.scaled(sign_of(term))]),))]
        inverted = [t for p in power for t in inverse(p)]
        product = indexform.multiply(product, power if sign_of(term) > 0 else inverted)
    return product


def sign_of(term):
    """Return −1 for a term that begins with a minus, else 1."""
    return -1 if sp.sympify(term.scale).could_extract_minus_sign() else 1


def inverse_of_sum(body):
    """Return the terms of 1/(1 + 1/f) = f/(f + 1): no inverse stays inside an inverse."""
    inner = inner_inverse(body)
    more = gathered(indexform.multiply(body, inner[0].argument(inner[1:])))
    if occurrences(inner, more) >= occurrences(inner, body):
        return [Term(sp.Integer(1), (spelled(INVERSE, body),))]
    thing, *axes = Applied.factor(INVERSE, tuple(more))
    return indexform.multiply(inner[0].argument(inner[1:]), settle(thing, axes))


def occurrences(factor, body):
    """Return how often a factor stands in the terms of a sum."""
    return sum(term.factors.count(factor) for term in body)


def inner_inverse(body):
    """Return the first factor 1/f, f a product, of the terms of a sum; None if there is none."""
    for term in body:
        for factor in term.factors:
            inverted = getattr(factor[0], "function", None) == INVERSE
            if inverted and single(factor[0].body) and not set(factor[1:]) & set(term.bound):
                return factor
    return None


RULES = (
    (lambda f, body: f == ("exp",) and (len(body) > 1 or (body and sign_of(body[0]) < 0)),
     exponential_of_sum),
    (lambda f, body: f == INVERSE and single(body), lambda body: inverse(body[0])),
    (lambda f, body: f == INVERSE and inner_inverse(body), inverse_of_sum),
    (lambda f, body: f == ("log",) and single(body) and positive(body[0]),
     lambda body: logarithm(body[0])),
)  # fmt: skip


def gathered(terms):
    """Return the terms with definitions unfolded, equal ones added up."""
    found = {}
    for raw in terms:
        for term in indexform.unfold(raw):
            done = indexform.simplified(term)
            form = indexform.canonical(done)
            before = found.get(form)
            scale = done.scale if before is None else sp.simplify(before.scale + done.scale)
            found[form] = Term(scale, done.factors, done.bound)
    return [term for term in found.values() if term.scale != 0]


def spelled(function, body):
    """Return the factor of a function of settled terms, written in the one way chosen for it."""
    axes = list(dict.fromkeys(a for term in body for f in term.factors for a in opened(f, term)))
    forms = (written_out(function, body, order) for order in permutations(axes))
    return min(forms, key=lambda form: (str(form[0]), str(form[1:])))


def written_out(function, body, axes):
    """Return the factor with the places in one order and the bound indices by their names."""
    names = {axis: Place(n) for n, axis in enumerate(axes)}
    return Applied(function, tuple(sorted((named(t.renamed(names)) for t in body), key=str))), *axes


def named(term):
    """Return a term whose bound indices carry numbers of their own instead of running ones."""
    choices = []
    for order in permutations(term.bound):
        names = {b: Bound(-1 - n, b.size) for n, b in enumerate(order)}
        factors = tuple(sorted(term.renamed(names).factors, key=indexform.written))
        choices.append(Term(term.scale, factors, tuple(names[b] for b in order)))
    return min(choices, key=str)


def inverse(term):
    """Return the terms of 1/(s f Σ_i g_i): 1/s times 1/f times 1/Σ_i g_i."""
    product = [Term(1 / sp.sympify(term.scale))]
    outside, summed = split(term)
    for thing, *axes in outside:
        product = indexform.multiply(product, inverse_of(thing, axes))
    if summed.factors:
        one_over = [Term(sp.Integer(1), (spelled(INVERSE, [summed]),))]
        product = indexform.multiply(product, one_over)
    return product


def split(term):
    """Return the factors that no sum is over, and the sum of the others."""
    outside = [f for f in term.factors if not set(f[1:]) & set(term.bound)]
    inside = tuple(f for f in term.factors if set(f[1:]) & set(term.bound))
    return outside, Term(sp.Integer(1), inside, term.bound)


def inverse_of(thing, axes):
    """Return the terms of one over a factor."""
    if getattr(thing, "function", None) == INVERSE:
        return thing.argument(axes)
    if thing == "δ":
        raise indexform.NoIndexFormError("one over a bracket")
    return [Term(sp.Integer(1), (spelled(INVERSE, [Term(sp.Integer(1), ((thing, *axes),))]),))]


def positive(term):
    """Tell whether a term is a product of exponentials, of their sums, of inverses of these."""
    scale = sp.sympify(term.scale)
    return scale.is_positive and all(exponential(thing) for thing, *_ in term.factors)


def exponential(thing):
    """Tell whether a factor is positive, being made of exponentials."""
    function = getattr(thing, "function", None)
    return function == ("exp",) or function == INVERSE and all(map(positive, thing.body))


def logarithm(term):
    """Return the terms of ln(s f Σ_i g_i) = ln s + ln f + ln Σ_i g_i, all of them positive."""
    outside, summed = split(term)
    terms = [] if term.scale == 1 else [Term(sp.log(term.scale))]
    if summed.factors:
        terms.append(Term(sp.Integer(1), (spelled(("log",), [summed]),)))
    for thing, *axes in outside:
        if thing.function == ("exp",):
            terms += thing.argument(axes)
        else:
            inner, *places = Applied.factor(("log",), tuple(thing.argument(axes)))
            terms += [term.scaled(-1) for term in settle(inner, places)]
    return terms


def cancelled(term):
    """Return the term without f · 1/f and without Σ_i f_i · 1/(Σ_i f_i)."""
    for place, (thing, *axes) in enumerate(term.factors):
        if getattr(thing, "function", None) != INVERSE:
            continue
        for one, sums in summands(term, place):
            if spelled(INVERSE, [one]) == (thing, *axes):
                gone = {place, term.factors.index(one.factors[0])}
                left = tuple(f for n, f in enumerate(term.factors) if n not in gone)
                bound = tuple(b for b in term.bound if b not in sums)
                return cancelled(Term(term.scale, left, bound))
    return term


def summands(term, place):
    """Yield the other factors of a term, each with the sums that are over it alone."""
    for n, factor in enumerate(term.factors):
        if n == place:
            continue
        others = {a for m, f in enumerate(term.factors) if m != n for a in f[1:]}
        sums = tuple(b for b in term.bound if b in factor[1:] and b not in others)
        yield Term(sp.Integer(1), (factor,), sums), sums
