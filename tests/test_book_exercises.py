"""Exercises on the pages: numbers, stars, hints, folded solutions, the list of them all.

The last tests change what the package declares, then a notebook, and build again.
"""

import importlib
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from tiny_book import DECLARED, ROOT, build, declare, make, write_book

from backprop.study import exercises

pytestmark = pytest.mark.usefixtures("extension")
CHAPTERS = ROOT / "_build" / "html" / "chapters"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    result = make(folder)
    assert (result.returncode, result.stderr) == (0, "")
    return folder


def read(folder, name):
    text = (folder / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


@pytest.fixture(scope="module")
def page(folder):
    """The page of the chapter, before any test changes the book."""
    return read(folder, "chapters/05_tasks")


@pytest.fixture(scope="module")
def index(folder):
    return read(folder, "book/index")


@pytest.fixture(scope="module")
def listed(folder):
    return read(folder, "book/exercises")


def text(tag):
    return " ".join(tag.text.split())


# --- the statement -----------------------------------------------------------------------------


def test_an_exercise_has_the_number_of_its_chapter_and_its_name_as_anchor(page):
    titles = {block["id"]: text(block.select_one(".bp-exercise-title")) for block in blocks(page)}
    assert titles == {
        "task-1": "Exercise 5.1 A layer’s bias, db ★★#",
        "task-2": "Exercise 5.2 Shapes ★#",
    }
    assert page.select_one("#task-1 .bp-exercise-name code").text == "db"


def blocks(page):
    return page.select("div.bp-exercise")


def test_stars_have_words(page):
    stars = [(star["role"], star["aria-label"]) for star in page.select(".bp-stars")]
    assert stars == [("img", "two stars of three"), ("img", "one star of three")]


def test_the_statement_is_not_folded(page):
    assert [text(item) for item in page.select("#task-1 > ul > li")] == [
        "one number for each output",
        "added over the batch",
    ]


def test_a_reference_reads_exercise_and_number_and_leads_there(index):
    links = {
        a["href"].split("05_tasks.html")[1]: a.text for a in index.select("a[href*='tasks.html']")
    }
    assert links["#task-2"] == "Exercise 5.2"
    assert links["#task-1"] == "Exercise 5.1"
    assert links["#solution-task-1"] == "Solution to Exercise 5.1"


# --- hints and solutions -----------------------------------------------------------------------


def test_hints_are_closed_folds_below_the_statement(page):
    hints = page.select("#task-1 > ul ~ details.bp-hint:not([open])")
    marks = [(text(hint.summary), hint.summary["aria-label"]) for hint in hints]
    assert marks == [
        ("Hint 1", "Hint 1 for Exercise 5.1"),
        ("Hint 2", "Hint 2 for Exercise 5.1"),
    ]
    assert [text(hint.p) for hint in hints] == DECLARED[0]["hints"][:1] + [
        "Use sum with axis=0, not mean."
    ]
    assert [code.text for code in hints[1].select("code")] == ["sum", "axis=0", "mean"]
    assert not page.select("#task-2 details")


def test_a_solution_is_a_closed_fold_that_names_its_exercise(page):
    folds = page.select("article details.bp-solution:not([open])")
    assert [text(fold.summary) for fold in folds] == [
        "Solution to Exercise 5.1",
        "Solution to Exercise 5.2",
    ]
    assert [fold.div["id"] for fold in folds] == ["solution-task-1", "solution-task-2"]
    assert [fold.select(".bp-link > a")[-1]["href"] for fold in folds] == ["#task-1", "#task-2"]


def test_the_cells_of_a_solution_stand_inside_it_and_are_not_folded_again(page):
    solution = page.find(id="solution-task-1")
    assert solution.select_one(".cell_input pre").text.startswith("total = dZ[0]")
    assert solution.select_one(".cell_output .stream").text.strip() == "the sum is 7"
    assert solution.select_one(".cell_output .bp-report.bp-right")
    assert not solution.select(".cell details")
    assert not page.select("#equation-task-formula")[0].find_parent("div", class_="cell")
    assert page.find(id="equation-task-formula").find_parent(id="solution-task-1")


def test_the_reader_s_cell_stands_outside_the_solution(page):
    report = page.select_one(".bp-report.bp-untried")
    assert "not attempted yet" in report.text
    assert report.find_parent("details") is None


def test_a_reference_to_a_solution_on_the_same_page_keeps_its_words(page):
    links = [page.select_one(f"#solution-task-{n} a[href^='#solution']").text for n in (1, 2)]
    assert links == ["Solution to Exercise 5.2", "Solution to Exercise 5.1"]


def test_a_report_leads_to_the_page_of_the_section_that_it_names(folder, page):
    address = page.select_one(".bp-report.bp-wrong a")["href"]
    assert address == "04_tiny.html#why-a-transpose"
    assert read(folder, "chapters/04_tiny").find(id="why-a-transpose")


def test_no_style_or_script_comes_with_exercises(folder):
    names = [path.name for path in (folder / "_build" / "html").rglob("*.*")]
    assert "exercise.css" not in names
    assert not [name for name in names if "toggle" in name]


# --- the list ----------------------------------------------------------------------------------


def test_the_list_shows_number_title_and_stars_of_every_exercise(listed):
    rows = [[text(cell) for cell in row.select("td")] for row in listed.select("tbody tr")]
    assert rows == [["5.1", "A layer’s bias, db", "★★"], ["5.2", "Shapes", "★"]]
    assert [text(line) for line in listed.select(".bp-ledger-page")] == ["5 · Tasks"]


def test_the_list_leads_to_the_statements(listed):
    links = [link["href"] for link in listed.select("tbody a")]
    assert links == ["../chapters/05_tasks.html#task-1", "../chapters/05_tasks.html#task-2"]


def test_mathjax_comes_with_the_ledger_and_not_with_a_list_without_formulas(folder, listed):
    assert read(folder, "book/ledger").select("script[src*=mathjax]")
    assert not listed.select("script[src*=mathjax]")


def test_a_book_without_exercises_says_so():
    listing = importlib.import_module("bookshell.listing")
    config = SimpleNamespace(root_doc="index")
    env = SimpleNamespace(config=config, toctree_includes={}, docname="index")
    assert listing.ExerciseList().fill(None, env).astext() == "No exercises yet."


# --- the built book ----------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", sorted({each.chapter for each in exercises().values()}))
def test_every_declared_exercise_stands_on_its_page_with_hints_and_solution(chapter):
    if not CHAPTERS.is_dir():
        pytest.fail("there is no built book: run `make book` first")
    page = read(ROOT, f"chapters/{chapter}")
    declared = [each for each in exercises().values() if each.chapter == chapter]
    assert [block["id"] for block in blocks(page)] == [each.id for each in declared]
    hints = [len(block.select("details.bp-hint")) for block in blocks(page)]
    assert hints == [len(each.hints) for each in declared]
    folds = [fold.div["id"] for fold in page.select("details.bp-solution")]
    assert folds == [f"solution-{each.id}" for each in declared]


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name", "number"),
    [
        ("The bias ★★", "The bias", 2),
        ("★ is a star", "★ is a star", 0),
        ("A ★★★ ", "A", 3),
        ("", "", 0),
    ],
)
def test_stars_are_taken_off_the_end_of_a_title(title, name, number):
    stars = importlib.import_module("bookshell.stars")
    line = nodes.title("", title)
    assert (stars.take_stars(line), line.astext()) == (number, name)


