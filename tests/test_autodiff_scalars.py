"""The tape of floats: the same numbers as the general tape, and nothing of what it cannot do."""

import gc
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from random_programs import EXACT, ROUNDED, numbers, programs, run

from backprop import autodiff as ad
from backprop.errors import DtypeError, NotFiniteError, NotRecordedError, ShapeError

ROWS = {**EXACT, **ROUNDED}


@given(programs(ROWS), st.data())
def test_random_programs_have_the_adjoints_of_the_general_tape(program, data):
    """One table of rules, one order of adding: the two tapes agree to the last digit."""
    values = data.draw(st.lists(numbers, min_size=program[0], max_size=program[0]))
    general = [ad.variable(value) for value in values]
    f = run(ROWS, program, general)
    found, tape = ad.adjoints(f), ad.ScalarTape()
    for _ in range(2):  # the second run after a rewind
        variables = tape.variables or [tape.variable(value) for value in values]
        g = run(ROWS, program, variables)
        g.backward()
        assert type(g.value) is float
        assert g.value == f.value
        assert [x.grad for x in variables] == [found[x] for x in general]
        tape.rewind()


def values_and_slopes(f, *values):
    """Return the value of f and the gradients of its inputs, by a tape of floats."""
    tape = ad.ScalarTape()
    variables = [tape.variable(value) for value in values]
    y = f(*variables)
    y.backward()
    return (y.value, *(x.grad for x in variables))


# What is written out in the class, and the row of the table that it must be.
WRITTEN_OUT = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "negative": lambda a: -a,
    "tanh": lambda a: a.tanh(),
    "exp": lambda a: a.exp(),
    "log": lambda a: a.log(),
}


@pytest.mark.parametrize("name", WRITTEN_OUT)
@given(st.floats(0.25, 3.0), st.floats(0.25, 3.0))
def test_what_is_written_out_is_the_row_of_the_table(name, a, b):
    rule, f = ad.RULES[name], WRITTEN_OUT[name]
    inputs = [a, b][: len(rule.slopes)]
    y = rule.function(*inputs)
    slopes = [rule.slope(k, y, inputs) for k in range(len(inputs))]
    # Python's tanh may differ from NumPy's in the last digit, and 1 − y² keeps what y was off by.
    assert_allclose(values_and_slopes(f, *inputs), [y, *slopes], rtol=1e-15, atol=4e-16)


@pytest.mark.parametrize("name", [name for name in WRITTEN_OUT if len(ad.RULES[name].slopes) == 2])
@pytest.mark.parametrize("c", [3, -2, 0.5, np.float64(0.5), np.int64(2), True])
def test_a_constant_on_either_side_is_the_row_of_the_table(name, c):
    rule, f, x = ad.RULES[name], WRITTEN_OUT[name], 1.25
    y = rule.function(x, c)
    assert values_and_slopes(lambda x: f(x, c), x) == (y, rule.slope(0, y, [x, c]))
    if name == "power" and c < 0:
        return
    y = rule.function(c, x)
    assert values_and_slopes(lambda x: f(c, x), x) == (y, rule.slope(1, y, [c, x]))


def test_every_elementwise_row_works_on_floats():
    rows = [name for name, rule in ad.RULES.items() if isinstance(rule, ad.Elementwise)]
    for name in sorted(set(rows) - {"real"}):
        inputs = [0.75 + (name == "arccosh"), 1.25, 0.5][: len(ad.RULES[name].slopes)]
        y = ad.RULES[name].function(*inputs)
        value, *slopes = values_and_slopes(getattr(np, name), *inputs)
        assert value == y
        wanted = [ad.RULES[name].slope(k, y, inputs) for k in range(len(inputs))]
        assert slopes[-2:] == wanted[-2:]  # of where, without its mask


def test_a_mask_may_be_a_scalar_too_and_chooses_between_both():
    assert values_and_slopes(np.where, 0.0, 1.25, 0.5) == (0.5, 0.0, 0.0, 1.0)
    assert values_and_slopes(np.where, 1.0, 1.25, 0.5) == (1.25, 0.0, 1.0, 0.0)


def test_a_rectifier_has_slope_zero_at_zero():
    relu = lambda a: a.relu()  # noqa: E731
    assert [values_and_slopes(relu, a) for a in (-2.0, 0.0, 3.0)] == [(0, 0), (0, 0), (3, 1)]
    assert values_and_slopes(lambda a: np.maximum(a, 0.0), 0.0) == (0.0, 0.5)
    tape = ad.ScalarTape()
    x = tape.variable(1.0)
    x.value = math.nan
    assert math.isnan(x.relu().value)
    x.value = -math.inf
    assert x.relu().value == 0.0


# ── backward, rewind ──────────────────────────────────────────────────────────────────────────


def test_every_scalar_has_its_adjoint_afterwards():
    tape = ad.ScalarTape()
    x = tape.variable(3.0)
    u = x * x
    late = (f := u * 2.0 + x) * 5.0
    f.backward()
    assert (f.grad, u.grad, x.grad, late.grad) == (1.0, 2.0, 13.0, 0.0)


