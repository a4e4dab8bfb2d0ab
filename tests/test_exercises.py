"""The exercises in the notebooks are the declared ones, and their solutions are right.

nbval runs the solutions; these tests make sure that it has something to run.
"""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from backprop.study import check, exercises

ROOT = Path(__file__).parents[1]
EXERCISES = exercises()

every = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)


@cache
def cells(chapter):
    found = json.loads((ROOT / "chapters" / f"{chapter}.ipynb").read_text("utf-8"))["cells"]
    return {cell["id"]: {**cell, "source": "".join(cell["source"])} for cell in found}


@cache
def headings(chapter):
    texts = [c["source"] for c in cells(chapter).values() if c["cell_type"] == "markdown"]
    return set(re.findall(r"^#+ (.+)$", "\n".join(texts), re.MULTILINE))


def spoken(cell):
    """Return what a cell's outputs say."""
    outputs = [out.get("data", {}).get("text/plain", "") for out in cell["outputs"]]
    return "".join("".join(text) for text in outputs)


@every
def test_the_statement_carries_the_declared_title_and_stars(exercise):
    cell = cells(exercise.chapter)[f"exercise-{exercise.id}"]
    title = f"<h3 hidden>{exercise.title}</h3>\n\n:::{{exercise}} {exercise.title}"
    head = f"{title} {'★' * exercise.stars}\n:label: {exercise.id}\n\n"
    assert cell["source"].startswith(head)
    assert cell["source"].endswith("\n:::")


@every
def test_the_stub_is_the_declared_one_and_answers_quietly(exercise):
    cell = cells(exercise.chapter)[f"try-{exercise.id}"]
    assert cell["source"] == exercise.cell
    assert spoken(cell).startswith(f"Exercise {exercise.id}: not attempted yet.")
    assert len(spoken(cell).splitlines()) == 1


@every
def test_the_solution_stands_behind_its_exercise_and_is_checked(exercise):
    names = list(cells(exercise.chapter))
    begin, end = (names.index(f"solution-{exercise.id}{tail}") for tail in ("", "-end"))
    assert names.index(f"try-{exercise.id}") == begin - 1
    inside = [cells(exercise.chapter)[name] for name in names[begin:end]]
    checked = [cell for cell in inside if f'check("{exercise.id}", ' in cell["source"]]
    assert len(checked) == 1
    assert checked[0]["source"].endswith(", solution=True)")
    assert f"Exercise {exercise.id}: the solution is right." in spoken(checked[0])
    assert cells(exercise.chapter)[f"solution-{exercise.id}"]["source"].startswith(
        f"<h4 hidden>Solution</h4>\n\n:::{{solution-start}} {exercise.id}\n:class: dropdown\n:::\n"
    )


@every
def test_a_solution_is_folded_in_the_notebook_and_nothing_else_is(exercise):
    """A folded heading hides what stands below it, up to the next heading of its level."""
    found = cells(exercise.chapter)
    folded = [name for name, c in found.items() if "jp-MarkdownHeadingCollapsed" in c["metadata"]]
    assert f"solution-{exercise.id}" in folded
    names = list(found)
    after = names[names.index(f"solution-{exercise.id}-end") + 1]
    assert re.match(r"<h3 hidden>|## ", found[after]["source"])
    assert len(folded) == sum(e.chapter == exercise.chapter for e in EXERCISES.values())


def test_every_exercise_of_a_notebook_is_declared():
    found = [
        name.removeprefix("exercise-")
        for path in sorted(ROOT.glob("chapters/*.ipynb"))
        for name in cells(path.stem)
        if name.startswith("exercise-")
    ]
    assert found == list(EXERCISES)


def test_a_chapter_has_at_least_eight_exercises_of_every_kind_of_difficulty():
    for chapter in {exercise.chapter for exercise in EXERCISES.values()}:
        stars = Counter(e.stars for e in EXERCISES.values() if e.chapter == chapter)
        assert stars.total() >= 8
        assert set(stars) == {1, 2, 3}


def places(exercise):
    """Yield every section to which an exercise points."""
    yield from exercise.see
    rows = getattr(exercise.kind, "wrong", ())
    for row in [row for part in rows.values() for row in part] if isinstance(rows, dict) else rows:
        yield from row.see
    yield from [row.see for row in getattr(exercise.kind, "mistakes", ()) if row.see]


@every
def test_hints_are_there_and_every_pointer_arrives(exercise):
    assert len(exercise.hints) >= 2
    assert exercise.see
    for chapter, heading in places(exercise):
        assert heading in headings(chapter)


@every
def test_an_untouched_answer_is_not_attempted(exercise):
    assert check(exercise.id, ...).status == "untried"
