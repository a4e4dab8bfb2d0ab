"""The softmax, p_i = e^{z_i} / Σ_k e^{z_k}: of a column or of every row (chapter 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy as sp

from ..errors import MisfitError
from . import indexform
from .expression import Expr, Single
from .functions import INVERSE, Applied


@dataclass(frozen=True, repr=False)
class Softmax(Single):
    """Positive numbers with sum 1, made of any numbers."""

    inside: Expr

    def _dims(self):
        if not self.inside.dims:
            raise MisfitError(f"softmax takes a column or rows, {self.inside!r} is a scalar.")
        return self.inside.dims

    @property
    def axis(self):
        """The axis along which the entries add up to 1."""
        return 0 if self.dims[1] == 1 else 1

    def value(self, world, at):
        powers = np.frompyfunc(sp.exp, 1, 1)(world(self.inside, at))
        return powers / powers.sum(axis=self.axis, keepdims=True)

    def terms(self, axes):
        (bound,) = indexform.bind((self.dims[self.axis],))
        others = tuple(bound if n == self.axis else axis for n, axis in enumerate(axes))
        powers = [t.bound_over((bound,)) for t in Applied.terms(("exp",), self.inside, others)]
        one_over = [indexform.Term(sp.Integer(1), (Applied.factor(INVERSE, powers),))]
        return indexform.multiply(Applied.terms(("exp",), self.inside, axes), one_over)
