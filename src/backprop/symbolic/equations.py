"""Equations that prove themselves when their cell runs (introduced by chapter 2).

A cell states what the left side *means* and what the right side *claims*.  Running it proves the
claim, rejects its plausible wrong versions, and shows the formula, printed from the very
expressions that were proved.
"""

from __future__ import annotations

import sympy as sp

from ..errors import ClaimError, UnknownNameError, sentence
from . import records
from .entries import Entry
from .expression import lift
from .hypotheses import NOTHING, hypotheses
from .leaves import Let, Scalar, Symbol
from .numpycode import tie
from .page import page
from .pointwise import Apply, Elementwise
from .printing import latex, plain
from .trial import prove_step, reject_all

__all__ = ["claim", "convention", "definition", "derivation", "equation", "restate"]


def equation(label, meaning, claimed, *, rejects, where=None, code=None):
    """Prove that `meaning` equals `claimed`, reject the wrong versions, and show the formula.

    Parameters
    ----------
    label : str
        Lower-case words joined by hyphens; ``{eq}`` finds the equation by it from any page.
    meaning : Expr
        The left side, such as ``gradient(C, W)``: computed by SymPy from its definition.
    claimed : Expr
        The right side, such as ``dZ.T @ X``.
    rejects : dict of str to Expr
        At least two wrong versions that a person would write, each with a name.  Shapes that do
        not fit count as rejected, but at least one version must be rejected by its value.
        A function of no arguments is called to make the expression.
    where : Relation or sequence of Relation, optional
        What is assumed, shown behind the formula: ``equal(total(y[k], k), 1)``, ``unequal(x, y)``,
        ``x > 0``.
    code : str, optional
        What computes the right side in the package: ``"nn.Affine.backward:dW"``.

    Returns
    -------
    Shown
        Displays the formula, numbered, with what was checked.

    Raises
    ------
    ClaimError
        When the claim is wrong; names the first entry that differs and the point.
    RejectError
        When a wrong version is right, or when no wrong version is rejected by value.
    UndecidedError
        When there is neither a proof nor a witness.

    Examples
    --------
    >>> from backprop.symbolic import *
    >>> D, H = sizes(D=3, H=4)
    >>> W, x = matrix("W", H, D), vector("x", D)
    >>> z = let("v", W @ x)
    >>> _ = definition("example-v", z)
    >>> C = cost("C")
    >>> dv = gradient(C(z), z)
    >>> equation("example-grad-x", gradient(C(z), x), W.T @ dv,
    ...          rejects={"no transpose": W @ dv, "sign": -(W.T @ dv)})
    ∇_x C = Wᵀ (∇_v C)
    """
    return derivation(label, meaning, claimed, rejects=rejects, where=where, code=code)


def derivation(label, meaning, *steps, rejects, where=None, code=None):
    """Prove a chain of equal expressions, and show it as aligned steps.

    Parameters
    ----------
    label, meaning, rejects, where, code
        As in `equation`; the wrong versions are compared with `meaning`.
    *steps : Expr or (Expr, str)
        Each proved equal to the one before; the text says why, for the reader.
    """
    meaning = lift(meaning)
    steps, reasons = zip(*(s if isinstance(s, tuple) else (s, "") for s in steps), strict=True)
    chain = [meaning, *map(lift, steps)]
    rejects = {name: lift(w() if callable(w) else w) for name, w in rejects.items()}
    where = hypotheses(where)
    page.admit(label, *chain, *rejects.values(), *where.relations)
    proofs = [prove_step(label, a, b, where=where) for a, b in zip(chain, chain[1:], strict=False)]
    record = {
        **blank(label, "identity" if len(steps) == 1 else "derivation", chain, where),
        "sizes": {k: v for proof in proofs for k, v in proof.sizes.items()},
        "all_sizes": all(proof.all_sizes for proof in proofs),
        "rejects": reject_all(label, meaning, rejects, where),
        **implemented(code, chain[-1]),
    }
    if len(steps) > 1:
        record["steps"] = [
            {"latex": latex(step, page=True), "why": why}
            for step, why in zip(steps, reasons, strict=True)
        ]
    return page.keep(record)


def definition(label, *symbols, code=None):
    """Show what symbols stand for; several stand below each other.

    Parameters
    ----------
    label : str
    *symbols : Expr
        Symbols made by `let`; or functions made by `elementwise` with a formula, at a number:
        ``sigmoid(z)``; or one entry, followed by what it stands for, which is checked.
    code : str, optional
        What computes the symbol in the package: ``"nn.Affine.forward:Z"``.
    """
    if isinstance(symbols[0], Entry) and len(symbols) == 2:
        introduced, pairs = set(), [(symbols[0], lift(symbols[1]))]
    else:
        introduced = {symbol for symbol in symbols if isinstance(symbol, Let)}
        pairs = [(named(symbol), stands_for(label, symbol)) for symbol in symbols]
    page.admit(label, *(side for pair in pairs for side in pair), introduces=introduced)
    proofs = [prove_step(label, symbol, meaning) for symbol, meaning in pairs]
    record = {
        **blank(label, "definition", pairs[0]),
        **({} if len(pairs) == 1 else program(pairs)),
        "sizes": {k: v for proof in proofs for k, v in proof.sizes.items()},
        "all_sizes": all(proof.all_sizes for proof in proofs),
        **implemented(code, pairs[-1][1]),
    }
    return page.keep(record)


