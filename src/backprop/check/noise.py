"""Numbers that are right but not to the last digit: rounded, in float32, or measured.

Used by the exercises of every chapter.
"""

import numpy as np

from backprop.check.evidence import CHANCE, believed, bits
from backprop.check.mistakes import CHECKING, Mistake
from backprop.check.steps import Step

# Steps of which a numeric derivative is recognised: 1e-5 … 1e-16.
STEPS = range(16, 4, -1)
BITS = 34  # a difference of two costs holds fewer than these, or it has lost nothing
LAST = 1024  # by how many last bits of the cost rounding may change such a difference
EPS = np.finfo(float).eps

ZEROS = Mistake("zeros", "{it} is 0 everywhere: was it ever computed?", None)
SINGLE = Mistake(
    "single precision",
    "{it} is right to seven digits only: somewhere the numbers went through float32.",
    None,
)
ROUNDED = Mistake("rounded", "{it} is right, but rounded to {part}. Keep all digits.", None)
MEASURED = Mistake(
    "numeric noise",
    "{it} is a numeric derivative with a step of {part}, and rounding has spoiled its last digits: "
    "the smaller the step, the more of them.",
    None,
    CHECKING,
)


def inexact(answer):
    """Return the step for numbers that are 0, or right but not to the last digit."""
    pairs = [(answer.got[k], answer.wanted[k]) for k in answer.wrong]
    if any(got.shape != wanted.shape for got, wanted in pairs):
        return ()
    if not any(got.any() for got, _ in pairs):
        return (Step(ZEROS, {}, {}),)
    if _single(answer):
        return (Step(SINGLE, {}, {}),)
    digits = {places(answer.got[k], answer.wanted[k], answer.eps(k)) for k in answer.wrong}
    if len(digits) == 1 and None not in digits:
        (count,) = digits
        if believed(sum(bits(got, 10.0**-count) for got, _ in pairs), 1):
            return (Step(ROUNDED, {"part": _decimals(count)}, {}),)
    found = {step(*pair) for pair in pairs}
    if len(found) == 1 and None not in found:
        return (Step(MEASURED, {"part": f"1e-{found.pop()}"}, {}),)
    return ()


def _single(answer):
    """Tell whether an answer is right to the digits of float32, in numbers that float32 has."""
    eps, got = np.finfo(np.float32).eps, [answer.got[k] for k in answer.wrong]
    evidence = sum(bits(g, 128 * eps * np.max(np.abs(g))) for g in got)
    fits = (answer.matches(answer.root, k, eps=eps) for k in answer.wrong)
    return believed(evidence, 1) and all(map(narrow, got)) and all(fits)


def _decimals(count):
    """Write a number of decimal places."""
    words = {0: "whole numbers", 1: "1 decimal place"}
    return words.get(count, f"{count} decimal places")


def places(got, wanted, eps):
    """Return the decimal places to which numbers are rounded that are right otherwise, or None.

    Examples
    --------
    >>> exact = np.array([0.12345, -2.71828, 1.41421, 3.14159])
    >>> places(np.round(exact, 2), exact, 1e-16), places(exact + 0.01, exact, 1e-16)
    (2, None)
    """
    for digits in range(8):
        unit = 10.0**-digits
        rounded = np.abs(got - np.round(got, digits)) <= 2 * eps * np.abs(got)
        near = np.abs(got - wanted) <= 0.5 * unit * (1 + 1e-6) + 2 * eps * np.abs(got)
        if np.all(rounded & near):
            return digits
    return None


def narrow(got):
    """Tell whether all numbers are ones that float32 has, and not because they are round."""
    return np.array_equal(got, got.astype(np.float32)) and _steps(got, 12) is None


def step(got, wanted):
    """Return k if numbers are a numeric derivative with the step 1e-k, but for its rounding.

    The difference of two costs is a multiple of their last bit, so such a derivative, times its
    step, consists of whole multiples of one power of two, which no other numbers do.

    Examples
    --------
    >>> x, h = np.array([0.3, 1.7, -2.2, 0.9]), 1e-12 * np.eye(4)
    >>> cost = lambda x: np.sum(x**3)
    >>> slopes = np.array([cost(x + e) - cost(x - e) for e in h]) / 2e-12
    >>> step(slopes, 3 * x**2), step(3 * x**2 + 1e-4, 3 * x**2)
    (12, None)
    """
    some, error = got[got != 0], np.max(np.abs(got - wanted))
    if not some.size or _steps(some) is not None:
        return None
    for k in STEPS:
        found = _steps(some * 10.0**-k)
        if found is not None and error <= LAST * found[1] * 10.0**k:
            count = np.unique(np.abs(found[0]))
            luck = np.sum(np.log2(np.maximum(8 * EPS * count, 1e-300)))
            return k if -luck >= np.log2(len(STEPS) * BITS / CHANCE) else None
    return None


def _steps(numbers, limit=BITS):
    """Return (whole numbers, power of two) whose products are the numbers, or None."""
    top = 2.0 ** np.floor(np.log2(np.max(np.abs(numbers))))
    units = top * 2.0 ** -np.arange(limit)
    count = np.ravel(numbers)[:200] / units[:, None]
    whole = np.all(np.abs(count - np.rint(count)) <= 4 * EPS * np.abs(count), axis=1)
    first = np.argmax(whole)
    return (np.rint(count[first]), units[first]) if whole[first] else None
