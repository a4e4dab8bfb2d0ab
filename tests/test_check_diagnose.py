"""Diagnoses: planted mistakes are named, right answers are right, garbage is called nothing else.

The mistakes are planted in networks that share no code with the formulas of the package, see
`planted_network`.
"""

import re

import numpy as np
import pytest
from planted_network import RULES, SIGMA, SLOPE, SLOPE_OF_A, Network, backward

from backprop import nn
from backprop.check import complex_step, diagnose, quantity, recipes, search, slope
from backprop.check.formula import Formula, N, evaluate
from backprop.check.mistakes import MISTAKES

CLASS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU, "identity": nn.Identity}
ANOTHER = {"sigmoid": "tanh", "tanh": "sigmoid", "relu": "sigmoid", "identity": "tanh"}
DTYPES = (np.float64, np.float32)


def drawn(rng, N, dtype=np.float64, kinds=None):
    """Return a network of 1 to 4 layers with pairwise different sizes, and its recipe."""
    L = len(kinds) if kinds else int(rng.integers(1, 5))
    shape = rng.permutation([n for n in range(2, 9) if n != N])[: L + 1].tolist()
    kinds = kinds or rng.choice(list(SIGMA), L).tolist()
    return Network(rng, N, shape, kinds, dtype), recipes.network([CLASS[kind] for kind in kinds])


def same(a, b, dtype):
    """Tell whether two answers are equal, by NumPy's own judgement."""
    rtol = 1e-9 if dtype == np.float64 else 1e-4
    size = np.max(np.abs(b), initial=0.0)
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol, 1e-2 * rtol * size)


def gives_away(says, right):
    """Return the right numbers that a sentence contains, written with three digits or more."""
    said = {token for token in re.findall(r"\d+\.?\d*(?:e-?\d+)?", says) if len(token) > 3}
    values = np.abs(np.concatenate([np.ravel(a) for a in right]))
    return said & {f"{v:.{n}{kind}}" for v in values for n in range(2, 8) for kind in "gfe"}


# Planted mistakes are named

einsum = np.einsum
NETWORK = {
    "transposed": [("dW", lambda n, l, dZ: einsum("nj,nk->kj", dZ, n.A[l - 1]))],
    "sign": [
        ("dW", lambda n, l, dZ: -RULES["dW"](n, l, dZ)),
        ("db", lambda n, l, dZ: -RULES["db"](n, l, dZ)),
    ],
    "difference reversed": [("dA_L", lambda n, l: (n.Y - n.A[l]) / n.N)],
    "½ lost": [("db", lambda n, l, dZ: 2 * RULES["db"](n, l, dZ))],
    "2 lost": [("dW", lambda n, l, dZ: RULES["dW"](n, l, dZ) / 2)],
    "kept per example": [
        ("db", lambda n, l, dZ: dZ),
        ("dW", lambda n, l, dZ: einsum("nj,nk->njk", dZ, n.A[l - 1])),
    ],
    "mean for sum": [("db", lambda n, l, dZ: dZ.mean(axis=0))],
    "wrong axis": [("db", lambda n, l, dZ: dZ.sum(axis=1))],
    "divided in the layer": [("dW", lambda n, l, dZ: RULES["dW"](n, l, dZ) / n.N)],
    "mean lost": [("dA_L", lambda n, l: n.A[l] - n.Y)],
    "mean taken twice": [("dA_L", lambda n, l: (n.A[l] - n.Y) / n.N**2)],
    "mean over the outputs": [("dA_L", lambda n, l: (n.A[l] - n.Y) / n.Y.size)],
    "last example only": [("dW", lambda n, l, dZ: np.outer(dZ[-1], n.A[l - 1][-1]))],
    "first example only": [("dW", lambda n, l, dZ: np.outer(dZ[0], n.A[l - 1][0]))],
    "an example left out": [
        ("dW", lambda n, l, dZ: einsum("nj,nk->jk", dZ[1:], n.A[l - 1][1:])),
        ("db", lambda n, l, dZ: dZ[:-1].sum(axis=0)),
    ],
    "sums before products": [
        ("dW", lambda n, l, dZ: np.outer(dZ.sum(axis=0), n.A[l - 1].sum(axis=0)))
    ],
    "σ′ forgotten": [("dZ", lambda n, l, dA, slope: dA)],
    "σ′ twice": [("dZ", lambda n, l, dA, slope: dA * slope * slope)],
    "σ′ of a": [("slope", lambda n, l: SLOPE[n.kinds[l]](n.A[l]))],
    "σ′ fed with z": [("slope", lambda n, l: SLOPE_OF_A[n.kinds[l]](n.Z[l]))],
    "σ for σ′": [("slope", lambda n, l: n.A[l])],
    "another activation's slope": [
        ("slope", lambda n, l: SLOPE[ANOTHER[n.kinds[l]]](n.Z[l])),
        ("slope", lambda n, l: SLOPE_OF_A[ANOTHER[n.kinds[l]]](n.A[l])),
    ],
    "gradient of something else": [
        ("after", lambda n, answers: answers | {"dX": answers["dW1"]}),
        ("after", lambda n, answers: answers | {"dW1": answers["dX"], "dX": answers["dW1"]}),
    ],
    "stopped too early": [("dA", lambda n, l, dZ: dZ if l == 1 else RULES["dA"](n, l, dZ))],
    "ingredient handed back": [("after", lambda n, answers: answers | {"dX": n.A[0]})],
    "another quantity": [
        ("dW", lambda n, l, dZ: einsum("nj,nk->jk", dZ, n.Z[l - 1] if l > 1 else n.A[0]))
    ],
}


