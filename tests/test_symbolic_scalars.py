"""Numbers, their functions and their slopes: proved, refuted, printed (chapter 2)."""

import cmath
import math

import numpy as np
import pytest
import sympy as sp

from backprop import symbolic as s
from backprop.errors import ClaimError, MisfitError, StatementError, UndecidedError
from backprop.symbolic import equations as engine
from backprop.symbolic import proof
from backprop.symbolic.cases import sided
from backprop.symbolic.expression import lift
from backprop.symbolic.hypotheses import hypotheses
from backprop.symbolic.page import Page
from backprop.symbolic.printing import latex, plain
from backprop.symbolic.worlds import World
from backprop.symbolic.zero import vanishes

x, y, t = s.scalar("x"), s.scalar("y"), s.scalar("t")
C = s.cost("C")
g, h, σ = s.elementwise("g"), s.elementwise("h"), s.elementwise("σ")

u = s.let("u", -x)
v = s.let("v", s.exp(u))
w = s.let("w", s.sin(v))
f = s.let("f", 2 / w)
degrees = s.let("d", s.sin(s.pi * v / 180))

a, b = s.let("a", s.sin(x)), s.let("b", x**2)
c = s.let("c", a * b + s.exp(a))

p, q = s.let("p", g(x)), s.let("q", h(x))
F = C(p, q)

w1, b1, w2, b2, w3, b3 = map(s.scalar, ("w^(1)", "b^(1)", "w^(2)", "b^(2)", "w^(3)", "b^(3)"))
z1 = s.let("z^(1)", w1 * s.scalar("a^(0)") + b1)
a1 = s.let("a^(1)", σ(z1))
z2 = s.let("z^(2)", w2 * a1 + b2)
a2 = s.let("a^(2)", σ(z2))
z3 = s.let("z^(3)", w3 * a2 + b3)
a3 = s.let("a^(3)", σ(z3))
dz3 = s.partial(C(a3), a3) * σ.prime(z3)
dz2 = dz3 * w3 * σ.prime(z2)
dz1 = dz2 * w2 * σ.prime(z1)

relu = s.elementwise("relu", lambda z: s.piecewise((z, z > 0), 0))
step = s.elementwise("step", lambda z: s.bracket(z > 0))


def outcome(left, right, where=None):
    """Return the proof, the difference or the name of the error."""
    try:
        return proof.prove(lift(left), lift(right), hypotheses(where))
    except (UndecidedError, MisfitError) as error:
        return error


@pytest.fixture(autouse=True)
def _fresh_page(monkeypatch):
    monkeypatch.setattr(engine, "page", Page())


