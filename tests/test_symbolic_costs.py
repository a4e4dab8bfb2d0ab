"""Costs, activations and whole networks: gradients proved, tied to NumPy (chapters 5 and 6)."""

import time

import numpy as np
import pytest
import sympy as sp

from backprop import symbolic as s
from backprop.errors import ClaimError, StatementError
from backprop.symbolic import equations as engine
from backprop.symbolic import proof, records
from backprop.symbolic.expression import lift
from backprop.symbolic.hypotheses import hypotheses
from backprop.symbolic.numpycode import identifier, tie
from backprop.symbolic.page import Page
from backprop.symbolic.printing import latex

N, D, H, M, K = s.sizes(N=5, D=3, H=4, M=6, K=2)
n, k, j = s.indices(n=N, k=K, j=K)
Z, Y, Yhat = s.matrix("Z", N, K), s.matrix("Y", N, K), s.matrix("Ŷ", N, K)
z, y = s.vector("z", K), s.vector("y", K)
C, σ = s.cost("C"), s.elementwise("σ")
t, target = s.scalar("t"), s.scalar("y")

sigmoid = s.elementwise("sigmoid", lambda z: 1 / (1 + s.exp(-z)))
softplus = s.elementwise("softplus", lambda z: s.log(1 + s.exp(z)))
relu = s.elementwise("relu", lambda z: s.piecewise((z, z > 0), 0))
hyperbolic = s.elementwise("h", lambda z: s.tanh(z))

P, p = s.let("P", s.softmax(Z)), s.let("p", s.softmax(z))
R = Yhat - Y
half, mean = s.let("E", s.inner(R, R) / (2 * N)), s.let("M", s.inner(R, R) / N)
summed = s.let("S", s.inner(R, R))
logits = s.let("B", s.total(s.total(softplus(Z[n, k]) - Y[n, k] * Z[n, k], k), n) / N)
cross = s.let("X", -s.total(s.total(Y[n, k] * s.log(P[n, k]), k), n) / N)
fused = s.total(
    s.log(s.total(s.exp(Z[n, k]), k)) * s.total(Y[n, k], k) - s.total(Y[n, k] * Z[n, k], k), n
)
one = s.let("e", -s.total(y[k] * s.log(p[k]), k))
u = s.gradient(one, p)
q = s.let("q", sigmoid(t))
rows = s.equal(s.total(Y[n, k], k), 1)
column = s.equal(s.inner(y, s.ones(K)), 1)

FOR_ALL_SIZES = {
    "half squared error": (s.gradient(half, Yhat), R / N, None),
    "mean squared error": (s.gradient(mean, Yhat), 2 * R / N, None),
    "sum of squared errors": (s.gradient(summed, Yhat), 2 * R, None),
    "binary cross-entropy": (s.gradient(logits, Z), (sigmoid(Z) - Y) / N, None),
    "softmax cross-entropy, any targets": (
        s.gradient(s.let("F", fused / N), Z),
        (P * (Y @ s.ones(K) @ s.ones(K).T) - Y) / N,
        None,
    ),
    "from logits": (cross, fused / N, None),
    "targets that sum to 1": (s.gradient(cross, Z), (P - Y) / N, rows),
    "the same, by a matrix": (
        s.gradient(cross, Z),
        (P - Y) / N,
        s.equal(Y @ s.ones(K), s.ones(N)),
    ),
    "by the chain through p": (u, -(y / p), None),
    "the chain carried out": (
        s.gradient(one, z),
        p * (u - s.inner(u, p) * s.ones(K)),
        None,
    ),
    "one example": (s.gradient(one, z), p - y, column),
    "one entry": (s.partial(one, z[j]), p[j] - y[j], column),
    "smoothed targets": (
        s.gradient(one, z),
        s.inner(y, s.ones(K)) * p - y,
        None,
    ),
    "activation backward": (
        s.gradient(C(s.let("A", hyperbolic(Z))), Z),
        s.gradient(C(s.let("A", hyperbolic(Z))), s.let("A", hyperbolic(Z))) * hyperbolic.prime(Z),
        None,
    ),
    "the slope of softplus": (softplus.prime(Z), sigmoid(Z), None),
}


@pytest.mark.parametrize("name", FOR_ALL_SIZES)
def test_a_gradient_is_proved_for_all_sizes_and_twice_it_is_refuted(name):
    left, right, where = FOR_ALL_SIZES[name]
    assert proof.prove(left, right, hypotheses(where)).all_sizes
    assert isinstance(proof.prove(left, right + right, hypotheses(where)), proof.Difference)


