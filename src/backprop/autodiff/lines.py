"""How a step of a recording is written as lines of Python, forwards and backwards.

The most frequent rows of the table are written out; all others are called. Used by
`backprop.autodiff.replay`.
"""

import math
from itertools import count
from keyword import iskeyword

from backprop.autodiff.broadcasting import scalar
from backprop.autodiff.rules import RULES

LARGER = "{g} * (1.0 if {a} > {b} else 0.5 if {a} == {b} else 0.0)"
SMALLER = LARGER.replace(">", "<")


def _exchanged(line):
    """Return a line with its two inputs exchanged."""
    return line.replace("{a}", "{c}").replace("{b}", "{a}").replace("{c}", "{b}")


# Rows of the table written out: the result y of the inputs a and b, then what each of these gets
# of g, the adjoint of y.
LINES = {
    "add": ("{a} + {b}", "{g}", "{g}"),
    "subtract": ("{a} - {b}", "{g}", "-{g}"),
    "multiply": ("{a} * {b}", "{g} * {b}", "{g} * {a}"),
    "divide": ("{a} / {b}", "{g} * (1.0 / {b})", "{g} * (-{y} / {b})"),
    "maximum": ("{a} if {a} > {b} or {a} != {a} else {b}", LARGER, _exchanged(LARGER)),
    "minimum": ("{a} if {a} < {b} or {a} != {a} else {b}", SMALLER, _exchanged(SMALLER)),
    "negative": ("-{a}", "-{g}"),
    "positive": ("{a}", "{g}"),
    "square": ("{a} * {a}", "{g} * (2.0 * {a})"),
    "exp": ("exp({a})", "{g} * {y}"),
    "log": ("log({a})", "{g} * (1.0 / {a})"),
    "sin": ("sin({a})", "{g} * cos({a})"),
    "cos": ("cos({a})", "{g} * -sin({a})"),
    "tanh": ("tanh({a})", "{g} * (1.0 - {y} * {y})"),
}
WHOLE_POWER = ("{a} ** {b}", "{g} * ({b} * {a} ** {less})")
KNOWN = {name: getattr(math, name) for name in ("exp", "log", "sin", "cos", "tanh", "inf", "nan")}


def forward(node, texts, used):
    """Return the right side of the line that computes a node from the texts of its inputs."""
    row = _row(node)
    if row:
        return row[0].format(**_letters(node, texts))
    used[node.operation] = _value_of(RULES[node.operation])
    return f"{node.operation}({', '.join(texts)})"


def backward(node, k, g, y, texts, used):
    """Return what input k gets of g: g times the slope."""
    row = _row(node)
    if row:
        return row[1 + k].format(g=g, y=y, **_letters(node, texts))
    name = f"slope_of_{node.operation}"
    used[name] = _slope_of(RULES[node.operation])
    return f"{g} * {name}({', '.join([str(k), y, *texts])})"


def literal(value):
    """Write a number so that Python reads the same number; a negative one in parentheses.

    Examples
    --------
    >>> literal(0.1), literal(-2.0), literal(3)
    ('0.1', '(-2.0)', '3')
    """
    return f"({value!r})" if str(value)[0] == "-" else repr(value)


def identifiers(names):
    """Return node → a name that Python accepts, the node's own where it can be used.

    No name is another's adjoint, which has a d before it.

    Examples
    --------
    >>> identifiers({1: "x", 2: "z⁽¹⁾", 3: "dx", 4: "lambda"})
    {1: 'x', 2: 'v1', 3: 'v2', 4: 'v3'}
    """
    free, found = (f"v{k}" for k in count(1)), {}
    taken, used = set(names.values()), set()
    for node, name in names.items():
        if not _usable(name, used):
            name = next(v for v in free if not {v, f"d{v}"} & taken)
        found[node] = name
        used |= {name, f"d{name}"}
    return found


def _usable(name, used):
    reserved = iskeyword(name) or name in KNOWN or name in RULES or name == "values"
    return (
        name.isascii()
        and name.isidentifier()
        and not reserved
        and used.isdisjoint((name, f"d{name}"))
    )


def _row(node):
    """Return the lines of an operation, or None if it has to be called."""
    if node.operation == "power":
        b = node.inputs[1]
        whole = type(b) in (int, float) and b >= 1 and float(b).is_integer()
        return WHOLE_POWER if whole else None
    return LINES.get(node.operation)


def _letters(node, texts):
    letters = dict(zip("ab", texts, strict=False))
    if node.operation == "power":
        letters["less"] = literal(node.inputs[1] - 1)
    return letters


def _value_of(rule):
    return lambda *inputs: scalar(rule.function(*inputs))


def _slope_of(rule):
    return lambda k, y, *inputs: scalar(rule.slope(k, y, inputs))
