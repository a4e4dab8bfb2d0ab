"""Layers with a hand-derived forward and backward: what the chapters derive."""

from backprop.nn.activations import Activation, Identity, ReLU, Rule, Sigmoid, Tanh
from backprop.nn.affine import Affine
from backprop.nn.initializers import glorot_normal, he_normal
from backprop.nn.losses import HalfSquaredError
from backprop.nn.module import Module
from backprop.nn.network import Sequential

__all__ = [
    "Activation",
    "Affine",
    "HalfSquaredError",
    "Identity",
    "Module",
    "ReLU",
    "Rule",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "glorot_normal",
    "he_normal",
]
