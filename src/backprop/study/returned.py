"""What a reader's function returned, by name.

Introduced in chapter 2.
"""

from backprop.check.diagnosis import listed
from backprop.study.exercise import Problem
from backprop.study.words import count, kind


def by_name(names, value):
    """Return (results by name, the `Problem` with their number or None).

    Examples
    --------
    >>> by_name(["dW", "dX"], (1.0, 2.0))
    ({'dW': 1.0, 'dX': 2.0}, None)
    >>> by_name(["dW", "dX"], (1.0, 2.0, 3.0))[1].says
    'Your code returns 3 results, expected 2 results: dW and dX, in this order.'
    """
    if value is None:
        return {}, Problem("nothing", "Your code returns None: was the return forgotten?")
    if len(names) == 1:
        return {names[0]: value}, None
    several = isinstance(value, (tuple, list))
    if several and len(value) == len(names):
        return dict(zip(names, value, strict=True)), None
    got = count(len(value), "result") if several else kind(value)
    wanted = f"{count(len(names), 'result')}: {listed(names)}, in this order"
    return {}, Problem("count", f"Your code returns {got}, expected {wanted}.")


def is_blank(value):
    """Tell whether nothing but ``...`` was returned."""
    return value is ... or (isinstance(value, tuple) and {*map(id, value)} == {id(...)})
