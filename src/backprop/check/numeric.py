"""Numeric gradients: the function is run, nothing is derived.

Three rules, one row each: how to estimate the slope along a direction, and which step. Everything
is computed in float64 and none of it modifies `x`. Used from chapter 2 on.
"""

import functools
import warnings
from typing import NamedTuple

import numpy as np

from backprop.errors import (
    NotAnalyticError,
    NotFiniteError,
    ShapeError,
    UnknownNameError,
    sentence,
)
from backprop.shapes import expect, expect_finite

EPS = np.finfo(np.float64).eps


def _forward(f, x):
    base = f(x)
    return lambda v, h: (f(x + h * v) - base) / h


def _central(f, x):
    return lambda v, h: (f(x + h * v) - f(x - h * v)) / (2 * h)


def _complex(f, x):
    return lambda v, h: _analytic(f, x + 1j * h * v).imag / h


class Rule(NamedTuple):
    """One row: the caller's name for it, the slope along v with step h, the step."""

    where: str
    slope: object
    step: float


RULES = {
    "forward": Rule("forward_difference", _forward, EPS ** (1 / 2)),
    "central": Rule("central_difference", _central, EPS ** (1 / 3)),
    "complex": Rule("complex_step", _complex, 1e-20),
}


def forward_difference(f, x, h=None):
    """Return the gradient by ∂f/∂xₖ ≈ (f(x + h eₖ) − f(x)) / h: n + 1 passes.

    Parameters
    ----------
    f : callable
        From an array shaped like `x` to one number.
    x : float array of any shape
    h : float, optional
        The step. The formula is wrong by ``½h|f″|``, rounding by about ``2ε|f|/h``; with f and f″
        of size 1 the two balance near h = √ε ≈ 1.5e-8, which leaves eight digits. By default that,
        times ``max(1, |xₖ|)``, so that large entries are still moved.

    Returns
    -------
    g : float array, shaped like `x`

    Raises
    ------
    ShapeError
        If f does not return one number.
    DtypeError
        If `x` holds integers or complex numbers.
    NotFiniteError
        If `x` or f(x) is NaN or infinite.

    Examples
    --------
    >>> forward_difference(lambda x: (x * x).sum(), np.array([1.0, 2.0]), h=0.25)
    array([2.25, 4.25])
    """
    return _gradient("forward", f, x, h)


def central_difference(f, x, h=None):
    """Return the gradient by ∂f/∂xₖ ≈ (f(x + h eₖ) − f(x − h eₖ)) / 2h: 2n passes.

    Parameters, return value and errors are those of `forward_difference`. The formula is wrong by
    ``h²|f‴|/6``, rounding by about ``ε|f|/h``: the two balance near h = ε^⅓ ≈ 6.1e-6, which leaves
    ten digits. By default that, times ``max(1, |xₖ|)``.

    Examples
    --------
    >>> central_difference(lambda x: (x * x).sum(), np.array([1.0, 2.0]), h=0.25)
    array([2., 4.])
    """
    return _gradient("central", f, x, h)


def complex_step(f, x, h=None):
    """Return the gradient by ∂f/∂xₖ ≈ Im f(x + ih eₖ) / h: n passes, no subtraction.

    Parameters and return value are those of `forward_difference`. The formula is wrong by
    ``h²|f‴|/6`` and nothing cancels, so the step can be 1e-20 and all digits are right. The price:
    f must be analytic and written without ``abs``, conjugates or float buffers.

    Raises
    ------
    NotAnalyticError
        If f loses the imaginary part or cannot compute with it.
    ShapeError, DtypeError, NotFiniteError
        As in `forward_difference`.

    References
    ----------
    W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions",
    SIAM Review 40 (1998) 110–112.

    Examples
    --------
    >>> complex_step(lambda x: (x * x).sum(), np.array([1.0, 2.0]), h=0.25)
    array([2., 4.])
    """
    return _gradient("complex", f, x, h)


