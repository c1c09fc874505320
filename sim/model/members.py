"""Portfolio to entities: listed projects first, then the members of each cohort."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sim.calendar import NEVER
from sim.model.arrays import Booleans, Cohort, Floats, Integers, Listed, Members, Network, Segment, Timeline
from sim.model.portfolio import largest_remainder, shared_counts
from sim.model.time import event_tick
from sim.scenario import schema
from sim.scenario.totals import Totals, cohort_totals
from sim.scenario.values.quantities import Duration, Instant

YUAN_PER_BN = 1_000_000_000


def sector_names(portfolio: schema.Portfolio) -> tuple[str, ...]:
    """Every sector that a project or cohort names, in order of appearance; `general` where none is named."""
    named = [project.sector for project in portfolio.projects.values()]
    for cohort in portfolio.cohorts.values():
        named += list(cohort.sectors) or ["general"]
    return tuple(dict.fromkeys(named)) or ("general",)


def compile_members(scenario: schema.Scenario, timeline: Timeline, network: Network, sectors: Sequence[str]) -> Members:
    """All entities with what does not change between replications."""
    portfolio = scenario.portfolio
    totals = cohort_totals(portfolio)
    rate = float(scenario.assumptions.land_per_bn_yuan or 0)
    cohorts, first = [], len(portfolio.projects)
    for name, cohort in portfolio.cohorts.items():
        cohorts.append(compile_cohort(name, cohort, totals[name], first, rate, timeline, network, sectors))
        first += totals[name].count
    owners: list[schema.Project | schema.Cohort] = list(portfolio.projects.values())
    for compiled, cohort in zip(cohorts, portfolio.cohorts.values(), strict=True):
        owners += [cohort] * compiled.count
    return Members(
        names=(*portfolio.projects, *(f"{cohort.name}#{index}" for cohort in cohorts for index in range(cohort.count))),
        listed=compile_listed(portfolio.projects.values(), rate, timeline, network),
        cohorts=tuple(cohorts),
        sector=_sectors(portfolio, cohorts, sectors),
        sector_names=tuple(sectors),
        group=_groups(portfolio, cohorts),
        is_new=np.array([owner.kind == "new" for owner in owners], dtype=bool),
        priority=np.array([owner.priority for owner in owners], dtype=np.int64),
        done=_done(owners, network),
        dropout=_dropout(owners, scenario, network),
    )


def compile_listed(projects: Iterable[schema.Project], land_per_bn: float, timeline: Timeline, network: Network) -> Listed:
    """What is stated of each listed project."""
    rows = list(projects)
    joins = [event_tick(row.joins, timeline) if row.joins else 0 for row in rows]
    return Listed(
        total=_integers(row.total for row in rows),
        invested=_integers(row.invested for row in rows),
        plan=_integers(row.plan for row in rows),
        land=_integers(row.land if row.land is not None else round(row.total / YUAN_PER_BN * land_per_bn) for row in rows),
        joins=_integers(joins),
        planned_start=_integers(planned_tick(row.planned_start, tick, timeline) for row, tick in zip(rows, joins, strict=True)),
        at=_integers(stage_number(row.at, network) for row in rows),
    )


def planned_tick(planned: Instant | Duration | None, joins: int, timeline: Timeline) -> int:
    """Tick of a planned start: its date, or its delay after joining; joining itself if none is given."""
    if isinstance(planned, Instant):
        return event_tick(planned, timeline)
    return joins + (round(planned.days * timeline.ticks_per_day) if planned is not None else 0)


def stage_number(name: str | None, network: Network) -> int:
    """A stage's number, -1 for none: before the first."""
    return -1 if name is None else network.names.index(name)


def compile_cohort(
    name: str, cohort: schema.Cohort, totals: Totals, first: int, land: float, timeline: Timeline, network: Network, sectors: Sequence[str]
) -> Cohort:
    """A cohort with its shares turned into counts."""
    at = cohort.at if isinstance(cohort.at, dict) else {cohort.at: 1.0}
    joins = cohort.joins if isinstance(cohort.joins, dict) else {cohort.joins: 1.0}
    planned = cohort.planned_start
    return Cohort(
        name=name,
        first=first,
        count=totals.count,
        segments=_segments(cohort, totals, sectors),
        size=cohort.size,
        plan=totals.plan,
        plan_share=cohort.plan_share or 0.0,
        plan_spread=cohort.plan_spread,
        invested_share=cohort.invested_share,
        land_per_bn_yuan=land,
        at_stages=_integers(stage_number(stage, network) for stage in at),
        at_counts=shared_counts(np.array(list(at.values())), totals.count),
        join_ticks=_integers(event_tick(instant, timeline) if instant else 0 for instant in joins),
        join_counts=shared_counts(np.array(list(joins.values())), totals.count),
        planned_start=planned_tick(planned, 0, timeline),
        planned_after_joining=not isinstance(planned, Instant),
    )


def _segments(cohort: schema.Cohort, totals: Totals, sectors: Sequence[str]) -> tuple[Segment, ...]:
    """A cohort's sectors with whole counts and yuan."""
    parts = cohort.sectors or {"general": schema.SectorShare(count=1.0, total=1.0)}
    counts = shared_counts(np.array([part.count for part in parts.values()]), totals.count)
    shares = np.array([part.total if count else 0.0 for part, count in zip(parts.values(), counts, strict=True)])
    yuan = largest_remainder(shares[None, :] / shares.sum() * totals.total, totals.total)[0]
    return tuple(
        Segment(sectors.index(name), int(count), int(total)) for name, count, total in zip(parts, counts, yuan, strict=True) if count
    )


def _sectors(portfolio: schema.Portfolio, cohorts: Sequence[Cohort], sectors: Sequence[str]) -> Integers:
    listed = [sectors.index(project.sector) for project in portfolio.projects.values()]
    return _integers([*listed, *(segment.sector for cohort in cohorts for segment in cohort.segments for _ in range(segment.count))])


def _groups(portfolio: schema.Portfolio, cohorts: Sequence[Cohort]) -> Integers:
    """Groups of completion factors: each cohort with a plan of its own; listed projects with the `rest` cohort of their list."""
    keys = [f"list {project.list}" for project in portfolio.projects.values()]
    for cohort in cohorts:
        written = portfolio.cohorts[cohort.name]
        keys += [f"list {written.list}" if written.plan == "rest" else f"cohort {cohort.name}"] * cohort.count
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return _integers(numbers[key] for key in keys)


def _done(owners: Sequence[schema.Project | schema.Cohort], network: Network) -> Booleans:
    return np.array([[name in owner.done for name in network.names] for owner in owners], dtype=bool).reshape(
        len(owners), len(network.names)
    )


def _dropout(owners: Sequence[schema.Project | schema.Cohort], scenario: schema.Scenario, network: Network) -> Floats:
    stages = scenario.workflow
    rows = [[owner.dropout.get(name, stages[name].dropout) for name in network.names] for owner in owners]
    return np.array(rows, dtype=np.float64).reshape(len(owners), len(network.names))


def _integers(values: Iterable[int | np.int64]) -> Integers:
    return np.array([min(int(value), NEVER) for value in values], dtype=np.int64)
