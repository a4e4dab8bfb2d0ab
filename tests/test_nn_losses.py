"""The squared errors: where ½ and 1/N live, and nothing broadcast."""

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import backprop.nn
from backprop.check import central_difference, complex_step
from backprop.errors import (
    DtypeError,
    EmptyBatchError,
    NotForwardedError,
    ReleasedError,
    ShapeError,
)
from backprop.nn import Cost, HalfSquaredError, MeanSquaredError, SumSquaredError
from backprop.nn.losses import SquaredError

# What each multiplies the sum of the squares with, for N examples.
FACTOR = {
    HalfSquaredError: lambda N: sympy.Rational(1, 2 * N),
    SumSquaredError: lambda N: sympy.Integer(1),
    MeanSquaredError: lambda N: sympy.Rational(1, N),
}
ALL = list(FACTOR)


def test_every_squared_error_is_tested_here():
    ours = {
        kind for kind in SquaredError.__subclasses__() if kind.__module__.startswith("backprop.")
    }
    assert ours == set(ALL)
    assert {kind.__name__ for kind in ALL} <= set(backprop.nn.__all__)


@pytest.mark.parametrize("kind", ALL)
@given(st.integers(1, 7), st.integers(1, 5), st.integers(0, 99))
def test_cost_and_gradient_agree_with_independent_witnesses(kind, N, K, seed):
    rng = np.random.default_rng(seed)
    Yhat, Y = rng.standard_normal((2, N, K))
    cost = kind()
    by_hand = float(FACTOR[kind](N)) * sum(np.linalg.norm(Yhat[n] - Y[n]) ** 2 for n in range(N))
    assert_allclose(cost(Yhat, Y), by_hand, rtol=1e-13)
    dYhat = cost.backward()
    f = lambda P: kind()(P, Y)  # noqa: E731
    size = np.abs(dYhat).max()
    assert_allclose(dYhat, complex_step(f, Yhat), rtol=0, atol=1e-12 * size)
    # The cost is a quadratic: rounding is all that is wrong, ε|C|/h with h = ε^⅓
    assert_allclose(dYhat, central_difference(f, Yhat), rtol=0, atol=1e-9 * max(1, by_hand))


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("N", [1, 3])
def test_value_and_gradient_are_what_sympy_derives(kind, N):
    Yhat, Y = (sympy.Matrix(N, 2, sympy.symbols(f"{a}:{2 * N}")) for a in "py")
    E = FACTOR[kind](N) * sum((a - b) ** 2 for a, b in zip(Yhat, Y, strict=True))
    rng = np.random.default_rng(N)
    point = {
        s: sympy.Rational(int(n), 8)
        for s, n in zip((*Yhat, *Y), rng.integers(-20, 20, 4 * N), strict=True)
    }
    numbers = lambda M: np.array(M.subs(point).tolist(), float)  # noqa: E731
    cost = kind()
    assert_allclose(cost(numbers(Yhat), numbers(Y)), float(E.subs(point)), rtol=1e-15)
    slopes = sympy.Matrix(N, 2, [sympy.diff(E, a) for a in Yhat])
    assert_allclose(cost.backward(), numbers(slopes), rtol=1e-15)


def test_what_a_second_copy_of_the_batch_does():
    Yhat, Y = np.random.default_rng(5).standard_normal((2, 3, 2))
    for kind, grows, shrinks in (
        (MeanSquaredError, 1, 2),
        (HalfSquaredError, 1, 2),
        (SumSquaredError, 2, 1),
    ):
        once, twice = kind(), kind()
        assert_allclose(twice(np.tile(Yhat, (2, 1)), np.tile(Y, (2, 1))), grows * once(Yhat, Y))
        assert_allclose(twice.backward()[:3], once.backward() / shrinks)


@pytest.mark.parametrize("kind", ALL)
def test_the_cost_is_a_plain_float_and_complex_for_a_complex_step(kind):
    Y = np.array([[1.0, 0.5]])
    assert type(kind()(Y + 1, Y)) is float
    assert type(kind()(Y.astype("float32"), Y)) is float
    assert type(kind()(Y + 1j, Y)) is complex


