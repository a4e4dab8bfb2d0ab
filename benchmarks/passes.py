"""What a backward costs beside its forward: on the first network, and module by module."""

import numpy as np

from backprop import nn
from benchmarks.networks import NETWORKS
from benchmarks.timer import alternate, ratio

SHAPE = (256, 512)  # of the arrays that go through a module
SECONDS = 3


def modules():
    """Return every kind of module that the package has, ready to run."""
    rng, D = np.random.default_rng(0), SHAPE[1]
    made = {"Affine": nn.Affine(D, D, rng=rng, dtype=np.float32), "LeakyReLU": nn.LeakyReLU(0.2)}
    plain = ("Identity", "ReLU", "Sigmoid", "Softmax", "Softplus", "Step", "Tanh")
    return made | {name: getattr(nn, name)() for name in plain}


def by_itself(module):
    """Return the forward of a module and both passes, on one array."""
    rng = np.random.default_rng(0)
    Z, dA = (rng.standard_normal(SHAPE).astype(np.float32) for _ in range(2))

    def both():
        module.forward(Z)
        module.backward(dA)

    return lambda: module.forward(Z), both


def network(task):
    """Return the forward of a network with its cost, and both passes."""
    (X, y), net, cost = task.data(), task.network(), nn.SoftmaxCrossEntropy()

    def both():
        cost(net(X), y)
        net.backward(cost.backward(), need_input=False)

    return lambda: cost(net(X), y), both


def measure(dtype, threads, patience):
    """Return (forward + backward) / forward of the networks and of every module."""
    pairs = {name: network(task._replace(dtype=dtype)) for name, task in NETWORKS.items()}
    found = {"networks": together(pairs, 2 * SECONDS * patience)}
    pairs = {name: by_itself(module) for name, module in modules().items()}
    return found | {"modules": together(pairs, 2 * SECONDS * patience)}


def together(pairs, seconds):
    """Measure (forward, both) pairs alternately."""
    calls = {name: forward for name, (forward, _) in pairs.items()}
    calls |= {f"{name}, both": both for name, (_, both) in pairs.items()}
    times = alternate(calls, seconds)
    return {name: ratio(times, f"{name}, both", name) for name in pairs}
