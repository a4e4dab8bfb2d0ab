"""The reader's desk: copies that are refreshed, never at the cost of what the reader wrote."""

import importlib
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted(ROOT.glob("chapters/*.ipynb")) + sorted(ROOT.glob("book/*.ipynb"))
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")

sys.path.insert(0, str(ROOT / "tools"))
desk = importlib.import_module("desk")


def save(path, **cells):
    """Store a notebook whose code cells have these ids and sources; None leaves one out."""
    cells = {"title": "'a page'", "try_page_1": "answer = ...", "end": "'the end'"} | cells
    made = v4.new_notebook(
        cells=[
            v4.new_code_cell(source, id=name.replace("_", "-"))
            for name, source in cells.items()
            if source is not None
        ]
    )
    path.parent.mkdir(exist_ok=True)
    nbformat.write(made, path)
    return path


def sources(path):
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


@pytest.fixture
def chapter(tmp_path):
    return save(tmp_path / "chapters" / "04_page.ipynb")


@pytest.fixture
def mine(tmp_path):
    """Return the path of the reader's copy, not yet made."""
    return tmp_path / "my" / "04_page.ipynb"


def lay_out(*chapters):
    """Lay out the desk beside the folder of the chapters; return what is said."""
    return list(desk.Desk(chapters[0].parents[1] / "my").lay_out(chapters))


# ── copies ────────────────────────────────────────────────────────────────────────────────────


def test_a_first_copy_is_the_chapter_itself(chapter, mine):
    assert lay_out(chapter) == ["04_page: new"]
    assert mine.read_bytes() == chapter.read_bytes()
    assert (mine.parent / "progress.json").read_text("utf-8") == "{}\n"


def test_progress_is_never_overwritten(chapter, mine):
    mine.parent.mkdir()
    (mine.parent / "progress.json").write_text('{"page-1": {"solved": true}}', "utf-8")
    lay_out(chapter)
    assert "page-1" in (mine.parent / "progress.json").read_text("utf-8")


def test_a_refresh_brings_the_new_text_and_keeps_the_answer_and_what_was_there_before(
    chapter, mine
):
    lay_out(chapter)
    save(mine, try_page_1="answer = 5", end="'my end'", note="'why?'", title=None)
    before = mine.read_bytes()
    save(chapter, try_page_1="number = ...", figure="'new'")
    assert lay_out(chapter) == [
        "04_page: refreshed; your answers kept: page-1; your changes kept: end; "
        "your own cells kept: 1; the chapter's newer version is below yours: page-1; "
        "put back: title"
    ]
    found = sources(mine)
    assert found.pop("try-page-1-new").endswith("number = ...\n```")
    assert found == {
        "title": "'a page'",
        "try-page-1": "answer = 5",
        "end": "'my end'",
        "note": "'why?'",
        "figure": "'new'",
    }
    assert (mine.parent / ".before" / mine.name).read_bytes() == before


def test_where_nothing_has_changed_nothing_is_written(chapter, mine):
    lay_out(chapter)
    saved = nbformat.read(save(mine, try_page_1="answer = 5"), as_version=4)
    saved.metadata.language_info = {"name": "python"}  # as JupyterLab saves it
    nbformat.write(saved, mine)
    stored = {p: p.stat().st_mtime_ns for p in mine.parent.rglob("*")}
    assert lay_out(chapter) == []
    assert {p: p.stat().st_mtime_ns for p in mine.parent.rglob("*")} == stored


def test_a_copy_that_was_removed_comes_back_fresh(chapter, mine):
    lay_out(chapter)
    mine.unlink()
    save(chapter, end="'a better end'")
    assert lay_out(chapter) == ["04_page: new"]
    assert mine.read_bytes() == chapter.read_bytes()


# ── what can go wrong ─────────────────────────────────────────────────────────────────────────

