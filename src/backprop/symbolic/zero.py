"""Proving that a SymPy expression is 0, although it holds exponentials, sines, cases or roots.

Everything is written as a fraction of polynomials in *generators*: symbols, values of opaque
functions, e^m, ln m, sin m and cos m, roots.  If the numerator expands to 0, the expression is 0,
wherever it is defined.  Relations between generators that are used: e^{a+b} = e^a e^b,
tanh u = (e^{2u} − 1)/(e^{2u} + 1), sin² + cos² = 1, r² = u for a root r; the logarithm of a
product of positive factors is a sum.  Cases are told apart by the sign of what is compared with 0.
"""

from __future__ import annotations

from functools import reduce
from math import lcm

import sympy as sp

from .cases import by_case


def vanishes(expression, signs=None):
    """Tell whether an expression is proved to be 0, where some have known signs.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> vanishes(sp.tanh(x) - (1 - 2 / (1 + sp.exp(2 * x)))), vanishes(sp.sin(x) - x)
    (True, False)
    """
    expression = expression.rewrite((sp.Max, sp.Min, sp.Abs, sp.sign), sp.Piecewise)
    if expression.has(sp.Piecewise):
        return all(map(smooth, by_case(expression, signs or {})))
    return smooth(expression)


def flat_expanded(difference):
    """Return an expression expanded, but not what opaque functions are applied to."""
    names = {}

    def flat(e):
        if hasattr(e, "key"):
            return names.setdefault(e, sp.Dummy())
        return e.func(*map(flat, e.args)) if isinstance(e, (sp.Add, sp.Mul, sp.Pow)) else e

    expanded = sp.expand(flat(difference))
    return expanded.xreplace({name: value for value, name in names.items()})


def smooth(expression):
    """Tell whether an expression without cases is proved to be 0."""
    if sp.expand(expression) == 0:
        return True
    plain = logarithms(ratios(expression))
    return not plain.has(sp.nan, sp.zoo, sp.Piecewise) and Field(plain).numerator_vanishes()


# ── one way of writing ────────────────────────────────────────────────────────────────────────

U = sp.Wild("u")
RATIOS = (
    (sp.tanh, lambda u: (sp.exp(2 * u) - 1) / (sp.exp(2 * u) + 1)),
    (sp.sinh, lambda u: (sp.exp(u) - sp.exp(-u)) / 2),
    (sp.cosh, lambda u: (sp.exp(u) + sp.exp(-u)) / 2),
    (sp.tan, lambda u: sp.sin(u) / sp.cos(u)),
    (sp.sin, lambda u: sp.expand_trig(sp.sin(sp.expand(u)))),
    (sp.cos, lambda u: sp.expand_trig(sp.cos(sp.expand(u)))),
)


def ratios(expression):
    """Write hyperbolic functions as exponentials, and sines of sums as products."""
    for function, rule in RATIOS:
        if expression.has(function):
            expression = expression.replace(function, rule)
    return expression


def logarithms(expression):
    """Write logarithms of positive products as sums."""
    if not expression.has(sp.log):
        return expression
    return expression.replace(sp.log, logarithm)


def logarithm(argument):
    """Return ln of an expression; of a product of positive factors, the sum of their logarithms."""
    together = sp.factor(sp.together(sp.expand(argument, power_exp=True)))
    return sp.expand_log(sp.log(together))


