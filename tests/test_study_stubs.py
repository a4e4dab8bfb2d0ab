"""An untouched stub is told from an answer, and a blank from an Ellipsis that is meant."""

import functools
from functools import partial

import numpy as np
import pytest
from tiny_exercises import BLANKS, CLASS, FUNCTION, blanks, exercise, function, judged, layer, right

from backprop.study import exercises
from backprop.study.function import Function


def made(source):
    """Run a cell and return the last thing that it defines."""
    space = {"np": np, "functools": functools, "wraps": functools.wraps}
    before = set(space)
    exec(compile(source, "<cell>", "exec"), space)
    return [value for name, value in space.items() if name not in before | {"__builtins__"}][-1]


EMPTY = {
    "as it came": FUNCTION,
    "without the comment": "def backward(X, W, dZ): ...",
    "with other comments": "def backward(X, W, dZ):\n    # I\n    # do not know\n    ...",
    "renamed": "def my_backward(X, W, dZ):\n    ...",
    "with a docstring": 'def backward(X, W, dZ):\n    """Return all."""\n    ...',
    "with a docstring alone": 'def backward(X, W, dZ):\n    """Return all."""',
    "with pass": "def backward(X, W, dZ):\n    pass",
    "with a bare return": "def backward(X, W, dZ):\n    return",
    "with type hints": "def backward(X: np.ndarray, W: np.ndarray, dZ) -> tuple:\n    ...",
    "with other names": "def backward(x, w, dz):\n    ...",
    "decorated": "def keep(f):\n    return f\n\n@keep\ndef backward(X, W, dZ):\n    ...",
    "wrapped": (
        "def loud(f):\n    @wraps(f)\n    def g(*a):\n        return f(*a)\n    return g\n\n"
        "@loud\ndef backward(X, W, dZ):\n    ..."
    ),
    "cached": "@functools.cache\ndef backward(X, W, dZ):\n    ...",
    "not implemented": "def backward(X, W, dZ):\n    raise NotImplementedError",
    "returning dots": "def backward(X, W, dZ):\n    return ...",
    "returning three dots": "def backward(X, W, dZ):\n    return ..., ..., ...",
    "a lambda": "backward = lambda X, W, dZ: ...",
}


@pytest.mark.parametrize("source", EMPTY.values(), ids=EMPTY)
def test_a_function_that_does_nothing_is_not_attempted(source):
    assert judged(function, made(source)).status == "untried"


def test_dots_are_not_attempted():
    assert judged(function, ...).status == "untried"


ANSWERS = {
    "a result is missing": "def backward(X, W, dZ):\n    return dZ.T @ X, dZ.sum(axis=0), None",
    "computed and not returned": "def backward(X, W, dZ):\n    dW = dZ.T @ X",
    "a print": "def backward(X, W, dZ):\n    print(X.shape)",
    "a constant": "def backward(X, W, dZ):\n    return 1, 2, 3",
}


@pytest.mark.parametrize("source", ANSWERS.values(), ids=ANSWERS)
def test_what_does_something_is_an_answer(source):
    assert judged(function, made(source)).status == "wrong"


def test_an_answer_that_is_called_before_is_still_compared_as_it_was_written():
    stub = made(FUNCTION)
    for _ in range(100):  # so that Python has specialised its code
        stub(1, 2, 3)
    assert judged(function, stub).status == "untried"


# ── classes ───────────────────────────────────────────────────────────────────────────────────

UNTOUCHED_CLASSES = {
    "as it came": CLASS,
    "with a docstring": CLASS.replace(":\n", ':\n    """Mine."""\n\n', 1),
    "renamed": CLASS.replace("Layer", "Mine"),
    "the method has a docstring": CLASS.replace("...", '"""Return dX."""'),
    "pass": CLASS.replace("...", "pass"),
    "other names": CLASS.replace("dZ", "upstream"),
    "derived": "class Base: pass\n\n" + CLASS.replace("Layer:", "Layer(Base):"),
}


@pytest.mark.parametrize("source", UNTOUCHED_CLASSES.values(), ids=UNTOUCHED_CLASSES)
def test_a_class_whose_methods_are_those_of_the_stub_is_not_attempted(source):
    assert judged(layer, made(source)).status == "untried"


def test_a_class_with_a_changed_method_is_an_answer():
    more = CLASS.replace("self.X = X", "self.X = X.copy()")
    assert judged(layer, made(more)).mistakes == ("nothing",)
    static = CLASS + "\n\n    @staticmethod\n    def helper(x):\n        return x"
    assert judged(layer, made(static)).status == "wrong"


# ── a given function to repair ────────────────────────────────────────────────────────────────

BROKEN = """def backward(X, W, dZ):
    dW = np.outer(dZ.sum(axis=0), X.sum(axis=0))
    return dW, dZ.sum(axis=0), dZ @ W"""
broken = exercise(Function(function.kind.recipe, function.kind.takes, ""), BROKEN)


@pytest.mark.parametrize(
    "source",
    [
        BROKEN,
        BROKEN.replace("\n    dW", "\n    # what is wrong here?\n    dW"),
        BROKEN.replace("dW", "grad").replace("dZ", "upstream"),
        BROKEN.replace("np.outer(", "np.outer(\n        "),
    ],
)
def test_a_broken_function_that_is_only_reworded_is_not_attempted(source):
    assert judged(broken, made(source)).status == "untried"


