"""Reverse mode: record what is computed, then walk back through it once.

Every operation on a `Node` makes a new one that knows its operation and its inputs. Nodes know
nothing of what is made of them later, so there are no cycles and nothing to clean up; and whatever
a node was made of was made before it, so descending creation numbers visit every node after all of
its uses. Introduced in chapter 2.
"""

from itertools import count
from operator import attrgetter

import numpy as np

from backprop.autodiff.broadcasting import expect_number, scalar
from backprop.autodiff.overloads import BINARY, Overloaded, constant
from backprop.autodiff.rules import RULES
from backprop.errors import NotRecordedError, StatementError, sentence
from backprop.shapes import expect

_numbers = count(1)
_number = attrgetter("number")


class Node(Overloaded):
    """A value on the tape: what it is, and how it was computed.

    Attributes
    ----------
    value : float or float array
        A number without axes is a Python float, or a complex one.
    operation : str
        Its row in the table of rules; ``"variable"`` for what was not computed.
    inputs : tuple
        Nodes, and constants as they are.
    number : int
        Counts the nodes as they are made: inputs have smaller numbers.
    name : str or None
        Given by `named`.
    grad : None
        Only a `Variable` collects gradients.

    Notes
    -----
    Values are references, as usual in NumPy, not copies: whoever changes an array in place between
    recording and going back gets the slopes of the changed array. Comparisons compare values and
    are not recorded.
    """

    __slots__ = ("value", "operation", "inputs", "number", "name")
    grad, options, kind = None, {}, "Node"

    def __init__(self, value, operation, inputs):
        self.value = value
        self.operation = operation
        self.inputs = inputs
        self.number = next(_numbers)
        self.name = None

    @classmethod
    def apply(cls, name, inputs, **options):
        """Compute and record one operation: a row of the table, its inputs and what it is told."""
        inputs = tuple([x if isinstance(x, Node) else constant(name, x) for x in inputs])
        values = [x.value if isinstance(x, Node) else x for x in inputs]
        value = scalar(RULES[name].function(*values, **options))
        return Told(value, name, inputs, options) if options else Node(value, name, inputs)

    def named(self, name):
        """Give the node a name, for tables and drawings; return the node."""
        self.name = _expect_name("Node.named", name)
        return self

    def backward(self, seed=1.0):
        """Add ∂self/∂x to ``x.grad``, for every variable x that this node was computed from.

        A second call adds the same once more; `reset` clears. A refused seed changes nothing.
        """
        for node, adjoint in sweep(self, _expect_seed("Node.backward", self, seed)).items():
            if isinstance(node, Variable):
                node.grad = adjoint if node.grad is None else node.grad + adjoint

    def pullback(self, g):
        """Return (input, contribution) for every recorded input: g taken back by the rule."""
        rule, values, contributions = RULES.get(self.operation), self.values(), []
        for k, x in enumerate(self.inputs):
            if isinstance(x, Node):
                contribution = rule.vjp(k, g, self.value, values, **self.options)
                contributions.append((x, contribution))
        return contributions

    def values(self):
        """Return the inputs as plain numbers and arrays."""
        return [x.value if isinstance(x, Node) else x for x in self.inputs]

    def __repr__(self):
        shown = f"shape {self.shape}" if self.shape else repr(self.value)
        return f"{self.kind}({self.name or self.operation}: {shown})"


class Pair(Node):
    """A node of two recorded floats: nothing to broadcast, so its pullback is short."""

    __slots__ = ()

    def pullback(self, g):
        """Return (input, contribution) for both inputs: g times the slopes of the table."""
        (a, b), (slope_a, slope_b) = self.inputs, RULES[self.operation].slopes
        y, p, q = self.value, a.value, b.value
        return (a, g * slope_a(y, p, q)), (b, g * slope_b(y, p, q))


class Told(Node):
    """A node whose operation was told more than its inputs: an axis, a shape, an index."""

    __slots__ = ("options",)

    def __init__(self, value, operation, inputs, options):
        super().__init__(value, operation, inputs)
        self.options = options


class Variable(Node):
    """A node that was not computed: what is differentiated after. Made by `variable`.

    Attributes
    ----------
    grad : None, or a float or array shaped like the value
        The sum of what ``backward`` has brought since the last `reset`.
    """

    __slots__ = ("grad",)
    kind = "Variable"

    def __init__(self, value, name=None):
        super().__init__(value, "variable", ())
        self.name, self.grad = name, None

    def pullback(self, g):
        """Return nothing: a variable was not computed from anything."""
        return ()


class Adjoints(dict):
    """Node → adjoint. Look a node up with ``[]``: one that f does not depend on has adjoint 0."""

    __slots__ = ()

    def __missing__(self, node):
        expect_node("adjoints", node)
        return scalar(np.zeros(node.shape))


