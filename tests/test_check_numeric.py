"""Numeric gradients: their accuracy, their cost, what they refuse."""

import cmath
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from backprop.check import (
    central_difference,
    complex_step,
    counted,
    directional,
    forward_difference,
)
from backprop.check.numeric import rays, slopes
from backprop.errors import (
    DtypeError,
    NotAnalyticError,
    NotFiniteError,
    ShapeError,
    UnknownNameError,
)

RULES = [forward_difference, central_difference, complex_step]
# What each rule's docstring promises for functions of size 1, with a factor of ten to spare.
DIGITS = {forward_difference: 1e-7, central_difference: 1e-9, complex_step: 1e-15}


def f(x):
    """A function with no symmetry between its arguments."""
    weights = np.arange(1.0, 1.0 + np.size(x)).reshape(np.shape(x))
    return (weights * np.sin(np.exp(x))).sum() / 2


def df(x):
    weights = np.arange(1.0, 1.0 + np.size(x)).reshape(np.shape(x))
    return weights * np.cos(np.exp(x)) * np.exp(x) / 2


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (2, 1, 3)])
def test_a_gradient_is_shaped_like_its_point_and_right_to_its_digits(rule, shape):
    x = np.random.default_rng(1).random(shape)
    g = rule(f, x)
    assert np.shape(g) == shape
    assert_allclose(g, df(x), rtol=0, atol=DIGITS[rule] * max(1, np.abs(df(x)).max()))