def test_a_second_backward_adds_the_same_again_to_the_variables():
    tape = ad.ScalarTape()
    x = tape.variable(3.0)
    u = x * x
    f = u * u
    for times in (1, 2, 3):
        f.backward()
        assert (f.grad, u.grad, x.grad) == (1.0, 18.0, 108.0 * times)
    u.backward()
    assert (f.grad, u.grad, x.grad) == (0.0, 1.0, 108.0 * 3 + 6.0)
    x.backward()
    assert x.grad == 108.0 * 3 + 7.0


def test_where_nothing_arrives_nothing_is_handed_back():
    """Beside the path an infinite slope has no say: 0 · ∞ would be no number."""
    tape = ad.ScalarTape()
    x = tape.variable(0.0)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        aside = np.sqrt(x)
    f = x * 2.0
    f.backward()
    assert x.grad == 2.0
    (aside * 0.0 + x).backward()
    assert x.grad == 3.0


def test_a_rewind_keeps_the_variables_and_clears_their_gradients():
    tape = ad.ScalarTape()
    x, y = tape.variable(2.0), tape.variable(5.0)
    assert repr(tape) == "ScalarTape(2 variables, 0 computed)"
    (x * y).backward()
    late = tape.variable(7.0)
    assert repr(tape) == "ScalarTape(3 variables, 1 computed)"
    tape.rewind()
    assert repr(tape) == "ScalarTape(3 variables, 0 computed)"
    assert [v.grad for v in tape.variables] == [0.0, 0.0, 0.0]
    x.value = 3.0
    (x * y + late).backward()
    assert [v.grad for v in (x, y, late)] == [5.0, 3.0, 1.0]
    assert tape.variables[2] is late


def test_training_goes_on_as_with_the_general_tape():
    def cost(w, b):
        return (np.tanh(w * 0.5 + b) - 0.25) ** 2 + (np.tanh(w * -1.5 + b) + 0.5) ** 2

    tape, general = ad.ScalarTape(), [ad.variable(0.5), ad.variable(-0.25)]
    scalars = [tape.variable(x.value) for x in general]
    for _ in range(20):
        cost(*general).backward()
        cost(*scalars).backward()
        for x in (*general, *scalars):
            x.value -= 0.1 * x.grad
        ad.reset(*general)
        tape.rewind()
        assert [x.value for x in scalars] == [x.value for x in general]


# ── length, memory, the end ───────────────────────────────────────────────────────────────────

LONG = 100_000


