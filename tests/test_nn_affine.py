"""The affine layer: forward, backward, what it keeps, what it refuses."""

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
    RngError,
    ShapeError,
    UnknownNameError,
)
from backprop.nn import Affine, glorot_normal, he_normal

# The same sum in another order: a few roundings of numbers of size 1, sums of at most 8.
ROUNDING = {"float32": 1e-5, "float64": 1e-13}
SIZES = st.lists(st.integers(1, 8), min_size=3, max_size=3, unique=True)


@pytest.fixture
def rng():
    return np.random.default_rng(4)


@pytest.fixture
def layer(rng):
    layer = Affine(3, 4, rng=rng)
    layer.b += rng.standard_normal(4)
    return layer


def draw(seed, N, D, H, dtype):
    rng = np.random.default_rng(seed)
    layer = Affine(D, H, rng=rng, dtype=dtype)
    layer.b += rng.standard_normal(H).astype(dtype)
    return (
        layer,
        rng.standard_normal((N, D)).astype(dtype),
        rng.standard_normal((N, H)).astype(dtype),
    )


@given(SIZES, st.sampled_from(["float32", "float64"]), st.integers(0, 99))
def test_forward_and_backward_are_what_the_indices_say(sizes, dtype, seed):
    N, D, H = sizes
    layer, X, dZ = draw(seed, N, D, H, dtype)
    near = {"rtol": ROUNDING[dtype], "atol": ROUNDING[dtype]}
    assert_allclose(layer(X), np.einsum("jk,nk->nj", layer.W, X) + layer.b, **near)
    assert_allclose(layer.backward(dZ), np.einsum("nj,jk->nk", dZ, layer.W), **near)
    assert_allclose(layer.dW, np.einsum("nj,nk->jk", dZ, X), **near)
    assert_allclose(layer.db, np.einsum("nj->j", dZ), **near)


@given(SIZES, st.sampled_from(["float32", "float64"]))
def test_one_dtype_goes_all_the_way(sizes, dtype):
    N, D, H = sizes
    layer, X, dZ = draw(0, N, D, H, dtype)
    Z = layer(X.astype("float64"))
    dX = layer.backward(dZ.astype("float64"))
    assert {a.dtype for a in (Z, dX, layer.dW, layer.db)} == {np.dtype(dtype)}


@given(SIZES, st.integers(0, 99))
def test_backward_agrees_with_differences_and_the_complex_step(sizes, seed):
    N, D, H = sizes
    layer, X, G = draw(seed, N, D, H, "float64")
    W, b = layer.W, layer.b
    layer(X)
    claimed = {"X": layer.backward(G), "W": layer.dW, "b": layer.db}
    for name, claim in claimed.items():

        def cost(array, name=name):
            a = {"X": X, "W": W, "b": b, name: array}
            return (G * Affine.from_arrays(a["W"], a["b"])(a["X"])).sum()

        point = {"X": X, "W": W, "b": b}[name]
        assert claim.shape == point.shape
        size = np.abs(claim).max()
        assert_allclose(claim, complex_step(cost, point), rtol=0, atol=1e-12 * size)
        # 2 roundings of the cost over the step, ε^⅔ ≈ 4e-11; the map is linear, so no other error
        assert_allclose(claim, central_difference(cost, point), rtol=0, atol=1e-8 * max(1, size))


def test_rows_are_examples_and_do_not_meet(layer, rng):
    X, dZ = rng.standard_normal((5, 3)), rng.standard_normal((5, 4))
    Z, dX = layer(X), layer.backward(dZ)
    dW = layer.dW
    parts = []
    for n in range(5):
        assert_allclose(layer(X[n : n + 1]), Z[n : n + 1], rtol=1e-13)
        assert_allclose(layer.backward(dZ[n : n + 1]), dX[n : n + 1], rtol=1e-13)
        parts.append(layer.dW)
    assert_allclose(sum(parts), dW, rtol=1e-12)


