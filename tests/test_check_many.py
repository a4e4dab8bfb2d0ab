"""Many points at once: the same numbers as point by point, or a refusal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from backprop import nn
from backprop.check.claims import Along, Compared, Run, Weighted
from backprop.check.many import Many

P = 6
# Sums may be added up in another order: so many roundings of the largest number.
ROUNDING = 64 * np.finfo(float).eps


def points(*shape, seed=3):
    return np.random.default_rng(seed).standard_normal((P, *shape))


def into(a, b):
    a = a.copy()
    a += b
    a *= 0.5
    return a


A34, B4, X53 = points(3, 4)[0], points(4)[0], points(5, 3, seed=4)[0]
OPERATIONS = {
    "sums and products": lambda W, b: 2.0 * W - W * W / (1.0 + W**2) - (-W),
    "a row on all rows": lambda W, b: W + b,
    "a row of one on rows of all": lambda W, b: W + B4 * b + A34,
    "functions": lambda W, b: np.exp(-np.tanh(W)) + np.maximum(W, b),
    "a comparison": lambda W, b: W * (W.real > 0),
    "a product from the left": lambda W, b: W @ A34.T,
    "a product from the right": lambda W, b: X53 @ W,
    "a product of both": lambda W, b: W.T @ (W + b),
    "a product of batches": lambda W, b: X53[None] @ (W[None] * b),
    "a transpose": lambda W, b: (W * b).T,
    "a sum of all": lambda W, b: W.sum(),
    "sums of columns": lambda W, b: W.sum(axis=0) + b,
    "sums of rows": lambda W, b: W - W.sum(axis=-1, keepdims=True),
    "a sum over two axes": lambda W, b: W[None].sum(axis=(0, 2)),
    "a mean": lambda W, b: W - W.mean(axis=0) + b.mean(),
    "a largest": lambda W, b: W - W.real.max(axis=1, keepdims=True),
    "NumPy's own sum": lambda W, b: np.sum(W, axis=1) + np.max(b) + np.mean(b, keepdims=True),
    "slices": lambda W, b: W[1:, ::2] + W[0, 1] * b[None, :2],
    "rows one by one": lambda W, b: sum(row * b for row in W),
    "in place": lambda W, b: into(W, b),
    "several results": lambda W, b: np.modf(W.real)[1] + b,
    "a number in an array": lambda W, b: (W * b).sum().item() * b,
    "parts": lambda W, b: W.real - 2.0 * W.imag + len(W) + W.size + W.ndim,
    "another dtype": lambda W, b: (W.real > 0).astype(W.dtype) + b,
    "NumPy's shape": lambda W, b: W * np.shape(b)[0] + np.ndim(W),
}


@pytest.mark.parametrize("f", OPERATIONS.values(), ids=OPERATIONS)
@pytest.mark.parametrize("step", [0.0, 0.25j])
def test_an_operation_is_the_same_as_point_by_point(f, step):
    Ws, bs = points(3, 4) + step, points(4, seed=5) - step
    found = f(Many(Ws), Many(bs))
    wanted = np.array([f(W, b) for W, b in zip(Ws, bs, strict=True)])
    assert isinstance(found, Many)
    assert found.each.shape == wanted.shape
    assert found.each.dtype == wanted.dtype
    assert_allclose(found.each, wanted, rtol=0, atol=ROUNDING * np.abs(wanted).max())


REFUSED = {
    "a branch": lambda W: 1.0 if W.sum() > 0 else 2.0,
    "an ordinary array": np.asarray,
    "a float": lambda W: float(W.sum()),
    "a product with np.dot": lambda W: np.dot(A34.T, W),
    "a product of vectors": lambda W: W[0] @ B4,
    "a sum of products": lambda W: np.einsum("ij->j", W),
    "a choice": lambda W: np.where(W > 0, W, 0.0),
    "an outer sum": lambda W: np.add.outer(W, W),
    "products of rows": lambda W: np.vecdot(W, W),
    "a join": lambda W: np.concatenate([W, W]),
    "an array like it": np.zeros_like,
    "writing into an array": lambda W: np.empty((3, 4)).__setitem__(slice(None), W),
    "adding to an array": lambda W: np.add(A34, 0.0).__iadd__(W),
    "writing the result elsewhere": lambda W: W.sum(axis=0, out=np.empty(4)),
    "writing fewer axes into more": lambda W: np.add(W[0], W[0], out=W),
    "a list of indices": lambda W: W[[0, 1]],
    "a mask": lambda W: W[W > 0],
    "a running sum": lambda W: np.add.accumulate(W),
    "where": lambda W: np.exp(W, where=A34 > 0),
    "a hash": hash,
}


@pytest.mark.parametrize("f", REFUSED.values(), ids=REFUSED)
def test_what_may_differ_from_point_to_point_is_refused(f):
    with pytest.raises(TypeError):
        f(Many(points(3, 4)))


def test_an_axis_that_is_not_there_is_refused():
    with pytest.raises(IndexError):
        Many(points(3, 4)).sum(axis=2)
    with pytest.raises(IndexError):
        Many(points(3, 4)).sum(axis=-3)


def network(N, D, H, K, maker, rng):
    net = nn.mlp((D, H, K), activation=maker, rng=rng)
    for layer in net[0], net[2]:
        layer.b += rng.standard_normal(layer.b.shape)
    return net


ACTIVATIONS = [nn.Identity, nn.LeakyReLU, nn.ReLU, nn.Sigmoid, nn.Softmax, nn.Softplus, nn.Tanh]
COSTS = {
    nn.HalfSquaredError: lambda rng, N, K: rng.standard_normal((N, K)),
    nn.MeanSquaredError: lambda rng, N, K: rng.standard_normal((N, K)),
    nn.SumSquaredError: lambda rng, N, K: rng.standard_normal((N, K)),
    nn.BinaryCrossEntropy: lambda rng, N, K: rng.random((N, K)),
    nn.SoftmaxCrossEntropy: lambda rng, N, K: rng.integers(0, K, N),
}


@given(
    st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 4), st.integers(2, 4)),
    st.sampled_from(ACTIVATIONS),
    st.sampled_from([None, *COSTS]),
    st.sampled_from([1e-2, 1e-20j]),
    st.integers(0, 99),
)
def test_every_layer_and_every_cost_can_be_run_at_many_points(sizes, maker, cost, step, seed):
    rng = np.random.default_rng(seed)
    N, D, H, K = sizes
    net = network(N, D, H, K, maker, rng)
    objective = Weighted(rng.standard_normal((N, K)))
    if cost:
        objective = Compared(cost(), COSTS[cost](rng, N, K))
    point = {"X": rng.standard_normal((N, D)), **net.parameters()}
    for name, array in point.items():
        f = Along(name, Run(net, objective, point), Run(net, objective, point))
        moved = array + step * rng.standard_normal((P, *array.shape))
        alone, many = f.alone(moved), f.many(moved)
        assert_allclose(many.real, alone.real, rtol=1e-12, atol=1e-12)
        assert_allclose(many.imag, alone.imag, rtol=1e-12, atol=1e-12 * abs(step.imag))
