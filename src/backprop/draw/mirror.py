"""A network's two halves as one diagram: values on the left, their gradients opposite.

Introduced by chapter 6.
"""

from typing import NamedTuple

from .blocks import LINE, Block, Piece, down, up
from .halves import INNER, nodes, shown
from .steps import read
from .svg import Figure, element, group, path, rect, text

WHERE = "mirrored_graph"
MOST = 64  # steps of the trace
EDGE = 8  # free space around the figure
LANE = 11  # between two arrows that run side by side
BOX = 145  # width of a box
MIDDLE = 46  # between the halves
BETWEEN = 22  # between two rows
LABEL = "Two halves: values are computed downwards, their gradients upwards, each opposite."


def mirrored_graph(trace):
    """Show a network's values and their gradients opposite each other, joined by what was kept.

    Every named step of the trace is a box on the left; its gradient, of the same shape, is the box
    on the right. Where values flow down an arrow, gradients flow up its mirror image. A dashed
    arrow across the middle leads from a value to the gradient for which it was kept.

    Parameters
    ----------
    trace : Trace
        What `autodiff.trace` returns for a network whose steps have names:
        ``z1 = (X @ W1.T + b1).named("z1")``. Nameless steps are taken together with the named
        ones that they lead to.

    Returns
    -------
    Figure
        Shows itself in a notebook, prints the same numbers and arrows. Small arrays show their
        numbers, larger ones their shape and their norm.

    Raises
    ------
    ShapeError
        For anything but a trace of up to 64 steps, of which three or more have names.
    """
    found = nodes(WHERE, read(WHERE, trace, MOST))
    mirror = Mirror(found)
    words = "\n".join([LABEL, *_in_words(found)])
    return Figure(mirror.width, mirror.height, LABEL, words, tuple(mirror.parts()))


# What is written


def _value(found, node):
    """The box of a value: how it was computed, and the numbers."""
    name, formula = node.step.name, f"= {node.formula}"
    whole = Piece("formula", f"{name} {formula}" if node.inputs else name)
    lines = [whole] if whole.wide <= INNER else [Piece("formula", name), *_wrapped(formula)]
    return _block(lines, node.step.value)


def _gradient(found, node):
    """The box opposite: the slope of the result in the value."""
    return _block([Piece("formula", _slope(found, node))], node.step.adjoint)


def _slope(found, node):
    return f"∂{found[-1].step.name}/∂{node.step.name}"


def _block(lines, array):
    numbers = [line.replace("  ", "\N{EM SPACE}") for line in shown(array)]  # SVG joins spaces
    lines = [*lines, *(Piece("factor", line) for line in numbers)]
    return Block(tuple((line,) for line in lines), 6)


def _wrapped(formula):
    """The formula in lines that fit into a box, broken at spaces."""
    lines = [""]
    for word in formula.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        lines[-1:] = [longer] if Piece("formula", longer).wide <= INNER else [lines[-1], word]
    return [Piece("formula", line) for line in lines if line]


# Where it stands


class Wire(NamedTuple):
    """From a value to one that is computed from it; `lane` 0 joins two rows directly."""

    tail: int
    head: int
    lane: int


def _wires(found):
    """The arrows of a half, the shorter ones in lanes nearer to the boxes."""
    ends = [(tail, head) for head, node in enumerate(found) for tail in node.inputs]
    wires = []
    for tail, head in sorted(ends, key=lambda end: (end[1] - end[0], end)):
        lane = 0 if head - tail == 1 else 1
        while lane and any(w.lane == lane and w.tail < head and tail < w.head for w in wires):
            lane += 1
        wires.append(Wire(tail, head, lane))
    return wires


