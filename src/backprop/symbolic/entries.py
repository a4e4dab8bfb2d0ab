"""Single entries and what is done with their indices: W_jk, [i = j], Σ."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import sympy as sp

from ..errors import MisfitError, StatementError, sentence
from . import indexform
from .expression import Expr, Index, Single, show


@dataclass(frozen=True, repr=False)
class Entry(Expr):
    """One entry of a matrix or of a column: W_jk, x_k."""

    array: Expr
    row: Index
    column: Index | int

    @property
    def parts(self):
        return (self.array,)

    def _opens(self):
        return frozenset(i for i in (self.row, self.column) if isinstance(i, Index))

    def _dims(self):
        for axis, (index, size) in enumerate(
            zip((self.row, self.column), self.array.dims, strict=True)
        ):
            runs = getattr(index, "size", 1)
            if runs != size:
                raise MisfitError(
                    f"index {getattr(index, 'name', index)} runs over {show((runs,))[1:-1]}, but "
                    f"axis {axis} of {self.array!r} has size {show((size,))[1:-1]}."
                )
        return ()

    def place(self, at):
        """Return where the entry is when the indices have the values `at`."""
        return at.get(self.row, 0), at.get(self.column, 0)

    def value(self, world, at):
        return world(self.array, at)[self.place(at)]

    def terms(self, axes):
        return self.array.terms((self.row, self.column))


@dataclass(frozen=True, repr=False)
class Delta(Expr):
    """[i = j]: one when the indices are equal, else zero (Kronecker's δ)."""

    left: Index
    right: Index

    def _opens(self):
        return frozenset((self.left, self.right))

    def _dims(self):
        if self.left.size != self.right.size:
            raise MisfitError(
                f"[{self.left.name} = {self.right.name}] compares indices over "
                f"{self.left.size.name} and {self.right.size.name}."
            )
        return ()

    def value(self, world, at):
        return sp.Integer(at[self.left] == at[self.right])

    def terms(self, axes):
        return [indexform.Term(1, (("δ", self.left, self.right),))]


@dataclass(frozen=True, repr=False)
class Total(Single):
    """A sum over one index."""

    inside: Expr
    index: Index

    @cached_property
    def free(self):
        return self.inside.free - {self.index}

    def _dims(self):
        if self.index not in self.inside.free:
            raise MisfitError(f"Σ over {self.index.name}, which {self.inside!r} does not contain.")
        return self.inside.dims

    def value(self, world, at):
        return sum(world(self.inside, {**at, self.index: n}) for n in range(self.index.size.number))

    def terms(self, axes):
        (bound,) = indexform.bind((self.index.size,))
        return [
            term.renamed({self.index: bound}).bound_over((bound,))
            for term in self.inside.terms(axes)
        ]


def values_at(left, right, world):
    """Yield (where, entry of left, entry of right) for every entry and every index value."""
    open_indices = sorted(left.free | right.free, key=lambda i: i.name)
    for values in product(*(range(i.size.number) for i in open_indices)):
        at = dict(zip(open_indices, values, strict=True))
        named = ", ".join(f"{i.name} = {n + 1}" for i, n in at.items())
        a, b = world(left, at), world(right, at)
        if not left.dims:
            yield f"the value for {named}" if named else "the value", a, b
            continue
        for place in np.ndindex(a.shape):
            shown = ", ".join(str(n + 1) for n in place[: 2 if a.shape[1] > 1 else 1])
            yield f"entry ({shown})" + (f" for {named}" if named else ""), a[place], b[place]


def entry(array, at):
    """Return the entry at one index of a column, or at two of a matrix.

    An axis of size 1 has the place 0.
    """
    places = at if isinstance(at, tuple) else (at, 0)
    for index in places:
        if not isinstance(index, Index) and index != 0:
            move = "Make indices with indices(j=H, k=D)."
            got = f"an entry is asked for at {index!r}"
            raise StatementError(sentence(repr(array), got, "indices such as j and k", move))
    return Entry(array, *places)


Expr.__getitem__ = entry
