"""`Trace`: when everything happened in one replication, and nothing else. An engine is a function from Model and Draws to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.model.arrays import Integers

NOT_YET, BEFORE, DONE, SKIPPED, ABSENT, CANCELLED, LEFT, REFUSED, GAVE_UP = range(9)
"""Outcomes of a stage: not ended by the horizon · done before the start · ended in success · not chosen by a route, or all before it
skipped · no stage of this entity's · cancelled by rework · ended in dropout · left for want of room to wait · left when its patience
was over. From LEFT on the entity has left for good."""

TICKS = ("ready", "requested", "began", "ended")
VISIT = ("entity", "stage", "visit", *TICKS, "outcome")
SETTLEMENT = ("entity", "tick", "done", "pace")
"""A site's work done by a tick (clock units x pace), and its pace from then on (ppm)."""
REVIEW = ("tick", "area", "month", "reported", "plan")
"""What a review held against the reference curve of a month: yuan reported of an area, and the plans of its projects."""
ARRAYS = (*TICKS, "outcome", "district", "visit", "fund_paid", "fund_held", "queue_area", "busy_area", "levels", "free")
"""Columns of `Trace` that have the same shape in every replication."""
TABLES = ("earlier", "settlements", "reviews")
"""Columns of `Trace` with a row for whatever happened."""


@dataclass(frozen=True, eq=False)
class Trace:
    """(entity, stage) ticks of the last visit, -1 for what has not happened by the horizon; stacked traces have the replication in front.

    Only rework makes an entity visit a stage again; the visits before its last are rows of `earlier`.
    """

    ready: Integers
    """All predecessors done or skipped."""
    requested: Integers
    """Past its date and window: it asks for what it needs."""
    began: Integers
    ended: Integers
    outcome: Integers
    district: Integers
    """(entity,) where it is, 0: in the city as such."""
    visit: Integers
    """How many visits came before this one."""
    earlier: Integers
    """(row, column) of `VISIT`, a cancelled visit ending when it is cancelled; stacked traces carry the replication's row in front."""
    settlements: Integers
    """(row, column) of `SETTLEMENT` of every site, by entity and tick; stacked traces carry the replication's row in front."""
    reviews: Integers
    """(row, column) of `REVIEW`, in order of time; stacked traces carry the replication's row in front."""
    fund_paid: Integers
    """(pool,) yuan that funds have paid for work on sites by the horizon."""
    fund_held: Integers
    """(pool,) yuan given to projects and not yet spent by them."""
    queue_area: Integers
    """(stage,) waiting requests x ticks since the warm-up, as counted while it ran."""
    busy_area: Integers
    """(pool,) servers held x ticks since the warm-up, as counted while it ran."""
    levels: Integers
    """(look, pool) what is free, or in stock, at the end of the instants `Timeline.looks`."""
    free: Integers
    """(pool,) what is free, or in stock, in the end."""


def table(rows: Sequence[Sequence[int]], columns: int) -> Integers:
    """(row, column), of the right shape even without rows."""
    return np.array(rows, dtype=np.int64).reshape(len(rows), columns)


def stacked(traces: Sequence[Trace]) -> Trace:
    """Traces of several replications as one, (replication, entity, stage)."""
    columns = {name: np.stack([getattr(trace, name) for trace in traces]) for name in ARRAYS}
    tables = {
        name: np.concatenate([np.insert(getattr(trace, name), 0, row, axis=1) for row, trace in enumerate(traces)]) for name in TABLES
    }
    return Trace(**columns, **tables)
