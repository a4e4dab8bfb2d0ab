"""Exercises that stand in no chapter: small enough to try everything on them."""

from backprop.check import recipes
from backprop.check.formula import quantity
from backprop.study.exercise import Exercise, Wrong
from backprop.study.function import Function
from backprop.study.values import Choice, Number, Shapes

HERE = ("04_affine", "By hand")
THERE = ("03_checking", "What: is noise?")

FUNCTION = """def backward(X, W, dZ):
    ...  # return dW, db, dX"""
ONE_RESULT = """def product(X, W):
    ...  # return Z"""
CLASS = """class Layer:
    def __init__(self, W):
        self.W = W

    def forward(self, X):
        self.X = X
        return X @ self.W.T

    def backward(self, dZ):
        ...  # set self.dW, return dX"""
BLANKS = """def product(X, W):
    return X[..., ...] @ ..."""


def exercise(kind, stub, hints=("Look.", "Look again.")):
    see, name = (HERE,), "tiny-1"
    return Exercise(name, 1, "A tiny one", "nothing", kind, stub, hints, see, "04_affine")


def play(layer, given):
    made = layer(given["W"])
    made.forward(given["X"])
    dX = made.backward(given["dZ"])
    return {"dW": getattr(made, "dW", None), "dX": dX}


X, W, dZ = quantity("X", "N", "D"), quantity("W", "H", "D"), quantity("dZ", "N", "H")

function = exercise(Function(recipes.affine(), ("X", "W", "dZ"), "It is."), FUNCTION)
product = exercise(Function({"Z": X @ W.T}, ("X", "W"), "It is."), ONE_RESULT)
blanks = exercise(Function({"Z": X @ W.T}, ("X", "W"), "It is."), BLANKS)
layer = exercise(Function({"dW": dZ.T @ X, "dX": dZ @ W}, ("dZ",), "It is.", play=play), CLASS)
number = exercise(
    Number(-48.0, "It is.", (Wrong("input forgotten", 12.0, "The input?", (THERE,)),)),
    "slope = ...  # a number",
)
rounded = exercise(Number(2 / 3, "It is.", decimals=2), "slope = ...")
shapes = exercise(
    Shapes(
        {"Z": (6, 2), "dW": (2, 5), "db": (2,)},
        "They are.",
        {6: "examples", 2: "outputs", 5: "inputs"},
        {"db": (Wrong("kept per example", (6, 2), "there is one bias.", (THERE,)),)},
    ),
    'shapes = {"Z": ..., "dW": ..., "db": ...}',
)
choice = exercise(
    Choice("b", "It is.", (Wrong("mean", "a", "No mean."), Wrong("kept", "c", "All?", (THERE,)))),
    "option = ...",
)


def right(X, W, dZ):
    return dZ.T @ X, dZ.sum(axis=0), dZ @ W


def judged(exercise, answer):
    """Return the verdict on an answer."""
    return exercise.kind.judge(answer, exercise)
