"""What is refused, and in which words: functions without a rule, steps that lose the derivative.

Introduced in chapter 2.
"""

from backprop.errors import DerivativeLostError, DtypeError, UnknownNameError, sentence

INSIDE = "Compute with x itself, by NumPy's functions; to read the number, use x.value."
LOSES = {
    "float(x)": ("a plain float", INSIDE),
    "complex(x)": ("a plain complex number", INSIDE),
    "int(x)": ("a whole number", "To count with it, use int(x.value)."),
    "np.array([x, …])": (
        "a plain array",
        "Join values with np.stack([x, y]) or np.concatenate; to read one, use x.value.",
    ),
    "x[…] = …": ("a changed value", "Make a new one: np.where, np.stack or np.concatenate."),
}


def derivative_lost(step):
    """Return the error for a step that forgets how a value was computed.

    Examples
    --------
    >>> print(derivative_lost("int(x)"))
    autodiff: int(x) makes a whole number, expected a value that knows how it was computed. \
To count with it, use int(x.value).
    """
    made, move = LOSES[step]
    wanted = "a value that knows how it was computed"
    return DerivativeLostError(sentence("autodiff", f"{step} makes {made}", wanted, move))


def no_rule(name):
    """Return the error for a NumPy function of which no derivative is known."""
    move = f'Write it with those, or add a row: RULES["{name}"] = Elementwise(function, slope).'
    wanted = "a function from autodiff.RULES"
    return UnknownNameError(sentence("autodiff", f"np.{name} has no rule", wanted, move))


def no_function(name):
    """Return the error for an array function that is not written with the primitives."""
    move = "Write it with operators, np.sum, np.stack, np.exp and others that have rules."
    wanted = "a function that autodiff knows"
    return UnknownNameError(sentence("autodiff", f"np.{name} has no rule", wanted, move))


def no_option(name, told):
    """Return the error for a call that is told more than can be recorded."""
    move = "Leave it out: results are new values, made in full (for a += x write a = a + x)."
    got = f"np.{name} was called with {told}"
    return UnknownNameError(sentence("autodiff", got, "a plain call", move))


def no_number(name, c):
    """Return the error for something that is no number on the other side of an operation."""
    move = "Constants are numbers, or arrays of numbers."
    got = f"{name} was given a {type(c).__name__}"
    return DtypeError(sentence("autodiff", got, "numbers", move))
