"""A full gradient check of one network beside ``torch.autograd.gradcheck``.

Both look at every entry of every parameter's gradient and of the input's, in float64. PyTorch asks
central differences; the package asks them and the complex step, runs backward twice, and once more
after another batch.
"""

from backprop import nn
from backprop.check import gradcheck
from benchmarks.networks import Task
from benchmarks.timer import alternate, best, ratio

# No array has more than 200 entries, from which on the package looks along random directions.
TASK = Task((12, 14, 14, 8), "tanh", 5, "float64")
SECONDS = 6


def ours():
    """Return the package's check."""
    (X, y), net, cost = TASK.data(), TASK.network(), nn.SoftmaxCrossEntropy()
    return net, lambda: gradcheck(net, X, y, cost=cost)


def theirs(net):
    """Return PyTorch's check of the same network."""
    import torch

    X, y = map(torch.from_numpy, TASK.data())
    W = [torch.from_numpy(w.copy()) for w in net.parameters().values()]
    inputs = [tensor.requires_grad_() for tensor in (X, *W)]

    def cost(A, *W):
        for k in range(0, len(W) - 2, 2):
            A = torch.tanh(torch.nn.functional.linear(A, W[k], W[k + 1]))
        return torch.nn.functional.cross_entropy(torch.nn.functional.linear(A, W[-2], W[-1]), y)

    return lambda: torch.autograd.gradcheck(cost, inputs)


def measure(dtype, threads, patience):
    """Return times and PyTorch's over the package's."""
    net, check = ours()
    entries, calls = entries_of(net), {"backprop": check}
    try:
        calls["PyTorch"] = theirs(net)
    except ImportError:
        return {"entries": entries, "absent": ["PyTorch"]}
    times = alternate(calls, SECONDS * patience)
    found = {"entries": entries, "absent": [], "microseconds": best(times)}
    return found | {"over backprop": ratio(times, "PyTorch", "backprop")}


def entries_of(net):
    """Return how many numbers are checked."""
    return TASK.batch * TASK.sizes[0] + sum(W.size for W in net.parameters().values())
