"""The exercises of chapter 6, the full multilayer perceptron.

Those whose answer is a function are in `chapter06_functions`.
"""

from backprop.study.chapter06_functions import batched, loop, modified, penalty, skip
from backprop.study.exercise import Exercise, Wrong
from backprop.study.expression import Symbolic
from backprop.study.numbers import Numbers
from backprop.study.values import Choice, Shapes

CHAPTER = "06_mlp"
DELTA = (CHAPTER, "The slope at a weighted sum")
ENTRIES = (CHAPTER, "First route: one unit at a time")
FOUR = (CHAPTER, "Four equations, and the input's")
CODE = (CHAPTER, "A batch, and the code")
COSTS = (CHAPTER, "What it costs")
BIASES = (CHAPTER, "The biases learn too")


# ── 1 · which line ────────────────────────────────────────────────────────────────────────────

which_line = Exercise(
    id="mlp-1",
    stars=1,
    title="Which line is it?",
    asks="the lines of a backward loop that carry δ from a layer to the one before",
    stub='option = ...  # "a", "b", "c", "d" or "e"',
    kind=Choice(
        "c",
        "Line 4 takes the slopes through the weights, back to the activations; line 5 takes them "
        "through the activation function. Neither is the recursion without the other.",
        wrong=(
            Wrong(
                "σ′ forgotten",
                "a",
                "Line 4 arrives at the activations of the layer before. δ belongs to its weighted "
                "sums.",
                (ENTRIES,),
            ),
            Wrong(
                "weights forgotten",
                "b",
                "Line 5 needs `dA`, the slopes at the activations. Which line makes them?",
                (ENTRIES,),
            ),
            Wrong(
                "parameters for signals",
                "d",
                "Line 2 makes the gradient of the weights. It is used in the update, and no other "
                "layer ever sees it.",
                (FOUR,),
            ),
            Wrong(
                "where it begins",
                "e",
                "Line 1 is where the recursion begins, at the output. What carries it on?",
                (DELTA,),
            ),
        ),
    ),
    hints=(
        "The recursion makes the δ of one layer from the δ of the layer after it. What goes in, "
        "and what comes out?",
        "Between the weighted sums of two neighbouring layers lie an activation and an affine map. "
        "One step back has to pass both.",
    ),
    see=(ENTRIES,),
    chapter=CHAPTER,
)


# ── 2 · shapes ────────────────────────────────────────────────────────────────────────────────

shapes = Exercise(
    id="mlp-2",
    stars=1,
    title="Nine shapes",
    asks="the shapes of a network's arrays, forward and backward",
    stub="""shapes = {
    "W1": ...,
    "A1": ...,
    "Z2": ...,
    "dZ2": ...,
    "dW2": ...,
    "db2": ...,
    "dZ1": ...,
    "dW1": ...,
    "dX": ...,
}""",
    kind=Shapes(
        {
            "W1": (4, 3),
            "A1": (5, 4),
            "Z2": (5, 2),
            "dZ2": (5, 2),
            "dW2": (2, 4),
            "db2": (2,),
            "dZ1": (5, 4),
            "dW1": (4, 3),
            "dX": (5, 3),
        },
        "What belongs to examples has a row for each of them, what belongs to parameters has not, "
        "and a gradient is shaped like the thing it belongs to.",
        sizes={5: "examples", 3: "inputs", 4: "hidden units", 2: "outputs"},
        wrong={
            "W1": (
                Wrong(
                    "another layer",
                    (2, 4),
                    "those are the weights between the hidden units and the outputs.",
                    (FOUR,),
                ),
            ),
            "A1": (
                Wrong("one example", (4,), "that is one example; the batch has five.", (CODE,)),
            ),
            "dZ1": (
                Wrong(
                    "summed over the batch",
                    (4,),
                    "every example has a δ of its own; only the gradients of parameters add up.",
                    (CODE,),
                ),
                Wrong(
                    "another layer",
                    (5, 2),
                    "that is the δ of the outputs, before it has gone through W2.",
                    (CODE,),
                ),
            ),
            "dW1": (
                Wrong(
                    "kept per example",
                    (5, 4, 3),
                    "the five examples share one W1, and their slopes are added.",
                    (CODE,),
                ),
            ),
            "db2": (
                Wrong("kept per example", (5, 2), "the five examples share one bias.", (CODE,)),
                Wrong("another layer", (4,), "that is the bias of the hidden units.", (FOUR,)),
            ),
        },
    ),
    hints=(
        "Which of these belong to examples, and which to the network?",
        "Write the forward pass first. A gradient has the shape of the thing it belongs to.",
        "Weights are outputs × inputs: W2 leads from 4 hidden units to 2 outputs.",
    ),
    see=(CODE,),
    chapter=CHAPTER,
)


