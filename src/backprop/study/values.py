"""Exercises whose answer is a value: a number, some shapes, a choice.

Introduced in chapter 4.
"""

import math
from typing import NamedTuple

import numpy as np

from backprop.check.diagnose import listed
from backprop.study.exercise import UNTRIED, Wrong, right, wrong


def unfilled(answer):
    """Tell whether an answer, or a part of it, is still ``...``."""
    parts = answer.values() if isinstance(answer, dict) else answer
    several = isinstance(answer, (dict, tuple, list))
    return any(map(unfilled, parts)) if several else answer is ...


def untouched(answer):
    """Tell whether all of an answer is still ``...``."""
    parts = answer.values() if isinstance(answer, dict) else answer
    several = isinstance(answer, (dict, tuple, list))
    return all(map(untouched, parts)) if several else answer is ...


# ── a number ──────────────────────────────────────────────────────────────────────────────────


class Number(NamedTuple):
    """A number is asked for.

    Attributes
    ----------
    value : float
    because : str
        Said of the right answer.
    wrong : tuple of Wrong
        Expected wrong numbers, to the same precision.
    decimals : int, optional
        How many decimal places are asked for; by default the number is asked for exactly.
    """

    value: float
    because: str
    wrong: tuple = ()
    decimals: int | None = None

    def judge(self, answer, exercise):
        """Return the verdict on a number."""
        if untouched(answer):
            return UNTRIED
        number = _number(answer)
        if number is None:
            what = f"{exercise.name} is {_kind(answer)}, expected one number."
            return wrong(what, "no number")
        if not math.isfinite(number):
            return wrong(f"{exercise.name} is {number}, expected a finite number.", "not finite")
        if self._is(number, self.value):
            return right(self.because)
        return self._wrong(number)

    def _is(self, number, value):
        if self.decimals is None:
            return math.isclose(number, value, rel_tol=1e-9, abs_tol=1e-12)
        return abs(number - value) <= 0.5 * 10.0**-self.decimals * (1 + 1e-9)

    def _wrong(self, number):
        for row in (*self.wrong, *self._usual()):
            if self._is(number, row.answer):
                return wrong(row.says, row.name, see=row.see)
        if abs(number - self.value) <= 1e-2 * abs(self.value):
            asked = "exactly" if self.decimals is None else f"to {self.decimals} decimal places"
            return wrong(f"Close: but the number is asked for {asked}.", "imprecise")
        return wrong("Another number, and none that a known mistake gives.")

    def _usual(self):
        return (
            Wrong("sign", -self.value, "The size is right and the sign is wrong."),
            Wrong("½ lost", 2 * self.value, "Twice too large: a ½ was lost, or a 2 slipped in."),
            Wrong("2 lost", self.value / 2, "Half of it: a 2 was lost, or a ½ slipped in."),
        )


def _number(answer):
    """Return a float, or None for what is no single real number."""
    if isinstance(answer, (str, bytes, bool)) or np.size(answer) != 1:
        return None
    try:
        return float(np.asarray(answer, dtype=float).item())
    except (TypeError, ValueError):
        return None


def _kind(answer):
    if isinstance(answer, np.ndarray):
        return f"an array of shape {answer.shape}"
    return f"a {type(answer).__name__}"


# ── shapes ────────────────────────────────────────────────────────────────────────────────────


class Shapes(NamedTuple):
    """The shapes of some arrays are asked for, as a dict of name to tuple.

    Attributes
    ----------
    shapes : dict of str to tuple of int
    because : str
    sizes : dict of int to str
        What each size counts: ``{5: "examples"}``. They differ, so a size tells its meaning.
    wrong : dict of str to tuple of Wrong
        Expected wrong shapes of one array.
    """

    shapes: dict
    because: str
    sizes: dict
    wrong: dict

    def judge(self, answer, exercise):
        """Return the verdict on a dict of shapes."""
        if untouched(answer):
            return UNTRIED
        if not isinstance(answer, dict):
            return wrong(f"{exercise.name} is {_kind(answer)}, expected a dict.", "no dict")
        missing = [n for n in self.shapes if n not in answer or unfilled(answer[n])]
        rows = [self._row(name, answer[name]) for name in self.shapes if name not in missing]
        bad = [row for row in rows if row]
        if not bad and missing:
            return wrong(f"So far right. {listed(missing)}: still to be filled in.", "unfinished")
        if not bad:
            return right(self.because)
        more = "" if len(bad) < 3 else f" {len(bad) - 2} more are wrong."
        says = " ".join(row.says for row in bad[:2]) + more
        see = dict.fromkeys(place for row in bad[:2] for place in row.see)
        return wrong(says, *(row.name for row in bad), see=see)

    def _row(self, name, shape):
        """Return what is wrong with one shape, or None."""
        shape = tuple(shape) if isinstance(shape, list) else shape
        if shape == self.shapes[name] and isinstance(shape, tuple):
            return None
        for row in (*self.wrong.get(name, ()), *self._usual(name, shape)):
            if shape == row.answer:
                return row._replace(says=f"{name}: {row.says}")
        raise AssertionError  # the last usual row fits everything

    def _usual(self, name, shape):
        if not isinstance(shape, tuple):
            says = f"{shape!r} is no shape. A shape is a tuple; with one axis it is (4,)."
            return (Wrong("no tuple", shape, says),)
        wanted = self.shapes[name]
        ones = tuple(size for size in shape if size != 1)
        return (
            Wrong("reversed", wanted[::-1], f"{shape} has its axes in the wrong order."),
            Wrong(
                "axis of size 1",
                shape if ones == wanted else None,
                f"{shape} has an axis of size 1 too many.",
            ),
            Wrong("wrong shape", shape, f"{shape} is wrong. {self._axes(shape, wanted)}"),
        )

    def _axes(self, shape, wanted):
        """Say what the reader's axes count, and no more."""
        if len(shape) != len(wanted):
            return f"How many axes does it need? You gave {len(shape)}."
        counted = [self.sizes.get(size, "nothing here") for size in shape]
        return f"Your axes count {listed(counted)}."


# ── a choice ──────────────────────────────────────────────────────────────────────────────────


class Choice(NamedTuple):
    """One of several options is asked for, by its letter.

    Attributes
    ----------
    option : str
    because : str
    wrong : tuple of Wrong
        Every other option, with its own explanation.
    """

    option: str
    because: str
    wrong: tuple

    def judge(self, answer, exercise):
        """Return the verdict on a letter."""
        if untouched(answer):
            return UNTRIED
        letter = answer.strip().lower() if isinstance(answer, str) else answer
        if letter == self.option:
            return right(self.because)
        for row in self.wrong:
            if letter == row.answer:
                return wrong(row.says, row.name, see=row.see)
        letters = ", ".join(
            sorted(f'"{r}"' for r in (self.option, *(r.answer for r in self.wrong)))
        )
        return wrong(f"{exercise.name} is {answer!r}, expected one of {letters}.", "no option")
