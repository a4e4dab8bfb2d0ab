"""Running a subject, so that it claims its gradients, and a second time to see that it means them.

`backprop.check.gradcheck` uses it, from chapter 2 on.
"""

import copy

import numpy as np

from backprop.check.verdict import Claim, judge_shape
from backprop.errors import GradientError, NotAModuleError, ShapeError, sentence
from backprop.nn.module import Module
from backprop.shapes import expect, expect_finite


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


def module_claims(module, X, value, upstream, rng):
    """Run a copy of the module and return a claim per gradient."""
    weights = {k: finite(k, W) for k, W in module.parameters().items()}
    dtype = np.result_type(*weights.values()) if weights else X.dtype
    X = X.astype(dtype)
    if upstream is None:
        Z = copy.deepcopy(module).forward(X.copy())
        value, upstream = _weighted(rng.standard_normal(np.shape(Z)).astype(dtype))
    point = {k: np.array(v, np.float64) for k, v in {"X": X, **weights}.items()}
    f = _at_float64(module, point, value)
    single = dtype == np.float32
    owner, N = repr(module), len(X) if X.ndim else 1
    fresh = copy.deepcopy(module)
    claims = [
        Claim(_d(k), owner, g, f(k), point[k], k, N, single)
        for k, g in _run(fresh, X, upstream).items()
    ]
    for claim in claims:
        judge_shape(claim)
    _assigned(claims, fresh, X, upstream)
    _forgetful(claims, copy.deepcopy(module), X, upstream)
    return claims


def _at_float64(module, point, value):
    """Return, for a name, the cost as a function of that array, computed in float64."""
    twin = copy.deepcopy(module)

    def along(name):
        def f(array):
            arrays = {**point, name: array}
            X = arrays.pop("X")
            twin.set_parameters(arrays)
            return value(twin.forward(X.copy()))

        return f

    return along


def _targets(Y):
    """Return a copy of the targets; whether labels belong there, the cost knows best."""
    Y = np.asarray(Y)
    return Y.copy() if Y.dtype.kind in "iu" and Y.ndim == 1 else finite("Y", Y)


def objective(cost, Y):
    """Return the cost as a function of the module's output, and its gradient."""
    if cost is None and Y is None:
        return None, None
    if cost is None:
        move = "Say which: cost=HalfSquaredError()."
        raise NotAModuleError(sentence("gradcheck", "Y came alone", "a cost to compare it", move))
    if Y is None:
        move = "Give the targets: gradcheck(net, X, Y, cost=cost)."
        raise ShapeError(sentence("gradcheck", "Y is None", "an array like the output", move))
    cost, Y = copy.deepcopy(cost), _targets(Y)

    def upstream(Yhat):
        cost.forward(Yhat, Y)
        return cost.backward()

    return lambda Yhat: cost.forward(Yhat, Y), upstream


def _weighted(G):
    return lambda Z: (G * Z).sum(), lambda Z: G.copy()


def _run(module, X, upstream):
    """Go forward and backward; return copies of all gradients under their arrays' names."""
    dX = module.backward(upstream(module.forward(X.copy())))
    found = {"X": dX, **module.gradients()}
    return {k: None if g is None else np.array(g) for k, g in found.items()}


def _assigned(claims, module, X, upstream):
    """Refuse gradients that grow when backward runs again."""
    once = _run(module, X, upstream)
    twice = _run(module, X, upstream)
    for claim in claims:
        if not _same(claim, once[claim.symbol], twice[claim.symbol]):
            letter = claim.name.rpartition(".")[2]
            why = "Layers assign their gradients, they do not add to old ones"
            how = f"self.{letter} = ..., not self.{letter} += ..."
            raise GradientError(f"{claim.label} changes when backward runs again. {why}: {how}")


def _forgetful(claims, module, X, upstream):
    """Refuse gradients that depend on an earlier batch."""
    other = 0.75 * np.roll(X.ravel(), 1).reshape(X.shape)
    _run(module, other.astype(X.dtype), upstream)
    later = _run(module, X, upstream)
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