class Mirror:
    """The diagram, laid out."""

    def __init__(self, found):
        self.found, self.wires = found, _wires(found)
        self.values = [_value(found, node) for node in found]
        self.gradients = [_gradient(found, node) for node in found]
        self.high = [max(a.high, b.high) for a, b in zip(self.values, self.gradients, strict=True)]
        tops = [EDGE + LINE + 12]
        for high in self.high:
            tops.append(tops[-1] + high + BETWEEN)
        self.tops, self.height = tops[:-1], tops[-1] - BETWEEN + EDGE
        self.left = EDGE + LANE * max(wire.lane for wire in self.wires)
        self.width = 2 * (self.left + BOX) + MIDDLE

    def parts(self):
        """The two halves, what joins them, and their names."""
        for wire in self.wires:
            yield group("forward", *self._arrow(wire, False))
            yield group("backward", *self._arrow(wire, True))
        for value, gradient in self._kept():
            yield group("forward", *self._across(value, gradient))
        for i, (value, gradient) in enumerate(zip(self.values, self.gradients, strict=True)):
            yield from self._box(i, value, "forward", self.left + BOX / 2)
            yield from self._box(i, gradient, "backward", self.width - self.left - BOX / 2)
        for middle, piece in (
            (self.left + BOX / 2, down("values")),
            (self.width - self.left - BOX / 2, up("gradients")),
        ):
            yield from piece.parts(middle, EDGE + LINE / 2)
        yield text(self.width / 2, EDGE + LINE / 2, "kept", "small")

    def _box(self, i, block, role, x):
        y = self.tops[i] + self.high[i] / 2
        yield group(role, rect(x - BOX / 2, self.tops[i], BOX, self.high[i], fill=0.1))
        yield from block.parts(x, y)

    def _arrow(self, wire, back):
        """An arrow of the left half, or its mirror image, which points the other way."""
        ends = self._direct(wire) if wire.lane == 0 else self._aside(wire)
        points = [(self.width - x, y) for x, y in ends[::-1]] if back else ends
        yield path("M" + "L".join(f"{x:g} {y:g}" for x, y in _short(points)), 1.6)
        yield _point(*points[-2:])

    def _direct(self, wire):
        x = self.left + BOX / 2
        return [(x, self.tops[wire.tail] + self.high[wire.tail]), (x, self.tops[wire.head])]

    def _aside(self, wire):
        lane = self.left - LANE * wire.lane
        start, end = self._port(wire, "tail"), self._port(wire, "head")
        return [(self.left, start), (lane, start), (lane, end), (self.left, end)]

    def _port(self, wire, end):
        """The height at which a lane meets a box: outer lanes leave above and enter below."""
        i = getattr(wire, end)
        beside = sorted(w.lane for w in self.wires if w.lane and getattr(w, end) == i)
        place = beside.index(wire.lane) + 1
        share = place / (len(beside) + 1)
        low = self.tops[i] + self.high[i] * (0.0 if end == "head" else 0.45)
        span = self.high[i] * 0.55
        return round(low + span * (share if end == "head" else 1 - share), 1)

    def _kept(self):
        """Which value each gradient needs, as pairs of rows."""
        pairs = {
            (k, j)
            for node in self.found
            for j, kept in zip(node.inputs, node.kept, strict=True)
            for k in kept
        }
        return sorted(pairs)

    def _across(self, value, gradient):
        pairs = self._kept()
        out = [g for v, g in pairs if v == value]
        into = [v for v, g in pairs if g == gradient]
        start = self._share(value, out.index(gradient), len(out))
        end = self._share(gradient, into.index(value), len(into))
        a, b = (self.left + BOX, start), (self.left + BOX + MIDDLE, end)
        (x, y), (u, v) = _short([a, b])
        line = element(
            "path",
            d=f"M{x:g} {y:g}L{u:g} {v:g}",
            fill="none",
            stroke="currentColor",
            stroke_width=1.6,
            stroke_dasharray="4 3",
        )
        return [line, _point(a, b)]

    def _share(self, row, i, n):
        return round(self.tops[row] + self.high[row] * (i + 1) / (n + 1), 1)


def _short(points):
    """The line, ending a little before its point's tip."""
    (x, y), (u, v) = points[-2:]
    far = ((u - x) ** 2 + (v - y) ** 2) ** 0.5
    return [*points[:-1], (round(u - 7 * (u - x) / far, 1), round(v - 7 * (v - y) / far, 1))]


def _point(start, tip):
    way = complex(tip[0] - start[0], tip[1] - start[1])
    way /= abs(way)
    ends = [
        complex(*tip),
        complex(*tip) - way * complex(9, 4),
        complex(*tip) - way * complex(9, -4),
    ]
    d = "M" + "L".join(f"{round(p.real, 1):g} {round(p.imag, 1):g}" for p in ends) + "Z"
    return element("path", d=d, fill="currentColor")


# The same in words


def _in_words(found):
    for node in found:
        value, slope = "; ".join(shown(node.step.value)), "; ".join(shown(node.step.adjoint))
        made = f"{node.step.name} = {node.formula}" if node.inputs else node.step.name
        yield f"{made}: {value} | {_slope(found, node)}: {slope}"
    for node in found:
        for j, kept in zip(node.inputs, node.kept, strict=True):
            needs = [_slope(found, node), *(found[k].step.name for k in sorted(kept))]
            yield f"{_slope(found, found[j])} from {', '.join(needs)}"
