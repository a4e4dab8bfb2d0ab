"""``import backprop`` beside ``import numpy``, each in a fresh interpreter.

The package loads a room when it is first entered. So `import backprop` alone would say little, and
what counts is the import of both rooms that its front door shows, NumPy included.
"""

import os
import subprocess
import sys

import numpy as np

from benchmarks.timer import ratio

TIMES = 25
DOOR, ROOMS, NUMPY = "import backprop", "from backprop import check, nn", "import numpy"
CODE = "from time import perf_counter as t; a = t(); {}; print(t() - a)"


def seconds(statement):
    """Return how long a fresh interpreter takes for an import."""
    # The package's compiled files are kept, as NumPy's are.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    told = {"capture_output": True, "text": True, "check": True, "env": env}
    return float(subprocess.run([sys.executable, "-c", CODE.format(statement)], **told).stdout)


def measure(dtype, threads, patience):
    """Return best times and ratios over NumPy's."""
    names, rng = [DOOR, ROOMS, NUMPY], np.random.default_rng()
    for name in names:
        seconds(name)  # compiles what is not compiled yet
    rounds = range(max(3, round(TIMES * patience)))
    found = {name: [] for name in names}
    for _ in rounds:
        for name in rng.permutation(names):
            found[name].append(seconds(name))
    times = {name: np.array(taken) for name, taken in found.items()}
    return {
        "milliseconds": {name: round(float(taken.min()) * 1e3, 1) for name, taken in times.items()},
        "over numpy": {name: ratio(times, name, NUMPY) for name in (DOOR, ROOMS)},
    }
