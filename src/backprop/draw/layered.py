"""Where the boxes of a graph stand: in rows, with as few crossings as the library finds.

The library says in which order the boxes of a row stand. How far apart is ours: every box as near
to the mean of those it is joined to as its neighbours allow, in whole units, so that a figure is
the same on every machine. Introduced by chapter 2.
"""

from itertools import accumulate, combinations, pairwise
from math import floor
from typing import NamedTuple

SWEEPS = 200  # at most; a drawing of ten nodes stops moving after far fewer
STILL = 0.01  # units


class Box(NamedTuple):
    """A box to be placed: its row and its width, in user units."""

    row: int
    wide: float


def rows(inputs):
    """Return a row for every step: below all its inputs, and inputs just above their first use.

    Parameters
    ----------
    inputs : list of tuple of int
        The positions of the inputs of every step.

    Examples
    --------
    >>> rows([(), (), (), (0, 1), (3, 2)])
    [0, 0, 1, 1, 2]
    """
    row = []
    for uses in inputs:
        row.append(1 + max((row[i] for i in uses), default=-1))
    for i, uses in enumerate(inputs):
        used = [row[j] for j, theirs in enumerate(inputs) if i in theirs]
        if used and not uses:
            row[i] = min(used) - 1
    return row


def place(boxes, links, gap, room, straight=()):
    """Return the x of the centre of every box, in whole units from the leftmost edge.

    Parameters
    ----------
    boxes : list of Box
    links : list of (int, int, float)
        Which boxes are joined, from a row to the next, and how strongly they pull.
    gap : float
        The least space between two boxes of a row.
    room : float
        The width not to be exceeded, if the widest row fits into it.
    straight : list of list of int
        Boxes, one below the other, to be put at the same x if those beside them allow it.

    Examples
    --------
    >>> place([Box(0, 40), Box(0, 40), Box(1, 60)], [(0, 2, 1), (1, 2, 1)], 10, 350)
    [20, 70, 45]
    """
    orders = _orders(boxes, links, gap)
    pulls = [[(a + b - i, w) for a, b, w in links if i in (a, b)] for i in range(len(boxes))]
    wide = [[boxes[i].wide for i in order] for order in orders]
    xs = [room / 2] * len(boxes)
    for _ in range(SWEEPS):
        before = xs.copy()
        for order, sizes in zip(orders, wide, strict=True):
            wanted = [_mean(pulls[i], xs, xs[i]) for i in order]
            for i, x in zip(order, _apart(wanted, sizes, gap, room), strict=True):
                xs[i] = x
        if max(abs(x - y) for x, y in zip(xs, before, strict=True)) < STILL:
            break
    left = min(x - box.wide / 2 for x, box in zip(xs, boxes, strict=True))
    xs = [_whole(x - left) for x in xs]
    for chain in straight:
        _straighten(chain, xs, boxes, orders, gap)
    return xs


def _straighten(chain, xs, boxes, orders, gap):
    """Move the boxes of a chain to one x, if there is one at which they touch no neighbour."""
    low, high = 0, max(xs)
    for i in chain:
        order = next(order for order in orders if i in order)
        k = order.index(i)
        for j in order[max(k - 1, 0) : k]:
            low = max(low, xs[j] + (boxes[j].wide + boxes[i].wide) / 2 + gap)
        for j in order[k + 1 : k + 2]:
            high = min(high, xs[j] - (boxes[j].wide + boxes[i].wide) / 2 - gap)
    if chain and low <= high:
        middle = _whole(sum(xs[i] for i in chain) / len(chain))
        for i in chain:
            xs[i] = floor(min(max(middle, low), high))


def _whole(x):
    """Round, halves upwards: also those that are halves but for the last digits."""
    return floor(x + 0.500001)


def _mean(pulls, xs, alone):
    weight = sum(w for _, w in pulls)
    return sum(w * xs[j] for j, w in pulls) / weight if pulls else alone


def _orders(boxes, links, gap):
    """The boxes of every row from left to right, as the library orders them."""
    import graphlay  # only figures of graphs need it

    graph = graphlay.Graph()
    for i, box in enumerate(boxes):
        graph.node(i, width=box.wide, height=20, rank={"fixed": box.row})
    for tail, head, _ in links:
        graph.edge(tail, head)
    options = {"direction": "topbottom", "spacing": {"node_gap": gap}}
    x = {i: at[0] for i, at in graphlay.layout(graph, options=options).positions().items()}
    rows = sorted({box.row for box in boxes})
    orders = [sorted((i for i in x if boxes[i].row == row), key=x.get) for row in rows]
    return [order[::-1] for order in orders] if _backwards(orders) else orders


def _backwards(orders):
    """Tell whether the mirror image has more boxes in the order in which they were given."""
    pairs = [a < b for order in orders for a, b in combinations(order, 2)]
    return 2 * sum(pairs) < len(pairs)


def _apart(wanted, wide, gap, room):
    """The places nearest to those wanted, in the sum of squares, at which no two boxes touch.

    Measured from the packed row, the places must not decrease: runs that would are moved to
    their mean.

    Examples
    --------
    >>> _apart([50, 50], [40, 40], 10, 350)
    [25.0, 75.0]
    """
    packed = list(accumulate((a / 2 + gap + b / 2 for a, b in pairwise(wide)), initial=wide[0] / 2))
    runs = []
    for want, at in zip(wanted, packed, strict=True):
        runs.append((want - at, 1))
        while len(runs) > 1 and runs[-2][0] >= runs[-1][0]:
            (a, n), (b, m) = runs[-2:]
            runs[-2:] = [((a * n + b * m) / (n + m), n + m)]
    most = max(room - packed[-1] - wide[-1] / 2, 0)
    shifts = [min(max(shift, 0), most) for shift, n in runs for _ in range(n)]
    return [float(at + shift) for at, shift in zip(packed, shifts, strict=True)]
