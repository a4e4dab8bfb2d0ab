"""One table of derivatives: a row per primitive, under the name of its NumPy ufunc.

The tape reads the table backwards, the dual numbers forwards. A row of `Elementwise` gives the
function and its local slopes; to teach both modes a new function, add one row. The primitives that
are not elementwise stand in `backprop.autodiff.arrays`. Introduced in chapter 2.
"""

import operator
from collections.abc import Callable

import numpy as np

from backprop.autodiff.arrays import ARRAYWISE
from backprop.autodiff.broadcasting import spread, unbroadcast
from backprop.errors import NotAnalyticError, NotFiniteError, sentence


class Elementwise:
    """A primitive y = φ(a, b, …) that works entry by entry.

    Parameters
    ----------
    function : callable
        φ, for floats, arrays and complex numbers.
    *slopes : callable
        One per input: ``slope(y, a, b, …)`` is ∂y/∂a, in the output and the inputs.

    Examples
    --------
    >>> cube = Elementwise(lambda a: a**3, lambda y, a: 3 * a**2)
    >>> cube.vjp(0, 10.0, 8.0, [2.0])
    120.0
    >>> cube.jvp(0, 0.5, 8.0, [2.0])
    6.0
    """

    __slots__ = ("function", "slopes")

    def __init__(self, function: Callable, *slopes: Callable):
        self.function, self.slopes = function, slopes

    def slope(self, k, y, inputs):
        """Return ∂y/∂(input k)."""
        try:
            return self.slopes[k](y, *inputs)
        except ZeroDivisionError:  # Python's floats refuse what NumPy's call infinite
            y, *inputs = (np.asarray(value)[()] for value in (y, *inputs))
            return self.slopes[k](y, *inputs)

    def vjp(self, k, g, y, inputs):
        """Return g ⊙ ∂y/∂(input k), summed over the axes along which that input was broadcast."""
        return unbroadcast(g * self.slope(k, y, inputs), inputs[k])

    def jvp(self, k, v, y, inputs):
        """Return ∂y/∂(input k) ⊙ v, shaped like the output."""
        return spread(self.slope(k, y, inputs) * v, y)


NUMBERS = (float, int)


def _sign(a):
    return np.sign(np.real(a))


def _larger(a, b):
    """Return the share of a in max(a, b): 1, 0, or ½ at a tie; complex numbers by real part."""
    if type(a) in NUMBERS and type(b) in NUMBERS:  # NumPy takes ten times as long
        return 1.0 if a > b else 0.5 if a == b else 0.0
    a, b = np.real(a), np.real(b)
    return (a > b) + 0.5 * (a == b)


def _maximum(a, b):
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return float(a if a > b or a != a else b)  # NaN wins, as in NumPy
    return np.maximum(a, b)


def _minimum(a, b):
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return float(a if a < b or a != a else b)
    return np.minimum(a, b)


def _power(a, b):
    y = a**b
    if isinstance(y, complex) and not isinstance(a, complex) and not isinstance(b, complex):
        wanted, move = "a base ≥ 0, or a whole exponent", "Use np.cbrt for a third root."
        raise NotFiniteError(sentence("power", f"{a:g} ** {b:g} is no real number", wanted, move))
    return y


def _base_slope(y, a, b):
    if isinstance(b, (int, float)):
        return b * a ** (b - 1) if b else 0.0 * y  # x⁰ has slope 0, at x = 0 too
    return b * a ** np.where(b == 0, 1, b - 1)


def _exponent_slope(y, a, b):
    return y * np.log(np.where(a == 0, 1, a))  # 0ᵇ is 0 for every b > 0: its slope is 0


def _flat(y, *inputs):
    return 0.0 * y


def _not_analytic(y, a):
    move = "Compare with it, as in z.real > 0, but compute with z itself."
    raise NotAnalyticError(sentence("x.real", "a real part has no slope", "a comparison", move))


LN2, LN10, DEGREE = np.log(2.0).item(), np.log(10.0).item(), np.pi / 180

