"""Scenario to `Model`: names become numbers, dates become ticks, calendars become tables; one file a part."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence

import numpy as np

from sim.calendar import Clock, day_rates, in_ppm, month_starts, spring_festival_rate
from sim.model import rules
from sim.model.arrays import GoalModel, Integers, Model, Network, Priors, Spending, Timeline
from sim.model.curves import POINTS, curve_table
from sim.model.members import compile_members, sector_names
from sim.model.network import Clocks, compile_network, who_is
from sim.model.pools import compile_districts, compile_pools
from sim.model.supervision import compile_effort, compile_review, compile_risk, known_ticks
from sim.model.time import deadline_tick, horizon_tick, instant_tick, steps_of
from sim.scenario.schema import Calendar, Goal, Scenario, Statement
from sim.scenario.values.quantities import Lag


def compile_model(scenario: Scenario, as_written: Scenario) -> Model:
    """Compile `scenario`; the year's plan is measured on the calendars of the file `as_written` (model of inversion)."""
    timeline = compile_timeline(scenario)
    sectors = sector_names(scenario)
    network = compile_network(scenario, compile_clocks(scenario, as_written, timeline), timeline, sectors)
    return Model(
        timeline=timeline,
        network=network,
        pools=compile_pools(scenario, timeline),
        districts=compile_districts(scenario, network),
        members=compile_members(scenario, timeline, network, sectors),
        spending=compile_spending(scenario, timeline, sectors),
        priors=compile_priors(scenario),
        review=compile_review(scenario, network, timeline),
        risks=tuple(compile_risk(name, risk, scenario, timeline, sectors) for name, risk in scenario.uncertain.risks.items()),
        efforts=tuple(compile_effort(effort, scenario, timeline, sectors) for effort in scenario.efforts.values()),
        goals=tuple(compile_goal(name, goal, scenario, network, timeline, sectors) for name, goal in scenario.goals.items()),
        observations=tuple(compile_goal(name, one, scenario, network, timeline, sectors) for name, one in scenario.observations.items()),
        last_year_investment=scenario.assumptions.last_year.investment or 0,
    )


def compile_timeline(scenario: Scenario) -> Timeline:
    """Ticks of the horizon, of the first year's end and of the month ends within it."""
    per_day = round(1 / scenario.run.tick)
    start = scenario.run.start.date if scenario.run.start else None
    horizon = horizon_tick(scenario.run.horizon, start, per_day)
    warm_up = instant_tick(scenario.run.warm_up, start, per_day) if scenario.run.warm_up else 0
    if start is None:
        return Timeline(None, per_day, horizon, horizon, np.array([horizon]), ("all",), _looks(scenario, [horizon], None, per_day), warm_up)
    days = horizon // per_day
    starts = month_starts(start, start + datetime.timedelta(days=days))
    ends = np.array([(day - start).days * per_day for day in starts[1:]] + [horizon], dtype=np.int64)
    year_end = (datetime.date(start.year + 1, 1, 1) - start).days * per_day
    return Timeline(
        start, per_day, horizon, year_end, ends, tuple(f"{day:%Y-%m}" for day in starts), _looks(scenario, ends, start, per_day), warm_up
    )


def _looks(scenario: Scenario, ends: Iterable[int], start: datetime.date | None, per_day: int) -> Integers:
    """Month ends and deadlines of goals and observations, in order."""
    deadlines = [horizon_tick(one.by, start, per_day) for one in scenario.statements.values() if one.by]
    return np.unique(np.array([*ends, *deadlines], dtype=np.int64))


def compile_clocks(scenario: Scenario, as_written: Scenario, timeline: Timeline) -> Clocks:
    """The clock of each calendar, and the spending stage's as the file has it: before any override."""
    clocks = {"plain": compile_clock(Calendar(), timeline)}
    clocks |= {name: compile_clock(calendar, timeline) for name, calendar in scenario.calendars.items()}
    spending = next((stage.calendar for stage in scenario.workflow.values() if stage.spends), "plain")
    written = as_written.calendars.get(spending)
    return Clocks(clocks, compile_clock(written, timeline) if written else clocks["plain"])


