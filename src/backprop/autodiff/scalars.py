"""A tape for plain floats: a list of what was computed, for programs of very many small steps.

Every `Scalar` keeps its value, its inputs and the slopes for them, found as soon as it is computed.
The tape is the list of the scalars in that order: whatever uses one stands behind it, so one loop
from the end of the list to its beginning is the whole backward sweep. The rules are those of the
table. It is several times as fast as that of `backprop.autodiff.variable`, which takes arrays too.
The appendix on costs measures both.
"""

import math
import weakref

from backprop.autodiff.broadcasting import expect_number, scalar
from backprop.autodiff.overloads import Overloaded, constant
from backprop.autodiff.rules import NUMBERS, RULES, Elementwise
from backprop.errors import DtypeError, NotRecordedError, sentence


class ScalarTape:
    """What was computed from some variables, each of them one float.

    Attributes
    ----------
    variables : list of Scalar
        In the order in which they were made; they stay when the tape is rewound.

    Notes
    -----
    Only the tape holds on to what is recorded, and scalars know their tape by a weak reference:
    there are no cycles. So keep the tape for as long as its scalars are used.

    Examples
    --------
    >>> tape = ScalarTape()
    >>> w, b = tape.variable(2.0), tape.variable(-5.0)
    >>> cost = ((w * 3.0 + b).relu() - 3.0) ** 2
    >>> cost.backward()
    >>> cost.value, w.grad, b.grad
    (4.0, -12.0, -4.0)

    The next step of a training: new values, and the tape from its beginning.

    >>> w.value -= 0.1 * w.grad
    >>> tape.rewind()
    >>> (w * 2.0).value, w.grad
    (6.4, 0.0)
    """

    __slots__ = ("variables", "_record")

    def __init__(self):
        self.variables, self._record = [], Record()

    def variable(self, value):
        """Return a variable: a float to differentiate after.

        Raises
        ------
        DtypeError, ShapeError, NotFiniteError
            For integers, complex numbers and arrays, for NaN and infinity.
        """
        value = expect_number("ScalarTape.variable", "x", value, (), hint=ARRAYS)
        if type(value) is not float:
            raise DtypeError(sentence("ScalarTape.variable", f"x is {value}", "a float", ARRAYS))
        x = Scalar()
        x.value, x.grad, x.tape = value, 0.0, weakref.ref(self._record)
        self.variables.append(x)
        return x

    def rewind(self):
        """Forget everything but the variables, and set their gradients to zero.

        What was computed before can be looked at, but takes part in nothing any more. It lives as
        long as somebody keeps it, together with all that it was computed from.
        """
        self._record = Record()
        reference = weakref.ref(self._record)
        for x in self.variables:
            x.tape, x.grad = reference, 0.0

    def __repr__(self):
        return f"ScalarTape({len(self.variables)} variables, {len(self._record)} computed)"


ARRAYS = "Arrays and complex numbers are for autodiff.variable."


class Record(list):
    """The scalars of one run in the order of their making, and whether one sweep went through."""

    __slots__ = ("__weakref__", "walked")

    def __init__(self):
        self.walked = False


