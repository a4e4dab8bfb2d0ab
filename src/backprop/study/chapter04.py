"""The exercises of chapter 4, the affine layer's backward pass."""

import numpy as np

from backprop.check import recipes
from backprop.check.formula import Formula, Op, op, quantity
from backprop.check.mistakes import (
    BATCH,
    BEFORE,
    INPUT,
    ONE_WEIGHT,
    SILENT,
    TRANSPOSE,
    WRONG,
    Mistake,
    at_root,
    everywhere,
)
from backprop.study.exercise import Exercise, Wrong
from backprop.study.expression import Symbolic
from backprop.study.function import Function
from backprop.study.values import Choice, Number, Shapes

CHAPTER = "04_affine"
TABLE = (CHAPTER, "The table that nobody builds")
SECOND = (CHAPTER, "Second route: all weights at once")
CODE = (CHAPTER, "The same in code")
OTHER = (CHAPTER, "The other orientation")


# ── 1 · one weight ────────────────────────────────────────────────────────────────────────────

# Chosen so that no two of the mistakes below give the same number.
W = np.array([[2.0, -1.0, 0.25], [1.0, 0.5, -3.0]])
x, b, y = np.array([3.0, 2.5, -4.0]), np.array([1.25, -1.75]), np.array([4.75, 16.0])
z = W @ x + b
dz = z - y

one_weight = Exercise(
    id="affine-1",
    stars=1,
    title="One weight",
    asks="the slope of the cost in one weight",
    stub="slope = ...  # of C in the weight from input 3 to output 2",
    kind=Number(
        dz[1] * x[2],
        "The slope at output 2 times the value at input 3, and nothing else.",
        wrong=(
            Wrong(
                "weight for input",
                dz[1] * W[1, 2],
                "You multiplied by the weight itself. What does the output gain when the weight "
                "grows by 1?",
                (ONE_WEIGHT,),
            ),
            Wrong(
                "upstream forgotten",
                x[2],
                "This is the slope of the output. How much does the cost feel of it?",
                (ONE_WEIGHT,),
            ),
            Wrong(
                "input forgotten",
                dz[1],
                "This is the slope of the cost in the output, which is also the one in its bias.",
                (ONE_WEIGHT,),
            ),
            Wrong(
                "another output",
                dz[0] * x[2],
                "This weight does not lead to output 1. The first index counts the outputs.",
                (ONE_WEIGHT,),
            ),
            Wrong(
                "another input",
                dz[1] * x[1],
                "This weight comes from input 3, not from input 2. Python counts from 0.",
                (ONE_WEIGHT,),
            ),
            Wrong(
                "the first input",
                dz[1] * x[0],
                "This weight comes from input 3, not from input 1.",
                (ONE_WEIGHT,),
            ),
            Wrong(
                "bias forgotten",
                (dz[1] - b[1]) * x[2],
                "You left the bias out of the output.",
                ((CHAPTER, "By hand"),),
            ),
            Wrong(
                "all outputs",
                dz.sum() * x[2],
                "You added the slopes at both outputs. Which outputs feel this weight?",
                (ONE_WEIGHT,),
            ),
            Wrong(
                "output for slope",
                z[1] * x[2],
                "You took the output where its slope belongs: the cost is ½(z − y)², not ½z².",
                ((CHAPTER, "By hand"),),
            ),
        ),
    ),
    hints=(
        "Which of the two outputs contains this weight, and what is it multiplied by there?",
        "Compute that output first. The slope of ½(z − y)² in z is z − y.",
        "One number belongs to output 2 and one to input 3; multiply them.",
    ),
    see=(ONE_WEIGHT,),
    chapter=CHAPTER,
)


# ── 2 · shapes ────────────────────────────────────────────────────────────────────────────────

