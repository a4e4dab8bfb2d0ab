"""A recorded network in its named steps: what each is made of, and what its gradient needs.

Steps without a name of their own (v1, v2, …) are taken together with the named one that they lead
to. Introduced by chapter 6.
"""

import re
from typing import NamedTuple

import numpy as np

from backprop.errors import ShapeError, sentence

from .style import number

INNER = 136  # room for what is written in a box
LETTER = 7.9  # width allowed for a letter or digit of 14 px
NAMELESS = re.compile(r"v\d+")
# What the slope of a primitive is computed from; everything else needs its inputs.
OUTPUT = {"exp", "exp2", "expm1", "sqrt", "cbrt", "tanh", "tan", "max", "min"}
OTHERS = {"multiply", "matmul"}
NOTHING = {
    *("add", "subtract", "negative", "positive", "sum", "mean", "cumsum", "reshape", "transpose"),
    *("getitem", "concatenate", "stack", "real", "radians", "degrees", "deg2rad", "rad2deg"),
}


class Node(NamedTuple):
    """A named step.

    Attributes
    ----------
    step : Step
    formula : str
        In terms of named steps.
    inputs : tuple of int
        The positions of the named steps that it was computed from.
    kept : tuple of set of int
        For each input, the named steps whose values its gradient needs.
    """

    step: object
    formula: str
    inputs: tuple
    kept: tuple


def nodes(where, steps):
    """Return the named steps, every input just before its first use, the result last.

    Raises
    ------
    ShapeError
        If fewer than three steps have names, or one has no adjoint.
    """
    order = _order(steps)
    if len(order) < 3:
        got, move = (
            f"trace names {len(order)} of its steps",
            'Name them: (X @ W.T + b).named("z1").',
        )
        raise ShapeError(sentence(where, got, "names for what is to be drawn", move))
    for i in order:
        if steps[i].adjoint is None:
            got, move = f"{steps[i].name} has no adjoint", "Record it with backward=True"
            move += ": autodiff.trace(f)."
            raise ShapeError(sentence(where, got, "both halves", move))
    place = {i: k for k, i in enumerate(order)}
    return [_node(steps, i, place) for i in order]


def _order(steps):
    order, last = [], len(steps) - 1
    for i, step in enumerate(steps):
        if step.inputs and _is_named(steps, i):
            order += [j for j in _sources(steps, i) if not steps[j].inputs and j not in order]
            order.append(i)
    return order if last in order or steps[last].inputs == () else [*order, last]


def _is_named(steps, i):
    """The result is shown whatever it is called, and so are the variables."""
    last = i == len(steps) - 1
    return last or not steps[i].inputs or not NAMELESS.fullmatch(steps[i].name)


def _sources(steps, i):
    """The named steps that a step was computed from, in the order of its formula."""
    found = []
    for j in steps[i].inputs:
        found += [j] if _is_named(steps, j) else _sources(steps, j)
    return list(dict.fromkeys(found))


def _node(steps, i, place):
    inputs = _sources(steps, i)
    kept = tuple({place[k] for k in _kept(steps, i, j)} for j in inputs)
    return Node(steps[i], _formula(steps, i), tuple(place[j] for j in inputs), kept)


def _kept(steps, i, tail):
    """The named steps whose values are needed on the way back from step i to the step `tail`."""
    needed = set()
    for j in steps[i].inputs:
        through = tail in _sources(steps, j) and not _is_named(steps, j)
        if j == tail or through:
            needed |= {n for k in _needs(steps, i, j) for n in _named(steps, k)}
        if through:
            needed |= _kept(steps, j, tail)
    return needed


def _needs(steps, i, j):
    """The steps from whose values the slope of step i in its input j is computed."""
    step = steps[i]
    if step.operation in NOTHING:
        return []
    if step.operation in OUTPUT:
        return [i]
    if step.operation in OTHERS:
        rest = list(step.inputs)
        rest.remove(j)
        return rest
    return step.inputs


def _named(steps, i):
    return [i] if _is_named(steps, i) else _sources(steps, i)


def _formula(steps, i):
    """The formula with the nameless steps written out."""
    text = str(steps[i].formula)
    for j in steps[i].inputs:
        if not _is_named(steps, j):
            inner = _formula(steps, j)
            name = rf"(?<![a-zA-Z\d_]){steps[j].name}(?![a-zA-Z\d_′])"
            text = re.sub(name, lambda at, inner=inner, text=text: _set_in(inner, text, at), text)
    return text


def _set_in(inner, text, at):
    """Put a formula into another one, in parentheses unless it is plain what belongs together."""
    alone = text[at.start() - 1 : at.start()] == "(" and text[at.end() : at.end() + 1] in "),"
    outside = _outside(inner)
    product_in_sum = not re.search(" [+−] ", outside) and re.search(" [+−] ", text)
    return inner if " " not in outside or alone or product_in_sum else f"({inner})"


def _outside(formula):
    """The formula without what stands in parentheses."""
    while "(" in formula:
        formula = re.sub(r"\([^()]*\)", "", formula)
    return formula


def shown(array):
    """Write a small array row by row, a larger one as its shape and its norm.

    Examples
    --------
    >>> shown([[2.0, -1.0], [0.5, 4.0]]), shown(np.full((4, 4), 0.5))
    (['2  −1', '0.5  4'], ['(4, 4) norm 2'])
    """
    array = np.asarray(array)
    if array.ndim <= 2 and array.size <= 6:
        rows = ["  ".join(map(number, row)) for row in np.atleast_2d(array)]
        if LETTER * max(map(len, rows)) <= INNER:
            return rows
    size = f"{array.shape}", f"norm {number(np.linalg.norm(array))}"
    return [" ".join(size)] if LETTER * len(" ".join(size)) <= INNER else list(size)
