"""What a reader calls: check an answer, take a hint, see what is solved.

Introduced in chapter 4.
"""

import difflib
import functools
import importlib

from backprop.errors import UnknownNameError, sentence
from backprop.study import kept
from backprop.study.report import WORDS, Report
from backprop.study.words import shown

CHAPTERS = ("chapter04",)


@functools.cache
def exercises():
    """Return all exercises of the book in order, by their ids."""
    modules = [importlib.import_module(f"backprop.study.{name}") for name in CHAPTERS]
    return {exercise.id: exercise for module in modules for exercise in module.EXERCISES}


def check(id, answer, *, solution=False):
    """Judge an answer, and say why it is wrong if it is.

    Parameters
    ----------
    id : str
        The exercise, ``"affine-3"``.
    answer : object
        What the stub asks for: a number, a dict of shapes, a letter, a function, a class.
    solution : bool
        True in the cells of solutions: nothing is recorded.

    Returns
    -------
    report : Report
        Displays as text, or as HTML in a notebook.

    Raises
    ------
    UnknownNameError
        If there is no such exercise.

    Examples
    --------
    >>> check("affine-1", ...)
    Exercise affine-1: not attempted yet. hint("affine-1") gives a hint.
    """
    exercise = find("check", id)
    verdict = exercise.kind.judge(answer, exercise)
    offer = _offer(exercise, verdict.status)
    if verdict.status == "untried":
        return Report("untried", f"Exercise {id}: {WORDS['untried']}.{offer}".replace("`", ""))
    lines = [verdict.says, *verdict.remarks]
    if not solution:
        lines += filter(None, [offer.strip(), _remember(id, verdict)])
    said = "the solution is right" if solution and verdict.status == "right" else None
    head = f"Exercise {id}: {said or WORDS[verdict.status]}."
    see = verdict.see or (exercise.see[:1] if verdict.status == "wrong" else ())
    return Report(verdict.status, head, tuple(lines), see, verdict.mistakes, exercise.chapter)


def _offer(exercise, status):
    """Offer a hint to those who do not know of it."""
    new = status == "untried" or (status == "wrong" and not kept.of(exercise.id)["hints"])
    return f' `hint("{exercise.id}")` gives a hint.' if new and exercise.hints else ""


def _remember(id, verdict):
    """Record an attempt; return why it may be lost, or ''."""
    kept.record(id, solved=verdict.status == "right", attempts=kept.of(id)["attempts"] + 1)
    return kept.trouble()


def hint(id):
    """Give one hint more each time, below those given before.

    Parameters
    ----------
    id : str
        The exercise, ``"affine-3"``.

    Raises
    ------
    UnknownNameError
        If there is no such exercise.
    """
    exercise = find("hint", id)
    total = len(exercise.hints)
    if not total:
        return Report("note", f"Exercise {id}: there are no hints.")
    given = min(kept.of(id)["hints"] + 1, total)
    kept.record(id, hints=given)
    last = " It is the last; the solution stands below the exercise." if given == total else ""
    lines = [f"{k}. {text}" for k, text in enumerate(exercise.hints[:given], start=1)]
    lines += filter(None, [kept.trouble()])
    return Report("note", f"Exercise {id}: hint {given} of {total}.{last}", tuple(lines))


def progress():
    """Show which exercises are solved, chapter by chapter."""
    solved = {id for id in exercises() if kept.of(id)["solved"]}
    chapters = {}
    for exercise in exercises().values():
        chapters.setdefault(exercise.chapter, []).append(exercise)
    lines = [_tally(chapter, found, solved) for chapter, found in chapters.items()]
    lines += filter(None, [kept.trouble()])
    head = f"{len(solved)} of {len(exercises())} exercises solved."
    return Report("note", head, tuple(lines))


def _tally(chapter, found, solved):
    """Return the paragraph about one chapter, a row for every exercise."""
    number, done = int(chapter.partition("_")[0]), sum(e.id in solved for e in found)
    wide = max(len(e.id) for e in found)
    rows = [
        f"{'✓' if e.id in solved else '○'} {e.id:{wide}} {'★' * e.stars:3} {e.title}" for e in found
    ]
    return "\n".join([f"Chapter {number}: {done} of {len(found)} solved.", *rows])


def find(where, id):
    """Return an exercise, or say which one may be meant."""
    if isinstance(id, str) and id in exercises():
        return exercises()[id]
    close = difflib.get_close_matches(id.lower(), exercises(), n=1) if isinstance(id, str) else []
    move = f"Is {close[0]!r} meant?" if close else "progress() lists them all."
    if not isinstance(id, str):
        move = 'The id comes first: check("affine-3", answer).'
    got = f"there is no exercise {shown(id)}"
    raise UnknownNameError(sentence(where, got, "an id such as 'affine-3'", move))
