"""The book's Sphinx extension.

``records``    what the notebooks stored about each equation
``equations``  an equation cell becomes a formula with its check behind a small mark (``panel``)
``exercises``  statements with ``stars`` and hints, as ``declared``, and folded solutions
``drawings``   the package's drawings inside the page, in its colours
``folds``      what opens and closes
``stores``     what each page leaves behind while it is read
``places``     what is filled when all pages have been read
``ledger``     the table of all equations; a formula embedded in another page
``listing``    the table of all exercises
``numbers``    equations, figures and exercises numbered by chapter
``offline``    MathJax from the installed package
``pages``      last touches: formulas in code comments, links, no asset or page without a use
"""

import gc
import zlib
from pathlib import Path

from . import drawings, equations, exercises, ledger, listing, numbers, offline, pages, places

SHELL = Path(__file__).parents[2]
# The documents' nodes live as long as the build, and Python's search for cycles among them took
# half of its time: it now looks after so many new objects, and seldom at old ones.
SEARCH = (50_000, 20, 50)
FILES = ("_ext/**/*.py", "_static/**/*", "_templates/**/*")


def fingerprint(shell=SHELL):
    """Return a number that changes with the book's shell: its extension, styles and templates.

    Sphinx reads all pages again when it changes; otherwise it would not even copy a new style
    sheet as long as no page is out of date.
    """
    files = [path for part in FILES for path in sorted(shell.glob(part)) if path.is_file()]
    return zlib.crc32(b"".join(path.read_bytes() for path in files))


def setup(app):
    """Connect the parts."""
    gc.set_threshold(*SEARCH)
    for part in (drawings, equations, exercises, places, ledger, listing, numbers, offline, pages):
        part.connect(app)
    return {
        "version": "1",
        "env_version": fingerprint(),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
