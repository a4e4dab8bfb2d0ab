"""Wrong answers that a student gives to the exercises of chapter 6, each with what it must get."""

import numpy as np

from backprop.study import chapter06, check, exercises

MINE = {exercise.id: exercise for exercise in chapter06.EXERCISES}
SHAPES = {
    "W1": (4, 3),
    "A1": (5, 4),
    "Z2": (5, 2),
    "dZ2": (5, 2),
    "dW2": (2, 4),
    "db2": (2,),
    "dZ1": (5, 4),
    "dW1": (4, 3),
    "dX": (5, 3),
}
MOVING = {"tanh, first step": 2, "sigmoid, first step": 10, "sigmoid, second step": 26}
MEMORY = {"activations held": 7, "layers run again": 12}


def loop(
    slope=lambda a: 1 - a**2, dW=lambda dZ, A: dZ.T @ A, db=lambda dZ: dZ.sum(axis=0), back=None
):
    """Return a backward loop with one of its lines changed."""

    def backward_loop(A, W, dZ):
        found = []
        for l in reversed(range(len(W))):
            found.insert(0, (dW(dZ, A[l]), db(dZ)))
            if l:
                dZ = back(dZ, W[l], A[l]) if back else (dZ @ W[l]) * slope(A[l])
        return [one for one, _ in found], [other for _, other in found]

    return backward_loop


def last_layer_first(A, W, dZ):
    dW, db = loop()(A, W, dZ)
    return dW[::-1], db[::-1]


def slope_of_its_own_input(A, W, dZ):
    """Take the slope before the weights, at a place of the list that is one too far."""
    dW, db = [], []
    for l in reversed(range(len(W))):
        dW.insert(0, dZ.T @ A[l])
        db.insert(0, dZ.sum(axis=0))
        dZ = dZ @ W[l] * (1 - A[l - 1] ** 2)
    return dW, db


def updates_at_once(A, W, dZ):
    dW, db = [], []
    for l in reversed(range(len(W))):
        dW.insert(0, dZ.T @ A[l])
        db.insert(0, dZ.sum(axis=0))
        W[l] -= 0.1 * dW[0]
        dZ = (dZ @ W[l]) * (1 - A[l] ** 2)
    return dW, db


def without_return(A, W, dZ):
    loop()(A, W, dZ)


def pairs(A, W, dZ):
    return list(zip(*loop()(A, W, dZ), strict=True))


def without_the_first(A, W, dZ):
    dW, db = loop()(A, W, dZ)
    return dW[1:], db[1:]


def three_layers_only(A, W, dZ):
    dZ2 = (dZ @ W[2]) * (1 - A[2] ** 2)
    dZ1 = (dZ2 @ W[1]) * (1 - A[1] ** 2)
    dZs = [dZ1, dZ2, dZ]
    return [d.T @ a for d, a in zip(dZs, A, strict=True)], [d.sum(axis=0) for d in dZs]


def penalised(dW=lambda right, W, lam, N: right + lam * W, db=None, dX=None):
    def penalised_backward(X, W, b, dZ, lam):
        return (
            dW(dZ.T @ X, W, lam, len(X)),
            dZ.sum(axis=0) if db is None else db(dZ.sum(axis=0), b, lam),
            dZ @ W if dX is None else dX(dZ @ W, X, lam),
        )

    return penalised_backward


def with_the_penalty(right, W, lam, N):
    return right + lam / 2 * (W**2).sum()


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def batch(
    top=lambda A2, Y: (A2 - Y) / len(Y) * A2 * (1 - A2),
    slope=lambda Z, A: A * (1 - A),
    db=lambda dZ: dZ.sum(axis=0),
    over=1,
):
    def whole_batch(X, Y, W1, b1, W2, b2):
        Z1 = X @ W1.T + b1
        A1 = sigmoid(Z1)
        A2 = sigmoid(A1 @ W2.T + b2)
        dZ2 = top(A2, Y)
        dZ1 = dZ2 @ W2 * slope(Z1, A1)
        share = len(X) if over == "N" else 1
        return dZ2.T @ A1 / share, db(dZ2) / share, dZ1.T @ X / share, db(dZ1) / share

    return whole_batch


def modified(slopes=lambda Z: 1 - np.tanh(Z) ** 2, there=np.cos, row=False):
    def modified_backward(dA, Z, j):
        found = slopes(Z)
        if there and row:
            found[j % len(Z)] = there(Z[j % len(Z)])
        elif there:
            found[:, j] = there(Z[:, j])
        return dA * found

    return modified_backward


def without_upstream_at_j(dA, Z, j):
    dZ = modified()(dA, Z, j)
    dZ[:, j] = np.cos(Z[:, j])
    return dZ


