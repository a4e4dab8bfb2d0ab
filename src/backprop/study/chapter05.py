"""The exercises of chapter 5, activations and costs; cross-entropy has a file of its own."""

import numpy as np

from backprop.check.formula import Formula, N, op, quantity, slope
from backprop.check.mistakes import FACTORS, SILENT, SLOPES, Mistake, at_root
from backprop.nn import ReLU
from backprop.study.chapter05_entropy import CHAPTER, ROWS, any_targets, chain, logarithm, soft
from backprop.study.exercise import Exercise, Wrong
from backprop.study.expression import Symbolic
from backprop.study.function import Function
from backprop.study.values import Choice, Number

HAND = (CHAPTER, "By hand")
EIGHT = (CHAPTER, "Eight activations and their slopes")
KINKS = (CHAPTER, "Kinks")
MEAN = (CHAPTER, "The gradient of the mean")
SATURATION = (CHAPTER, "Large error, small δ")
MISFIT = (CHAPTER, "Targets that do not fit")


# ── 1 · which factor ──────────────────────────────────────────────────────────────────────────

factor = Exercise(
    id="costs-1",
    stars=1,
    title="Two conventions, one path",
    asks="the learning rate that makes up for another convention",
    stub='option = ...  # "a", "b", "c" or "d"',
    kind=Choice(
        "a",
        "The colleague's gradient is 2/3 of yours: twice for the missing ½, a third for the three "
        "outputs. The learning rate has to make up for both.",
        wrong=(
            Wrong(
                "upside down",
                "b",
                "That is how much smaller the colleague's gradient is. Multiply it by that once "
                "more, and the steps differ even more.",
                (FACTORS,),
            ),
            Wrong(
                "outputs forgotten",
                "c",
                "That makes up for the ½ alone. Over how many numbers does the colleague average, "
                "and over how many examples do you?",
                (FACTORS,),
            ),
            Wrong(
                "½ forgotten",
                "d",
                "That makes up for the number of outputs alone. Which of the two costs has a ½?",
                (FACTORS,),
            ),
        ),
    ),
    hints=(
        "Write both gradients down for one entry of Ŷ − Y. Which factors stand before it?",
        "A step is the learning rate times the gradient. If one gradient is r times the other, the "
        "learning rates have to differ by 1/r.",
    ),
    see=(FACTORS,),
    chapter=CHAPTER,
)


# ── 2 · a saturated output ────────────────────────────────────────────────────────────────────

# z = ln 7, so a = 7/8; nothing of what follows gives the number of another mistake.
a, y = 7 / 8, 0.0

saturated = Exercise(
    id="costs-2",
    stars=1,
    title="A confident mistake",
    asks="δ of a sigmoid output with the half squared error",
    stub="delta = ...  # the slope of the cost in z",
    kind=Number(
        (a - y) * a * (1 - a),
        "The slope of the cost in a, times the slope of a in z. The error is close to 1 and the "
        "slope of the sigmoid close to 0.",
        wrong=(
            Wrong(
                "σ′ forgotten",
                a - y,
                "This is the slope of the cost in a. How much does a change when z does?",
                (SLOPES,),
            ),
            Wrong(
                "error forgotten",
                a * (1 - a),
                "This is the slope of a in z. How much does the cost feel of a?",
                (HAND,),
            ),
            Wrong(
                "σ for σ′",
                (a - y) * a,
                "You multiplied by a, the output, where its slope belongs.",
                (SLOPES,),
            ),
            Wrong(
                "slope of tanh",
                (a - y) * (1 - a * a),
                "1 − a² is the slope of tanh. This unit has a sigmoid.",
                (EIGHT,),
            ),
            Wrong(
                "the cost itself",
                0.5 * (a - y) ** 2,
                "This is the value of the cost. How fast does it change with z?",
                (HAND,),
            ),
            Wrong(
                "e⁻ᶻ upside down",
                (1 - a) ** 2 * a,
                "You took e⁻ᶻ for 7, which is eᶻ: a positive logit makes an answer above ½.",
                (HAND,),
            ),
            Wrong(
                "yes for no",
                (a - 1) * a * (1 - a),
                "The error is taken from 1. Which answer was wanted?",
                (HAND,),
            ),
            Wrong(
                "cross-entropy",
                1 / (1 - a),
                "This is the slope in a of another cost, the cross-entropy.",
                (SATURATION,),
            ),
        ),
    ),
    hints=(
        "Compute a first: e⁻ᶻ is 1/7.",
        "Two factors, as in “By hand”: the slope of the cost in a, and the slope of a in z, which "
        "for a sigmoid can be had from a.",
    ),
    see=(HAND, SATURATION),
    chapter=CHAPTER,
)


