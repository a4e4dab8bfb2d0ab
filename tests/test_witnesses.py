"""Every hand-derived backward against witnesses that share no code with it.

The witnesses are the tape, which runs the same function written once more in plain NumPy; the
complex step and central differences, which run the module itself; and SymPy, which derives the
function written a third time in symbols. A module or a cost that `backprop.nn` exports and that has
no row here makes the tests fail.
"""

import importlib
import pkgutil
from typing import NamedTuple

import mpmath
import numpy as np
import pytest
import sympy as sp
from agreement import EXACT, ROUGH, away_from_kinks
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from backprop import autodiff as ad
from backprop import nn
from backprop.check import central_difference, complex_step
from backprop.nn.module import Cached

SIZES = (st.integers(1, 4), st.integers(2, 4), st.integers(1, 4), st.integers(0, 999))
SOME, FEW = settings(max_examples=15), settings(max_examples=3)  # SymPy takes a tenth of a second


class Row(NamedTuple):
    """A module: how to make it, and the function written again, for NumPy and for SymPy."""

    make: object  # from D, H and a generator
    program: object  # of the input and the parameters, in their order
    formula: object  # the same, of matrices of symbols


class CostRow(NamedTuple):
    """A cost: its targets, and the function of prediction and rows of targets, written again."""

    targets: object  # from N, K and a generator: what the cost takes, and as rows
    program: object
    formula: object


def entrywise(phi):
    return lambda Z: Z.applyfunc(phi)


def either(where_positive, elsewhere):
    """Return an entrywise formula with a kink at 0."""
    return entrywise(lambda z: sp.Piecewise((where_positive(z), z > 0), (elsewhere(z), True)))


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def softmax_formula(Z):
    N, K = Z.shape
    return sp.Matrix(N, K, lambda n, k: sp.exp(Z[n, k]) / sum(sp.exp(Z[n, j]) for j in range(K)))


def affine_formula(X, W, b):
    return X * W.T + sp.ones(X.rows, 1) * b.T


def activation(kind):
    return lambda D, H, rng: kind()


MODULES = {
    "Affine": Row(
        lambda D, H, rng: nn.Affine(D, H, rng=rng), lambda X, W, b: X @ W.T + b, affine_formula
    ),
    "Identity": Row(activation(nn.Identity), lambda Z: +Z, entrywise(lambda z: z)),
    "LeakyReLU": Row(
        activation(lambda: nn.LeakyReLU(leak=0.125)),
        lambda Z: np.maximum(Z, 0.125 * Z),
        either(lambda z: z, lambda z: z / 8),
    ),
    "ReLU": Row(
        activation(nn.ReLU), lambda Z: np.where(Z > 0, Z, 0.0), either(lambda z: z, lambda z: 0)
    ),
    "Sigmoid": Row(
        activation(nn.Sigmoid),
        lambda Z: np.exp(-np.logaddexp(0.0, -Z)),
        entrywise(lambda z: 1 / (1 + sp.exp(-z))),
    ),
    "Softplus": Row(
        activation(nn.Softplus),
        lambda Z: np.logaddexp(0.0, Z),
        entrywise(lambda z: sp.log(1 + sp.exp(z))),
    ),
    "Step": Row(
        activation(nn.Step), lambda Z: 0.5 + 0.5 * np.sign(Z), either(lambda z: 1, lambda z: 0)
    ),
    "Tanh": Row(
        activation(nn.Tanh),
        lambda Z: 1 - 2 * np.exp(-np.logaddexp(0.0, 2 * Z)),
        entrywise(sp.tanh),
    ),
    "Softmax": Row(activation(nn.Softmax), softmax, softmax_formula),
    "Sequential": Row(
        lambda D, H, rng: nn.mlp((D, 2, H), activation=nn.Tanh, rng=rng),
        lambda X, V, c, W, b: np.tanh(X @ V.T + c) @ W.T + b,
        lambda X, V, c, W, b: affine_formula(affine_formula(X, V, c).applyfunc(sp.tanh), W, b),
    ),
}


def same(Y):
    return Y, Y


def numbers(N, K, rng):
    return same(away_from_kinks(rng, (N, K)))


