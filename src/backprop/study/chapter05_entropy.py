"""The exercises of chapter 5 on cross-entropy: gradient, chain, logarithm, targets."""

import numpy as np

from backprop.check import recipes
from backprop.check.changes import only
from backprop.check.formula import Formula, N, op, quantity
from backprop.check.mistakes import FUSED, TWICE, Mistake, at_root, everywhere
from backprop.check.probabilities import log_softmax, log_softmax_size, softmax
from backprop.study.exercise import Exercise, Wrong
from backprop.study.expression import Symbolic
from backprop.study.function import Function

CHAPTER = "05_activations_and_costs"
EIGHT = (CHAPTER, "Eight activations and their slopes")
LARGE = (CHAPTER, "Numbers that are too large")

# Examples and classes, pairwise different, one example among them.
ROWS = tuple({"N": n, "K": k} for n, k in ((5, 3), (1, 4), (2, 6), (7, 2)))


def instead(value, size):
    """Return the change that puts another function of the same parts in the answer's place."""
    return at_root(lambda a: Formula(op(value, size), *a.parts))


# ── 5 · why the slopes sum to 0 ───────────────────────────────────────────────────────────────


def slope_symbols():
    """Return p, y and the indices k, j; p sums to 1, so a form that uses this is right too."""
    from backprop.symbolic import indices, let, sizes, softmax, vector

    (K,) = sizes(K=3)
    k, j = indices(k=K, j=K)
    return {"p": let("p", softmax(vector("z", K))), "y": vector("y", K), "k": k, "j": j}


def total(term, index):
    """Return Σ over an index; SymPy is loaded when it is used."""
    from backprop.symbolic import total

    return total(term, index)


any_targets = Exercise(
    id="costs-5",
    stars=2,
    title="Targets of any sum",
    asks="one slope of the cross-entropy, for targets that need not sum to 1",
    stub="""def slope_entry(p, y, k, j):
    \"""Return the slope in logit k, written with p[k], y[k] and total(…, j).\"""
    ...""",
    kind=Symbolic(
        slope_symbols,
        {"dz_k": lambda p, y, k, j: p[k] * total(y[j], j) - y[k]},
        "Every target pulls at every probability, so p_k comes with the sum of all targets. Added "
        "over k this is 0, because the p_k sum to 1.",
        wrong={
            "dz_k": (
                Wrong(
                    "targets taken to sum to 1",
                    lambda p, y, k, j: p[k] - y[k],
                    "that is right for targets that sum to 1. Where was the sum used?",
                    (FUSED,),
                ),
                Wrong(
                    "own probability only",
                    lambda p, y, k, j: y[k] * (p[k] - 1),
                    "only the path through p_k itself is there. Logit k moves all the "
                    "probabilities.",
                    (FUSED,),
                ),
                Wrong(
                    "slope of the logarithm only",
                    lambda p, y, k, j: -(y[k] * p[k]),
                    "this lacks something: the slope of ln p_j in z_k is [j = k] − p_k.",
                    (FUSED,),
                ),
                Wrong(
                    "slope in the probability",
                    lambda p, y, k, j: -y[k] / p[k],
                    "that is the slope in p_k. The softmax still lies between p and the logits.",
                    (FUSED,),
                ),
                Wrong(
                    "[j = k] taken for 1",
                    lambda p, y, k, j: total(y[j] * (p[k] - 1), j),
                    "every target is subtracted. The bracket [j = k] is 1 for one j only.",
                    (FUSED,),
                ),
                Wrong(
                    "p_j for p_k",
                    lambda p, y, k, j: total(y[j] * p[j], j) - y[k],
                    "in the sum stands p_j. The slope of ln p_j in z_k is [j = k] − p_k.",
                    (FUSED,),
                ),
                Wrong(
                    "target not subtracted",
                    lambda p, y, k, j: p[k] * total(y[j], j),
                    "the term with [j = k] is lost: logit k raises its own ln p_k besides.",
                    (FUSED,),
                ),
            )
        },
    ),
    hints=(
        "ln p_j = z_j − ln Σ e^z. What is its slope in z_k? The second term does not depend on j.",
        "The cost is −Σ_j y_j ln p_j. Put [j = k] − p_k in for each slope and carry the sum out: "
        "one term is left of the bracket, and p_k comes out of the rest.",
    ),
    see=(FUSED,),
    chapter=CHAPTER,
)


