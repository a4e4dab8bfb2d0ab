"""The exercises of chapter 3, Jacobians.

Those whose answer is a function are in `chapter03_functions`.
"""

from backprop.study.chapter03_functions import both_ways, probing, softmax, tables
from backprop.study.exercise import Exercise, Wrong
from backprop.study.expression import Symbolic
from backprop.study.values import Choice, Number, Shapes

CHAPTER = "03_jacobians"
TABLE = (CHAPTER, "Rows are outputs, columns are inputs")
KINDS = (CHAPTER, "Diagonal, dense, short of rank")
PRODUCTS = (CHAPTER, "One vector forward, one vector back")
CHAIN = (CHAPTER, "The chain rule, by three routes")
BRIDGE = (CHAPTER, "The bridge to the gradient")
ORDER = (CHAPTER, "The order of multiplication")
SOFTMAX = (CHAPTER, "Why the Hadamard shortcut fails")
LAYOUT = (CHAPTER, "The other layout")


# ── 1 · a Jacobian by hand ────────────────────────────────────────────────────────────────────


def two_numbers():
    """Return x and y, two independent numbers."""
    from backprop.symbolic import scalar

    return {"x": scalar("x"), "y": scalar("y")}


def by_rows(entries):
    """Return the function that makes a table of entries(x, y, sin, cos), given row by row."""

    def made(x, y):
        from backprop.symbolic import cos, sin, table

        return table(entries(x, y, sin, cos))

    return made


by_hand = Exercise(
    id="jacobian-1",
    stars=1,
    title="A Jacobian by hand",
    asks="the Jacobian of (x²y, sin y, x)",
    stub="""def jacobian_table(x, y):
    return table([[..., ...], [..., ...], [..., ...]])""",
    kind=Symbolic(
        two_numbers,
        {"J": by_rows(lambda x, y, sin, cos: [[2 * x * y, x**2], [0, cos(y)], [1, 0]])},
        "Three outputs are three rows, two inputs are two columns.",
        wrong={
            "J": (
                Wrong(
                    "transposed",
                    by_rows(lambda x, y, sin, cos: [[2 * x * y, 0, 1], [x**2, cos(y), 0]]),
                    "rows and columns have changed places. A row belongs to an output.",
                    (TABLE,),
                ),
                Wrong(
                    "inputs swapped",
                    by_rows(lambda x, y, sin, cos: [[x**2, 2 * x * y], [cos(y), 0], [0, 1]]),
                    "the columns have changed places. The first column belongs to x.",
                    (TABLE,),
                ),
                Wrong(
                    "sine not differentiated",
                    by_rows(lambda x, y, sin, cos: [[2 * x * y, x**2], [0, sin(y)], [1, 0]]),
                    "the second output itself stands there, not its slope.",
                    (TABLE,),
                ),
                Wrong(
                    "sign of the cosine",
                    by_rows(lambda x, y, sin, cos: [[2 * x * y, x**2], [0, -cos(y)], [1, 0]]),
                    "the slope of the second output has the wrong sign: near 0 the sine rises.",
                    (TABLE,),
                ),
                Wrong(
                    "values for slopes",
                    by_rows(lambda x, y, sin, cos: [[2 * x * y, x**2], [0, cos(y)], [x, 0]]),
                    "in the last row stands the output itself. At which rate does it grow with x?",
                    (TABLE,),
                ),
            )
        },
    ),
    hints=(
        "How many outputs are there, and how many inputs? That gives the rows and the columns.",
        "Fill one column at a time: hold y fixed for the first column, x for the second.",
        "In the first row: if y is held fixed, x²y is a number times x². In the second row one "
        "entry is 0, because the sine of y does not contain x.",
    ),
    see=(TABLE,),
    chapter=CHAPTER,
)


# ── 2 · shapes ────────────────────────────────────────────────────────────────────────────────