# ── 5 · without activations ───────────────────────────────────────────────────────────────────


def collapsed_symbols():
    """Return G, W1 and W2."""
    from backprop.symbolic import matrix, sizes

    D, H, K = sizes(D=3, H=4, K=2)
    dims = {"G": ("G", K, D), "W1": ("W_1", H, D), "W2": ("W_2", K, H)}
    return {name: matrix(*symbol) for name, symbol in dims.items()}


collapse = Exercise(
    id="mlp-5",
    stars=2,
    title="Without activations",
    asks="the gradients of W1 and W2 from the gradient of their product",
    stub="""def collapsed_gradients(G, W1, W2):
    \"""Return dW1 and dW2, written with @ and .T.\"""
    ...""",
    kind=Symbolic(
        collapsed_symbols,
        {
            "dW1": lambda G, W1, W2: W2.T @ G,
            "dW2": lambda G, W1, W2: G @ W1.T,
        },
        "Each matrix gets the gradient of the product, taken back through the other one.",
        wrong={
            "dW1": (
                Wrong(
                    "product untouched",
                    lambda G, W1, W2: G,
                    "this is the gradient of the product. W1 acts on it through W2 only.",
                    (ENTRIES,),
                ),
                Wrong(
                    "transposed",
                    lambda G, W1, W2: G.T @ W2,
                    "this is the transpose of the gradient. It must have the shape of W1.",
                    (FOUR,),
                ),
                Wrong(
                    "swapped",
                    lambda G, W1, W2: G @ W1.T,
                    "this is the gradient of W2: are the answers in the right order?",
                ),
            ),
            "dW2": (
                Wrong(
                    "product untouched",
                    lambda G, W1, W2: G,
                    "this is the gradient of the product. Its columns belong to inputs, those of "
                    "W2 to hidden units.",
                    (FOUR,),
                ),
                Wrong(
                    "transposed",
                    lambda G, W1, W2: W1 @ G.T,
                    "this is the transpose of the gradient. It must have the shape of W2.",
                    (FOUR,),
                ),
            ),
        },
    ),
    hints=(
        "The cost sees P = W2 W1 only. Let W1 move: with which velocity does P move?",
        "The cost moves at the rate ⟨G, W2 Ẇ1⟩. Bring W2 to the other side.",
        "Or take the four equations with σ′ = 1: what are the two δs for one input x, and what is "
        "G then?",
    ),
    see=(FOUR,),
    chapter=CHAPTER,
)


# ── 6 · beginning at zero ─────────────────────────────────────────────────────────────────────

zeros = Exercise(
    id="mlp-6",
    stars=2,
    title="Beginning at zero",
    asks="how many of 26 slopes are not zero when a network begins at zero",
    stub="""moving = {
    "tanh, first step": ...,
    "sigmoid, first step": ...,
    "sigmoid, second step": ...,
}""",
    kind=Numbers(
        {"tanh, first step": 2, "sigmoid, first step": 10, "sigmoid, second step": 26},
        "With tanh the hidden units put out 0, so W2 gets nothing; W2 is 0, so the first layer "
        "gets nothing; and so it stays. With sigmoid they put out ½, so W2 moves, and one step "
        "later the first layer can. All its rows move alike, though.",
        wrong={
            "tanh, first step": (
                Wrong(
                    "biases forgotten",
                    0,
                    "That holds for the weights. What does the output's bias get?",
                    (BIASES,),
                ),
                Wrong(
                    "sigmoid's answer",
                    10,
                    "W2 gets δ times the hidden activations. What is tanh at 0?",
                    (FOUR,),
                ),
                Wrong("all move", 26, "W2 is 0. What does that make of the hidden δ?", (FOUR,)),
                Wrong(
                    "hidden biases too",
                    6,
                    "The hidden biases get the hidden δ, which has come through W2.",
                    (FOUR,),
                ),
                Wrong(
                    "W2 alone",
                    8,
                    "W2 gets δ times the hidden activations. What is tanh at 0?",
                    (FOUR,),
                ),
            ),
            "sigmoid, first step": (
                Wrong(
                    "tanh's answer",
                    2,
                    "W2 gets δ times the hidden activations. What is the sigmoid at 0?",
                    (FOUR,),
                ),
                Wrong("biases forgotten", 8, "That is W2 alone; the output has biases too."),
                Wrong(
                    "hidden biases too",
                    14,
                    "The hidden biases get the hidden δ, which has come through W2.",
                    (FOUR,),
                ),
                Wrong("all move", 26, "W2 is 0. What does that make of the hidden δ?", (FOUR,)),
                Wrong(
                    "none move", 0, "The output's δ is not 0. What does its bias get?", (BIASES,)
                ),
            ),
            "sigmoid, second step": (
                Wrong(
                    "as in the first step",
                    10,
                    "W2 has moved in the first step, so that it is 0 no more.",
                    (FOUR,),
                ),
                Wrong(
                    "hidden biases forgotten",
                    22,
                    "Once the hidden δ is not 0, the hidden biases move with the weights.",
                    (FOUR,),
                ),
                Wrong("biases forgotten", 20, "Those are the weights; the biases move too."),
                Wrong("output's bias forgotten", 24, "The output's biases go on moving."),
                Wrong(
                    "first layer only",
                    16,
                    "That is the first layer; the second one goes on moving.",
                ),
            ),
        },
    ),
    hints=(
        "What do the hidden units put out when all weights and biases are 0? What is W2ᵀ δ then?",
        "A weight's slope is δ at its output times the activation at its input: which of the two "
        "is 0, for W2 and for W1?",
        "Count: W1 has 12 entries and b1 has 4, W2 has 8 and b2 has 2. Each of the four is zero "
        "everywhere or nowhere.",
    ),
    see=(FOUR,),
    chapter=CHAPTER,
)


