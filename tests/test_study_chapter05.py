"""Wrong answers that a student gives to the exercises of chapter 5, each with what it must get."""

import numpy as np

from backprop.study import exercises
from backprop.symbolic import delta, diag, total

MINE = {id: exercise for id, exercise in exercises().items() if id.startswith("costs-")}


def shares(Z):
    """Return the softmax of every row."""
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


def back_through_softmax(P, dP):
    return np.array([(np.diag(p) - np.outer(p, p)) @ g for p, g in zip(P, dP, strict=True)])


def chain(P=shares, dP=lambda P, Y: -Y / P / len(P), back=back_through_softmax):
    """Return the answer to exercise 6 with one step changed."""

    def answer(Z, Y):
        probabilities = P(Z)
        slopes = dP(probabilities, Y)
        return slopes, back(probabilities, slopes)

    return answer


def fused(dZ):
    """Return the answer to exercise 6 with a right dP and this dZ."""
    return lambda Z, Y: (-Y / shares(Z) / len(Z), dZ(Z, Y))


def safe(Z, axis=1):
    S = Z - Z.max(axis=axis, keepdims=True)
    return S - np.log(np.exp(S).sum(axis=axis, keepdims=True))


def forgets_the_shift(Z):
    return Z - np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))


def adds_the_logarithm(Z):
    S = Z - Z.max(axis=1, keepdims=True)
    return S + np.log(np.exp(S).sum(axis=1, keepdims=True))


def one_maximum(Z):
    S = Z - Z.max()
    with np.errstate(divide="ignore"):
        return S - np.log(np.exp(S).sum(axis=1, keepdims=True))


def overflows(Z):
    with np.errstate(all="ignore"):
        return np.log(shares(Z))


def takes_the_logarithm(Z):
    with np.errstate(divide="ignore"):
        return np.log(shares(Z - Z.max(axis=1, keepdims=True)))


def probabilities(Z):
    return shares(Z - Z.max(axis=1, keepdims=True))


def squared(R, shape=None):
    return (R * R).sum() / (2 * len(R)), (R / len(R)).reshape(shape or R.shape)


def everybody_summed(Yhat, y):
    R = Yhat - y
    return (R * R).sum() / (2 * len(y)), R.sum(axis=1, keepdims=True) / len(y)


def everybody_averaged(Yhat, y):
    R = Yhat - y.mean()
    return (R * R).sum() / (2 * len(y)), R / len(y)


def flat(Yhat, y):
    R = Yhat[:, 0] - y
    return (R * R).sum() / (2 * len(y)), R / len(y)


def column(C=lambda R: (R * R).sum() / (2 * len(R)), dYhat=lambda R: R / len(R)):
    def answer(Yhat, y):
        R = Yhat - y[:, None]
        return C(R), dYhat(R)

    return answer


def smooth(off=lambda e, K: e / K, on=lambda e, K: 1 - e + e / K, dZ=None):
    """Return the answer to exercise 9 with these targets, or with this gradient."""

    def answer(Z, labels, eps):
        K = Z.shape[1]
        Y = np.full(Z.shape, off(eps, K), Z.dtype)
        Y[np.arange(len(Z)), labels] = on(eps, K)
        return Y, dZ(Z, Y) if dZ else (shares(Z) - Y) / len(Z)

    return answer


def hinge(where=lambda Yhat, Y: Y * Yhat < 1, rise=lambda Y: -Y, mean=lambda Y: len(Y)):
    return lambda Yhat, Y: where(Yhat, Y) * rise(Y) / mean(Y)


def missing(Yhat, Y):
    return np.maximum(0, 1 - Y * Yhat)


def spread_over_examples(Z, labels, eps):
    N, K = Z.shape
    Y = (1 - eps) * np.eye(K, dtype=Z.dtype)[labels] + eps / N
    return Y, (shares(Z) - Y) / N


