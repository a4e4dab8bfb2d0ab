"""Derivatives of a plain function: its gradient, its Jacobian, and the two products with it.

Introduced in chapter 3.
"""

import numpy as np

from backprop.autodiff.broadcasting import expect_number, scalar
from backprop.autodiff.dual import Dual
from backprop.autodiff.tape import Node, Variable, adjoints
from backprop.errors import NotRecordedError, ShapeError, sentence


def gradient(f, *args):
    """Return the gradient of a function that returns one number: one forward, one backward sweep.

    Parameters
    ----------
    f : callable
        From floats or float arrays to one number.
    *args : float or float array
        The point.

    Returns
    -------
    gradient : float or float array, shaped like the argument; a tuple if there are several
        Zero for an argument that f does not use.

    Raises
    ------
    ShapeError
        If f returns more than one number.
    NotRecordedError
        If f returns something that was not computed from its arguments.
    DtypeError, NotFiniteError
        For arguments that are no floats, or not finite.

    Examples
    --------
    >>> gradient(lambda x: (x * x).sum(), np.array([1.0, -2.0]))
    array([ 2., -4.])
    >>> gradient(lambda x, y: x * y + y, 3.0, 5.0)
    (5.0, 4.0)
    """
    names = [f"argument {k + 1}" for k in range(len(args))] if len(args) > 1 else ["x"]
    variables = [_variable("gradient", n, a) for n, a in zip(names, args, strict=True)]
    y = _value("gradient", f, *variables)
    if y.shape:
        move = "Sum or weight the outputs first, or ask for the jacobian."
        raise ShapeError(sentence("gradient", f"f(x) has shape {y.shape}", "one number, ()", move))
    found = adjoints(y)
    gradients = tuple(found[x] for x in variables)
    return gradients if len(args) > 1 else gradients[0]


def jacobian(f, x):
    """Return the Jacobian of f at x in numerator layout: ``J[i, k]`` is ∂y_i/∂x_k.

    One backward sweep for every output.

    Parameters
    ----------
    f : callable
        From an array shaped like `x` to an array, or to one number.
    x : float or float array

    Returns
    -------
    J : float or float array, shape ``(*y.shape, *x.shape)``

    Examples
    --------
    >>> jacobian(lambda x: np.stack([x[0] * x[1], x[0] + x[1], 3 * x[0]]), np.array([2.0, 5.0]))
    array([[5., 2.],
           [1., 1.],
           [3., 0.]])
    """
    x = _variable("jacobian", "x", x)
    y = _value("jacobian", f, x)
    J = np.zeros((*y.shape, *x.shape), np.result_type(y.dtype, x.dtype))
    for i in np.ndindex(y.shape):
        e = np.zeros(y.shape, y.dtype)
        e[i] = 1.0
        J[i] = adjoints(y, e)[x]
    return scalar(J)


def jvp(f, x, v):
    """Return y = f(x) and J v, by dual numbers: one forward pass, no Jacobian.

    Parameters
    ----------
    f : callable
    x, v : float or float array, of one shape
        The point and the direction.

    Returns
    -------
    y, Jv : float or float array, of one shape

    Examples
    --------
    >>> jvp(lambda x: x * x, np.array([3.0, -1.0]), np.array([1.0, 2.0]))
    (array([9., 1.]), array([ 6., -4.]))
    """
    x = expect_number("jvp", "x", x)
    v = expect_number("jvp", "v", v, np.shape(x), hint=f"v is shaped like x, {np.shape(x)}.")
    y = _expect_made("jvp", f(Dual(x, v)), Dual)
    return y.value, y.tangent


def vjp(f, x, u):
    """Return y = f(x) and uᵀ J, shaped like x: one forward and one backward sweep, no Jacobian.

    Parameters
    ----------
    f : callable
    x : float or float array
    u : float or float array, shaped like y
        The upstream gradient.

    Returns
    -------
    y : float or float array
    uJ : float or float array, shaped like `x`

    Examples
    --------
    >>> vjp(lambda x: x * x, np.array([3.0, -1.0]), np.array([1.0, 2.0]))
    (array([9., 1.]), array([ 6., -4.]))
    """
    x = _variable("vjp", "x", x)
    y = _value("vjp", f, x)
    u = expect_number("vjp", "u", u, y.shape, hint=f"u is shaped like y = f(x), {y.shape}.")
    return y.value, adjoints(y, u)[x]


def _variable(where, symbol, value):
    return Variable(expect_number(where, symbol, value))


def _value(where, f, *variables):
    return _expect_made(where, f(*variables), Node)


def _expect_made(where, y, kind):
    """Return y if it was computed from what f was given, or say what came instead."""
    if isinstance(y, kind):
        return y
    rows = (
        (y is None, "None", "Was a return forgotten?"),
        (
            isinstance(y, (list, tuple)),
            f"a {type(y).__name__}",
            "Join the parts: np.stack([a, b]).",
        ),
        (True, f"a plain {type(y).__name__}, not computed from x", LOST),
    )
    got, move = next((got, move) for applies, got, move in rows if applies)
    raise NotRecordedError(sentence(where, f"f returned {got}", "a value computed from x", move))


LOST = "Compute with x itself, not with x.value; if f is a constant, its derivative is 0."
