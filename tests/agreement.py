"""What a derivative must agree with: witnesses that share no code with the tape."""

import numpy as np
from numpy.testing import assert_allclose

from backprop import autodiff as ad
from backprop.check import central_difference, complex_step

EXACT = 1e-11  # complex step: all digits, less what cancels in sums of up to a hundred terms
ROUGH = 2e-6  # central differences: ten digits, less what steep functions cost


def away_from_kinks(rng, shape, low=0.25, high=2.25):
    """Numbers between low and high in size, of either sign."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(low, high, shape)


def assert_agree(f, *args, rng, analytic=True):
    """Compare the tape's VJP of f with dual numbers, central differences and the complex step.

    The plain function f runs on floats, complex numbers, the tape and dual numbers alike.
    """
    y = f(*args)
    G = rng.standard_normal(np.shape(y))
    for k, x in enumerate(args):
        alone = lambda t, k=k: f(*args[:k], t, *args[k + 1 :])  # noqa: E731
        cost = lambda t: (G * alone(t)).sum()  # noqa: B023, E731
        value, g = ad.vjp(alone, x, scalar(G))
        assert_allclose(value, y, rtol=1e-14)
        assert np.shape(g) == np.shape(x)
        size = max(1.0, np.abs(g).max())
        assert_allclose(g, central_difference(cost, x), rtol=0, atol=ROUGH * size)
        if analytic:
            assert_allclose(g, complex_step(cost, x), rtol=0, atol=EXACT * size)
        v = rng.standard_normal(np.shape(x))
        value, slope = ad.jvp(alone, x, scalar(v))
        assert_allclose(value, y, rtol=1e-14)
        assert np.shape(slope) == np.shape(y)
        allowed = EXACT * size * np.size(y)
        assert_allclose((G * slope).sum(), (v * g).sum(), rtol=0, atol=allowed)


def scalar(x):
    """Return a float for an array without axes."""
    return float(x) if np.ndim(x) == 0 else x
