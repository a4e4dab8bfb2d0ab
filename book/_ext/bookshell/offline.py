"""Mathematics without a network.

MathJax comes from the installed package ``sphinx-mathjax-offline``; of its 24 MB the site gets
the components below.
"""

import importlib.util
import shutil
from pathlib import Path

COMPONENTS = (
    "startup.js",
    "core.js",
    "input/tex-base.js",
    "input/tex/extensions/ams.js",  # aligned steps, matrices, \operatorname
    "input/tex/extensions/html.js",  # \class: the colours of forward and backward
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "a11y/assistive-mml.js",  # MathML for screen readers
)
FONTS = "output/chtml/fonts/woff-v2/*.woff"

CONFIG = {
    "loader": {
        "load": [
            "core",
            "input/tex-base",
            "[tex]/ams",
            "[tex]/html",
            "output/chtml",
            "a11y/assistive-mml",
        ]
    },
    "tex": {"packages": ["base", "ams", "html"]},
    "chtml": {"matchFontHeight": False, "mtextInheritFont": True},
}


def package_folder():
    """Return MathJax's folder inside the installed package."""
    spec = importlib.util.find_spec("sphinx-mathjax-offline")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("sphinx-mathjax-offline is not installed: see requirements.txt")
    return Path(spec.origin).parent / "static" / "mathjax"


def mathjax_files():
    """Return the files to copy, relative to MathJax's folder."""
    fonts = [path.relative_to(package_folder()) for path in package_folder().glob(FONTS)]
    return [Path(name) for name in COMPONENTS] + sorted(fonts)


def copy_mathjax(app):
    """Copy MathJax's files before the pages are written, so that links carry checksums."""
    if app.builder.format != "html":
        return
    for name in mathjax_files():
        target = Path(app.outdir, "_static", "mathjax", name)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package_folder() / name, target)


def configure(app, config):
    """Point Sphinx at the copied MathJax."""
    config.mathjax_path = "mathjax/startup.js"
    config.mathjax3_config = CONFIG


def connect(app):
    """Register the copying."""
    app.connect("config-inited", configure)
    app.connect("builder-inited", copy_mathjax)