@pytest.mark.parametrize("name", NETWORK)
def test_a_mistake_planted_in_a_network_is_named(name):
    """Where the reader's numbers are enough to tell; with fewer, no other name may be said."""
    named = 0
    for seed in range(14):
        rng = np.random.default_rng(seed)
        net, recipe = drawn(rng, int(rng.choice([1, 3, 4, 5])), DTYPES[seed % 3 == 0])
        rule, planted = NETWORK[name][seed % len(NETWORK[name])]
        layer = None if seed % 4 == 0 or rule in ("dA", "after") else rng.integers(1, net.L + 1)
        got, right = backward(net, (rule, layer, planted)), backward(net)
        wrong = [it for it in right if not same(got[it], right[it], net.dtype)]
        found = diagnose(got, recipe, net.given())
        assert found.right == (not wrong), (seed, found)
        assert not gives_away(found.says, right.values()), (seed, found)
        if wrong and enough(got[wrong[0]], right[wrong[0]], net.dtype):
            assert name in found.mistakes + found.same, (seed, found)
            assert len(found.mistakes) == 1
            named += 1
        elif wrong:
            assert set(found.mistakes) <= {name, "zeros"}, (seed, found)
    assert named >= 4, "too few networks in which the mistake changes the numbers"


def enough(got, right, dtype):
    """Tell whether numbers tell enough: dead ReLUs leave zeros, saturated units only rounding."""
    some = np.abs(got[np.abs(got) > 1e-6 * np.max(np.abs(right))])
    return len(np.unique(some)) >= (3 if dtype == np.float64 else 8)


# What needs more than a network: other formulas, earlier forwards, square or single-column arrays.


def affine(rng, N=5, D=3, H=4, scale=1.0, dtype=np.float64):
    """Return dZ, X and W, and the right answers."""
    shapes = {"dZ": (N, H), "X": (N, D), "W": (H, D)}
    g = {name: (scale * rng.normal(size=shape)).astype(dtype) for name, shape in shapes.items()}
    return g, right_affine(**g)


def right_affine(dZ, X, W):
    dW, db, dX = einsum("nj,nk->jk", dZ, X), einsum("nj->j", dZ), einsum("nj,jk->nk", dZ, W)
    return {"dW": dW, "db": db, "dX": dX}


def in_affine(change, **options):
    """Return the plant ``change(given arrays, right answers) -> answers that are wrong``."""

    def plant(rng):
        g, right = affine(rng, **options)
        return right | change(g, right), recipes.affine(), g, {}

    return plant


SQUARE = {"N": 4, "D": 4, "H": 4}


def probabilities(z):
    """Return the softmax of every row, one example at a time."""
    return np.array([np.exp(row) / sum(np.exp(row)) for row in z])


def half_of(z, y, n):
    return (SIGMA["sigmoid"](z) - y) / n


def slope_of_ln_forgotten(rng):
    Z, Y = rng.normal(size=(6, 4)), rng.dirichlet(np.ones(4), 6)
    P, dP = probabilities(Z), -Y / 6
    J = np.array([np.diag(p) - np.outer(p, p) for p in P])
    got = {"dP": dP, "dZ": einsum("nij,ni->nj", J, dP)}
    return got, recipes.cross_entropy(), {"P": P, "Y": Y}, {}


def in_softmax(elementwise):
    """Return a plant in −log p of the right class, with dP = −Y / P / N."""

    def plant(rng):
        P, A = rng.dirichlet(np.ones(4), 6), rng.normal(size=(6, 3))
        Y = np.eye(4)[rng.integers(0, 4, 6)]
        dP = -Y / P / 6
        dZ = dP * P * (1 - P) if elementwise else (P - Y) / 6
        q = {name: quantity(name, "N", "K") for name in "PY"} | {"A": quantity("A", "N", "D")}
        formula = Formula("softmax vjp", q["P"], -(q["Y"] / q["P"]) / N).named("dZ")
        recipe = {"dW": formula.T @ q["A"], "db": formula.total()}
        return {"dW": dZ.T @ A, "db": dZ.sum(axis=0)}, recipe, {"P": P, "Y": Y, "A": A}, {}

    return plant


