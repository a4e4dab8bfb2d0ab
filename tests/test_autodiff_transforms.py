"""gradient, jacobian, jvp and vjp of plain functions; networks written on the tape."""

import numpy as np
import pytest
from agreement import away_from_kinks
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes
from numpy.testing import assert_allclose, assert_array_equal

from backprop import autodiff as ad
from backprop import nn
from backprop.check import complex_step
from backprop.errors import DtypeError, NotFiniteError, NotRecordedError, ShapeError


def polar(q):
    r, phi = q
    return np.stack([r * np.cos(phi), r * np.sin(phi), r])


def mixing(x):
    """A map with a dense Jacobian, from any shape to a vector of another size."""
    flat = x.reshape(-1)
    return np.concatenate([np.cumsum(np.sin(flat)) * flat, np.exp(0.3 * flat[:1])])


def test_the_jacobian_of_the_polar_map():
    J = ad.jacobian(polar, np.array([2.0, 0.5]))
    c, s = np.cos(0.5), np.sin(0.5)
    assert_allclose(J, [[c, -2 * s], [s, 2 * c], [1, 0]], rtol=1e-15)


@pytest.mark.parametrize("x", [(), (3,), (2, 3)])
@pytest.mark.parametrize("y", [(), (2,), (2, 2)])
def test_a_jacobian_is_shaped_outputs_first(x, y):
    rng = np.random.default_rng(1)
    A, point = rng.standard_normal((*y, *x)), rng.standard_normal(x)[()]
    J = ad.jacobian(lambda t: (A * t).reshape(*y, -1).sum(axis=-1).reshape(y), point)
    assert np.shape(J) == (*y, *x)
    assert_allclose(J, A, rtol=1e-14)


