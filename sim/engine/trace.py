"""`Trace`: when everything happened in one replication, and nothing else. An engine is a function from Model and Draws to it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from sim.model.arrays import Integers

NOT_YET, BEFORE, DONE, LEFT, REFUSED, GAVE_UP = range(6)
"""Outcomes of a stage: not ended by the horizon · done before the start · ended in success · ended in dropout · left for want of
room to wait · left when its patience was over. From LEFT on the entity has left for good."""


@dataclass(frozen=True, eq=False)
class Trace:
    """(entity, stage) ticks, -1 for what has not happened by the horizon; stacked traces carry a leading replication axis."""

    ready: Integers
    """All predecessors done."""
    requested: Integers
    """Past its date and window: it asks for what it needs."""
    began: Integers
    ended: Integers
    outcome: Integers


def empty_trace(entities: int, stages: int) -> Trace:
    """A trace in which nothing has happened."""
    ready, requested, began, ended = (np.full((entities, stages), -1, dtype=np.int64) for _ in range(4))
    return Trace(ready, requested, began, ended, np.full((entities, stages), NOT_YET, dtype=np.int64))


def stacked(traces: list[Trace]) -> Trace:
    """Traces of several replications as one, (replication, entity, stage)."""
    columns = {column.name: np.stack([getattr(trace, column.name) for trace in traces]) for column in fields(Trace)}
    return Trace(**columns)
