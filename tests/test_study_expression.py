"""Answers that are expressions: any algebraically equal form is right."""

import pytest
import sympy as sp
from tiny_exercises import THERE, exercise, judged

from backprop.study import exercises
from backprop.study.exercise import Wrong
from backprop.study.expression import Symbolic, different
from backprop.symbolic import indices, matrix, sizes, total

MATRICES = """def gradients(X, W, dZ):
    ...  # return dW, dX"""
SCALAR = """def slope(x, y):
    ...  # return one expression"""
ENTRY = """def entry(X, W, n, j, k):
    return total(X[..., ...] * W[..., ...], ...)"""


def matrices():
    N, D, H = sizes(N=5, D=3, H=4)
    return {"X": matrix("X", N, D), "W": matrix("W", H, D), "dZ": matrix("dZ", N, H)}


def scalars():
    x, y = sp.symbols("x y", real=True)
    return {"x": x, "y": y}


def entries():
    N, D, H = sizes(N=5, D=3, H=4)
    n, j, k = indices(n=N, j=H, k=D)
    return {"X": matrix("X", N, D), "W": matrix("W", H, D), "n": n, "j": j, "k": k}


gradients = exercise(
    Symbolic(
        matrices,
        {"dW": lambda X, W, dZ: dZ.T @ X, "dX": lambda X, W, dZ: dZ @ W},
        "They are.",
        {"dW": (Wrong("transposed", lambda X, W, dZ: X.T @ dZ, "transposed.", (THERE,)),)},
    ),
    MATRICES,
)
entry = exercise(
    Symbolic(
        entries,
        {"Z": lambda X, W, n, j, k: total(X[n, k] * W[j, k], k)},
        "It is.",
        {"Z": (Wrong("swapped", lambda X, W, n, j, k: total(X[k, n] * W[j, k], k), "swapped."),)},
    ),
    ENTRY,
)


def scalar(right, *wrong):
    return exercise(Symbolic(scalars, {"s": right}, "It is.", {"s": wrong}), SCALAR)


# ── scalars ───────────────────────────────────────────────────────────────────────────────────

EQUAL = {
    "expanded": (lambda x, y: (x + y) ** 2, lambda x, y: x**2 + 2 * x * y + y**2),
    "factored": (lambda x, y: x**2 - y**2, lambda x, y: (x - y) * (x + y)),
    "a common denominator": (lambda x, y: 1 / x + 1 / y, lambda x, y: (x + y) / (x * y)),
    "an identity": (lambda x, y: sp.Integer(1), lambda x, y: sp.sin(x) ** 2 + sp.cos(x) ** 2),
    "a double angle": (lambda x, y: sp.sin(2 * x), lambda x, y: 2 * sp.sin(x) * sp.cos(x)),
    "tanh by exponentials": (
        lambda x, y: sp.tanh(x),
        lambda x, y: (sp.exp(2 * x) - 1) / (sp.exp(2 * x) + 1),
    ),
    "the sigmoid's slope": (
        lambda x, y: sp.exp(-x) / (1 + sp.exp(-x)) ** 2,
        lambda x, y: (1 / (1 + sp.exp(-x))) * (1 - 1 / (1 + sp.exp(-x))),
    ),
    "a number of Python's": (lambda x, y: sp.Integer(3), lambda x, y: 3),
    "a size as a root": (lambda x, y: sp.Abs(x), lambda x, y: sp.sqrt(x**2)),
    "a plain number for a sum": (lambda x, y: x - x, lambda x, y: 0.0),
}


@pytest.mark.parametrize(
    ("factor", "name"), [(-1, "sign"), (2, "½ lost"), (sp.Rational(1, 2), "2 lost")]
)
def test_a_lost_sign_and_a_lost_factor_are_named(factor, name):
    verdict = judged(scalar(lambda x, y: x * y + 1), lambda x, y: factor * (x * y + 1))
    assert (verdict.status, verdict.mistakes) == ("wrong", (name,))


@pytest.mark.parametrize(("wanted", "answer"), EQUAL.values(), ids=EQUAL)
def test_any_equal_form_is_right(wanted, answer):
    verdict = judged(scalar(wanted), answer)
    assert (verdict.status, verdict.says) == ("right", "It is.")