def test_backward_assigns_and_can_be_called_again(layer, rng):
    X, dZ = rng.standard_normal((5, 3)), rng.standard_normal((5, 4))
    layer(X)
    once = layer.backward(dZ), layer.dW, layer.db
    twice = layer.backward(dZ), layer.dW, layer.db
    for a, b in zip(once, twice, strict=True):
        assert_array_equal(a, b)


def test_backward_uses_the_last_forward(layer, rng):
    X, dZ = rng.standard_normal((2, 5, 3)), rng.standard_normal((5, 4))
    layer(X[0])
    layer(X[1])
    layer.backward(dZ)
    assert_array_equal(layer.dW, dZ.T @ X[1])


def test_forward_keeps_a_reference_to_x(layer, rng):
    X, dZ = rng.standard_normal((5, 3)), rng.standard_normal((5, 4))
    layer(X)
    X *= 3
    layer.backward(dZ)
    assert layer.X is X
    assert_array_equal(layer.dW, dZ.T @ X)


def test_nobody_needs_the_input_gradient_then_there_is_none(layer, rng):
    X, dZ = rng.standard_normal((5, 3)), rng.standard_normal((5, 4))
    layer(X)
    assert layer.backward(dZ, need_input=False) is None
    assert_array_equal(layer.dW, dZ.T @ X)


def test_the_input_gradient_is_not_computed_if_nobody_needs_it(layer):
    class Untouchable(np.ndarray):
        def __rmatmul__(self, other):
            raise AssertionError("dZ @ W was computed")

    layer(np.ones((5, 3)))
    layer.W = layer.W.view(Untouchable)
    assert layer.backward(np.ones((5, 4)), need_input=False) is None
    with pytest.raises(AssertionError, match="was computed"):
        layer.backward(np.ones((5, 4)))


def test_backward_needs_a_forward(layer):
    with pytest.raises(NotForwardedError) as error:
        layer.backward(np.ones((5, 4)))
    assert str(error.value) == (
        "Affine.backward: there is no X yet, expected a forward first. "
        "Call forward: backward uses what it keeps."
    )


def test_released_caches_are_gone_until_the_next_forward(layer):
    layer(np.ones((5, 3)))
    dX = layer.backward(np.ones((5, 4)), free=True)
    assert dX.shape == (5, 3)
    assert layer.X is None
    with pytest.raises(ReleasedError) as error:
        layer.backward(np.ones((5, 4)))
    assert str(error.value) == (
        "Affine.backward: X was released, expected a new forward. "
        "Call forward again, or leave free=True out."
    )
    layer(np.ones((5, 3)))
    assert_array_equal(layer.backward(np.ones((5, 4))), dX)


def test_parameters_are_the_arrays_themselves(layer):
    layer.parameters()["W"][...] = 2.0
    assert (layer.W == 2.0).all()
    assert layer.gradients() == {"W": None, "b": None}
    layer(np.ones((1, 3)))
    layer.backward(np.ones((1, 4)))
    assert layer.gradients()["W"] is layer.dW
    assert layer.gradients()["b"] is layer.db


def test_arrays_are_copied_in(rng):
    W, b = rng.standard_normal((4, 3)), rng.standard_normal(4)
    layer = Affine.from_arrays(W, b)
    layer.W += 1
    layer.set_parameters({"b": b})
    layer.b += 1
    assert not np.shares_memory(layer.W, W)
    assert not np.shares_memory(layer.b, b)


def test_parameters_can_be_replaced_by_complex_ones(layer):
    X = np.ones((1, 3))
    layer.set_parameters({"W": layer.W + 1j})
    assert layer(X).dtype == complex
    assert_allclose(layer(X).imag, 3.0)


def test_a_parameter_that_is_not_there_is_named(layer):
    with pytest.raises(UnknownNameError) as error:
        layer.set_parameters({"V": np.ones(3)})
    assert str(error.value) == (
        "Affine.set_parameters: there is no 'V', expected W, b. Spell it as parameters() does."
    )