shapes = Exercise(
    id="affine-2",
    stars=1,
    title="Six shapes",
    asks="the shapes of a layer's arrays, and of the table that nobody builds",
    stub="""shapes = {
    "Z": ...,
    "dZ": ...,
    "dW": ...,
    "db": ...,
    "dX": ...,
    "table": ...,  # all slopes of Z in W
}""",
    kind=Shapes(
        {
            "Z": (6, 2),
            "dZ": (6, 2),
            "dW": (2, 5),
            "db": (2,),
            "dX": (6, 5),
            "table": (6, 2, 2, 5),
        },
        "A gradient is shaped like the thing it belongs to. The table has the axes of Z and then "
        "those of W: 120 numbers, half of them 0 because an output does not feel the weights of "
        "the other.",
        sizes={6: "examples", 5: "inputs", 2: "outputs"},
        wrong={
            "db": (
                Wrong(
                    "kept per example",
                    (6, 2),
                    "there is one bias, whatever the number of examples.",
                    (WRONG,),
                ),
                Wrong("another thing", (5,), "a bias belongs to an output, not to an input."),
            ),
            "dW": (
                Wrong(
                    "kept per example",
                    (6, 2, 5),
                    "there is one W, shared by all examples; their slopes are added.",
                    (BATCH,),
                ),
            ),
            "dX": (Wrong("summed over the batch", (5,), "every example has inputs of its own."),),
            "table": (
                Wrong(
                    "one example",
                    (2, 2, 5),
                    "that is the table of one example; Z holds all of them.",
                    (TABLE,),
                ),
                Wrong(
                    "zeros left out",
                    (6, 2, 5),
                    "that leaves out the zeros, the slopes of each output in the weights of the "
                    "other; the table has a place for them.",
                    (TABLE,),
                ),
                Wrong("flattened", (12, 10), "all numbers are there, but the axes are merged."),
            ),
        },
    ),
    hints=(
        "The letters first: which of N, D, H does each array have? Then the numbers.",
        "A gradient always has the shape of the thing it belongs to.",
        "The table has one number for every pair of an entry of Z and an entry of W.",
    ),
    see=(BATCH,),
    chapter=CHAPTER,
)


# ── 3 · the bias gradient ─────────────────────────────────────────────────────────────────────

bias = Exercise(
    id="affine-3",
    stars=1,
    title="The bias gradient of a batch",
    asks="db for a batch: sum, mean, or keep?",
    stub='option = ...  # "a", "b", "c" or "d"',
    kind=Choice(
        "b",
        "Forward copies the bias into every row; backward adds up what comes back along the "
        "copies. The 1/N of the mean is in dZ already.",
        wrong=(
            Wrong(
                "mean for sum",
                "a",
                "That would divide by N a second time. The cost is the mean, so dZ has come with "
                "its 1/N.",
                (WRONG,),
            ),
            Wrong(
                "kept per example",
                "c",
                "dZ says what each example wants of the bias. There is one bias for all of them, "
                "and its gradient has its shape.",
                (WRONG,),
            ),
            Wrong(
                "wrong axis",
                "d",
                "That adds up the outputs and leaves one number per example. A bias belongs to an "
                "output.",
                (SILENT,),
            ),
        ),
    ),
    hints=(
        "What shape has b? Which of the four expressions have it?",
        "Where does the mean over the batch enter: in the layer, or in the cost?",
    ),
    see=(BATCH,),
    chapter=CHAPTER,
)


# ── 4 · the input's gradient, by indices ──────────────────────────────────────────────────────


def dX_symbols():
    """Return dZ, W and the indices n, j, k."""
    from backprop.symbolic import indices, matrix, sizes

    N, D, H = sizes(N=5, D=3, H=4)
    n, j, k = indices(n=N, j=H, k=D)
    return {"dZ": matrix("dZ", N, H), "W": matrix("W", H, D), "n": n, "j": j, "k": k}


def total(term, index):
    """Return Σ over an index; SymPy is loaded when it is used."""
    from backprop.symbolic import total

    return total(term, index)


