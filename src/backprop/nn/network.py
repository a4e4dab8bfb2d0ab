"""Networks: modules one after the other.

Introduced in chapter 6; chapters 4 and 5 use it for small compositions.
"""

from itertools import pairwise

import numpy as np

from backprop.errors import NotAModuleError, ShapeError, sentence
from backprop.nn.activations import LeakyReLU, ReLU, Tanh
from backprop.nn.affine import Affine
from backprop.nn.initializers import expect_rng, glorot_normal, he_normal
from backprop.nn.module import Module
from backprop.shapes import expect_size


class Sequential(Module):
    """The composition of modules: forward from the first to the last, backward the other way.

    Parameters
    ----------
    *modules : Module
        At least one, no object twice (its second forward would overwrite its caches).

    Raises
    ------
    NotAModuleError
        If something else is among them.

    Notes
    -----
    Parameters carry the place of their module: ``"0.W"``, ``"0.b"``, ``"2.W"``. ``need_input``
    reaches the first module only: every other one owes its input's gradient to the one before it.
    An array that is a parameter of two modules has a gradient in each; its slope is their sum.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.nn import Affine, ReLU
    >>> net = Sequential(Affine.from_arrays([[2.0, -1.0]], [0.5]), ReLU())
    >>> net
    Sequential(Affine(2 → 1), ReLU())
    >>> net(np.array([[1.0, 0.5], [-1.0, 3.0]]))
    array([[2.],
           [0.]])
    >>> net.backward(np.array([[4.0], [4.0]]))
    array([[ 8., -4.],
           [ 0.,  0.]])
    >>> net.gradients()["0.W"]
    array([[4., 2.]])
    """

    def __init__(self, *modules):
        self.modules = _expect_modules(modules)

    def forward(self, X):
        """Return the last module's output.

        If the first module refuses, nothing has changed. If a later one does, no module keeps
        anything for a backward, which would mix two batches. (To keep what was before until the end
        would take the memory of two forwards.)
        """
        try:
            for module in self.modules:
                X = module.forward(X)
        except Exception:
            if module is not self.modules[0]:
                self.forget()
            raise
        return X

    def backward(self, dZ, *, need_input=True, free=False):
        """Store all gradients; return the first module's input gradient, or None."""
        first = self.modules[0]
        for module in reversed(self.modules):
            dZ = module.backward(dZ, need_input=need_input or module is not first, free=free)
        return dZ

    def forget(self):
        """Let all modules be without caches."""
        for module in self.modules:
            module.forget()

    def parameters(self):
        """Return the parameters of all modules, ``"0.W"`` for the W of the first."""
        modules = enumerate(self.modules)
        return {f"{i}.{k}": W for i, m in modules for k, W in m.parameters().items()}

    def gradients(self):
        """Return the gradients under the names of their parameters."""
        modules = enumerate(self.modules)
        return {f"{i}.{k}": dW for i, m in modules for k, dW in m.gradients().items()}

    def leaves(self):
        """Return the modules that are no networks themselves, in order."""
        return [leaf for module in self.modules for leaf in module.leaves()]

    def _replace(self, name, value):
        place, _, name = name.partition(".")
        self[int(place)]._replace(name, value)

    def __getitem__(self, i):
        return self.modules[i]

    def __len__(self):
        return len(self.modules)

    def __iter__(self):
        return iter(self.modules)

    def __repr__(self):
        return f"{self.name}({', '.join(map(repr, self.modules))})"


