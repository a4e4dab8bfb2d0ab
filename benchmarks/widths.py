"""Small networks of every size beside PyTorch: two hidden layers of one width, ReLU."""

from benchmarks import candidates
from benchmarks.candidates import BUFFERS, MODULES, PYTORCH
from benchmarks.networks import Task
from benchmarks.same import judge
from benchmarks.steps import LR
from benchmarks.timer import alternate, best, ratio

WIDTHS = (8, 16, 32, 64, 128)
BATCHES = (1, 8, 32, 128, 256)
SECONDS = 1.2  # for each


def measure(dtype, threads, patience):
    """Return a record per size: how many times the package's step PyTorch's takes."""
    rows = {name: candidates.STEPS[name] for name in (MODULES, BUFFERS, PYTORCH)}
    makers, absent = candidates.load(rows)
    if PYTORCH in absent:
        return []
    return [
        one(
            Task((width, width, width, 10), "relu", batch, dtype),
            makers,
            SECONDS * patience,
            threads,
        )
        | {"width": width, "batch": batch, "dtype": dtype, "threads": threads}
        for width in WIDTHS
        for batch in BATCHES
    ]


def one(task, makers, seconds, threads):
    """Measure one size."""
    _, refused = judge(task, makers, MODULES)
    calls = {who: make(task, LR) for who, make in makers.items() if who not in refused}
    times, ours = alternate(calls, seconds, threads), [MODULES, BUFFERS]
    ratios = {b: ratio(times, PYTORCH, b) for b in ours if {b, PYTORCH} <= times.keys()}
    return {"refused": refused, "microseconds": best(times), "PyTorch over": ratios}
