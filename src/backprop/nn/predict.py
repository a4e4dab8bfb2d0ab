"""Predictions: labels from outputs, and how many of them are right.

Introduced in chapter 6.
"""

from backprop.nn.activations import Sigmoid
from backprop.nn.network import attributes, restore
from backprop.nn.targets import expect_labels


def predict(net, X):
    """Return the labels that the network gives, shape (N,).

    Of several outputs the index of the largest. Of a single one 1 where it is positive, as a logit
    is for a probability above ½; where it is above ½, if the network ends with a Sigmoid.

    Parameters
    ----------
    net : Module
        Its caches are left as they are.
    X : (N, D) float array

    Returns
    -------
    labels : (N,) int array

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.nn import Affine
    >>> predict(Affine.from_arrays([[1.0], [-1.0]], [0.0, 0.5]), np.array([[2.0], [-3.0]]))
    array([0, 1])
    """
    return decide(net, outputs(net, X))


def accuracy(net, X, labels):
    """Return the share of examples that the network classifies rightly, from 0 to 1.

    Parameters
    ----------
    net : Module
        Its caches are left as they are.
    X : (N, D) float array
    labels : (N,) int array

    Raises
    ------
    DtypeError, ShapeError
        If the labels are no integers, or not one for each example.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.nn import Affine
    >>> net = Affine.from_arrays([[1.0], [-1.0]], [0.0, 0.5])
    >>> accuracy(net, np.array([[2.0], [-3.0], [0.5], [4.0]]), np.array([0, 1, 1, 0]))
    0.75
    """
    guessed = predict(net, X)
    return share(guessed, expect_labels("accuracy", "labels", labels, N=len(guessed)))


def outputs(net, X):
    """Return what the network says; leave its caches as they are."""
    before = attributes(net)
    try:
        return net.forward(X)
    finally:
        restore(before)


def decide(net, Z):
    """Return labels for outputs."""
    if Z.shape[1] > 1:
        return Z.argmax(axis=1)
    threshold = 0.5 if isinstance(net.leaves()[-1], Sigmoid) else 0.0
    return (Z[:, 0] > threshold).astype(int)


def share(guessed, labels):
    """Return the share of labels that were guessed, a float."""
    return (guessed == labels).mean().item()
