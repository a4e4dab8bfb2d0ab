"""Settings in their ranges."""

import numpy as np
import pytest

from backprop.errors import SettingError
from backprop.nn.settings import expect_fraction, expect_memory, expect_positive

RIGHT = {
    expect_positive: [1e-30, 1, 10.0],
    expect_fraction: [0, 0.5, 1],
    expect_memory: [0, 0.999],
}
WRONG = {
    expect_positive: [0, -0.0, -1, np.inf, np.nan, "1", None, True, [0.1], 1j],
    expect_fraction: [-1e-9, 1.0001, np.inf, np.nan, "1", None, False, [0.1]],
    expect_memory: [-1e-9, 1, 1.0, np.nan, "0.9", None, False],
}


@pytest.mark.parametrize("expect", RIGHT)
def test_a_setting_in_its_range_comes_back_as_a_float(expect):
    for value in RIGHT[expect]:
        assert expect("SGD", "lr", value) == value
        assert type(expect("SGD", "lr", np.float32(value))) is float


@pytest.mark.parametrize(
    ("expect", "value"), [(e, v) for e, values in WRONG.items() for v in values]
)
def test_a_setting_out_of_its_range_is_refused(expect, value):
    with pytest.raises(
        SettingError, match=r"^SGD: lr is .*, expected (a number|0 ≤ lr < 1).*\. \S"
    ):
        expect("SGD", "lr", value)
