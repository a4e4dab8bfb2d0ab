"""A chapter's newer cells come into a reader's copy, and nothing that the reader wrote is lost."""

import importlib
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
threeway = importlib.import_module("threeway")

STUB = 'answer = ...  # your answer\ncheck("affine-1", answer)'
CHAPTER = {"title": "# Title", "exercise": "What is it?", "try-affine-1": STUB, "end": "The end."}


def cell(name, source, **more):
    """Return a cell as a notebook stores it; exercises are code, everything else is text."""
    if name.startswith("try-"):
        more = {"cell_type": "code", "execution_count": None, "outputs": [], **more}
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source, **more}


def cells(**changes):
    """Return the chapter with some sources changed (a name in words), added at its end or None."""
    sources = CHAPTER | {name.replace("_", "-"): source for name, source in changes.items()}
    return [cell(name, source) for name, source in sources.items() if source is not None]


def ids(merged):
    return [cell["id"] for cell in merged.cells]


def sources(merged):
    return {cell["id"]: "".join(cell["source"]) for cell in merged.cells}


def stream(text):
    return [{"output_type": "stream", "name": "stdout", "text": text}]


BASE = cells()


# ── one rule at a time ────────────────────────────────────────────────────────────────────────


def test_a_cell_that_the_reader_left_alone_becomes_the_chapters():
    merged = threeway.merge(BASE, cells(), cells(end="A better end."))
    assert sources(merged)["end"] == "A better end."
    assert not merged.kept


def test_a_new_cell_of_the_chapter_comes_in_at_its_place():
    chapter = cells()
    chapter.insert(1, cell("figure", "A figure."))
    merged = threeway.merge(BASE, cells(try_affine_1="answer = 5"), chapter)
    assert ids(merged) == ["title", "figure", "exercise", "try-affine-1", "end"]


def test_an_answer_is_kept():
    merged = threeway.merge(BASE, cells(try_affine_1="answer = 5"), cells(end="A better end."))
    assert sources(merged)["try-affine-1"] == "answer = 5"
    assert merged.kept == ["try-affine-1"]
    assert merged.newer == []


def test_an_answer_is_kept_whole_when_its_stub_has_changed_and_the_new_stub_is_shown():
    mine, chapter = cells(try_affine_1="answer = 5"), cells(try_affine_1="number = ...")
    merged = threeway.merge(BASE, mine, chapter)
    assert ids(merged) == ["title", "exercise", "try-affine-1", "try-affine-1-new", "end"]
    assert sources(merged)["try-affine-1"] == "answer = 5"
    shown = merged.cells[3]
    assert shown["cell_type"] == "markdown"  # running it changes nothing
    assert shown["source"].startswith("**The chapter has a newer version of the cell above.**")
    assert shown["source"].endswith("\n```python\nnumber = ...\n```")
    assert merged.newer == ["try-affine-1"]


def test_changed_text_is_shown_as_text_and_code_with_a_fence_in_a_longer_fence():
    mine, chapter = cells(end="My end."), cells(end="A better end.")
    assert sources(threeway.merge(BASE, mine, chapter))["end-new"].endswith("\n\nA better end.")
    chapter = cells(try_affine_1='text = """\n```\n"""')
    merged = threeway.merge(BASE, cells(try_affine_1="answer = 5"), chapter)
    assert sources(merged)["try-affine-1-new"].endswith('\n````python\ntext = """\n```\n"""\n````')


def test_a_change_that_both_made_is_no_clash():
    merged = threeway.merge(BASE, cells(end="Better."), cells(end="Better."))
    assert ids(merged) == list(CHAPTER)
    assert merged.newer == merged.kept == []


def test_a_new_version_is_shown_once_until_the_chapter_changes_again():
    mine, first = cells(try_affine_1="answer = 5"), cells(try_affine_1="number = ...")
    once = threeway.merge(BASE, mine, first).cells
    again = threeway.merge(first, once, first)
    assert (again.cells, again.own) == (once, [])
    assert threeway.merge(BASE, once, first).cells == once  # the refresh was cut short
    second = threeway.merge(first, once, cells(try_affine_1="value = ..."))
    assert ids(second) == ["title", "exercise", "try-affine-1", "try-affine-1-new", "end"]
    assert "value = ..." in sources(second)["try-affine-1-new"]


def test_a_new_version_that_the_reader_deleted_does_not_come_back():
    mine, chapter = cells(try_affine_1="answer = 5"), cells(try_affine_1="number = ...")
    merged = threeway.merge(chapter, mine, chapter)
    assert merged.cells == mine


def test_a_new_version_that_the_reader_wrote_into_is_the_readers():
    mine, first = cells(try_affine_1="answer = 5"), cells(try_affine_1="number = ...")
    once = threeway.merge(BASE, mine, first).cells
    once[3] = once[3] | {"source": "number = 5, but why?"}
    merged = threeway.merge(first, once, cells(try_affine_1="value = ..."))
    assert ids(merged)[2:5] == ["try-affine-1", "try-affine-1-new-2", "try-affine-1-new"]
    assert sources(merged)["try-affine-1-new"] == "number = 5, but why?"


def test_a_cell_of_the_readers_own_stays_after_its_predecessor():
    mine = cells()
    mine.insert(0, cell("before", "My notes."))
    mine.insert(3, cell("after", "More notes."))
    chapter = [BASE[3], BASE[1], BASE[0], BASE[2]]  # the chapter in another order
    merged = threeway.merge(BASE, mine, chapter)
    assert ids(merged) == ["before", "end", "exercise", "after", "title", "try-affine-1"]
    assert merged.own == ["before", "after"]


def test_a_cell_that_the_reader_deleted_comes_back():
    merged = threeway.merge(BASE, cells(exercise=None), cells())
    assert merged.cells == BASE
    assert merged.restored == ["exercise"]


