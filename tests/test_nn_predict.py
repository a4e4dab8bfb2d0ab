"""Labels from outputs."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from backprop.errors import DtypeError, ShapeError
from backprop.nn import Affine, Identity, Sequential, Sigmoid, Tanh, accuracy, mlp, predict

X = np.array([[2.0], [-3.0], [0.25], [-0.25]])


def test_of_several_outputs_the_largest_wins():
    net = Affine.from_arrays([[1.0], [-1.0], [0.0]], [0.0, 0.0, 0.5])
    assert_array_equal(predict(net, X), [0, 1, 2, 2])


def test_a_single_logit_says_yes_where_it_is_positive():
    net = Sequential(Affine.from_arrays([[1.0]], [0.0]), Identity())
    assert_array_equal(predict(net, X), [1, 0, 1, 0])
    assert_array_equal(predict(net, np.zeros((1, 1))), [0])


def test_a_single_probability_says_yes_above_a_half():
    net = Sequential(Affine.from_arrays([[1.0]], [-1.0]), Sigmoid())
    assert_array_equal(predict(net, X), [1, 0, 0, 0])
    assert_array_equal(predict(Sequential(Identity(), net), X), [1, 0, 0, 0])


def test_accuracy_is_the_share_that_is_right():
    net = Affine.from_arrays([[1.0]], [0.0])
    assert accuracy(net, X, np.array([1, 0, 1, 1])) == 0.75
    assert type(accuracy(net, X, [0, 1, 0, 1])) is float


def test_the_caches_are_left_as_they_are():
    net = mlp((3, 4, 2), rng=np.random.default_rng(0))
    few, many = np.random.default_rng(1).standard_normal((2, 5, 3))
    net(few)
    kept = [dict(vars(leaf)) for leaf in net.leaves()]
    predict(net, many)
    accuracy(net, many, np.zeros(5, int))
    for leaf, before in zip(net.leaves(), kept, strict=True):
        assert vars(leaf).keys() == before.keys()
        assert all(vars(leaf)[name] is array for name, array in before.items())
    assert predict(Sequential(Tanh()), few).shape == (5,)


@pytest.mark.parametrize(
    ("labels", "error", "said"),
    [
        (np.ones(4), DtypeError, r"^accuracy: labels has dtype float64, .*labels\.astype\(int\)"),
        (
            np.ones((4, 1), int),
            ShapeError,
            r"^accuracy: labels has shape \(4, 1\), expected \(4,\)",
        ),
        (np.ones(3, int), ShapeError, r"^accuracy: labels has shape \(3,\), expected \(4,\)"),
    ],
)
def test_labels_that_do_not_fit_are_refused(labels, error, said):
    with pytest.raises(error, match=said):
        accuracy(Affine.from_arrays([[1.0]], [0.0]), X, labels)
