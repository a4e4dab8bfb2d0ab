"""What a reader has solved: in a file where there is one for it, else in memory.

A working copy of the notebooks holds a file ``progress.json``; it is looked for in the current
folder and those above it, short of the home folder, and never made here. Where there is none, or
it cannot be read or written, progress lives as long as the kernel does. Introduced in chapter 2.
"""

import contextlib
import json
import os
from pathlib import Path

FILE = "progress.json"
UNKNOWN = {"solved": False, "attempts": 0, "hints": 0}
memory = {}  # what no file holds


def of(id):
    """Return what is known about one exercise: solved or not, attempts and hints taken."""
    stored = _stored(_path()) or {}
    return _joined(UNKNOWN, stored.get(id, {}), memory.get(id, {}))


def record(id, **changes):
    """Remember something about an exercise; with it goes what could not be written before."""
    memory[id] = _joined(memory.get(id, {}), changes)
    path = _path()
    stored = _stored(path)
    if stored is None:
        return
    with contextlib.suppress(OSError):
        new = {each: _joined(stored.get(each, {}), memory[each]) for each in memory}
        _write(path, stored | new)
        memory.clear()


def _joined(*known):
    """Join what is known: nothing becomes unsolved, and no count goes back.

    Examples
    --------
    >>> _joined({"solved": True, "hints": 1}, {"solved": False, "hints": 2})
    {'solved': True, 'hints': 2}
    """
    names = {name: None for each in known for name in each}
    return {n: max(each[n] for each in known if n in each) for n in names}


def trouble():
    """Say why what was just recorded is not in the file, or ''."""
    path = _path()
    if not (path and memory):
        return ""
    verb = "read" if _stored(path) is None else "written"
    return f"Your progress is kept for this session only: {FILE} cannot be {verb}."


def _path():
    """Return the file, if there is one."""
    with contextlib.suppress(OSError, RuntimeError):  # no folder, or no home
        here, home = Path.cwd(), Path.home()
        for folder in (here, *here.parents):
            if folder == home:
                break
            if (folder / FILE).is_file():
                return (folder / FILE).resolve()
    return None


def _stored(path):
    """Return what the file holds: {} if it is empty, None if there is none or it makes no sense."""
    try:
        stored = json.loads(path.read_text("utf-8").strip() or "{}") if path else None
    except (OSError, ValueError, RecursionError):
        return None
    return stored if _makes_sense(stored) else None


def _makes_sense(stored):
    """Tell whether it is {id: {"solved": true, …}, …}."""
    return isinstance(stored, dict) and all(map(_is_known, stored.values()))


def _is_known(each):
    return isinstance(each, dict) and all(
        type(value) is type(UNKNOWN.get(name)) for name, value in each.items()
    )


def _write(path, known):
    """Write the file whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
