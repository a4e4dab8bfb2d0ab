"""The exercises: ``check("affine-3", answer)``, ``hint("affine-3")``, ``progress()``.

An exercise is declared once, in this folder's file for its chapter; the engine judges an answer and
says why it is wrong. A check needs NumPy alone, and SymPy where the answer is an expression.
Introduced in chapter 2.
"""

from backprop.study.session import check, exercises, hint, progress

__all__ = ["check", "exercises", "hint", "progress"]
