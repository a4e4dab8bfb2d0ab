"""Peak memory of a training step, over what it cannot do without.

That is the parameters, as many gradients, and the output of every layer: the activations. The
batch itself belongs to the caller and is not counted. `tracemalloc` sees what NumPy allocates;
PyTorch is asked for its own record.
"""

import tracemalloc
from functools import partial

from benchmarks import candidates
from benchmarks.candidates import BUFFERS, HAND, MODULES, PYTORCH, SCIKIT
from benchmarks.networks import NETWORKS
from benchmarks.package import modules
from benchmarks.steps import LR

BATCH = 8192
FREE = "with free=True"


def needed(task):
    """Return the bytes of parameters, gradients and activations."""
    parameters = sum(H * D + H for H, D in task.products())
    activations = task.batch * sum(task.sizes[1:])
    return (2 * parameters + activations) * (8 if task.dtype == "float64" else 4)


def traced(make, task):
    """Return the peak of three steps in bytes: network, gradients and buffers, not the batch."""
    tracemalloc.start()
    step = make(task, LR)
    tracemalloc.reset_peak()
    for _ in range(3):
        step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak - handed_in(task)


def handed_in(task):
    """Return the bytes of the batch."""
    return sum(array.nbytes for array in task.data())


def measure(dtype, threads, patience):
    """Return the bytes that are needed, and peaks over them."""
    task = NETWORKS["A"]._replace(batch=BATCH, dtype=dtype)
    makers, absent = candidates.load(candidates.STEPS)
    makers[FREE] = partial(modules, free=True)
    names = [name for name in (MODULES, FREE, BUFFERS, HAND, SCIKIT) if name in makers]
    peaks = {name: traced(makers[name], task) for name in names}
    if PYTORCH not in absent:
        from benchmarks.pytorch import peak

        peaks[PYTORCH] = peak(task, LR)
    floor = needed(task)
    over = {name: round(bytes / floor, 3) for name, bytes in peaks.items()}
    return {"network": "A", "batch": BATCH, "bytes": floor, "traced": over}
