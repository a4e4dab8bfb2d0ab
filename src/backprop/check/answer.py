"""One answer: what the reader got, what is right, and whether a formula gives the reader's numbers.

Used by the exercises of every chapter.
"""

import numpy as np

from backprop.check.evidence import bits
from backprop.check.facts import Seen, unusable
from backprop.check.formula import ROUNDINGS, evaluate, rounding
from backprop.check.trial import RIGHT, the_right
from backprop.shapes import expect_finite


class Answer:
    """One answer in all cases.

    Attributes
    ----------
    it : str
        Its name.
    root : Formula
        What is right.
    given : dict of str to tuple of int
        The arrays that there are, and their shapes.
    problem : (str, str) or None
        Why it is no array of numbers: a name and a sentence.
    got, wanted : list of float array
        The numbers, case by case.
    right : bool
        The answer is right in every case.
    wrong : list of int
        The cases in which it is not; the one that says most comes first.
    """

    def __init__(self, it, cases, root):
        self.it, self.cases, self.root = it, cases, root
        self.values = [_wide(case.values) for case in cases]
        self.memos = [({}, {}) for _ in cases]
        arrays = {n: v for n, v in cases[0].values.items() if isinstance(v, np.ndarray)}
        self.given = {n: v.shape for n, v in arrays.items() if not n.startswith(RIGHT)}
        memos = [values for values, _ in self.memos]
        runs = zip(self.values, memos, strict=True)
        self.wanted = [np.asarray(evaluate(root, values, memo)) for values, memo in runs]
        for wanted in self.wanted:
            expect_finite("diagnose", the_right(it), wanted)
        self._look()

    def _look(self):
        """See whether the answer is right."""
        self.got = [case.got.get(self.it) for case in self.cases]
        self.problem = next((p for p in (unusable("{it}", g) for g in self.got) if p), None)
        self.fits = [False] * len(self.cases)
        if not self.problem:
            self.got = [np.asarray(g).astype(float) for g in self.got]
            self.most = [np.abs(g).max(initial=0.0) for g in self.got]
            self.fits = [self.matches(self.root, k) for k in range(len(self.got))]
        self.right = all(self.fits)
        self.wrong = [k for k, fit in enumerate(self.fits) if not fit]
        if not self.problem:
            self.wrong.sort(key=self._silence)
        self.order = [*self.wrong, *(k for k, fit in enumerate(self.fits) if fit)]

    def _silence(self, k):
        """Order the wrong cases: the one that says most is looked at first, and spoken of."""
        misshapen = self.got[k].shape != self.wanted[k].shape
        return (not misshapen, -len(np.unique(self.wanted[k])))

    @property
    def size(self):
        """How many numbers it takes to compare one formula with the answer."""
        return 1 + sum(np.size(value) for value in self.memos[0][0].values())

    # ── does a formula reproduce the reader's numbers? ────────────────────────────────────────

    def value(self, formula, k, memo):
        """Return the value in case k of a formula with mistakes in it, or None if it has none."""
        try:
            return np.asarray(evaluate(formula, self.values[k], memo))
        except (ValueError, LookupError, TypeError, AttributeError):
            return None  # the shapes do not fit, or there is no such array

    def eps(self, k):
        """Return the spacing of the numbers in case k: a float32 has seven digits."""
        return np.finfo(_kind(self.cases[k].values)).eps

    def slack(self, formula, k, eps=None):
        """Return, entry by entry, how far an answer may be from the formula's value in case k."""
        memo = self.memos[k][1] if formula is self.root else dict(self.memos[k][1])
        bound = rounding(formula, self.values[k], eps or self.eps(k), memo)
        return bound + ROUNDINGS * np.finfo(_kind(self.cases[k].values)).tiny

    def matches(self, formula, k, memo=None, eps=None):
        """Tell whether the formula gives the reader's numbers in case k, to rounding."""
        got = self.got[k]
        if formula is self.root:
            value = self.wanted[k]
        else:
            value = self.value(formula, k, dict(self.memos[k][0] if memo is None else memo))
        if value is None or value.shape != got.shape:
            return False
        gap = np.abs(got - value)
        # Where a mistake cancels more digits than these there is no evidence for it.
        if formula is not self.root and not gap.max(initial=0.0) <= 1e-3 * self.most[k]:
            return False
        return bool((gap <= self.slack(formula, k, eps)).all())

    def reproduced(self, formula, memo=None):
        """Tell whether the formula gives the reader's numbers in every case."""
        if self.problem:
            return False
        return self.matches(formula, self.order[0], memo) and all(
            self.matches(formula, k) for k in self.order[1:]
        )

    def evidence(self, formula):
        """Return how many bits it takes to fit the formula by accident."""
        slack = [2 * np.max(self.slack(formula, k), initial=0.0) for k in self.wrong]
        return sum(bits(self.got[k], blur) for k, blur in zip(self.wrong, slack, strict=True))

    def seen(self, k):
        """Return what there is to be seen in case k."""
        got, wanted = self.got[k], self.wanted[k]
        off = np.abs(got - wanted) > self.slack(self.root, k) if got.shape == wanted.shape else None
        sizes = {name: n for name, n in self.cases[k].values.items() if isinstance(n, int)}
        return Seen(self.it, got, wanted, off, sizes)


def _wide(values):
    """Return the values in float64 or int64, in which no right answer rounds or overflows."""
    wide = {"f": np.float64, "i": np.int64, "u": np.int64}
    arrays = {n: v for n, v in values.items() if isinstance(v, np.ndarray) and v.dtype.kind in wide}
    return values | {n: v.astype(wide[v.dtype.kind]) for n, v in arrays.items()}


def _kind(values):
    """Return the dtype that rounds most of those that were given."""
    kinds = [v.dtype for v in values.values() if isinstance(v, np.ndarray) and v.dtype.kind == "f"]
    return max(kinds, key=lambda kind: np.finfo(kind).eps, default=np.dtype(float))
