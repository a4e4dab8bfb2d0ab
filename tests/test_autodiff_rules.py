"""Every row of the table, against SymPy, differences, the complex step and dual numbers."""

import numpy as np
import pytest
import sympy as sp
from agreement import assert_agree, away_from_kinks
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes
from numpy.testing import assert_allclose, assert_array_equal

from backprop import autodiff as ad
from backprop.autodiff.arrays import ARRAYWISE
from backprop.autodiff.broadcasting import unbroadcast
from backprop.autodiff.functions import FUNCTIONS
from backprop.errors import NotAnalyticError, NotFiniteError, UnknownNameError

a, b = sp.symbols("a b", real=True)
# What every elementwise row is, as SymPy writes it.
FORMULAS = {
    "add": a + b,
    "subtract": a - b,
    "multiply": a * b,
    "divide": a / b,
    "power": a**b,
    "maximum": sp.Max(a, b),
    "minimum": sp.Min(a, b),
    "arctan2": sp.atan2(a, b),
    "hypot": sp.sqrt(a**2 + b**2),
    "logaddexp": sp.log(sp.exp(a) + sp.exp(b)),
    "negative": -a,
    "positive": a,
    "absolute": sp.Abs(a),
    "square": a**2,
    "sqrt": sp.sqrt(a),
    "cbrt": sp.cbrt(a),
    "reciprocal": 1 / a,
    "exp": sp.exp(a),
    "exp2": 2**a,
    "expm1": sp.exp(a) - 1,
    "log": sp.log(a),
    "log2": sp.log(a, 2),
    "log10": sp.log(a, 10),
    "log1p": sp.log(1 + a),
    "sin": sp.sin(a),
    "cos": sp.cos(a),
    "tan": sp.tan(a),
    "arcsin": sp.asin(a),
    "arccos": sp.acos(a),
    "arctan": sp.atan(a),
    "sinh": sp.sinh(a),
    "cosh": sp.cosh(a),
    "tanh": sp.tanh(a),
    "arcsinh": sp.asinh(a),
    "arccosh": sp.acosh(a),
    "arctanh": sp.atanh(a),
    "radians": a * sp.pi / 180,
    "deg2rad": a * sp.pi / 180,
    "degrees": a * 180 / sp.pi,
    "rad2deg": a * 180 / sp.pi,
}
STEPS = {"sign": sp.sign(a), "floor": sp.floor(a), "ceil": sp.ceiling(a), "rint": sp.floor(a + 0.5)}
ELSEWHERE = {"where", "real"}  # a mask; no slope at all: each has its own tests below
# Where a function is defined; (0.25, 2.25) in size and of either sign for all others.
WITHIN = {"arcsin": 0.9, "arccos": 0.9, "arctanh": 0.9, "tan": 1.2}
POSITIVE = {"sqrt", "cbrt", "log", "log2", "log10", "log1p", "power"}
ABOVE_ONE = {"arccosh"}
NOT_COMPLEX = {"arctan2", "hypot", "logaddexp", "cbrt", "absolute", *STEPS} | {
    *("radians", "deg2rad", "degrees", "rad2deg"),
}


def points(name, rng, shape=()):
    """Return numbers where the function is smooth."""
    x = away_from_kinks(rng, shape, 0.25, WITHIN.get(name, 2.25))
    x = np.abs(x) if name in POSITIVE | ABOVE_ONE else x
    return x + 1.0 if name in ABOVE_ONE else x


def test_every_row_of_the_table_is_tested_here():
    assert set(ad.RULES) == {*FORMULAS, *STEPS, *ELSEWHERE, *ARRAYWISE}
    assert {name for name in FORMULAS if not hasattr(np, name)} == set()


