"""The exercises of chapter 3 whose answer is a function."""

import numpy as np

from backprop.check.formula import Formula, Op, op, quantity
from backprop.check.mistakes import Mistake, at_root
from backprop.study.exercise import Exercise
from backprop.study.function import Function

CHAPTER = "03_jacobians"
TABLE = (CHAPTER, "Rows are outputs, columns are inputs")
PRODUCTS = (CHAPTER, "One vector forward, one vector back")
SOFTMAX = (CHAPTER, "Why the Hadamard shortcut fails")


# ── 4 · three Jacobians to read off ───────────────────────────────────────────────────────────


def running_sum(D):
    """Return the Jacobian of the running sum: 1 on and below the diagonal."""
    return np.tri(int(D))


def repeated(D):
    """Return the Jacobian of repeating every entry twice."""
    return np.repeat(np.eye(int(D)), 2, axis=0)


def without_first(D):
    """Return the Jacobian of leaving out the first entry."""
    return np.eye(int(D))[1:]


def table_of(rule):
    """Return the formula of a table that follows from the number of inputs."""
    return Formula(op(rule), quantity("D"))


def in_place_of(right, wrong):
    """Return the rule that puts one table in the place of another."""

    def change(answer):
        is_it = answer.parts and getattr(answer.op, "value", None) is right
        return table_of(wrong) if is_it else answer

    return at_root(change)


def number_of_inputs(rng, sizes):
    """Return the number of inputs."""
    return {"D": np.array(sizes["D"])}


def play_tables(answer, given):
    """Call the reader's function with a plain number."""
    return answer(int(given["D"]))


tables = Exercise(
    id="jacobian-4",
    stars=2,
    title="Three tables to read off",
    asks="the Jacobians of cumsum, repeat and slice",
    stub="""def three_tables(D):
    \"""Return the Jacobians of np.cumsum(x), np.repeat(x, 2) and x[1:], for D inputs.\"""
    cumsum = ...
    repeat = ...
    slice_ = ...
    return cumsum, repeat, slice_""",
    kind=Function(
        {
            "cumsum": table_of(running_sum),
            "repeat": table_of(repeated),
            "slice": table_of(without_first),
        },
        ("D",),
        "The three maps are linear, so their Jacobians are the same at every x.",
        sizes=tuple({"D": size} for size in (4, 3, 6, 2)),
        make=number_of_inputs,
        play=play_tables,
        mistakes=(
            Mistake(
                "transposed",
                "{it} is transposed. A row belongs to an output, a column to an input.",
                at_root(lambda a: a.T),
                TABLE,
            ),
            Mistake(
                "diagonal left out",
                "{it} has zeros on its diagonal: does the third running sum contain the third "
                "input?",
                in_place_of(running_sum, lambda D: np.tri(int(D), k=-1)),
                TABLE,
            ),
            Mistake(
                "no sum",
                "{it} is the Jacobian of the map that changes nothing.",
                in_place_of(running_sum, lambda D: np.eye(int(D))),
                TABLE,
            ),
            Mistake(
                "tile for repeat",
                "{it} belongs to np.tile, x and then x again; np.repeat copies each entry in its "
                "place.",
                in_place_of(repeated, lambda D: np.tile(np.eye(int(D)), (2, 1))),
                TABLE,
            ),
            Mistake(
                "entries doubled",
                "{it} belongs to doubling every entry, not to having it twice.",
                in_place_of(repeated, lambda D: 2 * np.eye(int(D))),
                TABLE,
            ),
            Mistake(
                "flattened",
                "{it} has lost its rows: without an axis, np.repeat takes all entries in a single "
                "row.",
                in_place_of(repeated, lambda D: np.repeat(np.eye(int(D)), 2)),
                TABLE,
            ),
            Mistake(
                "input left out",
                "{it} leaves out an input as well. The first one is still there; only no output "
                "contains it.",
                in_place_of(without_first, lambda D: np.eye(int(D) - 1)),
                TABLE,
            ),
            *(
                Mistake(
                    "row of zeros",
                    "{it} has a row for every input, and one of them is 0. An output that was left "
                    "out has no row.",
                    in_place_of(without_first, rule),
                    TABLE,
                )
                for rule in (
                    lambda D: np.diag(np.arange(int(D)) > 0) * 1.0,
                    lambda D: np.eye(int(D), k=1),
                )
            ),
            Mistake(
                "last for first",
                "{it} leaves out the last entry of x, not the first.",
                in_place_of(without_first, lambda D: np.eye(int(D))[:-1]),
                TABLE,
            ),
        ),
    ),
    hints=(
        "Write the outputs for three inputs: which inputs occur in each of them?",
        "A column tells where one input goes. Start from `np.eye(D)`, whose row k is output k of "
        "the map that changes nothing.",
        "`np.tri`, `np.repeat(…, axis=0)` and a slice of rows do it in one line each.",
    ),
    see=(TABLE,),
    chapter=CHAPTER,
)