# ── 6 · by the chain ──────────────────────────────────────────────────────────────────────────


def classified(rng, sizes):
    """Return logits, their probabilities, and targets that are probabilities."""
    Z, Y = rng.normal(size=(sizes["N"], sizes["K"])), rng.dirichlet(np.ones(sizes["K"]), sizes["N"])
    return {"Z": Z, "P": softmax(Z), "Y": Y}


def other_probabilities(change):
    """Return the change that computes P otherwise."""

    @only("quantity")
    def rule(node, scene):
        if node.name == "P":
            yield change(node), {}

    return rule


def least(Z):
    """Return the least that a quotient of two exponentials can be, shaped like Z."""
    return np.exp(-2.0 * Z.max()) + 0.0 * Z


# These are divided by, so their size is the least that they can be.
DOWN = op(lambda Z: softmax(Z.T).T, lambda Z: least(Z) / len(Z))
WHOLE = op(lambda Z: softmax(Z.reshape(1, -1)).reshape(Z.shape), lambda Z: least(Z) / Z.size)
POWERS = op(np.exp, lambda Z: np.exp(-Z))
UNWEIGHTED = op(
    lambda P, dP: P * (dP - dP.sum(axis=1, keepdims=True)),
    lambda P, dP: P * (dP + dP.sum(axis=1, keepdims=True)),
)
ONE_SUM = op(lambda P, dP: P * (dP - (P * dP).sum()), lambda P, dP: P * (dP + (P * dP).sum()))
BINARY = (
    Formula(
        op(lambda P, Y: (P - Y) / (P * (1 - P)), lambda P, Y: (P + Y) / (P * (1 - P))),
        quantity("P", "N", "K"),
        quantity("Y", "N", "K"),
    )
    / N
)
FLAT = Formula(op(lambda P: -1 / P, lambda P: 1 / P), quantity("P", "N", "K")) / N


chain = Exercise(
    id="costs-6",
    stars=2,
    title="The long way round",
    asks="the gradient of the softmax cross-entropy by the chain, without fusing",
    stub="""def chain_gradients(Z, Y):
    \"""Return dP and dZ of the mean of -sum(Y * log(P)), P = softmax(Z).\"""
    ...""",
    kind=Function(
        recipes.cross_entropy(),
        ("Z", "Y"),
        "The 1/p of the logarithm and the p of the softmax cancel; what is left is p − y.",
        sizes=ROWS,
        make=classified,
        mistakes=(
            Mistake(
                "softmax forgotten",
                "In {here} the logits are taken for probabilities: the softmax is missing.",
                other_probabilities(lambda P: quantity("Z", "N", "K")),
                FUSED,
            ),
            Mistake(
                "softmax twice",
                "In {here} the softmax is applied to what are probabilities already.",
                other_probabilities(lambda P: Formula("softmax", P)),
                TWICE,
            ),
            Mistake(
                "softmax over the examples",
                "In {here} the softmax runs down the columns, over the examples: a row of "
                "probabilities has to sum to 1.",
                other_probabilities(lambda P: Formula(DOWN, quantity("Z", "N", "K"))),
                FUSED,
            ),
            Mistake(
                "one softmax for the batch",
                "In {here} the exponentials are divided by the sum over the whole batch; every row "
                "has its own.",
                other_probabilities(lambda P: Formula(WHOLE, quantity("Z", "N", "K"))),
                FUSED,
            ),
            Mistake(
                "not divided",
                "In {here} the exponentials are taken for probabilities: they were not divided by "
                "the sum of their row.",
                other_probabilities(lambda P: Formula(POWERS, quantity("Z", "N", "K"))),
                FUSED,
            ),
            Mistake(
                "inner product forgotten",
                "In {here} p is multiplied by the slope and the inner product of the row is not "
                "subtracted: every output of a softmax depends on every input.",
                everywhere("softmax vjp", lambda P, dP: P * dP),
                EIGHT,
            ),
            Mistake(
                "sum not weighted",
                "In {here} the slopes of the row are added up without their probabilities: what is "
                "subtracted is the inner product of p and the slopes.",
                everywhere("softmax vjp", lambda P, dP: Formula(UNWEIGHTED, P, dP)),
                EIGHT,
            ),
            Mistake(
                "target forgotten",
                "In {here} the slope is −1/p for every class; each is multiplied by its target.",
                at_root(lambda a: a.replace({n: FLAT for n in a.walk() if n.name == "dP"})),
                FUSED,
            ),
            Mistake(
                "one sum for the batch",
                "In {here} the inner product runs over the whole batch; every row has its own.",
                everywhere("softmax vjp", lambda P, dP: Formula(ONE_SUM, P, dP)),
                FUSED,
            ),
            Mistake(
                "slope of the binary cross-entropy",
                "In {here} there is a term for 1 − p: that is the cost of a yes or no for every "
                "class. Here one class comes true.",
                at_root(lambda a: a.replace({n: BINARY for n in a.walk() if n.name == "dP"})),
                FUSED,
            ),
        ),
    ),
    hints=(
        "Three steps: P from Z, row by row; then the slope of the cost in every entry of P, its "
        "1/N included; then back through the softmax.",
        "The slope of −y ln p in p is −y/p.",
        "Back through the softmax, a row at a time: p ⊙ (dp − ⟨p, dp⟩), with the inner product of "
        "the row kept as a column by keepdims=True.",
    ),
    see=(FUSED,),
    chapter=CHAPTER,
)