shapes = Exercise(
    id="jacobian-2",
    stars=1,
    title="Six derivatives, six shapes",
    asks="the shapes of six derivatives of one map",
    stub="""shapes = {
    "J": ...,  # the Jacobian
    "J_denominator": ...,  # the same in denominator layout
    "jvp": ...,  # J times a velocity
    "vjp": ...,  # slopes at the outputs, taken back to the inputs
    "dx": ...,  # the gradient of a cost behind the map
    "J_batch": ...,  # all slopes of a batch: outputs first, then inputs
}""",
    kind=Shapes(
        {
            "J": (3, 4),
            "J_denominator": (4, 3),
            "jvp": (3,),
            "vjp": (4,),
            "dx": (4,),
            "J_batch": (6, 3, 6, 4),
        },
        "Forward products have as many numbers as outputs, backward ones as many as inputs. Of "
        "the 432 slopes of the batch at least 360 are 0: no example feels the inputs of another.",
        sizes={6: "examples", 4: "inputs", 3: "outputs"},
        wrong={
            "jvp": (
                Wrong("backward for forward", (4,), "a velocity goes in, and what comes out?"),
                Wrong("a whole table", (3, 4), "one velocity gives one column, not a table."),
            ),
            "vjp": (
                Wrong("forward for backward", (3,), "slopes at the outputs go in; where to?"),
                Wrong("a whole table", (3, 4), "one column of slopes comes back as one column."),
            ),
            "dx": (Wrong("another thing", (3,), "a gradient is shaped like what it belongs to."),),
            "J_batch": (
                Wrong(
                    "zeros left out",
                    (6, 3, 4),
                    "that leaves out the slopes of one example in the inputs of another: they are "
                    "0, but the table has a place for them.",
                ),
                Wrong("one example", (3, 4), "that is the Jacobian of a single example."),
                Wrong("flattened", (18, 24), "all numbers are there, but the axes are merged."),
            ),
        },
    ),
    hints=(
        "Rows are outputs, columns are inputs; the other layout has them the other way round.",
        "A product with the Jacobian goes from inputs to outputs, one with its transpose back.",
        "The batch has one slope for every pair of an entry of Y and an entry of X.",
    ),
    see=(TABLE, PRODUCTS),
    chapter=CHAPTER,
)


# ── 3 · what backward returns ─────────────────────────────────────────────────────────────────

backward = Exercise(
    id="jacobian-3",
    stars=1,
    title="What a backward pass returns",
    asks="what comes back when a column u is handed to a backward pass",
    stub='option = ...  # "a", "b", "c" or "d"',
    kind=Choice(
        "c",
        "Slopes at the outputs go in, slopes at the inputs come out: a vector–Jacobian product.",
        wrong=(
            Wrong(
                "the Jacobian",
                "a",
                "The whole table would need one backward pass for each of its rows. One pass "
                "returns one combination of the rows.",
                (PRODUCTS,),
            ),
            Wrong(
                "JVP for VJP",
                "b",
                "The shapes refuse: J has five columns and u has three numbers. And J times a "
                "column goes forward.",
                (PRODUCTS,),
            ),
            Wrong(
                "ones for u",
                "d",
                "That is what comes back if every entry of u is 1. The pass returns the rows, "
                "each weighted by its entry of u.",
                (PRODUCTS,),
            ),
        ),
    ),
    hints=(
        "How many numbers must come back, if they are slopes in the inputs?",
        "Try u with a single 1 in it: which part of the Jacobian comes back?",
    ),
    see=(PRODUCTS,),
    chapter=CHAPTER,
)


# ── 8 · another layout ────────────────────────────────────────────────────────────────────────


def layout_symbols():
    """Return P, Q and g."""
    from backprop.symbolic import matrix, sizes, vector

    D, M, K = sizes(D=3, M=4, K=2)
    return {"P": matrix("P", D, M), "Q": matrix("Q", M, K), "g": vector("g", K)}