WRONG = [
    ("costs-1", "upside down", "b"),
    ("costs-1", "outputs forgotten", "c"),
    ("costs-1", "½ forgotten", "d"),
    ("costs-1", "no option", "3/2"),
    ("costs-2", "σ′ forgotten", 0.875),
    ("costs-2", "error forgotten", 0.109375),
    ("costs-2", "σ for σ′", 0.765625),
    ("costs-2", "slope of tanh", 0.205078125),
    ("costs-2", "the cost itself", 0.3828125),
    ("costs-2", "cross-entropy", 8.0),
    ("costs-2", "e⁻ᶻ upside down", 0.013671875),
    ("costs-2", "yes for no", -0.013671875),
    ("costs-2", "sign", -0.095703125),
    ("costs-2", "2 lost", 0.0478515625),
    ("costs-2", "imprecise", 0.0957),
    ("costs-3", "mask upside down", lambda dA, A: dA * (A <= 0)),
    ("costs-3", "mask of the upstream", lambda dA, A: dA * (dA > 0)),
    ("costs-3", "σ for σ′", lambda dA, A: dA * A),
    ("costs-3", "upstream forgotten", lambda dA, A: (A > 0) * 1.0),
    ("costs-3", "σ′ forgotten", lambda dA, A: dA),
    ("costs-3", "no numbers", lambda dA, A: A > 0),
    ("costs-4", "weights forgotten", lambda Yhat, Y, u, N: (Yhat - Y) / N),
    ("costs-4", "mean lost", lambda Yhat, Y, u, N: diag(u) @ (Yhat - Y)),
    ("costs-4", "mean taken twice", lambda Yhat, Y, u, N: diag(u) @ (Yhat - Y) / N / N),
    ("costs-4", "weights squared", lambda Yhat, Y, u, N: diag(u) @ diag(u) @ (Yhat - Y) / N),
    ("costs-4", "½ lost", lambda Yhat, Y, u, N: 2 * (diag(u) @ (Yhat - Y)) / N),
    ("costs-4", "2 lost", lambda Yhat, Y, u, N: diag(u) @ (Yhat - Y) / N / 2),
    ("costs-4", "sign", lambda Yhat, Y, u, N: diag(u) @ (Y - Yhat) / N),
    ("costs-4", "shapes do not fit", lambda Yhat, Y, u, N: (Yhat - Y) @ diag(u) / N),
    ("costs-5", "targets taken to sum to 1", lambda p, y, k, j: p[k] - y[k]),
    ("costs-5", "own probability only", lambda p, y, k, j: y[k] * p[k] - y[k]),
    ("costs-5", "slope of the logarithm only", lambda p, y, k, j: -p[k] * y[k]),
    ("costs-5", "slope in the probability", lambda p, y, k, j: -y[k] / p[k]),
    ("costs-5", "[j = k] taken for 1", lambda p, y, k, j: p[k] * total(y[j], j) - total(y[j], j)),
    ("costs-5", "p_j for p_k", lambda p, y, k, j: total(p[j] * y[j], j) - y[k]),
    ("costs-5", "target not subtracted", lambda p, y, k, j: total(p[k] * y[j], j)),
    ("costs-5", "sign", lambda p, y, k, j: y[k] - p[k] * total(y[j], j)),
    ("costs-5", "½ lost", lambda p, y, k, j: 2 * (p[k] * total(y[j], j) - y[k])),
    ("costs-6", "elementwise softmax", chain(back=lambda P, dP: dP * P * (1 - P))),
    ("costs-6", "σ′ forgotten", chain(back=lambda P, dP: dP)),
    ("costs-6", "mean lost", chain(dP=lambda P, Y: -Y / P)),
    ("costs-6", "mean taken twice", chain(dP=lambda P, Y: -Y / P / len(P) ** 2)),
    ("costs-6", "sign", chain(dP=lambda P, Y: Y / P / len(P))),
    ("costs-6", "slope of ln forgotten", chain(dP=lambda P, Y: -Y / len(P))),
    ("costs-6", "softmax forgotten", chain(P=lambda Z: Z)),
    ("costs-6", "softmax twice", chain(P=lambda Z: shares(shares(Z)))),
    ("costs-6", "divided in the layer", fused(lambda Z, Y: (shares(Z) - Y) / len(Z) ** 2)),
    ("costs-6", "mean lost", fused(lambda Z, Y: shares(Z) - Y)),
    ("costs-6", "softmax over the examples", chain(P=lambda Z: shares(Z.T).T)),
    ("costs-6", "one softmax for the batch", chain(P=lambda Z: np.exp(Z) / np.exp(Z).sum())),
    ("costs-6", "not divided", chain(P=np.exp)),
    ("costs-6", "inner product forgotten", chain(back=lambda P, dP: P * dP)),
    (
        "costs-6",
        "sum not weighted",
        chain(back=lambda P, dP: P * (dP - dP.sum(axis=1, keepdims=True))),
    ),
    ("costs-6", "target forgotten", chain(dP=lambda P, Y: -1 / P / len(P))),
    ("costs-6", "one sum for the batch", chain(back=lambda P, dP: P * (dP - (P * dP).sum()))),
    (
        "costs-6",
        "slope of the binary cross-entropy",
        chain(dP=lambda P, Y: ((1 - Y) / (1 - P) - Y / P) / len(P)),
    ),
    ("costs-6", "count", lambda Z, Y: (shares(Z) - Y) / len(Z)),
    ("costs-7", "not finite", overflows),
    ("costs-7", "not finite", takes_the_logarithm),
    ("costs-7", "not finite", one_maximum),
    ("costs-7", "logarithm forgotten", probabilities),
    ("costs-7", "logarithm added", adds_the_logarithm),
    ("costs-7", "shift left in", forgets_the_shift),
    ("costs-7", "summed over the examples", lambda Z: safe(Z, axis=0)),
    ("costs-7", "sum forgotten", lambda Z: Z - Z.max(axis=1, keepdims=True)),
    ("costs-7", "sign", lambda Z: -safe(Z)),
    ("costs-8", "everybody with everybody", lambda Yhat, y: squared(Yhat - y)),
    ("costs-8", "flattened", flat),
    ("costs-8", "½ lost", column(C=lambda R: (R * R).sum() / len(R))),
    ("costs-8", "mean lost", column(dYhat=lambda R: R)),
    ("costs-8", "the mean target", everybody_averaged),
    ("costs-9", "not smoothed", smooth(off=lambda e, K: 0, on=lambda e, K: 1)),
    (
        "costs-9",
        "spread over the others",
        smooth(off=lambda e, K: e / (K - 1), on=lambda e, K: 1 - e),
    ),
    ("costs-9", "own share forgotten", smooth(on=lambda e, K: 1 - e)),
    ("costs-9", "nothing taken", smooth(on=lambda e, K: 1 + e / K)),
    (
        "costs-9",
        "mixture the other way round",
        smooth(off=lambda e, K: (1 - e) / K, on=lambda e, K: e + (1 - e) / K),
    ),
    ("costs-9", "nothing spread", smooth(off=lambda e, K: 0, on=lambda e, K: 1 - e)),
    ("costs-9", "shared out over the examples", spread_over_examples),
    ("costs-9", "eps for everybody", smooth(off=lambda e, K: e, on=lambda e, K: 1)),
    ("costs-9", "mean lost", smooth(dZ=lambda Z, Y: shares(Z) - Y)),
    ("costs-9", "target not subtracted", smooth(dZ=lambda Z, Y: shares(Z) / len(Z))),
    ("costs-9", "sign", smooth(dZ=lambda Z, Y: (Y - shares(Z)) / len(Z))),
    ("costs-10", "the other side of the kink", hinge(where=lambda Yhat, Y: Y * Yhat <= 1)),
    ("costs-10", "margin forgotten", hinge(where=lambda Yhat, Y: Y * Yhat < 0)),
    ("costs-10", "mask of the output", hinge(where=lambda Yhat, Y: Yhat > 0)),
    ("costs-10", "target forgotten", hinge(rise=lambda Y: -1.0)),
    ("costs-10", "target forgotten in the mask", hinge(where=lambda Yhat, Y: Yhat < 1)),
    ("costs-10", "mask upside down, kink excluded", hinge(where=lambda Yhat, Y: Y * Yhat > 1)),
    ("costs-10", "mask upside down", hinge(where=lambda Yhat, Y: Y * Yhat >= 1)),
    ("costs-10", "mask forgotten", hinge(where=lambda Yhat, Y: 1.0)),
    ("costs-10", "output for target", lambda Yhat, Y: np.where(Y * Yhat < 1, -Yhat, 0) / len(Y)),
    ("costs-10", "margin multiplied in", lambda Yhat, Y: -Y * missing(Yhat, Y) / len(Y)),
    ("costs-10", "the cost itself", lambda Yhat, Y: missing(Yhat, Y) / len(Y)),
    ("costs-10", "mean lost", hinge(mean=lambda Y: 1)),
    ("costs-10", "mean over the outputs", hinge(mean=lambda Y: Y.size)),
    ("costs-10", "sign", hinge(rise=lambda Y: Y)),
]


