"""The book's Sphinx extension: records in, pages out. And the links of the built book.

One tiny book is built with the real configuration; the last test changes and rebuilds it.
"""

import functools
import importlib
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from tiny_book import CLAIM, DEFINITION, DERIVATION, IDENTITY, build, make, write_book

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.usefixtures("extension")


@pytest.fixture(scope="module")
def records(extension):
    return importlib.import_module("bookshell.records")


# --- a tiny book -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    result = make(folder)
    assert (result.returncode, result.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def page(folder):
    """Return the function that reads a built page, before any test changes the book."""
    html = folder / "_build" / "html"
    read = {p.stem: BeautifulSoup(p.read_text(), "html.parser") for p in html.glob("*/*.html")}
    return read.__getitem__


# --- a chapter's page --------------------------------------------------------------------------


def test_the_cell_gives_way_to_the_formula_with_its_colours(page):
    formula = page("04_tiny").find(id="equation-tiny-grad")
    assert IDENTITY["latex_page"] in formula.text
    assert "small print" not in page("04_tiny").text
    assert len(page("04_tiny").select(".cell details.hide")) == 1  # it printed words, too


def test_numbers_name_the_chapter_or_the_page(page):
    numbers = [span.contents[0] for span in page("04_tiny").select(".eqno")]
    assert numbers == ["(4.1)", "(4.2)", "(4.3)"]
    assert page("notation").select_one(".eqno").contents[0] == "(N.1)"


def test_a_reference_from_another_page_shows_the_number(page):
    link = page("index").find("a", href="../chapters/04_tiny.html#equation-tiny-grad")
    assert link.text == "(4.2)"


def test_the_mark_says_what_it_is_and_of_which_equation(page):
    marks = [(m.text.strip(), m["aria-label"]) for m in page("04_tiny").select(".bp-check summary")]
    assert marks == [
        ("≝ definition", "definition: the check of equation (4.1)"),
        ("✓ proved", "proved: the check of equation (4.2)"),
        ("✓ proved", "proved: the check of this formula"),
        ("§ cited", "cited: the check of equation (4.3)"),
    ]
    assert not page("04_tiny").select("details.bp-check[open]")


def test_the_panel_tells_what_was_proved_and_refused(page):
    panel = page("04_tiny").select("details.bp-check")[1]
    assert "Proved entry by entry for N = 5, D = 3, and in index form for all sizes." in panel.text
    rows = [" ".join(row.text.split()) for row in panel.select("table.bp-rejects tbody tr")]
    assert rows == [
        r"sign \(-X\) by value: entry (1, 1) is −2, not 2.",
        r"no transpose \(X X\) by shape: N and D differ.",
    ]
    assert "Implemented by nn.Affine.backward: dW" in panel.text
    assert "definition(z)" in panel.select_one("pre").text
    assert panel.select_one(".bp-link a")["href"] == "#equation-tiny-grad"


def test_a_reason_that_is_a_label_becomes_a_link(page):
    first, second = page("04_tiny").select("table.bp-steps tbody tr")
    assert first.a.text == "(4.2)"
    assert "well-known" in second.text
    assert second.a is None


def test_other_outputs_of_the_cell_stay(page):
    assert page("04_tiny").select_one(".cell_output .stream").text.strip() == "and words"


def test_a_fold_is_called_what_it_shows(page):
    fold = page("04_tiny").select_one(".cell details.hide > summary")
    assert "Show" in fold.text
    assert "aria-label" not in fold.attrs


def test_a_restatement_leads_home_and_has_no_number(page):
    block = page("04_tiny").select_one(".bp-restatement")
    assert block.select_one(".bp-from").text.strip() == "from (4.1)"
    assert not block.select(".eqno, details")


def test_a_comment_that_quotes_a_formula_is_coloured_and_linked(page):
    quote, aside = page("04_tiny").select(".cell_input .c1")
    assert quote.select_one(".bp-backward").text == "∇_W C"
    assert quote.select_one(".bp-forward").text == "X"
    assert quote.a["href"] == "#equation-tiny-grad" or quote.a["href"].endswith(
        "04_tiny.html#equation-tiny-grad"
    )
    assert aside.find(True) is None


def test_an_embedded_formula_is_the_stored_one(page):
    block = page("index").select_one(".bp-equation")
    assert IDENTITY["latex_page"] in block.text
    assert block.select_one(".bp-from").text.strip() == "from (4.2)"


# --- the ledger --------------------------------------------------------------------------------


def test_the_ledger_counts_and_lists_in_the_order_of_the_book(page):
    assert page("ledger").select_one(".bp-totals").text == (
        "6 equations: 1 proved identity, 1 proved derivation, 3 definitions and 1 cited claim. "
        "2 wrong versions were rejected, 1 by value and 1 by shape."
    )
    numbers = [
        cell.text.strip() for cell in page("ledger").select(".bp-ledger tbody td:first-child")
    ]
    assert numbers == ["(4.1)", "(4.2)", "unnumbered", "(4.3)", "(5.1)", "(N.1)"]
    titles = [line.text for line in page("ledger").select(".bp-ledger-page")]
    assert titles == ["4 · Tiny", "5 · Tasks", "Notation"]


def test_a_ledger_row_holds_formula_link_and_check(page):
    row = page("ledger").select(".bp-ledger tbody tr")[1]
    assert row.a["href"] == "../chapters/04_tiny.html#equation-tiny-grad"
    assert IDENTITY["latex_page"] in row.text
    assert "2 rejected: sign (by value), no transpose (by shape)" in row.text
    assert "nn.Affine.backward: dW" in row.text


# --- what pages carry --------------------------------------------------------------------------


def test_pages_ask_for_nothing_from_elsewhere(folder):
    for path in (folder / "_build" / "html").glob("*/*.html"):
        tags = BeautifulSoup(path.read_text(), "html.parser").find_all(["script", "link", "img"])
        links = [tag.get("src") or tag.get("href") or "" for tag in tags]
        assert not [link for link in links if re.match("https?:|//", link)]
        assert not [
            link
            for link in links
            if re.search("thebe|fontawesome|design-tabs|toggle|exercise.css", link)
        ]


@pytest.mark.parametrize(
    ("filename", "settings"), [("mathjax/startup.js", ""), (None, "window.MathJax = {}")]
)
def test_a_page_without_mathematics_loads_no_mathjax(filename, settings):
    pages = importlib.import_module("bookshell.pages")
    asset = SimpleNamespace(filename=filename, attributes={"body": settings})
    assert pages.is_needed(asset, '<span class="math notranslate">')
    assert not pages.is_needed(asset, '<p class="tex2jax_ignore mathjax_ignore">')


def test_of_mathjax_only_the_needed_files_are_copied(folder):
    offline = importlib.import_module("bookshell.offline")
    copied = folder / "_build" / "html" / "_static" / "mathjax"
    found = {path.relative_to(copied) for path in copied.rglob("*") if path.is_file()}
    assert found == set(offline.mathjax_files())
    assert sum(path.stat().st_size for path in copied.rglob("*")) < 1_500_000


def test_every_component_that_the_configuration_loads_is_shipped():
    offline = importlib.import_module("bookshell.offline")
    names = [
        name.replace("[tex]", "input/tex/extensions") for name in offline.CONFIG["loader"]["load"]
    ]
    assert {f"{name}.js" for name in names} <= set(offline.COMPONENTS)


def palettes():
    """Return the colours that the style sheet names, ``{"light": {name: "#…"}, "dark": …}``."""
    css = (ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")
    blocks = re.findall(r'html\[data-theme="(\w+)"\] \{\n  color-scheme([^}]*)\}', css)
    return {
        theme: dict(re.findall(r"--bp-([\w-]+): (#\w+);", block)) for theme, block in blocks[:2]
    }


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["forward", "backward", "ink", "quiet", "link", "alarm"])
def test_every_colour_of_text_stands_out(theme, name):
    colours = palettes()[theme]
    for ground in ("paper", "panel"):
        assert contrast(colours[name], colours[ground]) >= 4.5


def test_the_measure_of_contrast_is_the_known_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


# --- the words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mark"),
    [("chapters/04_affine", "4"), ("chapters/10_end", "10"), ("book/notation", "N")],
)
def test_a_page_has_a_mark_for_its_numbers(records, name, mark):
    assert records.page_mark(name) == mark


