"""Layers, activations, costs and optimizers beside PyTorch's, to 1e-10 in float64.

PyTorch is not needed to run or to test the book: where it is absent, these tests are skipped. What
is to be compared is read off `backprop.nn`, so that nothing new is forgotten.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from backprop import nn

ABSENT = "PyTorch is not installed, so nothing is compared with it; the book does not need it"
NEAR = {"rtol": 1e-10, "atol": 1e-10}
# N = 1, and no two sizes equal.
SIZES = [(5, 3, 4), (1, 2, 3)]


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason=ABSENT)


def found(kind):
    """Return the public classes of a kind, those aside that others are made from."""
    bases = {nn.Module, nn.Activation, nn.Cost, nn.Optimizer}
    public = [getattr(nn, name) for name in nn.__all__]
    return {c.__name__ for c in public if isinstance(c, type) and issubclass(c, kind)} - {
        base.__name__ for base in bases
    }


def affine(torch, ours):
    """Return PyTorch's layer with the same weights."""
    theirs = torch.nn.Linear(ours.D, ours.H, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(ours.W))
        theirs.bias.copy_(torch.tensor(ours.b))
    return theirs


def sequential(torch, ours):
    """Return PyTorch's network with the same layers."""
    return torch.nn.Sequential(affine(torch, ours[0]), torch.nn.Tanh(), affine(torch, ours[2]))


# How ours is made, from sizes and a generator; and what is the same in PyTorch.
MODULES = {
    "Affine": (lambda D, H, rng: nn.Affine(D, H, rng=rng), affine),
    "Identity": (lambda D, H, rng: nn.Identity(), lambda t, ours: t.nn.Identity()),
    "LeakyReLU": (lambda D, H, rng: nn.LeakyReLU(0.2), lambda t, ours: t.nn.LeakyReLU(0.2)),
    "ReLU": (lambda D, H, rng: nn.ReLU(), lambda t, ours: t.nn.ReLU()),
    "Sequential": (lambda D, H, rng: nn.mlp((D, 6, H), rng=rng), sequential),
    "Sigmoid": (lambda D, H, rng: nn.Sigmoid(), lambda t, ours: t.nn.Sigmoid()),
    "Softmax": (lambda D, H, rng: nn.Softmax(), lambda t, ours: t.nn.Softmax(dim=1)),
    "Softplus": (lambda D, H, rng: nn.Softplus(), lambda t, ours: t.nn.Softplus(threshold=1e9)),
    "Step": (lambda D, H, rng: nn.Step(), lambda t, ours: lambda Z: (Z > 0).double() + 0 * Z),
    "Tanh": (lambda D, H, rng: nn.Tanh(), lambda t, ours: t.nn.Tanh()),
}
# The same cost in PyTorch, whose means divide by N K where ours divide by N.
COSTS = {
    "BinaryCrossEntropy": lambda t: t.nn.BCEWithLogitsLoss(reduction="sum"),
    "HalfSquaredError": lambda t: lambda P, Y: t.nn.MSELoss(reduction="sum")(P, Y) / 2,
    "MeanSquaredError": lambda t: t.nn.MSELoss(reduction="sum"),
    "SoftmaxCrossEntropy": lambda t: t.nn.CrossEntropyLoss(reduction="sum"),
    "SumSquaredError": lambda t: lambda P, Y: len(P) * t.nn.MSELoss(reduction="sum")(P, Y),
}
OPTIMIZERS = {
    "SGD": (
        lambda: nn.SGD(0.1, momentum=0.75),
        lambda t, W: t.optim.SGD(W, lr=0.1, momentum=0.75),
    ),
    "Adam": (
        lambda: nn.Adam(0.05, 0.8, 0.95, 1e-6),
        lambda t, W: t.optim.Adam(W, lr=0.05, betas=(0.8, 0.95), eps=1e-6),
    ),
}


def test_nothing_is_forgotten():
    assert found(nn.Module) == set(MODULES)
    assert found(nn.Cost) == set(COSTS)
    assert found(nn.Optimizer) == set(OPTIMIZERS)


@pytest.mark.parametrize("scale", [1, 30], ids=["", "saturated"])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("name", MODULES)
def test_a_module_agrees_with_pytorch(torch, name, sizes, scale):
    N, D, H = sizes
    rng, (make, same) = np.random.default_rng(N), MODULES[name]
    ours, X = make(D, H, rng), scale * rng.standard_normal((N, D))
    theirs, theirs_X = same(torch, ours), torch.tensor(X, requires_grad=True)
    Z, theirs_Z = ours(X), theirs(theirs_X)
    assert_allclose(Z, theirs_Z.detach().numpy(), **NEAR)
    G = rng.standard_normal(Z.shape)
    theirs_Z.backward(torch.tensor(G))
    assert_allclose(ours.backward(G), theirs_X.grad.numpy(), **NEAR)
    gradients = list(ours.gradients().values())
    theirs_parameters = list(theirs.parameters()) if hasattr(theirs, "parameters") else []
    for dW, W in zip(gradients, theirs_parameters, strict=True):
        assert_allclose(dW, W.grad.numpy(), **NEAR)


def targets(name, N, K, rng):
    """Yield targets of every form that a cost takes."""
    if name == "SoftmaxCrossEntropy":
        yield rng.integers(K, size=N)
        Y = rng.random((N, K))
        yield Y / Y.sum(axis=1, keepdims=True)
    elif name == "BinaryCrossEntropy":
        yield rng.random((N, K))
        yield rng.random((N, K)).round()
    else:
        yield rng.standard_normal((N, K))


@pytest.mark.parametrize("scale", [1, 1000])
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("name", COSTS)
def test_a_cost_agrees_with_pytorch(torch, name, sizes, scale):
    N, _, K = sizes
    rng = np.random.default_rng(N)
    Z = scale * rng.standard_normal((N, K))
    for Y in targets(name, N, K, rng):
        ours, theirs_Z = getattr(nn, name)(), torch.tensor(Z, requires_grad=True)
        theirs = COSTS[name](torch)(theirs_Z, torch.tensor(Y)) / N
        theirs.backward()
        assert_allclose(ours(Z, Y), theirs.item(), **NEAR)
        assert_allclose(ours.backward(), theirs_Z.grad.numpy(), **NEAR)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_ten_steps_of_an_optimizer_agree_with_pytorch(torch, name):
    rng, (ours, theirs) = np.random.default_rng(6), OPTIMIZERS[name]
    X, y = rng.standard_normal((7, 3)), rng.integers(4, size=7)
    net = nn.mlp((3, 5, 4), rng=rng)
    same, cost, optimizer = sequential(torch, net), nn.SoftmaxCrossEntropy(), ours()
    theirs_optimizer = theirs(torch, same.parameters())
    for _ in range(10):
        cost(net(X), y)
        net.backward(cost.backward(), need_input=False)
        optimizer.step(net)
        theirs_optimizer.zero_grad()
        torch.nn.CrossEntropyLoss()(same(torch.tensor(X)), torch.tensor(y)).backward()
        theirs_optimizer.step()
    for W, theirs_W in zip(net.parameters().values(), same.parameters(), strict=True):
        assert_allclose(W, theirs_W.detach().numpy(), **NEAR)
