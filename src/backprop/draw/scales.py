"""From numbers to places: an axis with round numbers on it.

Introduced by chapter 3.
"""

from dataclasses import dataclass
from math import ceil, floor, log10

from .style import number

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high`, drawn from place `start` to place `end`.

    Examples
    --------
    >>> axis = Scale(-1.0, 1.0, 0, 100)
    >>> axis.at(0.5), axis.ticks(5)
    (75.0, [-1.0, -0.5, 0.0, 0.5, 1.0])
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value):
        """Return the place of a value, to a tenth of a unit."""
        low, high, at = (log10(v) if self.log else v for v in (self.low, self.high, value))
        share = (at - low) / (high - low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self, most):
        """Return at most `most` round numbers on the axis."""
        return _powers(self.low, self.high, most) if self.log else _steps(self.low, self.high, most)

    def name(self, tick):
        """Write the number at a tick; a high power of ten on a logarithmic axis as such."""
        power = round(log10(tick)) if self.log else 0
        if abs(power) < 2 or tick != 10.0**power:
            return number(tick)
        return "10" + str(power).translate(RAISED)


def _steps(low, high, most):
    """Multiples of 1, 2 or 5 times a power of ten."""
    ten = 10.0 ** floor(log10((high - low) / most))
    for step in (ten, 2 * ten, 5 * ten, 10 * ten, 20 * ten):
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last - first < most:
            return [float(f"{i * step:.12g}") for i in range(first, last + 1)]
    return []


def _powers(low, high, most):
    first, last = ceil(log10(low) - 1e-9), floor(log10(high) + 1e-9)
    step = max(1, ceil((last - first + 1) / most))
    return [10.0**k for k in range(first, last + 1, step)]


def around(values, log, share=0.04):
    """Return the ends of an axis for the values, with a little room on both sides."""
    low, high = float(min(values)), float(max(values))
    if log:
        room = (high / low) ** share if low < high else 2.0
        return low / room, high * room
    room = share * (high - low) or 1.0
    return low - room, high + room
