"""The exercises of chapter 2, the chain rule on a graph.

Those in which a few lines go backward are in `chapter02_functions`, and those in which a program
walks a graph in `graphs`.
"""

import math

from backprop.study.chapter02_functions import bug, program
from backprop.study.exercise import Exercise, Wrong
from backprop.study.expression import Symbolic
from backprop.study.graphs import backward, order
from backprop.study.numbers import Numbers
from backprop.study.places02 import (
    BY_HAND,
    CHAPTER,
    COUNT,
    FORK,
    GATES,
    GRAPH,
    NEURONS,
    OPENING,
    WRONG,
)
from backprop.study.values import Choice, Number

# ── 1 · a circuit ─────────────────────────────────────────────────────────────────────────────

# Chosen so that no two of the mistakes below give the same number.
X, Y, Z, W = 2.0, -5.0, 6.0, -3.0
S = X * Y
T = S + Z

FORGOTTEN = "this is the local slope alone. What arrives from the output is left out."
VALUE = "this is the value of the node, not the slope of f in it."
FACTOR = "this is what arrives at the multiplication. The local slope is still to be multiplied in."
OWN = "a multiplication passes on the value of the other input, not that of the same one."

circuit = Exercise(
    id="chain-1",
    stars=1,
    title="A circuit, backward",
    asks="the slopes of f = (x y + z) w in all its numbers",
    stub="""slopes = {
    "s": ...,  # of f in s
    "x": ...,
    "y": ...,
    "z": ...,
    "w": ...,
}""",
    kind=Numbers(
        {"s": W, "x": W * Y, "y": W * X, "z": W, "w": T},
        "The upstream gradient w reaches s and z through the addition unchanged, and the "
        "multiplications swap the values of their inputs.",
        {
            "s": (
                Wrong("upstream forgotten", 1.0, FORGOTTEN, (BY_HAND,)),
                Wrong("value for slope", S, VALUE, (WRONG,)),
                Wrong("another value", T, "this is the value of the sum t.", (GATES,)),
            ),
            "x": (
                Wrong("own input", W * X, OWN, (GATES,)),
                Wrong("upstream forgotten", Y, FORGOTTEN, (BY_HAND,)),
                Wrong("value for slope", X, VALUE, (WRONG,)),
                Wrong("local slope forgotten", W, FACTOR, (GATES,)),
                Wrong("added along the path", W + Y, "along a path slopes multiply.", (BY_HAND,)),
            ),
            "y": (
                Wrong("own input", W * Y, OWN, (GATES,)),
                Wrong("upstream forgotten", X, FORGOTTEN, (BY_HAND,)),
                Wrong("value for slope", Y, VALUE, (WRONG,)),
                Wrong("local slope forgotten", W, FACTOR, (GATES,)),
                Wrong("added along the path", W + X, "along a path slopes multiply.", (BY_HAND,)),
            ),
            "z": (
                Wrong("upstream forgotten", 1.0, FORGOTTEN, (BY_HAND,)),
                Wrong("value for slope", Z, VALUE, (WRONG,)),
                Wrong("another value", T, "this is the value of the sum t.", (GATES,)),
                Wrong(
                    "multiplied by the value",
                    W * Z,
                    "the gate behind z adds, and the slope of a sum in one of its terms is 1.",
                    (GATES,),
                ),
            ),
            "w": (
                Wrong("own input", W, OWN, (GATES,)),
                Wrong("local slope forgotten", 1.0, FACTOR, (GATES,)),
                Wrong("value of the result", T * W, "this is the value of f.", (WRONG,)),
                Wrong("another value", S, "the gate multiplies w by t, not by s.", (GATES,)),
            ),
        },
    ),
    hints=(
        "Go forward first, and write down s and t. Then go backward, beginning with 1 at f.",
        "At a multiplication, each input gets the upstream gradient times the *other* input.",
        "At an addition, each input gets the upstream gradient as it is. That of s is w.",
    ),
    see=(GATES,),
    chapter=CHAPTER,
)


