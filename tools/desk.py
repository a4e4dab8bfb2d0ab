"""Lay out the reader's desk, the folder my/, and open it in JupyterLab.

    python tools/desk.py

The desk holds a copy of every notebook, in which a reader answers the exercises, and the reader's
progress.  Git does not see it, so that working there neither fails a test nor gets in the way of
a pull.  Where a chapter has changed, its copy is refreshed; `threeway` says how.

    my/04_affine.ipynb           the reader's copy; without it, the next run makes a fresh one
    my/progress.json             which exercises are solved
    my/.base/04_affine.ipynb     the chapter as it was last copied
    my/.before/04_affine.ipynb   the reader's copy as it was before the last refresh
    my/.jupyter/                 what Jupyter would otherwise write to the home folder

What follows on the command line is passed on to JupyterLab.
"""

import json
import os
import sys
from pathlib import Path

from threeway import merge, words

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ("chapters/*.ipynb", "book/*.ipynb")
FOLDERS = {  # where Jupyter and what it runs may write
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
    "MPLCONFIGDIR": "matplotlib",
}
DEFAULTS = {  # JupyterLab would ask every reader whether it may fetch news
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}
OPTIONS = [
    f"--ServerApp.root_dir={ROOT}",  # links from my/ to book/ arrive
    "--LanguageServerManager.autodetect=False",  # it runs npm, which writes to the home folder
]


class Unreadable(Exception):
    """Something on the way to the reader's copy is not what it should be."""


class Desk:
    """The folder in which a reader works.

    Parameters
    ----------
    folder : Path
        It is made when the first thing is put into it.
    """

    def __init__(self, folder):
        self.folder = folder

    @property
    def environment(self):
        """The variables that keep Jupyter out of the home folder."""
        return {name: str(self.folder / ".jupyter" / part) for name, part in FOLDERS.items()}

    def lay_out(self, chapters):
        """Copy or refresh every notebook; yield a sentence for each that needs one."""
        if self.folder.exists() and not self.folder.is_dir():
            raise Unreadable(
                f"{self.folder.name} is a file, expected the folder of your copies. "
                "Rename the file and try again."
            )
        if not (self.folder / "progress.json").exists():
            write(self.folder / "progress.json", b"{}\n")
        labconfig = Path(self.environment["JUPYTER_CONFIG_DIR"], "labconfig")
        write(labconfig / "default_setting_overrides.json", as_bytes(DEFAULTS))
        for chapter in chapters:
            try:
                done = self.update(chapter)
            except Unreadable as error:
                done = str(error)
            if done:
                yield f"{chapter.stem}: {done}"

    def update(self, chapter):
        """Copy or refresh one notebook; return what was done, or nothing."""
        mine, base = self.folder / chapter.name, self.folder / ".base" / chapter.name
        theirs = read(chapter, "See what `git status` says about it.")
        if mine.exists():
            done = self.refresh(mine, base, theirs)
        else:
            done = "new"
            write(mine, chapter.read_bytes())
            self.trust(mine)
        write(base, chapter.read_bytes())  # last, so that a refresh cut short is done again
        return done

    def refresh(self, mine, base, chapter):
        """Merge a chapter into the reader's copy; return what was done, or nothing."""
        yours = read(mine, "Mend it, or rename it and try again for a fresh copy.")
        merged = merge(cells_of(base), yours["cells"], chapter["cells"])
        metadata = {**chapter["metadata"], **yours["metadata"]}
        result = {**chapter, "metadata": metadata, "cells": merged.cells}
        if result == yours:
            return ""
        trusted = self.trusts(mine)
        write(self.folder / ".before" / mine.name, mine.read_bytes())
        write(mine, as_bytes(result))
        if trusted:
            self.trust(mine)
        return report(merged)

    def trust(self, path):
        """Sign a notebook: JupyterLab shows no figures from a notebook that is not signed."""
        with self.notary() as notary:
            notary.sign(as_nodes(path))

    def trusts(self, path):
        """Tell whether a notebook is signed."""
        with self.notary() as notary:
            return notary.check_signature(as_nodes(path))

    def notary(self):
        """Return Jupyter's keeper of signatures."""
        from nbformat.sign import NotebookNotary  # slow to import, and seldom needed

        data = Path(self.environment["JUPYTER_DATA_DIR"])
        data.mkdir(parents=True, exist_ok=True)
        return NotebookNotary(data_dir=str(data))


def report(merged):
    """Return in words what a merge did; an exercise is called what the text calls it."""
    parts = {
        "your answers kept": [name for name in merged.kept if name.startswith("try-")],
        "your changes kept": [name for name in merged.kept if not name.startswith("try-")],
        "your own cells kept": [str(len(merged.own))] if merged.own else [],
        "the chapter's newer version is below yours": merged.newer,
        "put back": merged.restored,
    }
    said = ["refreshed"]
    for what, names in parts.items():
        if names:
            said.append(f"{what}: {', '.join(name.removeprefix('try-') for name in names)}")
    return "; ".join(said)


def read(path, move):
    """Return a notebook as plain data, or say what is wrong and what the next move is."""
    try:
        notebook = json.loads(path.read_bytes())
        for part in [notebook, *notebook["cells"]]:
            dict(part["metadata"])
        for cell in notebook["cells"]:
            words(cell)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(
            f"left as it is: {path.parent.name}/{path.name} cannot be read "
            f"({type(error).__name__}: {error}), expected a notebook. {move}"
        ) from None
    return notebook


def cells_of(base):
    """Return the cells of a base version; without one, every difference is the reader's."""
    try:
        return read(base, "")["cells"]
    except Unreadable:
        return []


def as_bytes(data):
    """Return a notebook the way JupyterLab stores it."""
    text = json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def as_nodes(path):
    """Return a notebook the way JupyterLab reads it."""
    import nbformat

    return nbformat.read(path, as_version=4)


def write(path, content):
    """Write a file whole or not at all, and only if that changes it."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    os.replace(part, path)


def main(options):
    """Lay out the desk and open the first notebook on it."""
    chapters = [path for pattern in NOTEBOOKS for path in sorted(ROOT.glob(pattern))]
    desk = Desk(ROOT / "my")
    os.environ.update(desk.environment)
    try:
        done = list(desk.lay_out(chapters))
        print(*done or ["my/ is up to date."], sep="\n", flush=True)
    except Unreadable as error:
        return str(error)
    from jupyterlab.labapp import main as open_lab  # reads the environment

    return open_lab([*OPTIONS, str(desk.folder / chapters[0].name), *options])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
