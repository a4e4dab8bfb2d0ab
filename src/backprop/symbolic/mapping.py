"""Maps about which nothing is known: y = f(x), a column of H functions (chapter 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import indexform
from .expression import Expr, Size, number_of
from .leaves import Slot
from .opaque import opaque


@dataclass(frozen=True, repr=False)
class Mapped(Expr):
    """f(x): the column that an unknown map makes of its arguments."""

    name: str
    rows: Size | int
    of: tuple

    @property
    def parts(self):
        return self.of

    def _dims(self):
        return (self.rows, 1)

    def value(self, world, at):
        entries = [entry for part in self.of for entry in np.ravel(world(part, at))]
        labels = tuple(str(symbol) for part in self.of for symbol in world.symbols(part).flat)
        (rows,) = number_of((self.rows,))
        made = [[opaque(f"{self.name}_{i + 1}", labels, (), "map")(*entries)] for i in range(rows)]
        return np.array(made, dtype=object)

    def terms(self, axes):
        return [indexform.Term(1, ((self, *axes),))]

    def differentiate(self, axes, wrt, at):
        return [term for part in self.of for term in self._through(part, axes, wrt, at)]

    def _through(self, part, axes, wrt, at):
        place = indexform.bind(part.dims)
        upstream = [indexform.Term(1, ((Slot(self, part), *axes, *place),), place)]
        return indexform.multiply(upstream, indexform.slope((part, *place), wrt, at))