# ── 2 · six local slopes ──────────────────────────────────────────────────────────────────────


def two_numbers():
    """Return the symbols x and y."""
    from backprop.symbolic import scalar

    return {"x": scalar("x"), "y": scalar("y")}


def symbolic(name):
    """Return a function of `backprop.symbolic`, which is loaded when it is used."""

    def of(argument):
        import backprop.symbolic

        return getattr(backprop.symbolic, name)(argument)

    return of


cos, exp, log, sin = map(symbolic, ("cos", "exp", "log", "sin"))

primitives = Exercise(
    id="chain-2",
    stars=1,
    title="Six local slopes",
    asks="the local slopes of six primitives",
    stub="""def local_slopes(x, y):
    product = ...  # of x * y, in y
    quotient = ...  # of x / y, in y
    power = ...  # of x**3, in x
    exponential = ...  # of exp(x), in x
    logarithm = ...  # of log(x), in x
    cosine = ...  # of cos(x), in x
    return product, quotient, power, exponential, logarithm, cosine""",
    kind=Symbolic(
        two_numbers,
        {
            "product": lambda x, y: x,
            "quotient": lambda x, y: -x / y**2,
            "power": lambda x, y: 3 * x**2,
            "exponential": lambda x, y: exp(x),
            "logarithm": lambda x, y: 1 / x,
            "cosine": lambda x, y: -sin(x),
        },
        "Six rows of the table from which every other slope is made.",
        wrong={
            "product": (
                Wrong(
                    "own input",
                    lambda x, y: y,
                    "the slope of x y in y is what y is multiplied by.",
                    (GATES,),
                ),
            ),
            "quotient": (
                Wrong(
                    "slope in the other input",
                    lambda x, y: 1 / y,
                    "this is the slope of x / y in x. The one in y is asked for.",
                    (OPENING,),
                ),
                Wrong(
                    "numerator forgotten",
                    lambda x, y: -1 / y**2,
                    "this is the slope of 1 / y. Here x stands above.",
                    (OPENING,),
                ),
                Wrong(
                    "square forgotten",
                    lambda x, y: -x / y,
                    "the power falls from −1 to −2: y stands below twice.",
                    (OPENING,),
                ),
            ),
            "power": (
                Wrong(
                    "power kept",
                    lambda x, y: 3 * x**3,
                    "the power has to fall by one.",
                    (GRAPH,),
                ),
                Wrong(
                    "power fallen twice",
                    lambda x, y: 3 * x,
                    "the power falls by one, from 3 to 2.",
                    (GRAPH,),
                ),
                Wrong(
                    "factor forgotten",
                    lambda x, y: x**2,
                    "the power comes down as a factor.",
                    (GRAPH,),
                ),
            ),
            "exponential": (
                Wrong(
                    "power rule",
                    lambda x, y: x * exp(x - 1),
                    "that is the rule for x to a fixed power. Here x itself is the power.",
                    (GRAPH,),
                ),
            ),
            "logarithm": (
                Wrong(
                    "one over the logarithm",
                    lambda x, y: 1 / log(x),
                    "this has the logarithm below. At x = 1 it would be infinite; is ln x so "
                    "steep there?",
                    (GRAPH,),
                ),
            ),
            "cosine": (
                Wrong(
                    "value for slope",
                    lambda x, y: cos(x),
                    "this is the value again. The cosine is flat at 0, and cos 0 is not 0.",
                    (GRAPH,),
                ),
            ),
        },
    ),
    hints=(
        "Hold the other number fixed: with x = 3, the product is 3 y and the quotient 3 / y.",
        "1 / y is y to the power −1, and the slope of a power brings the exponent down.",
        "The exponential is its own slope; the cosine falls where the sine is positive.",
    ),
    see=(GRAPH,),
    chapter=CHAPTER,
)


# ── 3 · signs ─────────────────────────────────────────────────────────────────────────────────