by_indices = Exercise(
    id="affine-4",
    stars=2,
    title="The input's gradient by indices",
    asks="one entry of dX as a sum, with five blanks to fill",
    stub="""def dX_entry(dZ, W, n, j, k):
    return total(dZ[..., ...] * W[..., ...], ...)""",
    kind=Symbolic(
        dX_symbols,
        {"dX": lambda dZ, W, n, j, k: total(dZ[n, j] * W[j, k], j)},
        "Input k of example n reaches the cost through every output j of the same example.",
        wrong={
            "dX": (
                Wrong(
                    "W read along a row",
                    lambda dZ, W, n, j, k: total(dZ[n, j] * W[k, j], j),
                    "the first index of W counts the outputs, the second the inputs.",
                    (INPUT,),
                ),
                Wrong(
                    "indices of dZ swapped",
                    lambda dZ, W, n, j, k: total(dZ[j, n] * W[j, k], j),
                    "a row of dZ is an example: its first index is n.",
                    (BATCH,),
                ),
                Wrong(
                    "summed over the inputs",
                    lambda dZ, W, n, j, k: total(dZ[n, j] * W[j, k], k),
                    "the sum runs over the inputs, so that no k is left; which index has to go?",
                    (INPUT,),
                ),
                Wrong(
                    "summed over the examples",
                    lambda dZ, W, n, j, k: total(dZ[n, j] * W[j, k], n),
                    "the sum runs over the examples. They share W, but not their inputs.",
                    (BATCH,),
                ),
                Wrong(
                    "wrong index of dZ",
                    lambda dZ, W, n, j, k: total(dZ[n, k] * W[j, k], j),
                    "the second index of dZ counts outputs; k counts inputs.",
                    (INPUT,),
                ),
                Wrong(
                    "upstream forgotten",
                    lambda dZ, W, n, j, k: total(W[j, k], j),
                    "the upstream gradient is left out: the outputs' slopes are added as if the "
                    "cost rose with each of them at rate 1.",
                    (INPUT,),
                ),
                Wrong(
                    "divided in the layer",
                    lambda dZ, W, n, j, k: total(dZ[n, j] * W[j, k], j) / dZ.dims[0],
                    "the sum is divided by N. A layer does not divide: the 1/N of a mean is in dZ.",
                    (WRONG,),
                ),
            )
        },
    ),
    hints=(
        "Along which paths does entry (n, k) of X reach the cost?",
        "Each path goes through one output j of example n. Multiply the slope there by the weight "
        "on the path, and add over the paths.",
        "Of n, j and k, the answer must keep n and k; so the sum runs over j.",
    ),
    see=(INPUT,),
    chapter=CHAPTER,
)


# ── 5 · Affine.backward ───────────────────────────────────────────────────────────────────────


def batches(rng, sizes):
    """Return the arrays of a batch, and of the batch before it."""
    N, D, H = sizes["N"], sizes["D"], sizes["H"]
    arrays = {"W": (H, D), "b": (H,), "X": (N, D), "dZ": (N, H)}
    arrays |= {f"X{BEFORE}": (N, D), f"dZ{BEFORE}": (N, H)}
    return with_outputs({name: rng.normal(size=shape) for name, shape in arrays.items()})


def with_outputs(given):
    """Add Z, which nobody needs and somebody may take."""
    return given | {"Z": given["X"] @ given["W"].T + given.get("b", 0.0)}


def one_batch(rng, sizes):
    """Return the arrays of a batch."""
    N, D, H = sizes["N"], sizes["D"], sizes["H"]
    arrays = {"W": (H, D), "X": (N, D), "dZ": (N, H)}
    return with_outputs({name: rng.normal(size=shape) for name, shape in arrays.items()})


def play(layer_class, given):
    """Run the reader's layer on one batch, then on another; return what the second one gives."""
    layer = layer_class(given["W"], given["b"])
    for when in (BEFORE, ""):
        layer.forward(given[f"X{when}"])
        dX = layer.backward(given[f"dZ{when}"])
    return {"dW": getattr(layer, "dW", None), "db": getattr(layer, "db", None), "dX": dX}


