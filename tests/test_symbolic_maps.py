"""Maps with several outputs, their Jacobians, the softmax: proved for all sizes (chapter 3)."""

import numpy as np
import pytest
import sympy as sp

from backprop import symbolic as s
from backprop.errors import ClaimError, MisfitError, StatementError, UndecidedError
from backprop.symbolic import equations as engine
from backprop.symbolic import indexform, proof
from backprop.symbolic.expression import lift
from backprop.symbolic.hypotheses import sum_to_one
from backprop.symbolic.page import Page
from backprop.symbolic.printing import latex, plain
from backprop.symbolic.worlds import World

D, H, K, N = s.sizes(D=3, H=4, K=2, N=5)
i, j, k, m, n = s.indices(i=K, j=K, k=D, m=H, n=N)
x, z, u = s.vector("x", D), s.vector("z", K), s.vector("u", K)
C, σ = s.cost("C"), s.elementwise("σ")

y = s.let("y", s.mapping("f", H)(x))
w = s.let("w", s.mapping("g", K)(y))
v = s.let("v", s.mapping("h", N)(w))

p = s.let("p", s.softmax(z))
Z = s.matrix("Z", N, K)
P = s.let("P", s.softmax(Z))
dP = s.gradient(C(P), P)
c = s.scalar("c")
a = s.let("a", σ(z))

r, φ = s.scalar("r"), s.scalar("φ")
q = s.let("q", s.column(r, φ))
polar = s.column(r * s.cos(φ), r * s.sin(φ))
polar_table = s.table([[s.cos(φ), -r * s.sin(φ)], [s.sin(φ), r * s.cos(φ)]])


def denominator(of, wrt):
    return s.jacobian(of, wrt, layout="denominator")


FOR_ALL_SIZES = {
    "an entry of a Jacobian": (s.jacobian(y, x)[m, k], s.partial(y[m], x[k])),
    "the chain rule": (s.jacobian(w, x), s.jacobian(w, y) @ s.jacobian(y, x)),
    "by entries": (
        s.partial(w[i], x[k]),
        s.total(s.partial(w[i], y[m]) * s.partial(y[m], x[k]), m),
    ),
    "three maps": (s.jacobian(v, x), s.jacobian(v, w) @ s.jacobian(w, y) @ s.jacobian(y, x)),
    "rates": (s.velocity(w, x), s.jacobian(w, y) @ s.velocity(y, x)),
    "gradients": (s.gradient(C(y), x), s.jacobian(y, x).T @ s.gradient(C(y), y)),
    "gradients through two": (
        s.gradient(C(w), x),
        s.jacobian(y, x).T @ (s.jacobian(w, y).T @ s.gradient(C(w), w)),
    ),
    "the adjoint": (
        s.inner(u, s.jacobian(w, y) @ s.vector("t", H)),
        s.inner(s.jacobian(w, y).T @ u, s.vector("t", H)),
    ),
    "the other layout": (denominator(w, y), s.jacobian(w, y).T),
    "the other layout reverses": (denominator(w, x), denominator(y, x) @ denominator(w, y)),
    "an elementwise map": (s.jacobian(a, z), s.diag(σ.prime(z))),
    "diag and ⊙": (s.diag(σ.prime(z)) @ u, σ.prime(z) * u),
    "a linear map": (s.jacobian(s.matrix("W", H, D) @ x, x), s.matrix("W", H, D)),
    "softmax": (s.jacobian(p, z), s.diag(p) - p @ p.T),
    "softmax by entries": (s.partial(p[i], z[j]), p[i] * (s.delta(i, j) - p[j])),
    "softmax loses a direction": (s.jacobian(p, z) @ s.ones(K), s.zeros(K)),
    "softmax sums to 1": (s.total(p[j], j), lift(1)),
    "softmax backward": (
        s.jacobian(p, z).T @ u,
        p * (u - s.inner(u, p) * s.ones(K)),
    ),
    "softmax of rows": (
        s.gradient(C(P), Z),
        P * (dP - ((P * dP) @ s.ones(K)) @ s.ones(K).T),
    ),
    "rows sum to 1": (P @ s.ones(K), s.ones(N)),
    "log of softmax": (s.log(p[j]), z[j] - s.log(s.total(s.exp(z[i]), i))),
    "log-sum-exp": (s.gradient(s.log(s.total(s.exp(z[j]), j)), z), s.softmax(z)),
    "a mean of costs": (
        s.gradient(s.total(y[m], m) / H, x),
        s.total(s.gradient(y[m], x), m) / H,
    ),
    "temperature": (
        s.jacobian(s.let("t", s.softmax(z / c)), z) * c,
        s.diag(s.softmax(z / c)) - s.softmax(z / c) @ s.softmax(z / c).T,
    ),
    "softmax is blind to a shift": (s.softmax(z + c * s.ones(K)), s.softmax(z)),
    "the shift of log-sum-exp": (
        s.log(s.total(s.exp(z[j]), j)),
        c + s.log(s.total(s.exp(z[j] - c), j)),
    ),
    "zeros": (s.zeros(K) + u, u),
    "entry by entry": (u / p * p, u),
}