# ── 5 · softmax, backward ─────────────────────────────────────────────────────────────────────


def probabilities(rng, sizes):
    """Return rows of probabilities and slopes for them."""
    Z, dP = rng.normal(size=(2, sizes["N"], sizes["K"]))
    P = np.exp(Z)
    return {"P": P / P.sum(axis=1, keepdims=True), "dP": dP}


def for_softmax(rule):
    """Return the rule that puts ``rule(P, dP)`` in the place of the softmax's backward."""
    return at_root(lambda a: Formula(Op(rule, lambda P, dP: np.abs(dP)), *a.parts))


softmax = Exercise(
    id="jacobian-5",
    stars=2,
    title="Softmax, backward",
    asks="the softmax's vector–Jacobian product, for a batch, without its Jacobian",
    stub="""def softmax_backward(P, dP):
    \"""Return dZ for P = softmax(Z), row by row.\"""
    ...""",
    kind=Function(
        {"dZ": Formula("softmax vjp", quantity("P", "N", "K"), quantity("dP", "N", "K"))},
        ("P", "dP"),
        "Every probability times how far its slope lies above the mean of its row.",
        sizes=tuple({"N": n, "K": k} for n, k in ((5, 3), (1, 4), (2, 6), (7, 2))),
        make=probabilities,
        mistakes=(
            Mistake(
                "mean forgotten",
                "In {it} the mean is missing: every output of a softmax pulls at every input.",
                for_softmax(lambda P, dP: P * dP),
                SOFTMAX,
            ),
            Mistake(
                "mean not weighted",
                "In {it} the plain mean of the slopes is taken away; it has to be weighted with "
                "the probabilities.",
                for_softmax(lambda P, dP: P * (dP - dP.mean(axis=1, keepdims=True))),
                SOFTMAX,
            ),
            Mistake(
                "divided by K",
                "In {it} the weighted sum is divided by the number of outputs; the weights add up "
                "to 1 already.",
                for_softmax(lambda P, dP: P * (dP - (P * dP).mean(axis=1, keepdims=True))),
                SOFTMAX,
            ),
            Mistake(
                "factor p forgotten",
                "In {it} the difference is not multiplied by the probability.",
                for_softmax(lambda P, dP: dP - (P * dP).sum(axis=1, keepdims=True)),
                SOFTMAX,
            ),
            Mistake(
                "mean not multiplied",
                "In {it} the mean is taken away as it is; both terms have the factor p.",
                for_softmax(lambda P, dP: P * dP - (P * dP).sum(axis=1, keepdims=True)),
                SOFTMAX,
            ),
            Mistake(
                "mean of everything",
                "In {it} one plain mean of all the products is taken away. Every row has its own, "
                "and its weights add up to 1 already.",
                for_softmax(lambda P, dP: P * (dP - (P * dP).mean())),
                SOFTMAX,
            ),
            Mistake(
                "sign", "Every number of {it} has the wrong sign.", at_root(lambda a: -a), SOFTMAX
            ),
            Mistake(
                "over the whole batch",
                "In {it} the mean runs over the whole batch. Every example has a softmax of its "
                "own.",
                for_softmax(lambda P, dP: P * (dP - (P * dP).sum())),
                SOFTMAX,
            ),
            Mistake(
                "over the examples",
                "In {it} the mean runs over the examples. A softmax joins the entries of one row.",
                for_softmax(lambda P, dP: P * (dP - (P * dP).sum(axis=0))),
                SOFTMAX,
            ),
        ),
    ),
    hints=(
        "For one example: multiply out (diag(p) − p pᵀ) u. What is pᵀu, a table or a number?",
        "That number is a mean of u, weighted with p. With examples as rows there is one such "
        "number per row, and `keepdims=True` keeps it a column.",
        "Two lines: the column of means; then a product of `P` with a difference.",
    ),
    see=(SOFTMAX,),
    chapter=CHAPTER,
)


