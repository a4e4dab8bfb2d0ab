"""Exercises whose answer is a value: a number, some shapes, a choice.

Introduced in chapter 2.
"""

import math
from typing import NamedTuple

import numpy as np

from backprop.check.diagnosis import listed
from backprop.study.exercise import UNTRIED, Wrong, right, wrong
from backprop.study.several import judge_each, untouched
from backprop.study.words import kind, shown

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
            move = " Leave out the quotes." if isinstance(answer, str) else ""
            says = f"`{exercise.name}` is {kind(answer)}, expected one real number.{move}"
            return wrong(says, "no number")
        if not math.isfinite(number):
            return wrong(f"`{exercise.name}` is {number}, expected a finite number.", "not finite")
        return right(self.because) if self._is(number, self.value) else self._wrong(number)

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
            return wrong(f"Close, but the number is asked for {asked}.", "imprecise")
        return wrong("Another number, and none that a known mistake gives.")

    def _usual(self):
        return (
            Wrong("sign", -self.value, "The size is right and the sign is wrong."),
            Wrong("½ lost", 2 * self.value, "Twice too large: a ½ was lost, or a 2 slipped in."),
            Wrong("2 lost", self.value / 2, "Half of it: a 2 was lost, or a ½ slipped in."),
        )


def _number(answer):
    """Return a float, or None for what is no single real number.

    Examples
    --------
    >>> _number(np.array([2.5])), _number("2.5"), _number(True), _number([1, [2]])
    (2.5, None, None, None)
    """
    if isinstance(answer, (list, tuple)) and len(answer) == 1:
        answer = answer[0]
    if isinstance(answer, (np.ndarray, np.generic)) and answer.size == 1:
        answer = answer.item()
    if isinstance(answer, (str, bytes, bool)):
        return None
    try:
        return float(answer)
    except (TypeError, ValueError):
        return None
    except OverflowError:  # an integer beyond all floats
        return math.inf


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
        return judge_each(answer, exercise, self.shapes, "shapes", self.because, self._one)

    def _one(self, name, shape):
        """Return the verdict on one shape."""
        row = self._row(name, shape)
        return wrong(row.says, row.name, see=row.see) if row else right("")

    def _row(self, name, shape):
        """Return what is wrong with one shape, or None."""
        shape = tuple(shape) if isinstance(shape, list) else shape
        if not isinstance(shape, tuple) or not all(map(_is_size, shape)):
            says = f"{name}: {shown(shape)} is no shape. A shape is a tuple; of one axis, (7,)."
            return Wrong("no tuple", shape, says)
        if shape == self.shapes[name]:
            return None
        found = (*self.wrong.get(name, ()), *self._usual(self.shapes[name], shape))
        row = next((row for row in found if row.answer == shape), None)
        if row is None:
            row = Wrong("wrong shape", shape, self._axes(shape, self.shapes[name]))
        return row._replace(says=f"{name}: {row.says}")

    def _usual(self, wanted, shape):
        stretched = shape if tuple(size for size in shape if size != 1) == wanted else None
        return (
            Wrong("reversed", wanted[::-1], f"{shape} has its axes in the wrong order."),
            Wrong("axis of size 1", stretched, f"{shape} has an axis of size 1 too many."),
        )

    def _axes(self, shape, wanted):
        """Say what the reader's axes count, and no more."""
        if len(shape) != len(wanted):
            return f"{shape} is wrong. How many axes does it need? You gave {len(shape)}."
        counted = [self.sizes.get(size, "nothing here") for size in shape]
        axes = "axes count" if len(shape) > 1 else "axis counts"
        return f"{shape} is wrong. Your {axes} {listed(counted)}."


def _is_size(size):
    return isinstance(size, (int, np.integer)) and not isinstance(size, bool)


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
        letter = answer.strip(" ().").lower() if isinstance(answer, str) else None
        if letter == self.option:
            return right(self.because)
        for row in self.wrong:
            if letter == row.answer:
                return wrong(row.says, row.name, see=row.see)
        letters = sorted([self.option, *(row.answer for row in self.wrong)])
        wanted = ", ".join(f'"{letter}"' for letter in letters)
        move = "" if isinstance(answer, str) else " Put the letter in quotes."
        says = f"`{exercise.name}` is {shown(answer)}, expected one of {wanted}.{move}"
        return wrong(says, "no option")
