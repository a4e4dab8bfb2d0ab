"""Times of things that are measured alternately, in bursts, and the ratios between them.

A shared machine is slowed down for seconds at a time. So everybody has a burst in every round, in
an order drawn anew; the best burst of each is the one that was disturbed least, and the median of
the ratios within a round tells what was usual. Before a burst the cyclic garbage of the one before
is collected: everybody pays for what they leave behind during their own bursts, and nobody after.
"""

import gc
from time import perf_counter, sleep

import numpy as np

BURST = 0.01  # seconds: long against the clock, short against what disturbs
LEAST = 7  # rounds
# With two threads, those of the last candidate fall asleep before the next one is started.
REST = 0.01


def alternate(calls, seconds, threads=1, rng=None):
    """Measure callables alternately.

    Parameters
    ----------
    calls : dict of str to callable
    seconds : float
        For all of them together; seven rounds are taken at least.
    threads : int
        With more than one there is a rest before each burst, and a call that is not counted.
    rng : numpy.random.Generator, optional
        Draws the order within each round.

    Returns
    -------
    times : dict of str to (rounds,) float array
        Seconds per call.
    """
    rng = rng or np.random.default_rng()
    repeats = {name: in_a_burst(call) for name, call in calls.items()}
    times, end = {name: [] for name in calls}, perf_counter() + seconds
    gc.collect()
    gc.freeze()  # what the libraries consist of is no garbage: it need not be searched every time
    while perf_counter() < end or min(map(len, times.values())) < LEAST:
        for name in rng.permutation(list(calls)):
            gc.collect()
            if threads > 1:
                sleep(REST)
                calls[name]()
            times[name].append(burst(calls[name], repeats[name]))
    gc.unfreeze()
    return {name: np.array(found) for name, found in times.items()}


def in_a_burst(call):
    """Warm up, and return how many calls make a burst."""
    for _ in range(3):
        call()
    once = min(burst(call, 1) for _ in range(3))
    return max(1, round(BURST / once))


def burst(call, repeats):
    """Return the seconds per call of one burst."""
    start = perf_counter()
    for _ in range(repeats):
        call()
    return (perf_counter() - start) / repeats


def best(times):
    """Return the best time of each, in microseconds."""
    return {name: round(float(found.min()) * 1e6, 2) for name, found in times.items()}


def ratio(times, name, to):
    """Return best over best, and the median of the ratios within a round."""
    a, b = times[name], times[to]
    return [round(float(a.min() / b.min()), 3), round(float(np.median(a / b)), 3)]