# ── 3 · a mask that is always true ────────────────────────────────────────────────────────────


def rectified(rng, sizes):
    """Return Z, its rectified A, and the upstream gradient."""
    Z = rng.normal(size=(sizes["N"], sizes["K"]))
    return {"Z": Z, "A": np.maximum(Z, 0.0), "dA": rng.normal(size=Z.shape)}


mask = Exercise(
    id="costs-3",
    stars=1,
    title="A mask that is always true",
    asks="the repair of a rectifier's backward pass",
    stub="""def relu_backward(dA, A):
    return dA * (A >= 0)""",
    kind=Function(
        {"dZ": quantity("dA", "N", "K") * slope(ReLU, quantity("Z", "N", "K"))},
        ("dA", "A"),
        "The output of a rectifier is positive exactly where its input is, so > works on A as well "
        "as on Z; >= does not.",
        sizes=ROWS,
        make=rectified,
        mistakes=(
            Mistake(
                "mask upside down",
                "The mask lets through what it should stop: the slope is 1 where z > 0.",
                at_root(lambda a: Formula(op(lambda dA, s: dA * (1 - s)), *a.parts)),
                EIGHT,
            ),
            Mistake(
                "mask of the upstream",
                "In {it} the mask looks at dA; whether a slope is 0 or 1 is a matter of A.",
                at_root(lambda a: Formula(op(lambda dA, s: np.maximum(dA, 0.0)), *a.parts)),
                SLOPES,
            ),
        ),
    ),
    hints=(
        "Which values can an entry of A have? For which of them is A >= 0 false?",
        "An output of 0 came from an input that was 0 or less; there the slope is 0.",
    ),
    see=(SLOPES, EIGHT),
    chapter=CHAPTER,
)


# ── 4 · examples that count differently ───────────────────────────────────────────────────────


def weighted_symbols():
    """Return Ŷ, Y, the weights u and N."""
    from backprop.symbolic import matrix, sizes, vector

    N, K = sizes(N=5, K=4)
    return {"Yhat": matrix("Ŷ", N, K), "Y": matrix("Y", N, K), "u": vector("u", N), "N": N}


def diag(column):
    """Return the diagonal matrix of a column; SymPy is loaded when it is used."""
    from backprop.symbolic import diag

    return diag(column)


weighted = Exercise(
    id="costs-4",
    stars=2,
    title="Examples that count differently",
    asks="the gradient of a weighted half squared error",
    stub="""def weighted_gradient(Yhat, Y, u, N):
    \"""Return dYhat, written with diag(u), @, -, / and N.\"""
    ...""",
    kind=Symbolic(
        weighted_symbols,
        {"dYhat": lambda Yhat, Y, u, N: diag(u) @ (Yhat - Y) / N},
        "Each example's row is its own gradient, times the weight of the example, times the 1/N of "
        "the mean. The ½ has met the 2 of the square.",
        wrong={
            "dYhat": (
                Wrong(
                    "weights forgotten",
                    lambda Yhat, Y, u, N: (Yhat - Y) / N,
                    "all examples count alike. Where does u enter?",
                    (MEAN,),
                ),
                Wrong(
                    "mean lost",
                    lambda Yhat, Y, u, N: diag(u) @ (Yhat - Y),
                    "the 1/N of the mean is missing.",
                    (FACTORS,),
                ),
                Wrong(
                    "mean taken twice",
                    lambda Yhat, Y, u, N: diag(u) @ (Yhat - Y) / N / N,
                    "it is divided by N twice. The cost is one mean over the examples.",
                    (FACTORS,),
                ),
                Wrong(
                    "weights squared",
                    lambda Yhat, Y, u, N: diag(u) @ diag(u) @ (Yhat - Y) / N,
                    "the weights stand there squared. They multiply the squares; they are not in "
                    "them.",
                    (MEAN,),
                ),
            )
        },
    ),
    hints=(
        "Take one example and one output: which terms of the cost contain ŷ_nj?",
        "Its slope is u_n (ŷ_nj − y_nj) / N. To multiply row n of a matrix by u_n, for all n, "
        "multiply from the left by the diagonal matrix of u.",
    ),
    see=(MEAN, FACTORS),
    chapter=CHAPTER,
)


