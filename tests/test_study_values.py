"""Answers that are values: numbers, shapes, choices."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from tiny_exercises import HERE, THERE, choice, exercise, judged, number, rounded, shapes

from backprop.study import exercises
from backprop.study.values import Number

# ── numbers ───────────────────────────────────────────────────────────────────────────────────

SAME = {
    "a float": -48.0,
    "an int": -48,
    "rounding noise": -48.0 * (1 + 1e-12),
    "a NumPy scalar": np.float64(-48),
    "a NumPy integer": np.int64(-48),
    "single precision": np.float32(-48),
    "an array of one": np.array([[-48.0]]),
    "an array without axes": np.array(-48.0),
    "a list of one": [-48.0],
    "a fraction": Fraction(-96, 2),
    "a decimal": Decimal(-48),
    "SymPy's": sp.Integer(-48),
    "a symbolic number": -sp.sqrt(48**2),
}


@pytest.mark.parametrize("answer", SAME.values(), ids=SAME)
def test_a_right_number_is_right_in_any_form(answer):
    assert judged(number, answer).status == "right"


NO_NUMBERS = {
    "quoted": ("-48", "a str"),
    "bytes": (b"-48", "a bytes"),
    "true": (True, "a bool"),
    "NumPy's true": (np.bool_(True), "a bool"),
    "none": (None, "None"),
    "two numbers": ((1.0, 2.0), "a tuple"),
    "an array": (np.ones((2, 3)), "an array of shape (2, 3)"),
    "an array of text": (np.array(["-48"]), "an array of shape (1,)"),
    "an empty array": (np.ones(0), "an array of shape (0,)"),
    "an empty list": ([], "a list"),
    "ragged": ([[1.0], [1.0, 2.0]], "a list"),
    "a dict": ({1: 2}, "a dict"),
    "an empty dict": ({}, "a dict"),
    "complex": (-48 + 0j, "a complex"),
    "NumPy's complex": (np.complex128(-48), "a complex128"),
    "a function": (print, "a function"),
    "a class": (float, "a class"),
    "a symbol": (sp.Symbol("x"), "a Symbol"),
    "an object": (object(), "an object"),
}


@pytest.mark.parametrize(("answer", "kind"), NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_what_is_no_number_is_named(answer, kind):
    verdict = judged(number, answer)
    assert verdict.mistakes == ("no number",)
    assert verdict.says.startswith(f"`slope` is {kind}, expected one real number.")
    assert verdict.says.endswith("Leave out the quotes.") == isinstance(answer, str)


@pytest.mark.parametrize("answer", [np.nan, np.inf, -np.inf, [np.nan], 10**400])
def test_what_is_not_finite_is_told(answer):
    assert judged(number, answer).mistakes == ("not finite",)


@pytest.mark.parametrize("answer", [..., [...], (..., ...)])
def test_dots_are_not_attempted(answer):
    assert judged(number, answer).status == "untried"


@pytest.mark.parametrize(
    ("answer", "name", "says"),
    [
        (12, "input forgotten", "The input?"),
        (48, "sign", "The size is right and the sign is wrong."),
        (-96, "½ lost", "Twice too large: a ½ was lost, or a 2 slipped in."),
        (-24, "2 lost", "Half of it: a 2 was lost, or a ½ slipped in."),
        (-48.001, "imprecise", "Close, but the number is asked for exactly."),
    ],
)
def test_a_wrong_number_is_explained(answer, name, says):
    verdict = judged(number, answer)
    assert (verdict.status, verdict.mistakes, verdict.says) == ("wrong", (name,), says)


def test_an_expected_wrong_number_points_to_its_own_section():
    assert judged(number, 12.0).see == (THERE,)


def test_a_number_that_nobody_expected_is_not_explained():
    verdict = judged(number, 7)
    assert verdict.says == "Another number, and none that a known mistake gives."
    assert verdict.mistakes == ()


@pytest.mark.parametrize(
    ("answer", "name"),
    [(0.67, None), (0.665, None), (2 / 3, None), (0.66, "imprecise"), (-0.67, "sign")],
)
def test_a_rounded_number_is_taken_to_the_places_asked_for(answer, name):
    verdict = judged(rounded, answer)
    assert verdict.mistakes == ((name,) if name else ())
    assert (verdict.status == "right") == (name is None)


def test_the_places_asked_for_are_said():
    assert judged(rounded, 0.66).says.endswith("asked for to 2 decimal places.")


def test_nothing_is_close_to_zero_but_zero():
    zero = exercise(Number(0.0, "It is."), "slope = ...")
    assert judged(zero, -0.0).status == "right"
    assert judged(zero, 1e-6).mistakes == ()


# ── shapes ────────────────────────────────────────────────────────────────────────────────────

RIGHT = {"Z": (6, 2), "dW": (2, 5), "db": (2,)}


@pytest.mark.parametrize(
    "answer",
    [
        RIGHT,
        dict(reversed(RIGHT.items())),
        {name: list(shape) for name, shape in RIGHT.items()},
        {name: np.ones(shape).shape for name, shape in RIGHT.items()},
        {name: tuple(np.array(shape)) for name, shape in RIGHT.items()},
    ],
)
def test_right_shapes_are_right(answer):
    assert judged(shapes, answer).status == "right"


@pytest.mark.parametrize(
    "answer", [..., dict.fromkeys(RIGHT, ...), dict.fromkeys(RIGHT, (..., ...))]
)
def test_shapes_of_dots_are_not_attempted(answer):
    assert judged(shapes, answer).status == "untried"


@pytest.mark.parametrize("answer", [None, 3, (6, 2), [(6, 2)], "Z", np.ones(2), {6, 2}])
def test_shapes_come_in_a_dict(answer):
    assert judged(shapes, answer).mistakes == ("no dict",)


@pytest.mark.parametrize("rest", [{}, {"db": ...}, {"db": (...,)}, {"db": [...]}])
def test_what_is_still_to_be_filled_in_is_said_after_what_is_right(rest):
    verdict = judged(shapes, {"Z": (6, 2), "dW": (2, 5), **rest})
    assert verdict.says == "So far right. db: still to be filled in."
    assert verdict.mistakes == ("unfinished",)


def test_an_empty_dict_has_nothing_right_in_it():
    assert judged(shapes, {}).says == "Z, dW and db: still to be filled in."


def test_a_misspelled_name_is_shown():
    says = judged(shapes, {"Z": (6, 2), "dw": (2, 5), "db": (2,)}).says
    assert says == "So far right. dW: still to be filled in. Nobody asked for 'dw'."


def test_a_name_too_many_is_remarked_upon_and_forgiven():
    verdict = judged(shapes, RIGHT | {"dX": (6, 5), 3: ()})
    assert verdict.status == "right"
    assert verdict.remarks == ("Nobody asked for 'dX' and 3.",)


@pytest.mark.parametrize(
    ("name", "shape", "mistake", "says"),
    [
        ("dW", (5, 2), "reversed", "dW: (5, 2) has its axes in the wrong order."),
        ("db", (6, 2), "kept per example", "db: there is one bias."),
        ("db", (1, 2), "axis of size 1", "db: (1, 2) has an axis of size 1 too many."),
        ("db", (5,), "wrong shape", "db: (5,) is wrong. Your axis counts inputs."),
        ("dW", (6, 5), "wrong shape", "dW: (6, 5) is wrong. Your axes count examples and inputs."),
        (
            "dW",
            (3, 5),
            "wrong shape",
            "dW: (3, 5) is wrong. Your axes count nothing here and inputs.",
        ),
        ("Z", (6,), "wrong shape", "Z: (6,) is wrong. How many axes does it need? You gave 1."),
        ("Z", (), "wrong shape", "Z: () is wrong. How many axes does it need? You gave 0."),
    ],
)
def test_a_wrong_shape_is_explained(name, shape, mistake, says):
    verdict = judged(shapes, RIGHT | {name: shape})
    assert (verdict.status, verdict.mistakes, verdict.says) == ("wrong", (mistake,), says)


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        (2, "2"),
        (2.0, "2.0"),
        ("(2,)", "'(2,)'"),
        (None, "None"),
        (np.array([2]), "an array of shape (1,)"),
        ((2.0,), "(2.0,)"),
        ((True,), "(True,)"),
        (("H",), "('H',)"),
        ([[2]], "([2],)"),
        (range(2), "a range"),
    ],
)
def test_what_is_no_shape_is_shown(shape, shown):
    verdict = judged(shapes, RIGHT | {"db": shape})
    assert verdict.mistakes == ("no tuple",)
    assert verdict.says == f"db: {shown} is no shape. A shape is a tuple; of one axis, (7,)."


def test_two_wrong_shapes_are_explained_and_the_rest_is_counted():
    verdict = judged(shapes, {"Z": (2, 6), "dW": (5, 2), "db": (6, 2)})
    assert verdict.says.endswith("dW: (5, 2) has its axes in the wrong order. 1 more is wrong.")
    assert verdict.mistakes == ("reversed", "reversed", "kept per example")


def test_wrong_shapes_come_before_missing_ones():
    assert judged(shapes, {"Z": (2, 6), "db": ...}).mistakes == ("reversed",)


SHAPES = [e for e in exercises().values() if hasattr(e.kind, "shapes")]


@pytest.mark.parametrize("found", SHAPES, ids=[e.id for e in SHAPES])
def test_in_the_book_every_size_tells_what_it_counts(found):
    used = {size for shape in found.kind.shapes.values() for size in shape}
    assert used == set(found.kind.sizes)
    assert len(set(found.kind.sizes.values())) == len(used)


# ── choices ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("answer", ["b", "B", " b ", "b)", "(b)", "b.", np.str_("b")])
def test_the_right_letter_is_right_however_it_is_written(answer):
    assert judged(choice, answer).status == "right"


@pytest.mark.parametrize("answer", ["c", "C", " c)"])
def test_a_wrong_option_has_its_own_explanation(answer):
    verdict = judged(choice, answer)
    assert (verdict.says, verdict.mistakes, verdict.see) == ("All?", ("kept",), (THERE,))


@pytest.mark.parametrize(
    ("answer", "shown", "quotes"),
    [
        ("e", "'e'", False),
        ("", "''", False),
        ("bc", "'bc'", False),
        (2, "2", True),
        (None, "None", True),
        (["b"], "['b']", True),
        (np.array("b"), "an array of shape ()", True),
        (np.ones(3), "an array of shape (3,)", True),
        ({"b"}, "a set", True),
    ],
)
def test_what_is_no_option_is_shown(answer, shown, quotes):
    verdict = judged(choice, answer)
    move = " Put the letter in quotes." if quotes else ""
    assert verdict.says == f'`option` is {shown}, expected one of "a", "b", "c".{move}'
    assert verdict.mistakes == ("no option",)


def test_a_long_text_is_cut():
    assert len(judged(choice, "b" * 1000).says) < 120


def test_a_choice_of_dots_is_not_attempted():
    assert judged(choice, ...).status == "untried"
    assert choice.see == (HERE,)


CHOICES = [e for e in exercises().values() if hasattr(e.kind, "option")]


@pytest.mark.parametrize("found", CHOICES, ids=[e.id for e in CHOICES])
def test_in_the_book_every_option_has_its_explanation(found):
    letters = [found.kind.option, *(row.answer for row in found.kind.wrong)]
    assert sorted(letters) == [chr(ord("a") + k) for k in range(len(letters))]
    assert len({row.says for row in found.kind.wrong}) == len(found.kind.wrong)
