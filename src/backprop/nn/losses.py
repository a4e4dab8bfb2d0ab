"""Costs: predictions and targets in, one number out.

The 1/N of the batch mean enters here, once: in the cost's backward. Introduced in chapter 5.
"""

import numpy as np

from backprop.nn.module import Cached


class HalfSquaredError(Cached):
    """The half squared error, E = (1/N) Σₙ ½‖ŷₙ − yₙ‖²: mean over examples, sum over outputs.

    Backward: ∇_Ŷ E = (Ŷ − Y) / N.

    Attributes
    ----------
    R : (N, K) float array
        The residuals Ŷ − Y, which forward keeps for backward.

    Raises
    ------
    ShapeError
        If Ŷ is not (N, K), or Y is shaped otherwise: nothing is broadcast.
    NotForwardedError, ReleasedError
        If backward finds no residuals.

    Notes
    -----
    PyTorch's ``MSELoss`` has no ½ and divides by the number of outputs K as well.

    Examples
    --------
    >>> cost = HalfSquaredError()
    >>> cost(np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[0.0, 4.0], [0.5, 1.0]]))
    2.25
    >>> cost.backward()
    array([[ 0.5, -1. ],
           [ 0. , -1. ]])
    """

    caches = ("R",)

    def forward(self, Yhat, Y):
        """Return E, a float; keep the residuals."""
        Yhat = self.expect("forward", "Yhat", Yhat, ("N", "K"))
        told = {"dtype": Yhat.dtype, "hint": _broadcasting(Yhat, Y)}
        Y = self.expect("forward", "Y", Y, Yhat.shape, **told)
        self.R = Yhat - Y
        # E = ⟨Ŷ − Y, Ŷ − Y⟩ / (2 N)     half-squared-error
        return (self.R * self.R).sum().item() / (2 * len(self.R))

    def backward(self, *, free=False):
        """Return dYhat, shape (N, K): where the 1/N of the batch mean comes from."""
        self.recall()
        dYhat = self.R / len(self.R)  # ∇_Ŷ E = (Ŷ − Y) / N     half-squared-error-grad
        if free:
            self.release()
        return dYhat

    def __call__(self, Yhat, Y):
        """Return forward(Yhat, Y)."""
        return self.forward(Yhat, Y)


def _broadcasting(Yhat, Y):
    """Say what NumPy would have done with a target of another shape."""
    try:
        made = np.broadcast_shapes(Yhat.shape, np.shape(Y))
    except ValueError:
        return ""
    move = ": use Y[:, None]" if Yhat.shape == (*np.shape(Y), 1) else ""
    return f"Broadcasting would have made {made} differences of them{move}."
