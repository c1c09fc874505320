"""The record of a run: who walked, what each waited for, and every visit of a stage."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from sim.calendar import NEVER
from sim.engine.trace import Trace
from sim.model.arrays import Integers, Model
from sim.results.accounts import left_ticks
from sim.results.queues import needed
from sim.results.visits import Visits, visit_table
from sim.sampling.draws import Draws

T = TypeVar("T", Visits, "Entities")


@dataclass(frozen=True, eq=False)
class Entities:
    """(entity,) columns: who joined in which replication, and what it is; yuan, mu, ticks."""

    replication: Integers
    name: tuple[str, ...]
    owner: tuple[str, ...]
    """The listed project, cohort, stream or batch of land that it belongs to."""
    sector: tuple[str, ...]
    total: Integers
    invested: Integers
    plan: Integers
    land: Integers
    joins: Integers
    planned_start: Integers
    left: Integers
    """When it left for good, -1 if it did not."""
    date_waits: Integers
    """Ticks waited for its planned start and for windows, over all visits."""
    pool_waits: Integers
    """(entity, pool) ticks that requests which need the pool waited, over all visits."""


@dataclass(frozen=True, eq=False)
class Record:
    """All that happened in some replications: who walked, and every visit of a stage."""

    replications: Integers
    """(row,) their numbers."""
    start: datetime.date | None
    """The day on which the ticks begin, None for a scenario without dates."""
    ticks_per_day: int
    stages: tuple[str, ...]
    pools: tuple[str, ...]
    entities: Entities
    visits: Visits
    """Rows and entities count within the record: `row` among its replications, `entity` among its entities."""


def record_of(model: Model, draws: Draws, trace: Trace) -> Record:
    """The record of a block; entities that never join are left out."""
    portfolio, visits = draws.portfolio, visit_table(model, trace)
    row, column = np.nonzero(portfolio.joins <= model.timeline.horizon)
    number = np.full(portfolio.joins.shape, -1)
    number[row, column] = np.arange(len(row))
    walked = replace(visits, entity=number[visits.row, visits.entity])
    left = left_ticks(trace)[row, column]
    entities = Entities(
        replication=draws.replications[row],
        name=tuple(portfolio.names[one] for one in column),
        owner=tuple(model.members.owners[one] for one in portfolio.owner[column]),
        sector=tuple(model.members.sector_names[one] for one in portfolio.sector[row, column]),
        **{key: getattr(portfolio, key)[row, column] for key in ("total", "invested", "plan", "land", "joins", "planned_start")},
        left=np.where(left < NEVER, left, -1),
        date_waits=_summed(walked.entity, visits.date_waits, len(row)),
        pool_waits=_pool_waits(model, draws, visits, walked.entity, len(row)),
    )
    time = model.timeline
    return Record(draws.replications, time.start, time.ticks_per_day, model.network.names, model.pools.names, entities, walked)


def _pool_waits(model: Model, draws: Draws, visits: Visits, numbers: Integers, entities: int) -> Integers:
    """(entity, pool) ticks waited; a request that needs several pools waited for each of them. `numbers` are the visits' entities."""
    waited = np.zeros((entities, len(model.pools.names)), dtype=np.int64)
    for pool in range(waited.shape[1]):
        waited[:, pool] = _summed(numbers, np.where(needed(model, draws, visits, pool) > 0, visits.waits, 0), entities)
    return waited


def _summed(numbers: Integers, ticks: Integers, entities: int) -> Integers:
    """(entity,) sums over visits."""
    return np.bincount(numbers, ticks, entities).astype(np.int64)


def joined_records(parts: Sequence[Record]) -> Record:
    """Records of several blocks as one."""
    visits, rows, entities = [], 0, 0
    for part in parts:
        visits.append(replace(part.visits, row=part.visits.row + rows, entity=part.visits.entity + entities))
        rows += len(part.replications)
        entities += len(part.entities.name)
    return replace(
        parts[0],
        replications=np.concatenate([part.replications for part in parts]),
        entities=_joined([part.entities for part in parts]),
        visits=_joined(visits),
    )


def _joined(parts: Sequence[T]) -> T:
    """Tables of the same columns, one below the other."""
    columns: dict[str, Any] = {}
    for field in fields(parts[0]):
        values = [getattr(part, field.name) for part in parts]
        columns[field.name] = tuple(chain.from_iterable(values)) if isinstance(values[0], tuple) else np.concatenate(values)
    return type(parts[0])(**columns)
