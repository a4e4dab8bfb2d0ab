"""A step of training in memory of its own: what `fit` runs, and what there is when speed counts.

The modules return fresh arrays, so that nobody's array is ever written over. Here the same formulas
are computed in arrays that are allocated once and written over at every step; none of them is
handed out. Tests compare the two; the appendix on costs measures both.
"""

from operator import is_

import numpy as np

from backprop.errors import NotBufferedError, NotForwardedError, sentence
from backprop.nn.activations import Activation, Identity, ReLU, Sigmoid, Tanh
from backprop.nn.affine import Affine
from backprop.nn.cross_entropy import SoftmaxCrossEntropy
from backprop.nn.network import Sequential
from backprop.nn.optim import SGD, Optimizer, is_finite
from backprop.nn.targets import expect_labels
from backprop.shapes import REAL


class TrainStep:
    """A whole step of training, forward, cost, backward and update, in memory of its own.

    The numbers are those of the four calls ``C = cost(net(X), Y)``, ``dZ = cost.backward()``,
    ``net.backward(dZ, need_input=False)`` and ``optimizer.step(net)``, up to rounding. The modules
    keep the caches and gradients that they had: only their parameters move, in place, and with them
    what the optimizer remembers.

    Parameters
    ----------
    net : Module
        Affine layers, each with at most one activation behind it, all of one dtype.
    cost : Cost
    optimizer : Optimizer

    Raises
    ------
    NotBufferedError
        If `net` is made of anything else; if `optimizer` has a ``step`` of its own, or is none.

    Notes
    -----
    The memory is allocated for the first batch of a size: an array for the output of each layer,
    one for all gradients, and one for the slopes of a layer. It serves all batches of that size,
    and is given up when a third size comes. Going backward, ∇C is written over outputs that nobody
    needs any more. Modules and activations are those that the network had when the step was made;
    its parameters may be replaced between steps.

    Examples
    --------
    >>> from backprop.nn import SGD, MeanSquaredError
    >>> line = Affine.from_arrays([[0.0]], [0.0])
    >>> step = TrainStep(line, MeanSquaredError(), SGD(lr=0.5))
    >>> X = np.array([[-1.0], [1.0]])
    >>> [step(X, 2 * X + 1) for _ in range(2)]
    [5.0, 0.0]
    >>> line.W, line.b
    (array([[2.]]), array([1.]))
    """

    def __init__(self, net, cost, optimizer):
        if not _goes_as(Optimizer, optimizer, "step", "move", "begin", "change"):
            _refuse(f"{optimizer!r} goes its own way", "an Optimizer that only updates in its way")
        self.net, self.cost, self.optimizer = net, cost, optimizer
        self._begin()

    def __call__(self, X, Y):
        """Take one step; return the cost before it, a float.

        Parameters
        ----------
        X : (N, D) float array
        Y : array of N rows
            What the cost wants.

        Returns
        -------
        C : float

        Raises
        ------
        ShapeError, DtypeError, EmptyBatchError, TargetError
            As the modules and the cost do.
        NotFiniteError, AnotherNetworkError
            As the optimizer does.

        Notes
        -----
        Whatever is refused, nothing has moved.
        """
        C = self.forward(X, Y)
        self.update()
        return C

    def forward(self, X, Y):
        """Return the cost, a float; `update` goes on from there."""
        self.room = None  # if the batch is refused, there is nothing to go back from
        if not self._is_current():
            self._begin()
        first = self.pairs[0][0]
        X = first.expect("forward", "X", X, ("N", first.D), dtype=self.dtype, real=True)
        room = self.rooms.get(len(X)) or self._made(len(X))
        C = room.forward(X, Y)
        self.room = room
        return C

    def update(self):
        """Go backward from the last `forward`, and move the parameters.

        Raises
        ------
        NotForwardedError
            If there was no forward since the last update, or it was refused; if the parameters were
            replaced since then.
        """
        room, self.room = self.room, None
        if room is None or not self._is_current():
            got, move = "there is no forward to go back from", "Call forward first, or the step."
            raise NotForwardedError(sentence("TrainStep.update", got, "one", move))
        gradients, whole, optimizer = room.backward(), room.flat, self.optimizer
        finite = is_finite(whole)
        if finite and self.joined is not None and optimizer.is_elementwise:
            optimizer.begin(self.net)
            self._move(whole)
        else:
            moves = list(zip(self.names, self.parameters, gradients, strict=True))
            optimizer.move(self.net, moves, checked=finite)

    def _move(self, gradient):
        """Move all parameters at once; the gradient may be written over."""
        if type(self.optimizer) is SGD and not self.optimizer.keeps:
            gradient *= self.optimizer.lr
            self.joined -= gradient  # W ← W − η ∇_W C
        else:
            self.optimizer.change(self.joined, gradient, *self._memory())

    def _memory(self):
        """Return what the optimizer remembers, joined as the parameters are."""
        optimizer, known = self.optimizer, self.known
        if list(map(id, optimizer.memory.values())) != list(map(id, known)):
            self.memory = np.zeros((optimizer.keeps, self.joined.size), self.dtype)
            views, place = {}, 0
            for name, W in zip(self.names, self.parameters, strict=True):
                part = self.memory[:, place : place + W.size]
                views[name] = part.reshape(optimizer.keeps, *W.shape)
                views[name][...] = optimizer.memory.get(name, 0)
                place += W.size
            optimizer.memory, self.known = views, list(views.values())
        return self.memory

    def _begin(self):
        """Take the network as it is now."""
        self.pairs, self.rooms, self.room = _pairs(self.net), {}, None
        self.memory, self.known = None, [None]
        self.names, self.parameters = list(self.net.parameters()), _parameters(self.pairs)
        self.dtype, self.joined = self.parameters[0].dtype, _joined(self.parameters)

    def _is_current(self):
        """Tell whether the network has the parameters that it had at the beginning."""
        return all(map(is_, self.parameters, _parameters(self.pairs)))

    def _made(self, N):
        """Return memory for N examples; keep that of two sizes at most."""
        if len(self.rooms) > 1:
            self.rooms.clear()
        self.rooms[N] = room = _Room(self.pairs, self.cost, N)
        return room

    def __reduce__(self):
        """Be copied and pickled by what it is made of; a copy has memory of its own."""
        return TrainStep, (self.net, self.cost, self.optimizer)

    def __repr__(self):
        return f"TrainStep({self.net!r}, {self.cost!r}, {self.optimizer!r})"


