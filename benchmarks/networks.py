"""What is trained: four networks, each with its batch.

The weights come from `backprop.nn.mlp`, and everybody starts from copies of them.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from backprop import nn

ACTIVATION = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


class Task(NamedTuple):
    """A network and a batch: labels for a softmax cross-entropy.

    Attributes
    ----------
    sizes : tuple of int
    activation : {"relu", "sigmoid", "tanh"}
    batch : int
    dtype : str
    """

    sizes: tuple
    activation: str
    batch: int
    dtype: str = "float32"

    def data(self):
        """Return X, shape (N, D), and labels y, shape (N,)."""
        rng = np.random.default_rng(0)
        X = rng.standard_normal((self.batch, self.sizes[0]), self.dtype)
        return X, rng.integers(0, self.sizes[-1], self.batch)

    def network(self):
        """Return the package's network, always with the same weights."""
        activation, rng = ACTIVATION[self.activation], np.random.default_rng(1)
        return nn.mlp(self.sizes, activation=activation, rng=rng, dtype=np.dtype(self.dtype))

    def weights(self):
        """Return copies of the weights, one pair (W, b) per layer."""
        values = [W.copy() for W in self.network().parameters().values()]
        return list(zip(values[::2], values[1::2], strict=True))

    def products(self):
        """Return the shapes (H, D) of the layers' matrices."""
        return [(H, D) for D, H in pairwise(self.sizes)]


NETWORKS = {
    "A": Task((784, 512, 512, 10), "relu", 256),
    "B": Task((64, 64, 10), "relu", 32),
    "C": Task((784, 30, 10), "sigmoid", 10),
    "D": Task((128,) * 20 + (10,), "relu", 64),
}
