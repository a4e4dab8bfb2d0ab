"""What one kernel has shown: a name means one thing, and nothing is used before it is defined."""

import re

from ..errors import ClaimError
from .derivatives import Velocity
from .expression import show
from .leaves import Array, Cost, Direction, Let, Symbol
from .pointwise import Apply
from .printing import plain
from .records import Shown


class Page:
    """The names and equations of one run of a notebook.

    Cells may run again: the same name with the same meaning is no conflict.
    """

    def __init__(self):
        self.records, self.names, self.defined = {}, {}, set()

    def admit(self, label, *expressions, introduces=frozenset()):
        """Check the names in an equation, then remember them.

        Raises
        ------
        ClaimError
            For a label that is none, a symbol used before it is defined, or one name that means
            two things.
        """
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", label):
            raise ClaimError(f"label {label!r}: expected lower-case words joined by hyphens.")
        parts = {part for expression in expressions for part in expression.walk()}
        undefined = {part for part in parts if isinstance(part, Let)} - self.defined - introduces
        if undefined:
            name = min(symbol.name for symbol in undefined)
            raise ClaimError(f"{label}: {name} is used before it is defined: show its definition.")
        lasting = self._named(label, parts, self.names, lasting_names)
        self._named(label, parts, {}, passing_names)
        self.names, self.defined = lasting, self.defined | introduces

    def keep(self, record):
        """Remember a record and show it; a label names one formula."""
        before = self.records.get(record["label"], record)
        if before["latex"] != record["latex"]:
            raise ClaimError(
                f"label {record['label']!r} already names {before['plain']}. "
                "To replace it, restart the kernel."
            )
        self.records[record["label"]] = record
        return Shown(record)

    @staticmethod
    def _named(label, parts, names, kinds):
        names = dict(names)
        for kind, name, thing in (named for part in parts for named in kinds(part)):
            before = names.setdefault((kind, name), thing)
            if before != thing:
                raise ClaimError(
                    f"{label}: {name} means two things, {meant(before)} and {meant(thing)}. "
                    "Choose another name; to give it a new meaning, restart the kernel."
                )
        return names


def lasting_names(part):
    """Yield the names that mean one thing in the whole notebook: symbols and functions."""
    if isinstance(part, Symbol) and not isinstance(part, Direction):
        yield "symbol", part.name, part
    if isinstance(part, Apply):
        yield "symbol", part.function.name, part.function


def passing_names(part):
    """Yield the names that mean one thing within an equation: costs, indices, what moves."""
    if isinstance(part, Cost):
        yield "cost", part.name, part
    for index in part.free:
        yield "index", index.name, index
    if isinstance(part, (Velocity, Direction)):
        yield "motion", "the dot", part.name if isinstance(part, Direction) else part.wrt.name


def meant(thing):
    """Say what a name stands for."""
    if isinstance(thing, Let):
        return plain(thing.meaning)
    if isinstance(thing, Cost):
        return f"a function of {', '.join(part.name for part in thing.of)}"
    if isinstance(thing, Array):
        return f"an array of shape {show(thing.dims)}"
    return getattr(thing, "name", str(thing))


page = Page()
