"""Answers that are functions or classes: run on random arrays, judged by their numbers."""

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_exercises import (
    exercise,
    function,
    judged,
    layer,
    play,
    product,
    right,
)

from backprop.check.formula import quantity
from backprop.study import function as module
from backprop.study.function import SIZES, Function


def product_of(body):
    """Return the verdict on a function of X and W."""
    return judged(product, body)


# ── what it is tried on ───────────────────────────────────────────────────────────────────────


def seen(exercise, answer):
    """Return the arguments of every call."""
    calls = []

    def spy(*arguments):
        calls.append(tuple(np.array(a) for a in arguments))
        return answer(*arguments)

    assert judged(exercise, spy).status == "right"
    return calls


def test_it_is_tried_on_different_shapes_and_both_dtypes():
    calls = seen(function, right)
    shapes = [X.shape + W.shape for X, W, dZ in calls]
    assert len(set(shapes)) == 4
    assert {shape[0] for shape in shapes} >= {1, 2, 5}
    assert [X.dtype for X, W, dZ in calls] == [np.float64] * 4 + [np.float32] * 4


@pytest.mark.parametrize("sizes", SIZES)
def test_no_two_sizes_coincide(sizes):
    assert len(set(sizes.values())) == 3


def test_the_numbers_are_random_and_the_same_every_time():
    first, again = seen(function, right), seen(function, right)
    np.random.seed(3)  # noqa: NPY002
    for a, b in zip(itertools.chain(*first), itertools.chain(*again), strict=True):
        np.testing.assert_array_equal(a, b)
    X, W, dZ = first[0]
    assert len(np.unique(np.concatenate([X.ravel(), W.ravel(), dZ.ravel()]))) == 47


def test_a_right_answer_says_on_what_it_was_tried():
    verdict = judged(function, right)
    tried = "Tried on 8 random cases, N = 1 among them, in float64 and float32."
    assert (verdict.status, verdict.says) == ("right", f"It is. {tried}")
    assert verdict.remarks == ()


@given(st.permutations(range(3)), st.booleans())
def test_any_order_of_summation_is_right(order, reverse):
    def answer(X, W, dZ):
        rows = range(len(X))[:: -1 if reverse else 1]
        parts = [
            sum(np.outer(dZ[n], X[n]) for n in rows),
            sum(dZ[n] for n in rows),
            np.array([W.T @ dZ[n] for n in range(len(X))]),
        ]
        return [parts[k] for k in sorted(order)]

    assert judged(function, answer).status == "right"


# ── what comes back ───────────────────────────────────────────────────────────────────────────

EXPECTED = "expected 3 results: dW, db and dX, in this order."


@pytest.mark.parametrize(
    ("value", "name", "says"),
    [
        (None, "nothing", "Your code returns None: was the return forgotten?"),
        (1.0, "count", f"Your code returns a float, {EXPECTED}"),
        ((1, 2), "count", f"Your code returns 2 results, {EXPECTED}"),
        ([1], "count", f"Your code returns 1 result, {EXPECTED}"),
        ((), "count", f"Your code returns 0 results, {EXPECTED}"),
        ({"dW": 1, "db": 2, "dX": 3}, "count", f"Your code returns a dict, {EXPECTED}"),
        (np.ones((3, 2)), "count", f"Your code returns an array of shape (3, 2), {EXPECTED}"),
        ("dW, db, dX", "count", f"Your code returns a str, {EXPECTED}"),
        ((k for k in range(3)), "count", f"Your code returns a generator, {EXPECTED}"),
        (print, "count", f"Your code returns a function, {EXPECTED}"),
    ],
)
def test_a_wrong_count_of_results_is_told(value, name, says):
    verdict = judged(function, lambda X, W, dZ: value)
    assert verdict.mistakes == (name,)
    assert verdict.says == f"{says} It was called for N = 5, D = 3, H = 4."


def test_a_coroutine_is_no_result():
    async def answer(X, W, dZ):
        return right(X, W, dZ)

    assert judged(function, answer).says.startswith("Your code returns a coroutine, expected")


def test_a_generator_function_is_no_result():
    def answer(X, W, dZ):
        yield from right(X, W, dZ)

    assert judged(function, answer).says.startswith("Your code returns a generator, expected")


@pytest.mark.parametrize("kind", [list, tuple])
def test_results_may_come_in_a_list(kind):
    assert judged(function, lambda X, W, dZ: kind(right(X, W, dZ))).status == "right"


