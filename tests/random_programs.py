"""Random programs of numbers: what every tape must agree on."""

import numpy as np
from hypothesis import strategies as st

# One instruction a row: what it does with two earlier numbers and a constant. Moderate numbers stay
# moderate, so no program overflows. The exact ones are the same operations on every tape; the
# others may differ in the last digit, so nothing that jumps is among them.
EXACT = {
    "add": lambda a, b, c: (a + b) * 0.5,
    "subtract": lambda a, b, c: a - b * 0.25,
    "multiply": lambda a, b, c: a * b * 0.125,
    "divide": lambda a, b, c: a / (b * b + 1.0),
    "a constant added": lambda a, b, c: 1 + a * 0.5 + c,
    "a constant taken": lambda a, b, c: (c - a) * 0.5 - 2,
    "a constant times": lambda a, b, c: c * a * 0.5,
    "over a constant": lambda a, b, c: a / 3,
    "under a constant": lambda a, b, c: c / (a * a + 2),
    "negative": lambda a, b, c: -a,
    "square": lambda a, b, c: a**2 * 0.125,
    "cube": lambda a, b, c: (a * 0.5) ** 3.0 * 0.25,
    "maximum": lambda a, b, c: np.maximum(a, b),
    "a rectifier": lambda a, b, c: np.maximum(0, a) - np.minimum(c, b),
    "of itself": lambda a, b, c: np.maximum(a, a) + a * a * 0.125,
}
ROUNDED = {
    "tanh": lambda a, b, c: np.tanh(a),
    "sine": lambda a, b, c: np.sin(a) * np.cos(b),
    "exponential": lambda a, b, c: np.exp(-a * a),
    "logarithm": lambda a, b, c: np.log(a * a + 1.0),
    "square root": lambda a, b, c: np.sqrt(a * a + 0.5),
    "power": lambda a, b, c: (a * a + 0.5) ** (b * 0.125),
    "root": lambda a, b, c: (a * a + 0.5) ** 0.5,
    "angle": lambda a, b, c: np.arctan2(a, b * b + 1.0) + np.hypot(a, 1.0) * 0.25,
}
ROUNDED |= {name: EXACT[name] for name in ("add", "subtract", "multiply", "divide", "square")}
numbers = st.floats(-2.5, 2.5, allow_subnormal=False)


@st.composite
def programs(draw, rows):
    """Draw (number of variables, instructions): a row, two places that it reads, a constant."""
    size = draw(st.integers(1, 4))
    length = draw(st.integers(1, 12))
    place = st.integers(0, size + length)
    instruction = st.tuples(st.sampled_from(sorted(rows)), place, place, numbers)
    return size, draw(st.lists(instruction, min_size=1, max_size=length))


def run(rows, program, values):
    """Run a program on values of any kind; return its last result."""
    found = list(values)
    for name, i, j, c in program[1]:
        found.append(rows[name](found[i % len(found)], found[j % len(found)], c))
    return found[-1]
