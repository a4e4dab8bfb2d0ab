"""The same step as a careful NumPy loop, without a package: a batch, or one example at a time."""

import numpy as np


def sigmoid(Z):
    """Put 1 / (1 + e⁻ᶻ) in the place of Z."""
    Z *= 0.5
    np.tanh(Z, out=Z)
    Z *= 0.5
    Z += 0.5


# What becomes of Z in place, and of the slope in A.
FORWARD = {"relu": lambda Z: np.maximum(Z, 0, out=Z), "sigmoid": sigmoid}
SLOPE = {"relu": lambda A: A > 0, "sigmoid": lambda A: A * (1 - A)}


def softmax_cross_entropy(Z, y, rows):
    """Return the sum of the examples' costs, and put their slopes in the place of the logits."""
    Z -= Z.max(axis=1, keepdims=True)
    right = Z[rows, y].sum()
    np.exp(Z, out=Z)
    total = Z.sum(axis=1, keepdims=True)
    Z /= total
    Z[rows, y] -= 1
    return np.log(total).sum() - right


def batch(task, lr):
    """Return a step on the whole batch; temporaries are reused where that is easy."""
    (X, y), layers = task.data(), task.weights()
    forward, slope = FORWARD[task.activation], SLOPE[task.activation]
    N, rows, last = len(X), np.arange(len(X)), len(layers) - 1

    def step():
        A = [X]
        for l, (W, b) in enumerate(layers):
            Z = A[l] @ W.T
            Z += b
            if l < last:
                forward(Z)
            A.append(Z)
        dZ = A.pop()
        C = softmax_cross_entropy(dZ, y, rows) / N
        dZ /= N
        for l in range(last, -1, -1):
            W, b = layers[l]
            dW, db = dZ.T @ A[l], dZ.sum(axis=0)
            if l:
                dZ = dZ @ W
                dZ *= slope(A[l])
            dW *= lr
            W -= dW
            b -= lr * db
        return float(C)

    return step


def one_at_a_time(task, lr):
    """Return a step that takes example after example and adds up their gradients."""
    (X, y), layers = task.data(), task.weights()
    forward, slope = FORWARD[task.activation], SLOPE[task.activation]
    row, last = np.arange(1), len(layers) - 1

    def example(x, label, sums):
        a = [x]
        for l, (W, b) in enumerate(layers):
            z = W @ a[l] + b
            if l < last:
                forward(z)
            a.append(z)
        dz = a.pop()
        C = softmax_cross_entropy(dz[None], label, row)
        for l in range(last, -1, -1):
            dW, db = sums[l]
            dW += np.outer(dz, a[l])
            db += dz
            if l:
                dz = (layers[l][0].T @ dz) * slope(a[l])
        return C

    def step():
        sums = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
        C = sum(example(X[n], y[n], sums) for n in range(len(X)))
        for (W, b), (dW, db) in zip(layers, sums, strict=True):
            W -= lr / len(X) * dW
            b -= lr / len(X) * db
        return float(C / len(X))

    return step
