"""Exercises whose answer is a function of lists, graphs and the like: run on random cases.

Where `Function` compares arrays with a formula, `Algorithm` asks whether a result is right, which
several results may be, and knows the mistakes by what they return. Introduced in chapter 2.
"""

import copy
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backprop.study import stubs
from backprop.study.exercise import UNTRIED, right, wrong
from backprop.study.noticed import Noticed
from backprop.study.returned import is_blank
from backprop.study.watch import Watch
from backprop.study.words import kind

CLOSE = 1e-9  # relative: float64 and a few hundred operations, in any order


class Algorithm(NamedTuple):
    """A function is asked for, whose arguments or results are no plain arrays.

    Attributes
    ----------
    takes : tuple of str
        The names of the arguments.
    cases : callable
        ``cases(rng)`` returns a list of tuples of arguments, the simplest first.
    accept : callable
        ``accept(result, *arguments)`` tells whether a result is right.
    because : str
        Said of the right answer.
    form : callable
        ``form(result, *arguments)`` returns a sentence on a result of another kind, or ''.
    where : callable
        ``where(result, *arguments)`` says where a wrong result goes wrong, in a sentence.
    wrong : tuple of Wrong
        Its `answer` is a function ``answer(result, *arguments)`` that recognises the mistake in
        a wrong result; see `version`.
    """

    takes: tuple
    cases: Callable
    accept: Callable
    because: str
    form: Callable
    where: Callable
    wrong: tuple

    def judge(self, answer, exercise):
        """Return the verdict on a function."""
        verdict = stubs.unready(answer, exercise) or stubs.unbindable(answer, self.takes)
        return verdict or stubs.finished(self._judged(answer), answer, exercise)

    def _judged(self, answer):
        watch, noticed, ran = Watch(), Noticed(), []
        for given in self.cases(np.random.default_rng(0)):
            verdict, result = self._case(answer, given, watch, noticed)
            if verdict:
                return verdict
            ran.append((result, given))
        return self._verdict(ran)._replace(remarks=tuple(noticed.remarks()))

    def _case(self, answer, given, watch, noticed):
        """Return (the verdict that ends the trials, or None; the result of one case)."""
        copies = copy.deepcopy(given)
        ran = watch.run(lambda _: answer(*copies), {})
        if ran.unwritten or is_blank(ran.value):
            return UNTRIED, None
        noticed.run(ran)
        if ran.problem:
            return wrong(ran.problem.says, ran.problem.name, remarks=noticed.remarks()), None
        if copies != given:
            says = "Your code changes its arguments. Whoever called still needs the old values."
            return wrong(says, "changes input"), None
        return self._formed(ran.value, given), ran.value

    def _formed(self, result, given):
        if result is None:
            return wrong("Your code returns None: was the return forgotten?", "nothing")
        says = self.form(result, *given)
        return wrong(says, "another form") if says else None

    def _verdict(self, ran):
        bad = [(result, given) for result, given in ran if not self.accept(result, *given)]
        if not bad:
            return right(f"{self.because} Tried on {len(ran)} cases.")
        for row in self.wrong:
            if all(row.answer(result, *given) for result, given in bad):
                return wrong(row.says, row.name, see=row.see)
        result, given = bad[0]
        return wrong(f"{self.where(result, *given)} No known mistake gives this result.")


def version(function):
    """Return what recognises the results of a mistaken version of the function.

    Examples
    --------
    >>> recognises = version(lambda values: sum(values) / 2)
    >>> recognises(3.0, [2.0, 4.0]), recognises(6.0, [2.0, 4.0])
    (True, False)
    """

    def recognises(result, *given):
        try:
            return same(result, function(*given))
        except ArithmeticError:  # a mistaken version may divide by 0
            return False

    return recognises


def same(left, right):
    """Tell whether two results hold the same numbers, to rounding.

    Examples
    --------
    >>> same([0.1 + 0.2, 1.0], (0.3, 1)), same([1.0], [1.0, 2.0])
    (True, False)
    """
    if isinstance(right, (list, tuple, np.ndarray)):
        alike = isinstance(left, (list, tuple, np.ndarray)) and len(left) == len(right)
        return alike and all(map(same, left, right))
    return is_number(left) and math.isclose(left, right, rel_tol=CLOSE, abs_tol=1e-12)


def is_number(value):
    """Tell whether a value is a real number.

    Examples
    --------
    >>> is_number(2), is_number(np.float64(0.5)), is_number(True), is_number("2")
    (True, True, False, False)
    """
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)


def list_of_numbers(result, wanted):
    """Return a sentence on what is no list of so many numbers, or ''.

    Examples
    --------
    >>> list_of_numbers([1.0, None], 2)
    'Your code returns a list with None in it, expected numbers.'
    >>> list_of_numbers([1.0], 2)
    'Your code returns 1 entries, expected 2.'
    """
    if not isinstance(result, (list, tuple, np.ndarray)):
        return f"Your code returns {kind(result)}, expected a list of numbers."
    strange = [entry for entry in result if not is_number(entry)]
    if strange:
        return f"Your code returns a list with {kind(strange[0])} in it, expected numbers."
    many = len(result)
    return f"Your code returns {many} entries, expected {wanted}." if many != wanted else ""
