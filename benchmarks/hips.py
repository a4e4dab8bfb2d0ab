"""The step with HIPS autograd: NumPy's functions, differentiated while they run."""

import autograd.numpy as np
from autograd import value_and_grad

ACTIVATION = {
    "relu": lambda Z: np.maximum(Z, 0),
    "sigmoid": lambda Z: 0.5 * np.tanh(0.5 * Z) + 0.5,
}


def traced(task, lr):
    """Return a step."""
    (X, y), layers = task.data(), task.weights()
    activation, rows = ACTIVATION[task.activation], np.arange(len(X))

    def cost(layers):
        A = X
        for W, b in layers[:-1]:
            A = activation(np.dot(A, W.T) + b)
        W, b = layers[-1]
        Z = np.dot(A, W.T) + b
        S = Z - np.max(Z, axis=1, keepdims=True)
        return np.mean(np.log(np.sum(np.exp(S), axis=1)) - S[rows, y])

    slopes = value_and_grad(cost)

    def step():
        C, gradients = slopes(layers)
        for (W, b), (dW, db) in zip(layers, gradients, strict=True):
            W -= lr * dW
            b -= lr * db
        return float(C)

    return step
