"""What the figures read from a recorded trace.

A trace is anything with ``steps``, each with a name, an operation, the positions of its inputs
among the earlier steps, a value, the slopes in its inputs, its adjoint, and a formula.
Introduced by chapter 2.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from backprop.errors import ShapeError, sentence

from .style import number

FIELDS = ("name", "operation", "inputs", "value", "slopes", "adjoint", "formula")
RECORD = "Record one: autodiff.trace(f)."


class Edge(NamedTuple):
    """One use of an earlier step: what flows along it, both ways."""

    tail: int
    head: int
    value: object  # forward: the value at the tail
    slope: object  # of the head in the tail; None for arrays
    upstream: object  # the adjoint at the head

    @property
    def back(self):
        """What this use adds to the tail's adjoint; None if it is not known."""
        known = self.slope is not None and self.upstream is not None
        return self.slope * self.upstream if known else None


def read(where, trace, most):
    """Return the steps of a trace, no more than can be read.

    Raises
    ------
    ShapeError
        For anything but a trace of one to `most` steps, each after its inputs.
    """
    steps = getattr(trace, "steps", None)
    if not isinstance(steps, (list, tuple)) or not all(map(_is_step, steps)):
        got = f"trace is a {type(trace).__name__}"
        raise ShapeError(sentence(where, got, "a recorded trace", RECORD))
    if not 1 <= len(steps) <= most:
        got = f"trace has {len(steps)} steps"
        raise ShapeError(sentence(where, got, f"1 to {most}", "Show a smaller example."))
    for i, step in enumerate(steps):
        _after_its_inputs(where, i, step)
    return steps


def _is_step(step):
    return all(hasattr(step, field) for field in FIELDS)


def _after_its_inputs(where, i, step):
    if not all(j in range(i) for j in step.inputs):
        got = f"step {i} ({step.name}) has the inputs {tuple(step.inputs)}"
        move = "Inputs are positions of earlier steps."
        raise ShapeError(sentence(where, got, f"positions below {i}", move))


def edges(steps):
    """Return one edge for every use, in the order of the heads."""
    return [
        Edge(tail, head, steps[tail].value, slope, step.adjoint)
        for head, step in enumerate(steps)
        for tail, slope in zip(step.inputs, step.slopes or (None,) * len(step.inputs), strict=True)
    ]


def shown(value):
    """Write a number; of an array of several numbers, write the shape.

    Examples
    --------
    >>> shown(-0.5), shown([[2.0]]), shown(np.ones((5, 3)))
    ('−0.5', '2', '(5, 3)')
    """
    array = np.asarray(value)
    return number(array.item()) if array.size == 1 else str(array.shape)


def title(step):
    """Write what a step computes: ``v1 = x + y``, or the name of an input.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> title(SimpleNamespace(name="v1", inputs=(0, 1), formula="x + y"))
    'v1 = x + y'
    """
    formula = str(step.formula or "").replace("-", "\N{MINUS SIGN}")
    return f"{step.name} = {formula}" if step.inputs and formula else str(step.name)


def marked(where, steps, uses, highlight):
    """Return the positions of the uses on the highlighted paths, each a sequence of names.

    Raises
    ------
    ShapeError
        For a path along no arrows.
    """
    one = hasattr(highlight, "nodes") or all(isinstance(name, str) for name in highlight)
    found = set()
    for path in [highlight] if one and highlight else highlight:
        nodes = list(getattr(path, "nodes", path))
        for tail, head in pairwise(nodes):
            found |= _between(where, steps, uses, tail, head)
    return found


def _between(where, steps, uses, tail, head):
    ends = [(steps[use.tail].name, steps[use.head].name) for use in uses]
    if (tail, head) not in ends:
        got, move = f"highlight goes from {tail} to {head}", "Take a path of autodiff.paths."
        raise ShapeError(sentence(where, got, "names along arrows", move))
    return {i for i, end in enumerate(ends) if end == (tail, head)}
