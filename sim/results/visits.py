"""Every visit of a stage, last and earlier ones, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any, TypeVar

import numpy as np

from sim.calendar import NEVER
from sim.engine.trace import VISIT, Trace
from sim.model.arrays import Integers, Model
from sim.results.accounts import left_ticks
from sim.sampling.draws import Draws

T = TypeVar("T", "Visits", "Entities")


@dataclass(frozen=True, eq=False)
class Visits:
    """(visit,) columns, by replication, entity, stage and number of the visit; ticks are -1 for what has not happened by the horizon."""

    row: Integers
    """The replication's row in its block."""
    entity: Integers
    stage: Integers
    visit: Integers
    ready: Integers
    requested: Integers
    began: Integers
    ended: Integers
    outcome: Integers
    until: Integers
    """When it is over: its end, or when the entity left, or the horizon."""

    @property
    def asked(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Whether it came to ask for what it needs."""
        return self.requested >= 0

    @property
    def granted(self) -> Integers:
        """When its waiting was over: it began, or ended without."""
        return np.where(self.began >= 0, self.began, self.until)


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


@dataclass(frozen=True, eq=False)
class Record:
    """All that happened in some replications: who walked, and every visit of a stage."""

    replications: Integers
    """(row,) their numbers."""
    ticks_per_day: int
    stages: tuple[str, ...]
    entities: Entities
    visits: Visits
    """Rows and entities count within the record: `row` among its replications, `entity` among its entities."""


def record_of(model: Model, draws: Draws, trace: Trace) -> Record:
    """The record of a block; entities that never join are left out."""
    portfolio, visits = draws.portfolio, visit_table(model, trace)
    row, column = np.nonzero(portfolio.joins <= model.timeline.horizon)
    number = np.full(portfolio.joins.shape, -1)
    number[row, column] = np.arange(len(row))
    left = left_ticks(trace)[row, column]
    entities = Entities(
        replication=draws.replications[row],
        name=tuple(portfolio.names[one] for one in column),
        owner=tuple(model.members.owners[one] for one in portfolio.owner[column]),
        sector=tuple(model.members.sector_names[one] for one in portfolio.sector[row, column]),
        **{key: getattr(portfolio, key)[row, column] for key in ("total", "invested", "plan", "land", "joins", "planned_start")},
        left=np.where(left < NEVER, left, -1),
    )
    walked = replace(visits, entity=number[visits.row, visits.entity])
    return Record(draws.replications, model.timeline.ticks_per_day, model.network.names, entities, walked)


def visit_table(model: Model, trace: Trace) -> Visits:
    """All visits of a block."""
    row, entity, stage = np.nonzero(trace.ready >= 0)
    last = [getattr(trace, name)[row, entity, stage] for name in VISIT[2:]]
    columns = np.concatenate([np.stack([row, entity, stage, *last], axis=1), trace.earlier])
    columns = columns[np.lexsort(columns[:, 3::-1].T)]
    ended, end = columns[:, 7], np.minimum(left_ticks(trace), model.timeline.horizon)[columns[:, 0], columns[:, 1]]
    names = ("row", *VISIT)
    return Visits(**dict(zip(names, columns.T, strict=True)), until=np.where(ended >= 0, ended, end))


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
