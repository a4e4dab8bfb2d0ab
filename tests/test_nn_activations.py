"""Activations: values, slopes, saturation, kinks."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.check import central_difference, complex_step
from backprop.errors import (
    DtypeError,
    NotForwardedError,
    ReleasedError,
    SettingError,
    ShapeError,
)
from backprop.nn import (
    Activation,
    Identity,
    LeakyReLU,
    ReLU,
    Rule,
    Sigmoid,
    Softplus,
    Step,
    Tanh,
)

ALL = [Sigmoid, Tanh, ReLU, LeakyReLU, Softplus, Step, Identity]
# What each should be, written another way.
REFERENCE = {
    Sigmoid: lambda z: 1 / (1 + np.exp(-z)),
    Tanh: lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    ReLU: lambda z: np.where(z > 0, z, 0.0),
    LeakyReLU: lambda z: np.where(z > 0, z, z / 100),
    Softplus: lambda z: np.log(1 + np.exp(z)),
    Step: lambda z: np.where(z > 0, 1.0, 0.0),
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


# At 1000, −1000, 88 and −750, where e^z would overflow or vanish.
SATURATED = {
    Sigmoid: [1, 0, 1, 0],
    Tanh: [1, -1, 1, -1],
    ReLU: [1000, 0, 88, 0],
    LeakyReLU: [1000, -10, 88, -7.5],
    Softplus: [1000, 0, 88, 0],
    Step: [1, 0, 1, 0],
    Identity: [1000, -1000, 88, -750],
}


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_saturation_overflows_nowhere(kind, dtype):
    Z = np.array([[1000.0, -1000.0, 88.0, -750.0]]).astype(dtype)
    if Z.dtype.kind == "c":
        Z = Z + np.array(1e-20j, dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        module = kind()
        A, dZ = module(Z), module.backward(np.ones_like(Z))
    assert A.dtype == dZ.dtype == Z.dtype
    assert_allclose(A.real, [SATURATED[kind]], rtol=1e-6)
    assert np.isfinite(A).all()
    assert np.isfinite(dZ).all()


def test_the_complex_step_sees_a_slope_of_zero_in_saturation():
    slopes = complex_step(lambda z: Sigmoid()(z).sum(), np.array([1000.0, -1000.0]))
    assert_array_equal(slopes, [0, 0])


def test_relu_has_slope_zero_at_zero():
    relu = ReLU()
    assert_array_equal(relu(np.array([[0.0, -0.0]])), [[0, 0]])
    assert_array_equal(relu.backward(np.array([[3.0, 3.0]])), [[0, 0]])
    assert_array_equal(complex_step(lambda z: relu(z).sum(), np.zeros(2)), [0, 0])


@pytest.mark.parametrize("kind", [ReLU, lambda: LeakyReLU(0), Step])
def test_no_negative_zeros_are_shown(kind):
    assert not np.signbit(kind()(np.array([[-2.0, -0.5]]))).any()
    A = kind()(np.array([[-2.0 + 0j, -0.5 + 0j]]))
    assert not (np.signbit(A.real) | np.signbit(A.imag)).any()


@pytest.mark.parametrize("leak", [0, 0.01, 0.3, 1])
def test_a_leak_is_the_slope_at_zero_and_left_of_it(leak):
    leaky, Z = LeakyReLU(leak), np.array([[-3.0, -0.0, 0.0, 1e-300, 0.7]])
    assert_array_equal(leaky(Z), np.where(Z > 0, Z, leak * Z))
    assert_array_equal(leaky.backward(np.ones_like(Z)), [[leak, leak, leak, 1, 1]])
    assert repr(leaky) == f"LeakyReLU({leak})"


def test_two_leaks_do_not_share_their_rule():
    small, large, Z = LeakyReLU(0.25), LeakyReLU(0.5), np.array([[-8.0]])
    assert (small(Z).item(), large(Z).item(), LeakyReLU()(Z).item()) == (-2, -4, -0.08)
    assert LeakyReLU.rule.sigma(Z).item() == -0.08  # `diagnose` asks the class


@pytest.mark.parametrize("leak", [-0.1, 1.5, np.nan, "0.1", None, True])
def test_a_leak_is_a_number_from_0_to_1(leak):
    with pytest.raises(SettingError) as error:
        LeakyReLU(leak)
    assert str(error.value) == (
        f"LeakyReLU: leak is {leak!r}, expected a number from 0 to 1. "
        "Give it as leak=0.01, for instance."
    )


@pytest.mark.parametrize("z", [-700.0, -40.0, -1.5, 0.0, 1e-9, 0.75, 36.0, 37.0, 700.0])
def test_softplus_keeps_all_its_digits_on_both_sides(z):
    softplus = Softplus()
    a, slope = softplus(np.array([[z]])).item(), softplus.backward(np.array([[1.0]])).item()
    with mpmath.workdps(700):  # e^−700 beside 1
        exactly = mpmath.log(1 + mpmath.exp(z)), 1 / (1 + mpmath.exp(-mpmath.mpf(z)))
    assert_allclose([a, slope], np.array(exactly, float), rtol=4e-16)


def test_a_step_has_slope_zero_even_where_it_jumps():
    step, Z = Step(), np.array([[-0.5, 0.0, -0.0, 0.5]])
    assert_array_equal(step(Z), [[0, 0, 0, 1]])
    assert_array_equal(step.backward(np.full((1, 4), 7.0)), [[0, 0, 0, 0]])


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
