"""Values at fixed sizes: every entry of every expression, as a SymPy expression."""

from __future__ import annotations

import numpy as np
import sympy as sp
from sympy.core.relational import Relational

from ..errors import UndecidedError
from .expression import number_of
from .opaque import Kink
from .tables import is_coordinates


class Quantity(sp.Symbol):
    """SymPy's symbol for a number of its own: x_1 is not the first entry of a vector x."""


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
        if not of.dims:
            return np.array(Quantity(of.entry_name, real=True), dtype=object)
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
            by = self._along if is_coordinates(wrt) else self._derivative
            self.known[key] = by(of, wrt, at)
        return self.known[key]

    def _along(self, of, wrt, at):
        """Return the derivative after a column of independent numbers: after each of them."""
        scalars = getattr(wrt, "meaning", wrt).parts
        slopes = [self.derivative(of, scalar, at) for scalar in scalars]
        if not of.dims:
            return np.array([[slope] for slope in slopes], dtype=object)
        nested = np.empty(slopes[0].shape, dtype=object)
        for place in np.ndindex(nested.shape):
            nested[place] = np.array([[slope[place]] for slope in slopes], dtype=object)
        return nested

    def _derivative(self, of, wrt, at):
        for symbol in self.instead:
            if symbol != wrt and symbol.depends_on(wrt):
                raise UndecidedError(
                    f"∂{of!r}/∂{wrt.name} inside a derivative that holds {symbol.name} fixed, "
                    f"although {symbol.name} depends on {wrt.name}: it has no meaning."
                )
        variables = self.symbols(wrt)
        held = World({**self.instead, wrt: variables if wrt.dims else variables[()]})
        back = dict(zip(variables.flat, np.ravel(self(wrt, at)), strict=True))

        def slopes(entry):
            return np.frompyfunc(lambda v: slope(entry, v).xreplace(back), 1, 1)(variables)

        y = held(of, at)
        if not of.dims:
            return slopes(y)
        nested = np.empty(y.shape, dtype=object)
        for place in np.ndindex(y.shape):
            nested[place] = slopes(y[place])
        return nested


def slope(entry, variable):
    """Return the derivative of an entry; on the border between cases nothing is known about it."""
    found = sp.diff(entry, variable)
    if not entry.has(sp.Piecewise):
        return found
    compared = {c.lhs - c.rhs for c in entry.atoms(Relational)}
    kinks = [sp.Eq(g, 0) for g in sorted(compared, key=str) if g.has(variable)]
    unknown = Kink(entry, variable)
    return sp.Piecewise(*((unknown, kink) for kink in kinks), (found, True)) if kinks else found


def entry_symbol(name, row, column, columns):
    """Return the SymPy symbol of one entry, counted from 1 as on the page: X_12, x_2."""
    comma = "," if max(row, column) > 8 else ""
    where = f"{row + 1}{comma}{column + 1}" if columns > 1 else f"{row + 1}"
    return sp.Symbol(f"{name}_{where}", real=True)
