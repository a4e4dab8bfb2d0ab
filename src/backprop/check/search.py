"""The search for the mistakes that reproduce a reader's numbers.

Every row of the catalogue is made in the right formulas, alone and with every other. A chain of
mistakes is found if its formula gives the reader's numbers, to rounding, in every case that was
tried; among several, the one that fits the other answers best comes first.
Used by the exercises of every chapter.
"""

from typing import NamedTuple

import numpy as np

from backprop.check.answer import Answer
from backprop.check.evidence import believed
from backprop.check.facts import between, known
from backprop.check.formula import rebuilt
from backprop.check.mistakes import Mistake
from backprop.check.noise import inexact
from backprop.check.steps import Step, steps

PAIRS = 15_000  # how many pairs of mistakes are tried at most,
WORK = 50_000_000  # and how many numbers are computed for them: less than a second's work
ENOUGH = 8  # pairs that fit are no better than these


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


def searches(cases, recipe, mistakes):
    """Return the searches for all answers, by their names."""
    found = {it: Search(it, cases, recipe, mistakes) for it in recipe}
    for search in found.values():
        search.peers = found
    return found


class Search(Answer):
    """The search for the mistake in one answer.

    Attributes
    ----------
    tried : int
        How many changed formulas were compared with the answer.
    doubtful, skipped : bool
        Whether something fits that may be an accident; whether some pairs were not tried.
    peers : dict of str to Search
        The searches for all answers, this one among them.
    """

    def __init__(self, it, cases, recipe, mistakes):
        super().__init__(it, cases, recipe[it])
        self.recipe, self.peers, self.mistakes = recipe, {it: self}, list(enumerate(mistakes))
        self.tried, self.doubtful, self.skipped = 0, False, False

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
        found = Finding(inexact(self))
        if not found.steps:
            found = self.singles(self.recipe, trusted)
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
            if self._idle(self.value(changed[self.it], k, memo), k):
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
        scores = [len(self.fitting(chain.recipe)) for chain in found]
        best = [chain for chain, score in zip(found, scores, strict=True) if score == max(scores)]
        first = best[0].steps[0].mistake
        same = [chain.steps[0] for chain in best[1:] if len(best[0].steps) == 1]
        named = {s.mistake.name: s for s in same if not s.mistake.general}
        named.pop(first.name, None)
        return Finding(best[0].steps, "", tuple(named.values()), best[0].recipe)

    def fitting(self, recipe):
        """Return the names of the answers that a recipe reproduces."""
        return [it for it, peer in self.peers.items() if peer.reproduced(recipe[it])]

    def _convinces(self, recipe):
        """Tell whether it can be no accident that a recipe gives the reader's numbers."""
        evidence = self.evidence(recipe[self.it])
        if not believed(evidence, self.tried):
            others = [(recipe[it], peer) for it, peer in self.peers.items() if peer is not self]
            also = [(f, peer) for f, peer in others if not peer.right and peer.reproduced(f)]
            evidence += sum(peer.evidence(f) for f, peer in also)
        self.doubtful = self.doubtful or not believed(evidence, self.tried)
        return believed(evidence, self.tried)

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
        return known([self.seen(k) for k in self.wrong], opening, where)


def _again(first, second, root):
    """Tell whether the same thing is done to the answer twice."""
    return first.mistake is second.mistake and root in second.changes


def _changed(recipe, changes):
    """Return a recipe with nodes replaced in all its formulas."""
    done = {}
    return {it: rebuilt(formula, done, changes) for it, formula in recipe.items()}
