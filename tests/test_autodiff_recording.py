"""Traces and their tables; paths, listed and counted."""

import time
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from backprop import autodiff as ad
from backprop.errors import DtypeError, NotRecordedError, ShapeError


def survey():
    """ln x₁ + x₁ x₂ − sin x₂ at (2, 5)."""
    x1, x2 = ad.variable(2.0, "x1"), ad.variable(5.0, "x2")
    return (np.log(x1) + x1 * x2 - np.sin(x2)).named("f"), x1, x2


# ── tables ────────────────────────────────────────────────────────────────────────────────────

FORWARD = """\
forward  formula  value
───────  ───────  ───────
x1       given     2
x2       given     5
v1       log(x1)   0.6931
v2       x1 · x2  10
v3       v1 + v2  10.69
v4       sin(x2)  −0.9589
f        v3 − v4  11.65"""

BACKWARD = """\
backward  adjoint  upstream × local slope  through
────────  ───────  ──────────────────────  ───────
f          1       the seed
v4        −1       1 × (−1)                f
v3         1       1 × 1                   f
v2         1       1 × 1                   v3
v1         1       1 × 1                   v3
x2         1.716   −1 × 0.2837 + 1 × 2     v4, v2
x1         5.5     1 × 5 + 1 × 0.5         v2, v1"""

TANGENTS = """\
tangents  tangent  local slope × tangent  of
────────  ───────  ─────────────────────  ──────
x1        1        given
x2        0        given
v1        0.5      0.5 × 1                x1
v2        5        5 × 1 + 2 × 0          x1, x2
v3        5.5      1 × 0.5 + 1 × 5        v1, v2
v4        0        0.2837 × 0             x2
f         5.5      1 × 5.5 + (−1) × 0     v3, v4"""


def test_a_trace_prints_as_two_tables():
    f, x1, _ = survey()
    assert str(ad.trace(f)) == f"{FORWARD}\n\n{BACKWARD}"
    assert str(ad.trace(f, backward=False)) == FORWARD
    assert str(ad.trace(f, along={x1: 1.0})) == f"{FORWARD}\n\n{TANGENTS}"
    assert (
        str(ad.trace(f, backward=True, along={x1: 1.0})) == f"{FORWARD}\n\n{BACKWARD}\n\n{TANGENTS}"
    )


def test_arrays_are_shown_by_their_shapes():
    W, x = ad.variable(np.ones((2, 3)), "W"), np.array([1.0, 2.0, 4.0])
    C = (np.tanh(W @ x) ** 2).sum().named("C")
    assert str(ad.trace(C)) == (
        "forward  formula        value\n"
        "───────  ─────────────  ──────\n"
        "W        given          (2, 3)\n"
        "v1       W @ array(3,)  (2,)\n"
        "v2       tanh(v1)       (2,)\n"
        "v3       v2²            (2,)\n"
        "C        sum(v3)        2\n"
        "\n"
        "backward  adjoint  upstream × local slope  through\n"
        "────────  ───────  ──────────────────────  ───────\n"
        "C         1        the seed\n"
        "v3        (2,)     back through sum        C\n"
        "v2        (2,)     back through power      v3\n"
        "v1        (2,)     back through tanh       v2\n"
        "W         (2, 3)   back through matmul     v1"
    )
    assert "forward through tanh" in str(ad.trace(C, along={W: np.ones((2, 3))}))


def test_a_long_sum_goes_on_in_the_next_line():
    x = ad.variable(-1.234, "x")
    f = sum(x * (k / 7) for k in range(1, 9))
    table = str(ad.trace(f)).split("\n\n")[1].splitlines()
    rows = [line for line in table if "× 0." in line or "× 1." in line]
    assert len(rows) == 2
    assert rows[1].lstrip().startswith("+ 1 × ")
    assert max(map(len, table)) < 110


def test_a_negative_number_stands_in_parentheses_after_a_sign():
    x = ad.variable(2.0, "x")
    f = -(x * -0.5) - x / 4
    rows = str(ad.trace(f)).splitlines()
    assert "−1 × 0.25 + (−1) × (−0.5)" in rows[-1]


