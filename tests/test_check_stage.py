"""The stages of a step: what each reads and writes is found from the outside."""

import numpy as np
import pytest

from backprop.check import stages
from backprop.check.stage import changed
from backprop.errors import NotAModuleError
from backprop.nn import (
    SGD,
    Adam,
    Affine,
    HalfSquaredError,
    ReLU,
    Sequential,
    Sigmoid,
    SoftmaxCrossEntropy,
    Tanh,
    mlp,
)


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def found(rng, last=Affine, cost=HalfSquaredError, optimizer=None, activation=Tanh):
    first = Affine(3, 4, rng=rng)
    net = Sequential(first, activation(), last(4, 2, rng=rng))
    Y = rng.normal(size=(5, 2)) if cost is HalfSquaredError else rng.integers(2, size=5)
    return stages(net, cost(), rng.normal(size=(5, 3)), Y, optimizer or SGD(lr=0.5))


@pytest.mark.parametrize("activation", [Tanh, Sigmoid, ReLU])
def test_backward_reads_the_caches_and_the_weights_but_the_first(rng, activation):
    step = found(rng, activation=activation)
    assert set(step.forward.reads) == {"X", "Y", "0.W", "0.b", "2.W", "2.b"}
    assert set(step.forward.writes) == {"1.A", "cost.R", "C"}
    assert set(step.backward.reads) == {"X", "2.W", "1.A", "cost.R"}
    assert set(step.backward.writes) == {"0.dW", "0.db", "2.dW", "2.db"}
    assert set(step.update.writes) == {"0.W", "0.b", "2.W", "2.b"}
    assert set(step.update.reads) == set(step.update.writes) | set(step.backward.writes)


def test_labels_are_read_and_probabilities_kept(rng):
    step = found(rng, cost=SoftmaxCrossEntropy)
    assert "Y" in step.forward.reads
    assert {"cost.P", "cost.Y"} <= set(step.forward.writes) & set(step.backward.reads)


def test_targets_that_are_probabilities_stay_probabilities(rng):
    net, Y = mlp((3, 4, 2), rng=rng), rng.dirichlet(np.ones(2), 5)
    step = stages(net, SoftmaxCrossEntropy(), rng.normal(size=(5, 3)), Y, SGD())
    assert "Y" in step.forward.reads


def test_an_optimizer_reads_and_writes_its_memory(rng):
    step = found(rng, optimizer=Adam(lr=0.1))
    assert {"memory of 0.W", "memory of 2.b"} <= set(step.update.reads) & set(step.update.writes)
    assert not any("memory" in name for name in step.forward.reads + step.backward.reads)


def test_a_layer_that_updates_too_early_is_seen_to_write_its_weights(rng):
    class HastyAffine(Affine):
        def backward(self, dZ, *, need_input=True, free=False):
            super().backward(dZ, need_input=False)
            self.W -= 0.5 * self.dW
            return dZ @ self.W

    assert "2.W" in found(rng, last=HastyAffine).backward.writes


def test_a_layer_that_adds_to_its_gradient_is_seen_to_read_it(rng):
    class AddingAffine(Affine):
        def backward(self, dZ, *, need_input=True, free=False):
            before = 0 if self.dW is None else self.dW
            dX = super().backward(dZ, need_input=need_input)
            self.dW = self.dW + before
            return dX

    assert "2.dW" in found(rng, last=AddingAffine).backward.reads


def test_nothing_is_changed(rng):
    net, cost, optimizer = mlp((3, 4, 2), rng=rng), HalfSquaredError(), Adam()
    before = {name: W.copy() for name, W in net.parameters().items()}
    stages(net, cost, rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), optimizer)
    assert all(np.array_equal(net.parameters()[name], W) for name, W in before.items())
    assert (optimizer.t, optimizer.memory, getattr(cost, "R", None)) == (0, {}, None)
    assert net.gradients()["0.W"] is None


def test_one_example_is_enough(rng):
    net = mlp((3, 4, 2), rng=rng)
    step = stages(net, HalfSquaredError(), rng.normal(size=(1, 3)), rng.normal(size=(1, 2)), SGD())
    assert {"X", "Y"} <= set(step.forward.reads)


def test_what_is_no_network_is_refused():
    with pytest.raises(NotAModuleError, match=r"^cost: net is a list, expected a Module\. Count a"):
        stages([], HalfSquaredError(), np.ones((5, 3)), np.ones((5, 2)), SGD())


@pytest.mark.parametrize("labels", [[0, 1, 2], [2, 2, 2], [0, 0, 0]])
def test_changed_labels_differ_and_stay_labels(labels):
    other = changed("Y", np.array(labels))
    assert (other != labels).all()
    assert 0 <= other.min() <= other.max() <= 2


def test_printed_it_is_a_table(rng):
    lines = repr(found(rng)).splitlines()
    assert lines[0].startswith("forward  reads   X, Y, 0.W")
    assert len(lines) == 9
    assert lines[4] == "         writes  0.dW, 0.db, 2.dW, 2.db"
    assert lines[5].endswith("costs   140 multiply–accumulates, 26 numbers written")


def test_work_grows_with_the_batch_and_the_update_does_not(rng):
    net = mlp((3, 4, 2), rng=rng)
    small, large = (
        stages(net, HalfSquaredError(), rng.normal(size=(N, 3)), rng.normal(size=(N, 2)), SGD())
        for N in (1, 7)
    )
    assert [large.forward.products, large.backward.products] == [7 * 20, 7 * 28]
    assert [small.forward.products, small.backward.products] == [20, 28]
    assert large.update[3:] == small.update[3:] == (0, 26)
    assert large.forward.numbers == 7 * (4 + 2) + 1
