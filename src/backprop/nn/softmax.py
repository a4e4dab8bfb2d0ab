"""Softmax: every row of logits becomes a row of probabilities.

Not an elementwise map: every output depends on every input of its row, so its backward is no
product with σ′. Introduced in chapter 5.
"""

import numpy as np

from backprop.nn.module import Module


class Softmax(Module):
    """The map of every row of a batch, p_k = e^(z_k) / Σⱼ e^(z_j).

    Backward: ∇_Z C = P ⊙ (∇_P C − (P ⊙ ∇_P C) 1 1ᵀ), the product of each row's Jacobian
    diag(p) − p pᵀ, which is symmetric, with the upstream gradient; the Jacobian is never built.

    Attributes
    ----------
    P : (N, K) float array
        The probabilities, which forward keeps for backward.

    Raises
    ------
    ShapeError
        If Z is not (N, K) or ``dP`` is not shaped like it.
    DtypeError
        If they hold integers.

    Examples
    --------
    >>> softmax = Softmax()
    >>> softmax(np.array([[1000.0, 1000.0], [-1000.0, 1000.0]]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    >>> softmax.backward(np.array([[3.0, -1.0], [3.0, -1.0]]))
    array([[ 1., -1.],
           [ 0.,  0.]])
    """

    caches = ("P",)

    def forward(self, Z):
        """Return P, shape (N, K); keep it."""
        self.P = softmax(self.expect("forward", "Z", Z, ("N", "K")))
        return self.P

    def backward(self, dP, *, need_input=True, free=False):
        """Return dZ, shape (N, K), or None if nobody needs it."""
        self.recall()
        dP = self.expect("backward", "dP", dP, self.P.shape, dtype=self.P.dtype)
        dZ = self._vjp(dP) if need_input else None
        if free:
            self.release()
        return dZ

    def _vjp(self, dP):
        mean = (self.P * dP).sum(axis=1, keepdims=True)  # ⟨p, ∇_p C⟩ of every row
        # ∇_z C = p ⊙ (∇_p C − ⟨p, ∇_p C⟩ · 1)     jacobian-softmax-vjp
        return self.P * (dP - mean)


def softmax(Z):
    """Return the softmax of every row.

    Examples
    --------
    >>> softmax(np.zeros((1, 4)))
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    E = np.exp(shifted(Z))
    E /= E.sum(axis=1, keepdims=True)
    return E


def shifted(Z):
    """Return Z with each row's maximum subtracted: nothing overflows, and no ratio changes.

    Examples
    --------
    >>> shifted(np.array([[1000.0, 998.0]]))
    array([[ 0., -2.]])
    """
    return Z - Z.real.max(axis=1, keepdims=True)  # by the real part: a complex step passes
