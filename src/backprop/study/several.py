"""Answers of several parts, each under its name: judged one by one, put together as one verdict.

Introduced in chapter 2.
"""

from backprop.check.diagnosis import listed
from backprop.study.exercise import UNTRIED, right, wrong
from backprop.study.words import kind, shown


def unfilled(answer):
    """Tell whether an answer, or a part of it, is still ``...``."""
    return answer is ... or any(map(unfilled, _parts(answer)))


def untouched(answer):
    """Tell whether all of an answer is still ``...``."""
    parts = _parts(answer)
    return answer is ... or (bool(parts) and all(map(untouched, parts)))


def judge_each(answer, exercise, wanted, what, because, judge):
    """Return the verdict on a dict of answers.

    Parameters
    ----------
    answer : object
        What came; a dict of name to answer is expected.
    exercise : Exercise
    wanted : iterable of str
        The names that are asked for, in order.
    what : str
        What stands under the names: ``"numbers"``.
    because : str
        Said if all are there and right.
    judge : callable
        ``judge(name, answer)`` returns the verdict on one of them, whose sentence names it.
    """
    if untouched(answer):
        return UNTRIED
    if not isinstance(answer, dict):
        says = f"`{exercise.name}` is {kind(answer)}, expected a dict of names and {what}."
        return wrong(says, "no dict")
    given = [name for name in wanted if name in answer and not unfilled(answer[name])]
    bad = [v for name in given if (v := judge(name, answer[name])).status == "wrong"]
    if bad:
        return _together(bad)
    strange = [shown(name) for name in answer if name not in wanted]
    others = f" Nobody asked for {listed(strange)}." if strange else ""
    missing = [name for name in wanted if name not in given]
    if missing:
        so_far = "So far right. " if given else ""
        says = f"{so_far}{listed(missing)}: still to be filled in.{others}"
        return wrong(says, "unfinished")
    return right(because, [others.strip()] if others else [])


def _together(bad):
    """Return the verdict on several wrong parts: the first two, and how many there are."""
    more = len(bad) - 2
    left = f" {more} more {'is' if more == 1 else 'are'} wrong." if more > 0 else ""
    says = " ".join(verdict.says for verdict in bad[:2])
    see = dict.fromkeys(place for verdict in bad[:2] for place in verdict.see)
    return wrong(f"{says}{left}", *(name for v in bad for name in v.mistakes), see=see)


def _parts(answer):
    if isinstance(answer, dict):
        return list(answer.values())
    return answer if isinstance(answer, (tuple, list)) else ()
