"""What a diagnosis says: of things that are no numbers, of noise, of garbage, of wrong calls."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from planted_network import Network, backward

from backprop import nn
from backprop.check import answer, diagnose, evidence, mistakes, noise, quantity, recipes, search
from backprop.check.changes import at_root
from backprop.check.diagnosis import case, examine
from backprop.check.mistakes import MISTAKES, Mistake
from backprop.errors import (
    DtypeError,
    EmptyBatchError,
    NotFiniteError,
    ShapeError,
    StatementError,
    UnknownNameError,
)

ROOT = Path(__file__).parents[1]


def affine(seed=7, N=5, D=3, H=4, dtype=np.float64, scale=1.0):
    """Return the given arrays of a layer and its right answers."""
    rng = np.random.default_rng(seed)
    shapes = {"dZ": (N, H), "X": (N, D), "W": (H, D)}
    g = {name: (scale * rng.normal(size=shape)).astype(dtype) for name, shape in shapes.items()}
    return g, {"dW": g["dZ"].T @ g["X"], "db": g["dZ"].sum(axis=0), "dX": g["dZ"] @ g["W"]}


GIVEN, RIGHT = affine()


def of_dW(got, **options):
    return diagnose(got, recipes.affine()["dW"], GIVEN, it="dW", **options)


# What is no array of numbers

UNUSABLE = [
    (None, "nothing", "dW is None: was a return, or an assignment, forgotten?"),
    (..., "placeholder", "dW is still a placeholder."),
    (NotImplemented, "placeholder", "dW is still a placeholder."),
    ([[1.0, ...], [2.0, 3.0]], "placeholder", "dW is still a placeholder."),
    (lambda: RIGHT["dW"], "a function", "dW is a function, not its value: was it called?"),
    (np.zeros_like, "a function", "dW is a function, not its value: was it called?"),
    ("dZ.T @ X", "no numbers", "dW is a str, expected an array of numbers."),
    (["a", "b"], "no numbers", "dW is a list, expected an array of numbers."),
    ([1.0, None], "no numbers", "dW is a list, expected an array of numbers."),
    (
        [[1.0, 2.0], [3.0]],
        "no numbers",
        "dW is a list with rows of different lengths, expected an array of numbers.",
    ),
    ({"dW": RIGHT["dW"]}, "no numbers", "dW is a dict, expected an array of numbers."),
    ({1.0, 2.0}, "no numbers", "dW is a set, expected an array of numbers."),
    (
        np.array([1.0, 2.0], object),
        "no numbers",
        "dW is an array of object, expected an array of numbers.",
    ),
    (RIGHT["dW"] > 0, "no numbers", "dW holds True and False, expected an array of numbers."),
    (
        RIGHT["dW"] + 1e-20j,
        "no numbers",
        "dW is complex (was .real or .imag forgotten?), expected an array of numbers.",
    ),
    (quantity("X", "N", "D"), "no numbers", "dW is a Formula, expected an array of numbers."),
    (np.full((4, 3), np.nan), "not finite", "dW is nan at [0, 0], and 12 of 12 numbers are not"),
    (
        np.where(np.arange(12).reshape(4, 3) == 5, -np.inf, RIGHT["dW"]),
        "not finite",
        "dW is -inf at [1, 2], and 1 of 12 numbers is not finite.",
    ),
    (float("nan"), "not finite", "dW is nan, and 1 of 1 numbers is not finite."),
]


@pytest.mark.parametrize(("got", "name", "says"), UNUSABLE)
def test_what_is_no_array_of_numbers_is_told_so(got, name, says):
    found = of_dW(got)
    assert (found.right, found.mistakes) == (False, (name,))
    assert found.says.startswith(says)


def test_an_answer_that_is_missing_is_nothing():
    found = diagnose({"dW": RIGHT["dW"]}, recipes.affine(), GIVEN)
    assert found.mistakes == ("nothing",)
    assert found.says == (
        "dW is right. db is None: was a return, or an assignment, forgotten? The same holds for dX."
    )


@pytest.mark.parametrize("kind", [np.ndarray.tolist, np.asfortranarray, np.float64, tuple])
def test_whatever_numpy_reads_as_numbers_will_do(kind):
    assert of_dW(kind(RIGHT["dW"])).right


def test_whole_numbers_are_right_where_the_answer_is_whole():
    assert diagnose(np.array([3, -4], np.int8), np.array([3.0, -4.0])).right
    assert diagnose(7, 7).right
    assert not diagnose(np.array([-128, 1], np.int8), np.array([128, 1])).right


def test_an_answer_without_a_name_begins_its_sentences_with_a_capital():
    assert diagnose(None, 1.0).says.startswith("The answer is None")
    assert diagnose(1.5, 1.5).says == "The answer is right."
    said = diagnose(RIGHT["dW"] + 1, RIGHT["dW"]).says
    assert said == f"{NOT_KNOWN} 12 of 12 numbers in the answer are wrong."


def test_small_unsigned_integers_do_not_overflow():
    pixels, Y = np.array([[200, 100]], np.uint8), np.array([[100, 200]], np.uint8)
    formula = quantity("A", "N", "K") - quantity("Y", "N", "K")
    assert diagnose(np.array([[100.0, -100.0]]), formula, {"A": pixels, "Y": Y}).right


def test_a_name_may_hold_any_signs():
    for it in ("dW_{ij}", "{it}", "{0}", "∂C/∂W", "a"):
        assert diagnose(None, 1.0, it=it).says.startswith(f"{it} is None")
        assert diagnose(RIGHT["dW"].T, RIGHT["dW"], it=it).says.startswith(f"{it} is transposed")
        assert f"in {it} are wrong" in diagnose(GIVEN["W"], RIGHT["dW"], it=it).says


# Right, but not to the last digit

EPS32 = np.finfo(np.float32).eps


@pytest.mark.parametrize(
    ("digits", "words"),
    [(0, "whole numbers"), (1, "1 decimal place"), (3, "3 decimal places")],
)
def test_rounded_numbers_are_right_but_rounded(digits, words):
    g, right = affine(scale=20.0)
    found = diagnose(np.round(right["dW"], digits), recipes.affine()["dW"], g, it="dW")
    assert found.mistakes == ("rounded",)
    assert found.says == f"dW is right, but rounded to {words}. Keep all digits."


def test_single_precision_is_recognised_by_the_numbers_that_float32_has():
    assert of_dW(RIGHT["dW"].astype(np.float32)).mistakes == ("single precision",)
    spoiled = RIGHT["dW"] * (1 + 1e-8 * np.sin(np.arange(12)).reshape(4, 3))
    assert of_dW(spoiled).mistakes == ()
    wrong = (RIGHT["dW"] * (1 + 1e-3 * np.sin(np.arange(12)).reshape(4, 3))).astype(np.float32)
    assert of_dW(wrong).mistakes == ()


def measured(h, central=True):
    """Return the numeric derivative of half a squared error, and the right one."""
    rng = np.random.default_rng(2)
    X, Y, W = rng.normal(size=(5, 3)), rng.normal(size=(5, 4)), rng.normal(size=(4, 3))

    def cost(W):
        return 0.5 * ((np.tanh(X @ W.T) - Y) ** 2).sum()

    slopes = np.empty_like(W)
    for k in np.ndindex(W.shape):
        step = np.zeros_like(W)
        step[k] = h
        back = cost(W - step) if central else cost(W)
        slopes[k] = (cost(W + step) - back) / ((2 if central else 1) * h)
    A = np.tanh(X @ W.T)
    return slopes, ((A - Y) * (1 - A**2)).T @ X


@pytest.mark.parametrize("central", [True, False])
@pytest.mark.parametrize("k", range(8, 15))
def test_a_step_that_is_too_small_is_read_off_the_noise(k, central):
    found = diagnose(*measured(10.0**-k, central), it="dW")
    assert found.mistakes == ("numeric noise",)
    assert found.says == (
        f"dW is a numeric derivative with a step of 1e-{k}, and rounding has spoiled its last "
        "digits: the smaller the step, the more of them."
    )
    assert found.see == (("04_affine", "Checking it against witnesses"),)


def test_of_a_step_that_is_too_large_only_the_digits_are_known():
    found = diagnose(*measured(1e-2), it="dW")
    assert found.mistakes == ()
    assert found.says == (
        "dW agrees to about 4 digits and no further. A numeric derivative with a step too small or "
        "too large leaves such an error, and so does a small term that is missing or one too many."
    )


def test_noise_is_told_from_a_mistake_in_what_was_differentiated():
    """Twice a numeric derivative is one too, but not of this cost."""
    slopes, right = measured(1e-10)
    assert noise.step(slopes, right) == 10
    assert noise.step(2 * slopes, right) is None
    assert noise.step(np.array([1e5, 2e5, -3e5]), np.array([1e5, 2e5, -4e5])) is None
    assert noise.step(np.array([250.0, 500.0, 125.0]), np.array([250.0, 500.0, 126.0])) is None


def test_zeros_are_told_so():
    assert of_dW(np.zeros((4, 3))).says == "dW is 0 everywhere: was it ever computed?"
    assert of_dW(np.zeros((4, 3))).mistakes == ("zeros",)
    assert of_dW(np.zeros((3, 4))).mistakes == ()


# Where nothing fits: facts

NOT_KNOWN = "No known mistake gives these numbers."
RAW = RIGHT["dW"]
ROW = np.arange(4)[:, None] == 2
FACTS = [
    (3.7 * RAW, f"{NOT_KNOWN} dW is everywhere 3.7 times what it should be."),
    (-0.3 * RAW, f"{NOT_KNOWN} dW is everywhere −0.3 times what it should be."),
    (RAW * 3, f"{NOT_KNOWN} dW is everywhere 3 times what it should be, and 3 is D."),
    (RAW / 4, f"{NOT_KNOWN} dW is everywhere 0.25 times what it should be, and 0.25 is 1/H."),
    (np.where(ROW, -RAW, RAW), f"{NOT_KNOWN} In dW the sizes are right, and 3 of 12 signs are wr"),
    (RAW[::-1], f"{NOT_KNOWN} dW holds the right numbers in the wrong places."),
    (RAW + ROW, f"{NOT_KNOWN} 3 of 12 numbers in dW are wrong: all of row 2, the rest is right."),
    (
        RAW + np.array([1, 0, 1]),
        f"{NOT_KNOWN} 8 of 12 numbers in dW are wrong: all of columns 0, 2, the rest is right.",
    ),
    (RAW + ROW * [0, 1, 0], f"{NOT_KNOWN} 1 of 12 numbers in dW is wrong, the first at [2, 1]."),
    (RAW + 1, f"{NOT_KNOWN} 12 of 12 numbers in dW are wrong."),
    (
        RAW + 1e-9 * ROW,
        "dW agrees to about 9 digits and no further. A numeric derivative with a step too small "
        "or too large leaves such an error, and so does a small term that is missing or one too "
        "many. 3 of 12 numbers in dW are wrong: all of row 2, the rest is right.",
    ),
    (
        RAW + 1e-7,
        "dW agrees to about 7 digits and no further. Float32 somewhere on the way leaves such an "
        "error, and so does a numeric derivative.",
    ),
    (RAW[:3], "dW has shape (3, 3), expected (4, 3). A gradient has the shape of the thing it b"),
    (RAW[0], "dW has shape (3,), expected (4, 3). It has 1 axis where 2 are wanted."),
    (7, "dW has shape (), expected (4, 3). It has 0 axes where 2 are wanted."),
    (np.empty((0, 3)), "dW has shape (0, 3), expected (4, 3). A gradient has the shape of the thi"),
]


@pytest.mark.parametrize(("got", "says"), FACTS)
def test_where_nothing_fits_the_facts_are_told(got, says):
    found = of_dW(got)
    assert (found.right, found.mistakes, found.see) == (False, (), ())
    assert found.says.startswith(says)


def test_a_factor_is_no_size_where_several_sizes_would_do():
    g, right = affine(N=3, D=3)
    said = diagnose(3 * right["dX"], recipes.affine()["dX"], g, it="dX").says
    assert said == f"{NOT_KNOWN} dX is everywhere 3 times what it should be."


def test_what_should_be_zero_is_not_divided_by():
    with np.errstate(all="raise"):
        for got in (np.ones(3), np.array([0.0, 2.0, 0.0]), -np.ones(3)):
            assert "numbers in dW" in diagnose(got, np.zeros(3), it="dW").says
    assert diagnose(np.zeros(3), np.zeros(3)).right


TOO_FEW = "These numbers are too few, or too round, to tell which mistake has made them."


@pytest.mark.parametrize(
    ("got", "right", "named"),
    [
        (-np.pi, np.pi, True),
        (-3.0, 3.0, False),
        ([-3.0, 1.0], [3.0, -1.0], False),
        ([-3.0, 1.0, -7.0, 5.0, 2.0], [3.0, -1.0, 7.0, -5.0, -2.0], True),
        ([-0.71, 1.93, 0.44], [0.71, -1.93, -0.44], True),
        ([-1.0] * 20, [1.0] * 20, False),
        ([[2, -4], [-1, 2], [4, -8]], [[2, -1, 4], [-4, 2, -8]], True),
        ([2 / 3, 4 / 3], [1 / 3, 2 / 3], False),
    ],
)
def test_a_mistake_is_believed_if_it_can_be_no_accident(got, right, named):
    found = diagnose(np.array(got), np.array(right))
    assert bool(found.mistakes) == named
    assert found.says.startswith(TOO_FEW) != named


def test_one_number_in_float32_proves_nothing():
    wide, narrow = (affine(N=5, D=1, H=1, dtype=dtype) for dtype in (np.float64, np.float32))
    for (g, right), expected in ((wide, ("sign",)), (narrow, ())):
        got = diagnose({"dW": -right["dW"]}, {"dW": recipes.affine()["dW"]}, g)
        assert got.mistakes == expected


def test_evidence_from_other_answers_counts_too():
    """Each answer has one number in float32; the mistake is made before all of them."""
    rng = np.random.default_rng(0)
    net = Network(rng, 5, [1, 1], ["tanh"], np.float32)
    got = backward(net, ("dZ", None, lambda n, l, dA, slope: dA))
    recipe = recipes.network([nn.Tanh])
    assert diagnose(got["dW1"], recipe["dW1"], net.given()).says.startswith(TOO_FEW)
    assert diagnose(got, recipe, net.given()).mistakes == ("σ′ forgotten",)


def test_what_was_found_once_needs_less_evidence_elsewhere():
    """One number in float32, but the mistake is the one that six numbers have shown already."""
    g, right = affine(N=5, D=6, H=1, dtype=np.float32)
    found = diagnose({it: -right[it] for it in ("dW", "db")} | {"dX": right["dX"]}, layer, g)
    assert found.says == "Every number of dW has the wrong sign. The same holds for db."


def test_where_a_mistake_may_be_an_accident_no_pairs_are_tried(work):
    assert diagnose(-3.0, 3.0).says.startswith(TOO_FEW)
    assert work["formulas"] < 50


def test_a_mistake_that_changes_nothing_is_no_part_of_two():
    """With one example the mean is the sum, so whoever divides by H has not taken a mean."""
    g, right = affine(N=1, D=2, H=3)
    found = diagnose(right["db"] / 3, layer["db"], g, it="db")
    assert found.mistakes == ()
    assert (
        found.says
        == f"{NOT_KNOWN} db is everywhere 0.3333 times what it should be, and 0.3333 is 1/H."
    )


def test_bits_count_what_it_takes_to_write_numbers_down():
    rng = np.random.default_rng(0)
    some = rng.normal(size=6)
    assert evidence.bits(some, 1e-15) > 240
    assert 90 < evidence.bits(some, 1e-5) < 120
    assert evidence.bits(np.full(100, some[0]), 1e-15) == evidence.bits(some[:1], 1e-15)
    assert evidence.bits(np.ones(100), 1e-15) < 2
    assert evidence.bits(np.array([1.0, -1.0] * 50), 1e-15) < 102
    assert evidence.bits(np.array([]), 1e-15) == 0
    assert evidence.believed(17, 1)
    assert not evidence.believed(16, 1)
    assert not evidence.believed(17, 2)


# Several cases: the exercises run an answer on many arrays


def cases(answer, dtypes=(np.float64, np.float32)):
    """Return the cases of an answer on arrays of several sizes."""
    sizes = ((5, 3, 4), (1, 4, 2), (7, 2, 5))
    made = [affine(s, *n, dtype=d) for d in dtypes for s, n in enumerate(sizes)]
    recipe = {"dW": recipes.affine()["dW"]}
    return [case("check", recipe, {"dW": answer(**g)}, g) for g, _ in made], recipe


def test_a_mistake_must_fit_in_every_case():
    found = examine(*cases(lambda dZ, X, W: dZ.T @ X / len(X)))
    assert found.mistakes == ("divided in the layer",)
    assert examine(*cases(lambda dZ, X, W: dZ.T @ X / 5)).mistakes == ()


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            lambda dZ, X, W: dZ.T @ X + len(X) - 1,
            "dW is right for one example (N = 1) and wrong for several.",
        ),
        (
            lambda dZ, X, W: dZ.T @ X + (dZ.dtype == np.float32),
            "dW is right in float64 and wrong in float32.",
        ),
        (
            lambda dZ, X, W: dZ.T @ X + (dZ.dtype == np.float64),
            "dW is right in float32 and wrong in float64.",
        ),
    ],
)
def test_it_is_told_in_which_cases_an_answer_is_right(answer, says):
    found = examine(*cases(answer))
    assert found.mistakes == ()
    assert found.says.endswith(says)


def test_a_fact_that_is_told_holds_in_every_case():
    """One fifth is 1/N in the first case only; a factor that changes is no factor."""
    found = examine(*cases(lambda dZ, X, W: dZ.T @ X / 5))
    assert found.says == f"{NOT_KNOWN} dW is everywhere 0.2 times what it should be."
    found = examine(*cases(lambda dZ, X, W: dZ.T @ X * (7 + X.shape[1])))
    assert found.says == f"{NOT_KNOWN} 12 of 12 numbers in dW are wrong."
    found = examine(*cases(lambda dZ, X, W: dZ.T @ X * (1 + 1e-5 * (len(X) == 5) + (len(X) == 7))))
    assert "agrees" not in found.says
    found = examine(*cases(lambda dZ, X, W: 1.5 * dZ.T @ X if len(X) > 1 else dZ))
    assert found.says.startswith("dW has shape (1, 2), expected (2, 4).")


def test_rows_of_ones_own_are_tried_first():
    row = Mistake("my own", "{it} is mine.", at_root(lambda a: -a), ("04_affine", "By hand"))
    found = examine(*cases(lambda dZ, X, W: -dZ.T @ X), (row,))
    assert (found.mistakes, found.says) == (("my own",), "dW is mine. " + ALSO + SIGN)
    assert (found.see, found.same) == ((("04_affine", "By hand"),), ("sign",))


ALSO, SIGN = "Another mistake gives the same numbers: ", "Every number of dW has the wrong sign."


def test_a_cache_that_is_not_stale_is_no_stale_cache():
    """Arrays that are the same before and now cannot have been mistaken for each other."""
    before = {"X": GIVEN["X"] + 1, "dZ": GIVEN["dZ"]}
    assert of_dW(GIVEN["dZ"].T @ before["X"], before=before).says == (
        "X from an earlier forward went into dW: a cache was not renewed."
    )
    assert of_dW(GIVEN["dZ"].T @ GIVEN["X"] * 1.5, before={"X": GIVEN["X"]}).mistakes == ()


# The catalogue

SLOTS = {"it": "dW", "here": "dZ1", "part": "X"}


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: row.name)
def test_a_row_says_one_or_two_sentences_and_no_formula(row):
    said = row.says.format(**SLOTS)
    assert re.fullmatch(r"[A-Z¼-ÿdX].{20,150}[.?]", said)
    assert len(re.findall(r"[.?!](?= |$)", said)) <= 2
    assert not re.search(r"@|np\.|\.T\b|ᵀ|{|}|=(?! 1)", said)


HEADINGS = {
    path.stem: {
        line.removeprefix("## ").strip()
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
        for line in "".join(cell["source"]).splitlines()
        if line.startswith("## ")
    }
    for path in ROOT.glob("chapters/*.ipynb")
}


def test_every_pointer_leads_to_a_section():
    rows = [*MISTAKES, *(row for row in vars(noise).values() if isinstance(row, Mistake))]
    pointers = {row.see for row in rows if row.see}
    pointers |= {p for p in vars(mistakes).values() if isinstance(p, tuple) and len(p) == 2}
    assert len(pointers) >= 7
    for chapter, heading in pointers:
        assert heading in HEADINGS[chapter]


# Under a second, whatever comes


@pytest.fixture
def work(monkeypatch):
    """Count the formulas that are evaluated, and the numbers that this takes."""
    done = {"formulas": 0, "numbers": 0}
    evaluate = answer.evaluate

    def counted(formula, values, memo):
        known = len(memo)
        value = evaluate(formula, values, memo)
        done["formulas"] += 1
        done["numbers"] += sum(np.size(v) for v in list(memo.values())[known:])
        return value

    monkeypatch.setattr(answer, "evaluate", counted)
    return done


def four_layers(N, sizes):
    rng = np.random.default_rng(4)
    net = Network(rng, N, sizes, ["tanh", "sigmoid", "relu", "tanh"])
    recipe = recipes.network([nn.Tanh, nn.Sigmoid, nn.ReLU, nn.Tanh])
    nonsense = {it: rng.normal(size=np.shape(got)) for it, got in backward(net).items()}
    others = {"before": net.another(rng).given(), "after": net.stepped(rng).given()}
    return net, recipe, nonsense, others


def test_garbage_in_four_layers_takes_a_bounded_number_of_formulas(work):
    net, recipe, nonsense, others = four_layers(5, [3, 4, 6, 2, 7])
    assert diagnose(nonsense, recipe, net.given(), **others).says.startswith(NOT_KNOWN)
    assert work["formulas"] < 6_000
    work["formulas"] = 0
    right = backward(net) | {"dX": nonsense["dX"]}
    assert NOT_KNOWN in diagnose(right, recipe, net.given(), **others).says
    assert work["formulas"] < 6_000
    work["formulas"] = 0
    found = diagnose(nonsense["dX"], recipe["dX"], net.given(), **others)
    assert 5_000 < work["formulas"] < search.PAIRS + 2_000 < 20_000
    assert found.says.startswith(NOT_KNOWN)


def test_if_not_all_pairs_are_tried_it_says_so(work, monkeypatch):
    monkeypatch.setattr(search, "PAIRS", 100)
    nonsense = np.random.default_rng(0).normal(size=(4, 3))
    assert of_dW(nonsense).says.startswith("No known mistake alone gives these numbers.")
    assert 100 < work["formulas"] < 250


def test_garbage_in_a_large_batch_takes_a_bounded_number_of_numbers(work):
    """Then not all pairs are tried, and it says so."""
    net, recipe, nonsense, others = four_layers(1500, [32, 16, 24, 8, 10])
    found = diagnose(nonsense, recipe, net.given(), **others)
    assert found.says.startswith("No known mistake alone gives these numbers.")
    assert work["numbers"] < 4 * search.WORK


# Calls that make no sense

layer = recipes.affine()
BAD = [
    (
        lambda: diagnose(RIGHT, layer, {k: GIVEN[k] for k in ("dZ", "X")}),
        UnknownNameError,
        "diagnose: W is not given, expected X, dZ. Add it: given={'W': ...}.",
    ),
    (
        lambda: diagnose(RIGHT, layer),
        UnknownNameError,
        "diagnose: X is not given, expected no arrays. Add it: given={'X': ...}.",
    ),
    (
        lambda: diagnose(RIGHT, layer, GIVEN | {"W": GIVEN["W"].T}),
        ShapeError,
        "diagnose: W has shape (3, 4), expected (4, 3). W.T fits: is W transposed?",
    ),
    (
        lambda: diagnose(RIGHT, layer, GIVEN | {"N": 6}),
        ShapeError,
        "diagnose: N is 6, expected 5. The arrays have that size: leave it out.",
    ),
    (
        lambda: diagnose({"dw": RIGHT["dW"]}, layer, GIVEN),
        UnknownNameError,
        "diagnose: got has 'dw', expected dW, db, dX. Give every answer the name that it has in "
        "wanted.",
    ),
    (
        lambda: diagnose(tuple(RIGHT.values()), layer, GIVEN),
        StatementError,
        "diagnose: got is a tuple, expected a dict with dW, db, dX. Name the answers: {'dW': ...}.",
    ),
    (
        lambda: diagnose(RIGHT["dW"], None),
        DtypeError,
        "diagnose: the right answer is of type NoneType, expected an array of real numbers. A "
        "diagnosis compares numbers.",
    ),
    (
        lambda: diagnose(RIGHT["dW"], "dZ.T @ X", it="dW"),
        DtypeError,
        "diagnose: the right dW is of type str, expected an array of real numbers. A diagnosis "
        "compares numbers.",
    ),
    (
        lambda: diagnose(RIGHT["dW"], RIGHT["dW"] * 1j, it="dW"),
        DtypeError,
        "diagnose: the right dW is of type complex128, expected an array of real numbers. A "
        "diagnosis compares numbers.",
    ),
    (
        lambda: diagnose({}, {}),
        StatementError,
        "diagnose: wanted is empty, expected what is right. Give at least one answer.",
    ),
    (
        lambda: diagnose([], np.empty((0, 3)), it="dX"),
        EmptyBatchError,
        "diagnose: the right dX has shape (0, 3), expected at least one number. Nothing can be "
        "compared with it.",
    ),
    (
        lambda: diagnose(RIGHT, layer, {k: a[:0] if k != "W" else a for k, a in GIVEN.items()}),
        EmptyBatchError,
        "diagnose: N is 0, expected at least one example. An empty batch has no gradient: did the "
        "selection find nothing?",
    ),
    (
        lambda: diagnose(RIGHT, layer, [GIVEN["X"]]),
        StatementError,
        'diagnose: given is a list, expected a dict of name to array. Name the arrays: given={"X": '
        "X}.",
    ),
    (
        lambda: diagnose(RIGHT, layer, GIVEN | {"X": [[1.0], [2.0, 3.0]]}),
        DtypeError,
        "diagnose: X is of type list, expected an array of real numbers. A diagnosis compares "
        "numbers.",
    ),
    (
        lambda: diagnose(RIGHT, layer, GIVEN | {"X": np.full((5, 3), np.inf)}),
        NotFiniteError,
        "diagnose: X is inf at [0, 0], expected finite numbers. No gradient can be checked there: "
        "follow X back to where it was made.",
    ),
    (
        lambda: diagnose(RIGHT["dW"], [np.nan], it="dW"),
        NotFiniteError,
        "diagnose: the right dW is nan at [0], expected finite numbers. No gradient can be checked "
        "there: follow the right dW back to where it was made.",
    ),
    (
        lambda: diagnose(1.0, 1 / quantity("x"), {"x": 0.0}, it="dx"),
        NotFiniteError,
        "diagnose: the right dx is inf, expected finite numbers. No gradient can be checked there: "
        "follow the right dx back to where it was made.",
    ),
    (
        lambda: diagnose(RIGHT, layer, GIVEN, before=[GIVEN["X"]]),
        StatementError,
        "diagnose: before is a list, expected a dict of name to array. Name the arrays: before="
        '{"X": X}.',
    ),
    (
        lambda: diagnose(RIGHT, layer, GIVEN, before={"x": GIVEN["X"]}),
        UnknownNameError,
        "diagnose: before has 'x', expected W, X, dZ. Use the name that the array has in given.",
    ),
    (
        lambda: diagnose(RIGHT, layer, GIVEN, after={"W": GIVEN["W"][:3]}),
        ShapeError,
        "diagnose, after: W has shape (3, 3), expected (4, 3). Axis 0 has size 3, not 4.",
    ),
    (
        lambda: diagnose(RIGHT, layer, GIVEN, before={"X": GIVEN["X"][:, :2]}),
        ShapeError,
        "diagnose, before: X has shape (5, 2), expected (N, 3). Axis 1 has size 2, not 3.",
    ),
]


@pytest.mark.parametrize(("call", "kind", "says"), BAD)
def test_a_call_that_makes_no_sense_says_why(call, kind, says):
    with pytest.raises(kind) as error:
        call()
    assert str(error.value) == says


def test_a_batch_of_before_may_have_another_size():
    before = {"X": np.ones((8, 3)), "dZ": np.ones((8, 4))}
    got = RIGHT["dW"] + before["dZ"].T @ before["X"]
    assert of_dW(got, before=before).mistakes == ("accumulated",)