def named(symbol):
    """Return a function with an argument, and any other symbol as it is."""
    return symbol(Scalar("z")) if isinstance(symbol, Elementwise) else symbol


def stands_for(label, symbol):
    """Return what a symbol or a function stands for, or raise `ClaimError`."""
    symbol = named(symbol)
    if isinstance(symbol, Let):
        return symbol.meaning
    if isinstance(symbol, Apply) and symbol.function.written and not symbol.order:
        return formula_of(label, symbol)
    if isinstance(symbol, (Symbol, Apply)):
        raise ClaimError(f"definition {label}: {symbol!r} stands for nothing. Use let first.")
    raise ClaimError(f"definition {label}: {symbol!r} is no new symbol. Use equation instead.")


def formula_of(label, applied):
    """Return what a function's formula makes of its argument, or raise `ClaimError`."""
    try:
        return lift(applied.function.written(applied.inside))
    except (sp.SympifyError, TypeError, ValueError):
        name = applied.function.name
        raise ClaimError(
            f"definition {label}: the formula of {name} is written in SymPy's words. Write it "
            "with exp, log, tanh, piecewise … of backprop.symbolic, so that it can be shown."
        ) from None


def program(pairs):
    """Return the formulas of several definitions, one below the other."""
    texts = {part: [[write(e) for e in pair] for pair in pairs] for part, write in WRITTEN.items()}
    rows = {part: [f"{a} &= {b}" for a, b in text] for part, text in texts.items()}
    formulas = {
        part: "\\begin{aligned}\n" + " \\\\\n".join(text) + "\n\\end{aligned}"
        for part, text in rows.items()
    }
    return {**formulas, "plain": ", ".join(f"{a} = {b}" for a, b in texts["plain"])}


WRITTEN = {"latex": latex, "latex_page": lambda e: latex(e, page=True), "plain": plain}


def convention(name):
    """Go on in a convention with names of its own: ``convention("W as inputs × outputs")``.

    Within one convention a name means one thing; under another it may mean something else.  The
    records say in which convention they were shown.  The same name takes an earlier one up again;
    ``convention(None)`` is the book's own.
    """
    page.open(name)


def claim(label, left, right, *, source, reason):
    """Show a cited formula that is not proved here.

    Parameters
    ----------
    label : str
    left, right : Expr
        Tried all the same: a claim with a witness against it is refused.
    source : str
        Who proved it, as a citation.
    reason : str
        Why no proof is given here.
    """
    if not source or not reason:
        raise ClaimError(f"claim {label}: a cited formula needs a source and a reason.")
    page.admit(label, left, right)
    prove_step(label, left, right, cited=True)
    record = {**blank(label, "claim", [left, right]), "source": source, "reason": reason}
    return page.keep(record)


def restate(*labels):
    """Show earlier equations again, unnumbered, from their records.

    Looks among the equations of this notebook, then in the stored notebooks of the book.
    """
    stored = None
    for label in labels:
        if label not in page.records:
            stored = records.by_label(records.find_book()) if stored is None else stored
            if label not in stored:
                got, move = f"no equation is labelled {label!r}", "Spell it as the ledger does."
                raise UnknownNameError(sentence("restate", got, "a label of the book", move))
        record = page.records.get(label) or stored[label]
        formula = {part: record[part] for part in ("latex", "latex_page", "plain")}
        again = {**formula, "label": None, "kind": "restatement", "of": label}
        records.display(records.Shown(again))


# ── parts of a record ─────────────────────────────────────────────────────────────────────────


def blank(label, kind, chain, where=NOTHING):
    """Return the part of a record that every kind has."""
    written = {part: [write(e) for e in where.relations] for part, write in WRITTEN.items()}
    return {
        "label": label,
        "kind": kind,
        "latex": aligned([latex(part) for part in chain], assumed(written["latex"])),
        "latex_page": aligned(
            [latex(part, page=True) for part in chain], assumed(written["latex_page"])
        ),
        "plain": " = ".join(plain(p) for p in chain) + assumed(written["plain"], "   if {}"),
        "sizes": {},
        "all_sizes": False,
        "rejects": [],
        "code": None,
    }


def assumed(conditions, pattern=r" \quad\text{{if }} {}"):
    """Return what is written behind a formula that assumes something."""
    return pattern.format(", ".join(conditions)) if conditions else ""


def aligned(parts, condition=""):
    """Join the sides of an equation; more than one step goes below the other.

    What is assumed stands behind a single step, and below several: beside them it is too wide for
    a telephone.
    """
    if len(parts) == 2:
        return " = ".join(parts) + condition
    rows = [f"{parts[0]} &= {parts[1]}", *(f"&= {part}" for part in parts[2:])]
    rows += [f"&{condition}"] if condition else []
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def implemented(code, claimed):
    """Return what a test needs in order to compare a claim with the package's code."""
    return {} if code is None else tie(code, claimed)
