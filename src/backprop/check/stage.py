"""What the three stages of a step read, write and cost: forward, backward, update.

Found out from the outside: a stage *writes* an array if it changes it, and *reads* it if what it
writes comes out differently when that array was changed before. Introduced in chapter 6.
"""

import copy
from typing import NamedTuple

import numpy as np

from backprop.check.costs import cost as count

STAGES = {
    "forward": lambda step: step.forward(),
    "backward": lambda step: step.backward(),
    "update": lambda step: step.optimizer.step(step.net),
}


class Stage(NamedTuple):
    """What one stage reads, writes and costs.

    Attributes
    ----------
    name : {"forward", "backward", "update"}
    reads : tuple of str
        Names of arrays: ``"0.W"`` is the W of module 0, ``"1.A"`` the cache A of module 1.
    writes : tuple of str
        The same.
    products : int
        Multiply–accumulates of matrix products: see `backprop.check.cost`.
    numbers : int
        How many numbers the written arrays hold.
    """

    name: str
    reads: tuple
    writes: tuple
    products: int
    numbers: int

    def __repr__(self):
        costs = f"{self.products:,} multiply–accumulates, {self.numbers:,} numbers written"
        rows = {"reads": ", ".join(self.reads), "writes": ", ".join(self.writes), "costs": costs}
        lines = (f"{name:7} {told}" for name, told in rows.items())
        return f"{self.name:9}" + f"\n{'':9}".join(lines)


class Stages(NamedTuple):
    """The stages of a step; printed, three lines each."""

    forward: Stage
    backward: Stage
    update: Stage

    def __repr__(self):
        return "\n".join(map(repr, self))


class Step:
    """A network with its cost, an optimizer and a batch, about to make a step."""

    def __init__(self, net, cost, X, Y, optimizer):
        self.net, self.cost, self.optimizer = net, cost, optimizer
        self.X, self.Y, self.results = X, Y, {}

    def forward(self):
        """Run the network and its cost on the batch."""
        self.results["C"] = np.array(self.cost.forward(self.net.forward(self.X), self.Y))

    def backward(self):
        """Go back as in training, which does not ask for the gradient of the input."""
        dX = self.net.backward(self.cost.backward(), need_input=False)
        self.results |= {} if dX is None else {"dX": dX}

    def arrays(self):
        """Return all arrays by name; one that is kept in two places has its first name only."""
        slopes = {_slope(name): dW for name, dW in self.net.gradients().items()}
        found = {"X": self.X, "Y": self.Y, **self.net.parameters(), **slopes}
        for place, leaf in enumerate(self.net.leaves()):
            found |= {f"{place}.{name}": getattr(leaf, name) for name in leaf.caches}
        found |= {f"cost.{name}": getattr(self.cost, name) for name in self.cost.caches}
        found |= {f"memory of {name}": kept for name, kept in self.optimizer.memory.items()}
        once = {id(array): name for name, array in reversed(found.items())}
        first = {name: array for name, array in found.items() if once[id(array)] == name}
        return first | self.results


def stages(net, cost, X, Y, optimizer):
    """Return what each stage of one step reads, writes and costs.

    Parameters
    ----------
    net : Module
    cost : Cost
    X : (N, D) float array
    Y : array of N rows
        What the cost wants.
    optimizer : Optimizer

    Returns
    -------
    found : Stages

    Raises
    ------
    NotAModuleError
        If `net` is none.

    Notes
    -----
    Everything happens on copies, after one step that makes all arrays exist. The batch is named
    ``"X"`` where a module keeps it, for modules keep references.

    Examples
    --------
    >>> from backprop.nn import SGD, HalfSquaredError, Tanh, mlp
    >>> net = mlp((3, 4, 2), activation=Tanh, rng=np.random.default_rng(6))
    >>> stages(net, HalfSquaredError(), np.ones((5, 3)), np.eye(5, 2), SGD(lr=0.5))
    forward  reads   X, Y, 0.W, 0.b, 2.W, 2.b
             writes  1.A, cost.R, C
             costs   100 multiply–accumulates, 31 numbers written
    backward reads   X, 2.W, 1.A, cost.R
             writes  0.dW, 0.db, 2.dW, 2.db
             costs   140 multiply–accumulates, 26 numbers written
    update   reads   0.W, 0.b, 2.W, 2.b, 0.dW, 0.db, 2.dW, 2.db
             writes  0.W, 0.b, 2.W, 2.b
             costs   0 multiply–accumulates, 26 numbers written
    """
    bill = count(net, X, cost, Y)
    step = copy.deepcopy(Step(net, cost, np.array(X), np.array(Y), optimizer))
    for run in STAGES.values():
        run(step)
    # Another batch, so that a cache that is renewed shows.
    step.X, step.Y = changed("X", step.X), changed("Y", step.Y)
    return Stages(*[_watched(step, name, run, bill) for name, run in STAGES.items()])


def changed(name, array):
    """Return another array that can stand in the place of this one."""
    if array.dtype.kind in "iu":  # labels
        return np.where(array > 0, array - 1, array + 1)
    if name == "Y":  # probabilities must go on being some
        rolled = np.roll(array, 1, axis=-1)
        return 1 - array if np.array_equal(rolled, array) else rolled
    return 1.5 * array + 0.25


def _watched(step, name, run, bill):
    """Run a stage; return what it read and wrote, and what it cost."""
    before = {key: array.copy() for key, array in step.arrays().items()}
    reads = [(key, _with_changed(step, key, run)) for key in before]
    run(step)
    after = step.arrays()
    writes = [key for key in after if not _same(after[key], before.get(key))]
    differs = [key for key, other in reads if any(not _same(other[w], after[w]) for w in writes)]
    products = bill.total(name) if name in bill.rows[0]._fields else 0
    return Stage(name, tuple(differs), tuple(writes), products, sum(after[w].size for w in writes))


def _with_changed(step, key, run):
    """Return all arrays after the stage, had one been changed before."""
    other = copy.deepcopy(step)
    array = other.arrays()[key]
    array[...] = changed(key, array)
    run(other)
    return other.arrays()


def _same(left, right):
    return right is not None and np.array_equal(left, right)


def _slope(name):
    """Return the gradient's name: 0.dW for 0.W."""
    place, dot, letter = name.rpartition(".")
    return f"{place}{dot}d{letter}"
