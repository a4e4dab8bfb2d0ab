"""A reader's code is run with open eyes, comes to an end, and leaves no traces."""

import builtins
import codecs
import contextlib
import io
import itertools
import re
import sys
import warnings

import numpy as np
import pytest

from backprop.study import theirs, watch
from backprop.study.watch import Watch

GIVEN = {"x": np.array([1.0, np.nan]), "n": np.array([2, 3])}


def ran(code, given=GIVEN, **limits):
    return Watch(**limits).run(lambda arrays: code(**arrays), given)


# ── what it returns, raises, changes, prints ──────────────────────────────────────────────────


def test_the_value_comes_back_and_nothing_else_is_noticed():
    seen = ran(lambda x, n: x * 2)
    assert (seen.problem, seen.unwritten, seen.changed, seen.printed, seen.warned) == (
        None,
        False,
        (),
        "",
        (),
    )


def test_the_given_arrays_are_copies_of_the_same_kind():
    seen = ran(lambda x, n: (x, n))
    assert seen.value[0] is seen.given["x"] is not GIVEN["x"]
    assert [a.dtype for a in seen.value] == [float, int]
    np.testing.assert_array_equal(seen.value[0], GIVEN["x"])


def writes(x, n):
    x[0] = 7


def reshapes(x, n):
    x.resize((2, 1), refcheck=False)


def makes_nan(x, n):
    x[0] = np.nan


def sorts(x, n):
    n[::-1].sort()


@pytest.mark.parametrize(
    ("code", "changed"), [(writes, "x"), (reshapes, "x"), (makes_nan, "x"), (sorts, "n")]
)
def test_a_changed_argument_is_noticed(code, changed):
    assert ran(code).changed == (changed,)
    assert np.isnan(GIVEN["x"]).tolist() == [False, True]


def test_an_argument_is_noticed_as_changed_though_the_code_raises():
    def code(x, n):
        x += 1
        raise ValueError

    assert ran(code).changed == ("x",)


def test_what_is_printed_is_kept_apart(capsys):
    def code(x, n):
        print("one")
        print("two", file=sys.stderr)

    assert ran(code).printed == "one\ntwo\n"
    assert capsys.readouterr() == ("", "")


def test_output_goes_where_it_went_before_afterwards():
    out, err = sys.stdout, sys.stderr
    ran(lambda x, n: 1 / 0)
    assert (sys.stdout, sys.stderr) == (out, err)


def test_warnings_are_told_with_their_line_each_once():
    def code(x, n):
        for _ in range(3):
            x / 0
        warnings.warn("Mind\nthis.", stacklevel=1)
        return 1

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        seen = ran(code)
    line = code.__code__.co_firstlineno
    assert seen.value == 1
    assert seen.warned == (
        "Your code causes a RuntimeWarning: divide by zero encountered in divide "
        f"(line {line + 2}: `x / 0`).",
        "Your code causes a UserWarning: Mind this "
        f'(line {line + 3}: `warnings.warn("Mind\\nthis.", stacklevel=1)`).',
    )


def test_warnings_that_a_reader_has_turned_into_errors_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        seen = ran(lambda x, n: x / 0)
    assert seen.problem.says.startswith("Your code raises RuntimeWarning: divide by zero")


def test_what_is_set_in_numpy_and_for_warnings_is_set_back():
    def code(x, n):
        np.seterr(all="raise")
        warnings.simplefilter("ignore")

    before, filters = np.geterr(), list(warnings.filters)
    ran(code)
    assert np.geterr() == before
    assert warnings.filters == filters


def test_nobody_is_asked():
    says = ran(lambda x, n: input("Your name? ")).problem.says
    assert "EOFError: input() has nobody to ask during a check" in says
    assert builtins.input is not watch.nobody


def test_a_coroutine_is_not_left_waiting():
    async def code(x, n):
        return x

    assert type(ran(code).value).__name__ == "coroutine"


# ── exceptions ────────────────────────────────────────────────────────────────────────────────


class Mute(Exception):
    def __str__(self):
        raise RuntimeError