@given(array_shapes(min_dims=0, max_dims=3, max_side=3), st.integers(0, 99))
def test_four_ways_to_one_jacobian(shape, seed):
    """Rows by the tape, columns by dual numbers, columns by the complex step, and ⟨u, Jv⟩."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape)[()]
    J = ad.jacobian(mixing, x)
    u, v = rng.standard_normal(J.shape[0]), rng.standard_normal(shape)[()]
    for k in np.ndindex(shape):
        e = np.zeros(shape)
        e[k] = 1.0
        _, column = ad.jvp(mixing, x, e[()])
        assert_allclose(J[(slice(None), *k)], column, rtol=0, atol=1e-13)
        assert_allclose(column, mixing(x + 1e-20j * e).imag / 1e-20, rtol=0, atol=1e-13)
    (y, Jv), (same, uJ) = ad.jvp(mixing, x, v), ad.vjp(mixing, x, u)
    assert_array_equal(y, same)
    assert_allclose(u @ Jv, np.sum(uJ * v), rtol=0, atol=1e-12)
    assert_allclose(uJ, np.tensordot(u, J, 1), rtol=0, atol=1e-12)


def test_jacobians_multiply_along_a_composition():
    x = np.array([0.5, -1.25, 2.0])
    J = ad.jacobian(lambda x: mixing(polar(x[:2])), x)
    product = ad.jacobian(mixing, polar(x[:2])) @ ad.jacobian(lambda x: polar(x[:2]), x)
    assert_allclose(J, product, rtol=1e-13)


def test_a_gradient_for_each_argument():
    g = ad.gradient(lambda W, x, c: (W @ x).sum() * c, np.ones((2, 3)), np.arange(3.0), 2.0)
    assert_array_equal(g[0], [[0, 2, 4], [0, 2, 4]])
    assert_array_equal(g[1], [4, 4, 4])
    assert g[2] == 6.0


def test_an_argument_that_is_not_used_has_gradient_zero():
    assert_array_equal(ad.gradient(lambda x, y: x * x, 3.0, np.ones(2))[1], [0, 0])
    assert_array_equal(ad.jacobian(lambda x: x[:1] * 2, np.ones(3)), [[2, 0, 0]])


def test_gradients_may_be_changed_and_the_point_stays():
    x = np.array([1.0, 2.0])
    first, second = ad.gradient(lambda a, b: a.sum() + b.sum(), x, x)
    first *= 5
    assert_array_equal(second, [1, 1])
    _, back = ad.vjp(lambda a: a.reshape(2, 1), x, np.ones((2, 1)))
    back *= 5
    assert_array_equal(x, [1, 2])


def test_dual_numbers_show_value_and_tangent():
    x = ad.Dual(3.0, 2.0)
    assert repr(x * x) == "Dual(9.0, 12.0)"
    assert f"{x * x / 7:z.4g}" == "1.286 + 1.714 ε"
    assert (x > 2, x == 3.0, bool(x)) == (True, True, True)
    A = ad.Dual(np.ones((2, 3)), np.zeros((2, 3)))
    assert (A + np.ones((4, 2, 3))).tangent.shape == (4, 2, 3)


REFUSED = {
    "more than one number": (
        lambda: ad.gradient(lambda x: x * x, np.ones(3)),
        ShapeError,
        "gradient: f(x) has shape (3,), expected one number, (). "
        "Sum or weight the outputs first, or ask for the jacobian.",
    ),
    "no return": (
        lambda: ad.gradient(lambda x: None, 1.0),
        NotRecordedError,
        "gradient: f returned None, expected a value computed from x. Was a return forgotten?",
    ),
    "a list": (
        lambda: ad.jacobian(lambda x: [x[0], x[1]], np.ones(2)),
        NotRecordedError,
        "jacobian: f returned a list, expected a value computed from x. "
        "Join the parts: np.stack([a, b]).",
    ),
    "a plain number": (
        lambda: ad.gradient(lambda x: x.value**2, 1.5),
        NotRecordedError,
        "gradient: f returned a plain float, not computed from x, expected a value computed from "
        "x. Compute with x itself, not with x.value; if f is a constant, its derivative is 0.",
    ),
    "a plain array": (
        lambda: ad.jvp(lambda x: np.ones(3), 1.5, 1.0),
        NotRecordedError,
        "jvp: f returned a plain ndarray, not computed from x, expected a value computed from "
        "x. Compute with x itself, not with x.value; if f is a constant, its derivative is 0.",
    ),
    "an integer point": (
        lambda: ad.gradient(lambda x: x * x, 2),
        DtypeError,
        "gradient: x is 2, expected a float or an array of floats. Gradients need fractions: "
        "write 2.0.",
    ),
    "integers": (
        lambda: ad.jacobian(polar, np.array([1, 2])),
        DtypeError,
        "jacobian: x has dtype int64, expected float32, float64, complex64 or complex128. "
        "Gradients need fractions: use x.astype(float).",
    ),
    "the second of two": (
        lambda: ad.gradient(lambda x, y: x * y, 2.0, 3),
        DtypeError,
        "gradient: argument 2 is 3, expected a float or an array of floats. Gradients need "
        "fractions: write 3.0.",
    ),
    "a node for a point": (
        lambda: ad.gradient(lambda x: x * x, ad.variable(2.0)),
        DtypeError,
        "gradient: x is a Variable, expected a plain float or array of floats. "
        "Take its value: x.value.",
    ),
    "NaN": (
        lambda: ad.vjp(polar, np.array([np.nan, 1.0]), np.ones(3)),
        NotFiniteError,
        "vjp: x is nan at [0], expected finite numbers. No gradient can be checked there: follow x "
        "back to where it was made.",
    ),
    "a direction of another shape": (
        lambda: ad.jvp(polar, np.ones(2), np.ones(3)),
        ShapeError,
        "jvp: v has shape (3,), expected (2,). v is shaped like x, (2,).",
    ),
    "an upstream gradient of another shape": (
        lambda: ad.vjp(polar, np.ones(2), np.ones(2)),
        ShapeError,
        "vjp: u has shape (2,), expected (3,). u is shaped like y = f(x), (3,).",
    ),
    "two shapes in one dual number": (
        lambda: ad.Dual(np.ones(2), 1.0),
        ShapeError,
        "Dual: tangent has shape (), expected (2,). It has 0 axes where 1 are wanted.",
    ),
    "a dual number of integers": (
        lambda: ad.Dual(2, 1.0),
        DtypeError,
        "Dual: value is 2, expected a float or an array of floats. Gradients need fractions: "
        "write 2.0.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_question_without_an_answer_is_refused_in_a_sentence(case):
    wrong, kind, said = REFUSED[case]
    with pytest.raises(kind) as error:
        wrong()
    assert str(error.value) == said


# ── a network, on the tape and by hand ────────────────────────────────────────────────────────


@given(st.integers(1, 5), st.integers(0, 99))
def test_a_network_on_the_tape_agrees_with_the_layers(N, seed):
    rng = np.random.default_rng(seed)
    D, H, K = 3, 4, 2
    first, second = nn.Affine(D, H, rng=rng), nn.Affine(H, K, rng=rng)
    net, cost = nn.Sequential(first, nn.Tanh(), second), nn.HalfSquaredError()
    X, Y = rng.standard_normal((N, D)), rng.standard_normal((N, K))
    C = cost(net(X), Y)
    dX = net.backward(cost.backward())

    def program(X, W1, b1, W2, b2):
        A = np.tanh(X @ W1.T + b1)
        return ((A @ W2.T + b2 - Y) ** 2).sum() / (2 * N)

    point = (X, first.W, first.b, second.W, second.b)
    assert_allclose(program(*point), C, rtol=1e-14)
    by_hand = (dX, first.dW, first.db, second.dW, second.db)
    for tape, hand in zip(ad.gradient(program, *point), by_hand, strict=True):
        assert_allclose(tape, hand, rtol=0, atol=1e-13)


def test_a_weight_that_is_used_twice_collects_both_gradients():
    rng = np.random.default_rng(3)
    W, x = away_from_kinks(rng, (3, 3)), away_from_kinks(rng, 3)
    tied = lambda W: (np.tanh(W @ np.tanh(W @ x))).sum()  # noqa: E731
    assert_allclose(ad.gradient(tied, W), complex_step(tied, W), rtol=0, atol=1e-14)
