"""Ways to change a formula, from which the rows of the catalogue are made.

A change is a function ``change(node, scene)`` that yields ``(new node, slots)``, or nothing where
it does not apply. It is asked at every node of an answer's formula, or only at those that its
attribute `at` names: an operation, or the root. The slots fill the sentence of its row.
Used by the exercises of every chapter.
"""

from typing import NamedTuple

import numpy as np

from backprop.check.formula import Formula, N, Op, quantity

BEFORE, AFTER = "_before", "_after"  # what names of given arrays end in
LARGE = 10_000_000  # numbers in an array that nobody has computed by mistake


class Scene(NamedTuple):
    """Where a change is made.

    Attributes
    ----------
    it : str
        The answer.
    root : Formula
        Its formula.
    recipe : dict of str to Formula
        All formulas.
    given : dict of str to tuple of int
        The names of the arrays that there are, and their shapes.
    """

    it: str
    root: Formula
    recipe: dict
    given: dict


def only(at):
    """Return the decorator of a change that applies to nodes of one operation, or to the root."""

    def mark(change):
        change.at = at
        return change

    return mark


def made(change, node, scene):
    """Return what a change makes of a node, a list of (new node, slots)."""
    at = getattr(change, "at", None)
    applies = at in (None, node.op) or (at == "root" and node is scene.root)
    return list(change(node, scene)) if applies else []


def at_root(change):
    """Return the rule that changes the answer itself, ``change(answer) -> formula``."""

    @only("root")
    def rule(node, scene):
        yield change(node), {}

    return rule


def everywhere(op, change):
    """Return the rule ``change(*parts) -> formula`` for every node of one operation."""

    @only(op)
    def rule(node, scene):
        yield change(*node.parts), {}

    return rule


def either(*rules):
    """Return the rule that makes the changes of several."""

    def rule(node, scene):
        for one in rules:
            yield from made(one, node, scene)

    return rule


def applied(value, size=None):
    """Return a function that applies a NumPy function to formulas."""
    return lambda *parts: Formula(Op(value, size or value), *parts)


def spoken(node):
    """Return a name for what a node stands for: its own, or that of the quantities in it."""
    names = [n.name for n in node.walk() if n.op == "quantity" and n is not N]
    return node.name or (names[0] if len(names) == 1 else "a factor")


# ── the batch ─────────────────────────────────────────────────────────────────────────────────


def is_batch(node):
    """Tell whether a node is a quantity with one row per example."""
    return node.op == "quantity" and node.letters[:1] == ("N",)


def all_batches(change):
    """Return the rule that changes all quantities with one row per example at once."""

    @only("root")
    def rule(node, scene):
        rows = {leaf: change(leaf) for leaf in node.walk() if is_batch(leaf)}
        if rows:
            yield node.replace(rows), {}

    return rule


@only("root")
def left_out(node, scene):
    """Leave the first example out, or the last."""
    for part, rows in (("first", slice(1, None)), ("last", slice(0, -1))):
        shorter = applied(lambda a, rows=rows: a[rows])
        found = {leaf: shorter(leaf) for leaf in node.walk() if is_batch(leaf)}
        if found:
            yield node.replace(found), {"part": part}


def over_rows(change):
    """Return the rule ``change(A, B) -> formula`` for products Aᵀ B, which add up the rows."""

    @only("matrix product")
    def rule(node, scene):
        if node.parts[0].op == "transpose":
            yield change(node.parts[0].parts[0], node.parts[1]), {}

    return rule


def per_row(a, b):
    """Return the products aₙ bₙᵀ, one table for every row."""
    if a.size * b.shape[-1] > LARGE:
        raise ValueError("too large")
    return a[:, :, None] * b[:, None, :]


@only("root")
def in_the_layer(node, scene):
    """Divide the answer by N."""
    if node.op != "total" and any(is_batch(leaf) for leaf in node.walk()):
        yield node / N, {}  # of a sum over the batch that is the mean, which has a row of its own


def over_n(change):
    """Return the rule ``change(A, N) -> formula`` for the quotients that make a mean of a sum."""

    @only("quotient")
    def rule(node, scene):
        if node.parts[1].name[:1] == "N":
            yield change(*node.parts), {}

    return rule


def by_outputs(a, n):
    """Divide by the number of outputs too, as the mean over all numbers does."""
    return a / n / applied(lambda z: np.float64(z.shape[-1]))(a)


@only("root")
def accumulated(node, scene):
    """Add the answer to the one from the batch before."""
    old = {q: quantity(q.name + BEFORE, *q.letters) for q in node.walk() if q.op == "quantity"}
    known = {q: new for q, new in old.items() if new.name in scene.given}
    if known.keys() - {N}:
        yield node + node.replace(known), {}


# ── the product ───────────────────────────────────────────────────────────────────────────────


@only("transpose")
def untransposed(node, scene):
    """Leave a transpose out."""
    yield node.parts[0], {"part": spoken(node)}


@only("matrix product")
def transposed_factor(node, scene):
    """Transpose a factor of a matrix product that should not be."""
    for i, part in enumerate(node.parts):
        if part.op != "transpose":
            factors = [p.T if i == j else p for j, p in enumerate(node.parts)]
            yield factors[0] @ factors[1], {"part": spoken(part)}


@only("sum")
def one_term(node, scene):
    """Keep one term of a sum, the other is overwritten."""
    for part in node.parts:
        yield part, {}
