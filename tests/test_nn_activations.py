"""Activations: values, slopes, saturation, kinks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.check import central_difference, complex_step
from backprop.errors import DtypeError, NotForwardedError, ReleasedError, ShapeError
from backprop.nn import Activation, Identity, ReLU, Rule, Sigmoid, Tanh

ALL = [Sigmoid, Tanh, ReLU, Identity]
# What each should be, written another way.
REFERENCE = {
    Sigmoid: lambda z: 1 / (1 + np.exp(-z)),
    Tanh: lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    ReLU: lambda z: np.where(z > 0, z, 0.0),
    Identity: lambda z: z,
}


def test_every_activation_is_tested_here():
    ours = {kind for kind in Activation.__subclasses__() if kind.__module__.startswith("backprop.")}
    assert ours == set(ALL) == set(REFERENCE)


def test_nothing_is_computed_for_an_input_that_nobody_wants():
    def never(A):
        raise AssertionError("the slope was computed")

    class Watched(Activation):
        rule = Rule(lambda Z: Z, never)

    module = Watched()
    module(np.ones((1, 3)))
    assert module.backward(np.ones((1, 3)), need_input=False) is None


def away_from_kinks(rng, shape):
    """Numbers between 0.25 and 2.25 in size, of either sign."""
    return rng.choice([-1.0, 1.0], shape) * (0.25 + 2 * rng.random(shape))


@pytest.mark.parametrize("kind", ALL)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_value_and_slope_agree_with_independent_witnesses(kind, N, H, seed):
    rng = np.random.default_rng(seed)
    Z, G = away_from_kinks(rng, (N, H)), rng.standard_normal((N, H))
    module = kind()
    assert_allclose(module(Z), REFERENCE[kind](Z), rtol=1e-13)
    dZ = module.backward(G)
    cost = lambda Z: (G * kind()(Z)).sum()  # noqa: E731
    size = np.abs(dZ).max()
    assert_allclose(dZ, complex_step(cost, Z), rtol=0, atol=1e-12 * max(size, 1e-3))
    assert_allclose(dZ, central_difference(cost, Z), rtol=0, atol=1e-7)


@pytest.mark.parametrize("kind", ALL)
def test_float32_stays_float32(kind):
    Z = np.array([[-0.5, 1.5, 0.25]], np.float32)
    module = kind()
    assert module(Z).dtype == np.float32
    assert module.backward(np.ones((1, 3))).dtype == np.float32


@pytest.mark.parametrize("kind", ALL)
def test_complex_numbers_stay_complex(kind):
    module = kind()
    assert module(np.array([[0.5 + 1e-20j]])).dtype == complex
    assert module.backward(np.array([[2.0 + 1j]])).dtype == complex


@pytest.mark.parametrize("kind", [Sigmoid, Tanh])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_saturation_overflows_nowhere(kind, dtype):
    Z = np.array([[1000.0, -1000.0, 88.0, -750.0]]).astype(dtype)
    if Z.dtype.kind == "c":
        Z = Z + np.array(1e-20j, dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        A = kind()(Z)
    low = 0 if kind is Sigmoid else -1
    assert_array_equal(A.real, [[1, low, 1, low]])
    assert np.isfinite(A).all()


def test_the_complex_step_sees_a_slope_of_zero_in_saturation():
    slopes = complex_step(lambda z: Sigmoid()(z).sum(), np.array([1000.0, -1000.0]))
    assert_array_equal(slopes, [0, 0])


def test_relu_has_slope_zero_at_zero():
    relu = ReLU()
    assert_array_equal(relu(np.array([[0.0, -0.0]])), [[0, 0]])
    assert_array_equal(relu.backward(np.array([[3.0, 3.0]])), [[0, 0]])
    assert_array_equal(complex_step(lambda z: relu(z).sum(), np.zeros(2)), [0, 0])


def test_relu_shows_no_negative_zeros():
    assert not np.signbit(ReLU()(np.array([[-2.0, -0.5]]))).any()


def test_a_new_activation_is_one_row():
    class Sinh(Activation):
        rule = Rule(np.sinh, lambda A: np.sqrt(1 + A * A))

    Z = np.array([[0.5, -1.25]])
    sinh = Sinh()
    sinh(Z)
    assert_allclose(sinh.backward(np.ones((1, 2))), np.cosh(Z), rtol=1e-14)
    assert repr(sinh) == "Sinh()"


@pytest.mark.parametrize("kind", ALL)
def test_the_last_forward_counts_and_backward_repeats(kind):
    module = kind()
    module(np.array([[1.5, 0.5]]))
    module(np.array([[-0.75, 0.25]]))
    G = np.array([[2.0, -3.0]])
    fresh = kind()
    fresh(np.array([[-0.75, 0.25]]))
    for _ in range(2):
        assert_array_equal(module.backward(G), fresh.backward(G))


@pytest.mark.parametrize("kind", ALL)
def test_nothing_is_computed_for_nobody(kind):
    module = kind()
    module(np.array([[1.5, 0.5]]))
    assert module.backward(np.array([[2.0, -3.0]]), need_input=False, free=True) is None
    with pytest.raises(ReleasedError, match=rf"^{kind.__name__}\.backward: A was released"):
        module.backward(np.array([[2.0, -3.0]]))


@pytest.mark.parametrize("kind", ALL)
def test_bad_calls_are_refused_and_change_nothing(kind):
    module = kind()
    with pytest.raises(NotForwardedError, match=rf"^{kind.__name__}\.backward: there is no A yet"):
        module.backward(np.ones((1, 2)))
    A = module(np.array([[1.5, 0.5]]))
    with pytest.raises(DtypeError, match=rf"^{kind.__name__}\.forward: Z has dtype int"):
        module(np.array([[1, 2]]))
    with pytest.raises(
        ShapeError, match=r"backward: dA has shape \(2,\), expected \(1, 2\)\. One ex"
    ):
        module.backward(np.ones(2))
    assert module.A is A
