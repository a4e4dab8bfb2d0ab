"""A formula as a NumPy expression, so that a test can compare it with the package's code."""

from functools import singledispatch

from .algebra import Add, Diag, MatMul, Negative, Pair, Product, Quotient, Transpose
from .derivatives import Gradient
from .expression import Number, Size
from .leaves import Array, Direction, Let, Ones
from .pointwise import Apply


@singledispatch
def numpy_code(expression):
    """Return a NumPy expression with the same value, or raise TypeError where there is none."""
    raise TypeError(f"no NumPy form for a {type(expression).__name__}")


@numpy_code.register
def _(e: Number):
    return f"({e.number})"


@numpy_code.register(Size)
@numpy_code.register(Array)
@numpy_code.register(Let)
def _(e):
    if isinstance(e, Direction):
        raise TypeError(f"no NumPy name for the direction {e!r}")
    return e.name


@numpy_code.register
def _(e: Ones):
    return f"np.ones(({e.rows.name}, 1))"


@numpy_code.register
def _(e: Gradient):
    return "d" + e.wrt.name


@numpy_code.register
def _(e: Transpose):
    return f"{numpy_code(e.inside)}.T"


@numpy_code.register
def _(e: Negative):
    return f"(-{numpy_code(e.inside)})"


OPERATORS = {MatMul: "@", Product: "*", Quotient: "/", Add: "+"}


@numpy_code.register(Pair)
def _(e):
    if type(e) not in OPERATORS:
        raise TypeError(f"no NumPy form for a {type(e).__name__}")
    return f"({numpy_code(e.left)} {OPERATORS[type(e)]} {numpy_code(e.right)})"


@numpy_code.register
def _(e: Diag):
    return f"np.diag({numpy_code(e.inside)}[:, 0])"


@numpy_code.register
def _(e: Apply):
    return f"{e.function.name}{'_prime' * e.order}({numpy_code(e.inside)})"
