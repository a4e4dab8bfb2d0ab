"""Why a gradient is wrong: the simplest known mistake that reproduces the reader's numbers.

Shape first, then value. Every row of the catalogue, alone and with every other, changes the right
formulas; a mistake is named only if the changed formula gives the reader's numbers, to rounding,
in every case that was tried, and if that can be no accident. Where nothing fits, what is known is
said, and no more. Used by the exercises of every chapter.
"""

import re
from textwrap import fill
from typing import NamedTuple

import numpy as np

from backprop.check.mistakes import MISTAKES
from backprop.check.search import WORK, Finding, searches
from backprop.check.steps import listed
from backprop.check.trial import Case, asked, case

WIDE = 80  # letters of a line when printed: a page shows no more

__all__ = ["Case", "Diagnosis", "case", "diagnose", "examine", "listed"]


class Diagnosis(NamedTuple):
    """What `diagnose` found.

    Attributes
    ----------
    right : bool
        All answers are right, to rounding.
    mistakes : tuple of str
        The names of the mistakes in the first answer that is wrong; empty if nothing fits.
    says : str
        A few sentences for the reader.
    see : tuple of (str, str)
        The chapters and headings that explain the mistakes.
    same : tuple of str
        The names of other mistakes that give the same numbers.
    """

    right: bool
    mistakes: tuple
    says: str
    see: tuple = ()
    same: tuple = ()

    def __repr__(self):
        return fill(self.says, WIDE)


def diagnose(got, wanted, given=None, *, it="the answer", before=None, after=None):
    """Say why numbers are wrong, without saying what would be right.

    An answer is right if no entry is further from the right one than rounding may move it:
    64 roundings of the size that the formula has with every minus turned into a plus. Of an
    answer that is known as an array only, the size is that of its largest entry.

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

    Raises
    ------
    StatementError
        If `got`, `wanted` or `given` is not what can be compared.
    UnknownNameError
        If the formula names an array that is not given, or `got`, `before` or `after` hold a name
        that nobody asked for.
    ShapeError
        If the given arrays contradict each other.
    EmptyBatchError, DtypeError, NotFiniteError
        If they are no arrays of finite real numbers, or there is no example.

    Examples
    --------
    >>> import numpy as np
    >>> from backprop.check import quantity
    >>> dZ, X = quantity("dZ", "N", "H"), quantity("X", "N", "D")
    >>> given = {"dZ": np.array([[1.0, -2.0]]), "X": np.array([[2.0, -1.0, 4.0]])}
    >>> diagnose(given["X"].T @ given["dZ"], dZ.T @ X, given, it="dW")
    dW is transposed: its rows and columns have changed places.
    >>> diagnose(np.array([1.0, 2.0]), np.array([5.0, 7.0]))
    No known mistake gives these numbers. 2 of 2 numbers in the answer are wrong.
    """
    trial, recipe = asked(got, wanted, given, it, before, after)
    found = examine([trial], recipe)
    return found._replace(says=re.sub(r"(^|[.?:] )the answer", r"\1The answer", found.says))


# ── what is said ──────────────────────────────────────────────────────────────────────────────


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
    with np.errstate(all="ignore"):  # a formula with a mistake in it may overflow
        return _examined(cases, recipe, (*extra, *MISTAKES))


def _examined(cases, recipe, rows):
    found = searches(cases, recipe, rows)
    wrong = [it for it in recipe if not found[it].right]
    if not wrong:
        return Diagnosis(True, (), _right(list(recipe)))
    fine = [it for it in recipe if it not in wrong]
    cleared = {node for it in fine for node in recipe[it].walk() if node.parts}
    finding = found[wrong[0]].finding(cleared)
    fitting = found[wrong[0]].fitting(finding.recipe) if finding.recipe else []
    told = Told(wrong[0], finding, set(fine) <= set(fitting))
    says = [_right([it for it in fine if _before(recipe, it, wrong[0])]), told.says, told.also]
    says += [_follow([it for it in wrong[1:] if it in fitting], told)]
    says += _besides([found[it] for it in wrong[1:] if it not in fitting], told)
    names = tuple(step.mistake.name for step in finding.steps)
    see = dict.fromkeys(step.mistake.see for step in finding.steps if step.mistake.see)
    same = tuple(step.mistake.name for step in finding.same)
    return Diagnosis(False, names, " ".join(filter(None, says)), tuple(see), same)


def _before(recipe, it, other):
    return list(recipe).index(it) < list(recipe).index(other)


class Told(NamedTuple):
    """A finding in words.

    Attributes
    ----------
    it : str
    finding : Finding
    shared : bool
        The mistake may stand where other answers have it too; otherwise it belongs to this one.
    """

    it: str
    finding: Finding
    shared: bool = True

    @property
    def says(self):
        """What is wrong."""
        told = self.sentences(self.it)
        return self.finding.says or "Two mistakes at once. " * (len(told) > 1) + " ".join(told)

    @property
    def also(self):
        """What else gives the same numbers: one mistake, if there are more."""
        told = [self._sentence(step, self.it) for step in self.finding.same[:1]]
        return "".join(f"Another mistake gives the same numbers: {t}" for t in told)

    def sentences(self, name):
        """Return the sentences of the steps, with this name for the answer."""
        return [self._sentence(step, name) for step in self.finding.steps]

    def _sentence(self, step, name):
        slots = {slot: name if text == self.it else text for slot, text in step.slots.items()}
        if not self.shared:
            slots["here"] = name
        return step.mistake.says.format(**{"it": name, **slots})


def _besides(searches, told):
    """Return the sentences on the answers that are wrong for reasons of their own."""
    alike, named, follow, left, work = [], None, [], [], 0
    chief = told.sentences("{it}")
    for search in searches:
        if named and named.finding.recipe and search.reproduced(named.finding.recipe[search.it]):
            follow.append(search.it)
            continue
        found = Told(search.it, _apart(search, told.finding) if work < WORK else Finding())
        work += search.size * search.tried
        if chief and found.sentences("{it}") == chief:
            alike.append(search.it)
        elif found.finding.steps and not named:
            named = found
        else:
            left.append(search.it)
    says = [named.says, _follow(follow, named)] if named else []
    the_same = f"The same holds for {listed(alike)}." if alike else ""
    return [the_same, *says, f"{_are(left)} wrong too." if left else ""]


def _apart(search, finding):
    """Return what is wrong with another answer, if possible besides what was found already."""
    recipe, trusted = finding.recipe, [step.mistake for step in finding.steps]
    if recipe and recipe[search.it] is not search.root and not search.problem:
        found = search.singles(recipe, trusted)
        if found.steps:
            return found
    return search.finding(trusted=trusted)


def _right(names):
    return f"{_are(names)} right." if names else ""


def _follow(names, told):
    """Say which answers are wrong for the same reason, but for those that were named with it."""
    places = {place for step in told.finding.steps for place in step.slots.get("places", ())}
    names = [it for it in names if it not in places]
    return f"{_are(names)} wrong for that reason alone." if names else ""


def _are(names):
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'}"