@pytest.mark.parametrize(
    ("old", "new"),
    [("axis=0", "axis=1"), ("sum", "mean"), ("dZ @ W", "dZ @ W + 0"), ("X.sum", "dZ.sum")],
)
def test_a_broken_function_with_any_change_is_an_answer(old, new):
    assert judged(broken, made(BROKEN.replace(old, new))).status == "wrong"


def test_swapped_variables_are_a_change():
    swapped = BROKEN.replace("np.outer(dZ.sum(axis=0), X.sum", "np.outer(X.sum(axis=0), dZ.sum")
    assert judged(broken, made(swapped)).status == "wrong"


@pytest.mark.parametrize(("old", "new"), [("2.0", "2"), ("2.0", "-2.0"), ("1,", "True,")])
def test_constants_that_compare_equal_are_told_apart(old, new):
    stub = "def backward(X, W, dZ):\n    return 2.0 * X, 1, dZ"
    given = exercise(Function(function.kind.recipe, function.kind.takes, ""), stub)
    assert judged(given, made(stub)).status == "untried"
    assert judged(given, made(stub.replace(old, new))).status == "wrong"


# ── what is no function ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(None, "None"), (3, "an int"), ((1, 2), "a tuple"), (np.ones(2), "an array of shape (2,)")],
)
def test_a_result_is_no_function_and_the_name_alone_is_asked_for(answer, kind):
    verdict = judged(function, answer)
    assert verdict.mistakes == ("no function",)
    assert verdict.says == (
        f"The answer is {kind}, expected the function itself. "
        'Hand it in by its name alone: `check("tiny-1", backward)`.'
    )


def test_a_class_is_no_function_and_a_function_or_an_object_no_class():
    assert "is a class, expected the function" in judged(function, made(CLASS)).says
    assert "is a function, expected the class" in judged(layer, right).says
    assert "is a Layer, expected the class" in judged(layer, made(CLASS)(1)).says


class Callable:
    def __call__(self, X, W, dZ):
        return right(X, W, dZ)

    def method(self, X, W, dZ):
        return right(X, W, dZ)


RIGHT = {
    "a function": right,
    "a lambda": lambda X, W, dZ: right(X, W, dZ),
    "a partial": partial(lambda scale, X, W, dZ: right(X, W, scale * dZ), 1),
    "an object": Callable(),
    "a method": Callable().method,
    "defaults": lambda X, W, dZ, scale=1, *, axis=0: right(X, W, dZ),
    "any arguments": lambda *arguments: right(*arguments),
    "wrapped": functools.wraps(right)(lambda *arguments: right(*arguments)),
}


@pytest.mark.parametrize("answer", RIGHT.values(), ids=RIGHT)
def test_whatever_can_be_called_may_be_right(answer):
    assert judged(function, answer).status == "right"


@pytest.mark.parametrize(
    "answer", [np.add, np.matmul, print, max, np.dot, np.linalg.norm, dict.get]
)
def test_functions_of_numpy_and_python_are_judged_like_any_other(answer):
    assert judged(function, answer).status == "wrong"


# ── arguments ─────────────────────────────────────────────────────────────────────────────────


def test_wrong_arguments_are_told_before_anything_runs():
    def backward(X, dZ):
        raise AssertionError

    verdict = judged(function, backward)
    assert verdict.mistakes == ("arguments",)
    assert verdict.says == (
        "`backward(X, dZ)` cannot be called as `backward(X, W, dZ)`. "
        "It takes the arguments of the stub, in their order."
    )


def test_a_class_with_other_arguments_says_so_when_it_is_called():
    wrong = CLASS.replace("self, W", "self").replace("self.W = W", "self.W = 1")
    says = judged(layer, made(wrong)).says
    assert "Layer.__init__() takes 1 positional argument but 2 were given" in says


def test_a_callable_without_a_readable_signature_is_simply_called():
    class Odd:
        __signature__ = "no signature"

        def __call__(self, X, W, dZ):
            return right(X, W, dZ)

    assert judged(function, Odd()).status == "right"


# ── blanks ────────────────────────────────────────────────────────────────────────────────────


def test_an_unfilled_stub_with_blanks_is_not_attempted():
    assert judged(blanks, made(BLANKS)).status == "untried"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("X[..., 0] @ W", "1 blank still holds `...`."),
        ("X[:, ...] @ ...", "2 blanks still hold `...`."),
        ("X[..., ..., ...] @ (... + ...)", "3 blanks still hold `...`."),
        ("(lambda a: a[..., 0])(X)", "1 blank still holds `...`."),
    ],
)
def test_blanks_that_are_left_are_counted(body, said):
    verdict = judged(blanks, made(f"def product(X, W):\n    return {body}"))
    assert (verdict.says, verdict.mistakes) == (said, ("blanks",))


def test_an_ellipsis_that_is_meant_does_no_harm():
    answer = made("def product(X, W):\n    return X[..., :] @ W[...].T")
    assert judged(blanks, answer).status == "right"
    wrong = made("def backward(X, W, dZ):\n    return X[..., 0], 1, 2")
    assert "blank" not in judged(function, wrong).says


def test_a_filled_stub_that_is_wrong_says_nothing_of_blanks():
    assert judged(blanks, made("def product(X, W):\n    return X @ X.T")).mistakes != ("blanks",)


# ── the chapters' own ─────────────────────────────────────────────────────────────────────────

FUNCTIONS = [e for e in exercises().values() if e.stub.startswith(("def ", "class "))]


@pytest.mark.parametrize("found", FUNCTIONS, ids=[e.id for e in FUNCTIONS])
def test_every_stub_of_the_book_is_recognised(found):
    assert judged(found, made(found.stub)).status == "untried"
