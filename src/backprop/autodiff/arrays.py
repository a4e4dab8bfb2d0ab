"""The primitives that move and mix entries: their VJP and JVP, a row each.

``vjp(k, g, y, inputs, **options)`` takes g, the adjoint of the output y, back to input k;
``jvp(k, v, y, inputs, **options)`` takes v, the tangent of input k, on to the output. In every row
the two are transposes of each other: ⟨g, jvp(v)⟩ = ⟨vjp(g), v⟩. Introduced in chapter 3.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backprop.autodiff.broadcasting import spread, unbroadcast


class Arraywise(NamedTuple):
    """A primitive that is not elementwise: the function, its VJP and its JVP."""

    function: Callable
    vjp: Callable
    jvp: Callable


def _stretch(g, a, axis, keepdims):
    """Undo a reduction: give g the shape of a, every entry repeated along the summed axes."""
    return spread(g if axis is None or keepdims else np.expand_dims(g, axis), a)


def _sum_vjp(k, g, y, inputs, axis=None, keepdims=False):
    return _stretch(g, inputs[0], axis, keepdims)


def _shares(y, a, axis, keepdims):
    """Return who attains the extreme: 1, or equal shares at a tie."""
    attained = a == _stretch(y, a, axis, keepdims)
    return attained / np.sum(attained, axis=axis, keepdims=True)


def _extreme_vjp(k, g, y, inputs, axis=None, keepdims=False):
    (a,) = inputs
    return _stretch(g, a, axis, keepdims) * _shares(y, a, axis, keepdims)


def _extreme_jvp(k, v, y, inputs, axis=None, keepdims=False):
    (a,) = inputs
    return np.sum(v * _shares(y, a, axis, keepdims), axis=axis, keepdims=keepdims)


def _cumsum_vjp(k, g, y, inputs, axis):
    return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)


def _matmul_vjp(k, g, y, inputs):
    """∇_A C = (∇_Y C) Bᵀ and ∇_B C = Aᵀ (∇_Y C); a vector is a row before @, a column after it."""
    a, b = inputs
    A, B, G = a, b, g
    if b.ndim == 1:
        B, G = b[:, None], np.expand_dims(G, -1)
    if a.ndim == 1:
        A, G = a[None, :], np.expand_dims(G, -2)
    back = G @ np.swapaxes(B, -1, -2) if k == 0 else np.swapaxes(A, -1, -2) @ G
    return np.reshape(unbroadcast(back, (A, B)[k]), inputs[k].shape)


def _matmul_jvp(k, v, y, inputs):
    a, b = inputs
    return v @ b if k == 0 else a @ v


def _reshape_vjp(k, g, y, inputs, shape):
    return np.reshape(g, np.shape(inputs[0]))


def _transpose_vjp(k, g, y, inputs, axes):
    return np.transpose(g, None if axes is None else np.argsort(axes))


def _getitem_vjp(k, g, y, inputs, index):
    dtype = np.result_type(g, inputs[0])
    back = np.zeros(inputs[0].shape, dtype)
    np.add.at(back, index, g)  # an entry that was taken twice is owed twice
    return back


def _concatenate(*parts, axis):
    return np.concatenate(parts, axis)


def _concatenate_vjp(k, g, y, inputs, axis):
    begin = sum(part.shape[axis] for part in inputs[:k])
    size = inputs[k].shape[axis]
    return np.moveaxis(np.moveaxis(g, axis, 0)[begin : begin + size], 0, axis)


def _stack(*parts, axis):
    return np.stack(parts, axis)


def _stack_vjp(k, g, y, inputs, axis):
    return np.moveaxis(g, axis, 0)[k]


def _alone(function):
    """Return the JVP of a joining function: the tangent in its place, zeros in the others."""

    def jvp(k, v, y, inputs, axis):
        parts = [v if i == k else np.zeros(np.shape(part)) for i, part in enumerate(inputs)]
        return function(*parts, axis=axis)

    return jvp


def _same(function):
    """Return the JVP of a linear function of one array: the function itself."""
    return lambda k, v, y, inputs, **options: function(v, **options)


def _getitem(a, index):
    return a[index]


ARRAYWISE = {
    "sum": Arraywise(np.sum, _sum_vjp, _same(np.sum)),
    "cumsum": Arraywise(np.cumsum, _cumsum_vjp, _same(np.cumsum)),
    "max": Arraywise(np.max, _extreme_vjp, _extreme_jvp),
    "min": Arraywise(np.min, _extreme_vjp, _extreme_jvp),
    "matmul": Arraywise(np.matmul, _matmul_vjp, _matmul_jvp),
    "reshape": Arraywise(np.reshape, _reshape_vjp, _same(np.reshape)),
    "transpose": Arraywise(np.transpose, _transpose_vjp, _same(np.transpose)),
    "getitem": Arraywise(_getitem, _getitem_vjp, _same(_getitem)),
    "concatenate": Arraywise(_concatenate, _concatenate_vjp, _alone(_concatenate)),
    "stack": Arraywise(_stack, _stack_vjp, _alone(_stack)),
}
