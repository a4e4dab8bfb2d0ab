"""Targets of a classification: labels 0 … K − 1, or probabilities.

Introduced in chapter 5.
"""

import numpy as np

from backprop.errors import DtypeError, TargetError, sentence
from backprop.shapes import at, expect, expect_size, fits

# Rows of probabilities that were computed in float32 sum to 1 within their rounding, 6e-8.
SLACK = 1e-6


def one_hot(labels, K, dtype=np.float64):
    """Return the rows of the labels: 1 in the label's column, 0 elsewhere.

    Parameters
    ----------
    labels : (N,) int array
        From 0 to K − 1.
    K : int
        How many classes there are.
    dtype : dtype

    Returns
    -------
    Y : (N, K) float array

    Raises
    ------
    TargetError
        If a label is out of range.
    DtypeError
        If the labels are no integers.
    ShapeError
        If they are no (N,) array.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    K = expect_size("one_hot", "K", K)
    return hot(expect_labels("one_hot", "labels", labels, K), K, dtype)


def hot(labels, K, dtype):
    """Return the rows of labels that have been checked."""
    Y = np.zeros((len(labels), K), dtype)
    Y[np.arange(len(labels)), labels] = 1
    return Y


def expect_labels(where, symbol, labels, K=None, N="N"):
    """Return integer labels, shape (N,), all of them from 0 to K − 1 if K is given.

    Examples
    --------
    >>> expect_labels("one_hot", "labels", np.array([1, 3, 2]), 3)
    Traceback (most recent call last):
    backprop.errors.TargetError: one_hot: labels is 3 at [1], expected labels from 0 to 2. \
Are they counted from 1? Use labels - 1.
    """
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        got, move = f"{symbol} has dtype {labels.dtype}", f"Use {symbol}.astype(int)."
        raise DtypeError(sentence(where, got, "integer labels", move))
    if not (labels.size and (labels.shape == (N,) or fits(labels.shape, (N,)))):
        expect(where, symbol, labels.astype(np.float64), (N,))  # says what is wrong
    # Counted without a sign, negative labels are far too large: one look finds both.
    if labels.astype(np.uintp, copy=False).max() >= (2**63 if K is None else K):
        bad = np.flatnonzero((labels < 0) | (labels >= (np.inf if K is None else K)))
        wanted = "labels ≥ 0" if K is None else f"labels from 0 to {K - 1}"
        got = f"{symbol} is {labels[bad[0]]}{at(bad[:1])}"
        raise TargetError(sentence(where, got, wanted, _recount(symbol, labels, K)))
    return labels


def expect_fractions(where, symbol, Y):
    """Return `Y` if all its entries are from 0 to 1.

    Examples
    --------
    >>> expect_fractions("BinaryCrossEntropy.forward", "Y", np.array([[1.0], [-1.0]]))
    Traceback (most recent call last):
    backprop.errors.TargetError: BinaryCrossEntropy.forward: Y is -1.0 at [1, 0], \
expected numbers from 0 to 1. Are the classes −1 and 1? Use (Y + 1) / 2.
    """
    bad = np.argwhere(~((Y >= 0) & (Y <= 1)))  # NaN is bad too
    if len(bad):
        signs = np.isin(Y, (-1, 1)).all()
        move = f"Are the classes −1 and 1? Use ({symbol} + 1) / 2." if signs else PROBABLE
        got = f"{symbol} is {Y[tuple(bad[0])]}{at(bad[0])}"
        raise TargetError(sentence(where, got, "numbers from 0 to 1", move))
    return Y


PROBABLE = "A target is the probability that the answer is yes."


def expect_distributions(where, symbol, Y):
    """Return `Y` if every row is a distribution: from 0 to 1, summing to 1.

    Examples
    --------
    >>> expect_distributions("SoftmaxCrossEntropy.forward", "Y", np.array([[0.5, 0.25]]))
    Traceback (most recent call last):
    backprop.errors.TargetError: SoftmaxCrossEntropy.forward: Y sums to 0.75 in row 0, \
expected 1. A row holds the probabilities of the classes: divide it by its sum.
    """
    sums = expect_fractions(where, symbol, Y).sum(axis=1, dtype=np.float64)
    bad = np.flatnonzero(np.abs(sums - 1) > SLACK)
    if len(bad):
        got = f"{symbol} sums to {sums[bad[0]]:.4g} in row {bad[0]}"
        move = "A row holds the probabilities of the classes: divide it by its sum."
        raise TargetError(sentence(where, got, "1", move))
    return Y


def _recount(symbol, labels, K):
    """Return the next move for labels that are out of range."""
    if K is not None and labels.min() >= 1 and labels.max() == K:
        return f"Are they counted from 1? Use {symbol} - 1."
    return "A label is the number of a class, counted from 0."
