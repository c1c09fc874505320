"""Portfolio, land and intake to owners and entities: listed projects first, then lots of land, cohort members, arrivals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from sim.calendar import NEVER
from sim.model.arrays import Booleans, Floats, Integers, Network, Timeline
from sim.model.intensity import intensity_of
from sim.model.owners import Cohort, Listed, Members, Segment, Stream
from sim.model.portfolio import largest_remainder, shared_counts
from sim.model.time import event_tick
from sim.scenario import schema
from sim.scenario.totals import Totals, cohort_totals
from sim.scenario.values.quantities import Duration, Instant

YUAN_PER_BN = 1_000_000_000
Owner = schema.Project | schema.Cohort | schema.Stream | schema.LandBatch


def owners_of(scenario: schema.Scenario) -> dict[str, Owner]:
    """Who stands in the scenario under a name, in the order of the entities."""
    portfolio = scenario.portfolio
    return {**portfolio.projects, **scenario.land.batches, **portfolio.cohorts, **scenario.intake}


def walked_by(owner: Owner, scenario: schema.Scenario) -> Collection[str]:
    """The stages that an owner's entities walk: batches of land those of land, others those of the projects, or those that they name."""
    if isinstance(owner, schema.LandBatch):
        return scenario.land.workflow
    return scenario.workflow if owner.walks is None else owner.walks


def sector_names(scenario: schema.Scenario) -> tuple[str, ...]:
    """Every sector that a project, cohort or stream names, in order of appearance; `general` where none is named."""
    named = [project.sector for project in scenario.portfolio.projects.values()]
    shared: list[schema.Cohort | schema.Stream] = [*scenario.portfolio.cohorts.values(), *scenario.intake.values()]
    for several in shared:
        named += list(several.sectors) or ["general"]
    if scenario.land.batches:
        named.append("general")
    return tuple(dict.fromkeys(named)) or ("general",)


def flag_names(scenario: schema.Scenario) -> tuple[str, ...]:
    """Every flag that an owner names, in order of appearance."""
    return tuple(dict.fromkeys(flag for owner in owners_of(scenario).values() for flag in getattr(owner, "flags", ())))


def compile_members(scenario: schema.Scenario, timeline: Timeline, network: Network, sectors: Sequence[str]) -> Members:
    """All owners with what does not change between replications."""
    owners = owners_of(scenario)
    numbers = {name: number for number, name in enumerate(owners)}
    totals = cohort_totals(scenario.portfolio)
    rate = float(scenario.assumptions.land_per_bn_yuan or 0)
    stages = scenario.stages.values()
    return Members(
        owners=tuple(owners),
        listed=_joined(
            compile_listed(scenario.portfolio.projects, rate, timeline, network, sectors),
            *(compile_lots(name, batch, numbers[name], timeline, network, sectors) for name, batch in scenario.land.batches.items()),
        ),
        cohorts=tuple(
            compile_cohort(name, cohort, totals[name], numbers[name], rate, timeline, network, sectors)
            for name, cohort in scenario.portfolio.cohorts.items()
        ),
        streams=tuple(
            compile_stream(name, stream, numbers[name], rate, timeline, network, sectors) for name, stream in scenario.intake.items()
        ),
        sector_names=tuple(sectors),
        group=_groups(owners),
        is_new=np.array([getattr(owner, "kind", "new") == "new" for owner in owners.values()], dtype=bool),
        priority=np.array([owner.priority for owner in owners.values()], dtype=np.int64),
        walks=_walks(owners.values(), scenario, network),
        done=_done(owners.values(), network),
        dropout=_dropout(owners.values(), scenario, network),
        dropout_reference=np.array([stage.dropout_by_size.reference if stage.dropout_by_size else 0.0 for stage in stages]),
        dropout_slope=np.array([stage.dropout_by_size.slope if stage.dropout_by_size else 0.0 for stage in stages]),
        flag_names=flag_names(scenario),
        flags=_flags(owners.values(), flag_names(scenario)),
        slower=_friction(owners.values(), network, "slower"),
        odds=_friction(owners.values(), network, "dropout"),
        bidders=tuple(owner.friction.bidders if isinstance(owner, schema.Stream) and owner.friction else None for owner in owners.values()),
        district=_integers(_district(getattr(owner, "district", None), scenario) for owner in owners.values()),
        chooses=tuple(tuple(_district(name, scenario) for name in getattr(owner, "chooses", ())) for owner in owners.values()),
        funding=_funding(owners.values(), scenario.pools),
    )


def compile_listed(
    projects: dict[str, schema.Project], land_per_bn: float, timeline: Timeline, network: Network, sectors: Sequence[str]
) -> Listed:
    """What is stated of each listed project."""
    rows = list(projects.values())
    joins = [event_tick(row.joins, timeline) if row.joins else 0 for row in rows]
    return Listed(
        names=tuple(projects),
        owner=_integers(range(len(rows))),
        sector=_integers(sectors.index(row.sector) for row in rows),
        total=_integers(row.total for row in rows),
        invested=_integers(row.invested for row in rows),
        plan=_integers(row.plan for row in rows),
        land=_integers(row.land if row.land is not None else round(row.total / YUAN_PER_BN * land_per_bn) for row in rows),
        joins=_integers(joins),
        planned_start=_integers(planned_tick(row.planned_start, tick, timeline) for row, tick in zip(rows, joins, strict=True)),
        at=_integers(stage_number(row.at, network) for row in rows),
    )


