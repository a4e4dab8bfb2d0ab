"""One class per kind of mistake, each the built-in that a caller would expect."""

import inspect

import pytest

from backprop import errors

EXPECTED = {
    "ShapeError": ValueError,
    "EmptyBatchError": ValueError,
    "DtypeError": TypeError,
    "NotFiniteError": ValueError,
    "RngError": TypeError,
    "NotAModuleError": TypeError,
    "NotBufferedError": TypeError,
    "UnknownNameError": LookupError,
    "NotForwardedError": RuntimeError,
    "ReleasedError": RuntimeError,
    "NoGradientError": RuntimeError,
    "AnotherNetworkError": ValueError,
    "SettingError": ValueError,
    "TargetError": ValueError,
    "DivergedError": ArithmeticError,
    "StoredError": ValueError,
    "NotAnalyticError": ValueError,
    "WitnessError": ArithmeticError,
    "UncountedError": NotImplementedError,
    "NoEvidenceError": ValueError,
    "GradientError": AssertionError,
    "DerivativeLostError": TypeError,
    "NotRecordedError": TypeError,
    "MisfitError": ValueError,
    "StatementError": TypeError,
    "ClaimError": AssertionError,
    "RejectError": AssertionError,
    "UndecidedError": AssertionError,
}


def test_every_class_is_in_the_table():
    classes = {name for name, _ in inspect.getmembers(errors, inspect.isclass)}
    assert classes == {"BackpropError", *EXPECTED}


@pytest.mark.parametrize(("name", "builtin"), EXPECTED.items())
def test_each_error_is_the_builtin_that_a_caller_expects(name, builtin):
    error = getattr(errors, name)
    assert issubclass(error, builtin)
    assert issubclass(error, errors.BackpropError)


def test_a_sentence_says_where_what_came_what_was_expected_and_what_to_do():
    said = errors.sentence("Affine.forward", "X has shape (3,)", "(N, 3)", "Use X[None, :].")
    assert said == "Affine.forward: X has shape (3,), expected (N, 3). Use X[None, :]."
