"""What can be said of wrong numbers when no known mistake gives them.

Facts about the reader's numbers, never a guess at the mistake, and never the right ones.
Used by the exercises of every chapter.
"""

from typing import NamedTuple

import numpy as np

from backprop.shapes import at, axes

CLOSE = 1e-2  # numbers that agree so far are right in principle
SAME = 1e-6  # ratios and sizes that agree so far are called the same


class Seen(NamedTuple):
    """One answer in one case: what came, what was wanted, where they differ, the sizes' letters."""

    it: str
    got: np.ndarray
    wanted: np.ndarray
    off: np.ndarray
    sizes: dict


def unusable(it, got):
    """Return (name, sentence) for what is no array of numbers, or None.

    Examples
    --------
    >>> unusable("dW", None)
    ('nothing', 'dW is None: was a return, or an assignment, forgotten?')
    >>> unusable("dW", np.array([1.0, np.nan]))
    ('not finite', 'dW is nan at [1], and 1 of 2 numbers is not finite.')
    """
    if got is None:
        return "nothing", f"{it} is None: was a return, or an assignment, forgotten?"
    if callable(got):
        return "a function", f"{it} is a function, not its value: was it called?"
    numbers = _array(got)
    parts = [got, *(numbers.flat if numbers.dtype == object else ())]
    if any(part is Ellipsis or part is NotImplemented for part in parts):
        return "placeholder", f"{it} is still a placeholder."
    if numbers.dtype.kind not in "iuf":
        return "no numbers", f"{it} {_kind(got, numbers)}, expected an array of numbers."
    bad = np.argwhere(~np.isfinite(numbers))
    if len(bad):
        count = f"{len(bad)} of {numbers.size} {'numbers is' if len(bad) == 1 else 'numbers are'}"
        first = f"{it} is {numbers[tuple(bad[0])]}{at(bad[0])}"
        return "not finite", f"{first}, and {count} not finite."
    return None


def _array(got):
    """Return an array of anything; what NumPy cannot make one of becomes one object."""
    try:
        return np.asarray(got)
    except (ValueError, TypeError):
        numbers = np.empty((), object)
        numbers[()] = got
        return numbers


def _kind(got, numbers):
    """Say what came in place of numbers: the first row that applies."""
    kind, ragged = numbers.dtype.kind, isinstance(got, (list, tuple)) and numbers.ndim == 0
    rows = (
        (kind == "c", "is complex (was .real or .imag forgotten?)"),
        (kind == "b", "holds True and False"),
        (ragged, f"is a {type(got).__name__} with rows of different lengths"),
        (isinstance(got, np.ndarray), f"is an array of {numbers.dtype}"),
        (True, f"is a {type(got).__name__}"),
    )
    return next(words for applies, words in rows if applies)


def known(cases, opening, where):
    """Return the sentences for an answer that no known mistake explains.

    Parameters
    ----------
    cases : list of Seen
        The cases in which it is wrong, the one to speak of first. What is said holds in all.
    opening : str
        What is said first of numbers that are not nearly right.
    where : str
        In which cases the answer is right: see `between`.
    """
    it, got, wanted, off, _ = seen = cases[0]
    if got.shape != wanted.shape:
        return _join(misshapen(it, got.shape, wanted.shape), where)
    if all(np.max(np.abs(c.got - c.wanted)) <= CLOSE * np.max(np.abs(c.wanted)) for c in cases):
        return _join(close(it, got, wanted), "" if off.all() else entries(seen), where)
    return _join(opening, pattern(cases) or entries(seen), where)


def pattern(cases):
    """Say what the right numbers have become in every case, if that can be said."""
    if len(cases) > 1:  # then a factor that is N in one of them means nothing
        cases = [case._replace(sizes={}) for case in cases]
    for fact in (signs, scale, order):
        said = [fact(case) for case in cases]
        if all(said) and (fact is not scale or len(set(said)) == 1):
            return said[0]
    return ""


def _join(*sentences):
    return " ".join(s for s in sentences if s)


def misshapen(it, shape, wanted):
    """Say what shape came, and which was expected."""
    move = (
        f"It has {axes(len(shape))} where {len(wanted)} are wanted."
        if len(shape) != len(wanted)
        else "A gradient has the shape of the thing it belongs to." * it.startswith("d")
    )
    return _join(f"{it} has shape {shape}, expected {wanted}.", move)


