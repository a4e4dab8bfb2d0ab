"""Networks: modules one after the other.

Introduced in chapter 6; chapters 4 and 5 use it for small compositions.
"""

from backprop.errors import NotAModuleError, sentence
from backprop.nn.module import Module


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
        """Return the last module's output; if one refuses, all are left as they were."""
        before = [(module, vars(module).copy()) for module in self.leaves()]
        try:
            for module in self.modules:
                X = module.forward(X)
        except Exception:
            _restore(before)
            raise
        return X

    def backward(self, dZ, *, need_input=True, free=False):
        """Store all gradients; return the first module's input gradient, or None."""
        first = self.modules[0]
        for module in reversed(self.modules):
            dZ = module.backward(dZ, need_input=need_input or module is not first, free=free)
        return dZ

    def parameters(self):
        """Return the parameters of all modules, ``"0.W"`` for the W of the first."""
        return {f"{i}.{k}": W for i, m in enumerate(self) for k, W in m.parameters().items()}

    def gradients(self):
        """Return the gradients under the names of their parameters."""
        return {f"{i}.{k}": dW for i, m in enumerate(self) for k, dW in m.gradients().items()}

    def leaves(self):
        """Return the modules that are no networks themselves, in order."""
        return [leaf for m in self for leaf in (m.leaves() if isinstance(m, Sequential) else [m])]

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


def _restore(before):
    for module, attributes in before:
        vars(module).clear()
        vars(module).update(attributes)


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
