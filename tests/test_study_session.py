"""check, hint and progress: what is said, what is recorded, and where."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from tiny_exercises import HERE, THERE, choice, function, number, right

from backprop.errors import UnknownNameError
from backprop.study import check, hint, kept, progress, session

TINY = {
    "tiny-1": number,
    "tiny-2": function._replace(id="tiny-2", stars=3),
    "tiny-3": choice._replace(id="tiny-3", hints=(), chapter="12_attention"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in a folder of one's own, with three tiny exercises and nothing remembered."""
    (tmp_path / "course" / "my").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "course" / "my")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(kept, "memory", {})
    monkeypatch.setattr(session, "exercises", lambda: TINY)
    return tmp_path / "course" / "my"


@pytest.fixture
def file(folder):
    """Return the file of a working copy."""
    (folder / "progress.json").write_text("{}\n", "utf-8")
    return folder / "progress.json"


def stored(file):
    return json.loads(file.read_text("utf-8"))


# ── what is said ──────────────────────────────────────────────────────────────────────────────


def test_what_is_not_attempted_is_said_in_one_line_that_is_always_the_same():
    said = 'Exercise tiny-1: not attempted yet. hint("tiny-1") gives a hint.'
    assert repr(check("tiny-1", ...)) == said
    hint("tiny-1")
    check("tiny-1", 7)
    assert repr(check("tiny-1", ...)) == repr(check("tiny-1", ..., solution=True)) == said


def test_a_wrong_answer_is_explained_and_leads_on():
    report = check("tiny-1", 12)
    assert report.mistakes == ("input forgotten",)
    assert report.see == (THERE,)
    assert repr(report).splitlines() == [
        "Exercise tiny-1: not yet.",
        "The input?",
        '`hint("tiny-1")` gives a hint.',
        "Read “What: is noise?” in chapter 3.",
    ]


def test_a_wrong_answer_leads_to_no_chapter_that_comes_later(monkeypatch):
    early = number._replace(chapter="02_before", see=(("02_before", "Known by then"),))
    monkeypatch.setattr(session, "exercises", lambda: {"tiny-1": early})
    report = check("tiny-1", 12)
    assert (report.mistakes, report.see) == (("input forgotten",), early.see)


def test_a_wrong_answer_without_a_section_of_its_own_leads_to_the_exercise_s():
    assert check("tiny-1", 7).see == (HERE,)
    assert check("tiny-1", 12).chapter == HERE[0]


def test_the_hint_is_offered_until_one_was_taken():
    hint("tiny-1")
    assert "hint" not in repr(check("tiny-1", 12))
    assert '`hint("tiny-2")` gives a hint.' in check("tiny-2", lambda X, W, dZ: 1).lines


def test_a_right_answer_is_told_why_and_nothing_more():
    assert repr(check("tiny-1", -48)).splitlines() == ["Exercise tiny-1: right.", "It is."]


def test_remarks_stand_below_what_is_said():
    report = check("tiny-2", lambda X, W, dZ: (print("here"), right(X, W, dZ))[1])
    assert report.lines[1:] == ("Printed by your code:\nhere",)


def test_a_solution_is_called_one():
    report = check("tiny-1", -48, solution=True)
    assert report.head == "Exercise tiny-1: the solution is right."
    assert repr(check("tiny-1", 7, solution=True)).splitlines()[:2] == [
        "Exercise tiny-1: not yet.",
        "Another number, and none that a known mistake gives.",
    ]
    assert "hint" not in repr(check("tiny-1", 7, solution=True))


def test_solution_is_given_by_its_name():
    with pytest.raises(TypeError):
        check("tiny-1", -48, True)


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("tiny_1", "there is no exercise 'tiny_1', expected an id such as 'affine-3'. Is 'tiny-1'"),
        ("TINY-2", "there is no exercise 'TINY-2', expected an id such as 'affine-3'. Is 'tiny-2'"),
        ("", "there is no exercise '', expected an id such as 'affine-3'. progress() lists them"),
        ("softmax", "no exercise 'softmax', expected an id such as 'affine-3'. progress() lists"),
        (3, "there is no exercise 3, expected an id such as 'affine-3'. The id comes first: check"),
        ([], "there is no exercise [], expected an id such as 'affine-3'. The id comes first"),
        (right, "there is no exercise a function, expected an id such as 'affine-3'. The id comes"),
        (np.ones((9, 9)), "there is no exercise an array of shape (9, 9), expected an id such as"),
    ],
)
def test_an_unknown_id_is_told_with_the_next_move(id, said):
    for call, where in ((lambda: check(id, 1), "check: "), (lambda: hint(id), "hint: ")):
        with pytest.raises(UnknownNameError) as caught:
            call()
        assert str(caught.value).startswith(where)
        assert said in str(caught.value)


# ── hints ─────────────────────────────────────────────────────────────────────────────────────