def skip(**change):
    def skip_backward(X, W, b, U, dR):
        A = np.tanh(X @ W.T + b)
        a = {"A": A, "X": X, "W": W, "U": U, "dR": dR}
        right = {
            "dA": lambda a: a["dR"] @ a["U"],
            "dZ": lambda a: a["dA"] * (1 - a["A"] ** 2),
            "dU": lambda a: a["dR"].T @ a["A"],
            "dW": lambda a: a["dZ"].T @ a["X"],
            "db": lambda a: a["dZ"].sum(axis=0),
            "dX": lambda a: a["dR"] + a["dZ"] @ a["W"],
        }
        for name, rule in (right | change).items():
            a[name] = rule(a)
        return a["dU"], a["dW"], a["db"], a["dX"]

    return skip_backward


def W2_first(G, W1, W2):
    return G @ W1.T, W2.T @ G


WRONG = [
    ("mlp-1", "σ′ forgotten", "a"),
    ("mlp-1", "weights forgotten", "b"),
    ("mlp-1", "parameters for signals", "d"),
    ("mlp-1", "where it begins", "e"),
    ("mlp-1", "no option", "4"),
    ("mlp-2", "reversed", SHAPES | {"dW2": (4, 2)}),
    ("mlp-2", "another layer", SHAPES | {"W1": (2, 4)}),
    ("mlp-2", "one example", SHAPES | {"A1": (4,)}),
    ("mlp-2", "summed over the batch", SHAPES | {"dZ1": (4,)}),
    ("mlp-2", "another layer", SHAPES | {"dZ1": (5, 2)}),
    ("mlp-2", "kept per example", SHAPES | {"dW1": (5, 4, 3)}),
    ("mlp-2", "kept per example", SHAPES | {"db2": (5, 2)}),
    ("mlp-2", "another layer", SHAPES | {"db2": (4,)}),
    ("mlp-2", "axis of size 1", SHAPES | {"db2": (2, 1)}),
    ("mlp-2", "unfinished", SHAPES | {"dX": ...}),
    ("mlp-3", "σ′ forgotten", loop(slope=np.ones_like)),
    ("mlp-3", "σ′ of a", loop(slope=lambda a: 1 - np.tanh(a) ** 2)),
    ("mlp-3", "another activation's slope", loop(slope=lambda a: a * (1 - a))),
    ("mlp-3", "σ for σ′", loop(slope=lambda a: a)),
    ("mlp-3", "mean for sum", loop(db=lambda dZ: dZ.mean(axis=0))),
    ("mlp-3", "transposed", loop(dW=lambda dZ, A: A.T @ dZ)),
    ("mlp-3", "divided in the layer", loop(dW=lambda dZ, A: dZ.T @ A / len(A))),
    ("mlp-3", "kept per example", loop(db=lambda dZ: dZ)),
    ("mlp-3", "raises", loop(back=lambda dZ, W, a: (dZ @ W.T) * (1 - a**2))),
    ("mlp-3", "raises", slope_of_its_own_input),
    ("mlp-3", "gradient of something else", last_layer_first),
    ("mlp-3", "changes input", updates_at_once),
    ("mlp-3", "nothing", without_return),
    ("mlp-3", "count", pairs),
    ("mlp-3", "length", without_the_first),
    ("mlp-3", "length", lambda A, W, dZ: (W[0], dZ)),
    ("mlp-3", "depth", three_layers_only),
    ("mlp-4", "penalty forgotten", penalised(dW=lambda right, W, lam, N: right)),
    ("mlp-4", "½ of the penalty lost", penalised(dW=lambda right, W, lam, N: right + 2 * lam * W)),
    ("mlp-4", "penalty divided by N", penalised(dW=lambda right, W, lam, N: right + lam * W / N)),
    ("mlp-4", "penalty subtracted", penalised(dW=lambda right, W, lam, N: right - lam * W)),
    ("mlp-4", "biases penalised", penalised(db=lambda right, b, lam: right + lam * b)),
    ("mlp-4", "inputs penalised", penalised(dX=lambda right, X, lam: right + lam * X)),
    (
        "mlp-4",
        "penalty itself added",
        penalised(dW=with_the_penalty),
    ),
    ("mlp-4", "λ forgotten", penalised(dW=lambda right, W, lam, N: right + W)),
    ("mlp-4", "2 of the square lost", penalised(dW=lambda right, W, lam, N: right + lam / 2 * W)),
    ("mlp-4", "squares for slopes", penalised(dW=lambda right, W, lam, N: right + lam * W**2)),
    ("mlp-4", "squares for slopes", penalised(dW=lambda right, W, lam, N: right + lam / 2 * W**2)),
    ("mlp-4", "λ alone", penalised(dW=lambda right, W, lam, N: right + lam)),
    (
        "mlp-4",
        "penalty once per example",
        penalised(dW=lambda right, W, lam, N: right + N * lam * W),
    ),
    ("mlp-4", "data divided by N", penalised(dW=lambda right, W, lam, N: right / N + lam * W)),
    ("mlp-5", "product untouched", lambda G, W1, W2: (G, G @ W1.T)),
    ("mlp-5", "transposed", lambda G, W1, W2: (G.T @ W2, G @ W1.T)),
    ("mlp-5", "swapped", W2_first),
    ("mlp-5", "product untouched", lambda G, W1, W2: (W2.T @ G, G)),
    ("mlp-5", "transposed", lambda G, W1, W2: (W2.T @ G, W1 @ G.T)),
    ("mlp-5", "shapes do not fit", lambda G, W1, W2: (W2 @ G, G @ W1.T)),
    ("mlp-5", "sign", lambda G, W1, W2: (-W2.T @ G, G @ W1.T)),
    ("mlp-5", "count", lambda G, W1, W2: W2.T @ G),
    ("mlp-6", "biases forgotten", MOVING | {"tanh, first step": 0}),
    ("mlp-6", "sigmoid's answer", MOVING | {"tanh, first step": 10}),
    ("mlp-6", "all move", MOVING | {"tanh, first step": 26}),
    ("mlp-6", "hidden biases too", MOVING | {"tanh, first step": 6}),
    ("mlp-6", "W2 alone", MOVING | {"tanh, first step": 8}),
    ("mlp-6", "hidden biases too", MOVING | {"sigmoid, first step": 14}),
    ("mlp-6", "biases forgotten", MOVING | {"sigmoid, second step": 20}),
    ("mlp-6", "output's bias forgotten", MOVING | {"sigmoid, second step": 24}),
    ("mlp-6", "tanh's answer", MOVING | {"sigmoid, first step": 2}),
    ("mlp-6", "biases forgotten", MOVING | {"sigmoid, first step": 8}),
    ("mlp-6", "all move", MOVING | {"sigmoid, first step": 26}),
    ("mlp-6", "none move", MOVING | {"sigmoid, first step": 0}),
    ("mlp-6", "as in the first step", MOVING | {"sigmoid, second step": 10}),
    ("mlp-6", "hidden biases forgotten", MOVING | {"sigmoid, second step": 22}),
    ("mlp-6", "first layer only", MOVING | {"sigmoid, second step": 16}),
    ("mlp-6", "unfinished", MOVING | {"sigmoid, second step": ...}),
    ("mlp-7", "mean lost", batch(top=lambda A2, Y: (A2 - Y) * A2 * (1 - A2))),
    ("mlp-7", "mean taken twice", batch(over="N")),
    ("mlp-7", "σ′ forgotten", batch(top=lambda A2, Y: (A2 - Y) / len(Y))),
    ("mlp-7", "σ′ forgotten", batch(slope=lambda Z, A: 1)),
    ("mlp-7", "another activation's slope", batch(slope=lambda Z, A: 1 - A**2)),
    ("mlp-7", "σ′ fed with z", batch(slope=lambda Z, A: Z * (1 - Z))),
    ("mlp-7", "difference reversed", batch(top=lambda A2, Y: (Y - A2) / len(Y) * A2 * (1 - A2))),
    ("mlp-7", "mean for sum", batch(db=lambda dZ: dZ.mean(axis=0))),
    ("mlp-8", "no difference made", modified(there=None)),
    ("mlp-8", "all units changed", modified(slopes=np.cos)),
    ("mlp-8", "function for slope", modified(there=np.sin)),
    ("mlp-8", "slope left out at j", modified(there=np.ones_like)),
    ("mlp-8", "slope elsewhere left out", modified(slopes=np.ones_like)),
    ("mlp-8", "a row for a column", modified(row=True)),
    ("mlp-8", "sign of the sine's slope", modified(there=lambda z: -np.cos(z))),
    ("mlp-8", "slope of tanh at tanh", modified(slopes=lambda Z: 1 - np.tanh(np.tanh(Z)) ** 2)),
    ("mlp-8", "slope fed with z", modified(slopes=lambda Z: 1 - Z**2)),
    ("mlp-9", "one path only", skip(dX=lambda a: a["dZ"] @ a["W"])),
    ("mlp-8", "both slopes at j", modified(there=lambda z: (1 - np.tanh(z) ** 2) * np.cos(z))),
    ("mlp-8", "values elsewhere", modified(slopes=np.tanh)),
    ("mlp-8", "upstream gradient lost at j", without_upstream_at_j),
    ("mlp-9", "paths subtracted", skip(dX=lambda a: a["dZ"] @ a["W"] - a["dR"])),
    ("mlp-9", "paths multiplied", skip(dX=lambda a: a["dZ"] @ a["W"] * a["dR"])),
    ("mlp-9", "the way around twice", skip(dX=lambda a: a["dZ"] @ a["W"] + 2 * a["dR"])),
    ("mlp-9", "one path only", skip(dX=lambda a: a["dR"])),
    ("mlp-9", "paths subtracted", skip(dX=lambda a: a["dR"] - a["dZ"] @ a["W"])),
    ("mlp-9", "σ′ forgotten", skip(dZ=lambda a: a["dA"])),
    ("mlp-9", "transposed", skip(dU=lambda a: a["A"].T @ a["dR"])),
    ("mlp-9", "mean for sum", skip(db=lambda a: a["dZ"].mean(axis=0))),
    ("mlp-9", "raises", skip(dA=lambda a: a["dR"] @ a["U"].T)),
    ("mlp-10", "the kept ones only", MEMORY | {"activations held": 4}),
    ("mlp-10", "nothing dropped", MEMORY | {"activations held": 16}),
    ("mlp-10", "one counted twice", MEMORY | {"activations held": 8}),
    ("mlp-10", "never let go", MEMORY | {"activations held": 10}),
    ("mlp-10", "one group only", MEMORY | {"activations held": 3}),
    ("mlp-10", "one at a time", MEMORY | {"activations held": 5}),
    ("mlp-10", "kept ones dropped", MEMORY | {"activations held": 6}),
    ("mlp-10", "every layer", MEMORY | {"layers run again": 16}),
    ("mlp-10", "anew for each", MEMORY | {"layers run again": 24}),
    ("mlp-10", "every layer but the last", MEMORY | {"layers run again": 15}),
    ("mlp-10", "one group only", MEMORY | {"layers run again": 3}),
    ("mlp-10", "the kept ones", MEMORY | {"layers run again": 4}),
    ("mlp-10", "last group kept", MEMORY | {"layers run again": 9}),
]


