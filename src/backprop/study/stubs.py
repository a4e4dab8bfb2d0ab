"""Telling an untouched stub from an answer, and a blank from an Ellipsis that is meant.

The code of the reader's function is compared with that of the stub, compiled on the spot: comments,
docstrings, the names of the function and of its variables, and line numbers do not matter.
Introduced in chapter 2.
"""

import dis
import inspect
from types import CodeType

from backprop.study.exercise import UNTRIED, wrong
from backprop.study.words import brief, kind


def unready(answer, exercise):
    """Return the verdict on what cannot be run, or was not begun; or None.

    Parameters
    ----------
    answer : object
    exercise : Exercise
    """
    if answer is ...:
        return UNTRIED
    wanted = "class" if exercise.stub.startswith("class ") else "function"
    if not callable(answer) or inspect.isclass(answer) != (wanted == "class"):
        move = f'Hand it in by its name alone: `check("{exercise.id}", {exercise.name})`.'
        says = f"The answer is {kind(answer)}, expected the {wanted} itself. {move}"
        return wrong(says, f"no {wanted}")
    return UNTRIED if untouched(answer, exercise.stub) else None


def unbindable(function, names):
    """Return the verdict on a function that cannot be called with these arguments, or None.

    Parameters
    ----------
    function : callable
    names : tuple of str, optional
        None for a class, which is not called with them.
    """
    if names is None or _binds(function, names):
        return None
    name = getattr(function, "__name__", "the function")
    mine = brief(f"{name}{inspect.signature(function)}")
    says = f"`{mine}` cannot be called as `{name}({', '.join(names)})`."
    return wrong(f"{says} It takes the arguments of the stub, in their order.", "arguments")


def _binds(function, names):
    """Tell whether a function may be called so, as far as can be seen."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # it has none that can be read, as some built-ins
        return True
    try:
        signature.bind(*names)
    except TypeError:
        return False
    return True


def finished(verdict, answer, exercise):
    """Return the verdict, or a word on the blanks that are left, if those may be the reason.

    An Ellipsis may be meant, as in ``x[..., 0]``, so an answer that is right is right.
    """
    given, left = blanks(_given(exercise.stub)), blanks(_codes(answer))
    if verdict.status != "wrong" or not (given and left):
        return verdict
    left = min(left, given)
    hold = "blank still holds" if left == 1 else "blanks still hold"
    return wrong(f"{left} {hold} `...`.", "blanks", remarks=verdict.remarks)


def untouched(answer, stub):
    r"""Tell whether a function or class still does what the stub does, and nothing else.

    Examples
    --------
    >>> def twice(number):
    ...     ...  # your code here
    >>> untouched(twice, "def double(x):\n    ...")
    True
    >>> untouched(lambda x: 2 * x, "def double(x):\n    ...")
    False
    """
    mine, given = _codes(answer), _given(stub)
    return mine.keys() == given.keys() and all(_steps(mine[n]) == _steps(given[n]) for n in given)


def blanks(codes):
    """Count the ``...`` with which some code computes.

    Examples
    --------
    >>> def entry(x):
    ...     return x[..., ...] * ...
    >>> blanks({"": entry.__code__})
    3
    """
    return sum(map(_ellipses, codes.values()))


def _codes(answer):
    """Return the code of a function, or of the methods that a class defines itself, by name."""
    methods = vars(answer) if inspect.isclass(answer) else {"": answer}
    plain = {n: inspect.unwrap(getattr(m, "__func__", m)) for n, m in methods.items()}
    return {n: m.__code__ for n, m in plain.items() if inspect.isfunction(m)}


def _given(stub):
    """Return the same for the first function or class of a stub."""
    code = _inner(compile(stub, "<stub>", "exec"))[0]
    is_class = stub.startswith("class ")
    return {method.co_name: method for method in _inner(code)} if is_class else {"": code}


def _inner(code):
    return [const for const in code.co_consts if isinstance(const, CodeType)]


def _steps(code):
    """Return what code does, step by step, without the names of its variables."""
    return [(step.opname, _meant(step)) for step in dis.get_instructions(code)]


def _meant(step):
    if isinstance(step.argval, CodeType):
        return _steps(step.argval)
    local = "FAST" in step.opname or step.opcode in dis.hasfree
    return step.arg if local else repr(step.argval)


def _ellipses(code):
    loaded = (i.argval for i in dis.get_instructions(code) if i.opname.startswith("LOAD_"))
    return sum(map(_dots, loaded)) + sum(map(_ellipses, _inner(code)))


def _dots(value):
    return sum(map(_dots, value)) if isinstance(value, tuple) else value is ...