DEFINED = "A definition: it gives its left side a meaning, so there is nothing to prove."


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({"kind": "identity", "sizes": {}}, "Proved entry by entry."),
        (DERIVATION, "Every equals sign was proved entry by entry for N = 5, D = 3."),
        (CLAIM, "Cited from Smith (1999), not proved here. Its proof needs another book."),
        (
            DEFINITION,
            "A definition: it gives its left side a meaning, so there is nothing to prove.",
        ),
    ],
)
def test_the_check_is_one_sentence(records, record, sentence):
    assert records.check_sentence(record) == sentence


def test_a_record_is_known_by_the_type_that_the_package_gives_it(records):
    assert records.MIME == importlib.import_module("backprop.symbolic.records").MIME


def test_a_ledger_without_equations_says_so(records):
    assert records.totals_sentence([]) == "No equations yet."


def test_the_extension_is_read_again_when_it_changes(extension):
    bookshell = importlib.import_module("bookshell")
    code = {path.name for path in Path(bookshell.__file__).parent.glob("*.py")}
    assert {"__init__.py", "equations.py", "ledger.py"} <= code
    assert bookshell.fingerprint() == bookshell.fingerprint() > 0


@pytest.mark.parametrize(
    "name", ["_ext/shell/part.py", "_static/fonts/a.css", "_templates/static/macros.html"]
)
def test_the_fingerprint_sees_every_part_of_the_shell(extension, tmp_path, name):
    bookshell = importlib.import_module("bookshell")
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("one")
    before = bookshell.fingerprint(tmp_path)
    (tmp_path / name).write_text("two")
    assert bookshell.fingerprint(tmp_path) != before


