"""Targets: labels in range, rows that are distributions, and sentences about those that are not."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from backprop.errors import DtypeError, EmptyBatchError, ShapeError, TargetError
from backprop.nn.targets import expect_distributions, expect_fractions, expect_labels, one_hot


def test_one_hot_puts_a_one_where_the_label_says():
    Y = one_hot(np.array([2, 0, 3, 0, 1]), 4)
    assert Y.shape == (5, 4)
    assert Y.dtype == np.float64
    assert_array_equal(Y.argmax(axis=1), [2, 0, 3, 0, 1])
    assert_array_equal(Y.sum(axis=1), 1)
    assert_array_equal(np.unique(Y), [0, 1])
    assert one_hot([1], 2, np.float32).dtype == np.float32


BAD_LABELS = {
    "one too large": (
        [0, 4, 2],
        TargetError,
        "labels is 4 at [1], expected labels from 0 to 3. "
        "A label is the number of a class, counted from 0.",
    ),
    "counted from 1": (
        [1, 4, 2],
        TargetError,
        "labels is 4 at [1], expected labels from 0 to 3. Are they counted from 1? Use labels - 1.",
    ),
    "negative": (
        [0, 3, -1],
        TargetError,
        "labels is -1 at [2], expected labels from 0 to 3. "
        "A label is the number of a class, counted from 0.",
    ),
    "fractions": (
        [0.0, 3.0],
        DtypeError,
        "labels has dtype float64, expected integer labels. Use labels.astype(int).",
    ),
    "truth values": (
        [True, False],
        DtypeError,
        "labels has dtype bool, expected integer labels. Use labels.astype(int).",
    ),
    "a column": (
        [[0], [1]],
        ShapeError,
        "labels has shape (2, 1), expected (N,). An axis of size 1 too many: use labels.squeeze().",
    ),
    "none": (
        np.array([], int),
        EmptyBatchError,
        "labels has shape (0,), expected at least one number. "
        "An empty batch has no mean: did the selection find nothing?",
    ),
}


@pytest.mark.parametrize(("labels", "error", "said"), BAD_LABELS.values(), ids=BAD_LABELS)
def test_labels_that_are_none_are_named(labels, error, said):
    with pytest.raises(error) as refused:
        one_hot(np.array(labels), 4)
    assert str(refused.value) == f"one_hot: {said}"


def test_without_a_number_of_classes_labels_are_only_counted_from_0():
    assert_array_equal(expect_labels("accuracy", "labels", [5, 900]), [5, 900])
    with pytest.raises(TargetError, match=r"labels is -2 at \[0\], expected labels ≥ 0\."):
        expect_labels("accuracy", "labels", [-2, 900])


def test_unsigned_labels_are_labels():
    assert_array_equal(one_hot(np.array([1, 0], np.uint8), 2), [[0, 1], [1, 0]])
    assert_array_equal(expect_labels("accuracy", "labels", np.array([255], np.uint8)), [255])


@pytest.mark.parametrize(
    ("Y", "said"),
    [
        ([[0.5], [1.5]], r"Y is 1\.5 at \[1, 0\], expected numbers from 0 to 1\. A target is the"),
        ([[0.5, np.nan]], r"Y is nan at \[0, 1\]"),
        ([[1.0, -1.0]], r"Y is -1\.0 at \[0, 1\].*Are the classes −1 and 1\? Use \(Y \+ 1\) / 2\."),
    ],
)
def test_what_is_no_probability_is_named(Y, said):
    with pytest.raises(TargetError, match=said):
        expect_fractions("cost", "Y", np.array(Y))


def test_a_row_that_does_not_sum_to_1_is_named():
    rows = np.array([[0.25, 0.75], [0.5, 0.25]])
    with pytest.raises(TargetError) as error:
        expect_distributions("cost", "Y", rows)
    assert str(error.value) == (
        "cost: Y sums to 0.75 in row 1, expected 1. "
        "A row holds the probabilities of the classes: divide it by its sum."
    )
    with pytest.raises(TargetError, match=r"Y is -0\.5 at \[0, 1\]"):
        expect_distributions("cost", "Y", np.array([[1.5 - 0.5, -0.5, 0.5]]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("K", [2, 7, 3000])
def test_rows_that_were_normalised_pass_in_both_precisions(dtype, K):
    Y = np.random.default_rng(K).random((5, K)).astype(dtype)
    Y /= Y.sum(axis=1, keepdims=True)
    assert expect_distributions("cost", "Y", Y) is Y
    with pytest.raises(TargetError, match="in row 0"):
        expect_distributions("cost", "Y", Y * np.array(1.00001, dtype))
