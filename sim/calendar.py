"""Days and work: official working days, the Spring Festival on building sites, and clocks that say when work is done.

A calendar is a rate by day in parts per million. Its clock is the running sum of that rate over ticks, in integers: work W begun
at t ends at the first tick where the clock has advanced by W.

Sources, in `sim/_calendar/`: days off and made up from the State Council's yearly notices (`notices.csv` says where each stands);
New Year's Days of the lunar calendar (rules: GB/T 33661-2017), which the tests hold against the new moon.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

PPM = 1_000_000
"""The rate of a full day of work: one, in parts per million."""
NEVER = 2**62
"""A tick that does not come."""
COVERED_YEARS = range(2006, 2027)
"""Years whose official working days are known. The notice for a year may still move the last two days of the year before."""
LUNAR_YEARS = range(2000, 2051)
"""Years whose Spring Festival is known."""


def lunar_new_year(year: int) -> date:
    """Day 1 of the lunar year that begins in `year`: the Spring Festival's New Year's Day. Raises ValueError for an unknown year."""
    if year not in LUNAR_YEARS:
        raise ValueError(f"the lunar New Year of {year} is not known: {LUNAR_YEARS[0]} to {LUNAR_YEARS[-1]}")
    return _new_year_days()[year]


def is_working_day(day: date) -> bool:
    """Whether offices work: weekdays less days off, and weekend days made up for them. Raises ValueError for an unknown year."""
    if (day.month, day.day) == (1, 1):
        return False
    if day.year not in COVERED_YEARS:
        raise ValueError(f"official working days of {day.year} are not known: {COVERED_YEARS[0]} to {COVERED_YEARS[-1]}")
    days_off, weekend_days_worked = _official_days()
    return day in weekend_days_worked or (day.weekday() < 5 and day not in days_off)


def spring_festival_rate(day: date, slows: float, stops: float, midpoint: float, slope: float) -> float:
    """Work rate on `day` around the lunar New Year, whose day n is New Year's Day + (n - 1) days (New Year's Eve is day 0).

    One up to day `slows`, then falling linearly to zero at day `stops`; zero through day 1; then 1 / (1 + exp(-slope (n - midpoint))).
    Raises ValueError for an unknown year.
    """
    lunar_new_year(day.year)
    around = (_new_year_days()[year] for year in (day.year - 1, day.year, day.year + 1) if year in _new_year_days())
    return min(_rate_on_lunar_day((day - first).days + 1, slows, stops, midpoint, slope) for first in around)


def _rate_on_lunar_day(number: int, slows: float, stops: float, midpoint: float, slope: float) -> float:
    if number <= slows:
        return 1.0
    if number < stops:
        return (stops - number) / (stops - slows)
    if number <= 1:
        return 0.0
    return 1.0 / (1.0 + math.exp(min(-slope * (number - midpoint), 700.0)))


def day_rates(
    start: date,
    days: int,
    *,
    working_days: bool,
    monthly: tuple[float, ...] | None,
    spring_festival: tuple[float, float, float, float] | None,
    times: Sequence[float] = (),
) -> Integers:
    """(days,) rates in parts per million from `start`: the product of the parts given, to the nearest (halves up).

    `monthly` holds a factor for January to December; `spring_festival` holds (slows, stops, midpoint, slope); `times` is a
    factor for each day. Raises ValueError for an unknown year.
    """

    rates = _rates(start, days, working_days, monthly, spring_festival)
    return in_ppm([factor * one for factor, one in zip(times, rates, strict=True)] if times else rates)


@lru_cache(maxsize=64)
def _rates(
    start: date, days: int, working_days: bool, monthly: tuple[float, ...] | None, spring_festival: tuple[float, float, float, float] | None
) -> tuple[float, ...]:
    """(days,) factors: a run compiles the same calendars for its file and for each reading."""

    def rate(day: date) -> float:
        worked = is_working_day(day) if working_days else True
        season = monthly[day.month - 1] if monthly is not None else 1.0
        return worked * season * (spring_festival_rate(day, *spring_festival) if spring_festival is not None else 1.0)

    return tuple(rate(start + timedelta(number)) for number in range(days))


def in_ppm(rates: Sequence[float]) -> Integers:
    """(day,) rates in parts per million, to the nearest (halves up)."""
    return np.array([math.floor(rate * PPM + 0.5) for rate in rates], dtype=np.int64)


def month_starts(start: date, end_exclusive: date) -> list[date]:
    """`start`, then every first of a month after it and before `end_exclusive`: the first days of the months of a run."""
    months = range(start.year * 12 + start.month, end_exclusive.year * 12 + end_exclusive.month)
    return [start] + [first for first in (date(month // 12, month % 12 + 1, 1) for month in months) if first < end_exclusive]


@dataclass(frozen=True, eq=False)
class Clock:
    """The running sum of a calendar's rate, in ppm x ticks, since the start; it stands still before and beyond its table."""

    rates: Integers
    """(day,) ppm"""
    readings: Integers
    """(day + 1,) the clock at the beginning of each day, and at the table's end."""
    ticks_per_day: int

    @classmethod
    def from_rates(cls, rates: Integers, ticks_per_day: int) -> Clock:
        """The clock of a calendar with these rates (day,) in ppm, none below zero."""
        readings = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(rates * ticks_per_day, dtype=np.int64)])
        return cls(np.asarray(rates, dtype=np.int64), readings, ticks_per_day)

    @classmethod
    def plain(cls, days: int, ticks_per_day: int) -> Clock:
        """The clock of a calendar without weeks, holidays or seasons."""
        return cls.from_rates(np.full(days, PPM, dtype=np.int64), ticks_per_day)

    def at(self, tick: int) -> int:
        """What the clock reads at `tick`."""
        rates, readings = self._scalars
        day, ticks = divmod(tick, self.ticks_per_day)
        if day < 0:
            return 0
        return readings[day] + ticks * rates[day] if day < len(rates) else readings[-1]

    def when(self, reading: int) -> int:
        """First tick at which the clock has reached `reading`; NEVER if not within the table."""
        rates, readings = self._scalars
        if reading <= 0:
            return 0
        if reading > readings[-1]:
            return NEVER
        day = bisect_left(readings, reading) - 1
        return day * self.ticks_per_day - (readings[day] - reading) // rates[day]

    def at_many(self, ticks: Integers) -> Integers:
        """`at`, by element."""
        held = np.clip(ticks, 0, len(self.rates) * self.ticks_per_day)
        day = np.minimum(held // self.ticks_per_day, len(self.rates) - 1)
        return np.asarray(self.readings[day] + (held - day * self.ticks_per_day) * self.rates[day])

    def when_many(self, readings: Integers) -> Integers:
        """`when`, by element."""
        held = np.clip(readings, 1, self.readings[-1])
        day = np.searchsorted(self.readings, held, side="left") - 1
        rate = np.maximum(self.rates[day], 1)
        ticks = day * self.ticks_per_day - (self.readings[day] - held) // rate
        return np.where(readings <= 0, 0, np.where(readings > self.readings[-1], NEVER, ticks))

    @cached_property
    def _scalars(self) -> tuple[list[int], list[int]]:
        """Rates and readings as plain integers, for one question at a time."""
        return self.rates.tolist(), self.readings.tolist()


def _table(name: str) -> Iterator[dict[str, str]]:
    text = (files("sim") / "_calendar" / name).read_text(encoding="utf-8")
    return iter(csv.DictReader(text.splitlines()))


@cache
def _new_year_days() -> dict[int, date]:
    """Year -> New Year's Day; one year more than LUNAR_YEARS, for the slack before the festival."""
    days = [date.fromisoformat(row["new_year_day"]) for row in _table("lunar_new_year.csv")]
    return {day.year: day for day in days}


@cache
def _official_days() -> tuple[frozenset[date], frozenset[date]]:
    """Days off, and weekend days worked."""
    rows = [(row["first_day_off"], row["last_day_off"], row["weekend_days_worked"]) for row in _table("holidays.csv")]
    days_off = {day for first, last, _ in rows for day in _days(date.fromisoformat(first), date.fromisoformat(last))}
    worked = {date.fromisoformat(day) for *_, days in rows for day in days.split()}
    return frozenset(days_off), frozenset(worked)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(number) for number in range((last - first).days + 1)]
