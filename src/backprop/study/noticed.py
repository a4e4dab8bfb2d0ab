"""What is noticed about an answer besides its numbers, over all runs of one check.

Introduced in chapter 2.
"""

import numpy as np

from backprop.check.diagnosis import listed
from backprop.check.mistakes import BEFORE
from backprop.study.words import article, quoted

WARNINGS = 2  # that are shown


class Noticed:
    """Collects remarks, each once."""

    def __init__(self):
        self.printed, self.changed, self.warned, self.seen = "", {}, {}, {}

    def run(self, ran):
        """Note what a run has printed, warned of, and changed."""
        self.printed = self.printed or ran.printed
        self.changed |= dict.fromkeys(name.removesuffix(BEFORE) for name in ran.changed)
        self.warned |= dict.fromkeys(ran.warned)

    def results(self, results, given):
        """Note results that are no new arrays of the given dtype."""
        dtypes = {np.asarray(array).dtype.type for array in given.values()}
        narrow = np.float32 in dtypes and np.float64 not in dtypes
        for name, result in results.items():
            for says in (_shared(name, result, given), _typed(name, result, narrow)):
                self.seen |= {says: None} if says else {}

    def remarks(self, changed=True):
        """Return the remarks; what was changed is left out if it is the verdict."""
        arrays = [f"{self.changing} in place."] if self.changed and changed else []
        said = quoted(self.printed)
        printed = [f"Printed by your code:\n{said}"] if said.strip() else []
        return [*arrays, *self.seen, *list(self.warned)[:WARNINGS], *printed]

    @property
    def changing(self):
        """Name what is changed: `X is changed`."""
        return f"{listed(list(self.changed))} {'is' if len(self.changed) == 1 else 'are'} changed"


def _shared(name, result, given):
    """Say with which argument a result shares its memory, or ''."""
    if not isinstance(result, np.ndarray):
        return ""
    other = next((n for n, array in given.items() if np.may_share_memory(result, array)), "")
    if not other:
        return ""
    return f"{name} shares its memory with {other}: whoever changes one changes the other."


def _typed(name, result, narrow):
    """Say that a result is no plain array, or wider than what was given, or ''."""
    if isinstance(result, (list, tuple, np.ndarray)) and type(result) is not np.ndarray:
        return f"{name} comes back as {article(type(result).__name__)}, not as an array."
    if narrow and getattr(result, "dtype", None) == np.float64:
        return f"{name} comes back in float64 where all was float32."
    return ""
