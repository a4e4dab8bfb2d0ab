"""Softmax: rows of probabilities, and a backward that no Hadamard product can replace."""

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.check import central_difference, complex_step, gradcheck
from backprop.errors import DtypeError, GradientError, NotForwardedError, ReleasedError, ShapeError
from backprop.nn import Softmax


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 99))
def test_value_and_vjp_agree_with_independent_witnesses(N, K, seed):
    rng = np.random.default_rng(seed)
    Z, G = rng.standard_normal((2, N, K))
    softmax = Softmax()
    P = softmax(Z)
    assert_allclose(P, [np.exp(z) / sum(np.exp(z)) for z in Z], rtol=1e-14)
    dZ = softmax.backward(G)
    jacobians = [np.diag(p) - np.outer(p, p) for p in P]
    expected = [J.T @ g for J, g in zip(jacobians, G, strict=True)]
    assert_allclose(dZ, expected, rtol=0, atol=1e-14)
    cost = lambda Z: (G * Softmax()(Z)).sum()  # noqa: E731
    assert_allclose(dZ, complex_step(cost, Z), rtol=0, atol=1e-14)
    assert_allclose(dZ, central_difference(cost, Z), rtol=0, atol=1e-9)


def test_the_vjp_is_what_sympy_derives():
    z, g = sympy.symbols("z:3"), sympy.symbols("g:3")
    p = [sympy.exp(k) / sum(map(sympy.exp, z)) for k in z]
    cost = sum(a * b for a, b in zip(g, p, strict=True))
    point = dict(
        zip((*z, *g), map(sympy.Rational, ("1/2", "-1", "3/4", "2", "-3", "1/8")), strict=True)
    )
    exact = [sympy.diff(cost, k).subs(point).evalf(30) for k in z]
    softmax = Softmax()
    softmax(np.array([[0.5, -1.0, 0.75]]))
    dZ = softmax.backward(np.array([[2.0, -3.0, 0.125]]))
    assert_allclose(dZ[0], np.array(exact, float), rtol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_extreme_logits_overflow_nowhere(dtype):
    Z = np.array([[1000.0, -1000.0, 0.0], [-1000.0, -1000.0, -1000.0], [1e4, 1e4, -1e4]], dtype)
    softmax = Softmax()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        P, dZ = softmax(Z), softmax.backward(np.array([[2.0, -3.0, 0.5]] * 3, dtype))
    third = 1 / 3
    assert_allclose(P.real, [[1, 0, 0], [third, third, third], [0.5, 0.5, 0]], rtol=1e-6)
    assert_allclose(dZ.real[[0, 2]], [[0, 0, 0], [1.25, -1.25, 0]], rtol=1e-6)
    assert P.dtype == dZ.dtype == Z.dtype


def test_a_constant_added_to_a_row_changes_nothing():
    Z = np.array([[0.5, -1.5, 2.0], [3.0, 0.25, -0.75]])
    assert_array_equal(Softmax()(Z), Softmax()(Z + np.array([[64.0], [-512.0]])))


def test_every_gradient_row_sums_to_zero():
    rng = np.random.default_rng(3)
    softmax = Softmax()
    softmax(rng.standard_normal((5, 4)))
    dZ = softmax.backward(rng.standard_normal((5, 4)))
    assert_allclose(dZ.sum(axis=1), 0, atol=1e-15)
    assert np.abs(dZ).min() > 1e-4


def test_a_gradient_from_a_constant_upstream_is_zero():
    softmax = Softmax()
    softmax(np.array([[0.5, -1.0, 2.0]]))
    assert_allclose(softmax.backward(np.full((1, 3), 7.0)), 0, atol=1e-15)


def test_the_elementwise_shortcut_is_refused_by_the_check():
    class Shortcut(Softmax):
        def _vjp(self, dP):
            return dP * self.P * (1 - self.P)

    Z = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]])
    assert "agrees" in repr(gradcheck(Softmax(), Z))
    with pytest.raises(GradientError, match="dX of Shortcut"):
        gradcheck(Shortcut(), Z)


def test_rows_do_not_meet():
    Z, G = np.random.default_rng(4).standard_normal((2, 5, 3))
    softmax = Softmax()
    softmax(Z)
    dZ = softmax.backward(G)
    for n in range(5):
        softmax(Z[n : n + 1])
        assert_array_equal(softmax.backward(G[n : n + 1]), dZ[n : n + 1])


def test_float32_stays_float32():
    softmax = Softmax()
    assert softmax(np.ones((2, 3), np.float32)).dtype == np.float32
    assert softmax.backward(np.ones((2, 3))).dtype == np.float32


def test_the_input_is_left_alone_and_backward_repeats():
    Z, G = np.random.default_rng(5).standard_normal((2, 4, 3))
    kept, softmax = Z.copy(), Softmax()
    P = softmax(Z)
    once, twice = softmax.backward(G), softmax.backward(G)
    assert_array_equal(once, twice)
    assert_array_equal(Z, kept)
    assert softmax.P is P


def test_bad_calls_are_refused_and_change_nothing():
    softmax = Softmax()
    with pytest.raises(NotForwardedError, match=r"^Softmax\.backward: there is no P yet"):
        softmax.backward(np.ones((1, 3)))
    P = softmax(np.ones((2, 3)))
    with pytest.raises(
        ShapeError, match=r"^Softmax\.forward: Z has shape \(3,\), expected \(N, K\)"
    ):
        softmax(np.ones(3))
    with pytest.raises(DtypeError, match=r"^Softmax\.forward: Z has dtype int"):
        softmax(np.ones((2, 3), int))
    with pytest.raises(ShapeError, match=r"^Softmax\.backward: dP has shape \(2, 1\)"):
        softmax.backward(np.ones((2, 1)), free=True)
    assert softmax.P is P
    assert softmax.backward(np.ones((2, 3)), need_input=False, free=True) is None
    with pytest.raises(ReleasedError, match=r"^Softmax\.backward: P was released"):
        softmax.backward(np.ones((2, 3)))
