"""Running a reader's code with open eyes: what it raises, changes, prints, and whether it ends.

No threads, processes, signals or files: a count of executed steps stops what does not end, so that
the same engine can run in a browser. What it cannot stop is a single call of a library that never
returns. Introduced in chapter 2.
"""

import builtins
import contextlib
import inspect
import io
import sys
import time
import warnings
from typing import NamedTuple

import numpy as np

from backprop.study.exercise import Problem
from backprop.study.theirs import caution, is_direct, is_theirs, raised, where

STEPS = 1_000_000  # of one check: less than a second
SECONDS = 2.0  # of one check: for few steps that take long
TOO_LONG = "Your code takes very long, or never ends; it was stopped"


class TooLong(BaseException):
    """Raised inside the reader's code; ``except Exception`` lets it pass.

    A bare ``except`` does not, and Python ends a trace that has raised. So one that was swallowed
    takes up the count again, and the next one is raised outside that ``try``.
    """

    def __init__(self, resume):
        self.resume = resume

    def __del__(self):
        self.resume()


class Ran(NamedTuple):
    """What came of running something.

    Attributes
    ----------
    value : object
        What it returned.
    given : dict of str to array
        The copies that it was given.
    problem : Problem, optional
        That it raised something, or did not end.
    unwritten : bool
        It raised NotImplementedError: nobody has written it yet.
    changed : tuple of str
        The arrays that it changed in place.
    printed : str
    warned : tuple of str
    """

    value: object
    given: dict
    problem: Problem | None
    unwritten: bool
    changed: tuple
    printed: str
    warned: tuple


class Watch:
    """Runs a reader's code; counts its steps over all runs of one check."""

    def __init__(self, steps=STEPS, seconds=SECONDS):
        self.left, self.seconds, self.home = steps, seconds, None

    def run(self, code, given):
        """Return how ``code(given)`` went, with copies of the given arrays.

        Parameters
        ----------
        code : callable
            Takes a dict of arrays and calls the reader's function with them.
        given : dict of str to array
        """
        copies = {name: np.array(array) for name, array in given.items()}
        with aside() as (said, warned):
            value, problem, unwritten = next(self._outcome(code, copies))
        changed = tuple(n for n, a in given.items() if not _same(a, copies[n]))
        if inspect.iscoroutine(value):
            value.close()  # nobody will wait for it, and Python would complain
        told = tuple(dict.fromkeys(map(caution, warned)))
        return Ran(value, copies, problem, unwritten, changed, said.getvalue(), told)

    def _outcome(self, code, given):
        """Yield what came of a call, once: its value, its problem, whether it is unwritten.

        A generator has its own record of the exception that is being handled. The count may end
        in the middle of the reader's ``except``; the record would then stay with the caller.
        """
        try:
            found = self._counted(code, given), None, False
        except KeyboardInterrupt:
            raise
        except TooLong as stop:
            found = None, Problem("endless", f"{TOO_LONG}{where(stop)}."), False
        except BaseException as error:
            unwritten = isinstance(error, NotImplementedError) and is_direct(error)
            found = None, Problem("raises", raised(error)), unwritten
        yield found

    def _counted(self, code, given):
        """Call and count; a debugger that is at work keeps its trace."""
        if sys.gettrace() is not None:
            return code(given)
        start = time.perf_counter()
        self.home, self.deadline = sys._getframe(), start + self.seconds
        sys.settrace(self._trace)
        try:
            return code(given)
        finally:
            sys.settrace(None)
            self.home, self.seconds = None, self.seconds - (time.perf_counter() - start)

    def _trace(self, frame, event, arg):
        """Count one step; libraries run uncounted, but for being called.

        Both lines and instructions are steps: Python 3.11 reports no lines of `while True: pass`,
        and 3.12 at first no instructions.
        """
        if event == "call":
            if not is_theirs(frame.f_code.co_filename):
                return None
            frame.f_trace_opcodes = True
        self.left -= 1
        if self.left < 0 or (not self.left & 15 and time.perf_counter() > self.deadline):
            raise TooLong(self._resume)
        return self._trace

    def _resume(self):
        """Count on, in all calls of the reader's that are under way."""
        if self.home is None:
            return
        frame = sys._getframe(1)
        while frame is not None and frame is not self.home:
            if is_theirs(frame.f_code.co_filename):
                frame.f_trace, frame.f_trace_opcodes = self._trace, True
            frame = frame.f_back
        sys.settrace(self._trace)


@contextlib.contextmanager
def aside():
    """Run something apart: what it prints, warns, sets in NumPy, or asks for stays in here."""
    said, asked = io.StringIO(), builtins.input
    builtins.input = nobody
    try:
        with (
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
            warnings.catch_warnings(record=True) as warned,
            np.errstate(),
        ):
            yield said, warned
    finally:
        builtins.input = asked


def nobody(prompt=""):
    """Stand in for `input` during a check."""
    raise EOFError("input() has nobody to ask during a check")


def _same(array, copy):
    return np.array_equal(array, copy, equal_nan=True)