TRUE_AND_WRONG = {
    "a stage": (s.partial(v, u), v, s.exp(v)),
    "the same stage": (s.partial(v, u), s.exp(u), -s.exp(u)),
    "a sine": (s.partial(w, v), s.cos(v), -s.cos(v)),
    "a quotient": (s.partial(f, w), -2 / w**2, 2 / w**2),
    "a chain": (
        s.slope(f, x),
        s.partial(f, w) * s.partial(w, v) * s.partial(v, u) * s.partial(u, x),
        s.partial(f, w) * s.partial(w, v) * s.partial(v, u),
    ),
    "a chain, carried out": (
        s.slope(f, x),
        2 * s.cos(v) * v / w**2,
        2 * s.cos(v) * v / s.sin(w) ** 2,
    ),
    "degrees": (s.partial(degrees, v), s.pi / 180 * s.cos(s.pi * v / 180), s.cos(s.pi * v / 180)),
    "a local slope": (s.partial(c, a), b + s.exp(a), b + a),
    "a fork": (
        s.slope(c, x),
        s.partial(c, a) * s.slope(a, x) + s.partial(c, b) * s.slope(b, x),
        s.partial(c, a) * s.slope(a, x),
    ),
    "a fork, opaque": (
        s.slope(F, x),
        s.partial(F, p) * g.prime(x) + s.partial(F, q) * h.prime(x),
        s.partial(F, p) * g.prime(x) * s.partial(F, q) * h.prime(x),
    ),
    "logarithm": (s.partial(s.log(x) + x * y - s.sin(y), x), 1 / x + y, 1 / x - y),
    "a quotient of squares": (
        s.partial(x**2 * y / (x**2 + y**2), x),
        2 * x * y**3 / (x**2 + y**2) ** 2,
        2 * x * y / (x**2 + y**2) ** 2,
    ),
    "a product of sums": (s.partial((x + y) * t, t), x + y, x * y),
    "three neurons, w1": (s.partial(C(a3), w1), dz1 * s.scalar("a^(0)"), dz1 * a1),
    "three neurons, w2": (s.partial(C(a3), w2), dz2 * a1, dz2 * a2),
    "three neurons, w3": (s.partial(C(a3), w3), dz3 * a2, dz3 * a3),
    "three neurons, b1": (s.partial(C(a3), b1), dz1, dz1 * w1),
    "sin² + cos²": (s.sin(t) ** 2 + s.cos(t) ** 2, 1, s.sin(t) + s.cos(t)),
    "tanh by exponentials": (
        s.tanh(t),
        (s.exp(2 * t) - 1) / (s.exp(2 * t) + 1),
        (s.exp(t) - 1) / (s.exp(t) + 1),
    ),
    "tanh′": (s.slope(s.tanh(t), t), 1 - s.tanh(t) ** 2, 1 - s.tanh(t)),
    "a root": (s.slope(s.sqrt(x**2 + 1), x), x / s.sqrt(x**2 + 1), 1 / s.sqrt(x**2 + 1)),
    "a root squared": (s.sqrt(x**2 + 1) * s.sqrt(x**2 + 1), x**2 + 1, x + 1),
    "a rate": (s.velocity(f, x), s.slope(f, x) * s.direction(x), s.slope(f, x) * x),
    "relu(x) − relu(−x)": (relu(x) - relu(-x), x, relu(x)),
    "relu is x [x > 0]": (relu(x), x * step(x), x * step(-x)),
    "the stated slope": (relu.prime(x), step(x), 1 - step(x)),
    "max is symmetric": (s.maximum(x, y), s.maximum(y, x), s.maximum(x, -y)),
    "max by relu": (s.maximum(x, y), y + relu(x - y), x + relu(x - y)),
    "ln(1 + e^z)": (s.log(1 + s.exp(t)), t + s.log(1 + s.exp(-t)), s.log(1 + s.exp(-t))),
}


@pytest.mark.parametrize("name", TRUE_AND_WRONG)
def test_a_true_statement_is_proved_and_its_wrong_version_refuted(name):
    meaning, claimed, wrong = TRUE_AND_WRONG[name]
    assert isinstance(outcome(meaning, claimed), proof.Proof)
    assert isinstance(outcome(meaning, wrong), proof.Difference)


def test_a_local_slope_is_measured_by_the_complex_step():
    """∂c/∂a holds b = x² fixed, although x moves both: sin x gets the step, x² does not."""
    world = World()
    meant = world(s.partial(c, a)).xreplace({world(x): sp.Float(0.75, 30)})
    moved = complex(math.sin(0.75), 1e-20)
    measured = (moved * 0.75**2 + cmath.exp(moved)).imag / 1e-20
    assert float(meant) == pytest.approx(measured, rel=1e-12)


# ── nothing false is accepted ─────────────────────────────────────────────────────────────────

