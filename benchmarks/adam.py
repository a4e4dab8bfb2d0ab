"""One step of Adam on all parameters of the first network, beside the textbook's expression."""

import numpy as np

from backprop import nn
from benchmarks.networks import NETWORKS
from benchmarks.timer import alternate, best, ratio

TEXTBOOK = "textbook expression"
SETTINGS = {"lr": 1e-6}
SECONDS = 6


def parameters_and_gradients():
    """Return a network and gradients of ordinary size."""
    net, rng = NETWORKS["A"].network(), np.random.default_rng(0)
    for module in net:
        for name, W in module.parameters().items():
            setattr(module, f"d{name}", rng.standard_normal(W.shape).astype(W.dtype))
    return net


def ours():
    """Return a step of the package."""
    net, optimizer = parameters_and_gradients(), nn.Adam(**SETTINGS)
    return lambda: optimizer.step(net), lambda: list(net.parameters().values())


def textbook(lr=SETTINGS["lr"], beta1=0.9, beta2=0.999, eps=1e-8):
    """Return the algorithm as it is printed, each line a line of NumPy."""
    net = parameters_and_gradients()
    W, g = [list(part.values()) for part in (net.parameters(), net.gradients())]
    m, v, t = [np.zeros_like(w) for w in W], [np.zeros_like(w) for w in W], 0

    def step():
        nonlocal t
        t += 1
        for k in range(len(W)):
            m[k] = beta1 * m[k] + (1 - beta1) * g[k]
            v[k] = beta2 * v[k] + (1 - beta2) * g[k] ** 2
            m_hat = m[k] / (1 - beta1**t)
            v_hat = v[k] / (1 - beta2**t)
            W[k] = W[k] - lr * m_hat / (np.sqrt(v_hat) + eps)

    return step, lambda: W


def pytorch():
    """Return PyTorch's step."""
    import torch

    net = parameters_and_gradients()
    W = [torch.from_numpy(w.copy()) for w in net.parameters().values()]
    for w, dW in zip(W, net.gradients().values(), strict=True):
        w.grad = torch.from_numpy(dW)
    optimizer = torch.optim.Adam(W, **SETTINGS)
    return optimizer.step, lambda: [w.numpy() for w in W]


MAKERS = {"backprop": ours, TEXTBOOK: textbook, "PyTorch": pytorch}


def measure(dtype, threads, patience):
    """Return times and ratios over the package's, after three equal steps."""
    calls, moved, absent = {}, {}, []
    for name, make in MAKERS.items():
        try:
            calls[name], parameters = make()
        except ImportError:
            absent.append(name)
            continue
        for _ in range(3):
            calls[name]()
        moved[name] = np.concatenate([w.ravel() for w in parameters()])
    for name, W in moved.items():
        # Three steps of 1e-6, each right to some roundings of it and of the parameter.
        np.testing.assert_allclose(W, moved[TEXTBOOK], rtol=1e-6, atol=1e-8, err_msg=name)
    times = alternate(calls, SECONDS * patience)
    return {
        "parameters": moved[TEXTBOOK].size,
        "absent": absent,
        "microseconds": best(times),
        "over backprop": {name: ratio(times, name, "backprop") for name in times},
    }