def mlp(sizes, *, activation=Tanh, output=None, rng=None, init=None, dtype=np.float64):
    """Return a multilayer perceptron: affine layers with activations between them.

    Parameters
    ----------
    sizes : tuple or list of int
        Inputs, hidden units, outputs: ``(3, 4, 2)`` has one hidden layer of 4.
    activation : class or function
        What makes the activation of a hidden layer: ``Tanh``, or ``lambda: LeakyReLU(0.2)``.
    output : class or function, optional
        What makes the activation of the last layer. Without it the last layer is affine, as the
        costs want it.
    rng : numpy.random.Generator
        Where the weights come from, layer by layer.
    init : callable, optional
        How they begin: see `backprop.nn.initializers`. By default `he_normal` for layers followed
        by ReLU or LeakyReLU, `glorot_normal` for all others.
    dtype : dtype

    Returns
    -------
    net : Sequential

    Raises
    ------
    ShapeError
        If there are fewer than two sizes, or one is no positive integer.
    RngError
        If `rng` is missing or is a seed.
    NotAModuleError
        If `activation` makes no module, or is a module already: each layer needs its own.

    Examples
    --------
    >>> import numpy as np
    >>> mlp((3, 4, 2), rng=np.random.default_rng(6))
    Sequential(Affine(3 → 4), Tanh(), Affine(4 → 2))
    """
    sizes, rng = _expect_sizes(sizes), expect_rng("mlp", rng)
    makers, modules = [activation] * (len(sizes) - 2) + [output], []
    for (D, H), maker in zip(pairwise(sizes), makers, strict=True):
        after = _made(maker)
        start = init or INIT.get(type(after[0]) if after else None, glorot_normal)
        modules += [Affine(D, H, rng=rng, init=start, dtype=dtype), *after]
    return _joined(Sequential(*modules))


def _joined(net):
    """Lay the parameters one after the other into one array, so that one call can move them all."""
    parameters, place = net.parameters(), 0
    whole = np.concatenate([W.reshape(-1) for W in parameters.values()])
    for name, W in parameters.items():
        net._replace(name, whole[place : place + W.size].reshape(W.shape))
        place += W.size
    return net


# How the weights begin, by the activation that follows; glorot_normal for all others.
INIT = {ReLU: he_normal, LeakyReLU: he_normal}


def _made(maker):
    """Return what the maker makes, in a list; nothing if there is no maker."""
    if maker is None:
        return []
    ready = isinstance(maker, Module) or not callable(maker)
    module = None if ready else maker()
    if isinstance(module, Module):
        return [module]
    move = "Each layer needs its own: give the class, activation=Tanh."
    raise NotAModuleError(
        sentence("mlp", f"an activation is {maker!r}", "what makes a Module", move)
    )


def _expect_sizes(sizes):
    """Return at least two sizes."""
    if not isinstance(sizes, (tuple, list)) or len(sizes) < 2:
        move = "Name inputs, hidden units and outputs: mlp((3, 4, 2), rng=rng)."
        raise ShapeError(sentence("mlp", f"sizes is {sizes!r}", "at least two sizes", move))
    return [expect_size("mlp", f"sizes[{i}]", size) for i, size in enumerate(sizes)]


def attributes(net):
    """Return all that the modules hold now, for `restore`."""
    return [(module, module.__dict__.copy()) for module in net.leaves()]


def restore(before):
    """Let the modules hold what they held before."""
    for module, held in before:
        vars(module).clear()
        vars(module).update(held)


def _expect_modules(modules):
    """Return the modules, or name the first that is none."""
    if not modules:
        _refuse("there are no modules", "Give it one: Sequential(Affine(3, 4, rng=rng)).")
    for i, module in enumerate(modules):
        if not isinstance(module, Module):
            _refuse(f"module {i} is {_what(module)}", _how(module))
        if any(module is other for other in modules[:i]):
            _refuse(f"module {i} is in it twice", "Make a second one: each keeps its own caches.")
    return modules


def _refuse(got, move):
    raise NotAModuleError(sentence("Sequential", got, "one Module after the other", move))


def _what(module):
    return (
        f"the class {module.__name__}" if isinstance(module, type) else f"a {type(module).__name__}"
    )


def _how(module):
    """Return the next move for what is no module."""
    if isinstance(module, type):
        return f"Make one of it: {module.__name__}(...)."
    return (
        "Unpack it: Sequential(*modules)."
        if isinstance(module, (list, tuple))
        else "Wrap it in one."
    )
