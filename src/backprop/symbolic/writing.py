"""How the parts of a formula are written, from the smallest up: names and numbers.

Every part is written with how tightly it holds together, so that parentheses stand where they are
needed and nowhere else.  `write` is one function; each kind of expression registers its own way.
"""

from __future__ import annotations

from functools import singledispatch

from .algebra import MatMul, Negative, Product, Transpose
from .derivatives import Gradient, Partial
from .expression import Number, Size
from .leaves import Array, Cost, Direction, Let, Ones, Scalar, ScalarDirection
from .names import is_indexed
from .scalars import Constant
from .styles import PLAIN
from .tables import Zeros

# how tightly a thing holds together
SUM, OPEN, HADAMARD, PRODUCT, ATOM, NAME = 1, 1.7, 1.8, 2, 3, 4


def inside(expression, style, at_least):
    """Write a part, in parentheses when it holds together less than its place asks."""
    text, holds = write(expression, style)
    return text if holds >= at_least else style.parentheses.format(text)


def raisable(expression, style):
    """Write what gets a superscript; a name that has one already goes into braces."""
    text = inside(expression, style, NAME)
    braced = style is not PLAIN and is_indexed(getattr(expression, "name", ""))[1]
    return f"{{{text}}}" if braced else text


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
    return style.name(e.name), NAME


@write.register(Array)
@write.register(Let)
@write.register(Scalar)
def _(e, style):
    colour = style.backward if is_backward(e) else style.forward
    return colour.format(style.name(e.name)), NAME


def is_backward(symbol):
    """Tell whether a symbol stands for slopes of a cost: δ for the gradient in z."""
    meaning = getattr(symbol, "meaning", None)
    return meaning is not None and any(holds_slopes(part) for part in factors(meaning))


def holds_slopes(part):
    """Tell whether a factor is a gradient, a slope of a cost, or a symbol for some."""
    slopes = isinstance(part, Partial) and isinstance(part.of, Cost)
    return isinstance(part, Gradient) or slopes or is_backward(part)


def factors(e):
    """Yield what a product is made of."""
    if isinstance(e, (MatMul, Product, Transpose, Negative)):
        for part in e.parts:
            yield from factors(part)
    else:
        yield e


@write.register(Direction)
@write.register(ScalarDirection)
def _(e, style):
    return style.forward.format(style.name(e.name, style.dotted)), NAME


@write.register
def _(e: Cost, style):
    return style.name(e.name), NAME


@write.register
def _(e: Ones, style):
    return style.ones, NAME


@write.register
def _(e: Constant, style):
    return style.name(str(e.number).replace("pi", "π")), NAME


@write.register
def _(e: Zeros, style):
    return style.zeros, NAME
