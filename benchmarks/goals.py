"""What was aimed at: a row per goal, and where its number stands among the results.

Every goal is a ratio, measured in one run; what counts is the best against the best.
"""

from collections.abc import Callable
from typing import NamedTuple

from benchmarks.adam import TEXTBOOK
from benchmarks.candidates import BUFFERS, FLOOR, HIPS, JAX, MODULES, PYTORCH, SCIKIT, SINGLE
from benchmarks.imports import ROOMS
from benchmarks.memory import FREE
from benchmarks.tape import REPLAYED, SCALARS


class Goal(NamedTuple):
    """One row.

    Attributes
    ----------
    key : str
        By which the appendix speaks of it.
    what : str
        What is divided by what.
    sense : {"≤", "≥"}
    bound : float
    find : callable
        From the results to (best, median), or to one number.
    """

    key: str
    what: str
    sense: str
    bound: float
    find: Callable

    def judge(self, results):
        """Return the row of the table: measured, and reached or not; None where unmeasured."""
        try:
            found = self.find(results)
        except (KeyError, TypeError, StopIteration):  # nobody was there to be measured
            found = None
        best, median = found if isinstance(found, list) else [found, None]
        row = {"key": self.key, "what": self.what, "goal": f"{self.sense} {self.bound:,}"}
        return row | {"measured": best, "median": median, "reached": self.reached(best)}

    def reached(self, number):
        """Tell whether a number keeps to the bound; None for none."""
        if number is None:
            return None
        return number <= self.bound if self.sense == "≤" else number >= self.bound


def step(network, a, b, threads=1):
    """Return what finds a step's time over another's, in float32."""
    wanted = {"network": network, "dtype": "float32", "threads": threads}

    def find(results):
        return next(r for r in results["steps"] if wanted.items() <= r.items())["over"][b][a]

    return find


def worst(who):
    """Return what finds the least of PyTorch's steps over the package's, at any small size."""

    def find(results):
        ratios = [cell["PyTorch over"][who] for cell in results["widths"]]
        return min(ratios) if ratios else None

    return find


def dearest(results):
    """Return the most that any module's two passes cost, over its forward."""
    return max(results["passes"]["modules"].values())


def at(*keys):
    """Return what finds a number by its path of keys."""

    def find(results):
        for key in keys:
            results = results[key]
        return results

    return find


def on_tape(who):
    """Return what finds micrograd's time over a tape's."""
    return at("tape", "micrograd over", who)


def fact(name):
    """Return what finds a fact about the scalar tape's memory."""
    return at("tape", "facts", SCALARS, name)


def peak(who):
    """Return what finds a peak of memory over what is needed."""
    return at("memory", "traced", who)


ROWS = (
    ("A", "A: step / matrix products", "≤", 1.10, step("A", MODULES, FLOOR)),
    ("A buffers", "A: buffers / matrix products", "≤", 1.08, step("A", BUFFERS, FLOOR)),
    ("A PyTorch", "A: step / PyTorch", "≤", 1.05, step("A", MODULES, PYTORCH)),
    ("A threads", "A, 2 threads: step / products", "≤", 1.20, step("A", MODULES, FLOOR, 2)),
    ("B PyTorch", "B: PyTorch / step", "≥", 5, step("B", PYTORCH, MODULES)),
    ("B PyTorch buffers", "B: PyTorch / buffers", "≥", 7, step("B", PYTORCH, BUFFERS)),
    ("B scikit-learn", "B: partial_fit / step", "≥", 30, step("B", SCIKIT, MODULES)),
    ("B autograd", "B: HIPS autograd / step", "≥", 12, step("B", HIPS, MODULES)),
    ("B JAX", "B: JAX, compiled / buffers", "≥", 1, step("B", JAX, BUFFERS)),
    ("C PyTorch", "C: PyTorch / step", "≥", 5, step("C", PYTORCH, MODULES)),
    ("C single", "C: one at a time / step", "≥", 10, step("C", SINGLE, MODULES)),
    ("D", "D: step / matrix products", "≤", 1.35, step("D", MODULES, FLOOR)),
    ("D buffers", "D: buffers / matrix products", "≤", 1.25, step("D", BUFFERS, FLOOR)),
    ("D PyTorch", "D: PyTorch / step", "≥", 1.3, step("D", PYTORCH, MODULES)),
    ("small", "small sizes, worst: PyTorch / step", "≥", 1, worst(MODULES)),
    ("small buffers", "small sizes, worst: PyTorch / buffers", "≥", 1, worst(BUFFERS)),
    ("tape", "E: micrograd / scalar tape", "≥", 5, on_tape(SCALARS)),
    ("tape bytes", "E: bytes per node", "≤", 200, fact("bytes per node")),
    ("tape garbage", "E: left to the cyclic collector", "≤", 0, fact("left to collect")),
    ("tape chain", "E: longest chain of nodes tried", "≥", 100_000, fact("long chain")),
    ("replay", "E: micrograd / replayed trace", "≥", 25, on_tape(REPLAYED)),
    ("memory", "peak memory / needed", "≤", 2.0, peak(MODULES)),
    ("memory free", "peak memory / needed, free=True", "≤", 1.6, peak(FREE)),
    ("memory buffers", "peak memory / needed, buffers", "≤", 1.15, peak(BUFFERS)),
    ("passes", "A: (forward + backward) / forward", "≤", 2.5, at("passes", "networks", "A")),
    ("passes module", "the same, dearest module", "≤", 4, dearest),
    ("digits", "digits: MLPClassifier.fit / fit", "≥", 3.3, at("digits", "over backprop")),
    ("gradcheck", "PyTorch's gradcheck / ours", "≥", 3, at("checks", "over backprop")),
    ("Adam", "textbook Adam / ours", "≥", 4, at("adam", "over backprop", TEXTBOOK)),
    ("import", "import check, nn / import numpy", "≤", 1.15, at("imports", "over numpy", ROOMS)),
)
GOALS = tuple(Goal(*row) for row in ROWS)


def judged(results):
    """Return the table of goals."""
    return [goal.judge(results) for goal in GOALS]
