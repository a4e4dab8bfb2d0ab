"""Wrong answers that a student gives to the exercises of chapter 3, each with what it must get."""

import numpy as np

from backprop.study import check, exercises
from backprop.symbolic import cos, delta, sin, table, total

SHAPES = {
    "J": (3, 4),
    "J_denominator": (4, 3),
    "jvp": (3,),
    "vjp": (4,),
    "dx": (4,),
    "J_batch": (6, 3, 6, 4),
}


def shape(**wrong):
    return SHAPES | wrong


def tables(**change):
    """Return a right answer to exercise 4 in which one table is changed, a function of D."""
    right = {
        "cumsum": np.tri,
        "repeat": lambda D: np.repeat(np.eye(D), 2, axis=0),
        "slice": lambda D: np.eye(D)[1:],
    }
    return lambda D: tuple(rule(D) for rule in (right | change).values())


def mean(P, dP):
    return (P * dP).sum(axis=1, keepdims=True)


def in_place(P, dP):
    dP -= mean(P, dP)
    return P * dP


def columns(jvp, D):
    return np.stack([jvp(e) for e in np.eye(D)], axis=1)


def rows(vjp, M):
    return np.stack([vjp(e) for e in np.eye(M)])


def entry(p, i, j):
    return delta(i, j) * p[i] - p[i] * p[j]


def row(p, i, j):
    return p[i] - p[i] * total(p[j], j)


def gap(of):
    return lambda jvp, vjp, u, v: of(u @ jvp(v), vjp(u) @ v)


