"""A network with mistakes planted in its backward pass, for the tests of `diagnose`.

It shares no code with the package: loops over the layers, einsum for the products, slopes from
their own formulas in z. A plant replaces one of the rules of `RULES`, in one layer or in all.
"""

import numpy as np

SIGMA = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": lambda z: 2 / (1 + np.exp(-2 * z)) - 1,
    "relu": lambda z: np.where(z > 0, z, 0),
    "identity": lambda z: z,
}
SLOPE = {
    "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "relu": lambda z: np.where(z > 0, 1, 0),
    "identity": lambda z: np.ones_like(z),
}
# The same slopes, as functions of the output.
SLOPE_OF_A = {
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a**2,
    "relu": lambda a: np.where(a > 0, 1, 0),
    "identity": lambda a: np.ones_like(a),
}


class Network:
    """Weights, a batch and its forward pass; D = sizes[0], K = sizes[-1]."""

    def __init__(self, rng, N, sizes, kinds, dtype=np.float64, scale=1.0):
        self.kinds, self.sizes, self.dtype = dict(enumerate(kinds, 1)), sizes, dtype
        self.W = {l: self.draw(rng, sizes[l], sizes[l - 1]) for l in self.kinds}
        self.b = {l: self.draw(rng, sizes[l]) for l in self.kinds}
        self.run(scale * self.draw(rng, N, sizes[0]), scale * self.draw(rng, N, sizes[-1]))

    def draw(self, rng, *shape):
        return rng.normal(size=shape).astype(self.dtype)

    def run(self, X, Y):
        """Go forward."""
        self.N, self.L, self.Y, self.Z, self.A = len(X), len(self.kinds), Y, {}, {0: X}
        for l, kind in self.kinds.items():
            self.Z[l] = np.einsum("nk,jk->nj", self.A[l - 1], self.W[l]) + self.b[l]
            self.A[l] = SIGMA[kind](self.Z[l]).astype(self.dtype)
        return self

    def another(self, rng, N=None):
        """Return the same network after a forward on another batch."""
        other = object.__new__(Network)
        other.__dict__ |= self.__dict__
        N = N or self.N
        return other.run(self.draw(rng, N, self.sizes[0]), self.draw(rng, N, self.sizes[-1]))

    def stepped(self, rng):
        """Return the same network with other weights, the caches left as they are."""
        other = object.__new__(Network)
        other.__dict__ |= self.__dict__
        other.W = {l: W - self.draw(rng, *W.shape) / 2 for l, W in self.W.items()}
        return other

    def given(self):
        """Return all arrays, by the names that `recipes.network` has for them."""
        found = {"X": self.A[0], "Y": self.Y}
        for l in self.kinds:
            found |= {
                f"W{l}": self.W[l],
                f"b{l}": self.b[l],
                f"Z{l}": self.Z[l],
                f"A{l}": self.A[l],
            }
        return found


# One rule for every line of a backward pass: of the network, the layer, and what came from above.
RULES = {
    "dA_L": lambda n, l: (n.A[l] - n.Y) / n.N,
    "slope": lambda n, l: SLOPE[n.kinds[l]](n.Z[l]),
    "dZ": lambda n, l, dA, slope: dA * slope,
    "dW": lambda n, l, dZ: np.einsum("nj,nk->jk", dZ, n.A[l - 1]),
    "db": lambda n, l, dZ: np.einsum("nj->j", dZ),
    "dA": lambda n, l, dZ: np.einsum("nj,jk->nk", dZ, n.W[l]),
    "after": lambda n, answers: answers,
}


def backward(net, *plants):
    """Return the answers, last layer first; a plant is (rule, layer or None for all, function)."""

    def rule(name, layer=None):
        fitting = [f for what, at, f in plants if what == name and at in (None, layer)]
        return fitting[-1] if fitting else RULES[name]

    answers, dA = {}, rule("dA_L")(net, net.L)
    for l in range(net.L, 0, -1):
        dZ = rule("dZ", l)(net, l, dA, rule("slope", l)(net, l))
        answers[f"dW{l}"] = rule("dW", l)(net, l, dZ)
        answers[f"db{l}"] = rule("db", l)(net, l, dZ)
        dA = rule("dA", l)(net, l, dZ)
    return rule("after")(net, answers | {"dX": dA})