@pytest.mark.parametrize("kind", ALL)
def test_float32_predictions_keep_everything_in_float32(kind):
    cost = kind()
    cost(np.ones((5, 2), np.float32), np.zeros((5, 2)))
    assert cost.backward().dtype == np.float32


@pytest.mark.parametrize("kind", ALL)
def test_arrays_are_left_alone(kind):
    Yhat, Y = np.random.default_rng(5).standard_normal((2, 3, 2))
    kept, cost = (Yhat.copy(), Y.copy()), kind()
    cost(Yhat, Y)
    cost.backward()
    assert_array_equal((Yhat, Y), kept)


def test_a_column_against_a_flat_target_says_what_broadcasting_would_have_done():
    with pytest.raises(ShapeError) as error:
        HalfSquaredError()(np.ones((5, 1)), np.ones(5))
    assert str(error.value) == (
        "HalfSquaredError.forward: Y has shape (5,), expected (5, 1). "
        "Broadcasting would have made (5, 5) differences of them: use Y[:, None]."
    )


BAD_TARGETS = {
    "one row for all": (np.ones((1, 2)), r"Broadcasting would have made \(5, 2\) differences"),
    "transposed": (np.ones((2, 5)), r"Y\.T fits: is Y transposed\?$"),
    "too few": (np.ones((4, 2)), r"Axis 0 has size 4, not 5\.$"),
    "a number": (1.0, r"Broadcasting would have made \(5, 2\) differences"),
}


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(("Y", "said"), BAD_TARGETS.values(), ids=BAD_TARGETS)
def test_a_refused_target_changes_nothing(kind, Y, said):
    cost = kind()
    cost(np.ones((5, 2)), np.zeros((5, 2)))
    R = cost.R
    with pytest.raises(ShapeError, match=rf"^{kind.__name__}\.forward: Y has shape .*{said}"):
        cost(np.ones((5, 2)), Y)
    assert cost.R is R


def test_flat_predictions_are_refused_because_two_things_could_be_meant():
    with pytest.raises(ShapeError, match=r"use Yhat\[None, :\]\. .* use Yhat\[:, None\]\.$"):
        HalfSquaredError()(np.ones(5), np.ones(5))


@pytest.mark.parametrize("kind", ALL)
def test_no_examples_have_no_mean(kind):
    with pytest.raises(
        EmptyBatchError, match=rf"^{kind.__name__}\.forward: Yhat has shape \(0, 2\)"
    ):
        kind()(np.ones((0, 2)), np.ones((0, 2)))


@pytest.mark.parametrize("Y", [np.array([[1]]), [[1.0], [1.0, 2.0]]])
def test_targets_are_floats(Y):
    with pytest.raises(DtypeError, match=r"^HalfSquaredError\.forward: Y "):
        HalfSquaredError()(np.ones((1, 1)), Y)


@pytest.mark.parametrize("kind", ALL)
def test_backward_needs_a_forward_and_repeats_until_released(kind):
    cost = kind()
    with pytest.raises(NotForwardedError, match=rf"^{kind.__name__}\.backward: there is no R yet"):
        cost.backward()
    cost(np.array([[1.0, 3.0]]), np.array([[0.5, 4.0]]))
    once = cost.backward()
    assert_array_equal(cost.backward(free=True), once)
    with pytest.raises(ReleasedError, match=rf"^{kind.__name__}\.backward: R was released"):
        cost.backward()


def test_a_squared_error_has_no_labels():
    assert MeanSquaredError().labels(np.ones((5, 1))) is None


def test_an_unwritten_cost_says_so():
    class Absolute(Cost):
        pass

    with pytest.raises(NotImplementedError, match=r"^Absolute\.forward is not written yet$"):
        Absolute()(np.ones((1, 2)), np.ones((1, 2)))
    with pytest.raises(NotImplementedError, match=r"^Absolute\.backward is not written yet$"):
        Absolute().backward()