def fractions(N, K, rng):
    return same(rng.random((N, K)))


def labels(N, K, rng):
    drawn = rng.integers(0, K, N)
    return drawn, np.eye(K)[drawn]


def distributions(N, K, rng):
    Y = rng.random((N, K)) + 0.1
    return same(Y / Y.sum(axis=1, keepdims=True))


def cross_entropy(Z, Y):
    S = Z - Z.max(axis=1, keepdims=True)
    return (Y * (np.log(np.exp(S).sum(axis=1, keepdims=True)) - S)).sum() / len(Y)


def total(formula, over=1):
    """Return the sum over all entries of a formula of z and y, divided by `over` or by N."""

    def cost(Z, Y):
        entries = (formula(Z[n, k], Y[n, k]) for n in range(Z.rows) for k in range(Z.cols))
        return sum(entries) / (Z.rows if over == "N" else over)

    return cost


def cross_entropy_formula(Z, Y):
    P = softmax_formula(Z)
    return -sum(Y[n, k] * sp.log(P[n, k]) for n in range(Z.rows) for k in range(Z.cols)) / Z.rows


COSTS = {
    "HalfSquaredError": CostRow(
        numbers,
        lambda Z, Y: ((Z - Y) ** 2).sum() / (2 * len(Y)),
        total(lambda z, y: (z - y) ** 2 / 2, "N"),
    ),
    "MeanSquaredError": CostRow(
        numbers,
        lambda Z, Y: ((Z - Y) ** 2).sum() / len(Y),
        total(lambda z, y: (z - y) ** 2, "N"),
    ),
    "SumSquaredError": CostRow(
        numbers, lambda Z, Y: ((Z - Y) ** 2).sum(), total(lambda z, y: (z - y) ** 2)
    ),
    "BinaryCrossEntropy": CostRow(
        fractions,
        lambda Z, Y: (np.logaddexp(0.0, Z) - Y * Z).sum() / len(Y),
        total(
            lambda z, y: -y * sp.log(1 / (1 + sp.exp(-z))) - (1 - y) * sp.log(1 / (1 + sp.exp(z))),
            "N",
        ),
    ),
    "SoftmaxCrossEntropy": CostRow(labels, cross_entropy, cross_entropy_formula),
}
SOFT = COSTS["SoftmaxCrossEntropy"]._replace(targets=distributions)
ALL_COSTS = [pytest.param(name, row, id=name) for name, row in COSTS.items()]
ALL_COSTS.append(pytest.param("SoftmaxCrossEntropy", SOFT, id="soft targets"))
FOUNDATIONS = {"Activation", "Cached", "Cost", "CrossEntropy", "Module", "SquaredError"}


# ── nothing is forgotten ──────────────────────────────────────────────────────────────────────


def descendants(kind):
    return {kind}.union(*map(descendants, kind.__subclasses__()))


def test_everything_that_goes_backward_has_a_row_here():
    for module in pkgutil.iter_modules(nn.__path__):
        importlib.import_module(f"backprop.nn.{module.name}")
    ours = {k for k in descendants(Cached) if k.__module__.startswith("backprop.nn.")}
    found = {kind.__name__ for kind in ours} - FOUNDATIONS
    assert found == {*MODULES, *COSTS}
    assert found <= set(nn.__all__)
    assert {name for name in found if issubclass(getattr(nn, name), nn.Module)} == set(MODULES)


# ── the witnesses ─────────────────────────────────────────────────────────────────────────────


def assert_all_agree(gradients, C, run, program, formula, point, *, size=1.0, steep=True):
    """Compare gradients with those of the tape, of the module run elsewhere, and of SymPy.

    `run` and `program` return one number for a point, `formula` an expression for its symbols.
    Any of them may be None.
    """
    witnesses = {}
    if program:
        assert_allclose(program(*point), C, rtol=1e-13, atol=1e-13)
        found = ad.gradient(program, *point)
        witnesses["tape"] = found if isinstance(found, tuple) else (found,)
    if formula:
        value, witnesses["SymPy"] = derived(formula, point)
        assert_allclose(value, C, rtol=1e-13, atol=1e-13)
    if run:
        witnesses["complex step"] = each(complex_step, run, point)
    if run and not steep:
        witnesses["central differences"] = each(central_difference, run, point)
    for name, found in witnesses.items():
        allowed = ROUGH if name == "central differences" else EXACT
        for hand, other in zip(gradients, found, strict=True):
            assert hand.shape == other.shape
            assert_allclose(hand, other, rtol=0, atol=allowed * size, err_msg=name)