@pytest.mark.parametrize("name", FOR_ALL_SIZES)
def test_it_is_proved_for_all_sizes(name):
    left, right = FOR_ALL_SIZES[name]
    assert proof.prove(left, right).all_sizes


@pytest.mark.parametrize("name", FOR_ALL_SIZES)
def test_its_wrong_versions_are_refuted(name):
    left, right = FOR_ALL_SIZES[name]
    wrong = right + right if name not in ("softmax loses a direction",) else s.ones(K)
    assert isinstance(proof.prove(left, wrong), proof.Difference)


WRONG = {
    "the chain rule reversed": (s.jacobian(w, x), s.jacobian(y, x) @ s.jacobian(w, y)),
    "not reversed in the other layout": (denominator(w, x), denominator(w, y) @ denominator(y, x)),
    "no transpose": (s.gradient(C(y), x), s.jacobian(y, x) @ s.gradient(C(y), y)),
    "softmax entry by entry": (s.jacobian(p, z), s.diag(p * (s.ones(K) - p))),
    "the bracket forgotten": (s.partial(p[i], z[j]), p[i] * (1 - p[j])),
    "the sum over rows": (s.softmax(Z).T @ s.ones(N), s.ones(K)),
    "the mean over examples": (
        s.gradient(C(P), Z),
        P * (dP - s.ones(N) @ (s.ones(N).T @ (P * dP))),
    ),
    "a sum of other numbers": (s.inner(s.exp(z), s.ones(K)) / s.inner(s.exp(u), s.ones(K)), 1),
    "log of anything": (s.log(u[j] * z[j]), s.log(u[j])),
    "two maps": (s.jacobian(y, x), s.jacobian(s.let("o", s.mapping("o", H)(x)), x)),
    "a layout": (denominator(y, x), s.jacobian(y, x)),
    "a map and costs": (
        s.mapping("f", 2)(r, φ),
        s.column(s.cost("f_1")(r, φ), s.cost("f_2")(r, φ)),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_statement_about_maps_is_not_accepted(name):
    left, right = WRONG[name]
    try:
        found = proof.prove(left, lift(right))
    except (MisfitError, UndecidedError):
        return
    assert isinstance(found, proof.Difference)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (s.softmax(Z) @ s.ones(K), s.ones(N) * 5 / N),
        (p * s.inner(p, s.ones(K)), 2 * p / K),
        (s.total(s.exp(z[i]) * u[i], i) / s.total(s.exp(z[i]), i), s.total(p[i] * u[i], i) * 2 / K),
    ],
)
def test_what_holds_for_these_sizes_only_is_not_called_general(left, right):
    try:
        general = proof.prove(left, right).all_sizes
    except UndecidedError:
        general = False
    assert not general


def test_index_form_never_equates_maps_that_differ():
    """Whatever differs at fixed sizes differs in index form: every pair of these."""
    things = [right for _, right in FOR_ALL_SIZES.values() if right.dims == (K, K)]
    things += [s.diag(p), p @ p.T, s.diag(p * p), s.diag(s.exp(z)), s.exp(z) @ p.T, (p @ u.T).T]
    axes = (s.indices(a=K)[0], s.indices(b=K)[0])
    for one in things:
        for other in things:
            if indexform.equal_for_all_sizes(one, other, axes):
                assert proof.compare(one, other) is None, (one, other)


# ── columns and tables that are written out ───────────────────────────────────────────────────

