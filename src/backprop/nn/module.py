"""What all layers share: forward keeps what backward needs, backward hands the gradient on.

Introduced in chapter 4.
"""

from backprop.errors import NotForwardedError, ReleasedError, UnknownNameError, sentence
from backprop.nn import storage
from backprop.shapes import expect, is_ready

# What is said when a cache is missing; had it been released?
MISSING = {
    False: (
        NotForwardedError,
        "there is no {} yet",
        "a forward first",
        "Call forward: backward uses what it keeps.",
    ),
    True: (
        ReleasedError,
        "{} was released",
        "a new forward",
        "Call forward again, or leave free=True out.",
    ),
}


class Cached:
    """Something whose forward keeps arrays for its backward.

    Attributes
    ----------
    caches : tuple of str
        The attributes that forward sets and backward reads.
    """

    caches = ()
    released = False

    def recall(self):
        """Refuse to go backward without the caches of a forward."""
        for cache in self.caches:
            if self.__dict__.get(cache) is None:
                error, got, wanted, move = MISSING[self.released]
                raise error(sentence(f"{self.name}.backward", got.format(cache), wanted, move))

    def release(self):
        """Drop the caches."""
        self.forget()
        self.released = True

    def forget(self):
        """Be as before the first forward, without caches."""
        for name in self.caches:
            setattr(self, name, None)
        self.released = False

    def expect(self, method, symbol, array, shape, dtype=None, **options):
        """Check an array on behalf of a method: see `backprop.shapes.expect`."""
        if is_ready(array, shape, dtype):
            return array
        return expect(f"{self.name}.{method}", symbol, array, shape, dtype=dtype, **options)

    @property
    def name(self):
        """The class's name, which begins every message."""
        return type(self).__name__

    def __repr__(self):
        return f"{self.name}()"


class Module(Cached):
    """A differentiable map, with its backward.

    ``Z = forward(X)`` computes, and keeps exactly what backward needs. ``dX = backward(dZ)`` takes
    the upstream gradient ∇_Z C, stores the gradients of the parameters (``dW`` for ``W``) and
    returns ∇_X C. It assigns its gradients and never adds to old ones.

    Attributes
    ----------
    weights : tuple of str
        The names of the parameters.
    caches : tuple of str
        The attributes that forward sets and backward reads.

    Raises
    ------
    NotForwardedError
        If backward comes before forward.
    ReleasedError
        If backward comes after ``backward(..., free=True)`` and before the next forward.

    Notes
    -----
    The caches are references, as usual in NumPy, not copies: whoever changes ``X`` in place between
    forward and backward gets the gradients of the changed ``X``.

    Examples
    --------
    A new layer says what it keeps, and how it goes forward and backward:

    >>> import numpy as np
    >>> class Double(Module):
    ...     def forward(self, X):
    ...         return 2.0 * X
    ...
    ...     def backward(self, dZ, *, need_input=True, free=False):
    ...         return 2.0 * dZ
    >>> Double()(np.array([[0.5, -1.0]]))
    array([[ 1., -2.]])
    """

    weights = ()

    def forward(self, X):
        """Return the output for `X` and keep what backward needs."""
        raise NotImplementedError(f"{self.name}.forward is not written yet")

    def backward(self, dZ, *, need_input=True, free=False):
        """Store the parameters' gradients and return the input's.

        Parameters
        ----------
        dZ : float array
            The upstream gradient, shaped like the output of forward.
        need_input : bool
            False if nobody wants the input's gradient: it is not computed and None is returned.
        free : bool
            True releases the caches; otherwise backward can be called again.
        """
        raise NotImplementedError(f"{self.name}.backward is not written yet")

    def __call__(self, X):
        """Return forward(X)."""
        return self.forward(X)

    def parameters(self):
        """Return the parameters by name: the arrays themselves, so that ``W -= ...`` learns."""
        return {name: getattr(self, name) for name in self.weights}

    def gradients(self):
        """Return the gradients under the names of their parameters; None before a backward."""
        return {name: getattr(self, f"d{name}", None) for name in self.weights}

    def set_parameters(self, values):
        """Replace parameters by copies of `values`: names to arrays, which may be complex."""
        old = self.parameters()
        unknown = [name for name in values if name not in old]
        if unknown:
            got, move = f"there is no {unknown[0]!r}", "Spell it as parameters() does."
            wanted = ", ".join(old) or "no parameters"
            raise UnknownNameError(sentence(f"{self.name}.set_parameters", got, wanted, move))
        new = {k: self.expect("set_parameters", k, v, old[k].shape) for k, v in values.items()}
        for name, value in new.items():
            self._replace(name, value.copy())

    def save(self, path):
        """Write the parameters to a ``.npz`` file: see `backprop.nn.storage.save`."""
        storage.save(path, self.parameters())

    def load(self, path):
        """Take the parameters from a ``.npz`` file: see `backprop.nn.storage.load`.

        They are written into the arrays that there are, and rounded to their dtype.

        Raises
        ------
        StoredError
            If not every name and shape fits; nothing has changed then.
        """
        parameters = self.parameters()
        for name, value in storage.load(path, parameters, f"{self.name}.load").items():
            parameters[name][...] = value

    def leaves(self):
        """Return the modules that are made of no others, in order: here it is one."""
        return [self]

    def _replace(self, name, value):
        setattr(self, name, value)
