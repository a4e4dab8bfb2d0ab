"""SymPy states an equation, proves it, rejects its wrong versions and prints it (chapter 2)."""

from . import symbols
from .equations import claim, convention, definition, derivation, equation, restate
from .symbols import *  # noqa: F403 (the words of a statement are listed there)

__all__ = [
    "claim",
    "convention",
    "definition",
    "derivation",
    "equation",
    "restate",
    *symbols.__all__,
]
