"""Why a gradient is wrong: the simplest known mistake that reproduces the reader's numbers.

Shape first, then value. Every row of the catalogue, alone and with every other, changes the right
formula; a mistake is named only if the changed formula gives the reader's numbers, to rounding, in
every case that was tried. Where nothing fits, what is known is said, and no more.
Introduced in chapter 7, used by the exercises of every chapter.
"""

from typing import NamedTuple

import numpy as np

from backprop.check.facts import known, unusable
from backprop.check.formula import ROUNDINGS, Formula, evaluate, leaves, quantity, rounding, sizes
from backprop.check.mistakes import AFTER, BEFORE, MISTAKES, Mistake, Scene
from backprop.errors import UnknownNameError, sentence

# A match is believed if chance would produce one less often than this. One number in float32 has
# seven digits, and there are thousands of pairs of mistakes: that is no evidence.
CHANCE = 1e-6
PAIRS = 20_000  # how many pairs are tried at most: a second's work
SAME = 3  # how many mistakes that give the same numbers are mentioned

SINGLE = Mistake(
    "single precision",
    "{it} is right to seven digits only: somewhere the numbers went through float32.",
    None,
)
ROUNDED = Mistake("rounded", "{it} is right, but rounded to {part}. Keep all digits.", None)
ZEROS = Mistake("zeros", "{it} is 0 everywhere: was it ever computed?", None)


class Case(NamedTuple):
    """One trial: what the reader got, by the answers' names, and every array that was given."""

    got: dict
    values: dict


class Finding(NamedTuple):
    """What is known about one answer: the mistakes' rows, what is said, its chief part."""

    mistakes: tuple
    says: str
    chief: str = ""

    @property
    def names(self):
        """The names of the mistakes."""
        return tuple(m.name for m in self.mistakes)


class Diagnosis(NamedTuple):
    """What `diagnose` found.

    Attributes
    ----------
    right : bool
        All answers are right, to rounding.
    mistakes : tuple of str
        The names of the mistakes in the first answer that is wrong; empty if nothing fits.
    says : str
        One or two sentences for the reader.
    see : tuple of (str, str)
        The chapters and headings that explain the mistakes.
    """

    right: bool
    mistakes: tuple
    says: str
    see: tuple

    def __repr__(self):
        return self.says


def diagnose(got, wanted, given=None, *, it="the answer", before=None, after=None):
    """Say why numbers are wrong, without saying what would be right.

    Parameters
    ----------
    got : array, or dict of str to array
        What the reader computed.
    wanted : array, Formula, or dict of str to either
        What should have come out. With an array only changes of the answer itself can be tried
        (a sign, a transpose, a factor); with a formula over the given arrays, changes in it too.
        Of several answers, the first that goes wrong is explained in full: give them in the order
        in which they are computed.
    given : dict of str to array
        The arrays that the formula names, and others that somebody may take for them.
    it : str
        The answer's name, if there is one only.
    before, after : dict of str to array, optional
        Arrays of an earlier forward, and parameters after an update: for the mistakes of using
        those.

    Returns
    -------
    diagnosis : Diagnosis
        Displays as its sentences.

    Examples
    --------
    >>> from backprop.check import quantity
    >>> dZ, X = quantity("dZ", "N", "H"), quantity("X", "N", "D")
    >>> given = {"dZ": np.array([[1.0, -2.0]]), "X": np.array([[2.0, -1.0, 4.0]])}
    >>> diagnose(given["X"].T @ given["dZ"], dZ.T @ X, given, it="dW")
    dW is transposed: its rows and columns have changed places.
    >>> diagnose(np.array([1.0, 2.0]), np.array([5.0, 7.0]))
    No known mistake gives these numbers. 2 of 2 numbers in the answer are wrong.
    """
    recipe = wanted if isinstance(wanted, dict) else {it: wanted}
    got = got if isinstance(wanted, dict) else {it: got}
    given = _arrays(given, "") | _arrays(before, BEFORE) | _arrays(after, AFTER)
    for name, answer in recipe.items():
        if not isinstance(answer, Formula):
            given = given | {f"wanted {name}": np.asarray(answer)}
            recipe = recipe | {name: quantity(f"wanted {name}", *np.shape(answer))}
    return examine([case("diagnose", recipe, got, given)], recipe)


def case(where, recipe, got, given):
    """Return a `Case`, with the sizes read off the arrays."""
    missing = [leaf.name for leaf in leaves(recipe.values()) if leaf.name not in given]
    if missing:
        move = f"Add it: given={{{missing[0]!r}: ...}}."
        wanted = ", ".join(sorted(given)) or "no arrays"
        raise UnknownNameError(sentence(where, f"{missing[0]} is not given", wanted, move))
    return Case(got, sizes(where, recipe.values(), given) | given)


