"""Costs of a classification, from logits: cross-entropy, with its sigmoid or softmax built in.

The probabilities live in the cost and the network ends with an affine layer. Fused, the two slopes
are one: p − y. Every line is right at any finite logit, and analytic, so that the complex step
passes. Introduced in chapter 5.
"""

import numpy as np

from backprop.errors import ShapeError, sentence
from backprop.nn.activations import decay
from backprop.nn.losses import Cost, broadcasting
from backprop.nn.softmax import shifted
from backprop.nn.targets import expect_distributions, expect_fractions, expect_labels, hot


class CrossEntropy(Cost):
    """What both share: the probabilities P that forward keeps, and a backward that is P − Y.

    Attributes
    ----------
    P : (N, K) float array
        The probabilities that the logits stand for.
    Y : (N, K) float array
        The targets, as probabilities.
    """

    caches = ("P", "Y")

    def backward(self, *, free=False):
        """Return dZ, shape (N, K): where the 1/N of the batch mean comes from."""
        self.recall()
        dZ = (self.P - self.Y) / len(self.P)  # ∇_Z C = (P − Y) / N     cross-entropy-grad
        if free:
            self.release()
        return dZ


class BinaryCrossEntropy(CrossEntropy):
    """Yes or no, from logits: C = −(1/N) Σₙ Σₖ (y ln p + (1 − y) ln(1 − p)), p = 1 / (1 + e⁻ᶻ).

    In nats: mean over examples, sum over outputs, each of which is a question of its own. Computed
    as max(z, 0) − y z + ln(1 + e^(−|z|)), which is the same, without a logarithm of 0. Backward:
    ∇_Z C = (P − Y) / N.

    Attributes
    ----------
    P, Y : (N, K) float arrays
        The probabilities and the targets, which forward keeps for backward.

    Raises
    ------
    ShapeError
        If Z is not (N, K), or Y is shaped otherwise: nothing is broadcast.
    TargetError
        If a target is not from 0 to 1. Targets between the two are probabilities of a yes.
    NotForwardedError, ReleasedError
        If backward finds no P.

    Notes
    -----
    PyTorch's ``BCEWithLogitsLoss`` divides by the number of outputs K as well.

    Examples
    --------
    >>> cost = BinaryCrossEntropy()
    >>> cost(np.array([[1000.0], [-1000.0]]), np.array([[1.0], [1.0]]))
    500.0
    >>> cost.P
    array([[1.],
           [0.]])
    >>> cost.backward()
    array([[ 0. ],
           [-0.5]])
    """

    def forward(self, Z, Y):
        """Return C, a float, in nats; keep P and Y."""
        Z = self.expect("forward", "Z", Z, ("N", "K"))
        told = {"dtype": Z.real.dtype, "real": True, "hint": broadcasting(Z, Y)}
        Y = self.expect("forward", "Y", Y, Z.shape, **told)
        self.Y, self.P = expect_fractions(f"{self.name}.forward", "Y", Y), sigmoid(Z)
        # C = (1/N) Σₙ Σₖ (max(z, 0) − y z + ln(1 + e^(−|z|)))
        return (Z * (Z.real > 0) - Y * Z + np.log1p(decay(Z))).sum().item() / len(Z)

    def labels(self, Y):
        """Return 1 for yes and 0 for no, shape (N,); None if there are several questions."""
        return (Y[:, 0] > 0.5).astype(int) if Y.shape[1] == 1 else None


class SoftmaxCrossEntropy(CrossEntropy):
    """One of K classes, from logits: C = −(1/N) Σₙ Σₖ y_k ln p_k, with p = softmax(z).

    In nats: mean over examples. Computed as ln Σⱼ e^(z_j) − Σₖ y_k z_k, the same for rows y that
    sum to 1, after the row's maximum was subtracted. Backward: ∇_Z C = (P − Y) / N.

    Attributes
    ----------
    P, Y : (N, K) float arrays
        The probabilities and the targets, one row each, which forward keeps for backward.

    Raises
    ------
    ShapeError
        If Z is not (N, K) with K ≥ 2, or Y is neither (N,) nor (N, K).
    TargetError
        If a label is not from 0 to K − 1; if a row of targets has an entry that is not from 0 to 1,
        or does not sum to 1.
    DtypeError
        If labels, shape (N,), are no integers.
    NotForwardedError, ReleasedError
        If backward finds no P.

    Notes
    -----
    Targets are integer labels, shape (N,), or rows of probabilities, shape (N, K): one-hot, or
    soft ones, as label smoothing makes them. PyTorch's ``CrossEntropyLoss`` takes the same two.

    Examples
    --------
    >>> cost = SoftmaxCrossEntropy()
    >>> cost(np.zeros((2, 4)), np.array([3, 0])).hex() == np.log(4).hex()
    True
    >>> cost.backward()
    array([[ 0.125,  0.125,  0.125, -0.375],
           [-0.375,  0.125,  0.125,  0.125]])
    >>> cost(np.array([[1000.0, 0.0, -1000.0]]), np.array([[0.0, 0.5, 0.5]]))
    1500.0
    """

    def forward(self, Z, Y):
        """Return C, a float, in nats; keep P and Y."""
        Z = self._several(self.expect("forward", "Z", Z, ("N", "K")))
        Y = self._rows(Y, Z)
        S = shifted(Z)
        E = np.exp(S)
        total = E.sum(axis=1, keepdims=True)
        self.P, self.Y = E / total, Y
        # C = (1/N) Σₙ (ln Σⱼ e^(z_j) − Σₖ y_k z_k), less the maximum in both
        return (np.log(total).sum() - (Y * S).sum()).item() / len(Z)

    def labels(self, Y):
        """Return the labels, shape (N,); of a row its likeliest class."""
        Y = np.asarray(Y)
        return Y if Y.ndim == 1 else Y.argmax(axis=1)

    def _rows(self, Y, Z):
        """Return the targets as rows of probabilities."""
        where, Y = f"{self.name}.forward", np.asarray(Y)
        if Y.ndim == 1 or Y.shape[1:] == (1,):  # a column is refused there
            return hot(expect_labels(where, "Y", Y, Z.shape[1], len(Z)), Z.shape[1], Z.real.dtype)
        Y = self.expect("forward", "Y", Y, Z.shape, dtype=Z.real.dtype, real=True)
        return expect_distributions(where, "Y", Y)

    def _several(self, Z):
        """Refuse a single logit: its softmax is 1, whatever it is."""
        if Z.shape[1] > 1:
            return Z
        got, move = f"Z has shape {Z.shape}", "For yes or no use BinaryCrossEntropy."
        raise ShapeError(sentence(f"{self.name}.forward", got, "at least two logits a row", move))


def sigmoid(Z):
    """Return 1 / (1 + e⁻ᶻ), with all its digits on both sides.

    Examples
    --------
    >>> sigmoid(np.array([0.0, 1000.0, -700.0])) == [0.5, 1.0, np.exp(-700.0)]
    array([ True,  True,  True])
    """
    right, e = Z.real > 0, decay(Z)
    return (right + ~right * e) / (1 + e)  # 1 / (1 + e⁻ᶻ) or, the same, eᶻ / (1 + eᶻ)