# ── 8 · a column and a flat array ─────────────────────────────────────────────────────────────


def single_outputs(rng, sizes):
    """Return a column of outputs and a flat array of targets."""
    return {"Yhat": rng.normal(size=(sizes["N"], 1)), "y": rng.normal(size=sizes["N"])}


def one_output():
    """Return C and dYhat of the half squared error of outputs (N, 1) with targets (N,)."""
    column = Formula(op(lambda y: y[:, None]), quantity("y", "N"))
    R = (quantity("Yhat", "N", 1) - column).named("R")
    square = Formula(op(lambda R: (R * R).sum()), R)
    return {"C": 0.5 * square / N, "dYhat": R / N}


table = Exercise(
    id="costs-8",
    stars=2,
    title="A cost that compares everybody",
    asks="the repair of a half squared error for one output",
    stub="""def broken_cost(Yhat, y):
    R = Yhat - y  # Yhat has shape (N, 1), y has shape (N,)
    C = (R * R).sum() / (2 * len(y))
    dYhat = R / len(y)
    return C, dYhat""",
    kind=Function(
        one_output(),
        ("Yhat", "y"),
        "One difference per example, and a gradient that is shaped like the outputs.",
        sizes=tuple({"N": n} for n in (5, 1, 2, 7)),
        make=single_outputs,
        mistakes=(
            Mistake(
                "everybody with everybody",
                "Every output is still compared with the targets of all examples: somewhere a "
                "column and a flat array make a table.",
                at_root(
                    lambda a: a.replace(
                        {n: n.parts[0] for n in a.walk() if n.parts and n.parts[0].name == "y"}
                    )
                ),
                SILENT,
            ),
            Mistake(
                "the mean target",
                "In {it} every output is compared with the mean of all targets: the table has been "
                "averaged, not avoided.",
                at_root(
                    lambda a: a.replace(
                        {
                            n: Formula(op(lambda y: y.mean() + 0.0 * y[:, None]), n.parts[0])
                            for n in a.walk()
                            if n.parts and n.parts[0].name == "y"
                        }
                    )
                ),
                MISFIT,
            ),
        ),
    ),
    hints=(
        "Print `R.shape` for N = 5. How many differences should there be?",
        "Give one of the two an axis, or take one away, before you subtract. Which of the two "
        "leaves `dYhat` with the shape of `Yhat`?",
    ),
    see=(MISFIT,),
    chapter=CHAPTER,
)


# ── 10 · a cost with a kink ───────────────────────────────────────────────────────────────────


def margins(rng, sizes):
    """Return outputs and targets −1 and 1; some outputs stand exactly on the kink."""
    N, K = sizes["N"], sizes["K"]
    Y = rng.choice([-1.0, 1.0], size=(N, K))
    Yhat = rng.normal(size=(N, K))
    Yhat[:, 0] = Y[:, 0]
    return {"Yhat": Yhat, "Y": Y}


def hinge(where, rise=lambda Yhat, Y: -Y):
    """Return what has this slope where a condition holds, and 0 elsewhere."""
    return lambda Yhat, Y: rise(Yhat, Y) * where(Yhat, Y)


def below(Yhat, Y):
    """Tell where the margin is missed."""
    return 1 - Y * Yhat > 0


def each_row(where, **options):
    """Return the change that takes the slope elsewhere."""
    row = op(hinge(where, **options), lambda Yhat, Y: np.ones_like(Y))
    return at_root(
        lambda a: a.replace({n: Formula(row, *n.parts) for n in a.walk() if n.name == "slope"})
    )