def in_a_fork(join):
    """Return a plant where A leads to the cost directly and through a layer; dA joins the two."""

    def plant(rng):
        shapes = {"dR": (5, 4), "W": (4, 4), "Z": (5, 4), "X": (5, 3)}
        g = {name: rng.normal(size=shape) for name, shape in shapes.items()}
        q = {"dR": ("N", "H"), "W": ("H", "H"), "Z": ("N", "H"), "X": ("N", "D")}
        dR, W, Z, X = (quantity(name, *letters) for name, letters in q.items())
        dZ = ((dR @ W + dR) * slope(nn.Tanh, Z)).named("dZ")
        got = join(einsum("nj,jk->nk", g["dR"], g["W"]), g["dR"]) / np.cosh(g["Z"]) ** 2
        answers = {"dW": einsum("nj,nk->jk", got, g["X"]), "db": got.sum(axis=0)}
        return answers, {"dW": dZ.T @ X, "db": dZ.total()}, g, {}

    return plant


def with_stale(*names):
    """Return a plant in which arrays of an earlier forward are used, of another batch size."""

    def plant(rng):
        net, recipe = drawn(rng, 5, kinds=["tanh", "sigmoid"])
        old = net.another(rng)
        mixed = net.another(rng)
        mixed.__dict__ |= net.__dict__ | {"A": dict(net.A), "Z": dict(net.Z)}
        for name in names:
            where, layer = (mixed.A, 0) if name == "X" else (getattr(mixed, name[0]), int(name[1]))
            where[layer] = old.given()[name]
        return backward(mixed), recipe, net.given(), {"before": old.given()}

    return plant


def with_targets_of_before(rng):
    net, recipe = drawn(rng, 5, kinds=["tanh", "sigmoid"])
    old = net.another(rng)
    got = backward(net, ("dA_L", None, lambda n, l: (n.A[l] - old.Y) / n.N))
    return got, recipe, net.given(), {"before": old.given()}


def with_the_number_of_before(rng):
    net, recipe = drawn(rng, 5, kinds=["tanh", "sigmoid"])
    old = net.another(rng, 6)
    got = backward(net, ("dA_L", None, lambda n, l: (n.A[l] - n.Y) / old.N))
    return got, recipe, net.given(), {"before": old.given()}


def with_updated_weights(rng):
    net, recipe = drawn(rng, 5, kinds=["tanh", "sigmoid", "tanh"])
    updated = net.stepped(rng)
    after = {f"W{l}": W for l, W in updated.W.items()}
    return backward(updated), recipe, net.given(), {"after": after}


def added_up(count):
    """Return a plant in which parameters' gradients are added to those of the batch before."""

    def plant(rng):
        net, recipe = drawn(rng, 5, kinds=["tanh", "sigmoid"])
        old = net.another(rng, count)
        got, more = backward(net), backward(old)
        got |= {it: got[it] + more[it] for it in got if it != "dX"}
        return got, recipe, net.given(), {"before": old.given()}

    return plant


def with_a_flat_column(rng):
    net = Network(rng, 5, [3, 4, 1], ["tanh", "identity"])
    dZ = (net.A[2] - net.Y[:, 0]) / 5  # (5, 1) against (5,)
    recipe = recipes.network([nn.Tanh, nn.Identity])
    recipe = {it: recipe[it] for it in ("dW2", "db2")}
    return {"dW2": dZ.T @ net.A[1], "db2": dZ.sum(axis=0)}, recipe, net.given(), {}


def in_reverse(dZ, W):
    """Return dZ W with the terms added in another order, which rounds otherwise."""
    return sum(dZ[:, j, None] * W[j] for j in range(len(W))[::-1])


