"""Deciding whether two expressions are equal: a proof, a witness against, or undecided.

Zero proves: when SymPy expands the difference of two entries to 0, they are equal.  Non-zero
proves nothing, because SymPy may fail to see that a difference vanishes; so "different" needs a
witness, a point at which the two sides have different values.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ..errors import MisfitError, UndecidedError
from . import indexform
from .algebra import Product, Quotient
from .entries import values_at
from .expression import Number, Size, show
from .hypotheses import NOTHING
from .opaque import Kink
from .pointwise import Apply
from .scalars import Power
from .softmax import Softmax
from .witnesses import more_points, must_be_possible, witness
from .worlds import World
from .zero import flat_expanded, vanishes

AT_A_KINK = (
    "is a slope where the cases of a function meet: there may be none. Exclude that point with "
    "where=unequal(x, 0), or x and y for a maximum."
)


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


def compare(left, right, where=NOTHING):
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
    where = where.at(world)
    must_be_possible(where)
    for place, a, b in values_at(left, right, world):
        a, b = where.apply(a), where.apply(b)
        if expands_to_zero(a - b):
            continue
        found = witness(a, b, where)
        if found:
            return Difference(place, *found)
        doubtful.append((place, a, b))
    for place, a, b in doubtful:
        rest = a - b
        if not proved_zero(rest, where.signs):
            found = witness(a, b, where, more_points)
            if found:
                return Difference(place, *found)
            if rest.has(Kink):
                raise UndecidedError(f"{place} {AT_A_KINK}")
            raise UndecidedError(
                f"{place}: SymPy can neither reduce {rest} to 0 nor find a point where it is not."
            )
    return None


def expands_to_zero(difference):
    """Tell whether a difference expands to 0, the values of opaque functions taken as they are."""
    return flat_expanded(difference) == 0


def proved_zero(rest, signs=None):
    """Tell whether an expression is proved to be 0, by fractions or by SymPy's own means."""
    try:
        if vanishes(rest, signs):
            return True
    except (ZeroDivisionError, NotImplementedError, sp.PolynomialError):
        return False
    return not rest.has(sp.Piecewise) and sp.simplify(rest) == 0


def fit(left, right):
    """Raise `MisfitError` unless `right` has the shape of `left`, and no index open beside it."""
    if left.dims != right.dims:
        raise MisfitError(f"{right!r} is {show(right.dims)}, expected {show(left.dims)}.")
    extra = {i.name for i in right.free - left.free}
    if extra:
        raise MisfitError(f"{right!r} leaves the index {min(extra)} open.")


def prove(left, right, where=NOTHING):
    """Return the `Proof` that two expressions are equal, or the `Difference` between them.

    Two evaluations of the same two expressions: SymPy's, entry by entry at fixed sizes, and the
    index form's, for all sizes.  When the index form exists on both sides and disagrees, the
    equality would rest on these particular sizes, and is refused.
    """
    fit(left, right)
    difference = compare(left, right, where)
    if difference:
        return difference
    if not sizes_in(left, right):
        return Proof({}, all_sizes=False)
    axes = indexform.bind(left.dims)
    try:
        general = indexform.equal_for_all_sizes(left, right, axes, where.sums())
    except indexform.NoIndexFormError:
        return Proof(sizes_in(left, right), all_sizes=False)
    if not general and any(by_name(part) for e in (left, right) for part in e.walk()):
        return Proof(sizes_in(left, right), all_sizes=False)  # index form sees σ as a name only
    if not general:
        raise UndecidedError(
            f"{left!r} = {right!r} holds at the sizes {sizes_in(left, right)}, but the two sides "
            "have different index forms: does it hold for these sizes only?"
        )
    return Proof(sizes_in(left, right), all_sizes=True)


def by_name(part):
    """Tell whether a part is a function, of which index form does not know every law."""
    if isinstance(part, Quotient):
        return not all(isinstance(p, (Number, Size, Product, Quotient)) for p in part.right.walk())
    return isinstance(part, (Apply, Power, Softmax))


def sizes_in(*expressions):
    """Return the named sizes that occur in the expressions, as ``{"N": 5}``."""
    found = {}
    for expression in expressions:
        for part in expression.walk():
            named = [*part.dims, *(i.size for i in part.free), part]
            found.update({s.name: s.number for s in named if isinstance(s, Size)})
    return dict(sorted(found.items()))
