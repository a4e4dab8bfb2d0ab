"""How what a reader handed in is named in a sentence: in a few words, on one line.

Introduced in chapter 2.
"""

import inspect
import reprlib

import numpy as np

PLAIN = (str, bytes, int, float, complex, tuple, list)  # short enough to be shown


def kind(value):
    """Say what something is.

    Examples
    --------
    >>> kind(None), kind(3), kind([1.0]), kind(np.ones((2, 3)))
    ('None', 'an int', 'a list', 'an array of shape (2, 3)')
    """
    if value is None or value is ...:
        return "None" if value is None else "`...`"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if inspect.isclass(value) or inspect.isroutine(value):
        return "a class" if inspect.isclass(value) else "a function"
    return article(type(value).__name__)


def article(noun):
    """Put an article before a noun.

    Examples
    --------
    >>> article("int"), article("matrix")
    ('an int', 'a matrix')
    """
    return f"{'an' if noun[:1].lower() in tuple('aeiou') else 'a'} {noun}"


def shown(value):
    """Show a plain value, shortened; say of anything else what it is.

    Examples
    --------
    >>> shown("e"), shown((6, 2)), shown({1: 2})
    ("'e'", '(6, 2)', 'a dict')
    """
    return brief(reprlib.repr(value)) if isinstance(value, PLAIN) else kind(value)


def brief(text, width=200):
    r"""Put a text on one line, without what cannot be shown, and cut it.

    Examples
    --------
    >>> brief("one\n  two", 5)
    'one …'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= width else f"{line[: width - 1]}…"


def quoted(text, lines=5, width=200):
    r"""Return the first lines of a text, each shortened.

    Examples
    --------
    >>> quoted("a\nb\nc", lines=2)
    'a\nb\n… and 1 line more'
    """
    found = text.splitlines()
    more = len(found) - lines
    kept = [brief(line.replace("\t", "    "), width) for line in found[:lines]]
    return "\n".join([*kept, *([f"… and {count(more, 'line')} more"] if more > 0 else [])])


def count(number, noun):
    """Count things.

    Examples
    --------
    >>> count(1, "case"), count(8, "case")
    ('1 case', '8 cases')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
