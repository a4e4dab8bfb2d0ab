"""Running a reader's code with open eyes: what it raises, changes, prints, and whether it ends.

No threads, processes, signals or files: a count of executed steps stops what does not end, so that
the same engine can run in a browser. Introduced in chapter 4.
"""

import contextlib
import io
import linecache
import sys
import traceback
from pathlib import Path
from typing import NamedTuple

import numpy as np

# Bytecode instructions in one check, below a second. Lines would be fewer, but Python 3.11 does not
# report those of `while True: pass`.
STEPS = 2_000_000
SHOWN = 5  # printed lines that are shown
PACKAGE = str(Path(__file__).parents[1])


class TooLong(BaseException):
    """Raised inside the reader's code after too many steps; ``except Exception`` lets it pass."""


class Ran(NamedTuple):
    """What came of running something.

    Attributes
    ----------
    value : object
        What it returned.
    problem : str
        What it raised, in a sentence; empty if nothing.
    changed : tuple of str
        The arrays that it changed in place.
    printed : str
    """

    value: object
    problem: str
    changed: tuple
    printed: str


class Watch:
    """Runs a reader's code; counts its steps over all runs of one check."""

    def __init__(self, steps=STEPS):
        self.left = steps

    def run(self, code, given):
        """Return how ``code(given)`` went, with copies of the given arrays.

        Parameters
        ----------
        code : callable
            Takes a dict of arrays and calls the reader's function with them.
        given : dict of str to array
        """
        copies = {name: np.array(array) for name, array in given.items()}
        out = io.StringIO()
        value, problem = None, ""
        try:
            with contextlib.redirect_stdout(out), self._counted():
                value = code(copies)
        except TooLong:
            problem = TOO_LONG
        except NotImplementedError:
            raise
        except Exception as error:
            problem = theirs(error)
        changed = tuple(n for n, array in given.items() if not same(array, copies[n]))
        self.copies = copies
        return Ran(value, problem, changed, out.getvalue())

    @contextlib.contextmanager
    def _counted(self):
        """Count steps while the reader's code runs; a debugger keeps its own trace."""
        before = sys.gettrace()
        if before is None:
            sys.settrace(self._trace)
        try:
            yield
        finally:
            if before is None:
                sys.settrace(None)

    def _trace(self, frame, event, arg):
        frame.f_trace_opcodes = True
        self.left -= 1
        if self.left < 0:
            raise TooLong
        return self._trace


TOO_LONG = (
    "Your code does not come to an end, or takes very long: it was stopped after two million "
    "steps. Does a loop never finish?"
)


def same(array, copy):
    """Tell whether an array is still what it was."""
    return np.array_equal(array, copy, equal_nan=True) and array.shape == copy.shape


def shares(result, given):
    """Return the name of the argument with which an array shares its memory, or ''."""
    if not isinstance(result, np.ndarray):
        return ""
    return next((n for n, a in given.items() if np.shares_memory(result, a)), "")


def theirs(error):
    """Put an exception of the reader's code into a sentence, with their line.

    Examples
    --------
    >>> def loses(x):
    ...     return x["W"]
    >>> try:
    ...     loses({})
    ... except KeyError as error:
    ...     print(theirs(error).partition(":")[0])
    Your code raises KeyError
    """
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if is_theirs(frame.filename)]
    said = f"Your code raises {type(error).__name__}: {error}".rstrip(": ")
    if not inside:
        return said
    frame = inside[-1]
    line = (frame.line or linecache.getline(frame.filename, frame.lineno)).strip()
    where = f"line {frame.lineno}" + (f", `{line}`" if line else "")
    return f"{said} (in {frame.name}, {where})"


def is_theirs(filename):
    """Tell whether a file is neither the package nor an installed library."""
    libraries = ("site-packages", "dist-packages")
    return not filename.startswith(PACKAGE) and not any(part in filename for part in libraries)


def quoted(printed):
    """Return what was printed, shortened."""
    lines = printed.splitlines()
    more = [f"… and {len(lines) - SHOWN} lines more"] if len(lines) > SHOWN else []
    return "\n".join([*lines[:SHOWN], *more])
