"""Training: every example once an epoch, what is noted, what stops it, and learning for real."""

import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from backprop import data
from backprop.errors import (
    DivergedError,
    DtypeError,
    EmptyBatchError,
    NotFiniteError,
    RngError,
    SettingError,
    ShapeError,
    TargetError,
)
from backprop.nn import (
    SGD,
    Adam,
    Affine,
    BinaryCrossEntropy,
    HalfSquaredError,
    MeanSquaredError,
    ReLU,
    SoftmaxCrossEntropy,
    accuracy,
    fit,
    mlp,
)


def task(seed=6, N=7, dtype=np.float64):
    """Return a network, examples and labels."""
    rng = np.random.default_rng(seed)
    net = mlp((3, 4, 2), rng=rng, dtype=dtype)
    return net, rng.standard_normal((N, 3)), rng.integers(2, size=N)


def copies(net):
    return {name: W.copy() for name, W in net.parameters().items()}


def test_fit_is_the_loop_that_one_would_write():
    net, X, y = task()
    by_hand, cost, sgd, order = task()[0], SoftmaxCrossEntropy(), SGD(0.5, 0.5), []
    costs, rng = [], np.random.default_rng(1)
    for _ in range(4):
        order = rng.permutation(7)
        for rows in (order[:3], order[3:6], order[6:]):
            cost(by_hand(X[rows]), y[rows])
            by_hand.backward(cost.backward())
            sgd.step(by_hand)
        costs.append(cost(by_hand(X), y))
    options = {"optimizer": SGD(0.5, 0.5), "epochs": 4, "batch": 3}
    history = fit(net, SoftmaxCrossEntropy(), X, y, rng=np.random.default_rng(1), **options)
    # fit adds up in another order than the modules: some last digits differ
    assert_allclose(history.cost, costs, rtol=1e-13)
    for name, W in net.parameters().items():
        assert_allclose(W, by_hand.parameters()[name], rtol=1e-13, atol=1e-15)


def test_without_batches_every_step_takes_all_examples_in_their_order():
    net, X, y = task()
    by_hand, cost, sgd = task()[0], SoftmaxCrossEntropy(), SGD(0.5)
    for _ in range(3):
        cost(by_hand(X), y)
        by_hand.backward(cost.backward())
        sgd.step(by_hand)
    fit(net, SoftmaxCrossEntropy(), X, y, optimizer=SGD(0.5), epochs=3, batch=None)
    for name, W in net.parameters().items():  # fit adds up in another order: some last digits
        assert_allclose(W, by_hand.parameters()[name], rtol=1e-13, atol=1e-15)


class Seen(MeanSquaredError):
    """Writes down which examples came."""

    def __init__(self):
        self.batches = []

    def forward(self, Yhat, Y):
        self.batches.append(Y[:, 0].astype(int).tolist())
        return super().forward(Yhat, Y)


@pytest.mark.parametrize(("batch", "sizes"), [(3, [3, 3, 1]), (7, [7]), (50, [7]), (1, [1] * 7)])
def test_every_example_takes_part_once_an_epoch_with_its_own_target(batch, sizes):
    seen, X = Seen(), np.arange(7.0)[:, None]
    line, rng = Affine.from_arrays([[1.0]], [0.0]), np.random.default_rng(0)
    fit(line, seen, X, X, optimizer=SGD(1e-3), epochs=3, batch=batch, rng=rng)
    assert seen.R.max() == 0  # the line is right: every row met its own target
    runs = [
        seen.batches[k : k + len(sizes) + 1] for k in range(0, len(seen.batches), len(sizes) + 1)
    ]
    orders = [[n for rows in run[:-1] for n in rows] for run in runs]
    assert [[len(rows) for rows in run] for run in runs] == [[*sizes, 7]] * 3
    assert [sorted(order) for order in orders] == [list(range(7))] * 3
    assert len({tuple(order) for order in orders}) == 3  # drawn anew for each epoch


def test_nobody_asks_for_the_gradient_of_the_examples():
    class Asked(Affine):
        def backward(self, dZ, *, need_input=True, free=False):
            assert not need_input
            return super().backward(dZ, need_input=need_input, free=free)

    X = np.ones((7, 1))
    line = Asked.from_arrays([[0.5]], [0.0])
    fit(line, MeanSquaredError(), X, X, optimizer=SGD(0.1), epochs=1, batch=None)