BROKEN = [b"", b'{"cells": [', b"<<<<<<< HEAD\n{}", b"[]", b"{}", b'{"cells": [1]}', b"\xff"]


@pytest.mark.parametrize("content", BROKEN)
def test_a_copy_that_cannot_be_read_is_left_alone_and_the_others_go_on(chapter, mine, content):
    lay_out(chapter)
    mine.write_bytes(content)
    said, other = lay_out(chapter, save(chapter.with_name("05_other.ipynb")))
    assert re.fullmatch(
        r"04_page: left as it is: my/04_page.ipynb cannot be read \(\w+: .*\), expected a "
        r"notebook\. Mend it, or rename it and try again for a fresh copy\.",
        said,
    )
    assert other == "05_other: new"
    assert mine.read_bytes() == content


@pytest.mark.parametrize("content", BROKEN)
def test_a_chapter_that_cannot_be_read_changes_no_copy(chapter, mine, content):
    lay_out(chapter)
    save(mine, try_page_1="answer = 5")
    chapter.write_bytes(content)
    (said,) = lay_out(chapter)
    assert "chapters/04_page.ipynb cannot be read" in said
    assert said.endswith("expected a notebook. See what `git status` says about it.")
    assert sources(mine)["try-page-1"] == "answer = 5"


@pytest.mark.parametrize("content", BROKEN)
def test_a_base_that_cannot_be_read_costs_no_answer(chapter, mine, content):
    lay_out(chapter)
    save(mine, try_page_1="answer = 5")
    (mine.parent / ".base" / mine.name).write_bytes(content)
    save(chapter, figure="'new'")
    lay_out(chapter)
    assert sources(mine)["try-page-1"] == "answer = 5"
    assert sources(mine)["figure"] == "'new'"


def test_a_file_where_the_folder_should_be_is_said(chapter, mine):
    mine.parent.write_text("notes", "utf-8")
    with pytest.raises(desk.Unreadable, match=r"^my is a file, expected the folder of your copies"):
        lay_out(chapter)


def cut_after(survive, monkeypatch):
    """Let so many notebooks be written, not counting what was there before, and then no more."""
    left, replace = [True] * survive, os.replace

    def cut(part, path):
        if path.parent.name != ".before":
            left.pop()
        replace(part, path)

    monkeypatch.setattr(os, "replace", cut)


@pytest.mark.parametrize("survive", range(2))
def test_a_refresh_that_was_cut_short_is_done_again(chapter, mine, monkeypatch, survive):
    lay_out(chapter)
    save(mine, try_page_1="answer = 5")
    save(chapter, try_page_1="number = ...", end="'a better end'")
    cut_after(survive, monkeypatch)
    with pytest.raises(IndexError):
        lay_out(chapter)
    monkeypatch.undo()
    lay_out(chapter)
    found = sources(mine)
    assert list(found) == ["title", "try-page-1", "try-page-1-new", "end"]
    assert (found["try-page-1"], found["end"]) == ("answer = 5", "'a better end'")


# ── what Jupyter shows ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("trusted", [True, False])
def test_jupyter_shows_the_figures_of_copies_and_of_refreshed_copies_that_it_showed_before(
    chapter, mine, trusted
):
    lay_out(chapter)
    table = desk.Desk(mine.parent)
    assert table.trusts(mine)
    save(mine, note="'from elsewhere'")
    if trusted:  # JupyterLab signs what was run in it
        table.trust(mine)
    save(chapter, end="'a better end'")
    lay_out(chapter)
    assert table.trusts(mine) == trusted


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_links_of_a_copy_arrive(path):
    for cell in nbformat.read(path, as_version=4).cells:
        for link in LINK.findall(cell.source if cell.cell_type == "markdown" else ""):
            target = Path(os.path.normpath(ROOT / "my" / link))
            known = ROOT / "chapters" / target.name if target.parent.name == "my" else target
            assert known.exists(), f"{cell.id}: {link}"
