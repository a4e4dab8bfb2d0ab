"""What a diagnosis is asked: the reader's numbers, the right formulas, the given arrays.

Everything that makes no sense is refused here, so that the search need not ask.
Used by the exercises of every chapter.
"""

from typing import NamedTuple

import numpy as np

from backprop.check.changes import AFTER, BEFORE
from backprop.check.formula import Formula, Op, leaves, quantity, sizes
from backprop.errors import (
    DtypeError,
    EmptyBatchError,
    ShapeError,
    StatementError,
    UnknownNameError,
    sentence,
)
from backprop.shapes import expect_finite

RIGHT = "right "  # what the names of answers begin with that are known as arrays only


class Case(NamedTuple):
    """One trial: what the reader got, by the answers' names, and every array that was given."""

    got: dict
    values: dict


def asked(got, wanted, given, it, before, after):
    """Return (case, recipe) for a call of `diagnose`."""
    several = isinstance(wanted, dict)
    recipe, settled = _formulas(wanted if several else {it: wanted})
    got = _answers(got, recipe) if several else {it: got}
    trial = case("diagnose", recipe, got, _arrays("given", given) | settled)
    more = _other_times(recipe, trial.values, before, after)
    return trial._replace(values=trial.values | more), recipe


def case(where, recipe, got, given):
    """Return a `Case`, with the sizes read off the arrays."""
    missing = [leaf.name for leaf in leaves(recipe.values()) if leaf.name not in given]
    if missing:
        move = f"Add it: given={{{missing[0]!r}: ...}}."
        wanted = ", ".join(sorted(given)) or "no arrays"
        raise UnknownNameError(sentence(where, f"{missing[0]} is not given", wanted, move))
    found = sizes(where, recipe.values(), given)
    for letter in found.keys() & given.keys():
        if np.shape(given[letter]) != () or given[letter] != found[letter]:
            got, move = f"{letter} is {given[letter]}", "The arrays have that size: leave it out."
            raise ShapeError(sentence(where, got, str(found[letter]), move))
    if found.get("N") == 0:
        move = "An empty batch has no gradient: did the selection find nothing?"
        raise EmptyBatchError(sentence(where, "N is 0", "at least one example", move))
    return Case(got, given | found)


def _answers(got, recipe):
    """Return the reader's answers by name; refuse names that nobody asked for."""
    names = ", ".join(map(str, recipe))
    if not isinstance(got, dict):
        move = f"Name the answers: {{{next(iter(recipe), 'dW')!r}: ...}}."
        what = f"got is a {type(got).__name__}"
        raise StatementError(sentence("diagnose", what, f"a dict with {names}", move))
    for name in got:
        if name not in recipe:
            move = "Give every answer the name that it has in wanted."
            raise UnknownNameError(sentence("diagnose", f"got has {name!r}", names, move))
    return got


def _formulas(recipe):
    """Return a recipe of formulas, and the arrays that stood in it, by the names they got."""
    if not recipe:
        move = "Give at least one answer."
        raise StatementError(sentence("diagnose", "wanted is empty", "what is right", move))
    arrays = {it: right for it, right in recipe.items() if not isinstance(right, Formula)}
    settled = {RIGHT + it: _numbers(the_right(it), right) for it, right in arrays.items()}
    for it in arrays:
        if settled[RIGHT + it].size == 0:
            got = f"{the_right(it)} has shape {settled[RIGHT + it].shape}"
            move = "Nothing can be compared with it."
            raise EmptyBatchError(sentence("diagnose", got, "at least one number", move))
    known = {it: _as_known(quantity(RIGHT + it, *np.shape(right))) for it, right in arrays.items()}
    return recipe | known, settled


def the_right(it):
    """Write what an answer should be: the right dW, the right answer."""
    return f"the right {it.removeprefix('the ')}"


def _as_known(leaf):
    """Return the formula of an array of which nobody knows how it came about."""
    return Formula(Op(np.asarray, lambda a: np.full(np.shape(a), np.max(a))), leaf)


def _arrays(what, arrays):
    """Return arrays by name."""
    if arrays is not None and not isinstance(arrays, dict):
        got, move = f"{what} is a {type(arrays).__name__}", f'Name the arrays: {what}={{"X": X}}.'
        raise StatementError(sentence("diagnose", got, "a dict of name to array", move))
    return {name: _numbers(name, array) for name, array in (arrays or {}).items()}


def _numbers(name, array):
    """Return an array of finite real numbers."""
    try:
        numbers = np.asarray(array)
    except ValueError:  # a ragged list
        numbers = np.empty(0, object)
    if numbers.dtype.kind not in "iuf":
        kind = type(array).__name__ if numbers.dtype.kind in "OUS" else numbers.dtype
        got, move = f"{name} is of type {kind}", "A diagnosis compares numbers."
        raise DtypeError(sentence("diagnose", got, "an array of real numbers", move))
    return expect_finite("diagnose", name, numbers)


def _other_times(recipe, values, before, after):
    """Return the arrays of an earlier forward and from after an update, by their longer names."""
    letters = {name: size for name, size in values.items() if isinstance(size, int)}
    found = {}
    for suffix, what, arrays, known in (
        (BEFORE, "before", before, {k: v for k, v in letters.items() if k != "N"}),
        (AFTER, "after", after, letters),
    ):
        arrays = _arrays(what, arrays)
        for name in arrays.keys() - values.keys():
            wanted = ", ".join(sorted(n for n in values if n not in letters))
            move = "Use the name that the array has in given."
            raise UnknownNameError(sentence("diagnose", f"{what} has {name!r}", wanted, move))
        seen = sizes(f"diagnose, {what}", recipe.values(), arrays, known)
        other = {n: a for n, a in arrays.items() if not np.array_equal(a, values[n])}
        found |= {name + suffix: array for name, array in other.items()}
        if suffix == BEFORE and seen.get("N", values.get("N")) != values.get("N"):
            found["N" + BEFORE] = np.asarray(seen["N"])
    return found
