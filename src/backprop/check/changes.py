"""Ways to change a formula, from which the rows of the catalogue are made.

A change is a function ``change(node, scene)`` that yields ``(new node, slots)``, or nothing where
it does not apply. It is asked at every node of an answer's formula, or only at those that its
attribute `at` names: an operation, or the root. The slots fill the sentence of its row.
Introduced in chapter 7.
"""

from typing import NamedTuple

import numpy as np

from backprop.check.formula import Formula, N, Op, quantity
from backprop.nn import activations

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
    if any(is_batch(leaf) for leaf in node.walk()):
        yield node / N, {}


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


# ── the activation ────────────────────────────────────────────────────────────────────────────


def slopes(change):
    """Return the rule ``change(rule of σ) -> function of z`` for every slope σ′(z)."""

    def rule(node, scene):
        if node.activation:
            yield _of_z(node, change(node.activation.rule)), {}

    return rule


def sigma_for_slope(node, scene):
    """Put σ(z) where σ′(z) belongs."""
    if node.activation:
        sigma = node.activation.rule.sigma
        yield applied(sigma)(*node.parts), {}


@only("product")
def without_slope(node, scene):
    """Leave σ′ out."""
    for one, other in (node.parts, node.parts[::-1]):
        if other.activation:
            yield one, {}


@only("product")
def slope_twice(node, scene):
    """Multiply by σ′ a second time."""
    for part in node.parts:
        if part.activation:
            yield node * part, {}


# The identity's slope is 1: taking it is forgetting the slope.
SLOPED = (activations.Sigmoid, activations.Tanh, activations.ReLU)


def another_slope(node, scene):
    """Take the slope of another activation, at its own output or at the one that there is."""
    if node.activation:
        sigma = node.activation.rule.sigma
        for other in SLOPED:
            if other is not node.activation:
                rule, part = other.rule, {"part": other.__name__}
                yield _of_z(node, lambda z, r=rule: r.slope(r.sigma(z))), part
                if other is not activations.ReLU:  # whose slope is 1 wherever there is an output
                    yield _of_z(node, lambda z, r=rule: r.slope(sigma(z))), part


def _of_z(node, value):
    def row(z):
        return value(z) + 0.0 * z

    return Formula(Op(row, lambda z: 1.0 + np.abs(row(z))), *node.parts)


def elementwise_softmax(P, dP):
    """Return dP ⊙ p(1 − p), which leaves out how the outputs pull on each other."""
    return dP * P * (1.0 - P)


# ── what stands in the formula ────────────────────────────────────────────────────────────────


def another_time(suffix, applies=lambda node: True):
    """Return the rule that uses the value of a quantity from another time, if it is given."""

    @only("quantity")
    def rule(node, scene):
        if node.name + suffix in scene.given and applies(node):
            yield quantity(node.name + suffix, *node.letters), {"part": node.name}

    return rule


def is_cached(node):
    """Tell whether forward makes a quantity: neither a target nor what comes from above."""
    return node.name != "Y" and node.name[:1] != "d"


def is_handed_in(node):
    """Tell whether a quantity comes to backward from outside."""
    return not is_cached(node)


@only("root")
def another_answer(node, scene):
    """Give the answer to another question."""
    for name, formula in scene.recipe.items():
        if name != scene.it:
            yield formula, {"part": f"∂C/∂{name[1:]}" if name[:1] == "d" else name}


@only("root")
def a_step_before(node, scene):
    """Hand back what has a name on the way to the answer."""
    for inner in node.walk():
        if inner.parts and inner.name and inner is not node:
            yield inner, {"part": inner.name}


@only("root")
def an_ingredient(node, scene):
    """Hand back what was given."""
    for name in sorted(scene.given):
        if not name.endswith((BEFORE, AFTER)):
            yield quantity(name), {"part": name}


@only("quantity")
def another_quantity(node, scene):
    """Use another array of the same shape."""
    for name, shape in scene.given.items():
        same = shape == scene.given.get(node.name) and name != node.name
        if same and not name.endswith((BEFORE, AFTER)):
            yield quantity(name, *node.letters), {"part": name}


@only("quantity")
def flat_column(node, scene):
    """Let a column be an array with a single axis."""
    if len(node.letters) == 2:
        yield applied(_flat)(node), {"part": node.name}


def _flat(a):
    if a.shape[1] != 1 or len(a) ** 2 > LARGE:
        raise ValueError("no column")
    return a[:, 0]


@only("quantity")
def upstream_of_ones(node, scene):
    """Put ones where a gradient from above arrives."""
    if node.name[:1] == "d":
        yield applied(np.ones_like)(node), {"part": node.name}


def cut(how):
    """Return the rule that makes whole numbers of the answer, or of what it is made of."""

    def rule(node, scene):
        if node is scene.root or node.name:
            part = scene.it if node is scene.root else node.name
            yield applied(how, _above)(node), {"part": part}

    return rule


@only("quotient")
def divided_down(node, scene):
    """Divide by N with //."""
    yield applied(np.floor, _above)(node), {}


def _above(a):
    return np.abs(a) + 1.0