UNDECIDED = {
    "ln x² where x may be negative": (s.log(x**2), 2 * s.log(x), None),
    "the slope of relu at 0": (s.slope(relu(x), x), step(x), None),
    "relu with itself, at 0": (s.slope(relu(x) - relu(-x), x), 1, None),
    "a step's slope at 0": (s.slope(step(x), x), 0, None),
    "a maximum at a tie": (s.partial(s.maximum(x, y), x), s.bracket(x > y), None),
    "the wrong point excluded": (s.slope(relu(x), x), step(x), s.unequal(x, 1)),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_holds_nearly_everywhere_is_not_proved(name):
    assert isinstance(outcome(*UNDECIDED[name]), UndecidedError)


def test_a_kink_is_called_by_its_name():
    assert "where the cases of a function meet" in str(outcome(s.slope(relu(x), x), step(x)))


REFUTED = {
    "√x² is not x": (s.sqrt(x**2), x),
    "an odd function of one sign": (relu(x) + relu(-x), x),
    "e^{2x} is not 2e^x": (s.exp(2 * x), 2 * s.exp(x)),
    "a square of a sum": ((x + y) ** 2, x**2 + y**2),
    "−x² and (−x)²": (-(x**2), (-x) ** 2),
    "two functions": (g(x), h(x)),
    "one function at two places": (g(x), g(y)),
    "a cost and a function": (C(x), s.elementwise("C")(x)),
    "imaginary": (s.sqrt(-(x**2) - 1), x),
}


@pytest.mark.parametrize("name", REFUTED)
def test_what_is_false_somewhere_is_refuted_or_left_undecided(name):
    assert not isinstance(outcome(*REFUTED[name]), proof.Proof)


@pytest.mark.parametrize("order", ["+", "-"])
def test_a_difference_on_one_side_of_zero_is_found(order):
    side = x if order == "+" else -x
    found = outcome(relu(side), relu(side) + relu(side) * 0 + step(side))
    assert isinstance(found, proof.Difference)


def test_a_point_at_which_something_is_imaginary_is_no_witness():
    found = outcome(s.log(x) + s.log(x), s.log(x**2))
    assert isinstance(found, UndecidedError)


def test_a_scalar_is_not_an_entry_of_a_vector():
    K = s.sizes(K=3)[0]
    k = s.indices(k=K)[0]
    found = outcome(s.total(s.vector("x", K)[k], k), s.scalar("x_1") * 3)
    assert isinstance(found, proof.Difference)
    first = s.vector("x", K)
    many = s.column(*(s.scalar(f"x_{n}") for n in (1, 2, 3)))
    assert outcome(s.inner(first, first), s.inner(many, many) + 0) is not None
    assert not isinstance(outcome(s.inner(first, first), s.inner(many, many)), proof.Proof)


# ── names ─────────────────────────────────────────────────────────────────────────────────────


def shows(*sides):
    """State an equation whose sides are all these things, times 0."""
    total = sum((0 * side for side in sides), lift(0))
    return s.equation("names", total + x * 0 + 1, 1 + 0 * x, rejects={"n": -1 + 0 * x, "2": 2 * x})


K = s.sizes(K=3)[0]
k = s.indices(k=K)[0]
ALIKE = {
    "a scalar and an entry": (s.scalar("r_1"), s.inner(s.vector("r", K), s.vector("r", K)), "r_1"),
    "two scalars": (s.scalar("r"), s.let("r", x + 1), "r is used before it is defined"),
    "a scalar and a vector": (
        s.scalar("r"),
        s.inner(s.vector("r", K), s.vector("r", K)),
        "r means",
    ),
    "a cost and a scalar": (C(x), s.scalar("C"), "C means two things"),
    "a cost and a function": (C(x), s.elementwise("C")(x), "C means two things"),
    "an index and a scalar": (s.total(s.vector("r", K)[k], k) * 0, s.scalar("k"), "k means two"),
    "e and an e": (s.exp(x), s.scalar("e"), "e means two things"),
    "π and a π": (s.pi * x, s.scalar("π"), "π means two things"),
    "two costs": (C(x), C(y), "C means two things"),
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_is_spelled_alike_does_not_meet_in_one_equation(name):
    one, other, said = ALIKE[name]
    with pytest.raises(ClaimError, match=said):
        shows(one, other)


def test_a_letter_may_be_the_name_of_the_function_that_gives_it():
    cost = s.let("C", C(x))  # C = C(x)
    s.definition("cost", cost)
    s.equation("slope", s.slope(cost, x), s.partial(C(x), x), rejects={"C": cost, "x": x})


def test_several_definitions_make_one_block():
    shown = s.definition("steps", u, v, w, f)
    assert repr(shown) == "u = −x, v = e^u, w = sin(v), f = 2 / w"
    assert shown.record["latex"] == (
        "\\begin{aligned}\nu &= -x \\\\\nv &= e^{u} \\\\\nw &= \\sin\\left(v\\right) \\\\\n"
        "f &= \\frac{2}{w}\n\\end{aligned}"
    )
    s.equation("used", s.partial(f, w), -2 / w**2, rejects={"sign": 2 / w**2, "one": -2 / w})


def test_a_function_is_defined_by_its_formula():
    logistic = s.elementwise("σ", lambda z: 1 / (1 + s.exp(-z)))
    assert repr(s.definition("logistic", logistic(x))) == "σ(x) = 1 / (1 + e^(−x))"
    assert repr(s.definition("by-name", logistic)) == "σ(z) = 1 / (1 + e^(−z))"
    with pytest.raises(ClaimError, match="stands for nothing"):
        s.definition("opaque", g(x))


# ── statements that make no sense ─────────────────────────────────────────────────────────────


def test_a_slope_is_one_in_a_number():
    with pytest.raises(StatementError, match="slope: x \\+ y is no symbol of a number, expected"):
        s.slope(f, x + y)
    with pytest.raises(StatementError, match="slope: .* is no symbol of a number"):
        s.slope(f, s.vector("r", K))


def test_an_exponent_is_constant():
    with pytest.raises(StatementError, match="exponent y, expected a constant exponent. Write exp"):
        _ = x**y


def test_a_condition_is_no_yes_or_no():
    with pytest.raises(StatementError, match="x > y: a condition, expected no yes or no"):
        bool(x > y)


def test_cases_are_of_numbers():
    with pytest.raises(MisfitError, match="is no number: cases are of numbers"):
        _ = s.piecewise((s.vector("r", K), x > 0), 0).dims


# ── hypotheses ────────────────────────────────────────────────────────────────────────────────

GIVEN = {
    "relu away from 0": (s.slope(relu(x), x), step(x), s.unequal(x, 0)),
    "relu with itself": (s.slope(relu(x) - relu(-x), x), 1, s.unequal(x, 0)),
    "max away from ties": (s.partial(s.maximum(x, y), x), s.bracket(x > y), s.unequal(x, y)),
    "max, where x wins": (s.partial(s.maximum(x, y), y), 0, x > y),
    "max under a cost": (
        s.partial(C(s.let("m", s.maximum(x, y))), y),
        s.partial(C(s.let("m", s.maximum(x, y))), s.let("m", s.maximum(x, y))) * s.bracket(x < y),
        s.unequal(x, y),
    ),
    "an equality": (x * x, x * y, s.equal(x, y)),
    "two of them": (x * t, 6, [s.equal(x, 2), s.equal(t, 3)]),
    "at least": (s.piecewise((x, x >= 0), -x), x, x >= 0),
}


@pytest.mark.parametrize("name", GIVEN)
def test_a_hypothesis_helps_to_prove(name):
    left, right, where = GIVEN[name]
    assert isinstance(outcome(left, right, where), proof.Proof)
    assert not isinstance(outcome(left, right), proof.Proof)
    assert not isinstance(outcome(left, lift(right) + 1, where), proof.Proof)


def test_a_hypothesis_is_shown():
    shown = s.equation(
        "given", s.partial(s.maximum(x, y), x), s.bracket(x > y), where=s.unequal(x, y),
        rejects={"the other": s.bracket(x < y), "both": s.bracket(x > y) + s.bracket(x < y)},
    )  # fmt: skip
    assert repr(shown) == "∂max(x, y)/∂x = [x > y]   if x ≠ y"
    assert shown.record["latex"].endswith(r"\quad\text{if } x \ne y")


def test_a_hypothesis_of_several_steps_stands_below_them():
    shown = s.derivation(
        "steps", s.maximum(x, y) - x, (s.maximum(0, y - x), "x taken off"), (y - x, "y is larger"),
        where=x < y, rejects={"the other": x - y, "nothing": 0},
    )  # fmt: skip
    assert repr(shown).endswith("= y − x   if x < y")
    assert shown.record["latex"].endswith("\\\\\n& \\quad\\text{if } x < y\n\\end{aligned}")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ([x > 0, x < 0], "expected conditions that can hold"),
        (s.equal(x * y, 1), "linear in no quantity|slope"),
        (s.equal(1, 2), "linear in no quantity"),
        (3, "is not iterable"),
        ([x], "where is x, expected a condition"),
    ],
)
def test_a_hypothesis_that_cannot_be_used_is_refused(where, said):
    with pytest.raises((StatementError, TypeError), match=said):
        proof.prove(x + y, x * y, hypotheses(where))


