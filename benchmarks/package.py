"""The step with `backprop.nn`: as a chapter writes it, and with arrays that are written over."""

import numpy as np

from backprop import nn


def modules(task, lr, free=False):
    """Return a step in which every call returns a new array; with `free` caches are dropped."""
    (X, y), net = task.data(), task.network()
    cost, optimizer = nn.SoftmaxCrossEntropy(), nn.SGD(lr=lr)

    def step():
        C = cost(net(X), y)
        net.backward(cost.backward(free=free), need_input=False, free=free)
        optimizer.step(net)
        return C

    return step


def buffers(task, lr):
    """Return a step with `backprop.nn.TrainStep`, which keeps its arrays."""
    X, y = task.data()
    train = nn.TrainStep(task.network(), nn.SoftmaxCrossEntropy(), nn.SGD(lr=lr))
    return lambda: train(X, y)


def one_at_a_time(task, lr):
    """Return a step that shows the modules example after example, and adds up their gradients."""
    (X, y), net, cost = task.data(), task.network(), nn.SoftmaxCrossEntropy()
    parameters, N = net.parameters(), len(X)

    def step():
        C, sums = 0.0, {name: np.zeros_like(W) for name, W in parameters.items()}
        for n in range(N):
            C += cost(net(X[n : n + 1]), y[n : n + 1])
            net.backward(cost.backward(), need_input=False)
            for name, dW in net.gradients().items():
                sums[name] += dW
        for name, W in parameters.items():
            W -= lr / N * sums[name]
        return C / N

    return step