# --- changes: the last tests, because they change the book -------------------------------------


@pytest.fixture(scope="module")
def rebuilt(folder, page):
    """Change a notebook and a page, remove a document, build again; return what was said."""
    write_book(folder, identity=IDENTITY | {"rejects": IDENTITY["rejects"][:1]})
    index = folder / "book" / "index.md"
    index.write_text("# Start\n\n```{formula} never-proved\n```\n", encoding="utf-8")
    toc = folder / "_toc.yml"
    toc.write_text(toc.read_text().replace("- file: book/notation\n", ""), encoding="utf-8")
    (folder / "book" / "notation.ipynb").unlink()
    return build(folder).stderr


def test_an_unknown_label_warns(rebuilt):
    assert "formula: no equation has the label 'never-proved'" in rebuilt


def test_the_ledger_follows_a_notebook(folder, rebuilt):
    ledger = (folder / "_build" / "html" / "book" / "ledger.html").read_text(encoding="utf-8")
    assert "1 rejected: sign (by value)" in ledger
    assert "1 wrong version was rejected" in ledger


def test_a_removed_document_leaves_no_page(folder, rebuilt):
    html = folder / "_build" / "html"
    left = {path.relative_to(html).as_posix() for path in html.rglob("*.html")}
    assert {"book/index.html", "chapters/04_tiny.html", "index.html", "search.html"} <= left
    assert not list(html.rglob("notation.*"))


# --- the built book: every link leads somewhere ---------------------------------------------------

BOOK = ROOT / "_build" / "html"


def links(root, name):
    """Object to a link, an anchor or a file that is not there, and to an id used twice."""
    found, addresses = read(root / name)
    twice = sorted(name for name, times in found.items() if times > 1)
    broken_links = [broken(root, root / name, *address) for address in addresses]
    return [f"id twice: {name}" for name in twice] + sum(broken_links, [])


