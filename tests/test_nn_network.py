"""Modules one after the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.check import central_difference, complex_step
from backprop.errors import NotAModuleError, NotForwardedError, ReleasedError, ShapeError
from backprop.nn import Affine, HalfSquaredError, Identity, Module, ReLU, Sequential, Sigmoid, Tanh


def mlp(seed=6, D=3, H=4, K=2, activation=Tanh, dtype="float64"):
    rng = np.random.default_rng(seed)
    net = Sequential(
        Affine(D, H, rng=rng, dtype=dtype), activation(), Affine(H, K, rng=rng, dtype=dtype)
    )
    for name, array in net.parameters().items():
        if name.endswith("b"):
            array += rng.standard_normal(array.shape).astype(dtype)
    return net


@given(
    st.lists(st.integers(1, 6), min_size=4, max_size=4, unique=True),
    st.sampled_from([Tanh, Sigmoid, ReLU, Identity]),
    st.integers(0, 99),
)
def test_all_gradients_of_a_network_and_its_cost_agree_with_both_witnesses(sizes, activation, seed):
    N, D, H, K = sizes
    net, cost = mlp(seed, D, H, K, activation), HalfSquaredError()
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((N, D)), rng.standard_normal((N, K))
    cost(net(X), Y)
    claimed = {"X": net.backward(cost.backward()), **net.gradients()}
    arrays = {"X": X, **{k: v.copy() for k, v in net.parameters().items()}}
    kink = activation is ReLU and np.abs(net[0](X)).min() < 1e-3
    for name, claim in claimed.items():

        def f(array, name=name):
            a = {**arrays, name: array}
            X = a.pop("X")
            net.set_parameters(a)
            return cost(net(X), Y)

        size = max(np.abs(claim).max(), 1e-3)
        assert claim.shape == arrays[name].shape
        assert_allclose(claim, complex_step(f, arrays[name]), rtol=0, atol=1e-12 * size)
        if not kink:
            assert_allclose(claim, central_difference(f, arrays[name]), rtol=0, atol=1e-6 * size)


def test_float32_goes_all_the_way():
    net, cost = mlp(dtype="float32"), HalfSquaredError()
    Yhat = net(np.ones((5, 3)))
    cost(Yhat, np.zeros((5, 2)))
    dX = net.backward(cost.backward())
    assert {a.dtype for a in (Yhat, dX, *net.gradients().values())} == {np.dtype("float32")}


def test_parameters_and_gradients_carry_their_place():
    net = mlp()
    assert list(net.parameters()) == ["0.W", "0.b", "2.W", "2.b"]
    net(np.ones((5, 3)))
    net.backward(np.ones((5, 2)))
    assert net.gradients()["2.W"] is net[2].dW
    assert {k: v.shape for k, v in net.parameters().items()} == {
        k: v.shape for k, v in net.gradients().items()
    }


def test_networks_nest():
    net = mlp()
    outer = Sequential(Identity(), net)
    assert list(outer.parameters()) == ["1.0.W", "1.0.b", "1.2.W", "1.2.b"]
    outer.set_parameters({"1.2.b": np.array([5.0, 6.0])})
    assert_array_equal(net[2].b, [5, 6])
    assert outer.leaves() == [outer[0], *net]


def test_it_reads_like_a_list():
    net = mlp()
    assert len(net) == 3
    assert list(net)[1] is net[1]
    assert net[-1].H == 2
    assert repr(net) == "Sequential(Affine(3 → 4), Tanh(), Affine(4 → 2))"


class Asked(Identity):
    """Writes down what backward was asked for."""

    def backward(self, dA, **options):
        self.options = options
        return super().backward(dA, **options)


def test_need_input_reaches_the_first_module_only():
    net = Sequential(Asked(), Asked(), Asked())
    net(np.ones((1, 2)))
    assert net.backward(np.ones((1, 2)), need_input=False) is None
    assert [m.options["need_input"] for m in net] == [False, True, True]
    assert net.backward(np.ones((1, 2))) is not None
    assert net[0].options["need_input"]


def test_free_reaches_all_modules():
    net = mlp()
    net(np.ones((5, 3)))
    net.backward(np.ones((5, 2)), free=True)
    assert [net[0].X, net[1].A, net[2].X] == [None, None, None]
    with pytest.raises(ReleasedError):
        net.backward(np.ones((5, 2)))


def test_backward_needs_a_forward():
    with pytest.raises(NotForwardedError, match=r"^Affine\.backward: there is no X yet"):
        mlp().backward(np.ones((5, 2)))


@pytest.mark.parametrize("nested", [False, True])
def test_a_refusal_half_way_leaves_every_module_as_it_was(nested):
    first = Sequential(Tanh(), Identity()) if nested else Tanh()
    net = Sequential(first, Affine(3, 4, rng=np.random.default_rng(0)))
    net(np.full((2, 3), 0.5))
    kept = [vars(leaf).copy() for leaf in net.leaves()]
    with pytest.raises(ShapeError, match=r"^Affine\.forward: X has shape \(2, 5\)"):
        net(np.ones((2, 5)))
    for leaf, before in zip(net.leaves(), kept, strict=True):
        assert vars(leaf).keys() == before.keys()
        assert all(vars(leaf)[k] is v for k, v in before.items())


TANH = Tanh()
NOT_MODULES = {
    "a class": (
        (Affine(3, 4, rng=np.random.default_rng(0)), Tanh),
        "module 1 is the class Tanh, expected one Module after the other. "
        "Make one of it: Tanh(...).",
    ),
    "a list": (
        ([TANH],),
        "module 0 is a list, expected one Module after the other. Unpack it: Sequential(*modules).",
    ),
    "a function": (
        (np.tanh,),
        "module 0 is a ufunc, expected one Module after the other. Wrap it in one.",
    ),
    "one object twice": (
        (TANH, TANH),
        "module 1 is in it twice, expected one Module after the other. "
        "Make a second one: each keeps its own caches.",
    ),
    "nothing": (
        (),
        "there are no modules, expected one Module after the other. "
        "Give it one: Sequential(Affine(3, 4, rng=rng)).",
    ),
}


@pytest.mark.parametrize(("modules", "said"), NOT_MODULES.values(), ids=NOT_MODULES)
def test_what_is_no_module_is_named(modules, said):
    with pytest.raises(NotAModuleError) as error:
        Sequential(*modules)
    assert str(error.value) == f"Sequential: {said}"


def test_an_unwritten_module_says_so():
    class Half(Module):
        pass

    with pytest.raises(NotImplementedError, match=r"^Half\.forward is not written yet$"):
        Half()(np.ones((1, 2)))
    with pytest.raises(NotImplementedError, match=r"^Half\.backward is not written yet$"):
        Half().backward(np.ones((1, 2)))