def test_what_is_noted_is_true_at_the_end_of_the_epoch():
    net, X, y = task(N=20)
    V, v = np.random.default_rng(9).standard_normal((5, 3)), np.array([0, 1, 1, 0, 1])
    options = {"optimizer": Adam(0.05), "batch": 8, "rng": np.random.default_rng(2)}
    history = fit(net, SoftmaxCrossEntropy(), X, y, epochs=3, validation=(V, v), **options)
    assert [len(numbers) for numbers in history] == [3, 3, 3, 3]
    assert history.cost[-1] == SoftmaxCrossEntropy()(net(X), y)
    assert history.validation_cost[-1] == SoftmaxCrossEntropy()(net(V), v)
    assert history.accuracy[-1] == accuracy(net, X, y)
    assert history.validation_accuracy[-1] == accuracy(net, V, v)
    assert len(set(history.cost)) == 3
    assert repr(history) == "History(3 epochs)"


def test_numbers_that_are_no_classes_have_no_accuracy():
    net, X, _ = task()
    rng = np.random.default_rng(0)
    history = fit(net, MeanSquaredError(), X, X[:, :2], optimizer=SGD(0.01), epochs=2, rng=rng)
    assert (len(history.cost), history[1:]) == (2, ([], [], []))


def test_soft_targets_are_learnt_and_counted_by_their_likeliest_class():
    net, X, y = task(N=6)
    Y = 0.8 * data.one_hot(y, 2) + 0.1
    history = fit(net, SoftmaxCrossEntropy(), X, Y, optimizer=Adam(0.05), epochs=200, batch=None)
    assert history.accuracy[-1] == accuracy(net, X, y) == 1
    # no cost is smaller than the entropy of its targets
    assert -(Y * np.log(Y)).sum() / 6 < history.cost[-1] < 0.4


def test_training_goes_on_where_it_ended():
    whole, X, y = task()
    parts = task()[0]
    cost, one, two = SoftmaxCrossEntropy(), Adam(0.01), Adam(0.01)
    fit(whole, cost, X, y, optimizer=one, epochs=5, batch=None)
    for epochs in (2, 3):
        fit(parts, cost, X, y, optimizer=two, epochs=epochs, batch=None)
    for name, W in whole.parameters().items():
        assert_array_equal(W, parts.parameters()[name])


def test_float32_trains_in_float32():
    net, X, y = task(dtype=np.float32)
    fit(net, SoftmaxCrossEntropy(), X, y, optimizer=Adam(0.01), epochs=2, batch=None)
    assert {W.dtype for W in net.parameters().values()} == {np.dtype("float32")}


# ── what stops it ─────────────────────────────────────────────────────────────────────────────


def state(net, cost, optimizer):
    """Return all that the three hold."""
    held = {k: v for k, v in vars(optimizer).items() if k not in ("memory", "net")}
    memory = {name: array.copy() for name, array in optimizer.memory.items()}
    caches = [dict(vars(leaf)) for leaf in net.leaves()]
    return copies(net), caches, dict(vars(cost)), held, memory, optimizer.net


def assert_unchanged(before, after):
    parameters, caches, cost, held, memory, net = before
    for old, new in ((parameters, after[0]), (memory, after[4])):
        assert old.keys() == new.keys()
        assert all((old[name] == new[name]).all() for name in old)
    for old, new in ((cost, after[2]), *zip(caches, after[1], strict=True)):
        assert old.keys() == new.keys()
        assert all(old[name] is new[name] for name in old)
    assert (held, id(net)) == (after[3], id(after[5]))


@pytest.mark.parametrize("trained", [False, True])
def test_a_training_that_diverges_says_what_to_try_and_undoes_itself(trained):
    net, X, _ = task()
    cost, sgd = HalfSquaredError(), SGD(lr=50.0, momentum=0.5)
    if trained:
        sgd.lr = 0.01
        fit(net, cost, X, X[:, :2], optimizer=sgd, epochs=2, batch=None)
        sgd.lr = 50.0
    before = state(net, cost, sgd)
    with pytest.raises(DivergedError) as error:
        fit(net, cost, X, X[:, :2], optimizer=sgd, epochs=999, batch=None)
    said = str(error.value)
    assert said.startswith(("fit: the cost is inf in epoch ", "fit: the cost is nan in epoch "))
    assert said.endswith(
        ", expected a finite number. Everything is as before. Try a smaller lr, 5 for instance."
    )
    assert_unchanged(before, state(net, cost, sgd))