def directional(f, x, v, method="central", h=None):
    """Return the slope of f at `x` along `v`, ⟨∇f, v⟩, in one or two passes.

    Parameters
    ----------
    f : callable
        From an array shaped like `x` to one number.
    x, v : float arrays of one shape
    method : {"central", "complex", "forward"}
    h : float, optional
        The step along `v`; by default the rule's own, times ``max(1, max |x|) / max |v|``.

    Returns
    -------
    slope : float

    Examples
    --------
    >>> x, v = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    >>> directional(lambda x: (x * x).sum(), x, v, h=0.25)
    2.0
    """
    rule = _rule(method)
    x = _point("directional", x)
    v = expect_finite("directional", "v", expect("directional", "v", v, x.shape, real=True))
    reach = np.max(np.abs(v))
    if reach == 0:
        return 0.0
    h = h or rule.step * max(1.0, np.max(np.abs(x))) / reach
    return float(rule.slope(_scalar("directional", f), x)(v, h))


def counted(f):
    """Return f with a counter: ``.passes`` is how often it has been called.

    Examples
    --------
    >>> f = counted(lambda x: (x * x).sum())
    >>> g = forward_difference(f, np.ones(5))
    >>> f.passes
    6
    """

    @functools.wraps(f)
    def call(*args, **options):
        call.passes += 1
        return f(*args, **options)

    call.passes = 0
    return call


def rays(method, x, V=None):
    """Return directions from `x`, (P, ...), and the step along each, (P,).

    They are V, or all coordinates, and the steps are those of `directional`, or of the gradient.

    Examples
    --------
    >>> V, h = rays("central", np.array([0.5, -4.0]))
    >>> V.tolist(), h[1] / h[0]
    ([[1.0, 0.0], [0.0, 1.0]], np.float64(4.0))
    """
    reach = np.maximum(1.0, np.abs(x).ravel())
    if V is None:
        return np.eye(x.size).reshape(x.size, *x.shape), RULES[method].step * reach
    return V, RULES[method].step * reach.max() / np.abs(V).reshape(len(V), -1).max(axis=1)


def slopes(method, f, x, V, h):
    """Return the slopes from `x` along directions V, (P, ...), with steps h, (P,).

    Here f takes points, (P, ...), and returns its values there, (P,).

    Examples
    --------
    >>> f, x = lambda x: (x * x).sum(axis=1), np.array([1.0, 2.0])
    >>> slopes("central", f, x, np.array([[1.0, 0.0], [3.0, -1.0]]), np.array([0.5, 0.25]))
    array([2., 2.])
    """
    column = -1, *(1,) * x.ndim  # one number per point
    slope = RULES[method].slope(lambda points: f(points).reshape(column), x[None])
    return slope(V, h.reshape(column)).ravel()


def _gradient(method, f, x, h):
    """Return the slopes along all coordinates."""
    rule = _rule(method)
    x = _point(rule.where, x)
    slope, g = rule.slope(_scalar(rule.where, f), x), np.empty_like(x)
    for k in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[k] = 1.0
        g[k] = slope(e, h or rule.step * max(1.0, abs(x[k])))
    return g[()]


def _rule(method):
    if method in RULES:
        return RULES[method]
    move = "Spell it as one of these."
    raise UnknownNameError(sentence("directional", f"method is {method!r}", ", ".join(RULES), move))


def _point(where, x):
    """Return a float64 copy of a real, finite `x`."""
    x = expect(where, "x", x, (...,), real=True)
    return expect_finite(where, "x", np.array(x, np.float64))


def _scalar(where, f):
    """Return f with a check that its value is one finite number."""

    def value(x):
        C = f(x)
        if np.shape(C) != ():
            move = "A gradient is of one number: sum or weight the outputs first."
            raise ShapeError(
                sentence(where, f"f(x) has shape {np.shape(C)}", "one number, ()", move)
            )
        if not np.isfinite(C):
            move = "There is no slope at such a point: move x or mend f."
            raise NotFiniteError(sentence(where, f"f(x) is {C}", "a finite number", move))
        return C

    return value


def _analytic(f, x):
    """Return f(x) for a complex x; refuse to if the imaginary part was lost on the way."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            C = f(x)
    except (np.exceptions.ComplexWarning, TypeError) as lost:
        raise _not_analytic(f"f stopped at a complex input ({lost})") from lost
    if not np.iscomplexobj(C):
        raise _not_analytic("f returned a real number for a complex input")
    return C


def _not_analytic(got):
    move = "It uses abs, a comparison or a float buffer; use central_difference."
    return NotAnalyticError(sentence("complex_step", got, "a complex one", move))
