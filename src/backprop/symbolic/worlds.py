"""Values at fixed sizes: every entry of every expression, as a SymPy expression."""

from __future__ import annotations

import numpy as np
import sympy as sp

from ..errors import UndecidedError
from .expression import number_of


class World:
    """Computes the entries of expressions, each one once.

    Parameters
    ----------
    instead : dict, optional
        Values that replace those of some symbols: how a derivative with respect to an
        intermediate quantity holds that quantity fixed.
    """

    def __init__(self, instead=None):
        self.instead = instead or {}
        self.known = {}

    def __call__(self, expression, at=None):
        """Return the entries of `expression` where the open indices have the values `at`."""
        at = at or {}
        if expression in self.instead:
            return self.instead[expression]
        key = expression, frozenset((i, n) for i, n in at.items() if i in expression.free)
        if key not in self.known:
            self.known[key] = expression.value(self, at)
        return self.known[key]

    def symbols(self, of):
        """Return an array of one SymPy symbol per entry, shaped like `of`."""
        rows, columns = number_of(of.dims)
        return np.array(
            [
                [entry_symbol(of.entry_name, row, column, columns) for column in range(columns)]
                for row in range(rows)
            ],
            dtype=object,
        )

    def derivative(self, of, wrt, at):
        """Return ∂of/∂wrt entry by entry, shaped like `wrt`.

        For an `of` with entries, each entry of the result's outer array is such an array.
        """
        key = "∂", of, wrt, frozenset((i, n) for i, n in at.items() if i in of.free)
        if key not in self.known:
            self.known[key] = self._derivative(of, wrt, at)
        return self.known[key]

    def _derivative(self, of, wrt, at):
        for symbol in self.instead:
            if symbol != wrt and symbol.depends_on(wrt):
                raise UndecidedError(
                    f"∂{of!r}/∂{wrt.name} inside a derivative that holds {symbol.name} fixed, "
                    f"although {symbol.name} depends on {wrt.name}: it has no meaning."
                )
        variables = self.symbols(wrt)
        held = World({**self.instead, wrt: variables})
        back = dict(zip(variables.flat, self(wrt, at).flat, strict=True))

        def slopes(entry):
            return np.frompyfunc(lambda v: sp.diff(entry, v).xreplace(back), 1, 1)(variables)

        y = held(of, at)
        if not of.dims:
            return slopes(y)
        nested = np.empty(y.shape, dtype=object)
        for place in np.ndindex(y.shape):
            nested[place] = slopes(y[place])
        return nested


def entry_symbol(name, row, column, columns):
    """Return the SymPy symbol of one entry, counted from 1 as on the page: X_12, x_2."""
    comma = "," if max(row, column) > 8 else ""
    where = f"{row + 1}{comma}{column + 1}" if columns > 1 else f"{row + 1}"
    return sp.Symbol(f"{name}_{where}", real=True)
