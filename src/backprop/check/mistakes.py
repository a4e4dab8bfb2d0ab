"""The catalogue: mistakes that people make in a backward pass, one row each.

A row changes a formula the way a mistaken person would: at its root, or at any node where it
applies. `diagnose` evaluates the changed formula and compares it with the reader's numbers, so a
row needs no more than its name, its sentence, the section that explains it, and the change.
The order is the order of preference. Introduced in chapter 7.

In the sentences ``{it}`` is the answer's name, ``{here}`` the named quantity in whose formula the
change is made, ``{part}`` what the row says it is.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backprop.check.formula import Formula, N, Op, lift, quantity
from backprop.nn import activations

BEFORE, AFTER = "_before", "_after"  # what names of given arrays end in


class Mistake(NamedTuple):
    """One row.

    Parameters
    ----------
    name : str
        The mistake, in two or three words.
    says : str
        What a reader is told: the mistake, not the right formula.
    change : callable
        ``change(node, scene)`` yields ``(new node, {slot: text})``, or nothing where the row does
        not apply. `scene` is a `Scene`.
    see : (str, str), optional
        The chapter and the heading that explain it.
    general : bool
        It says where the numbers come from and not what was thought; never mentioned beside a row
        that says more.
    """

    name: str
    says: str
    change: Callable
    see: tuple = ()
    general: bool = False


class Scene(NamedTuple):
    """Where a change is made: the formula of `it`, in a recipe, with these arrays given."""

    it: str
    root: Formula
    recipe: dict
    given: frozenset


# ── ways to change a formula ──────────────────────────────────────────────────────────────────


def at_root(change):
    """Return the rule that changes the answer itself, ``change(answer) -> formula``."""

    def rule(node, scene):
        if node is scene.root:
            yield change(node), {}

    return rule


def everywhere(op, change):
    """Return the rule ``change(*parts) -> formula`` for every node of one operation."""

    def rule(node, scene):
        if node.op == op:
            yield change(*node.parts), {"part": spoken(node)}

    return rule


def applied(value):
    """Return a function that applies a NumPy function to a formula."""
    return lambda a: Formula(Op(value, value), a)


def spoken(node):
    """Return a name for what a node stands for: its own, or that of the quantities in it."""
    names = [n.name for n in node.walk() if n.op == "quantity" and n is not N]
    return node.name or (names[0] if len(names) == 1 else "the other factor")


def is_batch(node):
    """Tell whether a node is a quantity with one row per example."""
    return node.op == "quantity" and node.letters[:1] == ("N",)


def all_batches(change):
    """Return the rule that changes all quantities with one row per example at once."""

    def rule(node, scene):
        if node is scene.root:
            rows = {leaf: change(leaf) for leaf in node.walk() if is_batch(leaf)}
            if rows:
                yield node.replace(rows), {}

    return rule


def another_time(suffix):
    """Return the rule that uses the value of a quantity from another time, if it is given."""

    def rule(node, scene):
        if node.op == "quantity" and node.name + suffix in scene.given:
            yield quantity(node.name + suffix, *node.letters), {"part": node.name}

    return rule


def accumulated(node, scene):
    """Add the answer to the one from the batch before."""
    if node is scene.root:
        old = {q: quantity(q.name + BEFORE, *q.letters) for q in node.walk() if q.op == "quantity"}
        known = {q: new for q, new in old.items() if new.name in scene.given}
        if known:
            yield node + node.replace(known), {}


def untransposed(node, scene):
    """Leave a transpose out."""
    if node.op == "transpose":
        yield node.parts[0], {"part": spoken(node)}


def transposed_factor(node, scene):
    """Transpose a factor of a matrix product that should not be."""
    if node.op == "matrix product":
        for i, part in enumerate(node.parts):
            if part.op != "transpose":
                factors = [p.T if i == j else p for j, p in enumerate(node.parts)]
                yield factors[0] @ factors[1], {"part": spoken(part)}


def sums_first(node, scene):
    """Add up the batch in both factors, and multiply afterwards."""
    if node.op == "matrix product" and node.parts[0].op == "transpose":
        left, right = node.parts[0].parts[0].total(), node.parts[1].total()
        yield Formula(Op(np.outer, np.outer), left, right), {}


def one_term(node, scene):
    """Keep one term of a sum, the other is overwritten."""
    if node.op == "sum":
        for part in node.parts:
            yield part, {}


def without_slope(node, scene):
    """Leave σ′ out."""
    if node.op == "product" and hasattr(node.parts[1], "activation"):
        yield node.parts[0], {}


def slope_of_a(node, scene):
    """Evaluate σ′ at a = σ(z) in place of z."""
    if hasattr(node, "activation"):
        rule = node.activation.rule
        yield _of_z(node, lambda z: rule.slope(rule.sigma(rule.sigma(z))) + 0.0 * z), {}


def slope_fed_with_z(node, scene):
    """Put z into the formula that wants a."""
    if hasattr(node, "activation"):
        rule = node.activation.rule
        yield _of_z(node, lambda z: rule.slope(z) + 0.0 * z), {}


# The identity's slope is 1: taking it is forgetting the slope.
SLOPED = (activations.Sigmoid, activations.Tanh, activations.ReLU)


def another_slope(node, scene):
    """Take the slope of another activation."""
    if hasattr(node, "activation"):
        for other in SLOPED:
            if other is not node.activation:
                rule = other.rule
                new = _of_z(node, lambda z, r=rule: r.slope(r.sigma(z)) + 0.0 * z)
                yield new, {"part": other.__name__}


def _of_z(node, value):
    return Formula(Op(value, lambda z: 1.0 + np.abs(value(z))), *node.parts)


def another_answer(node, scene):
    """Give the answer to another question."""
    if node is scene.root:
        for name, formula in scene.recipe.items():
            if name != scene.it:
                yield formula, {"part": f"∂C/∂{name[1:]}" if name[:1] == "d" else name}


def an_ingredient(node, scene):
    """Hand back what was given."""
    if node is scene.root:
        for name in sorted(scene.given):
            if not name.endswith((BEFORE, AFTER)):
                yield quantity(name), {"part": name}


def another_quantity(node, scene):
    """Use a quantity of the same shape."""
    if node.op == "quantity" and node is not N:
        everything = {q.name: q for f in scene.recipe.values() for q in f.walk()}
        for q in everything.values():
            if q.op == "quantity" and q.letters == node.letters and q.name != node.name:
                yield q, {"part": q.name}


def flat_column(node, scene):
    """Let a column be an array with a single axis."""
    if node.op == "quantity" and len(node.letters) == 2:
        yield (
            applied(lambda a: a[:, 0] if a.shape[1] == 1 else np.empty((0, 0, 0)))(node),
            {"part": node.name},
        )


def upstream_of_ones(node, scene):
    """Put ones where a gradient from above arrives."""
    if node.op == "quantity" and node.name[:1] == "d":
        yield applied(np.ones_like)(node), {"part": node.name}


def in_the_layer(node, scene):
    """Divide by N though no N belongs into the formula."""
    if node is scene.root and not any(n is N for n in node.walk()):
        yield node / N, {}


def elementwise_softmax(P, dP):
    """Return dP ⊙ p(1 − p), which leaves out how the outputs pull on each other."""
    return dP * P * (lift(1.0) - P)


# ── the catalogue ─────────────────────────────────────────────────────────────────────────────

TRANSPOSE = ("04_affine", "Where does the transpose come from?")
BATCH = ("04_affine", "A batch of examples")
ONE_WEIGHT = ("04_affine", "First route: one weight at a time")
INPUT = ("04_affine", "The input and the bias")
SQUARE = ("04_affine", "Break it: the square trap")
SILENT = ("04_affine", "Mistakes that raise nothing")
WRONG = ("04_affine", "What people get wrong")

MISTAKES = (
    Mistake(
        "transposed",
        "{it} is transposed: its rows and columns have changed places.",
        at_root(lambda a: a.T),
        TRANSPOSE,
    ),
    Mistake("sign", "Every number of {it} has the wrong sign.", at_root(lambda a: -a), ONE_WEIGHT),
    Mistake(
        "½ lost",
        "{it} is twice what it should be: a ½ was lost, or a 2 slipped in.",
        at_root(lambda a: 2.0 * a),
        ONE_WEIGHT,
    ),
    Mistake(
        "2 lost",
        "{it} is half of what it should be: a 2 was lost, or a ½ slipped in.",
        at_root(lambda a: 0.5 * a),
        ONE_WEIGHT,
    ),
    Mistake(
        "kept per example",
        "{here} is kept per example: the sum over the batch is missing.",
        everywhere("total", lambda a: a),
        WRONG,
    ),
    Mistake(
        "mean for sum",
        "{here} is the mean over the batch where the sum belongs.",
        everywhere("total", lambda a: a.total() / N),
        WRONG,
    ),
    Mistake(
        "wrong axis",
        "{here} is summed over the wrong axis: over the outputs, not over the examples.",
        everywhere("total", applied(lambda a: a.sum(axis=-1))),
        SILENT,
    ),
    Mistake(
        "divided in the layer",
        "{it} is divided by N. A layer does not divide: the 1/N of a mean has come with the "
        "upstream gradient.",
        in_the_layer,
        WRONG,
    ),
    Mistake(
        "mean lost",
        "{here} is not divided by N: the cost is a mean over the batch.",
        everywhere("quotient", lambda a, n: a),
        BATCH,
    ),
    Mistake(
        "mean taken twice",
        "{here} is divided by N twice.",
        everywhere("quotient", lambda a, n: a / n / n),
        WRONG,
    ),
    Mistake(
        "last example only",
        "{it} holds the last example only: the others were overwritten, not added.",
        all_batches(applied(lambda a: a[-1:])),
        BATCH,
    ),
    Mistake(
        "first example only",
        "{it} holds the first example only.",
        all_batches(applied(lambda a: a[:1])),
        BATCH,
    ),
    Mistake(
        "sums before products",
        "In {here} the examples are added up first and multiplied afterwards, so that the slopes "
        "of one example meet the inputs of another.",
        sums_first,
        BATCH,
    ),
    Mistake(
        "transpose missing",
        "In {here} a transpose is missing: {part} stands there untransposed.",
        untransposed,
        TRANSPOSE,
    ),
    Mistake(
        "transpose too many",
        "In {here} a transpose is too many: {part} stands there transposed.",
        transposed_factor,
        TRANSPOSE,
    ),
    Mistake(
        "wrong order",
        "In {here} the factors of a matrix product stand in the wrong order.",
        everywhere("matrix product", lambda a, b: b @ a),
        SQUARE,
    ),
    Mistake(
        "elementwise product",
        "In {here} two arrays are multiplied entry by entry where a matrix product belongs.",
        everywhere("matrix product", lambda a, b: a * b),
        SILENT,
    ),
    Mistake(
        "σ′ forgotten",
        "In {here} the slope σ′ of the activation is missing.",
        without_slope,
    ),
    Mistake(
        "σ′ of a",
        "In {here} the slope σ′ is evaluated at a, the activation's output; it belongs at z.",
        slope_of_a,
    ),
    Mistake(
        "σ′ fed with z",
        "In {here} the slope σ′ is written for a, the activation's output, and was given z.",
        slope_fed_with_z,
    ),
    Mistake(
        "another activation's slope",
        "In {here} the slope is that of {part}, which is another activation.",
        another_slope,
    ),
    Mistake(
        "elementwise softmax",
        "In {here} softmax is differentiated entry by entry, p (1 − p); but every output of a "
        "softmax depends on every input.",
        everywhere("softmax vjp", elementwise_softmax),
    ),
    Mistake(
        "one path only",
        "In {here} one of the two paths is missing: what arrives on two paths is added.",
        one_term,
        INPUT,
    ),
    Mistake(
        "paths subtracted",
        "In {here} one path is subtracted from the other: what arrives on two paths is added.",
        everywhere("sum", lambda a, b: a - b),
        INPUT,
    ),
    Mistake(
        "upstream forgotten",
        "In {here} the upstream gradient is left out, as if {part} were 1 everywhere.",
        upstream_of_ones,
        ONE_WEIGHT,
    ),
    Mistake(
        "stale cache",
        "In {here} the {part} of an earlier forward is used: a cache was not renewed.",
        another_time(BEFORE),
    ),
    Mistake(
        "updated weights",
        "In {here} the {part} from after the update is used; backward needs the one of the "
        "forward pass.",
        another_time(AFTER),
    ),
    Mistake(
        "accumulated",
        "{it} is added to the gradient of the batch before: a layer assigns its gradients.",
        accumulated,
    ),
    Mistake(
        "gradient of something else",
        "What stands in the place of {it} is {part}: are the answers in the right order?",
        another_answer,
        WRONG,
    ),
    Mistake(
        "ingredient handed back",
        "{it} is {part} itself, which was given.",
        an_ingredient,
        ONE_WEIGHT,
        general=True,
    ),
    Mistake(
        "another quantity",
        "{here} is made with {part}, which has the right shape and is the wrong quantity.",
        another_quantity,
        ONE_WEIGHT,
        general=True,
    ),
    Mistake(
        "column against flat",
        "In {here} {part} is used with a single axis, (N,), against a column, (N, 1): "
        "broadcasting makes a table of the two.",
        flat_column,
        SILENT,
    ),
    Mistake(
        "whole numbers",
        "{it} is cut to whole numbers: somewhere the arithmetic is done in integers.",
        at_root(applied(np.trunc)),
    ),
    Mistake(
        "whole numbers, rounded down",
        "{it} is rounded down to whole numbers: is // used for /?",
        at_root(applied(np.floor)),
    ),
    Mistake(
        "added up to one number",
        "{it} is added up to a single number.",
        at_root(applied(np.sum)),
        SILENT,
    ),
    Mistake(
        "as a row",
        "{it} holds the right numbers as a row, with an axis of size 1 too many.",
        at_root(applied(lambda a: a[None])),
        SILENT,
    ),
    Mistake(
        "as a column",
        "{it} holds the right numbers as a column, with an axis of size 1 too many.",
        at_root(applied(lambda a: a[..., None])),
        SILENT,
    ),
    Mistake(
        "flattened",
        "{it} holds the right numbers in a single row, without their shape.",
        at_root(applied(np.ravel)),
        SILENT,
    ),
)