layer = Exercise(
    id="affine-5",
    stars=2,
    title="The backward pass in code",
    asks="the method backward of an affine layer",
    stub="""class MyAffine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, X):
        self.X = X
        return X @ self.W.T + self.b

    def backward(self, dZ):
        \"""Set self.dW and self.db; return dX.\"""
        ...""",
    kind=Function(
        recipes.affine(),
        ("dZ",),
        "All three gradients, and nothing left over from the batch before.",
        make=batches,
        play=play,
        mistakes=(
            Mistake(
                "multiplied by the bias",
                "{it} is multiplied by the bias. The slope of an output in its bias is 1.",
                everywhere("total", lambda a: a.total() * quantity("b", "H")),
                INPUT,
            ),
        ),
    ),
    hints=(
        "Three lines. Every gradient has the shape of its thing; the shapes alone do not decide.",
        "A weight's gradient sums over the examples the slope at its output times the value at its "
        "input: which axis of `dZ` and of `X` has to meet in the middle?",
        "The three formulas stand in the comments of `Affine.backward` in “The same in code”; "
        "write them once from memory before you look.",
    ),
    see=(BATCH, CODE),
    chapter=CHAPTER,
)


# ── 6 · the other orientation ─────────────────────────────────────────────────────────────────


def other_orientation():
    """Return dV, db and dX of U = X V + 1 bᵀ."""
    X, V, dU = quantity("X", "N", "D"), quantity("V", "D", "H"), quantity("dU", "N", "H")
    return {"dV": X.T @ dU, "db": dU.total(), "dX": dU @ V.T}


orientation = Exercise(
    id="affine-6",
    stars=1,
    title="The other orientation",
    asks="the backward pass of U = X V + 1 bᵀ",
    stub="""def other_backward(X, V, dU):
    \"""Return dV, db and dX.\"""
    ...""",
    kind=Function(
        other_orientation(),
        ("X", "V", "dU"),
        "The same mathematics in another filing order.",
    ),
    hints=(
        "V has a row for every input. What shape must dV have?",
        "Entry (k, j) of dV: which weight is that, and which input and output does it join?",
        "Or derive it: put V = Wᵀ into the three formulas for W, and transpose what has to be.",
    ),
    see=(OTHER,),
    chapter=CHAPTER,
)


# ── 7 · tied weights ──────────────────────────────────────────────────────────────────────────


def tied_weights():
    """Return dW and dX of R = (X Wᵀ) W."""
    X, W, dR = quantity("X", "N", "D"), quantity("W", "H", "D"), quantity("dR", "N", "D")
    A, dA = (X @ W.T).named("A"), (dR @ W.T).named("dA")
    return {"dW": A.T @ dR + dA.T @ X, "dX": dA @ W}


tied = Exercise(
    id="affine-7",
    stars=2,
    title="One matrix, used twice",
    asks="the backward pass of R = A W with A = X Wᵀ",
    stub="""def tied_backward(X, W, dR):
    \"""Return dW and dX.\"""
    ...""",
    kind=Function(
        tied_weights(),
        ("X", "W", "dR"),
        "W reaches the cost on two paths, and what comes back on them is added.",
        sizes=tuple(
            {"N": n, "D": d, "H": h} for n, d, h in ((5, 3, 4), (1, 4, 2), (2, 6, 3), (7, 2, 5))
        ),
    ),
    hints=(
        "Give the two uses of W two names, R = A V and A = X Wᵀ, and find the gradients of both.",
        "Go backward one step at a time: from dR to dA, and from dA to dX. Each step is an affine "
        "layer without a bias, one in each orientation.",
        "A change of W moves R through both uses; the two gradients are added.",
    ),
    see=(OTHER, ONE_WEIGHT),
    chapter=CHAPTER,
)


# ── 8 · find the bug ──────────────────────────────────────────────────────────────────────────

