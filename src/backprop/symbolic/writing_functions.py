"""How functions, powers, cases and tables are written."""

from __future__ import annotations

from .entries import Entry
from .expression import Number
from .leaves import Array, Let, Scalar
from .mapping import Mapped
from .names import is_indexed
from .pointwise import Apply, Elementary
from .scalars import Cases, Power, Relation
from .softmax import Softmax
from .styles import PLAIN
from .tables import Table
from .writing import ATOM, NAME, SUM, inside, write


@write.register
def _(e: Apply, style):
    text = write(e.inside, style)[0]
    if isinstance(e.function, Elementary) and not e.order and e.function.name in SPECIAL:
        return SPECIAL[e.function.name](text, e.inside, style), ATOM
    return style.apply.format(function_name(e.function, style) + style.prime * e.order, text), ATOM


def function_name(function, style):
    """Return the name of a function; well-known ones are upright."""
    if isinstance(function, Elementary):
        return style.functions.get(function.name, function.name)
    return style.name(function.name).replace("mathrm", "operatorname")


def exponential(text, argument, style):
    """Write e to a power; in plain text with parentheses around more than a name."""
    if style is PLAIN:
        text = inside(argument, style, NAME)
    return style.power.format("e", text)


SPECIAL = {"exp": exponential, "sqrt": lambda text, argument, style: style.root.format(text)}


@write.register
def _(e: Softmax, style):
    name = style.functions.get("softmax", "softmax")
    return style.apply.format(name, write(e.inside, style)[0]), ATOM


@write.register
def _(e: Mapped, style):
    arguments = ", ".join(write(part, style)[0] for part in e.of)
    return style.apply.format(style.name(e.name), arguments), ATOM


@write.register
def _(e: Power, style):
    pattern = style.entrywise if e.inside.dims else style.power
    text, holds = write(Number(e.exponent), style) if e.exponent.q == 1 else (str(e.exponent), SUM)
    exponent = style.parentheses.format(text) if style is PLAIN and holds < ATOM else text
    return pattern.format(powerable(e.inside, style), exponent.replace("-", style.minus)), ATOM


def powerable(base, style):
    """Write the base of a power: x, x_k and numbers stand free, all else in parentheses."""
    name = getattr(base, "name", getattr(getattr(base, "array", None), "name", "()"))
    kinds = (Scalar, Let, Array) if style is PLAIN else (Scalar, Let, Array, Entry)
    free = isinstance(base, kinds) and not is_indexed(name)[1]
    whole = isinstance(base, Number) and getattr(base.number, "q", 1) == 1  # π has no parts
    return inside(base, style, ATOM if free or whole else NAME + 1)


@write.register
def _(e: Relation, style):
    sides = (inside(part, style, SUM) for part in e.parts)
    return f" {style.signs.get(e.sign, e.sign)} ".join(sides), SUM - 0.5


@write.register
def _(e: Cases, style):
    if e.form != "cases":
        return FORMS[e.form](e, style)
    begin, where, between_rows, end = style.cases
    rows = [
        f"{write(v, style)[0]}{where}{write(c, style)[0]}"
        for v, c in zip(e.values, e.conditions, strict=False)
    ]
    text = begin + between_rows.join([*rows, write(e.values[-1], style)[0]]) + end
    return text, ATOM if style is PLAIN else SUM - 0.5


FORMS = {
    "bracket": lambda e, style: (f"[{write(e.conditions[0], style)[0]}]", ATOM),
    "max": lambda e, style: (
        style.maximum.format(", ".join(write(v, style)[0] for v in e.values)),
        ATOM,
    ),
}


@write.register
def _(e: Table, style):
    before, between_entries, between_rows, after = style.entries
    rows = (between_entries.join(write(entry, style)[0] for entry in row) for row in e.rows)
    return before + between_rows.join(rows) + after, NAME
