"""The same numbers first: nobody is timed who does not train the same network.

Five steps at a learning rate at which the cost moves: a wrong gradient, a lost mean or a wrong
order of update shows in the fifth loss if not before.
"""

import numpy as np

STEPS = 5
# Every loss falls by half a percent and more on the way. At ten times this rate the network of 20
# layers magnifies its own roundings a thousandfold: float32 and float64 then part in the third
# decimal, and five equal losses could not be asked for.
LR = 0.002
# Losses differ by the order in which sums are taken. Seen on these networks: 4 roundings of the
# loss, in either dtype. A hundred leave room for another BLAS, and are far less than any mistake.
ROUNDINGS = 100


def losses(step):
    """Return the losses of five steps."""
    return np.array([step() for _ in range(STEPS)])


def tolerance(dtype):
    """Return by how much of themselves losses may differ."""
    return ROUNDINGS * np.finfo(dtype).eps


def judge(task, makers, reference):
    """Tell who trains the same network.

    Parameters
    ----------
    task : Task
    makers : dict of str to callable
    reference : str
        Whose losses the others are held against.

    Returns
    -------
    expected : list of float
        The losses of the reference.
    refused : dict of str to str
        A sentence about everybody who gives others.

    Raises
    ------
    ValueError
        If the reference's loss hardly moves: everybody would pass.
    """
    expected, rtol, refused = losses(makers[reference](task, LR)), tolerance(task.dtype), {}
    if not abs(expected[-1] - expected[0]) > 20 * rtol * abs(expected[0]):
        raise ValueError(f"the loss hardly moves, {expected}: five steps show nothing")
    for name, make in makers.items():
        found = losses(make(task, LR))
        if not np.allclose(found, expected, rtol=rtol, atol=0):
            refused[name] = f"losses {found}, expected {expected}"
    return expected.tolist(), refused
