"""What the numbers were measured on: processor, Python, NumPy, the peers; no names, no places."""

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version

import numpy as np

PEERS = ("torch", "jax", "autograd", "micrograd", "scikit-learn")


def processor():
    """Return the processor's name as the system says it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def blas():
    """Return the name of NumPy's BLAS, and for which processor it chose its kernels."""
    found = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    words = [found.get("name", "unknown"), found.get("version", "")]
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return " ".join(words)
    words += {f"({pool['architecture']})" for pool in threadpool_info() if "architecture" in pool}
    return " ".join(words)


def installed(name):
    """Return the version of a package, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def describe():
    """Return the description."""
    return {
        "date": date.today().isoformat(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "BLAS": blas(),
        "peers": {name: installed(name) for name in PEERS},
    }
