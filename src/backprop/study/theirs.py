"""Whose code it is, and what of theirs raised an exception.

Introduced in chapter 2.
"""

import functools
import linecache
import os
import traceback
from pathlib import Path

from backprop.study.words import brief

# The package and Python's own library stand in these folders, what is installed in those.
ROOMS = (Path(__file__).parents[1], Path(os.__file__).parent)
FOLDERS = tuple(f"{room}{os.sep}" for room in ROOMS)
INSTALLED = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
WIDTH = 80  # of a line that is shown


@functools.cache
def is_theirs(filename):
    """Tell whether a file is a reader's, and not the package's, Python's or an installed one.

    Examples
    --------
    >>> is_theirs("<ipython-input-7>"), is_theirs(os.__file__), is_theirs(__file__)
    (True, False, False)
    """
    library = filename.startswith((*FOLDERS, "<frozen "))
    return not library and not any(part in filename for part in INSTALLED)


def raised(error):
    """Put an exception of the reader's code into a sentence, with their line.

    Examples
    --------
    >>> def loses(x):
    ...     return x["W"]
    >>> try:
    ...     loses({})
    ... except KeyError as error:
    ...     print(raised(error))
    Your code raises KeyError: 'W' (in loses, line 2: `return x["W"]`).
    """
    name = type(error).__name__
    try:
        said = brief(str(error)).rstrip(".")
    except Exception:  # their exception, their __str__
        said = ""
    return f"Your code raises {name}{': ' * bool(said)}{said}{where(error)}."


def caution(warning):
    """Put a recorded warning into a sentence, with their line if it is one of theirs."""
    said = brief(str(warning.message)).rstrip(".")
    theirs = is_theirs(warning.filename)
    place = f" ({_line(warning.filename, warning.lineno)})" if theirs else ""
    return f"Your code causes a {warning.category.__name__}: {said}{place}."


def where(error):
    """Say in which of the reader's lines an exception was raised, or ''."""
    steps = traceback.walk_tb(error.__traceback__)
    inside = [(f.f_code, line) for f, line in steps if is_theirs(f.f_code.co_filename)]
    if not inside:
        return ""
    code, number = inside[-1]
    line = f", {_line(code.co_filename, number)}" if number else ""  # not every step has one
    return f" (in {code.co_name}{line})"


def _line(filename, number):
    line = brief(linecache.getline(filename, number), WIDTH)
    return f"line {number}{f': `{line}`' if line else ''}"


def is_direct(error):
    """Tell whether the reader's own line raised it, and no library that was called there."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return is_theirs(frame.f_code.co_filename)
