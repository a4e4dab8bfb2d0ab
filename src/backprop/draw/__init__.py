"""Arrays and traces in, figures out; never layers.

``outer_product`` and ``sparsity`` show every number of an array, ``shape_ledger`` the sizes of
products. A figure shows itself in a notebook as SVG and prints as a table of the same content.
"""

from .plots import outer_product, sparsity
from .shapes import shape_ledger
from .svg import Figure

__all__ = ["Figure", "outer_product", "shape_ledger", "sparsity"]
