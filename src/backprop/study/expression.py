"""Exercises whose answer is an expression: any algebraically equal form is right.

SymPy decides, loaded when such an answer is judged. Introduced in chapter 4.
"""

from collections.abc import Callable
from typing import NamedTuple

from backprop.errors import BackpropError, MisfitError, UndecidedError
from backprop.study import stubs
from backprop.study.exercise import UNTRIED, right, wrong
from backprop.study.watch import Watch


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
        symbols = self.symbols()
        return stubs.unready(answer, exercise, tuple(symbols)) or self._judged(answer, symbols)

    def _judged(self, answer, symbols):
        try:
            ran = Watch().run(lambda _: answer(*symbols.values()), {})
        except NotImplementedError:
            return UNTRIED
        if ran.problem:
            return wrong(f"{ran.problem}.", "raises")
        names = list(self.answers)
        values = ran.value if len(names) > 1 else (ran.value,)
        if not isinstance(values, (tuple, list)) or len(values) != len(names):
            return wrong(f"Return {len(names)} expressions: {', '.join(names)}.", "count")
        for name, value in zip(names, values, strict=True):
            verdict = self._compared(name, value, symbols)
            if verdict:
                return verdict
        return right(self.because)

    def _compared(self, name, value, symbols):
        """Return the verdict on one expression, or None if it is right."""
        target = self.answers[name](**symbols)
        if value is None:
            return wrong(f"{name} is None: was the return forgotten?", "nothing")
        try:
            difference = different(target, value)
        except MisfitError as misfit:
            return self._named(name, value, symbols) or wrong(
                f"{name}: the shapes do not fit. {misfit}", "shapes do not fit"
            )
        except UndecidedError:
            return wrong(f"{name}: SymPy can neither prove nor refute this form.", "undecided")
        except (BackpropError, TypeError, AttributeError):
            return wrong(f"{name} is a {type(value).__name__}, expected an expression.", "no form")
        if not difference:
            return None
        return self._named(name, value, symbols) or wrong(
            f"{name} is another expression, and none that a known mistake gives. It differs, for "
            f"example, in {difference}.",
        )

    def _named(self, name, value, symbols):
        """Return the verdict that names the mistake, if a known one gives this expression."""
        for row in self.wrong.get(name, ()):
            try:
                same = not different(row.answer(**symbols), value)
            except BackpropError:
                same = repr(row.answer(**symbols)) == repr(value)
            if same:
                return wrong(f"{name}: {row.says}", row.name, see=row.see)
        return None


def different(left, right):
    """Return where two expressions differ, in words, or '' if they are equal.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> different((x + 1) ** 2, x**2 + 2 * x + 1)
    ''
    >>> different(x, 2 * x)
    'the value at x = 2'
    """
    import sympy as sp

    from backprop.symbolic.expression import Expr
    from backprop.symbolic.proof import compare, fit, witness

    if isinstance(left, Expr):
        if not isinstance(right, Expr):
            raise TypeError
        fit(left, right)
        found = compare(left, right)
        return f"{found.where}, at {found.point}" if found else ""
    left, right = sp.sympify(left), sp.sympify(right)
    if sp.expand(left - right) == 0:
        return ""
    found = witness(left, right)
    if found:
        return f"the value at {found[2]}"
    if sp.simplify(left - right) != 0:
        raise UndecidedError(f"{right} is neither proved nor refuted")
    return ""
