"""One factor at a time: what an output is at the low and at the high end of each, all others at their base (a tornado diagram)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sim.analysis.response import Estimate


@dataclass(frozen=True)
class Swing:
    """What one factor does by itself, in the output's unit; NaN where a run failed."""

    factor: str
    base: float
    low: float
    """The output with the factor at its low end, which may be the higher output."""
    high: float
    low_change: Estimate | None
    """Mean of the paired differences of `low` from the base, with its interval; None where it is not known."""
    high_change: Estimate | None

    @property
    def width(self) -> float:
        """Length of its bar: from the least to the greatest of the three."""
        return max(self.low, self.base, self.high) - min(self.low, self.base, self.high)


@dataclass(frozen=True)
class Level:
    """The output with a factor at one of its names, in the output's unit; NaN where the run failed."""

    name: str
    value: float
    change: Estimate | None
    """Mean of the paired differences from the base, with its interval; None where it is not known."""


def ranked(swings: Iterable[Swing]) -> tuple[Swing, ...]:
    """Swings, the widest first, of equal ones in order, those with a failed run last."""
    return tuple(sorted(swings, key=lambda swing: (math.isnan(swing.low + swing.base + swing.high), -swing.width)))
