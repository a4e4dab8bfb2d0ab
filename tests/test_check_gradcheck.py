"""The checker: it agrees: what is right, objects to every classic mistake, and says why."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from backprop.check import gradcheck
from backprop.check.gradcheck import COORDINATES
from backprop.check.numeric import rays
from backprop.errors import (
    DtypeError,
    GradientError,
    NoEvidenceError,
    NotAModuleError,
    NotAnalyticError,
    NotFiniteError,
    RngError,
    ShapeError,
    UnknownNameError,
    WitnessError,
)
from backprop.nn import (
    Activation,
    Affine,
    HalfSquaredError,
    Identity,
    Module,
    ReLU,
    Rule,
    Sequential,
    Sigmoid,
    SoftmaxCrossEntropy,
    Tanh,
)

BOTH = "central differences (1e-06), complex step (1e-10)"


def batch(N=5, D=3, seed=7):
    """Numbers of either sign, none near 0."""
    rng = np.random.default_rng(seed)
    return rng.choice([-1.0, 1.0], (N, D)) * (0.25 + rng.random((N, D)))


def filled(layer, seed=8):
    layer.b += np.random.default_rng(seed).standard_normal(layer.b.shape).astype(layer.b.dtype)
    return layer


def affine(kind=Affine, D=3, H=4, dtype="float64"):
    return filled(kind(D, H, rng=np.random.default_rng(7), dtype=dtype))


def mlp(activation=Tanh, dtype="float64"):
    return Sequential(affine(dtype=dtype), activation(), affine(D=4, H=2, dtype=dtype))


# What is right passes


@given(
    st.lists(st.integers(1, 6), min_size=3, max_size=3, unique=True),
    st.sampled_from(["float32", "float64"]),
    st.integers(0, 99),
)
def test_a_right_affine_layer_passes_in_all_sizes(sizes, dtype, seed):
    N, D, H = sizes
    layer = filled(Affine(D, H, rng=np.random.default_rng(seed), dtype=dtype))
    said = gradcheck(layer, batch(N, D, seed), rng=np.random.default_rng(seed))
    assert str(said).startswith(f"Affine({D} → {H}): dX, dW, db agree: central differences")


def test_the_report_is_one_line_that_is_the_same_everywhere():
    said = gradcheck(affine(), batch())
    assert repr(said) == str(said) == f"Affine(3 → 4): dX, dW, db agree: {BOTH}"


@pytest.mark.parametrize("kind", [Sigmoid, Tanh, ReLU, Identity])
def test_right_activations_pass(kind):
    assert str(gradcheck(kind(), batch())) == f"{kind.__name__}(): dX agrees: {BOTH}"


def test_a_network_passes_with_its_cost():
    Y = np.random.default_rng(9).standard_normal((5, 2))
    said = gradcheck(mlp(), batch(), Y, cost=HalfSquaredError())
    assert str(said) == (
        "Sequential(Affine(3 → 4), Tanh(), Affine(4 → 2)): "
        f"dX, 0.dW, 0.db, 2.dW, 2.db agree: {BOTH}"
    )


def test_float32_is_held_to_its_own_digits():
    said = gradcheck(mlp(dtype="float32"), batch())
    assert str(said).endswith("agree: central differences (1e-04), complex step (1e-04)")


def test_large_arrays_are_checked_along_random_directions_and_it_says_so():
    layer = affine(D=30, H=20)
    assert layer.W.size > COORDINATES
    said = gradcheck(layer, batch(D=30))
    assert str(said) == f"Affine(30 → 20): dX, dW, db agree: {BOTH}; dW along 10 random directions"


def test_a_plain_function_passes_with_an_array_or_a_callable():
    def cube(x):
        return (x**3).sum()

    x = np.array([0.5, -2.0])
    for grad in (3 * x**2, lambda x: 3 * x**2):
        assert str(gradcheck(cube, x, grad=grad)) == f"cube: grad agrees: {BOTH}"
    assert str(gradcheck(lambda x: x**3, 2.0, grad=12.0)) == f"f: grad agrees: {BOTH}"


def test_a_cost_is_checked_as_a_plain_function():
    cost, Y = HalfSquaredError(), batch(seed=1)
    Yhat = batch(seed=2)
    cost(Yhat, Y)
    gradcheck(lambda P: HalfSquaredError()(P, Y), Yhat, grad=cost.backward())
    with pytest.raises(GradientError, match=r"Everywhere 5 times .* was a mean lost\?$"):
        gradcheck(lambda P: HalfSquaredError()(P, Y), Yhat, grad=5 * cost.backward())


class Buffered(Affine):
    """Right, but written into a float array."""

    def forward(self, X):
        Z = np.empty((len(X), self.H))
        Z[:] = super().forward(X)
        return Z


def test_where_the_complex_step_does_not_apply_the_report_says_so():
    said = gradcheck(affine(Buffered), batch())
    assert str(said) == (
        "Buffered(3 → 4): dX, dW, db agree: central differences (1e-06); "
        "the complex step does not apply"
    )
    with pytest.raises(NotAnalyticError, match=r"nobody could be asked"):
        gradcheck(affine(Buffered), batch(), witnesses=("complex",))


def test_one_witness_can_be_asked_alone():
    said = gradcheck(affine(), batch(), witnesses=("complex",))
    assert str(said) == "Affine(3 → 4): dX, dW, db agree: complex step (1e-10)"


# What is wrong does not: the classic mistakes, each planted


class NoSignW(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.dW = -self.dW
        return dX


class NoSignB(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.db = -self.db
        return dX


class NoSignX(Affine):
    def backward(self, dZ, **options):
        return -super().backward(dZ, **options)


class MeanBias(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.db = dZ.mean(axis=0)
        return dX


class MeanAgain(Affine):
    def backward(self, dZ, **options):
        return super().backward(dZ / len(dZ), **options)


class Doubled(Affine):
    def backward(self, dZ, **options):
        return super().backward(2 * dZ, **options)


class TransposedW(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.dW = self.X.T @ dZ
        return dX


class KeptBias(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.db = dZ
        return dX


class ColumnBias(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.db = dZ.sum(axis=0)[:, None]
        return dX


class NoW(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.dW = None
        return dX


class NoX(Affine):
    def backward(self, dZ, **options):
        super().backward(dZ, **options)


class ZeroBias(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.db = np.zeros_like(self.b)
        return dX


class NanBias(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.db = np.array([1.0, np.nan, 1.0, 1.0])
        return dX


class OneEntry(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.dW[1, 2] += 0.01
        return dX


class Accumulated(Affine):
    def backward(self, dZ, **options):
        old = 0 if self.dW is None else self.dW
        dX = super().backward(dZ, **options)
        self.dW = old + self.dW
        return dX


class Stale(Affine):
    def forward(self, X):
        first = self.X
        Z = super().forward(X)
        self.X = X if first is None else first
        return Z


CLASSIC = {
    NoSignW: r"dW of NoSignW\(3 → 4\) is wrong: at \[\d, \d\] it is .* Everywhere −1 times the "
    r"numeric gradient: a lost sign\.$",
    NoSignB: r"db of NoSignB\(3 → 4\) is wrong: at \[\d\] it is .* a lost sign\.$",
    NoSignX: r"dX of NoSignX\(3 → 4\) is wrong: at \[\d, \d\] it is .* a lost sign\.$",
    MeanBias: r"db of .* Everywhere 1/5 times the numeric gradient: N times too small, "
    r"was the mean taken twice\?$",
    MeanAgain: r"dX of .* Everywhere 1/5 times .* was the mean taken twice\?$",
    Doubled: r"dX of .* Everywhere 2 times the numeric gradient: was a ½ lost\?$",
    TransposedW: r"dW of TransposedW\(3 → 4\) is wrong: it has shape \(3, 4\), W has \(4, 3\)\. "
    r"dW\.T fits: is it transposed\?$",
    KeptBias: r"db of .* it has shape \(5, 4\), b has \(4,\)\. It has one row per example: "
    r"was the sum over the batch forgotten\?$",
    ColumnBias: r"db of .* it has shape \(4, 1\), b has \(4,\)\. A gradient is shaped like b; "
    r"broadcasting equality is not equality\.$",
    NoW: r"dW of NoW\(3 → 4\) is None: backward did not store it\.$",
    NoX: r"dX of NoX\(3 → 4\) is None: backward did not return it\.$",
    ZeroBias: r"db of .* It is 0 everywhere: was it ever computed\?$",
    OneEntry: r"dW of OneEntry\(3 → 4\) is wrong: at \[1, 2\] it is -?\d[.\d]*, central "
    r"differences give -?\d[.\d]*\.$",
    Accumulated: r"dW of .* changes when backward runs again\. Layers assign their gradients, they "
    r"do not add to old ones: self\.dW = \.\.\., not self\.dW \+= \.\.\.$",
    Stale: r"dW of Stale\(3 → 4\) depends on an earlier batch\. A stale cache: forward must keep "
    r"its new arrays every time\.$",
}


@pytest.mark.parametrize(
    ("kind", "said"), CLASSIC.items(), ids=lambda v: getattr(v, "__name__", "")
)
def test_a_classic_mistake_is_caught_and_explained(kind, said):
    with pytest.raises(GradientError, match=rf"^gradcheck: {said}"):
        gradcheck(affine(kind), batch())


@pytest.mark.parametrize("kind", [NoSignW, MeanBias, OneEntry, Doubled])
def test_float32_does_not_hide_a_mistake(kind):
    with pytest.raises(GradientError):
        gradcheck(affine(kind, dtype="float32"), batch())


@pytest.mark.parametrize("kind", [NoSignW, NoSignB, NoSignX, MeanBias, Doubled, Stale])
def test_a_mistake_inside_a_network_is_caught(kind):
    net = Sequential(affine(), Tanh(), affine(kind, D=4, H=2))
    Y = np.random.default_rng(9).standard_normal((5, 2))
    with pytest.raises(GradientError):
        gradcheck(net, batch(), Y, cost=HalfSquaredError())


def test_a_mistake_in_a_large_array_is_caught_along_directions():
    with pytest.raises(
        GradientError, match=r"dW of .* along random direction \d it is .* lost sign"
    ):
        gradcheck(affine(NoSignW, D=30, H=20), batch(D=30))
    with pytest.raises(GradientError, match=r"dW of .* along random direction \d it is"):
        gradcheck(affine(OneEntry, D=30, H=20), batch(D=30))


class SquareTrap(Affine):
    def backward(self, dZ, **options):
        dX = super().backward(dZ, **options)
        self.dW = self.X.T @ dZ
        return dX


@pytest.mark.parametrize("size", [3, 20])
def test_in_the_square_trap_the_transpose_is_named(size):
    with pytest.raises(GradientError, match=r"dW\.T fits: is it transposed\?$"):
        gradcheck(affine(SquareTrap, D=size, H=size), batch(D=size))


class TransposedInX(Affine):
    def backward(self, dZ, **options):
        super().backward(dZ, **options)
        return dZ @ self.W.T


def test_the_wrong_orientation_of_w_is_caught_where_the_shapes_fit():
    with pytest.raises(GradientError, match=r"^gradcheck: dX of TransposedInX\(3 → 3\) is wrong"):
        gradcheck(affine(TransposedInX, D=3, H=3), batch())


class Forgotten(Activation):
    rule = Rule(np.tanh, lambda A: 1.0)


class WrongArgument(Activation):
    rule = Rule(np.tanh, lambda A: 1 - np.tanh(A) ** 2)


class AlwaysTrue(Activation):
    rule = Rule(lambda Z: Z * (Z.real > 0), lambda A: A >= 0)


@pytest.mark.parametrize("kind", [Forgotten, WrongArgument, AlwaysTrue])
def test_a_wrong_slope_is_caught(kind):
    with pytest.raises(
        GradientError, match=rf"^gradcheck: dX of {kind.__name__}\(\) is wrong: at \["
    ):
        gradcheck(kind(), batch())


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (-1, "Everywhere −1 times the numeric gradient: a lost sign."),
        (0.5, "Everywhere ½ times the numeric gradient: was a 2 lost?"),
        (2, "Everywhere 2 times the numeric gradient: was a ½ lost?"),
        (3, "Everywhere 3 times the numeric gradient: a lost factor?"),
        (-0.25, "Everywhere −0.25 times the numeric gradient: a lost factor?"),
    ],
)
def test_a_constant_ratio_is_named(factor, said):
    x = np.array([0.5, -1.5, 2.5])
    with pytest.raises(GradientError) as error:
        gradcheck(lambda x: (x * x).sum(), x, grad=factor * 2 * x)
    claimed, numeric = f"{factor * 5:.4g}", "5"
    assert str(error.value) == (
        f"gradcheck: grad of f is wrong: at [2] it is {claimed}, "
        f"central differences give {numeric}. {said}"
    )


@pytest.mark.parametrize("factor", [2, 0.5])
def test_with_two_examples_a_factor_2_may_be_a_mean(factor):
    x = np.array([[0.5, -1.5, 2.5], [1.0, 2.0, -3.0]])
    with pytest.raises(
        GradientError, match=r"mean over N = 2 (lost|taken twice), or a (½|2 lost)\?$"
    ):
        gradcheck(lambda x: (x * x).sum(), x, grad=factor * 2 * x)


def test_no_ratio_is_made_up_for_a_single_number():
    with pytest.raises(GradientError, match=r"it is 3\.3, central differences give 3\.$"):
        gradcheck(lambda x: x * x, 1.5, grad=3.3)


def test_an_error_of_a_millionth_is_too_small_for_differences_but_not_for_the_complex_step():
    x = np.array([0.5, 1.5])
    g = 2 * x * (1 + 1e-8)
    gradcheck(lambda x: (x * x).sum(), x, grad=g, witnesses=("central",))
    with pytest.raises(GradientError, match=r"the complex step gives"):
        gradcheck(lambda x: (x * x).sum(), x, grad=g)


def test_a_module_that_returns_nothing_is_found_by_the_one_before_it():
    with pytest.raises(
        DtypeError, match=r"^Tanh\.backward: dA is None, .* Was a return forgotten\?$"
    ):
        gradcheck(Sequential(Tanh(), affine(NoX)), batch())


# No verdict without evidence


def test_zeros_prove_nothing():
    with pytest.raises(NoEvidenceError) as error:
        gradcheck(ReLU(), -np.abs(batch()))
    assert str(error.value) == (
        "gradcheck: dX of ReLU() is 0 everywhere, and so is the numeric gradient, expected "
        "something to compare. A wrong gradient would pass too: check at another point."
    )


def test_a_gradient_where_there_is_none_is_wrong():
    with pytest.raises(GradientError, match=r"central differences give 0\.$"):
        gradcheck(lambda x: (0 * x).sum() + 2, np.array([1.0, 2.0]), grad=np.array([0.0, 0.5]))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_and_infinity_are_refused_wherever_they_come_from(bad):
    X = batch()
    X[2, 1] = bad
    with pytest.raises(NotFiniteError, match=rf"^gradcheck: X is {bad} at \[2, 1\]"):
        gradcheck(affine(), X)
    layer = affine()
    layer.W[3, 2] = bad
    with pytest.raises(NotFiniteError, match=rf"^gradcheck: W is {bad} at \[3, 2\]"):
        gradcheck(layer, batch())
    with pytest.raises(NotFiniteError, match=rf"^gradcheck: Y is {bad} at \[0, 0\]"):
        gradcheck(mlp(), batch(), np.full((5, 2), bad), cost=HalfSquaredError())
    with pytest.raises(NotFiniteError, match=rf"^gradcheck of f: grad is {bad} at \[0\]"):
        gradcheck(lambda x: x.sum(), np.ones(2), grad=np.array([bad, 1.0]))


def test_a_nan_gradient_is_refused():
    with pytest.raises(NotFiniteError, match=r"^gradcheck of NanBias\(3 → 4\): db is nan at \[1\]"):
        gradcheck(affine(NanBias), batch())


def test_at_a_kink_the_witnesses_contradict_each_other_and_nobody_is_blamed():
    Z = batch()
    Z[1, 2] = 0.0
    with pytest.raises(WitnessError) as error:
        gradcheck(ReLU(), Z)
    said = str(error.value)
    assert said.startswith("gradcheck of ReLU(): for dX at [1, 2] central differences give ")
    assert ", the complex step gives 0, expected the same number. A kink lies within" in said


def test_a_partly_lost_step_is_noticed():
    with pytest.raises(WitnessError, match=r"or forward is not analytic \(abs, max, conj\)"):
        gradcheck(
            lambda x: np.abs(x).sum() + x[0], np.array([0.5, -2.0]), grad=np.array([2.0, -1.0])
        )
    x = np.array([0.5, -2.0])
    f = lambda x: np.abs(x).sum() + x[0]  # noqa: E731
    gradcheck(f, x, grad=np.array([2.0, -1.0]), witnesses=("central",))


# Nothing is touched


def state(module):
    leaves = module.leaves() if isinstance(module, Sequential) else [module]
    return [(leaf, vars(leaf).copy(), copy.deepcopy(vars(leaf))) for leaf in leaves]


def assert_untouched(before):
    for leaf, references, values in before:
        assert vars(leaf).keys() == references.keys()
        for name, value in vars(leaf).items():
            assert value is references[name]
            assert_array_equal(value, values[name])


@pytest.mark.parametrize("kind", [Affine, *CLASSIC])
def test_the_module_is_exactly_as_before_also_after_an_error(kind):
    net = Sequential(Tanh(), affine(kind))
    X = batch()
    kept = X.copy()
    net(0.5 * X)
    if kind not in (NoX,):
        net.backward(np.ones((5, 4)))
    before = state(net)
    try:
        gradcheck(net, X)
    except (GradientError, DtypeError):
        assert kind is not Affine
    assert_untouched(before)
    assert_array_equal(X, kept)


def test_a_fresh_module_stays_fresh_and_a_cost_too():
    net, cost = mlp(), HalfSquaredError()
    before = state(net)
    gradcheck(net, batch(), np.ones((5, 2)), cost=cost)
    assert_untouched(before)
    assert vars(cost) == {}


class Greedy(Identity):
    """Changes the arrays that it is given."""

    def forward(self, Z):
        A = super().forward(Z.copy())
        Z *= 0
        return A

    def backward(self, dA, **options):
        dZ = super().backward(dA.copy(), **options)
        dA *= 0
        return dZ


def test_a_module_that_changes_its_arguments_cannot_spoil_the_check():
    X = batch()
    kept = X.copy()
    gradcheck(Greedy(), X)
    assert_array_equal(X, kept)


def test_the_same_check_gives_the_same_sentence():
    said = []
    for _ in range(2):
        with pytest.raises(GradientError) as error:
            gradcheck(affine(OneEntry), batch())
        said.append(str(error.value))
    assert said[0] == said[1]


# Bad calls


def test_bad_calls_are_refused():
    with pytest.raises(NotAModuleError) as error:
        gradcheck(np.tanh, batch())
    assert str(error.value) == (
        "gradcheck: a ufunc came without grad=, expected a Module. "
        "For a function f(x) give its gradient: grad=g."
    )
    with pytest.raises(NotAModuleError, match=r"Say which: cost=HalfSquaredError\(\)\.$"):
        gradcheck(mlp(), batch(), np.ones((5, 2)))
    with pytest.raises(RngError, match=r"^gradcheck: rng is 3, expected"):
        gradcheck(mlp(), batch(), rng=3)
    with pytest.raises(DtypeError, match=r"^gradcheck: X has dtype int"):
        gradcheck(mlp(), np.ones((5, 3), int))
    with pytest.raises(DtypeError, match=r"^gradcheck of f: grad has dtype complex"):
        gradcheck(lambda x: x.sum(), np.ones(2), grad=np.ones(2) * 1j)


@pytest.mark.parametrize("witnesses", [("forward",), "central", ()])
def test_unknown_witnesses_are_refused(witnesses):
    with pytest.raises(UnknownNameError) as error:
        gradcheck(mlp(), batch(), witnesses=witnesses)
    assert str(error.value) == (
        f"gradcheck: witnesses is {witnesses!r}, expected central or complex. "
        "Name them in a tuple: witnesses=('central',)."
    )


def test_a_module_without_parameters_and_with_its_own_forward_is_checked():
    class Square(Module):
        caches = ("X",)

        def forward(self, X):
            self.X = X
            return X * X

        def backward(self, dZ, **options):
            return 2 * self.X * dZ

    assert str(gradcheck(Square(), batch())) == f"Square(): dX agrees: {BOTH}"


def test_slopes_that_drown_in_rounding_are_no_evidence():
    x = np.array([0.5, -1.5, 2.5])
    f = lambda x: 1e9 + (x * x).sum()  # noqa: E731
    with pytest.raises(NoEvidenceError, match="slopes drown in the rounding.*complex step"):
        gradcheck(f, x, grad=2 * x + 0.5, witnesses=("central",))
    with pytest.raises(GradientError):
        gradcheck(f, x, grad=2 * x + 0.5)
    gradcheck(f, x, grad=2 * x)


def test_a_cost_without_targets_asks_for_them():
    with pytest.raises(
        ShapeError, match=r"Y is None, expected .* gradcheck\(net, X, Y, cost=cost\)"
    ):
        gradcheck(affine(), batch(), cost=HalfSquaredError())


def test_a_function_that_changes_its_argument_does_not_change_ours():
    x = np.array([1.0, 2.0])

    def grad(x):
        x *= 2
        return x

    gradcheck(lambda x: (x * x).sum(), x, grad=grad)
    assert x.tolist() == [1.0, 2.0]


class BufferedInput(Affine):
    """Right, but its input goes through a float array; its parameters do not."""

    def forward(self, X):
        buffer = np.empty(X.shape)
        buffer[:] = X
        return super().forward(buffer)


def test_a_witness_that_was_refused_once_is_not_named():
    said = gradcheck(affine(BufferedInput), batch())
    assert str(said) == (
        "BufferedInput(3 → 4): dX, dW, db agree: central differences (1e-06); "
        "the complex step does not apply"
    )


def test_labels_are_left_to_the_cost():
    rng = np.random.default_rng(8)
    net, X, labels = Affine(3, 4, rng=rng), rng.normal(size=(5, 3)), np.array([3, 0, 2, 1, 3])
    agreed = gradcheck(net, X, labels, cost=SoftmaxCrossEntropy(), rng=rng)
    assert agreed.names == ("dX", "dW", "db")
    with pytest.raises(DtypeError, match="gradcheck: Y has dtype int64"):
        gradcheck(net, X, np.zeros((5, 4), int), cost=HalfSquaredError(), rng=rng)


# Many points in one run


class Centred(Module):
    """Every row depends on all rows: the mean over the batch is subtracted."""

    caches = ("A",)

    def forward(self, X):
        self.A = np.tanh(X - X.mean(axis=0))
        return self.A

    def backward(self, dA, **options):
        dX = dA * (1 - self.A**2)
        return dX - dX.mean(axis=0)


class Rowwise(Centred):
    def backward(self, dA, **options):
        return dA * (1 - self.A**2)


def test_rows_may_depend_on_each_other():
    assert str(gradcheck(Centred(), batch())) == f"Centred(): dX agrees: {BOTH}"
    with pytest.raises(GradientError, match=r"^gradcheck: dX of Rowwise\(\) is wrong: at \["):
        gradcheck(Rowwise(), batch())


def forwards(kind, **options):
    """Return what gradcheck says of a layer, and how often it ran its forward."""

    class Counted(kind):
        count = 0

        def forward(self, X):
            Counted.count += 1
            return super().forward(X)

    said = gradcheck(affine(Counted, D=7, H=11), batch(D=7), **options)
    return str(said).partition(": ")[2], Counted.count


class Branching(Affine):
    """Right, but it looks at a number: points must be run one by one."""

    def forward(self, X):
        Z = super().forward(X)
        return Z if Z.sum().real < 1e9 else -Z


class Sociable(Affine):
    """Right by itself, wrong in company."""

    def forward(self, X):
        return super().forward(X) if isinstance(X, np.ndarray) else 2 * super().forward(X)


class Counting(Affine):
    """Depends on what was run before: its third run, its sixth and so on are twice as large."""

    runs = 0

    def forward(self, X):
        self.runs += 1
        return super().forward(X) * (1 + (self.runs % 3 == 0))


def test_all_points_of_a_gradient_are_run_at_once_where_forward_allows_it():
    entries = 7 * 11 + 11 + 5 * 7
    said, count = forwards(Affine)
    assert said == f"dX, dW, db agree: {BOTH}"
    assert count < 40
    said, count = forwards(Branching)
    assert said == f"dX, dW, db agree: {BOTH}"
    assert count > 3 * entries


def test_what_is_different_in_company_is_run_alone():
    said, count = forwards(Sociable)
    assert said == f"dX, dW, db agree: {BOTH}"
    assert count > 3 * (7 * 11 + 11 + 5 * 7)


@pytest.mark.parametrize("witnesses", [("central", "complex"), ("central",), ("complex",)])
def test_a_forward_that_depends_on_the_past_is_refused(witnesses):
    with pytest.raises((GradientError, WitnessError)):
        gradcheck(affine(Counting), batch(), witnesses=witnesses)


def test_a_mistake_is_the_same_sentence_alone_and_in_company():
    class OneEntryAlone(Branching, OneEntry):
        pass

    said = []
    for kind in (OneEntry, OneEntryAlone):
        with pytest.raises(GradientError) as error:
            gradcheck(affine(kind), batch())
        said.append(str(error.value).replace("OneEntryAlone", "OneEntry"))
    assert said[0] == said[1]


def test_large_batches_are_run_in_groups(monkeypatch):
    monkeypatch.setattr("backprop.check.claims.ROOM", 5 * (7 * 11 + 11 + 5 * 7))
    said, count = forwards(Affine)
    assert said == f"dX, dW, db agree: {BOTH}"
    assert 3 * (7 * 11 + 11 + 5 * 7) / 5 < count < 150
    monkeypatch.setattr("backprop.check.claims.ROOM", 0)
    said, count = forwards(Affine)
    assert said == f"dX, dW, db agree: {BOTH}"
    assert count > 3 * (7 * 11 + 11 + 5 * 7)


class RowOfCosts(HalfSquaredError):
    """Returns an array that holds its number."""

    def forward(self, Yhat, Y):
        return (super().forward(Yhat, Y) + 0 * Yhat).sum(axis=0)[:1]


def test_an_array_that_holds_the_cost_is_not_the_cost():
    with pytest.raises(ShapeError, match=r"f\(x\) has shape \(1,\), expected one number"):
        gradcheck(mlp(), batch(), np.ones((5, 2)), cost=RowOfCosts())


def test_infinity_at_one_of_many_points_is_refused():
    X = batch()
    pole = np.full(X.shape, 9.0)
    pole[2, 1] = X[2, 1] + rays("central", X)[1][2 * 3 + 1]

    class Pole(Centred):
        def forward(self, X):
            with np.errstate(divide="ignore"):
                return super().forward(X) + 1e-9 / abs(X - pole)

    with pytest.raises(NotFiniteError, match=r"f\(x\) is -?inf, expected a finite number"):
        gradcheck(Pole(), X, witnesses=("central",))
