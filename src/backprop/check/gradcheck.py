"""The gradient check: a claimed gradient against witnesses that share no code with it.

Used from chapter 2 on.
"""

from typing import NamedTuple

import numpy as np

from backprop.check.claims import expect_module, finite, function_claim, module_claims, objective
from backprop.check.numeric import central_difference, complex_step, directional, rays, slopes
from backprop.check.verdict import TOLERANCE, WITNESS, judge
from backprop.errors import NotAnalyticError, UnknownNameError, sentence
from backprop.nn.initializers import expect_rng

# Arrays of up to so many entries are checked entry by entry, larger ones along random directions:
# one wrong entry shows in nearly every direction, and ten of them cost no more than ten entries.
COORDINATES = 200
DIRECTIONS = 10

# Fewer points are not worth a run at once, since the last of them is run by itself as well.
FEW = 4

GRADIENT = {"central": central_difference, "complex": complex_step}


def gradcheck(subject, x, Y=None, *, cost=None, grad=None, rng=None, witnesses=tuple(TOLERANCE)):
    """Check the gradients of a module, of a network with its cost, or of a plain function.

    Parameters
    ----------
    subject : Module or callable
        With a Module the cost is Σ G ⊙ forward(X) for a random upstream gradient G, or `cost`;
        checked are the input's gradient and those of all parameters. A callable needs `grad`.
    x : float array
        The module's input X, or the point at which the function is differentiated.
    Y : float array, optional
        The targets, together with `cost`.
    cost : object with ``forward(Yhat, Y)`` and ``backward()``, optional
    grad : array or callable, optional
        The claimed gradient of a plain function, or a function that returns it.
    rng : numpy.random.Generator, optional
        For the upstream gradient and the directions; by default always the same one.
    witnesses : tuple of {"central", "complex"}
        Whom to ask. The complex step is left out, and the report says so, where the forward
        computation refuses complex numbers.

    Returns
    -------
    agreement : Agreement
        One line, the same on every machine.

    Raises
    ------
    GradientError
        If a gradient is wrong: which, where, by how much, and the ratio if there is one.
    WitnessError
        If the witnesses contradict each other, at a kink for instance.
    NoEvidenceError
        If everything is zero.
    NotFiniteError
        If an input, a parameter or a gradient is NaN or infinite.

    Notes
    -----
    Everything happens on copies: `subject`, `cost` and the arrays are untouched, also after an
    error. The numeric side runs in float64 whatever the module's dtype. A module is also run twice
    backward, and once more after another batch: gradients that add up and caches that stay behind
    show only then.

    Where forward allows it, it is run once for all the points of a gradient, each of which has
    arrays of its own (`backprop.check.many.Many`): that saves calls and assumes nothing about
    forward. One point is run by itself too; if its slope is another one then, all are.

    Examples
    --------
    >>> from backprop.nn import Affine
    >>> layer = Affine.from_arrays([[1.0, -2.0, 0.5], [3.0, 1.0, -1.0]], [0.5, -1.0])
    >>> gradcheck(layer, np.array([[2.0, -1.0, 4.0]]))
    Affine(3 → 2): dX, dW, db agree: central differences (1e-06), complex step (1e-10)
    >>> gradcheck(lambda x: (x * x).sum(), np.array([1.0, 3.0]), grad=lambda x: x)
    Traceback (most recent call last):
    backprop.errors.GradientError: gradcheck: grad of f is wrong: at [1] it is 3, \
central differences give 6. Everywhere ½ times the numeric gradient: was a 2 lost?
    """
    rng = np.random.default_rng(0) if rng is None else expect_rng("gradcheck", rng)
    x = finite("X" if grad is None else "x", x)
    if grad is not None:
        claims = [function_claim(subject, x, grad)]
    else:
        claims = module_claims(expect_module(subject), x, objective(cost, Y), rng)
    witnesses = _expect_witnesses(witnesses)
    asked = [_examine(claim, witnesses, rng) for claim in claims]
    return Agreement(
        owner=claims[0].owner,
        names=tuple(claim.name for claim in claims),
        tolerances={m: claims[0].tolerance(m) for m in witnesses if all(m in a for a in asked)},
        along_directions=tuple(claim.name for claim in claims if claim.x.size > COORDINATES),
        refused="complex" in witnesses and not all("complex" in a for a in asked),
    )


