"""Optimizers: the rules as sums over all steps, in place, and nothing moved by what is refused."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.errors import (
    AnotherNetworkError,
    DtypeError,
    NoGradientError,
    NotFiniteError,
    SettingError,
    ShapeError,
)
from backprop.nn import (
    SGD,
    Adam,
    Affine,
    HalfSquaredError,
    Module,
    Optimizer,
    Sequential,
    Tanh,
    mlp,
    optim,
)

MAKERS = {
    "SGD": lambda: SGD(lr=0.05),
    "momentum": lambda: SGD(lr=0.05, momentum=0.75),
    "Adam": lambda: Adam(lr=0.05, beta1=0.8, beta2=0.95, eps=1e-3),
}


def network(seed=6, dtype=np.float64):
    """Return a network after a backward pass."""
    rng = np.random.default_rng(seed)
    net, cost = mlp((3, 4, 2), rng=rng, dtype=dtype), HalfSquaredError()
    cost(net(rng.standard_normal((5, 3))), rng.standard_normal((5, 2)))
    net.backward(cost.backward())
    return net


def copies(net):
    return {name: W.copy() for name, W in net.parameters().items()}


def expected(optimizer, W, gradients):
    """Return where W ends, by the rules written as sums over all earlier steps."""
    W, g = W.astype(float), [dW.astype(float) for dW in gradients]
    for t in range(1, len(g) + 1):
        if isinstance(optimizer, SGD):
            W = W - optimizer.lr * sum(
                optimizer.momentum ** (t - s) * g[s - 1] for s in range(1, t + 1)
            )
            continue
        share = {}
        for beta, power in ((optimizer.beta1, 1), (optimizer.beta2, 2)):
            weights = np.array([beta ** (t - s) for s in range(1, t + 1)])
            # the bias correction makes a weighted mean of it: the weights sum to 1
            weights /= weights.sum()
            share[power] = sum(w * h**power for w, h in zip(weights, g, strict=False))
        W = W - optimizer.lr * share[1] / (np.sqrt(share[2]) + optimizer.eps)
    return W


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 4), st.integers(0, 99))
def test_many_steps_are_the_sums_that_the_rules_unroll_to(maker, steps, D, H, seed):
    rng = np.random.default_rng(seed)
    layer, optimizer = Affine(D, H, rng=rng), maker()
    before, gradients = copies(layer), []
    for _ in range(steps):
        layer.dW, layer.db = rng.standard_normal((H, D)), rng.standard_normal(H)
        gradients.append(layer.gradients())
        optimizer.step(layer)
    for name, W in layer.parameters().items():
        wanted = expected(optimizer, before[name], [g[name] for g in gradients])
        assert_allclose(W, wanted, rtol=1e-12, atol=1e-13)
    assert optimizer.t == steps


def test_two_steps_by_hand():
    layer = Affine.from_arrays([[1.0]], [0.0])
    sgd = SGD(lr=0.5, momentum=0.25)
    layer.dW, layer.db = np.array([[2.0]]), np.array([-4.0])
    sgd.step(layer)
    assert (layer.W.item(), layer.b.item()) == (0, 2)
    layer.dW, layer.db = np.array([[1.0]]), np.array([0.0])
    sgd.step(layer)  # v = ¼·2 + 1 and ¼·(−4) + 0
    assert (layer.W.item(), layer.b.item()) == (-0.75, 2.5)


def test_adam_begins_with_steps_of_the_size_of_the_learning_rate():
    for size in (1e-6, 1.0, 1e6):
        layer = Affine.from_arrays([[1.0, 1.0]], [1.0])
        layer.dW, layer.db = size * np.array([[3.0, -0.5]]), size * np.array([7.0])
        Adam(lr=0.125, eps=1e-12).step(layer)
        assert_allclose(layer.W, [[0.875, 1.125]], rtol=1e-5)
        assert_allclose(layer.b, [0.875], rtol=1e-5)


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_parameters_move_in_place_and_all_of_them(maker):
    net, optimizer = network(), maker()
    arrays, before = net.parameters(), copies(net)
    gradients = {name: dW.copy() for name, dW in net.gradients().items()}
    optimizer.step(net)
    for name, W in net.parameters().items():
        assert W is arrays[name]
        assert (np.sign(before[name] - W) == np.sign(gradients[name])).all()
        assert_array_equal(net.gradients()[name], gradients[name])


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_float32_stays_float32(maker):
    net, optimizer = network(dtype=np.float32), maker()
    for _ in range(2):
        optimizer.step(net)
    arrays = [*net.parameters().values(), *optimizer.memory.values()]
    assert {array.dtype for array in arrays} == {np.dtype("float32")}


def test_memory_is_kept_by_the_names_of_the_parameters():
    net, momentum, adam, plain = network(), SGD(momentum=0.5), Adam(), SGD()
    for optimizer in (momentum, adam, plain):
        optimizer.step(net)
    assert list(momentum.memory) == list(adam.memory) == list(net.parameters())
    assert momentum.memory["2.W"].shape == (1, 2, 4)
    assert adam.memory["0.b"].shape == (2, 4)
    assert plain.memory == {}


def test_parameters_that_were_replaced_are_moved_on():
    net, sgd = network(), SGD(lr=0.5, momentum=0.5)
    sgd.step(net)
    net.set_parameters({"0.b": np.full(4, 8.0)})
    v = sgd.memory["0.b"][0].copy()
    sgd.step(net)
    assert_allclose(net[0].b, 8 - 0.5 * (0.5 * v + net[0].db))


class Flat(Module):
    """A module whose gradient is given."""

    weights = ("W",)

    def __init__(self, W, dW):
        self.W, self.dW = W, dW


W = np.ones((2, 3))
LATER = "Go backward first: net.backward(cost.backward())."
SMALLER = "Nothing was moved. Try a smaller lr, or look for infinite numbers in the batch."
REFUSED = {
    "none": (None, NoGradientError, f"dW is None, expected a gradient. {LATER}"),
    "NaN": (
        np.array([[1.0, 2, 3], [4, np.nan, 6]]),
        NotFiniteError,
        f"dW is nan at [1, 1], expected finite numbers. {SMALLER}",
    ),
    "infinite": (
        np.array([[1.0, 2, -np.inf], [4, np.inf, 6]]),
        NotFiniteError,
        f"dW is -inf at [0, 2], expected finite numbers. {SMALLER}",
    ),
    "a shape that would be broadcast": (
        np.ones((1, 3)),
        ShapeError,
        "dW has shape (1, 3), expected (2, 3). A gradient is shaped like its parameter.",
    ),
    "complex": (
        W + 1j,
        DtypeError,
        "dW has dtype complex128, expected float64. Go backward with real numbers.",
    ),
}


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize(("dW", "error", "said"), REFUSED.values(), ids=REFUSED)
def test_a_refused_step_moves_nothing(maker, dW, error, said):
    good, bad = Affine(3, 3, rng=np.random.default_rng(0)), Flat(W.copy(), W)
    net, optimizer = Sequential(good, bad), maker()
    good.dW, good.db = np.ones((3, 3)), np.ones(3)
    optimizer.step(net)
    before, memory = copies(net), copy.deepcopy(optimizer.memory)
    bad.dW = dW
    with pytest.raises(error) as refused:
        optimizer.step(net)
    assert str(refused.value) == f"{optimizer.name}.step: 1.{said}"
    for name in before:
        assert_array_equal(net.parameters()[name], before[name])
    assert list(optimizer.memory) == list(memory)
    for name, remembered in memory.items():
        assert_array_equal(optimizer.memory[name], remembered)
    assert optimizer.t == 1


def test_large_gradients_are_finite_although_their_squares_are_not():
    for dtype, size in ((np.float32, 1e30), (np.float64, 1e200)):
        net = Flat(np.ones((2, 3), dtype), np.full((2, 3), size, dtype))
        SGD(lr=1 / size).step(net)
        assert_allclose(net.W, 0, atol=1e-6)


def test_a_step_before_a_backward_is_refused():
    with pytest.raises(NoGradientError) as error:
        SGD().step(mlp((3, 2), rng=np.random.default_rng(0)))
    assert str(error.value) == f"SGD.step: 0.dW is None, expected a gradient. {LATER}"


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_an_optimizer_belongs_to_one_network(maker):
    one, two, optimizer = network(), network(), maker()
    optimizer.step(one)
    before = copies(two)
    with pytest.raises(AnotherNetworkError) as error:
        optimizer.step(two)
    assert str(error.value) == (
        f"{optimizer.name}.step: its memory is of another network, expected the same one. "
        f"Make one for each: {optimizer.name}(lr=0.05)."
    )
    assert all((two.parameters()[name] == before[name]).all() for name in before)
    optimizer.step(one)
    assert (optimizer.t, optimizer.net) == (2, one)


def test_a_refused_first_step_does_not_bind_the_optimizer():
    optimizer, net = SGD(), network()
    with pytest.raises(NoGradientError):
        optimizer.step(Flat(W.copy(), None))
    optimizer.step(net)
    assert optimizer.net is net


BAD_SETTINGS = {
    "a rate of 0": (lambda: SGD(lr=0), "SGD: lr is 0, expected a number > 0. "),
    "a negative rate": (lambda: Adam(lr=-0.1), "Adam: lr is -0.1, expected a number > 0. "),
    "a rate that is none": (lambda: SGD(lr=np.nan), "SGD: lr is nan, expected a number > 0. "),
    "all the momentum": (
        lambda: SGD(momentum=1),
        "SGD: momentum is 1, expected 0 ≤ momentum < 1. ",
    ),
    "beta1": (lambda: Adam(beta1=1.0), "Adam: beta1 is 1.0, expected 0 ≤ beta1 < 1. "),
    "beta2": (lambda: Adam(beta2=-0.5), "Adam: beta2 is -0.5, expected 0 ≤ beta2 < 1. "),
    "eps": (lambda: Adam(eps=0), "Adam: eps is 0, expected a number > 0. "),
}


@pytest.mark.parametrize(("make", "said"), BAD_SETTINGS.values(), ids=BAD_SETTINGS)
def test_settings_out_of_their_range_are_refused(make, said):
    with pytest.raises(SettingError) as error:
        make()
    assert str(error.value).startswith(said)


def test_optimizers_say_their_settings():
    assert repr(SGD(0.5)) == "SGD(lr=0.5, momentum=0)"
    assert repr(SGD(0.5, momentum=0.9)) == "SGD(lr=0.5, momentum=0.9)"
    assert repr(Adam()) == "Adam(lr=0.001)"


def test_a_new_optimizer_is_one_update():
    class Signs(Optimizer):
        def update(self, W, dW):
            W -= self.lr * np.sign(dW)

    net, signs = network(), Signs(0.25)
    before = copies(net)
    signs.step(net)
    for name, W in net.parameters().items():
        assert_allclose(W, before[name] - 0.25 * np.sign(net.gradients()[name]))

    class Half(Optimizer):
        pass

    with pytest.raises(NotImplementedError, match=r"^Half\.update is not written yet$"):
        Half(0.1).step(net)


def test_modules_without_parameters_have_nothing_to_move():
    sgd = SGD()
    sgd.step(Tanh())
    assert sgd.t == 1


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("turned", [False, True], ids=["in one piece", "across its memory"])
def test_large_arrays_are_moved_part_by_part_by_the_same_numbers(monkeypatch, maker, turned):
    rng = np.random.default_rng(6)
    nets, optimizers = [], [maker(), maker()]
    for part in (2**16, 7):
        net = Affine.from_arrays(np.ones((5, 8)), np.ones(5))
        net.W = np.asfortranarray(net.W) if turned else net.W
        nets.append((part, net))
    for _ in range(3):
        dW, db = rng.standard_normal((5, 8)), rng.standard_normal(5)
        for (part, net), optimizer in zip(nets, optimizers, strict=True):
            monkeypatch.setattr(optim, "PART", part)
            net.dW, net.db = dW, db
            optimizer.step(net)
    for name, W in nets[0][1].parameters().items():
        assert_array_equal(nets[1][1].parameters()[name], W)
        assert (W != 1).all()