ANOTHER_WAY = [
    ("costs-1", "(a)"),
    ("costs-2", 49 / 512),
    ("costs-2", 0.875 / (1 + 7) / (1 + 1 / 7)),
    ("costs-3", lambda dA, A: np.where(A > 0, dA, 0)),
    ("costs-3", lambda dA, A: dA * np.sign(A)),
    ("costs-4", lambda Yhat, Y, u, N: diag(u) @ Yhat / N - diag(u / N) @ Y),
    ("costs-5", lambda p, y, k, j: total(y[j] * p[k], j) - y[k]),
    ("costs-5", lambda p, y, k, j: total(y[j] * (p[k] - delta(j, k)), j)),
    ("costs-5", lambda p, y, k, j: total(y[j] * p[k] - y[k] * p[j], j)),
    ("costs-6", fused(lambda Z, Y: (shares(Z) - Y) / len(Z))),
    ("costs-6", chain(back=lambda P, dP: P * dP - P * (P * dP).sum(axis=1, keepdims=True))),
    ("costs-7", lambda Z: Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)),
    ("costs-8", column(C=lambda R: np.mean(R**2) / 2)),
    ("costs-8", lambda Yhat, y: squared(Yhat[:, 0] - y, Yhat.shape)),
    ("costs-9", lambda Z, labels, eps: mixture(Z, np.eye(Z.shape[1])[labels], eps)),
    ("costs-10", lambda Yhat, Y: -Y * np.heaviside(1 - Y * Yhat, 0) / len(Y)),
    ("costs-10", hinge(where=lambda Yhat, Y: np.abs(Yhat - Y) * (Y - Yhat) * Y > 0)),
]


def mixture(Z, hot, eps):
    Y = (1 - eps) * hot + eps * np.ones_like(Z) / Z.shape[1]
    return Y, (shares(Z) - Y) / len(Y)


def test_logits_of_a_thousand_are_among_those_that_are_tried():
    given = MINE["costs-7"].kind.given(np.random.default_rng(0), {"N": 5, "K": 3})["Z"]
    assert given.max() > 990
    assert given.min() < -990
    assert (given.max(axis=1) - given.min(axis=1)).max() > 800


def test_outputs_on_the_kink_are_among_those_that_are_tried():
    given = MINE["costs-10"].kind.given(np.random.default_rng(0), {"N": 5, "K": 3})
    assert (1 - given["Y"] * given["Yhat"] == 0).any()
