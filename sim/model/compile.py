"""Scenario to `Model`: names become numbers, dates become ticks, calendars become tables."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

import numpy as np

from sim.calendar import Clock, day_rates, month_starts
from sim.model.arrays import Booleans, GoalModel, Integers, Model, Network, Pools, Priors, Spending, Timeline
from sim.model.curves import POINTS, curve_table
from sim.model.members import compile_members, sector_names
from sim.model.time import deadline_tick, event_tick, horizon_tick
from sim.scenario.schema import Calendar, Goal, Scenario, Servers, Stage, Stock, Tranches
from sim.scenario.values.quantities import nearest


def compile_model(scenario: Scenario, as_written: Scenario) -> Model:
    """Compile `scenario`; the year's plan is measured on the calendars of the file `as_written` (model of inversion)."""
    timeline = compile_timeline(scenario)
    network = compile_network(scenario, as_written, timeline)
    sectors = sector_names(scenario.portfolio)
    return Model(
        timeline=timeline,
        network=network,
        pools=compile_pools(scenario, timeline),
        members=compile_members(scenario, timeline, network, sectors),
        spending=compile_spending(scenario, timeline, sectors),
        priors=compile_priors(scenario),
        goals=tuple(compile_goal(name, goal, network, timeline) for name, goal in scenario.goals.items()),
        last_year_investment=scenario.assumptions.last_year.investment or 0,
    )


def compile_timeline(scenario: Scenario) -> Timeline:
    """Ticks of the horizon, of the first year's end and of the month ends within it."""
    per_day = round(1 / scenario.run.tick)
    start = scenario.run.start.date if scenario.run.start else None
    horizon = horizon_tick(scenario.run.horizon, start, per_day)
    if start is None:
        return Timeline(None, per_day, horizon, horizon, np.array([horizon]), ("all",))
    days = horizon // per_day
    starts = month_starts(start, start + datetime.timedelta(days=days))
    ends = np.array([(day - start).days * per_day for day in starts[1:]] + [horizon], dtype=np.int64)
    year_end = (datetime.date(start.year + 1, 1, 1) - start).days * per_day
    return Timeline(start, per_day, horizon, year_end, ends, tuple(f"{day:%Y-%m}" for day in starts))


def compile_network(scenario: Scenario, as_written: Scenario, timeline: Timeline) -> Network:
    """Stages in the order of the file."""
    names, stages = tuple(scenario.workflow), tuple(scenario.workflow.values())
    pools = tuple(scenario.pools)
    shape = (len(stages), len(pools))
    clocks = {name: compile_clock(calendar, timeline) for name, calendar in scenario.calendars.items()}
    clocks["plain"] = compile_clock(Calendar(), timeline)
    spending = next((index for index, stage in enumerate(stages) if stage.spends), -1)
    predecessors = np.array([[before in after.after for after in stages] for before in names], dtype=bool).reshape(len(names), len(names))
    return Network(
        names=names,
        milestones=tuple(stage.milestone for stage in stages),
        predecessors=predecessors,
        ancestors=ancestors(predecessors),
        durations=tuple(stage.duration for stage in stages),
        patience=tuple(stage.patience for stage in stages),
        waiting_room=np.array([-1 if stage.waiting_room is None else stage.waiting_room for stage in stages], dtype=np.int64),
        clocks=tuple(clocks[stage.calendar] for stage in stages),
        planning_clock=compile_planning_clock(scenario, as_written, timeline, spending, clocks["plain"]),
        spending=spending,
        waits_for_planned_start=np.array([stage.not_before is not None for stage in stages], dtype=bool),
        windows=tuple(compile_window(stage, timeline) for stage in stages),
        fixed_need=np.array([[fixed_need(stage, pool) for pool in pools] for stage in stages], dtype=np.int64).reshape(shape),
        needs_land=np.array([[stage.needs.get(pool) == "land" for pool in pools] for stage in stages], dtype=bool).reshape(shape),
    )


