"""What a network decides, everywhere in the plane.

Introduced by chapter 6.
"""

import numpy as np

from backprop.errors import ShapeError, sentence
from backprop.shapes import expect, expect_finite

from .given import classes
from .picture import COLOURS, paper, picture
from .style import INK, NEUTRAL, PAPER

MARKS = "osD^vP"  # classes differ in their marks as well as in their colours
FINE = 200  # places across the plane at which a decision is asked for


def decision_regions(predict, X, labels, names=None):
    """Show which class the network decides for at every point of the plane, and the examples.

    Parameters
    ----------
    predict : callable
        From points (M, 2) to their classes (M,), or to one column per class (M, K), of which the
        largest wins.
    X : (N, 2) float array
        The examples.
    labels : (N,) int array
        Their classes: 0, 1, … (up to six).
    names : list of str, optional
        What the classes are called.

    Returns
    -------
    Picture
        Shows itself in a notebook, prints for every class how many examples are in its region. A
        wrongly classified example has a ring around it.

    Raises
    ------
    ShapeError, DtypeError, TargetError, NotFiniteError
        For examples that are no finite points, labels that are no classes, and a `predict` that
        returns neither.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> decision_regions(lambda P: (P[:, 0] > 0.5) * 1, X, np.array([0, 0, 1, 0]))
    Decision regions of 2 classes: 3 of 4 examples lie in their own.
    class 0: 2 of 3
    class 1: 1 of 1
    """
    where = "decision_regions"
    X = expect_finite(where, "X", expect(where, "X", X, ("N", 2), real=True))
    labels = classes(where, "labels", labels, len(X), len(COLOURS))
    names = _named(names, labels.max() + 1)
    right = _decisions(predict, X) == labels
    with paper(4.4) as (figure, ((axes,),)):
        _shade(axes, predict, _frame(X))
        for k, name in enumerate(names):
            look = {"marker": MARKS[k], "edgecolors": PAPER, "linewidths": 0.8, "label": name}
            axes.scatter(*X[labels == k].T, 34, COLOURS[k], **look)
        axes.scatter(*X[~right].T, 130, "none", edgecolors=INK, linewidths=1.6)
        axes.set(xlabel="x₁", ylabel="x₂")
        figure.legend(loc="outside upper center", ncols=3, handletextpad=0.1, columnspacing=1)
        return picture(figure, *_in_words(names, labels, right))


def _in_words(names, labels, right):
    kept = f"{right.sum()} of {len(right)} examples lie in their own"
    yield f"Decision regions of {len(names)} classes: {kept}."
    for k, name in enumerate(names):
        yield f"{name}: {right[labels == k].sum()} of {(labels == k).sum()}"


def _shade(axes, predict, frame):
    """Ask for a decision at places all over the frame, and tint them; a line where it changes."""
    from matplotlib.colors import ListedColormap

    across, up = (np.linspace(*ends, FINE) for ends in frame)
    plane = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    decided = _decisions(predict, plane).reshape(FINE, FINE)
    tints = {"cmap": ListedColormap(COLOURS), "vmin": -0.5, "vmax": len(COLOURS) - 0.5}
    place = {"extent": [*frame[0], *frame[1]], "origin": "lower", "aspect": "equal"}
    axes.imshow(decided, **tints, **place, alpha=0.28, interpolation="nearest")
    between = np.unique(decided)[:-1] + 0.5
    if len(between):
        axes.contour(across, up, decided, between, colors=NEUTRAL, linewidths=1)


def _named(names, K):
    names = list(names or (f"class {k}" for k in range(K)))
    if len(names) < K:
        got = f"names has {len(names)} entries"
        raise ShapeError(sentence("decision_regions", got, f"{K}", "One for every class."))
    return names


def _frame(X):
    middle, half = (X.max(axis=0) + X.min(axis=0)) / 2, 0.56 * np.ptp(X, axis=0).max() or 1.0
    return np.stack([middle - half, middle + half], axis=1)


def _decisions(predict, points):
    """The classes that `predict` returns, or the largest column of its scores."""
    found = np.asarray(predict(points))
    if found.ndim == 2 and found.shape[1] > 1:
        found = found.argmax(axis=1)
    if found.shape != (len(points),) or found.dtype.kind not in "iub":
        got = f"predict returned shape {found.shape} and dtype {found.dtype} for {points.shape}"
        move = "Return a class for every point: scores.argmax(axis=1)."
        raise ShapeError(sentence("decision_regions", got, f"classes ({len(points)},)", move))
    return found.astype(int)