WRITTEN_OUT = {
    "the polar map": (s.jacobian(polar, q), polar_table, polar_table.T),
    "after a column": (s.jacobian(polar, s.column(r, φ)), polar_table, -polar_table),
    "denominator layout": (denominator(polar, q), polar_table.T, polar_table),
    "a gradient": (
        s.gradient(r**2 * φ, q),
        s.column(2 * r * φ, r**2),
        s.column(2 * r * φ, r),
    ),
    "a cost of the coordinates": (
        s.gradient(C(s.let("o", polar)), q),
        s.jacobian(polar, q).T @ s.gradient(C(s.let("o", polar)), s.let("o", polar)),
        s.jacobian(polar, q) @ s.gradient(C(s.let("o", polar)), s.let("o", polar)),
    ),
    "a cost of the column": (
        s.slope(C(q), r) * r,
        s.inner(s.gradient(C(q), q), s.column(r, 0)),
        s.inner(s.gradient(C(q), q), s.column(0, r)),
    ),
    "both ways": (
        s.gradient(s.inner(q, q) + r, q),
        2 * q + s.column(1, 0),
        2 * q,
    ),
    "a rate": (
        s.velocity(polar, q),
        s.jacobian(polar, q) @ s.direction(q),
        s.jacobian(polar, q) @ q,
    ),
    "a running sum": (
        s.table([[1, 0], [1, 1]]) @ s.column(r, φ),
        s.column(r, r + φ),
        s.column(r + φ, φ),
    ),
    "a slope of a column": (
        s.slope(polar, φ),
        s.column(-r * s.sin(φ), r * s.cos(φ)),
        s.column(r * s.sin(φ), r * s.cos(φ)),
    ),
}


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_entries_that_are_written_out_are_proved_and_refuted(name):
    left, right, wrong = WRITTEN_OUT[name]
    assert isinstance(proof.prove(left, right), proof.Proof)
    assert isinstance(proof.prove(left, wrong), proof.Difference)


def test_a_jacobian_is_what_the_complex_step_measures():
    world = World()
    numbers = {world(r): sp.Float(1.5, 30), world(φ): sp.Float(0.25, 30)}
    meant = np.vectorize(lambda e: float(e.xreplace(numbers)))(world(s.jacobian(polar, q)))
    point = np.array([1.5, 0.25])
    for column in range(2):
        moved = point.astype(complex)
        moved[column] += 1e-20j
        out = np.array([moved[0] * np.cos(moved[1]), moved[0] * np.sin(moved[1])])
        np.testing.assert_allclose(meant[:, column], out.imag / 1e-20, rtol=1e-12)


@pytest.mark.parametrize(
    "wrt", [s.column(r, r), s.column(r * φ, φ), s.table([[r, φ]]), s.column(r, 1)]
)
def test_only_different_numbers_are_coordinates(wrt):
    with pytest.raises(StatementError, match="is no symbol"):
        s.jacobian(polar, wrt)


def test_a_symbol_for_a_table_that_holds_no_coordinates_is_held_as_a_whole():
    """∂C/∂o holds o fixed: r and φ are not its coordinates."""
    o = s.let("o", polar)
    found = proof.prove(s.gradient(s.inner(o, o), o), 2 * o)
    assert isinstance(found, proof.Proof)


def test_a_table_has_rows_of_one_length():
    with pytest.raises(StatementError, match="rows have \\[1, 2\\] entries, expected rows of one"):
        s.table([[r, φ], [r]])
    with pytest.raises(MisfitError, match="an entry is a number"):
        _ = s.column(x).dims


def test_a_layout_has_one_of_two_names():
    with pytest.raises(StatementError, match="layout 'row', expected 'numerator' or 'denominator'"):
        s.jacobian(y, x, layout="row")


def test_softmax_is_of_columns_and_rows():
    with pytest.raises(MisfitError, match="softmax takes a column or rows"):
        _ = s.softmax(r).dims


def test_a_map_is_of_symbols():
    with pytest.raises(StatementError, match="mapping: .* is no symbol"):
        s.mapping("f", H)(x + x)


def test_two_maps_of_one_name_do_not_meet(monkeypatch):
    monkeypatch.setattr(engine, "page", Page())
    f = s.mapping("f", D)
    both = f(x) + f(s.vector("t", D))
    with pytest.raises(ClaimError, match="f means two things, a function of x and a function of t"):
        s.equation("two", both, 0 * x + both, rejects={"a": f(x), "b": -both})


def test_a_derivative_that_holds_what_the_other_moves_has_no_meaning():
    with pytest.raises(UndecidedError, match="holds y fixed, although y depends on x"):
        proof.prove(s.jacobian(s.gradient(C(y), x), y), s.zeros(D, H))


