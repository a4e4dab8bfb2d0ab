"""Arrays that count what is computed with them.

NumPy hands every operation in which such an array takes part to the array itself, which does it
with ordinary arrays and notes its size. So the count is of what was computed, not of a formula.
Introduced by chapter 6.
"""

from contextlib import contextmanager
from math import prod

import numpy as np

from backprop.errors import UncountedError, sentence


class Tally:
    """How much was computed.

    Attributes
    ----------
    products : int
        Multiply–accumulates of matrix products.
    entries : int
        Numbers computed entry by entry: by +, ⊙, tanh, a comparison, or a sum's additions.
    """

    def __init__(self):
        self.products = self.entries = 0


OPEN = []  # the tallies that are being kept; the innermost one is written to


@contextmanager
def tally(into=None):
    """Count, until the end of the block, what is computed with observed arrays.

    Parameters
    ----------
    into : Tally, optional
        One to be continued.

    Examples
    --------
    >>> A, B = observed(np.ones((5, 3))), np.ones((3, 4))
    >>> with tally() as seen:
    ...     C = np.tanh(A @ B)
    >>> seen.products, seen.entries
    (60, 20)
    """
    seen = into or Tally()
    OPEN.append(seen)
    try:
        yield seen
    finally:
        OPEN.pop()


def observed(array):
    """Return a view of the array that counts what is computed with it."""
    return np.asarray(array).view(Observed)


class Observed(np.ndarray):
    """An array that hands on its operations and notes their size."""

    observed = True  # told to `shapes.expect`, which strips every other kind of array

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        """Do the operation with ordinary arrays; note its size."""
        plain = [_plain(a) for a in inputs]
        if out is not None:
            options["out"] = tuple(_plain(a) for a in out)
        result = getattr(ufunc, method)(*plain, **options)
        _note(ufunc, method, plain, result)
        return out[0] if out is not None else _observed(result)

    def __array_function__(self, function, types, inputs, options):
        """Let NumPy do it with the operations above; refuse products that are none of them."""
        if function in ESCAPING or function.__module__ == "numpy.linalg":
            name = f"{function.__module__}.{function.__name__}".replace("numpy", "np")
            got, move = f"{name} is used", "Write it with @."
            raise UncountedError(sentence("cost", got, "products that can be counted", move))
        return super().__array_function__(function, types, inputs, options)

    def dot(self, other, out=None):
        """Refuse: it would not be counted."""
        return np.dot(self, other, out)


PRODUCTS = {np.matmul, np.vecdot, np.matvec, np.vecmat}  # they sum over the first one's last axis
ESCAPING = {np.dot, np.inner, np.vdot, np.outer, np.einsum, np.tensordot, np.kron, np.convolve}


def _plain(a):
    return a.view(np.ndarray) if isinstance(a, Observed) else a


def _observed(result):
    if isinstance(result, tuple):
        return tuple(map(_observed, result))
    return result.view(Observed) if isinstance(result, np.ndarray) else result


def _note(ufunc, method, inputs, result):
    """Add the size of an operation to the innermost tally."""
    if not OPEN:
        return
    if ufunc in PRODUCTS:
        OPEN[-1].products += prod(np.shape(result)) * np.shape(inputs[0])[-1]
    elif method == "reduce":
        OPEN[-1].entries += np.size(inputs[0]) - np.size(result)
    else:
        OPEN[-1].entries += np.size(result[0] if isinstance(result, tuple) else result)