signs = Exercise(
    id="chain-3",
    stars=1,
    title="Only the signs",
    asks="the signs of three slopes, without computing them",
    stub='option = ...  # "a", "b", "c" or "d"',
    kind=Choice(
        "a",
        "Raising x raises the difference, and the difference is multiplied by a negative number; "
        "y enters with a minus, so its sign is the other one; and z multiplies a negative "
        "difference.",
        wrong=(
            Wrong(
                "upstream forgotten",
                "b",
                "Those are the signs of x and y in the difference. On the way to f the difference "
                "is multiplied by z.",
                (BY_HAND,),
            ),
            Wrong(
                "value for slope",
                "c",
                "Those are the signs of the values. A slope says what f does when a value grows.",
                (WRONG,),
            ),
            Wrong(
                "minus lost",
                "d",
                "x and y enter the difference with opposite signs, so f cannot fall with both.",
                (GATES,),
            ),
        ),
    ),
    hints=(
        "Is the difference positive or negative at these values?",
        "Let x grow a little: what does the difference do, and what does f do then?",
        "The sign of a path is the product of the signs on its arrows.",
    ),
    see=(GATES,),
    chapter=CHAPTER,
)


# ── 5 · three uses ────────────────────────────────────────────────────────────────────────────

AT = 2.0
DIRECT, THROUGH, SQUARE = math.sin(AT), AT * math.cos(AT), 2 * AT


def path_missing(value, says):
    """Return the row of a sum from which something is missing."""
    return Wrong("path missing", value, says, (FORK,))


three_uses = Exercise(
    id="chain-5",
    stars=2,
    title="One number, used three times",
    asks="the slope of x sin x + x² at x = 2",
    stub="slope_of_y = ...  # in x at x = 2, to 4 decimal places",
    kind=Number(
        DIRECT + THROUGH + SQUARE,
        "Three uses, three contributions, added.",
        decimals=4,
        wrong=(
            path_missing(
                DIRECT + SQUARE, "The way through the sine is missing: sin x moves with x too."
            ),
            path_missing(
                THROUGH + SQUARE,
                "The direct way into the product is missing: x itself is one of its factors.",
            ),
            path_missing(DIRECT + THROUGH, "The square is missing."),
            Wrong(
                "one arrow of the square",
                DIRECT + THROUGH + AT,
                "x stands in x² twice, and only one of the two has been counted.",
                (FORK,),
            ),
            Wrong(
                "last path only",
                SQUARE,
                "This is what comes back from the square alone: the others were overwritten.",
                (FORK,),
            ),
            Wrong(
                "product of slopes",
                math.cos(AT) + SQUARE,
                "The slope of a product is not the product of the slopes 1 and cos x.",
                (GATES,),
            ),
            Wrong(
                "factor forgotten",
                DIRECT + math.cos(AT) + SQUARE,
                "What comes back through the sine has x as a factor: the product has swapped.",
                (GATES,),
            ),
            Wrong(
                "sign of the sine",
                DIRECT - THROUGH + SQUARE,
                "The slope of the sine is the cosine, with a plus.",
                (GRAPH,),
            ),
            Wrong(
                "value for slope",
                AT * math.sin(AT) + AT**2,
                "This is the value of y at x = 2, not its slope.",
                (WRONG,),
            ),
            Wrong(
                "degrees",
                math.sin(math.radians(AT)) + AT * math.cos(math.radians(AT)) + SQUARE,
                "Sine and cosine were taken of 2 degrees. Slopes of sine and cosine are those of "
                "radians.",
                (OPENING,),
            ),
        ),
    ),
    hints=(
        "Give the uses names: y = a b + c with a = x, b = sin x and c = x².",
        "What does y feel of a, of b, of c? And what do a, b and c feel of x?",
        "The product a b sends b to the first use and a · cos x to the second; add both to 2 x.",
    ),
    see=(FORK,),
    chapter=CHAPTER,
)


