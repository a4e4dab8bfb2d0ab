"""Backpropagation: derived, checked, run — the shared package.

`backprop.nn` holds layers whose backward is derived by hand; `backprop.check` holds the witnesses
that say whether a gradient is right. Both need NumPy alone. Used by every chapter.
"""

from backprop import check, nn

__all__ = ["check", "nn"]
__version__ = "0.1.0"
