"""The book's Sphinx extension.

``records``    what the notebooks stored about each equation
``equations``  an equation cell becomes a formula with its check behind a small mark
``drawings``   the package's drawings inside the page, in its colours
``ledger``     the table of all equations; a formula embedded in another page
``numbers``    equations and figures numbered by chapter
``offline``    MathJax from the installed package
``pages``      last touches: formulas in code comments, no asset that a page does not use
"""

import zlib
from pathlib import Path

from . import drawings, equations, ledger, numbers, offline, pages


def fingerprint():
    """Return a number that changes with this extension, so that Sphinx reads all pages again."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return zlib.crc32(code)


def setup(app):
    """Connect the parts."""
    for part in (drawings, equations, ledger, numbers, offline, pages):
        part.connect(app)
    return {
        "version": "1",
        "env_version": fingerprint(),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