@pytest.mark.parametrize("rule", RULES)
def test_a_float_is_a_point_too(rule):
    assert_allclose(rule(lambda x: x**3, 1.5), 6.75, rtol=1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_the_point_is_never_modified(rule):
    def greedy(x):
        C = (x**2).sum()
        x *= 0
        return C

    x = np.array([[0.5, -1.5]])
    kept = x.copy()
    rule(greedy, x)
    directional(greedy, x, x)
    assert_array_equal(x, kept)


@pytest.mark.parametrize("rule", RULES)
def test_large_entries_are_still_moved(rule):
    assert_allclose(rule(lambda x: x * x, 1e9), 2e9, rtol=1e-6)


@pytest.mark.parametrize(
    ("rule", "passes"), [(forward_difference, 8), (central_difference, 14), (complex_step, 7)]
)
def test_a_gradient_costs_as_many_passes_as_its_docstring_says(rule, passes):
    g = counted(f)
    rule(g, np.ones(7))
    assert g.passes == passes
    assert g.__name__ == "f"


@pytest.mark.parametrize(("rule", "order"), [(forward_difference, 1), (central_difference, 2)])
def test_the_error_falls_with_the_order_of_the_rule(rule, order):
    errors = [abs(rule(f, 0.5, h) - df(0.5)) for h in (1e-2, 1e-3)]
    assert_allclose(np.log10(errors[0] / errors[1]), order, atol=0.05)


@pytest.mark.parametrize(
    ("method", "atol"), [("forward", 1e-6), ("central", 1e-8), ("complex", 1e-14)]
)
def test_a_directional_slope_is_the_gradient_times_the_direction(method, atol):
    x, v = np.random.default_rng(2).random((2, 3, 4))
    slope = directional(f, x, v, method)
    assert isinstance(slope, float)
    assert_allclose(slope, (df(x) * v).sum(), rtol=0, atol=atol * np.abs(df(x)).sum())


def test_there_is_no_slope_along_nothing():
    assert directional(f, np.ones(3), np.zeros(3)) == 0.0


def test_float32_points_are_differentiated_in_float64():
    x = np.array([0.5, 0.25], np.float32)
    assert complex_step(f, x).dtype == np.float64
    assert_allclose(central_difference(f, x), df(x.astype(float)), rtol=1e-8)


@pytest.mark.parametrize("rule", RULES)
def test_integers_and_complex_points_are_refused(rule):
    said = rf"^{rule.__name__}: x has dtype int\d+, expected float32 or float64\. .* use x\.astype"
    with pytest.raises(DtypeError, match=said):
        rule(f, np.array([1, 2]))
    with pytest.raises(DtypeError, match=r"Take a real point: x\.real\.$"):
        rule(f, np.array([1j]))


@pytest.mark.parametrize("rule", RULES)
def test_a_function_of_many_values_has_no_gradient(rule):
    with pytest.raises(ShapeError) as error:
        rule(lambda x: x * 2, np.ones(3))
    assert str(error.value) == (
        f"{rule.__name__}: f(x) has shape (3,), expected one number, (). "
        "A gradient is of one number: sum or weight the outputs first."
    )


@pytest.mark.parametrize("rule", RULES)
def test_there_is_no_gradient_at_nan(rule):
    with pytest.raises(NotFiniteError, match=rf"^{rule.__name__}: x is nan at \[1\]"):
        rule(f, np.array([1.0, np.nan]))
    with pytest.raises(NotFiniteError) as error:
        rule(lambda x: (x * np.nan).sum(), np.ones(2))
    assert "f(x) is nan" in str(error.value) or "f(x) is (nan" in str(error.value)
    assert str(error.value).endswith("There is no slope at such a point: move x or mend f.")


def into_a_float_buffer(x):
    buffer = np.zeros(2)
    buffer[:] = x
    return buffer.sum()


LOSES_THE_STEP = {
    "abs": lambda x: np.abs(x).sum(),
    "real part": lambda x: x.real.sum(),
    "float buffer": into_a_float_buffer,
    "in place": lambda x: np.add(np.zeros(2), x, out=np.zeros(2)).sum(),
    "math": lambda x: math.exp(x[0]),
    "constant": lambda x: 1.0,
}


@pytest.mark.parametrize("f", LOSES_THE_STEP.values(), ids=LOSES_THE_STEP)
def test_a_lost_imaginary_part_is_an_error_and_no_silent_zero(f):
    with pytest.raises(NotAnalyticError) as error:
        complex_step(f, np.array([0.5, 1.5]))
    assert str(error.value).startswith("complex_step: f ")
    assert str(error.value).endswith(
        "expected a complex one. It uses abs, a comparison or a float buffer; "
        "use central_difference."
    )


def test_complex_mathematics_is_fine():
    assert_allclose(complex_step(lambda x: cmath.exp(x), 0.5), math.exp(0.5), rtol=1e-15)


def test_the_sentence_about_a_real_result_is_exact():
    with pytest.raises(NotAnalyticError) as error:
        complex_step(lambda x: abs(x), 1.0)
    assert str(error.value) == (
        "complex_step: f returned a real number for a complex input, expected a complex one. "
        "It uses abs, a comparison or a float buffer; use central_difference."
    )


def test_directional_refuses_what_does_not_fit():
    with pytest.raises(UnknownNameError) as error:
        directional(f, np.ones(3), np.ones(3), "backward")
    assert str(error.value) == (
        "directional: method is 'backward', expected forward, central, complex. "
        "Spell it as one of these."
    )
    with pytest.raises(ShapeError, match=r"^directional: v has shape \(2,\), expected \(3,\)"):
        directional(f, np.ones(3), np.ones(2))
    with pytest.raises(NotFiniteError, match=r"^directional: v is inf at \[0\]"):
        directional(f, np.ones(1), np.array([np.inf]))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("shape", [(1,), (3,), (2, 3)])
def test_many_slopes_at_once_are_the_same_to_the_last_digit(rule, shape):
    method = {"forward_difference": "forward", "central_difference": "central"}.get(
        rule.__name__, "complex"
    )
    rng = np.random.default_rng(3)
    x, V = 10 * rng.random(shape) - 5, rng.standard_normal((4, *shape))
    many = lambda points: np.array([f(point) for point in points])  # noqa: E731
    at_once = slopes(method, many, x, *rays(method, x))
    assert at_once.tolist() == rule(f, x).ravel().tolist()
    along = slopes(method, many, x, *rays(method, x, V))
    assert along.tolist() == [directional(f, x, v, method) for v in V]