# ── 6 · diamonds ──────────────────────────────────────────────────────────────────────────────

K = 12
PATHS = 2**K

diamonds = Exercise(
    id="chain-6",
    stars=2,
    title="Twelve diamonds in a row",
    asks="paths and multiplications in a graph of twelve diamonds",
    stub="""counts = {
    "paths": ...,
    "path by path": ...,  # multiplications
    "one sweep": ...,  # multiplications
}""",
    kind=Numbers(
        {"paths": PATHS, "path by path": PATHS * (2 * K - 1), "one sweep": 4 * K - 2},
        "The number of paths doubles with every diamond; the sweep does four multiplications more.",
        {
            "paths": (
                Wrong(
                    "added over the diamonds",
                    2 * K,
                    "at every diamond there are two ways, whatever was chosen before. Does that "
                    "add or multiply?",
                    (COUNT,),
                ),
                Wrong(
                    "squared",
                    K**2,
                    "two ways at each of 12 places: the 12 is not what is multiplied.",
                    (COUNT,),
                ),
                Wrong(
                    "one diamond more",
                    2 * PATHS,
                    "that is the number for thirteen diamonds.",
                    (COUNT,),
                ),
                Wrong(
                    "one diamond less",
                    PATHS // 2,
                    "that is the number for eleven diamonds.",
                    (COUNT,),
                ),
                Wrong(
                    "arrows counted", 4 * K, "that is the number of arrows, not of paths.", (COUNT,)
                ),
            ),
            "path by path": (
                Wrong(
                    "one per slope",
                    PATHS * 2 * K,
                    "a product of n numbers takes one multiplication less than n.",
                    (COUNT,),
                ),
                Wrong(
                    "one per path",
                    PATHS,
                    "a path has 24 arrows, so that its product takes more than one multiplication.",
                    (COUNT,),
                ),
                Wrong(
                    "one path",
                    2 * K - 1,
                    "this is what a single path costs.",
                    (COUNT,),
                ),
                Wrong(
                    "one per diamond",
                    PATHS * K,
                    "a path goes along two arrows in every diamond, 24 in all.",
                    (COUNT,),
                ),
                Wrong(
                    "half the arrows",
                    PATHS * (K - 1),
                    "a path goes along two arrows in every diamond.",
                    (COUNT,),
                ),
            ),
            "one sweep": (
                Wrong(
                    "seed multiplied",
                    4 * K,
                    "the two arrows that end in the output carry 1 times their slope, and that "
                    "is no multiplication.",
                    (COUNT,),
                ),
                Wrong(
                    "one seed multiplied",
                    4 * K - 1,
                    "two arrows end in the output, and neither takes a multiplication.",
                    (COUNT,),
                ),
                Wrong(
                    "one path",
                    2 * K - 1,
                    "this is what a single path costs; the sweep visits both sides of a diamond.",
                    (COUNT,),
                ),
                Wrong(
                    "two per diamond",
                    2 * K,
                    "a diamond has four arrows, and the sweep goes back along all of them.",
                    (COUNT,),
                ),
                Wrong("paths counted", PATHS, "the sweep does not go along paths.", (COUNT,)),
            ),
        },
    ),
    hints=(
        "Two ways through the first diamond; for each of them two through the second.",
        "A path has two arrows per diamond. How many multiplications does a product of 24 need?",
        "The sweep multiplies once for every arrow, but the arrows that end in the output carry "
        "1 times their slope.",
    ),
    see=(COUNT,),
    chapter=CHAPTER,
)


# ── 10 · one weight in three places ───────────────────────────────────────────────────────────

NAMES = ("w", "a_0", "a_1", "a_2", "s_1", "s_2", "s_3", "da_3")


def loop_symbols():
    """Return the quantities of a neuron that feeds itself."""
    from backprop.symbolic import scalar

    return {name.replace("_", ""): scalar(name) for name in NAMES}


