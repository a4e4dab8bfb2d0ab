"""Data to learn from: two logic gates, spirals, and scans of handwritten digits.

Whatever is drawn comes from the `rng` that is given. Used from chapter 5 on.
"""

from typing import NamedTuple

import numpy as np

from backprop.errors import SettingError, sentence
from backprop.nn.initializers import expect_rng
from backprop.nn.settings import expect_fraction
from backprop.nn.targets import one_hot
from backprop.shapes import expect_size

__all__ = [
    "Split",
    "and_",
    "and_corners",
    "digits",
    "one_hot",
    "spirals",
    "xor",
    "xor_corners",
]

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


class Split(NamedTuple):
    """Examples to learn from, and examples that were held out.

    Attributes
    ----------
    X : (N, D) float array
        To learn from.
    y : (N,) int array
        Their labels.
    X_test : (M, D) float array
        Held out.
    y_test : (M,) int array
        Their labels.
    """

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def xor_corners():
    """Return the four corners of the unit square and whether exactly one coordinate is 1.

    Returns
    -------
    X : (4, 2) float array
    labels : (4,) int array

    Examples
    --------
    >>> xor_corners()[1]
    array([0, 1, 1, 0])
    """
    return CORNERS.copy(), np.array([0, 1, 1, 0])


def and_corners():
    """Return the four corners of the unit square and whether both coordinates are 1.

    Returns
    -------
    X : (4, 2) float array
    labels : (4,) int array

    Examples
    --------
    >>> and_corners()[1]
    array([0, 0, 0, 1])
    """
    return CORNERS.copy(), np.array([0, 0, 0, 1])


def xor(N, rng, noise=0.15):
    """Draw corners of `xor_corners` at random and scatter points around them.

    Parameters
    ----------
    N : int
        How many points.
    rng : numpy.random.Generator
    noise : float
        The standard deviation of each coordinate. A label is that of the corner.

    Returns
    -------
    X : (N, 2) float array
    labels : (N,) int array

    Examples
    --------
    >>> X, labels = xor(5, np.random.default_rng(0), noise=0)
    >>> labels == (X[:, 0] != X[:, 1])
    array([ True,  True,  True,  True,  True])
    """
    return _scattered("xor", xor_corners(), N, rng, noise)


def and_(N, rng, noise=0.15):
    """Draw corners of `and_corners` at random and scatter points around them: see `xor`."""
    return _scattered("and_", and_corners(), N, rng, noise)


def spirals(N, rng, classes=3, noise=0.02):
    """Draw points on spiral arms that wind once around the origin, one arm per class.

    Parameters
    ----------
    N : int
        How many points, the arms taking turns: every arm has its share.
    rng : numpy.random.Generator
    classes : int
        How many arms.
    noise : float
        The standard deviation of each coordinate; the arms end at a distance of 1.

    Returns
    -------
    X : (N, 2) float array
    labels : (N,) int array

    Examples
    --------
    >>> X, labels = spirals(7, np.random.default_rng(0))
    >>> X.shape, labels
    ((7, 2), array([0, 1, 2, 0, 1, 2, 0]))
    """
    N, classes = expect_size("spirals", "N", N), expect_size("spirals", "classes", classes)
    rng, noise = expect_rng("spirals", rng), _expect_noise("spirals", noise)
    labels = np.arange(N) % classes
    r = 0.1 + 0.9 * rng.random(N)  # the distance from the origin
    angle = 2 * np.pi * (r + labels / classes)
    X = r[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return X + noise * rng.standard_normal((N, 2)), labels


def digits(rng, held_out=0.2):
    """Return 1,797 scans of handwritten digits, 8 × 8 pixels each, in random order.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the order, and so which of them are held out.
    held_out : float
        The share that is held out, rounded to whole examples.

    Returns
    -------
    split : Split
        The 64 pixels of a scan are a row, from 0 (paper) to 1 (ink).

    Raises
    ------
    ModuleNotFoundError
        If scikit-learn, which has them, is not installed.

    References
    ----------
    E. Alpaydin and C. Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning
    Repository, 1998; the test set, as scikit-learn bundles it.

    Examples
    --------
    >>> X, y, X_test, y_test = digits(np.random.default_rng(0))
    >>> X.shape, X_test.shape
    ((1438, 64), (359, 64))
    """
    rng, held_out = expect_rng("digits", rng), expect_fraction("digits", "held_out", held_out)
    from sklearn.datasets import load_digits  # here, since it takes a second to load

    pixels, labels = load_digits(return_X_y=True)
    order = rng.permutation(len(labels))
    X, y, n = pixels[order] / 16, labels[order], round(held_out * len(labels))
    return Split(X[n:], y[n:], X[:n], y[:n])


def _scattered(where, corners, N, rng, noise):
    """Return N points around corners."""
    N, rng, noise = expect_size(where, "N", N), expect_rng(where, rng), _expect_noise(where, noise)
    X, labels = corners
    drawn = rng.integers(len(X), size=N)
    return X[drawn] + noise * rng.standard_normal((N, 2)), labels[drawn]


def _expect_noise(where, noise):
    if np.ndim(noise) == 0 and 0 <= noise < np.inf:
        return noise
    move = "It is a standard deviation: noise=0.1, for instance."
    raise SettingError(sentence(where, f"noise is {noise!r}", "a number ≥ 0", move))
