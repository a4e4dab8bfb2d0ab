"""Derivatives of any NumPy program: a tape for reverse mode, dual numbers, one table of rules.

A plain function, written with operators and NumPy's functions, runs on floats, complex numbers,
the tape's nodes and dual numbers alike. Nothing here knows of the layers of `backprop.nn`, which
makes it an independent witness for their gradients. Introduced in chapter 2.
"""

from backprop.autodiff.dual import Dual
from backprop.autodiff.pathways import Path, Products, count_paths, count_products, paths
from backprop.autodiff.recording import Step, Trace, trace
from backprop.autodiff.replay import Program, compiled
from backprop.autodiff.rules import RULES, Elementwise
from backprop.autodiff.scalars import Scalar, ScalarTape
from backprop.autodiff.tape import Node, Variable, adjoints, reset, sweep, variable
from backprop.autodiff.transforms import gradient, jacobian, jvp, vjp

__all__ = [
    "Dual",
    "Elementwise",
    "Node",
    "Path",
    "Products",
    "Program",
    "RULES",
    "Scalar",
    "ScalarTape",
    "Step",
    "Trace",
    "Variable",
    "adjoints",
    "compiled",
    "count_paths",
    "count_products",
    "gradient",
    "jacobian",
    "jvp",
    "paths",
    "reset",
    "sweep",
    "trace",
    "variable",
    "vjp",
]
