"""The right formulas of whole backward passes, for a diagnosis to compare with.

Each returns the answers in the order in which a backward pass computes them. Introduced in
chapters 4 (the affine layer) and 6 (networks).
"""

from backprop.check.formula import N, quantity, slope


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


def network(activations):
    """Return the gradients of a network with the half squared error, last layer first.

    Layer l computes Z_l = A_{l−1} W_lᵀ + 1 b_lᵀ and A_l = σ_l(Z_l), with A_0 = X.

    Parameters
    ----------
    activations : sequence of Activation classes
        σ_1 … σ_L.

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
    recipe, dA = {}, (A[L] - quantity("Y", "N", "K")) / N
    for layer in range(L, 0, -1):
        Z = quantity(f"Z{layer}", "N", sizes[layer])
        W = quantity(f"W{layer}", sizes[layer], sizes[layer - 1])
        dZ = (dA * slope(activations[layer - 1], Z)).named(f"dZ{layer}")
        recipe[f"dW{layer}"] = dZ.T @ A[layer - 1]
        recipe[f"db{layer}"] = dZ.total()
        dA = dZ @ W
    return recipe | {"dX": dA}
