"""The tape: what is recorded, how adjoints come back, what is refused, how it ends."""

import gc
import math
import tracemalloc

import numpy as np
import pytest
from agreement import assert_agree
from numpy.testing import assert_allclose, assert_array_equal

from backprop import autodiff as ad
from backprop.check import complex_step
from backprop.errors import (
    DerivativeLostError,
    DtypeError,
    EmptyBatchError,
    NotFiniteError,
    NotRecordedError,
    ShapeError,
    StatementError,
    UnknownNameError,
)


def copied_example(x):
    return 2 / np.sin(np.exp(-x))


# ── forks, diamonds, sharing ──────────────────────────────────────────────────────────────────


def test_a_quotient_of_a_sine_of_an_exponential():
    x = ad.variable(-4.499)
    f = copied_example(x)
    assert_allclose(f.value, 2.1639512537, rtol=1e-10)
    assert_allclose(ad.adjoints(f)[x], complex_step(copied_example, -4.499), rtol=1e-12)


SHARED = {
    "a square of itself": lambda x: x * x,
    "minus itself": lambda x: x - x,
    "over itself": lambda x: x / x,
    "to the power of itself": lambda x: x**x,
    "a fork": lambda x: np.sin(x) * np.exp(x),
    "a diamond in a diamond": lambda x: (lambda a: (a + x) * (a * x))(x * x),
    "an inner node used three times": lambda x: (lambda u: u * u + np.log(u))(x * 2.0),
    "a late use of an early node": lambda x: np.sin(np.exp(np.tanh(x))) * x + x,
    "constants on either side": lambda x: (2 - x) * 3 / (x + 1) - 2**x + x**2 - 1 / x + 1,
    "an input that is the output": lambda x: +x,
}


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("x", [1.25, np.array([[0.5, 1.75]])], ids=["number", "array"])
def test_a_value_may_be_used_any_number_of_times(name, x):
    assert_agree(SHARED[name], x, rng=np.random.default_rng(1))


def test_nodes_are_visited_after_all_of_their_uses():
    """A node that was made early and is used late must wait: depth first would be too soon."""
    x = ad.variable(0.5)
    early = x * 3.0
    late = early * early
    for _ in range(5):
        late = late * 1.5 + early
    g = ad.adjoints(late)
    slope = 2 * early.value * 1.5**5 + sum(1.5**k for k in range(5))
    assert_allclose(g[early], slope, rtol=1e-15)
    assert_allclose(g[x], 3 * slope, rtol=1e-15)


# ── length, memory, the end ───────────────────────────────────────────────────────────────────

LONG = 100_000