class Agreement(NamedTuple):
    """What a passed check found; printed, it is one line.

    Attributes
    ----------
    owner : str
        Whose gradients.
    names : tuple of str
        Which gradients.
    tolerances : dict
        Who agreed, to how much of the largest entry.
    along_directions : tuple of str
        Those checked along random directions instead of entry by entry.
    refused : bool
        Whether forward refused complex numbers.
    """

    owner: str
    names: tuple
    tolerances: dict
    along_directions: tuple
    refused: bool

    def __repr__(self):
        named = (WITNESS[method][0].removeprefix("the ") for method in self.tolerances)
        who = ", ".join(
            f"{n} ({t:.0e})" for n, t in zip(named, self.tolerances.values(), strict=True)
        )
        verb = "agrees" if len(self.names) == 1 else "agree"
        line = f"{self.owner}: {', '.join(self.names)} {verb}: {who}"
        if self.along_directions:
            line += f"; {', '.join(self.along_directions)} along {DIRECTIONS} random directions"
        return line + "; the complex step does not apply" * self.refused


def _examine(claim, witnesses, rng):
    """Judge one claim and return the witnesses that were heard."""
    V = None if claim.x.size <= COORDINATES else rng.standard_normal((DIRECTIONS, *claim.x.shape))
    numbers = {m: n for m in witnesses if (n := _measure(claim, m, V)) is not None}
    if not numbers:
        got, move = "nobody could be asked", "Ask witnesses=('central',)."
        raise NotAnalyticError(sentence("gradcheck", got, "one witness", move))
    square = np.ndim(claim.value) == 2 and len(set(claim.x.shape)) == 1
    transposed = _along(V, np.transpose(claim.value)) if square else None
    place = {} if V is None else {"place": lambda k: f" along random direction {k[0]}"}
    judge(claim, _along(V, claim.value), numbers, transposed, **place)
    return tuple(numbers)


def _measure(claim, method, V):
    """Return what a witness says, or None if the complex step cannot see through forward."""
    found = _together(claim, method, V)
    try:
        return _one_by_one(claim, method, V) if found is None else found
    except NotAnalyticError:
        return None


def _one_by_one(claim, method, V):
    """Return the slopes along V, or the gradient, from a run for every point."""
    if V is None:
        return np.asarray(GRADIENT[method](claim.f, claim.x))
    return np.array([directional(claim.f, claim.x, v, method) for v in V])


def _together(claim, method, V):
    """Return the same from one run for all points; None if there is none to be relied on.

    Relied on it is if the last of the points, run by itself, has the slope that it has in company.
    """
    U, h = rays(method, claim.x, V)
    if min(len(U), getattr(claim.f, "room", 0)) < FEW:
        return None
    try:
        found = slopes(method, claim.f.many, claim.x, U, h)
        last = slopes(method, claim.f.alone, claim.x, U[-1:], h[-1:])
    except Exception:  # of whatever kind: it comes again where the points are run one by one
        return None
    if not abs(found[-1] - last[0]) <= TOLERANCE[method] * np.max(np.abs(found)):
        return None
    return found.reshape(claim.x.shape) if V is None else found


def _along(V, g):
    """Return g itself, or its components along the directions V."""
    g = np.asarray(g, np.float64)
    return g if V is None else np.array([(v * g).sum() for v in V])


def _expect_witnesses(witnesses):
    unknown = [method for method in witnesses if method not in GRADIENT]
    if not unknown and witnesses and not isinstance(witnesses, str):
        return tuple(witnesses)
    got, move = f"witnesses is {witnesses!r}", "Name them in a tuple: witnesses=('central',)."
    raise UnknownNameError(sentence("gradcheck", got, " or ".join(GRADIENT), move))
