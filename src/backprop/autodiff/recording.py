"""A recording as a plain table: for printing, for drawing, for reading.

Introduced in chapter 2.
"""

from itertools import count
from typing import Any, NamedTuple

import numpy as np

from backprop.autodiff import tables
from backprop.autodiff.broadcasting import expect_number, scalar, spread
from backprop.autodiff.formula import formula
from backprop.autodiff.rules import RULES, Elementwise
from backprop.autodiff.tape import Node, adjoints, expect_node, recorded


class Step(NamedTuple):
    """One line of a trace.

    Attributes
    ----------
    name : str
        Its own, or v1, v2, … in the order of recording.
    operation : str
        Its row in the table of rules, or ``"variable"``.
    inputs : tuple of int
        The positions of the steps it was computed from; constants stand in the formula.
    value : float or float array
    slopes : tuple
        The local slope for each input; None where it is no number.
    adjoint : None, or a float or array shaped like the value
        ∂f/∂(this step).
    formula : str
        How it was computed, ``"sin(v2)"``; a variable's is its name.
    tangent : None, or a float or array shaped like the value
        How fast the step moves when the variables move as `trace` was told.
    """

    name: str
    operation: str
    inputs: tuple
    value: Any
    slopes: tuple
    adjoint: Any
    formula: str
    tangent: Any = None


class Trace(NamedTuple):
    """The steps of a recording in their order, f last; ``print`` shows them as two tables."""

    steps: list

    def __str__(self):
        return tables.all_tables(self.steps)


def trace(f, *, backward=None, seed=1.0, along=None):
    """Return what f was computed from, step by step, with every adjoint or every tangent.

    Parameters
    ----------
    f : Node
    backward : bool, optional
        Whether to find the adjoints; by default, unless tangents are asked for.
    seed : float or float array, shaped like f
        The adjoint of f itself.
    along : dict, optional
        Node → tangent: how the variables move. All others stand still.

    Returns
    -------
    Trace

    Raises
    ------
    NotRecordedError
        If f is no node.
    ShapeError, DtypeError
        For a seed that is not shaped like f, or a tangent not shaped like its node.

    Examples
    --------
    >>> from backprop.autodiff import variable
    >>> x, y = variable(2.0, "x"), variable(5.0, "y")
    >>> f = ((x + y) * x).named("f")
    >>> print(trace(f))
    forward  formula  value
    ───────  ───────  ─────
    x        given     2
    y        given     5
    v1       x + y     7
    f        v1 · x   14
    <BLANKLINE>
    backward  adjoint  upstream × local slope  through
    ────────  ───────  ──────────────────────  ───────
    f         1        the seed
    v1        2        1 × 2                   f
    y         2        2 × 1                   v1
    x         9        1 × 7 + 2 × 1           f, v1
    >>> [step.tangent for step in trace(f, along={x: 1.0}).steps]
    [1.0, 0.0, 1.0, 9.0]
    """
    nodes = recorded(expect_node("trace", f))
    backward = along is None if backward is None else backward
    found = adjoints(f, seed) if backward else {}
    moving = {} if along is None else tangents(nodes, along)
    names, place = named(nodes), {node: k for k, node in enumerate(nodes)}
    return Trace([_step(x, names, place, found.get(x), moving.get(x)) for x in nodes])


def tangents(nodes, along):
    """Return node → tangent, by one sweep in the order of recording."""
    moving = {}
    for x, v in along.items():
        expect_node("trace", x)
        moving[x] = expect_number(
            "trace", "along", v, x.shape, hint="A tangent is shaped like its node."
        )
    for node in nodes:
        if node not in moving:
            moving[node] = _tangent(node, moving)
    return moving


def _tangent(node, moving):
    """Return Σ slope · tangent of the input; 0 for a variable that stands still."""
    total, values = 0.0, node.values()
    for k, x in enumerate(node.inputs):
        if isinstance(x, Node):
            jvp = RULES[node.operation].jvp
            total = total + jvp(k, moving[x], node.value, values, **node.options)
    return scalar(spread(total, node.value))


def named(nodes):
    """Return node → name: v1, v2, … for the nameless, a prime for a name that is taken."""
    given, names, used = {node.name for node in nodes}, {}, set()
    free = (f"v{k}" for k in count(1) if f"v{k}" not in given)
    for node in nodes:
        name = node.name or next(free)
        while name in used:
            name += "′"
        names[node] = name
        used.add(name)
    return names


def local_slope(node, k):
    """Return ∂node/∂(input k) if that is one number, or None."""
    rule, values = RULES[node.operation], node.values()
    number = isinstance(rule, Elementwise) and node.shape == () == np.shape(values[k])
    return scalar(1.0 * rule.slope(k, node.value, values)) if number else None


def _step(node, names, place, adjoint, tangent):
    known = [(k, x) for k, x in enumerate(node.inputs) if isinstance(x, Node)]
    return Step(
        names[node],
        node.operation,
        tuple(place[x] for _, x in known),
        node.value,
        tuple(local_slope(node, k) for k, _ in known),
        adjoint,
        formula(node, names),
        tangent,
    )
