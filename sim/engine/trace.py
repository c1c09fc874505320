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
"""Columns of `Trace.earlier` in one replication."""


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
    visit: Integers
    """How many visits came before this one."""
    earlier: Integers
    """(row, column) of `VISIT`, a cancelled visit ending when it is cancelled; stacked traces carry the replication's row in front."""
    queue_area: Integers
    """(stage,) waiting requests x ticks since the warm-up, as counted while it ran."""
    busy_area: Integers
    """(pool,) servers held x ticks since the warm-up, as counted while it ran."""
    free: Integers
    """(pool,) what is free, or in stock, in the end."""


def stacked(traces: Sequence[Trace]) -> Trace:
    """Traces of several replications as one, (replication, entity, stage)."""
    columns = {
        name: np.stack([getattr(trace, name) for trace in traces])
        for name in (*TICKS, "outcome", "visit", "queue_area", "busy_area", "free")
    }
    rows = [np.insert(trace.earlier, 0, row, axis=1) for row, trace in enumerate(traces)]
    return Trace(**columns, earlier=np.concatenate(rows))