# ── 6 · the adjoint test ──────────────────────────────────────────────────────────────────────


def probes(rng, sizes):
    """Return a Jacobian, what pretends to be its transpose, and two probes."""
    M, D = sizes["M"], sizes["D"]
    J, B, u, v = (rng.normal(size=shape) for shape in ((M, D), (D, M), M, D))
    return {"J": J, "B": B, "u": u, "v": v}


class Product:
    """A table as a function: what the reader's code gets for `jvp` or `vjp`."""

    def __init__(self, name, table):
        self.name, self.table = name, table

    def __call__(self, column):
        """Return the table times a column."""
        column, takes = np.asarray(column, self.table.dtype), self.table.shape[1:]
        if column.shape[:1] != takes:
            raise ValueError(f"{self.name} was given shape {column.shape}, it takes {takes}")
        return self.table @ column

    def __repr__(self):
        return self.name


def play_gap(answer, given):
    """Call the reader's function with the two products as functions; call what is tiny 0."""
    J, B, u, v = (given[name] for name in "JBuv")
    gap = answer(Product("jvp", J), Product("vjp", B), u, v)
    tiny = 1e-5 * size_of_gap(*map(np.abs, (J, B, u, v)))
    return 0.0 if isinstance(gap, (float, np.floating)) and abs(gap) < tiny else gap


PROBED = (
    quantity("J", "M", "D"),
    quantity("B", "D", "M"),
    quantity("u", "M"),
    quantity("v", "D"),
)


def adjoint_gap():
    """Return |⟨u, J v⟩ − ⟨B u, v⟩|, where B should be the transpose of J."""
    J, B, u, v = PROBED
    return Formula(op(np.abs), u @ (J @ v) - (B @ u) @ v)


def gap_is(rule):
    """Return the rule that makes the gap ``rule(forward, back)``, of the two inner products."""
    return gap_of(lambda J, B, u, v: rule(u @ J @ v, v @ B @ u))


def gap_of(rule):
    """Return the rule that computes the gap as ``rule(J, B, u, v)``."""
    return at_root(lambda a: Formula(Op(rule, size_of_gap), *PROBED))


def size_of_gap(J, B, u, v):
    """Bound what rounding can have done, from the sizes of the arrays."""
    return u @ J @ v + v @ B @ u


