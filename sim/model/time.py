"""Instants of a scenario as ticks since its start."""

from __future__ import annotations

import datetime
import math
from typing import TypeVar

from sim.model.arrays import Timeline
from sim.scenario.schema import Course
from sim.scenario.values.quantities import Instant

Value = TypeVar("Value")


def event_tick(instant: Instant, timeline: Timeline) -> int:
    """Tick at which something dated `instant` happens: 00:00 of a date, or the tick that contains `day n`."""
    return _tick(instant, timeline.start, timeline.ticks_per_day, days_after=0)


def steps_of(course: Course[Value], before: Value, timeline: Timeline) -> tuple[tuple[int, Value], ...]:
    """(tick, value from then on) in order of time, the first at tick 0; `before` is the value before the first date."""
    if not isinstance(course, dict):
        return ((0, course),)
    by_tick = {0: before}
    for tick, value in sorted(((event_tick(instant, timeline), value) for instant, value in course.items()), key=lambda step: step[0]):
        by_tick[max(tick, 0)] = value
    return tuple(by_tick.items())


def deadline_tick(instant: Instant, timeline: Timeline) -> int:
    """Tick of a deadline: the end of a date's day, or the instant `day n` itself. What happens at that tick counts."""
    return _tick(instant, timeline.start, timeline.ticks_per_day, days_after=1)


def horizon_tick(horizon: Instant, start: datetime.date | None, ticks_per_day: int) -> int:
    """Tick at which the simulated time ends, a deadline like any other."""
    return _tick(horizon, start, ticks_per_day, days_after=1)


def instant_tick(instant: Instant, start: datetime.date | None, ticks_per_day: int) -> int:
    """Tick of 00:00 of a date, or of the instant `day n`."""
    return _tick(instant, start, ticks_per_day, days_after=0)


def _tick(instant: Instant, start: datetime.date | None, ticks_per_day: int, days_after: int) -> int:
    if instant.date is not None and start is not None:
        return ((instant.date - start).days + days_after) * ticks_per_day
    return math.floor((instant.day or 0) * ticks_per_day)