def test_every_hint_comes_below_those_before():
    assert repr(hint("tiny-1")).splitlines() == ["Exercise tiny-1: hint 1 of 2.", "1. Look."]
    last = [
        "Exercise tiny-1: hint 2 of 2. It is the last; the solution stands below the exercise.",
        "1. Look.",
        "2. Look again.",
    ]
    assert repr(hint("tiny-1")).splitlines() == last
    assert repr(hint("tiny-1")).splitlines() == last
    assert repr(hint("tiny-2")).splitlines()[0] == "Exercise tiny-2: hint 1 of 2."


def test_an_exercise_without_hints_says_so():
    assert repr(hint("tiny-3")) == "Exercise tiny-3: there are no hints."
    assert repr(check("tiny-3", ...)) == "Exercise tiny-3: not attempted yet."
    assert "hint" not in repr(check("tiny-3", "a"))


def test_hints_are_counted_in_the_file(file):
    for _ in range(4):
        hint("tiny-1")
    assert stored(file) == {"tiny-1": {"hints": 2}}


# ── what is recorded ──────────────────────────────────────────────────────────────────────────


def test_attempts_are_counted_and_the_right_one_solves():
    check("tiny-1", 7)
    check("tiny-1", 8)
    assert kept.of("tiny-1") == {"solved": False, "attempts": 2, "hints": 0}
    check("tiny-1", -48)
    assert kept.of("tiny-1") == {"solved": True, "attempts": 3, "hints": 0}


def test_what_is_solved_stays_solved():
    check("tiny-1", -48)
    check("tiny-1", 7)
    hint("tiny-1")
    assert kept.of("tiny-1") == {"solved": True, "attempts": 2, "hints": 1}


def test_a_solution_records_nothing(file):
    check("tiny-1", -48, solution=True)
    check("tiny-1", 7, solution=True)
    assert (kept.memory, stored(file)) == ({}, {})


def test_what_is_not_attempted_records_nothing(file):
    check("tiny-1", ...)
    check("tiny-2", ...)
    assert (kept.memory, stored(file)) == ({}, {})


def test_progress_shows_every_exercise_chapter_by_chapter():
    check("tiny-1", -48)
    check("tiny-2", lambda X, W, dZ: 1)
    assert repr(progress()).splitlines() == [
        "1 of 3 exercises solved.",
        "Chapter 4: 1 of 2 solved.",
        "    ✓ tiny-1 ★   A tiny one",
        "    ○ tiny-2 ★★★ A tiny one",
        "Chapter 12: 0 of 1 solved.",
        "    ○ tiny-3 ★   A tiny one",
    ]


def test_progress_in_one_chapter_shows_that_chapter_alone():
    check("tiny-1", -48)
    assert repr(progress(4)).splitlines() == [
        "1 of 2 exercises solved.",
        "Chapter 4: 1 of 2 solved.",
        "    ✓ tiny-1 ★   A tiny one",
        "    ○ tiny-2 ★★★ A tiny one",
    ]


@pytest.mark.parametrize("chapter", [5, "04_affine", True])
def test_progress_in_a_chapter_without_exercises_is_refused(chapter):
    with pytest.raises(UnknownNameError) as caught:
        progress(chapter)
    assert str(caught.value).endswith(", expected 4, 12. progress() shows them all.")


# ── where it is kept ──────────────────────────────────────────────────────────────────────────


def test_without_a_file_progress_is_kept_in_memory_and_no_file_is_made(folder):
    check("tiny-1", -48)
    hint("tiny-2")
    assert kept.of("tiny-1")["solved"]
    assert list(folder.parent.rglob("*")) == [folder]
    assert kept.trouble() == ""


def test_the_file_is_found_in_the_current_folder(file):
    check("tiny-1", -48)
    assert stored(file) == {"tiny-1": {"attempts": 1, "solved": True}}
    assert kept.memory == {}


def test_the_file_is_found_in_a_folder_above(file, monkeypatch):
    (file.parent / "deep" / "deeper").mkdir(parents=True)
    monkeypatch.chdir(file.parent / "deep" / "deeper")
    check("tiny-1", -48)
    assert stored(file)["tiny-1"]["solved"]


def test_the_nearest_file_counts(file):
    above = file.parents[1] / "progress.json"
    above.write_text("{}", "utf-8")
    check("tiny-1", -48)
    assert stored(above) == {}


def test_the_home_folder_and_what_is_above_it_are_left_alone(folder, monkeypatch):
    """A file of this name may be anybody's there."""
    monkeypatch.setenv("HOME", str(folder.parent))
    for where in (folder.parent, folder.parents[1]):
        (where / "progress.json").write_text('{"other": {}}', "utf-8")
    check("tiny-1", -48)
    assert stored(folder.parent / "progress.json") == {"other": {}}
    assert stored(folder.parents[1] / "progress.json") == {"other": {}}
    assert kept.of("tiny-1")["solved"]


def test_a_folder_of_this_name_is_no_file(folder):
    (folder / "progress.json").mkdir()
    check("tiny-1", -48)
    assert kept.of("tiny-1")["solved"]


def test_without_a_current_folder_there_is_memory(monkeypatch):
    def gone():
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", gone)
    check("tiny-1", -48)
    assert kept.of("tiny-1")["solved"]


