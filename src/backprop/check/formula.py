"""A formula over named arrays, as a tree: what a diagnosis can evaluate and change.

    dZ, W = quantity("dZ", "N", "H"), quantity("W", "H", "D")
    dX = dZ @ W

NumPy evaluates it. A second evaluation, with every number replaced by its size and every minus by
a plus, bounds what rounding can have done to the result, whoever computed it and in which order.
Used by the exercises of every chapter.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backprop.check import probabilities as prob
from backprop.errors import UnknownNameError, sentence
from backprop.shapes import expect, fits

# How many roundings may have gone the same way on the path to a result: some dozens of operations,
# or a sum of thousands of terms in any order, whose roundings mostly cancel.
ROUNDINGS = 64


class Op(NamedTuple):
    """One row: what the operation computes, and its size from the sizes of its parts."""

    value: Callable
    size: Callable


def op(value, size=None):
    """Return a row whose size is, unless said otherwise, its value at the sizes."""
    return Op(value, size or value)


OPS = {
    "matrix product": op(np.matmul),
    "transpose": op(np.transpose),
    "product": op(np.multiply),
    "quotient": op(np.divide),
    "sum": op(np.add),
    "difference": op(np.subtract, np.add),
    "negative": op(np.negative, np.abs),
    "total": op(lambda a: a.sum(axis=0)),
    "sigmoid": op(prob.sigmoid, prob.sigmoid_size),
    "softmax": op(prob.softmax, prob.softmax_size),
    "softmax vjp": op(prob.softmax_vjp, prob.softmax_vjp_size),
    "log softmax": op(prob.log_softmax, prob.log_softmax_size),
}


class Formula:
    """One node: an operation on parts, or a leaf.

    Leaves are quantities, ``op == "quantity"`` with a name and the letters of their sizes, and
    numbers. Everything else is an operation: a row of `OPS`, or an `Op` of its own.

    Parameters
    ----------
    op : str or Op
    *parts : Formula
    name : str
        Of a quantity; of an operation, the name of what it computes, if it has one: see `named`.
    letters : tuple of str and int
        The sizes of a quantity.
    number : float
        A leaf's value, if it is a number.
    activation : Activation class, optional
        What it is the slope of, if it is one: see `slope`.

    Examples
    --------
    >>> dZ, X = quantity("dZ", "N", "H"), quantity("X", "N", "D")
    >>> given = {"dZ": np.array([[1.0, -2.0]]), "X": np.array([[2.0, -1.0, 4.0]])}
    >>> evaluate(dZ.T @ X, given)
    array([[ 2., -1.,  4.],
           [-4.,  2., -8.]])
    """

    __array_ufunc__ = None  # so that an array on the left leaves the operation to the formula

    def __init__(self, op, *parts, name="", letters=(), number=None, activation=None):
        self.op, self.parts, self.activation = op, parts, activation
        self.name, self.letters, self.number = name, letters, number

    def named(self, name):
        """Return the same formula with a name for what it computes."""
        return self.with_parts(self.parts, name)

    def with_parts(self, parts, name=None):
        """Return the same operation on other parts."""
        kept = {"letters": self.letters, "number": self.number, "activation": self.activation}
        return Formula(self.op, *parts, name=self.name if name is None else name, **kept)

    def walk(self):
        """Yield every node once, from the root down."""
        seen, queue = {self}, [self]
        for node in queue:
            yield node
            new = [part for part in dict.fromkeys(node.parts) if part not in seen]
            seen.update(new)
            queue += new

    def replace(self, changes):
        """Return the formula with nodes replaced, wherever they stand: ``{old: new}``."""
        only_here = len(changes) == 1 and self in changes
        return changes[self] if only_here else rebuilt(self, {}, changes)

    @property
    def T(self):
        """The transpose."""
        return Formula("transpose", self)

    def total(self):
        """The sum over the first axis, the batch."""
        return Formula("total", self)

    def __matmul__(self, other):
        return Formula("matrix product", self, lift(other))

    def __rmatmul__(self, other):
        return lift(other) @ self

    def __mul__(self, other):
        return Formula("product", self, lift(other))

    def __rmul__(self, other):
        return lift(other) * self

    def __truediv__(self, other):
        return Formula("quotient", self, lift(other))

    def __rtruediv__(self, other):
        return lift(other) / self

    def __add__(self, other):
        return Formula("sum", self, lift(other))

    def __radd__(self, other):
        return lift(other) + self

    def __sub__(self, other):
        return Formula("difference", self, lift(other))

    def __rsub__(self, other):
        return lift(other) - self

    def __neg__(self):
        return Formula("negative", self)


def quantity(name, *letters):
    """Return a leaf: an array that is given under this name, with its sizes."""
    return Formula("quantity", name=name, letters=letters)


def lift(number):
    """Return a formula for a number or an array; a formula is returned as it is."""
    return number if isinstance(number, Formula) else Formula("number", number=number)


def rebuilt(node, done, changes):
    """Return a node with changes made in it, ``{old: new}``; `done` is filled on the way.

    Formulas that are rebuilt with the same `done` go on sharing what they shared. The new node may
    contain the old one, and others that are to be changed.
    """
    if node not in done:
        parts = tuple([rebuilt(part, done, changes) for part in node.parts])
        done[node] = node if parts == node.parts else node.with_parts(parts)
        if node in changes:
            done[node] = rebuilt(changes[node], done, changes)
    return done[node]


# The number of examples: what a mean divides by.
N = quantity("N")


def slope(activation, Z):
    """Return σ′(Z) for an activation class of `backprop.nn`."""
    sigma, slope_of_a = activation.rule
    row = Op(lambda z: slope_of_a(sigma(z)) + 0.0 * z, np.ones_like)
    return Formula(row, lift(Z), activation=activation)


def leaves(formulas):
    """Return the quantities of several formulas, each name once."""
    found = {n.name: n for f in formulas for n in f.walk() if n.op == "quantity" and n is not N}
    return list(found.values())


def evaluate(formula, values, memo=None):
    """Return the value of a formula, an array.

    Parameters
    ----------
    formula : Formula
    values : dict of str to array
        The quantities by name.
    memo : dict, optional
        Nodes whose values are known already; filled on the way.

    Raises
    ------
    UnknownNameError
        If a quantity is not among `values`.
    ValueError
        NumPy's own, if the shapes do not fit.
    """
    return _run(formula, values, {} if memo is None else memo, 0)


def rounding(formula, values, eps, memo=None):
    """Return, entry by entry, how far rounding may move the value: `ROUNDINGS` · ε · size."""
    sizes = {name: np.abs(value) for name, value in values.items()}
    return ROUNDINGS * eps * np.abs(_run(formula, sizes, {} if memo is None else memo, 1))


def _run(node, values, memo, which):
    if node not in memo:
        compute = _apply if node.parts else _leaf
        memo[node] = compute(node, values, memo, which)
    return memo[node]


def _apply(node, values, memo, which):
    row = OPS[node.op] if isinstance(node.op, str) else node.op
    return row[which](*[_run(part, values, memo, which) for part in node.parts])


def _leaf(node, values, memo, which):
    if node.op == "number":
        return np.abs(node.number) if which else node.number
    if node.name not in values:
        got, move = f"there is no {node.name!r}", "Give every array that the formula names."
        raise UnknownNameError(sentence("formula", got, ", ".join(map(str, values)), move))
    return values[node.name]


def sizes(where, formulas, values, known=()):
    """Return letter → size, read off the arrays; refuse arrays that contradict each other.

    Parameters
    ----------
    where : str
        Who asks.
    formulas : iterable of Formula
    values : dict of str to array
        What is missing in it is passed over.
    known : dict of str to int, optional
        Sizes that are known already.

    Raises
    ------
    ShapeError
        If an array has a wrong number of axes, or a letter would stand for two sizes.

    Examples
    --------
    >>> dX = quantity("dZ", "N", "H") @ quantity("W", "H", "D")
    >>> sizes("diagnose", [dX], {"dZ": np.ones((5, 4)), "W": np.ones((4, 3))})
    {'N': 5, 'H': 4, 'D': 3}
    >>> sizes("diagnose", [dX], {"dZ": np.ones((5, 3)), "W": np.ones((4, 3))})
    Traceback (most recent call last):
    backprop.errors.ShapeError: diagnose: W has shape (4, 3), expected (3, D). \
W.T fits: is W transposed?
    """
    known = dict(known)
    for leaf in leaves(formulas):
        if leaf.name in values:
            shape = np.shape(values[leaf.name])
            wanted = tuple(known.get(letter, letter) for letter in leaf.letters)
            if not fits(shape, wanted):
                expect(where, leaf.name, np.zeros(shape), wanted)  # which says what is wrong
            named = zip(leaf.letters, shape, strict=False)  # a final … stands for any axes
            known |= {letter: size for letter, size in named if isinstance(letter, str)}
    return known
