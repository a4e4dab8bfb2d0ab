"""Wrong answers that a student gives to the exercises of chapter 4, each with what it must get."""

import numpy as np

from backprop.symbolic import total

SHAPES = {"Z": (6, 2), "dZ": (6, 2), "dW": (2, 5), "db": (2,), "dX": (6, 5), "table": (6, 2, 2, 5)}


def shape(**wrong):
    return SHAPES | wrong


def layer(backward):
    """Return the layer of exercise 5 with this backward."""

    class MyAffine:
        def __init__(self, W, b):
            self.W, self.b = W, b

        def forward(self, X):
            self.X = X
            return X @ self.W.T + self.b

    MyAffine.backward = backward
    return MyAffine


def keeps(**change):
    """Return a right backward in which one thing is changed, a function of (layer, dZ)."""

    def backward(self, dZ):
        right = {
            "dW": lambda self, dZ: dZ.T @ self.X,
            "db": lambda self, dZ: dZ.sum(axis=0),
            "dX": lambda self, dZ: dZ @ self.W,
        }
        results = {name: rule(self, dZ) for name, rule in (right | change).items()}
        self.dW, self.db = results["dW"], results["db"]
        return results["dX"]

    return layer(backward)


def forgets_to_return(self, dZ):
    self.dW, self.db = dZ.T @ self.X, dZ.sum(axis=0)


def updates_at_once(self, dZ):
    self.dW, self.db, dX = dZ.T @ self.X, dZ.sum(axis=0), dZ @ self.W
    self.W -= 0.1 * self.dW
    return dX


def adds_up(self, dZ):
    self.dW = getattr(self, "dW", 0) + dZ.T @ self.X
    self.db = dZ.sum(axis=0)
    return dZ @ self.W


class KeepsTheFirstInput:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, X):
        if not hasattr(self, "X") or len(self.X) != len(X):
            self.X = X
        return X @ self.W.T + self.b

    def backward(self, dZ):
        self.dW, self.db = dZ.T @ self.X, dZ.sum(axis=0)
        return dZ @ self.W


def last_example(X, W, dZ):
    for n in range(len(X)):
        dW = np.outer(dZ[n], X[n])
    return dW, dZ.sum(axis=0), dZ @ W


def in_place(X, W, dZ):
    dW, db, dX = dZ.T @ X, dZ.sum(axis=0), dZ @ W
    dZ *= 0
    return dW, db, dX


def endless(X, W, dZ):
    while True:
        pass


def tied(dW):
    return lambda X, W, dR: (dW(X, W, dR), dR @ W.T @ W)


def squeezed(dY, shape):
    new = tuple(range(dY.ndim - len(shape)))
    dY = dY.sum(axis=new)
    return dY.sum(axis=tuple(k for k, n in enumerate(shape) if n == 1))


def leading(dY, shape):
    return dY.sum(axis=tuple(range(dY.ndim - len(shape))))


def mean_of_copies(dY, shape):
    dY = dY.mean(axis=tuple(range(dY.ndim - len(shape))))
    axes = tuple(k for k, n in enumerate(shape) if n == 1)
    return dY.mean(axis=axes, keepdims=True)


def stretched(dY, shape):
    new = dY.ndim - len(shape)
    axes = tuple(new + k for k, n in enumerate(shape) if n == 1)
    return dY.sum(axis=axes, keepdims=True)