def test_without_a_home_there_is_memory(file, monkeypatch):
    def homeless():
        raise RuntimeError

    monkeypatch.setattr(Path, "home", homeless)
    check("tiny-1", -48)
    assert kept.of("tiny-1")["solved"]


def test_a_new_kernel_reads_what_the_last_one_has_written(file, monkeypatch):
    check("tiny-1", -48)
    hint("tiny-2")
    monkeypatch.setattr(kept, "memory", {})
    assert kept.of("tiny-1")["solved"]
    assert kept.of("tiny-2")["hints"] == 1


def test_two_kernels_keep_each_other_s_progress(file, monkeypatch):
    check("tiny-1", 7)
    mine = kept.memory
    monkeypatch.setattr(kept, "memory", {})  # the other kernel
    check("tiny-1", -48)
    check("tiny-3", "b")
    monkeypatch.setattr(kept, "memory", mine)
    check("tiny-2", right)
    assert {id for id, known in stored(file).items() if known["solved"]} == {*TINY}
    assert stored(file)["tiny-1"]["attempts"] == 2


def test_exercises_that_are_not_known_here_are_kept(file):
    file.write_text('{"gone-1": {"solved": true}}', "utf-8")
    check("tiny-1", 7)
    assert stored(file)["gone-1"] == {"solved": True}


@pytest.mark.parametrize("text", ["", "\n", "{}", "  {}  "])
def test_an_empty_file_is_a_fresh_one(file, text):
    file.write_text(text, "utf-8")
    check("tiny-1", -48)
    assert stored(file)["tiny-1"]["solved"]
    assert kept.trouble() == ""


BROKEN = [
    b'{"tiny-1": {"solved": tr',
    b"[]",
    b"3",
    b"null",
    b'{"tiny-1": 3}',
    b'{"tiny-1": {"solved": "yes"}}',
    b'{"tiny-1": {"attempts": true}}',
    b'{"tiny-1": {"hints": 1.5}}',
    b'{"tiny-1": {"stars": 1}}',
    b"\xff\xfe",
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_a_file_that_makes_no_sense_is_left_as_it_is_and_it_is_said(file, content):
    file.write_bytes(content)
    said = "Your progress is kept for this session only: progress.json cannot be read."
    assert said in check("tiny-1", -48).lines
    assert said in hint("tiny-2").lines
    assert said in progress().lines
    assert kept.of("tiny-1")["solved"]
    assert file.read_bytes() == content
    assert os.listdir(file.parent) == ["progress.json"]


def test_what_could_not_be_written_is_written_as_soon_as_it_can_be(file):
    file.write_text("broken", "utf-8")
    check("tiny-1", -48)
    file.write_text('{"tiny-1": {"attempts": 5}}', "utf-8")
    check("tiny-2", lambda X, W, dZ: 1)
    assert stored(file) == {
        "tiny-1": {"attempts": 5, "solved": True},
        "tiny-2": {"attempts": 1, "solved": False},
    }
    assert kept.trouble() == ""


@pytest.mark.parametrize("step", ["write_text", "replace"])
def test_where_nothing_can_be_written_nothing_is_lost_and_it_is_said(file, monkeypatch, step):
    def refuse(*arguments, **options):
        raise PermissionError

    monkeypatch.setattr(*((Path, step) if step == "write_text" else (os, step)), refuse)
    report = check("tiny-1", -48)
    said = "Your progress is kept for this session only: progress.json cannot be written."
    assert report.lines == ("It is.", said)
    assert kept.of("tiny-1")["solved"]
    assert file.read_text("utf-8") == "{}\n"
    assert os.listdir(file.parent) == ["progress.json"]
    assert check("tiny-1", -48, solution=True).lines == ("It is.",)


def test_a_write_that_is_cut_short_leaves_the_old_file(file, monkeypatch):
    check("tiny-1", -48)
    before, write = file.read_bytes(), Path.write_text

    def half(path, text, *rest):
        write(path, text[: len(text) // 2], *rest)
        raise OSError

    monkeypatch.setattr(Path, "write_text", half)
    check("tiny-2", right)
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == ["progress.json"]


def test_a_link_to_the_file_stays_a_link(file, folder):
    real = file.rename(folder.parent / "kept.json")
    file.symlink_to(real)
    check("tiny-1", -48)
    assert file.is_symlink()
    assert stored(real)["tiny-1"]["solved"]


def test_the_file_is_the_same_whatever_the_order(file):
    check("tiny-2", right)
    check("tiny-1", -48)
    text = file.read_text("utf-8")
    assert text.index("tiny-1") < text.index("tiny-2")
    assert text.endswith("}\n")


def test_the_book_s_exercises_are_found_by_their_ids(monkeypatch):
    monkeypatch.undo()
    found = session.exercises()
    assert all(id == exercise.id for id, exercise in found.items())
    chapters = [exercise.chapter for exercise in found.values()]
    assert chapters == sorted(chapters)
    assert [id for id in found if id.startswith("affine-")][:2] == ["affine-1", "affine-2"]