def compile_lots(name: str, batch: schema.LandBatch, owner: int, timeline: Timeline, network: Network, sectors: Sequence[str]) -> Listed:
    """The lots of a batch of land: areas as equal as whole mu allow; those that come earlier first."""
    joins = batch.joins if isinstance(batch.joins, dict) else {batch.joins: 1.0}
    ticks = np.array([event_tick(instant, timeline) if instant else 0 for instant in joins], dtype=np.int64)
    counts = shared_counts(np.array(list(joins.values())), batch.lots)
    arrivals = np.sort(np.repeat(ticks, counts))
    nothing = np.zeros(batch.lots, dtype=np.int64)
    return Listed(
        names=tuple(f"{name}#{index}" for index in range(batch.lots)),
        owner=nothing + owner,
        sector=nothing + sectors.index("general"),
        total=nothing,
        invested=nothing,
        plan=nothing,
        land=largest_remainder(np.full((1, batch.lots), batch.area / batch.lots), batch.area)[0],
        joins=arrivals,
        planned_start=arrivals,
        at=nothing + stage_number(batch.at, network),
    )


def _joined(*parts: Listed) -> Listed:
    """Several lists of entities as one."""
    names = tuple(name for part in parts for name in part.names)
    columns = [key for key in Listed.__dataclass_fields__ if key != "names"]
    return Listed(names=names, **{key: np.concatenate([getattr(part, key) for part in parts]) for key in columns})


def planned_tick(planned: Instant | Duration | None, joins: int, timeline: Timeline) -> int:
    """Tick of a planned start: its date, or its delay after joining; joining itself if none is given."""
    if isinstance(planned, Instant):
        return event_tick(planned, timeline)
    return joins + (round(planned.days * timeline.ticks_per_day) if planned is not None else 0)


def stage_number(name: str | None, network: Network) -> int:
    """A stage's number, -1 for none: before the first."""
    return -1 if name is None else network.names.index(name)


def compile_cohort(
    name: str, cohort: schema.Cohort, totals: Totals, owner: int, land: float, timeline: Timeline, network: Network, sectors: Sequence[str]
) -> Cohort:
    """A cohort with its shares turned into counts."""
    at = cohort.at if isinstance(cohort.at, dict) else {cohort.at: 1.0}
    joins = cohort.joins if isinstance(cohort.joins, dict) else {cohort.joins: 1.0}
    planned = cohort.planned_start
    return Cohort(
        name=name,
        owner=owner,
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


def compile_stream(
    name: str, stream: schema.Stream, owner: int, land: float, timeline: Timeline, network: Network, sectors: Sequence[str]
) -> Stream:
    """A stream with its rate as a running sum."""
    shares = stream.sectors or {"general": 1.0}
    return Stream(
        name=name,
        owner=owner,
        intensity=intensity_of(stream.rate, stream.monthly, timeline),
        batch=stream.batch,
        dated=tuple((str(instant), event_tick(instant, timeline), count) for instant, count in stream.dates.items()),
        total=stream.total,
        land_per_bn_yuan=land,
        sectors=_integers(sectors.index(sector) for sector in shares),
        sector_shares=np.array(list(shares.values())),
        plan_share=stream.plan_share,
        at=stage_number(stream.at, network),
        planned_start=planned_tick(stream.planned_start, 0, timeline),
        planned_after_joining=not isinstance(stream.planned_start, Instant),
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


def _groups(owners: dict[str, Owner]) -> Integers:
    """Groups of completion factors: each cohort and stream with a plan of its own; listed projects with the `rest` cohort of their list."""
    keys = [_group_key(name, owner) for name, owner in owners.items()]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(key for key in keys if key))}
    return _integers(numbers.get(key, -1) for key in keys)


def _group_key(name: str, owner: Owner) -> str:
    match owner:
        case schema.Project() | schema.Cohort(plan="rest"):
            return f"list {owner.list}"
        case schema.Cohort() | schema.Stream():
            return f"owner {name}"
        case _:
            return ""


def _walks(owners: Iterable[Owner], scenario: schema.Scenario, network: Network) -> Booleans:
    rows = [[name in walked_by(owner, scenario) for name in network.names] for owner in owners]
    return np.array(rows, dtype=bool).reshape(len(rows), len(network.names))


def _done(owners: Iterable[Owner], network: Network) -> Booleans:
    rows = [[name in getattr(owner, "done", ()) for name in network.names] for owner in owners]
    return np.array(rows, dtype=bool).reshape(len(rows), len(network.names))


def _dropout(owners: Iterable[Owner], scenario: schema.Scenario, network: Network) -> Floats:
    stages = scenario.stages
    rows = [[getattr(owner, "dropout", {}).get(name, stages[name].dropout) for name in network.names] for owner in owners]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(network.names))


def _district(name: str | None, scenario: schema.Scenario) -> int:
    """A district's number, 0 for one without pools of its own."""
    return 1 + list(scenario.districts).index(name) if name in scenario.districts else 0


def _flags(owners: Iterable[Owner], names: Sequence[str]) -> Floats:
    """A listed project has a flag or not; of others a part has it."""
    rows = []
    for owner in owners:
        flags = getattr(owner, "flags", ())
        rows.append([flags[name] if isinstance(flags, dict) and name in flags else float(name in flags) for name in names])
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(names))


def _friction(owners: Iterable[Owner], network: Network, key: str) -> Floats:
    rows = [[0.0] * len(network.names) for _ in owners]
    for row, owner in zip(rows, owners, strict=True):
        friction = owner.friction if isinstance(owner, schema.Stream) else None
        if friction:
            row[network.names.index(friction.stage)] = getattr(friction, key)
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(network.names))


def _funding(owners: Iterable[Owner], pools: Collection[str]) -> Floats:
    rows = [[getattr(owner, "funding", {}).get(pool, 0.0) for pool in pools] for owner in owners]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(pools))


def _integers(values: Iterable[int | np.int64]) -> Integers:
    return np.array([min(int(value), NEVER) for value in values], dtype=np.int64)
