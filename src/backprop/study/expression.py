"""Exercises whose answer is an expression: any algebraically equal form is right.

SymPy decides, loaded when such an answer is judged. Introduced in chapter 2.
"""

from collections.abc import Callable
from typing import NamedTuple

from backprop.check.diagnosis import listed
from backprop.errors import MisfitError, UndecidedError
from backprop.study import stubs
from backprop.study.exercise import UNTRIED, right, wrong
from backprop.study.noticed import Noticed
from backprop.study.returned import by_name, is_blank
from backprop.study.watch import Watch
from backprop.study.words import kind

OTHERS = ("all others 0", "all quantities 0")  # how a witness ends if it does not name them all


class Symbolic(NamedTuple):
    """A function is asked for that puts symbols together to an expression.

    Attributes
    ----------
    symbols : callable
        Returns the arguments by name, expressions of `backprop.symbolic` or of SymPy.
    answers : dict of str to callable
        What is right, by the names of the results: ``{"dW": lambda X, dZ: dZ.T @ X}``.
    because : str
    wrong : dict of str to tuple of Wrong
        Expected wrong expressions, functions of the same symbols.
    """

    symbols: Callable
    answers: dict
    because: str
    wrong: dict

    def judge(self, answer, exercise):
        """Return the verdict on a function that returns an expression."""
        verdict = stubs.unready(answer, exercise)
        if verdict:
            return verdict
        symbols = self.symbols()
        verdict = stubs.unbindable(answer, tuple(symbols)) or self._judged(answer, symbols)
        return stubs.finished(verdict, answer, exercise)

    def _judged(self, answer, symbols):
        noticed = Noticed()
        ran = Watch().run(lambda _: answer(*symbols.values()), {})
        if ran.unwritten or is_blank(ran.value):
            return UNTRIED
        noticed.run(ran)
        names = list(self.answers)
        values, problem = ({}, ran.problem) if ran.problem else by_name(names, ran.value)
        if problem:
            return wrong(problem.says, problem.name, remarks=noticed.remarks())
        found = (self._compared(name, value, symbols) for name, value in values.items())
        verdict = next((verdict for verdict in found if verdict), right(self.because))
        return verdict._replace(remarks=tuple(noticed.remarks()))

    def _compared(self, name, value, symbols):
        """Return the verdict on one expression, or None if it is right."""
        try:
            difference = different(self.answers[name](**symbols), value)
        except MisfitError as misfit:
            return self._named(name, value, symbols) or wrong(
                f"{name}: {misfit}", "shapes do not fit"
            )
        except UndecidedError:
            says = "it can be neither proved nor refuted in this form. Write it more simply."
            return wrong(f"{name}: {says}", "undecided")
        except (TypeError, AttributeError) as error:
            got = "has something in it that is none" if error.__cause__ else f"is {kind(value)}"
            wanted = f"an expression in {listed(symbols)}"
            return wrong(f"{name} {got}, expected {wanted}.", "no expression")
        if not difference:
            return None
        return self._named(name, value, symbols) or wrong(
            f"{name} is another expression, and none that a known mistake gives. It differs, for "
            f"example, in {difference}.",
        )

    def _named(self, name, value, symbols):
        """Return the verdict that names the mistake, if a known one gives this expression."""
        for row in self.wrong.get(name, ()):
            if _alike(row.answer(**symbols), value):
                return wrong(f"{name}: {row.says}", row.name, see=row.see)
        target = self.answers[name](**symbols)
        for mistake, says, change in USUAL:
            if _alike(change(target), value):
                return wrong(f"{name}: {says}", mistake)
        return None


USUAL = (
    ("sign", "the sign is wrong.", lambda right: -right),
    (
        "½ lost",
        "twice what it should be: was a ½ lost?",
        lambda right: 2 * right,
    ),
    (
        "2 lost",
        "half of what it should be: was a 2 lost?",
        lambda right: right / 2,
    ),
)


def _alike(left, right):
    """Tell whether two expressions are equal, or go wrong in the same way."""
    try:
        return not different(left, right)
    except (MisfitError, UndecidedError):
        return repr(left) == repr(right)


def different(left, right):
    """Return where two expressions differ, in words, or '' if they are equal.

    Raises
    ------
    TypeError
        If `right` is no expression, or has something in it that is none.
    MisfitError
        If the shapes do not fit, or an index stands open.
    UndecidedError
        If SymPy finds neither a proof nor a difference.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> different((x + 1) ** 2, x**2 + 2 * x + 1)
    ''
    >>> different(x, 2 * x)
    'the value at x = 2'
    """
    from backprop.symbolic.expression import Expr
    from backprop.symbolic.proof import compare, fit

    if not isinstance(left, Expr):
        return _scalar(left, right)
    if type(right) is int and not left.dims:  # a plain number, where one number is asked for
        right = 0 * left + right
    if not isinstance(right, Expr):
        raise TypeError
    try:
        fit(left, right)
        found = compare(left, right)
    except (MisfitError, UndecidedError):
        raise
    except Exception as error:  # a tree is not looked at before it is used
        raise TypeError from error
    if not found:
        return ""
    where = found.where if found.where == "the value" else f"{found.where},"  # one number, or many
    return f"{where} at {found.point}"


def _scalar(left, right):
    """Return where two of SymPy's expressions differ."""
    import sympy as sp

    from backprop.symbolic.witnesses import witness

    try:
        left, right = sp.sympify(left), sp.sympify(right, strict=True)
    except sp.SympifyError:  # a string, or nothing that SymPy knows
        raise TypeError from None
    if not isinstance(right, sp.Expr) or right.has(sp.nan, sp.zoo):
        raise TypeError
    try:
        found = witness(left, right)
        if not found and not _vanishes(left - right):
            raise UndecidedError(f"{right} is neither proved nor refuted")
    except (ArithmeticError, TypeError, ValueError, NotImplementedError):  # SymPy's own
        raise UndecidedError(f"{right} is beyond SymPy") from None
    return f"the value at {_point(found[2], left - right)}" if found else ""


def _vanishes(difference):
    """Tell whether SymPy can prove that an expression is 0."""
    import sympy as sp

    from backprop.symbolic.proof import proved_zero

    if proved_zero(difference):
        return True
    return sp.simplify(difference.rewrite(sp.exp)) == 0


def _point(point, difference):
    """Write a point with every quantity in it, those that are 0 too."""
    from backprop.symbolic.witnesses import subscripted

    if not point.endswith(OTHERS):
        return point
    given = [part for part in point.split(", ") if part not in OTHERS]
    names = [subscripted(str(symbol)) for symbol in sorted(difference.free_symbols, key=str)]
    rest = [f"{n} = 0" for n in names if not any(part.startswith(f"{n} = ") for part in given)]
    return ", ".join(given + rest)
