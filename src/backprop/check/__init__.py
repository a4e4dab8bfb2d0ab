"""The witnesses: who says that a gradient is right, and why a wrong one is wrong."""

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
    "cost",
    "counted",
    "diagnose",
    "directional",
    "forward_difference",
    "gradcheck",
    "quantity",
    "slope",
    "stages",
]

# Loaded when first used: a diagnosis is rare, and `import backprop` is not.
LATER = {
    "cost": "costs",
    "Diagnosis": "diagnosis",
    "diagnose": "diagnosis",
    "Formula": "formula",
    "quantity": "formula",
    "slope": "formula",
    "stages": "stage",
}


def __getattr__(name):
    """Return what is loaded when it is used."""
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{LATER[name]}"), name)