def divided_down(rng):
    net = Network(rng, 5, [3, 4, 2], ["relu", "identity"], scale=40.0)
    got = backward(net, ("dA_L", None, lambda n, l: (n.A[l] - n.Y) // n.N))
    return got, recipes.network([nn.ReLU, nn.Identity]), net.given(), {}


def in_a_cost(cost, planted, kinds=("tanh", "identity")):
    """Return a plant in the first gradient of a network with this cost: (A_L, Y, N) -> dA_L."""

    def plant(rng):
        net, _ = drawn(rng, 5, kinds=list(kinds))
        net.Y = rng.dirichlet(np.ones(net.sizes[-1]), 5)
        top = ("dA_L", None, lambda n, l: planted(n.A[n.L], n.Y, n.N))
        recipe = recipes.network([CLASS[kind] for kind in kinds], cost)
        return backward(net, top), recipe, net.given(), {}

    return plant


SPECIAL = {
    "target not subtracted": [
        in_a_cost("softmax cross-entropy", lambda z, y, n: probabilities(z) / n),
        in_a_cost("half squared error", lambda z, y, n: z / n),
    ],
    "softmax forgotten": [in_a_cost("softmax cross-entropy", lambda z, y, n: (z - y) / n)],
    "softmax twice": [
        in_a_cost(
            "softmax cross-entropy", lambda z, y, n: (probabilities(probabilities(z)) - y) / n
        )
    ],
    "sigmoid forgotten": [in_a_cost("binary cross-entropy", lambda z, y, n: (z - y) / n)],
    "sigmoid for softmax": [
        in_a_cost("softmax cross-entropy", lambda z, y, n: (SIGMA["sigmoid"](z) - y) / n)
    ],
    "slope of p again": [
        in_a_cost(
            "softmax cross-entropy",
            lambda z, y, n: (p := probabilities(z)) * (1 - p) * (p - y) / n,
        ),
        in_a_cost("binary cross-entropy", lambda z, y, n: SLOPE["sigmoid"](z) * half_of(z, y, n)),
    ],
    "slope of ln forgotten": [slope_of_ln_forgotten],
    "transpose missing": [
        in_affine(lambda g, _: {"dW": g["dZ"] @ g["X"]}, **SQUARE),
    ],
    "transpose too many": [in_affine(lambda g, _: {"dX": g["dZ"] @ g["W"].T}, **SQUARE)],
    "wrong order": [in_affine(lambda g, _: {"dX": g["W"] @ g["dZ"]}, **SQUARE)],
    "elementwise product": [
        in_affine(lambda g, _: {"dX": g["dZ"] * g["W"]}, **SQUARE),
        in_affine(lambda g, _: {"dW": g["dZ"].T * g["X"]}, **SQUARE),
    ],
    "elementwise softmax": [in_softmax(elementwise=True)],
    "one path only": [
        in_a_fork(lambda through, direct: through),
        in_a_fork(lambda through, direct: direct),
    ],
    "paths subtracted": [in_a_fork(lambda through, direct: through - direct)],
    "upstream forgotten": [
        in_affine(lambda g, _: {"dX": np.ones_like(g["dZ"]) @ g["W"]}),
        in_affine(lambda g, _: {"dW": np.ones_like(g["dZ"]).T @ g["X"]}),
    ],
    "stale cache": [
        with_stale("A1"),
        with_stale("Z1"),
        with_stale("X"),
        with_stale("X", "Z1", "A1", "Z2", "A2"),
        with_the_number_of_before,
    ],
    "batches mixed up": [with_targets_of_before],
    "updated weights": [with_updated_weights],
    "accumulated": [added_up(5), added_up(8)],
    "column against flat": [with_a_flat_column],
    "whole numbers": [
        in_affine(lambda g, right: {"dW": right["dW"].astype(int)}, scale=9.0),
        in_affine(lambda g, _: right_affine(g["dZ"].astype(int), g["X"], g["W"]), scale=9.0),
        in_affine(lambda g, _: {"dW": g["dZ"].T @ g["X"].astype(int)}, scale=9.0),
    ],
    "whole numbers, rounded down": [
        in_affine(lambda g, right: {"db": right["db"] // 1}, H=9, scale=99.0),
        in_affine(lambda g, _: {"dX": in_reverse(np.floor(g["dZ"]), g["W"])}, H=9, scale=0.4),
    ],
    "divided with //": [divided_down],
    "added up to one number": [in_affine(lambda g, right: {"dX": right["dX"].sum()})],
    "as a row": [in_affine(lambda g, _: {"db": g["dZ"].sum(axis=0, keepdims=True)})],
    "as a column": [in_affine(lambda g, right: {"db": right["db"][:, None]})],
    "flattened": [in_affine(lambda g, right: {"dW": right["dW"].ravel()})],
}


@pytest.mark.parametrize("name", SPECIAL)
def test_a_mistake_planted_elsewhere_is_named(name):
    for plant in SPECIAL[name]:
        for seed in range(3):
            got, recipe, given, more = plant(np.random.default_rng(seed))
            found = diagnose(got, recipe, given, **more)
            assert found.mistakes == (name,), (seed, found)


def test_every_row_of_the_catalogue_has_been_planted():
    assert [m.name for m in MISTAKES if m.name not in NETWORK | SPECIAL] == []
    assert len({m.name for m in MISTAKES}) == len(MISTAKES)


# Two mistakes at once, and several answers

PAIRS = {
    ("transposed", "sign"): [("dW", 2, lambda n, l, dZ: -RULES["dW"](n, l, dZ).T)],
    ("transposed", "divided in the layer"): [
        ("dW", 2, lambda n, l, dZ: RULES["dW"](n, l, dZ).T / n.N)
    ],
    ("sign", "last example only"): [("dW", 2, lambda n, l, dZ: -np.outer(dZ[-1], n.A[1][-1]))],
    ("½ lost", "sums before products"): [
        ("dW", 2, lambda n, l, dZ: 2 * np.outer(dZ.sum(axis=0), n.A[1].sum(axis=0)))
    ],
    ("sign", "mean for sum"): [("db", 2, lambda n, l, dZ: -dZ.mean(axis=0))],
    ("mean lost", "σ′ twice"): [("dZ", 2, lambda n, l, dA, slope: n.N * dA * slope**2)],
    ("difference reversed", "σ′ forgotten"): [("dZ", 2, lambda n, l, dA, slope: -dA)],
    ("σ′ of a", "another quantity"): [
        ("slope", 2, lambda n, l: SLOPE["tanh"](n.A[l])),
        ("dW", 2, lambda n, l, dZ: einsum("nj,nk->jk", dZ, n.Z[1])),
    ],
}


@pytest.mark.parametrize("names", PAIRS)
def test_two_mistakes_at_once_are_both_named(names):
    for seed in range(4):
        net, recipe = drawn(np.random.default_rng(seed), 5, kinds=["tanh", "tanh"])
        found = diagnose(backward(net, *PAIRS[names]), recipe, net.given())
        assert found.mistakes == names, (seed, found)
        assert "Two mistakes at once. " in found.says


def test_the_mistake_that_explains_most_answers_comes_first():
    """Residual and root: both give −dW2, but only the residual gives the other answers too."""
    net, recipe = drawn(np.random.default_rng(1), 5, kinds=["tanh", "sigmoid"])
    got, right = backward(net, ("dA_L", None, lambda n, l: (n.Y - n.A[l]) / n.N)), backward(net)
    assert diagnose(got, recipe, net.given()).mistakes == ("difference reversed",)
    for it in right:
        found = diagnose(right | {it: -right[it]}, recipe, net.given())
        assert found.mistakes == ("sign",), it
    alone = diagnose(got["dW2"], recipe["dW2"], net.given(), it="dW2")
    assert (alone.mistakes, alone.same) == (("sign",), ("difference reversed",))


def test_a_mistake_is_not_put_where_it_would_spoil_a_right_answer():
    """With dA1 in place of dZ1 in dW1 alone, σ′ is missing in dW1 and not in dZ1."""
    net, recipe = drawn(np.random.default_rng(1), 5, kinds=["tanh", "sigmoid"])
    right, dA = backward(net), {}

    def noted(n, l, dZ):
        dA[l - 1] = RULES["dA"](n, l, dZ)
        return dA[l - 1]

    backward(net, ("dA", None, noted))
    wrong = einsum("nj,nk->jk", dA[1], net.A[0])
    found = diagnose(right | {"dW1": wrong}, recipe, net.given())
    assert found.mistakes == ("σ′ forgotten",)
    assert found.says == (
        "dW2 and db2 are right. In dW1 the activation's derivative σ′ is missing."
    )


def test_a_mistake_in_every_layer_is_one_mistake():
    net, recipe = drawn(np.random.default_rng(1), 5, kinds=["tanh", "sigmoid", "tanh"])
    found = diagnose(backward(net, ("dZ", None, lambda n, l, dA, s: dA)), recipe, net.given())
    assert found.says == (
        "In dZ3, dZ2 and dZ1 the activation's derivative σ′ is missing. "
        "db3, dW2, db2, dW1, db1 and dX are wrong for that reason alone."
    )


def test_answers_that_are_named_with_the_mistake_are_not_said_to_follow():
    net, recipe = drawn(np.random.default_rng(1), 5, kinds=["tanh", "sigmoid"])
    rule, planted = NETWORK["sums before products"][0]
    assert diagnose(backward(net, (rule, None, planted)), recipe, net.given()).says == (
        "In dW2 and dW1 the examples are added up first and multiplied afterwards, so that the "
        "slopes of one example meet the inputs of another."
    )


def test_only_what_differs_from_the_earlier_forward_is_called_stale():
    """The earlier arrays hold the weights too, and those are the same."""
    plant = with_stale("X", "Z1", "A1", "Z2", "A2")
    got, recipe, given, more = plant(np.random.default_rng(0))
    assert "W1" in more["before"]
    assert diagnose(got, recipe, given, **more).says == (
        "A1, Z2, A2, X and Z1 from an earlier forward went into dW2, dZ2, dW1 and dZ1: a cache was "
        "not renewed. db2, db1 and dX are wrong for that reason alone."
    )


def test_a_quantity_may_be_mistaken_in_one_of_its_places():
    """W is used twice, R = (X Wᵀ) W; the earlier X is used in one of the two terms only."""
    rng = np.random.default_rng(0)
    g = {"X": rng.normal(size=(5, 3)), "W": rng.normal(size=(4, 3)), "dR": rng.normal(size=(5, 3))}
    X, W, dR = quantity("X", "N", "D"), quantity("W", "H", "D"), quantity("dR", "N", "D")
    A, dA = (X @ W.T).named("A"), (dR @ W.T).named("dA")
    old = rng.normal(size=(5, 3))
    got = (g["X"] @ g["W"].T).T @ g["dR"] + (g["dR"] @ g["W"].T).T @ old
    found = diagnose(got, A.T @ dR + dA.T @ X, g, it="dW", before={"X": old})
    assert found.says == "X from an earlier forward went into dW: a cache was not renewed."


def test_mistakes_in_two_answers_are_both_told():
    net, recipe = drawn(np.random.default_rng(1), 5, kinds=["tanh", "sigmoid", "tanh"])
    planted = ("dW", 3, lambda n, l, dZ: -RULES["dW"](n, l, dZ)), ("dZ", 2, lambda n, l, dA, s: dA)
    found = diagnose(backward(net, *planted), recipe, net.given())
    assert found.says == (
        "Every number of dW3 has the wrong sign. "
        "In dZ2 the activation's derivative σ′ is missing. "
        "db2, dW1, db1 and dX are wrong for that reason alone."
    )


def test_a_second_mistake_is_seen_behind_the_first():
    """The second answer has both: it is compared with what the first mistake makes of it."""
    net, recipe = drawn(np.random.default_rng(1), 5, kinds=["tanh", "sigmoid"])
    planted = ("dZ", 2, lambda n, l, dA, s: dA), ("dW", 1, lambda n, l, dZ: -RULES["dW"](n, l, dZ))
    found = diagnose(backward(net, *planted), recipe, net.given())
    assert found.says == (
        "In dZ2 the activation's derivative σ′ is missing. "
        "db2, db1 and dX are wrong for that reason alone. Every number of dW1 has the wrong sign."
    )


# Right answers are right


def in_blocks(dZ, X, W):
    half = len(X) // 2
    first, second = (right_affine(dZ[k], X[k], W) for k in (slice(half), slice(half, None)))
    return {
        "dW": first["dW"] + second["dW"],
        "db": first["db"] + second["db"],
        "dX": np.concatenate([first["dX"], second["dX"]]),
    }


def in_loops(dZ, X, W, order=1):
    dW, db = np.zeros_like(W), np.zeros_like(dZ[0])
    for n in range(len(X))[::order]:
        dW, db = dW + np.outer(dZ[n], X[n]), db + dZ[n]
    return {"dW": dW, "db": db, "dX": np.array([row @ W for row in dZ])}


WAYS = [
    right_affine,
    in_blocks,
    in_loops,
    lambda dZ, X, W: in_loops(dZ, X, W, order=-1),
    lambda dZ, X, W: {"dW": (X.T @ dZ).T, "db": np.ones(len(X)) @ dZ, "dX": (W.T @ dZ.T).T},
    lambda dZ, X, W: right_affine(*(a.astype(np.float64) for a in (dZ, X, W))),
    lambda dZ, X, W: right_affine(*(np.asfortranarray(a) for a in (dZ, X, W))),
    lambda dZ, X, W: {it: right.tolist() for it, right in right_affine(dZ, X, W).items()},
    lambda dZ, X, W: {it: 0 - (-right) for it, right in right_affine(dZ, X, W).items()},
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("way", WAYS)
def test_a_right_layer_is_right_in_every_way_of_computing_it(way, dtype):
    """2,700 layers with three answers each: sizes from 1 to 6, numbers from 1e-6 to 1e6."""
    recipe = recipes.affine()
    for seed in range(150):
        rng = np.random.default_rng(seed)
        g, _ = affine(rng, *rng.integers(1, 7, 3), dtype=dtype)
        g = {it: (a * 10.0 ** rng.uniform(-6, 6)).astype(dtype) for it, a in g.items()}
        found = diagnose(way(**g), recipe, g)
        assert found.right, (seed, found)
    assert found.says == "dW, db and dX are right."
    assert found.mistakes == found.see == found.same == ()


FROM_A = ("slope", None, lambda n, l: SLOPE_OF_A[n.kinds[l]](n.A[l]))
MEAN_LAST = [
    ("dA_L", None, lambda n, l: n.A[l] - n.Y),
    ("after", None, lambda n, answers: {it: got / n.N for it, got in answers.items()}),
]
BY_EXAMPLE = [
    ("dW", None, lambda n, l, dZ: sum(map(np.outer, dZ[::-1], n.A[l - 1][::-1]))),
    ("db", None, lambda n, l, dZ: np.add.accumulate(dZ)[-1]),
    ("dA", None, lambda n, l, dZ: np.array([n.W[l].T @ row for row in dZ])),
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("way", [[], [FROM_A], MEAN_LAST, BY_EXAMPLE])
def test_a_right_network_is_right_in_every_way_of_computing_it(way, dtype):
    """400 networks with up to nine answers each, small, large and saturated ones among them."""
    for seed in range(50):
        rng = np.random.default_rng(seed)
        net, recipe = drawn(rng, int(rng.integers(1, 7)), dtype)
        scale = dtype(10.0 ** rng.uniform(-3, 1.5))
        net.W = {l: scale * W for l, W in net.W.items()}
        with np.errstate(over="ignore"):  # e⁻ᶻ far to the left
            net.run(net.A[0] / scale, net.Y)
            got = backward(net, *way)
        found = diagnose(got, recipe, net.given())
        assert all(map(np.all, map(np.isfinite, got.values())))
        assert found.right, (seed, found)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_difference_beyond_the_tolerance_is_never_right(dtype, monkeypatch):
    """One entry of a right answer is moved by ½, 2 and 10 times what the docstring allows."""
    monkeypatch.setattr(search, "PAIRS", 0)  # whether it is right does not depend on them
    recipe = recipes.affine()
    eps, tiny = np.finfo(dtype).eps, 64 * np.finfo(dtype).tiny
    for seed in range(200):
        rng = np.random.default_rng(seed)
        g, _ = affine(rng, *rng.integers(1, 6, 3), dtype=dtype)
        right = right_affine(**{name: a.astype(float) for name, a in g.items()})
        size = right_affine(**{name: np.abs(a.astype(float)) for name, a in g.items()})
        it = ("dW", "db", "dX")[seed % 3]
        spot = tuple(rng.integers(0, right[it].shape))
        for times, verdict in ((0.5, True), (2, False), (10, False)):
            moved = right[it].copy()
            moved[spot] += rng.choice([-1, 1]) * times * (64 * eps * size[it][spot] + tiny)
            found = diagnose(right | {it: moved}, recipe, g)
            assert found.right == verdict, (seed, times, found)
            assert found.mistakes == ()


def test_an_answer_known_as_an_array_only_is_compared_by_its_largest_entry():
    right = np.array([1.0, 1e-3, 0.0])
    allowed = 64 * np.finfo(float).eps
    assert diagnose(right + 0.5 * allowed, right).right
    for k in range(3):
        moved = right.copy()
        moved[k] += 2 * allowed
        assert not diagnose(moved, right).right


# Garbage is called nothing else


def data(rng, kind, N, D, H):
    """Return given arrays, ordinary and degenerate ones."""
    draw = {
        "normal": lambda s: rng.normal(size=s),
        "float32": lambda s: rng.normal(size=s).astype(np.float32),
        "whole": lambda s: rng.integers(-3, 4, s).astype(float),
        "binary": lambda s: rng.integers(0, 2, s).astype(float),
        "halves": lambda s: rng.integers(-4, 5, s) / 2,
        "decimals": lambda s: np.round(rng.normal(size=s), 1),
        "ones": np.ones,
        "identity": lambda s: np.eye(*s),
    }[kind]
    return {name: draw(s) for name, s in {"dZ": (N, H), "X": (N, D), "W": (H, D)}.items()}


DIVERSE = ("normal", "float32")  # their numbers occur in no sentence by accident
DATA = ("normal", "float32", "whole", "binary", "halves", "decimals", "ones", "identity")


def garbage(rng, right):
    """Return numbers that have nothing to do with the right ones."""
    s = right.shape
    other = rng.integers(1, 5, rng.integers(0, 4))
    kinds = [
        lambda: rng.normal(size=s),
        lambda: rng.normal(size=s).astype(np.float32),
        lambda: rng.random(s),
        lambda: rng.integers(-5, 6, s),
        lambda: rng.integers(-1, 2, s),
        lambda: rng.integers(-1000, 1000, s),
        lambda: rng.integers(-6, 7, s) / 2,
        lambda: rng.integers(-6, 7, s) / 3,
        lambda: np.round(rng.normal(size=s), 1),
        lambda: np.full(s, rng.normal()),
        lambda: np.full(s, rng.integers(-3, 4)),
        lambda: rng.normal(size=s) * (rng.random(s) < 0.3),
        lambda: (np.arange(right.size) == rng.integers(right.size)).reshape(s) * 2.0,
        lambda: rng.permutation(right.ravel()).reshape(s),
        lambda: rng.normal(size=(1,) * len(other)),
        lambda: rng.normal(size=other),
        lambda: rng.integers(-3, 4, other),
        lambda: int(rng.integers(-3, 4)),
        lambda: float(rng.normal()),
    ]
    return kinds[rng.integers(len(kinds))]()


def unlucky(got, right):
    """Tell whether numbers happen to be what they should not be: a transpose, zeros, right."""
    got = np.asarray(got, dtype=float)
    close = [a for a in (right, right.T, -right) if a.shape == got.shape and np.allclose(a, got)]
    return bool(close) or not got.any()


@pytest.mark.parametrize("kind", DATA)
def test_garbage_in_a_layer_has_no_name(kind):
    """Sizes from 1 to 4, so that many shapes coincide and many answers are single numbers."""
    recipe = recipes.affine()
    recipe = {"mean": recipe["dW"] / N} | recipe
    for seed in range(80):
        rng = np.random.default_rng([seed, DATA.index(kind)])
        given = data(rng, kind, *rng.integers(1, 5, 3))
        right = right_affine(**given)
        right = {"mean": right["dW"] / len(given["X"])} | right
        it, *others = rng.permutation(list(right))
        got = {name: garbage(rng, right[name]) for name in (it, *others[:2])}
        if not any(unlucky(got[name], right[name]) for name in got):
            found = diagnose(got, {name: recipe[name] for name in got}, given)
            assert found.mistakes == (), (seed, got, right, found)
            assert found.says.endswith(f"{others[0]} and {others[1]} are wrong too."), (seed, found)
            told = gives_away(found.says, right.values())
            assert kind not in DIVERSE or not told, (seed, found)


def test_garbage_against_an_array_has_no_name():
    for seed in range(500):
        rng = np.random.default_rng(seed)
        right = data(rng, DATA[seed % len(DATA)], *rng.integers(1, 5, 3))["X"]
        got = garbage(rng, right)
        if not unlucky(got, right):
            assert diagnose(got, right).mistakes == (), (seed, got, right)


def test_garbage_in_a_network_has_no_name():
    for seed in range(22):
        rng = np.random.default_rng(seed)
        net, recipe = drawn(rng, int(rng.integers(1, 5)), DTYPES[seed % 2])
        right = backward(net)
        got = {it: garbage(rng, np.asarray(right[it], dtype=float)) for it in right}
        if not any(unlucky(got[it], right[it]) for it in right):
            found = diagnose(got, recipe, net.given())
            assert found.mistakes == (), (seed, found)
            assert found.says.count(" wrong") == 2 or "expected" in found.says


# Every cost has its first gradient


def softmax_row(z, y):
    return -np.dot(y, np.log(np.exp(z) / np.exp(z).sum()))


def binary_row(z, y):
    p = 1 / (1 + np.exp(-z))
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


WRITTEN = {
    "half squared error": lambda Z, Y: ((Z - Y) ** 2).sum() / 2 / len(Z),
    "mean squared error": lambda Z, Y: ((Z - Y) ** 2).sum() / len(Z),
    "sum squared error": lambda Z, Y: ((Z - Y) ** 2).sum(),
    "binary cross-entropy": lambda Z, Y: sum(map(binary_row, Z, Y)) / len(Z),
    "softmax cross-entropy": lambda Z, Y: sum(map(softmax_row, Z, Y)) / len(Z),
}


@pytest.mark.parametrize("cost", recipes.COSTS)
def test_the_first_gradient_of_a_cost_is_its_slope(cost):
    rng = np.random.default_rng(5)
    Z, Y = rng.normal(size=(5, 3)), rng.dirichlet(np.ones(3), 5)
    formula = recipes.COSTS[cost](quantity("Z", "N", "K"), quantity("Y", "N", "K"))
    slope = complex_step(lambda Z: WRITTEN[cost](Z, Y), Z)
    np.testing.assert_allclose(evaluate(formula, {"Z": Z, "Y": Y, "N": 5}), slope, rtol=1e-12)


def test_the_gradients_of_the_cross_entropy_by_the_chain_are_its_slopes():
    rng = np.random.default_rng(6)
    Z, Y = rng.normal(size=(5, 3)), rng.dirichlet(np.ones(3), 5)
    values, recipe = {"P": probabilities(Z), "Y": Y, "N": 5}, recipes.cross_entropy()
    slope = complex_step(lambda Z: WRITTEN["softmax cross-entropy"](Z, Y), Z)
    np.testing.assert_allclose(evaluate(recipe["dZ"], values), slope, rtol=1e-12)
    slope = complex_step(lambda P: -(Y * np.log(P)).sum() / 5, probabilities(Z))
    np.testing.assert_allclose(evaluate(recipe["dP"], values), slope, rtol=1e-12)