def each(rule, f, point):
    """Return the numeric gradient for every argument of f."""
    return [
        rule(lambda x, k=k: f(*point[:k], x, *point[k + 1 :]), point[k]) for k in range(len(point))
    ]


def derived(formula, point):
    """Return a formula's value and its gradient, derived by SymPy, evaluated to 40 digits."""
    tables = [
        sp.Matrix(len(x), np.size(x[0]), lambda i, j, k=k: sp.Symbol(f"x{k}_{i}_{j}", real=True))
        for k, x in enumerate(point)
    ]
    C, flat = formula(*tables), [symbol for table in tables for symbol in table]
    code = sp.lambdify(flat, [C, *(sp.diff(C, symbol) for symbol in flat)], "mpmath", cse=True)
    with mpmath.workdps(40):
        value, *slopes = map(float, code(*(mpmath.mpf(float(v)) for x in point for v in x.flat)))
    ends = np.cumsum([x.size for x in point])[:-1]
    return value, [g.reshape(x.shape) for g, x in zip(np.split(slopes, ends), point, strict=True)]


# ── modules ───────────────────────────────────────────────────────────────────────────────────


def gone_back(row, X, H, rng):
    """Return a module with random parameters, its gradients, and the cost ⟨G, module(X)⟩."""
    module = row.make(X.shape[1], H, rng)
    parameters = module.parameters()
    module.set_parameters({k: away_from_kinks(rng, W.shape) for k, W in parameters.items()})
    Y = module(X)
    G = rng.standard_normal(Y.shape)
    dX = module.backward(G)
    return module, G, [dX, *module.gradients().values()], (G * Y).sum()


def weighted(module, G):
    """Return the function ⟨G, module(X)⟩ of X and the parameters."""
    names = list(module.parameters())

    def run(X, *parameters):
        module.set_parameters(dict(zip(names, parameters, strict=True)))
        return (G * module(X)).sum()

    return run


def assert_module_agrees(name, X, H, rng, *, tape=True, numeric=True, symbols=False, steep=False):
    row = MODULES[name]
    module, G, gradients, C = gone_back(row, X, H, rng)
    point = [X, *(W.copy() for W in module.parameters().values())]
    assert_all_agree(
        gradients,
        C,
        weighted(module, G) if numeric else None,
        (lambda *point: (G * row.program(*point)).sum()) if tape else None,
        (lambda *tables: dot(G, row.formula(*tables))) if symbols else None,
        point,
        size=max(1.0, *(np.abs(g).max() for g in gradients), np.abs(G).sum()),
        steep=steep,
    )


def dot(G, Y):
    return sum(sp.Float(float(G[n, k]), 40) * Y[n, k] for n in range(Y.rows) for k in range(Y.cols))


@pytest.mark.parametrize("name", MODULES)
@SOME
@given(*SIZES)
def test_a_module_agrees_with_the_tape_and_with_numeric_gradients(name, N, D, H, seed):
    rng = np.random.default_rng(seed)
    assert_module_agrees(name, away_from_kinks(rng, (N, D)), H, rng)


@pytest.mark.parametrize("name", MODULES)
@FEW
@given(*SIZES)
def test_a_module_agrees_with_sympy(name, N, D, H, seed):
    rng = np.random.default_rng(seed)
    X = away_from_kinks(rng, (N, D))
    assert_module_agrees(name, X, H, rng, tape=False, numeric=False, symbols=True)


EXTREME = [-1000.0, 1000.0, -999.5, 999.5, -745.25, 36.75, -0.5, 0.25]


