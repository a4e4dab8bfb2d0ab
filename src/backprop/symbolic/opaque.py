"""Functions about which nothing is known but that they can be differentiated."""

from functools import cache

import sympy as sp

PRIMES = "′″‴"


@cache
def opaque(name, labels, orders=(), kind="cost"):
    """Return the SymPy function `name`, differentiated at the argument positions `orders`.

    The result is one class per (name, labels, orders), so that two derivatives taken in different
    orders are equal, and so that SymPy's chain rule meets nothing but products of known things.

    Parameters
    ----------
    name : str
        What the function is called, such as ``"σ"`` or ``"C"``.
    labels : tuple of str
        The names of its arguments, used in messages: ∂C/∂z_1.
    orders : tuple of int
        Positions of the arguments after which it was differentiated, sorted.
    kind : str
        What it belongs to, so that a cost named f_1 is not the first entry of a map f.
    """

    def fdiff(self, argindex=1):
        after = tuple(sorted((*orders, argindex - 1)))
        return opaque(name, labels, after, kind)(*self.args)

    def write(self, printer=None):
        if len(labels) == 1:
            place = self.args[0] if labels == ("z",) else labels[0]
            return f"{name}{PRIMES[len(orders) - 1] if orders else ''}({place})"
        below = " ".join(f"∂{labels[k]}" for k in orders)
        power = {0: "", 1: "∂"}.get(len(orders), f"∂^{len(orders)} ")
        return f"{power}{name}/{below}" if orders else name

    body = {
        "fdiff": fdiff,
        "_sympystr": write,
        "is_opaque": True,
        "is_commutative": True,
        "is_real": True,
        "key": (name, labels, orders) if kind == "cost" else (name, labels, orders, kind),
    }
    return type(f"{name}_{'_'.join(map(str, orders))}", (sp.Function,), body)


class Kink(sp.Function):
    """The slope of something at a kink: about it nothing is known, not even that there is one."""

    is_commutative = True
    is_real = True
    key = ("kink",)

    def fdiff(self, argindex=1):
        return Kink(*self.args, sp.Integer(argindex))

    def _sympystr(self, printer=None):
        return "the slope at a kink"