WRONG = [
    ("affine-1", "weight for input", 4.5),
    ("affine-1", "upstream forgotten", -4.0),
    ("affine-1", "input forgotten", -1.5),
    ("affine-1", "another output", 4.0),
    ("affine-1", "another input", -3.75),
    ("affine-1", "the first input", -4.5),
    ("affine-1", "bias forgotten", -1.0),
    ("affine-1", "all outputs", 10.0),
    ("affine-1", "output for slope", -58.0),
    ("affine-1", "sign", -6.0),
    ("affine-1", "½ lost", 12.0),
    ("affine-1", "no number", "6"),
    ("affine-2", "reversed", shape(dW=(5, 2))),
    ("affine-2", "kept per example", shape(db=(6, 2))),
    ("affine-2", "axis of size 1", shape(db=(1, 2))),
    ("affine-2", "no tuple", shape(db=2)),
    ("affine-2", "another thing", shape(db=(5,))),
    ("affine-2", "kept per example", shape(dW=(6, 2, 5))),
    ("affine-2", "summed over the batch", shape(dX=(5,))),
    ("affine-2", "one example", shape(table=(2, 2, 5))),
    ("affine-2", "zeros left out", shape(table=(6, 2, 5))),
    ("affine-2", "flattened", shape(table=(12, 10))),
    ("affine-2", "unfinished", shape(table=...)),
    ("affine-3", "mean for sum", "a"),
    ("affine-3", "kept per example", "c"),
    ("affine-3", "wrong axis", "d"),
    ("affine-3", "no option", "sum"),
    ("affine-4", "W read along a row", lambda dZ, W, n, j, k: total(dZ[n, j] * W[k, j], j)),
    ("affine-4", "indices of dZ swapped", lambda dZ, W, n, j, k: total(dZ[j, n] * W[j, k], j)),
    ("affine-4", "summed over the inputs", lambda dZ, W, n, j, k: total(dZ[n, j] * W[j, k], k)),
    ("affine-4", "summed over the examples", lambda dZ, W, n, j, k: total(dZ[n, j] * W[j, k], n)),
    ("affine-4", "wrong index of dZ", lambda dZ, W, n, j, k: total(dZ[n, k] * W[j, k], j)),
    ("affine-4", "sign", lambda dZ, W, n, j, k: -total(dZ[n, j] * W[j, k], j)),
    ("affine-4", "raises", lambda dZ, W, n, j, k: total(dZ["n", "j"] * W["j", "k"], "j")),
    ("affine-4", "upstream forgotten", lambda dZ, W, n, j, k: total(W[j, k], j)),
    (
        "affine-4",
        "divided in the layer",
        lambda dZ, W, n, j, k: total(dZ[n, j] * W[j, k], j) / dZ.dims[0],
    ),
    ("affine-4", "blanks", lambda dZ, W, n, j, k: total(dZ[n, ...] * W[j, k], j)),
    ("affine-4", "shapes do not fit", lambda dZ, W, n, j, k: dZ @ W),
    ("affine-5", "transposed", keeps(dW=lambda self, dZ: self.X.T @ dZ)),
    ("affine-5", "divided in the layer", keeps(dW=lambda self, dZ: dZ.T @ self.X / len(dZ))),
    ("affine-5", "mean for sum", keeps(db=lambda self, dZ: dZ.mean(axis=0))),
    ("affine-5", "kept per example", keeps(db=lambda self, dZ: dZ)),
    ("affine-5", "wrong axis", keeps(db=lambda self, dZ: dZ.sum(axis=1))),
    ("affine-5", "sign", keeps(dX=lambda self, dZ: -dZ @ self.W)),
    ("affine-5", "upstream forgotten", keeps(dX=lambda self, dZ: np.ones_like(dZ) @ self.W)),
    ("affine-5", "raises", keeps(dX=lambda self, dZ: dZ @ self.W.T)),
    (
        "affine-5",
        "another quantity",
        keeps(dW=lambda self, dZ: (self.X @ self.W.T + self.b).T @ self.X),
    ),
    ("affine-5", "multiplied by the bias", keeps(db=lambda self, dZ: dZ.sum(axis=0) * self.b)),
    ("affine-5", "an example left out", keeps(dW=lambda self, dZ: dZ[1:].T @ self.X[1:])),
    ("affine-5", "changes input", layer(updates_at_once)),
    ("affine-5", "nothing", layer(forgets_to_return)),
    ("affine-5", "accumulated", layer(adds_up)),
    ("affine-5", "stale cache", KeepsTheFirstInput),
    ("affine-6", "transposed", lambda X, V, dU: (dU.T @ X, dU.sum(axis=0), dU @ V.T)),
    ("affine-6", "raises", lambda X, V, dU: (X.T @ dU, dU.sum(axis=0), dU @ V)),
    ("affine-6", "mean for sum", lambda X, V, dU: (X.T @ dU, dU.mean(axis=0), dU @ V.T)),
    ("affine-6", "transposed", lambda X, V, dU: (X.T @ dU, dU.sum(axis=0), V @ dU.T)),
    ("affine-6", "divided in the layer", lambda X, V, dU: (X.T @ dU / len(X), dU.sum(0), dU @ V.T)),
    ("affine-7", "one path only", tied(lambda X, W, dR: (X @ W.T).T @ dR)),
    ("affine-7", "one path only", tied(lambda X, W, dR: (dR @ W.T).T @ X)),
    ("affine-7", "paths subtracted", tied(lambda X, W, dR: W @ X.T @ dR - W @ dR.T @ X)),
    ("affine-7", "raises", tied(lambda X, W, dR: W @ X.T @ dR + X.T @ dR @ W.T)),
    ("affine-7", "½ lost", tied(lambda X, W, dR: 2 * (W @ X.T @ dR + W @ dR.T @ X))),
    ("affine-8", "last example only", last_example),
    ("affine-8", "divided in the layer", lambda X, W, dZ: (dZ.T @ X / len(X), dZ.sum(0), dZ @ W)),
    ("affine-8", "transposed", lambda X, W, dZ: (X.T @ dZ, dZ.sum(0), dZ @ W)),
    (
        "affine-8",
        "outer product of means",
        lambda X, W, dZ: (np.outer(dZ.mean(0), X.mean(0)), dZ.sum(0), dZ @ W),
    ),
    (
        "affine-8",
        "sums before products",
        lambda X, W, dZ: (dZ.sum(0)[:, None] * X.sum(0), dZ.sum(0), dZ @ W),
    ),
    ("affine-8", "gradient of something else", lambda X, W, dZ: (dZ @ W, dZ.T @ X, dZ.sum(0))),
    ("affine-8", "changes input", in_place),
    ("affine-8", "endless", endless),
    ("affine-8", "arguments", lambda X, dZ: None),
    ("affine-9", "M forgotten", lambda M, X, W, dQ: (dQ.T @ X, M.T @ dQ @ W)),
    ("affine-9", "M transposed", lambda M, X, W, dQ: (dQ.T @ M.T @ X, M.T @ dQ @ W)),
    ("affine-9", "transposed", lambda M, X, W, dQ: ((M @ X).T @ dQ, M.T @ dQ @ W)),
    ("affine-9", "M forgotten", lambda M, X, W, dQ: (dQ.T @ M @ X, dQ @ W)),
    ("affine-9", "transpose missing", lambda M, X, W, dQ: (dQ.T @ M @ X, M @ dQ @ W)),
    ("affine-9", "transposed", lambda M, X, W, dQ: (dQ.T @ M @ X, (M.T @ dQ @ W).T)),
    ("affine-9", "shapes do not fit", lambda M, X, W, dQ: (dQ @ M @ X, M.T @ dQ @ W)),
    ("affine-9", "sign", lambda M, X, W, dQ: (-dQ.T @ M @ X, M.T @ dQ @ W)),
    ("affine-9", "count", lambda M, X, W, dQ: dQ.T @ M @ X),
    ("affine-10", "mean for sum", mean_of_copies),
    ("affine-10", "stretched axes left", leading),
    ("affine-10", "axes of size 1 dropped", squeezed),
    ("affine-10", "only stretched axes", stretched),
    ("affine-10", "raises", lambda dY, shape: dY.reshape(shape)),
]


