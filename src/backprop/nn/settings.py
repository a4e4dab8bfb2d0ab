"""The one place that checks whether a setting, a learning rate for instance, is in its range.

Introduced in chapter 6; chapter 5 uses it for the leak of an activation.
"""

from numbers import Real

from backprop.errors import SettingError, sentence


def expect_positive(where, symbol, value):
    """Return a number that is finite and greater than 0.

    Examples
    --------
    >>> expect_positive("SGD", "lr", -0.5)
    Traceback (most recent call last):
    backprop.errors.SettingError: SGD: lr is -0.5, expected a number > 0. \
Give it as lr=0.1, for instance.
    """
    fits = _is_number(value) and 0 < value < float("inf")
    move = f"Give it as {symbol}=0.1, for instance."
    return _or_refuse(fits, where, symbol, value, "a number > 0", move)


def expect_fraction(where, symbol, value):
    """Return a number from 0 to 1, both included."""
    move = f"Give it as {symbol}=0.01, for instance."
    return _or_refuse(
        _is_number(value) and 0 <= value <= 1, where, symbol, value, "a number from 0 to 1", move
    )


def expect_memory(where, symbol, value):
    """Return a number from 0 to 1, 1 excluded: how much of the past an average keeps.

    Examples
    --------
    >>> expect_memory("SGD", "momentum", 1)
    Traceback (most recent call last):
    backprop.errors.SettingError: SGD: momentum is 1, expected 0 ≤ momentum < 1. \
With 1 nothing is ever forgotten: 0.9 is usual.
    """
    fits = _is_number(value) and 0 <= value < 1
    move = "With 1 nothing is ever forgotten: 0.9 is usual."
    return _or_refuse(fits, where, symbol, value, f"0 ≤ {symbol} < 1", move)


def _is_number(value):
    return isinstance(value, Real) and not isinstance(value, bool)


def _or_refuse(fits, where, symbol, value, wanted, move):
    if fits:
        return float(value)
    raise SettingError(sentence(where, f"{symbol} is {value!r}", wanted, move))
