"""How a formula is written: LaTeX for the page, plain text for comments and messages.

Both are printed from the expression that was proved.  A style is a table of small templates; the
tree is walked in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from ..errors import MisfitError
from .algebra import Add, Diag, Inner, MatMul, Negative, Product, Quotient, Transpose
from .derivatives import Gradient, Jacobian, Partial, Velocity
from .entries import Delta, Entry, Total
from .expression import Index, Number, Size
from .leaves import Array, Cost, Direction, Let, Ones
from .pointwise import Apply

SUM, OPEN, HADAMARD, PRODUCT, ATOM, NAME = (
    1,
    1.7,
    1.8,
    2,
    3,
    4,
)  # how tightly a thing holds together


@dataclass(frozen=True)
class Style:
    """The templates of one way of writing."""

    transpose: str
    hadamard: str
    times: str
    over: str
    gradient: str
    partial: str
    parentheses: str
    entry: str
    total: str
    delta: str
    inner: str
    diag: str
    ones: str
    dotted: str
    apply: str
    prime: str
    minus: str
    name: object = str
    forward: str = "{}"
    backward: str = "{}"


SPELLED = {
    "Ŷ": r"\hat{Y}",
    "ŷ": r"\hat{y}",
    "σ": r"\sigma",
    "φ": r"\varphi",
    "δ": r"\delta",
    "η": r"\eta",
}


def latex_name(name):
    """Return a symbol's name in LaTeX: Greek letters by name, ^(l) as a bracketed layer."""
    return SPELLED.get(name, name if len(name) == 1 else rf"\mathrm{{{name}}}")


LATEX = Style(
    transpose=r"{}^{{\top}}",
    hadamard=r"{} \odot {}",
    times=r"{} \cdot {}",
    over=r"\frac{{{}}}{{{}}}",
    gradient=r"\nabla_{{{1}}} {0}",
    partial=r"\frac{{\partial {}}}{{\partial {}}}",
    parentheses=r"\left({}\right)",
    entry=r"{}_{{{}}}",
    total=r"\sum_{{{0}=1}}^{{{1}}} {2}",
    delta=r"[{} = {}]",
    inner=r"\left\langle {},\, {} \right\rangle",
    diag=r"\operatorname{{diag}}\left({}\right)",
    ones=r"\mathbf{1}",
    dotted=r"\dot{{{}}}",
    apply=r"{}\left({}\right)",
    prime="'",
    minus="-",
    name=latex_name,
)
PAGE = Style(
    **{
        **LATEX.__dict__,
        "forward": r"\class{{bp-forward}}{{{}}}",
        "backward": r"\class{{bp-backward}}{{{}}}",
    }
)
PLAIN = Style(
    transpose="{}ᵀ",
    hadamard="{} ⊙ {}",
    times="{} · {}",
    over="{}/{}",
    gradient="∇_{1} {0}",
    partial="∂{}/∂{}",
    parentheses="({})",
    entry="{}_{}",
    total="Σ_{0} {2}",
    delta="[{} = {}]",
    inner="⟨{}, {}⟩",
    diag="diag({})",
    ones="1",
    dotted="{}̇",
    apply="{}({})",
    prime="′",
    minus="−",
)


def plain(expression):
    """Return an expression in one line of plain text."""
    return write(expression, PLAIN)[0]


def latex(expression, page=False):
    r"""Return an expression in LaTeX; for the page with ``\class`` marks for its two colours."""
    return write(expression, PAGE if page else LATEX)[0]


def inside(expression, style, at_least):
    """Write a part, in parentheses when it holds together less than its place asks."""
    text, holds = write(expression, style)
    return text if holds >= at_least else style.parentheses.format(text)


@singledispatch
def write(expression, style):
    """Return the text of an expression and how tightly it holds together."""
    raise TypeError(f"no way to write a {type(expression).__name__}")


@write.register
def _(e: Number, style):
    if e.number.q == 1:
        return str(e.number).replace("-", style.minus), ATOM if e.number >= 0 else SUM
    return style.over.format(e.number.p, e.number.q), ATOM if style is not PLAIN else PRODUCT


@write.register(Size)
def _(e, style):
    return e.name, NAME


@write.register(Array)
@write.register(Let)
def _(e, style):
    return style.forward.format(style.name(e.name)), NAME


@write.register
def _(e: Direction, style):
    return style.forward.format(style.dotted.format(style.name(e.name))), NAME


@write.register
def _(e: Cost, style):
    return style.name(e.name), NAME


@write.register
def _(e: Ones, style):
    return style.ones, NAME


@write.register
def _(e: Transpose, style):
    return style.transpose.format(inside(e.inside, style, NAME)), ATOM


@write.register
def _(e: MatMul, style):
    return f"{inside(e.left, style, PRODUCT)} {inside(e.right, style, ATOM)}", PRODUCT


@write.register
def _(e: Product, style):
    try:
        between = bool(e.left.dims and e.right.dims)
    except MisfitError:
        between = not all(isinstance(part, (Entry, Delta, Total)) for part in e.parts)
    holds = HADAMARD if between else PRODUCT
    left, trails = inside(e.left, style, holds), isinstance(e.right, Total)
    right = inside(e.right, style, OPEN if trails else ATOM)
    pattern = style.hadamard if between else style.times if right[0].isdigit() else "{} {}"
    return pattern.format(left, right), OPEN if trails else holds


@write.register
def _(e: Quotient, style):
    if style is PLAIN:
        return f"{inside(e.left, style, PRODUCT)} / {inside(e.right, style, ATOM)}", HADAMARD
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
def _(e: Apply, style):
    name = style.name(e.function.name) + style.prime * e.order
    return style.apply.format(name, write(e.inside, style)[0]), ATOM


@write.register
def _(e: Entry, style):
    where = "".join(i.name for i in (e.row, e.column) if isinstance(i, Index))
    return style.entry.format(inside(e.array, style, NAME), where), ATOM


@write.register
def _(e: Delta, style):
    return style.delta.format(e.left.name, e.right.name), ATOM


@write.register
def _(e: Total, style):
    inner = inside(e.inside, style, OPEN)
    return style.total.format(e.index.name, e.index.size.name, inner), OPEN


@write.register
def _(e: Gradient, style):
    names = (inside(part, bare(style), ATOM) for part in e.parts)
    return style.backward.format(style.gradient.format(*names)), PRODUCT - 0.5


@write.register
@write.register(Jacobian)
def _(e: Partial, style):
    plain_style = bare(style)
    text = style.partial.format(*(inside(part, plain_style, ATOM) for part in e.parts))
    scalar = isinstance(e.of, Cost)
    text = style.backward.format(text) if scalar else text
    return text, ATOM if style is not PLAIN else PRODUCT - 0.5


@write.register
def _(e: Velocity, style):
    return style.dotted.format(inside(e.of, style, ATOM)), NAME


def bare(style):
    """Return the style without colours, for the inside of a coloured thing."""
    return LATEX if style is PAGE else style
