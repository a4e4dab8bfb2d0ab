"""Comparing a claimed gradient with numeric ones, and saying what is wrong with it.

`backprop.check.gradcheck` uses it, from chapter 2 on.
"""

from typing import NamedTuple

import numpy as np

from backprop.errors import GradientError, NoEvidenceError, WitnessError, sentence
from backprop.shapes import at, expect, expect_finite

# How far a right gradient may be from a witness, as a share of the largest entry. Central
# differences keep ten digits of a function of size 1; deep or steep functions cost some of them.
# The complex step keeps all sixteen; six are left to the rounding of forward and backward.
# A float32 gradient has seven digits of its own, and loses some in every sum.
TOLERANCE = {"central": 1e-6, "complex": 1e-10}
SINGLE = 1e-4
# What rounding alone makes of a zero slope: so many times ε|f|, over the step that divides it.
ROUNDINGS = 32 * np.finfo(np.float64).eps
STEP = {"central": np.finfo(np.float64).eps ** (1 / 3), "complex": 1.0}
# Where rounding could be a hundredth of the largest entry, it could hide a mistake of that size.
DROWNED = 1e-2
WITNESS = {
    "central": ("central differences", "give"),
    "complex": ("the complex step", "gives"),
}
# Two ratios are the same if they differ by less than a float32 gradient's own error.
RATIO = 1e-3


class Claim(NamedTuple):
    """A gradient that somebody claims, and what it takes to contradict it."""

    name: str  # "dW"
    owner: str  # "Affine(3 → 4)"
    value: object  # the claimed gradient
    f: object  # the scalar function that it should be the gradient of
    x: np.ndarray  # the point, in float64
    symbol: str  # the point's letter, "W"
    N: int  # the examples in the batch
    single: bool  # whether it was computed in float32

    @property
    def label(self):
        """The beginning of each sentence."""
        return f"gradcheck: {self.name} of {self.owner}"

    def tolerance(self, method):
        """Return the share of the largest entry by which the claim may be off."""
        return max(TOLERANCE[method], SINGLE if self.single else 0.0)


def judge_shape(claim):
    """Refuse a claim that is missing, shaped otherwise or not finite: before any arithmetic."""
    if claim.value is None:
        how = "return" if claim.name == "dX" else "store"
        raise GradientError(f"{claim.label} is None: backward did not {how} it.")
    shape = np.shape(claim.value)
    if shape != claim.x.shape:
        got = f"is wrong: it has shape {shape}, {claim.symbol} has {claim.x.shape}"
        raise GradientError(f"{claim.label} {got}. {_misshapen(claim, shape)}")
    where = f"gradcheck of {claim.owner}"
    expect_finite(where, claim.name, expect(where, claim.name, claim.value, shape, real=True))


def judge(claim, claimed, numbers, transposed=None, place=at):
    """Compare numbers with those of each witness; raise on the first disagreement.

    Parameters
    ----------
    claim : Claim
    claimed : float array
        The claim, along coordinates or along directions.
    numbers : dict
        What each witness says, arrays of the same shape.
    transposed : float array, optional
        What the transposed claim would be, where that has the same shape.
    place : callable
        Puts an index of `claimed` in words.
    """
    size = abs(claim.f(claim.x))
    floor = {method: ROUNDINGS * size / STEP[method] for method in numbers}
    _witnesses_agree(claim, numbers, floor, place)
    _evidence(claim, claimed, numbers, floor)
    for method, numeric in numbers.items():
        slack = claim.tolerance(method) * np.max(np.abs(numeric)) + floor[method]
        k = _worst(claimed, numeric)
        if not abs(claimed[k] - numeric[k]) <= slack:
            who, give = WITNESS[method]
            fact = f"{place(k)} it is {claimed[k]:.4g}, {who} {give} {numeric[k]:.4g}."
            fitting = transposed is not None and np.max(np.abs(transposed - numeric)) <= slack
            why = f" {claim.name}.T fits: is it transposed?" if fitting else ""
            raise GradientError(
                f"{claim.label} is wrong:{fact}{why or ratio(claim, claimed, numeric)}"
            )
    _not_drowned(claim, numbers, floor)