# ── 7 · the logarithm of a softmax ────────────────────────────────────────────────────────────


def far_apart(rng, sizes):
    """Return logits around 0, 1000 and −1000, one of them far below the others of its row."""
    Z = rng.normal(size=(sizes["N"], sizes["K"]))
    Z += 1000.0 * (np.arange(len(Z)) % 3 - 1)[:, None] * (len(Z) > 1)
    Z[:, 0] -= 900.0 * (np.arange(len(Z)) % 2)
    return {"Z": Z}


def over_columns(Z):
    """Compare the examples of a class with each other, where the classes of an example belong."""
    return log_softmax(Z.T).T


def over_all(Z):
    """Bound `over_columns`."""
    return Z + 2.0 * Z.max() + np.log(Z.size)


def left_shifted(Z):
    """Subtract the logarithm of the shifted sum from what was not shifted."""
    return Z - np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))


logarithm = Exercise(
    id="costs-7",
    stars=2,
    title="Logarithms of probabilities",
    asks="ln softmax, right for logits of any size",
    stub="""def log_softmax(Z):
    \"""Return the logarithms of the softmax of every row of Z, shape (N, K).\"""
    ...""",
    kind=Function(
        {"log P": Formula("log softmax", quantity("Z", "N", "K"))},
        ("Z",),
        "Nothing overflows, because no exponent is positive; and nothing is −∞, because no "
        "logarithm is taken of a probability.",
        sizes=ROWS,
        make=far_apart,
        mistakes=(
            Mistake(
                "logarithm forgotten",
                "{it} holds the probabilities themselves: the logarithm is missing.",
                instead(softmax, log_softmax_size),
                LARGE,
            ),
            Mistake(
                "logarithm added",
                "In {it} the logarithm of the sum is added; that of a quotient is a difference.",
                instead(
                    lambda Z: 2.0 * (Z - Z.max(axis=1, keepdims=True)) - log_softmax(Z),
                    log_softmax_size,
                ),
                LARGE,
            ),
            Mistake(
                "shift left in",
                "In {it} the maximum was subtracted in the sum only: it has to come off z too, or "
                "back onto the logarithm.",
                instead(left_shifted, log_softmax_size),
                LARGE,
            ),
            Mistake(
                "sum forgotten",
                "In {it} the maximum came off every row, and the logarithm of the sum did not.",
                instead(lambda Z: Z - Z.max(axis=1, keepdims=True), log_softmax_size),
                LARGE,
            ),
            Mistake(
                "summed over the examples",
                "In {it} the exponentials are added up over the examples; the classes of one "
                "example belong together.",
                instead(over_columns, over_all),
                LARGE,
            ),
        ),
    ),
    hints=(
        "ln p_k = z_k − ln Σ_j e^(z_j). With which formula of the text is the second term "
        "computed safely?",
        "Subtract the maximum of each row from the row first. That changes no p_k, and so no "
        "ln p_k.",
        "Do not take the logarithm of p: far below the maximum p is 0 in floating point.",
    ),
    see=(LARGE,),
    chapter=CHAPTER,
)


# ── 9 · softer targets ────────────────────────────────────────────────────────────────────────


def off(eps, K):
    """Return the target of a wrong class."""
    return eps / K


