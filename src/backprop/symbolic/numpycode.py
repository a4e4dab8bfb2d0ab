"""A formula as a NumPy expression, so that a test can compare it with the package's code."""

import re

import sympy as sp
from sympy.printing.numpy import NumPyPrinter

from .algebra import Add, Diag, Inner, MatMul, Negative, Product, Quotient, Transpose
from .derivatives import Gradient
from .entries import Delta, Entry, Total
from .expression import Index, Number, Size
from .leaves import Array, Let, Ones, Scalar, Symbol
from .pointwise import Apply
from .scalars import SIGNS, Cases, Constant, Power, Relation
from .softmax import Softmax
from .tables import Table, Zeros


def binary(sign):
    """Return the row of an operator with two sides."""
    return lambda e: f"({numpy_code(e.left)} {sign} {numpy_code(e.right)})"


def identifier(name):
    """Return a name as Python can read it: W1 for W^(1)."""
    return re.sub(r"\W", "_", re.sub(r"[\^(){}\[\]]", "", name).replace("+", "_plus_"))


def named(e):
    """Return the name of a symbol."""
    return identifier(e.name)


def applied(e):
    """Return a function of an argument; one with a formula is written out."""
    argument = numpy_code(e.inside)
    if e.function.formula is None:
        return f"{identifier(e.function.name)}{'_prime' * e.order}({argument})"
    formula = NumPyPrinter().doprint(e.function.at(ARGUMENT, e.order))
    return f"(lambda _z: {formula.replace('numpy.', 'np.')} + 0 * _z)({argument})"


def softmax(e):
    """Return the softmax along its axis."""
    powers = f"np.exp({numpy_code(e.inside)})"
    return f"({powers} / {powers}.sum(axis={e.axis}, keepdims=True))"


def entry(e):
    """Return one entry; where it stands is counted by the sums around it."""
    places = (i.name if isinstance(i, Index) else str(i) for i in (e.row, e.column))
    return f"{numpy_code(e.array)}[{', '.join(places)}]"


def cases(e):
    """Return values by condition."""
    if e.form == "max":
        return f"np.maximum({', '.join(map(numpy_code, e.values))})"
    conditions, values = (
        ", ".join(map(numpy_code, part)) for part in (e.conditions, e.values[:-1])
    )
    return f"np.select([{conditions}], [{values}], {numpy_code(e.values[-1])})"


ARGUMENT = sp.Symbol("_z", real=True)
PYTHON = {"≥": ">=", "≤": "<=", "=": "==", "≠": "!="} | {
    sign: sign for sign in SIGNS if sign in "<>"
}
FORMS = {
    Number: lambda e: f"({e.number})",
    Constant: lambda e: f"np.{e.number}",
    Size: named,
    Array: named,
    Let: named,
    Scalar: named,
    Ones: lambda e: f"np.ones(({e.rows.name}, 1))",
    Zeros: lambda e: f"np.zeros(({', '.join(getattr(d, 'name', str(d)) for d in e.dims)}))",
    Gradient: lambda e: f"d{named(e.wrt)}",
    Transpose: lambda e: f"{numpy_code(e.inside)}.T",
    Negative: lambda e: f"(-{numpy_code(e.inside)})",
    Diag: lambda e: f"np.diag({numpy_code(e.inside)}[:, 0])",
    Apply: applied,
    Softmax: softmax,
    Power: lambda e: f"({numpy_code(e.inside)} ** ({e.exponent}))",
    Entry: entry,
    Delta: lambda e: f"({e.left.name} == {e.right.name})",
    Total: lambda e: (
        f"sum({numpy_code(e.inside)} for {e.index.name} in range({e.index.size.name}))"
    ),
    Table: lambda e: f"np.array([{', '.join(f'[{row}]' for row in map(listed, e.rows))}])",
    Cases: cases,
    Relation: lambda e: f"({numpy_code(e.left)} {PYTHON[e.sign]} {numpy_code(e.right)})",
    Inner: lambda e: f"np.sum({numpy_code(e.left)} * {numpy_code(e.right)})",
    MatMul: binary("@"),
    Product: binary("*"),
    Quotient: binary("/"),
    Add: binary("+"),
}


def listed(entries):
    """Return entries with commas between them."""
    return ", ".join(map(numpy_code, entries))


def numpy_code(expression):
    """Return a NumPy expression with the same value.

    Raises
    ------
    TypeError
        For an expression that the package's arrays have no name for, such as Ẇ or a Jacobian.
    """
    if type(expression) not in FORMS:
        raise TypeError(f"no NumPy form for {expression!r}, a {type(expression).__name__}")
    return FORMS[type(expression)](expression)


def tie(code, claimed):
    """Return what a test needs in order to compare a formula with the package's code.

    A symbol that stands for something that NumPy can compute is computed: ``lets`` says how, in
    order. The other arrays are listed with their shapes.
    """
    formula, lets = numpy_code(claimed), {}
    collect(claimed, formula, lets)
    known = {
        numpy_code(p): p
        for text in (claimed, *lets.values())
        for p in text.walk()
        if isinstance(p, (Symbol, Gradient)) and type(p) in FORMS
    }
    texts = {name: numpy_code(let) for name, let in lets.items()}
    used = [
        n
        for n in sorted(known)
        if n not in lets
        and any(re.search(rf"\b{n}\b", text) for text in (formula, *texts.values()))
    ]
    record = {
        "code": code,
        "numpy": formula,
        "arrays": {name: [str(d) for d in known[name].dims] for name in used},
        "shape": [str(d) for d in claimed.dims],
    }
    return record | ({"lets": texts} if texts else {})


def collect(expression, formula, lets):
    """Gather the definitions that a formula needs, the innermost first."""
    for part in expression.walk():
        name = named(part) if isinstance(part, Let) and computable(part.meaning) else ""
        if name and name not in lets and re.search(rf"\b{name}\b", formula):
            collect(part.meaning, numpy_code(part.meaning), lets)
            lets[name] = part.meaning


def computable(meaning):
    """Tell whether NumPy can compute an expression: all functions in it have formulas."""
    return all(
        type(part) in FORMS and not (isinstance(part, Apply) and part.function.formula is None)
        for part in meaning.walk()
    )
