"""Optimizers: what to do with the gradients once the whole backward pass has made them.

All parameters move at once, after the last gradient is known, and in place. Introduced in
chapter 6.
"""

import numpy as np

from backprop.errors import (
    AnotherNetworkError,
    DtypeError,
    NoGradientError,
    NotFiniteError,
    ShapeError,
    sentence,
)
from backprop.nn.settings import expect_memory, expect_positive
from backprop.shapes import at


def elementwise(update):
    """Mark an update that treats every number by itself, whatever array it stands in.

    Large arrays may then be cut into parts, and small ones joined.
    """
    update.elementwise = True
    return update


class Optimizer:
    """What all optimizers share: check every gradient, then move every parameter.

    A subclass says how many arrays it remembers of each parameter (``keeps``) and writes
    ``update(W, dW, *remembered)``, which changes W and what is remembered in place.

    Attributes
    ----------
    lr : float
        The learning rate η.
    t : int
        How many steps there were.
    memory : dict of str to float array
        What is remembered of the parameter of that name, shape (keeps, ...).
    net : Module
        Whose parameters they are; None before the first step.
    """

    keeps = 0

    def __init__(self, lr):
        self.lr = expect_positive(self.name, "lr", lr)
        self.net, self.t, self.memory = None, 0, {}

    def step(self, net):
        """Move all parameters of `net` against their gradients, in place.

        Raises
        ------
        NoGradientError
            If a gradient is None: there was no backward.
        NotFiniteError
            If a gradient holds NaN or infinity.
        ShapeError, DtypeError
            If a gradient is not shaped like its parameter, or is complex where that is real.
        AnotherNetworkError
            If this optimizer has moved another network before: what it remembers is about that one.

        Notes
        -----
        Whatever is refused, nothing has moved.
        """
        gradients = net.gradients()
        self.move(net, [(name, W, gradients[name]) for name, W in net.parameters().items()])

    def move(self, net, moves, checked=False):
        """Move parameters against gradients: `step`, for gradients that the modules do not hold.

        Parameters
        ----------
        net : Module
            Whose parameters they are.
        moves : list of (str, float array, float array)
            Name, parameter, gradient.
        checked : bool
            Whether the gradients are known to fit and to be finite.
        """
        self._expect_net(net)
        if not checked:
            for name, W, dW in moves:
                self._expect(name, W, dW)
        self.begin(net)
        for name, W, dW in moves:
            self.change(W, dW, *self._remembered(name, W))

    def begin(self, net):
        """Begin a step of this network: count it."""
        self._expect_net(net)
        self.net, self.t = net, self.t + 1

    def change(self, *arrays):
        """Update one parameter, part by part if it is large."""
        if arrays[0].size <= PART or not self.is_elementwise:
            self.update(*arrays)
            return
        for part in _parts(*arrays):
            self.update(*part)

    @property
    def is_elementwise(self):
        """Whether every number is moved by itself: see `elementwise`."""
        return getattr(self.update, "elementwise", False)

    def update(self, W, dW, *remembered):
        """Change W, and what is remembered of it, in place."""
        raise NotImplementedError(f"{self.name}.update is not written yet")

    @property
    def name(self):
        """The class's name, which begins every message."""
        return type(self).__name__

    def _remembered(self, name, W):
        if not self.keeps:
            return ()
        if name not in self.memory:
            self.memory[name] = np.zeros((self.keeps, *W.shape), W.dtype)
        return self.memory[name]

    def _expect_net(self, net):
        if self.net is not None and self.net is not net:
            move = f"Make one for each: {self.name}(lr={self.lr:g})."
            got = "its memory is of another network"
            raise AnotherNetworkError(sentence(f"{self.name}.step", got, "the same one", move))

    def _expect(self, name, W, dW):
        """Refuse a gradient that cannot be used."""
        if dW is not None and dW.shape == W.shape and _is_real_enough(W, dW) and is_finite(dW):
            return
        error, got, wanted, move = _trouble(_gradient(name), W, dW)
        raise error(sentence(f"{self.name}.step", got, wanted, move))


class SGD(Optimizer):
    """Gradient descent, W ← W − η ∇_W C; with momentum, v ← μ v + ∇_W C and W ← W − η v.

    It is stochastic if the gradients come from random batches.

    Parameters
    ----------
    lr : float
        The learning rate η > 0.
    momentum : float
        μ, from 0 to below 1. The velocity v begins at 0.

    Raises
    ------
    SettingError
        If a setting is out of its range.

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR
    Computational Mathematics and Mathematical Physics 4 (1964) 1–17. His velocity is −η v.

    Examples
    --------
    >>> from backprop.nn import Affine
    >>> layer = Affine.from_arrays([[1.0, -2.0]], [0.5])
    >>> layer(np.array([[2.0, 4.0]]))
    array([[-5.5]])
    >>> dX = layer.backward(np.array([[1.0]]))
    >>> SGD(lr=0.25).step(layer)
    >>> layer.W, layer.b
    (array([[ 0.5, -3. ]]), array([0.25]))
    """

    def __init__(self, lr=0.1, momentum=0.0):
        super().__init__(lr)
        self.momentum = expect_memory(self.name, "momentum", momentum)
        self.keeps = int(self.momentum > 0)

    @elementwise
    def update(self, W, dW, v=None):
        """Change W, and the velocity if there is one, in place."""
        if v is not None:
            v *= self.momentum  #  v ← μ v + ∇_W C
            v += dW
            dW = v
        W -= self.lr * dW  #       W ← W − η v

    def __repr__(self):
        return f"{self.name}(lr={self.lr:g}, momentum={self.momentum:g})"


