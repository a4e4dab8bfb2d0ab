"""The witnesses: who says that a gradient is right."""

from backprop.check.diagnose import Diagnosis, diagnose
from backprop.check.formula import Formula, quantity, slope
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
    "Diagnosis",
    "Formula",
    "central_difference",
    "complex_step",
    "counted",
    "diagnose",
    "directional",
    "forward_difference",
    "gradcheck",
    "quantity",
    "slope",
]
