"""What an equation assumes: ``where=equal(total(y[k], k), 1)``, ``where=unequal(x, y)``.

An equality is used by solving it for one of the quantities in it, at fixed sizes, and by one rule
in index form: a sum that is said to be 1 is 1.  An inequality tells which cases can occur.
Derivatives are taken first: the hypothesis restricts the point, not the way there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sympy as sp

from ..errors import StatementError, sentence
from . import indexform
from .cases import sided
from .entries import values_at
from .scalars import SIGNS, Relation

ALLOWED = {">": {1}, "<": {-1}, "≥": {0, 1}, "≤": {0, -1}, "≠": {1, -1}}


@dataclass
class Hypotheses:
    """The hypotheses of an equation, ready to be used.

    Attributes
    ----------
    relations : tuple of Relation
    solved : list of (symbol, value)
        What equalities say about single quantities, to be replaced in this order.
    signs : dict
        Which signs an expression can have: ``{x - y: {1, -1}}``.
    conditions : list
        What a point must satisfy.
    """

    relations: tuple = ()
    solved: list = field(default_factory=list)
    signs: dict = field(default_factory=dict)
    conditions: list = field(default_factory=list)

    def at(self, world):
        """Return the hypotheses with their entries at fixed sizes."""
        made = Hypotheses(self.relations)
        for relation in self.relations:
            for _, left, right in values_at(relation.left, relation.right, world):
                made.add(relation, left, right)
        return made

    def add(self, relation, left, right):
        """Use one entry of one hypothesis."""
        if relation.sign == "=":
            self.solved.append(solve(relation, self.apply(left - right)))
            return
        condition = SIGNS[relation.sign](left, right)
        self.conditions.append(condition)
        if condition in (sp.true, sp.false):  # a false one is found out by `must_be_possible`
            return
        g, side = sided(condition)
        if g is not None:
            allowed = {side * sign for sign in ALLOWED[relation.sign]}
            self.signs[g] = self.signs.get(g, allowed) & allowed

    def apply(self, expression):
        """Return an expression with what is solved for replaced."""
        for symbol, value in self.solved:
            expression = expression.xreplace({symbol: value})
        return expression

    def hold(self, point):
        """Tell whether a point satisfies the conditions."""
        return all(point.value(self.apply(c)) == sp.true for c in self.conditions)

    def sums(self):
        """Return the sums that are said to be 1, for index form: {(array, axis)}."""
        return {rule for relation in self.relations for rule in sum_to_one(relation)}


NOTHING = Hypotheses()


def hypotheses(where):
    """Return the hypotheses that a chapter states: one condition, or several."""
    where = (where,) if isinstance(where, Relation) else tuple(where or ())
    for relation in where:
        if not isinstance(relation, Relation):
            got, wanted = f"where is {relation!r}", "a condition"
            move = "Write equal(total(y[k], k), 1), unequal(x, y) or x > y."
            raise StatementError(sentence("equation", got, wanted, move))
    return Hypotheses(where)


def solve(relation, difference):
    """Return (symbol, value) from a difference that is 0 and linear in some symbol."""
    for symbol in sorted(difference.free_symbols, key=str, reverse=True):
        slope = sp.diff(difference, symbol)
        if slope.is_number and slope != 0:
            return symbol, sp.expand(symbol - difference / slope)
    got, move = f"{relation!r} is linear in no quantity", "State a sum, such as Σ_k y_k = 1."
    raise StatementError(sentence("where", got, "an equality that can be solved", move))


def sum_to_one(relation):
    """Yield (array, axis) if the relation says that sums along this axis are 1."""
    if relation.sign != "=":
        return
    axes = indexform.bind(relation.left.dims)
    left, right = (indexform.normal_form(side, axes) for side in (relation.left, relation.right))
    if right != {(): 1} or len(left) != 1:
        return
    ((product, scale),) = left.items()
    if scale == 1 and len(product) == 1:
        thing, *places = product[0]
        summed = [n for n, place in enumerate(places) if isinstance(place, str)]
        others = [place for n, place in enumerate(places) if n not in summed and place != 0]
        if len(summed) == 1 and len(set(others)) == len(others):
            yield thing, summed[0]
