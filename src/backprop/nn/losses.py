"""Costs: predictions and targets in, one number out. Here the squared errors.

The 1/N of a mean over the batch enters here, once: in the cost's backward. Introduced in chapter 5.
"""

import numpy as np

from backprop.nn.module import Cached


class Cost(Cached):
    """What all costs share: ``C = cost(Yhat, Y)``, then ``dYhat = cost.backward()``.

    Raises
    ------
    NotForwardedError, ReleasedError
        If backward finds nothing that a forward kept.
    """

    def forward(self, Yhat, Y):
        """Return the cost, a float, and keep what backward needs."""
        raise NotImplementedError(f"{self.name}.forward is not written yet")

    def backward(self, *, free=False):
        """Return the gradient of the cost, shaped like the prediction."""
        raise NotImplementedError(f"{self.name}.backward is not written yet")

    def __call__(self, Yhat, Y):
        """Return forward(Yhat, Y)."""
        return self.forward(Yhat, Y)

    def labels(self, Y):
        """Return the labels that the targets stand for, shape (N,); None if they are numbers."""
        return


class SquaredError(Cost):
    """A squared error: a subclass says how the squares are put together, and the slope.

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
    """

    caches = ("R",)

    def forward(self, Yhat, Y):
        """Return E, a float; keep the residuals."""
        Yhat = self.expect("forward", "Yhat", Yhat, ("N", "K"))
        told = {"dtype": Yhat.dtype, "hint": broadcasting(Yhat, Y)}
        self.R = Yhat - self.expect("forward", "Y", Y, Yhat.shape, **told)
        return self.error(self.R).item()

    def backward(self, *, free=False):
        """Return dYhat, shape (N, K): where the 1/N of the batch mean comes from."""
        self.recall()
        dYhat = self.slope(self.R)
        if free:
            self.release()
        return dYhat


class HalfSquaredError(SquaredError):
    """The half squared error, E = (1/N) Σₙ ½‖ŷₙ − yₙ‖²: mean over examples, sum over outputs.

    Backward: ∇_Ŷ E = (Ŷ − Y) / N. Attributes and errors are those of `SquaredError`.

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

    def error(self, R):
        """Return E for the residuals R."""
        return (R * R).sum() / (2 * len(R))  # E = ⟨Ŷ − Y, Ŷ − Y⟩ / (2 N)     half-squared-error

    def slope(self, R):
        """Return ∇_Ŷ E."""
        return R / len(R)  # ∇_Ŷ E = (Ŷ − Y) / N     half-squared-error-grad


class SumSquaredError(SquaredError):
    """The sum of all squared errors, S = Σₙ ‖ŷₙ − yₙ‖²: no ½, no 1/N.

    Backward: ∇_Ŷ S = 2 (Ŷ − Y). Twice as many examples have twice the gradient. Attributes and
    errors are those of `SquaredError`.

    Notes
    -----
    PyTorch's ``MSELoss(reduction="sum")``.

    Examples
    --------
    >>> cost = SumSquaredError()
    >>> cost(np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[0.0, 4.0], [0.5, 1.0]]))
    9.0
    >>> cost.backward()
    array([[ 2., -4.],
           [ 0., -4.]])
    """

    def error(self, R):
        """Return S for the residuals R."""
        return (R * R).sum()  # S = ⟨Ŷ − Y, Ŷ − Y⟩     sum-squared-error

    def slope(self, R):
        """Return ∇_Ŷ S."""
        return 2 * R  # ∇_Ŷ S = 2 (Ŷ − Y)     sum-squared-error-grad


class MeanSquaredError(SquaredError):
    """The mean squared error, M = (1/N) Σₙ ‖ŷₙ − yₙ‖²: mean over examples, sum over outputs.

    Backward: ∇_Ŷ M = 2 (Ŷ − Y) / N. Attributes and errors are those of `SquaredError`.

    Notes
    -----
    PyTorch's ``MSELoss`` divides by the number of outputs K as well: it is this divided by K.

    Examples
    --------
    >>> cost = MeanSquaredError()
    >>> cost(np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[0.0, 4.0], [0.5, 1.0]]))
    4.5
    >>> cost.backward()
    array([[ 1., -2.],
           [ 0., -2.]])
    """

    def error(self, R):
        """Return M for the residuals R."""
        return (R * R).sum() / len(R)  # M = ⟨Ŷ − Y, Ŷ − Y⟩ / N     mean-squared-error

    def slope(self, R):
        """Return ∇_Ŷ M."""
        return 2 * R / len(R)  # ∇_Ŷ M = (2 / N) (Ŷ − Y)     mean-squared-error-grad


def broadcasting(Yhat, Y):
    """Say what NumPy would have done with a target of another shape."""
    try:
        made = np.broadcast_shapes(Yhat.shape, np.shape(Y))
    except ValueError:
        return ""
    move = ": use Y[:, None]" if Yhat.shape == (*np.shape(Y), 1) else ""
    return f"Broadcasting would have made {made} differences of them{move}."
