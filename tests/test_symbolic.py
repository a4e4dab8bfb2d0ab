"""The engine proves what is true, refuses what is wrong, and says where."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import sympy as sp

from backprop import symbolic as s
from backprop.errors import (
    ClaimError,
    MisfitError,
    RejectError,
    StatementError,
    UndecidedError,
    UnknownNameError,
)
from backprop.symbolic import equations as engine
from backprop.symbolic import indexform, printing, proof, records, witnesses
from backprop.symbolic.numpycode import numpy_code
from backprop.symbolic.page import Page
from backprop.symbolic.worlds import World

N, D, H = s.sizes(N=5, D=3, H=4)
i, j, k, n = s.indices(i=H, j=H, k=D, n=N)
W, X, x, b = s.matrix("W", H, D), s.matrix("X", N, D), s.vector("x", D), s.vector("b", H)
z, Z = s.let("z", W @ x + b), s.let("Z", X @ W.T + s.ones(N) @ b.T)
C, σ = s.cost("C"), s.elementwise("σ")
A = s.let("A", σ(Z))
dz, dZ, dA = s.gradient(C(z), z), s.gradient(C(Z), Z), s.gradient(C(A), A)


@pytest.fixture(autouse=True)
def _fresh_page(monkeypatch):
    """Begin every test on an empty page on which z, Z and A have been defined."""
    monkeypatch.setattr(engine, "page", Page())
    for label, symbol in [("one", z), ("batch", Z), ("activated", A)]:
        s.definition(label, symbol)


WRONG = {
    "dropped transpose": (s.gradient(C(Z), W), dZ @ X, "inner sizes H and N differ"),
    "transposed result": (s.gradient(C(Z), W), X.T @ dZ, "is (D, H), expected (H, D)"),
    "transpose too many": (s.gradient(C(Z), X), dZ @ W.T, "inner sizes H and D differ"),
    "swapped order": (s.gradient(C(z), W), x @ dz.T, "is (D, H), expected (H, D)"),
    "sign": (s.gradient(C(Z), W), -(dZ.T @ X), "entry (1, 1) is 6, for the right side −6"),
    "a factor 2 too many": (s.gradient(C(Z), X), 2 * (dZ @ W), "for the right side 12"),
    "mean for sum": (s.gradient(C(Z), b), dZ.T @ s.ones(N) / N, "for the right side 2/5"),
    "missing sum": (s.gradient(C(Z), b), dZ, "is (N, H), expected (H, 1)"),
    "sum over the wrong axis": (s.gradient(C(Z), b), dZ @ s.ones(H), "is (N, 1), expected"),
    "missing σ′": (s.gradient(C(A), Z), dA, "entry (1, 1)"),
    "σ for σ′": (s.gradient(C(A), Z), dA * σ(Z), "entry (1, 1)"),
    "σ′ at the wrong argument": (s.gradient(C(A), Z), dA * σ.prime(A), "entry (1, 1)"),
    "σ′ squared": (s.gradient(C(A), Z), dA * σ.prime(Z) * σ.prime(Z), "entry (1, 1)"),
    "bias forgotten": (z[j], s.total(W[j, k] * x[k], k), "the value for j = 1 is 2"),
    "bias summed": (z[j], s.total(W[j, k] * x[k] + b[j], k), "the value for j = 1"),
    "no collapse of the sum": (
        s.partial(C(z), W[j, k]),
        s.total(s.partial(C(z), z[i]), i) * x[k],
        "the value for j = 1, k = 1",
    ),
    "every output feels the weight": (s.partial(z[i], W[j, k]), x[k] + 0 * W[j, k], "i = 1, j = 2"),
    "open index": (z[j], W[j, k] * x[k] + b[j], "leaves the index k open"),
    "index over the wrong axis": (z[j], s.total(W[k, j] * x[k], k), "index k runs over D"),
    "Jacobian transposed": (s.jacobian(z, x), W.T, "is (D, H), expected (H, D)"),
    "the bias moves": (s.velocity(z, W), s.direction(W) @ x + b, "entry (1)"),
    "upstream forgotten": (s.gradient(C(z), b), s.ones(H), "entry (1)"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_claim_is_refused_and_the_place_is_named(name):
    meaning, claimed, said = WRONG[name]
    with pytest.raises(ClaimError) as refused:
        s.equation("wrong", meaning, claimed, rejects={})
    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["sign", "mean for sum", "bias forgotten", "the bias moves"])
def test_a_refusal_shows_the_witness_point(name):
    meaning, claimed, _ = WRONG[name]
    with pytest.raises(ClaimError, match=r", at \S+ = −?\d+.*all others 0\."):
        s.equation("wrong", meaning, claimed, rejects={})


UNUSUAL = {
    "as it is written": (s.gradient(C(Z), W), dZ.T @ X),
    "a transpose of a product": (s.gradient(C(Z), W), (X.T @ dZ).T),
    "doubled and halved": (s.gradient(C(Z), W), 2 * (dZ.T @ X) / 2),
    "a sum with itself": (s.gradient(C(Z), W), (dZ.T @ X + dZ.T @ X) / 2),
    "a minus of a minus": (s.gradient(C(Z), X), -(dZ @ (-W))),
    "ones on both sides": (s.gradient(C(Z), b), (s.ones(N).T @ dZ).T),
    "a diagonal matrix": (s.gradient(C(A), b), ((dA * σ.prime(Z)).T @ s.ones(N))),
    "diag for ⊙": (dz * b, s.diag(b) @ dz),
    "the inner product turned": (s.velocity(C(z), W), s.inner(x, s.direction(W).T @ dz)),
    "W Wᵀ is symmetric": (W @ W.T, (W @ W.T).T),
    "N from summing ones": (s.ones(N).T @ s.ones(N) @ b.T, N * b.T),
    "σ of an entry": (σ(z)[j], σ(z[j])),
    "the binomial formula": ((z + b) * (z + b), z * z + 2 * (z * b) + b * b),
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_true_claim_in_unusual_form_is_proved_for_all_sizes(name):
    meaning, claimed = UNUSUAL[name]
    found = proof.prove(meaning, claimed)
    assert isinstance(found, proof.Proof)
    assert found.all_sizes


@pytest.mark.parametrize("name", UNUSUAL)
def test_a_true_wrong_version_is_refused(name):
    meaning, claimed = UNUSUAL[name]
    with pytest.raises(RejectError, match="'planted'.* is right"):
        s.equation("planted", meaning, claimed, rejects={"sign": -meaning, "planted": claimed})


def test_an_identity_that_expand_cannot_see_is_still_proved():
    logistic = s.elementwise("σ", lambda t: 1 / (1 + sp.exp(-t)))
    a = logistic(z)
    assert proof.compare(logistic.prime(z), a - a * a) is None


def test_neither_proof_nor_witness_is_undecided(monkeypatch):
    monkeypatch.setattr(proof, "witness", lambda *_: None)
    monkeypatch.setattr(proof.sp, "simplify", lambda rest: rest)
    with pytest.raises(UndecidedError, match="can neither reduce"):
        proof.prove(z, W @ x)


def test_an_equality_of_these_sizes_only_is_not_taken_for_general():
    with pytest.raises(UndecidedError, match="for these sizes only"):
        proof.prove(s.ones(N).T @ dZ, 5 * (s.ones(N).T @ dZ) / N)


def test_a_proof_without_index_form_says_so():
    second = s.gradient(s.inner(dz, dz), z)
    found = proof.prove(second, second)
    assert not found.all_sizes
    assert found.sizes == {"D": 3, "H": 4}


def test_no_wrong_version_of_the_right_shape_is_refused():
    by_shape = {"no transpose": dZ @ X, "swapped": X.T @ dZ}
    with pytest.raises(RejectError, match="every wrong version is rejected by its shape"):
        s.equation("weak", s.gradient(C(Z), W), dZ.T @ X, rejects=by_shape)


@pytest.mark.parametrize("rejects", [{}, {"sign": -(dZ.T @ X)}])
def test_too_few_wrong_versions_are_refused(rejects):
    with pytest.raises(RejectError, match="expected at least 2"):
        s.equation("weak", s.gradient(C(Z), W), dZ.T @ X, rejects=rejects)


def test_a_wrong_version_may_be_a_function():
    shown = s.equation(
        "lambda",
        s.gradient(C(Z), W),
        dZ.T @ X,
        rejects={"late": lambda: dZ @ X, "sign": lambda: -(dZ.T @ X)},
    )
    assert [r["by"] for r in shown.record["rejects"]] == ["shape", "value"]


def test_every_step_of_a_derivation_is_proved():
    with pytest.raises(ClaimError, match="is wrong"):
        s.derivation("steps", z, (W @ x, "forgets b"), (W @ x + b, "back again"), rejects={})


def test_a_derivation_is_general_only_if_every_step_is():
    square = s.gradient(s.inner(dz, dz), z)  # a second derivative of the cost: no index form
    shown = s.derivation(
        "steps", 2 * square, (square + square, "twice"), rejects={"sign": -square, "once": square}
    )
    assert not shown.record["all_sizes"]
    shown = s.derivation(
        "two-steps",
        2 * b + 0 * square,
        (b + b + 0 * square, "twice"),
        (b + b, "nothing added"),
        rejects={"sign": -b, "once": b},
    )
    assert not shown.record["all_sizes"]


def test_a_witness_gives_one_place_one_value():
    """σ(x₁) and σ(x₂) may be chosen apart only where x₁ and x₂ differ."""
    left, right = World()(σ(x)).flat[:2]
    found = proof.witness(left, right)
    assert found is not None
    assert "all others 0" not in found[2]  # there x₁ = x₂, and σ(x₁) = σ(x₂)


@pytest.mark.parametrize("nowhere", [sp.zoo, sp.oo, sp.nan])
def test_a_point_where_something_is_not_finite_is_no_witness(nowhere):
    assert not witnesses.different(nowhere, sp.Integer(1))


def test_a_cell_that_runs_again_is_restated_as_it_ran_last():
    for wrong in ("sign", "minus"):
        s.equation("again", z, b + W @ x, rejects={wrong: -z, "b": b})
    assert [r["name"] for r in engine.page.records["again"]["rejects"]] == ["minus", "b"]


# ── definitions, claims, labels ───────────────────────────────────────────────────────────────


def test_a_symbol_is_defined_before_it_is_used():
    new = s.let("v", W @ x)
    with pytest.raises(ClaimError, match="v is used before it is defined"):
        s.equation("early", new, W @ x, rejects={})


def test_a_symbol_means_one_thing():
    with pytest.raises(ClaimError, match="z means two things, W x \\+ b and W x"):
        s.definition("other-z", s.let("z", W @ x))


def test_a_definition_needs_something_to_define():
    with pytest.raises(ClaimError, match="stands for nothing"):
        s.definition("nothing", W)


def test_a_new_way_of_writing_is_checked():
    s.definition("entry", s.gradient(C(z), W)[j, k], s.partial(C(z), W[j, k]))
    with pytest.raises(ClaimError, match="is wrong"):
        s.definition("entry-2", s.gradient(C(z), W)[j, k], -s.partial(C(z), W[j, k]))


def test_a_cell_may_run_twice_but_a_label_names_one_formula():
    s.definition("again", z)
    s.definition("again", z)
    with pytest.raises(ClaimError, match="'again' already names"):
        s.definition("again", A)


@pytest.mark.parametrize("label", ["Affine", "affine_w", "affine--w", "4-affine", ""])
def test_a_label_is_lower_case_words(label):
    with pytest.raises(ClaimError, match="lower-case words joined by hyphens"):
        s.definition(label, z)


def test_a_cited_claim_needs_source_and_reason_and_may_not_be_false():
    with pytest.raises(ClaimError, match="a source and a reason"):
        s.claim("cited", z, W @ x + b, source="", reason="")
    with pytest.raises(ClaimError, match="is wrong"):
        s.claim("cited", z, W @ x, source="someone", reason="long")
    assert s.claim("cited", z, W @ x + b, source="someone", reason="long").record["source"]


def test_differentiating_by_anything_but_a_symbol_is_refused():
    with pytest.raises(StatementError, match="W x is no symbol.*Name it with let"):
        s.gradient(C(z), W @ x)
    with pytest.raises(StatementError, match="is no entry, .* Write W\\[j, k\\]"):
        s.partial(C(z), W)


@pytest.mark.parametrize("numbers", [{"N": 3, "D": 3}, {"N": 1, "D": 3}])
def test_sizes_that_hide_mistakes_are_refused(numbers):
    with pytest.raises(StatementError, match="differ pairwise"):
        s.sizes(**numbers)


# ── witnesses for the engine itself ───────────────────────────────────────────────────────────


def numbers(expression, values):
    """Return the entries of an expression with numbers in place of the symbols."""
    entries = World()(expression)
    return np.vectorize(lambda e: complex(sp.sympify(e).xreplace(values)).real)(entries)


def test_the_meaning_of_a_gradient_is_what_the_complex_step_measures():
    rng = np.random.default_rng(0)
    tanh = s.elementwise("tanh", sp.tanh)
    E = s.inner(tanh(Z), tanh(Z))
    given = {a: rng.normal(size=World().symbols(a).shape) for a in (W, X, b)}
    values = {
        symbol: sp.Float(value)
        for array, value_array in given.items()
        for symbol, value in zip(World().symbols(array).flat, value_array.flat, strict=True)
    }
    for wrt in (W, X, b):
        meant = numbers(s.gradient(E, wrt), values)
        for place in np.ndindex(meant.shape):
            moved = {a: v.astype(complex) for a, v in given.items()}
            moved[wrt][place] += 1e-20j
            out = np.tanh(moved[X] @ moved[W].T + moved[b].T)
            assert meant[place] == pytest.approx((out * out).sum().imag / 1e-20, rel=1e-12)


def test_a_total_derivative_counts_every_way():
    both = C(A, W)  # W acts directly and through A
    direct = s.gradient(both, W)
    assert proof.prove(direct, direct).all_sizes
    assert proof.compare(direct, s.gradient(both, A).T @ X) is not None


def test_index_form_never_equates_what_differs():
    """Expressions that differ at fixed sizes must differ in index form too."""
    things = [dZ.T @ X, (X.T @ dZ).T, -(dZ.T @ X), dZ.T @ X / N, (dZ * Z).T @ X, dZ.T @ (X * X)]
    axes = (j, k)
    for left in things:
        for right in things:
            same = indexform.equal_for_all_sizes(left, right, axes)
            assert same == (proof.compare(left, right) is None), (left, right)


def test_the_order_of_bound_indices_does_not_matter():
    one = s.total(s.total(W[j, k] * x[k], k) * s.partial(C(z), z[j]), j)
    two = s.total(s.total(W[j, k] * s.partial(C(z), z[j]), j) * x[k], k)
    assert indexform.equal_for_all_sizes(one, two, ())


# ── attempts to make the engine accept what is false ──────────────────────────────────────────

M, S, B = s.matrix("M", H, D), s.matrix("S", N, H), s.matrix("B", N, H)


def test_a_derivative_inside_one_that_holds_its_way_fixed_has_no_meaning():
    inner_gradient = s.gradient(C(z), x)
    with pytest.raises(UndecidedError, match="holds z fixed, although z depends on x"):
        proof.prove(s.jacobian(inner_gradient, z), 0 * W.T)
    with pytest.raises(UndecidedError, match="holds z fixed"):
        s.equation("bad", x, 1 * x, rejects={"a": s.jacobian(inner_gradient, z) @ z, "b": -x})


def vanishing(left, right):
    """Return two expressions that agree at N = 5, whatever left and right are."""
    return (N - 5) * left, (N - 5) * right


@pytest.mark.parametrize(
    ("left", "right"),
    [
        vanishing(b * b[s.indices(row=H)[0]], b * b),
        vanishing(s.delta(i, j) * s.delta(*s.indices(i=D, j=D)), s.delta(i, j) * s.delta(i, j)),
        vanishing(s.total(W[j, k] * x[k], k), s.total(W[j, k] * x[k], k) * 2),
    ],
)
def test_index_form_does_not_confuse_indices(left, right):
    with pytest.raises((UndecidedError, MisfitError)):
        proof.prove(left, right)


def test_a_symbol_stands_for_a_whole_array():
    with pytest.raises(StatementError, match="open indices"):
        s.let("v", W[j, k] * x)


def test_large_sizes_keep_the_names_of_entries_apart():
    Y = s.matrix("Y", *s.sizes(P=12, Q=11))
    assert proof.compare(s.gradient(s.inner(Y, Y) / 2, Y), Y) is None


ONE_NAME = {
    "two arrays": (s.vector("x", H), "x means two things"),
    "two shapes": (s.matrix("W", D, H), "W means two things"),
    "a function and an array": (s.elementwise("W")(x), "W means two things"),
}


@pytest.mark.parametrize("name", ONE_NAME)
def test_a_name_does_not_stand_for_two_things(name):
    other, said = ONE_NAME[name]
    s.equation("first", W @ x + b, b + W @ x, rejects={"n": b, "m": -b})
    with pytest.raises(ClaimError, match=said):
        s.equation("second", z, W @ x + b, rejects={"other": other, "sign": -z})


def test_two_costs_of_one_name_do_not_meet_in_one_equation():
    with pytest.raises(ClaimError, match="C means two things, a function of .* and a function of"):
        s.equation("two", s.gradient(C(z), b), s.gradient(C(z, b), z), rejects={})


def test_two_motions_do_not_meet_in_one_equation():
    both = s.velocity(z, W) + s.velocity(z, x)
    with pytest.raises(ClaimError, match="the dot means two things"):
        s.equation("two", both, both + 0 * b, rejects={})


def test_a_refused_equation_leaves_no_trace():
    with pytest.raises(ClaimError):
        s.definition("Bad Label", s.let("v", W @ x))
    with pytest.raises(ClaimError, match="v is used before"):
        s.equation("next", s.let("v", W @ x), W @ x, rejects={"a": b, "sign": -b})


def test_an_equation_of_a_thing_with_itself_says_nothing():
    with pytest.raises(ClaimError, match="that says nothing"):
        s.equation("same", W @ x, W @ x, rejects={"sign": -(W @ x), "b": b})


def test_a_definition_is_no_way_around_the_wrong_versions():
    with pytest.raises(ClaimError, match="is no new symbol. Use equation"):
        s.definition("smuggled", s.gradient(C(Z), W), dZ.T @ X)


def test_a_true_version_of_one_number_is_found_out_though_its_shape_differs():
    with pytest.raises(RejectError, match="is right"):
        s.equation(
            "number",
            s.inner(x, x),
            s.inner(x, x + 0 * x),
            rejects={"1×1": x.T @ x, "s": -s.inner(x, x)},
        )


def test_a_kink_wants_its_slope_stated():
    ramp = s.elementwise("r", lambda t: sp.Max(0, t))
    with pytest.raises(StatementError, match="Write the function with sympy.Piecewise"):
        World()(ramp.prime(z))
    stated = s.elementwise("r", lambda t: sp.Piecewise((t, t > 0), (0, True)))
    assert proof.compare(stated.prime(z) * stated.prime(z), stated.prime(z)) is None


def test_concrete_functions_are_proved_at_fixed_sizes():
    logistic = s.elementwise("σ", lambda t: 1 / (1 + sp.exp(-t)))
    found = proof.prove(logistic.prime(z), logistic(z) - logistic(z) * logistic(z))
    assert isinstance(found, proof.Proof)
    assert not found.all_sizes


def test_decimals_are_exact():
    assert proof.compare(0.1 * x + 0.2 * x, 0.3 * x) is None


# ── printing and records ──────────────────────────────────────────────────────────────────────

PRINTED = [
    (dZ.T @ X, "(∇_Z C)ᵀ X", r"\left(\nabla_{Z} C\right)^{\top} X", "(dZ.T @ X)"),
    (dz * σ.prime(z), "(∇_z C) ⊙ σ′(z)", None, "(dz * σ_prime(z))"),
    (W.T.T, "(Wᵀ)ᵀ", r"\left(W^{\top}\right)^{\top}", "W.T.T"),
    (W @ (x + x), "W (x + x)", None, "(W @ (x + x))"),
    (W @ (W.T @ z), "W (Wᵀ z)", None, None),
    (x - (x + x), "x − (x + x)", None, None),
    (-(x + x), "−(x + x)", None, "(-(x + x))"),
    (s.gradient(C(z), W)[j, k], "(∇_W C)_jk", r"\left(\nabla_{W} C\right)_{jk}", None),
    (s.jacobian(z, x).T, "(∂z/∂x)ᵀ", r"\left(\frac{\partial z}{\partial x}\right)^{\top}", None),
    (s.total(W[j, k] * x[k], k), "Σ_k W_jk x_k", r"\sum_{k=1}^{D} W_{jk} x_{k}", None),
    (s.ones(N) @ b.T, "1 bᵀ", r"\mathbf{1} b^{\top}", "(np.ones((N, 1)) @ b.T)"),
    (dZ / N, "(∇_Z C) / N", r"\frac{1}{N} \left(\nabla_{Z} C\right)", "(dZ / N)"),
    ((S * B) @ W, "(S ⊙ B) W", r"\left(S \odot B\right) W", "((S * B) @ W)"),
    (S * (B @ (W @ W.T)), "S ⊙ (B (W Wᵀ))", None, None),
    (b[j] * s.total(x[k], k) * x[k], "(b_j Σ_k x_k) x_k", None, None),
    (b[j] * s.total(x[k] * x[k], k), "b_j Σ_k x_k x_k", None, None),
    (s.total(X[n, k], n) / N * X[n, k], "((Σ_n X_nk) / N) X_nk", None, None),
    (s.gradient(s.inner(z, z) + s.inner(b, b), z), "∇_z (⟨z, z⟩ + ⟨b, b⟩)", None, None),
    (s.partial(z[j] + b[j], b[i]), "∂(z_j + b_j)/∂b_i", None, None),
    (W * 2 * 3, "W · 2 · 3", r"W \cdot 2 \cdot 3", None),
    ((S / N) @ W, "(S / N) W", None, "((S / N) @ W)"),
    ((S + B) / N, "(S + B) / N", r"\frac{1}{N} \left(S + B\right)", None),
    (s.total(W[j, k] * x[k] + b[j], k), "Σ_k (W_jk x_k + b_j)", None, None),
    (s.total(W[j, k] * x[k], k) + b[j], "Σ_k W_jk x_k + b_j", None, None),
    (-s.total(W[j, k] * x[k], k), "−Σ_k W_jk x_k", None, None),
    (-(W @ x), "−W x", None, None),
    (W @ -x, "W (−x)", None, None),
    (s.direction(W) @ x, "W\u0307 x", r"\dot{W} x", None),
]


@pytest.mark.parametrize(("expression", "text", "tex", "code"), PRINTED)
def test_a_formula_is_written_as_in_a_book(expression, text, tex, code):
    assert printing.plain(expression) == text
    assert tex is None or printing.latex(expression) == tex
    assert code is None or numpy_code(expression) == code


def test_the_page_marks_forward_and_backward_and_says_the_same():
    page = printing.latex(dZ.T @ X, page=True)
    assert page == (r"\left(\class{bp-backward}{\nabla_{Z} C}\right)^{\top} \class{bp-forward}{X}")


def shown():
    return s.equation(
        "affine-grad-w",
        s.gradient(C(Z), W),
        dZ.T @ X,
        code="nn.Affine.backward:dW",
        rejects={"no transpose": dZ @ X, "mean": dZ.T @ X / N},
    )


def test_the_output_is_numbered_markdown_with_a_record_beside_it():
    bundle = shown()._repr_mimebundle_()
    assert bundle["text/plain"] == "∇_W C = (∇_Z C)ᵀ X"
    assert bundle["text/markdown"] == (
        "$$\n\\nabla_{W} C = \\left(\\nabla_{Z} C\\right)^{\\top} X\n$$ (affine-grad-w)\n\n"
        "*affine-grad-w: proved for D = 3, H = 4, N = 5 and for all sizes. "
        "Rejected: no transpose, by shape; mean, by value.*"
    )
    record = json.loads(json.dumps(bundle[records.MIME]))
    assert record["kind"] == "identity"
    assert record["all_sizes"] is True
    assert record["code"] == "nn.Affine.backward:dW"
    assert record["arrays"] == {"X": ["N", "D"], "dZ": ["N", "H"]}
    assert record["rejects"][1]["detail"] == (
        "entry (1, 1) is 6/5, not 6, at X₁₁ = 2, ∂C/∂Z₁₁ = 3, all others 0."
    )


def test_a_record_is_the_same_in_every_process():
    """Nothing in a stored output may depend on the order of hashes."""
    program = (
        "from tests.test_symbolic import *; engine.page = Page();"
        "s.definition('batch', Z); s.definition('activated', A);"
        "print(shown().record, *(proof.compare(*WRONG[n][:2]) for n in "
        "['σ for σ′', 'σ′ squared', 'sign']))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
        ).stdout
        for seed in "123"
    }
    assert len(outputs) == 1


def test_restating_shows_the_record_unnumbered(monkeypatch):
    shown()
    seen = []
    monkeypatch.setattr(records, "display", seen.append)
    s.restate("affine-grad-w")
    assert seen[0].record["of"] == "affine-grad-w"
    assert "(affine-grad-w)" not in seen[0]._repr_mimebundle_()["text/markdown"]


def test_restating_finds_a_stored_equation_of_another_chapter(monkeypatch, tmp_path):
    output = {"output_type": "execute_result", "data": shown()._repr_mimebundle_()}
    cell = {"cell_type": "code", "id": "w", "outputs": [output]}
    (tmp_path / "chapters").mkdir()
    (tmp_path / "_toc.yml").touch()
    (tmp_path / "chapters" / "04_a.ipynb").write_text(json.dumps({"cells": [cell]}), "utf-8")
    monkeypatch.chdir(tmp_path / "chapters")
    monkeypatch.setattr(engine, "page", Page())
    seen = []
    monkeypatch.setattr(records, "display", seen.append)
    s.restate("affine-grad-w")
    assert repr(seen[0]) == "∇_W C = (∇_Z C)ᵀ X"
    with pytest.raises(UnknownNameError, match="no equation is labelled 'affine-grad-v'"):
        s.restate("affine-grad-v")


def test_shapes_that_do_not_fit_raise_only_when_asked_for():
    wrong = dZ @ X
    with pytest.raises(MisfitError):
        _ = wrong.dims


@pytest.mark.parametrize("at", ["j", (1, 2), ("j", "k"), slice(None), ...])
def test_an_entry_is_asked_for_at_indices(at):
    with pytest.raises(StatementError, match="an entry is asked for at .*, expected indices such"):
        s.matrix("W", *s.sizes(H=4, D=3))[at]


def test_a_sum_runs_over_an_index_and_not_over_a_size():
    N, H = s.sizes(N=5, H=4)
    n, j = s.indices(n=N, j=H)
    with pytest.raises(StatementError, match="total: index is .*, expected an index such as j"):
        s.total(s.matrix("G", N, H)[n, j], H)
