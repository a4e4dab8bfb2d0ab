"""Exercises whose answer is a function, or a class: run on random arrays, then diagnosed.

Introduced in chapter 2.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backprop.check.diagnosis import case, examine
from backprop.check.formula import leaves
from backprop.check.mistakes import BEFORE
from backprop.study import stubs
from backprop.study.exercise import UNTRIED, Problem, right, wrong
from backprop.study.noticed import Noticed
from backprop.study.returned import by_name, is_blank
from backprop.study.watch import Watch

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
        ``play(answer, given)`` runs the answer and returns the dict of results, or what the
        answer returned, or a `Problem` with it; by default the answer is called with the
        arguments it takes.
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
        verdict = stubs.unready(answer, exercise) or stubs.unbindable(answer, names)
        return verdict or stubs.finished(Trials(self, answer).verdict(), answer, exercise)

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
        self.watch, self.noticed = Watch(), Noticed()

    def verdict(self):
        """Run every trial; stop at the first that goes wrong."""
        cases, plans = [], self._plans()
        for number, (given, told) in enumerate(plans):
            ran = self.watch.run(self._call, given)
            if not number and (ran.unwritten or is_blank(ran.value)):
                return UNTRIED
            self.noticed.run(ran)
            got, problem = ({}, ran.problem) if ran.problem else self._results(ran)
            if problem:
                return self._earlier(cases) or self._stopped(problem, given, told, plans[:number])
            cases.append(case("check", self.kind.recipe, got, given))
        return self._judged(cases)

    def _stopped(self, problem, given, told, before):
        """Return the verdict on code that does not come through, with what it was called for."""
        handed = given if self.kind.play else self.kind.takes
        arrays = {n: np.shape(given[n]) for n in handed if not n.endswith(BEFORE)}
        shapes = ", ".join(f"{n} {shape}" for n, shape in arrays.items() if shape)
        told += f": {shapes}" if shapes and problem.name == "raises" else ""
        also = f" For {before[0][1]} it does not." if before else ""
        says = f"{problem.says} It was called for {told}.{also}"
        return self._wrong(says, problem.name)

    def _earlier(self, cases):
        """Return the verdict on the cases that came through, if they are wrong already."""
        if not cases:
            return None
        found = examine(cases, self.kind.recipe, self.kind.mistakes)
        return None if found.right else self._wrong(found.says, *found.mistakes, see=found.see)

    def _plans(self):
        """Return (given arrays, what is told of them) for every trial."""
        plans = []
        for dtype in DTYPES:
            for seed, sizes in enumerate(self.kind.sizes):
                given = self.kind.given(np.random.default_rng(seed), sizes)
                found = {size for value in given.values() for size in np.shape(value)}
                told = ", ".join(f"{k} = {n}" for k, n in sizes.items() if n in found)
                told = told or "random numbers"
                told += "" if dtype is DTYPES[0] else f" in {np.dtype(dtype)}"
                plans.append(({k: _cast(v, dtype) for k, v in given.items()}, told))
        return plans

    def _call(self, arrays):
        if self.kind.play:
            return self.kind.play(self.answer, arrays)
        return self.answer(*[arrays[name] for name in self.kind.takes])

    def _results(self, ran):
        """Return (results by name, what is wrong with their number); note what else is seen.

        Arrays are copied: a function may return the same one each time and write over it.
        """
        got, problem = ran.value, None
        if isinstance(got, Problem):
            return {}, got
        if not (self.kind.play and isinstance(got, dict) and {*self.kind.recipe} <= {*got}):
            got, problem = by_name(list(self.kind.recipe), ran.value)
        self.noticed.results(got, ran.given)
        return {n: v.copy() if isinstance(v, np.ndarray) else v for n, v in got.items()}, problem

    def _judged(self, cases):
        found = examine(cases, self.kind.recipe, self.kind.mistakes)
        if not found.right and (found.mistakes or not self.noticed.changed):
            return self._wrong(found.says, *found.mistakes, see=found.see)
        if self.noticed.changed:
            numbers = "are right, but" if found.right else "are wrong, and"
            says = f"The numbers {numbers} {self.noticed.changing} in place."
            says += " Whoever called still needs the old values."
            return wrong(says, "changes input", remarks=self.noticed.remarks(changed=False))
        single = ", N = 1 among them" * any(case.values.get("N") == 1 for case in cases)
        tried = f"Tried on {len(cases)} random cases{single}, in float64 and float32."
        return right(f"{self.kind.because} {tried}", self.noticed.remarks())

    def _wrong(self, says, *mistakes, see=()):
        return wrong(says, *mistakes, see=see, remarks=self.noticed.remarks())


def _cast(value, dtype):
    return np.asarray(value, dtype) if np.asarray(value).dtype.kind == "f" else value