def test_a_cell_that_the_reader_emptied_stays_empty():
    assert sources(threeway.merge(BASE, cells(exercise=""), cells()))["exercise"] == ""


def test_a_cell_that_the_chapter_dropped_goes_unless_the_reader_changed_it():
    chapter = cells(exercise=None, try_affine_1=None)
    merged = threeway.merge(BASE, cells(try_affine_1="answer = 5"), chapter)
    assert ids(merged) == ["title", "try-affine-1", "end"]
    assert merged.kept == ["try-affine-1"]
    assert ids(threeway.merge(BASE, cells(), chapter)) == ["title", "end"]


def test_running_a_cell_is_no_change_and_what_it_put_out_stays():
    ran = {"execution_count": 7, "outputs": stream("wrong"), "metadata": {"scrolled": True}}
    mine = [c | ran if c["cell_type"] == "code" else c for c in cells()]
    assert threeway.merge(BASE, mine, BASE).cells == mine
    fresh = [c | {"outputs": stream("new")} if c["cell_type"] == "code" else c for c in cells()]
    assert threeway.merge(BASE, mine, fresh).cells == fresh


def test_a_source_is_the_same_as_one_string_and_as_lines():
    mine = [c | {"source": c["source"].splitlines(keepends=True)} for c in cells()]
    assert not threeway.merge(BASE, mine, cells(end="A better end.")).kept


def test_text_that_the_reader_turned_into_code_is_a_change():
    mine = [c | {"cell_type": "raw"} for c in cells()]
    assert threeway.merge(BASE, mine, BASE).cells == mine


def test_without_a_base_every_difference_is_the_readers():
    merged = threeway.merge([], cells(try_affine_1="answer = 5"), cells(end="A better end."))
    assert sources(merged)["try-affine-1"] == "answer = 5"
    assert merged.newer == ["try-affine-1", "end"]


def test_cells_without_ids_are_known_by_their_words():
    mine = [{k: v for k, v in c.items() if k != "id"} for c in cells(end="My end.")]
    merged = threeway.merge(BASE, mine, BASE)
    assert ids(merged) == ["title", "exercise", "try-affine-1", "own", "end"]
    assert sources(merged)["own"] == "My end."


def test_two_cells_with_one_id_are_both_kept():
    mine = cells(try_affine_1="answer = 5")
    mine.insert(3, cell("try-affine-1", "answer = 6"))
    merged = threeway.merge(BASE, mine, BASE)
    assert ids(merged)[2:4] == ["try-affine-1", "try-affine-1-2"]
    assert sources(merged)["try-affine-1-2"] == "answer = 6"


# ── anything may happen, in any order ─────────────────────────────────────────────────────────


class Story:
    """A chapter and a reader's copy, both edited at random, and what the reader wrote."""

    def __init__(self, seed):
        self.rng, self.count, self.written = random.Random(seed), 0, {}
        self.chapter = [cell(self.name(), self.text("chapter")) for _ in range(8)]
        self.base = self.mine = list(self.chapter)

    def text(self, who):
        self.count += 1
        return f"{who} {self.count}\n" + "\n".join(self.rng.choices(["a = 1", "b", "...", ""], k=2))

    def name(self):
        self.count += 1
        return f"{self.rng.choice(['try', 'text'])}-{self.count}"

    def edit_the_chapter(self):
        self.chapter, there = list(self.chapter), self.rng.randrange(len(self.chapter))
        match self.rng.choice(["change", "add", "drop", "move", "run"]):
            case "change":
                self.chapter[there] = self.chapter[there] | {"source": self.text("chapter")}
            case "add":
                self.chapter.insert(there, cell(self.name(), self.text("chapter")))
            case "drop" if len(self.chapter) > 1:
                del self.chapter[there]
            case "move":
                self.chapter.insert(there, self.chapter.pop())
            case "run":
                self.chapter[there] = self.chapter[there] | {"metadata": {"run": self.count}}

    def edit_the_copy(self):
        self.mine, there = list(self.mine), self.rng.randrange(len(self.mine))
        name = self.mine[there]["id"]
        match self.rng.choice(["change", "change", "add", "delete", "move", "run"]):
            case "change":
                self.written[name] = self.text("mine")
                self.mine[there] = self.mine[there] | {"source": self.written[name]}
            case "add":
                new = cell(self.name().replace("text", "note"), self.text("mine"))
                self.written[new["id"]] = new["source"]
                self.mine.insert(there, new)
            case "delete" if len(self.mine) > 1:
                del self.mine[there]
                self.written.pop(name, None)
            case "move":
                self.mine.insert(there, self.mine.pop())
            case "run":
                self.mine[there] = self.mine[there] | {"metadata": {"run": self.count}}

    def refresh(self):
        merged = threeway.merge(self.base, self.mine, self.chapter)
        self.base, self.mine = self.chapter, merged.cells
        return merged


@pytest.mark.parametrize("seed", range(60))
def test_ten_refreshes_lose_nothing_and_bring_everything(seed):
    story = Story(seed)
    for _ in range(10):
        for _ in range(story.rng.randrange(6)):
            story.edit_the_chapter()
            story.edit_the_copy()
        merged = story.refresh()
        found = sources(merged)
        assert story.written.items() <= found.items()
        assert len(found) == len(merged.cells)
        newest = {c["id"]: c["source"] for c in story.chapter}
        assert [name for name in found if name in newest] == list(newest)
        assert all(found[n] == newest[n] for n in newest if n not in story.written)
        order = list(found)
        assert all(newest[n] in found[order[order.index(n) + 1]] for n in merged.newer)
        assert story.refresh().cells == merged.cells
