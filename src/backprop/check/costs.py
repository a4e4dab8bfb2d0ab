"""What a pass through a network costs, counted while it runs.

Introduced by chapter 6.
"""

import copy
from typing import NamedTuple

import numpy as np

from backprop.check.observed import Tally, observed, tally
from backprop.errors import NotAModuleError, sentence
from backprop.nn.module import Module


class Row(NamedTuple):
    """What one module did in one forward and one backward.

    Attributes
    ----------
    module : str
    passes : (int, int)
        How often its forward and its backward were called.
    forward : int
        Multiply–accumulates of matrix products.
    backward : int
        The same, as in training, which does not ask for the gradient in the network's input.
    with_input : int
        Those of backward if that gradient is asked for.
    forward_entries : int
        Numbers computed entry by entry: by +, ⊙, tanh, a comparison, the additions of a sum.
    backward_entries : int
        The same.
    cached : int
        Bytes of what forward keeps; an array that two modules keep counts for the first.
    parameters : int
        Bytes of the parameters.
    gradients : int
        Bytes of their gradients.
    jacobians : int
        Entries of its Jacobians, one for every example: ∂out/∂parameters, and ∂out/∂in unless it
        is the first module.
    """

    module: str
    passes: tuple
    forward: int
    backward: int
    with_input: int
    forward_entries: int
    backward_entries: int
    cached: int
    parameters: int
    gradients: int
    jacobians: int


class Bill(NamedTuple):
    """What a run cost; printed, a table.

    Attributes
    ----------
    rows : tuple
        A row for each module, and one for the cost function if it took part.
    itemsize : int
        Bytes of one number.
    """

    rows: tuple
    itemsize: int

    def total(self, field):
        """Return the sum of a column: ``total("backward")``."""
        return sum(getattr(row, field) for row in self.rows)

    @property
    def jacobian_bytes(self):
        """Bytes of all Jacobians, had they been built."""
        return self.total("jacobians") * self.itemsize

    @property
    def jacobian_products(self):
        """What each Jacobian takes with the row that arrives, one multiply–accumulate an entry."""
        return self.total("jacobians")

    def __repr__(self):
        return "\n".join([*_table(self), *_below(self)])


def cost(net, X, loss=None, Y=None):
    """Count what one forward and one backward through a network compute and keep.

    Parameters
    ----------
    net : Module
        Nothing about it changes: a copy runs.
    X : (N, D) float array
        The batch.
    loss : Cost, optional
        The cost function. Without one, backward starts from a gradient of ones.
    Y : array of N rows, optional
        What the cost function wants.

    Returns
    -------
    Bill

    Raises
    ------
    NotAModuleError
        If `net` is none.
    UncountedError
        If a module multiplies by something that cannot be watched (``np.dot``, ``np.einsum``).

    Notes
    -----
    The parameters and the batch are replaced by arrays that note what is computed with them, and
    the network's own code runs. The Jacobians are not built: the sizes of what the run put in and
    out say how many entries they would have. One for every example is the least; those of the
    whole batch at once would have N times as many.

    Examples
    --------
    >>> from backprop.nn import Tanh, mlp
    >>> net = mlp((3, 4, 2), activation=Tanh, rng=np.random.default_rng(6))
    >>> cost(net, np.ones((5, 3)))
                      multiply–accumulates                   bytes
    module             forward    backward        kept  parameters
    Affine(3 → 4)           60          60         120         128
    Tanh()                   0           0         160           0
    Affine(4 → 2)           40          80           0          80
    total                  100         140         280         208
    backward, with the input's gradient: 200 multiply–accumulates
    entry by entry: 50 numbers forward, 84 backward
    gradients: 208 bytes
    explicit Jacobians: 540 entries, 4,320 bytes
    products with them: 540 multiply–accumulates
    """
    if not isinstance(net, Module):
        got, move = f"net is a {type(net).__name__}", "Count a network: Sequential(...)."
        raise NotAModuleError(sentence("cost", got, "a Module", move))
    training, whole = (_run(net, X, loss, Y, need_input) for need_input in (False, True))
    kept, rows = set(), []
    for watched, other in zip(training, whole, strict=True):
        rows.append(_row(watched, other, kept, first=not rows))
    return Bill(tuple(rows), np.asarray(training[0].out).itemsize)