WRONG = [
    ("jacobian-1", "transposed", lambda x, y: table([[2 * x * y, 0, 1], [x**2, cos(y), 0]])),
    ("jacobian-1", "inputs swapped", lambda x, y: table([[x**2, 2 * x * y], [cos(y), 0], [0, 1]])),
    (
        "jacobian-1",
        "sine not differentiated",
        lambda x, y: table([[2 * x * y, x**2], [0, sin(y)], [1, 0]]),
    ),
    (
        "jacobian-1",
        "sign of the cosine",
        lambda x, y: table([[2 * x * y, x**2], [0, -cos(y)], [1, 0]]),
    ),
    (
        "jacobian-1",
        "values for slopes",
        lambda x, y: table([[2 * x * y, x**2], [0, cos(y)], [x, 0]]),
    ),
    ("jacobian-1", "sign", lambda x, y: -table([[2 * x * y, x**2], [0, cos(y)], [1, 0]])),
    ("jacobian-1", "blanks", lambda x, y: table([[2 * x * y, x**2], [..., cos(y)], [1, 0]])),
    ("jacobian-2", "reversed", shape(J=(4, 3))),
    ("jacobian-2", "reversed", shape(J_denominator=(3, 4))),
    ("jacobian-2", "backward for forward", shape(jvp=(4,))),
    ("jacobian-2", "a whole table", shape(jvp=(3, 4))),
    ("jacobian-2", "forward for backward", shape(vjp=(3,))),
    ("jacobian-2", "a whole table", shape(vjp=(3, 4))),
    ("jacobian-2", "another thing", shape(dx=(3,))),
    ("jacobian-2", "axis of size 1", shape(dx=(1, 4))),
    ("jacobian-2", "zeros left out", shape(J_batch=(6, 3, 4))),
    ("jacobian-2", "one example", shape(J_batch=(3, 4))),
    ("jacobian-2", "flattened", shape(J_batch=(18, 24))),
    ("jacobian-2", "reversed", shape(J_batch=(4, 6, 3, 6))),
    ("jacobian-2", "unfinished", shape(J_batch=...)),
    ("jacobian-3", "the Jacobian", "a"),
    ("jacobian-3", "JVP for VJP", "b"),
    ("jacobian-3", "ones for u", "d"),
    ("jacobian-3", "no option", "Jᵀu"),
    ("jacobian-4", "transposed", tables(cumsum=lambda D: np.tri(D).T)),
    ("jacobian-4", "diagonal left out", tables(cumsum=lambda D: np.tri(D, k=-1))),
    ("jacobian-4", "no sum", tables(cumsum=np.eye)),
    ("jacobian-4", "tile for repeat", tables(repeat=lambda D: np.tile(np.eye(D), (2, 1)))),
    ("jacobian-4", "entries doubled", tables(repeat=lambda D: 2 * np.eye(D))),
    ("jacobian-4", "transposed", tables(repeat=lambda D: np.repeat(np.eye(D), 2, axis=1))),
    ("jacobian-4", "flattened", tables(repeat=lambda D: np.repeat(np.eye(D), 2))),
    ("jacobian-4", "input left out", tables(slice=lambda D: np.eye(D - 1))),
    ("jacobian-4", "row of zeros", tables(slice=lambda D: np.eye(D) * (np.arange(D) > 0))),
    ("jacobian-4", "row of zeros", tables(slice=lambda D: np.eye(D, k=1))),
    ("jacobian-4", "count", lambda D: (np.tri(D), np.eye(D)[1:])),
    ("jacobian-4", "nothing", lambda D: None),
    ("jacobian-4", "last for first", tables(slice=lambda D: np.eye(D)[:-1])),
    ("jacobian-4", "transposed", tables(slice=lambda D: np.eye(D)[:, 1:])),
    ("jacobian-5", "elementwise softmax", lambda P, dP: dP * P * (1 - P)),
    ("jacobian-5", "mean forgotten", lambda P, dP: P * dP),
    (
        "jacobian-5",
        "mean not weighted",
        lambda P, dP: P * (dP - dP.mean(axis=1, keepdims=True)),
    ),
    ("jacobian-5", "divided by K", lambda P, dP: P * (dP - mean(P, dP) / P.shape[1])),
    ("jacobian-5", "factor p forgotten", lambda P, dP: dP - mean(P, dP)),
    ("jacobian-5", "mean not multiplied", lambda P, dP: P * dP - mean(P, dP)),
    ("jacobian-5", "mean of everything", lambda P, dP: P * (dP - np.mean(P * dP))),
    ("jacobian-5", "over the whole batch", lambda P, dP: P * (dP - (P * dP).sum())),
    ("jacobian-5", "over the examples", lambda P, dP: P * (dP - (P * dP).sum(axis=0))),
    ("jacobian-5", "sign", lambda P, dP: P * (mean(P, dP) - dP)),
    ("jacobian-5", "transposed", lambda P, dP: (P * (dP - mean(P, dP))).T),
    ("jacobian-5", "raises", lambda P, dP: P * (dP - (P * dP).sum(axis=1))),
    ("jacobian-5", "changes input", in_place),
    ("jacobian-6", "zeros", lambda jvp, vjp, u, v: abs(u @ jvp(v) - (u * jvp(v)).sum())),
    ("jacobian-6", "added", gap(lambda a, b: abs(a + b))),
    ("jacobian-6", "absolute value forgotten", gap(lambda a, b: a - b)),
    ("jacobian-6", "absolute value forgotten", gap(lambda a, b: b - a)),
    (
        "jacobian-6",
        "sums compared",
        lambda jvp, vjp, u, v: abs(jvp(v).sum() - vjp(u).sum()),
    ),
    ("jacobian-6", "absolute values too early", gap(lambda a, b: abs(abs(a) - abs(b)))),
    ("jacobian-6", "absolute values too early", gap(lambda a, b: abs(a) - abs(b))),
    ("jacobian-6", "squared", gap(lambda a, b: (a - b) ** 2)),
    ("jacobian-6", "one side only", gap(lambda a, b: abs(a))),
    ("jacobian-6", "one side only", gap(lambda a, b: abs(b))),
    ("jacobian-6", "one side only", gap(lambda a, b: a)),
    ("jacobian-6", "one side only", gap(lambda a, b: b)),
    ("jacobian-6", "nothing", gap(lambda a, b: None)),
    ("jacobian-6", "raises", lambda jvp, vjp, u, v: abs(u @ jvp(u) - vjp(v) @ v)),
    (
        "jacobian-7",
        "transposed",
        lambda jvp, vjp, M, D: (np.array([jvp(e) for e in np.eye(D)]), rows(vjp, M)),
    ),
    (
        "jacobian-7",
        "transposed",
        lambda jvp, vjp, M, D: (
            columns(jvp, D),
            np.stack([vjp(e) for e in np.eye(M)], axis=1),
        ),
    ),
    (
        "jacobian-7",
        "only the sum",
        lambda jvp, vjp, M, D: (jvp(np.ones(D)), rows(vjp, M)),
    ),
    (
        "jacobian-7",
        "only the sum",
        lambda jvp, vjp, M, D: (columns(jvp, D), vjp(np.ones(M))),
    ),
    (
        "jacobian-7",
        "gradient of something else",
        lambda jvp, vjp, M, D: (columns(jvp, D), columns(jvp, D)),
    ),
    ("jacobian-7", "raises", lambda jvp, vjp, M, D: (rows(jvp, M), columns(vjp, D))),
    ("jacobian-7", "count", lambda jvp, vjp, M, D: columns(jvp, D)),
    ("jacobian-8", "not translated", lambda P, Q, g: (P @ Q, P @ Q @ g)),
    ("jacobian-8", "order kept", lambda P, Q, g: (P.T @ Q.T, P @ Q @ g)),
    ("jacobian-8", "transposes forgotten", lambda P, Q, g: (Q @ P, P @ Q @ g)),
    ("jacobian-8", "translated too much", lambda P, Q, g: (Q.T @ P.T, Q.T @ P.T @ g)),
    ("jacobian-8", "as a row", lambda P, Q, g: (Q.T @ P.T, g.T @ Q.T @ P.T)),
    ("jacobian-8", "one factor only", lambda P, Q, g: (Q.T @ P.T, P @ g)),
    ("jacobian-8", "order turned around", lambda P, Q, g: (Q.T @ P.T, Q @ P @ g)),
    ("jacobian-8", "count", lambda P, Q, g: Q.T @ P.T),
    ("jacobian-9", "the other order", 25 * 40 * 30 + 25 * 30 * 3),
    ("jacobian-9", "one vector only", 30 * 3 + 40 * 30 + 25 * 40),
    ("jacobian-9", "one column only", 40 * 30 + 25 * 40),
    ("jacobian-9", "first table multiplied too", 3 * (30 * 3 + 40 * 30 + 25 * 40)),
    ("jacobian-9", "a row for every output", 25 * (30 * 3 + 40 * 30 + 25 * 40)),
    ("jacobian-9", "first product only", 40 * 30 * 3),
    ("jacobian-9", "second product only", 25 * 40 * 3),
    ("jacobian-9", "mixed up", 40 * 30 * 3 + 25 * 30 * 3),
    ("jacobian-9", "no number", "6600"),
    (
        "jacobian-10",
        "elementwise softmax",
        lambda p, i, j: (delta(i, j) * p[i] * (1 - p[i]), row(p, i, j)),
    ),
    ("jacobian-10", "diagonal forgotten", lambda p, i, j: (-p[i] * p[j], row(p, i, j))),
    (
        "jacobian-10",
        "one p lost",
        lambda p, i, j: (delta(i, j) * p[i] - p[j], row(p, i, j)),
    ),
    (
        "jacobian-10",
        "slopes added",
        lambda p, i, j: (delta(i, j) * p[i] + p[i] * p[j], row(p, i, j)),
    ),
    ("jacobian-10", "sum already used", lambda p, i, j: (entry(p, i, j), 0 * p[i])),
    ("jacobian-10", "sum already used", lambda p, i, j: (entry(p, i, j), 0)),
    (
        "jacobian-10",
        "diagonal once per column",
        lambda p, i, j: (entry(p, i, j), total(p[i] - p[i] * p[j], j)),
    ),
    (
        "jacobian-10",
        "diagonal lost in the sum",
        lambda p, i, j: (entry(p, i, j), -p[i] * total(p[j], j)),
    ),
    (
        "jacobian-10",
        "sum of a column",
        lambda p, i, j: (entry(p, i, j), total(entry(p, i, j), i)),
    ),
    ("jacobian-10", "sign", lambda p, i, j: (-entry(p, i, j), row(p, i, j))),
]


