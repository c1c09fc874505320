"""One factor at a time: what an output is at the low and at the high end of each, all others at their base (a tornado diagram)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.response import Floats, Response


@dataclass(frozen=True)
class Swing:
    """What one factor does by itself, in the output's unit; NaN where a run failed."""

    factor: str
    base: float
    low: float
    """The output with the factor at its low end, which may be the higher output."""
    high: float
    low_error: float | None
    """Standard error of `low` less `base`; None where it is not known."""
    high_error: float | None

    @property
    def width(self) -> float:
        """Length of its bar: from the least to the greatest of the three."""
        return max(self.low, self.base, self.high) - min(self.low, self.base, self.high)


@dataclass(frozen=True)
class Level:
    """The output with a factor at one of its names, in the output's unit; NaN where the run failed."""

    name: str
    value: float
    error: float | None
    """Standard error of `value` less the base; None where it is not known."""


def levels(names: Sequence[str], base: Response, at: Response, sd: Floats | None = None) -> tuple[Level, ...]:
    """A factor at each of its names, in their order; errors as of `swings`. Raises ValueError unless `at` has one point a name."""
    if len(base.mean) != 1 or len(names) != len(at.mean):
        raise ValueError(f"{len(base.mean)} base points, {len(at.mean)} points of {len(names)} names")
    return tuple(Level(*row) for row in zip(names, at.mean.tolist(), _errors(base, at, sd), strict=True))


def swings(
    factors: Sequence[str],
    base: Response,
    low: Response,
    high: Response,
    low_sd: Floats | None = None,
    high_sd: Floats | None = None,
) -> tuple[Swing, ...]:
    """Swings of all factors, the widest first, of equal ones in order, those with a failed run last.

    `base` is of one point, `low` and `high` of one a factor. With common replications the error needs `low_sd` and `high_sd`, (factor,)
    standard deviations of the paired differences from the base, sd / sqrt(r); with each point's own, it is sqrt(s^2 / r of both).
    Raises ValueError unless all are of the same factors.
    """
    if len(base.mean) != 1 or not len(factors) == len(low.mean) == len(high.mean):
        raise ValueError(f"{len(base.mean)} base points, {len(low.mean)} low and {len(high.mean)} high ends of {len(factors)} factors")
    errors = (_errors(base, end, sd) for end, sd in ((low, low_sd), (high, high_sd)))
    rows = zip(factors, low.mean.tolist(), high.mean.tolist(), *errors, strict=True)
    found = [Swing(factor, float(base.mean[0]), below, above, *error) for factor, below, above, *error in rows]
    return tuple(sorted(found, key=lambda swing: (math.isnan(swing.low + swing.base + swing.high), -swing.width)))


def _errors(base: Response, end: Response, sd: Floats | None) -> list[float | None]:
    """Standard errors of the differences from the base, one a factor."""
    if sd is not None:
        errors = sd / np.sqrt(np.maximum(np.minimum(end.replications, base.replications[0]), 1))
    elif end.common:
        return [None] * len(end.mean)
    else:
        errors = np.sqrt(end.sd**2 / np.maximum(end.replications, 1) + base.sd[0] ** 2 / max(int(base.replications[0]), 1))
    return [float(error) if math.isfinite(error) else None for error in errors]
