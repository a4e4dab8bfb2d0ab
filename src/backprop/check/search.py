"""The search for the mistakes that reproduce a reader's numbers.

Every row of the catalogue is made in the right formulas, alone and with every other. A chain of
mistakes is found if its formula gives the reader's numbers, to rounding, in every case that was
tried; among several, the one that fits the other answers best comes first.
Introduced in chapter 7.
"""

from typing import NamedTuple

import numpy as np

from backprop.check import noise
from backprop.check.evidence import believed, bits
from backprop.check.facts import Seen, between, known, unusable
from backprop.check.formula import ROUNDINGS, evaluate, rebuilt, rounding
from backprop.check.mistakes import Mistake
from backprop.check.steps import Step, steps
from backprop.check.trial import RIGHT, the_right
from backprop.shapes import expect_finite

PAIRS = 15_000  # how many pairs of mistakes are tried at most,
WORK = 50_000_000  # and how many numbers are computed for them: less than a second's work
ENOUGH = 8  # pairs that fit are no better than these

CHECKING = ("04_affine", "Checking it against witnesses")
ZEROS = Mistake("zeros", "{it} is 0 everywhere: was it ever computed?", None)
SINGLE = Mistake(
    "single precision",
    "{it} is right to seven digits only: somewhere the numbers went through float32.",
    None,
)
ROUNDED = Mistake("rounded", "{it} is right, but rounded to {part}. Keep all digits.", None)
MEASURED = Mistake(
    "numeric noise",
    "{it} is a numeric derivative with a step of {part}, and rounding has spoiled its last digits: "
    "the smaller the step, the more of them.",
    None,
    CHECKING,
)


class Chain(NamedTuple):
    """One mistake or two: the steps, and all formulas with the mistakes in them."""

    steps: tuple
    recipe: dict


class Finding(NamedTuple):
    """What is known about one answer.

    Attributes
    ----------
    steps : tuple of Step
        The mistakes; empty if nothing fits.
    says : str
        What is said where there are no steps.
    same : tuple of Step
        Single mistakes of other kinds that give the same numbers.
    recipe : dict of str to Formula
        All formulas with the mistakes in them.
    """

    steps: tuple = ()
    says: str = ""
    same: tuple = ()
    recipe: dict | None = None


# ── the search ────────────────────────────────────────────────────────────────────────────────


def searches(cases, recipe, mistakes):
    """Return the searches for all answers, by their names."""
    found = {it: Search(it, cases, recipe, mistakes) for it in recipe}
    for search in found.values():
        search.peers = found
    return found