def _arrays(given, suffix):
    return {name + suffix: np.asarray(array) for name, array in (given or {}).items()}


def examine(cases, recipe, extra=()):
    """Return the `Diagnosis` of several cases of the same answers.

    Parameters
    ----------
    cases : list of Case
    recipe : dict of str to Formula
        The right formula for every answer, in the order in which they are computed.
    extra : tuple of Mistake
        Rows to try before the catalogue.
    """
    searches = {it: Search(it, cases, recipe, (*extra, *MISTAKES)) for it in recipe}
    wrong = {it: search for it, search in searches.items() if not search.right()}
    cleared = {node for it in recipe if it not in wrong for node in recipe[it].walk()}
    findings = {it: search.finding(cleared) for it, search in wrong.items()}
    if not findings:
        return Diagnosis(True, (), _right(list(recipe)), ())
    first, *others = findings
    fine = list(recipe)[: list(recipe).index(first)]
    parts = [_right(fine)] if fine else []
    parts.append(findings[first].says)
    parts += _others({it: findings[it] for it in others}, findings[first])
    mistakes = findings[first].mistakes
    see = tuple(dict.fromkeys(m.see for m in mistakes if m.see))
    return Diagnosis(False, findings[first].names, " ".join(parts), see)


def _right(names):
    """Say that answers are right."""
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} right."


