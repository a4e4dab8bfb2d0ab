"""Training: forward, backward, step, again and again; and what came of it.

Introduced in chapter 6.
"""

import copy
from contextlib import contextmanager
from math import isfinite
from typing import NamedTuple

import numpy as np

from backprop.errors import (
    DivergedError,
    NotBufferedError,
    NotFiniteError,
    SettingError,
    ShapeError,
    sentence,
)
from backprop.nn.buffered import TrainStep
from backprop.nn.initializers import expect_rng
from backprop.nn.losses import Cost
from backprop.nn.module import Module
from backprop.nn.network import attributes, restore
from backprop.nn.optim import Optimizer
from backprop.nn.predict import decide, outputs, share
from backprop.shapes import at, expect, expect_size


class History(NamedTuple):
    """What a training went through: one number per epoch, taken at its end.

    Attributes
    ----------
    cost : list of float
        Of all training examples, with the parameters that the epoch ended with.
    accuracy : list of float
        The share of them that is classified rightly; empty if the targets are no classes.
    validation_cost : list of float
        Of the validation examples; empty without them.
    validation_accuracy : list of float
        Of the validation examples, if they are classified.
    """

    cost: list
    accuracy: list
    validation_cost: list
    validation_accuracy: list

    def __repr__(self):
        epochs = len(self.cost)
        return f"History({epochs} epoch{'s' * (epochs != 1)})"


def fit(
    net,
    cost,
    X,
    Y,
    *,
    optimizer,
    epochs,
    batch=32,
    rng=None,
    validation=None,
    progress=True,
):
    """Train a network: in every epoch, every example takes part in exactly one step.

    Parameters
    ----------
    net : Module
        Its parameters are changed in place.
    cost : Cost
    X : (N, D) float array
    Y : array of N rows
        What the cost wants: labels (N,), or targets (N, K).
    optimizer : Optimizer
        Moves the parameters after each backward pass.
    epochs : int
        How often to go through the examples.
    batch : int or None
        Examples per step; the last batch of an epoch may be smaller. With None all of them, in
        the given order.
    rng : numpy.random.Generator
        Draws the order of the examples anew for each epoch. Not needed with ``batch=None``.
    validation : tuple (X, Y), optional
        Examples that are not learnt from.
    progress : bool
        Show a progress bar on stderr if it takes longer than a second and tqdm is installed.

    Returns
    -------
    history : History

    Raises
    ------
    DivergedError
        If the cost is no finite number any more.
    NotFiniteError
        If X or Y hold NaN or infinity; if a gradient does although the cost is finite.
    ShapeError
        If X and Y have different numbers of rows.
    SettingError
        If a class came where an object of it belongs: ``SGD`` for ``SGD()``.
    RngError
        If there are batches to draw and `rng` is missing, or is a seed.

    Notes
    -----
    The steps are those of `backprop.nn.buffered.TrainStep` where the network allows it; the modules
    then keep the caches and gradients that they had. A smaller last batch has as much weight as any
    other. After an error, network, cost and optimizer are as they were before. A training that is
    interrupted keeps what it has learnt.

    Examples
    --------
    >>> from backprop.nn import Affine, MeanSquaredError, SGD
    >>> line = Affine.from_arrays([[0.0]], [0.0])
    >>> X = np.array([[-1.0], [1.0]])
    >>> fit(line, MeanSquaredError(), X, 2 * X + 1, optimizer=SGD(lr=0.5), epochs=1, batch=None)
    History(1 epoch)
    >>> line.W, line.b
    (array([[2.]]), array([1.]))
    """
    run, history = _Run(*map(_expect_made, (net, cost, optimizer))), History([], [], [], [])
    step = _step(*run)
    X, Y = _expect_examples(X, Y)
    held = None if validation is None else _expect_examples(*validation, " of validation")
    batch, rng = _expect_batch(batch, rng)
    epochs = range(1, expect_size("fit", "epochs", epochs) + 1)
    # NumPy's warnings are left out: fit says itself when the cost is no number any more.
    with _undone_after_errors(*run), np.errstate(all="ignore"), _bar(epochs, progress) as bar:
        for epoch in bar:
            for rows in _batches(len(X), batch, rng):
                run.expect_number(step.forward(X[rows], Y[rows]), epoch)
                step.update()
            run.note(X, Y, epoch, *history[:2])
            if held:
                run.note(*held, epoch, *history[2:])
    return history


