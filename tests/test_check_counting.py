"""Multiplications are counted by doing them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.check.counting import Counted, multiplications

size = st.integers(1, 5)


@given(size, size, size)
def test_a_matrix_product_multiplies_once_for_every_triple(m, k, n):
    A, B = np.ones((m, k)), np.ones((k, n))
    assert multiplications(np.matmul, A, B) == m * k * n


@given(size, size, size, size)
def test_the_order_of_a_product_decides_its_count(m, k, n, p):
    A, B, C = np.ones((m, k)), np.ones((k, n)), np.ones((n, p))
    assert multiplications(lambda A, B, C: (A @ B) @ C, A, B, C) == m * k * n + m * n * p
    assert multiplications(lambda A, B, C: A @ (B @ C), A, B, C) == k * n * p + m * k * p


@pytest.mark.parametrize(
    ("count", "f"),
    [
        (3, lambda a, b: a @ b),
        (3, lambda a, b: (a * b).sum()),
        (6, lambda a, b: a * b * a),
        (3, lambda a, b: 2.0 * a + b),
        (3, lambda a, b: (a + b) * (b - a)),
        (3, lambda a, b: (1.0 - a) * (-b)),
        (3, lambda a, b: (a + b) * (b + b)),
        (3, lambda a, b: (a - b) * (b - a)),
        (3, lambda a, b: (-a) * (-b)),
        (9, lambda a, b: np.outer(a, b)),
        (0, lambda a, b: np.cumsum(a[::-1])[::-1] - b + a.sum()),
    ],
)
def test_what_sums_make_goes_on_counting_and_sums_are_not_counted(count, f):
    assert multiplications(f, np.array([1.0, -2.0, 0.5]), np.array([3.0, 0.25, 2.0])) == count


def test_the_numbers_are_those_that_plain_arrays_give():
    rng = np.random.default_rng(0)
    A, b, seen = rng.normal(size=(3, 4)), rng.normal(size=4), []
    multiplications(lambda A, b: seen.append(2.0 - (A @ b) * (A @ (-b))), A, b)
    np.testing.assert_allclose(seen[0].astype(float), 2.0 - (A @ b) * (A @ (-b)), rtol=1e-14)


def test_two_counts_do_not_mix():
    first, second = [0], [0]
    assert Counted(2.0, first) * 3.0 == 6.0
    assert 3.0 * Counted(2.0, second) * 1.0 == 6.0
    assert (first, second) == ([1], [2])