probing = Exercise(
    id="jacobian-6",
    stars=2,
    title="A test that cannot fail",
    asks="the repair of an adjoint test",
    stub="""def adjoint_gap(jvp, vjp, u, v):
    back = vjp(u)
    return abs(back @ v - (v * back).sum())""",
    kind=Function(
        {"gap": adjoint_gap()},
        ("jvp", "vjp", "u", "v"),
        "One side goes forward, the other back: only a vjp that fits its jvp closes the gap.",
        sizes=tuple({"M": m, "D": d} for m, d in ((4, 3), (2, 5), (3, 6), (5, 2))),
        make=probes,
        play=play_gap,
        mistakes=(
            Mistake(
                "added",
                "In {it} the two numbers are added; they should be compared.",
                gap_is(lambda forward, back: abs(forward + back)),
                PRODUCTS,
            ),
            *(
                Mistake(
                    "absolute value forgotten",
                    "{it} can be negative: it has lost its absolute value.",
                    gap_is(rule),
                    PRODUCTS,
                )
                for rule in (lambda forward, back: forward - back, lambda f, b: b - f)
            ),
            *(
                Mistake(
                    "absolute values too early",
                    "In {it} the signs are gone before the two numbers are compared: 3 and −3 "
                    "would pass.",
                    gap_is(rule),
                    PRODUCTS,
                )
                for rule in (lambda f, b: abs(abs(f) - abs(b)), lambda f, b: abs(f) - abs(b))
            ),
            Mistake(
                "squared",
                "{it} is the square of the gap.",
                gap_is(lambda forward, back: (forward - back) ** 2),
                PRODUCTS,
            ),
            Mistake(
                "sums compared",
                "In {it} the entries of the two results are added up. They live in different "
                "places: one belongs beside u, the other beside v.",
                gap_of(lambda J, B, u, v: abs((J @ v).sum() - (B @ u).sum())),
                PRODUCTS,
            ),
            *(
                Mistake(
                    "one side only",
                    "{it} is one of the two numbers; where is the other?",
                    gap_is(rule),
                    PRODUCTS,
                )
                for rule in (
                    lambda forward, back: abs(forward),
                    lambda forward, back: abs(back),
                    lambda forward, back: forward,
                    lambda forward, back: back,
                )
            ),
        ),
    ),
    hints=(
        "What does the function do with `jvp`?",
        "Its two numbers are the same inner product, written twice. The identity has one inner "
        "product at the outputs and one at the inputs.",
        "At the outputs u meets what comes forward; at the inputs v meets what comes back.",
    ),
    see=(PRODUCTS,),
    chapter=CHAPTER,
)


# ── 7 · a Jacobian from its columns, and from its rows ────────────────────────────────────────


def two_tables(rng, sizes):
    """Return two tables of one shape, so that neither way can stand in for the other."""
    J, K = rng.normal(size=(2, sizes["M"], sizes["D"]))
    return {"J": J, "K": K}


def play_both(answer, given):
    """Call the reader's function with a jvp of one table and a vjp of the other."""
    J, K = given["J"], given["K"]
    M, D = J.shape
    return answer(Product("jvp", J), Product("vjp", K.T), M, D)


both_ways = Exercise(
    id="jacobian-7",
    stars=2,
    title="Column by column, row by row",
    asks="a Jacobian from a jvp, and again from a vjp",
    stub="""def both_ways(jvp, vjp, M, D):
    \"""Return the M × D Jacobian twice: made of columns, by jvp, and of rows, by vjp.\"""
    ...""",
    kind=Function(
        {"columns": quantity("J", "M", "D"), "rows": quantity("K", "M", "D")},
        ("jvp", "vjp", "M", "D"),
        "D forward products give the columns, M backward products give the rows.",
        sizes=tuple({"M": m, "D": d} for m, d in ((4, 3), (1, 5), (3, 6), (5, 2))),
        make=two_tables,
        play=play_both,
        mistakes=(
            Mistake(
                "transposed",
                "{it} is transposed. A jvp gives a column of the Jacobian, a vjp gives a row.",
                at_root(lambda a: a.T),
                PRODUCTS,
            ),
            Mistake(
                "only the sum",
                "{it} is one product with a column of ones: the columns, or the rows, are added "
                "up.",
                at_root(lambda a: Formula(op(lambda t: t.sum(axis=1 if a.name == "J" else 0)), a)),
                PRODUCTS,
            ),
        ),
    ),
    hints=(
        "What does `jvp` return for a velocity that is 1 in one place and 0 elsewhere?",
        "`np.eye(D)` holds all such columns for the inputs, `np.eye(M)` those for the outputs.",
        "`np.stack` puts rows on top of each other; `axis=1` puts columns side by side.",
    ),
    see=(PRODUCTS,),
    chapter=CHAPTER,
)
