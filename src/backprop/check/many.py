"""Many points at once: one run of a computation gives its value at each of them.

A `Many` stands for an array of which every point has its own. NumPy hands each operation to it, and
it does the operation for every point by itself, so nothing is assumed about what is computed: the
rows of a batch may depend on each other. What is not known to be the same for all points is refused
with a TypeError: a branch on a value, a product other than ``@``, writing into an ordinary array.
`backprop.check.gradcheck` uses it, from chapter 4 on.
"""

from math import prod

import numpy as np


class Many(np.lib.mixins.NDArrayOperatorsMixin):
    """An array for each of many points.

    Parameters
    ----------
    each : (P, ...) array
        The arrays, one behind the other.

    Raises
    ------
    TypeError
        Where it is used in a way that is not known to be the same for all points.

    Examples
    --------
    >>> A, x = np.array([[1.0, -2.0], [0.5, 3.0]]), Many(np.array([[[1.0, 1.0]], [[2.0, 0.0]]]))
    >>> x.shape, (x @ A.T).sum(axis=0).each.tolist()
    ((1, 2), [[-1.0, 3.5], [2.0, 1.0]])
    """

    observed = True  # told to `shapes.expect`, which strips every other kind of array
    __hash__ = None

    def __init__(self, each):
        self.each = each

    # ── what an array is asked ────────────────────────────────────────────────────────────────

    shape = property(lambda self: self.each.shape[1:])
    ndim = property(lambda self: self.each.ndim - 1)
    size = property(lambda self: prod(self.shape))
    dtype = property(lambda self: self.each.dtype)
    real = property(lambda self: Many(self.each.real))
    imag = property(lambda self: Many(self.each.imag))
    T = property(lambda self: Many(self.each.transpose(0, *range(self.ndim, 0, -1))))

    def __len__(self):
        return self.shape[0]

    def __array__(self, dtype=None, copy=None):
        """Refuse: an ordinary array would forget which point is which."""
        raise TypeError("many points are not one array")

    def __bool__(self):
        raise TypeError("many points are neither true nor false")

    # ── what is done with it ──────────────────────────────────────────────────────────────────

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        """Do the operation for every point; leave what is unusual to NumPy, which refuses it."""
        ndim = max(map(np.ndim, inputs))
        least = 2 if ufunc is np.matmul else 0
        usual = method == "__call__" and (ufunc.signature is None or ufunc is np.matmul)
        if not usual or options or min(map(np.ndim, inputs)) < least:
            return NotImplemented
        if any(not isinstance(a, Many) or a.ndim != ndim for a in out):
            return NotImplemented
        told = {"out": tuple(a.each for a in out)} if out else {}
        result = ufunc(*[_aligned(a, ndim) for a in inputs], **told)
        if out:
            return out[0]
        return tuple(map(Many, result)) if isinstance(result, tuple) else Many(result)

    def __getitem__(self, index):
        """Return what a slice, an integer, ``None`` or ``...`` picks from every array."""
        index = index if isinstance(index, tuple) else (index,)
        if not all(i is None or isinstance(i, (int, slice, type(...))) for i in index):
            raise TypeError("many points are picked from by slices only")
        return Many(self.each[(slice(None), *index)])

    def sum(self, axis=None, dtype=None, out=None, *, keepdims=False):
        """Return the sums over axes, or over all."""
        return self._reduced(np.add, axis, keepdims, dtype, out)

    def max(self, axis=None, out=None, *, keepdims=False):
        """Return the largest over axes, or of all."""
        return self._reduced(np.maximum, axis, keepdims, out)

    def mean(self, axis=None, dtype=None, out=None, *, keepdims=False):
        """Return the means over axes, or over all."""
        total = self._reduced(np.add, axis, keepdims, dtype, out)
        return total / (self.size / total.size)

    def astype(self, dtype, *, copy=True):
        """Return the arrays in another dtype."""
        return Many(self.each.astype(dtype, copy=copy))

    def copy(self):
        """Return copies."""
        return Many(self.each.copy())

    def item(self):
        """Return the one number of every array."""
        return Many(self.each.reshape(len(self.each)))

    def _reduced(self, ufunc, axis, keepdims, *unusual):
        if any(option is not None for option in unusual):
            raise TypeError("many points are summed as they are, and not into an array")
        axes = range(self.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
        axes = tuple(1 + range(self.ndim)[a] for a in axes)
        return Many(ufunc.reduce(self.each, axis=axes, keepdims=keepdims))


def _aligned(a, ndim):
    """Return an input whose axes, without the points', are the last ones of `ndim`."""
    if not isinstance(a, Many):
        return a
    return a.each.reshape(len(a.each), *(1,) * (ndim - a.ndim), *a.shape)
