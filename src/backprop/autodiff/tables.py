"""A trace in fixed-width text: the forward table and the backward table.

Introduced in chapter 2.
"""

import numpy as np

from backprop.autodiff.formula import number, signed

WIDTH = 60  # of the column that says how an adjoint is made up; longer sums go on below


def all_tables(steps):
    """Return the forward table; the backward table and the tangents if they were asked for."""
    told = [forward(steps)]
    if any(step.adjoint is not None for step in steps):
        told.append(backward(steps))
    if any(step.tangent is not None for step in steps):
        told.append(tangents(steps))
    return "\n\n".join(told)


def forward(steps):
    """Return one line per step, in order: its name, its formula, its value."""
    made = [step.formula if step.inputs else "given" for step in steps]
    names, values = [step.name for step in steps], shown([step.value for step in steps])
    return table(("forward", "formula", "value"), list(zip(names, made, values, strict=True)))


def backward(steps):
    """Return one line per step, from f back: its name, its adjoint, what that is made of."""
    adjoints, rows = shown([step.adjoint for step in steps]), []
    for step, adjoint, terms in reversed(list(zip(steps, adjoints, sums(steps), strict=True))):
        first, *more = wrapped(terms)
        rows += [(step.name, adjoint, *first), *(("", "", *line) for line in more)]
    return table(("backward", "adjoint", "upstream × local slope", "through"), rows)


def sums(steps):
    """Return, for each step, its uses: what each contributes to the adjoint, and its name."""
    made = [[] for _ in steps]
    for step in reversed(steps):
        for x, slope in zip(step.inputs, step.slopes, strict=True):
            made[x].append((_product(step.adjoint, slope, step, "back"), step.name))
    return [terms or [("the seed", "")] for terms in made]


def tangents(steps):
    """Return one line per step, in order: its name, its tangent, what that is made of."""
    shown_tangents, rows = shown([step.tangent for step in steps]), []
    for step, tangent in zip(steps, shown_tangents, strict=True):
        terms = [
            (_product(slope, steps[x].tangent, step, "forward"), steps[x].name)
            for x, slope in zip(step.inputs, step.slopes, strict=True)
        ]
        first, *more = wrapped(terms or [("given", "")])
        rows += [(step.name, tangent, *first), *(("", "", *line) for line in more)]
    return table(("tangents", "tangent", "local slope × tangent", "of"), rows)


def _product(first, second, step, direction):
    """Write a product of two numbers; for arrays, the rule that is used in its place."""
    if first is None or second is None:
        return f"{direction} through {step.operation}"
    return f"{number(first)} × {signed(number(second))}"


def wrapped(terms):
    """Join terms by plus signs, in lines of `WIDTH` characters at most; return (sum, names)."""
    lines = [terms[0]]
    for text, name in terms[1:]:
        told, names = lines[-1]
        first, *rest = text.split(" × ")
        text = " × ".join([signed(first), *rest])
        if len(told) + 3 + len(text) <= WIDTH:
            lines[-1] = f"{told} + {text}", f"{names}, {name}"
        else:
            lines.append((f"  + {text}", name))
    return lines


def shown(values):
    """Write numbers with their points aligned, arrays as their shapes."""
    texts = [number(v) if np.ndim(v) == 0 else str(np.shape(v)) for v in values]
    before = [len(t.partition(".")[0]) if t[0] != "(" else 0 for t in texts]
    widest = max(before)
    indents = [0 if t[0] == "(" else widest - b for t, b in zip(texts, before, strict=True)]
    return [" " * indent + t for indent, t in zip(indents, texts, strict=True)]


def table(head, rows):
    """Set rows in columns as wide as their widest entry, under a ruled head."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [head, tuple("─" * width for width in widths), *rows]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