def listed(names):
    """Join names as a sentence does.

    Examples
    --------
    >>> listed(["dX"]), listed(["dX", "dW", "db"])
    ('dX', 'dX, dW and db')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _others(findings, first):
    """Say what goes wrong besides, shortly."""
    same = [it for it, f in findings.items() if f.chief and f.chief == first.chief]
    rest = [it for it in findings if it not in same]
    parts = [f"The same holds for {listed(same)}."] if same else []
    named = [it for it in rest if findings[it].names]
    parts += [findings[it].says for it in named[:1]]
    left = [it for it in rest if it not in named[:1]]
    if left:
        parts.append(f"{listed(left)} {'is' if len(left) == 1 else 'are'} wrong too.")
    return parts


class Search:
    """The search for the mistake in one answer."""

    def __init__(self, it, cases, recipe, mistakes):
        self.it, self.cases, self.mistakes = it, cases, mistakes
        self.root, self.recipe = recipe[it], recipe
        self.given = frozenset(cases[0].values)
        self.memos = [({}, {}) for _ in cases]
        with np.errstate(all="ignore"):
            self.wanted = [self.value(self.root, k) for k in range(len(cases))]

    def right(self):
        """Tell whether the answer is right in every case."""
        self.got = [case.got.get(self.it) for case in self.cases]
        self.problem = next((p for p in (unusable(self.it, g) for g in self.got) if p), None)
        if self.problem:
            return False
        self.got = [np.asarray(g) for g in self.got]
        with np.errstate(all="ignore"):
            self.fits = [self.matches(self.root, k) for k in range(len(self.got))]
        return all(self.fits)

    def finding(self, cleared):
        """Return what is wrong with the answer; nodes that gave right answers are unlikely."""
        if self.problem:
            name, says = self.problem
            return Finding((Mistake(name, says, None),), says)
        self.focus = self._focus()
        with np.errstate(all="ignore"):
            return self._of_value() or self._named(cleared) or Finding((), self._known())

    def _focus(self):
        """Return the wrong case that says most: the one with the most different numbers."""
        wrong = [k for k, fit in enumerate(self.fits) if not fit]
        return max(wrong, key=lambda k: (len(np.unique(self.wanted[k])), -k))

    # ── does a formula reproduce the reader's numbers? ────────────────────────────────────────

    def value(self, formula, k):
        """Return the formula's value in case k."""
        return np.asarray(evaluate(formula, self.cases[k].values, self.memos[k][0]))

    def matches(self, formula, k, eps=None):
        """Tell whether the formula gives the reader's numbers in case k, to rounding."""
        got = self.got[k]
        try:
            value = self.value(formula, k)
        except (ValueError, LookupError, TypeError):  # the shapes do not fit, or there is no N
            return False
        if value.shape != got.shape:
            return False
        gap = np.abs(got - value)
        if not np.all(gap <= 1e-3 * np.max(np.abs(got), initial=0.0) + 1e-30):
            return False
        eps = self.eps(k) if eps is None else eps
        return bool(np.all(gap <= rounding(formula, self.cases[k].values, eps, self.memos[k][1])))

    def eps(self, k):
        """Return the spacing of the numbers that were given: a float32 has seven digits."""
        kinds = [np.asarray(v).dtype for v in self.cases[k].values.values()]
        return max(np.finfo(kind).eps for kind in kinds if kind.kind in "fc")

    def reproduced(self, formula):
        """Tell whether the formula gives the reader's numbers in every case."""
        order = [self.focus, *(k for k in range(len(self.cases)) if k != self.focus)]
        return all(self.matches(formula, k) for k in order)

    # ── what fits? ────────────────────────────────────────────────────────────────────────────

    def _of_value(self):
        """Return the mistakes that need no formula: zeros, float32, rounding."""
        k = self.focus
        got, wanted = self.got[k], self.wanted[k]
        if got.shape != wanted.shape:
            return None
        if not got.any():
            return self._say([(ZEROS, {})])
        narrow = np.finfo(np.float32).eps
        if all(self.matches(self.root, k, eps=narrow) for k in range(len(self.got))):
            return self._say([(SINGLE, {})])
        for digits in range(1, 8):
            if self._rounded(digits):
                places = "1 decimal place" if digits == 1 else f"{digits} decimal places"
                return self._say([(ROUNDED, {"part": places})])
        return None

    def _rounded(self, digits):
        half = 0.5 * 10.0**-digits * (1 + 1e-6)
        return all(
            g.shape == w.shape
            and np.all(np.abs(g - np.round(g, digits)) <= 1e-12 * np.abs(g))
            and np.all(np.abs(g - w) <= half)
            and np.any(np.round(g, digits))
            for g, w in zip(self.got, self.wanted, strict=True)
        )

    def _named(self, cleared):
        """Return the simplest mistake that reproduces the numbers: one row, or two."""
        singles = list(self._changed(self.root, 0))
        found = [steps for _, steps, formula in singles if self._fits(formula, len(singles))]
        if found:
            likely = [steps for steps in found if steps[0][1]["node"] not in cleared]
            return self._say(*likely or found)
        tried = 0
        for rank, steps, formula in singles:
            for _, more, changed in self._changed(formula, rank):
                tried += 1
                if tried > PAIRS:
                    return None
                if self._fits(changed, PAIRS):
                    return self._say([*steps, *more])
        return None

    def _changed(self, formula, rank):
        """Yield (rank, [(mistake, slots)], changed formula) for every row at every place."""
        scene = Scene(self.it, formula, self.recipe, self.given)
        places = list(_places(formula, self.it))
        for r, mistake in enumerate(self.mistakes[rank:], start=rank):
            for node, here in places:
                for new, slots in mistake.change(node, scene):
                    step = mistake, {"node": node, "here": here, **slots}
                    yield r, [step], formula.replace({node: new})

    def _fits(self, formula, candidates):
        return (
            self.matches(formula, self.focus)
            and self.reproduced(formula)
            and (candidates * self._chance() < CHANCE)
        )

    def _chance(self):
        """Return how likely it is that some numbers fit by accident."""
        chance = 1.0
        for k, got in enumerate(self.got):
            different = len(np.unique(np.abs(got[got != 0])))
            chance *= (2 * ROUNDINGS * self.eps(k)) ** different
        return chance

    # ── what is said ──────────────────────────────────────────────────────────────────────────

    def _say(self, steps, *same):
        """Return the finding for one chain of mistakes; others give the same numbers."""
        told = [self._sentence(step) for step in steps]
        says = told[0] if len(told) == 1 else f"Two mistakes at once. {' '.join(told)}"
        other = [chain[0] for chain in same if chain[0][0] is not steps[0][0]]
        other = [self._sentence(step) for step in other if not step[0].general]
        other = [s for s in dict.fromkeys(other) if s not in told][: SAME - 1]
        if other:
            says += " The same numbers come from another mistake: " + " Or: ".join(other)
        chief = " ".join(told).replace(self.it, "{it}")  # to see whether others go wrong likewise
        return Finding(tuple(mistake for mistake, _ in steps), says, chief)

    def _sentence(self, step):
        mistake, slots = step
        return mistake.says.format(**{"it": self.it, "here": self.it, **slots})

    def _known(self):
        """Say what is known where nothing fits."""
        return known(self.it, self.got, self.wanted, self.fits, self.focus, self.cases)


def _places(formula, it):
    """Yield (node, the name of what it computes or is part of), each node once."""
    seen, queue = set(), [(formula, it)]
    while queue:
        node, here = queue.pop(0)
        if node in seen:
            continue
        seen.add(node)
        here = node.name if node.name and node.parts else here
        yield node, here
        queue += [(part, here) for part in node.parts]
