"""What every value must be, and broadcasting with its adjoint: copied forwards, summed backwards.

Introduced in chapter 2; chapter 4 derives the sum for the bias.
"""

import numpy as np

from backprop.errors import DtypeError, sentence
from backprop.shapes import cast, expect, expect_finite


def unbroadcast(g, like):
    """Return the sum of g over every axis along which `like` was broadcast.

    Parameters
    ----------
    g : float or float array
        The adjoint of the broadcast value, shaped like it.
    like : float or float array
        The value before broadcasting: the result has its shape and, if both are real, its dtype.

    Examples
    --------
    >>> unbroadcast(np.array([[1.0, 2.0], [4.0, 8.0]]), np.array([0.5, 0.5]))
    array([ 5., 10.])
    >>> unbroadcast(np.array([[1.0, 2.0], [4.0, 8.0]]), 0.5)
    15.0
    """
    if type(g) is float and type(like) is float:
        return g
    shape = np.shape(like)
    if np.shape(g) != shape:
        g = _summed(g, shape)
    return scalar(g) if shape == () else _typed(g, like)


def spread(v, like):
    """Return v, a tangent, broadcast to the shape of `like`.

    Examples
    --------
    >>> spread(0.5, np.zeros((2, 3))).shape
    (2, 3)
    """
    shape = np.shape(like)
    return v if np.shape(v) == shape else _typed(np.broadcast_to(v, shape), like)


def scalar(value):
    """Return a plain Python number for an array without axes; leave the rest alone.

    Examples
    --------
    >>> scalar(np.float64(0.5)), scalar(np.array([0.5]))
    (0.5, array([0.5]))
    """
    if type(value) is float:  # what is usual needs no more
        return value
    return value.item() if isinstance(value, (np.ndarray, np.generic)) and not value.ndim else value


def expect_number(where, symbol, value, shape=(...,), hint=""):
    """Return a finite float, or array of floats, as the tape and the dual numbers keep them.

    Examples
    --------
    >>> expect_number("variable", "x", np.float64(0.5))
    0.5
    >>> expect_number("variable", "x", 2)
    Traceback (most recent call last):
    backprop.errors.DtypeError: variable: x is 2, expected a float or an array of floats. \
Gradients need fractions: write 2.0.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        move = f"Gradients need fractions: write {value}.0."
        wanted = "a float or an array of floats"
        raise DtypeError(sentence(where, f"{symbol} is {value}", wanted, move))
    if hasattr(value, "apply"):
        got, move = f"{symbol} is a {type(value).__name__}", f"Take its value: {symbol}.value."
        raise DtypeError(sentence(where, got, "a plain float or array of floats", move))
    value = expect(where, symbol, value, shape, hint=hint)
    return scalar(expect_finite(where, symbol, value))


def _summed(g, shape):
    """Sum the leading axes that `shape` lacks and those that it has with size 1."""
    lead = np.ndim(g) - len(shape)
    if lead > 0:
        g = np.sum(g, axis=tuple(range(lead)))
    stretched = tuple(k for k, size in enumerate(shape) if size == 1 and np.shape(g)[k] != 1)
    return np.sum(g, axis=stretched, keepdims=True) if stretched else g


def _typed(g, like):
    return cast(g, like.dtype) if isinstance(g, np.ndarray) else g
