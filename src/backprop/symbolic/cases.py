"""Expressions that are defined by cases: what they are in every case that can occur."""

from __future__ import annotations

from itertools import product

import sympy as sp

DEEPEST = 6  # comparisons that are told apart: 3 signs each


def by_case(expression, signs):
    """Yield the expression in every case of its conditions, without `Piecewise`.

    A condition compares something with 0, which is positive, zero or negative.  Where it is zero,
    and is linear in a symbol, the symbol is replaced.
    """
    compared = {key for c in conditions(expression) if (key := sided(c)[0]) is not None}
    compared = sorted(compared, key=str)
    if len(compared) > DEEPEST:
        yield sp.nan
        return
    possible = [sorted(signs.get(g, (1, 0, -1))) for g in compared]
    for chosen_signs in product(*possible):
        case = dict(zip(compared, chosen_signs, strict=True))
        yield where_zero(resolved(expression, case), case)


def conditions(expression):
    """Return the comparisons that the cases of an expression are made of."""
    return expression.atoms(sp.core.relational.Relational)


def sided(condition):
    """Return (g, s) such that the condition compares s g with 0; g is one of ±g, up to a factor."""
    difference = sp.expand(condition.lhs - condition.rhs)
    if difference.is_number:
        return None, 0
    content, primitive = difference.as_content_primitive()
    negative = primitive.could_extract_minus_sign()
    return (-primitive, -1) if negative else (primitive, 1)


COMPARE = {
    sp.StrictGreaterThan: lambda s: s > 0,
    sp.GreaterThan: lambda s: s >= 0,
    sp.StrictLessThan: lambda s: s < 0,
    sp.LessThan: lambda s: s <= 0,
    sp.Equality: lambda s: s == 0,
    sp.Unequality: lambda s: s != 0,
}


def resolved(expression, case):
    """Return the expression with every condition replaced by whether it holds."""
    truth = {}
    for condition in conditions(expression):
        g, side = sided(condition)
        if g is not None:
            truth[condition] = sp.true if COMPARE[type(condition)](side * case[g]) else sp.false
    return chosen(expression, truth)


def chosen(expression, truth):
    """Return the expression with each `Piecewise` replaced by the value that its case has."""
    if not expression.has(sp.Piecewise):
        return expression
    if isinstance(expression, sp.Piecewise):
        for value, condition in expression.args:
            if condition.xreplace(truth) == sp.true:
                return chosen(value, truth)
        return sp.nan
    return expression.func(*(chosen(arg, truth) for arg in expression.args))


def where_zero(expression, case):
    """Return the expression with a symbol replaced for each thing that is 0 in this case."""
    for g, sign in case.items():
        if sign == 0:
            for symbol in sorted(g.free_symbols, key=str):
                slope = sp.diff(g, symbol)
                if slope.is_number and slope != 0:
                    return expression.xreplace({symbol: sp.expand(symbol - g / slope)})
    return expression
