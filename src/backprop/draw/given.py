"""What the figures of numbers accept: small finite arrays, and places inside them.

Introduced by chapter 4.
"""

import numpy as np

from backprop.errors import ShapeError, sentence
from backprop.shapes import expect, expect_finite, spell

MOST = 6  # of any size: more cannot be read on a phone


def numbers(where, symbol, value, axes, most=MOST):
    """Return `value` as an array with one axis per letter of `axes`, each short enough to read.

    Raises
    ------
    DtypeError, ShapeError, NotFiniteError
        For numbers that are not real, do not fit, are too many, or are NaN or infinite.

    Examples
    --------
    >>> numbers("outer_product", "x", [2.0, -1.0, 4.0], "D")
    array([ 2., -1.,  4.])
    """
    array = expect_finite(where, symbol, expect(where, symbol, value, tuple(axes), real=True))
    if max(array.shape) > most:
        got, wanted = f"{symbol} has shape {array.shape}", f"{spell(axes)} with sizes up to {most}"
        raise ShapeError(sentence(where, got, wanted, "Show a smaller example."))
    return array


def place(where, index, shape):
    """Return the index (j, k) if it lies inside the shape.

    Examples
    --------
    >>> place("outer_product", (1, 2), (2, 3))
    (1, 2)
    """
    if np.shape(index) == (len(shape),) and all(
        i in range(n) for i, n in zip(index, shape, strict=True)
    ):
        return tuple(index)
    move = "Count from 0, as in dW[j, k]."
    raise ShapeError(sentence(where, f"highlight is {index}", f"a place inside {shape}", move))
