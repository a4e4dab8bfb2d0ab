"""Answers that are several numbers, each under its name."""

import numpy as np
import pytest
from tiny_exercises import HERE, THERE, exercise, judged

from backprop.study.exercise import Wrong
from backprop.study.numbers import Numbers

RIGHT = {"x": 15.0, "y": -6.0, "z": 2.5}
MISTAKES = {
    "x": (Wrong("own input", -6.5, "The other input.", (THERE,)),),
    "y": (Wrong("forgotten", 2.0, "Something is left out.", (HERE,)),),
}
STUB = 'slopes = {"x": ..., "y": ..., "z": ...}'
numbers = exercise(Numbers(RIGHT, "They are.", MISTAKES), STUB)
rounded = exercise(Numbers({"x": 2 / 3}, "It is.", {}, decimals=2), 'slopes = {"x": ...}')


@pytest.mark.parametrize(
    "answer",
    [
        RIGHT,
        dict(reversed(RIGHT.items())),
        {name: np.float32(number) for name, number in RIGHT.items()},
        {name: [number] for name, number in RIGHT.items()},
    ],
)
def test_right_numbers_are_right_in_any_form_and_order(answer):
    assert judged(numbers, answer).status == "right"


@pytest.mark.parametrize("answer", [..., dict.fromkeys(RIGHT, ...)])
def test_dots_are_not_attempted(answer):
    assert judged(numbers, answer).status == "untried"


@pytest.mark.parametrize("answer", [3.0, [15.0, -6.0, 2.5], None])
def test_what_is_no_dict_is_named(answer):
    verdict = judged(numbers, answer)
    assert verdict.mistakes == ("no dict",)
    assert verdict.says.endswith("expected a dict of names and numbers.")


def test_a_known_mistake_is_named_with_the_number_it_is_in():
    verdict = judged(numbers, RIGHT | {"x": -6.5})
    assert (verdict.says, verdict.mistakes) == ("x: the other input.", ("own input",))
    assert verdict.see == (THERE,)


def test_a_mistake_of_one_number_is_none_in_another():
    verdict = judged(numbers, RIGHT | {"z": 2.0})
    assert "forgotten" not in verdict.mistakes
    assert verdict.says.startswith("z: another number")


def test_two_mistakes_are_told_and_the_others_counted():
    verdict = judged(numbers, {"x": -6.5, "y": 2.0, "z": -2.5})
    assert verdict.says == "x: the other input. y: something is left out. 1 more is wrong."
    assert verdict.mistakes == ("own input", "forgotten", "sign")
    assert set(verdict.see) == {THERE, HERE}


def test_several_that_are_left_are_counted_in_the_plural():
    many = exercise(Numbers(dict.fromkeys("abcd", 1.0), "They are.", {}), STUB)
    assert judged(many, dict.fromkeys("abcd", -1.0)).says.endswith("2 more are wrong.")


def test_what_is_missing_is_named_after_what_is_right():
    assert judged(numbers, {"x": 15.0, "y": ...}).says == (
        "So far right. y and z: still to be filled in."
    )
    assert judged(numbers, {"u": 1.0}).mistakes == ("unfinished",)
    assert "So far" not in judged(numbers, {"u": 1.0}).says


def test_what_is_wrong_comes_before_what_is_missing():
    assert judged(numbers, {"x": -15.0}).mistakes == ("sign",)


def test_a_number_that_nobody_asked_for_is_no_mistake():
    verdict = judged(numbers, RIGHT | {"u": 3.0})
    assert verdict.status == "right"
    assert verdict.remarks == ("Nobody asked for 'u'.",)


@pytest.mark.parametrize("value", ["15", None, np.nan, 3j])
def test_what_is_no_finite_number_is_told(value):
    assert judged(numbers, RIGHT | {"x": value}).mistakes in {("no number",), ("not finite",)}


def test_numbers_may_be_asked_for_to_some_decimals():
    assert judged(rounded, {"x": 0.67}).status == "right"
    assert judged(rounded, {"x": 0.66}).status == "wrong"


def test_no_report_holds_the_right_number():
    for value in (-15.0, 30.0, 7.5, 4.0, "15"):
        assert "15" not in judged(numbers, RIGHT | {"x": value}).says