# ── 10 · memory for work ──────────────────────────────────────────────────────────────────────

memory = Exercise(
    id="mlp-10",
    stars=3,
    title="Memory for work",
    asks="how many activations are held, and how many layers run again",
    stub="""recomputing = {
    "activations held": ...,
    "layers run again": ...,
}""",
    kind=Numbers(
        {"activations held": 7, "layers run again": 12},
        "Four that are kept, and the three between two of them. Every fourth layer need not run "
        "again, for the next kept activation is what it made, or the output.",
        wrong={
            "activations held": (
                Wrong(
                    "the kept ones only",
                    4,
                    "To go back through four layers, the activations between them are needed too.",
                    (COSTS,),
                ),
                Wrong(
                    "nothing dropped", 16, "That is what is held if nothing is dropped.", (COSTS,)
                ),
                Wrong(
                    "one counted twice",
                    8,
                    "The activation that begins a group is one of the kept ones already.",
                    (COSTS,),
                ),
                Wrong(
                    "never let go",
                    10,
                    "What was made again for one group is dropped before the next group is.",
                    (COSTS,),
                ),
                Wrong("one group only", 3, "The kept activations are held too.", (COSTS,)),
                Wrong(
                    "one at a time",
                    5,
                    "The first that is made again is the last that is used: what was made on the "
                    "way to it is held until the group is done.",
                    (COSTS,),
                ),
                Wrong(
                    "kept ones dropped",
                    6,
                    "While the last group is worked on, all that were kept are still held.",
                    (COSTS,),
                ),
            ),
            "layers run again": (
                Wrong(
                    "every layer",
                    16,
                    "The last layer of a group makes an activation that is kept, or the output.",
                    (COSTS,),
                ),
                Wrong("one group only", 3, "That is one group; there are four.", (COSTS,)),
                Wrong(
                    "anew for each",
                    24,
                    "What was made on the way is held until the group is done, and not made anew.",
                    (COSTS,),
                ),
                Wrong(
                    "every layer but the last",
                    15,
                    "The last layer of every group makes what is kept, or the output.",
                    (COSTS,),
                ),
                Wrong(
                    "the kept ones",
                    4,
                    "Those are the activations that need not be made again.",
                    (COSTS,),
                ),
                Wrong(
                    "last group kept",
                    9,
                    "That would be so if forward held on to the last group; it drops every "
                    "activation that is not kept.",
                    (COSTS,),
                ),
            ),
        },
    ),
    hints=(
        "Backward through layer l needs a⁽ˡ⁾ and a⁽ˡ⁻¹⁾. Which does it find, and which have to be "
        "made?",
        "Go back through layers 16 to 13. a⁽¹²⁾ was kept: which activations are made from it?",
        "At that moment a⁽⁰⁾, a⁽⁴⁾, a⁽⁸⁾ and a⁽¹²⁾ are held, too.",
    ),
    see=(COSTS,),
    chapter=CHAPTER,
)

EXERCISES = (
    which_line,
    shapes,
    loop,
    penalty,
    collapse,
    zeros,
    batched,
    modified,
    skip,
    memory,
)