@pytest.mark.parametrize("name", FORMULAS)
def test_a_row_has_the_slopes_that_sympy_derives(name):
    rule, formula = ad.RULES[name], FORMULAS[name]
    symbols = [s for s in (a, b) if s in formula.free_symbols]
    assert len(rule.slopes) == len(symbols)
    rng = np.random.default_rng(1)
    for _ in range(4):
        x = [float(points(name, rng)) for _ in symbols]
        at = dict(zip(symbols, map(sp.Float, x), strict=True))
        y = rule.function(*x)
        assert_allclose(float(y), float(formula.subs(at).evalf(30)), rtol=1e-14)
        for k, symbol in enumerate(symbols):
            derived = float(sp.diff(formula, symbol).subs(at).evalf(30))
            assert_allclose(rule.slope(k, y, x), derived, rtol=1e-13)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_has_slope_zero(name):
    x = ad.variable(1.75)
    y = getattr(np, name)(x)
    assert y.value == float(STEPS[name].subs(a, 1.75))
    assert ad.adjoints(y)[x] == 0.0


@pytest.mark.parametrize("name", [*FORMULAS, *STEPS])
@pytest.mark.parametrize("shape", [(), (1,), (2, 3)])
def test_a_row_agrees_with_independent_witnesses(name, shape):
    rng = np.random.default_rng(2)
    inputs = [points(name, rng, shape) for _ in ad.RULES[name].slopes]
    assert_agree(getattr(np, name), *inputs, rng=rng, analytic=name not in NOT_COMPLEX)


BINARY = sorted(n for n in FORMULAS if len(ad.RULES[n].slopes) == 2)


@pytest.mark.parametrize("name", BINARY)
@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=1))
def test_broadcasting_is_undone(name, shapes):
    rng = np.random.default_rng(3)
    A, B = (points(name, rng, shape) for shape in shapes.input_shapes)
    y, gA = ad.vjp(
        lambda A: getattr(np, name)(A, B), A, G := rng.standard_normal(shapes.result_shape)
    )
    assert np.shape(y) == shapes.result_shape
    full = np.broadcast_arrays(A, B)
    slope = np.vectorize(lambda p, q: ad.RULES[name].slope(0, getattr(np, name)(p, q), [p, q]))
    summed = G * slope(*full)
    expected = np.zeros(np.shape(A))
    for place in np.ndindex(summed.shape):  # entry by entry: which entry of A was used here?
        behind = place[len(place) - np.ndim(A) :] if np.ndim(A) else ()
        source = tuple(0 if np.shape(A)[k] == 1 else i for k, i in enumerate(behind))
        expected[source] += summed[place]
    assert_allclose(gA, expected, rtol=0, atol=1e-12 * max(1, np.abs(summed).sum()))


@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=1))
def test_unbroadcast_is_the_adjoint_of_broadcasting(shapes):
    rng = np.random.default_rng(4)
    x = rng.standard_normal(shapes.input_shapes[0])
    G = rng.standard_normal(shapes.result_shape)
    back = unbroadcast(G, x)
    assert np.shape(back) == x.shape
    assert_allclose((G * np.broadcast_to(x, G.shape)).sum(), (back * x).sum(), atol=1e-12)


# ── ties, kinks, corners ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_at_a_tie_both_inputs_get_half(name):
    x, y = ad.variable(1.5), ad.variable(1.5)
    found = ad.adjoints(getattr(np, name)(x, y))
    assert (found[x], found[y]) == (0.5, 0.5)
    assert ad.gradient(lambda x: getattr(np, name)(x, x), 1.5) == 1.0


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_numbers_are_compared_as_numpy_compares_arrays(name):
    """Python's numbers go a short way of their own: NaN wins there too, and floats come out."""
    of_numbers, of_arrays = ad.RULES[name].function, getattr(np, name)
    for a in (-1.5, 0.0, 2.0, np.inf, -np.inf, np.nan):
        for b in (-1.5, 0, 2, 3.0, np.inf, np.nan):
            for p, q in ((a, b), (b, a)):
                y = of_numbers(p, q)
                assert type(y) is float
                assert_array_equal(y, of_arrays(p, q))
                for k in (0, 1):
                    slope = ad.RULES[name].slope(k, y, [p, q])
                    assert slope == ad.RULES[name].slope(k, y, [np.array(p), np.array(q)])