def test_any_error_undoes_the_training():
    net, X, y = task()
    cost, adam = SoftmaxCrossEntropy(), Adam()
    before = state(net, cost, adam)
    with pytest.raises(TargetError, match=r"Y is 2 at \[3\], expected labels from 0 to 1"):
        fit(
            net,
            cost,
            X,
            y,
            optimizer=adam,
            epochs=3,
            validation=(X, np.array([0, 1, 0, 2, 0, 1, 1])),
            batch=None,
        )
    assert_unchanged(before, state(net, cost, adam))


def test_a_gradient_that_is_not_finite_undoes_the_training_too():
    class Spoilt(HalfSquaredError):
        def slope(self, R):
            return R * np.nan

    net, X, _ = task()
    cost, sgd = Spoilt(), SGD()
    before = state(net, cost, sgd)
    with pytest.raises(NotFiniteError, match=r"^SGD\.step: 0\.dW is nan at \[0, 0\]"):
        fit(net, cost, X, X[:, :2], optimizer=sgd, epochs=3, batch=None)
    assert_unchanged(before, state(net, cost, sgd))


def test_a_class_is_no_object_of_it():
    net, X, y = task()
    for cost, sgd in ((SoftmaxCrossEntropy, SGD()), (SoftmaxCrossEntropy(), SGD)):
        name = (cost if isinstance(cost, type) else sgd).__name__
        with pytest.raises(SettingError) as error:
            fit(net, cost, X, y, optimizer=sgd, epochs=1, batch=None)
        assert str(error.value) == (
            f"fit: a class came, {name}, expected a net, a cost and an optimizer. "
            f"Make one: {name}(...)."
        )


def test_targets_that_are_no_numbers_are_left_to_the_cost_to_refuse():
    net, X, y = task()
    with pytest.raises(DtypeError, match=r"^SoftmaxCrossEntropy\.forward: Y has dtype <U"):
        fit(net, SoftmaxCrossEntropy(), X, y.astype(str), optimizer=SGD(), epochs=1, batch=None)


def test_an_interrupted_training_keeps_what_it_has_learnt():
    class Impatient(HalfSquaredError):
        def forward(self, Yhat, Y):
            if getattr(self, "R", None) is not None:
                raise KeyboardInterrupt
            return super().forward(Yhat, Y)

    net, X, _ = task()
    before = copies(net)
    with pytest.raises(KeyboardInterrupt):
        fit(net, Impatient(), X, X[:, :2], optimizer=SGD(0.1), epochs=3, batch=None)
    assert not (net.parameters()["0.W"] == before["0.W"]).any()


NAN, INF = np.ones((7, 3)), np.ones((7, 2))
NAN[4, 2], INF[0, 1] = np.nan, -np.inf
BAD_CALLS = {
    "NaN in X": ({"X": NAN}, NotFiniteError, r"^fit: X is nan at \[4, 2\], expected finite"),
    "infinity in Y": ({"Y": INF}, NotFiniteError, r"^fit: Y is -inf at \[0, 1\], expected finite"),
    "too few targets": (
        {"Y": np.ones((6, 2))},
        ShapeError,
        r"^fit: X has 7 rows and Y 6, expected one target for each example\.",
    ),
    "a number as target": ({"Y": 1.0}, ShapeError, r"^fit: X has 7 rows and Y no, expected one"),
    "no examples": ({"X": np.ones((0, 3))}, EmptyBatchError, r"^fit: X has shape \(0, 3\)"),
    "validation of other lengths": (
        {"validation": (np.ones((2, 3)), np.ones((3, 2)))},
        ShapeError,
        r"^fit: X of validation has 2 rows and Y 3",
    ),
    "no generator": ({"rng": None, "batch": 3}, RngError, r"^fit: rng is None"),
    "a seed": ({"rng": 7, "batch": 3}, RngError, r"^fit: rng is 7"),
    "an empty batch": ({"batch": 0}, ShapeError, r"^fit: batch is 0, expected an integer ≥ 1"),
    "no epochs": ({"epochs": 0}, ShapeError, r"^fit: epochs is 0, expected an integer ≥ 1"),
    "another width": (
        {"X": np.ones((7, 5))},
        ShapeError,
        r"^Affine\.forward: X has shape \(7, 5\)",
    ),
}


