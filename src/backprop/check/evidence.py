"""How much numbers prove: the bits that an accident would have to hit.

Six digits of six numbers do not fit a wrong formula by chance. One small whole number fits many,
so what fits it proves nothing. Used by the exercises of every chapter.
"""

import numpy as np

# A formula that fits is believed if chance would fit one that often, or less.
CHANCE = 1e-5
# Numbers that somebody chose lie on one of these grids: wholes, halves, thirds, two decimals, …
GRIDS = (1.0, *(1 / q for q in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 32, 64, 100, 1000, 1e4, 1e5)))


def spacing(got, blur):
    """Return how far apart two numbers have to be to count as different.

    Parameters
    ----------
    got : float array
    blur : float
        What rounding hides.

    Returns
    -------
    spacing : float
        That of the coarsest grid that holds all numbers; the blur, if there is none.

    Examples
    --------
    >>> spacing(np.array([1.0, -3.0]), 1e-12), spacing(np.array([0.5, 2.25]), 1e-12)
    (1.0, 0.25)
    >>> spacing(np.array([np.pi, 1.0]), 1e-9)
    1e-09
    """
    near = max(blur, 1e-12 * np.max(np.abs(got), initial=0.0), np.finfo(float).tiny)
    grids = (g for g in GRIDS if g > 4 * near)
    return next((g for g in grids if np.all(np.abs(got - g * np.rint(got / g)) <= near)), near)


def bits(got, blur):
    """Return how many bits of evidence numbers are.

    Every number counts with the choices that its range leaves, and no array with more than it
    takes to write it down: its different numbers once, and then which stands where. So an array
    of equal numbers counts as one number.

    Examples
    --------
    >>> ones, wholes = np.ones((4, 3)), np.array([3.0, -1.0, 2.0])
    >>> round(bits(ones, 1e-12)), round(bits(wholes, 1e-12)), round(bits(wholes / np.pi, 1e-12))
    (2, 8, 122)
    """
    if not got.size:
        return 0.0
    gap = spacing(got, blur)
    each = np.log2(2 * np.max(np.abs(got)) / gap + 1)
    steps = np.rint(got / gap)
    _, counts = np.unique(steps, return_counts=True)
    different = np.count_nonzero(np.unique(np.abs(steps)))
    places = -np.sum(counts * np.log2(counts / got.size))
    return float(min(got.size * each, different * each + places))


def believed(evidence, tried):
    """Tell whether so many bits convince, after so many formulas were tried."""
    return evidence >= np.log2(tried / CHANCE)