@pytest.mark.parametrize("name", ["max", "min"])
def test_the_largest_entries_share_equally(name):
    g = ad.gradient(lambda x: getattr(np, name)(x), np.array([[2.0, -1.0], [2.0, 2.0], [2.0, 2.0]]))
    assert g.sum() == 1.0
    assert_array_equal(g == 0, np.array([[0, 1], [0, 0], [0, 0]]) == (name == "max"))


def test_the_size_of_zero_has_slope_zero():
    assert ad.gradient(abs, 0.0) == 0.0
    assert_array_equal(
        ad.gradient(lambda x: np.abs(x).sum(), np.array([-2.0, 0.0, 3.0])), [-1, 0, 1]
    )


def test_a_mask_gives_the_rectifier_slope_zero_at_zero():
    relu = lambda z: (z * (z.real > 0)).sum()  # noqa: E731
    assert_array_equal(ad.gradient(relu, np.array([-2.0, 0.0, 3.0])), [0, 0, 1])


def test_powers_at_zero():
    for x in (0.0, np.array([0.0, 0.0])):
        assert_array_equal(ad.gradient(lambda x: (x**2).sum() if np.ndim(x) else x**2, x), 0 * x)
        assert_array_equal(ad.jvp(lambda x: x**0, x, 0 * x + 1.0)[1], 0 * x)
        assert_array_equal(ad.jvp(lambda x: x**1, x, 0 * x + 1.0)[1], 0 * x + 1)
    exponent = ad.variable(2.0)
    assert ad.adjoints(np.power(0.0, exponent))[exponent] == 0.0


def test_a_power_of_two_variables_at_zero_has_an_infinite_slope():
    a, b = ad.variable(0.0), ad.variable(0.5)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        found = ad.adjoints(a**b)
    assert (found[a], found[b]) == (np.inf, 0.0)
    assert {type(g) for g in found.values()} == {float}


def test_a_negative_base_may_have_whole_exponents():
    assert ad.gradient(lambda x: x**3, -2.0) == 12.0
    assert ad.gradient(lambda x: x**-2, -2.0) == 0.25
    assert_array_equal(
        ad.gradient(lambda x: (x**-1).sum(), np.array([-2.0, 4.0])), [-0.25, -0.0625]
    )


def test_a_fraction_of_a_negative_base_is_refused():
    with pytest.raises(NotFiniteError) as error:
        ad.variable(-8.0) ** (1 / 3)
    assert str(error.value) == (
        "power: -8 ** 0.333333 is no real number, expected a base ≥ 0, or a whole exponent. "
        "Use np.cbrt for a third root."
    )


def test_an_infinite_slope_is_infinite_for_numbers_as_for_arrays():
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert ad.gradient(np.sqrt, 0.0) == np.inf
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert_array_equal(
            ad.gradient(lambda x: np.sqrt(x).sum(), np.array([0.0, 4.0])), [np.inf, 0.25]
        )


def test_a_real_part_is_for_comparisons():
    z = ad.variable(np.array([1.0 + 2j, -0.5 - 1j]))
    assert_array_equal(z.real > 0, [True, False])
    with pytest.raises(NotAnalyticError) as error:
        ad.adjoints((z.real * 2.0).sum())
    assert str(error.value) == (
        "x.real: a real part has no slope, expected a comparison. "
        "Compare with it, as in z.real > 0, but compute with z itself."
    )
    x = ad.variable(2.0)
    assert x.real is x


