"""Show the package's own source in a notebook, so that a chapter quotes what really runs.

The stored output is the source as it was; when the code changes, re-running the chapter gives
another output, and its test fails in the chapter that quotes it.
"""

import inspect
import textwrap


class Source:
    """The source of a function or class, shown as a highlighted block of code."""

    def __init__(self, *things):
        self.text = "\n".join(textwrap.dedent(inspect.getsource(thing)) for thing in things)

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self.text, "text/markdown": f"```python\n{self.text}```"}


def source(*things):
    """Return the source of functions, methods or classes, for display in a notebook.

    Parameters
    ----------
    *things : function, method or class
        Shown one after the other.

    Raises
    ------
    TypeError
        For anything that has no Python source.

    Examples
    --------
    >>> from backprop.nn import Affine
    >>> print(source(Affine.forward))  # doctest: +ELLIPSIS
    def forward(self, X):
        ...
    """
    return Source(*things)
