"""Equations that prove themselves when their cell runs (introduced by chapter 4).

A cell states what the left side *means* and what the right side *claims*.  Running it proves the
claim, rejects its plausible wrong versions, and shows the formula, printed from the very
expressions that were proved.
"""

from __future__ import annotations

import re

from . import records
from .printing import latex, numpy_code, plain
from .proof import Proof, compare, fit, prove
from .symbols import Array, Gradient, Let, MisfitError, lift

__all__ = ["claim", "definition", "derivation", "equation", "restate"]


class ClaimError(AssertionError):
    """A claim that is wrong, or that nothing was proved about."""


class RejectError(AssertionError):
    """A wrong version that turned out right, or too few wrong versions to prove anything."""


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
    known(label, *chain)
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
    return session.keep(record)


def definition(label, symbol, meaning=None, *, code=None):
    """Show what a symbol stands for.

    Parameters
    ----------
    label : str
    symbol : Expr
        A symbol made by `let`; or a new way of writing, given together with its `meaning`.
    meaning : Expr, optional
        What a new way of writing stands for; checked like a claim.
    code : str, optional
        What computes the symbol in the package: ``"nn.Affine.forward:Z"``.
    """
    if meaning is None:
        if not isinstance(symbol, Let):
            raise ClaimError(f"definition {label}: {symbol!r} stands for nothing. Use let first.")
        known(label, symbol.meaning)
        session.introduce(label, symbol)
        meaning = symbol.meaning
    else:
        known(label, symbol, meaning)
    proof = prove_step(label, symbol, meaning)
    record = {
        **blank(label, "definition", [symbol, meaning]),
        "sizes": proof.sizes,
        "all_sizes": proof.all_sizes,
        **implemented(code, meaning),
    }
    return session.keep(record)


def claim(label, left, right, *, source, reason):
    """Show a cited formula that is not proved here.

    Parameters
    ----------
    label : str
    left, right : Expr
        Compared at one point all the same: a claim that is refuted there is refused.
    source : str
        Who proved it, as a citation.
    reason : str
        Why no proof is given here.
    """
    if not source or not reason:
        raise ClaimError(f"claim {label}: a cited formula needs a source and a reason.")
    known(label, left, right)
    fit(left, right)
    different = compare(left, right)
    if different:
        raise ClaimError(f"claim {label}: {plain(left)} = {plain(right)} is wrong: {different}.")
    record = {**blank(label, "claim", [left, right]), "source": source, "reason": reason}
    return session.keep(record)


def restate(*labels):
    """Show earlier equations again, unnumbered, from their records.

    Looks among the equations of this session, then in the stored notebooks of the book.
    """
    stored = None
    for label in labels:
        if label.lower() not in session.records:
            stored = records.by_label(records.find_book()) if stored is None else stored
            if label not in stored:
                raise KeyError(f"restate: no equation is labelled {label!r}.")
        record = session.records.get(label.lower()) or stored[label]
        formula = {part: record[part] for part in ("latex", "latex_page", "plain")}
        again = {**formula, "label": None, "kind": "restatement", "of": label}
        records.display(records.Shown(again))


# ── parts of a record ─────────────────────────────────────────────────────────────────────────


def blank(label, kind, chain):
    """Return the part of a record that every kind has."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", label):
        raise ClaimError(f"label {label!r}: expected lower-case words joined by hyphens.")
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
    arrays = {part for part in claimed.walk() if isinstance(part, (Array, Let, Gradient))}
    names = {numpy_code(part): [str(d) for d in part.dims] for part in arrays}
    formula = numpy_code(claimed)
    used = {name: names[name] for name in sorted(names) if re.search(rf"\b{name}\b", formula)}
    shape = [str(d) for d in claimed.dims]
    return {"code": code, "numpy": formula, "arrays": used, "shape": shape}


def prove_step(label, left, right):
    """Return the proof that two sides are equal, or raise `ClaimError`."""
    try:
        outcome = prove(left, right)
    except MisfitError as misfit:
        raise ClaimError(f"{label}: the shapes of the claim do not fit. {misfit}") from None
    if isinstance(outcome, Proof):
        return outcome
    raise ClaimError(
        f"{label}: {plain(left)} = {plain(right)} is wrong. For the left side {outcome.where} is "
        f"{outcome.left}, for the right side {outcome.right}, at {outcome.point}."
    )


def reject_all(label, meaning, rejects):
    """Return how each wrong version was rejected, or raise `RejectError`."""
    rejected = [reject(label, meaning, name, wrong) for name, wrong in rejects.items()]
    if len(rejected) < 2:
        raise RejectError(
            f"{label}: {len(rejected)} wrong version(s), expected at least 2. A check that "
            "nothing can fail proves nothing."
        )
    if all(r["by"] == "shape" for r in rejected):
        raise RejectError(
            f"{label}: every wrong version is rejected by its shape. Add one of the right shape, "
            "so that the values are tested too."
        )
    return rejected


def reject(label, meaning, name, wrong):
    """Return how one wrong version was rejected."""
    written = {"name": name, "latex": "", "plain": ""}
    try:
        wrong = lift(wrong() if callable(wrong) else wrong)
        written |= {"latex": latex(wrong, page=True), "plain": plain(wrong)}
        fit(meaning, wrong)
    except MisfitError as misfit:
        return {**written, "by": "shape", "detail": str(misfit)}
    outcome = compare(wrong, meaning)
    if not outcome:
        raise RejectError(
            f"{label}: the wrong version {name!r}, {plain(wrong)}, is right. "
            "Either it is no mistake or the equation does not say what it should."
        )
    return {**written, "by": "value", "detail": f"{outcome}."}


def known(label, *expressions):
    """Raise unless every symbol in the expressions was defined on the page before."""
    for part in (part for expression in expressions for part in expression.walk()):
        if isinstance(part, Let) and part not in session.introduced.values():
            raise ClaimError(
                f"{label}: {part.name} is used before it is defined. Show definition(…) first."
            )


class Session:
    """What this kernel has shown so far."""

    def __init__(self):
        self.records, self.introduced = {}, {}

    def introduce(self, label, symbol):
        """Remember a definition; a symbol means one thing."""
        before = self.introduced.setdefault(symbol.name, symbol)
        if before != symbol:
            raise ClaimError(
                f"definition {label}: {symbol.name} already stands for {plain(before.meaning)}."
            )

    def keep(self, record):
        """Remember a record; a label names one formula, but its cell may run again."""
        before = self.records.setdefault(record["label"], record)
        if before["latex"] != record["latex"]:
            raise ClaimError(f"label {record['label']!r} already names {before['plain']}.")
        return records.Shown(record)


session = Session()
