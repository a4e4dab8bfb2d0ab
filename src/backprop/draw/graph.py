"""The graph of an affine layer: a slope on every arrow, a product along every path.

Introduced by chapter 3.
"""

from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from backprop.errors import ShapeError, sentence

from .given import numbers
from .grid import DIGIT
from .plots import SUBSCRIPTS
from .style import number
from .svg import Figure, element, group, maths, path, text

WHERE = "layer_graph"
MOST = 4  # inputs, or outputs: more arrows cannot be told apart on a phone
EDGE = 12  # free space around the figure
LINE = 26  # height of a line of text, and the least distance between two numbers
LETTER = 8.4  # width allowed for a letter of the lines below the graph
RADIUS = 17  # of a node
APART = 46  # the least distance between two nodes
ACROSS = 184  # from the inputs to the outputs
POINT = 30  # room for an arrow's point after its number
LABEL = "Graph of {}: slopes multiply along a path and add up over the paths."
AFFINE = ("x", "z")


def layer_graph(W, dz, source=None, letters=AFFINE):
    """Show a slope of the cost as a sum over paths of products of slopes along each path.

    ∂C/∂x_k = Σ_j (∂C/∂z_j) W_jk     affine-one-input

    An arrow carries the slope of the number at its head in the number at its tail: W_jk from
    input k to output j, and ∂C/∂z_j from output j to the cost.

    Parameters
    ----------
    W : (H, D) float array
        The layer's weights.
    dz : (H,) float array
        The upstream gradient ∂C/∂z.
    source : int, optional
        An input k, counted as in ``x[k]``, whose paths are drawn thick and added up.
    letters : (str, str)
        What inputs and outputs are called. With other letters than x and z the graph is that of
        any map: W is its Jacobian.

    Returns
    -------
    Figure
        Shows itself in a notebook, prints its arrows and sums.

    Raises
    ------
    ShapeError, DtypeError, NotFiniteError
        For anything but one to four inputs and outputs with finite floats, and a source that is
        none of the inputs.

    Examples
    --------
    >>> layer_graph([[1.0, -2.0, 0.5], [3.0, 1.0, -1.0]], [1.0, -2.0], source=0)
    Graph of an affine layer: slopes multiply along a path and add up over the paths.
    x₁ → z₁: 1, x₂ → z₁: −2, x₃ → z₁: 0.5
    x₁ → z₂: 3, x₂ → z₂: 1, x₃ → z₂: −1
    z₁ → C: 1, z₂ → C: −2
    x₁ → z₁ → C: 1 × 1 = 1
    x₁ → z₂ → C: 3 × (−2) = −6
    together −5
    """
    W = numbers(WHERE, "W", W, "HD", MOST)
    dz = numbers(WHERE, "dz", dz, (len(W),), MOST)
    xs, zs, cost = _nodes(W, dz, _input(source, W.shape[1], letters[0]), letters)
    rows = _arrows(W, dz, xs, zs, cost)
    sums = [] if source is None else _sums(source, *rows)
    low = max(node.y for node in xs + zs) + RADIUS + EDGE
    right = max([cost.x + RADIUS, *(EDGE + LETTER * len(line) for line in sums)]) + EDGE
    label = LABEL.format("an affine layer" if letters == AFFINE else "a map")
    words = "\n".join([label, *(", ".join(map(str, row)) for row in rows), *sums])
    parts = (*_drawn([*chain(*rows)], [*xs, *zs, cost], letters), *_written(sums, low))
    return Figure(right, low + LINE * len(sums) + EDGE * bool(sums), label, words, parts)


def _input(source, D, letter):
    if source is None or (isinstance(source, (int, np.integer)) and source in range(D)):
        return source
    got, wanted = f"source is {source!r}", f"an input from 0 to {D - 1}"
    raise ShapeError(sentence(WHERE, got, wanted, f"Count from 0, as in {letter}[k]."))


def _sums(k, *rows):
    """One line per path from input k, and the line that adds them up."""
    paths = [(row[k], last) for row, last in zip(rows[:-1], rows[-1], strict=True)]
    ways = [f"{a.tail} → {b.tail} → {b.head}: {_times(a.slope, b.slope)}" for a, b in paths]
    return [*ways, f"together {number(sum(a.slope * b.slope for a, b in paths))}"]


def _times(a, b):
    factor = f"({number(b)})" if b < 0 else number(b)
    return f"{number(a)} × {factor} = {number(a * b)}"


# Where nodes and arrows stand


def _nodes(W, dz, source, letters):
    """The inputs, the outputs, and the cost.

    The numbers W_jk stand the same share of the way along their arrows. Nodes are so far apart
    that these numbers form a column in steps of a line, with a gap after each input.
    """
    (H, D), share = W.shape, _share(W)
    x, z = _spread(D, max(APART, LINE * (H + 0.4) / (1 - share))), _spread(H, LINE / share)
    left, middle = EDGE + RADIUS, EDGE + LINE + RADIUS + max(x[-1], z[-1])
    xs = [
        Node(f"{letters[0]}_{k + 1}", left, middle + y, _look(source, k)) for k, y in enumerate(x)
    ]
    zs = [
        Node(f"{letters[1]}_{j + 1}", left + ACROSS, middle + y, _look(source))
        for j, y in enumerate(z)
    ]
    return xs, zs, Node("C", left + ACROSS + _across(dz), middle, _look(source))