def test_a_trace_is_a_plain_record():
    f, x1, x2 = survey()
    steps = ad.trace(f).steps
    assert [step.name for step in steps] == ["x1", "x2", "v1", "v2", "v3", "v4", "f"]
    assert steps[3] == (*("v2", "multiply", (0, 1), 10.0, (5.0, 2.0), 1.0, "x1 · x2", None),)
    assert steps[0][:4] == ("x1", "variable", (), 2.0)
    assert (steps[0].adjoint, steps[-1].adjoint) == (5.5, 1.0)
    assert [step.adjoint for step in ad.trace(f, backward=False).steps] == [None] * 7
    assert [s.tangent for s in ad.trace(f, along={x1: 2.0, x2: 0.0}).steps][-1] == 11.0
    x = ad.variable(3.0)
    square = ad.trace(x * x).steps[1]
    assert (square.inputs, square.slopes, square.formula) == ((0, 0), (3.0, 3.0), "v1 · v1")


def test_numbers_in_a_trace_are_plain_floats():
    x = ad.variable(2.0)
    for f in (np.sin(x), x * (x > 0), np.maximum(x, 0.0), x**2, -x, np.where(True, x, 1.0)):
        *_, step = ad.trace(f, along={x: 1.0}, backward=True).steps
        (slope,) = step.slopes
        assert {type(n) for n in (step.value, slope, step.adjoint, step.tangent)} == {float}


def test_a_seed_is_the_last_adjoint():
    f, _, _ = survey()
    assert ad.trace(f, seed=2.0).steps[0].adjoint == 11.0


def test_tangents_and_adjoints_are_two_ways_to_one_number():
    X = ad.variable(np.random.default_rng(1).standard_normal((3, 2)), "X")
    f = np.tanh(X.T @ X).sum()
    V = np.random.default_rng(2).standard_normal((3, 2))
    steps = ad.trace(f, backward=True, along={X: V}).steps
    assert_allclose(steps[-1].tangent, (steps[0].adjoint * V).sum(), rtol=1e-13)
    for step in steps:
        assert np.shape(step.tangent) == np.shape(step.value) == np.shape(step.adjoint)


def test_names_are_unique_and_skip_what_is_taken():
    x, y = ad.variable(2.0, "v1"), ad.variable(3.0, "x")
    z = ad.variable(4.0, "x")
    f = x * y + z * 2.0
    names = [step.name for step in ad.trace(f).steps]
    assert names == ["v1", "x", "x′", "v2", "v3", "v4"]