UNEQUAL = {
    "a factor": (lambda x, y: x * y, lambda x, y: 3 * x * y, "x = 2, y = 3"),
    "a power": (lambda x, y: x, lambda x, y: x**2, "x = 2"),
    "another function": (lambda x, y: sp.sin(x), lambda x, y: sp.cos(x), "x = 0"),
    "a number": (lambda x, y: x, lambda x, y: 2.5, "x = 2"),
    "imaginary": (lambda x, y: x, lambda x, y: sp.I * x, "x = 2"),
    "one of two left out": (lambda x, y: x + y, lambda x, y: x, "y = 2."),
}


@pytest.mark.parametrize(("wanted", "answer", "point"), UNEQUAL.values(), ids=UNEQUAL)
def test_another_expression_is_told_with_a_point_and_without_the_right_one(wanted, answer, point):
    verdict = judged(scalar(wanted), answer)
    assert verdict.mistakes == ()
    assert verdict.says.startswith(
        "s is another expression, and none that a known mistake gives. "
        f"It differs, for example, in the value at {point}"
    )


def test_a_known_mistake_is_named_in_any_form():
    row = Wrong("sign", lambda x, y: -((x + y) ** 2), "the sign.", (THERE,))
    verdict = judged(
        scalar(lambda x, y: (x + y) ** 2, row), lambda x, y: -(x**2) - 2 * x * y - y**2
    )
    assert (verdict.says, verdict.mistakes, verdict.see) == ("s: the sign.", ("sign",), (THERE,))


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, y: sp.Function("f")(x),
        lambda x, y: sp.Integral(1, (y, 0, x)),
        lambda x, y: sp.Derivative(x**2 / 2, x),
        lambda x, y: sp.oo,
    ],
)
def test_what_can_neither_be_proved_nor_refuted_is_not_called_wrong(answer):
    verdict = judged(scalar(lambda x, y: x), answer)
    assert verdict.mistakes == ("undecided",)
    assert verdict.says == (
        "s: it can be neither proved nor refuted in this form. Write it more simply."
    )


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("x", "a str"),
        (True, "a bool"),
        ((1,), "a tuple"),
        ({}, "a dict"),
        (sp.nan, "a NaN"),
        (sp.zoo, "a ComplexInfinity"),
        (sp.Eq(sp.Symbol("x"), 1), "an Equality"),
        (object(), "an object"),
        (print, "a function"),
    ],
)
def test_what_is_no_expression_is_named(value, kind):
    verdict = judged(scalar(lambda x, y: x), lambda x, y: value)
    assert verdict.mistakes == ("no expression",)
    assert verdict.says == f"s is {kind}, expected an expression in x and y."


# ── matrices and entries ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "answer",
    [
        lambda X, W, dZ: (dZ.T @ X, dZ @ W),
        lambda X, W, dZ: [(X.T @ dZ).T, (W.T @ dZ.T).T],
        lambda X, W, dZ: (2 * dZ.T @ X - dZ.T @ X, dZ @ W),
    ],
)
def test_matrix_expressions_may_take_any_form(answer):
    assert judged(gradients, answer).status == "right"


@pytest.mark.parametrize(
    ("answer", "name", "says"),
    [
        (lambda X, W, dZ: (X.T @ dZ, dZ @ W), "transposed", "dW: transposed."),
        (
            lambda X, W, dZ: ((dZ.T @ X).T, dZ @ W),
            "transposed",
            "dW: transposed.",
        ),
        (
            lambda X, W, dZ: (dZ.T @ X, dZ @ W.T),
            "shapes do not fit",
            "dX: dZ is (N, H) and Wᵀ is (D, H): the inner sizes H and D differ.",
        ),
        (
            lambda X, W, dZ: (dZ.T @ X, W),
            "shapes do not fit",
            "dX: W is (H, D), expected (N, D).",
        ),
        (lambda X, W, dZ: (dZ.T @ X, 0), "no expression", None),
        (lambda X, W, dZ: (dZ.T @ X, None), "no expression", None),
        (lambda X, W, dZ: (dZ.T @ X, "dZ @ W"), "no expression", None),
        (lambda X, W, dZ: dZ.T @ X, "count", None),
        (lambda X, W, dZ: {"dW": dZ.T @ X, "dX": dZ @ W}, "count", None),
        (lambda X, W, dZ: [X, W].clear(), "nothing", None),
    ],
)
def test_a_wrong_matrix_is_explained(answer, name, says):
    verdict = judged(gradients, answer)
    assert (verdict.status, verdict.mistakes) == ("wrong", (name,))
    assert says is None or verdict.says == says


