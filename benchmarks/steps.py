"""Whole training steps on the four networks: forward, cost, backward, update."""

from benchmarks import candidates, floor
from benchmarks.candidates import BUFFERS, FLOOR, FRESH, MODULES, PYTORCH
from benchmarks.networks import NETWORKS
from benchmarks.same import judge
from benchmarks.timer import alternate, best, ratio

# Thousands of steps on one batch would drive probabilities towards 0 until they are denormal
# numbers, which are slow; at this rate the network stays what it is.
LR = 1e-6
SECONDS = {"A": 12, "B": 4, "C": 4, "D": 8}


def measure(dtype, threads, patience):
    """Return a record per network: times, and ratios over the floor and over the package."""
    return [one(name, dtype, threads, SECONDS[name] * patience) for name in NETWORKS]


def one(name, dtype, threads, seconds):
    """Measure one network."""
    task = NETWORKS[name]._replace(dtype=dtype)
    rows = candidates.STEPS | (candidates.SINGLES if name == "C" else {})
    makers, absent = candidates.load(rows)
    losses, refused = judge(task, makers, MODULES)
    calls = {FLOOR: floor.preallocated(task), FRESH: floor.fresh(task)}
    calls |= {who: make(task, LR) for who, make in makers.items() if who not in refused}
    times = alternate(calls, seconds, threads)
    to = [who for who in (FLOOR, MODULES, BUFFERS, PYTORCH) if who in times]
    return {
        "network": name,
        "dtype": dtype,
        "threads": threads,
        "losses": losses,
        "absent": absent,
        "refused": refused,
        "microseconds": best(times),
        "over": {b: {a: ratio(times, a, b) for a in times} for b in to},
    }