def _spread(n, apart):
    """The n positions around 0, a whole number apart."""
    return [round(apart) * (i - (n - 1) / 2) for i in range(n)]


def _share(W):
    return max(54, _clear(W)) / ACROSS


def _across(dz):
    return round(_clear(dz) + max(map(_wide, dz)) / 2 + POINT + RADIUS)


def _clear(values):
    """How far from the centre of a node the centre of a number must be."""
    return RADIUS + 12 + max(map(_wide, values.flat)) / 2


def _wide(value):
    return round(DIGIT * len(number(value)) + 10, 1)


def _arrows(W, dz, xs, zs, cost):
    """The arrows: a row for each output, from all inputs, and a last row to the cost."""
    rows = [
        [Arrow(x, z, slope, "forward", _share(W)) for x, slope in zip(xs, row, strict=True)]
        for z, row in zip(zs, W, strict=True)
    ]
    share = _clear(dz) / _across(dz)
    last = [Arrow(z, cost, s, "backward", share) for z, s in zip(zs, dz, strict=True)]
    return [*rows, last]


# How they look


class Look(NamedTuple):
    """The width of the lines, the opacity, and the weight of the type."""

    stroke: float
    opacity: float
    weight: str


PLAIN, ON_A_PATH, OFF = Look(1.6, 1, "400"), Look(3.6, 1, "700"), Look(1, 0.8, "400")


def _look(source, k=None):
    """Return the look of what belongs to input k, or to all inputs."""
    return PLAIN if source is None else ON_A_PATH if k in (source, None) else OFF


@dataclass(frozen=True)
class Node:
    """A number of the computation, a circle around its name."""

    name: str
    x: float
    y: float
    look: Look

    def __str__(self):
        letter, _, i = self.name.partition("_")
        return letter + (SUBSCRIPTS[int(i) - 1] if i else "")

    def parts(self):
        """The circle and the name."""
        tint = {"fill": "currentColor", "fill_opacity": 0.18, "stroke": "currentColor"}
        stroke = min(self.look.stroke, 2.4)
        yield element("circle", cx=self.x, cy=self.y, r=RADIUS, **tint, stroke_width=stroke)
        yield maths(self.x, self.y, self.name)


@dataclass(frozen=True)
class Arrow:
    """From a number to one that is computed from it, as strong as the former, with the slope."""

    tail: Node
    head: Node
    slope: float
    role: str
    share: float

    def __str__(self):
        return f"{self.tail} → {self.head}: {number(self.slope)}"

    @property
    def place(self):
        """Where the number stands."""
        return self._at(self.share * abs(self._way))

    def line(self):
        """The shaft and the point of the arrow, in the colour of its role."""
        broad = 3.4 + 0.8 * self.tail.look.stroke
        tip = abs(self._way) - RADIUS - 3
        back = tip - 2.2 * broad
        shaft = _through(self._at(RADIUS + 2), self._at(back + 1))
        point = _through(self._at(tip), self._at(back, broad), self._at(back, -broad)) + "Z"
        point = element("path", d=point, fill="currentColor")
        shaft = path(shaft, self.tail.look.stroke)
        yield element("g", shaft, point, class_=self.role, **self._faded)

    def label(self):
        """The number, on a piece of paper that covers the arrow."""
        (x, y), wide = self.place, _wide(self.slope)
        box = {"x": x - wide / 2, "y": y - LINE / 2 + 2, "width": wide, "height": LINE - 4}
        yield element("rect", class_="paper", **box, rx=4)
        slope = text(x, y, number(self.slope))
        yield element("g", slope, font_weight=self.tail.look.weight, **self._faded)

    @property
    def _way(self):
        return complex(self.head.x - self.tail.x, self.head.y - self.tail.y)

    @property
    def _faded(self):
        return {"opacity": self.tail.look.opacity} if self.tail.look == OFF else {}

    def _at(self, far, aside=0):
        """The point that is `far` along the arrow and `aside` of it."""
        point = complex(self.tail.x, self.tail.y) + complex(far, aside) * self._way / abs(self._way)
        return round(point.real, 2), round(point.imag, 2)


def _through(*points):
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _drawn(arrows, nodes, letters):
    """Arrows, thick ones in front; nodes; the numbers in front of all, their names above."""
    for arrow in sorted(arrows, key=lambda arrow: arrow.tail.look.stroke):
        yield from arrow.line()
    for node in nodes:
        yield group("forward", *node.parts())
    for arrow in arrows:
        yield from arrow.label()
    x, y = letters
    slope = "W_j_k" if letters == AFFINE else f"∂{y}_j/∂{x}_k"
    yield maths(arrows[0].place[0], EDGE + 8, slope)
    yield maths(arrows[-1].place[0], EDGE + 8, f"∂C/∂{y}_j")


def _written(sums, y):
    """The sums from y downwards, the last line bold."""
    lines = [text(EDGE, y + LINE * i + 16, line, "left") for i, line in enumerate(sums)]
    return [*lines[:-1], *(element("g", line, font_weight="700") for line in lines[-1:])]
