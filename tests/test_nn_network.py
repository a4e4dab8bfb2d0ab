"""Modules one after the other."""

import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from backprop.check import central_difference, complex_step
from backprop.errors import (
    DtypeError,
    NotAModuleError,
    NotForwardedError,
    ReleasedError,
    RngError,
    ShapeError,
)
from backprop.nn import (
    Affine,
    BinaryCrossEntropy,
    HalfSquaredError,
    Identity,
    LeakyReLU,
    Module,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    SoftmaxCrossEntropy,
    Softplus,
    Tanh,
    glorot_normal,
    he_normal,
    mlp,
)


def network(seed=6, D=3, H=4, K=2, activation=Tanh, dtype="float64"):
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
    net, cost = network(seed, D, H, K, activation), HalfSquaredError()
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
    net, cost = network(dtype="float32"), HalfSquaredError()
    Yhat = net(np.ones((5, 3)))
    cost(Yhat, np.zeros((5, 2)))
    dX = net.backward(cost.backward())
    assert {a.dtype for a in (Yhat, dX, *net.gradients().values())} == {np.dtype("float32")}


def test_parameters_and_gradients_carry_their_place():
    net = network()
    assert list(net.parameters()) == ["0.W", "0.b", "2.W", "2.b"]
    net(np.ones((5, 3)))
    net.backward(np.ones((5, 2)))
    assert net.gradients()["2.W"] is net[2].dW
    assert {k: v.shape for k, v in net.parameters().items()} == {
        k: v.shape for k, v in net.gradients().items()
    }


def test_networks_nest():
    net = network()
    outer = Sequential(Identity(), net)
    assert list(outer.parameters()) == ["1.0.W", "1.0.b", "1.2.W", "1.2.b"]
    outer.set_parameters({"1.2.b": np.array([5.0, 6.0])})
    assert_array_equal(net[2].b, [5, 6])
    assert outer.leaves() == [outer[0], *net]
    assert net[1].leaves() == [net[1]]


def test_it_reads_like_a_list():
    net = network()
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
    net = network()
    net(np.ones((5, 3)))
    net.backward(np.ones((5, 2)), free=True)
    assert [net[0].X, net[1].A, net[2].X] == [None, None, None]
    with pytest.raises(ReleasedError):
        net.backward(np.ones((5, 2)))


def test_backward_needs_a_forward():
    with pytest.raises(NotForwardedError, match=r"^Affine\.backward: there is no X yet"):
        network().backward(np.ones((5, 2)))


@pytest.mark.parametrize("nested", [False, True])
def test_after_a_refusal_half_way_nothing_can_go_backward_until_the_next_forward(nested):
    first = Sequential(Tanh(), Identity()) if nested else Tanh()
    net = Sequential(first, Affine(3, 4, rng=np.random.default_rng(0)))
    net(np.full((2, 3), 0.5))
    with pytest.raises(ShapeError, match=r"^Affine\.forward: X has shape \(2, 5\)"):
        net(np.ones((2, 5)))
    assert all(getattr(leaf, name) is None for leaf in net.leaves() for name in leaf.caches)
    with pytest.raises(NotForwardedError, match=r"^Affine\.backward: there is no X yet"):
        net.backward(np.ones((2, 4)))
    net(np.full((2, 3), 0.5))
    assert net.backward(np.ones((2, 4))).shape == (2, 3)


def test_after_any_error_half_way_nothing_can_go_backward_either():
    class Broken(Tanh):
        def forward(self, Z):
            raise RuntimeError("out of order")

    net = Sequential(Tanh(), Affine(3, 4, rng=np.random.default_rng(0)), Broken())
    with pytest.raises(RuntimeError, match="out of order"):
        net(np.full((2, 3), 0.5))
    assert net[0].A is None
    assert net[1].X is None


def test_what_is_forgotten_was_not_released():
    tanh = Tanh()
    tanh(np.ones((2, 3)))
    tanh.release()
    tanh.forget()
    with pytest.raises(NotForwardedError, match=r"^Tanh\.backward: there is no A yet"):
        tanh.backward(np.ones((2, 3)))


def test_a_refusal_by_the_first_module_changes_nothing():
    net = Sequential(Affine(3, 4, rng=np.random.default_rng(0)), Tanh())
    net(np.full((2, 3), 0.5))
    kept = [vars(leaf).copy() for leaf in net.leaves()]
    with pytest.raises(ShapeError, match=r"^Affine\.forward: X has shape \(2, 5\)"):
        net(np.ones((2, 5)))
    for leaf, before in zip(net.leaves(), kept, strict=True):
        assert vars(leaf).keys() == before.keys()
        assert all(vars(leaf)[k] is v for k, v in before.items())


def test_the_caches_of_the_last_batch_do_not_outlive_the_next_forward():
    alive = []

    class Watch(Tanh):
        def forward(self, Z):
            alive.append(old() is not None)
            return super().forward(Z)

    net = Sequential(Tanh(), Affine(3, 4, rng=np.random.default_rng(0)), Watch())
    old = weakref.ref(net)
    net(np.full((2, 3), 0.5))
    old = weakref.ref(net[0].A)
    net(np.full((2, 3), 0.25))
    assert alive == [True, False]


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