bug = Exercise(
    id="affine-8",
    stars=2,
    title="Right for one example, wrong for five",
    asks="the repair of a broken backward pass",
    stub="""def broken_backward(X, W, dZ):
    dW = np.outer(dZ.sum(axis=0), X.sum(axis=0))
    db = dZ.sum(axis=0)
    dX = dZ @ W
    return dW, db, dX""",
    kind=Function(
        recipes.affine(),
        ("X", "W", "dZ"),
        "The sum of the outer products is not the outer product of the sums.",
        make=one_batch,
        mistakes=(
            Mistake(
                "outer product of means",
                "{it} is an outer product of two means: the examples still meet each other, and "
                "only the size has changed.",
                at_root(
                    lambda a: (
                        Formula(
                            op(lambda dZ, X: np.outer(dZ.mean(axis=0), X.mean(axis=0))),
                            a.parts[0].parts[0],
                            a.parts[1],
                        )
                        if a.op == "matrix product" and a.parts[0].op == "transpose"
                        else a
                    )
                ),
                BATCH,
            ),
        ),
    ),
    hints=(
        "With N = 1 there is one outer product. With N = 5, what should be added: vectors or outer "
        "products?",
        "Write the sum over n of dZ[n, j] X[n, k] for two examples, and (dZ[0, j] + dZ[1, j]) "
        "(X[0, k] + X[1, k]) beside it. Which terms are too many?",
        "One matrix product adds outer products over the axis that meets in the middle.",
    ),
    see=(BATCH,),
    chapter=CHAPTER,
)


# ── 9 · by differentials ──────────────────────────────────────────────────────────────────────


def mixed_symbols():
    """Return M, X, W and dQ."""
    from backprop.symbolic import matrix, sizes

    N, D, H = sizes(N=5, D=3, H=4)
    names = {"M": (N, N), "X": (N, D), "W": (H, D), "dQ": (N, H)}
    return {name: matrix(name, *dims) for name, dims in names.items()}


mixed = Exercise(
    id="affine-9",
    stars=3,
    title="A layer that mixes its examples",
    asks="the gradients of Q = M X Wᵀ, by differentials",
    stub="""def mixed_gradients(M, X, W, dQ):
    \"""Return dW and dX, written with @ and .T.\"""
    ...""",
    kind=Symbolic(
        mixed_symbols,
        {
            "dW": lambda M, X, W, dQ: dQ.T @ M @ X,
            "dX": lambda M, X, W, dQ: M.T @ dQ @ W,
        },
        "A factor at the left comes back transposed at the left, one at the right transposed at "
        "the right.",
        wrong={
            "dW": (
                Wrong(
                    "M forgotten",
                    lambda M, X, W, dQ: dQ.T @ X,
                    "M is missing. The rows that W meets are those of M X, not those of X.",
                    (SECOND,),
                ),
                Wrong(
                    "M transposed",
                    lambda M, X, W, dQ: dQ.T @ M.T @ X,
                    "M stands there transposed. Follow it: it changes sides together with X, and "
                    "then both sides are transposed.",
                    (TRANSPOSE,),
                ),
                Wrong(
                    "transposed",
                    lambda M, X, W, dQ: X.T @ M.T @ dQ,
                    "this is the transpose of the gradient. It must have the shape of W.",
                    (TRANSPOSE,),
                ),
            ),
            "dX": (
                Wrong(
                    "M forgotten",
                    lambda M, X, W, dQ: dQ @ W,
                    "M is missing: example n also speaks through the other rows of Q.",
                    (SECOND,),
                ),
                Wrong(
                    "transpose missing",
                    lambda M, X, W, dQ: M @ dQ @ W,
                    "M has to change sides in the inner product: what happens to it there?",
                    (TRANSPOSE,),
                ),
                Wrong(
                    "transposed",
                    lambda M, X, W, dQ: W.T @ dQ.T @ M,
                    "this is the transpose of the gradient. It must have the shape of X.",
                    (TRANSPOSE,),
                ),
            ),
        },
    ),
    hints=(
        "Let W move and hold the rest fixed: with which velocity does Q move?",
        "The cost moves at the rate ⟨dQ, Q̇⟩. Bring everything but Ẇᵀ to the other side of the "
        "inner product; then transpose both sides, so that Ẇ itself stands there.",
        "For X: ⟨dQ, M Ẋ Wᵀ⟩. M stands at the left and Wᵀ at the right, and each crosses on its "
        "own side, transposed.",
    ),
    see=(SECOND,),
    chapter=CHAPTER,
)


