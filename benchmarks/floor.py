"""The floor: the step's matrix products and nothing else.

No bias, no activation, no cost, no update: whoever trains with NumPy's BLAS cannot be faster.
"""

import numpy as np


def arrays(task):
    """Return weights, activations and upstream gradients of the right shapes."""
    rng = np.random.default_rng(1)

    def draw(*shape):
        return rng.standard_normal(shape).astype(task.dtype)

    W = [draw(H, D) for H, D in task.products()]
    return W, [draw(task.batch, D) for D in task.sizes], [draw(task.batch, D) for D in task.sizes]


def preallocated(task):
    """Return a step that writes every product into an array that there is already."""
    W, A, dZ = arrays(task)
    dW = [np.empty_like(w) for w in W]

    def step():
        for l, w in enumerate(W):
            np.dot(A[l], w.T, out=A[l + 1])
        for l in reversed(range(len(W))):
            np.dot(dZ[l + 1].T, A[l], out=dW[l])
            if l:
                np.dot(dZ[l + 1], W[l], out=dZ[l])

    return step


def fresh(task):
    """Return a step that makes a new array for every product."""
    W, A, dZ = arrays(task)

    def step():
        for l, w in enumerate(W):
            np.dot(A[l], w.T)
        for l in reversed(range(len(W))):
            np.dot(dZ[l + 1].T, A[l])
            if l:
                np.dot(dZ[l + 1], W[l])

    return step