class Field:
    """Fractions of polynomials in the generators of one expression."""

    def __init__(self, expression):
        self.expression, self.powers, self.atoms = expression, {}, {}
        self._collect(expression)
        names = [f"e{n}" for n in range(len(self.powers))] + [
            f"a{n}" for n in range(len(self.atoms))
        ]
        self.ring, *made = sp.ring(names, sp.QQ)
        self.exponentials = dict(zip(self.powers, made, strict=False))
        self.generators = dict(zip(self.atoms, made[len(self.powers) :], strict=True))

    def numerator_vanishes(self):
        """Tell whether the numerator expands to 0."""
        numerator, _ = self.fraction(self.expression)
        for relation in self.relations():
            if numerator == 0:
                return True
            numerator = numerator.rem(relation)
        return numerator == 0

    def relations(self):
        """Yield polynomials that are 0: sin² + cos² − 1, r² − u."""
        for atom, generator in self.generators.items():
            if isinstance(atom, sp.sin) and sp.cos(atom.args[0]) in self.generators:
                yield generator**2 + self.generators[sp.cos(atom.args[0])] ** 2 - 1
            if isinstance(atom, sp.Pow) and atom.exp == sp.Rational(1, 2):
                numerator, denominator = self.fraction(atom.base)
                if not denominator:
                    yield generator**2 - numerator

    # what the expression is made of ...........................................................

    def _collect(self, e):
        if isinstance(e, sp.Rational):
            return
        if isinstance(e, (sp.Add, sp.Mul)) or (isinstance(e, sp.Pow) and e.exp.is_Integer):
            for part in e.args if not isinstance(e, sp.Pow) else e.args[:1]:
                self._collect(part)
        elif isinstance(e, sp.exp) or e is sp.E:
            for monomial, number in exponents(e):
                self.powers[monomial] = lcm(self.powers.get(monomial, 1), int(number.q))
        elif is_root(e):
            self.atoms.setdefault(sp.sqrt(e.base))
            self._collect(e.base)
        else:
            self.atoms.setdefault(e)

    # its value as (numerator, {factor of the denominator: power}) .............................

    def fraction(self, e):
        """Return an expression as a numerator and the factors of its denominator."""
        for kind, rule in self.RULES:
            if kind(e):
                return rule(self, e)
        return self.generators[e], {}

    def _sum(self, e):
        terms = [self.fraction(part) for part in e.args]
        common = {}
        for _, below in terms:
            for factor, power in below.items():
                common[factor] = max(power, common.get(factor, 0))
        return sum((n * self._missing(common, below) for n, below in terms), self.ring(0)), common

    def _missing(self, common, below):
        return times((f ** (p - below.get(f, 0)) for f, p in common.items()), self.ring(1))

    def _product(self, e):
        above, below = self.ring(1), {}
        for numerator, factors in map(self.fraction, e.args):
            above *= numerator
            for factor, power in factors.items():
                below[factor] = below.get(factor, 0) + power
        return above, below

    def _power(self, e):
        above, below = self.fraction(e.base)
        n = int(e.exp)
        if n >= 0:
            return above**n, {f: p * n for f, p in below.items()}
        if above == 0:
            raise ZeroDivisionError(f"{e} divides by 0")
        return times((f ** (-p * n) for f, p in below.items()), self.ring(1)), {above: -n}

    def _exponential(self, e):
        above, below = self.ring(1), {}
        for monomial, number in exponents(e):
            power = int(number * self.powers[monomial])
            generator = self.exponentials[monomial]
            if power >= 0:
                above *= generator**power
            else:
                below[generator] = -power
        return above, below

    def _root(self, e):
        generator = self.generators[sp.sqrt(e.base)]
        n = int(2 * e.exp)
        return (generator**n, {}) if n > 0 else (self.ring(1), {generator: -n})

    RULES = (
        (lambda e: isinstance(e, sp.Rational), lambda self, e: (self.ring(sp.QQ(e.p, e.q)), {})),
        (lambda e: isinstance(e, sp.Add), _sum),
        (lambda e: isinstance(e, sp.Mul), _product),
        (lambda e: isinstance(e, sp.exp) or e is sp.E, _exponential),
        (lambda e: isinstance(e, sp.Pow) and e.exp.is_Integer, _power),
        (lambda e: is_root(e), _root),
    )


def times(factors, one):
    """Return the product of some factors."""
    return reduce(lambda a, b: a * b, factors, one)


def exponents(e):
    """Yield (m, c) for each term c m of the exponent, c a rational number."""
    argument = sp.Integer(1) if e is sp.E else sp.expand(e.args[0])
    for term in sp.Add.make_args(argument):
        number, monomial = term.as_coeff_Mul(rational=True)
        yield monomial, number


def is_root(e):
    """Tell whether an expression is a square root to an odd power."""
    return isinstance(e, sp.Pow) and isinstance(e.exp, sp.Rational) and e.exp.q == 2