class _Room:
    """The arrays of a step with N examples, and what is computed in them."""

    def __init__(self, pairs, cost, N):
        dtype = pairs[0][0].W.dtype
        self.flat = rest = np.empty(sum(affine.W.size + affine.H for affine, _ in pairs), dtype)
        entries = max(affine.H * _kind(activation, dtype).itemsize for affine, activation in pairs)
        scratch = np.empty(N * entries, np.int8)
        self.layers, self.ones = [], np.ones(N, dtype)
        for affine, activation in pairs:
            self.layers.append(_Layer(affine, activation, N, rest, scratch))
            rest = rest[affine.W.size + affine.H :]
        self.gradients = [dW for layer in self.layers for dW in (layer.dW, layer.db)]
        self.logits = _Logits(self.layers[-1].A) if _is_fused(cost, pairs) else None
        self.cost = cost

    def forward(self, X, Y):
        """Return the cost."""
        self.X = A = X
        for layer in self.layers:
            A = layer.forward(A)
        self.fused = self.logits is not None and np.ndim(Y) == 1
        return self.logits.forward(Y) if self.fused else self.cost.forward(A.copy(), Y)

    def backward(self):
        """Return the gradients, in the order of the parameters."""
        batch, self.X = self.X, None
        if self.fused:
            d = self.logits.backward()
        else:
            last, dA = self.layers[-1], self.cost.backward()
            kind = {"dtype": last.A.dtype, "real": True}
            dA = last.affine.expect("backward", "dZ", dA, last.A.shape, **kind)
            d = np.multiply(dA, last.slopes(), out=last.A)
        for k in range(len(self.layers) - 1, -1, -1):
            layer, X = self.layers[k], self.layers[k - 1].A if k else batch
            np.dot(d.T, X, out=layer.dW)  # ∇_W C = (∇_Z C)ᵀ X     affine-grad-w
            np.dot(self.ones, d, out=layer.db)  # ∇_b C = (∇_Z C)ᵀ 1     affine-grad-b
            if k:
                slopes = self.layers[k - 1].slopes()  # a last look at X: ∇_X C is written over it
                d = np.dot(d, layer.affine.W, out=X)  # ∇_X C = (∇_Z C) W     affine-grad-x
                d *= slopes
        return self.gradients


class _Layer:
    """An affine layer and its activation, with the arrays that they compute in."""

    def __init__(self, affine, activation, N, rest, scratch):
        size, kind = affine.W.size, _kind(activation, rest.dtype)
        self.affine, self.activation = affine, activation
        self.dW, self.db = rest[:size].reshape(affine.W.shape), rest[size : size + affine.H]
        self.A = np.empty((N, affine.H), rest.dtype)
        self.scratch = scratch[: self.A.size * kind.itemsize].view(kind).reshape(self.A.shape)
        if activation:
            self.sigma, self.slope = _in_place(activation.rule, self.A)

    def forward(self, X):
        """Return A, which is written over Z."""
        A = np.dot(X, self.affine.W.T, out=self.A)  # Z = X Wᵀ + 1 bᵀ     affine-batch
        A += self.affine.b
        if self.activation:
            self.sigma(A)
        return A

    def slopes(self):
        """Return σ′(Z), found from A; 1 without an activation."""
        if not self.activation:
            return 1
        self.slope(self.A, self.scratch)
        return self.scratch