# ── printing ──────────────────────────────────────────────────────────────────────────────────

PRINTED = [
    ((x + y) ** 2, "(x + y)^2", r"\left(x + y\right)^{2}"),
    (-(x**2), "−x^2", "-x^{2}"),
    ((-x) ** 2, "(−x)^2", r"\left(-x\right)^{2}"),
    (s.exp(-x), "e^(−x)", "e^{-x}"),
    (s.exp(x) ** 2, "(e^x)^2", r"\left(e^{x}\right)^{2}"),
    (s.exp(x**2), "e^(x^2)", "e^{x^{2}}"),
    (x / (y / t), "x / (y / t)", r"\frac{x}{\frac{y}{t}}"),
    ((x / y) / t, "(x / y) / t", r"\frac{\frac{x}{y}}{t}"),
    (x / (y * t), "x / (y t)", r"\frac{x}{y t}"),
    (x / y * t, "(x / y) t", r"\frac{x}{y} t"),
    (x * (y / t), "x · (y / t)", r"x \frac{y}{t}"),
    (s.sin(x) ** 2, "(sin(x))^2", r"\left(\sin\left(x\right)\right)^{2}"),
    (s.sin(x**2), "sin(x^2)", r"\sin\left(x^{2}\right)"),
    (2 / s.sin(s.exp(-x)), "2 / sin(e^(−x))", r"\frac{2}{\sin\left(e^{-x}\right)}"),
    ((2 * x) * y, "2 x y", "2 x y"),
    (2 * (x * y), "2 (x y)", r"2 \left(x y\right)"),
    (x * (y + t), "x · (y + t)", r"x \cdot \left(y + t\right)"),
    ((x + y) * t, "(x + y) t", r"\left(x + y\right) t"),
    (x**-1, "x^(−1)", "x^{-1}"),
    ((x**2) ** 3, "(x^2)^3", r"\left(x^{2}\right)^{3}"),
    (lift(sp.Rational(1, 2)) ** 2, "(1/2)^2", r"\left(\frac{1}{2}\right)^{2}"),
    (1 - x, "1 − x", "1 - x"),
    (1 - (x - y), "1 − (x − y)", r"1 - \left(x - y\right)"),
    (x - -y, "x − (−y)", r"x - \left(-y\right)"),
    (-x * y, "−x y", "-x y"),
    (x * -y, "x · (−y)", r"x \cdot \left(-y\right)"),
    (-2 / x, "−2 / x", r"-\frac{2}{x}"),
    (s.slope(x**2, x), "d(x^2)/dx", r"\frac{\mathrm{d} \left(x^{2}\right)}{\mathrm{d} x}"),
    (s.slope(x + y, x), "d(x + y)/dx", r"\frac{\mathrm{d} \left(x + y\right)}{\mathrm{d} x}"),
    (s.partial(C(z1), z1) * w1, "(∂C/∂z⁽¹⁾) w⁽¹⁾", r"\frac{\partial C}{\partial z^{(1)}} w^{(1)}"),
    (z1**2, "(z⁽¹⁾)^2", r"\left(z^{(1)}\right)^{2}"),
    (s.velocity(z1, w1), "z\u0307⁽¹⁾", r"\dot{z}^{(1)}"),
    (s.log(x), "ln(x)", r"\ln\left(x\right)"),
    (s.sqrt(x + 1), "√(x + 1)", r"\sqrt{x + 1}"),
    (s.pi * x / 180, "π x / 180", r"\frac{\pi x}{180}"),
    (s.bracket(x > y) * t, "[x > y] t", "[x > y] t"),
    (s.maximum(x, y + 1), "max(x, y + 1)", r"\max\left(x, y + 1\right)"),
    (
        t + s.piecewise((x, x >= 0), -x),
        "t + (x if x ≥ 0, −x otherwise)",
        r"t + \left(\begin{cases} x & \text{if } x \ge 0 \\ -x & \text{otherwise} \end{cases}\right)",  # noqa: E501
    ),
    (s.scalar("x_1") ** 2, "x_1^2", "x_{1}^{2}"),
    (s.scalar("ŷ^(L)"), "ŷ⁽ᴸ⁾", r"\hat{y}^{(L)}"),
    (s.scalar("a^{l-1}"), "aˡ⁻¹", "a^{l-1}"),
    (s.scalar("Z^[l]"), "Z^[l]", "Z^{[l]}"),
    (s.scalar("θ"), "θ", r"\theta"),
]