@pytest.mark.parametrize(("change", "error", "said"), BAD_CALLS.values(), ids=BAD_CALLS)
def test_a_refused_call_changes_nothing(change, error, said):
    net, X, _ = task()
    cost, sgd = MeanSquaredError(), SGD(0.1)
    cost(net(X), X[:, :2])
    before = state(net, cost, sgd)
    options = {"X": X, "Y": X[:, :2], "epochs": 2, "batch": None, "optimizer": sgd} | change
    with pytest.raises(error, match=said):
        fit(net, cost, options.pop("X"), options.pop("Y"), **options)
    assert_unchanged(before, state(net, cost, sgd))


# ── the progress bar ──────────────────────────────────────────────────────────────────────────

SLOW = """
import time, numpy as np
from backprop.nn import *
class Slow(MeanSquaredError):
    def backward(self, **options):
        time.sleep({pause})
        return super().backward(**options)
line, X = Affine.from_arrays([[0.0]], [0.0]), np.ones((1, 1))
fit(line, Slow(), X, X, optimizer=SGD(0.1), epochs=13, batch=None, progress={progress})
print("done")
"""


# A pause in every step, whether a bar is wanted, TQDM_DISABLE, and whether a bar is seen.
BARS = {
    "slow": (0.1, True, "", True),
    "slow, but disabled": (0.1, True, "1", False),
    "slow, but not wanted": (0.1, False, "", False),
    "fast": (0, True, "", False),
}


@pytest.fixture(scope="module")
def runs():
    """Return the processes, which wait side by side."""
    started, others = {}, {k: v for k, v in os.environ.items() if k != "TQDM_DISABLE"}
    for name, (pause, progress, disable, _) in BARS.items():
        code = SLOW.format(pause=pause, progress=progress)
        environment = others | ({"TQDM_DISABLE": disable} if disable else {})
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": environment}
        started[name] = subprocess.Popen([sys.executable, "-c", code], **options)
    return {name: process.communicate() for name, process in started.items()}


@pytest.mark.parametrize("name", BARS)
def test_a_progress_bar_appears_on_stderr_after_a_second_if_it_is_wanted(runs, name):
    printed, bar = (text.decode() for text in runs[name])
    assert printed.split() == ["done"]
    if BARS[name][-1]:
        assert "epochs: " in bar
        assert bar.split("\r")[-2].strip() == ""  # and it leaves nothing behind
    else:
        assert bar == ""


def test_without_tqdm_there_is_no_bar(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    net, X, y = task()
    fit(net, SoftmaxCrossEntropy(), X, y, optimizer=SGD(), epochs=1, batch=None)


# ── learning for real ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(3))
def test_two_hidden_layers_tell_three_spirals_apart(seed):
    rng = np.random.default_rng(seed)
    X, y = data.spirals(300, rng)
    net = mlp((2, 32, 32, 3), rng=rng)
    options = {"optimizer": Adam(1e-2), "epochs": 100, "rng": rng}
    assert fit(net, SoftmaxCrossEntropy(), X, y, **options).accuracy[-1] >= 0.99


@pytest.mark.parametrize("seed", range(3))
def test_four_hidden_units_learn_xor(seed):
    rng = np.random.default_rng(seed)
    X, y = data.xor_corners()
    net, Y = mlp((2, 4, 1), rng=rng), y[:, None].astype(float)
    fit(net, BinaryCrossEntropy(), X, Y, optimizer=SGD(0.5), epochs=2000, batch=None)
    assert accuracy(net, X, y) == 1


@pytest.mark.parametrize("seed", range(2))
def test_handwritten_digits_that_were_held_out_are_read(seed):
    rng = np.random.default_rng(seed)
    X, y, X_test, y_test = data.digits(rng)
    net, Y = mlp((64, 64, 10), activation=ReLU, rng=rng), 0.9 * data.one_hot(y, 10) + 0.01
    fit(net, SoftmaxCrossEntropy(), X, Y, optimizer=Adam(3e-3), epochs=40, rng=rng)
    assert accuracy(net, X_test, y_test) >= 0.97


def test_the_line_of_least_squares_is_found():
    rng = np.random.default_rng(6)
    X = rng.standard_normal((40, 2))
    Y = X @ np.array([[1.5], [-2.0]]) + 0.25 + 0.1 * rng.standard_normal((40, 1))
    line = Affine(2, 1, rng=rng)
    fit(line, MeanSquaredError(), X, Y, optimizer=SGD(0.1, momentum=0.5), epochs=300, batch=None)
    solved = np.linalg.lstsq(np.hstack([X, np.ones((40, 1))]), Y, rcond=None)[0]
    assert_allclose(np.append(line.W, line.b), solved[:, 0], rtol=1e-9)