layout = Exercise(
    id="jacobian-8",
    stars=2,
    title="Translated from the other layout",
    asks="a Jacobian and a gradient out of a derivation in denominator layout",
    stub="""def translated(P, Q, g):
    \"""Return J and dx, written with @ and .T.\"""
    ...""",
    kind=Symbolic(
        layout_symbols,
        {"J": lambda P, Q, g: Q.T @ P.T, "dx": lambda P, Q, g: P @ Q @ g},
        "Translating transposes every Jacobian and so turns the order around; a gradient is the "
        "same column in both layouts.",
        wrong={
            "J": (
                Wrong(
                    "not translated",
                    lambda P, Q, g: P @ Q,
                    "this is still the other layout, inputs × outputs.",
                    (LAYOUT,),
                ),
                Wrong(
                    "order kept",
                    lambda P, Q, g: P.T @ Q.T,
                    "both factors are transposed and their order is kept. What does a transpose "
                    "do to a product?",
                    (LAYOUT,),
                ),
                Wrong(
                    "transposes forgotten",
                    lambda P, Q, g: Q @ P,
                    "the order is turned around and the factors are not transposed.",
                    (LAYOUT,),
                ),
            ),
            "dx": (
                Wrong(
                    "translated too much",
                    lambda P, Q, g: Q.T @ P.T @ g,
                    "this multiplies the gradient by J itself. Which way does a gradient go?",
                    (BRIDGE,),
                ),
                Wrong(
                    "as a row",
                    lambda P, Q, g: g.T @ Q.T @ P.T,
                    "the right numbers, lying down as a row. A gradient is shaped like x.",
                    (LAYOUT,),
                ),
                Wrong(
                    "one factor only",
                    lambda P, Q, g: P @ g,
                    "one of the two maps is missing.",
                    (CHAIN,),
                ),
                Wrong(
                    "order turned around",
                    lambda P, Q, g: Q @ P @ g,
                    "the gradient meets the last map first, and that is Q.",
                    (BRIDGE,),
                ),
            ),
        },
    ),
    hints=(
        "Write down the shapes: P is inputs × middle, Q is middle × outputs. And J?",
        "Translate each factor by transposing it; then put them into the order that the chain "
        "rule has in this book.",
        "For dx: the bridge has J transposed in it. Transpose your J once more.",
    ),
    see=(LAYOUT,),
    chapter=CHAPTER,
)


# ── 9 · forward or backward ───────────────────────────────────────────────────────────────────

# Chosen so that no two of the mistakes below give the same number.
D_, A_, B_, K_ = 3, 30, 40, 25
FROM_INPUT = B_ * A_ * D_ + K_ * B_ * D_
FROM_OUTPUT = K_ * B_ * A_ + K_ * A_ * D_
ONE_VECTOR = A_ * D_ + B_ * A_ + K_ * B_

cheaper = Exercise(
    id="jacobian-9",
    stars=2,
    title="When forward is cheaper",
    asks="the multiplications of the cheaper order",
    stub="count = ...  # of multiplications, in the cheaper order",
    kind=Number(
        FROM_INPUT,
        "With 3 inputs and 25 outputs the thin side is the input: three forward products make the "
        "whole table, where backward it takes 25.",
        wrong=(
            Wrong(
                "the other order",
                FROM_OUTPUT,
                "This is the count of the order that begins at the outputs. Which side is thinner?",
                (ORDER,),
            ),
            Wrong(
                "one vector only",
                ONE_VECTOR,
                "This is what a single product with a vector costs, all three tables included. "
                "The whole Jacobian is asked for.",
                (ORDER,),
            ),
            Wrong(
                "one column only",
                B_ * A_ + K_ * B_,
                "This makes one column of the Jacobian. How many are there?",
                (ORDER,),
            ),
            Wrong(
                "first table multiplied too",
                D_ * ONE_VECTOR,
                "You multiplied the first table by something as well. It is the beginning: three "
                "tables need two products.",
                (ORDER,),
            ),
            Wrong(
                "a row for every output",
                K_ * ONE_VECTOR,
                "This is one backward product for each of the outputs, begun at unit columns. It "
                "is not the cheaper way, and the first step of each is no multiplication.",
                (ORDER,),
            ),
            Wrong(
                "first product only",
                B_ * A_ * D_,
                "This is the first of the two products.",
                (ORDER,),
            ),
            Wrong(
                "second product only",
                K_ * B_ * D_,
                "This is the second of the two products.",
                (ORDER,),
            ),
            Wrong(
                "mixed up",
                B_ * A_ * D_ + K_ * A_ * D_,
                "The second product has the wrong middle size: the first one leaves a table with "
                "40 rows.",
                (ORDER,),
            ),
        ),
    ),
    hints=(
        "Write the shapes of the three tables, the last map first.",
        "A product of an m × k and a k × n table takes m · k · n multiplications.",
        "Begin at the end that has fewer numbers, and keep that number as one size of every "
        "table on the way.",
    ),
    see=(ORDER,),
    chapter=CHAPTER,
)


