"""The trace as two tables: what each entity was and waited for, and every visit of a stage.

Instants stand there as ticks and as days since the start, or as dates: the first day of what begins, the last day of what ends, so that
what ends with 30 June has ended by 30 June, as a deadline counts it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model.arrays import Booleans, Integers
from sim.results.parquet import Column, parquet
from sim.results.record import Record

OUTCOMES = ("unfinished", "done_before", "done", "skipped", "absent", "cancelled", "dropped_out", "refused", "gave_up")
"""Words for the outcomes of `sim.engine.trace`, in their order."""


def trace_files(record: Record | None) -> dict[str, bytes]:
    """Bytes of each file by its name; none where nothing was put on record."""
    if record is None:
        return {}
    return {"entities.parquet": parquet(entity_table(record)), "stages.parquet": parquet(stage_table(record))}


def entity_table(record: Record) -> dict[str, Column]:
    """Column -> (entity,), in the order of replications and of entities."""
    entities, per_day = record.entities, record.ticks_per_day
    left = entities.left < 0
    return {
        "replication": entities.replication,
        "entity": _text(entities.name),
        "owner": _text(entities.owner),
        "sector": _text(entities.sector),
        "total_yuan": entities.total,
        "invested_yuan": entities.invested,
        "plan_yuan": entities.plan,
        "land_mu": entities.land,
        "joins": _first_days(record, entities.joins),
        "planned_start": _first_days(record, entities.planned_start),
        "leaves": _masked(_last_days(record, entities.left, entities.joins), left),
        "joins_tick": entities.joins,
        "planned_start_tick": entities.planned_start,
        "leaves_tick": _masked(entities.left, left),
        "date_wait_days": entities.date_waits / per_day,
        **{f"waited_{pool}": entities.pool_waits[:, number] / per_day for number, pool in enumerate(record.pools)},
    }


def stage_table(record: Record) -> dict[str, Column]:
    """Column -> (visit,), in the order of replications, entities, stages and visits."""
    visits, per_day = record.visits, record.ticks_per_day
    begins = {name: getattr(visits, name) for name in ("ready", "requested", "began")}
    since = np.maximum.reduce(list(begins.values()))
    ticks = {**begins, "ended": visits.ended}
    days = {name: _first_days(record, column) for name, column in begins.items()} | {"ended": _last_days(record, visits.ended, since)}
    return {
        "replication": record.replications[visits.row],
        "entity": _text(record.entities.name)[visits.entity],
        "stage": _text(record.stages)[visits.stage],
        "visit": visits.visit + 1,
        **{name: _masked(days[name], ticks[name] < 0) for name in ticks},
        "outcome": _text(OUTCOMES)[visits.outcome],
        **{f"{name}_tick": _masked(column, column < 0) for name, column in ticks.items()},
        "date_wait_days": visits.date_waits / per_day,
        "wait_days": visits.waits / per_day,
    }


def _first_days(record: Record, ticks: Integers) -> Column:
    """The day in which an instant lies, 00:00 beginning it; days since the start where there are no dates."""
    per_day = record.ticks_per_day
    return ticks / per_day if record.start is None else np.datetime64(record.start, "D") + ticks // per_day


def _last_days(record: Record, ticks: Integers, since: Integers) -> Column:
    """The day that an instant ends, if it is 00:00, or in which it lies; never before the day in which lies `since`."""
    per_day = record.ticks_per_day
    last = np.maximum((ticks - 1) // per_day, since // per_day)
    return ticks / per_day if record.start is None else np.datetime64(record.start, "D") + last


def _masked(values: Column, missing: Booleans) -> Column:
    """The values without those that are missing."""
    masked: Column = np.ma.masked_array(values, missing)
    return masked


def _text(words: tuple[str, ...]) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Words as an array; characters that no file can hold become a question mark."""
    return np.array([word.encode(errors="replace").decode() for word in words], dtype=object)
