"""Arrays and traces in, figures out; never layers.

``outer_product``, ``sparsity``, ``matrix`` and ``jacobian`` show every number of an array,
``shape_ledger`` the sizes of products, ``layer_graph`` the slopes along the arrows of a layer,
``computation_graph`` what flowed along every arrow of a recorded computation, ``mirrored_graph`` a
network's values and their gradients, ``curves`` functions, ``deltas`` a size per layer. A figure
shows itself in a notebook as SVG and prints the same content as text.

``learning_curves``, ``decision_regions`` and ``images`` show what training did: pictures, because
training ends in slightly different numbers on different processors.
"""

from .bars import deltas
from .circuit import computation_graph
from .functions import curves
from .graph import layer_graph
from .learning import learning_curves
from .matrices import jacobian, matrix
from .mirror import mirrored_graph
from .picture import Picture
from .pixels import images
from .plots import outer_product, sparsity
from .regions import decision_regions
from .shapes import shape_ledger
from .svg import Figure

__all__ = [
    "Figure",
    "Picture",
    "computation_graph",
    "curves",
    "decision_regions",
    "deltas",
    "images",
    "jacobian",
    "layer_graph",
    "learning_curves",
    "matrix",
    "mirrored_graph",
    "outer_product",
    "shape_ledger",
    "sparsity",
]
