"""Layers with a hand-derived forward and backward: what the chapters derive."""

from backprop.nn.activations import (
    Activation,
    Identity,
    LeakyReLU,
    ReLU,
    Rule,
    Sigmoid,
    Softplus,
    Step,
    Tanh,
)
from backprop.nn.affine import Affine
from backprop.nn.buffered import TrainStep
from backprop.nn.cross_entropy import BinaryCrossEntropy, SoftmaxCrossEntropy
from backprop.nn.initializers import glorot_normal, he_normal
from backprop.nn.losses import Cost, HalfSquaredError, MeanSquaredError, SumSquaredError
from backprop.nn.module import Module
from backprop.nn.network import Sequential, mlp
from backprop.nn.optim import SGD, Adam, Optimizer
from backprop.nn.predict import accuracy, predict
from backprop.nn.softmax import Softmax
from backprop.nn.train import History, fit

__all__ = [
    "Activation",
    "Adam",
    "Affine",
    "BinaryCrossEntropy",
    "Cost",
    "HalfSquaredError",
    "History",
    "Identity",
    "LeakyReLU",
    "MeanSquaredError",
    "Module",
    "Optimizer",
    "ReLU",
    "Rule",
    "SGD",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "SoftmaxCrossEntropy",
    "Softplus",
    "Step",
    "SumSquaredError",
    "Tanh",
    "TrainStep",
    "accuracy",
    "fit",
    "glorot_normal",
    "he_normal",
    "mlp",
    "predict",
]
