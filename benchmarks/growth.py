"""How the cost of a step grows: with width, depth and batch; and that of finite differences.

From a small network one size at a time is doubled. Where the products dominate, twice the batch or
the depth is twice the time, and twice the width four times; small networks pay for calls instead.
"""

import numpy as np

from backprop import nn
from benchmarks.networks import Task
from benchmarks.package import modules
from benchmarks.passes import network
from benchmarks.steps import LR
from benchmarks.timer import alternate, best, burst

DOUBLINGS = (1, 2, 4, 8, 16, 32)
SMALL = {"width": 16, "depth": 1, "batch": 8}  # the smallest of each
BASE = {"width": 64, "depth": 2, "batch": 64}  # the others, meanwhile
SECONDS = 8
WIDTHS = (4, 8, 12, 16, 24, 32, 48, 64, 96)  # of networks that are differentiated by differences


def task(width, depth, batch, dtype="float32"):
    """Return a ReLU network with `depth` hidden layers of one width."""
    return Task((width,) * (depth + 1) + (10,), "relu", batch, dtype)


def passes(shape, dtype):
    """Return forward, both passes, and the whole step."""
    made = task(**shape, dtype=dtype)
    forward, both = network(made)
    return {"forward": forward, "both": both, "step": modules(made, LR)}


def along(name, dtype, seconds):
    """Return times and ratios while one size is doubled."""
    sizes = [SMALL[name] * k for k in DOUBLINGS]
    calls = {
        f"{what} {size}": call
        for size in sizes
        for what, call in passes(BASE | {name: size}, dtype).items()
    }
    found = best(alternate(calls, seconds))
    forward, both, step = (
        np.array([found[f"{what} {size}"] for size in sizes])
        for what in ("forward", "both", "step")
    )
    return {
        "sizes": sizes,
        "microseconds": step.tolist(),
        "over the smallest": (step / step[0]).round(2).tolist(),
        "backward over forward": (both / forward - 1).round(2).tolist(),
        "slope": slope(sizes[-3:], step[-3:]),
    }


def slope(x, y):
    """Return the slope of a straight line through the logarithms."""
    return round(float(np.polyfit(np.log(x), np.log(y), 1)[0]), 2)


def differences(net, cost, X, y, h=1e-5):
    """Return all central differences: two forward passes per parameter, nothing else."""
    found = []
    for W in net.parameters().values():
        dW, entries = np.empty(W.size), W.reshape(-1)
        for k in range(W.size):
            before = entries[k]
            entries[k] = before + h
            above = cost(net(X), y)
            entries[k] = before - h
            dW[k] = (above - cost(net(X), y)) / (2 * h)
            entries[k] = before
        found.append(dW)
    return np.concatenate(found)


def numeric(width):
    """Return the number of parameters, the time of all differences, and of one backward pass."""
    made = task(width, 1, 16, "float64")
    (X, y), net, cost = made.data(), made.network(), nn.SoftmaxCrossEntropy()

    def backward():
        return net.backward(cost.backward(), need_input=False)

    slopes = differences(net, cost, X, y)
    cost(net(X), y)
    backward()
    exact = np.concatenate([dW.ravel() for dW in net.gradients().values()])
    # h² and a rounding of the cost over h: 1e-10 each; a kink within h of one unit's z is seldom.
    wrong = np.abs(slopes - exact) > 1e-7
    assert wrong.mean() < 0.01, f"differences and backward disagree at {wrong.sum()} entries"
    by_differences = shortest(lambda: differences(net, cost, X, y))
    back = best(alternate({"backward": backward}, 0.3))["backward"]
    return [exact.size, round(by_differences * 1e6), back]


def shortest(call, seconds=1.0, least=3):
    """Return the shortest of several runs, three at least, of something that takes long."""
    taken = []
    while len(taken) < least or sum(taken) < seconds:
        taken.append(burst(call, 1))
    return min(taken)


def measure(dtype, threads, patience):
    """Return the growth along every size, and of finite differences."""
    found = {name: along(name, dtype, SECONDS * patience) for name in SMALL}
    n, by_differences, back = zip(*map(numeric, WIDTHS), strict=True)
    over = np.divide(by_differences, back)
    found["differences"] = {
        "parameters": n,
        "microseconds": by_differences,
        "backward": back,
        "over backward": over.round().astype(int).tolist(),
        "slope": slope(n, by_differences),
        "slope of backward": slope(n, back),
        "slope over backward": slope(n, over),
    }
    return found