def on(eps, K):
    """Return the target of the right class."""
    return 1 - eps + eps / K


def smoothed(labels, eps, Z, off=off, on=on, over=1):
    """Return the rows of targets: `on` at the label, `off` elsewhere; the options are mistakes."""
    K = Z.shape[over]
    hot = np.arange(Z.shape[1]) == labels[:, None]
    return np.where(hot, on(eps, K), off(eps, K)) + 0.0 * Z


def spread(**options):
    """Return the change that makes the soft targets otherwise."""
    row = op(lambda labels, eps, Z: smoothed(labels, eps, Z, **options))
    return at_root(
        lambda a: a.replace({n: Formula(row, *n.parts) for n in a.walk() if n.name == "Y"})
    )


def soft_targets():
    """Return Y and dZ of the cross-entropy with smoothed labels."""
    Z = quantity("Z", "N", "K")
    row = op(smoothed, lambda labels, eps, Z: np.ones_like(Z))
    Y = Formula(row, quantity("labels", "N"), quantity("eps"), Z).named("Y")
    return {"Y": Y, "dZ": (Formula("softmax", Z).named("P") - Y) / N}


def labelled(rng, sizes):
    """Return logits, labels and how much of a target is spread."""
    N, K = sizes["N"], sizes["K"]
    labels = rng.integers(0, K, N)
    return {"Z": rng.normal(size=(N, K)), "labels": labels, "eps": rng.uniform(0.1, 0.9)}


soft = Exercise(
    id="costs-9",
    stars=3,
    title="Softer targets",
    asks="label smoothing: the targets, and the gradient",
    stub="""def smoothed_cost(Z, labels, eps):
    \"""Return the soft targets Y, shape (N, K), and dZ of the cross-entropy.\"""
    ...""",
    kind=Function(
        soft_targets(),
        ("Z", "labels", "eps"),
        "p − y asks only that the targets sum to 1. With soft targets it is 0 at finite logits: "
        "the network is no longer asked to be certain.",
        sizes=ROWS,
        make=labelled,
        mistakes=(
            Mistake(
                "not smoothed",
                "The targets in {it} are 1 and 0: eps did nothing.",
                spread(off=lambda eps, K: 0.0, on=lambda eps, K: 1.0),
                FUSED,
            ),
            Mistake(
                "spread over the others",
                "In {it} eps is shared out among the other classes only; it is to be shared out "
                "among all K, the right one too.",
                spread(off=lambda eps, K: eps / (K - 1), on=lambda eps, K: 1 - eps),
                FUSED,
            ),
            Mistake(
                "own share forgotten",
                "In {it} the right class gets 1 − eps and no share of eps: a row of targets must "
                "sum to 1.",
                spread(on=lambda eps, K: 1 - eps),
                FUSED,
            ),
            Mistake(
                "nothing taken",
                "In {it} eps is shared out and nobody gives it: a row of targets must sum to 1.",
                spread(on=lambda eps, K: 1 + eps / K),
                FUSED,
            ),
            Mistake(
                "mixture the other way round",
                "In {it} the shares of the mixture are swapped: eps is the share of 1/K, not of "
                "the one-hot row.",
                spread(off=lambda eps, K: (1 - eps) / K, on=lambda eps, K: eps + (1 - eps) / K),
                FUSED,
            ),
            Mistake(
                "nothing spread",
                "In {it} the right class gives eps away and nobody gets it: a row of targets must "
                "sum to 1.",
                spread(off=lambda eps, K: 0.0, on=lambda eps, K: 1 - eps),
                FUSED,
            ),
            Mistake(
                "shared out over the examples",
                "In {it} eps is divided by the number of examples; it is shared out among the "
                "classes.",
                spread(over=0),
                FUSED,
            ),
            Mistake(
                "eps for everybody",
                "In {it} every class gets the whole of eps: a row of targets must sum to 1.",
                spread(off=lambda eps, K: eps, on=lambda eps, K: 1.0),
                FUSED,
            ),
        ),
    ),
    hints=(
        "Begin with one-hot rows. `np.eye(K)[labels]` makes them.",
        "Each row is a mixture: 1 − eps of the one-hot row and eps of the row that says 1/K for "
        "every class.",
        "The gradient does not care how the targets came about, as long as each row sums to 1.",
    ),
    see=(FUSED, LARGE),
    chapter=CHAPTER,
)
