"""A formula on trial: its claim is proved, its wrong versions are rejected, or the cell raises."""

from ..errors import ClaimError, MisfitError, RejectError, UndecidedError
from .expression import same_dims
from .hypotheses import NOTHING
from .printing import latex, plain
from .proof import Proof, compare, prove


def prove_step(label, left, right, cited=False, where=NOTHING):
    """Return the proof that two sides are equal, or raise `ClaimError`.

    A cited formula need not be provable here; it must not be refuted.
    """
    if left == right:
        raise ClaimError(f"{label}: both sides are {plain(left)}; that says nothing.")
    try:
        outcome = prove(left, right, where)
    except MisfitError as misfit:
        raise ClaimError(f"{label}: the shapes of the claim do not fit. {misfit}") from None
    except UndecidedError as undecided:
        if cited:
            return None
        raise UndecidedError(f"{label}: {undecided}") from None
    if isinstance(outcome, Proof):
        return outcome
    raise ClaimError(
        f"{label}: {plain(left)} = {plain(right)} is wrong. For the left side {outcome.where} is "
        f"{outcome.left}, for the right side {outcome.right}, at {outcome.point}."
    )


def reject_all(label, meaning, rejects, where=NOTHING):
    """Return how each wrong version was rejected, or raise `RejectError`."""
    rejected = [reject(label, meaning, name, wrong, where) for name, wrong in rejects.items()]
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


def reject(label, meaning, name, wrong, where=NOTHING):
    """Return how one wrong version was rejected: its shape does not fit, or its value differs."""
    written = {"name": name, "latex": latex(wrong, page=True), "plain": plain(wrong)}
    try:
        if wrong.dims == (1, 1) and not meaning.dims:
            wrong = wrong[0, 0]  # one number is one number
        same_dims("a wrong version of another shape", meaning, wrong)
    except MisfitError as misfit:
        return {**written, "by": "shape", "detail": str(misfit)}
    difference = compare(wrong, meaning, where)
    if difference:
        return {**written, "by": "value", "detail": f"{difference}."}
    raise RejectError(
        f"{label}: the wrong version {name!r}, {plain(wrong)}, is right. "
        "Either it is no mistake or the equation does not say what it should."
    )