RULES = {
    # y = a + b and its kin: function, ∂y/∂a, ∂y/∂b
    "add": Elementwise(operator.add, lambda y, a, b: 1.0, lambda y, a, b: 1.0),
    "subtract": Elementwise(operator.sub, lambda y, a, b: 1.0, lambda y, a, b: -1.0),
    "multiply": Elementwise(operator.mul, lambda y, a, b: b, lambda y, a, b: a),
    "divide": Elementwise(operator.truediv, lambda y, a, b: 1.0 / b, lambda y, a, b: -y / b),
    "power": Elementwise(_power, _base_slope, _exponent_slope),
    "maximum": Elementwise(_maximum, lambda y, a, b: _larger(a, b), lambda y, a, b: _larger(b, a)),
    "minimum": Elementwise(_minimum, lambda y, a, b: _larger(b, a), lambda y, a, b: _larger(a, b)),
    "arctan2": Elementwise(
        np.arctan2,
        lambda y, a, b: b / (a * a + b * b),
        lambda y, a, b: -a / (a * a + b * b),
    ),
    "hypot": Elementwise(np.hypot, lambda y, a, b: a / y, lambda y, a, b: b / y),
    "logaddexp": Elementwise(
        np.logaddexp, lambda y, a, b: np.exp(a - y), lambda y, a, b: np.exp(b - y)
    ),
    # functions of one number: function, dy/da
    "negative": Elementwise(operator.neg, lambda y, a: -1.0),
    "positive": Elementwise(operator.pos, lambda y, a: 1.0),
    "absolute": Elementwise(lambda a: a * _sign(a), lambda y, a: _sign(a)),
    "square": Elementwise(np.square, lambda y, a: 2.0 * a),
    "sqrt": Elementwise(np.sqrt, lambda y, a: 0.5 / y),
    "cbrt": Elementwise(np.cbrt, lambda y, a: 1.0 / (3.0 * y * y)),
    "reciprocal": Elementwise(np.reciprocal, lambda y, a: -y * y),
    "exp": Elementwise(np.exp, lambda y, a: y),
    "exp2": Elementwise(np.exp2, lambda y, a: y * LN2),
    "expm1": Elementwise(np.expm1, lambda y, a: y + 1.0),
    "log": Elementwise(np.log, lambda y, a: 1.0 / a),
    "log2": Elementwise(np.log2, lambda y, a: 1.0 / (a * LN2)),
    "log10": Elementwise(np.log10, lambda y, a: 1.0 / (a * LN10)),
    "log1p": Elementwise(np.log1p, lambda y, a: 1.0 / (1.0 + a)),
    "sin": Elementwise(np.sin, lambda y, a: np.cos(a)),
    "cos": Elementwise(np.cos, lambda y, a: -np.sin(a)),
    "tan": Elementwise(np.tan, lambda y, a: 1.0 + y * y),
    "arcsin": Elementwise(np.arcsin, lambda y, a: 1.0 / np.sqrt(1.0 - a * a)),
    "arccos": Elementwise(np.arccos, lambda y, a: -1.0 / np.sqrt(1.0 - a * a)),
    "arctan": Elementwise(np.arctan, lambda y, a: 1.0 / (1.0 + a * a)),
    "sinh": Elementwise(np.sinh, lambda y, a: np.cosh(a)),
    "cosh": Elementwise(np.cosh, lambda y, a: np.sinh(a)),
    "tanh": Elementwise(np.tanh, lambda y, a: 1.0 - y * y),
    "arcsinh": Elementwise(np.arcsinh, lambda y, a: 1.0 / np.sqrt(a * a + 1.0)),
    "arccosh": Elementwise(np.arccosh, lambda y, a: 1.0 / np.sqrt(a * a - 1.0)),
    "arctanh": Elementwise(np.arctanh, lambda y, a: 1.0 / (1.0 - a * a)),
    "radians": Elementwise(np.radians, lambda y, a: DEGREE),
    "deg2rad": Elementwise(np.deg2rad, lambda y, a: DEGREE),
    "degrees": Elementwise(np.degrees, lambda y, a: 1 / DEGREE),
    "rad2deg": Elementwise(np.rad2deg, lambda y, a: 1 / DEGREE),
    # steps: their slope is 0 wherever they have one
    "sign": Elementwise(np.sign, _flat),
    "floor": Elementwise(np.floor, _flat),
    "ceil": Elementwise(np.ceil, _flat),
    "rint": Elementwise(np.rint, _flat),
    # a choice by a mask, which has no slope
    "where": Elementwise(
        np.where, _flat, lambda y, c, a, b: 1.0 * np.bool(c), lambda y, c, a, b: 1.0 - np.bool(c)
    ),
    "real": Elementwise(np.real, _not_analytic),
    **ARRAYWISE,
}
