"""A computation as a graph: on every arrow what flows forward and what flows back.

Introduced by chapter 2.
"""

from .blocks import Block, Piece, down, factor, up
from .layered import rows
from .steps import edges, marked, read, shown, title
from .style import number
from .svg import Figure
from .wiring import EDGE, Arrow, Wiring

WHERE = "computation_graph"
MOST = 24  # steps
LABEL = {
    True: "Computational graph: values flow down, gradients flow up and add up where they meet.",
    False: "Computational graph: values flow down, from the inputs to the result.",
}
LEGEND = Block(((down("value"), Piece("factor", "× slope"), up("gradient")),))


def computation_graph(trace, backward=True, highlight=()):
    """Show what a computation did: every step, and on every arrow the numbers that flow along it.

    Adjoint of a step = Σ over its uses of (local slope of the use) × (adjoint of what it goes into)

    A box is a step, with its value (blue, ↓) and its adjoint (orange, ↑), the slope of the result
    in it. An arrow carries the value down to where it is used, and up what this use adds to the
    adjoint: the local slope (×) times the adjoint at the arrow's head.

    Parameters
    ----------
    trace : Trace
        What `autodiff.trace` returns.
    backward : bool
        False draws the forward half alone.
    highlight : path or list of paths
        To be drawn thick: `autodiff.paths` yields them; names of steps, first to last, do too.

    Returns
    -------
    Figure
        Shows itself in a notebook, prints the same numbers as two tables.

    Raises
    ------
    ShapeError
        For anything but a trace of up to 24 steps, and a path along no arrows.
    """
    steps = read(WHERE, trace, MOST)
    uses = edges(steps)
    bold = marked(WHERE, steps, uses, highlight)
    boxes = [_box(step, backward) for step in steps]
    arrows = [Arrow(use.tail, use.head, _tag(use, backward)) for use in uses]
    wiring = Wiring(boxes, rows([step.inputs for step in steps]), arrows)
    words = "\n".join([LABEL[backward], *_table(steps, backward), *_ways(steps, uses, backward)])
    parts, width, height = [*wiring.parts(bold)], wiring.width, wiring.height
    if backward:
        width, height = max(width, LEGEND.wide + 2 * EDGE), height + LEGEND.high + EDGE
        parts += LEGEND.parts(width / 2, height - EDGE - LEGEND.high / 2)
    return Figure(width, height, LABEL[backward], words, tuple(parts))


# What is written into boxes and on arrows: from the roomiest form to the narrowest


def _box(step, backward):
    numbers = [down(shown(step.value))]
    if backward and step.adjoint is not None:
        numbers.append(up(shown(step.adjoint)))
    name, equals, rest = title(step).partition(" = ")
    whole, apart = Piece("formula", name + equals + rest), [Piece("formula", name)]
    if rest:
        apart.append(Piece("formula", f"= {rest}"))
    return [
        _block([whole], numbers),
        _block([whole], *_each(numbers)),
        _block(*_each(apart + numbers)),
    ]


def _tag(use, backward):
    pieces = [down(shown(use.value))]
    if backward and use.back is not None:
        pieces += [factor(use.slope), up(number(use.back))]
    return [Block((tuple(pieces),), 0, level=True), Block(tuple(_each(pieces)))]


def _block(*lines):
    return Block(tuple(map(tuple, lines)), pad=6)


def _each(pieces):
    return [(piece,) for piece in pieces]


# The same in words


def _table(steps, backward):
    """One line per step: what it computes, its value, its adjoint."""
    head = [["step", "value", "adjoint"][: 2 + backward]]
    body = [[title(s), shown(s.value), _known(s.adjoint)][: 2 + backward] for s in steps]
    wide = [max(map(len, column)) for column in zip(*head, *body, strict=True)]
    return [
        "  ".join([line[0].ljust(wide[0]), *map(str.rjust, line[1:], wide[1:])])
        for line in head + body
    ]


def _known(value):
    return "–" if value is None else shown(value)


def _ways(steps, uses, backward):
    """One line per arrow: what flows along it."""
    for use in uses:
        way = f"{steps[use.tail].name} → {steps[use.head].name}: {shown(use.value)} forward"
        if backward and use.back is not None:
            upstream = number(use.upstream)
            upstream = f"({upstream})" if use.upstream < 0 else upstream
            way += f", {number(use.slope)} × {upstream} = {number(use.back)} back"
        yield way