class Adam(Optimizer):
    """Steps that hardly depend on the scale of the gradients, mostly up to the learning rate.

    Running means of the gradient and of its square, m ← β₁ m + (1 − β₁) g and
    v ← β₂ v + (1 − β₂) g²; divided by 1 − β₁ᵗ and 1 − β₂ᵗ, since they begin at 0; then
    W ← W − η m̂ / (√v̂ + ε). The square is taken entry by entry.

    Parameters
    ----------
    lr : float
        The learning rate η > 0.
    beta1, beta2 : float
        How much of the past the means keep, from 0 to below 1.
    eps : float
        ε > 0, which keeps the quotient finite.

    Raises
    ------
    SettingError
        If a setting is out of its range.

    References
    ----------
    D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.

    Examples
    --------
    The first step is −η times the sign of the gradient, nearly:

    >>> from backprop.nn import Affine
    >>> layer = Affine.from_arrays([[1.0, -2.0]], [0.5])
    >>> layer(np.array([[2.0, -4.0]]))
    array([[10.5]])
    >>> dX = layer.backward(np.array([[1.0]]))
    >>> Adam(lr=0.25).step(layer)
    >>> layer.W.round(6), layer.b.round(6)
    (array([[ 0.75, -1.75]]), array([0.25]))
    """

    keeps = 2

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1 = expect_memory(self.name, "beta1", beta1)
        self.beta2 = expect_memory(self.name, "beta2", beta2)
        self.eps = expect_positive(self.name, "eps", eps)

    @elementwise
    def update(self, W, dW, m, v):
        """Change W and the two means in place."""
        change = (1 - self.beta1) * dW
        m *= self.beta1
        m += change  #                   m ← β₁ m + (1 − β₁) g
        change = np.multiply(dW, dW, out=change)
        change *= 1 - self.beta2
        v *= self.beta2
        v += change  #                   v ← β₂ v + (1 − β₂) g²
        change = np.sqrt(v, out=change)
        change *= 1 / np.sqrt(1 - self.beta2**self.t).item()
        change += self.eps  #            √v̂ + ε
        change = np.divide(m, change, out=change)
        change *= self.lr / (1 - self.beta1**self.t)
        W -= change  #                   W ← W − η m̂ / (√v̂ + ε)

    def __repr__(self):
        return f"{self.name}(lr={self.lr:g})"


def _is_real_enough(W, dW):
    """Tell whether W can take what dW holds: a real one nothing complex."""
    return dW.dtype == W.dtype or np.can_cast(dW.dtype, W.dtype, "same_kind")


def is_finite(dW):
    """Tell whether all entries are finite: if the sum of their squares is, in one fast pass."""
    return abs(np.vdot(dW, dW)) < np.inf or np.isfinite(dW).all()  # squares may overflow


def _parts(*arrays):
    """Cut large arrays into parts that stay in the cache while they are computed with."""
    if not all(array.flags.c_contiguous for array in arrays):
        return [arrays]
    flat = [array.reshape(-1) for array in arrays]
    return [[a[start : start + PART] for a in flat] for start in range(0, flat[0].size, PART)]


PART = 2**16  # numbers: smaller parts cost more calls, larger ones leave the cache


def _gradient(name):
    """Return the gradient's name: 0.W has 0.dW."""
    place, dot, letter = name.rpartition(".")
    return f"{place}{dot}d{letter}"


def _trouble(symbol, W, dW):
    """Return the error for a gradient that cannot be used, and its sentence's parts."""
    if dW is None:
        move = "Go backward first: net.backward(cost.backward())."
        return NoGradientError, f"{symbol} is None", "a gradient", move
    if dW.shape != W.shape:
        got, wanted = f"{symbol} has shape {dW.shape}", f"{W.shape}"
        return ShapeError, got, wanted, "A gradient is shaped like its parameter."
    if not _is_real_enough(W, dW):
        move = "Go backward with real numbers."
        return DtypeError, f"{symbol} has dtype {dW.dtype}", f"{W.dtype}", move
    bad = np.argwhere(~np.isfinite(dW))[0]
    move = "Nothing was moved. Try a smaller lr, or look for infinite numbers in the batch."
    return NotFiniteError, f"{symbol} is {dW[tuple(bad)]}{at(bad)}", "finite numbers", move