def dw(w, a0, a1, a2, s1, s2, s3, da3):
    """Return the slope of the cost in the shared weight."""
    return da3 * s3 * (a2 + w * s2 * (a1 + w * s1 * a0))


loop = Exercise(
    id="chain-10",
    stars=3,
    title="A neuron that feeds itself",
    asks="the slope in a weight that is used three times in a row",
    stub="""def dw_of_loop(w, a0, a1, a2, s1, s2, s3, da3):
    \"""Return the slope of C in w.\"""
    ...""",
    kind=Symbolic(
        loop_symbols,
        {"dw": dw},
        "One use, one path: the weight collects a product from each of the three steps.",
        wrong={
            "dw": (
                Wrong(
                    "last use only",
                    lambda w, a0, a1, a2, s1, s2, s3, da3: da3 * s3 * a2,
                    "this is what the last use of w gives. It was used in the steps before too.",
                    (FORK,),
                ),
                Wrong(
                    "first use only",
                    lambda w, a0, a1, a2, s1, s2, s3, da3: da3 * s3 * w * s2 * w * s1 * a0,
                    "this is the longest of the paths. The others are missing.",
                    (FORK,),
                ),
                Wrong(
                    "first use forgotten",
                    lambda w, a0, a1, a2, s1, s2, s3, da3: da3 * s3 * (a2 + w * s2 * a1),
                    "the path from the first of the three uses is missing.",
                    (FORK,),
                ),
                Wrong(
                    "weights forgotten",
                    lambda w, a0, a1, a2, s1, s2, s3, da3: da3 * s3 * (a2 + s2 * (a1 + s1 * a0)),
                    "from one step back to the one before it the slope is multiplied by w too.",
                    (NEURONS,),
                ),
                Wrong(
                    "one weight forgotten",
                    lambda w, a0, a1, a2, s1, s2, s3, da3: (
                        da3 * s3 * (a2 + w * s2 * (a1 + s1 * a0))
                    ),
                    "the longest path goes back through w twice.",
                    (NEURONS,),
                ),
                Wrong(
                    "activations' slopes forgotten",
                    lambda w, a0, a1, a2, s1, s2, s3, da3: da3 * (a2 + w * (a1 + w * a0)),
                    "the slopes of the activation function are missing.",
                    (NEURONS,),
                ),
                Wrong(
                    "upstream forgotten",
                    lambda w, a0, a1, a2, s1, s2, s3, da3: s3 * (a2 + w * s2 * (a1 + w * s1 * a0)),
                    "the slope of the cost in a₃, with which the way back begins, is missing.",
                    (BY_HAND,),
                ),
                Wrong(
                    "weight multiplied in",
                    lambda w, **rest: w * dw(w, **rest),
                    "the slope of w a in w is a alone: a product swaps.",
                    (GATES,),
                ),
                Wrong(
                    "straight to the cost",
                    lambda w, a0, a1, a2, s1, s2, s3, da3: da3 * (s3 * a2 + s2 * a1 + s1 * a0),
                    "only the last use leads straight to the cost; the others pass through the "
                    "steps after them.",
                    (NEURONS,),
                ),
                Wrong(
                    "one slope forgotten",
                    lambda w, a0, a1, a2, s1, s2, s3, da3: da3 * (a2 + w * s2 * (a1 + w * s1 * a0)),
                    "the slope of the last activation, through which every path leads, is missing.",
                    (NEURONS,),
                ),
            )
        },
    ),
    hints=(
        "Give the three uses of w names of their own, and draw the chain. How many paths lead "
        "from a use of w to C?",
        "Go backward: from da₃ to the slope in z₃, which gives the share of the third use, and "
        "on to a₂.",
        "From a₂ the same again. The shares of the three uses are added.",
    ),
    see=(NEURONS, FORK),
    chapter=CHAPTER,
)

EXERCISES = (
    circuit,
    primitives,
    signs,
    program,
    three_uses,
    diamonds,
    order,
    bug,
    backward,
    loop,
)