class _Run(NamedTuple):
    """Who takes part in a training."""

    net: Module
    cost: Cost
    optimizer: Optimizer

    def note(self, X, Y, epoch, costs, accuracies):
        """Append the cost of the examples, and the accuracy if they are classified."""
        Z = outputs(self.net, X)
        costs.append(self.expect_number(self.cost(Z, Y), epoch))
        labels = self.cost.labels(Y)
        if labels is not None:
            accuracies.append(share(decide(self.net, Z), labels))

    def expect_number(self, C, epoch):
        """Return a cost that is a finite number."""
        if isfinite(C):
            return C
        got = f"the cost is {C} in epoch {epoch}"
        move = (
            f"Everything is as before. Try a smaller lr, {self.optimizer.lr / 10:g} for instance."
        )
        raise DivergedError(sentence("fit", got, "a finite number", move))


class _Calls:
    """A step of any network: the four calls."""

    def __init__(self, net, cost, optimizer):
        self.net, self.cost, self.optimizer = net, cost, optimizer

    def forward(self, X, Y):
        """Return the cost."""
        return self.cost(self.net(X), Y)

    def update(self):
        """Go backward and move the parameters."""
        self.net.backward(self.cost.backward(), need_input=False)
        self.optimizer.step(self.net)


def _step(net, cost, optimizer):
    """Return what takes the steps: in memory of its own, if the network allows it."""
    try:
        return TrainStep(net, cost, optimizer)
    except NotBufferedError:
        return _Calls(net, cost, optimizer)


def _batches(N, batch, rng):
    """Yield the rows of each step of an epoch."""
    if batch is None:
        yield slice(None)
        return
    order = rng.permutation(N)
    for start in range(0, N, batch):
        yield order[start : start + batch]


@contextmanager
def _undone_after_errors(net, cost, optimizer):
    """Let all three be after an error what they were before."""
    values = {name: W.copy() for name, W in net.parameters().items()}
    caches, kept = attributes(net), vars(cost).copy()
    memory = {k: v if k == "net" else copy.deepcopy(v) for k, v in vars(optimizer).items()}
    try:
        yield
    except Exception:
        restore([*caches, (cost, kept), (optimizer, memory)])
        for name, W in net.parameters().items():
            W[...] = values[name]
        raise


@contextmanager
def _bar(epochs, progress):
    """Give the epochs, with a progress bar around them if one is wanted and can be had."""
    try:
        from tqdm import tqdm  # here, so that importing the package needs NumPy alone
    except ImportError:
        yield epochs
        return
    # `disable` is given only where it is True: otherwise TQDM_DISABLE=1 decides.
    silent = {} if progress else {"disable": True}
    with tqdm(epochs, "epochs", leave=False, delay=1, **silent) as bar:
        yield bar


def _expect_batch(batch, rng):
    """Return the size of a batch and who draws it; neither is needed for the whole."""
    if batch is None:
        return None, None
    return expect_size("fit", "batch", batch), expect_rng("fit", rng)


def _expect_made(thing):
    """Return a net, a cost or an optimizer, if it is not merely the class of one."""
    if isinstance(thing, type):
        got, move = f"a class came, {thing.__name__}", f"Make one: {thing.__name__}(...)."
        raise SettingError(sentence("fit", got, "a net, a cost and an optimizer", move))
    return thing


def _expect_examples(X, Y, of=""):
    """Return X and Y, finite and with as many rows."""
    X, Y = expect("fit", f"X{of}", X, ("N", ...)), np.asarray(Y)
    if Y.ndim == 0 or len(X) != len(Y):
        rows = len(Y) if Y.ndim else "no"
        got, move = f"X{of} has {len(X)} rows and Y {rows}", "Row n of Y is for row n of X."
        raise ShapeError(sentence("fit", got, "one target for each example", move))
    return _expect_numbers(f"X{of}", X), _expect_numbers(f"Y{of}", Y)


def _expect_numbers(symbol, array):
    """Return an array without NaN and infinity; what else it should be is for others to say."""
    bad = np.argwhere(~np.isfinite(array)) if array.dtype.kind in "fc" else ()
    if len(bad):
        got = f"{symbol} is {array[tuple(bad[0])]}{at(bad[0])}"
        move = "Mend such examples or leave them out: one of them spoils every parameter."
        raise NotFiniteError(sentence("fit", got, "finite numbers", move))
    return array
