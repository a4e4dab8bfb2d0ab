"""How a step is written: sin(v2), 2 / v3, W @ X.

Introduced in chapter 2.
"""

import numpy as np

from backprop.autodiff.tape import Node

FORMS = {
    "add": "{} + {}",
    "subtract": "{} − {}",
    "multiply": "{} · {}",
    "divide": "{} / {}",
    "negative": "−{}",
    "positive": "+{}",
    "absolute": "|{}|",
    "matmul": "{} @ {}",
    "square": "{}²",
}
RAISED = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(value):
    """Write a number with four significant digits, a true minus sign and no −0.

    Examples
    --------
    >>> [number(v) for v in (-8, 2.5, -0.0, 1 / 3, 1 + 2j)]
    ['−8', '2.5', '0', '0.3333', '1+2j']
    """
    value = value.item() if isinstance(value, np.generic) else value
    return f"{value:z.4g}".replace("-", "−")


def signed(text):
    """Put a negative number into parentheses, as after another sign."""
    return f"({text})" if text[0] == "−" else text


def formula(node, names):
    """Write how a node was computed, with the names of its inputs.

    Examples
    --------
    >>> from backprop.autodiff import variable
    >>> x = variable(3.0, "x")
    >>> [formula(node, {x: "x"}) for node in (2 / x, x * -1.0, x**2, x**-1)]
    ['2 / x', 'x · (−1)', 'x²', 'x⁻¹']
    """
    if not node.inputs:
        return names[node]
    parts = [names[x] if isinstance(x, Node) else _constant(x) for x in node.inputs]
    parts[1:] = map(signed, parts[1:])
    special = SPECIAL.get(node.operation)
    if special:
        return special(node, *parts)
    form = FORMS.get(node.operation, node.operation + "({})")
    return form.format(*parts) if node.operation in FORMS else form.format(_listed(parts, node))


def _constant(c):
    return number(c) if np.ndim(c) == 0 else f"array{np.shape(c)}"


def _listed(parts, node):
    """Write the inputs, and the options that were given."""
    told = {k: v for k, v in node.options.items() if v is not None and v is not False}
    return ", ".join([*parts, *(f"{k}={v}" for k, v in told.items())])


def _power(node, a, b):
    """Write a whole constant exponent above the line."""
    b = b.strip("()")
    if isinstance(node.inputs[1], (int, float)) and not b.strip("−0123456789"):
        return a + b.translate(RAISED)
    return f"{a}^({b})" if b[0] == "−" else f"{a}^{b}"


def _getitem(node, a):
    index = node.options["index"]
    return f"{a}[{', '.join(map(_place, index if isinstance(index, tuple) else (index,)))}]"


def _place(i):
    """Write one part of an index, as in 2 or 1:3; a list of places is left out: …."""
    if isinstance(i, slice):
        ends = ["" if end is None else str(end) for end in (i.start, i.stop, i.step)]
        return ":".join(ends[: 2 + bool(ends[2])])
    return str(i) if i is None or isinstance(i, (int, np.integer)) else "…"


def _transpose(node, a):
    return f"{a}ᵀ" if node.options["axes"] is None else f"transpose({a}, {node.options['axes']})"


def _reshape(node, a):
    return f"reshape({a}, {node.shape})"


SPECIAL = {"power": _power, "getitem": _getitem, "transpose": _transpose, "reshape": _reshape}