FORMULAS = {
    "x + 2": lambda x, v: x + 2,
    "−2 + x": lambda x, v: -2.0 + x,
    "x − (−0.5)": lambda x, v: x - -0.5,
    "0.3333 · x": lambda x, v: (1 / 3) * x,
    "2 / x": lambda x, v: 2 / x,
    "x²": lambda x, v: x**2,
    "x⁻¹": lambda x, v: x**-1.0,
    "x^0.5": lambda x, v: x**0.5,
    "x^(−0.5)": lambda x, v: x**-0.5,
    "2^x": lambda x, v: 2**x,
    "x^x": lambda x, v: x**x,
    "|x|": lambda x, v: abs(x),
    "−x": lambda x, v: -x,
    "sin(x)": lambda x, v: np.sin(x),
    "x · 1": lambda x, v: x * (x > 0),
    "maximum(x, 0)": lambda x, v: np.maximum(x, 0.0),
    "v · array(3,)": lambda x, v: v * np.ones(3),
    "v @ v": lambda x, v: v @ v,
    "vᵀ": lambda x, v: v.T,
    "sum(v)": lambda x, v: v.sum(),
    "sum(v, axis=0, keepdims=True)": lambda x, v: v.sum(axis=0, keepdims=True),
    "reshape(v, (3, 1))": lambda x, v: v.reshape(-1, 1),
    "v[0]": lambda x, v: v[0],
    "v[-1]": lambda x, v: v[-1],
    "v[1:]": lambda x, v: v[1:],
    "v[::2]": lambda x, v: v[::2],
    "v[…]": lambda x, v: v[np.array([0, 2])],
    "v[:, None]": lambda x, v: v[:, None],
    "stack(x, x, axis=0)": lambda x, v: np.stack([x, x]),
    "concatenate(v, v, axis=0)": lambda x, v: np.concatenate([v, v]),
    "transpose(v1, (0, 1))": lambda x, v: v[:, None].transpose(0, 1),
    "where(array(3,), v, 0)": lambda x, v: np.where(v > 1, v, 0.0),
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_step_is_written_as_it_was_computed(formula):
    f = FORMULAS[formula](ad.variable(2.0, "x"), ad.variable(np.array([1.0, 2.0, 4.0]), "v"))
    assert ad.trace(f, backward=False).steps[-1].formula == formula


# ── paths ─────────────────────────────────────────────────────────────────────────────────────


def test_paths_are_listed_in_words():
    f, x1, x2 = survey()
    assert [str(path) for path in ad.paths(f, x1)] == [
        "x1 → v1 → v3 → f: 0.5 × 1 × 1 = 0.5",
        "x1 → v2 → v3 → f: 5 × 1 × 1 = 5",
    ]
    assert [str(path) for path in ad.paths(f, x2)] == [
        "x2 → v2 → v3 → f: 2 × 1 × 1 = 2",
        "x2 → v4 → f: 0.2837 × (−1) = −0.2837",
    ]
    x = ad.variable(-3.0, "x")
    assert [str(path) for path in ad.paths((x * -2.0).named("f"), x)] == ["x → f: −2"]
    last = list(ad.paths(f, x2))[-1]
    assert last.nodes == ("x2", "v4", "f")
    assert last.slopes == (np.cos(5.0), -1.0)
    assert last.product == -np.cos(5.0)


def test_the_shortest_paths():
    x, y = ad.variable(3.0, "x"), ad.variable(1.0)
    assert [str(p) for p in ad.paths(x, x)] == ["x: 1"]
    assert [p.nodes for p in ad.paths(x * x, x)] == [("x", "v1")] * 2
    assert list(ad.paths(x * 2.0, y)) == []
    assert (ad.count_paths(x, x), ad.count_paths(x * x, x), ad.count_paths(x * 2.0, y)) == (1, 2, 0)
    assert ad.count_products(x, x) == ad.count_products(x * 2.0, y) == (0, 0)


OPERATIONS = [
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a - b * 0.5,
    lambda a, b: np.sin(a),
    lambda a, b: np.tanh(b) * a,
    lambda a, b: np.maximum(a, b + 0.125),
]
CHOICES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=12
)


def program(choices):
    """Return a function of two numbers: every line uses two of the values before it."""

    def f(x, y):
        values = [x, y]
        for operation, a, b in choices:
            values.append(OPERATIONS[operation](values[a % len(values)], values[b % len(values)]))
        return values[-1] + 0.0 * x

    return f


@given(CHOICES)
def test_in_any_program_the_paths_sum_to_the_adjoint(choices):
    f = program(choices)
    x, y = ad.variable(0.75), ad.variable(-1.25)
    z = f(x, y)
    found = ad.adjoints(z)
    for k, variable in enumerate((x, y)):
        ways = list(ad.paths(z, variable))
        forward = f(*(ad.Dual(v.value, float(i == k)) for i, v in enumerate((x, y)))).tangent
        assert_allclose(found[variable], sum(p.product for p in ways), rtol=1e-9, atol=1e-9)
        assert_allclose(found[variable], forward, rtol=1e-9, atol=1e-9)
        assert ad.count_paths(z, variable) == len(ways)
        assert ad.count_products(z, variable).every_path == sum(
            max(len(p.slopes) - 1, 0) for p in ways
        )
        used = {arrow for p in ways for arrow in zip(p.nodes, p.nodes[1:], strict=False)}
        last = ad.trace(z).steps[-1].name
        arrows = [
            (steps[i].name, step.name)
            for steps in [ad.trace(z).steps]
            for step in steps
            for i in step.inputs
        ]
        assert ad.count_products(z, variable).one_sweep == sum(
            arrow in used and arrow[1] != last for arrow in arrows
        )


