"""Every page of the built book in a real browser, from disk and from a server.

Each page is loaded once per origin; a visit runs every checker and keeps what each one objects
to. The last part plants faults in tiny pages and asserts that the checkers do object.
"""

import functools
import os
import re
import shutil
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import tiny_book

BOOK = Path(__file__).parents[1] / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = (
    "browser tests left out: no Chromium found. Install one (Debian: apt-get install chromium) "
    "and run `make test` again."
)
NO_BOOK = "there is no built book: run `make book` first"
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
if CHROMIUM is None and os.environ.get("BACKPROP_REQUIRE_BROWSER") == "1":
    pytest.fail(NO_BROWSER, pytrace=False)
elif CHROMIUM is None:
    pytest.skip(NO_BROWSER, allow_module_level=True)

WIDTHS = (360, 768, 1280)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# Bytes of one page with everything it loads, uncompressed: 1.4 MB of type, styles and MathJax that
# all pages share, and a chapter's own text, formulas with their checks, and pictures.
WEIGHT = 1_750_000


def built_pages(root=BOOK):
    """Return the names of the pages, without the redirect at the top."""
    pages = [path for path in sorted(root.rglob("*.html")) if "_static" not in path.parts]
    return [page.relative_to(root).as_posix() for page in pages if not is_redirect(page)]


def is_redirect(path):
    return 'http-equiv="Refresh"' in path.read_text(encoding="utf-8")[:500]


def pytest_generate_tests(metafunc):
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", built_pages() or ["(no book)"])
    if "origin" in metafunc.fixturenames:
        metafunc.parametrize("origin", ["disk", "server"])


# --- the tools ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def book():
    if not built_pages():
        pytest.fail(NO_BOOK)
    return BOOK


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        chromium.close()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a log."""

    def log_message(self, *args):
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A static server on a free port."""

    request_queue_size = 64

    def handle_error(self, *args):
        """Ignore a browser that hangs up."""


@contextmanager
def serving(folder):
    """Serve a folder; give the address of its top."""
    server = Server(("127.0.0.1", 0), functools.partial(QuietHandler, directory=str(folder)))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def server(book):
    with serving(book) as url:
        yield url


@pytest.fixture(scope="session")
def address(book, server):
    """Return the function (origin, page name) -> URL."""
    bases = {"disk": book.as_uri() + "/", "server": server}
    return lambda origin, name="": bases[origin] + name


@pytest.fixture(scope="session")
def visited(browser, address):
    """Return the function (origin, page name) -> {checker: objections}; one load each."""

    @functools.cache
    def visit(origin, name):
        page, heard = open_page(browser, address(origin, name), address(origin))
        found = {**heard, **inspect(page, thorough=origin == "server")}
        page.close()
        return found

    return visit


def open_page(browser, url, base):
    """Load a page and wait for its mathematics; return it with what was heard while loading."""
    page = browser.new_page()
    heard = listen(page, base)
    page.goto(url, wait_until="load")
    settle(page)
    return page, heard


def settle(page):
    page.evaluate("async () => { await window.MathJax?.startup?.promise }")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")


