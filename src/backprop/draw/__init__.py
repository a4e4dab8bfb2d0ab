"""Arrays and traces in, figures out; never layers.

``outer_product`` and ``sparsity`` show every number of an array, ``shape_ledger`` the sizes of
products, ``layer_graph`` the slopes along the arrows of a layer. A figure shows itself in a
notebook as SVG and prints the same content as text.
"""

from .graph import layer_graph
from .plots import outer_product, sparsity
from .shapes import shape_ledger
from .svg import Figure

__all__ = ["Figure", "layer_graph", "outer_product", "shape_ledger", "sparsity"]
