"""Measure, print, store: ``python -m benchmarks``, or ``python -m benchmarks steps tape``.

Every part runs in a process of its own for every number of threads, since a BLAS and its like read
that once, when they are loaded.
"""

import argparse
import json
import os
import subprocess
import sys
from importlib import import_module
from itertools import product
from pathlib import Path
from time import perf_counter

from benchmarks import goals, machine, table

DTYPES, THREADS = ("float32", "float64"), (1, 2)
EVERYWHERE = list(product(DTYPES, THREADS))
ONCE = [("float32", 1)]
PARTS = {
    "steps": EVERYWHERE,
    "widths": EVERYWHERE,
    "tape": ONCE,
    "passes": ONCE,
    "memory": ONCE,
    "growth": ONCE,
    "digits": ONCE,
    "checks": ONCE,
    "adam": ONCE,
    "imports": ONCE,
}
RESULTS = Path(__file__).with_name("results.json")


def environment(threads):
    """Return the variables that hold everybody to a number of threads."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    several = "true" if threads > 1 else "false"
    flags = f"--xla_cpu_multi_thread_eigen={several} intra_op_parallelism_threads={threads}"
    told = {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    # OpenBLAS's second thread waits busily for the next product, for a tenth of a second: then it
    # would keep a core from the next candidate. 2²⁰ cycles are long against the gaps in a step.
    told["OPENBLAS_THREAD_TIMEOUT"] = "20"
    return {name: str(threads) for name in names} | told


def hold(threads):
    """Keep this process to as many processors, where the system can: not all libraries obey."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])


def run(part, dtype, threads, patience):
    """Measure one part in a process of its own."""
    told = [part, "--as", dtype, str(threads), "--patience", str(patience)]
    env, started = os.environ | environment(threads), perf_counter()
    print(f"{part}, {dtype}, {threads} thread{'s' * (threads > 1)} ...", end=" ", flush=True)
    command = [sys.executable, "-m", "benchmarks", *told]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    print(f"{perf_counter() - started:.0f} s", flush=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(parts, patience):
    """Return the results of the parts; lists of several settings are joined."""
    results = {}
    for part in parts:
        for dtype, threads in PARTS[part]:
            found = run(part, dtype, threads, patience)
            both = isinstance(found, list) and part in results
            results[part] = results[part] + found if both else found
    return results


def main():
    """Read the command line; measure; print; store only what was measured as a whole."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--patience", type=float, default=1.0, help="times the seconds for each")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where all results are stored")
    parser.add_argument("--as", nargs=2, dest="setting", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if set(told.parts) - PARTS.keys():
        parser.error(f"parts are {', '.join(PARTS)}")
    if told.setting:
        dtype, threads = told.setting
        hold(int(threads))
        found = import_module(f"benchmarks.{told.parts[0]}")
        print(json.dumps(found.measure(dtype, int(threads), told.patience)))
        return
    results = {"machine": machine.describe()} | measure(told.parts or PARTS, told.patience)
    results["goals"] = goals.judged(results)
    if told.parts:
        results["goals"] = [row for row in results["goals"] if row["measured"] is not None]
    else:
        text = table.compact(json.dumps(results, indent=1, ensure_ascii=False))
        told.out.write_text(text + "\n", encoding="utf-8")
    print(table.everything(results))


if __name__ == "__main__":
    main()
