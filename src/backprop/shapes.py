"""The one place that checks an array: its dtype, its shape, that it is finite.

A shape is a tuple of sizes and letters: ``("N", 3)`` is any number of rows of three. A letter
stands for one size wherever it occurs, a final ``...`` for any number of axes.
Used by every chapter.
"""

import numpy as np

from backprop.errors import DtypeError, EmptyBatchError, NotFiniteError, ShapeError, sentence

REAL = tuple(np.dtype(t) for t in ("float32", "float64"))
COMPLEX = tuple(np.dtype(t) for t in ("complex64", "complex128"))


def expect(where, symbol, array, shape, *, dtype=None, real=False, hint=""):
    """Return `array` as an ndarray of the expected shape, or say what is wrong with it.

    Parameters
    ----------
    where : str
        Who asks, ``"Affine.forward"``.
    symbol : str
        The array's letter in the formula, ``"X"``.
    array : array_like
        What came. An ndarray is returned as it is, not copied, unless it is cast.
    shape : tuple of int, str and ...
        What is wanted.
    dtype : dtype, optional
        A real array is cast to a real `dtype`; nothing complex is ever cast.
    real : bool
        Refuse complex numbers too.
    hint : str
        The next move, where the caller knows better than the shapes do.

    Raises
    ------
    DtypeError
        Integers, booleans, objects, ragged lists.
    ShapeError
        A wrong number of axes or a wrong size.
    EmptyBatchError
        No examples: N = 0.

    Examples
    --------
    >>> expect("Affine.forward", "X", np.array([[2.0, -1.0, 4.0]]), ("N", 3))
    array([[ 2., -1.,  4.]])
    >>> expect("Affine.forward", "X", np.array([2.0, -1.0, 4.0]), ("N", 3))
    Traceback (most recent call last):
    backprop.errors.ShapeError: Affine.forward: X has shape (3,), expected (N, 3). \
One example is a row: use X[None, :].
    """
    array = _numbers(where, symbol, array, REAL if real else REAL + COMPLEX)
    if not fits(array.shape, shape):
        got, move = f"{symbol} has shape {array.shape}", hint or _move(symbol, array.shape, shape)
        raise ShapeError(sentence(where, got, spell(shape), move))
    if array.size == 0:
        got = f"{symbol} has shape {array.shape}"
        raise EmptyBatchError(sentence(where, got, "at least one number", EMPTY))
    return array if dtype is None else cast(array, np.dtype(dtype))


def is_ready(array, shape, dtype=None):
    """Tell whether `expect` would return this array as it is; in less time, for the usual ones.

    Examples
    --------
    >>> is_ready(np.array([[2.0, -1.0, 4.0]]), ("N", 3)), is_ready([[2.0, -1.0, 4.0]], ("N", 3))
    (True, False)
    """
    if type(array) is not np.ndarray or array.dtype not in REAL or array.size == 0:
        return False
    if dtype is not None and array.dtype is not dtype:
        return False
    return array.shape == shape or fits(array.shape, shape)


EMPTY = "An empty batch has no mean: did the selection find nothing?"


def expect_finite(where, symbol, array):
    """Return `array`; refuse NaN and infinity, naming the first.

    Examples
    --------
    >>> expect_finite("gradcheck", "X", np.array([[1.0, 2.0], [np.inf, 4.0]]))
    Traceback (most recent call last):
    backprop.errors.NotFiniteError: gradcheck: X is inf at [1, 0], expected finite numbers. \
No gradient can be checked there: follow X back to where it was made.
    """
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        got = f"{symbol} is {np.asarray(array)[tuple(bad[0])]}{at(bad[0])}"
        move = f"No gradient can be checked there: follow {symbol} back to where it was made."
        raise NotFiniteError(sentence(where, got, "finite numbers", move))
    return array


def expect_size(where, symbol, size):
    """Return `size` as an int, or say that it is no size.

    Examples
    --------
    >>> expect_size("Affine", "D", 3)
    3
    """
    if isinstance(size, (int, np.integer)) and not isinstance(size, bool) and size >= 1:
        return int(size)
    move = f"{symbol} counts numbers: give it as 3, not as 3.0 or (3,)."
    raise ShapeError(sentence(where, f"{symbol} is {size!r}", "an integer ≥ 1", move))


