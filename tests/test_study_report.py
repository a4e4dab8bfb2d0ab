"""What a reader sees, as text and as HTML."""

import re
from html.parser import HTMLParser

import pytest
from docutils.nodes import make_id

from backprop.check.mistakes import MISTAKES
from backprop.study import exercises
from backprop.study.report import COLOURS, QUIET, Report, anchor, place

SEE = (("04_affine", "Where from?"), ("07_checking", "Noise: what is it?"))
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)> & \"quoted\" 'it'"


class Reader(HTMLParser):
    """Collects what a browser would: tags, addresses, text."""

    def __init__(self, report):
        super().__init__()
        self.tags, self.links, self.open, self.text = [], [], [], ""
        self.feed(report._repr_html_())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.open.append(tag)
        self.links += [value for name, value in attributes if name == "href"]
        assert {name for name, _ in attributes} <= {"class", "style", "href"}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


# ── text ──────────────────────────────────────────────────────────────────────────────────────


def test_the_text_is_the_head_the_lines_and_where_to_read():
    report = Report("wrong", "Not yet.", ("One.", "Printed:\n1\n2"), SEE)
    assert repr(report).splitlines() == [
        "Not yet.",
        "One.",
        "Printed:",
        "    1",
        "    2",
        "Read “Where from?” in chapter 4 and “Noise: what is it?” in chapter 7.",
    ]


def test_a_report_is_no_tuple():
    report = Report("right", "Right.")
    assert not hasattr(report, "__len__")
    assert not hasattr(report, "__iter__")
    assert report == Report("right", "Right.") != ("right", "Right.", (), (), (), "")
    with pytest.raises(AttributeError):
        report.status = "wrong"


# ── HTML ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", ["right", "wrong", "note"])
def test_the_html_says_the_same_as_the_text(status):
    report = Report(status, "Head `x`.", ("One `y < 2` or `z`.", "Printed:\n1 <2>\n2"), SEE)
    found = Reader(report)
    words = re.sub(r"\s+|`", "", repr(report))
    assert re.sub(r"\s+", "", found.text) == words
    assert found.tags.count("p") == 3
    assert found.tags.count("code") == 3
    assert found.tags.count("pre") == 1


def test_what_is_not_attempted_is_one_quiet_line():
    found = Reader(Report("untried", "Not attempted."))
    assert (found.tags, found.text) == (["div", "span"], "Not attempted.")


@pytest.mark.parametrize("status", ["right", "wrong", "untried", "note"])
def test_nothing_that_a_reader_s_code_says_becomes_markup(status):
    report = Report(status, EVIL, (EVIL, f"Printed:\n{EVIL}", f"`{EVIL}`"))
    found = Reader(report)
    assert not {"script", "img"} & set(found.tags)
    assert EVIL in found.text


@pytest.mark.parametrize(
    "line", ["`", "``", "a ` b", "`a` and ` b", "```python```", "`<b>`", "`a\n`b`", "\n", "\n`x`"]
)
def test_backticks_in_any_number_keep_the_markup_whole(line):
    found = Reader(Report("wrong", line, (line,)))
    assert found.text.replace("`", "") == (line + line.replace("\n", "", 1)).replace("`", "")


def test_long_lines_are_wrapped_wherever_they_can():
    html = Report("wrong", "Head.", ("x" * 500, "Printed:\n" + "y" * 500))._repr_html_()
    assert "overflow-wrap: anywhere" in html
    assert "white-space: pre-wrap" in html


# ── links ─────────────────────────────────────────────────────────────────────────────────────


def test_a_section_of_the_same_notebook_is_linked_by_its_heading_alone():
    assert Reader(Report("wrong", "", see=SEE, chapter="04_affine")).links == [
        "#where-from",
        "07_checking.ipynb#noise-what-is-it",
    ]


def test_a_section_of_another_notebook_is_linked_by_both():
    assert Reader(Report("wrong", "", see=SEE)).links == [
        "04_affine.ipynb#where-from",
        "07_checking.ipynb#noise-what-is-it",
    ]


def test_links_are_underlined_so_that_colour_is_not_all():
    assert Report("wrong", "", see=SEE)._repr_html_().count("text-decoration: underline") == 2


def headings():
    """Return every heading to which a report may point."""
    found = [row.see for row in MISTAKES if row.see]
    for exercise in exercises().values():
        found += exercise.see
        rows = getattr(exercise.kind, "wrong", ())
        rows = [r for part in rows.values() for r in part] if isinstance(rows, dict) else rows
        found += [where for row in rows for where in row.see]
        found += [row.see for row in getattr(exercise.kind, "mistakes", ()) if row.see]
    return sorted(set(found))


@pytest.mark.parametrize(("chapter", "heading"), headings())
def test_the_address_is_the_one_that_the_pages_give(chapter, heading):
    assert anchor(heading) == make_id(heading)
    assert re.fullmatch(r"\d\d_\w+", chapter)


@pytest.mark.parametrize(
    ("heading", "address"),
    [
        ("A batch of examples", "a-batch-of-examples"),
        ("First route: one weight", "first-route-one-weight"),
        ("Why a transpose?", "why-a-transpose"),
        ("The layer's “own” way", "the-layer-s-own-way"),
        ('"<b>', "b"),
    ],
)
def test_an_address_holds_letters_figures_and_hyphens(heading, address):
    assert anchor(heading) == address


def test_a_section_is_named_with_its_chapter():
    assert place("12_attention", "Why?") == "“Why?” in chapter 12"


# ── colours ───────────────────────────────────────────────────────────────────────────────────


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(a, b):
    bright, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])  # JupyterLab's two
@pytest.mark.parametrize("colour", [*COLOURS.values(), QUIET])
def test_the_line_at_the_side_is_seen_on_light_and_dark_ground(colour, ground):
    assert contrast(colour, ground) >= 3


def test_no_text_has_a_colour_of_its_own():
    for status in ("right", "wrong", "untried", "note"):
        html = Report(status, "Head.", ("Line.\nprinted",), SEE)._repr_html_()
        assert not re.search(r"(?<!-)color:|background|opacity", html)


def test_the_words_tell_right_from_wrong():
    from backprop.study import check

    assert repr(check("affine-3", "b", solution=True)).startswith(
        "Exercise affine-3: the solution is right."
    )
    assert repr(check("affine-3", "a", solution=True)).startswith("Exercise affine-3: not yet.")
