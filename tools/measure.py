"""Measure the book: the weight of its pages, how soon they are typeset, how long a build takes.

    python tools/measure.py              every page of the built book, in Chromium
    python tools/measure.py 04 ledger    the pages with this in their names
    python tools/measure.py --builds     a build from nothing, after one chapter, after no change

A page is visited with an empty cache, from a server on this machine. All times are the least of
several, since a machine is only ever slowed down.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
VISITS = 5
TYPESET = """async () => {
  await window.MathJax?.startup?.promise;
  return performance.now();
}"""
LOADED = "async () => { await document.fonts.ready }"
FORMULAS = "document.querySelectorAll('mjx-container').length"
BUILD = ["build", ".", "-W", "-n", "--keep-going", "--quiet", "--path-output"]
CHAPTER = ROOT / "chapters" / "04_affine.ipynb"


def pages(wanted):
    """Print a line for each page whose name contains one of the words, the heaviest first."""
    sys.path.insert(0, str(ROOT / "tests"))
    from playwright.sync_api import sync_playwright
    from test_browser import BOOK, CHROMIUM, FLAGS, NO_BOOK, built_pages, serving

    names = [name for name in built_pages() if not wanted or any(w in name for w in wanted)]
    if not names:
        sys.exit(NO_BOOK)
    with serving(BOOK) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        found = {name: visit(browser, address + name) for name in names}
        browser.close()
    print(f"{'page':40} {'HTML':>8} {'in all':>8} {'formulas':>8} {'typeset':>8}")
    for name, seen in sorted(found.items(), key=lambda row: -row[1]["all"]):
        text = (BOOK / name).stat().st_size / 1000
        weight, formulas, seconds = seen["all"] / 1000, seen["formulas"], seen["ms"] / 1000
        print(f"{name:40} {text:5.0f} kB {weight:5.0f} kB {formulas:8} {seconds:6.2f} s")


def visit(browser, url):
    """Return the weight, the number of formulas and the time from navigation to typeset."""
    from test_browser import SIZES

    times = []
    for _ in range(VISITS):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(url, wait_until="load")
        times.append(page.evaluate(TYPESET))
        page.evaluate(LOADED)
        weight = sum(size for _, size in page.evaluate(SIZES))
        formulas = page.evaluate(FORMULAS)
        context.close()
    return {"all": weight, "formulas": formulas, "ms": min(times)}


def builds():
    """Print how long a build takes, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"from nothing                  {build(folder):5.1f} s")
        build(folder)  # settles what the first one left
        changed = [build(folder, touched=CHAPTER) for _ in range(3)]
        print(f"after {CHAPTER.name} changed {min(changed):5.1f} s")
        print(f"after no change               {min(build(folder) for _ in range(3)):5.1f} s")


def build(folder, touched=None):
    """Build the book and return the seconds it took."""
    if touched:
        touched.touch()
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    run = [Path(sys.executable).with_name("jupyter-book"), *BUILD, folder]
    subprocess.run(run, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    if "--builds" in sys.argv:
        builds()
    else:
        pages(sys.argv[1:])
