"""What the pictures show, as plain numbers: a picture draws them and computes nothing.

Amounts stand in the base unit that is named beside them (yuan, fraction, projects, mu, days); `title`s and names are ready words in the
reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from sim.analysis.attainment import Floats, Probability

Monthly = Sequence[float | None]
"""One amount a month; None where there is none."""
TAIL = 0.025
"""Beyond each end of a 95% interval."""


@dataclass(frozen=True)
class Band:
    """P10, P50 and P90 by month; `name` tells it from others on the same picture."""

    name: str
    p10: Sequence[float]
    p50: Sequence[float]
    p90: Sequence[float]


@dataclass(frozen=True)
class Fan:
    """A cumulative path by month against its goal."""

    title: str
    unit: str
    months: Sequence[str]
    """`2022-01`, ...: the values are those of their ends."""
    path: Band
    goal: float | None = None
    straight: Monthly = ()
    """The goal along a straight line; empty where there is none."""
    reference: Monthly = ()
    """The goal along the usual course of a year; empty where there is none."""


@dataclass(frozen=True, eq=False)
class Exceedance:
    """The chance that an outcome reaches each value, with its pointwise 95% interval; arrays are (value,)."""

    title: str
    unit: str
    values: Floats
    """Outcomes that occurred, ascending."""
    chance: Floats
    low: Floats
    high: Floats
    comparator: str = ">="
    """`>=` or `>`: the chance to reach a value; `<=` or `<`: the chance to stay within it."""
    goal: float | None = None
    met: Probability | None = None
    """The goal's own probability."""


@dataclass(frozen=True)
class DifferenceRow:
    """The paired difference of one goal or metric between two runs, with its 95% interval."""

    label: str
    difference: float
    low: float
    high: float
    real: bool
    """Whether the interval excludes zero."""
    unit: str
    words: str
    """The difference as its table tells it."""


@dataclass(frozen=True)
class Odds:
    """The probabilities of some goals under one reading; a goal that the reading does not set has None."""

    reading: str
    chances: Sequence[Probability | None]


@dataclass(frozen=True)
class Levels:
    """Queues, or stocks, at month ends; all of one unit."""

    title: str
    unit: str
    months: Sequence[str]
    bands: Sequence[Band]


@dataclass(frozen=True)
class Span:
    """One visit of a stage, in days since the start: ready, then waiting for a date, then for pools, then at work."""

    stage: str
    ready: float
    requested: float
    began: float
    ended: float
    """Each of them the horizon, or when the project left, where it did not come so far."""
    lane: int = 0
    """Stages that run at one time stand in lanes of their own."""


@dataclass(frozen=True)
class Walk:
    """What became of one project."""

    name: str
    spans: Sequence[Span]

    @property
    def lanes(self) -> int:
        """How many lanes its stages need."""
        return max((span.lane for span in self.spans), default=0) + 1


@dataclass(frozen=True)
class Gantt:
    """Projects of one replication over the simulated time."""

    title: str
    stages: Sequence[str]
    """In the order in which they get their colours."""
    marks: Sequence[tuple[float, str]]
    """(days since the start, what stands under the axis there)."""
    days: float
    walks: Sequence[Walk]


@dataclass(frozen=True)
class Standing:
    """One scenario, or one goal of it, beside others: its probability, and how far the half-way is come (None without a curve)."""

    name: str
    probability: Probability
    pace: float | None = None


def exceedance(outcome: Floats, comparator: str = ">=") -> tuple[Floats, Floats, Floats, Floats]:
    """(value,) values that occurred among outcomes (replication,), the share that reaches each, and its Clopper-Pearson interval.

    With `<=` or `<` the share that stays within it. Raises ValueError where there is no finite outcome.
    """
    finite = np.sort(outcome[np.isfinite(outcome)])
    if not len(finite):
        raise ValueError("no outcome to show")
    values, first = np.unique(finite, return_index=True)
    n = len(finite)
    last = np.append(first[1:], n)
    hits = (last if comparator in {"<=", "<"} else n - first).astype(np.float64)
    low = np.where(hits > 0, special.betaincinv(np.maximum(hits, 1), n - hits + 1, TAIL), 0.0)
    high = np.where(hits < n, special.betaincinv(hits + 1, np.maximum(n - hits, 1), 1 - TAIL), 1.0)
    return values, hits / n, low, high