# ── 10 · undoing a broadcast ──────────────────────────────────────────────────────────────────


def undo(dY, shape, add=np.sum, stretched=True, keep=True):
    """Add up the axes that broadcasting has made; the options are mistakes."""
    shape = tuple(int(size) for size in shape)
    new = dY.ndim - len(shape)
    dY = add(dY, axis=tuple(range(new)))
    axes = tuple(k for k, size in enumerate(shape) if size == 1)
    return add(dY, axis=axes, keepdims=keep) if stretched else dY


def undone(**options):
    """Return the rule that undoes the broadcast with a mistake in it."""
    row = op(lambda dY, shape: undo(dY, shape, **options))
    return at_root(lambda a: Formula(row, *a.parts))


def broadcasts(rng, sizes):
    """Return a gradient of the large shape, and the small shape."""
    return {"dY": rng.normal(size=sizes["dY"]), "shape": np.array(sizes["shape"], dtype=int)}


def play_undo(answer, given):
    """Call the reader's function with the shape as a tuple."""
    return {"dx": answer(given["dY"], tuple(int(size) for size in given["shape"]))}


unbroadcast = Exercise(
    id="affine-10",
    stars=3,
    title="Undoing any broadcast",
    asks="the backward pass of NumPy's broadcasting",
    stub="""def unbroadcast(dY, shape):
    \"""Return dx, which has this shape.\"""
    ...""",
    kind=Function(
        {"dx": Formula(Op(undo, undo), quantity("dY", ...), quantity("shape", "axes"))},
        ("dY", "shape"),
        "Copying forward is adding backward, along every axis that was added or stretched.",
        sizes=tuple(
            {"dY": large, "shape": small}
            for large, small in (
                ((5, 4), (4,)),
                ((5, 4), (5, 1)),
                ((5, 4), (1, 4)),
                ((2, 5, 4), (5, 1)),
                ((2, 5, 4), (4,)),
                ((2, 3, 5, 4), (5, 1)),
                ((2, 5, 4), (1, 1, 4)),
                ((2, 5, 4), ()),
                ((5, 4), (5, 4)),
                ((3,), ()),
                ((6, 1), (1,)),
            )
        ),
        make=broadcasts,
        play=play_undo,
        mistakes=(
            Mistake(
                "mean for sum",
                "{it} is the mean over the axes that were broadcast, where the sum belongs.",
                undone(add=np.mean),
                WRONG,
            ),
            Mistake(
                "stretched axes left",
                "The axes in front are added up; those that were stretched from size 1 are not.",
                undone(stretched=False),
                SILENT,
            ),
            Mistake(
                "axes of size 1 dropped",
                "The sums are right, but an axis of size 1 has been lost: {it} must have the shape "
                "that was asked for.",
                undone(keep=False),
                SILENT,
            ),
            Mistake(
                "only stretched axes",
                "The stretched axes are added up; those that broadcasting put in front are not.",
                at_root(
                    lambda a: Formula(op(lambda dY, shape: stretched_only(dY, shape)), *a.parts)
                ),
                BATCH,
            ),
        ),
    ),
    hints=(
        "Broadcasting does two things: it puts new axes in front, and it stretches axes of size 1. "
        "Undo one after the other.",
        "How many axes are new? The difference of `dY.ndim` and `len(shape)`; add those up first.",
        "Then add up every axis where `shape` has a 1. NumPy drops an axis that it adds up unless "
        "it is told to keep it.",
    ),
    see=(BATCH, SILENT),
    chapter=CHAPTER,
)


def stretched_only(dY, shape):
    """Add up the axes that stand against a 1, and leave those in front."""
    new = dY.ndim - len(shape)
    axes = tuple(new + k for k, size in enumerate(shape) if size == 1)
    return dY.sum(axis=axes, keepdims=True)


EXERCISES = (
    one_weight,
    shapes,
    bias,
    by_indices,
    layer,
    orientation,
    tied,
    bug,
    mixed,
    unbroadcast,
)
