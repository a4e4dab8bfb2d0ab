"""What a reader calls: check an answer, take a hint, see what is solved.

Introduced in chapter 4.
"""

import functools
import importlib

from backprop.errors import UnknownNameError, sentence
from backprop.study import progress as kept
from backprop.study.report import WORDS, Report

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
    if verdict.status != "untried" and not solution:
        _remember(id, verdict)
    lines = [verdict.says, *verdict.remarks] if verdict.says else []
    see = verdict.see or (exercise.see[:1] if verdict.status == "wrong" else ())
    head = _head(exercise, verdict.status, solution)
    return Report(verdict.status, head, tuple(lines), tuple(see), verdict.mistakes)


def _remember(id, verdict):
    before = kept.of(id)
    solved = before["solved"] or verdict.status == "right"
    kept.record(id, solved=solved, attempts=before["attempts"] + 1)


def _head(exercise, status, solution):
    said = "the solution is right" if solution and status == "right" else WORDS[status]
    head = f"Exercise {exercise.id}: {said}."
    if solution or status == "right":
        return head
    left = len(exercise.hints) - kept.of(exercise.id)["hints"]
    if status == "wrong" and left < len(exercise.hints):
        return head
    return f'{head} `hint("{exercise.id}")` gives a hint.'.replace("`", "")


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
    given = min(kept.of(id)["hints"] + 1, total)
    kept.record(id, hints=given)
    lines = [f"{k}. {exercise.hints[k - 1]}" for k in range(1, given + 1)]
    last = " It is the last; the solution stands below the exercise." if given == total else ""
    return Report("untried", f"Exercise {id}: hint {given} of {total}.{last}", tuple(lines))


def progress():
    """Show which exercises are solved, chapter by chapter."""
    chapters = {}
    for exercise in exercises().values():
        chapters.setdefault(exercise.chapter, []).append(exercise)
    lines = []
    for chapter, found in chapters.items():
        solved = [e for e in found if kept.of(e.id)["solved"]]
        number = int(chapter.partition("_")[0])
        lines.append(f"Chapter {number}: {len(solved)} of {len(found)} solved.")
        rows = [f"{'✓' if e in solved else '○'} {e.id} {'★' * e.stars} {e.title}" for e in found]
        lines[-1] += "\n" + "\n".join(rows)
    done = sum(kept.of(id)["solved"] for id in exercises())
    return Report("untried", f"{done} of {len(exercises())} exercises solved.", tuple(lines))


def find(where, id):
    """Return an exercise, or say which one may be meant."""
    if id in exercises():
        return exercises()[id]
    import difflib

    close = difflib.get_close_matches(str(id), exercises(), n=1)
    move = f"Is {close[0]!r} meant?" if close else "progress() lists them all."
    got = f"there is no exercise {id!r}"
    wanted = "an id such as 'affine-3'"
    raise UnknownNameError(sentence(where, got, wanted, move))