@pytest.mark.parametrize("way", ["rewound", "dropped"])
def test_a_chain_of_100_000_operations_goes_forward_and_backward_and_is_freed(way):
    tape = ad.ScalarTape()
    x = y = tape.variable(0.5)
    for _ in range(LONG // 2):
        y = y * 0.5 + x
    y.backward()
    assert (y.value, x.grad) == (1.0, 2.0)
    if way == "rewound":
        tape.rewind()
    del tape
    del y  # a recursive end would overflow the stack here


def test_nothing_is_left_for_the_cyclic_collector():
    gc.collect()
    gc.disable()
    try:
        tape = ad.ScalarTape()
        x = tape.variable(2.0)
        f = (np.tanh(x * x) + 3.0 * x).relu() ** 2
        f.backward()
        tape.rewind()
        f = x * x
        f.backward()
        del tape, x, f
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_scalar_takes_at_most_200_bytes_and_leaves_none():
    tape, n = ad.ScalarTape(), 50_000
    x = tape.variable(0.5)
    tracemalloc.start()
    try:
        y = x
        for _ in range(n):
            y = y * x
        taken, _ = tracemalloc.get_traced_memory()
        assert taken / n <= 200
        tape.rewind()
        del y  # whoever kept it would keep what it was computed from
        left, _ = tracemalloc.get_traced_memory()
        assert left < taken / 20  # what Python keeps of small objects in stock
    finally:
        tracemalloc.stop()


# ── what is refused ───────────────────────────────────────────────────────────────────────────

tape, other = ad.ScalarTape(), ad.ScalarTape()
x, stranger = tape.variable(2.0), other.variable(3.0)
rewound = ad.ScalarTape()
stale, kept = rewound.variable(5.0) * 1.0, rewound.variables[0]
rewound.rewind()
orphan = ad.ScalarTape().variable(7.0)
ARRAYS = "Arrays and complex numbers are for autodiff.variable."
TWO = "expected one tape. Make all variables with one tape."
STALE = "expected a value of this run. Compute it anew from the variables; keep the tape."
GONE = "was forgotten: its tape was rewound, or is gone, " + STALE

REFUSED = {
    **{
        f"two tapes, {name}": (
            lambda f=f: f(x, stranger),
            NotRecordedError,
            f"ScalarTape: Scalar(2.0) and Scalar(3.0) are on two tapes, {TWO}",
        )
        for name, f in WRITTEN_OUT.items()
        if len(ad.RULES[name].slopes) == 2
    },
    "two tapes, by a function": (
        lambda: np.maximum(x, stranger),
        NotRecordedError,
        f"ScalarTape: Scalar(2.0) and Scalar(3.0) are on two tapes, {TWO}",
    ),
    **{
        f"a stale one, {name}": (
            lambda f=f: f(*(stale, stale)[: f.__code__.co_argcount]),
            NotRecordedError,
            f"ScalarTape: Scalar(5.0) {GONE}",
        )
        for name, f in WRITTEN_OUT.items()
    },
    "stale and fresh": (lambda: kept * stale, NotRecordedError, f"ScalarTape: Scalar(5.0) {GONE}"),
    "fresh and stale": (lambda: stale + kept, NotRecordedError, f"ScalarTape: Scalar(5.0) {GONE}"),
    "stale, relu": (lambda: stale.relu(), NotRecordedError, f"ScalarTape: Scalar(5.0) {GONE}"),
    "stale, number": (lambda: 2 * stale, NotRecordedError, f"ScalarTape: Scalar(5.0) {GONE}"),
    "stale, backward": (
        lambda: stale.backward(),
        NotRecordedError,
        f"ScalarTape: Scalar(5.0) {GONE}",
    ),
    "a tape that is gone": (
        lambda: orphan * orphan,
        NotRecordedError,
        f"ScalarTape: Scalar(7.0) {GONE}",
    ),
    "an integer": (
        lambda: tape.variable(2),
        DtypeError,
        "ScalarTape.variable: x is 2, expected a float or an array of floats. "
        "Gradients need fractions: write 2.0.",
    ),
    "an array": (
        lambda: tape.variable(np.ones(3)),
        ShapeError,
        f"ScalarTape.variable: x has shape (3,), expected (). {ARRAYS}",
    ),
    "a complex number": (
        lambda: tape.variable(1.0 + 2j),
        DtypeError,
        f"ScalarTape.variable: x is (1+2j), expected a float. {ARRAYS}",
    ),
    "NaN": (
        lambda: tape.variable(math.nan),
        NotFiniteError,
        "ScalarTape.variable: x is nan, expected finite numbers. No gradient can be checked there: "
        "follow x back to where it was made.",
    ),
    "a constant array": (
        lambda: x * np.ones(3),
        DtypeError,
        f"ScalarTape: multiply has a ndarray, expected floats. {ARRAYS}",
    ),
    "an array first": (
        lambda: np.ones(3) * x,
        DtypeError,
        f"ScalarTape: multiply has a ndarray, expected floats. {ARRAYS}",
    ),
    "a complex constant": (
        lambda: x + 2j,
        DtypeError,
        f"ScalarTape: add has a complex, expected floats. {ARRAYS}",
    ),
    "a word": (
        lambda: x + "1",
        DtypeError,
        "autodiff: add was given a str, expected numbers. Constants are numbers, or arrays of "
        "numbers.",
    ),
    "a node": (
        lambda: x + ad.variable(1.0),
        DtypeError,
        f"ScalarTape: add has a Variable of another tape, expected floats. {ARRAYS}",
    ),
    "a node first": (
        lambda: ad.variable(1.0) * x,
        DtypeError,
        f"ScalarTape: multiply has a Variable of another tape, expected floats. {ARRAYS}",
    ),
    "a matrix product": (
        lambda: x @ x,
        DtypeError,
        f"ScalarTape: matmul has to do with arrays, expected floats. {ARRAYS}",
    ),
    "a stack": (
        lambda: np.stack([x, x]),
        DtypeError,
        f"ScalarTape: stack has to do with arrays, expected floats. {ARRAYS}",
    ),
    "a root of a negative number": (
        lambda: (x - 10.0) ** 0.5,
        NotFiniteError,
        "power: -8 ** 0.5 is no real number, expected a base ≥ 0, or a whole exponent. "
        "Use np.cbrt for a third root.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_only_arrays_can_do_and_what_is_gone_is_refused_in_a_sentence(case):
    wrong, kind, said = REFUSED[case]
    with pytest.raises(kind) as error:
        wrong()
    assert str(error.value) == said


def test_a_refusal_records_nothing():
    tape = ad.ScalarTape()
    x = tape.variable(2.0)
    for wrong in (lambda: x * stranger, lambda: x + "1", lambda: np.stack([x]), lambda: x * 1j):
        with pytest.raises((DtypeError, NotRecordedError)):
            wrong()
    assert repr(tape) == "ScalarTape(1 variables, 0 computed)"
    assert x.grad == 0.0


def test_a_dual_number_of_scalars_has_a_second_derivative():
    tape = ad.ScalarTape()
    x = tape.variable(0.5)
    slope = (ad.Dual(x, 1.0) ** 3 * 2.0).tangent  # 6 x², recorded
    slope.backward()
    assert_allclose((slope.value, x.grad), (1.5, 6.0), rtol=1e-15)