def test_a_matrix_that_nobody_expected_differs_in_an_entry():
    verdict = judged(gradients, lambda X, W, dZ: (dZ.T @ X, 3 * dZ @ W))
    assert "dX is another expression" in verdict.says
    assert "It differs, for example, in entry (1, 1), at " in verdict.says


def test_what_is_no_expression_among_matrices_lists_the_symbols():
    says = judged(gradients, lambda X, W, dZ: (1, dZ @ W)).says
    assert says == "dW is an int, expected an expression in X, W and dZ."


def test_an_entry_may_take_any_form():
    assert judged(entry, lambda X, W, n, j, k: total(W[j, k] * X[n, k], k)).status == "right"
    assert judged(entry, lambda X, W, n, j, k: (X @ W.T)[n, j]).status == "right"


def test_an_index_that_stands_open_is_named():
    verdict = judged(entry, lambda X, W, n, j, k: X[n, k] * W[j, k])
    assert verdict.mistakes == ("shapes do not fit",)
    assert verdict.says.endswith("leaves the index k open.")


def test_a_known_mistake_whose_shapes_do_not_fit_is_named():
    assert judged(entry, lambda X, W, n, j, k: total(X[k, n] * W[j, k], k)).says == "Z: swapped."


def test_a_sum_over_something_strange_is_refused_in_the_reader_s_line():
    verdict = judged(entry, lambda X, W, n, j, k: total(X[n, k] * W[j, k], "k"))
    assert verdict.mistakes == ("raises",)
    assert "total: index is 'k', expected an index such as j." in verdict.says


def test_blanks_are_counted():
    verdict = judged(entry, lambda X, W, n, j, k: total(X[n, ...] * W[..., ...], ...))
    assert verdict.says == "4 blanks still hold `...`."


# ── running it ────────────────────────────────────────────────────────────────────────────────


def test_an_exception_is_told_as_theirs():
    verdict = judged(gradients, lambda X, W, dZ: X.transpose())
    assert verdict.mistakes == ("raises",)
    assert "AttributeError" in verdict.says
    assert "line" in verdict.says


def test_what_does_not_end_is_told():
    def answer(X, W, dZ):
        while True:
            X = X + X

    assert judged(gradients, answer).mistakes == ("endless",)


def test_wrong_arguments_are_told():
    verdict = judged(gradients, lambda X, W: X)
    assert verdict.mistakes == ("arguments",)


def test_dots_and_not_implemented_are_not_attempted():
    def later(X, W, dZ):
        raise NotImplementedError

    for answer in (..., later, lambda X, W, dZ: ..., lambda X, W, dZ: (..., ...)):
        assert judged(gradients, answer).status == "untried"


def test_what_is_printed_is_remarked_upon():
    def answer(x, y):
        print("x is", x)
        return x

    assert judged(scalar(lambda x, y: x), answer).remarks == ("Printed by your code:\nx is x",)


def test_an_untouched_stub_is_told_without_the_symbols():
    def symbols():
        raise AssertionError

    untouched = exercise(Symbolic(symbols, {}, "", {}), SCALAR)

    def slope(x, y): ...

    assert judged(untouched, slope).status == "untried"


def test_the_difference_is_empty_if_there_is_none():
    x = sp.Symbol("x")
    assert different(x, x) == ""
    assert different(x, x + 1) == "the value at x = 6"


# ── the chapters' own ─────────────────────────────────────────────────────────────────────────

SYMBOLIC = [e for e in exercises().values() if isinstance(e.kind, Symbolic)]


@pytest.mark.parametrize("found", SYMBOLIC, ids=[e.id for e in SYMBOLIC])
def test_every_expected_mistake_of_the_book_is_named_by_its_own_row(found):
    kind = found.kind
    for name, rows in kind.wrong.items():
        for row in rows:
            wrong = {n: row.answer if n == name else right for n, right in kind.answers.items()}

            def answer(*symbols, wrong=wrong):
                made = [
                    each(**dict(zip(kind.symbols(), symbols, strict=True)))
                    for each in wrong.values()
                ]
                return made if len(made) > 1 else made[0]

            assert judged(found, answer).mistakes == (row.name,)
