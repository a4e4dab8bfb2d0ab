"""A whole training on the handwritten digits beside ``MLPClassifier.fit``.

The same sizes, batch, epochs and learning rate; each begins with weights of its own, so that the
accuracies on the examples held out agree in the mean only.
"""

from time import perf_counter

import numpy as np

from backprop import data, nn

HIDDEN, BATCH, EPOCHS, LR, TRIALS = (64,), 32, 20, 0.1, 5
# A mean of five accuracies, each of 359 examples of which a twentieth is wrong, varies by about
# √(0.05 · 0.95 / 359 / 5) = 0.005; two means that differ by three times that are not the same.
SAME = 0.015


def scans():
    """Return the digits in float32."""
    X, y, X_test, y_test = data.digits(np.random.default_rng(0))
    return X.astype(np.float32), y, X_test.astype(np.float32), y_test


def ours(X, y, seed):
    """Train with `backprop.nn.fit`; return what predicts."""
    rng = np.random.default_rng(seed)
    sizes = (X.shape[1], *HIDDEN, 10)
    net = nn.mlp(sizes, activation=nn.ReLU, rng=rng, dtype=X.dtype)
    told = {"optimizer": nn.SGD(lr=LR), "epochs": EPOCHS, "batch": BATCH, "rng": rng}
    nn.fit(net, nn.SoftmaxCrossEntropy(), X, y, progress=False, **told)
    return lambda X: nn.predict(net, X)


def theirs(X, y, seed):
    """Train with scikit-learn; return what predicts."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    told = {"solver": "sgd", "momentum": 0.0, "alpha": 0.0, "learning_rate_init": LR, "tol": 0.0}
    told |= {"batch_size": BATCH, "max_iter": EPOCHS, "n_iter_no_change": EPOCHS + 1}
    net = MLPClassifier(HIDDEN, random_state=seed, **told)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are given
        return net.fit(X, y).predict


def measure(dtype, threads, patience):
    """Return both times, their ratio and the mean accuracies; None without scikit-learn."""
    try:
        X, y, X_test, y_test = scans()
    except ImportError:
        return None
    seconds, right = {"backprop": [], "scikit-learn": []}, {"backprop": [], "scikit-learn": []}
    for seed in range(TRIALS):
        for name, train in (("backprop", ours), ("scikit-learn", theirs)):
            start = perf_counter()
            predict = train(X, y, seed)
            seconds[name].append(perf_counter() - start)
            right[name].append(float((predict(X_test) == y_test).mean()))
    accuracy = {name: round(float(np.mean(shares)), 4) for name, shares in right.items()}
    a, b = np.array(seconds["scikit-learn"]), np.array(seconds["backprop"])
    return {
        "epochs": EPOCHS,
        "seconds": {name: round(min(found), 3) for name, found in seconds.items()},
        "accuracy": accuracy,
        "same accuracy": bool(abs(np.subtract(*accuracy.values())) <= SAME),
        "over backprop": [round(float(a.min() / b.min()), 3), round(float(np.median(a / b)), 3)],
    }