def ancestors(predecessors: Booleans) -> Booleans:
    """(stage, before) the transitive closure of (before, after) `predecessors`, turned round."""
    reached = predecessors.copy()
    for middle in range(len(reached)):
        reached |= reached[:, middle, None] & reached[middle, None, :]
    return np.asarray(reached.T)


def compile_planning_clock(scenario: Scenario, as_written: Scenario, timeline: Timeline, spending: int, plain: Clock) -> Clock:
    """The spending stage's calendar before any override; in a scenario that spends nothing, the plain one."""
    if spending < 0:
        return plain
    name = tuple(scenario.workflow.values())[spending].calendar
    return compile_clock(as_written.calendars[name], timeline) if name in as_written.calendars else plain


def compile_clock(calendar: Calendar, timeline: Timeline) -> Clock:
    """A calendar's clock up to the horizon and a day beyond."""
    days = -(-max(timeline.horizon, timeline.year_end) // timeline.ticks_per_day) + 1
    if timeline.start is None:
        return Clock.plain(days, timeline.ticks_per_day)
    festival = calendar.spring_festival
    rates = day_rates(
        timeline.start,
        days,
        working_days=calendar.days == "working days",
        monthly=calendar.monthly,
        spring_festival=(festival.slows, festival.stops, festival.midpoint, festival.slope) if festival else None,
    )
    return Clock.from_rates(rates, timeline.ticks_per_day)


def compile_window(stage: Stage, timeline: Timeline) -> Integers:
    """Ticks at which a stage's window is open, in order: all of a date's day, or the instant `day n`."""
    spans = [(event_tick(instant, timeline), timeline.ticks_per_day if instant.date else 1) for instant in stage.window]
    return np.array(sorted({tick for first, length in spans for tick in range(first, first + length)}), dtype=np.int64)


def fixed_need(stage: Stage, pool: str) -> int:
    """Units of `pool` that every project needs at `stage`, 0 where it is the project's own land need or none."""
    need = stage.needs.get(pool)
    return 0 if need is None or isinstance(need, str) else math.floor(need.value + 1 / 2)


def compile_pools(scenario: Scenario, timeline: Timeline) -> Pools:
    """Pools in the order of the file, with every tranche that falls within the horizon."""
    pools = tuple(scenario.pools.values())
    inflows = []
    for index, pool in enumerate(pools):
        if isinstance(pool, Stock):
            inflows += [(tick, index, amount) for tick, amount in _tranches(pool.tranches, timeline)]
    return Pools(
        names=tuple(scenario.pools),
        is_stock=np.array([pool.kind == "stock" for pool in pools], dtype=bool),
        initial=np.array([pool.capacity if isinstance(pool, Servers) else nearest(pool.initial.value) for pool in pools], dtype=np.int64),
        passing=np.array([pool.passing for pool in pools], dtype=bool),
        inflows=tuple(sorted(inflows)),
    )


def _tranches(tranches: Tranches, timeline: Timeline) -> list[tuple[int, int]]:
    """(tick, amount) of a stock's inflow: on the first of each month after the start, and on its dates."""
    inflow = [(event_tick(instant, timeline), nearest(amount.value)) for instant, amount in tranches.dated.items()]
    if tranches.monthly is not None:
        inflow += [(int(tick), nearest(tranches.monthly.value)) for tick in timeline.month_ends[:-1]]
    return [(tick, amount) for tick, amount in inflow if 0 <= tick <= timeline.horizon]


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
        report_delay_ticks=round(reporting.delay * timeline.ticks_per_day) if reporting else 0,
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


def compile_goal(name: str, goal: Goal, network: Network, timeline: Timeline) -> GoalModel:
    """A goal's stage, threshold and deadline as numbers."""
    stage = network.names.index(goal.stage) if goal.stage else -1
    return GoalModel(
        name=name,
        metric=goal.metric,
        basis=goal.basis,
        stage=network.stage_of(goal.milestone) if goal.milestone else stage,
        comparator=goal.comparator,
        threshold=float(goal.value.value),
        tick=deadline_tick(goal.by, timeline) if goal.by else timeline.horizon,
        headline=goal.headline and goal.restates is None,
    )