def test_a_product_of_the_wrong_size_says_which_it_takes():
    report = check("jacobian-6", lambda jvp, vjp, u, v: abs(u @ jvp(u) - vjp(v) @ v))
    assert "jvp was given shape (4,), it takes (3,)" in repr(report)


def test_a_function_that_was_handed_in_prints_as_its_name():
    def printing(jvp, vjp, u, v):
        print(jvp, vjp)
        return abs(u @ jvp(v))

    assert "jvp vjp" in repr(check("jacobian-6", printing))


def test_no_two_mistakes_of_a_number_give_the_same():
    kind = exercises()["jacobian-9"].kind
    numbers = [kind.value, 2 * kind.value, *(mistake.answer for mistake in kind.wrong)]
    assert len(set(numbers)) == len(numbers)


ANOTHER_WAY = [
    ("jacobian-1", lambda x, y: table([[2 * y * x, x * x], [y - y, cos(-y)], [x / x, 0]])),
    ("jacobian-2", {name: list(sizes) for name, sizes in SHAPES.items()}),
    ("jacobian-3", "(c)"),
    ("jacobian-4", tables(cumsum=lambda D: np.cumsum(np.eye(D), axis=0))),
    ("jacobian-4", tables(repeat=lambda D: np.kron(np.eye(D), np.ones((2, 1))))),
    ("jacobian-4", tables(slice=lambda D: np.eye(D - 1, D, k=1).tolist())),
    ("jacobian-5", lambda P, dP: P * dP - P * mean(P, dP)),
    (
        "jacobian-5",
        lambda P, dP: np.array(
            [(np.diag(p) - np.outer(p, p)) @ u for p, u in zip(P, dP, strict=True)]
        ),
    ),
    ("jacobian-6", gap(lambda a, b: abs(b - a))),
    ("jacobian-6", lambda jvp, vjp, u, v: np.abs(np.dot(v, vjp(u)) - np.vdot(u, jvp(v)))),
    ("jacobian-7", lambda jvp, vjp, M, D: (columns(jvp, D), rows(vjp, M))),
    (
        "jacobian-7",
        lambda jvp, vjp, M, D: (
            np.array([jvp(e) for e in np.eye(D)]).T,
            np.vstack([vjp(e) for e in np.eye(M)]),
        ),
    ),
    ("jacobian-8", lambda P, Q, g: ((P @ Q).T, (g.T @ (P @ Q).T).T)),
    ("jacobian-9", 6600.0),
    ("jacobian-10", lambda p, i, j: (p[i] * (delta(i, j) - p[j]), p[i] * (1 - total(p[j], j)))),
    ("jacobian-10", lambda p, i, j: (entry(p, i, j), total(entry(p, i, j), j))),
]
