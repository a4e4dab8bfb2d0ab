"""Points at which two expressions have different values: the evidence against a claim."""

from __future__ import annotations

import re
from zlib import crc32

import sympy as sp

from ..errors import StatementError, sentence
from .hypotheses import NOTHING
from .opaque import Kink
from .zero import flat_expanded

PRIMES = (2, 3, 5, 7, 11, 13)
TRIES = 300  # points that are tried before hypotheses are said to contradict each other
WRITTEN = str.maketrans("*-", " −")
SUBSCRIPTS = str.maketrans("0123456789,", "₀₁₂₃₄₅₆₇₈₉,")


def witness(left, right, where=NOTHING, tried=None):
    """Return (left value, right value, point) where two SymPy expressions differ, or None."""
    real = partly_real(left) or partly_real(right)
    for point in (tried or points)(left - right):
        a, b = point.value(left), point.value(right)
        if different(a, b, real) and where.hold(point) and point.consistent:
            return decimal(a), decimal(b), point.shown(left, right)
    return None


def points(difference):
    """Yield points to try: first one with nearly all quantities 0, then generic ones."""
    terms = sp.Add.make_args(flat_expanded(difference))
    for term in [term for term in terms if not term.is_number][:3]:
        factors = [factor.as_base_exp()[0] for factor in sp.Mul.make_args(term)]
        yield Point(dict(zip([f for f in factors if not f.is_number], PRIMES, strict=False)))
    for salt in range(3):
        yield Point({}, salt)


def more_points(difference):
    """Yield points at which all quantities have one sign: for logarithms and for cases."""
    for salt in ("+", "-", "++", "--"):
        yield Point({}, salt)


def must_be_possible(where):
    """Refuse hypotheses that no point satisfies: what cannot be implies everything."""
    if where.conditions and not any(where.hold(Point({}, salt)) for salt in range(TRIES)):
        got = f"no point was found with {' and '.join(map(repr, where.relations))}"
        move = "What cannot be implies everything."
        raise StatementError(sentence("where", got, "conditions that can hold", move))


class Point:
    """Values for all quantities: chosen ones, and for the others 0 or a number from their name.

    An opaque function may have any value and any derivatives at a place, so its value at a place
    may be chosen freely, as long as the same function at the same place has one value.
    """

    def __init__(self, chosen, salt=None):
        self.chosen, self.salt = chosen, salt
        self.values, self.places = {}, {}
        self.consistent = True

    def value(self, expression):
        """Return the value of a SymPy expression at this point."""
        if expression not in self.values:
            self.values[expression] = self._value(expression)
        return self.values[expression]

    def _value(self, expression):
        if expression.is_Symbol:
            return self._choose(expression, str(expression))
        if not expression.args:
            return expression
        args = [self.value(arg) for arg in expression.args]
        if isinstance(expression, Kink):
            return sp.nan
        if not hasattr(expression, "key"):
            return expression.func(*args)
        place = f"{expression.key[:3]}{args}"
        value = self._choose(expression, place)
        self.consistent &= self.places.setdefault(place, value) == value
        return value

    def _choose(self, expression, name):
        if self.salt is None:
            return sp.Integer(self.chosen.get(expression, 0))
        drawn = sp.Integer(crc32(f"{name}{self.salt}".encode()) % 19 - 9)
        if isinstance(self.salt, int):
            return drawn
        positive = abs(drawn) / 4 + sp.Rational(1, 4)
        return positive if "+" in self.salt else -positive

    def shown(self, *expressions):
        """Write the point: the quantities that stand in the expressions, and their values."""
        named = sorted({atom for e in expressions for atom in quantities(e)}, key=str)
        if not named:
            return "any point"
        if self.salt is None:
            named = [atom for atom in named if atom in self.chosen]
        text = [subscripted(f"{atom} = {self.value(atom)}") for atom in named[:6]]
        others = {
            True: ["all others 0" if text else "all quantities 0"],
            False: ["…"] * (len(named) > 6),
        }
        return ", ".join(text + others[self.salt is None])


def subscripted(text):
    """Write ``W_12*x_2 = -3`` as ``W₁₂ x₂ = −3``."""
    text = text.translate(WRITTEN)
    return re.sub(r"_([\d,]*\d)", lambda found: found[1].translate(SUBSCRIPTS), text)


def quantities(expression):
    """Yield the symbols and opaque values that a SymPy expression is made of."""
    if isinstance(expression, Kink):
        return
    if expression.is_Symbol or hasattr(expression, "key"):
        yield expression
        return
    for arg in expression.args:
        yield from quantities(arg)


def partly_real(expression):
    """Tell whether there are points at which an expression is no real number, or may be none."""
    roots = (e for e in expression.atoms(sp.Pow) if not e.exp.is_integer and e.base is not sp.E)
    return expression.has(sp.log) or any(roots)


def different(a, b, real=False):
    """Tell whether two numbers, if need be real ones, differ beyond the rounding of 30 digits."""
    if not (a.is_finite and b.is_finite) or (real and False in (a.is_real, b.is_real)):
        return False
    gap = sp.N(a - b, 30)
    return gap.is_finite is True and abs(gap) > sp.Float("1e-20")


def decimal(number):
    """Write a number for a message."""
    text = str(number) if number.is_Rational else str(sp.N(number, 4))
    return text.replace("-", "−")
