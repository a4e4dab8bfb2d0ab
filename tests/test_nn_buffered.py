"""A step in memory of its own: the numbers of the four calls, and nobody's arrays written over."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.errors import (
    AnotherNetworkError,
    DtypeError,
    EmptyBatchError,
    NotBufferedError,
    NotFiniteError,
    NotForwardedError,
    ShapeError,
    TargetError,
)
from backprop.nn import (
    SGD,
    Activation,
    Adam,
    Affine,
    BinaryCrossEntropy,
    HalfSquaredError,
    Identity,
    LeakyReLU,
    MeanSquaredError,
    ReLU,
    Rule,
    Sequential,
    Sigmoid,
    Softmax,
    SoftmaxCrossEntropy,
    Softplus,
    Step,
    SumSquaredError,
    Tanh,
    TrainStep,
    fit,
    mlp,
    optim,
)


class Arctan(Activation):
    """An activation that only a reader knows: a bent line."""

    rule = Rule(np.arctan, lambda A: np.cos(A) ** 2)


class Exp(Activation):
    """One whose slope is its output itself."""

    rule = Rule(np.exp, lambda A: A)


ACTIVATIONS = [ReLU, Tanh, Sigmoid, LeakyReLU, Softplus, Step, Identity, Arctan, Exp]
COSTS = [
    SoftmaxCrossEntropy,
    BinaryCrossEntropy,
    HalfSquaredError,
    MeanSquaredError,
    SumSquaredError,
]
# Adam divides by the size of the gradients: eps keeps it from making steps out of rounding.
OPTIMIZERS = [
    lambda: SGD(0.01),
    lambda: SGD(0.01, momentum=0.5),
    lambda: Adam(0.01, eps=0.1),
]


def four_calls(net, cost, optimizer, X, Y):
    """Take the step that a reader would write."""
    C = cost(net(X), Y)
    net.backward(cost.backward(), need_input=False)
    optimizer.step(net)
    return C


def targets(cost, N, K, rng, dtype, soft=False):
    """Return labels, or rows of numbers that every cost takes."""
    if cost is SoftmaxCrossEntropy and not soft:
        return rng.integers(K, size=N)
    Y = rng.random((N, K)).astype(dtype)
    return Y / Y.sum(axis=1, keepdims=True) if cost is SoftmaxCrossEntropy else Y


@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5),
    activation=st.sampled_from(ACTIVATIONS),
    output=st.sampled_from([None, None, Tanh, ReLU]),
    cost=st.sampled_from(COSTS),
    optimizer=st.sampled_from(OPTIMIZERS),
    batches=st.lists(st.integers(1, 5), min_size=1, max_size=6),
    joined=st.booleans(),
    soft=st.booleans(),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 99),
)
def test_the_numbers_are_those_of_the_four_calls(
    sizes, activation, output, cost, optimizer, batches, joined, soft, dtype, seed
):
    K = sizes[-1] = max(sizes[-1], 2)
    rng = np.random.default_rng(seed)
    net = mlp(sizes, activation=activation, output=output, rng=rng, dtype=dtype)
    if not joined:
        net.set_parameters(net.parameters())  # copies, each an array of its own
    ours, by_hand, calls = copy.deepcopy(net), copy.deepcopy(net), optimizer()
    ours = net if joined else ours
    step, by_hand_cost = TrainStep(ours, cost(), optimizer()), cost()
    # Sums are added up in another order: the rounding of a few numbers, over a few steps.
    tolerance = {"rtol": 1e-12, "atol": 1e-13}
    if dtype is np.float32:
        tolerance = {"rtol": 1e-4, "atol": 1e-5}
    for N in batches:
        X = rng.standard_normal((N, sizes[0])).astype(dtype)
        Y = targets(cost, N, K, rng, dtype, soft)
        C = step(X, Y)
        assert_allclose(C, four_calls(by_hand, by_hand_cost, calls, X, Y), **tolerance)
    for name, W in ours.parameters().items():
        assert W.dtype == dtype
        assert_allclose(W, by_hand.parameters()[name], **tolerance)


@pytest.mark.parametrize("dtype", [int, np.uint8, np.uint64])
@pytest.mark.parametrize("size", [1.0, 1e4])
def test_the_softmax_of_labels_is_that_of_the_four_calls(dtype, size):
    rng = np.random.default_rng(6)
    net = mlp((3, 4, 3), activation=Tanh, rng=rng)
    net[2].W *= size  # the exponential of a logit of 1e4 would overflow
    by_hand, X, y = copy.deepcopy(net), rng.standard_normal((5, 3)), np.array([2, 0, 1, 2, 0])
    step, cost, sgd = (
        TrainStep(net, SoftmaxCrossEntropy(), SGD(0.1)),
        SoftmaxCrossEntropy(),
        SGD(0.1),
    )
    for _ in range(2):
        C = step(X, y.astype(dtype))
        assert_allclose(C, four_calls(by_hand, cost, sgd, X, y), rtol=1e-12)
    for name, W in net.parameters().items():
        assert_allclose(W, by_hand.parameters()[name], rtol=1e-11)


class Smoothed(SoftmaxCrossEntropy):
    """Labels that are believed to nine tenths."""

    def forward(self, Z, Y):
        K = Z.shape[1]
        return super().forward(Z, 0.9 * np.eye(K)[Y] + 0.1 / K)


class Kept(MeanSquaredError):
    """A cost that keeps the prediction."""

    def forward(self, Yhat, Y):
        self.Yhat = Yhat
        return super().forward(Yhat, Y)


class Bent(ReLU):
    """A rectifier with a row of its own, whose slopes are not 0 or 1."""

    rule = LeakyReLU(0.25).rule


def test_a_subclass_of_what_is_computed_faster_goes_its_own_way(task):
    _, _, _, X, y = task
    net = mlp((3, 4, 2), activation=Bent, rng=np.random.default_rng(6))
    by_hand, step = copy.deepcopy(net), TrainStep(net, Smoothed(), SGD(0.1))
    for _ in range(2):
        assert_allclose(step(X, y), four_calls(by_hand, Smoothed(), SGD(0.1), X, y), rtol=1e-12)
    for name, W in net.parameters().items():
        assert_allclose(W, by_hand.parameters()[name], rtol=1e-12)


def test_a_prediction_that_a_cost_keeps_is_not_written_over(task):
    net, _, sgd, X, _ = task
    cost, Yhat = Kept(), net(X)
    TrainStep(net, cost, sgd)(X, X[:, :2])
    assert_allclose(cost.Yhat, Yhat, rtol=1e-12)


@pytest.fixture
def task():
    """Return a network, a cost, an optimizer and a batch."""
    rng = np.random.default_rng(6)
    net = mlp((3, 4, 4, 2), activation=ReLU, rng=rng)
    return (
        net,
        SoftmaxCrossEntropy(),
        SGD(0.1),
        rng.standard_normal((5, 3)),
        rng.integers(2, size=5),
    )


def held(*things):
    """Return copies of all that these hold."""
    leaves = [
        leaf for net in things for leaf in (net.leaves() if hasattr(net, "leaves") else [net])
    ]
    return copy.deepcopy([{k: v for k, v in vars(leaf).items() if k != "net"} for leaf in leaves])


def assert_same(before, after):
    for old, new in zip(before, after, strict=True):
        assert old.keys() == new.keys()
        for name in old:
            assert_array_equal(old[name], new[name])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_came_in_is_not_written_over(task, activation):
    _, cost, sgd, X, y = task
    net = mlp((3, 4, 2), activation=activation, rng=np.random.default_rng(1))
    X0, y0 = X.copy(), y.copy()
    TrainStep(net, cost, sgd)(X, y)
    assert_array_equal(X, X0)
    assert_array_equal(y, y0)
    Z0 = np.array([[0.5, -1.0], [2.0, 3.0]])  # a single layer: its input is the reader's
    TrainStep(Affine(2, 2, rng=np.random.default_rng(1)), cost, SGD(0.1))(Z0, np.array([0, 1]))
    assert_array_equal(Z0, [[0.5, -1.0], [2.0, 3.0]])


def test_caches_and_gradients_of_the_modules_stay_what_they_were(task):
    net, cost, sgd, X, y = task
    cost(net(X[:2]), y[:2])
    net.backward(cost.backward())
    kept = [(leaf, dict(vars(leaf))) for leaf in net.leaves()]
    copies = held(net)
    TrainStep(net, cost, sgd)(X, y)
    for (leaf, before), numbers in zip(kept, copies, strict=True):
        assert vars(leaf).keys() == before.keys()
        for name, array in before.items():
            assert vars(leaf)[name] is array, name
            if name not in leaf.weights:
                assert_array_equal(array, numbers[name])


def test_parameters_move_in_place_those_that_lie_together_and_those_that_do_not(task):
    net, cost, _, X, y = task
    apart = copy.deepcopy(net)
    for network in (net, apart):
        arrays, before = network.parameters(), copy.deepcopy(network.parameters())
        sgd = SGD(0.1)
        TrainStep(network, cost, sgd)(X, y)
        assert (sgd.t, sgd.net) == (1, network)
        for name, W in network.parameters().items():
            assert W is arrays[name]
            assert (before[name] != W).any()
    for name, W in net.parameters().items():
        assert_array_equal(W, apart.parameters()[name])


def test_an_mlp_lays_its_parameters_together():
    net = mlp((3, 4, 2), rng=np.random.default_rng(6))
    whole = net[0].W.base
    assert_array_equal(whole, np.concatenate([W.ravel() for W in net.parameters().values()]))
    whole *= 2
    assert_array_equal(net[2].b, whole[-2:])
    assert_array_equal(net[2].W, whole[16:24].reshape(2, 4))


def test_arrays_that_lie_together_in_another_order_are_moved_one_by_one(task):
    net, cost, _, X, y = task
    net, turned = (
        mlp((3, 2), rng=np.random.default_rng(6)),
        Affine(3, 2, rng=np.random.default_rng(6)),
    )
    whole = np.empty(8)
    turned.b, turned.W = whole[:2], whole[2:].reshape(2, 3)
    turned.W[...], turned.b[...] = net[0].W, net[0].b
    for network in (net, turned):
        TrainStep(network, cost, SGD(0.1))(X, y)
    assert_array_equal(turned.W, net[0].W)
    assert_array_equal(turned.b, net[0].b)


def test_parameters_in_a_larger_array_are_moved_and_nothing_else_in_it(task):
    _, cost, _, X, y = task
    net = mlp((3, 2), rng=np.random.default_rng(6))
    pool, by_hand = np.full(10, 7.0), copy.deepcopy(net)
    pool[:6], pool[6:8] = net[0].W.reshape(-1), net[0].b
    net[0].W, net[0].b = pool[:6].reshape(2, 3), pool[6:8]
    TrainStep(net, cost, SGD(0.1))(X, y)
    four_calls(by_hand, cost, SGD(0.1), X, y)
    assert_allclose(pool[:6].reshape(2, 3), by_hand[0].W, rtol=1e-12)
    assert_array_equal(pool[8:], 7)


def test_parameters_that_were_replaced_are_followed(task):
    net, cost, sgd, X, y = task
    by_hand = copy.deepcopy(net)
    step = TrainStep(net, cost, sgd)
    step(X, y)
    four_calls(by_hand, SoftmaxCrossEntropy(), SGD(0.1), X, y)
    for network in (net, by_hand):
        network.set_parameters({"2.W": np.eye(4)})
    step(X, y)
    four_calls(by_hand, SoftmaxCrossEntropy(), SGD(0.1), X, y)
    for name, W in net.parameters().items():
        assert_allclose(W, by_hand.parameters()[name], rtol=1e-12)
    net.set_parameters({"0.W": net[0].W.astype(np.float32)})
    with pytest.raises(NotBufferedError, match="the parameters are of float32 and float64"):
        step(X, y)


def test_nothing_is_allocated_once_the_memory_is_there():
    rng = np.random.default_rng(6)
    net = mlp((50, 200, 200, 10), activation=ReLU, rng=rng, dtype=np.float32)
    X, y = rng.standard_normal((400, 50)).astype(np.float32), rng.integers(10, size=400)
    step = TrainStep(net, SoftmaxCrossEntropy(), SGD(0.1))
    step(X, y)
    tracemalloc.start()
    step(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400 * 50 * 4  # less than a single one of its arrays; now and then a vector


def test_the_memory_is_little_more_than_parameters_gradients_and_activations():
    rng = np.random.default_rng(6)
    net = mlp((20, 256, 256, 10), activation=ReLU, rng=rng, dtype=np.float32)
    X, y = rng.standard_normal((1000, 20)).astype(np.float32), rng.integers(10, size=1000)
    parameters = sum(W.nbytes for W in net.parameters().values())
    needed = 2 * parameters + 4 * 1000 * (256 + 256 + 10)
    tracemalloc.start()
    TrainStep(net, SoftmaxCrossEntropy(), SGD(0.1))(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak + parameters < 1.15 * needed


def test_memory_of_two_sizes_is_kept_and_given_up_for_a_third(task):
    net, cost, sgd, X, y = task
    step = TrainStep(net, cost, sgd)
    for N in (5, 2, 5, 2):
        step(X[:N], y[:N])
    rooms = dict(step.rooms)
    assert list(rooms) == [5, 2]
    step(X, y)
    assert step.rooms[5] is rooms[5]
    step(X[:3], y[:3])
    assert list(step.rooms) == [3]


BAD_CALLS = {
    "another width": (
        np.ones((5, 2)),
        np.zeros(5, int),
        ShapeError,
        r"^Affine\.forward: X has shape",
    ),
    "one row": (np.ones(3), np.zeros(1, int), ShapeError, r"^Affine\.forward: X has shape \(3,\)"),
    "no rows": (
        np.ones((0, 3)),
        np.zeros(0, int),
        EmptyBatchError,
        r"^Affine\.forward: X has shape",
    ),
    "integers": (
        np.ones((5, 3), int),
        np.zeros(5, int),
        DtypeError,
        r"^Affine\.forward: X has dtype",
    ),
    "complex": (np.ones((5, 3), complex), np.zeros(5, int), DtypeError, r"^Affine\.forward: X has"),
    "a label too large": (
        *(np.ones((5, 3)), np.full(5, 2)),
        *(TargetError, r"^SoftmaxCrossEntropy\.forward: Y is 2 at \[0\], expected labels from 0"),
    ),
    "a negative label": (
        *(np.ones((5, 3)), np.array([0, 1, -1, 0, 0])),
        *(TargetError, r"^SoftmaxCrossEntropy\.forward: Y is -1 at \[2\], expected labels from 0"),
    ),
    "too few labels": (
        *(np.ones((5, 3)), np.zeros(4, int)),
        *(ShapeError, r"^SoftmaxCrossEntropy\.forward: Y has shape \(4,\), expected \(5,\)"),
    ),
    "labels that are no integers": (
        *(np.ones((5, 3)), np.zeros(5)),
        *(DtypeError, r"^SoftmaxCrossEntropy\.forward: Y has dtype float64"),
    ),
    "infinite": (
        *(np.full((5, 3), np.inf), np.zeros(5, int)),
        *(NotFiniteError, r"^SGD\.step: 0\.dW is nan at \[0, 0\]"),
    ),
}


@pytest.mark.parametrize(("X", "Y", "error", "said"), BAD_CALLS.values(), ids=BAD_CALLS)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")  # the infinite ones
def test_a_refused_batch_moves_nothing(task, X, Y, error, said):
    net, cost, sgd, good, y = task
    step = TrainStep(net, cost, sgd)
    step(good, y)
    before = held(net, cost, sgd)
    with pytest.raises(error, match=said):
        step(X, Y)
    assert_same(before, held(net, cost, sgd))
    assert step(good, y) > 0


@pytest.mark.parametrize("maker", [lambda: SGD(0.1, momentum=0.5), lambda: Adam(0.1, eps=0.1)])
def test_what_is_remembered_is_shared_with_the_steps_of_the_modules(task, maker):
    net, cost, _, X, y = task
    by_hand, ours, theirs = copy.deepcopy(net), maker(), maker()
    for k in range(6):
        four_calls(by_hand, cost, theirs, X, y)
        if k in (0, 3):
            four_calls(net, cost, ours, X, y)
        else:
            TrainStep(net, cost, ours)(X, y)
    assert list(ours.memory) == list(theirs.memory)
    for name, remembered in theirs.memory.items():
        assert_allclose(ours.memory[name], remembered, rtol=1e-12, atol=1e-15)
        assert_allclose(net.parameters()[name], by_hand.parameters()[name], rtol=1e-12)


@pytest.mark.parametrize("maker", [lambda: SGD(0.1, momentum=0.5), lambda: Adam(0.1, eps=0.1)])
def test_what_is_remembered_is_shared_by_two_steps_and_can_be_given_up(task, maker):
    net, cost, _, X, y = task
    by_hand, ours, theirs = copy.deepcopy(net), maker(), maker()
    steps = [TrainStep(net, cost, ours), TrainStep(net, SoftmaxCrossEntropy(), ours)]
    for k in range(6):
        if k == 4:
            ours.memory, theirs.memory = {}, {}
        steps[k % 2](X, y)
        four_calls(by_hand, SoftmaxCrossEntropy(), theirs, X, y)
    for name, W in net.parameters().items():
        assert_allclose(W, by_hand.parameters()[name], rtol=1e-12)
        assert_allclose(ours.memory[name], theirs.memory[name], rtol=1e-12, atol=1e-15)


def test_what_is_remembered_of_float32_is_float32(task):
    _, cost, _, X, y = task
    net, adam = mlp((3, 2), rng=np.random.default_rng(6), dtype=np.float32), Adam(0.1)
    TrainStep(net, cost, adam)(X, y)
    assert {remembered.dtype for remembered in adam.memory.values()} == {np.dtype("float32")}


class Signs(optim.Optimizer):
    """Steps of one size, which remember nothing."""

    @optim.elementwise
    def update(self, W, dW):
        W -= self.lr * np.sign(dW)


class Halved(SGD):
    """Descent by half a step."""

    @optim.elementwise
    def update(self, W, dW):
        super().update(W, dW / 2)


@pytest.mark.parametrize("kind", [Signs, Halved])
def test_another_rule_that_remembers_nothing_is_not_taken_for_descent(task, kind):
    net, cost, _, X, y = task
    by_hand = copy.deepcopy(net)
    TrainStep(net, cost, kind(0.1))(X, y)
    four_calls(by_hand, cost, kind(0.1), X, y)
    for name, W in net.parameters().items():
        assert_allclose(W, by_hand.parameters()[name], rtol=1e-12)


class Clipped(SGD):
    """Descent whose steps depend on a whole array: it must not be cut, and not joined."""

    def update(self, W, dW):
        W -= self.lr * dW / np.linalg.norm(dW)


def test_an_update_that_looks_at_a_whole_array_gets_it_whole(task, monkeypatch):
    net, cost, _, X, y = task
    monkeypatch.setattr(optim, "PART", 5)
    by_hand, before = copy.deepcopy(net), copy.deepcopy(net)
    TrainStep(net, cost, Clipped(0.1))(X, y)
    four_calls(by_hand, cost, Clipped(0.1), X, y)
    for name, W in before.parameters().items():
        moved = net.parameters()[name] - W
        assert_allclose(np.linalg.norm(moved), 0.1)
        assert_allclose(by_hand.parameters()[name] - W, moved, rtol=1e-12)


def test_an_optimizer_of_another_network_is_refused(task):
    net, cost, sgd, X, y = task
    TrainStep(net, cost, sgd)(X, y)
    apart, together = copy.deepcopy(net), mlp((3, 2), rng=np.random.default_rng(1))
    for other in (apart, together):
        with pytest.raises(AnotherNetworkError):
            TrainStep(other, cost, sgd)(X, y)
    assert (sgd.t, sgd.net) == (1, net)


@pytest.mark.parametrize(
    ("K", "y", "error", "said"),
    [
        (1, [0, 0], ShapeError, r"^SoftmaxCrossEntropy\.forward: Z has shape \(2, 1\)"),
        # in eight bits, −1 and 255 are the same
        (300, [-1, 0], TargetError, r"^SoftmaxCrossEntropy\.forward: Y is -1 at \[0\]"),
    ],
)
def test_a_single_logit_and_a_negative_label_of_few_bits_are_refused(K, y, error, said):
    net, sgd = mlp((3, K), rng=np.random.default_rng(6)), SGD(0.1)
    with pytest.raises(error, match=said):
        TrainStep(net, SoftmaxCrossEntropy(), sgd)(np.ones((2, 3)), np.array(y, np.int8))
    assert sgd.t == 0


class Skip(Sequential):
    """A network that goes its own way."""

    def forward(self, X):
        return X + super().forward(X)


class Scaled(Affine):
    """A layer that goes its own way back."""

    def backward(self, dZ, **options):
        return super().backward(2 * dZ, **options)


class Frozen(Affine):
    """A layer whose bias is no parameter."""

    weights = ("W",)


class Unit(Affine):
    """A layer whose weights are made anew whenever they are asked for."""

    @property
    def W(self):
        return self.V / np.linalg.norm(self.V)

    @W.setter
    def W(self, value):
        self.V = value


def layer(D=2, H=2, dtype=np.float64, kind=Affine):
    return kind(D, H, rng=np.random.default_rng(D), dtype=dtype)


def patched():
    """A layer whose forward was replaced from the outside."""
    module = layer()
    module.forward = lambda X: X
    return module


OTHERS = {
    "a softmax": (lambda: Sequential(layer(), Softmax()), r"there is Softmax\(\) in the network"),
    "a network's own way": (lambda: Skip(layer(), Tanh()), r"there is Skip\(.*\) in the network"),
    "one inside": (lambda: Sequential(layer(), Skip(layer())), r"there is Skip\(Affine\(2 → 2\)\)"),
    "a layer's own way": (lambda: layer(kind=Scaled), r"there is Scaled\(2 → 2\) in the network"),
    "a replaced method": (patched, r"there is Affine\(2 → 2\) in the network"),
    "an activation first": (lambda: Sequential(Tanh(), layer()), r"there is Tanh\(\) in the"),
    "two activations": (lambda: Sequential(layer(), Tanh(), Step()), r"there is Step\(\) in the"),
    "no layer": (lambda: Identity(), r"there is no affine layer in Identity\(\)"),
    "no parameters": (lambda: Tanh(), r"there is Tanh\(\) in the network"),
    "two dtypes": (
        lambda: Sequential(layer(), layer(dtype=np.float32)),
        "the parameters are of float32 and float64",
    ),
    "weights made anew": (lambda: layer(kind=Unit), "the parameters are not those of its layers"),
    "a bias that stays": (lambda: layer(kind=Frozen), "the parameters are not those of its layers"),
}


@pytest.mark.parametrize(("make", "said"), OTHERS.values(), ids=OTHERS)
def test_other_networks_are_refused(make, said):
    with pytest.raises(NotBufferedError, match=f"^TrainStep: {said}"):
        TrainStep(make(), MeanSquaredError(), SGD(0.1))


def test_complex_parameters_are_refused():
    net = layer()
    net.set_parameters({"b": np.zeros(2, complex)})
    with pytest.raises(NotBufferedError, match="the parameters are of complex128 and float64"):
        TrainStep(net, MeanSquaredError(), SGD(0.1))


@pytest.mark.parametrize(
    "name", ["a softmax", "a network's own way", "two activations", "two dtypes"]
)
def test_fit_trains_them_all_the_same(name):
    rng = np.random.default_rng(6)
    X, Y = rng.standard_normal((6, 2)), rng.random((6, 2))
    net, by_hand = OTHERS[name][0](), OTHERS[name][0]()
    fit(net, MeanSquaredError(), X, Y, optimizer=SGD(0.1), epochs=2, batch=None)
    for _ in range(2):
        four_calls(by_hand, MeanSquaredError(), sgd := SGD(0.1), X, Y)
    assert sgd.t == 1
    for key, W in net.parameters().items():
        assert_allclose(W, by_hand.parameters()[key], rtol=1e-6)


def test_networks_inside_a_network_are_taken():
    rng = np.random.default_rng(6)
    net = Sequential(Sequential(layer(), Tanh()), mlp((2, 3, 2), activation=Sigmoid, rng=rng))
    by_hand = copy.deepcopy(net)
    X, Y = rng.standard_normal((6, 2)), rng.random((6, 2))
    step, sgd, cost = TrainStep(net, MeanSquaredError(), SGD(0.1)), SGD(0.1), MeanSquaredError()
    for _ in range(3):
        assert_allclose(step(X, Y), four_calls(by_hand, cost, sgd, X, Y), rtol=1e-12)


def test_a_cost_whose_gradient_would_be_broadcast_is_refused(task):
    class Meant(MeanSquaredError):
        def slope(self, R):
            return super().slope(R).mean(axis=0, keepdims=True)

    net, _, sgd, X, _ = task
    said = r"^Affine\.backward: dZ has shape \(1, 2\), expected \(5, 2\)"
    with pytest.raises(ShapeError, match=said):
        TrainStep(net, Meant(), sgd)(X, X[:, :2])
    assert sgd.t == 0


def test_there_is_one_update_for_each_forward(task):
    net, cost, sgd, X, y = task
    step = TrainStep(net, cost, sgd)
    said = r"^TrainStep\.update: there is no forward to go back from, expected one\."
    with pytest.raises(NotForwardedError, match=said):
        step.update()
    step(X, y)
    with pytest.raises(NotForwardedError):
        step.update()
    step.forward(X, y)
    with pytest.raises(TargetError):
        step.forward(X, y + 2)
    with pytest.raises(NotForwardedError):
        step.update()
    assert sgd.t == 1


@pytest.mark.parametrize("again", [copy.deepcopy, lambda step: pickle.loads(pickle.dumps(step))])
def test_a_copy_of_a_step_trains_its_own_network_by_the_same_numbers(task, again):
    net, cost, _, X, y = task
    step = TrainStep(net, cost, Adam(0.05))
    step(X, y)
    other = again(step)
    for _ in range(2):
        step(X, y)
        other(X, y)
    assert other.net is not net
    for name, W in net.parameters().items():
        assert_allclose(other.net.parameters()[name], W, rtol=1e-10)


def turned(view):
    """Return a layer whose weights lie before its bias, in another order."""
    module, whole = layer(), np.random.default_rng(0).standard_normal(6)
    module.W, module.b = view(whole[:4]), whole[4:]
    return module


def in_bytes():
    """Return a layer whose parameters lie in something that is no array."""
    module, memory = layer(), bytearray(48)
    module.W = np.ndarray((2, 2), buffer=memory)
    module.b = np.ndarray(2, buffer=memory, offset=32)
    return module


def in_a_column():
    """Return a layer whose parameters lie in an array of two axes."""
    module, whole = layer(), np.ones((6, 1))
    module.W, module.b = whole[:4].reshape(2, 2), whole[4:].reshape(2)
    return module


LAID = {
    "transposed": lambda: turned(lambda w: w.reshape(2, 2).T),
    "backwards": lambda: turned(lambda w: w[::-1].reshape(2, 2)),
    "in bytes": in_bytes,
    "in a column": in_a_column,
}


@pytest.mark.parametrize("make", LAID.values(), ids=LAID)
def test_parameters_may_lie_as_they_like(task, make):
    X, ours, by_hand = task[3][:, :2], make(), make()
    TrainStep(ours, MeanSquaredError(), SGD(0.1))(X, X)
    four_calls(by_hand, MeanSquaredError(), SGD(0.1), X, X)
    for name, W in by_hand.parameters().items():
        assert_allclose(ours.parameters()[name], W, rtol=1e-12)


def test_after_a_refused_batch_an_interruption_or_other_parameters_no_update_goes_on(
    task, monkeypatch
):
    net, cost, sgd, X, y = task
    step = TrainStep(net, cost, sgd)
    step.forward(X, y)
    with pytest.raises(ShapeError):
        step.forward(X[:, :2], y)
    with pytest.raises(NotForwardedError):
        step.update()

    def stop(self):
        raise KeyboardInterrupt

    step.forward(X, y)
    with monkeypatch.context() as patch:
        patch.setattr(type(step.room.layers[0]), "slopes", stop)
        with pytest.raises(KeyboardInterrupt):
            step.update()
    with pytest.raises(NotForwardedError):
        step.update()
    step.forward(X, y)
    net.set_parameters(net.parameters())
    with pytest.raises(NotForwardedError):
        step.update()
    assert sgd.t == 0
    step(X, y)


class Decay(SGD):
    """Descent that slows down."""

    def step(self, net):
        super().step(net)
        self.lr *= 0.5


class Decayed(SGD):
    """Descent with weight decay."""

    def move(self, net, moves, checked=False):
        super().move(net, [(name, W, dW + W) for name, W, dW in moves], checked)


class Normed(SGD):
    """Descent whose steps have a bounded length."""

    def change(self, W, dW, *remembered):
        super().change(W, dW / (1 + np.linalg.norm(dW)), *remembered)


@pytest.mark.parametrize("kind", [Decay, Decayed, Normed])
def test_an_optimizer_that_goes_its_own_way_is_refused_and_fit_lets_it(task, kind):
    net, cost, _, X, y = task
    with pytest.raises(NotBufferedError, match=rf"^TrainStep: {kind.__name__}\(.*goes its own way"):
        TrainStep(net, cost, kind(0.1))
    by_hand, optimizer = copy.deepcopy(net), kind(0.1)
    fit(net, cost, X, y, optimizer=kind(0.1), epochs=3, batch=None)
    for _ in range(3):
        four_calls(by_hand, SoftmaxCrossEntropy(), optimizer, X, y)
    for name, W in net.parameters().items():
        assert_allclose(W, by_hand.parameters()[name], rtol=1e-12)


def test_what_an_optimizer_is_made_to_remember_counts(task):
    net, cost, _, X, y = task
    by_hand, ours, theirs = copy.deepcopy(net), Adam(0.05), Adam(0.05)
    step = TrainStep(net, cost, ours)
    changes = [
        lambda memory: memory.clear(),
        lambda memory: memory.update({"0.b": np.ones((2, 4))}),
    ]
    for change in (*changes, lambda memory: None):
        step(X, y)
        four_calls(by_hand, SoftmaxCrossEntropy(), theirs, X, y)
        change(ours.memory)
        change(theirs.memory)
    for name, W in net.parameters().items():
        assert_allclose(W, by_hand.parameters()[name], rtol=1e-10)


def test_complex_targets_are_refused(task):
    net, _, sgd, X, _ = task
    with pytest.raises(DtypeError, match=r"^Affine\.backward: dZ has dtype complex128"):
        TrainStep(net, MeanSquaredError(), sgd)(X, X[:, :2] + 0j)
    assert sgd.t == 0


def test_it_says_what_it_is_made_of(task):
    net, cost, sgd, _, _ = task
    assert repr(TrainStep(net, cost, sgd)) == f"TrainStep({net!r}, {cost!r}, {sgd!r})"
