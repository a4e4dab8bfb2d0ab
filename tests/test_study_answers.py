"""Every exercise of the book: wrong answers are told why, other ways to the right one are right.

The answers stand in the chapters' own files, `test_study_chapterNN.py`: WRONG and ANOTHER_WAY.
"""

from importlib import import_module
from pathlib import Path

import pytest

from backprop.study import check, exercises

FILES = sorted(Path(__file__).parent.glob("test_study_chapter*.py"))
CHAPTERS = [import_module(path.stem) for path in FILES]
WRONG = [answer for chapter in CHAPTERS for answer in chapter.WRONG]
ANOTHER_WAY = [answer for chapter in CHAPTERS for answer in chapter.ANOTHER_WAY]


@pytest.mark.parametrize(("id", "name", "answer"), WRONG)
def test_a_wrong_answer_is_told_why(id, name, answer):
    report = check(id, answer)
    assert (report.status, report.mistakes[:1]) == ("wrong", (name,)), report
    assert len(repr(report)) < 600
    assert all(chapter <= exercises()[id].chapter for chapter, _ in report.see)


@pytest.mark.parametrize("id", exercises())
def test_every_exercise_has_its_wrong_answers(id):
    assert len({name for known, name, _ in WRONG if known == id}) >= 3


@pytest.mark.parametrize("exercise", exercises().values(), ids=exercises())
def test_every_expected_mistake_was_made(exercise):
    rows = getattr(exercise.kind, "wrong", ())
    rows = [row for part in rows.values() for row in part] if isinstance(rows, dict) else rows
    expected = {row.name for row in [*rows, *getattr(exercise.kind, "mistakes", ())]}
    assert expected <= {name for known, name, _ in WRONG if known == exercise.id}


@pytest.mark.parametrize(("id", "answer"), ANOTHER_WAY)
def test_another_way_to_the_same_answer_is_right(id, answer):
    assert check(id, answer).status == "right", check(id, answer)