@pytest.mark.parametrize("words", ["plain", "`db` first", "then `db`", "one `a` and `b` more"])
def test_code_in_backticks_survives_the_way_to_the_page_and_back(words):
    shell = importlib.import_module("bookshell.exercises")
    line = nodes.title("", "", *shell.markup(words))
    assert shell.words(line) == words
    assert len(list(line.findall(nodes.literal))) == words.count("`") // 2


# --- changes: the last tests, because they change the book -------------------------------------


@pytest.fixture(scope="module")
def redeclared(folder, page, index, listed):
    """Change what is declared, and nothing else; return what was said."""
    changed = {"title": "A bias", "stars": 3, "chapter": "06_later", "hints": ["Think."]}
    declare(folder, [DECLARED[0] | changed])
    return build(folder).stderr


@pytest.mark.parametrize(
    "warning",
    [
        "task-1: title: \"A layer's bias, `db`\" on the page, 'A bias' in the package",
        "task-1: stars: 2 on the page, 3 in the package",
        "task-1: chapter: '05_tasks' on the page, '06_later' in the package",
        "task-2: the package declares no exercise of this name",
    ],
)
def test_a_page_that_differs_from_the_declaration_warns(redeclared, warning):
    assert warning in redeclared
    assert redeclared.count("WARNING") == 4


def test_the_hints_follow_the_declaration(folder, redeclared):
    page = read(folder, "chapters/05_tasks")
    assert [text(hint.p) for hint in page.select("details.bp-hint")] == ["Think."]


@pytest.fixture(scope="module")
def rebuilt(folder, redeclared):
    """Change the title of an exercise on its page."""
    declare(folder)
    write_book(folder, second="Forms ★★★")
    return build(folder).stderr


def test_the_list_follows_a_notebook(folder, rebuilt):
    rows = read(folder, "book/exercises").select("tbody tr")
    assert [text(row) for row in rows] == ["5.1 A layer’s bias, db ★★", "5.2 Forms ★★★"]
    assert rebuilt.count("WARNING: exercise task-2: ") == 2  # title and stars
