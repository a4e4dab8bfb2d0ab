"""Answers that are functions of lists and graphs: any right result is right, mistakes are named."""

import numpy as np
import pytest
from tiny_exercises import HERE, exercise, judged

from backprop.study.algorithm import Algorithm, list_of_numbers, same, version
from backprop.study.exercise import Wrong

STUB = """def halves(values):
    ..."""


def cases(rng):
    """Return lists of floats of several lengths."""
    return [([float(v) for v in rng.normal(size=n)],) for n in (1, 4, 3)]


def halved(values):
    return [v / 2 for v in values]


kind = Algorithm(
    ("values",),
    cases,
    lambda result, values: same(result, halved(values)),
    "They are.",
    lambda result, values: list_of_numbers(result, len(values)),
    lambda result, values: f"Wrong for {len(values)} values.",
    (
        Wrong("doubled", version(lambda values: [2 * v for v in values]), "Doubled.", (HERE,)),
        Wrong("reversed", lambda result, values: same(result[::-1], halved(values)), "Turned."),
        Wrong("divided by 0", version(lambda values: [1 / 0 for _ in values]), "Never."),
    ),
)
halves = exercise(kind, STUB)


@pytest.mark.parametrize("answer", [halved, lambda values: tuple(v * 0.5 for v in values)])
def test_a_right_result_is_right_in_any_form(answer):
    verdict = judged(halves, answer)
    assert (verdict.status, verdict.says) == ("right", "They are. Tried on 3 cases.")


def test_a_right_result_may_be_an_array():
    assert judged(halves, lambda values: np.array(values) / 2).status == "right"


def untouched(values): ...


def unwritten(values):
    raise NotImplementedError


@pytest.mark.parametrize("answer", [..., untouched, unwritten, lambda values: ...])
def test_what_was_not_begun_is_not_attempted(answer):
    assert judged(halves, answer).status == "untried"


def test_a_known_mistake_is_named():
    verdict = judged(halves, lambda values: [v + v for v in values])
    assert (verdict.mistakes, verdict.says, verdict.see) == (("doubled",), "Doubled.", (HERE,))


def test_a_mistake_that_does_not_show_in_every_case_is_named_all_the_same():
    """A list of one number is the same turned around."""
    assert judged(halves, lambda values: halved(values)[::-1]).mistakes == ("reversed",)


def test_a_mistake_is_named_only_if_it_holds_in_all_wrong_cases():
    def sometimes(values):
        return [2 * v for v in values] if len(values) == 3 else [3 * v for v in values]

    verdict = judged(halves, sometimes)
    assert not verdict.mistakes
    assert verdict.says == "Wrong for 1 values. No known mistake gives this result."


@pytest.mark.parametrize(
    ("answer", "name", "says"),
    [
        (lambda values: print(end=""), "nothing", "Your code returns None"),
        (lambda values: 3.0, "another form", "a float, expected a list of numbers"),
        (lambda values: ["a"] * len(values), "another form", "a str in it, expected numbers"),
        (lambda values: [1.0] * 9, "another form", "9 entries, expected 1"),
        (lambda values: values[7], "raises", "IndexError"),
        (lambda: [1.0], "arguments", "cannot be called as"),
        (3.0, "no function", "expected the function itself"),
    ],
)
def test_what_is_no_result_is_told(answer, name, says):
    verdict = judged(halves, answer)
    assert verdict.mistakes == (name,)
    assert says in verdict.says


def endless(values):
    while True:
        pass


def test_what_does_not_end_is_stopped():
    assert judged(halves, endless).mistakes == ("endless",)


def emptied(values):
    found = halved(values)
    values.clear()
    return found


def test_arguments_that_are_changed_are_noticed():
    assert judged(halves, emptied).mistakes == ("changes input",)


def test_the_cases_of_two_checks_are_the_same_and_untouched():
    assert judged(halves, emptied).mistakes == ("changes input",)
    assert judged(halves, halved).status == "right"


def test_what_is_printed_is_shown():
    def talks(values):
        print("so far")
        return halved(values)

    assert "so far" in judged(halves, talks).remarks[0]


@pytest.mark.parametrize(
    ("left", "right"),
    [([1.0], [1.0, 2.0]), ([True], [1.0]), (["1"], [1.0]), (1.0, [1.0]), ([1.0 + 1e-6], [1.0])],
)
def test_results_differ_by_form_and_by_value(left, right):
    assert not same(left, right)