def cast(array, dtype):
    """Give a real array a real dtype; leave everything alone where one of the two is complex.

    So float32 parameters keep a whole network in float32, and a complex step passes through
    unharmed: no complex number is ever written into a float.

    Examples
    --------
    >>> cast(np.array([0.5]), np.dtype("float32")).dtype, cast(np.array([1j]), REAL[0]).dtype
    (dtype('float32'), dtype('complex128'))
    """
    return array if "c" in (array.dtype.kind, dtype.kind) else array.astype(dtype, copy=False)


def fits(sizes, shape):
    """Tell whether `sizes` is an instance of `shape`.

    Examples
    --------
    >>> fits((5, 3), ("N", 3)), fits((5, 3), ("N", "N")), fits((5, 3, 2), ("N", ...))
    (True, False, True)
    """
    if shape[-1:] == (...,):
        sizes, shape = sizes[: len(shape) - 1], shape[:-1]
    if len(sizes) != len(shape):
        return False
    known = {}
    for size, want in zip(sizes, shape, strict=True):
        if size != want and (type(want) is not str or known.setdefault(want, size) != size):
            return False
    return True


def spell(shape):
    """Write a shape as the docstrings do.

    Examples
    --------
    >>> spell(("N", 3)), spell((4,)), spell(("N", ...))
    ('(N, 3)', '(4,)', '(N, ...)')
    """
    words = ["..." if want is ... else str(want) for want in shape]
    return f"({words[0]},)" if len(words) == 1 else f"({', '.join(words)})"


def at(index):
    """Write a position, `` at [0, 2]``; nothing for a scalar, which has no positions."""
    return f" at [{', '.join(map(str, index))}]" if len(index) else ""


def _numbers(where, symbol, array, allowed):
    """Return an ndarray of an allowed dtype."""
    try:  # an observed array stays one: `check.cost` counts what is done with it
        numbers = array if getattr(array, "observed", False) else np.asarray(array)
    except ValueError:  # a ragged list
        numbers = np.empty(0, object)
    if numbers.dtype in allowed:
        return numbers
    wanted = ", ".join(map(str, allowed[:-1])) + f" or {allowed[-1]}"
    got, move = _no_numbers(symbol, array, numbers)
    raise DtypeError(sentence(where, f"{symbol} {got}", wanted, move))


def _no_numbers(symbol, array, numbers):
    """Say what came instead of numbers that carry a gradient, and the next move."""
    rows = (
        (array is None, "is None", "Was a return forgotten?"),
        (
            numbers.dtype == object and isinstance(array, (list, tuple)),
            f"is a ragged {type(array).__name__}",
            "Make all its rows equally long, of numbers.",
        ),
        (
            numbers.dtype.kind == "c",
            f"has dtype {numbers.dtype}",
            f"Take a real point: {symbol}.real.",
        ),
        (
            isinstance(array, np.ndarray),
            f"has dtype {numbers.dtype}",
            FLOAT.format(f"{symbol}.astype(float)"),
        ),
        (True, f"has dtype {numbers.dtype}", FLOAT.format(f"np.array({symbol}, float)")),
    )
    return next((got, move) for applies, got, move in rows if applies)


FLOAT = "Gradients need fractions: use {}."


def _move(symbol, sizes, shape):
    """Return the next move for a shape that does not fit: the first row that applies."""
    row, column = fits((1, *sizes), shape), fits((*sizes, 1), shape)
    squeezed = tuple(size for size in sizes if size != 1)
    rows = (
        (row and column, f"{ROW}. {COLUMN}."),
        (row, f"{ROW}."),
        (column, f"{COLUMN}."),
        (len(sizes) > 1 and fits(sizes[::-1], shape), "{0}.T fits: is {0} transposed?"),
        (fits(squeezed, shape), "An axis of size 1 too many: use {0}.squeeze()."),
        (len(sizes) != len(shape), f"It has {axes(len(sizes))} where {len(shape)} are wanted."),
        (True, _difference(sizes, shape)),
    )
    return next(move for applies, move in rows if applies).format(symbol)


ROW = "One example is a row: use {0}[None, :]"
COLUMN = "One number per example is a column: use {0}[:, None]"


def axes(n):
    """Count axes in words: 1 axis, 2 axes."""
    return "1 axis" if n == 1 else f"{n} axes"


def _difference(sizes, shape):
    """Name the first axis whose size is wrong."""
    for k, (size, want) in enumerate(zip(sizes, shape, strict=False)):
        if want != size and not isinstance(want, str):
            return f"Axis {k} has size {size}, not {want}."
    return "The same letter stands for the same size."