def test_the_hypothesis_is_needed():
    assert isinstance(proof.prove(s.gradient(cross, Z), (P - Y) / N), proof.Difference)
    assert isinstance(proof.prove(s.gradient(one, z), p - y), proof.Difference)


@pytest.mark.parametrize(
    "where",
    [s.equal(s.total(Y[n, k], n), 1), s.equal(s.total(Y[n, k] * Y[n, k], k), 1)],
    ids=["columns sum to 1", "squares sum to 1"],
)
def test_another_hypothesis_does_not_help(where):
    try:
        found = proof.prove(s.gradient(cross, Z), (P - Y) / N, hypotheses(where))
    except StatementError:  # squares cannot be solved for
        return
    assert isinstance(found, proof.Difference)


NUMBERS = {
    "sigmoid′": (sigmoid.prime(t), sigmoid(t) * (1 - sigmoid(t)), sigmoid(t)),
    "tanh′": (hyperbolic.prime(t), 1 - hyperbolic(t) ** 2, 1 - hyperbolic(t)),
    "softplus′": (softplus.prime(t), sigmoid(t), softplus(t)),
    "tanh by sigmoid": (s.tanh(t), 2 * sigmoid(2 * t) - 1, 2 * sigmoid(t) - 1),
    "cross-entropy of a yes": (
        softplus(t) - target * t,
        -target * s.log(q) - (1 - target) * s.log(1 - q),
        -target * s.log(q) + (1 - target) * s.log(1 - q),
    ),
    "its slope": (s.slope(softplus(t) - target * t, t), q - target, target - q),
    "symmetry": (sigmoid(-t), 1 - sigmoid(t), sigmoid(t)),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_an_identity_of_activations_is_proved_and_its_wrong_version_refuted(name):
    left, right, wrong = NUMBERS[name]
    assert isinstance(proof.prove(left, lift(right)), proof.Proof)
    assert isinstance(proof.prove(left, lift(wrong)), proof.Difference)


# ── networks ──────────────────────────────────────────────────────────────────────────────────

X, x = s.matrix("X", N, D), s.vector("x", D)


def batch_network():
    """Return the statements about a network (3, 4, 2) with a batch of 5, opaque σ and cost."""
    W1, b1 = s.matrix("W^(1)", H, D), s.vector("b^(1)", H)
    W2, b2 = s.matrix("W^(2)", K, H), s.vector("b^(2)", K)
    Z1 = s.let("Z^(1)", X @ W1.T + s.ones(N) @ b1.T)
    A1 = s.let("A^(1)", σ(Z1))
    Z2 = s.let("Z^(2)", A1 @ W2.T + s.ones(N) @ b2.T)
    A2 = s.let("A^(2)", σ(Z2))
    E = C(A2)
    D2 = s.let("Δ^(2)", s.gradient(E, A2) * σ.prime(Z2))
    D1 = s.let("Δ^(1)", (D2 @ W2) * σ.prime(Z1))
    return {
        "Δ2": (s.gradient(E, Z2), D2),
        "Δ1": (s.gradient(E, Z1), D1),
        "W2": (s.gradient(E, W2), D2.T @ A1),
        "b2": (s.gradient(E, b2), D2.T @ s.ones(N)),
        "W1": (s.gradient(E, W1), D1.T @ X),
        "b1": (s.gradient(E, b1), D1.T @ s.ones(N)),
        "X": (s.gradient(E, X), D1 @ W1),
    }


def deep_network():
    """Return the statements about three layers whose last output is an opaque map."""
    (W1, b1), (W2, b2), (W3, b3) = (
        (s.matrix(f"W^({number})", rows, columns), s.vector(f"b^({number})", rows))
        for number, rows, columns in [(1, H, D), (2, M, H), (3, K, M)]
    )
    z1 = s.let("z^(1)", W1 @ x + b1)
    a1 = s.let("a^(1)", σ(z1))
    z2 = s.let("z^(2)", W2 @ a1 + b2)
    a2 = s.let("a^(2)", σ(z2))
    z3 = s.let("z^(3)", W3 @ a2 + b3)
    a3 = s.let("a^(3)", s.mapping("f", K)(z3))
    E, da = C(a3), s.gradient(C(a3), a3)
    d3 = s.let("δ^(3)", s.jacobian(a3, z3).T @ da)
    d2 = s.let("δ^(2)", (W3.T @ d3) * σ.prime(z2))
    d1 = s.let("δ^(1)", (W2.T @ d2) * σ.prime(z1))
    m, h, d = s.indices(m=M, h=H, d=D)
    back = s.diag(σ.prime(z1)) @ W2.T @ s.diag(σ.prime(z2)) @ W3.T @ s.jacobian(a3, z3).T @ da
    return {
        "δ3": (s.gradient(E, z3), d3),
        "δ2": (s.gradient(E, z2), d2),
        "δ1": (s.gradient(E, z1), d1),
        "W1": (s.gradient(E, W1), d1 @ x.T),
        "b2": (s.gradient(E, b2), d2),
        "x": (s.gradient(E, x), W1.T @ d1),
        "unrolled": (s.gradient(E, x), W1.T @ back),
        "entries": (
            s.partial(E, W1[h, d]),
            s.total(s.partial(E, z2[m]) * W2[m, h], m) * σ.prime(z1[h]) * x[d],
        ),
    }


def one_step():
    """Return the step of the induction: the cost is any function of the next layer's z."""
    W, b = s.matrix("W^(l+1)", K, H), s.vector("b^(l+1)", K)
    here = s.vector("z^(l)", H)
    after = s.let("z^(l+1)", W @ σ(here) + b)
    d = s.let("δ^(l+1)", s.gradient(C(after), after))
    V, c, hidden = s.matrix("V", K, H), s.vector("c", K), s.vector("h", H)
    guess, wanted = s.let("ŷ", V @ hidden + c), s.vector("y", K)
    error = s.let("E", s.inner(guess - wanted, guess - wanted))
    return {
        "step": (s.gradient(C(after), here), (W.T @ d) * σ.prime(here)),
        "diag": (s.gradient(C(after), here), s.diag(σ.prime(here)) @ W.T @ d),
        "bias": (s.gradient(C(after), b), d),
        "weights": (s.gradient(C(after), W), d @ σ(here).T),
        "regression": (s.gradient(error, V), 2 * (guess - wanted) @ hidden.T),
        "regression, below": (s.gradient(error, hidden), 2 * V.T @ (guess - wanted)),
    }


NETWORKS = {
    f"{made.__name__} {name}": sides
    for made in (batch_network, deep_network, one_step)
    for name, sides in made().items()
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_is_proved_for_all_sizes_in_time(name):
    left, right = NETWORKS[name]
    began = time.process_time()
    assert proof.prove(left, right).all_sizes
    assert time.process_time() - began < 3


@pytest.mark.parametrize("name", ["batch_network Δ1", "deep_network δ2", "one_step step"])
def test_a_forgotten_slope_is_found_in_a_network(name):
    left, right = NETWORKS[name]
    meant = getattr(right, "meaning", right)
    assert isinstance(proof.prove(left, meant.left), proof.Difference)


# ── formulas as NumPy ─────────────────────────────────────────────────────────────────────────

VALUES = {
    "Z": np.array([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5], [1.0, 3.0], [-2.0, -0.5]]),
    "Y": np.array([[0.25, 0.75], [1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.125, 0.875]]),
}
POWERS = np.exp(VALUES["Z"])
SHARES = POWERS / POWERS.sum(axis=1, keepdims=True)
CODED = {
    "softmax": ((P - Y) / N, (SHARES - VALUES["Y"]) / 5),
    "sigmoid": ((sigmoid(Z) - Y) / N, (1 / (1 + 1 / POWERS) - VALUES["Y"]) / 5),
    "sums": (fused / N, -(VALUES["Y"] * np.log(SHARES)).sum() / 5),
    "cases": (relu.prime(Z) * Z, np.maximum(VALUES["Z"], 0)),
    "slope": (softplus.prime(Z), POWERS / (1 + POWERS)),
    "powers": (Z**2 + Z * 0, VALUES["Z"] ** 2),
    "division": (Y / P, VALUES["Y"] / SHARES),
    "brackets": (
        s.total(s.total(s.bracket(Z[n, k] > 0) * Z[n, k], k), n),
        np.maximum(VALUES["Z"], 0).sum(),
    ),
    "zeros": (s.zeros(N, K) + Z, VALUES["Z"]),
}


@pytest.mark.parametrize("name", CODED)
def test_a_formula_computes_in_numpy_what_it_says(name):
    formula, wanted = CODED[name]
    made = tie("nn.Anything:x", formula)
    assert set(made["arrays"]) <= set(VALUES)
    names = {"np": np, "N": 5, "K": 2, **VALUES}
    for let, meaning in made.get("lets", {}).items():
        names[let] = eval(meaning, names)
    computed = eval(made["numpy"], names)
    assert np.shape(computed) == np.shape(wanted)
    np.testing.assert_allclose(computed, wanted, rtol=1e-12)


def test_a_symbol_that_numpy_can_compute_is_no_array_of_its_own():
    made = tie("nn.Anything:x", (P - Y) / N)
    assert made["arrays"] == {"Y": ["N", "K"], "Z": ["N", "K"]}
    assert list(made["lets"]) == ["P"]
    A = s.let("A", σ(Z))  # σ is opaque: nobody can compute it
    assert "lets" not in tie("nn.Anything:x", s.gradient(C(A), A) * A)


def test_a_layer_is_part_of_an_identifier():
    assert [identifier(name) for name in ("W^(1)", "Ŷ", "z^(l+1)")] == ["W1", "Ŷ", "zl_plus_1"]


# ── the page ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setattr(engine, "page", Page())


@pytest.mark.usefixtures("page")
def test_another_convention_has_names_of_its_own():
    wrong = {"sign": -2 * z, "one": z}
    s.equation("ours", z + z, 2 * z, rejects=wrong)
    s.convention("rows")
    s.equation("theirs", Z + Z, 2 * Z, rejects={"sign": -2 * Z, "one": Z})
    z_is_a_matrix = s.matrix("z", N, K)
    shown = s.equation(
        "z", z_is_a_matrix + z_is_a_matrix, 2 * z_is_a_matrix,
        rejects={"sign": -z_is_a_matrix, "one": 3 * z_is_a_matrix},
    )  # fmt: skip
    assert shown.record["convention"] == "rows"
    assert records.small_print(shown.record).endswith("In the notation “rows”.")
    with pytest.raises(ClaimError, match="z means two things"):
        s.equation("mixed", z + z, 2 * z, rejects=wrong)
    s.convention(None)
    again = s.equation("back", z + z + z, 3 * z, rejects=wrong)
    assert "convention" not in again.record


@pytest.mark.usefixtures("page")
def test_a_hypothesis_stands_behind_the_formula_and_in_the_proof():
    s.definition("softmax", P)
    s.definition("cross", cross)
    shown = s.equation(
        "grad", s.gradient(cross, Z), (P - Y) / N, where=rows, code="nn.SoftmaxCrossEntropy:dZ",
        rejects={"targets first": (Y - P) / N, "no mean": P - Y},
    )  # fmt: skip
    assert repr(shown) == "∇_Z X = (P − Y) / N   if Σ_k Y_nk = 1"
    assert shown.record["latex"].endswith(r"\quad\text{if } \sum_{k=1}^{K} Y_{nk} = 1")
    assert shown.record["all_sizes"]
    assert shown.record["lets"] == {"P": "(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))"}


@pytest.mark.usefixtures("page")
def test_a_proof_about_numbers_speaks_of_no_sizes():
    s.definition("q", q)
    shown = s.equation("q-slope", s.slope(q, t), q * (1 - q), rejects={"q": q, "sign": -q})
    assert records.small_print(shown.record) == "proved. Rejected: q, by value; sign, by value."


@pytest.mark.usefixtures("page")
def test_a_formula_in_the_words_of_sympy_cannot_be_shown():
    foreign = s.elementwise("f", lambda z: sp.exp(z))
    with pytest.raises(ClaimError, match="the formula of f is written in SymPy's words"):
        s.definition("foreign", foreign(t))
    assert not proof.prove(foreign.prime(z), foreign(z)).all_sizes


def test_an_expression_is_nothing_to_run_through():
    with pytest.raises(TypeError, match="not iterable"):
        list(z)


def test_what_flows_backward_has_the_colour_of_the_way_back():
    d = s.let("δ", s.gradient(C(z), z))
    back = s.let("e", (s.matrix("W", K, H).T @ d) * σ.prime(s.vector("h", H)))
    for symbol in (d, back):
        assert latex(symbol, page=True).startswith(r"\class{bp-backward}")
    assert latex(s.let("a", σ(z)), page=True) == r"\class{bp-forward}{a}"
    assert latex(d) == r"\delta"
