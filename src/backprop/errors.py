"""One exception class per kind of mistake, each the built-in that a caller would expect.

Every message has the same form, built by `sentence`::

    Class.method: <symbol> <what it got>, expected <what it wants>. <next move>

The package's ground floor: it is used by every chapter and imports nothing.
"""


class BackpropError(Exception):
    """Whatever this package refuses: ``except BackpropError`` catches all of it."""


class ShapeError(BackpropError, ValueError):
    """An array, or a size, that does not fit."""


class EmptyBatchError(BackpropError, ValueError):
    """A batch without examples: it has no mean."""


class DtypeError(BackpropError, TypeError):
    """Numbers of a kind that cannot carry a gradient, integers for instance."""


class NotFiniteError(BackpropError, ValueError):
    """NaN or infinity where a check needs numbers."""


class RngError(BackpropError, TypeError):
    """No random generator where randomness was asked for."""


class NotAModuleError(BackpropError, TypeError):
    """Something else where a module belongs."""


class NotBufferedError(BackpropError, TypeError):
    """A network that a step of training cannot take in memory of its own."""


class UnknownNameError(BackpropError, LookupError):
    """A name that is not in the table."""


class NotForwardedError(BackpropError, RuntimeError):
    """A ``backward`` before its ``forward``."""


class ReleasedError(BackpropError, RuntimeError):
    """A ``backward`` after ``free=True`` released what it needs."""


class NoGradientError(BackpropError, RuntimeError):
    """A step of an optimizer before the backward that makes the gradients."""


class AnotherNetworkError(BackpropError, ValueError):
    """An optimizer that has moved one network and is asked to move another."""


class SettingError(BackpropError, ValueError):
    """A learning rate, or another setting, outside of its range."""


class TargetError(BackpropError, ValueError):
    """Targets that are no labels, or no probabilities."""


class DivergedError(BackpropError, ArithmeticError):
    """A training whose cost is no number any more."""


class StoredError(BackpropError, ValueError):
    """A file whose parameters are not those of the network."""


class NotAnalyticError(BackpropError, ValueError):
    """A function that the complex step cannot see through."""


class WitnessError(BackpropError, ArithmeticError):
    """Two numeric gradients that contradict each other: neither can judge a third."""


class UncountedError(BackpropError, NotImplementedError):
    """A product of arrays that would escape the count of what a run costs."""


class NoEvidenceError(BackpropError, ValueError):
    """A check in which everything is zero: a wrong gradient would pass it too."""


class GradientError(BackpropError, AssertionError):
    """A gradient that the witnesses contradict."""


class DerivativeLostError(BackpropError, TypeError):
    """A step that would turn a recorded value into a plain number."""


class NotRecordedError(BackpropError, TypeError):
    """Something that is not on the tape where a recorded value belongs."""


class MisfitError(ShapeError):
    """A formula whose shapes do not fit together."""


class StatementError(BackpropError, TypeError):
    """A formula that was not stated properly: sizes, symbols or entries that make no sense."""


class ClaimError(BackpropError, AssertionError):
    """A formula that is wrong, or about which nothing can be proved."""


class RejectError(BackpropError, AssertionError):
    """A wrong version that turned out right, or too few wrong versions to prove anything."""


class UndecidedError(BackpropError, AssertionError):
    """A formula for which neither a proof nor a witness against it was found."""


def sentence(where, got, wanted, move):
    """Return the message: what was being done, what came, what was expected, the next move.

    Examples
    --------
    >>> sentence("Affine.forward", "X has shape (3,)", "(N, 3)", "Use X[None, :].")
    'Affine.forward: X has shape (3,), expected (N, 3). Use X[None, :].'
    """
    return f"{where}: {got}, expected {wanted}. {move}"
