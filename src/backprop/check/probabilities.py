"""What a cost on logits is made of, for formulas: softmax, its VJP, the sigmoid, one-hot rows.

Every function has a bound on its size beside it, from the sizes of its arguments, because a
formula that is compared with somebody's numbers must know how far rounding can have moved them.
Used by the exercises of chapters 3, 5 and 6.
"""

import numpy as np


def softmax(Z):
    """Return P, the softmax of every row.

    Examples
    --------
    >>> softmax(np.log([[1.0, 2.0, 5.0]])).round(3)
    array([[0.125, 0.25 , 0.625]])
    """
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


def softmax_size(Z):
    """Bound `softmax`: what rounds is the exponent, and no probability exceeds 1."""
    return 1.0 + 2.0 * Z.max(axis=-1, keepdims=True) + 0.0 * Z


def softmax_vjp(P, dP):
    """Return dZ for P = softmax(Z), row by row."""
    return P * (dP - (dP * P).sum(axis=-1, keepdims=True))


def softmax_vjp_size(P, dP):
    """Bound `softmax_vjp`."""
    return P * (dP + (dP * P).sum(axis=-1, keepdims=True))


def log_softmax(Z):
    """Return ln P, which is Z less the log-sum-exp of its row.

    Examples
    --------
    >>> log_softmax(np.array([[0.0, -1000.0]]))
    array([[    0., -1000.]])
    """
    shifted = Z - Z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def log_softmax_size(Z):
    """Bound `log_softmax`: the logit, the largest one twice, and the logarithm of a sum."""
    return Z + 2.0 * Z.max(axis=-1, keepdims=True) + np.log(Z.shape[-1])


def sigmoid(Z):
    """Return 1 / (1 + e⁻ᶻ), entry by entry.

    Examples
    --------
    >>> sigmoid(np.array([0.0, 1000.0, -1000.0]))
    array([0.5, 1. , 0. ])
    """
    return 0.5 * np.tanh(0.5 * Z) + 0.5


def sigmoid_size(Z):
    """Bound `sigmoid`: its slope is below 1."""
    return 1.0 + Z
