"""A formula as a NumPy expression, so that a test can compare it with the package's code."""

from .algebra import Add, Diag, Inner, MatMul, Negative, Product, Quotient, Transpose
from .derivatives import Gradient
from .expression import Number, Size
from .leaves import Array, Let, Ones
from .pointwise import Apply


def binary(sign):
    """Return the row of an operator with two sides."""
    return lambda e: f"({numpy_code(e.left)} {sign} {numpy_code(e.right)})"


FORMS = {
    Number: lambda e: f"({e.number})",
    Size: lambda e: e.name,
    Array: lambda e: e.name,
    Let: lambda e: e.name,
    Ones: lambda e: f"np.ones(({e.rows.name}, 1))",
    Gradient: lambda e: f"d{e.wrt.name}",
    Transpose: lambda e: f"{numpy_code(e.inside)}.T",
    Negative: lambda e: f"(-{numpy_code(e.inside)})",
    Diag: lambda e: f"np.diag({numpy_code(e.inside)}[:, 0])",
    Apply: lambda e: f"{e.function.name}{'_prime' * e.order}({numpy_code(e.inside)})",
    Inner: lambda e: f"np.sum({numpy_code(e.left)} * {numpy_code(e.right)})",
    MatMul: binary("@"),
    Product: binary("*"),
    Quotient: binary("/"),
    Add: binary("+"),
}


def numpy_code(expression):
    """Return a NumPy expression with the same value.

    Raises
    ------
    TypeError
        For an expression that the package's arrays have no name for, such as Ẇ or a sum over j.
    """
    if type(expression) not in FORMS:
        raise TypeError(f"no NumPy form for {expression!r}, a {type(expression).__name__}")
    return FORMS[type(expression)](expression)
