"""How many multiplications a computation really does: it is run on numbers that count.

Introduced in chapter 3.
"""

import numpy as np


class Counted(float):
    """A float that counts the multiplications which it, or what is made of it, takes part in."""

    def __new__(cls, value, tally):
        """Return a number that adds to this tally, a list with one entry."""
        made = super().__new__(cls, value)
        made.tally = tally
        return made

    def _made(self, value):
        return Counted(value, self.tally)

    def __mul__(self, other):
        self.tally[0] += 1
        return self._made(float(self) * float(other))

    def __add__(self, other):
        return self._made(float(self) + float(other))

    def __sub__(self, other):
        return self._made(float(self) - float(other))

    def __rsub__(self, other):
        return self._made(float(other) - float(self))

    def __neg__(self):
        return self._made(-float(self))

    __rmul__, __radd__ = __mul__, __add__


def multiplications(f, *arrays):
    """Return how many multiplications of numbers ``f(*arrays)`` does.

    The numbers themselves count, so that what is counted is what the code does, and not what a
    formula says about it. Sums, differences and products of arrays are followed, matrix products
    and running sums among them; functions such as the exponential are not.

    Parameters
    ----------
    f : callable
    *arrays : float arrays

    Returns
    -------
    count : int

    Examples
    --------
    >>> A, B = np.ones((2, 4)), np.ones((4, 3))
    >>> multiplications(lambda A, B: A @ B, A, B)
    24
    >>> multiplications(lambda A, B: A * A - B[:, :2].T.sum(), A, B)
    8
    """
    tally = [0]
    counted = np.frompyfunc(lambda value: Counted(value, tally), 1, 1)
    f(*[np.asarray(counted(array), dtype=object) for array in arrays])
    return tally[0]
