"""Cross-entropy from logits: right at any logit, clear about targets that are none."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.check import central_difference, complex_step, gradcheck
from backprop.errors import (
    DtypeError,
    EmptyBatchError,
    NotForwardedError,
    ReleasedError,
    ShapeError,
    TargetError,
)
from backprop.nn import Affine, BinaryCrossEntropy, Cost, Sequential, SoftmaxCrossEntropy, Tanh
from backprop.nn.cross_entropy import CrossEntropy, sigmoid
from backprop.nn.targets import one_hot

BINARY, SOFTMAX = BinaryCrossEntropy, SoftmaxCrossEntropy
BOTH = [BINARY, SOFTMAX]
# Logits at which e^z overflows in float32, in float64, and at which it does not.
LOGITS = [-1000.0, -100.0, -37.5, -1.5, 0.0, 0.25, 40.0, 100.0, 1000.0]


def draw(kind, seed, N, K, soft=True):
    """Return random logits and targets: distributions, or independent fractions."""
    rng = np.random.default_rng(seed)
    Z, Y = rng.standard_normal((N, K)), rng.random((N, K))
    if kind is SOFTMAX:
        Y /= Y.sum(axis=1, keepdims=True)
    return Z, Y if soft else np.round(Y)


# ── independent witnesses: the definition, in 1000 digits, differentiated by mpmath's rules ────


def binary_by_definition(z, y):
    """Return the cost of one logit and its slope, −y (ln p)′ − (1 − y) (ln(1 − p))′."""
    p = 1 / (1 + mpmath.exp(-z))
    slope = p * (1 - p)
    return -y * mpmath.log(p) - (1 - y) * mpmath.log(1 - p), slope * ((1 - y) / (1 - p) - y / p)


def softmax_by_definition(z, y):
    """Return the cost of one row and its slopes, through the Jacobian of softmax."""
    E = [mpmath.exp(k) for k in z]
    p = [e / sum(E) for e in E]
    C = -sum(a * mpmath.log(b) for a, b in zip(y, p, strict=True))
    dp = [-a / b for a, b in zip(y, p, strict=True)]
    k = range(len(z))
    return C, [sum(dp[i] * p[i] * ((i == j) - p[j]) for i in k) for j in k]


@pytest.mark.parametrize("y", [0.0, 1.0, 0.25])
@pytest.mark.parametrize("z", LOGITS)
def test_binary_cross_entropy_at_extreme_logits(z, y):
    cost = BINARY()
    with mpmath.workdps(1000), np.errstate(over="raise", invalid="raise", divide="raise"):
        C, slope = map(float, binary_by_definition(mpmath.mpf(z), mpmath.mpf(y)))
        assert_allclose(cost(np.array([[z]]), np.array([[y]])), C, rtol=1e-14)
        # p − y is right to a rounding of 1
        assert_allclose(cost.backward().item(), slope, rtol=1e-14, atol=2e-16)
        assert_allclose(cost.P.item(), float(1 / (1 + mpmath.exp(-mpmath.mpf(z)))), rtol=1e-15)


@pytest.mark.parametrize("y", [(1, 0, 0), (0, 1, 0), (0.125, 0.25, 0.625)])
@pytest.mark.parametrize(
    "z", [(1000, -1000, 0), (-1000, 1000, 1000), (-1000, -999, -998.5), (50, 0.5, 7)]
)
def test_softmax_cross_entropy_at_extreme_logits(z, y):
    cost = SOFTMAX()
    with mpmath.workdps(2500), np.errstate(over="raise", invalid="raise", divide="raise"):
        C, slopes = softmax_by_definition(list(map(mpmath.mpf, z)), list(map(mpmath.mpf, y)))
        # ln Σ is right to a rounding of 1, as the sum is
        assert_allclose(
            cost(np.array([z], float), np.array([y], float)), float(C), rtol=1e-14, atol=4e-16
        )
        assert_allclose(cost.backward()[0], np.array(slopes, float), rtol=1e-14, atol=2e-16)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("z", [1000.0, -1000.0])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_nothing_overflows_and_the_dtype_stays(kind, z, dtype):
    Z, Y = np.array([[z, -z, 0.5]], dtype), np.array([[0.0, 1.0, 0.0]])
    cost = kind()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        C, dZ = cost(Z, Y), cost.backward()
    # Wrong by 1000 twice, as one softmax or as two sigmoids; the third logit is a question alone.
    third = np.log1p(np.exp(0.5)) if kind is BINARY else 0
    assert_allclose(C, 2000 * (z > 0) + third, rtol=1e-6, atol=1e-7)
    assert dZ.dtype == cost.P.dtype == np.dtype(dtype)
    assert np.isfinite(dZ).all()


def test_float32_logits_give_float32_gradients_with_every_kind_of_target():
    Z = np.ones((2, 3), np.float32)
    for Y in (np.array([2, 0]), np.full((2, 3), 1 / 3), np.full((2, 3), 1 / 3, np.float32)):
        cost = SOFTMAX()
        assert type(cost(Z, Y)) is float
        assert cost.backward().dtype == np.float32


@pytest.mark.parametrize("kind", BOTH)
@given(st.integers(1, 6), st.integers(2, 6), st.integers(0, 99))
def test_cost_and_gradient_agree_with_independent_witnesses(kind, N, K, seed):
    Z, Y = draw(kind, seed, N, K)
    cost = kind()
    by_rows = {
        BINARY: lambda z, y: sum(binary_by_definition(a, b)[0] for a, b in zip(z, y, strict=True)),
        SOFTMAX: lambda z, y: softmax_by_definition(z, y)[0],
    }
    expected = float(sum(by_rows[kind](z, y) for z, y in zip(Z, Y, strict=True)) / N)
    assert_allclose(cost(Z, Y), expected, rtol=1e-13)
    dZ = cost.backward()
    f = lambda Z: kind()(Z, Y)  # noqa: E731
    assert_allclose(dZ, complex_step(f, Z), rtol=0, atol=1e-14)
    # ε|C|/h and h²|C‴|/6 with h = ε^⅓: 1e-10 of a cost of a few nats
    assert_allclose(dZ, central_difference(f, Z), rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", BOTH)
def test_the_complex_step_passes_at_extreme_logits(kind):
    Z = np.array([[1000.0, -1000.0, 2.0], [-750.0, 40.0, 0.0]])
    Y = np.array([[0.0, 1.0, 0.0], [0.5, 0.25, 0.25]])
    cost = kind()
    cost(Z, Y)
    slopes = complex_step(lambda Z: kind()(Z, Y), Z)
    assert_allclose(cost.backward(), slopes, rtol=0, atol=4e-16)


@pytest.mark.parametrize("kind", BOTH)
def test_a_network_with_its_cost_passes_the_gradient_check(kind):
    rng = np.random.default_rng(5)
    net = Sequential(Affine(3, 5, rng=rng), Tanh(), Affine(5, 4, rng=rng))
    _, Y = draw(kind, 5, 6, 4)
    agreed = gradcheck(net, rng.standard_normal((6, 3)), Y, cost=kind())
    assert agreed.names == ("dX", "0.dW", "0.db", "2.dW", "2.db")
    assert set(agreed.tolerances) == {"central", "complex"}


def test_labels_mean_their_one_hot_rows():
    Z, labels = np.random.default_rng(6).standard_normal((5, 4)), np.array([3, 0, 2, 2, 1])
    by_label, by_row = SOFTMAX(), SOFTMAX()
    assert by_label(Z, labels) == by_row(Z, one_hot(labels, 4))
    assert by_label(Z, labels.tolist()) == by_label(Z, labels.astype("uint8"))
    assert_array_equal(by_label.backward(), by_row.backward())


def test_two_logits_are_one_logit_against_zero():
    z, yes = np.array([[2.5], [-0.75], [300.0]]), np.array([1, 0, 0])
    two, one = SOFTMAX(), BINARY()
    assert_allclose(two(np.hstack([0 * z, z]), yes), one(z, yes[:, None].astype(float)), rtol=1e-15)
    assert_allclose(two.backward()[:, 1:], one.backward(), rtol=1e-14)


def test_a_logit_counts_only_against_the_others_of_its_row():
    Z, Y = draw(SOFTMAX, 7, 4, 3)
    up, down = SOFTMAX(), SOFTMAX()
    shift = np.array([[512.0], [-64.0], [2.0], [0.0]])
    assert_allclose(up(Z + shift, Y), down(Z, Y), rtol=1e-12)
    assert_allclose(up.backward(), down.backward(), rtol=0, atol=1e-13)
    assert_allclose(up.backward().sum(axis=1), 0, atol=1e-16)


@pytest.mark.parametrize("kind", BOTH)
def test_the_mean_is_over_examples_alone(kind):
    Z, Y = draw(kind, 8, 5, 3)
    cost = kind()
    C = cost(Z, Y)
    dZ, costs, slopes = cost.backward(), [], []
    for n in range(5):
        costs.append(cost(Z[n : n + 1], Y[n : n + 1]))
        slopes.append(cost.backward()[0])
    assert_allclose(C, np.mean(costs), rtol=1e-14)
    assert_allclose(dZ, np.array(slopes) / 5, rtol=1e-14)


def test_outputs_of_binary_cross_entropy_are_summed():
    Z, Y = draw(BINARY, 9, 5, 3)
    columns = [BINARY()(Z[:, k : k + 1], Y[:, k : k + 1]) for k in range(3)]
    assert_allclose(BINARY()(Z, Y), sum(columns), rtol=1e-14)


def test_soft_targets_have_the_least_cost_at_their_own_logits():
    Y = np.array([[0.125, 0.25, 0.625]])
    for kind, Z in ((SOFTMAX, np.log(Y)), (BINARY, np.log(Y) - np.log(1 - Y))):
        cost = kind()
        least = cost(Z, Y)
        assert_allclose(cost.backward(), 0, atol=1e-16)
        assert all(kind()(Z + 0.1 * dZ, Y) > least for dZ in np.eye(3))


def test_a_confident_right_answer_costs_nothing_and_stays_put():
    for kind, Z, Y in (
        (SOFTMAX, [[1000.0, -1000.0]], np.array([0])),
        (BINARY, [[1000.0, -1000.0]], [[1.0, 0.0]]),
    ):
        cost = kind()
        assert cost(Z, Y) == 0
        assert_array_equal(cost.backward(), [[0, 0]])


def test_the_sigmoid_of_the_cost_keeps_its_digits_far_left():
    Z = np.array([-700.0, -40.0, -1.0, 0.0, 2.0, 800.0])
    with mpmath.workdps(400):
        exactly = [float(1 / (1 + mpmath.exp(-mpmath.mpf(z)))) for z in Z]
    assert_allclose(sigmoid(Z), exactly, rtol=3e-16)


@pytest.mark.parametrize("kind", BOTH)
def test_the_cost_is_a_plain_float(kind):
    Z, Y = draw(kind, 10, 3, 2)
    assert type(kind()(Z, Y)) is float
    assert type(kind()(Z + 1e-20j, Y)) is complex


@pytest.mark.parametrize("kind", BOTH)
def test_arrays_are_left_alone_and_backward_repeats_until_released(kind):
    Z, Y = draw(kind, 11, 4, 3)
    kept, cost = (Z.copy(), Y.copy()), kind()
    with pytest.raises(NotForwardedError, match=rf"^{kind.__name__}\.backward: there is no P yet"):
        cost.backward()
    cost(Z, Y)
    once = cost.backward()
    once_more = cost.backward(free=True)
    assert_array_equal(once, once_more)
    assert_array_equal((Z, Y), kept)
    with pytest.raises(ReleasedError, match=rf"^{kind.__name__}\.backward: P was released"):
        cost.backward()


# ── what is refused ───────────────────────────────────────────────────────────────────────────

Z = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]])
# The cost, its logits and targets; the error, and what it says.
REFUSED = {
    "a label too large": (
        *(SOFTMAX, Z, np.array([0, 3]), TargetError),
        r"Y is 3 at \[1\], expected labels from 0 to 2\.",
    ),
    "labels from 1": (
        *(SOFTMAX, Z, np.array([1, 3]), TargetError),
        r"Are they counted from 1\? Use Y - 1\.",
    ),
    "a negative label": (*(SOFTMAX, Z, np.array([-1, 0]), TargetError), r"Y is -1 at \[0\]"),
    "labels as fractions": (
        *(SOFTMAX, Z, np.array([1.0, 0.0]), DtypeError),
        r"Y has dtype float64, expected integer labels\. Use Y\.astype\(int\)\.",
    ),
    "labels in a column": (
        *(SOFTMAX, Z, np.array([[1], [0]]), ShapeError),
        r"Y has shape \(2, 1\), expected \(2,\)\. An axis of size 1 too many: use Y\.squeeze\(\)",
    ),
    "too few labels": (
        *(SOFTMAX, Z, np.array([1]), ShapeError),
        r"Y has shape \(1,\), expected \(2,\)",
    ),
    "rows of whole numbers": (
        *(SOFTMAX, Z, np.eye(3, dtype=int)[:2], DtypeError),
        r"use Y\.astype\(float\)\.",
    ),
    "rows that sum to 2": (
        *(SOFTMAX, Z, np.array([[1.0, 0, 0], [1, 0, 1]]), TargetError),
        r"Y sums to 2 in row 1, expected 1\.",
    ),
    "rows that are negative": (
        *(SOFTMAX, Z, np.array([[1.5, -0.5, 0], [1, 0, 0]]), TargetError),
        r"Y is 1\.5 at \[0, 0\]",
    ),
    "too few columns": (
        *(SOFTMAX, Z, np.array([[0.5, 0.5]] * 2), ShapeError),
        r"Y has shape \(2, 2\), expected \(2, 3\)",
    ),
    "a single number": (*(SOFTMAX, Z, 1.0, ShapeError), r"Y has shape \(\), expected \(2, 3\)"),
    "complex rows": (
        *(SOFTMAX, Z, np.eye(3)[:2] + 0j, DtypeError),
        r"Y has dtype complex128",
    ),
    "a single logit": (
        *(SOFTMAX, Z[:, :1], np.array([0, 0]), ShapeError),
        r"Z has shape \(2, 1\), expected at least two logits a row\. For yes or no use Binary",
    ),
    "a flat logit": (
        *(SOFTMAX, Z[0], np.array([0]), ShapeError),
        r"Z has shape \(3,\), expected \(N, K\)\.",
    ),
    "no rows": (*(SOFTMAX, Z[:0], np.array([], int), EmptyBatchError), r"Z has shape \(0, 3\)"),
    "whole logits": (*(SOFTMAX, Z.astype(int), np.array([0, 1]), DtypeError), "Z has dtype int"),
    "minus one for no": (
        *(BINARY, Z, np.array([[1.0, -1, 1], [1, 1, -1]]), TargetError),
        r"Y is -1\.0 at \[0, 1\], expected numbers from 0 to 1\. Are the classes −1 and 1\?",
    ),
    "two for yes": (
        *(BINARY, Z, np.full((2, 3), 2.0), TargetError),
        r"A target is the probability that the answer is yes\.",
    ),
    "NaN": (*(BINARY, Z, np.full((2, 3), np.nan), TargetError), r"Y is nan at \[0, 0\]"),
    "flat targets": (
        *(BINARY, Z[:, :1], np.array([1.0, 0.0]), ShapeError),
        r"Broadcasting would have made \(2, 2\) differences of them: use Y\[:, None\]\.",
    ),
    "whole targets": (
        *(BINARY, Z, np.ones((2, 3), int), DtypeError),
        r"use Y\.astype\(float\)\.",
    ),
    "complex targets": (
        *(BINARY, Z, np.ones((2, 3)) + 0j, DtypeError),
        r"Y has dtype complex128",
    ),
}


@pytest.mark.parametrize(("kind", "Z", "Y", "error", "said"), REFUSED.values(), ids=REFUSED)
def test_a_refused_call_changes_nothing(kind, Z, Y, error, said):
    cost = kind()
    cost(np.array([[0.5, 2.0]]), np.array([[1.0, 0.0]]))
    before = dict(vars(cost))
    with pytest.raises(error, match=rf"^{kind.__name__}\.forward: .*{said}"):
        cost(Z, Y)
    assert vars(cost).keys() == before.keys()
    assert all(vars(cost)[name] is kept for name, kept in before.items())


def test_targets_stand_for_labels():
    assert_array_equal(SOFTMAX().labels([2, 0]), [2, 0])
    assert_array_equal(SOFTMAX().labels(np.array([[0.1, 0.9], [0.8, 0.2]])), [1, 0])
    assert_array_equal(BINARY().labels(np.array([[1.0], [0.25], [0.75]])), [1, 0, 1])
    assert BINARY().labels(np.ones((3, 2))) is None


def test_every_cost_of_a_classification_is_tested_here():
    ours = {
        kind for kind in CrossEntropy.__subclasses__() if kind.__module__.startswith("backprop.")
    }
    assert ours == set(BOTH)
    assert issubclass(CrossEntropy, Cost)