@pytest.mark.parametrize(("expression", "text", "tex"), PRINTED, ids=[p[1] for p in PRINTED])
def test_a_formula_of_numbers_is_written_as_in_a_book(expression, text, tex):
    assert plain(expression) == text
    assert latex(expression) == tex


def test_what_is_printed_alike_is_equal():
    """No two of the formulas above that are printed alike differ: no parentheses were lost."""
    seen = {}
    parts = [x, y, -x, x + y, x * y, x / y, x**2, s.exp(x), s.sin(x), 1 - x, lift(2)]
    made = [
        make(one, other)
        for one in parts
        for other in parts
        for make in (
            lambda a, b: a * b,
            lambda a, b: a / b,
            lambda a, b: a - b,
            lambda a, b: (a + b) ** 2,
            lambda a, b: a**2 * b,
            lambda a, b: s.exp(a) * b,
            lambda a, b: -a / b,
        )
    ]
    for style in (plain, latex):
        for expression in made:
            before = seen.setdefault((style, style(expression)), expression)
            assert isinstance(outcome(before, expression), proof.Proof), style(expression)


# ── the rules of the prover, one by one ───────────────────────────────────────────────────────

X, Y = sp.symbols("x y", real=True)
ZERO = {
    "sin² + cos²": (sp.sin(X) ** 2 + sp.cos(X) ** 2 - 1, sp.sin(X) ** 2 + sp.cos(X) ** 2 + 1),
    "sin of a sum": (
        sp.sin(X + Y) - sp.sin(X) * sp.cos(Y) - sp.cos(X) * sp.sin(Y),
        sp.sin(X + Y) - sp.sin(X) - sp.sin(Y),
    ),
    "exponentials": (sp.exp(X / 2) ** 2 - sp.exp(X), sp.exp(X / 2) - sp.exp(X)),
    "roots": (
        sp.sqrt(X**2 + 1) ** 3 - (X**2 + 1) * sp.sqrt(X**2 + 1),
        sp.sqrt(X**2 + 1) - X - 1,
    ),
    "absolute values": (sp.Abs(X) - sp.Max(X, -X), sp.Abs(X) - X),
}


