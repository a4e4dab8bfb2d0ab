"""How a formula is written: LaTeX for the page, plain text for comments, NumPy for the tests.

The three are printed from the same expression.  A style is a table of small templates; the tree
is walked in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from . import symbols as s

SUM, PRODUCT, ATOM, NAME = 1, 2, 3, 4  # how tightly a thing holds together


@dataclass(frozen=True)
class Style:
    """The templates of one way of writing."""

    transpose: str
    hadamard: str
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


GREEK = {"σ": r"\sigma", "φ": r"\varphi", "δ": r"\delta", "η": r"\eta"}


def latex_name(name):
    """Return a symbol's name in LaTeX: Greek letters by name, ^(l) as a bracketed layer."""
    return GREEK.get(name, name if len(name) == 1 else rf"\mathrm{{{name}}}")


LATEX = Style(
    transpose=r"{}^{{\top}}",
    hadamard=r"{} \odot {}",
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
def _(e: s.Number, style):
    if e.number.q == 1:
        return str(e.number).replace("-", style.minus), ATOM if e.number >= 0 else SUM
    return style.over.format(e.number.p, e.number.q), ATOM if style is not PLAIN else PRODUCT


@write.register(s.Size)
def _(e, style):
    return e.name, NAME


@write.register(s.Array)
@write.register(s.Let)
def _(e, style):
    return style.forward.format(style.name(e.name)), NAME


@write.register
def _(e: s.Direction, style):
    return style.forward.format(style.dotted.format(style.name(e.name))), NAME


@write.register
def _(e: s.Cost, style):
    return style.name(e.name), NAME


@write.register
def _(e: s.Ones, style):
    return style.ones, NAME


@write.register
def _(e: s.Transpose, style):
    return style.transpose.format(inside(e.inside, style, NAME)), ATOM


@write.register
def _(e: s.MatMul, style):
    return f"{inside(e.left, style, PRODUCT)} {inside(e.right, style, ATOM)}", PRODUCT


@write.register
def _(e: s.Product, style):
    left = inside(e.left, style, ATOM if isinstance(e.left, s.Total) else PRODUCT)
    right = inside(e.right, style, PRODUCT if isinstance(e.right, s.Total) else ATOM)
    try:
        pattern = style.hadamard if e.left.dims and e.right.dims else "{} {}"
    except s.MisfitError:
        pattern = style.hadamard
    return pattern.format(left, right), PRODUCT


@write.register
def _(e: s.Quotient, style):
    if style is PLAIN:
        return f"{inside(e.left, style, PRODUCT)} / {inside(e.right, style, ATOM)}", PRODUCT
    return f"{style.over.format(1, write(e.right, style)[0])} {inside(e.left, style, PRODUCT)}", (
        PRODUCT
    )


@write.register
def _(e: s.Add, style):
    sign, right = ("-", e.right.inside) if isinstance(e.right, s.Negative) else ("+", e.right)
    sign = style.minus if sign == "-" else sign
    text = inside(right, style, PRODUCT if sign != "+" else SUM)
    return f"{inside(e.left, style, SUM)} {sign} {text}", SUM


@write.register
def _(e: s.Negative, style):
    return f"{style.minus}{inside(e.inside, style, PRODUCT)}", SUM


@write.register
def _(e: s.Inner, style):
    return style.inner.format(*(write(part, style)[0] for part in e.parts)), ATOM


@write.register
def _(e: s.Diag, style):
    return style.diag.format(write(e.inside, style)[0]), ATOM


@write.register
def _(e: s.Apply, style):
    name = style.name(e.function.name) + style.prime * e.order
    return style.apply.format(name, write(e.inside, style)[0]), ATOM


@write.register
def _(e: s.Entry, style):
    where = "".join(i.name for i in (e.row, e.column) if isinstance(i, s.Index))
    return style.entry.format(inside(e.array, style, NAME), where), ATOM


@write.register
def _(e: s.Delta, style):
    return style.delta.format(e.left.name, e.right.name), ATOM


@write.register
def _(e: s.Total, style):
    inner = inside(e.inside, style, PRODUCT)
    return style.total.format(e.index.name, e.index.size.name, inner), PRODUCT


@write.register
def _(e: s.Gradient, style):
    names = (write(part, bare(style))[0] for part in e.parts)
    return style.backward.format(style.gradient.format(*names)), PRODUCT - 0.5


@write.register
@write.register(s.Jacobian)
def _(e: s.Partial, style):
    plain_style = bare(style)
    text = style.partial.format(*(write(part, plain_style)[0] for part in e.parts))
    scalar = isinstance(e.of, s.Cost)
    text = style.backward.format(text) if scalar else text
    return text, ATOM if style is not PLAIN else PRODUCT - 0.5


@write.register
def _(e: s.Velocity, style):
    return style.dotted.format(inside(e.of, style, ATOM)), NAME


def bare(style):
    """Return the style without colours, for the inside of a coloured thing."""
    return LATEX if style is PAGE else style


# ── NumPy ─────────────────────────────────────────────────────────────────────────────────────


@singledispatch
def numpy_code(expression):
    """Return a NumPy expression with the same value, or raise TypeError where there is none."""
    raise TypeError(f"no NumPy form for a {type(expression).__name__}")


@numpy_code.register
def _(e: s.Number):
    return f"({e.number})"


@numpy_code.register(s.Size)
@numpy_code.register(s.Array)
@numpy_code.register(s.Let)
def _(e):
    return e.name


@numpy_code.register
def _(e: s.Ones):
    return f"np.ones(({e.rows.name}, 1))"


@numpy_code.register
def _(e: s.Gradient):
    return "d" + e.wrt.name


@numpy_code.register
def _(e: s.Transpose):
    return f"{numpy_code(e.inside)}.T"


@numpy_code.register
def _(e: s.Negative):
    return f"(-{numpy_code(e.inside)})"


OPERATORS = {s.MatMul: "@", s.Product: "*", s.Quotient: "/", s.Add: "+"}


@numpy_code.register(s.Pair)
def _(e):
    if type(e) not in OPERATORS:
        raise TypeError(f"no NumPy form for a {type(e).__name__}")
    return f"({numpy_code(e.left)} {OPERATORS[type(e)]} {numpy_code(e.right)})"


@numpy_code.register
def _(e: s.Diag):
    return f"np.diag({numpy_code(e.inside)}[:, 0])"


@numpy_code.register
def _(e: s.Apply):
    return f"{e.function.name}{'_prime' * e.order}({numpy_code(e.inside)})"
