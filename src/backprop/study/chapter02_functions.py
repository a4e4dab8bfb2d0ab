"""The two exercises of chapter 2 in which a backward pass of a few lines is written or repaired."""

import numpy as np

from backprop.check.formula import Formula, lift, op, quantity
from backprop.check.mistakes import MISTAKES, Mistake
from backprop.study.exercise import Exercise
from backprop.study.function import Function
from backprop.study.places02 import (
    BY_HAND,
    CHAPTER,
    FORK,
    GATES,
    GRAPH,
    NEURONS,
    OPENING,
    ORDER,
    WRONG,
)

# ── 4 · a staged program ──────────────────────────────────────────────────────────────────────

# Mistakes of the catalogue that this chapter explains itself.
EXPLAINED = {
    "one path only": FORK,
    "paths subtracted": FORK,
    "upstream forgotten": BY_HAND,
    "sign": GATES,
    "gradient of something else": BY_HAND,
    "another quantity": BY_HAND,
    "added up to one number": (),
}
KNOWN = tuple(row._replace(see=EXPLAINED[row.name]) for row in MISTAKES if row.name in EXPLAINED)

COS = op(np.cos, np.ones_like)
SIN = op(np.sin, np.ones_like)


def staged(slope=COS, below=None, square=None, sine=None, own=False):
    """Return dx and dy of f = (x y + sin x) / (1 + (x y)²); the options are mistakes."""
    x, y, s, u, v, df = (quantity(name, "N") for name in ("x", "y", "s", "u", "v", "df"))
    du = (df / v).named("du")
    dv = (below(df, u, v) if below else -(df * u / (v * v))).named("dv")
    ds = (du + dv * (square(s) if square else 2.0 * s)).named("ds")
    arrives = sine(df, ds) if sine else du
    through_sine = arrives * Formula(slope, x)
    return {"dx": ds * (x if own else y) + through_sine, "dy": ds * (y if own else x)}


def stages(rng, sizes):
    """Return the inputs, what the forward pass has stored, and an upstream gradient."""
    x, y, df = rng.normal(size=(3, sizes["N"]))
    s = x * y
    return {"x": x, "y": y, "s": s, "u": s + np.sin(x), "v": 1 + s * s, "df": df}


def instead(recipe):
    """Return the rule that takes a whole recipe with a mistake in it."""

    def rule(node, scene):
        if node is scene.root:
            yield recipe[scene.it], {}

    return rule


def minus_lost(node, scene):
    """Change the sign of dv, wherever it goes."""
    if node.name == "dv":
        yield -node, {}


program = Exercise(
    id="chain-4",
    stars=2,
    title="Four lines backward",
    asks="the backward pass of a program of four lines",
    stub="""def staged_backward(x, y, s, u, v, df):
    \"""Return dx and dy.\"""
    ...""",
    kind=Function(
        staged(),
        ("x", "y", "s", "u", "v", "df"),
        "Every line backward, in reverse order, and a sum wherever a name was used twice.",
        make=stages,
        mistakes=(
            Mistake(
                "sine for cosine",
                "In {here} the sine stands where its slope belongs.",
                instead(staged(slope=SIN)),
                GRAPH,
            ),
            Mistake(
                "one factor of a square",
                "s is used twice in s * s, and only one of the two uses has come back.",
                instead(staged(square=lambda s: s)),
                FORK,
            ),
            Mistake(
                "square of the denominator lost",
                "The slope of u / v in v has v below twice.",
                instead(staged(below=lambda df, u, v: -(df * u / v))),
                OPENING,
            ),
            Mistake(
                "sign of the quotient",
                "The slope of u / v in v has a minus: where v grows, the quotient shrinks.",
                minus_lost,
                OPENING,
            ),
            Mistake(
                "numerator forgotten",
                "The slope of 1 / v went into dv. In the quotient u stands above.",
                instead(staged(below=lambda df, u, v: -(df / (v * v)))),
                OPENING,
            ),
            Mistake(
                "square for its slope",
                "The value s * s stands where the slope of the square belongs.",
                instead(staged(square=lambda s: s * s)),
                WRONG,
            ),
            Mistake(
                "df at the sine",
                "The sine was added in the line of u, so du arrives there, and not df.",
                instead(staged(sine=lambda df, ds: df)),
                GATES,
            ),
            Mistake(
                "ds at the sine",
                "The sine was added in the line of u, so du arrives there, and not ds.",
                instead(staged(sine=lambda df, ds: ds)),
                GATES,
            ),
            Mistake(
                "own input",
                "A product hands each input the value of the other one; here it was its own.",
                instead(staged(own=True)),
                GATES,
            ),
            Mistake(
                "du forgotten at the sine",
                "The slope of the sine stands in {it} alone. It has to be multiplied by what "
                "arrives from u.",
                instead(staged(sine=lambda df, ds: lift(1.0))),
                BY_HAND,
            ),
            *KNOWN,
        ),
    ),
    hints=(
        "Begin with the last line: f = u / v gives `du` and `dv`, each a multiple of `df`.",
        "s is used in two lines, x in two as well. Whatever is used twice gets a sum.",
        "`ds` is complete when what comes from u and what comes from v have been added; only then "
        "go on to x and y.",
    ),
    see=(FORK, ORDER),
    chapter=CHAPTER,
)


# ── 8 · find the bug ──────────────────────────────────────────────────────────────────────────


def entangled(square=None, both=1.0, product=1.0):
    """Return dx and dw of y = u tanh(u) + x with u = w x; the options are mistakes."""
    x, w, dy = (quantity(name, "N") for name in ("x", "w", "dy"))
    u = (w * x).named("u")
    v = Formula(op(np.tanh), u, name="v")
    dv = (u * dy).named("dv")
    slope = Formula(op(lambda v: 1 - v * v, lambda v: 1 + v * v), square(u, v) if square else v)
    du = (v * dy * product + slope * dv * both).named("du")
    return {"dx": w * du + dy, "dw": x * du}


bug = Exercise(
    id="chain-8",
    stars=2,
    title="Every line right, the slopes wrong",
    asks="the repair of a backward pass",
    stub="""def broken_backward(x, w, dy):
    u = w * x
    v = np.tanh(u)
    # y = u * v + x
    dv = u * dy
    du = v * dy
    dx = w * du + dy
    dw = x * du
    du = du + (1 - v**2) * dv
    return dx, dw""",
    kind=Function(
        entangled(),
        ("x", "w", "dy"),
        "A slope may be handed on when all that belongs to it has arrived, and not before.",
        mistakes=(
            Mistake(
                "slope of tanh at u",
                "The slope of the tanh is 1 − v² with its output v; here u was put in.",
                instead(entangled(square=lambda u, v: u)),
                NEURONS,
            ),
            Mistake(
                "counted twice",
                "What comes back through v has been added to du twice.",
                instead(entangled(both=2.0)),
                ORDER,
            ),
            Mistake(
                "handed on twice",
                "What comes back through the product has been handed on twice: dx and dw were "
                "computed too early, and then added to.",
                instead(entangled(product=2.0)),
                ORDER,
            ),
            *KNOWN,
        ),
    ),
    hints=(
        "Every single line is a correct rule. What is wrong is when it is applied.",
        "u is used in two places. How much of its slope has arrived when `dx` is computed?",
        "Move one line up.",
    ),
    see=(ORDER,),
    chapter=CHAPTER,
)
