"""Merge a chapter's newer cells into a reader's copy, losing nothing that the reader wrote.

Three lists of cells meet: `base`, the chapter as the reader last got it; `mine`, the reader's copy;
and the chapter as it is now.  Cells are told apart by their ids, and what counts as a change is a
change of the source or of the cell's type: running a cell is none.

- The chapter's order holds, and every cell of the chapter is there: one that the reader deleted
  comes back, for a later cell may need it and a slip of the finger deletes it.  A reader who wants
  to be rid of a cell empties it.
- A cell that the reader left alone becomes the chapter's.  If the chapter left it alone too, the
  reader's stays, with its outputs.
- A cell that the reader changed stays.  If the chapter changed it too, a Markdown cell after it
  shows the chapter's: as text, so that running it neither hides the reader's function behind an
  empty one nor asks for an answer that has been given.
- A cell that the reader added stays after the cell that it followed, and so does a changed one that
  the chapter has dropped.

nbdime's three-way merge was tried for this and does less than these rules ask.  It merges the lines
inside a cell, so that an answer becomes code that nobody wrote; where both sides insert a cell it
drops the chapter's; and a cell that the chapter moves and the reader changes comes out twice.
"""

from dataclasses import dataclass, field
from itertools import chain, count

NOTICE = (
    "**The chapter has a newer version of the cell above.** "
    "Yours was kept. Take over what you need, then delete this cell.\n\n"
)


@dataclass
class Merged:
    """The cells of a merged notebook, and the ids of those about which a reader wants to know."""

    cells: list = field(default_factory=list)
    kept: list = field(default_factory=list)  # changed by the reader
    own: list = field(default_factory=list)  # added by the reader
    newer: list = field(default_factory=list)  # changed by both: the chapter's is shown as well
    restored: list = field(default_factory=list)  # deleted by the reader


def merge(base, mine, chapter):
    """Return the reader's cells, brought up to the chapter.

    Parameters
    ----------
    base, mine, chapter : list of dict
        Cells: the chapter's when it was last copied, the reader's, and the chapter's now.

    Returns
    -------
    Merged
    """
    old, new = by_id(base), by_id(chapter)
    mine = recognised(mine, old, new)
    yours, merged = by_id(mine), Merged()
    followers = written_by_the_reader(mine, old, new)
    add(merged, followers.get(None, []), old)
    for name, cell in new.items():
        choose(merged, old.get(name), yours.get(name), cell)
        following = followers.get(name, [])
        if name in merged.newer:
            earlier = [c for c in following if shows(c, cell, old.get(name))]
            following = [c for c in following if c not in earlier]
            merged.cells.append(notice(cell, (yours.keys() | new.keys()) - by_id(earlier).keys()))
        add(merged, following, old)
    return merged


def by_id(cells):
    """Return id → cell."""
    return {cell["id"]: cell for cell in cells}


def words(cell):
    """Return what makes a cell the same to a reader: its type and its source."""
    return cell["cell_type"], "".join(cell["source"])


def choose(merged, old, yours, new):
    """Append the reader's version of a cell of the chapter, or the chapter's."""
    if yours is None:
        merged.cells.append(new)
        if old is not None:
            merged.restored.append(new["id"])
    elif words(yours) == words(new) or old is not None and words(yours) == words(old):
        merged.cells.append(yours if old == new else new)
    else:
        merged.cells.append(yours)
        merged.kept.append(new["id"])
        if old is None or words(old) != words(new):
            merged.newer.append(new["id"])


def add(merged, cells, old):
    """Append cells that only the reader has."""
    merged.cells += cells
    merged.kept += [cell["id"] for cell in cells if cell["id"] in old]
    own = [cell for cell in cells if cell["id"] not in old]
    merged.own += [cell["id"] for cell in own if not words(cell)[1].startswith(NOTICE)]


def written_by_the_reader(mine, old, new):
    """Return id of a cell of the chapter → the cells after it that only the reader has."""
    found, last = {}, None
    for cell in mine:
        name = cell["id"]
        if name in new:
            last = name
        elif name not in old or words(cell) != words(old[name]):
            found.setdefault(last, []).append(cell)
    return found


def recognised(mine, old, new):
    """Give every cell an id of its own; one that lost its id is known by its words.

    JupyterLab keeps ids when cells are moved, cut and pasted; other editors may drop them.
    """
    present = {cell.get("id") for cell in mine}
    lost = {words(cell): name for name, cell in old.items() if name not in present}
    known, found = old.keys() | new.keys(), {}
    for cell in mine:
        name = cell.get("id")
        if name in found or name not in known:
            name = lost.pop(words(cell), None) or free(name or "own", known | found.keys())
        found[name] = {**cell, "id": name}
    return list(found.values())


def notice(cell, taken):
    """Return a Markdown cell that shows the chapter's version of a cell."""
    return {
        "cell_type": "markdown",
        "id": free(f"{cell['id']}-new", taken),
        "metadata": {},
        "source": NOTICE + shown(cell),
    }


def shown(cell):
    """Return the source of a cell as Markdown that shows it."""
    kind, source = words(cell)
    fence = "`" * 3
    while fence in source:
        fence += "`"
    return source if kind == "markdown" else f"{fence}python\n{source}\n{fence}"


def shows(cell, *versions):
    """Tell whether a cell is an earlier notice that the reader did not touch."""
    notices = [("markdown", NOTICE + shown(version)) for version in versions if version]
    return words(cell) in notices


def free(name, taken):
    """Return the name, numbered if it is taken."""
    numbered = (f"{name}-{number}" for number in count(2))
    return next(candidate for candidate in chain([name], numbered) if candidate not in taken)
