"""Boxes in rows, joined by arrows that carry labels and cross no box.

A label, and an arrow that passes a row on its way, take room in that row as a box does. So nothing
can cover anything. Introduced by chapter 2.
"""

from itertools import pairwise
from typing import NamedTuple

from .blocks import Block, Piece
from .layered import Box, place
from .svg import element, group, path, rect

ROOM = 372  # for the rows: with the edges, as wide as a phone can show in legible type
EDGE = 12  # free space around
APART = 12  # between two boxes of a row
BETWEEN = 20  # between two rows
PORTS = 26  # between two arrows at a box
POINT = 9  # length of an arrow's point
THIN, THICK = 1.6, 3.6
FREE = Block(((Piece("factor", ""),),), 3)  # what is kept free for an arrow that passes a row


class Arrow(NamedTuple):
    """From one box to another, with its label in several forms, the roomiest first."""

    tail: int
    head: int
    forms: list


class Item(NamedTuple):
    """What takes room in a row: a box, a label, or an arrow that passes."""

    row: int
    forms: list


class Link(NamedTuple):
    """A piece of an arrow, from an item to one in the next row."""

    tail: int
    head: int
    arrow: int


class Place(NamedTuple):
    """Where an item stands: its middle, and the upper and lower end of its row."""

    x: float
    y: float
    top: float
    bottom: float


class Wiring:
    """The graph, laid out.

    Parameters
    ----------
    boxes : list of list of Block
        The forms of every box, the roomiest first.
    rows : list of int
        The row of every box.
    arrows : list of Arrow
    """

    def __init__(self, boxes, rows, arrows):
        self.boxes = len(boxes)
        self.items = [Item(2 * row, forms) for row, forms in zip(rows, boxes, strict=True)]
        self.links = [link for i, arrow in enumerate(arrows) for link in self._route(i, arrow)]
        self.blocks = self._fitted()
        self.places = self._stand()

    @property
    def width(self):
        """The width, with its edges."""
        ends = (p.x + b.wide / 2 for p, b in zip(self.places, self.blocks, strict=True))
        return max(ends) + EDGE

    @property
    def height(self):
        """The height, with its edges."""
        return max(place.bottom for place in self.places) + EDGE

    def parts(self, bold=frozenset()):
        """Draw the arrows, those in `bold` thick and in front; then boxes and labels."""
        for link in sorted(self.links, key=lambda link: link.arrow in bold):
            yield self._drawn(link, THICK if link.arrow in bold else THIN)
        thick = {i for link in self.links if link.arrow in bold for i in link[:2]}
        for i, (at, block) in enumerate(zip(self.places, self.blocks, strict=True)):
            if i < self.boxes:
                yield _frame(at, block, 2.4 if i in thick else 1)
            if block is not FREE:
                yield from block.parts(at.x, at.y, i in thick)

    def _route(self, i, arrow):
        """Add what takes room along an arrow: the rows that it passes, then its label."""
        first, last = self.items[arrow.tail].row + 1, self.items[arrow.head].row - 1
        stops = [Item(row, [FREE]) for row in range(first, last)] + [Item(last, arrow.forms)]
        way = [arrow.tail, *range(len(self.items), len(self.items) + len(stops)), arrow.head]
        self.items += stops
        return [Link(a, b, i) for a, b in pairwise(way)]

    def _fitted(self):
        """The form of every item: in every row the first that fits into the room."""
        chosen = {}
        for row in {item.row for item in self.items}:
            here = [i for i, item in enumerate(self.items) if item.row == row]
            for form in range(3):
                tried = [self.items[i].forms[: form + 1][-1] for i in here]
                if sum(block.wide + APART for block in tried) - APART <= ROOM:
                    break
            chosen |= dict(zip(here, tried, strict=True))
        return [chosen[i] for i in range(len(self.items))]

    def _stand(self):
        both = list(zip(self.items, self.blocks, strict=True))
        links = [(k.tail, k.head, self._pull(k)) for k in self.links]
        arrows = {link.arrow for link in self.links}
        passing = [
            [k.head for k in self.links if k.arrow == a and self.blocks[k.head] is FREE]
            for a in sorted(arrows)
        ]
        xs = place([Box(item.row, block.wide) for item, block in both], links, APART, ROOM, passing)
        spans = _spans(both)
        return [
            Place(EDGE + x, sum(spans[i.row]) / 2, *spans[i.row])
            for x, (i, _) in zip(xs, both, strict=True)
        ]

    def _pull(self, link):
        """An arrow that passes a row should be straight there."""
        return 1 + 7 * sum(self.blocks[i] is FREE for i in link[:2])

    def _drawn(self, link, stroke):
        x, top = self._port(link.tail, link, "tail")
        u, bottom = self._port(link.head, link, "head")
        ends, passes = link.head < self.boxes, self.blocks[link.head] is FREE
        stop = bottom - POINT * ends
        half = (top + stop) / 2
        way = f"M{x:g} {top:g}C{x:g} {half:g} {u:g} {half:g} {u:g} {stop:g}"
        line = path(way + (f"V{self.places[link.head].bottom:g}" if passes else ""), stroke)
        broad = 3 + stroke
        point = f"M{u:g} {bottom:g}l{-broad:g} {-2.2 * broad:g}h{2 * broad:g}Z"
        return group("neutral", line, element("path", d=point, fill="currentColor") if ends else "")

    def _port(self, i, link, end):
        """Where a piece of an arrow leaves or enters an item."""
        at, tall, below = self.places[i], self.blocks[i].high / 2, end == "tail"
        if self.blocks[i] is FREE:
            return at.x, at.bottom if below else at.top
        aside = self._aside(i, link, end) if i < self.boxes else 0
        return round(at.x + aside, 1), at.y + (tall if below else -tall)

    def _aside(self, i, link, end):
        """Arrows at the same side of a box stand side by side, in the order of their other ends."""
        other = "head" if end == "tail" else "tail"
        beside = [k for k in self.links if getattr(k, end) == i]
        beside.sort(key=lambda k: self.places[getattr(k, other)].x)
        apart = min(PORTS, (self.blocks[i].wide - 16) / len(beside))
        return apart * (beside.index(link) - (len(beside) - 1) / 2)


def _spans(both):
    """The upper and lower end of every row: as high as the highest of what stands in it."""
    spans, y = {}, EDGE
    for row in sorted({item.row for item, _ in both}):
        high = max(block.high for item, block in both if item.row == row)
        spans[row] = y, y + high
        y += high + BETWEEN
    return spans


def _frame(at, block, stroke):
    corner = at.x - block.wide / 2, at.y - block.high / 2
    return group("neutral", rect(*corner, block.wide, block.high, fill=0.07, stroke=stroke))
