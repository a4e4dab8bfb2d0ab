"""Traces written down by hand, as the figures want them: no tape takes part."""

from math import cos, log, sin
from typing import Any, NamedTuple

import numpy as np


class Step(NamedTuple):
    name: str
    operation: str
    inputs: tuple
    value: Any
    slopes: tuple
    adjoint: Any
    formula: str


class Trace(NamedTuple):
    steps: list


def circuit(x1=2.0, x2=5.0):
    """f = ln x₁ + x₁ x₂ − sin x₂."""
    y = log(x1), x1 * x2, sin(x2)
    return Trace(
        [
            Step("x1", "variable", (), x1, (), 1 / x1 + x2, "x1"),
            Step("x2", "variable", (), x2, (), x1 - cos(x2), "x2"),
            Step("v1", "log", (0,), y[0], (1 / x1,), 1.0, "log(x1)"),
            Step("v2", "multiply", (0, 1), y[1], (x2, x1), 1.0, "x1 · x2"),
            Step("v3", "add", (2, 3), y[0] + y[1], (1.0, 1.0), 1.0, "v1 + v2"),
            Step("v4", "sin", (1,), y[2], (cos(x2),), -1.0, "sin(x2)"),
            Step("f", "subtract", (4, 5), y[0] + y[1] - y[2], (1.0, -1.0), 1.0, "v3 − v4"),
        ]
    )


def network(N=5, D=3, H=4, K=2):
    """C = ‖tanh(X W1ᵀ + b1) W2ᵀ − Y‖² with its gradients derived by hand."""
    rng = np.random.default_rng(6)
    X, Y, W1, W2 = (rng.normal(size=s) for s in ((N, D), (N, K), (H, D), (K, H)))
    b1 = rng.normal(size=H)
    p = X @ W1.T
    z1, a1 = p + b1, np.tanh(p + b1)
    z2 = a1 @ W2.T
    r = z2 - Y
    dz2 = 2 * r
    da1 = dz2 @ W2
    dz1 = da1 * (1 - a1**2)
    rows = [
        ("X", "variable", (), X, dz1 @ W1, "X"),
        ("Y", "variable", (), Y, -dz2, "Y"),
        ("W1", "variable", (), W1, dz1.T @ X, "W1"),
        ("b1", "variable", (), b1, dz1.sum(axis=0), "b1"),
        ("W2", "variable", (), W2, dz2.T @ a1, "W2"),
        ("v1", "transpose", (2,), W1.T, X.T @ dz1, "W1ᵀ"),
        ("v2", "matmul", (0, 5), p, dz1, "X @ v1"),
        ("z1", "add", (6, 3), z1, dz1, "v2 + b1"),
        ("a1", "tanh", (7,), a1, da1, "tanh(z1)"),
        ("v3", "transpose", (4,), W2.T, a1.T @ dz2, "W2ᵀ"),
        ("z2", "matmul", (8, 9), z2, dz2, "a1 @ v3"),
        ("v4", "subtract", (10, 1), r, dz2, "z2 − Y"),
        ("v5", "square", (11,), r**2, np.ones_like(r), "v4²"),
        ("C", "sum", (12,), (r**2).sum(), 1.0, "sum(v5)"),
    ]
    return Trace([Step(*row[:4], (None,) * len(row[2]), *row[4:]) for row in rows])
