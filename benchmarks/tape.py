"""One step of a scalar network, 2-16-16-1 with ReLU, on tapes of single numbers.

Forward, (f − 1)², backward, update of 337 parameters; everybody from the same numbers.
"""

import gc
import tracemalloc

import numpy as np

from backprop.autodiff import Scalar, ScalarTape, compiled, variable
from benchmarks.timer import alternate, best, burst, ratio

SIZES, X, TARGET, LR = (2, 16, 16, 1), (0.3, -0.7), 1.0, 1e-6
SECONDS = 12
CHAIN = 100_000
MICROGRAD, GENERAL = "micrograd", "general tape"
SCALARS, REPLAYED = "scalar tape", "replayed"


def weights():
    """Return, for every layer, rows of (weights, bias): plain numbers."""
    rng = np.random.default_rng(4)
    return [
        [(row.tolist(), float(rng.normal())) for row in rng.uniform(-1, 1, (H, D))]
        for D, H in zip(SIZES, SIZES[1:], strict=False)
    ]


def recorded(make):
    """Return the layers with every number made a variable, and all of them in a list."""
    layers = [[([make(w) for w in row], make(b)) for row, b in layer] for layer in weights()]
    return layers, [p for layer in layers for row, b in layer for p in (*row, b)]


def forward(layers, relu, x=X):
    """Return (f − 1)² of the network's output f."""
    for layer in layers:
        sums = []
        for row, z in layer:
            for w, a in zip(row, x, strict=True):
                z = z + w * a
            sums.append(z)
        x = sums if layer is layers[-1] else [relu(z) for z in sums]
    return (x[0] - TARGET) ** 2


def micrograd():
    """Return micrograd's step, and what reads its gradients."""
    from micrograd.engine import Value

    layers, parameters = recorded(Value)

    def step():
        C = forward(layers, Value.relu)
        for p in parameters:
            p.grad = 0
        C.backward()
        for p in parameters:
            p.data -= LR * p.grad
        return C.data

    return step, lambda: [p.grad for p in parameters]


def general():
    """Return the step of the tape of arrays, on single numbers."""
    layers, parameters = recorded(variable)
    gradients = []

    def step():
        C = forward(layers, lambda z: np.maximum(z, 0.0))
        C.backward()
        gradients[:] = [p.grad for p in parameters]
        for p in parameters:
            p.value -= LR * p.grad
            p.grad = None
        return C.value

    return step, lambda: gradients


def scalars():
    """Return the step of the tape of floats, rewound for every step."""
    tape = ScalarTape()
    layers, parameters = recorded(tape.variable)

    def step():
        tape.rewind()
        C = forward(layers, Scalar.relu)
        C.backward()
        for p in parameters:
            p.value -= LR * p.grad
        return C.value

    return step, lambda: [p.grad for p in parameters]


def program():
    """Record the network once, and return it as a program, with the values to begin with."""
    layers, parameters = recorded(variable)
    C = forward(layers, lambda z: np.maximum(z, 0.0))
    return compiled(C, parameters), [p.value for p in parameters]


def replayed():
    """Return the step of a recording that is compiled before the first step."""
    (run, values), gradients = program(), []

    def step():
        C, gradients[:] = run(values)
        values[:] = [w - LR * g for w, g in zip(values, gradients, strict=True)]
        return C

    return step, lambda: gradients


MAKERS = {MICROGRAD: micrograd, GENERAL: general, SCALARS: scalars, REPLAYED: replayed}


def variables():
    """Return, for every tape, what gives a new tape's function that makes a variable."""
    found = {GENERAL: lambda: variable, SCALARS: lambda: ScalarTape().variable}
    try:
        from micrograd.engine import Value
    except ImportError:
        return found
    return {MICROGRAD: lambda: Value} | found


def judge(makers):
    """Return the steps of those whose losses and gradients agree, and who is absent or refused."""
    steps, absent, refused, expected = {}, [], {}, None
    for name, make in makers.items():
        try:
            step, gradients = make()
        except ImportError:
            absent.append(name)
            continue
        found = np.array([*(step() for _ in range(5)), *gradients()])
        expected = found if expected is None else expected
        # 337 slopes, each a sum of at most 16 products: a hundred roundings of the largest.
        slack = 100 * np.finfo(float).eps * np.abs(expected).max()
        if np.allclose(found, expected, rtol=0, atol=slack):
            steps[name] = step
        else:
            refused[name] = f"losses {found[:5]}, expected {expected[:5]}, or other gradients"
    return steps, absent, refused


def chain(make, length):
    """Return a product of `length` factors, on the tape."""
    w = z = make(1.0)
    for _ in range(length):
        z = z * w
    return z


def facts(new):
    """Return bytes per node, what is left for the cyclic collector, and the longest chain."""
    chain(new(), 10)
    gc.collect()
    gc.disable()
    make = new()
    tracemalloc.start()
    f = chain(make, 10_000)
    size = tracemalloc.get_traced_memory()[0] / 10_000
    tracemalloc.stop()
    del f, make
    make = new()
    chain(make, 100).backward()
    del make
    left = gc.collect()
    gc.enable()
    return {"bytes per node": round(size), "left to collect": left, "long chain": survives(new)}


def survives(new):
    """Return how long a chain could be recorded and walked back, of the two lengths tried."""
    for length in (CHAIN, CHAIN // 1000):
        make = new()
        try:
            chain(make, length).backward()
        except RecursionError:
            continue
        return length
    return 0


def measure(dtype, threads, patience):
    """Return times, ratios over the package's tapes, and facts about their memory."""
    steps, absent, refused = judge(MAKERS)
    times = alternate(steps, SECONDS * patience)
    compiling = min(burst(program, 1) for _ in range(3)) / times[REPLAYED].min()
    return {
        "absent": absent,
        "refused": refused,
        "microseconds": best(times),
        "micrograd over": {n: ratio(times, MICROGRAD, n) for n in times if MICROGRAD in times},
        "compiling over replayed": round(float(compiling)),
        "facts": {name: facts(new) for name, new in variables().items()},
    }
