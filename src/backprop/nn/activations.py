"""Activations: a = σ(z), entry by entry. Each rule is one row: σ, and σ′ written in a.

That the slope can be had from the output is why forward keeps A and forgets Z. The rows are
analytic where they can be (comparisons look at the real part), so that the complex step passes.
Introduced in chapter 5.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backprop.nn.module import Module
from backprop.nn.settings import expect_fraction


class Rule(NamedTuple):
    """One row: the function and its slope."""

    sigma: Callable  # a = σ(z)
    slope: Callable  # σ′(z), computed from a


class Activation(Module):
    """An elementwise map A = σ(Z), with ∇_Z C = ∇_A C ⊙ σ′(Z), for arrays of any shape.

    A subclass is one row: ``rule = Rule(sigma, slope)``.

    Attributes
    ----------
    A : float array, shaped like Z
        The output, which forward keeps for backward.

    Raises
    ------
    ShapeError
        If ``dA`` is not shaped like A.
    DtypeError
        If Z or ``dA`` hold integers.

    Examples
    --------
    >>> class Cube(Activation):
    ...     rule = Rule(lambda Z: Z**3, lambda A: 3 * np.cbrt(A) ** 2)
    >>> Cube()(np.array([[2.0, -0.5]]))
    array([[ 8.   , -0.125]])
    """

    caches = ("A",)

    def forward(self, Z):
        """Return A = σ(Z); keep A."""
        self.A = self.rule.sigma(self.expect("forward", "Z", Z, (...,)))
        return self.A

    def backward(self, dA, *, need_input=True, free=False):
        """Return dZ = dA ⊙ σ′(Z), or None if nobody needs it."""
        self.recall()
        dA = self.expect("backward", "dA", dA, self.A.shape, dtype=self.A.dtype)
        slope = self.rule.slope(self.A) if need_input else None
        if free:
            self.release()
        return dA * slope if need_input else None


def _leaky(leak):
    """Return the row of a leak: the mask, 0 or 1, becomes the slope, leak or 1."""

    def slope(A):
        # dℓ/dt = (1 if t > 0, λ otherwise)   if t ≠ 0     leaky-relu-slope
        return np.maximum((A.real > 0).astype(A.real.dtype), leak)

    return Rule(lambda Z: Z * slope(Z) + 0.0, slope)  # z and a have one sign, and so one slope


def rectified(Z):
    """Return max(z, 0), entry by entry; of a complex number z if its real part is positive.

    Examples
    --------
    >>> rectified(np.array([2.0, -3.0])), rectified(np.array([2.0 + 1e-20j, -3.0 + 1e-20j]))
    (array([2., 0.]), array([2.+1.e-20j, 0.+0.e+00j]))
    """
    return np.maximum(Z, 0) if Z.dtype.kind == "f" else Z * (Z.real > 0) + 0.0


def softplus(Z):
    """Return ln(1 + eᶻ) = max(z, 0) + ln(1 + e^(−|z|)), entry by entry.

    Examples
    --------
    >>> softplus(np.array([1000.0, -1000.0]))
    array([1000.,    0.])
    """
    return Z * (Z.real > 0) + np.log1p(decay(Z))


def decay(Z):
    """Return e^(−|z|), entry by entry: at most 1, and analytic but at 0.

    Examples
    --------
    >>> decay(np.array([0.0, 1000.0, -1000.0]))
    array([1., 0., 0.])
    """
    return np.exp(Z - 2 * (Z * (Z.real > 0)))


class Sigmoid(Activation):
    """The logistic function a = 1 / (1 + e⁻ᶻ), with σ′ = a (1 − a).

    Computed as ½ tanh(½z) + ½, which overflows nowhere. Far to the left its digits run out: it is
    right to 2e-16, not to 16 digits, and exactly 0 below about z = −38.

    Examples
    --------
    >>> sigmoid = Sigmoid()
    >>> sigmoid(np.array([[0.0, 1000.0, -1000.0]]))
    array([[0.5, 1. , 0. ]])
    >>> sigmoid.backward(np.array([[8.0, 8.0, 8.0]]))
    array([[2., 0., 0.]])
    """

    rule = Rule(
        lambda Z: 0.5 * np.tanh(0.5 * Z) + 0.5,
        lambda A: A * (1 - A),  # sigmoid′(t) = sigmoid(t) (1 − sigmoid(t))     sigmoid-slope
    )


class Tanh(Activation):
    """The hyperbolic tangent a = tanh(z), with σ′ = 1 − a².

    Examples
    --------
    >>> tanh = Tanh()
    >>> tanh(np.array([[0.0, 1000.0]]))
    array([[0., 1.]])
    >>> tanh.backward(np.array([[3.0, 3.0]]))
    array([[3., 0.]])
    """

    rule = Rule(
        np.tanh,
        lambda A: 1 - A * A,  # tanh′(t) = 1 − (tanh(t))^2     tanh-slope
    )


class ReLU(Activation):
    """The rectifier a = max(z, 0), with σ′ = 1 where z > 0 and 0 elsewhere: at z = 0 it is 0.

    References
    ----------
    V. Nair and G. E. Hinton, "Rectified linear units improve restricted Boltzmann machines",
    ICML 2010.

    Examples
    --------
    >>> relu = ReLU()
    >>> relu(np.array([[-2.0, 0.0, 3.0]]))
    array([[0., 0., 3.]])
    >>> relu.backward(np.array([[5.0, 5.0, 5.0]]))
    array([[0., 0., 5.]])
    """

    rule = Rule(
        rectified,
        lambda A: A.real > 0,  # relu′(t) = [t > 0]   if t ≠ 0     relu-slope
    )


class Identity(Activation):
    """No activation, a = z, with σ′ = 1.

    Examples
    --------
    >>> Identity()(np.array([[0.5, -2.0]]))
    array([[ 0.5, -2. ]])
    """

    rule = Rule(lambda Z: Z, lambda A: 1.0)

    def backward(self, dA, *, need_input=True, free=False):
        """Return dA as it is, or None if nobody needs it."""
        self.recall()
        dA = self.expect("backward", "dA", dA, self.A.shape, dtype=self.A.dtype)
        if free:
            self.release()
        return dA if need_input else None


class LeakyReLU(Activation):
    """The leaky rectifier a = z where z > 0 and leak · z elsewhere.

    Its slope is 1 where z > 0 and ``leak`` elsewhere: at z = 0 it is ``leak``. The sign of the
    output is the sign of the input, so that the slope can be had from A.

    Parameters
    ----------
    leak : float
        From 0, which is `ReLU`, to 1, which is `Identity`.

    Raises
    ------
    SettingError
        If ``leak`` is outside of that range.

    References
    ----------
    A. L. Maas, A. Y. Hannun and A. Y. Ng, "Rectifier nonlinearities improve neural network
    acoustic models", ICML 2013.

    Examples
    --------
    >>> leaky = LeakyReLU(leak=0.25)
    >>> leaky(np.array([[-2.0, 0.0, 3.0]]))
    array([[-0.5,  0. ,  3. ]])
    >>> leaky.backward(np.array([[8.0, 8.0, 8.0]]))
    array([[2., 2., 8.]])
    """

    rule = _leaky(0.01)

    def __init__(self, leak=0.01):
        self.leak = expect_fraction(self.name, "leak", leak)
        self.rule = _leaky(self.leak)

    def __repr__(self):
        return f"{self.name}({self.leak:g})"


class Softplus(Activation):
    """The smooth rectifier a = ln(1 + eᶻ), whose slope is the sigmoid of z: σ′ = 1 − e⁻ᵃ.

    Computed as max(z, 0) + ln(1 + e^(−|z|)), in which nothing overflows and no digit is lost.

    References
    ----------
    C. Dugas et al., "Incorporating second-order functional knowledge for better option pricing",
    NIPS 2000.

    Examples
    --------
    >>> softplus = Softplus()
    >>> softplus(np.array([[1000.0, -1000.0]]))
    array([[1000.,    0.]])
    >>> softplus.backward(np.array([[3.0, 3.0]]))
    array([[3., 0.]])
    """

    rule = Rule(
        softplus,
        lambda A: -np.expm1(-A),  # softplus′(t) = 1 − e^(−softplus(t))     softplus-slope
    )


class Step(Activation):
    """The step a = 1 where z > 0 and 0 elsewhere, whose slope is 0 wherever it has one.

    At z = 0, where it jumps, the slope is 0 as well. Nothing below a step learns by gradients.

    Examples
    --------
    >>> step = Step()
    >>> step(np.array([[-2.0, 0.0, 3.0]]))
    array([[0., 0., 1.]])
    >>> step.backward(np.array([[5.0, 5.0, 5.0]]))
    array([[0., 0., 0.]])
    """

    rule = Rule(
        lambda Z: (Z.real > 0).astype(Z.dtype),
        lambda A: 0.0,  # step′(t) = 0   if t ≠ 0     step-slope
    )