class Scalar(Overloaded):
    """A float on a `ScalarTape`. Made by its method `variable`, and by computing.

    Attributes
    ----------
    value : float
        A variable's may be changed, before the next run.
    grad : float
        Of a variable: the sum of what ``backward`` has brought since the tape was rewound.
        Of a computed scalar: its adjoint in the last ``backward``.

    Notes
    -----
    Comparisons compare values and are not recorded. NumPy's elementwise functions work too, by the
    table's rules; ``np.maximum`` has slope ½ at a tie, `relu` has slope 0 there.
    """

    __slots__ = ("value", "grad", "a", "slope_a", "b", "slope_b", "tape")
    rank = 0.5  # beside a Node it is this class that refuses

    @classmethod
    def apply(cls, name, inputs, **options):
        """Compute and record one elementwise operation, a row of the table."""
        rule = RULES[name]
        if options or not isinstance(rule, Elementwise):
            raise _no_float(name, "to do with arrays")
        values = [x.value if type(x) is Scalar else _constant(name, x) for x in inputs]
        y = scalar(rule.function(*values))
        if type(y) is not float:
            raise _no_float(name, f"a result {y!r}")
        known = [(k, x) for k, x in enumerate(inputs) if type(x) is Scalar]
        slopes = [(x, float(rule.slope(k, y, values))) for k, x in known]
        if len(slopes) == 1:
            ((x, slope),) = slopes
            return x.note(y, slope)
        (x, slope), (other, slope_other) = slopes[-2:]  # of three, the first is a mask: no slope
        return x.note(y, slope, other, slope_other)

    def note(self, value, slope, other=None, slope_other=0.0):
        """Record a value computed from this scalar, and perhaps another, with its slopes."""
        record = self.tape()
        if record is None or (other is not None and other.tape is not self.tape):
            raise _not_here(self, other)
        y = Scalar()
        y.value, y.grad, y.tape = value, 0.0, self.tape
        y.a, y.slope_a = self, slope
        y.b, y.slope_b = other, slope_other
        record.append(y)
        return y

    # A program consists of sums and products of two scalars: what `note` does is written out there.

    def __add__(self, other):
        tape = self.tape
        if type(other) is Scalar and other.tape is tape and (record := tape()) is not None:
            y = Scalar()
            y.value, y.grad, y.tape = self.value + other.value, 0.0, tape
            y.a, y.slope_a = self, 1.0
            y.b, y.slope_b = other, 1.0
            record.append(y)
            return y
        if type(other) in NUMBERS:
            return self.note(self.value + other, 1.0)
        return _general("add", self, other)

    def __mul__(self, other):
        tape = self.tape
        if type(other) is Scalar and other.tape is tape and (record := tape()) is not None:
            y, p, q = Scalar(), self.value, other.value
            y.value, y.grad, y.tape = p * q, 0.0, tape
            y.a, y.slope_a = self, q
            y.b, y.slope_b = other, p
            record.append(y)
            return y
        if type(other) in NUMBERS:
            return self.note(self.value * other, float(other))
        return _general("multiply", self, other)

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        if type(other) is Scalar:
            return self.note(self.value - other.value, 1.0, other, -1.0)
        if type(other) in NUMBERS:
            return self.note(self.value - other, 1.0)
        return _general("subtract", self, other)

    def __truediv__(self, other):
        if type(other) is Scalar:
            q = other.value
            y = self.value / q
            return self.note(y, 1.0 / q, other, -y / q)
        if type(other) in NUMBERS:
            return self.note(self.value / other, 1.0 / other)
        return _general("divide", self, other)

    def __pow__(self, other):
        if type(other) in NUMBERS:
            rule, inputs = RULES["power"], (self.value, other)
            y = rule.function(*inputs)
            return self.note(y, float(rule.slope(0, y, inputs)))
        return _general("power", self, other)

    def __neg__(self):
        return self.note(-self.value, -1.0)

    def relu(self):
        """Return max(x, 0); its slope at 0 is 0."""
        return self.note(0.0, 0.0) if self.value <= 0.0 else self.note(self.value, 1.0)

    def tanh(self):
        """Return the hyperbolic tangent."""
        y = math.tanh(self.value)
        return self.note(y, 1.0 - y * y)

    def exp(self):
        """Return e to the power of x; an OverflowError if no float is as large."""
        y = math.exp(self.value)
        return self.note(y, y)

    def log(self):
        """Return the natural logarithm; a ValueError unless x > 0."""
        return self.note(math.log(self.value), 1.0 / self.value)

    def backward(self):
        """Find the adjoints of all that this scalar was computed from, in their ``grad``.

        Variables add: a second call adds the same once more. Where an adjoint is zero nothing is
        handed back, not even times an infinite slope.
        """
        record = self.tape()
        if record is None:
            raise _not_here(self)
        if record.walked:
            for x in record:
                x.grad = 0.0
        record.walked = True
        self.grad += 1.0
        for x in reversed(record):
            g = x.grad
            if g:
                x.a.grad += g * x.slope_a
                if x.b is not None:
                    x.b.grad += g * x.slope_b

    def __repr__(self):
        return f"Scalar({self.value!r})"


def _general(name, x, other):
    """Compute by the table, or leave it to a kind that decides over scalars: dual numbers."""
    outranked = isinstance(other, Overloaded) and other.rank > Scalar.rank
    return NotImplemented if outranked else Scalar.apply(name, (x, other))


def _constant(name, c):
    """Return a number that takes part without being differentiated; arrays do not."""
    if isinstance(c, Overloaded):
        raise _no_float(name, f"a {type(c).__name__} of another tape")
    c = constant(name, c)
    if not isinstance(c, (float, int)):
        raise _no_float(name, f"a {type(c).__name__}")
    return c


def _no_float(name, got):
    return DtypeError(sentence("ScalarTape", f"{name} has {got}", "floats", ARRAYS))


def _not_here(x, other=None):
    """Return the error for a scalar that is not, or no longer, where the other one is."""
    forgotten = next((s for s in (x, other) if s is not None and s.tape() is None), None)
    if forgotten is None:
        got, move = f"{x!r} and {other!r} are on two tapes", "Make all variables with one tape."
        return NotRecordedError(sentence("ScalarTape", got, "one tape", move))
    move = "Compute it anew from the variables; keep the tape."
    got = f"{forgotten!r} was forgotten: its tape was rewound, or is gone"
    return NotRecordedError(sentence("ScalarTape", got, "a value of this run", move))