def layers(width, depth):
    """Return x and f: `depth` layers of `width` numbers, each computed from all before it."""
    x = ad.variable(0.5, "x")
    layer = [x * 0.1 for _ in range(width)]
    for _ in range(depth - 1):
        layer = [sum(layer[1:], layer[0]) * 0.1 for _ in range(width)]
    return x, sum(layer[1:], layer[0])


def test_ten_to_the_tenth_paths_are_counted_at_once_and_the_first_are_listed():
    x, f = layers(10, 10)
    start = time.perf_counter()
    assert ad.count_paths(f, x) == 10**10
    every, sweep = ad.count_products(f, x)
    first = list(islice(ad.paths(f, x), 3))
    assert time.perf_counter() - start < 2  # hours, if they were listed
    assert every > 10**11
    assert sweep < 3000
    assert len({p.nodes for p in first}) == 3
    assert first[0].nodes[0] == "x"


@pytest.mark.parametrize("k", [1, 2, 7, 30])
def test_diamonds_in_a_row(k):
    x = f = ad.variable(0.5)
    for _ in range(k):
        f = np.sin(f) * np.exp(f)  # four arrows: two down, two up again
    assert ad.count_paths(f, x) == 2**k
    assert ad.count_products(f, x) == (2**k * (2 * k - 1), 4 * k - 2)


@pytest.mark.parametrize("L", [1, 2, 3, 20])
def test_a_chain_of_layers(L):
    """L (L + 1) / 2 products, each weight on its own; 2 L − 1 when the sweep shares them."""
    a, weights = 0.5, [ad.variable(0.1 * k + 1) for k in range(L)]
    for w in weights:
        a = a * w
    assert ad.count_products(np.sin(a), *weights) == (L * (L + 1) // 2, 2 * L - 1)


def test_a_path_of_10_000_arrows_is_walked_without_recursion():
    x = y = ad.variable(0.5, "x")
    for _ in range(5_000):
        y = np.sin(y) + 0.5
    (path,) = ad.paths(y, x)
    assert len(path.slopes) == 10_000
    assert_allclose(path.product, ad.adjoints(y)[x], rtol=1e-10)
    assert len(ad.trace(y).steps) == 10_001


def test_arrays_are_counted_but_not_multiplied_along_paths():
    v = ad.variable(np.array([1.0, 2.0]), "v")
    f = (v * v).sum().named("f")
    assert ad.count_paths(f, v) == 2
    with pytest.raises(ShapeError) as error:
        ad.paths(f, v)
    assert str(error.value) == (
        "paths: v1 = v · v has arrays, expected numbers only. "
        "Slopes are multiplied number by number: record numbers, or use count_paths."
    )
    x = ad.variable(2.0)
    assert len(list(ad.paths(x * f + x, x))) == 2  # v is no part of them


@pytest.mark.parametrize("name", ["paths", "count_paths", "count_products", "trace"])
def test_only_what_was_recorded_has_paths(name):
    x = ad.variable(2.0)
    said = rf"^{name}: 4\.0 is not on the tape, expected a Node\. Begin with x = variable\(2\.0\)"
    with pytest.raises(NotRecordedError, match=said):
        getattr(ad, name)(4.0, **{"x": x} if name in ("paths", "count_paths") else {})
    if name != "trace":
        with pytest.raises(NotRecordedError, match=said):
            getattr(ad, name)(x, 4.0)


def test_tangents_are_shaped_like_their_nodes():
    x = ad.variable(np.array([1.0, 2.0]))
    with pytest.raises(ShapeError) as error:
        ad.trace(x.sum(), along={x: 1.0})
    assert str(error.value) == (
        "trace: along has shape (), expected (2,). A tangent is shaped like its node."
    )
    with pytest.raises(DtypeError, match=r"^trace: along is 1, expected a float"):
        ad.trace(x.sum(), along={x: 1})
    with pytest.raises(NotRecordedError, match="^trace: a str is not on the tape"):
        ad.trace(x.sum(), along={"x": 1.0})
