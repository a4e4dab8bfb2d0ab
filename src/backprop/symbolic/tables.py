"""Columns and tables whose entries are written out, and the column of zeros.

A column of independent numbers, or a symbol that stands for one, can be differentiated after: its
entries are the coordinates.  Introduced by chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sp

from ..errors import MisfitError, StatementError, sentence
from . import indexform
from .expression import Expr, Size, number_of, show
from .leaves import Scalar


@dataclass(frozen=True, repr=False)
class Table(Expr):
    """A matrix, or a column, of scalar expressions that are written out."""

    rows: tuple

    explicit = True

    @property
    def parts(self):
        return tuple(entry for row in self.rows for entry in row)

    def _dims(self):
        for entry in self.parts:
            if entry.dims:
                raise MisfitError(f"an entry is a number, {entry!r} is {show(entry.dims)}.")
        return (len(self.rows), len(self.rows[0]))

    def value(self, world, at):
        rows = [[world(entry, at) for entry in row] for row in self.rows]
        return np.array(rows, dtype=object).reshape(self.dims)

    def terms(self, axes):
        raise indexform.NoIndexFormError(f"the table {self!r}")


@dataclass(frozen=True, repr=False)
class Zeros(Expr):
    """Zeros: a column, or a matrix."""

    rows: Size
    columns: Size | int = 1

    def _dims(self):
        return (self.rows, self.columns)

    def value(self, world, at):
        return np.full(number_of(self.dims), sp.Integer(0), dtype=object)

    def terms(self, axes):
        return []


def is_coordinates(thing):
    """Tell whether a thing is, or stands for, a column of different independent numbers."""
    table = getattr(thing, "meaning", thing)
    if not isinstance(table, Table) or any(len(row) != 1 for row in table.rows):
        return False
    return all(isinstance(e, Scalar) for e in table.parts) and len(set(table.parts)) == len(
        table.parts
    )


def rectangle(rows):
    """Return rows of equal length as tuples of expressions, or raise `StatementError`."""
    rows = tuple(map(tuple, rows))
    lengths = {len(row) for row in rows}
    if len(lengths) != 1 or 0 in lengths:
        got, move = f"rows have {sorted(lengths)} entries", "Write table([[a, b], [c, d]])."
        raise StatementError(sentence("table", got, "rows of one length", move))
    return rows
