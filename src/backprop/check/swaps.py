"""Changes that put one thing in the place of another: slopes, caches, quantities, whole numbers.

Used by the exercises of every chapter.
"""

import numpy as np

from backprop.check.changes import AFTER, BEFORE, LARGE, applied, only
from backprop.check.formula import Formula, Op, quantity
from backprop.nn import activations

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


# ── the cost ──────────────────────────────────────────────────────────────────────────────────


@only("difference")
def without_target(node, scene):
    """Leave the targets out of p − y."""
    if node.parts[1].name == "Y":
        yield node.parts[0], {}


@only("difference")
def slope_again(node, scene):
    """Multiply p − y by the slope p (1 − p) that it has in it already."""
    P = node.parts[0]
    if P.op in ("softmax", "sigmoid"):
        yield node * (P * (1.0 - P)), {}


@only("quotient")
def without_reciprocal(node, scene):
    """Leave out the 1/p of the logarithm's slope; a mean's 1/N is another matter."""
    if node.parts[1].name[:1] != "N":
        yield node.parts[0], {}


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