BAD_CALLS = {
    "one example": (
        np.ones(3),
        ShapeError,
        r"^Affine\.forward: X has shape \(3,\), expected \(N, 3\)",
    ),
    "another width": (np.ones((5, 4)), ShapeError, r"Axis 1 has size 4, not 3\.$"),
    "integers": (np.ones((5, 3), int), DtypeError, r"^Affine\.forward: X has dtype int"),
    "no examples": (np.ones((0, 3)), EmptyBatchError, r"^Affine\.forward: X has shape \(0, 3\)"),
}


@pytest.mark.parametrize(("X", "error", "said"), BAD_CALLS.values(), ids=BAD_CALLS)
def test_a_refused_forward_changes_nothing(layer, X, error, said):
    layer(np.ones((2, 3)))
    before = dict(vars(layer))
    with pytest.raises(error, match=said):
        layer(X)
    assert {k: id(v) for k, v in vars(layer).items()} == {k: id(v) for k, v in before.items()}


@pytest.mark.parametrize("shape", [(4,), (4, 2), (2, 3), (1, 4), (2, 4, 1)])
def test_a_refused_backward_changes_nothing(layer, shape):
    layer(np.ones((2, 3)))
    layer.backward(np.ones((2, 4)))
    before = dict(vars(layer))
    with pytest.raises(ShapeError, match=r"^Affine\.backward: dZ has shape .* expected \(2, 4\)"):
        layer.backward(np.ones(shape), free=True)
    assert {k: id(v) for k, v in vars(layer).items()} == {k: id(v) for k, v in before.items()}


def test_a_refused_parameter_changes_nothing(layer):
    W, b = layer.W, layer.b
    with pytest.raises(ShapeError, match=r"b\.T fits|expected \(4,\)"):
        layer.set_parameters({"W": W + 1, "b": np.ones((4, 1))})
    assert layer.W is W
    assert layer.b is b


@pytest.mark.parametrize(("rng", "said"), [(7, "rng is 7"), (None, "rng is None")])
def test_a_seed_is_no_generator(rng, said):
    with pytest.raises(RngError) as error:
        Affine(3, 4, rng=rng)
    seed = rng or "seed"
    assert str(error.value) == (
        f"Affine: {said}, expected a numpy.random.Generator. "
        f"Make one: rng = np.random.default_rng({seed})."
    )


def test_the_old_random_state_is_no_generator_either():
    with pytest.raises(RngError, match="rng is a RandomState"):
        Affine(3, 4, rng=np.random.RandomState(0))


def test_weights_and_bias_must_match():
    with pytest.raises(ShapeError, match=r"^Affine: b has shape \(3,\), expected \(4,\)"):
        Affine.from_arrays(np.ones((4, 3)), np.ones(3))
    with pytest.raises(ShapeError, match=r"^Affine: W has shape \(3,\), expected \(H, D\)"):
        Affine.from_arrays(np.ones(3), np.ones(3))
    with pytest.raises(DtypeError, match=r"^Affine: W has dtype int64"):
        Affine(3, 4, rng=np.random.default_rng(0), dtype=np.int64)


@pytest.mark.parametrize(("init", "variance"), [(glorot_normal, 2 / 500), (he_normal, 2 / 200)])
def test_the_first_weights_have_the_variance_that_the_paper_says(init, variance):
    W = init(np.random.default_rng(0), 300, 200)
    # 60,000 draws: the sample variance is off by √(2/60000) ≈ 0.6 %
    assert_allclose(W.var(), variance, rtol=0.03)
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)


def test_a_seed_means_one_network_in_every_dtype():
    one, two = (Affine(3, 4, rng=np.random.default_rng(1), dtype=t) for t in ("float32", "float64"))
    assert_array_equal(one.W, two.W.astype("float32"))
    assert not one.b.any()


def test_it_says_its_sizes(layer):
    assert repr(layer) == "Affine(3 → 4)"
    assert (layer.D, layer.H) == (3, 4)


def test_the_bias_takes_the_dtype_of_the_weights():
    layer = Affine.from_arrays(np.ones((4, 3), np.float32), np.ones(4))
    assert layer.b.dtype == np.float32