class _Logits:
    """The softmax cross-entropy of labels: the probabilities are written over the logits."""

    def __init__(self, Z):
        N, K = Z.shape
        self.Z, self.entries, self.ones = Z, Z.reshape(-1), np.ones(K, Z.dtype)
        self.first, self.total = np.arange(0, N * K, K), np.empty(N, Z.dtype)
        self.column = self.total[:, None]

    def forward(self, Y):
        """Return the cost."""
        Z, total, (N, K) = self.Z, self.total, self.Z.shape
        labels = expect_labels("SoftmaxCrossEntropy.forward", "Y", Y, K, N)
        self.right = self.first + labels.astype(np.intp, copy=False)
        Z -= np.maximum.reduce(Z, axis=1, keepdims=True, out=self.column)
        right = self.entries[self.right]
        np.dot(np.exp(Z, out=Z), self.ones, out=total)
        Z /= self.column
        # C = (1/N) Σₙ (ln Σⱼ e^(z_j) − z of the label), less the maximum in both
        return np.add.reduce(np.log(total) - right).item() / N

    def backward(self):
        """Return ∇_Z C, written over the probabilities."""
        self.entries[self.right] -= 1
        self.Z /= len(self.Z)  # ∇_Z C = (P − Y) / N     cross-entropy-grad
        return self.Z


def _is_fused(cost, pairs):
    """Tell whether the cost can be computed in the last layer's array."""
    affine, activation = pairs[-1]
    return type(cost) is SoftmaxCrossEntropy and activation is None and affine.H > 1


def _sigmoid(Z):
    Z *= 0.5
    np.tanh(Z, out=Z)
    Z *= 0.5
    Z += 0.5


def _tanh_slope(A, out):
    np.multiply(A, A, out=out)
    np.subtract(1, out, out=out)


def _sigmoid_slope(A, out):
    np.subtract(1, A, out=out)
    out *= A


# σ, which writes over Z, and σ′, which writes into `out`.
IN_PLACE = {
    Tanh.rule: (lambda Z: np.tanh(Z, out=Z), _tanh_slope),
    Sigmoid.rule: (_sigmoid, _sigmoid_slope),
}


def _in_place(rule, A):
    """Return σ, which writes over Z, and σ′, which writes into `out`, for arrays like A."""
    if rule is ReLU.rule:
        zeros = np.zeros(A.shape[1], A.dtype)  # NumPy compares with a row faster than with a number
        return lambda Z: np.maximum(Z, zeros, out=Z), lambda A, out: np.greater(A, 0, out=out)
    general = (lambda Z: np.copyto(Z, rule.sigma(Z)), lambda A, out: np.copyto(out, rule.slope(A)))
    return IN_PLACE.get(rule, general)


def _kind(activation, dtype):
    """Return the dtype of its slopes: those of a ReLU are 0 or 1, a byte each."""
    return np.dtype(bool) if activation is None or activation.rule is ReLU.rule else dtype


def _pairs(net):
    """Return each affine layer with the activation behind it, or None."""
    pairs = []
    for module in _modules(net):
        if _goes_as(Affine, module):
            pairs.append((module, None))
        elif _goes_as(Identity, module):
            continue
        elif pairs and pairs[-1][1] is None and _goes_as(Activation, module):
            pairs[-1] = (pairs[-1][0], module)
        else:
            _refuse(f"there is {module!r} in the network")
    if not pairs:
        _refuse(f"there is no affine layer in {net!r}")
    arrays = _parameters(pairs)
    dtypes = sorted({str(W.dtype) for W in arrays})
    if len(dtypes) > 1 or arrays[0].dtype not in REAL:
        _refuse(f"the parameters are of {' and '.join(dtypes)}")
    parameters = list(net.parameters().values())
    if [*map(id, parameters)] != [*map(id, arrays)]:
        _refuse("the parameters are not those of its layers")
    return pairs


def _parameters(pairs):
    return [W for affine, _ in pairs for W in (affine.W, affine.b)]


def _joined(arrays):
    """Return the array that these lie in, one after the other, or None: `mlp` joins them."""
    whole, size = arrays[0].base, sum(W.size for W in arrays)
    if not isinstance(whole, np.ndarray) or (whole.shape, whole.dtype) != (
        (size,),
        arrays[0].dtype,
    ):
        return None
    there = whole.ctypes.data
    for W in arrays:
        if W.base is not whole or W.ctypes.data != there or not W.flags.c_contiguous:
            return None
        there += W.nbytes
    return whole if whole.flags.c_contiguous else None


def _modules(net):
    """Return the modules, one after the other; one that goes its own way is not opened."""
    if _goes_as(Sequential, net):
        return [leaf for module in net for leaf in _modules(module)]
    return [net]


def _goes_as(kind, thing, *ways):
    """Tell whether these methods are those of a class, and not somebody's own."""
    methods = [(getattr(thing, way, None), getattr(kind, way)) for way in ways or PASSES]
    return all(getattr(mine, "__func__", None) is theirs for mine, theirs in methods)


PASSES = ("forward", "backward")


def _refuse(got, wanted="affine layers of one real dtype, each with at most one activation"):
    move = "Take the four calls, forward, cost, backward and step, or fit, which does."
    raise NotBufferedError(sentence("TrainStep", got, wanted, move))
