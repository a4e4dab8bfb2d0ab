"""Exercises whose answer is several numbers, each under its name.

Introduced in chapter 2.
"""

import re
from typing import NamedTuple

from backprop.check.diagnosis import listed
from backprop.study.exercise import UNTRIED, right, wrong
from backprop.study.values import Number, unfilled, untouched
from backprop.study.words import kind, shown


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
        if untouched(answer):
            return UNTRIED
        if not isinstance(answer, dict):
            says = f"`{exercise.name}` is {kind(answer)}, expected a dict of names and numbers."
            return wrong(says, "no dict")
        given = [name for name in self.numbers if name in answer and not unfilled(answer[name])]
        found = {name: self._one(name, answer[name]) for name in given}
        bad = {name: verdict for name, verdict in found.items() if verdict.status == "wrong"}
        return _several(bad) if bad else self._complete(given, answer)

    def _one(self, name, value):
        rows = self.wrong.get(name, ())
        return Number(self.numbers[name], "", rows, self.decimals).judge(value, Named(name))

    def _complete(self, given, answer):
        """Return the verdict on numbers of which none is wrong."""
        strange = [shown(name) for name in answer if name not in self.numbers]
        others = f" Nobody asked for {listed(strange)}." if strange else ""
        missing = [name for name in self.numbers if name not in given]
        if not missing:
            return right(self.because, [others.strip()] if others else [])
        so_far = "So far right. " if given else ""
        says = f"{so_far}{listed(missing)}: still to be filled in.{others}"
        return wrong(says, "unfinished")


def _several(bad):
    """Return the verdict on several wrong numbers: the first two, and how many there are."""
    first = list(bad.items())[:2]
    more = len(bad) - len(first)
    left = f" {more} more {'is' if more == 1 else 'are'} wrong." if more > 0 else ""
    says = " ".join(f"{name}: {_begun(verdict.says)}" for name, verdict in first)
    see = dict.fromkeys(place for _, verdict in first for place in verdict.see)
    names = (name for verdict in bad.values() for name in verdict.mistakes)
    return wrong(f"{says}{left}", *names, see=see)


def _begun(sentence):
    """Begin a sentence in lower case, for it follows a name; `x` and W2 stay what they are.

    Examples
    --------
    >>> _begun("The size is right."), _begun("W2 is 0."), _begun("`x` is None.")
    ('the size is right.', 'W2 is 0.', '`x` is None.')
    """
    is_word = re.match(r"(A|[A-Z][a-z]+)\b", sentence)
    return sentence[:1].lower() + sentence[1:] if is_word else sentence