def listen(page, base):
    """Record what must not happen: noise in the console, requests elsewhere or in vain."""
    heard = {"console": [], "outside": [], "failed": []}

    def on_console(message):
        if message.type in ("error", "warning"):
            heard["console"].append(f"{message.type}: {message.text}")

    def on_request(request):
        if not request.url.startswith((base, "data:", "blob:")):
            heard["outside"].append(request.url)

    def on_response(response):
        if response.status >= 400:
            heard["failed"].append(f"{response.status} {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: heard["console"].append(f"error: {error}"))
    page.on("request", on_request)
    page.on("response", on_response)
    page.on("requestfailed", lambda request: heard["failed"].append(request.url))
    return heard


def inspect(page, thorough):
    """Run the checkers on one loaded page; those that do not depend on the origin only once."""
    found = {check.__name__: check(page) for check in (maths, widths, printed)}
    if thorough:
        once = (weight, figures, colours, opened, narrow, axe)
    else:
        page.evaluate(BARE)
        once = (keyboard, linked, theme_button)
    return found | {check.__name__: check(page) for check in once}


# What keys and links do does not depend on glyphs, and each press is faster without them.
BARE = "document.querySelectorAll('mjx-container').forEach(e => e.replaceChildren())"


# --- the checkers: each returns a list of objections -------------------------------------------

MATHS = r"""() => {
  const bad = [...document.querySelectorAll("mjx-merror")].map(e => "error: " + e.textContent);
  for (const box of document.querySelectorAll(".math"))
    if (!box.querySelector("mjx-container")) bad.push("not typeset: " + box.textContent);
  for (const box of document.querySelectorAll("mjx-container"))
    if (!box.querySelector("mjx-assistive-mml math")) bad.push("no MathML: " + box.textContent);
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.parentElement.closest("pre, code, script, style, mjx-container")) continue;
    if (/\$|\\[([]|\\(nabla|frac|class|begin|mathbf|partial)\b/.test(node.data))
      bad.push("source: " + node.data.trim().slice(0, 80));
  }
  return bad;
}"""


def maths(page):
    """Object to mathematics that is not typeset, is an error, or says nothing to a listener."""
    return page.evaluate(MATHS)


WIDE = """() => {
  const page = document.documentElement, bad = [];
  const scrolls = e => /auto|scroll/.test(getComputedStyle(e).overflowX);
  const name = e => `<${e.localName} class="${e.className}">`;
  if (page.scrollWidth > page.clientWidth)
    for (const e of document.querySelectorAll("main *")) {
      let up = e.parentElement;
      while (up && !scrolls(up)) up = up.parentElement;
      const sticks = e.getBoundingClientRect().right > page.clientWidth + 1;
      if (!up && sticks && bad.length < 3) bad.push(name(e));
    }
  if (page.scrollWidth > page.clientWidth) bad.unshift(`the page is ${page.scrollWidth} px wide`);
  for (const e of document.querySelectorAll("mjx-container[display], pre, table")) {
    const box = e.localName === "table" ? e.parentElement : e;
    if (box.scrollWidth > box.clientWidth + 1 && box.clientWidth && !scrolls(box))
      bad.push("cut off: " + name(box));
  }
  return bad;
}"""


def widths(page):
    """Object to a page that scrolls sideways, or to a wide thing that does not scroll by itself."""
    bad = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        bad += [f"{width} px: {words}" for words in page.evaluate(WIDE)]
    return bad


OPEN = "open => document.querySelectorAll('details').forEach(e => { e.open = open })"


def opened(page):
    """Object to what is too wide on a phone once every check and fold is open."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.evaluate(OPEN, True)
    settle(page)
    bad = page.evaluate(WIDE)
    page.evaluate(OPEN, False)
    page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
    return bad


# axe looks at every element, and thousands are alike: open one check of each kind, and leave one
# formula, one coloured word of code and one word of a signature of each kind in each surrounding,
# and all formulas that scroll. Every exercise is opened.
SAMPLE = """() => {
  const seen = new Set(), all = kind => [...document.querySelectorAll(kind)];
  const again = (...key) => seen.has(key.join()) || !seen.add(key.join());
  for (const fold of all("details.bp-hint, details.bp-solution")) fold.open = true;
  for (const check of all("details.bp-check")) check.open = !again(check.parentElement.className);
  const words = all(".highlight pre span[class], dl.py :is(.sig span, em, strong, code span)");
  const around = word => word.closest(".bp-panel, .cell_input, .output, .highlight, dl").className;
  const alike = words.filter(word => !word.checkVisibility() ||
    again(around(word), word.localName, word.className, word.parentElement.className));
  const formulas = all("mjx-container").filter(formula => !formula.checkVisibility() ||
    again(formula.parentElement.className, formula.parentElement.parentElement.className) &&
    formula.scrollWidth <= formula.clientWidth);
  alike.forEach(word => word.replaceWith(...word.childNodes));
  formulas.forEach(formula => formula.replaceChildren());
}"""


def narrow(page):
    """Object to a box that scrolls on a phone and cannot be scrolled from the keyboard."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    settle(page)
    page.evaluate(SAMPLE)
    bad = violations(page, {"runOnly": ["scrollable-region-focusable"]})
    page.set_viewport_size({"width": WIDTHS[-1], "height": 900})
    return bad


def axe(page):
    """Object to what axe finds: every rule in light, those about colour in dark as well."""
    page.evaluate(SAMPLE)
    bad = [f"light: {words}" for words in violations(page, {"runOnly": RULES})]
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark' }")
    settle(page)
    return bad + [f"dark: {words}" for words in violations(page, {"runOnly": COLOUR_RULES})]


def violations(page, options):
    """Run axe's rules and put each violation into a line."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    page.add_style_tag(content="* { transition: none !important; animation: none !important }")
    result = page.evaluate(
        "options => axe.run(document, options)",
        {**options, "preload": False, "resultTypes": ["violations"]},
    )
    return [
        f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


@functools.cache
def axe_source():
    import axe_playwright_python

    folder = Path(axe_playwright_python.__file__).parent
    return next(folder.rglob("axe.min.js")).read_text(encoding="utf-8")


FIGURES = """() => {
  const images = [...document.querySelectorAll("main img")].filter(e => !e.alt.trim());
  const drawings = [...document.querySelectorAll("main svg:not([aria-hidden=true])")].filter(e =>
    !e.closest("button") &&
    !(e.getAttribute("role") === "img" && (e.querySelector("title")?.textContent || e.ariaLabel)));
  return [...images, ...drawings].map(e => "no text alternative: " + e.outerHTML.slice(0, 90));
}"""


def figures(page):
    """Object to a picture that says nothing to a reader who cannot see it."""
    return page.evaluate(FIGURES)


COLOURS = """() => {
  const colour = e => getComputedStyle(e).color;
  const text = colour(document.body), bad = [];
  const forward = [...document.querySelectorAll(".bp-forward")].map(colour);
  const backward = [...document.querySelectorAll(".bp-backward")].map(colour);
  if (new Set(forward).size > 1 || forward.includes(text)) bad.push("forward: " + forward[0]);
  if (new Set(backward).size > 1 || backward.includes(text)) bad.push("backward: " + backward[0]);
  return forward[0] && forward[0] === backward[0] ? [...bad, "both: " + forward[0]] : bad;
}"""


def colours(page):
    """Object if forward and backward have not one colour each, other than the text's."""
    return page.evaluate(COLOURS)


PRINTED = """() => {
  const frame = ".bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .prev-next-footer";
  const shown = [...document.querySelectorAll(frame)].filter(e => e.checkVisibility());
  const bad = shown.map(e => "printed: " + e.className);
  const title = document.querySelector("article h1") ?? document.querySelector("main h1");
  return title?.checkVisibility() ? bad : [...bad, "the title is not printed"];
}"""


def printed(page):
    """Object to a printed page that shows the site's frame or loses its title."""
    page.emulate_media(media="print")
    bad = page.evaluate(PRINTED)
    page.emulate_media(media="screen")
    return bad


REACHABLE = """mark => {
  mark.focus();
  return mark.tabIndex >= 0 && mark.checkVisibility() && document.activeElement === mark;
}"""


FOLDS = "details:is(.bp-check, .bp-hint, .bp-solution)"


def keyboard(page):
    """Object to a fold that is open at first or that no key opens, or a lost skip link."""
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.closest('.skip-link') !== null")
    bad = [] if first else ["Tab does not start at the skip link"]
    for mark in page.query_selector_all(f"{FOLDS} > summary"):
        name = mark.get_attribute("aria-label") or mark.text_content()
        if mark.evaluate("mark => mark.parentElement.open"):
            bad.append(f"open at first: {name}")
            continue
        if not mark.evaluate(REACHABLE):
            bad.append(f"Tab does not reach: {name}")
        page.keyboard.press("Enter")
        if not mark.evaluate("mark => mark.parentElement.open"):
            bad.append(f"Enter does not open: {name}")
    return bad


LINKED = """async () => {
  const bad = [], folds = [...document.querySelectorAll("details")];
  for (const target of document.querySelectorAll("details.bp-solution [id]:not(pre)")) {
    folds.forEach(fold => { fold.open = false });
    location.hash = target.id;
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    if (!target.checkVisibility()) bad.push("stays closed: #" + target.id);
  }
  return bad;
}"""


def linked(page):
    """Object to a solution that stays closed when a link leads into it."""
    return page.evaluate(LINKED)


SHOWN = "(({ mode, theme }) => ({ mode, theme }))(document.documentElement.dataset)"


def theme_button(page):
    """Object to a theme button that Tab does not reach or a key does not press.

    Three presses: through the system's palette, light and dark, and back to where it began.
    """
    button = page.query_selector(".theme-switch-button")
    if button is None or not button.evaluate(REACHABLE):
        return ["Tab does not reach the theme button"]
    bad, seen = [], [page.evaluate(SHOWN)]
    for key in ("Enter", "Space", "Enter"):
        page.keyboard.press(key)
        seen.append(page.evaluate(SHOWN))
        if seen[-1] == seen[-2]:
            bad.append(f"{key} does not press the theme button")
    themes = {shown.get("theme") for shown in seen}
    return bad if themes == {"light", "dark"} else [*bad, f"the only themes: {themes}"]


SIZES = """() => performance.getEntries()
  .filter(e => "decodedBodySize" in e).map(e => [e.name, e.decodedBodySize])"""


def weight(page):
    """Object to a page that is heavier than agreed."""
    sizes = page.evaluate(SIZES)
    total = sum(size for _, size in sizes)
    heavy = ", ".join(f"{Path(name).name} {size}" for name, size in sizes if size > 100_000)
    return [f"{total} bytes; the largest: {heavy}"] if total > WEIGHT else []


# --- the book ----------------------------------------------------------------------------------


def test_no_script_fails_or_complains(visited, origin, page_name):
    assert visited(origin, page_name)["console"] == []


def test_no_request_leaves_the_site(visited, origin, page_name):
    assert visited(origin, page_name)["outside"] == []


def test_every_request_is_answered(visited, origin, page_name):
    assert visited(origin, page_name)["failed"] == []


def test_all_mathematics_is_typeset(visited, origin, page_name):
    assert visited(origin, page_name)["maths"] == []


def test_nothing_is_wider_than_the_page(visited, origin, page_name):
    assert visited(origin, page_name)["widths"] == []


def test_print_is_clean(visited, origin, page_name):
    assert visited(origin, page_name)["printed"] == []


def test_the_formula_card_prints_on_one_sheet(browser, address):
    page, _ = open_page(browser, address("disk", "book/card.html"), address("disk"))
    assert page.locator(".bp-card .bp-equation").count() > 15
    assert sheets(page) == 1
    page.locator(".bp-card").evaluate("card => { card.style.fontSize = '40pt' }")
    assert sheets(page) > 1
    page.close()


def sheets(page):
    """Return how many sheets of A4 a page prints on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True, format="A4")))


def test_light_and_dark_pass_axe(visited, page_name):
    assert visited("server", page_name)["axe"] == []


def test_an_open_check_is_not_wider_than_a_phone(visited, page_name):
    assert visited("server", page_name)["opened"] == []


def test_what_scrolls_on_a_phone_scrolls_from_the_keyboard(visited, page_name):
    assert visited("server", page_name)["narrow"] == []


def test_figures_have_a_text_alternative(visited, page_name):
    assert visited("server", page_name)["figures"] == []


def test_pages_stay_light(visited, page_name):
    assert visited("server", page_name)["weight"] == []


def test_every_mark_opens_from_the_keyboard(visited, page_name):
    assert visited("disk", page_name)["keyboard"] == []


def test_a_link_into_a_solution_opens_it(visited, page_name):
    assert visited("disk", page_name)["linked"] == []


def test_the_theme_changes_from_the_keyboard(visited, page_name):
    assert visited("disk", page_name)["theme_button"] == []


def test_search_finds_a_word_of_the_chapter(browser, address, origin):
    page, heard = open_page(browser, address(origin, "search.html?q=affine"), address(origin))
    found = page.wait_for_selector("#search-results li a[href*='affine']", timeout=5000)
    assert found.is_visible()
    assert heard == {"console": [], "outside": [], "failed": []}
    page.close()


def test_search_works_from_the_keyboard(browser, address):
    page, _ = open_page(browser, address("disk", built_pages()[0]), address("disk"))
    page.keyboard.press("Control+k")
    page.keyboard.type("affine")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=affine*")
    assert page.wait_for_selector("#search-results li a", timeout=5000)
    page.close()


def test_forward_and_backward_have_their_colours(visited, page_name):
    assert visited("server", page_name)["colours"] == []


# --- exercises, on the pages of the tiny book ---------------------------------------------------

TASKS = "chapters/05_tasks.html"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """Return the folder of the tiny book's pages."""
    folder = tmp_path_factory.mktemp("tiny")
    made = tiny_book.make(folder)
    assert (made.returncode, made.stderr) == (0, "")
    return folder / "_build" / "html"


@pytest.fixture
def tasks(browser, tiny):
    """Return the function (fragment) -> the page with the exercises."""
    with ExitStack() as stack:

        def load(fragment=""):
            url = (tiny / TASKS).as_uri() + fragment
            page, _ = open_page(browser, url, tiny.as_uri())
            stack.callback(page.close)
            return page

        yield load


@pytest.mark.parametrize("thorough", [True, False])
@pytest.mark.parametrize("name", [TASKS, "book/exercises.html"])
def test_pages_with_exercises_pass_every_checker(browser, tiny, name, thorough):
    with serving(tiny) as url:
        base = url if thorough else tiny.as_uri() + "/"
        page, heard = open_page(browser, base + name, base)
        found = {**heard, **inspect(page, thorough)}
        page.close()
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize("fragment", ["", "#task-1"])
def test_hints_and_solutions_are_closed_at_first(tasks, fragment):
    page = tasks(fragment)
    assert page.locator("#task-1 li").first.is_visible()
    assert page.locator(FOLDS).count() == 5
    assert page.locator(f"{FOLDS}[open]").count() == 0


def test_the_keys_open_and_close_a_solution(tasks):
    page = tasks()
    mark = page.get_by_text("Solution to Exercise 5.1").first
    body = page.locator("#solution-task-1")
    mark.focus()
    for key, shown in [("Enter", True), ("Enter", False), ("Space", True)]:
        page.keyboard.press(key)
        assert body.is_visible() == shown


@pytest.mark.parametrize("target", ["solution-task-1", "equation-task-formula"])
def test_a_page_loaded_at_a_place_inside_a_solution_shows_it(tasks, target):
    place = tasks(f"#{target}").locator(f"#{target}")
    assert place.is_visible()
    assert 0 <= place.bounding_box()["y"] < 900


def test_the_script_opens_what_a_browser_leaves_closed(tasks):
    page = tasks("#equation-task-formula")
    page.evaluate(OPEN, False)
    assert not page.locator("#equation-task-formula").is_visible()
    page.evaluate("dispatchEvent(new HashChangeEvent('hashchange'))")
    assert page.locator("#equation-task-formula").is_visible()


@pytest.fixture
def scriptless(browser, tiny):
    """Return the page with the exercises in a browser that runs no scripts."""
    context = browser.browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((tiny / TASKS).as_uri())
    yield page
    context.close()


@pytest.mark.parametrize(
    ("mark", "below"), [("Hint 2", "Use sum"), ("Solution to Exercise 5.1", "Add rows")]
)
def test_hints_and_solutions_open_without_scripts(scriptless, mark, below):
    assert not scriptless.get_by_text(below).is_visible()
    scriptless.get_by_text(mark, exact=True).first.click()
    assert scriptless.get_by_text(below).is_visible()


def test_a_link_to_a_solution_opens_it_without_scripts(scriptless):
    scriptless.goto(f"{scriptless.url}#solution-task-1")
    assert scriptless.get_by_text("Add rows").is_visible()


def test_print_shows_the_hints_and_solutions_that_were_opened(tasks):
    page = tasks()
    first, second = page.locator("details.bp-solution").all()
    first.evaluate("fold => { fold.open = true }")
    page.emulate_media(media="print")
    assert (first.is_visible(), second.is_visible()) == (True, False)
    assert page.locator("details.bp-hint:visible").count() == 0
    assert page.locator("#task-1").is_visible()


# --- planted faults: the checkers must object --------------------------------------------------

GOOD = """<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,"><meta
name="viewport" content="width=device-width"></head><body><main><h1 id="top">A title</h1>%s</main>
</body></html>"""

SKIP = '<a class="skip-link" href="#top">Skip</a>'
MARK = '<details class="bp-check"><summary %s aria-label="proved">proved</summary>how</details>'
SOLUTION = """<details class="bp-solution"><summary %s>Solution</summary>
<p id="inside">how</p></details>"""
THEME = """<button class="theme-switch-button" %s>theme</button><script>
const shown = document.documentElement.dataset, modes = ["light", "dark"];
document.querySelector("button").onclick = () => { shown.theme = modes.reverse()[0]; };
shown.theme = "light";</script>"""
SPOKEN = "<mjx-assistive-mml><math><mi>x</mi></math></mjx-assistive-mml>"


@pytest.fixture
def plant(browser, tmp_path):
    """Return the function (body) -> (page, what was heard) for a tiny page, on disk or served."""
    with ExitStack() as stack:

        def load(body, served=False):
            (tmp_path / "page.html").write_text(GOOD % body, encoding="utf-8")
            base = stack.enter_context(serving(tmp_path)) if served else tmp_path.as_uri() + "/"
            page, heard = open_page(browser, base + "page.html", base)
            stack.callback(page.close)
            return page, heard

        yield load


@pytest.mark.parametrize("thorough", [True, False])
def test_a_good_page_passes_every_checker(plant, thorough):
    drawing = '<svg role="img"><title>x</title></svg>'
    maths = f'<span class="math"><mjx-container>x{SPOKEN}</mjx-container></span>'
    body = SKIP + "<p>Fine.</p>" + drawing + maths + MARK % "" + THEME % "" + SOLUTION % ""
    page, heard = plant(body, served=thorough)
    assert heard == {"console": [], "outside": [], "failed": []}
    found = inspect(page, thorough)
    assert {name: bad for name, bad in found.items() if bad} == {}


@pytest.mark.parametrize(
    ("body", "objection"),
    [
        (r'<p><span class="math">x</span></p>', "not typeset: x"),
        (r"<p>the gradient \nabla C</p>", r"source: the gradient \nabla C"),
        ("<p>costs $x$ more</p>", "source: costs $x$ more"),
        (f"<mjx-container><mjx-merror>?</mjx-merror>{SPOKEN}</mjx-container>", "error: ?"),
        ("<mjx-container>x</mjx-container>", "no MathML: x"),
    ],
)
def test_mathematics_that_is_not_shown_or_not_said_is_noticed(plant, body, objection):
    page, _ = plant(body)
    assert maths(page) == [objection]


def test_a_request_elsewhere_is_noticed(plant):
    _, heard = plant('<img alt="x" src="http://127.0.0.1:9/x.png">')
    assert heard["outside"] == ["http://127.0.0.1:9/x.png"]


def test_a_missing_file_is_noticed(plant):
    _, heard = plant('<img alt="x" src="gone.png">')
    assert [url.rsplit("/", 1)[-1] for url in heard["failed"]] == ["gone.png"]


def test_an_answer_that_is_an_error_is_noticed(plant):
    _, heard = plant('<img alt="x" src="gone.png">', served=True)
    assert [words.split("/")[0] for words in heard["failed"]] == ["404 http:"]


@pytest.mark.parametrize("script", ["console.error('no')", "console.warn('no')", "throw Error()"])
def test_a_complaint_in_the_console_is_noticed(plant, script):
    _, heard = plant(f"<script>{script}</script>")
    assert heard["console"]


def test_a_page_that_scrolls_sideways_is_noticed(plant):
    page, _ = plant('<div class="wide" style="width: 900px">wide</div>')
    bad = widths(page)
    assert bad[0].startswith("360 px: the page is 9")
    assert not [words for words in bad if words.startswith("1280")]


def test_a_cut_off_formula_is_noticed(plant):
    box = '<pre style="width: 200px; overflow: hidden">%s</pre>' % ("x" * 200)
    page, _ = plant(box)
    assert any("cut off" in words for words in widths(page))


def test_a_check_that_is_too_wide_when_open_is_noticed(plant):
    page, _ = plant(f"{MARK % ''}".replace("how", '<div style="width: 900px">how</div>'))
    assert widths(page) == []
    assert opened(page)[0].startswith("the page is 9")


def test_a_scrolling_box_without_a_tab_stop_is_noticed(plant):
    text = "<span>%s</span>" % ("x" * 500)
    page, _ = plant(f'<div tabindex="-1" style="overflow-x: scroll; width: 200px">{text}</div>')
    assert any("scrollable-region-focusable" in words for words in narrow(page))


def test_faint_text_is_noticed_by_axe(plant):
    page, _ = plant('<p style="color: #bbb; background: #fff">faint</p>')
    assert any("color-contrast" in words for words in axe(page))


@pytest.mark.parametrize(
    "word",
    [
        '<div class="highlight"><pre><span class="k" %s>faint</span></pre></div>',
        '<dl class="py"><dt class="sig"><span class="n" %s>faint</span></dt><dd>x</dd></dl>',
        "<p><mjx-container %s>faint</mjx-container></p>",
    ],
)
def test_the_sample_for_axe_holds_a_word_whose_like_is_hidden(plant, word):
    hidden = f"<details><summary>open</summary>{word % ''}</details>"
    page, _ = plant(hidden + word % 'style="color: #bbb; background: #fff"')
    assert any("color-contrast" in words for words in axe(page))


def test_text_that_is_faint_in_the_dark_only_is_noticed_by_axe(plant):
    page, _ = plant(
        "<style>[data-theme=dark] p { color: #333; background: #222 }</style><p>dim</p>"
    )
    (objection,) = axe(page)
    assert objection.startswith("dark: color-contrast")


def test_a_field_without_a_name_is_noticed_by_axe(plant):
    page, _ = plant("<input>")
    (objection,) = axe(page)
    assert objection.startswith("light: label")


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
        "<svg><title>no picture by name</title></svg>",
        '<svg role="img"></svg>',
        '<svg role="img"><title></title></svg>',
    ],
)
def test_a_figure_without_words_is_noticed(plant, body):
    page, _ = plant(body)
    assert len(figures(page)) == 1


