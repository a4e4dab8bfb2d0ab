"""Deciding whether two expressions are equal: a proof, a witness against, or undecided.

Zero proves: when SymPy expands the difference of two entries to 0, they are equal.  Non-zero
proves nothing, because SymPy may fail to see that a difference vanishes; so "different" needs a
witness, a point at which the two sides have different values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product
from zlib import crc32

import numpy as np
import sympy as sp

from ..errors import MisfitError, UndecidedError
from . import indexform
from .expression import Size, show
from .pointwise import Apply
from .worlds import World

PRIMES = (2, 3, 5, 7, 11, 13)
WRITTEN = str.maketrans("*-", " −")
SUBSCRIPTS = str.maketrans("0123456789,", "₀₁₂₃₄₅₆₇₈₉,")


@dataclass(frozen=True)
class Difference:
    """The first entry at which two expressions differ, with the point that shows it."""

    where: str
    left: str
    right: str
    point: str

    def __str__(self):
        return f"{self.where} is {self.left}, not {self.right}, at {self.point}"


@dataclass(frozen=True)
class Proof:
    """For which sizes two expressions were proved equal."""

    sizes: dict
    all_sizes: bool


def compare(left, right):
    """Compare two expressions entry by entry at fixed sizes.

    Returns
    -------
    Difference or None
        None is a proof: every entry of the difference expands or simplifies to 0.

    Raises
    ------
    UndecidedError
        When some difference neither vanishes nor can be shown not to.
    """
    world, doubtful = World(), []
    for where, a, b in entries(left, right, world):
        if sp.expand(a - b) == 0:
            continue
        found = witness(a, b)
        if found:
            return Difference(where, *found)
        doubtful.append((where, a - b))
    for where, rest in doubtful:
        if sp.simplify(rest) != 0:
            raise UndecidedError(
                f"{where}: SymPy can neither reduce {rest} to 0 nor find a point where it is not."
            )
    return None


def fit(left, right):
    """Raise `MisfitError` unless `right` has the shape of `left`, and no index open beside it."""
    if left.dims != right.dims:
        raise MisfitError(f"{right!r} is {show(right.dims)}, expected {show(left.dims)}.")
    extra = {i.name for i in right.free - left.free}
    if extra:
        raise MisfitError(f"{right!r} leaves the index {min(extra)} open.")


def entries(left, right, world):
    """Yield (where, entry of left, entry of right) for every entry and every index value."""
    open_indices = sorted(left.free | right.free, key=lambda i: i.name)
    for values in product(*(range(i.size.number) for i in open_indices)):
        at = dict(zip(open_indices, values, strict=True))
        named = ", ".join(f"{i.name} = {n + 1}" for i, n in at.items())
        a, b = world(left, at), world(right, at)
        if not left.dims:
            yield f"the value for {named}" if named else "the value", a, b
            continue
        for place in np.ndindex(a.shape):
            shown = ", ".join(str(n + 1) for n in place[: 2 if a.shape[1] > 1 else 1])
            yield f"entry ({shown})" + (f" for {named}" if named else ""), a[place], b[place]


def prove(left, right):
    """Return the `Proof` that two expressions are equal, or the `Difference` between them.

    Two evaluations of the same two expressions: SymPy's, entry by entry at fixed sizes, and the
    index form's, for all sizes.  When the index form exists on both sides and disagrees, the
    equality would rest on these particular sizes, and is refused.
    """
    fit(left, right)
    difference = compare(left, right)
    if difference:
        return difference
    axes = indexform.bind(left.dims)
    try:
        general = indexform.equal_for_all_sizes(left, right, axes)
    except indexform.NoIndexFormError:
        return Proof(sizes_in(left, right), all_sizes=False)
    if not general and any(isinstance(p, Apply) for e in (left, right) for p in e.walk()):
        return Proof(sizes_in(left, right), all_sizes=False)  # index form sees σ as a name only
    if not general:
        raise UndecidedError(
            f"{left!r} = {right!r} holds at the sizes {sizes_in(left, right)}, but the two sides "
            "have different index forms: does it hold for these sizes only?"
        )
    return Proof(sizes_in(left, right), all_sizes=True)


def sizes_in(*expressions):
    """Return the named sizes that occur in the expressions, as ``{"N": 5}``."""
    found = {}
    for expression in expressions:
        for part in expression.walk():
            named = [*part.dims, *(i.size for i in part.free), part]
            found.update({s.name: s.number for s in named if isinstance(s, Size)})
    return dict(sorted(found.items()))


# ── witnesses ─────────────────────────────────────────────────────────────────────────────────


def witness(left, right):
    """Return (left value, right value, point) where two SymPy expressions differ, or None."""
    for point in points(left - right):
        a, b = point.value(left), point.value(right)
        if point.consistent and different(a, b):
            return decimal(a), decimal(b), point.shown(left, right)
    return None


def points(difference):
    """Yield points to try: first one with nearly all quantities 0, then generic ones."""
    terms = sp.Add.make_args(sp.expand(difference))
    for term in [term for term in terms if not term.is_number][:3]:
        factors = [factor.as_base_exp()[0] for factor in sp.Mul.make_args(term)]
        yield Point(dict(zip([f for f in factors if not f.is_number], PRIMES, strict=False)))
    for salt in range(3):
        yield Point({}, salt)


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
        if not hasattr(expression, "key"):
            return expression.func(*args)
        place = f"{expression.key}{args}"
        value = self._choose(expression, place)
        self.consistent &= self.places.setdefault(place, value) == value
        return value

    def _choose(self, expression, name):
        if self.salt is None:
            return sp.Integer(self.chosen.get(expression, 0))
        return sp.Integer(crc32(f"{name}{self.salt}".encode()) % 19 - 9)

    def shown(self, *expressions):
        """Write the point: the quantities that stand in the expressions, and their values."""
        named = sorted({atom for e in expressions for atom in quantities(e)}, key=str)
        if not named:
            return "any point"
        if self.salt is None:
            named = [atom for atom in named if atom in self.chosen]
        text = [subscripted(f"{atom} = {self.value(atom)}") for atom in named[:6]]
        others = {True: ["all others 0"], False: ["…"] * (len(named) > 6)}
        return ", ".join(text + others[self.salt is None])


def subscripted(text):
    """Write ``W_12*x_2 = -3`` as ``W₁₂ x₂ = −3``."""
    text = text.translate(WRITTEN)
    return re.sub(r"_([\d,]*\d)", lambda found: found[1].translate(SUBSCRIPTS), text)


def quantities(expression):
    """Yield the symbols and opaque values that a SymPy expression is made of."""
    if expression.is_Symbol or hasattr(expression, "key"):
        yield expression
        return
    for arg in expression.args:
        yield from quantities(arg)


def different(a, b):
    """Tell whether two numbers differ, beyond the rounding of 30 digits."""
    gap = sp.N(a - b, 30)
    return gap.is_finite is True and abs(gap) > sp.Float("1e-20")


def decimal(number):
    """Write a number for a message."""
    text = str(number) if number.is_Rational else str(sp.N(number, 4))
    return text.replace("-", "−")
