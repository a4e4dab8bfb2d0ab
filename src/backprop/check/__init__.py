"""The witnesses: who says that a gradient is right."""

from backprop.check.gradcheck import Agreement, gradcheck
from backprop.check.numeric import (
    central_difference,
    complex_step,
    counted,
    directional,
    forward_difference,
)

__all__ = [
    "Agreement",
    "central_difference",
    "complex_step",
    "counted",
    "directional",
    "forward_difference",
    "gradcheck",
]
