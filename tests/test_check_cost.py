"""The count of a run is the count of the formulas, and of nothing that did not run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import nn
from backprop.check import cost
from backprop.check.observed import ESCAPING, observed, tally
from backprop.errors import NotAModuleError, UncountedError
from backprop.shapes import expect

SIZES = st.lists(st.integers(1, 9), min_size=2, max_size=5)


def network(sizes, dtype=np.float64, activation=nn.Tanh):
    return nn.mlp(sizes, activation=activation, rng=np.random.default_rng(6), dtype=dtype)


def batch(N, D, dtype=np.float64):
    return np.random.default_rng(N).normal(size=(N, D)).astype(dtype)


# What is counted


@settings(max_examples=40, deadline=None)
@given(SIZES, st.integers(1, 7))
def test_multiply_accumulates_are_those_of_the_formulas(sizes, N):
    bill = cost(network(sizes), batch(N, sizes[0]))
    forward = [N * H * D for D, H in zip(sizes[:-1], sizes[1:], strict=True)]
    affine = bill.rows[::2]
    assert [row.forward for row in affine] == forward
    assert [row.with_input for row in affine] == [2 * products for products in forward]
    assert bill.total("backward") == 2 * sum(forward) - forward[0]
    assert all(row.forward == row.backward == row.with_input == 0 for row in bill.rows[1::2])


@settings(max_examples=40, deadline=None)
@given(SIZES, st.integers(1, 7), st.sampled_from([np.float32, np.float64]))
def test_bytes_are_those_of_the_formulas(sizes, N, dtype):
    bill = cost(network(sizes, dtype), batch(N, sizes[0], dtype))
    parameters = [H * D + H for D, H in zip(sizes[:-1], sizes[1:], strict=True)]
    item = np.dtype(dtype).itemsize
    assert bill.itemsize == item
    assert bill.total("parameters") == bill.total("gradients") == item * sum(parameters)
    assert bill.total("cached") == item * N * sum(sizes[:-1])  # X and every A: each kept once


@settings(max_examples=40, deadline=None)
@given(SIZES, st.integers(1, 7))
def test_jacobians_have_an_entry_for_every_output_of_every_input_and_parameter(sizes, N):
    bill = cost(network(sizes), batch(N, sizes[0]))
    entries = 0
    for layer, (D, H) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        entries += N * H * (H * D + H + D * (layer > 0))
    entries += N * sum(H * H for H in sizes[1:-1])  # of the activations
    assert bill.total("jacobians") == bill.jacobian_products == entries
    assert bill.jacobian_bytes == 8 * entries


def test_entry_by_entry_work_is_counted_as_the_source_does_it():
    N, D, H = 5, 3, 4
    affine, tanh = cost(network((D, H, 2)), batch(N, D)).rows[:2]
    assert affine.forward_entries == N * H  # + b
    assert affine.backward_entries == (N - 1) * H  # the sum over the batch
    assert tanh.forward_entries == N * H
    assert tanh.backward_entries == 3 * N * H  # a · a, 1 − , dA ·


def test_a_module_that_does_more_work_costs_more():
    class Wasteful(nn.Affine):
        def backward(self, dZ, *, need_input=True, free=False):
            super().backward(dZ)
            return super().backward(dZ)

    rng = np.random.default_rng(6)
    net = nn.Sequential(Wasteful(3, 4, rng=rng))
    row = cost(net, batch(5, 3)).rows[0]
    assert row.backward == row.with_input == 2 * (60 + 60)


def test_every_module_is_passed_once_each_way():
    bill = cost(network((3, 4, 2)), batch(5, 3), nn.HalfSquaredError(), batch(5, 2))
    assert [row.passes for row in bill.rows] == [(1, 1)] * 4


def test_the_cost_function_is_a_row_of_its_own():
    net, X = network((3, 4, 2)), batch(5, 3)
    labels = np.array([0, 1, 1, 0, 1])
    bill = cost(net, X, nn.SoftmaxCrossEntropy(), labels)
    assert bill.rows[-1].module == "SoftmaxCrossEntropy()"
    assert bill.rows[-1].forward_entries > 10
    assert bill.rows[:-1] == cost(net, X).rows


@pytest.mark.parametrize("loss", [nn.HalfSquaredError, nn.MeanSquaredError, nn.BinaryCrossEntropy])
def test_any_cost_function_can_take_part(loss):
    bill = cost(network((3, 4, 2)), batch(5, 3), loss(), np.full((5, 2), 0.25))
    assert bill.rows[-1].backward_entries >= 10


@pytest.mark.parametrize(
    "activation", [nn.Sigmoid, nn.ReLU, nn.LeakyReLU, nn.Softplus, nn.Softmax, nn.Identity]
)
def test_every_activation_stays_observed_from_end_to_end(activation):
    plain = cost(network((3, 4, 2)), batch(5, 3))
    bill = cost(network((3, 4, 2), activation=activation), batch(5, 3))
    assert bill.rows[2].with_input == plain.rows[2].with_input == 80
    assert bill.rows[0].with_input == 120


def test_a_single_layer_and_a_single_example_are_counted():
    bill = cost(nn.Affine(3, 4, rng=np.random.default_rng(6)), batch(1, 3))
    assert (bill.total("forward"), bill.total("backward"), bill.total("with_input")) == (12, 12, 24)


def test_networks_inside_networks_are_counted_leaf_by_leaf():
    net = nn.Sequential(network((3, 4, 5)), network((5, 2)))
    assert [row.module for row in cost(net, batch(5, 3)).rows] == [
        "Affine(3 → 4)",
        "Tanh()",
        "Affine(4 → 5)",
        "Affine(5 → 2)",
    ]


# What is left alone


def test_the_network_is_as_it_was():
    net, X = network((3, 4, 2)), batch(5, 3)
    before = {name: W.copy() for name, W in net.parameters().items()}
    cost(net, X, nn.HalfSquaredError(), batch(5, 2))
    assert all(type(W) is np.ndarray for W in net.parameters().values())
    assert all((before[name] == W).all() for name, W in net.parameters().items())
    assert net[0].X is None
    assert "forward" not in vars(net[0])


def test_an_observed_run_computes_what_an_ordinary_one_does():
    net, X = network((3, 4, 2)), batch(5, 3)
    for name, W in net[0].parameters().items():
        setattr(net[0], name, observed(W))
    Z = net(observed(X))
    dX = net.backward(np.ones((5, 2)))
    other = network((3, 4, 2))
    assert (np.asarray(Z) == other(X)).all()
    assert (np.asarray(dX) == other.backward(np.ones((5, 2)))).all()


def test_what_is_computed_outside_of_a_tally_is_not_counted():
    A = observed(np.ones((2, 3)))
    with tally() as seen:
        A @ A.T
    A @ A.T
    assert (seen.products, seen.entries) == (12, 0)


def test_only_observed_arrays_pass_the_check_of_shapes_as_they_are():
    A = np.ones((2, 3))
    assert type(expect("f", "A", A.view(np.matrix), (2, 3))) is np.ndarray
    assert expect("f", "A", seen := observed(A), (2, 3)) is seen


@pytest.mark.parametrize(
    ("product", "shapes", "count"),
    [
        (np.matmul, [(5, 2, 3), (3, 4)], 120),
        (np.vecdot, [(2, 3), (2, 3)], 6),
        (np.matvec, [(2, 3), (3,)], 6),
        (np.vecmat, [(3,), (3, 4)], 12),
    ],
)
def test_products_of_all_shapes_are_counted(product, shapes, count):
    with tally() as seen:
        product(*(observed(np.ones(shape)) for shape in shapes))
    assert (seen.products, seen.entries) == (count, 0)


def test_a_tally_inside_another_takes_the_count_for_itself():
    A = observed(np.ones((2, 3)))
    with tally() as outer:
        with tally() as inner:
            A + 1
        A.sum(axis=0)
    assert (outer.entries, inner.entries) == (3, 6)


def test_results_in_place_and_pairs_are_counted():
    A = observed(np.full((2, 3), 2.5))
    with tally() as seen:
        A += 1
        np.modf(A)
    assert seen.entries == 12
    assert (np.asarray(A) == 3.5).all()


# What is refused


@pytest.mark.parametrize("function", sorted(ESCAPING, key=lambda f: f.__name__))
def test_products_that_would_escape_are_refused(function):
    A = observed(np.ones(3))
    given = ("i,i->", A, A) if function is np.einsum else (A, A)
    with pytest.raises(UncountedError) as caught:
        function(*given)
    assert str(caught.value) == (
        f"cost: np.{function.__name__} is used, expected products that can be counted. "
        "Write it with @."
    )


def test_the_method_dot_is_refused_too():
    with pytest.raises(UncountedError, match=r"^cost: np\.dot is used"):
        observed(np.ones(3)).dot(np.ones(3))


def test_linear_algebra_is_refused():
    with pytest.raises(UncountedError, match=r"^cost: np\.linalg\.inv is used"):
        np.linalg.inv(observed(np.eye(2)))


def test_what_is_no_module_is_refused():
    with pytest.raises(NotAModuleError) as caught:
        cost(np.tanh, batch(5, 3))
    assert str(caught.value) == (
        "cost: net is a ufunc, expected a Module. Count a network: Sequential(...)."
    )


# How it is printed


def test_the_table_is_the_same_everywhere():
    assert repr(cost(network((3, 4, 2)), batch(5, 3))).splitlines() == [
        "                  multiply–accumulates                   bytes",
        "module             forward    backward        kept  parameters",
        "Affine(3 → 4)           60          60         120         128",
        "Tanh()                   0           0         160           0",
        "Affine(4 → 2)           40          80           0          80",
        "total                  100         140         280         208",
        "backward, with the input's gradient: 200 multiply–accumulates",
        "entry by entry: 50 numbers forward, 84 backward",
        "gradients: 208 bytes",
        "explicit Jacobians: 540 entries, 4,320 bytes",
        "products with them: 540 multiply–accumulates",
    ]