# ── mlp ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def test_mlp_puts_activations_between_affine_layers(rng):
    assert repr(mlp((3, 4, 2), rng=rng)) == "Sequential(Affine(3 → 4), Tanh(), Affine(4 → 2))"
    net = mlp((5, 4, 3, 2), activation=ReLU, output=Softmax, rng=rng)
    kinds = [type(module) for module in net]
    assert kinds == [Affine, ReLU, Affine, ReLU, Affine, Softmax]
    assert [(layer.D, layer.H) for layer in net[::2]] == [(5, 4), (4, 3), (3, 2)]
    assert repr(mlp([3, 2], rng=rng)) == "Sequential(Affine(3 → 2))"


def test_every_layer_has_an_activation_of_its_own(rng):
    net = mlp((2, 3, 4, 5), activation=lambda: LeakyReLU(0.25), rng=rng)
    assert repr(net[1]) == repr(net[3]) == "LeakyReLU(0.25)"
    assert net[1] is not net[3]


def test_one_seed_is_one_network_drawn_layer_by_layer():
    net, rng = mlp((3, 4, 2), rng=np.random.default_rng(1)), np.random.default_rng(1)
    assert_array_equal(net[0].W, glorot_normal(rng, 4, 3))
    assert_array_equal(net[2].W, glorot_normal(rng, 2, 4))
    single = mlp((3, 4, 2), rng=np.random.default_rng(1), dtype=np.float32)
    assert_array_equal(single[0].W, net[0].W.astype(np.float32))


STARTS = {
    "tanh": (Tanh, None, ["glorot", "glorot"]),
    "relu": (ReLU, None, ["he", "glorot"]),
    "leaky relu": (lambda: LeakyReLU(0.1), Sigmoid, ["he", "glorot"]),
    "relu at the end": (Softplus, ReLU, ["glorot", "he"]),
}


@pytest.mark.parametrize(("activation", "output", "starts"), STARTS.values(), ids=STARTS)
def test_the_weights_begin_as_the_activation_after_them_wants(activation, output, starts):
    net = mlp((3, 4, 2), activation=activation, output=output, rng=np.random.default_rng(2))
    rng, inits = np.random.default_rng(2), {"glorot": glorot_normal, "he": he_normal}
    for layer, start in zip(net[::2][:2], starts, strict=True):
        assert_array_equal(layer.W, inits[start](rng, layer.H, layer.D))
        assert not layer.b.any()


def test_an_initialiser_that_is_given_begins_all_layers(rng):
    net = mlp((3, 4, 2), activation=ReLU, rng=rng, init=lambda rng, H, D, dtype: np.ones((H, D)))
    assert_array_equal(net[0].W, np.ones((4, 3)))
    assert_array_equal(net[2].W, np.ones((2, 4)))


@pytest.mark.parametrize("cost", [SoftmaxCrossEntropy, BinaryCrossEntropy])
@given(st.lists(st.integers(2, 6), min_size=3, max_size=5), st.integers(1, 4), st.integers(0, 99))
def test_networks_of_any_depth_agree_with_the_complex_step(cost, sizes, N, seed):
    rng = np.random.default_rng(seed)
    net, X = mlp(tuple(sizes), rng=rng), rng.standard_normal((N, sizes[0]))
    Y, cost = np.eye(sizes[-1])[rng.integers(sizes[-1], size=N)], cost()
    cost(net(X), Y)
    claimed = {"X": net.backward(cost.backward()), **net.gradients()}
    arrays = {"X": X, **{name: W.copy() for name, W in net.parameters().items()}}
    for name, claim in claimed.items():

        def f(array, name=name):
            a = {**arrays, name: array}
            X = a.pop("X")
            net.set_parameters(a)
            return cost(net(X), Y)

        assert_allclose(claim, complex_step(f, arrays[name]), rtol=0, atol=1e-14)


BAD_SIZES = {
    "one": ((3,), ShapeError, "mlp: sizes is (3,), expected at least two sizes. "),
    "a number": (3, ShapeError, "mlp: sizes is 3, expected at least two sizes. "),
    "zero": ((3, 0, 2), ShapeError, "mlp: sizes[1] is 0, expected an integer ≥ 1. "),
    "a fraction": ((3, 4.0), ShapeError, "mlp: sizes[1] is 4.0, expected an integer ≥ 1. "),
    "nested": ((3, (4, 5), 2), ShapeError, "mlp: sizes[1] is (4, 5), expected an integer ≥ 1. "),
}


@pytest.mark.parametrize(("sizes", "error", "said"), BAD_SIZES.values(), ids=BAD_SIZES)
def test_sizes_that_make_no_network_are_named(rng, sizes, error, said):
    with pytest.raises(error) as refused:
        mlp(sizes, rng=rng)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize("activation", [TANH, "tanh", dict])
def test_an_activation_is_given_as_what_makes_it(rng, activation):
    with pytest.raises(NotAModuleError) as error:
        mlp((3, 4, 2), activation=activation, rng=rng)
    assert str(error.value) == (
        f"mlp: an activation is {activation!r}, expected what makes a Module. "
        "Each layer needs its own: give the class, activation=Tanh."
    )


def test_mlp_needs_a_generator_and_a_float_dtype(rng):
    with pytest.raises(RngError, match=r"^mlp: rng is 7, .*default_rng\(7\)\."):
        mlp((3, 2), rng=7)
    with pytest.raises(RngError, match=r"^mlp: rng is None"):
        mlp((3, 2))
    with pytest.raises(DtypeError, match=r"^Affine: W has dtype int"):
        mlp((3, 2), rng=rng, dtype=int)