@pytest.mark.parametrize("name", [n for n in MODULES if n not in ("Affine", "Sequential")])
@pytest.mark.parametrize("seed", range(3))
def test_a_module_agrees_at_extreme_inputs(name, seed):
    rng = np.random.default_rng(seed)
    X = rng.choice(EXTREME, (2, 3))
    assert_module_agrees(name, X, 3, rng, symbols=True, steep=True)


# ── costs ─────────────────────────────────────────────────────────────────────────────────────


def assert_cost_agrees(name, row, Z, rng, *, tape=True, numeric=True, symbols=False, steep=False):
    given_targets, Y = row.targets(*Z.shape, rng)
    cost = getattr(nn, name)()
    C = cost(Z, given_targets)
    gradient = cost.backward()
    exact = sp.Matrix(*Y.shape, [sp.Float(float(y), 40) for y in Y.flat])
    assert_all_agree(
        [gradient],
        C,
        (lambda Z: cost(Z, given_targets)) if numeric else None,
        (lambda Z: row.program(Z, Y)) if tape else None,
        (lambda Z: row.formula(Z, exact)) if symbols else None,
        [Z],
        size=max(1.0, np.abs(gradient).max()),
        steep=steep,
    )


@pytest.mark.parametrize(("name", "row"), ALL_COSTS)
@SOME
@given(*SIZES)
def test_a_cost_agrees_with_the_tape_and_with_numeric_gradients(name, row, N, K, H, seed):
    rng = np.random.default_rng(seed)
    assert_cost_agrees(name, row, away_from_kinks(rng, (N, K)), rng)


@pytest.mark.parametrize(("name", "row"), ALL_COSTS)
@FEW
@given(*SIZES)
def test_a_cost_agrees_with_sympy(name, row, N, K, H, seed):
    rng = np.random.default_rng(seed)
    Z = away_from_kinks(rng, (N, K))
    assert_cost_agrees(name, row, Z, rng, tape=False, numeric=False, symbols=True)


@pytest.mark.parametrize(("name", "row"), ALL_COSTS)
@pytest.mark.parametrize("seed", range(3))
def test_a_cost_agrees_at_extreme_predictions(name, row, seed):
    rng = np.random.default_rng(seed)
    Z = rng.choice(EXTREME, (2, 3))
    assert_cost_agrees(name, row, Z, rng, symbols=True, steep=True)


# ── the witnesses themselves ──────────────────────────────────────────────────────────────────

WRONG = {
    "Affine": ("Affine", lambda self, dZ: dZ @ self.W * 2),
    "Softmax": ("Softmax", lambda self, dP: dP * self.P * (1 - self.P)),
    "Tanh": ("Tanh", lambda self, dA: dA * (1 - self.A)),
}


@pytest.mark.parametrize("which", ["tape", "numeric", "symbols"])
@pytest.mark.parametrize("name", WRONG)
def test_each_witness_alone_objects_to_a_wrong_backward(monkeypatch, name, which):
    kind, back = getattr(nn, name), WRONG[name][1]
    right = kind.backward

    def wrong(self, upstream, **options):
        right(self, upstream, **options)
        return back(self, upstream)

    monkeypatch.setattr(kind, "backward", wrong)
    rng = np.random.default_rng(1)
    alone = {"tape": False, "numeric": False, "symbols": False, which: True}
    with pytest.raises(
        AssertionError, match={"numeric": "complex step", "symbols": "SymPy"}.get(which, which)
    ):
        assert_module_agrees(name, away_from_kinks(rng, (3, 2)), 4, rng, **alone)


@pytest.mark.parametrize("which", ["tape", "numeric", "symbols"])
@pytest.mark.parametrize("name", COSTS)
def test_each_witness_alone_objects_to_a_cost_without_its_mean(monkeypatch, name, which):
    kind = getattr(nn, name)
    right = kind.backward
    monkeypatch.setattr(kind, "backward", lambda self: right(self) * 3)
    rng = np.random.default_rng(1)
    alone = {"tape": False, "numeric": False, "symbols": False, which: True}
    with pytest.raises(
        AssertionError, match={"numeric": "complex step", "symbols": "SymPy"}.get(which, which)
    ):
        assert_cost_agrees(name, COSTS[name], away_from_kinks(rng, (3, 2)), rng, **alone)
