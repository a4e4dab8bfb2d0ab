"""What is wrong with an array, in a full sentence."""

import numpy as np
import pytest

from backprop.errors import DtypeError, EmptyBatchError, NotFiniteError, ShapeError
from backprop.shapes import cast, expect, expect_finite, expect_size, fits, is_ready, spell

SHAPE_SENTENCES = {
    "one example without its batch axis": (
        (3,),
        ("N", 3),
        "f: X has shape (3,), expected (N, 3). One example is a row: use X[None, :].",
    ),
    "a column without its second axis": (
        (5,),
        (5, 1),
        "f: X has shape (5,), expected (5, 1). One number per example is a column: use X[:, None].",
    ),
    "one axis where two are free": (
        (5,),
        ("N", "K"),
        "f: X has shape (5,), expected (N, K). One example is a row: use X[None, :]. "
        "One number per example is a column: use X[:, None].",
    ),
    "transposed": (
        (3, 5),
        ("N", 3),
        "f: X has shape (3, 5), expected (N, 3). X.T fits: is X transposed?",
    ),
    "an axis of size 1 too many": (
        (4, 1),
        (4,),
        "f: X has shape (4, 1), expected (4,). An axis of size 1 too many: use X.squeeze().",
    ),
    "too many axes": (
        (5, 2, 3),
        ("N", 3),
        "f: X has shape (5, 2, 3), expected (N, 3). It has 3 axes where 2 are wanted.",
    ),
    "too few axes": (
        (),
        ("N", 3),
        "f: X has shape (), expected (N, 3). It has 0 axes where 2 are wanted.",
    ),
    "another size": (
        (5, 4),
        ("N", 3),
        "f: X has shape (5, 4), expected (N, 3). Axis 1 has size 4, not 3.",
    ),
    "one letter, two sizes": (
        (5, 4),
        ("N", "N"),
        "f: X has shape (5, 4), expected (N, N). The same letter stands for the same size.",
    ),
}


@pytest.mark.parametrize(("came", "wanted", "said"), SHAPE_SENTENCES.values(), ids=SHAPE_SENTENCES)
def test_a_wrong_shape_is_named_with_the_next_move(came, wanted, said):
    with pytest.raises(ShapeError) as error:
        expect("f", "X", np.ones(came), wanted)
    assert str(error.value) == said


def test_a_callers_hint_replaces_the_next_move():
    with pytest.raises(ShapeError, match=r"expected \(2,\)\. Look here\.$"):
        expect("f", "X", np.ones(3), (2,), hint="Look here.")


DTYPE_SENTENCES = {
    "integers": (
        np.array([[1, 2]]),
        "X has dtype int64, expected float32, float64, complex64 or complex128. "
        "Gradients need fractions: use X.astype(float).",
    ),
    "booleans": (
        np.array([[True]]),
        "X has dtype bool, expected float32, float64, complex64 or complex128. "
        "Gradients need fractions: use X.astype(float).",
    ),
    "a list of integers": (
        [[1, 2]],
        "X has dtype int64, expected float32, float64, complex64 or complex128. "
        "Gradients need fractions: use np.array(X, float).",
    ),
    "None": (
        None,
        "X is None, expected float32, float64, complex64 or complex128. Was a return forgotten?",
    ),
    "a ragged list": (
        [[1.0], [1.0, 2.0]],
        "X is a ragged list, expected float32, float64, complex64 or complex128. "
        "Make all its rows equally long, of numbers.",
    ),
}


@pytest.mark.parametrize(("array", "said"), DTYPE_SENTENCES.values(), ids=DTYPE_SENTENCES)
def test_numbers_that_carry_no_gradient_are_refused(array, said):
    with pytest.raises(DtypeError) as error:
        expect("f", "X", array, ("N", "D"))
    assert str(error.value).replace("int32", "int64") == f"f: {said}"


def test_half_precision_is_refused():
    with pytest.raises(DtypeError, match="float16"):
        expect("f", "X", np.ones((1, 2), np.float16), ("N", "D"))


def test_complex_numbers_are_refused_where_real_ones_are_needed():
    with pytest.raises(DtypeError) as error:
        expect("f", "x", np.array([1j]), (1,), real=True)
    said = "f: x has dtype complex128, expected float32 or float64. Take a real point: x.real."
    assert str(error.value) == said


def test_an_empty_batch_is_refused():
    with pytest.raises(EmptyBatchError) as error:
        expect("f", "X", np.ones((0, 3)), ("N", 3))
    assert str(error.value) == (
        "f: X has shape (0, 3), expected at least one number. "
        "An empty batch has no mean: did the selection find nothing?"
    )


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_a_good_array_comes_back_itself(dtype):
    X = np.ones((5, 3), dtype)
    assert expect("f", "X", X, ("N", 3)) is X


def test_nan_passes_because_training_may_meet_it():
    assert np.isnan(expect("f", "X", np.array([[np.nan]]), ("N", 1))).all()


def test_only_a_real_array_is_cast_and_only_to_a_real_dtype():
    real, imaginary = np.array([0.5]), np.array([0.5j])
    single, double = np.dtype("float32"), np.dtype("complex128")
    assert cast(real, single).dtype == single
    assert cast(real, double) is real
    assert cast(imaginary, single) is imaginary


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_first_number_that_is_none_is_named(bad):
    X = np.array([[1.0, 2.0, bad], [bad, 1.0, 2.0]])
    with pytest.raises(NotFiniteError) as error:
        expect_finite("gradcheck", "X", X)
    assert str(error.value) == (
        f"gradcheck: X is {bad} at [0, 2], expected finite numbers. "
        "No gradient can be checked there: follow X back to where it was made."
    )


@pytest.mark.parametrize("size", [0, -1, 3.0, (3,), True, None])
def test_what_is_no_size_is_refused(size):
    with pytest.raises(ShapeError) as error:
        expect_size("Affine", "D", size)
    assert str(error.value) == (
        f"Affine: D is {size!r}, expected an integer ≥ 1. "
        "D counts numbers: give it as 3, not as 3.0 or (3,)."
    )


def test_any_number_of_further_axes_fits_an_ellipsis():
    assert fits((), (...,))
    assert fits((5, 3, 2), ("N", ...))
    assert fits((5,), ("N", ...))
    assert not fits((), ("N", ...))
    assert spell(("N", ...)) == "(N, ...)"


READY = [
    (np.ones((5, 3)), ("N", 3), None, True),
    (np.ones((5, 3), np.float32), ("N", 3), None, True),
    (np.ones((5, 3)), (5, 3), np.dtype(float), True),
    (np.ones((5, 3)), ("N", ...), None, True),
    (np.ones((5, 3)), ("N", 3), np.dtype("float32"), False),  # would be cast
    (np.ones((5, 3), complex), ("N", 3), np.dtype(complex), False),  # `real` might refuse it
    (np.ones((5, 3), int), ("N", 3), np.dtype(int), False),
    (np.ones((5, 3), int), ("N", 3), None, False),
    (np.ones((0, 3)), ("N", 3), None, False),
    (np.ones((5, 3)), ("N", "N"), None, False),
    (np.ma.ones((5, 3)), ("N", 3), None, False),
    ([[1.0, 2.0, 3.0]], ("N", 3), None, False),
    (None, ("N", 3), None, False),
]


@pytest.mark.parametrize(("array", "shape", "dtype", "ready"), READY)
def test_an_array_is_ready_if_expect_would_return_it_as_it_is(array, shape, dtype, ready):
    assert is_ready(array, shape, dtype) is ready
    if ready:
        assert expect("here", "X", array, shape, dtype=dtype) is array
