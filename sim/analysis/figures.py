"""What the pictures show, as plain numbers: a picture draws them and computes nothing.

Amounts stand in the base unit that is named beside them (yuan, fraction, projects, mu, days); `title`s and names are ready words in the
reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from sim.analysis.attainment import Floats, Probability
from sim.analysis.boxes import Booleans
from sim.analysis.response import Estimate

Monthly = Sequence[float | None]
"""One amount a month; None where there is none."""
Part = Literal["assumptions", "levers", "readings"]
"""What factors of one picture are: how the world is taken to be, what a city can do, or how its source is read; never two of these."""
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


@dataclass(frozen=True)
class End:
    """A factor at one of its ends: `words` say where that is, `value` is the output there."""

    words: str
    value: float
    low: float | None = None
    """With `high` the 95% interval of its change from the base, laid off from there; None where it is not known."""
    high: float | None = None


@dataclass(frozen=True)
class Bar:
    """What one factor does alone; an end that failed is None, and a reading has one end only, the higher."""

    name: str
    low: End | None
    high: End | None


@dataclass(frozen=True)
class Tornado:
    """Factors of one kind, each alone at its ends, all others as the scenario has them."""

    title: str
    unit: str
    part: Part
    base: float
    """The output as the scenario has it."""
    bars: Sequence[Bar]
    """The widest first."""


@dataclass(frozen=True)
class Index:
    """How much an output rests on one factor: by itself, and with all interactions where that is known."""

    name: str
    alone: Estimate
    total: Estimate | None = None


@dataclass(frozen=True)
class Indices:
    """Factors of one kind by how much an output rests on them."""

    title: str
    unit: str
    """Of the indices: `fraction` of a variance, or that of the output."""
    part: Part
    of: Literal["sobol", "morris", "shares"]
    """Shares of the variance of the expected outcome, sizes of elementary effects, or shares of one year's variance."""
    rows: Sequence[Index]
    """The largest first."""
    luck: Estimate | None = None
    """Share of one year's variance that is chance whatever the factors are; None where it is not known, or told in another picture."""


@dataclass(frozen=True, eq=False)
class Side:
    """One factor of points, along one side of a picture."""

    name: str
    unit: str
    values: Floats
    """(point,) in the unit; of categories near the place of each."""
    spans: Sequence[tuple[float | None, float | None]]
    """Where the box is; None is no bound. Of categories one span each."""
    marks: Sequence[tuple[float, str]] = ()
    """What stands at places of dates and categories; empty of amounts, which are marked by their unit."""


@dataclass(frozen=True, eq=False)
class BoxedPoints:
    """Points of a study in the plane of the two factors that a box restricts most, or along the only one."""

    title: str
    notes: Sequence[str]
    """What the box holds, and what else it demands."""
    along: Side
    up: Side | None
    """None where only one factor is restricted: points then stand at heights that mean nothing."""
    heights: Floats
    """(point,) those heights, from -0.5 to 0.5."""
    of_interest: Booleans
    elsewhere: Booleans
    """Points that miss another demand of the box, which has no side here."""


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
