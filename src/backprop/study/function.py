"""Exercises whose answer is a function, or a class: run on random arrays, then diagnosed.

Introduced in chapter 4.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backprop.check.diagnose import case, examine, listed
from backprop.check.formula import leaves
from backprop.study import stubs
from backprop.study.exercise import UNTRIED, right, wrong
from backprop.study.watch import TOO_LONG, Watch, quoted, shares

# Pairwise different sizes, so that no two shapes coincide, and one example among them.
SIZES = (
    {"N": 5, "D": 3, "H": 4},
    {"N": 1, "D": 4, "H": 2},
    {"N": 2, "D": 6, "H": 3},
    {"N": 7, "D": 2, "H": 5},
)
DTYPES = (np.float64, np.float32)


class Function(NamedTuple):
    """A function is asked for, or a class.

    Attributes
    ----------
    recipe : dict of str to Formula
        The answers by name, in the order in which the function returns them, and what is right.
    takes : tuple of str
        The arguments, by the names of the quantities.
    because : str
        Said of the right answer.
    sizes : tuple of dict
        Letter → size, one trial each, in both dtypes.
    make : callable, optional
        ``make(rng, sizes)`` returns the given arrays by name; by default every quantity of the
        recipe is normal.
    play : callable, optional
        ``play(answer, given)`` runs the answer and returns the dict of results; by default the
        answer is called with the arguments it takes.
    mistakes : tuple of Mistake
        Rows to try before the catalogue.
    """

    recipe: dict
    takes: tuple
    because: str
    sizes: tuple = SIZES
    make: Callable | None = None
    play: Callable | None = None
    mistakes: tuple = ()

    def judge(self, answer, exercise):
        """Return the verdict on a function or class."""
        names = None if self.play else self.takes
        return stubs.unready(answer, exercise, names) or Trials(self, answer).verdict()

    def given(self, rng, sizes):
        """Return random arrays for one trial."""
        if self.make:
            return self.make(rng, sizes)
        wanted = leaves(self.recipe.values())
        return {q.name: rng.normal(size=[sizes.get(k, k) for k in q.letters]) for q in wanted}


class Trials:
    """All runs of one answer."""

    def __init__(self, kind, answer):
        self.kind, self.answer = kind, answer
        self.watch, self.printed, self.remarks, self.changed = Watch(), "", {}, {}

    def verdict(self):
        """Run every trial; stop at the first that raises."""
        cases, plans = [], self._plans()
        for number, (given, told) in enumerate(plans):
            try:
                got, problem = self._run(given)
            except NotImplementedError:
                return UNTRIED
            if problem:
                also = "" if number == 0 else f" It works for {plans[0][1]}."
                return self._wrong(f"{problem}. It was called for {told}.{also}", "raises")
            cases.append(case("check", self.kind.recipe, got, given))
        return self._judged(cases)

    def _plans(self):
        """Return (given arrays, what is told of them) for every trial."""
        plans = []
        for dtype in DTYPES:
            for seed, sizes in enumerate(self.kind.sizes):
                given = self.kind.given(np.random.default_rng(seed), sizes)
                told = ", ".join(f"{k} = {n}" for k, n in sizes.items())
                told += "" if dtype is DTYPES[0] else f" in {np.dtype(dtype)}"
                plans.append(({k: _cast(v, dtype) for k, v in given.items()}, told))
        return plans

    def _run(self, given):
        """Return (results by name, what went wrong) of one run; note what else was seen."""
        ran = self.watch.run(lambda arrays: self._call(arrays), given)
        self.printed = self.printed or ran.printed
        self.changed |= dict.fromkeys(ran.changed)
        if ran.problem == TOO_LONG:
            return {}, TOO_LONG.rstrip(".?") + "?"
        if ran.problem:
            return {}, ran.problem
        return self._named(ran.value, given)

    def _call(self, arrays):
        if self.kind.play:
            return self.kind.play(self.answer, arrays)
        return self.answer(*[arrays[name] for name in self.kind.takes])

    def _named(self, value, given):
        """Return the results by name, or say that there are too few or too many."""
        names = list(self.kind.recipe)
        if not isinstance(value, dict):
            if len(names) == 1:
                value = (value,)
            if not isinstance(value, (tuple, list)) or len(value) != len(names):
                return {}, _count(names, value)
            value = dict(zip(names, value, strict=True))
        self._look(value, given)
        return value, ""

    def _look(self, results, given):
        """Note results that share memory with an argument, or change the dtype."""
        for name, result in results.items():
            other = shares(result, self.watch.copies)
            if other:
                self.remarks.setdefault(
                    f"{name} shares its memory with {other}: whoever changes one changes the other."
                )
            narrow = all(np.asarray(v).dtype != np.float64 for v in given.values())
            if narrow and getattr(result, "dtype", None) == np.float64:
                self.remarks.setdefault(f"{name} comes back in float64 where all was float32.")

    def _judged(self, cases):
        found = examine(cases, self.kind.recipe, self.kind.mistakes)
        if not found.right:
            return self._wrong(found.says, *found.mistakes, see=found.see)
        if self.changed:
            names = listed(list(self.changed))
            says = f"The numbers are right, but {names} {_is(self.changed)} changed in place."
            return self._wrong(
                f"{says} Whoever called still needs the old values.", "changes input"
            )
        single = ", N = 1 among them" * any(case.values.get("N") == 1 for case in cases)
        tried = f"Tried on {len(cases)} random cases{single}, in float64 and float32."
        return right(f"{self.kind.because} {tried}", self._remarks())

    def _wrong(self, says, *mistakes, see=()):
        return wrong(says, *mistakes, see=see, remarks=self._remarks())

    def _remarks(self):
        printed = quoted(self.printed)
        return [*self.remarks, *([f"Printed by your code:\n{printed}"] if printed else [])]


def _is(things):
    return "is" if len(things) == 1 else "are"


def _count(names, value):
    """Say that the function returns too few or too many results."""
    wanted = f"{len(names)} results, {listed(names)}, in this order"
    if value is None:
        return f"Your code returns None, expected {wanted}: was the return forgotten"
    count = len(value) if isinstance(value, (tuple, list)) else "one"
    return (
        f"Your code returns {count} result{'' if count in (1, 'one') else 's'}, expected {wanted}"
    )


def _cast(value, dtype):
    return np.asarray(value, dtype) if np.asarray(value).dtype.kind == "f" else value
