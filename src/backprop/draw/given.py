"""What the figures of numbers accept: small finite arrays, and places inside them.

Introduced by chapter 3.
"""

import numpy as np

from backprop.errors import DtypeError, NotFiniteError, ShapeError, TargetError, sentence
from backprop.shapes import expect, expect_finite, spell

from .style import number

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


def named(where, curves, positive=False, most=6):
    """Return the curves of a dict as arrays: from one to `most`, each of one number or more.

    Examples
    --------
    >>> named("learning_curves", {"training": [2, 0.5]})
    {'training': array([2. , 0.5])}
    """
    if not isinstance(curves, dict) or not 1 <= len(curves) <= most:
        got = f"curves is {length(curves)}"
        move = 'Give every curve its name: {"training": history.cost}.'
        raise ShapeError(sentence(where, got, f"a dict of 1 to {most} curves", move))
    return {str(name): _curve(where, name, y, positive) for name, y in curves.items()}


def length(curves):
    """Say what came instead of a dict with the right number of entries."""
    return f"a dict of {len(curves)}" if isinstance(curves, dict) else f"a {type(curves).__name__}"


def _curve(where, name, values, positive):
    values = np.array(values, float) if _are_numbers(values) else values
    if np.size(values) == 0:
        got, move = f"{name} is empty", "Was it filled by a fit?"
        raise ShapeError(sentence(where, got, "one number or more", move))
    values = expect_finite(where, name, expect(where, name, values, ("N",), real=True))
    if positive and values.min() <= 0:
        got, move = f"{name} is {number(values.min())}", "Leave log=True out."
        raise NotFiniteError(sentence(where, got, "positive numbers on a log scale", move))
    return values


def _are_numbers(values):
    return isinstance(values, (list, tuple)) and all(np.isscalar(v) for v in values)


def classes(where, symbol, labels, N, most):
    """Return N classes as an int array, each from 0 to `most` − 1.

    Examples
    --------
    >>> classes("decision_regions", "labels", [0, 2, 1], 3, 6)
    array([0, 2, 1])
    """
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iub":
        got, move = f"{symbol} has dtype {labels.dtype}", f"Use {symbol}.astype(int)."
        raise DtypeError(sentence(where, got, "integer labels", move))
    if labels.shape != (N,):
        got, move = f"{symbol} has shape {labels.shape}", "One class for every example."
        raise ShapeError(sentence(where, got, f"({N},)", move))
    if not 0 <= labels.min() <= labels.max() < most:
        got = f"{symbol} goes from {labels.min()} to {labels.max()}"
        raise TargetError(sentence(where, got, f"0 to {most - 1}", "Count the classes from 0."))
    return labels.astype(int)
