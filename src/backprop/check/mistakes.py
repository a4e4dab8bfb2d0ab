"""The catalogue: mistakes that people make in a backward pass, one row each.

A row changes a formula the way a mistaken person would: at its root, or at any node where it
applies, or at all of them. `diagnose` evaluates the changed formula and compares it with the
reader's numbers, so a row needs no more than its name, its sentence, the section that explains it,
and the change. The order is the order of preference. Used by the exercises of every chapter.

In the sentences ``{it}`` is the answer's name, ``{here}`` the named quantity in whose formula the
change is made, ``{part}`` what the row says it is. Either may be several, so no verb agrees with
them unless it has to.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backprop.check.changes import (
    AFTER,
    BEFORE,
    accumulated,
    all_batches,
    applied,
    at_root,
    by_outputs,
    either,
    everywhere,
    in_the_layer,
    left_out,
    one_term,
    over_n,
    over_rows,
    per_row,
    transposed_factor,
    untransposed,
)
from backprop.check.formula import Formula, N
from backprop.check.swaps import (
    a_step_before,
    an_ingredient,
    another_answer,
    another_quantity,
    another_slope,
    another_time,
    cut,
    divided_down,
    elementwise_softmax,
    flat_column,
    is_cached,
    is_handed_in,
    sigma_for_slope,
    slope_again,
    slope_twice,
    slopes,
    upstream_of_ones,
    without_reciprocal,
    without_slope,
    without_target,
)

__all__ = ["AFTER", "BEFORE", "MISTAKES", "Mistake", "at_root", "everywhere"]


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
        not apply. `scene` is a `backprop.check.changes.Scene`.
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


HADAMARD = ("03_jacobians", "Why the Hadamard shortcut fails")
TRANSPOSE = ("04_affine", "Where does the transpose come from?")
BATCH = ("04_affine", "A batch of examples")
ONE_WEIGHT = ("04_affine", "First route: one weight at a time")
INPUT = ("04_affine", "The input and the bias")
SQUARE = ("04_affine", "Break it: the square trap")
SILENT = ("04_affine", "Mistakes that raise nothing")
WRONG = ("04_affine", "What people get wrong")
CHECKING = ("04_affine", "Checking it against witnesses")
SLOPES = ("05_activations_and_costs", "Where the slope is taken")
FUSED = ("05_activations_and_costs", "Softmax cross-entropy by three routes")
TWICE = ("05_activations_and_costs", "Break it: softmax twice")
FACTORS = ("05_activations_and_costs", "Where ½ and 1/N live")
STAGES = ("06_mlp", "The three stages of a step")
ORDER = ("06_mlp", "Update after going back")

MISTAKES = (
    # ── the answer itself ──
    Mistake(
        "transposed",
        "{it} is transposed: its rows and columns have changed places.",
        at_root(lambda a: a.T),
        TRANSPOSE,
    ),
    Mistake("sign", "Every number of {it} has the wrong sign.", at_root(lambda a: -a), ONE_WEIGHT),
    Mistake(
        "difference reversed",
        "In {here} a difference is taken the wrong way round.",
        everywhere("difference", lambda a, b: b - a),
    ),
    Mistake(
        "½ lost",
        "{it} is twice what it should be: a ½ was lost, a 2 slipped in, or it was added up twice.",
        at_root(lambda a: 2.0 * a),
        ONE_WEIGHT,
    ),
    Mistake(
        "2 lost",
        "{it} is half of what it should be: a 2 was lost, or a ½ slipped in.",
        at_root(lambda a: 0.5 * a),
        ONE_WEIGHT,
    ),
    # ── the batch ──
    Mistake(
        "kept per example",
        "The sum over the batch is missing in {here}: the examples are kept apart.",
        either(everywhere("total", lambda a: a), over_rows(applied(per_row))),
        WRONG,
    ),
    Mistake(
        "mean for sum",
        "In {here} the mean over the batch stands where the sum belongs.",
        everywhere("total", lambda a: a.total() / N),
        WRONG,
    ),
    Mistake(
        "wrong axis",
        "In {here} the sum runs over the wrong axis: over the outputs, not over the examples.",
        everywhere("total", applied(lambda a: a.sum(axis=-1))),
        SILENT,
    ),
    Mistake(
        "mean lost",
        "{it} is not divided by N: the cost is a mean over the batch.",
        over_n(lambda a, n: a),
        BATCH,
    ),
    Mistake(
        "mean taken twice",
        "{it} is divided by N twice: the cost is one mean over the batch.",
        over_n(lambda a, n: a / n / n),
        WRONG,
    ),
    Mistake(
        "mean over the outputs",
        "{it} is divided by the number of outputs too: the mean is over the batch alone.",
        over_n(by_outputs),
        BATCH,
    ),
    Mistake(
        "divided in the layer",
        "{it} is divided by N. A layer does not divide: the 1/N of a mean has come with the "
        "upstream gradient.",
        in_the_layer,
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
        "an example left out",
        "The {part} example is missing in {it}: does a loop begin too late, or end too early?",
        left_out,
        BATCH,
    ),
    Mistake(
        "sums before products",
        "In {here} the examples are added up first and multiplied afterwards, so that the slopes "
        "of one example meet the inputs of another.",
        over_rows(lambda a, b: applied(np.outer)(a.total(), b.total())),
        BATCH,
    ),
    # ── the product ──
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
    # ── the cost ──
    Mistake(
        "target not subtracted",
        "In {here} the targets are not subtracted.",
        without_target,
        FUSED,
    ),
    Mistake(
        "softmax forgotten",
        "In {here} the outputs are taken for probabilities: the softmax is missing.",
        everywhere("softmax", lambda z: z),
        FUSED,
    ),
    Mistake(
        "softmax twice",
        "In {here} the softmax is applied twice: the cost does it already.",
        everywhere("softmax", lambda z: Formula("softmax", Formula("softmax", z))),
        TWICE,
    ),
    Mistake(
        "sigmoid forgotten",
        "In {here} the outputs are taken for probabilities: the sigmoid is missing.",
        everywhere("sigmoid", lambda z: z),
        FUSED,
    ),
    Mistake(
        "sigmoid for softmax",
        "In {here} every output has a sigmoid of its own where a softmax belongs: the "
        "probabilities of one example do not add up to 1.",
        everywhere("softmax", lambda z: Formula("sigmoid", z)),
        FUSED,
    ),
    Mistake(
        "slope of p again",
        "In {here} p − y is multiplied by p (1 − p): the slope of the probabilities is in p − y "
        "already.",
        slope_again,
        FUSED,
    ),
    Mistake(
        "slope of ln forgotten",
        "In {here} the slope of the logarithm is missing: that of ln p is 1/p.",
        without_reciprocal,
        FUSED,
    ),
    # ── the activation ──
    Mistake(
        "σ′ forgotten",
        "In {here} the activation's derivative σ′ is missing.",
        either(without_slope, everywhere("softmax vjp", lambda P, dP: dP)),
        SLOPES,
    ),
    Mistake(
        "σ′ twice",
        "In {here} the activation's derivative σ′ is multiplied in twice.",
        slope_twice,
        SLOPES,
    ),
    Mistake(
        "σ′ of a",
        "In {here} the slope σ′ is evaluated at a, the activation's output; it belongs at z.",
        slopes(lambda rule: lambda z: rule.slope(rule.sigma(rule.sigma(z)))),
        SLOPES,
    ),
    Mistake(
        "σ′ fed with z",
        "In {here} the slope σ′ is written for a, the activation's output, and was given z.",
        slopes(lambda rule: rule.slope),
        SLOPES,
    ),
    Mistake(
        "σ for σ′",
        "In {here} the activation's output stands where its slope σ′ belongs.",
        sigma_for_slope,
        SLOPES,
    ),
    Mistake(
        "another activation's slope",
        "In {here} the slope is that of another activation, {part}.",
        another_slope,
        SLOPES,
    ),
    Mistake(
        "elementwise softmax",
        "In {here} softmax is differentiated entry by entry, p (1 − p); but every output of a "
        "softmax depends on every input.",
        everywhere("softmax vjp", elementwise_softmax),
        HADAMARD,
    ),
    # ── paths and caches ──
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
        "{part} from an earlier forward went into {here}: a cache was not renewed.",
        another_time(BEFORE, is_cached),
        STAGES,
    ),
    Mistake(
        "batches mixed up",
        "{part} from the batch before went into {here}.",
        another_time(BEFORE, is_handed_in),
        STAGES,
    ),
    Mistake(
        "updated weights",
        "{part} from after the update went into {here}; backward needs the values of the forward "
        "pass.",
        another_time(AFTER),
        ORDER,
    ),
    Mistake(
        "accumulated",
        "{it} is added to the gradient of the batch before: a layer assigns its gradients.",
        accumulated,
        STAGES,
    ),
    # ── something else ──
    Mistake(
        "gradient of something else",
        "What stands in the place of {it} is {part}: are the answers in the right order?",
        another_answer,
        WRONG,
    ),
    Mistake(
        "stopped too early",
        "What stands in the place of {it} is {part}, which is only a step on the way.",
        a_step_before,
        general=True,
    ),
    Mistake(
        "ingredient handed back",
        "{it} is {part} itself: nothing was done with it.",
        an_ingredient,
        ONE_WEIGHT,
        general=True,
    ),
    Mistake(
        "another quantity",
        "{part} went into {here}: it has the right shape and is the wrong quantity.",
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
    # ── numbers and shapes ──
    Mistake(
        "whole numbers",
        "Something cut {part} to whole numbers: is the arithmetic done in integers?",
        cut(np.trunc),
    ),
    Mistake(
        "divided with //",
        "In {here} the division by N is done with //, which rounds down to whole numbers.",
        divided_down,
    ),
    Mistake(
        "whole numbers, rounded down",
        "Something rounded {part} down to whole numbers: is // used for /?",
        cut(np.floor),
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