class Own(BaseException):
    pass


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("no\n  good."), "ValueError: no good"),
        (KeyError("W"), "KeyError: 'W'"),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (SystemExit(3), "SystemExit: 3"),
        (GeneratorExit(), "GeneratorExit"),
        (Own("mine"), "Own: mine"),
        (Mute(), "Mute"),
        (StopIteration(), "StopIteration"),
        (
            ExceptionGroup("two", [ValueError(), KeyError()]),
            "ExceptionGroup: two (2 sub-exceptions)",
        ),
        (ValueError("a\x1b[31m\ud800b"), "ValueError: a [31m b"),
    ],
)
def test_an_exception_is_told_as_theirs_with_their_line(error, said):
    def code(x, n):
        raise error

    seen = ran(code)
    line = code.__code__.co_firstlineno + 1
    assert seen.problem == (
        "raises",
        f"Your code raises {said} (in code, line {line}: `raise error`).",
    )


def test_a_long_message_and_a_long_line_are_cut():
    def code(x, n):
        return x["a long line that says nothing"] + x["and goes on"] + x["and on and on and on"] + n

    def shout(x, n):
        raise ValueError("a" * 10_000)

    assert ran(code).problem.says.endswith('+ x["and goes on"] + x["and on and on…`).')
    assert "a" * 199 + "… (in shout" in ran(shout).problem.says


def test_the_line_is_theirs_where_a_library_raises():
    def inner(x):
        return np.linalg.inv(x)

    def code(x, n):
        return inner(x)

    assert "(in inner, line " in ran(code).problem.says
    assert ran(code).problem.says.endswith(": `return np.linalg.inv(x)`).")


def test_the_line_is_theirs_where_python_s_own_library_raises():
    def code(x, n):
        return list(itertools.starmap(lambda a: a, contextlib.ExitStack().pop_all()))

    assert "(in code, line " in ran(code).problem.says


def test_an_error_without_a_line_of_theirs_has_none():
    says = Watch().run(lambda _: np.linalg.inv(np.ones(2)), {}).problem.says
    assert says.startswith("Your code raises LinAlgError: ")
    assert Watch().run(np.linalg.inv, {}).problem.says.count("line ") == 0


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("kernel_31/1234.py", True),
        ("<ipython-input-3-abc>", True),
        ("<exec>", True),
        ("/home/me/course/answers.py", True),
        (theirs.__file__, False),
        (theirs.__file__.replace("theirs", "anything"), False),
        (theirs.__file__.replace("backprop", "backprop_answers"), True),
        (contextlib.__file__, False),
        (np.__file__, False),
        ("/usr/lib/python3/dist-packages/numpy/matrix.py", False),
        ("<frozen importlib._bootstrap>", False),
        ("<string>", True),
    ],
)
def test_a_file_is_theirs_unless_it_is_a_library(filename, expected):
    assert theirs.is_theirs(filename) == expected


def test_not_implemented_is_not_written_yet_unless_a_library_says_it():
    def code(x, n):
        raise NotImplementedError

    def passed_on(x, n):
        return codecs.Codec().encode(x)

    assert ran(code).unwritten
    assert not ran(passed_on).unwritten
    assert ran(passed_on).problem.says.startswith("Your code raises NotImplementedError (in passed")


def test_an_interrupt_passes_and_leaves_everything_as_it_was():
    def code(x, n):
        raise KeyboardInterrupt

    before = (sys.gettrace(), sys.stdout, builtins.input, np.geterr(), list(warnings.filters))
    with pytest.raises(KeyboardInterrupt):
        ran(code)
    assert before == (sys.gettrace(), sys.stdout, builtins.input, np.geterr(), warnings.filters)


# ── an end ────────────────────────────────────────────────────────────────────────────────────


def forever(x, n):
    while True: pass  # fmt: skip  # noqa: E701


def counts(x, n):
    while True:
        x[0] += 1


def generates(x, n):
    return sum(1 for _ in iter(int, 1))


def comprehends(x, n):
    return [0 for _ in iter(int, 1)]


def loops(x, n):
    for _ in iter(int, 1): pass  # fmt: skip  # noqa: E701


def calls(x, n):
    while True:
        forever_not(x)


def forever_not(x):
    return x


def hides_exceptions(x, n):
    while True:
        try:
            x[0] = 1 / 0
        except Exception:
            x[0] += 1


def hides_everything(x, n):
    while True:
        try:
            x[0] += 1
        except:  # noqa: E722
            x[0] -= 1


def suppresses(x, n):
    while True:
        with contextlib.suppress(BaseException):
            x[0] += 1


