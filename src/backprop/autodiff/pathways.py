"""Paths through a recording: listed one by one, or counted without a list.

A slope of f is the sum, over all paths from the variable to f, of the product of the local slopes
along the path. Introduced in chapter 2.
"""

from collections import defaultdict
from math import prod
from typing import NamedTuple

from backprop.autodiff.formula import formula, number, signed
from backprop.autodiff.recording import local_slope, named
from backprop.autodiff.tape import Node, expect_node, recorded
from backprop.errors import ShapeError, sentence


class Path(NamedTuple):
    """One way from a variable to f.

    Attributes
    ----------
    nodes : tuple of str
        The names of the steps on the way, as in the trace of f.
    slopes : tuple of float
        The local slopes, one for each arrow: one fewer than nodes.
    product : float
        Their product: what this path contributes to ∂f/∂x.
    """

    nodes: tuple
    slopes: tuple
    product: float

    def __str__(self):
        way, factors = " → ".join(self.nodes), [number(slope) for slope in self.slopes]
        if len(factors) < 2:
            return f"{way}: {number(self.product)}"
        told = " × ".join([factors[0], *map(signed, factors[1:])])
        return f"{way}: {told} = {number(self.product)}"


class Products(NamedTuple):
    """How many multiplications it takes to multiply slopes along paths."""

    every_path: int
    one_sweep: int


def paths(f, x):
    """Yield every path from x to f, one at a time; the next is looked for when it is wanted.

    Parameters
    ----------
    f, x : Node
        Of one number each, and so must be all between them.

    Yields
    ------
    Path
        If f does not depend on x there is none.

    Examples
    --------
    >>> from backprop.autodiff import variable
    >>> x, y = variable(2.0, "x"), variable(5.0, "y")
    >>> f = ((x + y) * x).named("f")
    >>> print(*paths(f, x), sep="; ")
    x → v1 → f: 1 × 2 = 2; x → f: 7
    """
    arrows, names = _arrows("paths", f, x), named(recorded(f))
    uses = {x: []}  # of every node above x: the nodes computed from it, with the slopes
    for a, k, b in arrows:
        if a in uses:
            uses[a].append((b, _number_slope(b, k, names)))
            uses.setdefault(b, [])
    return _walk(x, f, uses, names) if f in uses else iter(())


def count_paths(f, x):
    """Return the number of paths from x to f, without listing them: one addition per arrow.

    Examples
    --------
    >>> from backprop.autodiff import variable
    >>> x = f = variable(1.0)
    >>> for _ in range(100):
    ...     f = f + f
    >>> count_paths(f, x) == 2**100
    True
    """
    return _counted("count_paths", f, x)[0]


def count_products(f, *variables):
    """Count the multiplications of slopes that ∂f/∂x takes, for all of the variables.

    A path of m arrows takes m − 1. One backward sweep multiplies once for every arrow that lies on
    such a path, except those into f, where the upstream gradient is 1.

    Returns
    -------
    Products
        ``(every_path, one_sweep)``

    Examples
    --------
    Two weights one after the other, then a cost: 1 + 2 against 3.

    >>> from backprop.autodiff import variable
    >>> w1, w2 = variable(2.0), variable(3.0)
    >>> count_products(abs(w2 * (w1 * 0.5)), w1, w2)
    Products(every_path=3, one_sweep=3)
    """
    every = sum(_counted("count_products", f, x)[1] for x in variables)
    arrows, above = _arrows("count_products", f, *variables), set(variables)
    for a, _, b in arrows:  # in the order of recording: what is above is known before it is used
        if a in above:
            above.add(b)
    return Products(every, sum(a in above and b is not f for a, _, b in arrows))


def _arrows(where, f, *variables):
    """Return the arrows of f in the order of recording: (input, which input, node)."""
    for node in (f, *variables):
        expect_node(where, node)
    return [(a, k, b) for b in recorded(f) for k, a in enumerate(b.inputs) if isinstance(a, Node)]


def _counted(where, f, x):
    """Return the number of paths from x to f, and how many products they take together."""
    count, length = defaultdict(int, {x: 1}), defaultdict(int)
    for a, _, b in _arrows(where, f, x):
        count[b] += count[a]
        length[b] += length[a] + count[a]
    return count[f], max(length[f] - count[f], 0)


def _walk(x, f, uses, names):
    """Go depth first, by hand: every node of the graph leads to f, so no way is in vain."""
    way, waiting = [(x, None)], [iter(uses[x])]
    if x is f:
        yield _path(way, names)
    while waiting:
        arrow = next(waiting[-1], None)
        if arrow is None:
            waiting.pop()
            way.pop()
            continue
        way.append(arrow)
        waiting.append(iter(uses[arrow[0]]))
        if arrow[0] is f:
            yield _path(way, names)


def _path(way, names):
    nodes, (_, *slopes) = zip(*way, strict=True)
    return Path(tuple(names[node] for node in nodes), tuple(slopes), prod(slopes, start=1.0))


def _number_slope(node, k, names):
    slope = local_slope(node, k)
    if slope is None:
        got = f"{names[node]} = {formula(node, names)} has arrays"
        move = "Slopes are multiplied number by number: record numbers, or use count_paths."
        raise ShapeError(sentence("paths", got, "numbers only", move))
    return slope
