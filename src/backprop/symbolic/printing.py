"""How a formula is written: LaTeX for the page, plain text for comments and messages.

Both are printed from the expression that was proved.  A style is a table of small templates; the
tree is walked in one place.
"""

from __future__ import annotations

from ..errors import MisfitError
from . import writing_functions  # noqa: F401 (it registers how functions are written)
from .algebra import Add, Diag, Inner, MatMul, Negative, Product, Quotient, Transpose
from .derivatives import Gradient, Jacobian, Partial, Slope, Velocity
from .entries import Delta, Entry, Total
from .expression import Index, Number
from .leaves import Array, Cost, Let, Scalar
from .names import is_indexed
from .pointwise import Apply
from .scalars import Constant, Power
from .styles import LATEX, PAGE, PLAIN
from .writing import ATOM, HADAMARD, NAME, OPEN, PRODUCT, SUM, inside, raisable, write


def plain(expression):
    """Return an expression in one line of plain text."""
    return write(expression, PLAIN)[0]


def latex(expression, page=False):
    r"""Return an expression in LaTeX; for the page with ``\class`` marks for its two colours."""
    return write(expression, PAGE if page else LATEX)[0]


@write.register
def _(e: Transpose, style):
    return style.transpose.format(raisable(e.inside, style)), ATOM


@write.register
def _(e: MatMul, style):
    return f"{inside(e.left, style, PRODUCT)} {inside(e.right, style, ATOM)}", PRODUCT


def between(e):
    """Tell whether an operation takes two arrays, entry by entry."""
    try:
        return bool(e.left.dims and e.right.dims)
    except MisfitError:
        return not all(isinstance(part, (Entry, Delta, Total)) for part in e.parts)


def of_numbers(e):
    """Tell whether all that is written in an expression are numbers and their functions."""
    if isinstance(e, (Scalar, Let, Partial, Slope, Cost, Entry)):
        return not e.dims
    simple = (Number, Constant, Power, Apply, Add, Negative, Product, Quotient)
    return isinstance(e, simple) and all(map(of_numbers, e.parts))


@write.register
def _(e: Product, style):
    if isinstance(e.left, Negative):
        return write(Negative(Product(e.left.inside, e.right)), style)
    paired = between(e)
    holds = HADAMARD if paired else PRODUCT
    left = inside(e.left, style, ATOM if paired and isinstance(e.left, MatMul) else holds)
    trails = isinstance(e.right, Total)
    right = inside(e.right, style, OPEN if trails else ATOM)
    pattern = style.hadamard if paired else style.times if dotted(e, right) else "{} {}"
    return pattern.format(left, right), OPEN if trails else holds


def dotted(e, right):
    """Tell whether a product needs its dot: 2 · 3, and x · (y + z), which is no function x."""
    called = isinstance(last(e.left), (Scalar, Let, Cost, Constant)) and not e.left.dims
    return right[0].isdigit() or (called and right.startswith(("(", r"\left(")))


def last(e):
    """Return what a product ends with."""
    return last(e.right) if isinstance(e, Product) else e


@write.register
def _(e: Quotient, style):
    if isinstance(e.left, Number) and e.left.number < 0:
        return write(Negative(Quotient(Number(-e.left.number), e.right)), style)
    if isinstance(e.left, Negative):
        return write(Negative(Quotient(e.left.inside, e.right)), style)
    if between(e):
        sides = inside(e.left, style, HADAMARD), inside(e.right, style, ATOM)
        return style.divided.format(*sides), HADAMARD
    if style is PLAIN:
        return f"{inside(e.left, style, PRODUCT)} / {inside(e.right, style, ATOM)}", HADAMARD
    if of_numbers(e.left):
        return style.over.format(*(write(part, style)[0] for part in e.parts)), ATOM
    before = style.over.format(1, write(e.right, style)[0])
    text, holds = inside(e.left, style, OPEN), write(e.left, style)[1]
    return f"{before} {text}", min(holds, PRODUCT) if holds >= OPEN else PRODUCT


@write.register
def _(e: Add, style):
    sign, right = ("-", e.right.inside) if isinstance(e.right, Negative) else ("+", e.right)
    sign = style.minus if sign == "-" else sign
    text = inside(right, style, OPEN if sign != "+" else SUM)
    return f"{inside(e.left, style, SUM)} {sign} {text}", SUM


@write.register
def _(e: Negative, style):
    return f"{style.minus}{inside(e.inside, style, OPEN)}", SUM


@write.register
def _(e: Inner, style):
    return style.inner.format(*(write(part, style)[0] for part in e.parts)), ATOM


@write.register
def _(e: Diag, style):
    return style.diag.format(write(e.inside, style)[0]), ATOM


@write.register
def _(e: Entry, style):
    if isinstance(e.array, Apply) and isinstance(e.array.inside, (Array, Let)):
        of = e.array  # σ(z)_j is σ(z_j)
        return write(Apply(of.function, of.order, Entry(of.inside, e.row, e.column)), style)
    where = "".join(i.name for i in (e.row, e.column) if isinstance(i, Index))
    array = inside(e.array, style, NAME)
    if is_indexed(getattr(e.array, "name", ""))[0]:  # (x_1)_k
        array = style.parentheses.format(array)
    return style.entry.format(array, where), ATOM


@write.register
def _(e: Delta, style):
    return style.delta.format(e.left.name, e.right.name), ATOM


@write.register
def _(e: Total, style):
    inner = inside(e.inside, style, OPEN)
    return style.total.format(e.index.name, style.name(e.index.size.name), inner), OPEN


@write.register
def _(e: Gradient, style):
    names = (inside(part, bare(style), ATOM) for part in e.parts)
    return style.backward.format(style.gradient.format(*names)), PRODUCT - 0.5


@write.register
def _(e: Partial, style):
    return fraction(e, style, style.partial)


@write.register
def _(e: Slope, style):
    return fraction(e, style, style.slope)


@write.register
def _(e: Jacobian, style):
    of = e.of if e.layout == "numerator" else Transpose(e.of)
    return fraction(Jacobian(of, e.wrt), style, style.partial)


def fraction(e, style, pattern):
    """Write a derivative as a fraction."""
    within = bare(style)
    parts = (
        inside(p, within, NAME + isinstance(p, Power))
        if isinstance(p, Power)
        else inside(p, within, ATOM)
        for p in e.parts
    )
    text = pattern.format(*parts)
    text = style.backward.format(text) if isinstance(e.of, Cost) else text
    return text, ATOM if style is not PLAIN else PRODUCT - 0.5


@write.register
def _(e: Velocity, style):
    if is_indexed(getattr(e.of, "name", ""))[1]:  # the dot belongs over the letter
        return style.forward.format(style.name(e.of.name, style.dotted)), NAME
    return style.dotted.format(inside(e.of, style, ATOM)), NAME


def bare(style):
    """Return the style without colours, for the inside of a coloured thing."""
    return LATEX if style is PAGE else style
