"""Formulas as trees: they compute what NumPy computes, bound its rounding, and can be changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.check.formula import (
    OPS,
    ROUNDINGS,
    Formula,
    N,
    Op,
    evaluate,
    leaves,
    lift,
    op,
    quantity,
    rebuilt,
    rounding,
    sizes,
    slope,
)
from backprop.check.recipes import affine, network
from backprop.errors import ShapeError, UnknownNameError
from backprop.nn import Identity, ReLU, Sigmoid, Tanh

A, B, C = quantity("A", "N", "D"), quantity("B", "N", "D"), quantity("C", "D", "H")


def arrays(seed=0, N=5, D=3, H=4, dtype=np.float64):
    rng = np.random.default_rng(seed)
    shapes = {"A": (N, D), "B": (N, D), "C": (D, H), "dZ": (N, H), "X": (N, D), "W": (H, D)}
    return {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}


def shares(a):
    """Return the share of each number in the sum of its row."""
    return np.array([row / sum(row) for row in a])


# What a formula computes

SAYS = {
    "matrix product": (A @ C, lambda A, B, C: np.einsum("nd,dh->nh", A, C)),
    "transpose": (A.T, lambda A, B, C: np.swapaxes(A, 0, 1)),
    "product": (A * B, lambda A, B, C: A * B),
    "quotient": (A / B, lambda A, B, C: A / B),
    "sum": (A + B, lambda A, B, C: A + B),
    "difference": (A - B, lambda A, B, C: A - B),
    "negative": (-A, lambda A, B, C: -A),
    "total": (A.total(), lambda A, B, C: sum(A)),
    "sigmoid": (Formula("sigmoid", A), lambda A, B, C: 1 / (1 + np.exp(-A))),
    "softmax": (Formula("softmax", A), lambda A, B, C: shares(np.exp(A))),
    "log softmax": (
        Formula("log softmax", A),
        lambda A, B, C: np.log(shares(np.exp(A))),
    ),
}


@pytest.mark.parametrize("name", SAYS)
def test_an_operation_computes_what_numpy_computes(name):
    formula, expected = SAYS[name]
    g = arrays()
    assert formula.op == name
    assert_allclose(evaluate(formula, g), expected(g["A"], g["B"], g["C"]), rtol=1e-14)


def test_every_operation_has_been_tried():
    assert OPS.keys() == SAYS.keys() | {"softmax vjp"}


def test_the_softmax_rule_is_the_jacobian_of_every_row():
    rng = np.random.default_rng(1)
    P, dP = rng.dirichlet(np.ones(4), 5), rng.normal(size=(5, 4))
    jacobians = np.array([np.diag(p) - np.outer(p, p) for p in P])
    formula = Formula("softmax vjp", quantity("P", "N", "K"), quantity("dP", "N", "K"))
    got = evaluate(formula, {"P": P, "dP": dP})
    assert_allclose(got, np.einsum("nij,ni->nj", jacobians, dP), rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (lambda a: 2.0 * a, lambda a: 2.0 * a),
        (lambda a: a * 2.0, lambda a: 2.0 * a),
        (lambda a: 1.0 - a, lambda a: 1.0 - a),
        (lambda a: 1.0 + a, lambda a: 1.0 + a),
        (lambda a: 1.0 / a, lambda a: 1.0 / a),
        (lambda a: np.eye(5) @ a, lambda a: a),
        (lambda a: np.full((5, 3), 3.0) - a, lambda a: 3.0 - a),
    ],
)
def test_numbers_and_arrays_may_stand_on_either_side(formula, expected):
    g = arrays()
    assert isinstance(formula(A), Formula)
    assert_allclose(evaluate(formula(A), g), expected(g["A"]), rtol=1e-15)


@pytest.mark.parametrize("kind", [Sigmoid, Tanh, ReLU, Identity])
def test_a_slope_is_the_derivative_of_its_activation(kind):
    Z = np.array([[-3.0, -0.4], [0.3, 2.0]])
    h = 1e-6
    measured = (kind.rule.sigma(Z + h) - kind.rule.sigma(Z - h)) / (2 * h)
    got = evaluate(slope(kind, quantity("Z", "N", "H")), {"Z": Z})
    assert_allclose(got, measured, atol=1e-9)
    assert got.shape == Z.shape


def test_what_is_known_already_is_not_computed_again():
    calls = []

    def counted(a):
        calls.append(1)
        return a

    once = Formula(op(counted), A)
    memo = {}
    evaluate(once + once, arrays(), memo)
    evaluate(once * once, arrays(), memo)
    assert len(calls) == 1


def test_a_missing_array_is_named():
    said = r"^formula: there is no 'C', expected A, B\. Give every array that the formula names\.$"
    with pytest.raises(UnknownNameError, match=said):
        evaluate(A @ C, {"A": np.ones((2, 3)), "B": np.ones((2, 3))})


# How far rounding can move it


def test_the_bound_is_so_many_roundings_of_the_sum_of_the_sizes():
    g = arrays()
    eps = np.finfo(float).eps
    expected = 64 * eps * (np.abs(g["A"]).T @ np.abs(g["B"]))
    assert ROUNDINGS == 64
    assert_allclose(rounding(A.T @ B, g, eps), expected, rtol=1e-14)
    expected = 64 * eps * (np.abs(g["A"]) + np.abs(g["B"])) / 5
    assert_allclose(rounding(-(A - B) / N, g | {"N": 5}, eps), expected, rtol=1e-14)


@pytest.mark.parametrize("name", SAYS)
def test_the_bound_is_nowhere_below_the_value(name):
    """Sizes bound values, or cancellation would make rounding look smaller than it is."""
    formula, _ = SAYS[name]
    g = arrays()
    assert np.all(rounding(formula, g, 1 / 64) >= np.abs(evaluate(formula, g)) * (1 - 1e-15))


def test_where_everything_cancels_the_bound_does_not():
    ones = {"A": np.ones((4, 1)), "B": np.array([[1.0], [-1.0], [1.0], [-1.0]])}
    assert evaluate(A.T @ B, ones) == 0
    assert rounding(A.T @ B, ones, 1.0) == 4 * ROUNDINGS


@given(st.integers(0, 10_000), st.sampled_from([2, 60, 2000]))
def test_float32_sums_in_any_order_stay_within_the_bound(seed, count):
    rng = np.random.default_rng(seed)
    g = {name: rng.normal(size=(count, 1)).astype(np.float32) for name in "AB"}
    exact = evaluate(A.T @ B, {name: value.astype(float) for name, value in g.items()})
    bound = rounding(A.T @ B, g, np.finfo(np.float32).eps)
    for order in (np.arange(count), rng.permutation(count), np.argsort(g["A"][:, 0])):
        total = np.float32(0)
        for n in order:
            total += g["A"][n, 0] * g["B"][n, 0]
        assert np.abs(total - exact) <= bound / 4


# Trees can be changed


def test_a_walk_meets_every_node_once_and_the_root_first():
    shared = A.T @ B
    formula = shared + shared * 2.0
    nodes = list(formula.walk())
    assert nodes[0] is formula
    assert len(nodes) == len(set(nodes)) == 7


def test_a_replaced_node_is_replaced_wherever_it_stands_and_nothing_else():
    shared = A.T @ B
    formula = (shared + shared.T.T).named("both")
    changed = formula.replace({B: A})
    g = arrays()
    assert_allclose(evaluate(changed, g), 2 * g["A"].T @ g["A"])
    assert_allclose(evaluate(formula, g), 2 * g["A"].T @ g["B"])
    assert changed.name == "both"
    assert formula.replace({C: A}) is formula


def test_the_new_node_may_hold_the_old_one():
    g = arrays()
    assert_array_equal(evaluate((A + B).replace({A: A * A}), g), g["A"] ** 2 + g["B"])


def test_nested_changes_are_all_made():
    """A product inside a product: the outer change must not bring the old inner one back."""
    inner = A * B
    outer = inner * B
    g = arrays()
    changed = outer.replace({inner: inner.parts[0], outer: outer.parts[0]})
    assert_array_equal(evaluate(changed, g), g["A"])
    changed = outer.replace({inner: -inner, outer: outer + inner})
    assert_allclose(evaluate(changed, g), -(g["A"] * g["B"] ** 2) - g["A"] * g["B"])


def test_formulas_changed_together_go_on_sharing():
    inner = (A * B).named("inner")
    first, second = inner + A, inner - A
    done = {}
    one, two = (rebuilt(f, done, {B: C}) for f in (first, second))
    assert one.parts[0] is two.parts[0]
    assert one.parts[0].name == "inner"


def test_a_changed_slope_is_still_a_slope():
    changed = slope(Tanh, A).replace({A: B})
    assert changed.activation is Tanh
    assert changed.parts == (B,)


def test_numbers_are_lifted_and_formulas_left_alone():
    assert lift(A) is A
    assert evaluate(lift(3.0), {}) == 3.0
    assert rounding(lift(-3.0), {}, 1.0) == 3.0 * ROUNDINGS


# Sizes


def test_sizes_are_read_off_the_arrays_that_are_there():
    formulas = affine().values()
    assert sizes("here", formulas, arrays(N=5, D=3, H=4)) == {"N": 5, "D": 3, "H": 4}
    assert sizes("here", formulas, {"X": np.ones((5, 3))}) == {"N": 5, "D": 3}
    assert sizes("here", formulas, {}, {"H": 4}) == {"H": 4}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"X": np.ones((6, 3))}, "dZ has shape (5, 4), expected (6, H). Axis 0 has size 5, not 6."),
        ({"W": np.ones((3, 4))}, "W has shape (3, 4), expected (4, 3). W.T fits: is W transposed?"),
        ({"X": np.ones(3)}, "X has shape (3,), expected (N, D). One example is a row: use X[None"),
        ({"dZ": np.ones(4)}, "dZ has shape (4,), expected (5, H). It has 1 axis where 2 are want"),
    ],
)
def test_arrays_that_contradict_each_other_are_refused(changed, said):
    with pytest.raises(ShapeError) as error:
        sizes("here", affine().values(), arrays() | changed)
    assert str(error.value).startswith(f"here: {said}")


def test_leaves_are_the_quantities_without_the_number_of_examples():
    names = [leaf.name for leaf in leaves(network([Tanh, Identity]).values())]
    assert sorted(names) == ["A1", "A2", "W1", "W2", "X", "Y", "Z1", "Z2"]


def test_an_operation_of_ones_own_has_its_own_size():
    halved = Formula(Op(lambda a: a / 2, lambda a: a), A)
    g = arrays()
    assert_array_equal(evaluate(halved, g), g["A"] / 2)
    assert_array_equal(rounding(halved, g, 1.0), ROUNDINGS * np.abs(g["A"]))
