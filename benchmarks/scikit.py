"""The step with scikit-learn: ``MLPClassifier.partial_fit`` on the whole batch."""

import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

ACTIVATION = {"relu": "relu", "sigmoid": "logistic"}


def partial_fit(task, lr):
    """Return a step; the weights are put in after a first call, which makes the arrays."""
    X, y = task.data()
    net = MLPClassifier(
        task.sizes[1:-1],
        activation=ACTIVATION[task.activation],
        solver="sgd",
        alpha=0.0,
        momentum=0.0,
        learning_rate_init=lr,
        batch_size=task.batch,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a class may be missing from a small batch
        net.partial_fit(X, y, classes=np.arange(task.sizes[-1]))
    for W, b, (W0, b0) in zip(net.coefs_, net.intercepts_, task.weights(), strict=True):
        W[...], b[...] = W0.T, b0

    def step():
        net.partial_fit(X, y)
        return float(net.loss_)

    return step