def broken(root, page, tag, link):
    """Return an objection to one link, or none."""
    parts = urlsplit(link)
    if parts.scheme in ("http", "https") or link.startswith("//"):
        return [] if tag == "a" else [f"from elsewhere: {link}"]
    if parts.scheme in ("mailto", "data", "javascript"):
        return []
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if target.is_dir():
        target = target / "index.html"
    if not target.is_file() or root.resolve() not in target.resolve().parents:
        return [f"no such file: {link}"]
    wanted = unquote(parts.fragment)
    if wanted and target.suffix == ".html" and wanted not in read(target)[0]:
        return [f"no such anchor: {link}"]
    return []


@functools.cache
def read(path):
    """Return a page's ids, counted, and its addresses as (tag, address)."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    tags = [(tag.name, tag.get("href") or tag.get("src")) for tag in soup.find_all(True)]
    ids = Counter(tag["id"] for tag in soup.find_all(id=True))
    return ids, [(name, address) for name, address in tags if address]


@pytest.fixture(scope="session")
def book():
    if not (BOOK / "book").is_dir():
        pytest.fail("there is no built book: run `make book` first")
    return BOOK


def test_every_internal_link_and_anchor_resolves(book):
    pages = [path for path in sorted(book.rglob("*.html")) if "_static" not in path.parts]
    found = {str(path): links(book, path.relative_to(book)) for path in pages}
    assert {name: bad for name, bad in found.items() if bad} == {}
    assert len(found) > 2


def typed(soup):
    """Object to a displayed formula that did not come from a record."""
    strangers = soup.select("div.math:not(:is(.bp-equation, .bp-ledger-formula) *)")
    return [box.text.strip() for box in strangers]


def test_every_displayed_formula_comes_from_a_record(book):
    pages = [path for path in sorted(book.rglob("*.html")) if "_static" not in path.parts]
    soups = {str(path): BeautifulSoup(path.read_text(), "html.parser") for path in pages}
    assert {name: bad for name, soup in soups.items() if (bad := typed(soup))} == {}
    assert soups[str(book / "book" / "ledger.html")].select("div.math")


def test_a_named_tuple_s_fields_are_described_once(book):
    text = (book / "book" / "package.html").read_text("utf-8")
    assert (text.count("Alias for field"), text.count("Held out.")) == (0, 1)


def test_words_of_code_without_a_colour_are_not_marked(book):
    text = (book / "chapters" / "04_affine.html").read_text("utf-8")
    assert '<span class="c1">' in text
    assert '<span class="n">' not in text


def test_the_letters_of_a_shape_are_no_links(book):
    for path in [book / "book" / "package.html", *(book / "book" / "package").glob("*.html")]:
        texts = {link.text for link in BeautifulSoup(path.read_text(), "html.parser").find_all("a")}
        assert not [text for text in texts if re.fullmatch(r"d?[A-Za-z]", text)]


def test_a_typed_formula_is_noticed(page):
    assert typed(page("typed")) == [r"\[a = b\]"]
    assert [typed(page(name)) for name in ("04_tiny", "ledger", "index")] == [[], [], []]


def test_the_front_door_leads_into_the_book(book):
    target = re.search(r"url=([^\"]+)", (book / "index.html").read_text(encoding="utf-8"))
    assert target is None or (book / target[1]).is_file()


@pytest.mark.parametrize(
    ("body", "objection"),
    [
        ('<a href="#nowhere">x</a>', "no such anchor: #nowhere"),
        ('<a href="gone.html">x</a>', "no such file: gone.html"),
        ('<script src="https://example.org/x.js"></script>', "from elsewhere"),
        ('<i id="top">x</i>', "id twice: top"),
    ],
)
def test_a_broken_link_is_noticed(tmp_path, body, objection):
    (tmp_path / "page.html").write_text(
        f'<h1 id="top">A title</h1><a href="#top">up</a>{body}', encoding="utf-8"
    )
    assert links(tmp_path, "page.html")[0].startswith(objection)