def test_two_wrong_numbers_keep_their_symbols():
    report = check("mlp-6", MOVING | {"tanh, first step": 10, "sigmoid, second step": 10})
    assert "tanh, first step: W2 gets" in repr(report)


def test_a_penalty_that_is_no_known_mistake_is_wrong_all_the_same():
    answer = penalised(dW=lambda right, W, lam, N: right + lam * np.sign(W))
    assert (check("mlp-4", answer).status, check("mlp-4", answer).mistakes) == ("wrong", ())


def by_einsum(A, W, dZ):
    dW, db = [None] * len(W), [None] * len(W)
    for l in range(len(W) - 1, -1, -1):
        dW[l], db[l] = np.einsum("nj,nk->jk", dZ, A[l]), np.ones(len(dZ)) @ dZ
        dZ = np.einsum("nj,jk,nk->nk", dZ, W[l], 1 - A[l] * A[l])
    return tuple(dW), tuple(db)


def one_by_one(X, Y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = 0 * W1, 0 * b1, 0 * W2, 0 * b2
    for x, y in zip(X, Y, strict=True):
        a1 = sigmoid(W1 @ x + b1)
        a2 = sigmoid(W2 @ a1 + b2)
        delta2 = (a2 - y) * a2 * (1 - a2)
        delta1 = (W2.T @ delta2) * a1 * (1 - a1)
        dW2, db2 = dW2 + np.outer(delta2, a1), db2 + delta2
        dW1, db1 = dW1 + np.outer(delta1, x), db1 + delta1
    N = len(X)
    return dW2 / N, db2 / N, dW1 / N, db1 / N


def unit_by_unit(dA, Z, j):
    return np.stack(
        [dA[:, k] * (np.cos(z) if k == j else 1 / np.cosh(z) ** 2) for k, z in enumerate(Z.T)], 1
    )


ANOTHER_WAY = [
    ("mlp-1", " C)"),
    ("mlp-2", {name: list(sizes) for name, sizes in SHAPES.items()}),
    ("mlp-3", by_einsum),
    ("mlp-3", loop(slope=lambda a: (1 - a) * (1 + a))),
    ("mlp-4", lambda X, W, b, dZ, lam: ((X.T @ dZ + lam * W.T).T, sum(dZ), (W.T @ dZ.T).T)),
    ("mlp-5", lambda G, W1, W2: ((G.T @ W2).T, (W1 @ G.T).T)),
    ("mlp-6", {name: float(number) for name, number in MOVING.items()}),
    ("mlp-7", one_by_one),
    ("mlp-8", unit_by_unit),
    ("mlp-9", skip(dX=lambda a: (np.eye(len(a["U"])) @ a["dR"].T).T + a["dZ"] @ a["W"])),
    ("mlp-10", {name: np.int64(number) for name, number in MEMORY.items()}),
]


def test_the_chapter_has_its_exercises_in_the_book():
    assert list(MINE) == [id for id in exercises() if id.startswith("mlp-")]
    assert {exercise.stars for exercise in MINE.values()} == {1, 2, 3}
    assert all(len(exercise.hints) >= 2 for exercise in MINE.values())
