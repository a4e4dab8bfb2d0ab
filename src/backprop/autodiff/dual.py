"""Forward mode: a value and its tangent, carried along together.

A dual number a + ȧ ε, with ε² = 0, computes φ(a + ȧ ε) = φ(a) + φ′(a) ȧ ε. The slopes are those of
the tape: one table, read the other way. Introduced in chapter 2.
"""

import numpy as np

from backprop.autodiff.broadcasting import expect_number, scalar, spread
from backprop.autodiff.overloads import Overloaded, constant
from backprop.autodiff.rules import RULES


class Dual(Overloaded):
    """A value with a tangent of the same shape: what it is, and how fast it moves.

    Parameters
    ----------
    value, tangent : float or float array
        Of one shape.

    Raises
    ------
    DtypeError, ShapeError, NotFiniteError
        For integers, for two shapes, for NaN and infinity.

    Examples
    --------
    >>> x = Dual(3.0, 1.0)
    >>> x * x + 2 * x
    Dual(15.0, 8.0)
    """

    __slots__ = ("value", "tangent")
    rank = 1

    def __init__(self, value, tangent):
        nodes = isinstance(value, Overloaded)  # dual numbers of nodes: derivatives of derivatives
        self.value = value if nodes else expect_number("Dual", "value", value)
        self.tangent = expect_number("Dual", "tangent", tangent, np.shape(self.value))

    @classmethod
    def apply(cls, name, inputs, **options):
        """Compute one operation, and the tangent of its result: Σ slope · tangent of the input."""
        rule = RULES[name]
        values = [_value(name, x) for x in inputs]
        y = scalar(rule.function(*values, **options))
        moving = [(k, x.tangent) for k, x in enumerate(inputs) if isinstance(x, Dual)]
        first, *more = (rule.jvp(k, v, y, values, **options) for k, v in moving)
        return _made(y, sum(more, first))

    def __format__(self, spec):
        sign = "" if not spec or np.ndim(self.value) else spec
        return f"{self.value:{sign}} + {self.tangent:{sign}} ε"

    def __repr__(self):
        return f"Dual({self.value!r}, {self.tangent!r})"


def _value(name, x):
    if isinstance(x, Dual):
        return x.value
    return x if isinstance(x, Overloaded) else constant(name, x)


def _made(value, tangent):
    dual = Dual.__new__(Dual)
    dual.value, dual.tangent = value, scalar(spread(tangent, value))
    return dual