@pytest.mark.parametrize("name", ZERO)
def test_zero_is_proved_and_nothing_else(name):
    zero, other = ZERO[name]
    assert vanishes(zero)
    assert not vanishes(other)


def test_a_comparison_turned_round_is_the_same_comparison():
    (g, one), (same, other) = sided(sp.Gt(X, Y)), sided(sp.Gt(Y, X, evaluate=False))
    assert g == same
    assert one == -other


def test_a_witness_obeys_the_hypothesis():
    assert isinstance(outcome(relu(x), 0, x < 0), proof.Proof)
    assert isinstance(outcome(relu(x), 0, x > 0), proof.Difference)


@pytest.mark.parametrize(
    "impossible",
    [
        lambda x, y, t: [x > 1, x < 0],
        lambda x, y, t: [x > y, y > t, t > x],
        lambda x, y, t: x**2 < 0,
        lambda x, y, t: s.exp(x) < 0,
    ],
)
def test_hypotheses_that_exclude_each_other_prove_nothing(impossible):
    where = impossible(*map(s.scalar, "xyt"))
    x = s.scalar("x")
    with pytest.raises(StatementError, match="where: no point was found with .*implies everyth"):
        s.equation("impossible", x, x + 0, where=where, rejects={"one": x + 1, "two": x + 2})


def test_a_chain_of_inequalities_can_hold():
    x, y, t = map(s.scalar, "xyt")
    shown = s.equation(
        "chained",
        s.bracket(x > y),
        1,
        where=[x > y, y > t, t > 0],
        rejects={"never": 0 * x, "twice": 2 + 0 * x},
    )
    assert repr(shown).endswith("if x > y, y > t, t > 0")


def test_numpy_s_functions_are_the_formula_s():
    for name in ("exp", "sin", "cos", "log", "tanh", "sqrt"):
        assert getattr(np, name)(x * x) == getattr(s, name)(x * x)


def test_a_power_of_pi_needs_no_parentheses():
    assert (repr(s.pi**2), repr(lift(sp.Rational(1, 2)) ** 2)) == ("π^2", "(1/2)^2")


def test_a_function_s_name_stands_apart_from_a_factor():
    sigmoid = s.elementwise("sigmoid", lambda z: 1 / (1 + s.exp(-z)))
    assert latex(y * sigmoid(x)) == r"y \operatorname{sigmoid}\left(x\right)"
