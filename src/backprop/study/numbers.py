"""Exercises whose answer is several numbers, each under its name.

Introduced in chapter 2.
"""

import re
from typing import NamedTuple

from backprop.study.several import judge_each
from backprop.study.values import Number


class Named(NamedTuple):
    """What `Number` needs of an exercise: the name of the number."""

    name: str


class Numbers(NamedTuple):
    """Several numbers are asked for, as a dict of name to number.

    Attributes
    ----------
    numbers : dict of str to float
    because : str
        Said of the right answer.
    wrong : dict of str to tuple of Wrong
        Expected wrong values of one number.
    decimals : int, optional
        How many decimal places are asked for; by default the numbers are asked for exactly.
    """

    numbers: dict
    because: str
    wrong: dict
    decimals: int | None = None

    def judge(self, answer, exercise):
        """Return the verdict on a dict of numbers."""
        return judge_each(answer, exercise, self.numbers, "numbers", self.because, self._one)

    def _one(self, name, value):
        """Return the verdict on one number."""
        rows = self.wrong.get(name, ())
        verdict = Number(self.numbers[name], "", rows, self.decimals).judge(value, Named(name))
        return verdict._replace(says=f"{name}: {_begun(verdict.says)}")


def _begun(sentence):
    """Begin a sentence in lower case, for it follows a name; `x` and W2 stay what they are.

    Examples
    --------
    >>> _begun("The size is right."), _begun("W2 is 0."), _begun("`x` is None.")
    ('the size is right.', 'W2 is 0.', '`x` is None.')
    """
    is_word = re.match(r"(A|[A-Z][a-z]+)\b", sentence)
    return sentence[:1].lower() + sentence[1:] if is_word else sentence