def hinge_gradient():
    """Return dYhat of the hinge cost."""
    row = op(hinge(below), lambda Yhat, Y: np.ones_like(Y))
    outputs, targets = quantity("Yhat", "N", "K"), quantity("Y", "N", "K")
    return {"dYhat": Formula(row, outputs, targets).named("slope") / N}


kinked = Exercise(
    id="costs-10",
    stars=3,
    title="A cost with a kink",
    asks="the gradient of the hinge cost, with its slope at the kink",
    stub="""def hinge_backward(Yhat, Y):
    \"""Return dYhat; at the kink the slope is 0.\"""
    ...""",
    kind=Function(
        hinge_gradient(),
        ("Yhat", "Y"),
        "A rectifier of 1 − y ŷ: its slope is −y where the margin is missed and 0 where it is "
        "kept, the kink among the latter.",
        sizes=ROWS,
        make=margins,
        mistakes=(
            Mistake(
                "the other side of the kink",
                "{it} is right but for the outputs exactly at the kink, where the slope is to be "
                "0.",
                each_row(lambda Yhat, Y: 1 - Y * Yhat >= 0),
                KINKS,
            ),
            Mistake(
                "margin forgotten",
                "{it} is not 0 only where the sign is wrong; the cost also asks for a margin of 1.",
                each_row(lambda Yhat, Y: Y * Yhat < 0),
                KINKS,
            ),
            Mistake(
                "mask of the output",
                "In {it} the mask looks at ŷ; it has to look at what the maximum is taken of.",
                each_row(lambda Yhat, Y: Yhat > 0),
                KINKS,
            ),
            Mistake(
                "target forgotten",
                "In {it} the slope is −1 wherever the margin is missed: the slope of 1 − y ŷ in ŷ "
                "is missing.",
                each_row(below, rise=lambda Yhat, Y: -np.ones_like(Y)),
                KINKS,
            ),
            Mistake(
                "target forgotten in the mask",
                "In {it} the mask compares ŷ with 1 where y ŷ belongs: for y = −1 that is the "
                "wrong side.",
                each_row(lambda Yhat, Y: Yhat < 1),
                KINKS,
            ),
            Mistake(
                "mask upside down",
                "{it} is 0 where the margin is missed, and not where it is kept.",
                each_row(lambda Yhat, Y: 1 - Y * Yhat <= 0),
                KINKS,
            ),
            Mistake(
                "mask upside down, kink excluded",
                "{it} is 0 where the margin is missed, and not where it is more than kept.",
                each_row(lambda Yhat, Y: 1 - Y * Yhat < 0),
                KINKS,
            ),
            Mistake(
                "mask forgotten",
                "{it} is 0 nowhere; where the margin is kept, the cost is flat.",
                each_row(lambda Yhat, Y: np.ones_like(Y)),
                KINKS,
            ),
            Mistake(
                "output for target",
                "In {it} the output stands where the slope of 1 − y ŷ in ŷ belongs.",
                each_row(below, rise=lambda Yhat, Y: -Yhat),
                KINKS,
            ),
            Mistake(
                "margin multiplied in",
                "In {it} the slope is multiplied by what is missing: that belongs to the square of "
                "this cost.",
                each_row(below, rise=lambda Yhat, Y: -Y * (1 - Y * Yhat)),
                KINKS,
            ),
            Mistake(
                "the cost itself",
                "{it} holds the cost of every output, not its slope.",
                each_row(below, rise=lambda Yhat, Y: 1 - Y * Yhat),
                KINKS,
            ),
        ),
    ),
    hints=(
        "The cost of one output is a rectifier of u = 1 − y ŷ. Which two slopes multiply?",
        "The slope of u in ŷ is −y. The slope of the rectifier is 1 where u > 0 and 0 elsewhere.",
        "Then the mean: over the examples, not over the outputs.",
    ),
    see=(KINKS, FACTORS),
    chapter=CHAPTER,
)


EXERCISES = (
    factor,
    saturated,
    mask,
    weighted,
    any_targets,
    chain,
    logarithm,
    table,
    soft,
    kinked,
)
