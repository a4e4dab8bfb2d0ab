"""Replay: a compiled recording repeats the tape, for other values too, and says what it cannot."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from random_programs import EXACT, ROUNDED, numbers, programs, run

from backprop import autodiff as ad
from backprop.autodiff.lines import LINES, identifiers
from backprop.errors import (
    DtypeError,
    NotFiniteError,
    NotRecordedError,
    ShapeError,
    StatementError,
    UnknownNameError,
)


def taped(rows, program, values):
    """Return the value and the slopes by the tape, what it was computed from as well."""
    variables = [ad.variable(value) for value in values]
    f = run(rows, program, variables)
    found = ad.adjoints(f)
    return (f.value, [found[x] for x in variables]), f, variables


@given(programs(EXACT), st.data())
def test_a_program_repeats_the_tape_to_the_last_digit(program, data):
    """Operations that every float has: nothing may differ, where it was recorded or elsewhere."""
    some = st.lists(numbers, min_size=program[0], max_size=program[0])
    first, f, variables = taped(EXACT, program, data.draw(some))
    replay = ad.compiled(f, variables)
    assert replay([x.value for x in variables]) == first
    elsewhere = data.draw(some)
    assert replay(elsewhere) == taped(EXACT, program, elsewhere)[0]


@given(programs(ROUNDED), st.data())
def test_functions_agree_but_for_what_rounding_leaves(program, data):
    """Python's exp and NumPy's may differ in the last of sixteen digits, in each of ten steps."""
    some = st.lists(numbers, min_size=program[0], max_size=program[0])
    _, f, variables = taped(ROUNDED, program, data.draw(some))
    replay, elsewhere = ad.compiled(f, variables), data.draw(some)
    (value, slopes), _, _ = taped(ROUNDED, program, elsewhere)
    found, back = replay(elsewhere)
    assert_allclose(found, value, rtol=1e-12, atol=1e-12)
    assert_allclose(back, slopes, rtol=1e-12, atol=1e-12)


POINTS = [0.75, 1.25, 0.5]
ROWS = [name for name, rule in ad.RULES.items() if isinstance(rule, ad.Elementwise)]


@pytest.mark.parametrize("name", sorted(set(ROWS) - {"real"}))
def test_every_elementwise_row_can_be_replayed(name):
    count = len(ad.RULES[name].slopes)
    points = [[p + (name == "arccosh") for p in row] for row in (POINTS, POINTS[::-1])]
    recordings = [[ad.variable(p) for p in row[:count]] for row in points]
    f, again = (ad.Node.apply(name, tuple(row)) for row in recordings)
    value, slopes = ad.compiled(f, recordings[0])(points[1][:count])
    assert_allclose(value, again.value, rtol=1e-15)
    found = ad.adjoints(again)
    assert_allclose(slopes, [found[x] for x in recordings[1]], rtol=1e-14)


@pytest.mark.parametrize("name", LINES)
@given(st.tuples(numbers, numbers))
def test_a_line_is_what_the_row_of_the_table_says(name, point):
    rule, count = ad.RULES[name], len(ad.RULES[name].slopes)
    point = [abs(p) + 0.25 for p in point] if name in ("log", "divide") else list(point)
    letters = {"a": "a", "b": "b", "y": "y", "g": "g"}
    names = {**vars(math), **dict(zip("ab", point, strict=True)), "g": 3.0}
    forward, *shares = [line.format(**letters) for line in LINES[name]]
    names["y"] = rule.function(*point[:count])
    assert_allclose(eval(forward, names), names["y"], rtol=1e-15)
    for k, share in enumerate(shares):
        slope = rule.slope(k, names["y"], point[:count])
        assert_allclose(eval(share, names), 3.0 * slope, rtol=1e-15)


# ── what the source says ──────────────────────────────────────────────────────────────────────


def test_only_what_is_needed_is_written():
    """Constants are folded, a variable that is not asked for is one, an unused one has slope 0."""
    x, y, z = ad.variable(2.0, "x"), ad.variable(3.0, "y"), ad.variable(7.0, "z")
    unused = x * y  # noqa: F841
    f = (np.exp(y * 2.0) * 0.0 + y) * x - 0.1
    program = ad.compiled(f, [x, z])
    assert program.source == (
        "def program(values):\n"
        "    [x, z] = values\n"
        "    v2 = 3.0 * x - 0.1\n"
        "    dv2 = 1.0\n"
        "    dx = dv2 * 3.0\n"
        "    return v2, [dx, 0.0]"
    )
    assert program([0.5, -1.0]) == (1.4, [3.0, 0.0])
    assert repr(program) == "Program(2 variables, 6 lines)"


def test_forks_add_in_the_source():
    x = ad.variable(2.0, "x")
    u = (x * x).named("u")
    program = ad.compiled(u * u + u, [x])
    assert program.source.splitlines()[1:] == [
        "    [x] = values",
        "    u = x * x",
        "    v2 = u * u + u",
        "    dv2 = 1.0",
        "    du = dv2",
        "    du += dv2 * u",
        "    du += dv2 * u",
        "    dx = du * x",
        "    dx += du * x",
        "    return v2, [dx]",
    ]
    assert program([3.0]) == (90.0, [114.0])


def test_names_that_python_would_not_take_are_replaced():
    names = ["dv1", "z⁽¹⁾", "lambda", "dx", "x", "dv3", "exp", "values", "v2", "x", "inf", "sin"]
    variables = [ad.variable(1.0 + k, name) for k, name in enumerate(names)]
    f = np.minimum(variables[0] * 2.0, np.inf)
    for x in variables:
        f = f + np.exp(x * 0.5) * np.sin(x) * x  # a name that is taken twice would show in a slope
    values = [x.value for x in variables]
    found = ad.adjoints(f)
    value, slopes = ad.compiled(f, variables)(values)
    assert_allclose(value, f.value, rtol=1e-14)
    assert_allclose(slopes, [found[x] for x in variables], rtol=1e-14)


def test_no_name_hides_a_function_or_the_adjoint_of_another():
    assert identifiers({1: "dv1", 2: "λ", 3: "v4"}) == {1: "dv1", 2: "v2", 3: "v4"}
    assert identifiers({1: "inf", 2: "sin", 3: "arctan2", 4: "values"}) == {
        k: f"v{k}" for k in (1, 2, 3, 4)
    }
    assert identifiers({1: "a", 2: "da", 3: "dda"}) == {1: "a", 2: "v1", 3: "dda"}


def test_constants_are_exact():
    x = ad.variable(0.5)
    for c in (0.1, -1 / 3, 1e-300, -0.0, np.inf, 12345678901234567, -7):
        program = ad.compiled(x * c, [x])
        assert program([0.5]) == (0.5 * c, [float(c)])
    assert ad.compiled(-2.0 * x - -0.5, [x])([3.0]) == (-5.5, [-2.0])


def test_powers_at_and_below_zero_are_those_of_the_table():
    x = ad.variable(2.0)
    assert ad.compiled(x**0, [x])([0.0]) == (1.0, [0.0])
    assert ad.compiled(x**1, [x])([0.0]) == (0.0, [1.0])
    assert ad.compiled(x**-1, [x])([-4.0]) == (-0.25, [-0.0625])
    root = ad.compiled(x**0.5, [x])
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert root([0.0]) == (0.0, [np.inf])
    with pytest.raises(NotFiniteError, match="is no real number"):
        root([-1.0])


def test_the_result_may_be_a_variable_or_not_depend_on_any():
    x, y = ad.variable(2.0), ad.variable(3.0)
    assert ad.compiled(x, [y, x])([5.0, 7.0]) == (7.0, [0.0, 1.0])
    assert ad.compiled(y * y, [x])([5.0]) == (9.0, [0.0])
    assert ad.compiled(y * y, [])([]) == (9.0, [])


def test_a_maximum_decides_anew_and_an_if_does_not():
    x = ad.variable(2.0)
    program = ad.compiled(np.maximum(x, 0.0) * 3.0, [x])
    assert program([2.0]) == (6.0, [3.0])
    assert program([-1.0]) == (0.0, [0.0])
    assert program([0.0]) == (0.0, [1.5])
    assert math.isnan(program([math.nan])[0])
    decided = ad.compiled(x * 3.0 if x > 0 else x * 0.0, [x])
    assert decided([-1.0]) == (-3.0, [3.0])


def test_what_is_handed_over():
    x, y = ad.variable(2.0), ad.variable(3.0)
    program = ad.compiled(x * y, [x, y])
    assert program((4.0, 5.0)) == program(np.array([4.0, 5.0])) == (20.0, [5.0, 4.0])
    assert program([1.0, 5.0]) == (5.0, [5.0, 1.0])  # nothing is left of the call before


def test_a_long_chain_is_no_deep_one():
    x = y = ad.variable(0.5)
    for _ in range(5_000):
        y = y * 0.5 + x
    value, (slope,) = ad.compiled(y, [x])([0.25])
    assert (value, slope) == (0.5, 2.0)


# ── what is refused ───────────────────────────────────────────────────────────────────────────

x, v, z = ad.variable(2.0, "x"), ad.variable(np.array([1.0, 2.0]), "v"), ad.variable(1.0 + 2j, "z")
FROZEN = "It would be frozen: use np.maximum or np.minimum, which decide anew."
REFUSED = {
    "an array": (
        lambda: ad.compiled((v * v).sum(), [v]),
        ShapeError,
        "compiled: v has arrays, expected numbers. "
        "Record numbers, or use adjoints: it takes arrays.",
    ),
    "a constant array": (
        lambda: ad.compiled(x * np.ones(2), [x]),
        ShapeError,
        "compiled: v1 has arrays, expected numbers. "
        "Record numbers, or use adjoints: it takes arrays.",
    ),
    "a complex number": (
        lambda: ad.compiled(z * z, [z]),
        DtypeError,
        "compiled: z has (1+2j), expected floats. Use adjoints: it takes complex numbers.",
    ),
    "a mask": (
        lambda: ad.compiled(x * (x > 0), [x]),
        DtypeError,
        "compiled: v1 was computed from True, the outcome of a comparison, expected numbers. "
        + FROZEN,
    ),
    "a choice": (
        lambda: ad.compiled(np.where(x > 0, x, 0.0), [x]),
        DtypeError,
        "compiled: v1 was computed from True, the outcome of a comparison, expected numbers. "
        + FROZEN,
    ),
    "not elementwise": (
        lambda: ad.compiled(np.sum(x) * 2.0, [x]),
        UnknownNameError,
        "compiled: v1 is a sum, expected an elementwise operation. "
        "Write it with operators, np.exp and others.",
    ),
    "no node": (
        lambda: ad.compiled(6.0, [x]),
        NotRecordedError,
        "compiled: 6.0 is not on the tape, expected a Node. "
        "Begin with x = variable(2.0) and compute with it.",
    ),
    "no variable": (
        lambda: ad.compiled(x * x, [x * 1.0]),
        NotRecordedError,
        "compiled: Node(multiply: 2.0) is no variable, expected a Variable. "
        "Begin with x = variable(2.0) and compute with it.",
    ),
    "one twice": (
        lambda: ad.compiled(x * x, [x, x]),
        StatementError,
        "compiled: Variable(x: 2.0) comes twice, expected different variables. "
        "Name every variable once.",
    ),
    "too few values": (
        lambda: ad.compiled(x * x, [x])([]),
        ShapeError,
        "Program: values has length 0, expected 1. Give one float for every variable.",
    ),
    "an array among the values": (
        lambda: ad.compiled(x * x, [x])([np.ones(2)]),
        DtypeError,
        "Program: the result is a ndarray, expected a float. Give floats: 2.0, not 2.",
    ),
    "an integer among the values": (
        lambda: ad.compiled(x * x, [x])([3]),
        DtypeError,
        "Program: the result is a int, expected a float. Give floats: 2.0, not 2.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_replayed_is_refused_in_a_sentence(case):
    wrong, kind, said = REFUSED[case]
    with pytest.raises(kind) as error:
        wrong()
    assert str(error.value) == said
