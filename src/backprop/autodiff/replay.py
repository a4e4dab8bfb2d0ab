"""A recording written down as a Python program: one line a step, forwards and then backwards.

What is recorded never changes, so it need not be recorded again: the lines are compiled once and
run for other values of the variables. The appendix on costs measures what that saves.
"""

from collections import Counter

import numpy as np

from backprop.autodiff.lines import KNOWN, backward, forward, identifiers, literal
from backprop.autodiff.recording import named
from backprop.autodiff.rules import RULES, Elementwise
from backprop.autodiff.tape import Node, Variable, expect_node, recorded
from backprop.errors import DtypeError, ShapeError, StatementError, UnknownNameError, sentence


class Program:
    """A recording as a function of its variables. Made by `compiled`.

    Attributes
    ----------
    source : str
        The program: print it to read it.
    size : int
        The number of variables.

    Notes
    -----
    It is called with as many floats as there are variables, in a list, a tuple or an array of one
    axis, and returns the value and the list of all slopes.
    """

    __slots__ = ("source", "size", "_run")

    def __init__(self, source, size, functions):
        self.source, self.size = source, size
        names = dict(functions)
        exec(compile(source, "<a replayed recording>", "exec"), names)
        self._run = names["program"]

    def __call__(self, values):
        """Return the value and the list of its slopes, at these values of the variables."""
        if isinstance(values, np.ndarray):
            values = values.tolist()
        if len(values) != self.size:
            got, move = f"values has length {len(values)}", "Give one float for every variable."
            raise ShapeError(sentence("Program", got, f"{self.size}", move))
        value, slopes = self._run(values)
        if type(value) is not float:
            got, move = f"the result is a {type(value).__name__}", "Give floats: 2.0, not 2."
            raise DtypeError(sentence("Program", got, "a float", move))
        return value, slopes

    def __repr__(self):
        return f"Program({self.size} variables, {len(self.source.splitlines())} lines)"


def compiled(f, variables):
    """Return a program that repeats what f was computed from, and goes back, for other values.

    Parameters
    ----------
    f : Node
        One float, computed by elementwise operations on floats.
    variables : sequence of Variable
        What the program is a function of. All others keep the value that they have now.

    Returns
    -------
    Program
        ``program(values)`` returns the value of f and the list of its slopes.

    Raises
    ------
    NotRecordedError
        If f is no node, or one of the variables is no variable.
    StatementError
        If a variable comes twice.
    ShapeError, DtypeError
        If there are arrays or complex numbers on the way, or the outcome of a comparison.
    UnknownNameError
        If there are operations that are not elementwise.

    Notes
    -----
    What was recorded is repeated, no more: an ``if`` in Python was decided when it was recorded and
    stays decided. ``np.maximum`` and ``np.minimum`` decide anew every time, and so do all functions
    of the table. The outcome of a comparison, as in ``x * (x > 0)``, would be frozen too: that is
    refused.

    ``exp``, ``log``, ``sin``, ``cos`` and ``tanh`` are those of Python's `math`: they may differ
    from NumPy's in the last digit, and raise an error where NumPy's return infinity or NaN.
    Compiling takes many times as long as one run, so it pays for what runs often; a program of
    100,000 lines needs seconds and hundreds of megabytes.

    Examples
    --------
    >>> from backprop.autodiff import variable
    >>> x, y = variable(2.0, "x"), variable(5.0, "y")
    >>> program = compiled(((x + y) * x).named("f"), [x, y])
    >>> print(program.source)
    def program(values):
        [x, y] = values
        v1 = x + y
        f = v1 * x
        df = 1.0
        dv1 = df * x
        dx = df * v1
        dx += dv1
        return f, [dx, dv1]

    What a sum hands back is its own adjoint, so the slope in y is ``dv1``.

    >>> program([2.0, 5.0]), program([-1.0, 0.5])
    ((14.0, [9.0, 2.0]), (0.5, [-1.5, -1.0]))
    """
    nodes, variables = recorded(expect_node("compiled", f)), _expect_variables(variables)
    given, moving = named(dict.fromkeys([*variables, *nodes])), set(variables)
    for node in nodes:  # in the order of recording: what moves when the variables do?
        if any(isinstance(x, Node) and x in moving for x in node.inputs):
            moving.add(node)
    for node in (*variables, *moving, f):
        _expect_floats(node, given[node])
    names = identifiers(named([node for node in given if node in moving]))
    source, functions = _written(f, [node for node in nodes if node in moving], variables, names)
    return Program(source, len(variables), functions)