class Watched:
    """A module, or a cost function, whose forward and backward are counted."""

    def __init__(self, module):
        self.module = module
        self.counts = {"forward": Tally(), "backward": Tally()}
        self.calls = {"forward": 0, "backward": 0}
        for name, weight in self.arrays(getattr(module, "weights", ())):
            setattr(module, name, observed(weight))
        module.forward = self._counted("forward", module.forward)
        module.backward = self._counted("backward", module.backward)

    def arrays(self, names):
        """Return the module's arrays of these names."""
        return [(name, getattr(self.module, name)) for name in names]

    def size(self, prefix=""):
        """Return the bytes of the parameters, or of what has the prefix before their names."""
        names = [prefix + name for name in getattr(self.module, "weights", ())]
        return sum(array.nbytes for _, array in self.arrays(names))

    def jacobians(self, first):
        """Return how many entries the Jacobians have, one for every example."""
        N, parameters = len(self.given), dict(self.arrays(getattr(self.module, "weights", ())))
        inputs = 0 if first else np.size(self.given) // N
        outputs = max(np.size(self.out) // N, 1)
        return N * outputs * (inputs + sum(W.size for W in parameters.values()))

    def _counted(self, way, method):
        def run(*given, **options):
            self.calls[way] += 1
            with tally(self.counts[way]):
                result = method(*given, **options)
            if way == "forward":
                self.given, self.out = given[0], result
            return result

        return run


def _run(net, X, loss, Y, need_input):
    """Run one step on copies; return the modules, and the cost function, that were watched."""
    net, loss = copy.deepcopy((net, loss))
    watched = [Watched(module) for module in [*net.leaves(), *([loss] if loss else [])]]
    out = net.forward(observed(np.array(X)))
    if loss:
        loss.forward(out, Y)
    dout = loss.backward() if loss else observed(np.ones_like(out))
    net.backward(dout, need_input=need_input)
    return watched


def _row(watched, with_input, kept, first):
    forward, backward = watched.counts["forward"], watched.counts["backward"]
    return Row(
        repr(watched.module),
        tuple(watched.calls.values()),
        forward.products,
        backward.products,
        with_input.counts["backward"].products,
        forward.entries,
        backward.entries,
        _kept(watched, kept),
        watched.size(),
        watched.size("d"),
        watched.jacobians(first),
    )


def _kept(watched, kept):
    """Return the bytes of the caches, without those that an earlier module keeps already."""
    new = 0
    for _, array in watched.arrays(watched.module.caches):
        place = np.asarray(array).__array_interface__["data"][0]
        new += 0 if place in kept else np.asarray(array).nbytes
        kept.add(place)
    return new


# How it is printed

COLUMNS = ("forward", "backward", "cached", "parameters")
WIDE = 12  # of a column of numbers


def _table(bill):
    names = ["module", *(row.module for row in bill.rows), "total"]
    aside = max(map(len, names)) + 1
    yield f"{'':{aside}}{'multiply–accumulates':>{2 * WIDE}}{'bytes':>{2 * WIDE}}"
    yield f"{names[0]:{aside}}" + "".join(f"{c.replace('cached', 'kept'):>{WIDE}}" for c in COLUMNS)
    for row in bill.rows:
        yield f"{row.module:{aside}}" + _numbers(getattr(row, column) for column in COLUMNS)
    yield f"{'total':{aside}}" + _numbers(map(bill.total, COLUMNS))


def _numbers(values):
    return "".join(f"{value:>{WIDE},}" for value in values)


def _below(bill):
    yield f"backward, with the input's gradient: {bill.total('with_input'):,} multiply–accumulates"
    entries = bill.total("forward_entries"), bill.total("backward_entries")
    yield "entry by entry: {:,} numbers forward, {:,} backward".format(*entries)
    yield f"gradients: {bill.total('gradients'):,} bytes"
    yield f"explicit Jacobians: {bill.total('jacobians'):,} entries, {bill.jacobian_bytes:,} bytes"
    yield f"products with them: {bill.jacobian_products:,} multiply–accumulates"
