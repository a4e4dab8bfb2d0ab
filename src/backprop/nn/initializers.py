"""How weights begin: random, with a variance that keeps signals their size.

An initialiser is a function ``init(rng, H, D, dtype)`` that returns W, shape (H, D). Biases begin
at zero. Introduced in chapter 4; the variances are derived in the papers that are cited.
"""

import numpy as np

from backprop.errors import RngError, sentence


def glorot_normal(rng, H, D, dtype=np.float64):
    """Draw W with variance 2 / (D + H), for layers followed by tanh or sigmoid.

    Parameters
    ----------
    rng : numpy.random.Generator
    H, D : int
        Outputs and inputs.
    dtype : dtype
        Drawn in float64 and then rounded, so that one seed means one network in every dtype.

    Returns
    -------
    W : (H, D) float array

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010, equation 12.

    Examples
    --------
    >>> glorot_normal(np.random.default_rng(0), 4, 3).shape
    (4, 3)
    """
    return _normal("glorot_normal", rng, H, D, 2 / (D + H), dtype)


def he_normal(rng, H, D, dtype=np.float64):
    """Draw W with variance 2 / D, for layers followed by ReLU, which loses half of the signal.

    Parameters and return value are those of `glorot_normal`.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015, equation 10.

    Examples
    --------
    >>> he_normal(np.random.default_rng(0), 4, 3, np.float32).dtype
    dtype('float32')
    """
    return _normal("he_normal", rng, H, D, 2 / D, dtype)


def expect_rng(where, rng):
    """Return `rng` if it is a generator; a seed is not one.

    Examples
    --------
    >>> expect_rng("Affine", 7)
    Traceback (most recent call last):
    backprop.errors.RngError: Affine: rng is 7, expected a numpy.random.Generator. \
Make one: rng = np.random.default_rng(7).
    """
    if isinstance(rng, np.random.Generator):
        return rng
    seed = rng if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) else "seed"
    move = f"Make one: rng = np.random.default_rng({seed})."
    raise RngError(sentence(where, f"rng is {_short(rng)}", "a numpy.random.Generator", move))


def _short(rng):
    return repr(rng) if rng is None or isinstance(rng, (int, float)) else f"a {type(rng).__name__}"


def _normal(where, rng, H, D, variance, dtype):
    W = expect_rng(where, rng).standard_normal((H, D)) * np.sqrt(variance)
    return W.astype(dtype)
