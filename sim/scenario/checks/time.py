"""Time: start and horizon, tick, and every date of the scenario."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from sim.calendar import COVERED_YEARS
from sim.errors import Problem
from sim.errors.problem import Severity
from sim.scenario.checks.declared import Declared
from sim.scenario.schema import Course, Scenario, Stock, dates_of, values_of
from sim.scenario.values.instants import Instant

Value = TypeVar("Value")
MOST_TICKS_PER_DAY = 86_400
MOST_TICKS = 4_600_000
"""Ticks of the horizon times the greatest rate of a calendar: work is counted in parts per million squared of a tick, in 64 bits."""


class Dated(NamedTuple):
    """An instant of the scenario that must fall within the simulated time; outside it is an error, or means nothing (a warning)."""

    path: str
    instant: Instant
    outside: Severity | None


def time_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """All faults of time; dates are compared with start and horizon only where those two stand."""
    yield from _tick_problems(scenario)
    ends = list(_end_problems(scenario))
    yield from ends
    if not ends:
        yield from _instant_problems(scenario)
        yield from _calendar_problems(scenario)
        yield from _size_problems(scenario)


def ticks_per_day(scenario: Scenario) -> int:
    """Whole ticks of a day."""
    return max(round(1 / scenario.run.tick), 1) if scenario.run.tick > 0 else 1


def simulated_days(scenario: Scenario) -> Fraction:
    """Days from the start to the end of the horizon."""
    run = scenario.run
    if run.start and run.start.date and run.horizon.date:
        return Fraction((run.horizon.date - run.start.date).days + 1)
    return run.horizon.day or Fraction(0)


def days_since_start(scenario: Scenario, instant: Instant) -> Fraction:
    """Days from the start to 00:00 of a date, or to `day n`."""
    start = scenario.run.start
    if instant.date and start and start.date:
        return Fraction((instant.date - start.date).days)
    return instant.day or Fraction(0)


def value_on(scenario: Scenario, course: Course[Value], day: Fraction, before: Value) -> Value:
    """What holds on a day since the start; `before` is the value before a course's first date."""
    if not isinstance(course, dict):
        return course
    reached = {
        days_since_start(scenario, instant): value for instant, value in course.items() if days_since_start(scenario, instant) <= day
    }
    return reached[max(reached)] if reached else before


def is_simulated(scenario: Scenario, instant: Instant) -> bool:
    """Whether a date is a day of the run, or `day n` an instant of it."""
    days = days_since_start(scenario, instant)
    return 0 <= days <= simulated_days(scenario) - (1 if instant.date else 0)


def year_end(scenario: Scenario) -> datetime.date | None:
    """The last day of the year of the start, in a dated scenario."""
    start = scenario.run.start
    return datetime.date(start.date.year, 12, 31) if start and start.date else None


def _tick_problems(scenario: Scenario) -> Iterator[Problem]:
    tick = scenario.run.tick
    if not 1 / MOST_TICKS_PER_DAY <= tick <= 1:
        yield Problem("tick", path="run.tick", found=f"{tick:g} days", allowed="1 minute … 1 day")
    elif not math.isclose(1 / tick, round(1 / tick), rel_tol=1e-9):
        yield Problem("tick", path="run.tick", found=f"{tick:g} days", allowed="1 day, 12 hours, 1 hour, 15 minutes, 1 minute")


def _end_problems(scenario: Scenario) -> Iterator[Problem]:
    """Start and horizon: both dates, or both days, in order."""
    run = scenario.run
    if run.calendar == "dated":
        if run.start is None:
            yield Problem("missing-key", path="run", found="calendar: dated", allowed="start: 2022-01-01", suggestion="calendar: plain")
        for key, instant in (("start", run.start), ("horizon", run.horizon)):
            if instant and instant.date is None:
                yield Problem("dated", path=f"run.{key}", found=str(instant), allowed="2022-12-31", suggestion="run.calendar: plain")
        if run.start and run.start.date and run.horizon.date and run.horizon.date < run.start.date:
            yield Problem("horizon", path="run.horizon", found=str(run.horizon), allowed=f"≥ {run.start}")
        return
    for key, instant in (("start", run.start), ("horizon", run.horizon)):
        if instant and instant.date is not None:
            yield Problem("dated", path=f"run.{key}", found=str(instant), allowed="day 365", suggestion="run.calendar: dated")
    if run.start and run.start.day:
        yield Problem("horizon", path="run.start", found=str(run.start), allowed="day 0")
    if run.horizon.day is not None and run.horizon.day * ticks_per_day(scenario) < 1:
        yield Problem("horizon", path="run.horizon", found=str(run.horizon), allowed="≥ 1 × run.tick")


def _instant_problems(scenario: Scenario) -> Iterator[Problem]:
    """Dates in a plain run, `day n` in a dated one, and what falls outside the simulated time."""
    dated = scenario.run.calendar == "dated"
    within = f"{scenario.run.start} … {scenario.run.horizon}" if dated else f"day 0 … {scenario.run.horizon}"
    for path, instant, outside in instants(scenario):
        if (instant.date is not None) != dated:
            yield Problem("dated", path=path, found=str(instant), allowed="2022-06-30" if dated else "day 180")
        elif outside and not is_simulated(scenario, instant):
            yield Problem("horizon", path=path, found=str(instant), allowed=within, severity=outside)


