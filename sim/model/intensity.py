"""Rates of Poisson processes as running sums over time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import numpy as np

from sim.calendar import month_starts
from sim.model.arrays import Intensity, Timeline
from sim.scenario.values.quantities import Instant


def intensity_of(rate: float | Mapping[Instant, float], monthly: tuple[float, ...] | None, timeline: Timeline) -> Intensity:
    """Running sum of a rate a day, by date if it is a mapping (none before its first), times the month's factor, up to the horizon."""
    end = timeline.horizon / timeline.ticks_per_day
    by_day = {_day(instant, timeline): value for instant, value in rate.items()} if isinstance(rate, Mapping) else {0.0: rate}
    factors = _month_factors(monthly, timeline)
    points = np.array(sorted({0.0, end, *(day for day in (*by_day, *factors) if 0 < day < end)}))
    rates = np.array([_in_force(by_day, day, 0.0) * _in_force(factors, day, 1.0) for day in points[:-1]])
    return Intensity(points, np.concatenate([[0.0], np.cumsum(rates * np.diff(points))]))


def _month_factors(monthly: tuple[float, ...] | None, timeline: Timeline) -> dict[float, float]:
    """Day on which a month begins -> its factor."""
    if monthly is None or timeline.start is None:
        return {0.0: 1.0}
    days = -(-timeline.horizon // timeline.ticks_per_day)
    firsts = month_starts(timeline.start, timeline.start + datetime.timedelta(days=days))
    return {float((first - timeline.start).days): monthly[first.month - 1] for first in firsts}


def _day(instant: Instant, timeline: Timeline) -> float:
    if instant.date is not None and timeline.start is not None:
        return float((instant.date - timeline.start).days)
    return float(instant.day or 0)


def _in_force(by_day: Mapping[float, float], day: float, before: float) -> float:
    """The value of the last day not after `day`."""
    reached = [start for start in by_day if start <= day]
    return by_day[max(reached)] if reached else before