def compile_clock(calendar: Calendar, timeline: Timeline) -> Clock:
    """A calendar's clock up to the end of the horizon's year and a day beyond."""
    days = -(-max(timeline.horizon, int(timeline.year_ends[-1])) // timeline.ticks_per_day) + 1
    steps, festival = steps_of(calendar.times, 1.0, timeline), calendar.spring_festival
    times = [rules.in_force(steps, day * timeline.ticks_per_day) for day in range(days)]
    if timeline.start is None:
        return Clock.from_rates(in_ppm(times), timeline.ticks_per_day)
    rates = day_rates(
        timeline.start,
        days,
        working_days=calendar.days == "working days",
        monthly=calendar.monthly,
        spring_festival=(festival.slows, festival.stops, festival.midpoint, festival.slope) if festival else None,
        times=times,
    )
    return Clock.from_rates(rates, timeline.ticks_per_day)


def compile_spending(scenario: Scenario, timeline: Timeline, sectors: Sequence[str]) -> Spending:
    """S-curves by sector and the rules of spending before the start, reporting and counting."""
    assumptions = scenario.assumptions
    curves = assumptions.curves
    linear = np.arange(POINTS) / (POINTS - 1)
    tables = {name: curve_table(curve.a, curve.b) for name, curve in curves.items()}
    before, reporting = assumptions.before_start, assumptions.reporting
    return Spending(
        curves=np.array([tables.get(sector, tables.get("default", linear)) for sector in sectors]),
        before_share=before.share if before else 0.0,
        before_ticks=round(before.until * timeline.ticks_per_day) if before else 0,
        known_at=known_ticks(reporting.delay if reporting else Lag(), timeline),
        counts_work_before_entry=reporting is None or reporting.work_before_entry == "counted",
    )


def compile_priors(scenario: Scenario) -> Priors:
    """Priors with the city's own last year taken in: log completion ~ normal(m + r (ln c - m), s sqrt(1 - r^2))."""
    completion, fai, last = scenario.uncertain.completion, scenario.uncertain.fai, scenario.assumptions.last_year.completion
    mean = deviation = 0.0
    if completion:
        mean, deviation = completion.log_mean, completion.log_sd
        if last is not None:
            mean += completion.persistence * (math.log(last) - mean)
            deviation *= math.sqrt(1 - completion.persistence**2)
    return Priors(
        completion_log_mean=mean,
        completion_log_sd=deviation,
        has_completion=completion is not None,
        sector_log_sd=completion.sector_log_sd if completion else 0.0,
        project_log_sd=completion.project_log_sd if completion else 0.0,
        key_share=fai.key_share if fai else None,
        pass_through=fai.pass_through if fai else None,
        rest_growth=fai.rest_growth if fai else None,
        correlation=fai.correlation if fai else 0.0,
    )


def compile_goal(name: str, goal: Statement, scenario: Scenario, network: Network, timeline: Timeline, sectors: Sequence[str]) -> GoalModel:
    """The stage, threshold and deadline of a goal, or of an observation, as numbers."""
    stage = network.names.index(goal.stage) if goal.stage else -1
    return GoalModel(
        name=name,
        metric=goal.metric,
        basis=goal.basis,
        stage=network.stage_of(goal.milestone) if goal.milestone else stage,
        of=network.stage_of(goal.of) if goal.of else -1,
        pool=tuple(scenario.pools).index(goal.pool) if goal.pool else -1,
        who=who_is(goal.where, scenario, sectors),
        ramp=festival_rate(goal, scenario),
        comparator=goal.comparator if isinstance(goal, Goal) else ">=",
        threshold=float(goal.value.value),
        tick=deadline_tick(goal.by, timeline) if goal.by else timeline.horizon,
        headline=isinstance(goal, Goal) and goal.headline and goal.restates is None,
    )


def festival_rate(goal: Statement, scenario: Scenario) -> float:
    """The part of sites that the Spring Festival leaves at work on the day of a goal's deadline; 1 where it is not asked for."""
    day = (goal.by or scenario.run.horizon).date
    calendar = next((scenario.calendars.get(stage.calendar) for stage in scenario.workflow.values() if stage.spends), None)
    festival = calendar.spring_festival if calendar else None
    if goal.metric != "resumption" or festival is None or day is None:
        return 1.0
    return spring_festival_rate(day, festival.slows, festival.stops, festival.midpoint, festival.slope)