def close(it, got, wanted):
    """Say to how many digits numbers agree.

    Examples
    --------
    >>> close("dW", np.array([1.0003, 2.0]), np.array([1.0, 2.0]))
    'dW agrees to about 4 digits and no further. A numeric derivative with a step too small or too \
large leaves such an error, and so does a small term that is missing or one too many.'
    """
    count = digits(got, wanted)
    single = "Float32 somewhere on the way leaves such an error, and so does a numeric derivative"
    other = (
        "A numeric derivative with a step too small or too large leaves such an error, and so does "
        "a small term that is missing or one too many"
    )
    reason = single if 6 <= count <= 8 else other
    return f"{it} agrees to about {count} digits and no further. {reason}."


def digits(got, wanted):
    """Return the number of digits that agree, by the largest error and the largest entry."""
    error = np.max(np.abs(got - wanted)) / np.max(np.abs(wanted))
    return max(0, int(np.round(-np.log10(error))))


def signs(seen):
    """Say that only signs are wrong, if so."""
    got, wanted = np.abs(seen.got), np.abs(seen.wanted)
    if np.max(np.abs(got - wanted)) > SAME * np.max(wanted):
        return ""
    count = f"{seen.off.sum()} of {seen.off.size} signs {_are(seen.off.sum())} wrong"
    return f"In {seen.it} the sizes are right, and {count}."


def scale(seen):
    """Say by which factor everything is off, if it is one factor.

    Examples
    --------
    >>> got, wanted, off = np.array([5.0, 10.0]), np.array([1.0, 2.0]), np.array([True, True])
    >>> scale(Seen("dW", got, wanted, off, {"N": 5, "D": 3}))
    'dW is everywhere 5 times what it should be, and 5 is N.'
    """
    got, wanted = seen.got, seen.wanted
    if got.size == 1 or not wanted.any():
        return ""
    r = np.vdot(wanted, got) / np.vdot(wanted, wanted)
    if np.max(np.abs(got - r * wanted)) > SAME * np.max(np.abs(got)):
        return ""
    factor = f"{r:.4g}".replace("-", "−")
    powers = [(letter, n ** float(p), p) for letter, n in seen.sizes.items() for p in (1, -1)]
    names = ["1/" * (p < 0) + letter for letter, f, p in powers if abs(r - f) <= SAME * f]
    named = f", and {factor} is {names[0]}" if len(names) == 1 else ""
    return f"{seen.it} is everywhere {factor} times what it should be{named}."


def order(seen):
    """Say that the right numbers stand in the wrong places, if so."""
    a, b = np.sort(seen.got, axis=None), np.sort(seen.wanted, axis=None)
    if np.max(np.abs(a - b)) > SAME * np.max(np.abs(b)):
        return ""
    return f"{seen.it} holds the right numbers in the wrong places."


def entries(seen):
    """Say how many entries are wrong, and whether whole rows or columns are right.

    Examples
    --------
    >>> off = np.array([[False, False], [True, True]])
    >>> entries(Seen("dW", off + 0.0, off + 1.0, off, {}))
    '2 of 4 numbers in dW are wrong: all of row 1, the rest is right.'
    """
    off = seen.off
    first = f"{off.sum()} of {off.size} numbers in {seen.it} {_are(off.sum())} wrong"
    if off.all():
        return f"{first}."
    if off.ndim == 2:
        for axis, word in ((1, "row"), (0, "column")):
            lines = off.any(axis=axis)
            if np.array_equal(off, np.broadcast_to(np.expand_dims(lines, axis), off.shape)):
                plural = "s" if lines.sum() > 1 else ""
                which = ", ".join(map(str, np.flatnonzero(lines)))
                return f"{first}: all of {word}{plural} {which}, the rest is right."
    return f"{first}, the first{at(np.argwhere(off)[0])}."


def _are(count):
    return "is" if count == 1 else "are"


def between(it, fits, cases):
    """Say in which cases the answer is right, if the sizes or the dtype tell them apart."""
    if not any(fits):
        return ""
    rows = (
        ("for one example (N = 1)", "for several", lambda c: c.values.get("N") == 1),
        ("in float64", "in float32", lambda c: not _narrow(c)),
        ("in float32", "in float64", _narrow),
    )
    for here, there, test in rows:
        if [test(case) for case in cases] == list(fits):
            return f"{it} is right {here} and wrong {there}."
    return ""


def _narrow(case):
    return any(np.asarray(v).dtype == np.float32 for v in case.values.values())
