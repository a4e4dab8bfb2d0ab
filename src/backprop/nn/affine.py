"""The affine layer, Z = X Wᵀ + 1 bᵀ.

Introduced in chapter 4.
"""

import numpy as np

from backprop.nn.initializers import expect_rng, glorot_normal
from backprop.nn.module import Module
from backprop.shapes import expect, expect_size


class Affine(Module):
    """The affine map of each row of a batch, z = W x + b.

    Forward Z = X Wᵀ + 1 bᵀ; backward ∇_W C = (∇_Z C)ᵀ X, ∇_b C = (∇_Z C)ᵀ 1, ∇_X C = (∇_Z C) W.
    The layer never divides by N: the 1/N of a mean arrives with ``dZ``.

    Parameters
    ----------
    D, H : int
        Inputs and outputs.
    rng : numpy.random.Generator
        Where the weights come from.
    init : callable
        ``init(rng, H, D, dtype)`` returns W: see `backprop.nn.initializers`. The bias begins at 0.
    dtype : dtype
        float64, or float32. A real ``X`` and a real ``dZ`` are cast to it; complex ones are not.

    Attributes
    ----------
    W : (H, D) float array
        ``W[j, k]`` goes from input k to output j.
    b : (H,) float array
        The bias, one number per output.
    dW : (H, D) float array
        ∇_W C; None before the first backward.
    db : (H,) float array
        ∇_b C; None before the first backward.
    X : (N, D) float array
        What forward keeps for backward: a reference, not a copy.

    Raises
    ------
    ShapeError
        If ``X`` is not (N, D) or ``dZ`` is not (N, H).
    DtypeError
        If they hold integers.
    EmptyBatchError
        If N = 0.
    RngError
        If `rng` is missing or is a seed.

    Examples
    --------
    >>> W = np.array([[1.0, -2.0, 0.5], [3.0, 1.0, -1.0]])
    >>> layer = Affine.from_arrays(W, b=np.array([0.5, -1.0]))
    >>> layer
    Affine(3 → 2)
    >>> layer(np.array([[2.0, -1.0, 4.0]]))
    array([[6.5, 0. ]])
    >>> layer.backward(np.array([[1.0, -2.0]]))
    array([[-5. , -4. ,  2.5]])
    >>> layer.dW
    array([[ 2., -1.,  4.],
           [-4.,  2., -8.]])
    >>> layer.db
    array([ 1., -2.])
    """

    weights = ("W", "b")
    caches = ("X",)

    def __init__(self, D, H, *, rng=None, init=glorot_normal, dtype=np.float64):
        D, H = expect_size(self.name, "D", D), expect_size(self.name, "H", H)
        self._begin(init(expect_rng(self.name, rng), H, D, dtype), np.zeros(H, dtype))

    @classmethod
    def from_arrays(cls, W, b):
        """Return the layer with copies of W, shape (H, D), and b, shape (H,)."""
        layer = cls.__new__(cls)
        layer._begin(W, b)
        return layer

    def forward(self, X):
        """Return Z, shape (N, H); keep X."""
        self.X = self.expect("forward", "X", X, ("N", self.D), dtype=self.W.dtype)
        return self.X @ self.W.T + self.b  # Z = X Wᵀ + 1 bᵀ     affine-batch

    def backward(self, dZ, *, need_input=True, free=False):
        """Store dW and db; return dX, shape (N, D), or None if nobody needs it."""
        self.recall()
        dZ = self.expect("backward", "dZ", dZ, (len(self.X), self.H), dtype=self.W.dtype)
        self.dW = dZ.T @ self.X  #  ∇_W C = (∇_Z C)ᵀ X     affine-grad-w
        self.db = dZ.sum(axis=0)  # ∇_b C = (∇_Z C)ᵀ 1     affine-grad-b
        if free:
            self.release()
        if not need_input:
            return None
        return dZ @ self.W  #       ∇_X C = (∇_Z C) W      affine-grad-x

    @property
    def D(self):
        """The number of inputs."""
        return self.W.shape[1]

    @property
    def H(self):
        """The number of outputs."""
        return self.W.shape[0]

    def __repr__(self):
        return f"{self.name}({self.D} → {self.H})"

    def _begin(self, W, b):
        self.W = expect(self.name, "W", W, ("H", "D")).copy()
        self.b = expect(self.name, "b", b, (self.H,), dtype=self.W.dtype).copy()
        self.X = self.dW = self.db = None