def test_a_new_function_is_one_row(monkeypatch):
    x = ad.variable(1.25)
    with pytest.raises(UnknownNameError) as error:
        np.spacing(x)
    assert str(error.value) == (
        "autodiff: np.spacing has no rule, expected a function from autodiff.RULES. "
        'Write it with those, or add a row: RULES["spacing"] = Elementwise(function, slope).'
    )
    monkeypatch.delitem(ad.RULES, "sinh")
    with pytest.raises(UnknownNameError, match=r"np\.sinh has no rule"):
        np.sinh(x)
    monkeypatch.setitem(ad.RULES, "sinh", ad.Elementwise(np.sinh, lambda y, a: np.cosh(a)))
    assert ad.adjoints(np.sinh(x))[x] == np.cosh(1.25)
    assert ad.jvp(np.sinh, 1.25, 2.0)[1] == 2 * np.cosh(1.25)


# ── the primitives that move and mix entries, and the functions written with them ───────────────

MASK = np.array([[True, False, True, False], [False, False, True, True], [True, True, False, True]])
INDEX = np.array([2, 0, 2, 2])
# One plain function a line; X is (3, 4), x is (4,), y is (3,), T is (2, 3, 4).
ARRAYS = {
    "sum": lambda X: np.sum(X),
    "sum rows": lambda X: X.sum(axis=0),
    "sum columns, kept": lambda X: X.sum(axis=-1, keepdims=True),
    "sum two axes": lambda T: np.sum(T, axis=(0, 2)),
    "sum all, kept": lambda X: np.sum(X, keepdims=True),
    "sum by reduce": lambda X: np.add.reduce(X),
    "mean": lambda X: X.mean(),
    "mean rows": lambda X: np.mean(X, axis=1),
    "mean two axes, kept": lambda T: T.mean(axis=(1, 2), keepdims=True),
    "cumsum": lambda x: np.cumsum(x),
    "cumsum of a matrix": lambda X: np.cumsum(X),
    "cumsum rows": lambda X: np.cumsum(X, axis=1),
    "max": lambda X: np.max(X),
    "max rows": lambda X: X.max(axis=1, keepdims=True),
    "max by reduce": lambda X: np.maximum.reduce(X),
    "min columns": lambda X: X.min(axis=0),
    "reshape": lambda X: X.reshape(2, 6),
    "reshape, given a tuple": lambda X: np.reshape(X, (4, -1)),
    "ravel": lambda X: np.ravel(X) * X.ravel(),
    "transpose": lambda X: X.T,
    "transpose, axes": lambda T: np.transpose(T, (2, 0, 1)),
    "transpose, method": lambda T: T.transpose(1, 0, 2) * np.swapaxes(T, 0, 1),
    "moveaxis": lambda T: np.moveaxis(T, 0, -1),
    "expand_dims": lambda X: np.expand_dims(X, 1) * np.expand_dims(X, -1).reshape(3, 1, 4),
    "squeeze": lambda X: np.squeeze(X[:, :1]),
    "broadcast_to": lambda x: np.broadcast_to(x, (3, 4)),
    "getitem": lambda X: X[1],
    "getitem entry": lambda X: X[1, -1],
    "getitem slice": lambda X: X[:2, 1::2],
    "getitem new axis": lambda X: X[:, None, ..., 2],
    "getitem places, one thrice": lambda X: X[INDEX],
    "getitem mask": lambda X: X[MASK],
    "iterate": lambda X: sum(k * row for k, row in enumerate(X)),
    "take": lambda X: np.take(X, INDEX, axis=1),
    "repeat": lambda x: np.repeat(x, 3),
    "repeat rows": lambda X: np.repeat(X, [2, 1, 3], axis=0),
    "flip": lambda X: np.flip(X, 1) * np.flip(X),
    "where": lambda X: np.where(MASK, X * X, -X),
    "where, broadcast": lambda X: np.where(MASK, X[0], 1.5),
    "clip": lambda X: np.clip(X, -1.0, 1.0),
    "norm": lambda X: np.linalg.norm(X),
    "norm rows": lambda X: np.linalg.norm(X, axis=1),
    "real": lambda X: np.real(X) if X.dtype == float else X,
}
PAIRS = {
    "matmul": lambda X, W: X @ W.T,
    "matmul, vector after": lambda X, x: X @ x,
    "matmul, vector before": lambda y, X: y @ X,
    "matmul, two vectors": lambda x, u: x @ u,
    "matmul, stacked": lambda T, x: T @ x,
    "matmul, both stacked": lambda T, Q: np.matmul(T, Q),
    "matmul, one stack for all": lambda X, Q: X @ Q,
    "matmul, stretched stacks": lambda P, Q: P @ Q,
    "matmul, vector before a stack": lambda x, Q: x @ Q,
    "dot": lambda X, x: np.dot(X, x),
    "dot, numbers": lambda s, X: np.dot(s, X),
    "dot, method": lambda x: x.dot(np.array([2.0, -1.0, 0.5, 3.0])),
    "inner": lambda X, W: np.inner(X, W),
    "outer": lambda x, y: np.outer(x, y),
    "concatenate": lambda X, W: np.concatenate([X, W]),
    "concatenate columns": lambda X, V: np.concatenate((X, V, 2.0 * X), axis=1),
    "stack": lambda x, u: np.stack([x, u, x]),
    "stack, last axis": lambda x, u: np.stack([x, u * x], axis=-1),
    "stack of numbers": lambda s, t: np.stack([s * t, np.sin(s), 2.0]),
}
SHAPES = {
    **{"X": (3, 4), "x": (4,), "y": (3,), "T": (2, 3, 4), "W": (5, 4), "u": (4,), "V": (3, 2)},
    **{"Q": (2, 4, 5), "P": (3, 1, 3, 4), "s": (), "t": ()},
}
TESTED = {**ARRAYS, **PAIRS}