def hides_more(x, n):
    while True:
        try:
            while True: pass  # fmt: skip  # noqa: E701
        except BaseException as error:
            del error


def maps(x, n):
    return np.vectorize(lambda a: forever(a, a))(x)


ENDLESS = (
    forever,
    counts,
    generates,
    comprehends,
    loops,
    calls,
    hides_exceptions,
    hides_everything,
    suppresses,
    hides_more,
    maps,
)


@pytest.mark.parametrize("code", ENDLESS, ids=lambda code: code.__name__)
def test_what_never_ends_is_stopped_in_its_line(code):
    seen = ran(code, steps=20_000)
    assert seen.problem.name == "endless"
    assert seen.problem.says.startswith(
        "Your code takes very long, or never ends; it was stopped (in "
    )
    assert sys.gettrace() is None


@pytest.mark.parametrize("code", ENDLESS, ids=lambda code: code.__name__)
def test_wherever_it_is_stopped_no_exception_lingers_and_the_place_is_told(code):
    for steps in range(500, 540):
        says = ran(code, steps=steps).problem.says
        assert re.search(r"; it was stopped \(in [\w<>]+(, line \d+: `.+`)?\)\.$", says)
        assert sys.exc_info() == (None, None, None)


def test_the_line_that_was_stopped_is_shown():
    line = forever.__code__.co_firstlineno + 1
    says = ran(forever, steps=1000).problem.says
    assert f"(in forever, line {line}: `while True: pass" in says


def test_few_steps_that_take_long_are_stopped_by_the_clock(monkeypatch):
    clock = itertools.count()
    monkeypatch.setattr(watch.time, "perf_counter", lambda: next(clock))
    eyes = Watch(seconds=100)
    assert eyes.run(lambda _: forever(1, 2), {}).problem.name == "endless"
    assert watch.STEPS / 2 < eyes.left < watch.STEPS


def test_the_steps_of_all_runs_are_counted_together():
    eyes = Watch(steps=3_000)
    spend = lambda _: [k for k in range(100)]  # noqa: C416, E731
    ends = [eyes.run(spend, {}).problem for _ in range(20)]
    assert ends[0] is None
    assert ends[-1].name == "endless"


def test_libraries_run_uncounted():
    eyes = Watch()
    np.median(np.ones(3))  # which loads what it needs
    eyes.run(lambda _: np.median(np.ones((50, 50)), axis=0), {})
    assert watch.STEPS - eyes.left < 100


def test_a_reader_s_loop_over_some_arrays_is_no_long_one():
    def product(X, W):
        Z = np.zeros((len(X), len(W)))
        for i, j, k in itertools.product(range(len(X)), range(len(W)), range(W.shape[1])):
            Z[i, j] += X[i, k] * W[j, k]
        return Z

    eyes = Watch()
    assert (
        eyes.run(lambda a: product(**a), {"X": np.ones((7, 6)), "W": np.ones((5, 6))}).problem
        is None
    )
    assert watch.STEPS - eyes.left < watch.STEPS / 50


def test_deep_recursion_is_told_as_theirs():
    def code(x, n):
        return code(x, n)

    seen = ran(code)
    assert seen.problem.says.startswith("Your code raises RecursionError: maximum recursion depth")
    assert sys.gettrace() is None


def test_a_debugger_keeps_its_trace():
    events = []

    def debugger(frame, event, arg):
        events.append(event)
        return debugger

    sys.settrace(debugger)
    try:
        seen = ran(lambda x, n: [1 for _ in range(50)], steps=10)
        kept = sys.gettrace()
    finally:
        sys.settrace(None)
    assert kept is debugger
    assert events
    assert seen.problem is None


def test_a_trace_that_their_code_sets_is_taken_off():
    ran(lambda x, n: sys.settrace(lambda *_: None))
    assert sys.gettrace() is None


def test_what_is_printed_without_end_is_stopped_too():
    def code(x, n):
        while True:
            print("again")

    seen = ran(code, steps=5_000)
    assert seen.problem.name == "endless"
    assert seen.printed.startswith("again\nagain\n")


def test_their_own_redirection_does_not_hide_the_end():
    def code(x, n):
        with contextlib.redirect_stdout(io.StringIO()):
            print("hidden")
        print("seen")

    assert ran(code).printed == "seen\n"