# ── 10 · why a constant does not matter ───────────────────────────────────────────────────────


def softmax_symbols():
    """Return p and the indices i and j."""
    from backprop.symbolic import indices, sizes, vector

    (K,) = sizes(K=3)
    i, j = indices(i=K, j=K)
    return {"p": vector("p", K), "i": i, "j": j}


def delta(i, j):
    """Return [i = j]; SymPy is loaded when it is used."""
    from backprop.symbolic import delta

    return delta(i, j)


def total(term, index):
    """Return Σ over an index; SymPy is loaded when it is used."""
    from backprop.symbolic import total

    return total(term, index)


constant = Exercise(
    id="jacobian-10",
    stars=3,
    title="Why a constant does not matter",
    asks="one entry of the softmax's Jacobian, and the sum of a row",
    stub="""def softmax_row(p, i, j):
    \"""Return entry (i, j) of the Jacobian, and the sum of row i.\"""
    ...""",
    kind=Symbolic(
        softmax_symbols,
        {
            "entry": lambda p, i, j: delta(i, j) * p[i] - p[i] * p[j],
            "row": lambda p, i, j: p[i] - p[i] * total(p[j], j),
        },
        "The row adds up to p_i times (1 − Σ p_j), which is 0 because probabilities add up to 1.",
        wrong={
            "entry": (
                Wrong(
                    "elementwise softmax",
                    lambda p, i, j: delta(i, j) * (p[i] - p[i] * p[i]),
                    "this is 0 off the diagonal; but the sum below the fraction contains every "
                    "input.",
                    (SOFTMAX,),
                ),
                Wrong(
                    "diagonal forgotten",
                    lambda p, i, j: -(p[i] * p[j]),
                    "for i = j the numerator moves too; that term is missing.",
                    (KINDS,),
                ),
                Wrong(
                    "one p lost",
                    lambda p, i, j: delta(i, j) * p[i] - p[j],
                    "the second term is a product of two probabilities.",
                    (KINDS,),
                ),
                Wrong(
                    "slopes added",
                    lambda p, i, j: delta(i, j) * p[i] + p[i] * p[j],
                    "when another input rises, this probability falls.",
                    (KINDS,),
                ),
            ),
            "row": (
                Wrong(
                    "sum already used",
                    lambda p, i, j: 0 * p[i],
                    "0 is its value once the probabilities add up to 1. Leave their sum standing: "
                    "then one sees where that is used.",
                    (KINDS,),
                ),
                Wrong(
                    "diagonal once per column",
                    lambda p, i, j: total(p[i] - p[i] * p[j], j),
                    "the bracket [i = j] lets one term of the sum through, not all of them.",
                    (KINDS,),
                ),
                Wrong(
                    "diagonal lost in the sum",
                    lambda p, i, j: -(p[i] * total(p[j], j)),
                    "the bracket [i = j] lets one term of the sum through; it is missing.",
                    (KINDS,),
                ),
                Wrong(
                    "sum of a column",
                    lambda p, i, j: p[j] - p[j] * total(p[i], i),
                    "this is the sum of column j. In a row the output i is fixed.",
                    (TABLE,),
                ),
            ),
        },
    ),
    hints=(
        "The Jacobian is diag(p) − p pᵀ: what is entry (i, j) of the first table, what of the "
        "second? `delta(i, j)` is [i = j].",
        "`total(…, j)` adds over j. Add the two terms of the entry one after the other.",
        "In the first sum only j = i is left. In the second p_i does not depend on j and can be "
        "taken out.",
    ),
    see=(KINDS,),
    chapter=CHAPTER,
)

EXERCISES = (
    by_hand,
    shapes,
    backward,
    tables,
    softmax,
    probing,
    both_ways,
    layout,
    cheaper,
    constant,
)