def variable(value, name=None):
    """Return a variable: a number or an array to differentiate after.

    Parameters
    ----------
    value : float or float array
    name : str, optional
        For tables and drawings.

    Returns
    -------
    Variable

    Raises
    ------
    DtypeError, NotFiniteError
        For integers and other things without a slope, for NaN and infinity.

    Examples
    --------
    >>> x = variable(3.0, "x")
    >>> f = x * x + 2 * x
    >>> f.value, adjoints(f)[x]
    (15.0, 8.0)
    """
    name = None if name is None else _expect_name("variable", name)
    return Variable(expect_number("variable", name or "x", value), name)


def adjoints(f, seed=1.0):
    """Return the adjoint ∂f/∂node of every node that f was computed from, by one sweep back.

    Nothing is stored, so it can be asked any number of times.

    Parameters
    ----------
    f : Node
    seed : float or float array, shaped like f
        The adjoint of f itself: 1 if f is one number.

    Returns
    -------
    Adjoints
        A dict, node → adjoint shaped like its value; 0 for a node that f does not depend on.

    Raises
    ------
    NotRecordedError
        If f is no node.
    ShapeError, DtypeError
        If the seed is not shaped like f, or holds integers.

    Examples
    --------
    What is used twice gets the sum of both contributions:

    >>> x, y = variable(2.0), variable(5.0)
    >>> found = adjoints(x * y + x)
    >>> found[x], found[y]
    (6.0, 2.0)
    """
    return sweep(expect_node("adjoints", f), _expect_seed("adjoints", f, seed))


def sweep(f, seed):
    """Return node → adjoint: from the last node to the first, each hands its adjoint back."""
    found = Adjoints({f: seed})
    for node in reversed(recorded(f)):
        for x, contribution in node.pullback(found[node]):
            # ∂C/∂a⁽⁰⁾_k = Σ_j (∂C/∂a⁽¹⁾_j) (∂a⁽¹⁾_j/∂a⁽⁰⁾_k)     chain-sum-over-branches
            found[x] = found.get(x, 0.0) + contribution
    return found


def recorded(f):
    """Return all nodes that f was computed from, and f, in the order in which they were made."""
    seen, waiting = {f}, [f]
    while waiting:
        for x in waiting.pop().inputs:
            if isinstance(x, Node) and x not in seen:
                seen.add(x)
                waiting.append(x)
    return sorted(seen, key=_number)


def reset(*variables):
    """Forget the gradients that ``backward`` has collected in these variables.

    Examples
    --------
    >>> x = variable(3.0)
    >>> (x * x).backward()
    >>> (x * x).backward()
    >>> x.grad
    12.0
    >>> reset(x)
    >>> x.grad is None
    True
    """
    for x in variables:
        expect_node("reset", x, Variable)
    for x in variables:
        x.grad = None


def expect_node(where, x, kind=Node):
    """Return x if it is on the tape, or say what came instead.

    Examples
    --------
    >>> expect_node("adjoints", 6.0)
    Traceback (most recent call last):
    backprop.errors.NotRecordedError: adjoints: 6.0 is not on the tape, expected a Node. \
Begin with x = variable(2.0) and compute with it.
    """
    if isinstance(x, kind):
        return x
    got = repr(x) if isinstance(x, (Node, int, float)) else f"a {type(x).__name__}"
    got = f"{got} is no variable" if isinstance(x, Node) else f"{got} is not on the tape"
    move = "Begin with x = variable(2.0) and compute with it."
    raise NotRecordedError(sentence(where, got, f"a {kind.__name__}", move))


def _expect_seed(where, f, seed):
    hint = "Sum f first, or give a seed shaped like it." if np.shape(seed) == () else ""
    return scalar(expect(where, "seed", seed, f.shape, dtype=f.dtype, hint=hint).copy())


def _expect_name(where, name):
    if isinstance(name, str) and name.strip():
        return name
    move = 'Give it in quotes, as in "u".'
    raise StatementError(sentence(where, f"name is {name!r}", "a name", move))


def _recording(method, name):
    """Return an operator as `Overloaded` has it, with a short way for numbers and nodes."""
    general, function = getattr(Overloaded, method), RULES[name].function
    pair = Node if name == "power" else Pair  # a power's slopes are not always floats

    def operate(self, other):
        if isinstance(other, Node):
            value = function(self.value, other.value)
            kind = pair if type(value) is float else Node
            return kind(value, name, (self, other))
        if type(other) is float:
            return Node(function(self.value, other), name, (self, other))
        return general(self, other)

    return operate


for _method in ("add", "sub", "mul", "truediv", "pow"):
    setattr(Node, f"__{_method}__", _recording(f"__{_method}__", BINARY[_method]))