class Search:
    """The search for the mistake in one answer.

    Attributes
    ----------
    right : bool
        The answer is right in every case.
    tried : int
        How many changed formulas were compared with the answer.
    peers : dict of str to Search
        The searches for all answers, this one among them.
    """

    def __init__(self, it, cases, recipe, mistakes):
        self.it, self.cases, self.recipe, self.peers = it, cases, recipe, {it: self}
        self.root, self.mistakes = recipe[it], list(enumerate(mistakes))
        self.values = [_wide(case.values) for case in cases]
        self.memos = [({}, {}) for _ in cases]
        self.tried, self.doubtful, self.skipped = 0, False, False
        arrays = {n: v for n, v in cases[0].values.items() if isinstance(v, np.ndarray)}
        self.given = {n: v.shape for n, v in arrays.items() if not n.startswith(RIGHT)}
        self.wanted = [np.asarray(self._value(self.root, k)) for k in range(len(cases))]
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

    def finding(self, cleared=None, trusted=()):
        """Return what is wrong with the answer.

        Parameters
        ----------
        cleared : set of Formula, optional
            Nodes that have led to right answers. If given, two mistakes at once are tried too,
            both in other places.
        trusted : sequence of Mistake
            Rows that were made elsewhere: of these the evidence need not be strong.
        """
        if self.problem:
            name, says = self.problem
            return Finding((Step(Mistake(name, says, None), {}, {}),))
        steps = self._inexact()
        found = Finding(steps) if steps else self.singles(self.recipe, trusted)
        if not found.steps and cleared is not None and not self.doubtful:
            found = self._pairs(cleared)
        return found if found.steps else Finding(says=self._known())

    def singles(self, recipe, trusted=()):
        """Return the best single mistake that, made in a recipe, gives the reader's numbers."""
        found = []
        for _, step in steps(self.mistakes, self.it, recipe, self.given, wide=True):
            self.tried += 1
            if self.reproduced(recipe[self.it].replace(step.changes)):
                chain = Chain((step,), _changed(recipe, step.changes))
                if step.mistake in trusted or self._convinces(chain.recipe):
                    found.append(chain)
        return self._best(found)

    def _pairs(self, cleared):
        """Return the best pair of mistakes that gives the reader's numbers."""
        found, k, left = [], self.wrong[0], min(PAIRS, WORK // self.size)
        for rank, first in steps(self.mistakes, self.it, self.recipe, self.given, wide=True):
            if cleared & first.changes.keys():
                continue
            changed = _changed(self.recipe, first.changes)
            memo = dict(self.memos[k][0])
            if self._idle(self._try(changed[self.it], k, memo), k):
                continue
            for _, second in steps(self.mistakes[rank:], self.it, changed, self.given, wide=False):
                if cleared & second.changes.keys() or _again(first, second, changed[self.it]):
                    continue
                if not left or len(found) == ENOUGH:
                    self.skipped = not left
                    return self._best(found)
                left, self.tried = left - 1, self.tried + 1
                if self.reproduced(changed[self.it].replace(second.changes), memo):
                    chain = Chain((first, second), _changed(changed, second.changes))
                    if self._convinces(chain.recipe):
                        found.append(chain)
        return self._best(found)

    def _idle(self, value, k):
        """Tell whether a mistake changes nothing in case k, so that nobody can have seen it."""
        same = value is not None and value.shape == self.wanted[k].shape
        return same and np.all(np.abs(value - self.wanted[k]) <= self.slack(self.root, k))

    def _best(self, found):
        """Return the finding for the chain that fits most answers, the earliest among equals."""
        if not found:
            return Finding()
        general = [sum(step.mistake.general for step in chain.steps) for chain in found]
        scores = [(len(self.fitting(c.recipe)), -n) for c, n in zip(found, general, strict=True)]
        best = [chain for chain, score in zip(found, scores, strict=True) if score == max(scores)]
        first = best[0].steps[0].mistake
        same = [chain.steps[0] for chain in best[1:] if len(best[0].steps) == 1]
        named = {s.mistake.name: s for s in same if not s.mistake.general}
        named.pop(first.name, None)
        return Finding(best[0].steps, "", tuple(named.values()), best[0].recipe)

    def fitting(self, recipe):
        """Return the names of the answers that a recipe reproduces."""
        return [it for it, peer in self.peers.items() if peer.reproduced(recipe[it])]

    @property
    def size(self):
        """How many numbers it takes to compare one formula with the answer."""
        return 1 + sum(np.size(value) for value in self.memos[0][0].values())

    # ── does a formula reproduce the reader's numbers? ────────────────────────────────────────

    def _value(self, formula, k, memo=None):
        return evaluate(formula, self.values[k], self.memos[k][0] if memo is None else memo)

    def _try(self, formula, k, memo):
        """Return the value of a formula with mistakes in it, or None if it has none."""
        try:
            return np.asarray(self._value(formula, k, memo))
        except (ValueError, LookupError, TypeError, AttributeError):
            return None  # the shapes do not fit, or there is no such array

    def slack(self, formula, k, eps=None):
        """Return, entry by entry, how far an answer may be from the formula's value in case k."""
        kind = _kind(self.cases[k].values)
        memo = self.memos[k][1] if formula is self.root else dict(self.memos[k][1])
        bound = rounding(formula, self.values[k], eps or np.finfo(kind).eps, memo)
        return bound + ROUNDINGS * np.finfo(kind).tiny

    def matches(self, formula, k, memo=None, eps=None):
        """Tell whether the formula gives the reader's numbers in case k, to rounding."""
        got = self.got[k]
        if formula is self.root:
            value = self.wanted[k]
        else:
            value = self._try(formula, k, dict(self.memos[k][0] if memo is None else memo))
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

    def _convinces(self, recipe):
        """Tell whether it can be no accident that a recipe gives the reader's numbers."""
        evidence = self.evidence(recipe[self.it])
        if not believed(evidence, self.tried):
            others = [(recipe[it], peer) for it, peer in self.peers.items() if peer is not self]
            also = [(f, peer) for f, peer in others if not peer.right and peer.reproduced(f)]
            evidence += sum(peer.evidence(f) for f, peer in also)
        self.doubtful = self.doubtful or not believed(evidence, self.tried)
        return believed(evidence, self.tried)

    # ── mistakes that no formula shows, and what is known where nothing fits ──────────────────

    def _inexact(self):
        """Return the step for numbers that are 0, or right but not to the last digit."""
        pairs = [(self.got[k], self.wanted[k]) for k in self.wrong]
        if any(got.shape != wanted.shape for got, wanted in pairs):
            return ()
        if not any(got.any() for got, _ in pairs):
            return (Step(ZEROS, {}, {}),)
        if self._single(pairs):
            return (Step(SINGLE, {}, {}),)
        digits = {noise.places(self.got[k], self.wanted[k], self._eps(k)) for k in self.wrong}
        if len(digits) == 1 and None not in digits:
            (count,) = digits
            if believed(sum(bits(got, 10.0**-count) for got, _ in pairs), 1):
                return (Step(ROUNDED, {"part": _decimals(count)}, {}),)
        found = {noise.step(*pair) for pair in pairs}
        if len(found) == 1 and None not in found:
            return (Step(MEASURED, {"part": f"1e-{found.pop()}"}, {}),)
        return ()

    def _single(self, pairs):
        eps = np.finfo(np.float32).eps
        return (
            all(noise.narrow(got) for got, _ in pairs)
            and all(self.matches(self.root, k, eps=eps) for k in self.wrong)
            and believed(sum(bits(got, 128 * eps * np.max(np.abs(got))) for got, _ in pairs), 1)
        )

    def _eps(self, k):
        return np.finfo(_kind(self.cases[k].values)).eps

    def _known(self):
        """Say what is known where nothing fits."""
        opening = "No known mistake gives these numbers."
        if self.doubtful:
            opening = (
                "These numbers are too few, or too round, to tell which mistake has made them."
            )
        elif self.skipped:
            opening = "No known mistake alone gives these numbers."
        where = between(self.it, self.fits, self.cases)
        return known([self._seen(k) for k in self.wrong], opening, where)

    def _seen(self, k):
        got, wanted = self.got[k], self.wanted[k]
        off = np.abs(got - wanted) > self.slack(self.root, k) if got.shape == wanted.shape else None
        sizes = {name: n for name, n in self.cases[k].values.items() if isinstance(n, int)}
        return Seen(self.it, got, wanted, off, sizes)


def _again(first, second, root):
    """Tell whether the same thing is done to the answer twice."""
    return first.mistake is second.mistake and root in second.changes


def _changed(recipe, changes):
    """Return a recipe with nodes replaced in all its formulas."""
    done = {}
    return {it: rebuilt(formula, done, changes) for it, formula in recipe.items()}


def _wide(values):
    """Return the values in float64 or int64, in which no right answer rounds or overflows."""
    wide = {"f": np.float64, "i": np.int64, "u": np.int64}
    arrays = {n: v for n, v in values.items() if isinstance(v, np.ndarray) and v.dtype.kind in wide}
    return values | {n: v.astype(wide[v.dtype.kind]) for n, v in arrays.items()}


def _kind(values):
    """Return the dtype that rounds most of those that were given."""
    kinds = [v.dtype for v in values.values() if isinstance(v, np.ndarray) and v.dtype.kind == "f"]
    return max(kinds, key=lambda kind: np.finfo(kind).eps, default=np.dtype(float))


def _decimals(count):
    """Write a number of decimal places."""
    words = {0: "whole numbers", 1: "1 decimal place"}
    return words.get(count, f"{count} decimal places")
