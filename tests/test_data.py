"""Data to learn from: what it looks like, and that the generator decides it."""

import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from backprop import data
from backprop.errors import RngError, SettingError, ShapeError

GATES = {
    "xor": (data.xor, data.xor_corners, lambda a, b: a != b),
    "and_": (data.and_, data.and_corners, lambda a, b: a and b),
}
DRAWN = [data.xor, data.and_, data.spirals]


@pytest.mark.parametrize(("draw", "corners", "gate"), GATES.values(), ids=GATES)
def test_the_corners_are_the_table_of_the_gate(draw, corners, gate):
    X, labels = corners()
    assert sorted(map(tuple, X)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert labels.tolist() == [int(gate(a, b)) for a, b in X]
    X += 5
    assert corners()[0].max() == 1


@pytest.mark.parametrize(("draw", "corners", "gate"), GATES.values(), ids=GATES)
def test_points_are_scattered_around_their_corners(draw, corners, gate):
    X, labels = draw(4000, np.random.default_rng(0), noise=0.05)
    nearest = X.round()
    assert labels.tolist() == [int(gate(a, b)) for a, b in nearest]
    # 8000 draws: the deviation is off by 1/√16000 ≈ 0.8 %, a corner's share by 0.7 points
    assert_allclose((X - nearest).std(), 0.05, rtol=0.04)
    assert_allclose(np.unique(nearest, axis=0, return_counts=True)[1] / 4000, 0.25, atol=0.03)


def test_points_without_noise_are_corners():
    X, _ = data.xor(50, np.random.default_rng(0), noise=0)
    assert set(X.ravel()) == {0, 1}


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_every_spiral_winds_once_around_the_origin(classes):
    X, labels = data.spirals(31, np.random.default_rng(1), classes=classes, noise=0)
    r = np.hypot(*X.T)
    assert r.min() >= 0.1
    assert r.max() <= 1
    turns = np.arctan2(X[:, 1], X[:, 0]) / (2 * np.pi)
    assert_allclose((turns - r - labels / classes + 0.5) % 1, 0.5, atol=1e-12)
    counts = np.bincount(labels)
    assert len(counts) == classes
    assert counts.max() - counts.min() <= 1


def test_spirals_have_the_noise_that_was_asked_for():
    clean, noisy = (data.spirals(3000, np.random.default_rng(2), noise=n)[0] for n in (0, 0.05))
    assert_allclose((noisy - clean).std(), 0.05, rtol=0.04)


@pytest.mark.parametrize("draw", DRAWN)
def test_one_seed_is_one_data_set(draw):
    one, two, three = (draw(9, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert_array_equal(one[0], two[0])
    assert_array_equal(one[1], two[1])
    assert (one[0] != three[0]).all()
    assert (one[0].shape, one[0].dtype) == ((9, 2), np.float64)
    assert (one[1].shape, one[1].dtype.kind) == ((9,), "i")


@pytest.mark.parametrize("draw", DRAWN)
def test_settings_that_make_no_data_are_refused(draw):
    name, rng = draw.__name__, np.random.default_rng(0)
    with pytest.raises(ShapeError, match=rf"^{name}: N is 0, expected an integer ≥ 1"):
        draw(0, rng)
    with pytest.raises(RngError, match=rf"^{name}: rng is 7, .*default_rng\(7\)"):
        draw(5, 7)
    for noise in (-0.1, np.nan, np.inf, [0.1]):
        with pytest.raises(SettingError, match=rf"^{name}: noise is .*, expected a number ≥ 0\."):
            draw(5, rng, noise=noise)


def test_there_is_at_least_one_spiral():
    with pytest.raises(ShapeError, match=r"^spirals: classes is 0, expected an integer ≥ 1"):
        data.spirals(5, np.random.default_rng(0), classes=0)


def test_the_digits_are_all_there_once():
    split = data.digits(np.random.default_rng(5))
    assert [array.shape for array in split] == [(1438, 64), (1438,), (359, 64), (359,)]
    pixels = np.vstack([split.X, split.X_test])
    assert (pixels.min(), pixels.max()) == (0, 1)
    assert_array_equal(pixels * 16, (pixels * 16).round())
    assert len(np.unique(pixels, axis=0)) == 1797
    labels = np.append(split.y, split.y_test)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_a_scan_keeps_its_label():
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    label = {row.tobytes(): k for row, k in zip(pixels, labels, strict=True)}
    X, y, X_test, y_test = data.digits(np.random.default_rng(6))
    for scans, told in ((X, y), (X_test, y_test)):
        assert told.tolist() == [label[row.tobytes()] for row in 16 * scans]


def test_what_is_held_out_is_drawn_and_as_much_as_was_asked_for():
    one, two, three = (data.digits(np.random.default_rng(seed), 0.5) for seed in (7, 7, 8))
    assert_array_equal(one.y_test, two.y_test)
    assert (one.y_test != three.y_test).any()
    assert len(one.y_test) == 898
    with pytest.raises(
        SettingError, match=r"^digits: held_out is 20, expected a number from 0 to 1"
    ):
        data.digits(np.random.default_rng(0), held_out=20)
    with pytest.raises(RngError, match=r"^digits: rng is 0"):
        data.digits(0)


def test_only_the_digits_load_scikit_learn():
    code = (
        "import sys, numpy as np; from backprop import data; "
        "data.xor(5, np.random.default_rng(0)); "
        "print('sklearn' in sys.modules, 'scipy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False False\n"


def test_all_names_have_words():
    assert data.__all__ == sorted(data.__all__)
    assert all(getattr(data, name).__doc__ for name in data.__all__)