def test_a_single_result_comes_alone():
    assert product_of(lambda X, W: X @ W.T).status == "right"
    assert product_of(lambda X, W: (X @ W.T,)).status == "wrong"
    assert "a dict" in product_of(lambda X, W: {"Z": X @ W.T}).says


@pytest.mark.parametrize(
    ("spoil", "mistake"),
    [
        (lambda Z: Z * np.nan, "not finite"),
        (lambda Z: Z / 0, "not finite"),
        (lambda Z: Z.astype(complex), "no numbers"),
        (lambda Z: Z.astype(object), "no numbers"),
        (lambda Z: Z.astype(str), "no numbers"),
        (lambda Z: Z > 0, "no numbers"),
        (lambda Z: None, "nothing"),
        (lambda Z: Z.sum, "a function"),
    ],
)
def test_what_is_no_array_of_finite_numbers_is_told(spoil, mistake):
    def answer(X, W, dZ):
        with np.errstate(all="ignore"):
            return spoil(dZ.T @ X), *right(X, W, dZ)[1:]

    assert judged(function, answer).mistakes == (mistake,)


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        (np.ndarray.tolist, "a list"),
        (lambda Z: tuple(Z.tolist()), "a tuple"),
        (lambda Z: np.ma.array(Z), "a MaskedArray"),
        (lambda Z: Z.view(np.recarray), "a recarray"),
        (lambda Z: np.asmatrix(Z), "a matrix"),
    ],
)
def test_right_numbers_in_another_form_are_right_and_remarked_upon(form, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        verdict = product_of(lambda X, W: form(X @ W.T))
    assert verdict.status == "right"
    assert verdict.remarks == (f"Z comes back as {kind}, not as an array.",)


@pytest.mark.parametrize(
    "stretch",
    [
        lambda Z: Z[None],
        lambda Z: Z[:, None],
        lambda Z: np.broadcast_to(Z, (2, *Z.shape)),
        lambda Z: Z[:1],
        lambda Z: Z.ravel(),
    ],
)
def test_equal_by_broadcasting_is_not_equal(stretch):
    assert product_of(lambda X, W: stretch(X @ W.T)).status == "wrong"


def test_a_number_where_an_array_belongs_is_wrong():
    assert product_of(lambda X, W: 0.0).status == "wrong"


def test_random_numbers_are_wrong():
    rng = np.random.default_rng(1)
    assert product_of(lambda X, W: rng.normal(size=(len(X), len(W)))).mistakes == ()


# ── dtypes ────────────────────────────────────────────────────────────────────────────────────


def test_float64_for_float32_is_remarked_upon():
    verdict = product_of(lambda X, W: X.astype(float) @ W.T)
    assert verdict.status == "right"
    assert verdict.remarks == ("Z comes back in float64 where all was float32.",)


def test_float64_for_whole_numbers_is_as_it_should_be():
    kind = Function(
        {"Y": quantity("X", "N", "D")},
        ("X",),
        "It is.",
        make=lambda rng, sizes: {"X": rng.integers(1, 9, (sizes["N"], sizes["D"]))},
    )
    verdict = judged(exercise(kind, "def same(X):\n    ..."), lambda X: X * 1.0)
    assert (verdict.status, verdict.remarks) == ("right", ())


def test_float32_for_float64_is_wrong():
    assert product_of(lambda X, W: np.float32(X) @ np.float32(W).T).status == "wrong"


# ── what is done to the arguments ─────────────────────────────────────────────────────────────


def test_a_changed_argument_is_wrong_though_the_numbers_are_right():
    def answer(X, W, dZ):
        results = right(X, W, dZ)
        X *= 0
        dZ += 1
        return results

    verdict = judged(function, answer)
    assert verdict.mistakes == ("changes input",)
    assert verdict.says == (
        "The numbers are right, but X and dZ are changed in place. "
        "Whoever called still needs the old values."
    )
    assert verdict.remarks == ()


def test_a_changed_argument_is_named_beside_wrong_numbers():
    def answer(X, W, dZ):
        dZ *= 2
        return right(X, W, dZ)

    verdict = judged(function, answer)
    assert verdict.mistakes != ("changes input",)
    assert verdict.remarks == ("dZ is changed in place.",)


def test_a_changed_argument_does_not_spoil_the_next_case():
    calls = itertools.count()

    def answer(X, W):
        Z = X @ W.T
        X[:] = next(calls)
        return Z

    assert product_of(answer).mistakes == ("changes input",)


def test_a_view_of_an_argument_is_remarked_upon():
    recipe = {"Y": quantity("X", "N", "D")}
    same = exercise(Function(recipe, ("X",), "It is."), "def same(X):\n    ...")
    verdict = judged(same, lambda X: X[:])
    assert verdict.status == "right"
    assert verdict.remarks == (
        "Y shares its memory with X: whoever changes one changes the other.",
    )
    assert judged(same, lambda X: X.copy()).remarks == ()


def test_a_result_that_is_written_over_by_the_next_call_is_judged_as_it_was():
    kept = {}

    def answer(X, W):
        Z = kept.setdefault((len(X), len(W)), np.zeros((len(X), len(W))))
        np.matmul(X, W.T, out=Z)
        return Z

    assert product_of(answer).status == "right"


# ── what else is noticed ──────────────────────────────────────────────────────────────────────


def test_what_is_printed_is_shown_once_and_shortened():
    def answer(X, W):
        for k in range(9):
            print("row", k, "x" * 1000)
        return X @ W.T

    (remark,) = product_of(answer).remarks
    head, *lines = remark.splitlines()
    assert head == "Printed by your code:"
    assert [line[:5] for line in lines] == ["row 0", "row 1", "row 2", "row 3", "row 4", "… and"]
    assert lines[-1] == "… and 4 lines more"
    assert max(map(len, lines)) == 200


def test_blank_lines_alone_are_not_shown():
    assert product_of(lambda X, W: (print(), X @ W.T)[1]).remarks == ()


def test_warnings_are_remarked_upon():
    def answer(X, W):
        X / 0
        return X @ W.T

    with warnings.catch_warnings():
        warnings.simplefilter("default")
        (remark,) = product_of(answer).remarks
    assert remark.startswith("Your code causes a RuntimeWarning: divide by zero")


def test_settings_that_turn_warnings_into_errors_do_not_reach_the_judgement():
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judged(function, right).status == "right"
        assert judged(function, lambda X, W, dZ: (dZ.T @ X, dZ.mean(0), -dZ @ W)).status == "wrong"
        assert product_of(lambda X, W: 0 * (X @ W.T)).mistakes == ("zeros",)


def test_their_seeds_and_settings_change_nothing():
    def answer(X, W):
        np.random.seed(0)  # noqa: NPY002
        np.seterr(all="raise")
        return X @ W.T

    before = np.geterr()
    assert product_of(answer).status == "right"
    assert np.geterr() == before


# ── exceptions, and code that does not end ────────────────────────────────────────────────────


def test_an_exception_is_told_with_the_sizes():
    def answer(X, W):
        return X @ W

    says = product_of(answer).says
    assert says.startswith("Your code raises ValueError: matmul: Input operand 1 has a mismatch")
    assert says.endswith(
        ": `return X @ W`). It was called for N = 5, D = 3, H = 4: X (5, 3), W (4, 3)."
    )


def test_an_exception_in_one_case_only_says_where_there_was_none():
    def answer(X, W):
        if len(X) == 1:
            raise IndexError("only one")
        return X @ W.T

    verdict = product_of(answer)
    assert verdict.mistakes == ("raises",)
    assert verdict.says.endswith(
        "It was called for N = 1, D = 4, H = 2: X (1, 4), W (2, 4). "
        "For N = 5, D = 3, H = 4 it does not."
    )


def test_numbers_that_are_wrong_before_the_exception_are_explained_first():
    def answer(X, W):
        return -X @ W.T if len(X) > 1 else 1 / 0

    verdict = product_of(answer)
    assert verdict.mistakes == ("sign",)
    assert "ZeroDivisionError" not in verdict.says


def test_an_exception_for_single_precision_only_says_so():
    def answer(X, W):
        return X @ W.T if X.dtype == float else 1 / 0

    assert "It was called for N = 5, D = 3, H = 4 in float32: X" in product_of(answer).says


def test_an_error_by_the_reader_s_own_numpy_settings_is_theirs():
    def answer(X, W):
        np.seterr(all="raise")
        return X @ W.T / 0

    assert "Your code raises FloatingPointError: divide by zero" in product_of(answer).says


@pytest.mark.parametrize("error", [SystemExit, GeneratorExit, MemoryError, RecursionError])
def test_no_exception_comes_through(error):
    def answer(X, W):
        raise error

    assert f"Your code raises {error.__name__} (in answer, line" in product_of(answer).says


def test_an_interrupt_comes_through():
    def answer(X, W):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        product_of(answer)


def test_not_implemented_after_something_that_works_is_an_attempt():
    def answer(X, W):
        if len(X) == 1:
            raise NotImplementedError
        return X @ W.T

    assert product_of(answer).mistakes == ("raises",)


def test_what_does_not_end_is_told_with_the_sizes():
    def answer(X, W):
        while len(X) == 1:
            pass
        return X @ W.T

    verdict = product_of(answer)
    assert verdict.mistakes == ("endless",)
    assert verdict.says.endswith(
        ". It was called for N = 1, D = 4, H = 2. For N = 5, D = 3, H = 4 it does not."
    )


# ── classes ───────────────────────────────────────────────────────────────────────────────────


class Layer:
    def __init__(self, W):
        self.W = W

    def forward(self, X):
        self.X = X
        return X @ self.W.T

    def backward(self, dZ):
        self.dW = dZ.T @ self.X
        return dZ @ self.W


def test_a_right_class_is_right():
    assert judged(layer, Layer).status == "right"


def test_a_missing_attribute_is_nothing():
    class Forgets(Layer):
        def backward(self, dZ):
            return dZ @ self.W

    verdict = judged(layer, Forgets)
    assert verdict.mistakes == ("nothing",)
    assert verdict.says.startswith("dW is None: was a return, or an assignment, forgotten?")


def test_a_class_without_the_method_is_told():
    class Empty(Layer):
        backward = property()

    class Misspelled:
        def __init__(self, W):
            pass

        def forwards(self, X):
            pass

    assert "AttributeError" in judged(layer, Empty).says
    assert "'Misspelled' object has no attribute 'forward'" in judged(layer, Misspelled).says


def test_a_backward_that_raises_is_told_with_its_line():
    class Raises(Layer):
        def backward(self, dZ):
            return dZ @ self.Q

    says = judged(layer, Raises).says
    assert "AttributeError: 'Raises' object has no attribute 'Q' (in backward, line " in says


def test_a_layer_that_changes_its_weights_is_noticed():
    class Learns(Layer):
        def backward(self, dZ):
            dX = super().backward(dZ)
            self.W -= self.dW
            return dX

    assert judged(layer, Learns).says.startswith("The numbers are right, but W is changed in place")


def test_a_backward_that_is_not_written_yet_is_not_attempted():
    class Later(Layer):
        def backward(self, dZ):
            raise NotImplementedError("later")

    assert judged(layer, Later).status == "untried"


# ── the right numbers are never told ──────────────────────────────────────────────────────────


@given(st.integers(0, 10**6), st.sampled_from(["noise", "scaled", "one entry", "rounded"]))
def test_a_report_of_a_wrong_answer_never_holds_the_right_numbers(seed, how):
    rng, wanted = np.random.default_rng(seed), []

    def answer(X, W):
        Z = X @ W.T
        wanted.extend(Z.ravel())
        if how == "one entry":
            Z[0, 0] += 1
            return Z
        rows = {"noise": rng.normal(size=Z.shape), "scaled": 3 * Z, "rounded": Z.round(1)}
        return rows[how].astype(Z.dtype)

    verdict = product_of(answer)
    text = " ".join([verdict.says, *verdict.remarks])
    assert verdict.status == "wrong"
    assert not [z for z in wanted if f"{abs(z):.4g}" in text or f"{abs(z):.3f}" in text]


# ── declarations ──────────────────────────────────────────────────────────────────────────────


def test_arrays_may_be_made_and_played_as_the_exercise_wants():
    def make(rng, sizes):
        return {name: rng.normal(size=(2, 2)) for name in ("X", "W")}

    kind = Function(
        product.kind.recipe,
        ("X", "W"),
        "It is.",
        sizes=({"both": 2},),
        make=make,
        play=lambda answer, given: {"Z": answer(given["X"], given["W"])},
    )
    made = exercise(kind, product.stub)
    assert judged(made, lambda X, W: X @ W.T).says == (
        "It is. Tried on 2 random cases, in float64 and float32."
    )
    assert (
        "It was called for both = 2: X (2, 2), W (2, 2)." in judged(made, lambda X, W: 1 / 0).says
    )


def test_whole_numbers_that_are_given_stay_whole():
    made = {"X": np.arange(3), "W": np.ones(2)}
    assert module._cast(made["X"], np.float32).dtype == int
    assert module._cast(made["W"], np.float32).dtype == np.float32
    assert play(Layer, {"W": np.eye(2), "X": np.eye(2), "dZ": np.eye(2)})["dX"].shape == (2, 2)