def test_forward_without_its_colour_is_noticed(plant):
    page, _ = plant('<b class="bp-forward">X</b> <b class="bp-backward">dX</b>')
    assert len(colours(page)) == 3


def test_a_printed_sidebar_is_noticed(plant):
    page, _ = plant('<div class="bd-sidebar-primary">contents</div>')
    assert printed(page) == ["printed: bd-sidebar-primary"]


def test_a_title_that_is_not_printed_is_noticed(plant):
    page, _ = plant("<style>@media print { h1 { display: none } }</style>")
    assert printed(page) == ["the title is not printed"]


@pytest.mark.parametrize(
    ("body", "objection"),
    [
        (MARK % "", "Tab does not start at the skip link"),
        (SKIP + MARK % 'tabindex="-1"', "Tab does not reach: proved"),
        (SKIP + MARK % 'onkeydown="return false"', "Enter does not open: proved"),
        (SKIP + (MARK % "").replace("class", "open class"), "open at first: proved"),
        (SKIP + SOLUTION % 'onkeydown="return false"', "Enter does not open: Solution"),
    ],
)
def test_what_the_keyboard_cannot_do_is_noticed(plant, body, objection):
    page, _ = plant(body)
    assert keyboard(page) == [objection]


def test_a_solution_that_closes_on_who_follows_a_link_is_noticed(plant):
    shut = (
        "<script>onhashchange = () => { document.querySelector('details').open = false }</script>"
    )
    page, _ = plant(SOLUTION % "" + shut)
    assert linked(page) == ["stays closed: #inside"]


@pytest.mark.parametrize(
    ("attribute", "objection"),
    [
        ('tabindex="-1"', "Tab does not reach the theme button"),
        ("onkeydown=\"return event.key !== 'Enter'\"", "Enter does not press the theme button"),
        ("onkeyup=\"return event.key !== ' '\"", "Space does not press the theme button"),
    ],
)
def test_a_theme_button_for_the_mouse_only_is_noticed(plant, attribute, objection):
    page, _ = plant(THEME % attribute)
    assert theme_button(page)[0] == objection


def test_a_theme_button_that_changes_nothing_is_noticed(plant):
    page, _ = plant((THEME % "").replace("shown.theme = modes.reverse()[0]", "shown.mode += 1"))
    assert theme_button(page) == ["the only themes: {'light'}"]


def test_a_heavy_page_is_noticed(plant, tmp_path, monkeypatch):
    (tmp_path / "heavy.js").write_text(" " * 150_000)
    monkeypatch.setitem(globals(), "WEIGHT", 120_000)
    page, _ = plant('<script src="heavy.js"></script>', served=True)
    (objection,) = weight(page)
    assert objection.endswith("the largest: heavy.js 150000")