def long_chain(x):
    y = x
    for _ in range(LONG // 2):
        y = np.sin(y) + x
    return y


def test_a_chain_of_100_000_operations_goes_forward_and_backward_and_is_freed():
    x = ad.variable(0.5)
    y = long_chain(x)
    slope, value = 1.0, 0.5
    for _ in range(LONG // 2):
        slope, value = slope * math.cos(value) + 1.0, math.sin(value) + 0.5
    assert y.value == value
    assert_allclose(ad.adjoints(y)[x], slope, rtol=1e-12)
    assert ad.count_paths(y, x) == LONG // 2 + 1
    assert repr(y).startswith("Node(add: ")
    del y  # a recursive end would overflow the stack here


def test_nothing_is_left_for_the_cyclic_collector():
    gc.collect()
    gc.disable()
    try:
        x = ad.variable(np.array([0.5, -1.5]))
        f = (np.tanh(x * x) @ x + x.sum(axis=0) + np.stack([x, x]).max()) ** 2
        f.backward()
        ad.adjoints(f)
        ad.trace(f, backward=True, along={x: np.array([1.0, 2.0])})
        s = ad.variable(2.0)
        list(ad.paths(s * s + s, s))
        ad.gradient(copied_example, 0.5), ad.jacobian(np.tanh, 0.5), ad.jvp(np.sin, 0.5, 1.0)
        del x, f, s
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_node_of_a_number_takes_at_most_200_bytes():
    x, n = ad.variable(0.5), 50_000
    tracemalloc.start()
    try:
        y = x
        for _ in range(n):
            y = y * x
        taken, _ = tracemalloc.get_traced_memory()
        assert taken / n <= 200
        del y
        left, _ = tracemalloc.get_traced_memory()
        assert left < taken / 20  # what Python keeps of small objects in stock
    finally:
        tracemalloc.stop()


# ── backward, adjoints, reset ─────────────────────────────────────────────────────────────────


def test_a_second_backward_adds_the_same_again():
    x, y = ad.variable(3.0), ad.variable(np.array([0.5, 2.0]))
    f = (x * y * y).sum()
    assert (x.grad, y.grad) == (None, None)
    f.backward()
    assert x.grad == 4.25
    assert_array_equal(y.grad, [3.0, 12.0])
    f.backward(2.0)
    assert x.grad == 3 * 4.25
    assert_array_equal(y.grad, [9.0, 36.0])
    ad.reset(x, y)
    assert (x.grad, y.grad) == (None, None)


def test_only_variables_collect_gradients():
    x = ad.variable(3.0)
    u = x * x
    (u * 2.0).backward()
    assert u.grad is None
    with pytest.raises(AttributeError):
        u.grad = 1.0
    x.backward()
    assert x.grad == 13.0


def test_gradients_of_two_variables_share_no_memory():
    x, y = ad.variable(np.array([1.0, 2.0])), ad.variable(np.array([3.0, 5.0]))
    (x + y).backward(np.array([1.0, -1.0]))
    (x.reshape(2, 1) + 0.0).sum().backward()
    x.grad *= 10
    assert_array_equal(x.grad, [20, 0])
    assert_array_equal(y.grad, [1, -1])
    seed = np.array([2.0, 3.0])
    w = ad.variable(np.ones(2))
    w.backward(seed)
    seed[0] = 9.0
    assert_array_equal(w.grad, [2, 3])
    z = ad.variable(np.ones(3))
    z.sum().backward()
    z.grad[0] = 5.0  # and it can be written to
    assert_array_equal(z.grad, [5, 1, 1])


def test_adjoints_store_nothing_and_give_every_node():
    x = ad.variable(3.0)
    u = x * x
    f = u + x
    for _ in range(2):
        found = ad.adjoints(f)
        assert (found[f], found[u], found[x]) == (1.0, 1.0, 7.0)
    assert x.grad is None
    assert set(found) == {x, u, f}


def test_a_variable_that_f_does_not_depend_on_has_adjoint_zero():
    x, y = ad.variable(3.0), ad.variable(np.array([1.0, 2.0]))
    found = ad.adjoints(x * 2.0)
    assert_array_equal(found[y], [0.0, 0.0])
    assert found[x * 1.0] == 0.0
    assert y not in found
    (x * 2.0).backward()
    assert y.grad is None


def test_a_seed_is_taken_back_along_with_everything():
    x, G = ad.variable(np.array([0.5, -1.5, 2.0])), np.array([3.0, -1.0, 0.25])
    assert_array_equal(ad.adjoints(x * x, G)[x], 2 * x.value * G)


def test_the_values_are_references():
    array = np.array([1.0, 2.0])
    x = ad.variable(array)
    f = (x * x).sum()
    assert_array_equal(ad.adjoints(f)[x], [2, 4])
    array *= 10  # the slopes are those of what is there now
    assert_array_equal(ad.adjoints(f)[x], [20, 40])
    assert f.value == 5.0


# ── numbers that take part ────────────────────────────────────────────────────────────────────


def test_numbers_stay_plain_floats():
    x = ad.variable(np.float64(1.5))
    v = ad.variable(np.array([1.0, 2.0]))
    for f in (x * 2, 2 * x, np.float64(2) * x, np.sin(x), v.sum(), v[0], v @ v, x**2, -x, v.max()):
        assert type(f.value) is float
        assert {type(g) for n, g in ad.adjoints(f).items() if not n.shape} == {float}


def test_constants_of_every_kind_take_part():
    array = np.array([1.0, -2.0])
    for x in (ad.variable(array), ad.Dual(array, array)):
        for f in (
            *(x + array, array + x, x + [1.0, -2.0], [1.0, -2.0] + x, np.add(array, x)),
            *(x * 2, 2 * x, True * x * 2, np.int64(2) * x, x / 0.5, 2 * x * (array < 9)),
        ):
            assert_array_equal(f.value, [2, -4])
        assert_array_equal((array[:, None] @ x[None, :]).value, np.outer(array, array))
        assert_array_equal((1 - x).value, [0, 3])
        assert_array_equal((2 / x).value, [2, -1])
        assert_array_equal((3**x).value, [3, 1 / 9])


def test_a_complex_step_passes_through_the_tape():
    """Second derivatives: the complex step of the gradient, and of the dual slope."""

    def slope(x):
        x = ad.variable(x)
        return ad.adjoints(np.sin(x) * x**3)[x]

    x = 1.25
    second = 6 * x * math.sin(x) + 6 * x**2 * math.cos(x) - x**3 * math.sin(x)
    assert_allclose(complex_step(slope, x), second, rtol=1e-14)
    forward = complex_step(lambda x: ad.jvp(lambda x: np.sin(x) * x**3, x, 1.0)[1], x)
    assert_allclose(forward, second, rtol=1e-14)


def test_dual_numbers_of_nodes_give_second_derivatives():
    x, v = ad.variable(np.array([0.5, -1.25])), np.array([2.0, 3.0])
    moving = (np.tanh(ad.Dual(x, v)) ** 3).sum().tangent  # ⟨∇f, v⟩, recorded
    product = ad.adjoints(moving)[x]
    expected = complex_step(
        lambda p: ad.gradient(lambda x: (np.tanh(x) ** 3).sum(), p) @ v, x.value
    )
    assert_allclose(product, expected, rtol=1e-13)


def test_a_node_and_a_dual_number_make_a_dual_number():
    x, d = ad.variable(2.0), ad.Dual(5.0, 1.0)
    for product in (x * d, d * x, np.multiply(x, d), np.stack([x, d]).sum() - (x + d) + x * d):
        assert isinstance(product, ad.Dual)
        assert (product.value.value, product.tangent.value) == (10.0, 2.0)


def test_comparisons_compare_values():
    x, y = ad.variable(1.0), ad.variable(2.0)
    assert (x < y) is True
    assert (x == 1.0) is True
    assert (y < 2.0) is False
    assert (x != y) is True
    assert max(x, y) is y
    assert sorted([y, x])[0] is x
    v = ad.variable(np.array([1.0, 3.0]))
    assert_array_equal(v >= 2, [False, True])
    assert_array_equal(np.array([0.0, 4.0]) < v, [True, False])
    assert_array_equal(np.isfinite(v), [True, True])
    assert np.argmax(v) == 1
    assert {x: "x", y: "y"}[x] == "x"
    assert len({x, ad.variable(1.0)}) == 2  # equal values, two nodes
    assert bool(x) is True
    assert not ad.variable(0.0)


def test_values_can_be_looked_at():
    x, v = ad.variable(-1 / 3, "x"), ad.variable(np.ones((2, 3)))
    assert f"{x:z.4g}" == "-0.3333"
    assert repr(x) == "Variable(x: -0.3333333333333333)"
    assert repr(v) == "Variable(variable: shape (2, 3))"
    assert repr((v.T @ v).named("A")) == "Node(A: shape (3, 3))"
    assert (v.shape, v.ndim, v.size, len(v), np.shape(v), v.dtype) == (
        (2, 3),
        2,
        6,
        2,
        (2, 3),
        float,
    )
    assert x.named("y") is x
    assert x.name == "y"


# ── what is refused ───────────────────────────────────────────────────────────────────────────

x, v = ad.variable(2.0), ad.variable(np.array([1.0, 2.0, 4.0]))
LOST = "expected a value that knows how it was computed."
INSIDE = "Compute with x itself, by NumPy's functions; to read the number, use x.value."
JOIN = "Join values with np.stack([x, y]) or np.concatenate; to read one, use x.value."
AFRESH = "Leave it out: results are new values, made in full (for a += x write a = a + x)."


def put(array, value):
    array[0] = value


def add_to(array, value):
    array += value


REFUSED = {
    "float": (
        lambda: float(x),
        DerivativeLostError,
        f"autodiff: float(x) makes a plain float, {LOST} {INSIDE}",
    ),
    "math": (
        lambda: math.sin(x),
        DerivativeLostError,
        f"autodiff: float(x) makes a plain float, {LOST} {INSIDE}",
    ),
    "complex": (
        lambda: complex(x),
        DerivativeLostError,
        f"autodiff: complex(x) makes a plain complex number, {LOST} {INSIDE}",
    ),
    "int": (
        lambda: range(3)[x],
        DerivativeLostError,
        f"autodiff: int(x) makes a whole number, {LOST} To count with it, use int(x.value).",
    ),
    "np.array": (
        lambda: np.array([x, x]),
        DerivativeLostError,
        f"autodiff: np.array([x, …]) makes a plain array, {LOST} {JOIN}",
    ),
    "np.asarray": (
        lambda: np.asarray(v),
        DerivativeLostError,
        f"autodiff: np.array([x, …]) makes a plain array, {LOST} {JOIN}",
    ),
    "a list of both": (
        lambda: np.sum([1.0, x]),
        DerivativeLostError,
        f"autodiff: np.array([x, …]) makes a plain array, {LOST} {JOIN}",
    ),
    "item assignment": (
        lambda: put(v, 1.0),
        DerivativeLostError,
        f"autodiff: x[…] = … makes a changed value, {LOST} "
        "Make a new one: np.where, np.stack or np.concatenate.",
    ),
    "in place": (
        lambda: add_to(np.zeros(3), v),
        UnknownNameError,
        f"autodiff: np.add was called with out, expected a plain call. {AFRESH}",
    ),
    "where=": (
        lambda: np.exp(v, where=np.array([True, False, True])),
        UnknownNameError,
        f"autodiff: np.exp was called with where, expected a plain call. {AFRESH}",
    ),
    "dtype=": (
        lambda: np.sum(v, dtype=np.float32),
        UnknownNameError,
        f"autodiff: np.sum was called with dtype, expected a plain call. {AFRESH}",
    ),
    "accumulate": (
        lambda: np.add.accumulate(v),
        UnknownNameError,
        f"autodiff: np.add was called with accumulate, expected a plain call. {AFRESH}",
    ),
    "another norm": (
        lambda: np.linalg.norm(v, 1),
        UnknownNameError,
        f"autodiff: np.linalg.norm was called with ord, expected a plain call. {AFRESH}",
    ),
    "dot of three axes": (
        lambda: np.dot(v, np.ones((2, 3, 4))),
        UnknownNameError,
        f"autodiff: np.dot was called with more than two axes, expected a plain call. {AFRESH}",
    ),
    "no ufunc": (
        lambda: np.spacing(x),
        UnknownNameError,
        "autodiff: np.spacing has no rule, expected a function from autodiff.RULES. Write it with "
        'those, or add a row: RULES["spacing"] = Elementwise(function, slope).',
    ),
    "no function": (
        lambda: np.sort(v),
        UnknownNameError,
        "autodiff: np.sort has no rule, expected a function that autodiff knows. Write it with "
        "operators, np.sum, np.stack, np.exp and others that have rules.",
    ),
    "a word": (
        lambda: x + "1",
        DtypeError,
        "autodiff: add was given a str, expected numbers. Constants are numbers, or arrays of "
        "numbers.",
    ),
    "None": (
        lambda: None * v,
        DtypeError,
        "autodiff: multiply was given a NoneType, expected numbers. Constants are numbers, or "
        "arrays of numbers.",
    ),
    "a ragged list": (
        lambda: v + [[1.0], [2.0, 3.0]],
        DtypeError,
        "autodiff: add was given a list, expected numbers. Constants are numbers, or arrays of "
        "numbers.",
    ),
    "an integer": (
        lambda: ad.variable(2),
        DtypeError,
        "variable: x is 2, expected a float or an array of floats. Gradients need fractions: "
        "write 2.0.",
    ),
    "integers": (
        lambda: ad.variable(np.array([1, 2]), "W"),
        DtypeError,
        "variable: W has dtype int64, expected float32, float64, complex64 or complex128. "
        "Gradients need fractions: use W.astype(float).",
    ),
    "a node": (
        lambda: ad.variable(x),
        DtypeError,
        "variable: x is a Variable, expected a plain float or array of floats. "
        "Take its value: x.value.",
    ),
    "NaN": (
        lambda: ad.variable(np.array([1.0, np.nan])),
        NotFiniteError,
        "variable: x is nan at [1], expected finite numbers. No gradient can be checked there: "
        "follow x back to where it was made.",
    ),
    "infinity": (
        lambda: ad.variable(np.inf, "w"),
        NotFiniteError,
        "variable: w is inf, expected finite numbers. No gradient can be checked there: "
        "follow w back to where it was made.",
    ),
    "nothing": (
        lambda: ad.variable(np.zeros((0, 3))),
        EmptyBatchError,
        "variable: x has shape (0, 3), expected at least one number. "
        "An empty batch has no mean: did the selection find nothing?",
    ),
    "no name": (
        lambda: ad.variable(2.0, 3),
        StatementError,
        'variable: name is 3, expected a name. Give it in quotes, as in "u".',
    ),
    "an empty name": (
        lambda: (x * x).named(""),
        StatementError,
        "Node.named: name is '', expected a name. Give it in quotes, as in \"u\".",
    ),
    "no seed for an array": (
        lambda: ad.adjoints(v * v),
        ShapeError,
        "adjoints: seed has shape (), expected (3,). Sum f first, or give a seed shaped like it.",
    ),
    "another seed": (
        lambda: (v * v).backward(np.ones(2)),
        ShapeError,
        "Node.backward: seed has shape (2,), expected (3,). Axis 0 has size 2, not 3.",
    ),
    "a seed too large": (
        lambda: (x * x).backward(np.ones(2)),
        ShapeError,
        "Node.backward: seed has shape (2,), expected (). It has 1 axis where 0 are wanted.",
    ),
    "adjoints of a number": (
        lambda: ad.adjoints(6.0),
        NotRecordedError,
        "adjoints: 6.0 is not on the tape, expected a Node. "
        "Begin with x = variable(2.0) and compute with it.",
    ),
    "the adjoint of an array": (
        lambda: ad.adjoints(x * x)["x"],
        NotRecordedError,
        "adjoints: a str is not on the tape, expected a Node. "
        "Begin with x = variable(2.0) and compute with it.",
    ),
    "reset of a node": (
        lambda: ad.reset(x, x * x),
        NotRecordedError,
        "reset: Node(multiply: 4.0) is no variable, expected a Variable. "
        "Begin with x = variable(2.0) and compute with it.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_recorded_is_refused_in_a_sentence(case):
    wrong, kind, said = REFUSED[case]
    with pytest.raises(kind) as error:
        wrong()
    assert str(error.value) == said


def test_numpys_own_error_for_an_entry_has_ours_as_its_cause():
    with pytest.raises(ValueError, match="setting an array element") as error:
        put(np.zeros(3), x)
    assert isinstance(error.value.__cause__, DerivativeLostError)


def test_a_refusal_changes_nothing():
    x = ad.variable(np.array([1.0, 2.0]))
    (x * x).sum().backward()
    with pytest.raises(ShapeError):
        (x * x).backward(np.ones(3))
    with pytest.raises(NotRecordedError):
        ad.reset(x, 2.0)
    assert_array_equal(x.grad, [2, 4])


def test_shapes_that_do_not_fit_are_numpys_own_error():
    with pytest.raises(ValueError, match="could not be broadcast"):
        v + np.ones(2)


def test_division_by_zero_is_the_floats_own_error():
    with pytest.raises(ZeroDivisionError):
        1 / ad.variable(0.0)
