"""The right formulas of whole backward passes, for a diagnosis to compare with.

Each returns the answers in the order in which a backward pass computes them. Introduced in
chapters 4 (the affine layer), 5 (costs) and 6 (networks).
"""

from backprop.check.formula import Formula, N, quantity, slope


def affine():
    """Return dX, dW and db of Z = X Wᵀ + 1 bᵀ.

    Examples
    --------
    >>> list(affine())
    ['dW', 'db', 'dX']
    """
    dZ = quantity("dZ", "N", "H")
    X, W = quantity("X", "N", "D"), quantity("W", "H", "D")
    return {"dW": dZ.T @ X, "db": dZ.total(), "dX": dZ @ W}


def _minus_target(op):
    """Return the row (p − y) / N of a cost on logits, p being this operation on them."""
    return lambda A, Y: (Formula(op, A).named("P") - Y) / N


# ∇_A C for a cost with the last layer's outputs A and the targets Y, one row a cost.
COSTS = {
    "half squared error": lambda A, Y: (A - Y) / N,
    "mean squared error": lambda A, Y: 2.0 * (A - Y) / N,
    "sum squared error": lambda A, Y: 2.0 * (A - Y),
    "binary cross-entropy": _minus_target("sigmoid"),
    "softmax cross-entropy": _minus_target("softmax"),
}


def cross_entropy():
    """Return dP and dZ of −⟨Y, ln P⟩ / N with P = softmax(Z), over the quantities P and Y.

    Examples
    --------
    >>> list(cross_entropy())
    ['dP', 'dZ']
    """
    P, Y = quantity("P", "N", "K"), quantity("Y", "N", "K")
    dP = (-(Y / P) / N).named("dP")
    return {"dP": dP, "dZ": Formula("softmax vjp", P, dP)}


def network(activations, cost="half squared error"):
    """Return the gradients of a network with its cost, last layer first.

    Layer l computes Z_l = A_{l−1} W_lᵀ + 1 b_lᵀ and A_l = σ_l(Z_l), with A_0 = X.

    Parameters
    ----------
    activations : sequence of Activation classes
        σ_1 … σ_L.
    cost : str
        A row of `COSTS`. The costs on logits want the identity last.

    Returns
    -------
    recipe : dict of str to Formula
        ``"dW2"``, ``"db2"``, …, ``"dW1"``, ``"db1"``, ``"dX"``, over the quantities X, Y, W1, …,
        Z1, …, A1, …

    Examples
    --------
    >>> from backprop.nn import Identity, Tanh
    >>> list(network([Tanh, Identity]))
    ['dW2', 'db2', 'dW1', 'db1', 'dX']
    """
    L = len(activations)
    sizes = ["D", *(f"H{layer}" for layer in range(1, L)), "K"]
    A = [quantity(f"A{layer}" if layer else "X", "N", sizes[layer]) for layer in range(L + 1)]
    recipe, dA = {}, COSTS[cost](A[L], quantity("Y", "N", "K"))
    for layer in range(L, 0, -1):
        Z = quantity(f"Z{layer}", "N", sizes[layer])
        W = quantity(f"W{layer}", sizes[layer], sizes[layer - 1])
        dZ = (dA * slope(activations[layer - 1], Z)).named(f"dZ{layer}")
        recipe[f"dW{layer}"] = dZ.T @ A[layer - 1]
        recipe[f"db{layer}"] = dZ.total()
        dA = dZ @ W
    return recipe | {"dX": dA}
