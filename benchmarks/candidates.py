"""Who takes part: a row each, imported when it is its turn, so that it may be absent."""

from importlib import import_module

FLOOR, FRESH = "products", "fresh products"
MODULES, BUFFERS = "backprop", "with buffers"
HAND, SINGLE, SINGLE_HAND = "NumPy by hand", "singly", "singly by hand"
PYTORCH, JAX, HIPS, SCIKIT = "PyTorch", "JAX, compiled", "HIPS autograd", "scikit-learn"

# Each of them takes a task and a learning rate, and returns a step, which returns the cost.
STEPS = {
    MODULES: ("package", "modules"),
    BUFFERS: ("package", "buffers"),
    HAND: ("by_hand", "batch"),
    PYTORCH: ("pytorch", "eager"),
    JAX: ("jax_jit", "compiled"),
    HIPS: ("hips", "traced"),
    SCIKIT: ("scikit", "partial_fit"),
}
SINGLES = {SINGLE: ("package", "one_at_a_time"), SINGLE_HAND: ("by_hand", "one_at_a_time")}


def load(rows):
    """Return who is there, by name, and who is not.

    Parameters
    ----------
    rows : dict of str to (module, function)

    Returns
    -------
    makers : dict of str to callable
    absent : list of str
    """
    makers, absent = {}, []
    for name, (module, function) in rows.items():
        try:
            makers[name] = getattr(import_module(f"benchmarks.{module}"), function)
        except ImportError:
            absent.append(name)
    return makers, absent
