"""Backpropagation: derived, checked, run — the shared package.

`backprop.nn` holds layers whose backward is derived by hand; `backprop.check` holds the witnesses
that say whether a gradient is right. Both need NumPy alone, and are loaded when they are first
used. Used by every chapter.
"""

__all__ = ["check", "nn"]
__version__ = "0.1.0"


def __getattr__(name):
    """Return what is loaded when it is used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return importlib.import_module(f"{__name__}.{name}")


def __dir__():
    """Return all names, those that are not loaded yet among them."""
    return sorted({*globals(), *__all__})
