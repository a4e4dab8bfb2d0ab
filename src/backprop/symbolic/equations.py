"""Equations that prove themselves when their cell runs (introduced by chapter 4).

A cell states what the left side *means* and what the right side *claims*.  Running it proves the
claim, rejects its plausible wrong versions, and shows the formula, printed from the very
expressions that were proved.
"""

from __future__ import annotations

import re

from ..errors import ClaimError, UnknownNameError, sentence
from . import records
from .derivatives import Gradient
from .entries import Entry
from .expression import lift
from .leaves import Let, Symbol
from .numpycode import numpy_code
from .page import page
from .printing import latex, plain
from .trial import prove_step, reject_all

__all__ = ["claim", "definition", "derivation", "equation", "restate"]


def equation(label, meaning, claimed, *, rejects, code=None):
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
    return derivation(label, meaning, claimed, rejects=rejects, code=code)


def derivation(label, meaning, *steps, rejects, code=None):
    """Prove a chain of equal expressions, and show it as aligned steps.

    Parameters
    ----------
    label, meaning, rejects, code
        As in `equation`; the wrong versions are compared with `meaning`.
    *steps : Expr or (Expr, str)
        Each proved equal to the one before; the text says why, for the reader.
    """
    meaning = lift(meaning)
    steps, reasons = zip(*(s if isinstance(s, tuple) else (s, "") for s in steps), strict=True)
    chain = [meaning, *map(lift, steps)]
    rejects = {name: lift(w() if callable(w) else w) for name, w in rejects.items()}
    page.admit(label, *chain, *rejects.values())
    proofs = [prove_step(label, a, b) for a, b in zip(chain, chain[1:], strict=False)]
    record = {
        **blank(label, "identity" if len(steps) == 1 else "derivation", chain),
        "sizes": {k: v for proof in proofs for k, v in proof.sizes.items()},
        "all_sizes": all(proof.all_sizes for proof in proofs),
        "rejects": reject_all(label, meaning, rejects),
        **implemented(code, chain[-1]),
    }
    if len(steps) > 1:
        record["steps"] = [
            {"latex": latex(step, page=True), "why": why}
            for step, why in zip(steps, reasons, strict=True)
        ]
    return page.keep(record)


def definition(label, symbol, meaning=None, *, code=None):
    """Show what a symbol stands for.

    Parameters
    ----------
    label : str
    symbol : Expr
        A symbol made by `let`; or one entry, given together with its `meaning`.
    meaning : Expr, optional
        What the entry stands for; checked like a claim.
    code : str, optional
        What computes the symbol in the package: ``"nn.Affine.forward:Z"``.
    """
    if meaning is None and not isinstance(symbol, Let):
        raise ClaimError(f"definition {label}: {symbol!r} stands for nothing. Use let first.")
    if meaning is not None and not isinstance(symbol, Entry):
        raise ClaimError(f"definition {label}: {symbol!r} is no new symbol. Use equation instead.")
    introduced = {symbol} if meaning is None else set()
    meaning = symbol.meaning if meaning is None else meaning
    page.admit(label, symbol, meaning, introduces=introduced)
    proof = prove_step(label, symbol, meaning)
    record = {
        **blank(label, "definition", [symbol, meaning]),
        "sizes": proof.sizes,
        "all_sizes": proof.all_sizes,
        **implemented(code, meaning),
    }
    return page.keep(record)


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


def blank(label, kind, chain):
    """Return the part of a record that every kind has."""
    return {
        "label": label,
        "kind": kind,
        "latex": aligned([latex(part) for part in chain]),
        "latex_page": aligned([latex(part, page=True) for part in chain]),
        "plain": " = ".join(plain(part) for part in chain),
        "sizes": {},
        "all_sizes": False,
        "rejects": [],
        "code": None,
    }


def aligned(parts):
    """Join the sides of an equation; more than one step goes below the other."""
    if len(parts) == 2:
        return " = ".join(parts)
    rows = [f"{parts[0]} &= {parts[1]}", *(f"&= {part}" for part in parts[2:])]
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def implemented(code, claimed):
    """Return what a test needs in order to compare a claim with the package's code."""
    if code is None:
        return {}
    arrays = {part for part in claimed.walk() if isinstance(part, (Symbol, Gradient))}
    names = {numpy_code(part): [str(d) for d in part.dims] for part in arrays}
    formula = numpy_code(claimed)
    used = {name: names[name] for name in sorted(names) if re.search(rf"\b{name}\b", formula)}
    shape = [str(d) for d in claimed.dims]
    return {"code": code, "numpy": formula, "arrays": used, "shape": shape}
