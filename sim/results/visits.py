"""Every visit of a stage, last and earlier ones, as one table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.trace import VISIT, Trace
from sim.model.arrays import Integers, Model
from sim.results.accounts import left_ticks


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
    district: Integers
    """Where its entity is, 0: in the city as such."""
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

    @property
    def waits(self) -> Integers:
        """Ticks from the request to the grant; who was not granted has waited until it was over."""
        return np.where(self.asked, self.granted - self.requested, 0)

    @property
    def date_waits(self) -> Integers:
        """Ticks for which it was ready and waited for its planned start or its window, before it asked."""
        return np.where(self.asked, self.requested, self.until) - self.ready


def visit_table(model: Model, trace: Trace, only: int = -1) -> Visits:
    """All visits of a block, or those of one stage."""
    row, entity, stage = np.nonzero(trace.ready >= 0 if only < 0 else trace.ready[:, :, only : only + 1] >= 0)
    stage += max(only, 0)
    last = [getattr(trace, name)[row, entity, stage] for name in VISIT[2:]]
    columns = [row, entity, stage, *last]
    earlier = trace.earlier if only < 0 else trace.earlier[trace.earlier[:, 2] == only]
    if len(earlier):
        columns = [np.concatenate(parts) for parts in zip(columns, earlier.T, strict=True)]
        order = np.lexsort(columns[3::-1])
        columns = [column[order] for column in columns]
    visits = dict(zip(("row", *VISIT), columns, strict=True))
    end = np.minimum(left_ticks(trace), model.timeline.horizon)[visits["row"], visits["entity"]]
    return Visits(
        **visits,
        until=np.where(visits["ended"] >= 0, visits["ended"], end),
        district=trace.district[visits["row"], visits["entity"]],
    )
