"""Running a subject, so that it claims its gradients, and a second time to see that it means them.

`backprop.check.gradcheck` uses it, from chapter 2 on.
"""

import copy

import numpy as np

from backprop.check.many import Many
from backprop.check.verdict import Claim, judge_shape
from backprop.errors import GradientError, NotAModuleError, ShapeError, sentence
from backprop.nn.module import Module
from backprop.shapes import expect, expect_finite

# Points are run together as long as their inputs and parameters are no more numbers than these:
# beyond that, calls cost little and memory much.
ROOM = 2**18


def function_claim(f, x, grad):
    """Return the one claim about a plain function."""
    name = getattr(f, "__name__", type(f).__name__)
    owner = "f" if name == "<lambda>" else name
    value = grad(x.copy()) if callable(grad) else grad
    single, x = x.dtype == np.float32, x.astype(np.float64)
    N = len(x) if x.ndim == 2 else 1
    claim = Claim("grad", owner, value, f, x, "x", N, single)
    judge_shape(claim)
    return claim


def module_claims(module, X, objective, rng):
    """Run a copy of the module and return a claim per gradient."""
    weights = {k: finite(k, W) for k, W in module.parameters().items()}
    dtype = np.result_type(*weights.values()) if weights else X.dtype
    X = X.astype(dtype)
    if objective is None:
        Z = copy.deepcopy(module).forward(X.copy())
        objective = Weighted(rng.standard_normal(np.shape(Z)).astype(dtype))
    point = {k: np.array(v, np.float64) for k, v in {"X": X, **weights}.items()}
    runs = Run(module, objective, point), Run(module, objective, point)
    single = dtype == np.float32
    owner, N = repr(module), len(X) if X.ndim else 1
    fresh = copy.deepcopy(module)
    claims = [
        Claim(_d(k), owner, g, Along(k, *runs), point[k], k, N, single)
        for k, g in _run(fresh, X, objective).items()
    ]
    for claim in claims:
        judge_shape(claim)
    _assigned(claims, fresh, X, objective)
    _forgetful(claims, copy.deepcopy(module), X, objective)
    return claims


class Run:
    """The cost of a module's output, as a function of the arrays, by name; run on copies."""

    def __init__(self, module, objective, point):
        self.module, self.objective = copy.deepcopy((module, objective))
        self.point = point

    def __call__(self, moved):
        """Return the cost where these arrays are others than at the point."""
        arrays = {**self.point, **moved}
        X = arrays.pop("X")
        self.module.set_parameters(arrays)
        return self.objective.value(self.module.forward(X.copy()))


class Along:
    """The cost as a function of one array: at one point, or at many points in one run.

    Each of the two runs has copies of its own: what one leaves behind does not reach the other.

    Attributes
    ----------
    room : int
        How many points are run together.
    """

    def __init__(self, name, single, company):
        self.name, self.single, self.company = name, single, company
        self.room = ROOM // sum(array.size for array in single.point.values())

    def __call__(self, array):
        """Return the cost, a number."""
        return self.single({self.name: array})

    def alone(self, points):
        """Return the costs at points, (P, ...), from a run for each."""
        return np.array([self(point) for point in points])

    def many(self, points):
        """Return the same from a run for all; raise if forward does not allow it."""
        groups = [points[k : k + self.room] for k in range(0, len(points), self.room)]
        return np.concatenate([self._group(group) for group in groups])

    def _group(self, points):
        X = self.company.point["X"]
        moved = {"X": Many(np.broadcast_to(X, (len(points), *X.shape)))}
        C = self.company(moved | {self.name: Many(points)})
        if not isinstance(C, Many) or C.shape != () or len(C.each) != len(points):
            raise TypeError("one number for each point was expected")
        if not np.isfinite(C.each).all():
            raise ArithmeticError("a number for each point was expected, NaN and infinity are none")
        return C.each


def _targets(Y):
    """Return a copy of the targets; whether labels belong there, the cost knows best."""
    Y = np.asarray(Y)
    return Y.copy() if Y.dtype.kind in "iu" and Y.ndim == 1 else finite("Y", Y)


def objective(cost, Y):
    """Return what the cost makes of the module's output; None if there is no cost."""
    if cost is None and Y is None:
        return None
    if cost is None:
        move = "Say which: cost=HalfSquaredError()."
        raise NotAModuleError(sentence("gradcheck", "Y came alone", "a cost to compare it", move))
    if Y is None:
        move = "Give the targets: gradcheck(net, X, Y, cost=cost)."
        raise ShapeError(sentence("gradcheck", "Y is None", "an array like the output", move))
    return Compared(copy.deepcopy(cost), _targets(Y))


class Compared:
    """The cost of an output: how far it is from the targets."""

    def __init__(self, cost, Y):
        self.cost, self.Y = cost, Y

    def value(self, Yhat):
        """Return the cost."""
        return self.cost.forward(Yhat, self.Y)

    def upstream(self, Yhat):
        """Return the gradient that arrives at the output."""
        self.cost.forward(Yhat, self.Y)
        return self.cost.backward()


class Weighted:
    """The cost of an output by itself: Σ G ⊙ Z for weights G."""

    def __init__(self, G):
        self.G = G

    def value(self, Z):
        """Return the cost."""
        return (self.G * Z).sum()

    def upstream(self, Z):
        """Return the gradient that arrives at the output."""
        return self.G.copy()


def _run(module, X, objective):
    """Go forward and backward; return copies of all gradients under their arrays' names."""
    dX = module.backward(objective.upstream(module.forward(X.copy())))
    found = {"X": dX, **module.gradients()}
    return {k: None if g is None else np.array(g) for k, g in found.items()}


def _assigned(claims, module, X, objective):
    """Refuse gradients that grow when backward runs again."""
    once = _run(module, X, objective)
    twice = _run(module, X, objective)
    for claim in claims:
        if not _same(claim, once[claim.symbol], twice[claim.symbol]):
            letter = claim.name.rpartition(".")[2]
            why = "Layers assign their gradients, they do not add to old ones"
            how = f"self.{letter} = ..., not self.{letter} += ..."
            raise GradientError(f"{claim.label} changes when backward runs again. {why}: {how}")


def _forgetful(claims, module, X, objective):
    """Refuse gradients that depend on an earlier batch."""
    other = 0.75 * np.roll(X.ravel(), 1).reshape(X.shape)
    _run(module, other.astype(X.dtype), objective)
    later = _run(module, X, objective)
    for claim in claims:
        if not _same(claim, claim.value, later[claim.symbol]):
            why = "A stale cache: forward must keep its new arrays every time."
            raise GradientError(f"{claim.label} depends on an earlier batch. {why}")


def _same(claim, a, b):
    """Tell whether two runs on the same batch gave the same gradient."""
    slack = claim.tolerance("complex") * np.max(np.abs(a))
    return np.shape(a) == np.shape(b) and np.max(np.abs(a - b)) <= slack


def _d(name):
    """Return the gradient's name: W has dW, 0.W has 0.dW."""
    place, dot, letter = name.rpartition(".")
    return f"{place}{dot}d{letter}"


def finite(symbol, array):
    """Return a real array without NaN and infinity."""
    return expect_finite("gradcheck", symbol, expect("gradcheck", symbol, array, (...,), real=True))


def expect_module(subject):
    """Return `subject` if it is a Module."""
    if isinstance(subject, Module):
        return subject
    got = f"a {type(subject).__name__} came without grad="
    move = "For a function f(x) give its gradient: grad=g."
    raise NotAModuleError(sentence("gradcheck", got, "a Module", move))