def ratio(claim, claimed, numeric):
    """Say so, in a sentence, if the claim is everywhere the same multiple of the numbers.

    Examples
    --------
    >>> claim = Claim("db", "f", None, None, None, "b", 5, False)
    >>> ratio(claim, np.array([5.0, -10.0]), np.array([1.0, -2.0]))
    ' Everywhere 5 times the numeric gradient: N times too large, was a mean lost?'
    """
    if not claimed.any():
        return " It is 0 everywhere: was it ever computed?"
    r = np.vdot(claimed, numeric) / max(np.vdot(numeric, numeric), np.finfo(float).tiny)
    if np.max(np.abs(claimed - r * numeric)) > RATIO * abs(r) * np.max(np.abs(numeric)):
        return ""
    rows = [(name, why) for q, name, why in _factors(claim.N) if abs(r - q) <= RATIO * abs(q)]
    if not rows and claimed.size == 1:
        return ""
    name, why = rows[0] if rows else (f"{r:.4g}".replace("-", "−"), "a lost factor?")
    return f" Everywhere {name} times the numeric gradient: {why}"


def _factors(N):
    """Return the rows (ratio, its spelling, what it usually means); the first that fits is said."""
    of_two = f"was a mean over N = {N} lost, or a ½?" if N == 2 else "was a ½ lost?"
    of_half = f"was the mean over N = {N} taken twice, or a 2 lost?" if N == 2 else "was a 2 lost?"
    rows = [(-1.0, "−1", "a lost sign."), (2.0, "2", of_two), (0.5, "½", of_half)]
    if N > 2:
        rows += [
            (float(N), f"{N}", "N times too large, was a mean lost?"),
            (1 / N, f"1/{N}", "N times too small, was the mean taken twice?"),
        ]
    return rows


def _misshapen(claim, shape):
    """Say how a claim of another shape may have come about."""
    if len(shape) > 1 and shape[::-1] == claim.x.shape:
        return f"{claim.name}.T fits: is it transposed?"
    if shape == (claim.N, *claim.x.shape):
        return "It has one row per example: was the sum over the batch forgotten?"
    return f"A gradient is shaped like {claim.symbol}; broadcasting equality is not equality."


def _worst(a, b):
    """Return the index of the largest difference."""
    return np.unravel_index(np.argmax(np.abs(a - b)), np.shape(a))


def _witnesses_agree(claim, numbers, floor, place):
    """Refuse to judge by witnesses that contradict each other."""
    if len(numbers) < 2:
        return
    central, step = numbers["central"], numbers["complex"]
    k = _worst(central, step)
    slack = TOLERANCE["central"] * max(np.max(np.abs(central)), np.max(np.abs(step)))
    if abs(central[k] - step[k]) > slack + floor["central"]:
        got = f"for {claim.name}{place(k)} central differences give {central[k]:.4g}, "
        got += f"the complex step gives {step[k]:.4g}"
        move = (
            "A kink lies within the step (move the point), or forward is not analytic "
            "(abs, max, conj): then ask one witness, witnesses=('central',)."
        )
        raise WitnessError(sentence(f"gradcheck of {claim.owner}", got, "the same number", move))


def _evidence(claim, claimed, numbers, floor):
    """Refuse to conclude anything from zeros."""
    zero = all(np.max(np.abs(n)) <= floor[m] for m, n in numbers.items())
    if zero and np.max(np.abs(claimed)) <= max(floor.values()):
        move = "A wrong gradient would pass too: check at another point."
        got = f"{claim.name} of {claim.owner} is 0 everywhere, and so is the numeric gradient"
        raise NoEvidenceError(sentence("gradcheck", got, "something to compare", move))


def _not_drowned(claim, numbers, floor):
    """Refuse an agreement that only rounding made possible."""
    if all(floor[m] > DROWNED * np.max(np.abs(n)) for m, n in numbers.items()):
        got = f"{claim.owner} is {abs(claim.f(claim.x)):.2g}, and its slopes drown in the rounding"
        move = "Subtract a constant, or ask the complex step."
        raise NoEvidenceError(sentence("gradcheck", got, "slopes that rounding leaves", move))