ANOTHER_WAY = [
    ("affine-1", np.float32(6.0)),
    ("affine-1", 6),
    ("affine-2", {name: list(sizes) for name, sizes in SHAPES.items()}),
    ("affine-3", " B "),
    ("affine-4", lambda dZ, W, n, j, k: (dZ @ W)[n, k]),
    ("affine-4", lambda dZ, W, n, j, k: total(W[j, k] * dZ[n, j], j) / 2 * 2),
    ("affine-5", keeps(dW=lambda self, dZ: np.einsum("nj,nk->jk", dZ, self.X))),
    ("affine-5", keeps(db=lambda self, dZ: np.ones(len(dZ)) @ dZ)),
    ("affine-6", lambda X, V, dU: [(dU.T @ X).T, np.einsum("nj->j", dU), (V @ dU.T).T]),
    ("affine-7", tied(lambda X, W, dR: W @ (X.T @ dR + dR.T @ X))),
    ("affine-8", lambda X, W, dZ: (sum(map(np.outer, dZ, X)), sum(dZ), dZ @ W)),
    ("affine-9", lambda M, X, W, dQ: ((X.T @ M.T @ dQ).T, (W.T @ dQ.T @ M).T)),
    ("affine-10", lambda dY, shape: collected(dY, shape)),
]


def collected(dY, shape):
    """Add the slopes of all copies one by one."""
    places = np.broadcast_to(np.arange(np.prod(shape, dtype=int)).reshape(shape), dY.shape)
    return np.bincount(places.ravel(), dY.ravel(), int(np.prod(shape))).reshape(shape)
