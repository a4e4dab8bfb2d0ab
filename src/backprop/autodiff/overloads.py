"""What makes a plain NumPy function differentiate itself: operators, ufuncs, array functions.

`Overloaded` turns ``a * b``, ``np.sin(a)``, ``a.sum(axis=0)`` and ``np.stack([a, b])`` into
``apply(name, inputs)``, where `name` is a row of the table of rules. The tape's nodes and the dual
numbers say what `apply` does. Introduced in chapter 2.
"""

import operator

import numpy as np

from backprop.autodiff.broadcasting import scalar
from backprop.autodiff.functions import FUNCTIONS, PLAIN_FUNCTIONS
from backprop.autodiff.refusals import derivative_lost, no_function, no_number, no_option, no_rule
from backprop.autodiff.rules import RULES

BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "pow": "power",
    "matmul": "matmul",
}
UNARY = {"neg": "negative", "pos": "positive", "abs": "absolute"}
COMPARISONS = ("lt", "le", "eq", "ne", "gt", "ge")
PLAIN_UFUNCS = {
    *("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"),
    *("isfinite", "isinf", "isnan", "signbit", "logical_and", "logical_or", "logical_not"),
}
REDUCTIONS = {"add": "sum", "maximum": "max", "minimum": "min"}


def value_of(x):
    """Return the plain number or array of a node or a dual number; anything else as it is."""
    while isinstance(x, Overloaded):
        x = x.value
    return x


def constant(name, c):
    """Return a number or an array that takes part without being differentiated."""
    if type(c) in (float, int, complex):
        return c
    try:
        array = np.asarray(c)
    except ValueError:  # a ragged list
        raise no_number(name, c) from None
    if array.dtype.kind not in "biufc":
        raise no_number(name, c)
    return scalar(array)


class Overloaded:
    """A value that takes part in NumPy programs and notes what is done with it.

    A subclass has ``value`` and the class method ``apply(name, inputs, **options)``. Comparisons
    compare values and are not noted; ``bool``, ``len`` and formatting look at the value too.
    """

    __slots__ = ()
    rank = 0  # where two kinds meet, the higher one decides
    __hash__ = object.__hash__  # equality compares values, identity finds a node in a dict

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        name = ufunc.__name__
        for x in inputs:
            if _outranks(x, self):
                return NotImplemented
        if method == "reduce" and name in REDUCTIONS:
            return getattr(np, REDUCTIONS[name])(*inputs, **{"axis": 0, **options})
        if method != "__call__" or options:
            raise no_option(name, ", ".join(options) or method)
        if name in PLAIN_UFUNCS:
            return ufunc(*map(value_of, inputs))
        if name not in RULES:
            raise no_rule(name)
        return self.apply(name, inputs)

    def __array_function__(self, function, types, inputs, options):
        if function in PLAIN_FUNCTIONS:
            return function(*map(_plain, inputs), **{k: _plain(v) for k, v in options.items()})
        if function not in FUNCTIONS:
            raise no_function(function.__name__)
        ours = FUNCTIONS[function]
        unknown = options.keys() - set(ours.__code__.co_varnames[: ours.__code__.co_argcount])
        if unknown:
            raise no_option(function.__name__, ", ".join(sorted(unknown)))
        return ours(*inputs, **options)

    # ── what arrays have ─────────────────────────────────────────────────────────────────────

    @property
    def shape(self):
        """The value's shape, () for a number."""
        return np.shape(self.value)

    @property
    def ndim(self):
        """The number of axes."""
        return np.ndim(self.value)

    @property
    def size(self):
        """The number of entries."""
        return np.size(self.value)

    @property
    def dtype(self):
        """The dtype of the value's entries."""
        return np.result_type(value_of(self))

    @property
    def T(self):
        """The transpose."""
        return np.transpose(self)

    @property
    def real(self):
        """The value itself; of a complex one its real part, to compare with: it has no slope."""
        return self.apply("real", (self,)) if np.iscomplexobj(value_of(self)) else self

    def sum(self, axis=None, keepdims=False):
        """Return the sum of the entries, or along one axis or several."""
        return np.sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        """Return the mean of the entries, or along one axis or several."""
        return np.mean(self, axis=axis, keepdims=keepdims)

    def max(self, axis=None, keepdims=False):
        """Return the largest entry, or along one axis or several."""
        return np.max(self, axis=axis, keepdims=keepdims)

    def min(self, axis=None, keepdims=False):
        """Return the smallest entry, or along one axis or several."""
        return np.min(self, axis=axis, keepdims=keepdims)

    def cumsum(self, axis=None):
        """Return the running sums."""
        return np.cumsum(self, axis=axis)

    def dot(self, other):
        """Return the product with a vector or a matrix."""
        return np.dot(self, other)

    def reshape(self, *shape):
        """Return the entries in another shape, given as one tuple or as sizes."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def ravel(self):
        """Return the entries in a row."""
        return np.reshape(self, -1)

    def transpose(self, *axes):
        """Return the axes in another order, by default reversed."""
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def __getitem__(self, index):
        return self.apply("getitem", (self,), index=_plain(index))

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __len__(self):
        return len(self.value)

    def __bool__(self):
        return bool(self.value)

    def __format__(self, spec):
        return format(value_of(self), spec)

    # ── what would lose the derivative ───────────────────────────────────────────────────────

    def __float__(self):
        raise derivative_lost("float(x)")

    def __complex__(self):
        raise derivative_lost("complex(x)")

    def __int__(self):
        raise derivative_lost("int(x)")

    __index__ = __int__

    def __array__(self, dtype=None, copy=None):
        raise derivative_lost("np.array([x, …])")

    def __setitem__(self, index, value):
        raise derivative_lost("x[…] = …")


def _outranks(x, y):
    """Tell whether x is of a kind that decides over y's."""
    return isinstance(x, Overloaded) and x.rank > y.rank


def _binary(name):
    def operate(self, other):
        return NotImplemented if _outranks(other, self) else self.apply(name, (self, other))

    def reflected(self, other):
        return self.apply(name, (other, self))

    return operate, reflected


def _unary(name):
    return lambda self: self.apply(name, (self,))


def _comparison(name):
    compare = getattr(operator, name)
    return lambda self, other: compare(value_of(self), value_of(other))


for _method, _name in BINARY.items():
    _operate, _reflected = _binary(_name)
    setattr(Overloaded, f"__{_method}__", _operate)
    setattr(Overloaded, f"__r{_method}__", _reflected)
for _method, _name in UNARY.items():
    setattr(Overloaded, f"__{_method}__", _unary(_name))
for _method in COMPARISONS:
    setattr(Overloaded, f"__{_method}__", _comparison(_method))


def _plain(x):
    """Return x without nodes, in lists too."""
    return type(x)(map(_plain, x)) if isinstance(x, (list, tuple)) else value_of(x)
