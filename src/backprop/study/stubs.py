"""Telling an untouched stub from an answer, and a blank from an Ellipsis that is meant.

The code of the reader's function is compared with that of the stub, compiled on the spot: comments,
names of cells and line numbers do not matter. Introduced in chapter 4.
"""

import dis
import inspect
from types import CodeType

from backprop.study.exercise import UNTRIED, wrong


def unready(answer, exercise, names):
    """Return the verdict on what cannot be run yet, or None.

    Parameters
    ----------
    answer : object
    exercise : Exercise
    names : tuple of str, optional
        The arguments that the answer will be called with.
    """
    if answer is ...:
        return UNTRIED
    if not callable(answer):
        what = f"{exercise.name} is of type {type(answer).__name__}, expected the function itself."
        return wrong(f"{what} Leave its arguments out.", "no function")
    if untouched(answer, exercise.stub):
        return UNTRIED
    left, given = blanks(answer), stub_blanks(exercise.stub)
    if left and given:
        says = f"{left} of {given} blanks still {'holds' if left == 1 else 'hold'} `...`."
        return wrong(says, "blanks")
    says = unbindable(answer, names) if names else ""
    return wrong(says, "arguments") if says else None


def unbindable(function, names):
    """Say that a function cannot be called with these arguments, or return ''."""
    try:
        signature = inspect.signature(function)
        signature.bind(*names)
    except TypeError:
        name = getattr(function, "__name__", "the function")
        return f"{name}{signature} cannot be called as {name}({', '.join(names)})."
    except ValueError:  # no signature, as some built-ins
        return ""
    return ""


def untouched(answer, stub):
    r"""Tell whether a function or class is still the stub.

    Examples
    --------
    >>> def double(x):
    ...     ...  # your code here
    >>> untouched(double, "def double(x):\n    ...")
    True
    >>> untouched(lambda x: 2 * x, "def double(x):\n    ...")
    False
    """
    given = {code.co_name: code for code in _functions(compile(stub, "<stub>", "exec"))}
    mine = {code.co_name: code for code in _codes(answer)}
    return set(mine) == set(given) and all(_key(mine[n]) == _key(given[n]) for n in given)


def blanks(answer):
    """Count the ``...`` that an answer computes with.

    Examples
    --------
    >>> def entry(x):
    ...     return x[..., ...] * ...
    >>> blanks(entry)
    3
    """
    return sum(map(_ellipses, _codes(answer)))


def stub_blanks(stub):
    """Count the ``...`` that a stub computes with."""
    return sum(map(_ellipses, _functions(compile(stub, "<stub>", "exec"))))


def _codes(answer):
    """Return the code of a function, or of the methods that a class defines itself."""
    if inspect.isclass(answer):
        return [m.__code__ for m in vars(answer).values() if inspect.isfunction(m)]
    return [answer.__code__] if hasattr(answer, "__code__") else []


def _functions(module):
    """Return the codes of the functions and methods in a module's code."""
    found = [const for const in module.co_consts if isinstance(const, CodeType)]
    return [f for code in found for f in (_methods(code) or [code])]


def _methods(code):
    """Return the methods, if a code is that of a class body."""
    is_class = "__module__" in code.co_names and "__qualname__" in code.co_names
    return [c for c in code.co_consts if isinstance(c, CodeType)] if is_class else []


def _key(code):
    consts = tuple(_key(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts)
    return code.co_code, code.co_names, code.co_varnames, consts


def _ellipses(code):
    inner = sum(_ellipses(c) for c in code.co_consts if isinstance(c, CodeType))
    loaded = (i.argval for i in dis.get_instructions(code) if i.opname.startswith("LOAD_"))
    return inner + sum(_dots(value) for value in loaded)


def _dots(value):
    return sum(map(_dots, value)) if isinstance(value, tuple) else value is ...
