"""What can be said of wrong numbers when no known mistake gives them.

Facts about the reader's numbers, never a guess at the mistake, and never the right ones.
Introduced in chapter 7.
"""

import numpy as np

from backprop.shapes import at, axes

CLOSE = 1e-2  # numbers that agree so far are right in principle


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
    if got is Ellipsis or got is NotImplemented:
        return "placeholder", f"{it} is still a placeholder."
    if callable(got):
        return "a function", f"{it} is a function, not its value: was it called?"
    try:
        numbers = np.asarray(got)
    except ValueError:
        numbers = np.empty(0, object)
    if numbers.dtype.kind not in "iuf":
        what = f"a {type(got).__name__}" if numbers.dtype.kind in "OUS" else f"of {numbers.dtype}"
        return "no numbers", f"{it} is {what}, expected an array of numbers."
    bad = np.argwhere(~np.isfinite(numbers))
    if len(bad):
        count = f"{len(bad)} of {numbers.size} {'numbers is' if len(bad) == 1 else 'numbers are'}"
        first = f"{it} is {numbers[tuple(bad[0])]}{at(bad[0])}"
        return "not finite", f"{first}, and {count} not finite."
    return None


def known(it, got, wanted, fits, focus, cases):
    """Return the sentences for an answer that no known mistake explains.

    Parameters
    ----------
    it : str
        The answer's name.
    got, wanted : list of array
        Of every case.
    fits : list of bool
        Whether the answer is right in each case.
    focus : int
        The case to speak of.
    cases : list of Case
        For their sizes.
    """
    where = between(it, fits, cases)
    g, w = got[focus], wanted[focus]
    if g.shape != w.shape:
        return _join(misshapen(it, g.shape, w.shape), where)
    if np.max(np.abs(g - w)) <= CLOSE * np.max(np.abs(w)):
        return _join(close(it, g, w), where)
    pattern = next((f for f in (scale(it, g, w), signs(it, g, w), order(it, g, w)) if f), None)
    return _join("No known mistake gives these numbers.", pattern or entries(it, g, w), where)


def _join(*sentences):
    return " ".join(s for s in sentences if s)


def misshapen(it, shape, wanted):
    """Say what shape came, and which was expected."""
    move = (
        f"It has {axes(len(shape))} where {len(wanted)} are wanted."
        if len(shape) != len(wanted)
        else "A gradient has the shape of the thing it belongs to."
    )
    return f"{it} has shape {shape}, expected {wanted}. {move}"


def close(it, got, wanted):
    """Say to how many digits numbers agree.

    Examples
    --------
    >>> close("dW", np.array([1.0003, 2.0]), np.array([1.0, 2.0]))
    'dW agrees to about 4 digits and no further. That is no mistake in a formula but noise: \
a numeric derivative with a step too small or too large leaves such digits.'
    """
    error = np.max(np.abs(got - wanted)) / np.max(np.abs(wanted))
    digits = int(np.round(-np.log10(error)))
    return (
        f"{it} agrees to about {digits} digits and no further. That is no mistake in a formula but "
        "noise: a numeric derivative with a step too small or too large leaves such digits."
    )


def scale(it, got, wanted):
    """Say by which factor everything is off, if it is one factor.

    Examples
    --------
    >>> scale("dW", np.array([3.0, 6.0]), np.array([1.0, 2.0]))
    'dW is everywhere 3 times what it should be.'
    """
    r = np.vdot(wanted, got) / np.vdot(wanted, wanted)
    if got.size == 1 or np.max(np.abs(got - r * wanted)) > 1e-6 * np.max(np.abs(got)):
        return ""
    return f"{it} is everywhere {r:.4g} times what it should be.".replace("-", "−")


def signs(it, got, wanted):
    """Say that only signs are wrong, if so."""
    off = np.abs(got - wanted) > 1e-6 * np.max(np.abs(wanted))
    if np.max(np.abs(np.abs(got) - np.abs(wanted))) > 1e-6 * np.max(np.abs(wanted)):
        return ""
    return f"In {it} the sizes are right and {off.sum()} of {off.size} signs are wrong."


def order(it, got, wanted):
    """Say that the right numbers stand in the wrong places, if so."""
    a, b = np.sort(got, axis=None), np.sort(wanted, axis=None)
    if np.max(np.abs(a - b)) > 1e-6 * np.max(np.abs(b)):
        return ""
    return f"{it} holds the right numbers in the wrong places."


def entries(it, got, wanted):
    """Say how many entries are wrong, and whether whole rows or columns are right."""
    off = np.abs(got - wanted) > 1e-6 * np.max(np.abs(wanted))
    first = f"{off.sum()} of {off.size} numbers in {it} are wrong"
    if off.all() or off.ndim != 2:
        return f"{first}." if off.all() else f"{first}, the first{at(np.argwhere(off)[0])}."
    for axis, word in ((1, "row"), (0, "column")):
        lines = off.any(axis=axis)
        if np.array_equal(off, np.broadcast_to(np.expand_dims(lines, axis), off.shape)):
            which = ", ".join(map(str, np.flatnonzero(lines)))
            return f"{first}: all of {word} {which}, the rest is right."
    return f"{first}, the first{at(np.argwhere(off)[0])}."


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
