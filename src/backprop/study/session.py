"""What a reader calls: check an answer, take a hint, see what is solved.

Introduced in chapter 2.
"""

import difflib
import functools
import importlib

from backprop.errors import UnknownNameError, sentence
from backprop.study import kept
from backprop.study.report import WORDS, Report
from backprop.study.words import shown

CHAPTERS = ("chapter02", "chapter03", "chapter04", "chapter05", "chapter06")


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
    see = _taught(verdict, exercise)
    return Report(verdict.status, head, tuple(lines), see, verdict.mistakes, exercise.chapter)


def _taught(verdict, exercise):
    """Return what to read again: nothing from a chapter after the exercise's own."""
    last = exercise.chapter or "~"
    see = tuple(place for place in verdict.see if place[0] <= last)
    return see or (exercise.see[:1] if verdict.status == "wrong" else ())


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


def progress(chapter=None):
    """Show which exercises are solved, chapter by chapter.

    Parameters
    ----------
    chapter : int, optional
        Show this chapter alone.

    Raises
    ------
    UnknownNameError
        If it has no exercises.
    """
    chapters = {}
    for exercise in exercises().values():
        chapters.setdefault(number(exercise.chapter), []).append(exercise)
    if chapter is not None:
        chapters = {chapter: _expect_chapter(chapter, chapters)}
    solved = {e.id for found in chapters.values() for e in found if kept.of(e.id)["solved"]}
    lines = [_tally(chapter, found, solved) for chapter, found in chapters.items()]
    lines += filter(None, [kept.trouble()])
    asked = sum(map(len, chapters.values()))
    return Report("note", f"{len(solved)} of {asked} exercises solved.", tuple(lines))


def number(chapter):
    """Return the number of a chapter: 4 of ``"04_affine"``."""
    return int(chapter.partition("_")[0])


def _expect_chapter(chapter, chapters):
    """Return the exercises of one chapter, or say which chapters have some."""
    if chapter in chapters and not isinstance(chapter, bool):
        return chapters[chapter]
    wanted, move = ", ".join(map(str, chapters)), "progress() shows them all."
    got = f"there are no exercises in chapter {shown(chapter)}"
    raise UnknownNameError(sentence("progress", got, wanted, move))


def _tally(chapter, found, solved):
    """Return the paragraph about one chapter, a row for every exercise."""
    done = sum(e.id in solved for e in found)
    wide = max(len(e.id) for e in found)
    rows = [
        f"{'✓' if e.id in solved else '○'} {e.id:{wide}} {'★' * e.stars:3} {e.title}" for e in found
    ]
    return "\n".join([f"Chapter {chapter}: {done} of {len(found)} solved.", *rows])


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
