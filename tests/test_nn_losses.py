"""The half squared error: one mean, one ½, nothing broadcast."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.check import central_difference, complex_step
from backprop.errors import (
    DtypeError,
    EmptyBatchError,
    NotForwardedError,
    ReleasedError,
    ShapeError,
)
from backprop.nn import HalfSquaredError


@given(st.integers(1, 7), st.integers(1, 5), st.integers(0, 99))
def test_cost_and_gradient_agree_with_independent_witnesses(N, K, seed):
    rng = np.random.default_rng(seed)
    Yhat, Y = rng.standard_normal((2, N, K))
    cost = HalfSquaredError()
    by_hand = sum(0.5 * np.linalg.norm(Yhat[n] - Y[n]) ** 2 for n in range(N)) / N
    assert_allclose(cost(Yhat, Y), by_hand, rtol=1e-13)
    dYhat = cost.backward()
    f = lambda P: HalfSquaredError()(P, Y)  # noqa: E731
    size = np.abs(dYhat).max()
    assert_allclose(dYhat, complex_step(f, Yhat), rtol=0, atol=1e-12 * size)
    assert_allclose(dYhat, central_difference(f, Yhat), rtol=0, atol=1e-8)


def test_the_cost_is_a_plain_float_and_complex_for_a_complex_step():
    Y = np.array([[1.0, 0.5]])
    assert type(HalfSquaredError()(Y + 1, Y)) is float
    assert type(HalfSquaredError()(Y.astype("float32"), Y)) is float
    assert type(HalfSquaredError()(Y + 1j, Y)) is complex


def test_float32_predictions_keep_everything_in_float32():
    cost = HalfSquaredError()
    cost(np.ones((5, 2), np.float32), np.zeros((5, 2)))
    assert cost.backward().dtype == np.float32


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


@pytest.mark.parametrize(("Y", "said"), BAD_TARGETS.values(), ids=BAD_TARGETS)
def test_a_refused_target_changes_nothing(Y, said):
    cost = HalfSquaredError()
    cost(np.ones((5, 2)), np.zeros((5, 2)))
    R = cost.R
    with pytest.raises(ShapeError, match=said):
        cost(np.ones((5, 2)), Y)
    assert cost.R is R


def test_flat_predictions_are_refused_because_two_things_could_be_meant():
    with pytest.raises(ShapeError, match=r"use Yhat\[None, :\]\. .* use Yhat\[:, None\]\.$"):
        HalfSquaredError()(np.ones(5), np.ones(5))


def test_no_examples_have_no_mean():
    with pytest.raises(
        EmptyBatchError, match=r"^HalfSquaredError\.forward: Yhat has shape \(0, 2\)"
    ):
        HalfSquaredError()(np.ones((0, 2)), np.ones((0, 2)))


@pytest.mark.parametrize("Y", [np.array([[1]]), [[1.0], [1.0, 2.0]]])
def test_targets_are_floats(Y):
    with pytest.raises(DtypeError, match=r"^HalfSquaredError\.forward: Y "):
        HalfSquaredError()(np.ones((1, 1)), Y)


def test_backward_needs_a_forward_and_repeats_until_released():
    cost = HalfSquaredError()
    with pytest.raises(NotForwardedError, match=r"^HalfSquaredError\.backward: there is no R yet"):
        cost.backward()
    cost(np.array([[1.0, 3.0]]), np.array([[0.5, 4.0]]))
    assert_array_equal(cost.backward(), [[0.5, -1.0]])
    assert_array_equal(cost.backward(free=True), [[0.5, -1.0]])
    with pytest.raises(ReleasedError, match=r"^HalfSquaredError\.backward: R was released"):
        cost.backward()