def _written(f, nodes, variables, names):
    """Return the source, and the functions that it calls."""
    functions, lines = dict(KNOWN), [f"[{', '.join(names[x] for x in variables)}] = values"]
    uses = Counter(x for node in nodes for x in node.inputs if isinstance(x, Node))
    texts, inputs, inside = dict(names), {}, _inside_sums(nodes, uses)
    steps = [node for node in nodes if node.inputs]
    for node in steps:
        inputs[node] = [_text(x, texts) for x in node.inputs]
        line = forward(node, inputs[node], functions)
        if node in inside:
            texts[node] = line
        else:
            lines.append(f"{names[node]} = {line}")
    adjoint = {f: f"d{names[f]}"} if f in names else {}
    lines += [f"{name} = 1.0" for name in adjoint.values()]
    for node in reversed(steps):
        lines += _handed_back(node, inputs[node], names, uses, adjoint, functions)
    slopes = ", ".join(adjoint.get(x, "0.0") for x in variables)
    lines.append(f"return {_text(f, names)}, [{slopes}]")
    return "\n".join(["def program(values):", *(f"    {line}" for line in lines)]), functions


def _inside_sums(nodes, uses):
    """Return the nameless products that only one sum needs: they stand in its line."""
    sums = [node for node in nodes if node.operation in ("add", "subtract")]
    inputs = {x for node in sums for x in node.inputs if isinstance(x, Node)}
    return {x for x in inputs if x.operation == "multiply" and uses[x] == 1 and not x.name}


def _handed_back(node, texts, names, uses, adjoint, functions):
    """Return the lines by which a node hands its adjoint back; note whose adjoint has which name.

    Where the only contribution is another adjoint, unchanged, it needs no line and no other name.
    """
    lines, g = [], adjoint[node]
    for k, x in enumerate(node.inputs):
        if isinstance(x, Node) and x in names:
            share = backward(node, k, g, names[node], texts, functions)
            if share == g and uses[x] == 1:
                adjoint[x] = g
            else:
                lines.append(f"d{names[x]} {'+=' if x in adjoint else '='} {share}")
                adjoint[x] = f"d{names[x]}"
    return lines


def _text(x, texts):
    """Return how an input is written; what does not move is the number that it is."""
    if isinstance(x, Node):
        return texts[x] if x in texts else literal(x.value)
    return literal(x)


def _expect_variables(variables):
    variables = [expect_node("compiled", x, Variable) for x in variables]
    twice = next((x for x, times in Counter(variables).items() if times > 1), None)
    if twice is not None:
        got, move = f"{twice!r} comes twice", "Name every variable once."
        raise StatementError(sentence("compiled", got, "different variables", move))
    return variables


def _expect_floats(node, name):
    """Refuse what a program of floats cannot repeat."""
    for value in (node.value, *node.values()):
        if np.shape(value):
            got, move = f"{name} has arrays", "Record numbers, or use adjoints: it takes arrays."
            raise ShapeError(sentence("compiled", got, "numbers", move))
        if type(value) is bool:
            got = f"{name} was computed from {value}, the outcome of a comparison"
            move = "It would be frozen: use np.maximum or np.minimum, which decide anew."
            raise DtypeError(sentence("compiled", got, "numbers", move))
        if type(value) not in (float, int):
            got, move = f"{name} has {value}", "Use adjoints: it takes complex numbers."
            raise DtypeError(sentence("compiled", got, "floats", move))
    if node.inputs and not isinstance(RULES[node.operation], Elementwise):
        move = "Write it with operators, np.exp and others."
        got = f"{name} is a {node.operation}"
        raise UnknownNameError(sentence("compiled", got, "an elementwise operation", move))