PRINTED = [
    (s.jacobian(y, x), "∂y/∂x", r"\frac{\partial y}{\partial x}"),
    (denominator(y, x), "∂yᵀ/∂x", r"\frac{\partial y^{\top}}{\partial x}"),
    (s.jacobian(p, z), "∂p/∂z", None),
    (s.zeros(K), "0", r"\mathbf{0}"),
    (s.column(r, φ), "(r; φ)", r"\begin{pmatrix} r \\ \varphi \end{pmatrix}"),
    (s.table([[r, 0], [1, φ]]), "(r, 0; 1, φ)", r"\begin{pmatrix} r & 0 \\ 1 & \varphi \end{pmatrix}"),  # noqa: E501
    (s.softmax(z), "softmax(z)", r"\operatorname{softmax}\left(z\right)"),
    (s.mapping("f", H)(x), "f(x)", r"f\left(x\right)"),
    (u / p, "u ⊘ p", r"u \oslash p"),
    (u**2, "u^⊙2", r"u^{\odot 2}"),
    (σ(z)[j], "σ(z_j)", r"\sigma\left(z_{j}\right)"),
    (σ.prime(z)[j], "σ′(z_j)", r"\sigma'\left(z_{j}\right)"),
    (s.log(s.total(s.exp(z[j]), j)), "ln(Σ_j e^(z_j))", r"\ln\left(\sum_{j=1}^{K} e^{z_{j}}\right)"),  # noqa: E501
    (s.total(p[j], j) ** 2, "(Σ_j p_j)^2", r"\left(\sum_{j=1}^{K} p_{j}\right)^{2}"),
    (p[j] ** 2, "(p_j)^2", r"p_{j}^{2}"),
    (u[j] / p[j], "u_j / p_j", r"\frac{u_{j}}{p_{j}}"),
    (s.vector("x_1", D)[k], "(x_1)_k", r"\left(x_{1}\right)_{k}"),
    (s.matrix("W^(l+1)", H, D).T, "W⁽ˡ⁺¹⁾ᵀ", r"{W^{(l+1)}}^{\top}"),
    (s.matrix("W^(1)", H, D)[m, k], "W⁽¹⁾_mk", r"W^{(1)}_{mk}"),
    (s.direction(s.matrix("W^(1)", H, D)), "W\u0307⁽¹⁾", r"\dot{W}^{(1)}"),
    ((s.matrix("W", K, H).T @ u) * s.vector("s", H), "(Wᵀ u) ⊙ s", r"\left(W^{\top} u\right) \odot s"),  # noqa: E501
    (s.vector("s", H) * (s.matrix("W", K, H).T @ u), "s ⊙ (Wᵀ u)", None),
    (s.ones(K) - p, "1 − p", r"\mathbf{1} - p"),
    (p @ p.T, "p pᵀ", None),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "text", "tex"), PRINTED, ids=[p[1] for p in PRINTED])
def test_a_formula_of_maps_is_written_as_in_a_book(expression, text, tex):
    assert plain(expression) == text
    assert tex is None or latex(expression) == tex


# ── the rules of index form, one by one ───────────────────────────────────────────────────────

W = s.matrix("W", H, D)
weighted = s.total(W[m, k] * x[k], k)
UNEQUAL = {
    "ln of a product of anything": (s.log(u[j] * z[j]), s.log(u[j]) + s.log(z[j])),
    "a sum twice is no sum of squares": (
        s.log(s.exp(weighted)) * s.log(s.exp(weighted)),
        s.total(W[m, k] * x[k] * W[m, k] * x[k], k),
    ),
    "1/(a + b)": (1 / (u[j] + z[j]), 1 / u[j] + 1 / z[j]),
}
EQUAL = {
    "a sum twice": (s.log(s.exp(weighted)) * s.log(s.exp(weighted)), weighted * weighted),
    "1/(1 + 1/e)": (1 / (1 + s.exp(-z[j])), s.exp(z[j]) / (s.exp(z[j]) + 1)),
    "e to a difference": (s.exp(z[j] - u[j]), s.exp(z[j]) / s.exp(u[j])),
    "1/(a b)": (1 / (u[j] * z[j]) * u[j], 1 / z[j]),
}


@pytest.mark.parametrize("name", UNEQUAL)
def test_index_form_keeps_apart_what_is_not_equal(name):
    assert not indexform.equal_for_all_sizes(*UNEQUAL[name], ())


@pytest.mark.parametrize("name", EQUAL)
def test_index_form_sees_what_is_equal(name):
    assert indexform.equal_for_all_sizes(*EQUAL[name], ())


def test_a_sum_that_is_1_by_hypothesis_is_that_sum_and_no_other():
    Y, V = s.matrix("Y", N, K), s.matrix("V", K, K)
    rule = {(Y, 1)}
    assert set(sum_to_one(s.equal(s.total(Y[n, j], j), 1))) == rule
    assert indexform.normal_form(s.total(Y[n, j], j), (), rule) == {(): 1}
    weighed = s.total(Y[n, j] * z[j], j)
    assert indexform.normal_form(weighed, (), rule) == indexform.normal_form(weighed, ())
    for other in (s.total(Y[n, j] * Y[n, j], j), s.total(V[j, j], j), 2 * s.total(Y[n, j], j)):
        assert not list(sum_to_one(s.equal(other, 1)))


def test_coordinates_have_no_index_form():
    with pytest.raises(indexform.NoIndexFormError, match="the coordinates q"):
        s.gradient(s.inner(q, q), q).terms((indexform.bind((2,))[0], 0))