def instants(scenario: Scenario) -> Iterator[Dated]:
    """Every instant of the scenario but start and horizon."""
    for path, statement in scenario.statements.items():
        if statement.by:
            yield Dated(f"{path}.by", statement.by, "error")
    if scenario.run.warm_up:
        yield Dated("run.warm_up", scenario.run.warm_up, "error")
    for block, stages in scenario.workflows.items():
        for name, stage in stages.items():
            inside = any(is_simulated(scenario, instant) for instant in stage.window)
            for index, instant in enumerate(stage.window):
                yield Dated(f"{block}.{name}.window.{index}", instant, "warning" if inside else "error")
    for path, course in courses(scenario):
        for instant in dates_of(course):
            yield Dated(f"{path}.{instant}", instant, "warning")
    for name, pool in scenario.pools.items():
        for instant in pool.tranches.dated if isinstance(pool, Stock) else ():
            yield Dated(f"pools.{name}.tranches.dated.{instant}", instant, "warning")
    yield from _member_instants(scenario)
    yield from _intake_instants(scenario)
    for name, risk in scenario.uncertain.risks.items():
        for index, instant in enumerate(risk.begins):
            yield Dated(f"uncertain.risks.{name}.begins.{index}", instant, "error")


def courses(scenario: Scenario) -> Iterator[tuple[str, Course[Any]]]:
    """Every value that may change in time, with its path."""
    for block, stages in scenario.workflows.items():
        for name, stage in stages.items():
            yield f"{block}.{name}.duration_times", stage.duration_times
            yield f"{block}.{name}.dropout_times", stage.dropout_times
            for target, route in stage.routes.items():
                yield f"{block}.{name}.routes.{target}.probability", route.probability
    for name, pool in scenario.pools.items():
        if isinstance(pool, Stock):
            yield f"pools.{name}.tranches.monthly", pool.tranches.monthly
        else:
            yield f"pools.{name}.capacity", pool.capacity
    for name, stream in scenario.intake.items():
        yield f"intake.{name}.rate", stream.rate
    for name, calendar in scenario.calendars.items():
        yield f"calendars.{name}.times", calendar.times
    for name, effort in scenario.efforts.items():
        yield f"efforts.{name}.pace", effort.pace
    review = scenario.review
    if review and review.push:
        yield "review.push.gain", review.push.gain
        yield "review.push.at_most", review.push.at_most
        yield "review.push.task_forces", review.push.task_forces
    if review and review.problem_list:
        yield "review.problem_list.size", review.problem_list.size
        yield "review.problem_list.after", review.problem_list.after
    if scenario.assumptions.reporting:
        yield "assumptions.reporting.delay", scenario.assumptions.reporting.delay


def _member_instants(scenario: Scenario) -> Iterator[Dated]:
    members = {f"portfolio.projects.{name}": project for name, project in scenario.portfolio.projects.items()} | {
        f"portfolio.cohorts.{name}": cohort for name, cohort in scenario.portfolio.cohorts.items()
    }
    for path, member in members.items():
        if isinstance(member.planned_start, Instant):
            yield Dated(f"{path}.planned_start", member.planned_start, None)
        if isinstance(member.joins, Instant):
            yield Dated(f"{path}.joins", member.joins, "error")
        elif isinstance(member.joins, dict):
            for instant in member.joins:
                yield Dated(f"{path}.joins.{instant}", instant, "error")


def _intake_instants(scenario: Scenario) -> Iterator[Dated]:
    for name, stream in scenario.intake.items():
        for instant in stream.dates:
            yield Dated(f"intake.{name}.dates.{instant}", instant, "error")
        if isinstance(stream.planned_start, Instant):
            yield Dated(f"intake.{name}.planned_start", stream.planned_start, None)
    for name, batch in scenario.land.batches.items():
        for instant in batch.joins if isinstance(batch.joins, dict) else [batch.joins] if batch.joins else ():
            yield Dated(f"land.batches.{name}.joins" + (f".{instant}" if isinstance(batch.joins, dict) else ""), instant, "error")


def _calendar_problems(scenario: Scenario) -> Iterator[Problem]:
    """Years of the run for which a calendar's official days are not known."""
    start, horizon = scenario.run.start, scenario.run.horizon
    if not (start and start.date and horizon.date):
        return
    missing = [year for year in range(start.date.year, horizon.date.year + 1) if year not in COVERED_YEARS]
    for name, calendar in scenario.calendars.items():
        if missing and (calendar.days == "working days" or calendar.spring_festival):
            key = "days" if calendar.days == "working days" else "spring_festival"
            allowed = f"{min(COVERED_YEARS)} … {max(COVERED_YEARS)}"
            yield Problem("calendar-years", path=f"calendars.{name}.{key}", found=", ".join(map(str, missing[:5])), allowed=allowed)


def _size_problems(scenario: Scenario) -> Iterator[Problem]:
    """A horizon of more ticks than the integers of the engine hold."""
    calendars = scenario.calendars.values()
    fastest = max((max(calendar.monthly or (1.0,)) * max(values_of(calendar.times)) for calendar in calendars), default=1.0)
    ticks = simulated_days(scenario) * ticks_per_day(scenario) * Fraction(max(fastest, 1.0))
    if ticks > MOST_TICKS:
        yield Problem("horizon", path="run.horizon", found=f"{int(ticks):,} ticks", allowed=f"≤ {MOST_TICKS:,} ticks")