def drawn(f, rng):
    """Return random arrays with the shapes that f's letters stand for."""
    names = f.__code__.co_varnames[: f.__code__.co_argcount]
    return [away_from_kinks(rng, SHAPES[name])[()] for name in names]


@pytest.mark.parametrize("name", TESTED)
def test_an_array_function_agrees_with_independent_witnesses(name):
    rng = np.random.default_rng(5)
    analytic = not name.startswith("norm")  # NumPy's norm takes absolute values
    assert_agree(TESTED[name], *drawn(TESTED[name], rng), rng=rng, analytic=analytic)


def test_every_array_function_and_every_primitive_is_tested_here():
    mentioned = set().union(*map(names_in, TESTED.values()))
    assert {function.__name__ for function in FUNCTIONS} - mentioned == set()
    used = set()
    for f in TESTED.values():
        y = f(*map(ad.variable, drawn(f, np.random.default_rng(6))))
        used |= {node.operation for node in ad.adjoints(y, np.ones(y.shape)[()])}
    assert set(ARRAYWISE) - used == set()


def names_in(f):
    """Return the attributes that a function mentions: np.sum(X) mentions sum."""
    inner = [c for c in f.__code__.co_consts if hasattr(c, "co_names")]
    return {*f.__code__.co_names, *(n for c in inner for n in c.co_names)}


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_a_layer_of_any_size_agrees(N, D, H, seed):
    rng = np.random.default_rng(seed)
    X, W, b = (away_from_kinks(rng, s) for s in [(N, D), (H, D), (H,)])
    assert_agree(lambda X, W, b: np.tanh(X @ W.T + b) ** 2, X, W, b, rng=rng)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 99))
def test_softmax_agrees(N, K, seed):
    def softmax(Z):
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    rng = np.random.default_rng(seed)
    assert_agree(softmax, away_from_kinks(rng, (N, K)), rng=rng)


@pytest.mark.parametrize("name", ["cumsum", "matmul", "sum", "getitem mask", "stack"])
def test_float32_stays_float32(name):
    rng = np.random.default_rng(7)
    x = [ad.variable(x.astype(np.float32)) for x in drawn(TESTED[name], rng)]
    found = ad.adjoints((TESTED[name](*x) * 0.5).sum())
    assert {found[v].dtype for v in x} == {np.dtype(np.float32)}
