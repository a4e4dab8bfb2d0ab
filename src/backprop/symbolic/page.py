"""What one kernel has shown: a name means one thing, and nothing is used before it is defined."""

import re

from ..errors import ClaimError
from .derivatives import Velocity
from .expression import number_of, show
from .leaves import Array, Cost, Dotted, Let, Scalar, Symbol
from .mapping import Mapped
from .pointwise import Apply, exp
from .printing import plain
from .records import Shown
from .scalars import Constant


class Page:
    """The names and equations of one run of a notebook.

    Cells may run again: the same name with the same meaning is no conflict.
    """

    def __init__(self):
        self.records, self.names, self.defined = {}, {}, set()
        self.convention, self.others = None, {}

    def open(self, convention):
        """Go on in another convention, in which names may mean something else."""
        self.others[self.convention] = self.names, self.defined
        self.convention = convention
        self.names, self.defined = self.others.get(convention, ({}, set()))

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
        parts = dict.fromkeys(part for expression in expressions for part in expression.walk())
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
        if self.convention is not None:
            record["convention"] = self.convention
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
    if isinstance(part, Symbol) and not isinstance(part, Dotted):
        yield "symbol", part.name, part
    if isinstance(part, Apply):
        yield "symbol", part.function.name, part.function


def passing_names(part):
    """Yield the names that mean one thing within an equation: costs, indices, what moves."""
    yield from (("letter", name, thing) for name, thing in letters(part))
    if isinstance(part, (Cost, Mapped)):
        yield "cost", part.name, part
    for index in part.free:
        yield "index", index.name, index
    if isinstance(part, (Velocity, Dotted)):
        yield "motion", "the dot", part.name if isinstance(part, Dotted) else part.wrt.name


def letters(part):
    """Yield what a reader may not take for something else that is spelled alike."""
    if isinstance(part, Symbol) and not isinstance(part, Dotted):
        yield part.name, itself(part)
        if part.dims[1:] == (1,):  # x_1 is the first entry of x
            yield from ((f"{part.name}_{n + 1}", part) for n in range(number_of(part.dims)[0]))
    if isinstance(part, (Cost, Mapped)):
        yield part.name, part
    if isinstance(part, Apply):
        yield from ((name, part.function) for name in called(part.function))
    if isinstance(part, Constant):
        yield "π", part
    for index in part.free:
        yield index.name, index


def itself(symbol):
    """Return a symbol; or, for c = c(w), the function that it has its name from."""
    meaning = getattr(symbol, "meaning", None)
    same = isinstance(meaning, (Cost, Mapped)) and meaning.name == symbol.name
    return meaning if same else symbol


def called(function):
    """Return the names that a function goes by on the page."""
    return ("e",) if function == exp else (function.name,)


def meant(thing):
    """Say what a name stands for."""
    if isinstance(thing, Let):
        return plain(thing.meaning)
    if isinstance(thing, (Scalar, Constant)):
        return "a number"
    if isinstance(thing, (Cost, Mapped)):
        return f"a function of {', '.join(part.name for part in thing.of)}"
    if isinstance(thing, Array):
        return f"an array of shape {show(thing.dims)}"
    return getattr(thing, "name", str(thing))


page = Page()
