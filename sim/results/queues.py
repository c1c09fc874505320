"""Queues and pools after the run: who asked, who was served, how long they waited, how busy the servers were; from the warm-up on.

Who still waits, or is still held, at the end of the simulated time has been so until then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.calendar import NEVER
from sim.engine.trace import DONE, LEFT, Trace
from sim.model import machine_code
from sim.model.arrays import Booleans, Floats, Integers, Model
from sim.results.accounts import flat, left_ticks
from sim.results.loops import BY_POOL, BY_STAGE, CONSUMED, OVER_TIME, STAYS, WAITED_FOR, WAITS
from sim.results.visits import Visits, visit_table
from sim.sampling.draws import Draws


@dataclass(frozen=True, eq=False)
class Counts:
    """What visits come to; whole numbers."""

    by_stage: Integers
    """(replication, stage, column): visits that asked from the warm-up on, of these those that waited, began, ended in success and left,
    the ticks that they waited and stayed; and the ticks waited from the warm-up to the horizon by all."""
    by_pool: Integers
    """(replication, pool, column): what was taken of it, and ticks waited for it, from the warm-up on."""
    waiting: Integers
    """(replication, month, stage) requests that wait when a month has ended; who is granted at that instant waits no more."""
    reached: Integers
    """(replication, month, stage) entities whose stage has ended in success by then."""


def counts_of(model: Model, draws: Draws, trace: Trace) -> Counts:
    """Counts of a block."""
    if fill := machine_code.loop("fill_counts"):
        return _by_loop(fill, model, draws, trace)
    visits, timeline, shape = visit_table(model, trace), model.timeline, (len(trace.ready), len(model.network.names))
    recent = visits.asked & (visits.requested >= timeline.warm_up)
    over_time = overlap(visits.requested, visits.granted, model, timeline.horizon) * visits.asked
    columns: list[Integers | Booleans] = [recent, recent & (visits.waits > 0), recent & (visits.began >= 0)]
    columns += [recent & (visits.outcome == DONE), recent & (visits.outcome >= LEFT)]
    columns += [recent * visits.waits, recent * (visits.until - visits.requested), over_time]
    still = (visits.began < 0) & (visits.ended < 0) & (left_ticks(trace)[visits.row, visits.entity] > timeline.horizon)
    granted = np.where(still, NEVER, visits.granted)
    waits = [visits.asked & (visits.requested <= tick) & (tick < granted) for tick in timeline.month_ends]
    reached = [((trace.outcome == DONE) & (trace.ended <= tick)).sum(axis=1) for tick in timeline.month_ends]
    return Counts(
        by_stage=np.stack([_summed(visits, shape, column) for column in columns], axis=2),
        by_pool=_by_pool(model, draws, visits, recent * visits.waits),
        waiting=np.stack([_summed(visits, shape, one) for one in waits], axis=1),
        reached=np.stack(reached, axis=1),
    )


def _by_pool(model: Model, draws: Draws, visits: Visits, waits: Integers) -> Integers:
    """(replication, pool, 2) see `Counts`; `waits` are ticks by visit."""
    counts = np.zeros((len(draws.replications), len(model.pools.names), BY_POOL), dtype=np.int64)
    taken = (visits.began >= 0) & (visits.began >= model.timeline.warm_up)
    for pool in range(counts.shape[1]):
        amount = needed(model, draws, visits, pool)
        counts[:, pool, CONSUMED] = np.bincount(visits.row, amount * taken, len(counts))
        counts[:, pool, WAITED_FOR] = np.bincount(visits.row, waits * (amount > 0), len(counts))
    return counts


def _by_loop(fill: Callable[..., None], model: Model, draws: Draws, trace: Trace) -> Counts:
    """The same by the compiled loop."""
    network, timeline = model.network, model.timeline
    (rows, entities, stages), pools, months = trace.ready.shape, len(model.pools.names), len(timeline.month_ends)
    by_stage, by_pool = np.zeros((rows, stages, BY_STAGE), dtype=np.int64), np.zeros((rows, pools, BY_POOL), dtype=np.int64)
    waiting, reached = (np.zeros((rows, months, stages), dtype=np.int64) for _ in range(2))
    fill(
        np.array([rows, entities, stages, timeline.horizon, timeline.warm_up, pools, months, len(trace.earlier)]),
        timeline.month_ends,
        np.searchsorted(timeline.month_ends, np.arange(timeline.horizon + 1)),
        ((network.fixed_need != 0).any(axis=1) | (network.need_per_mu != 0).any(axis=1)).astype(np.int64),
        *(flat(table) for table in (network.fixed_need, network.need_per_mu, model.districts.own_pool)),
        *(
            flat(column)
            for column in (trace.ready, trace.requested, trace.began, trace.ended, trace.outcome, trace.district, trace.earlier)
        ),
        flat(draws.portfolio.land),
        np.zeros(pools, dtype=np.int64),
        *(counts.reshape(-1) for counts in (by_stage, by_pool, waiting, reached)),
    )
    return Counts(by_stage, by_pool, waiting, reached)


def stage_table(model: Model, trace: Trace, counts: Counts) -> dict[str, Floats]:
    """Column -> (replication, stage): of the visits that asked from the warm-up on, how many asked, waited, began, ended in success or
    left, and the days that they waited; and over time, the mean number that waited.

    Raises ArithmeticError where the queue as counted while it ran is not the sum of the waits (Little's law, exact over a finite time:
    Little, Operations Research 9, 1961): a bug of the engine.
    """
    columns = np.ascontiguousarray(np.moveaxis(counts.by_stage, 2, 0))
    if (columns[OVER_TIME] != trace.queue_area).any():
        raise ArithmeticError("the queue as counted is not the sum of the waits")
    per_day, numbers = model.timeline.ticks_per_day, columns.astype(np.float64)
    names = ("requested", "waited", "began", "done", "left")
    days = {"wait_days": numbers[WAITS] / per_day, "stay_days": numbers[STAYS] / per_day}
    return dict(zip(names, numbers[:5], strict=True)) | days | {"waiting": numbers[OVER_TIME] / measured_ticks(model)}


def pool_table(model: Model, trace: Trace, counts: Counts) -> dict[str, Floats]:
    """Column -> (replication, pool), from the warm-up on: server-days held and servers open on average (servers), amount consumed
    (stocks), days waited for it by all requests."""
    per_day = model.timeline.ticks_per_day
    return {
        "held_days": trace.busy_area / per_day,
        "open": np.broadcast_to(open_ticks(model) / measured_ticks(model), trace.busy_area.shape),
        "consumed": (counts.by_pool[:, :, CONSUMED] * model.pools.is_stock).astype(np.float64),
        "wait_days": counts.by_pool[:, :, WAITED_FOR] / per_day,
    }


def levels_by_month(model: Model, trace: Trace) -> Floats:
    """(replication, month, pool) what is in stock, or free of servers, when a month has ended."""
    return trace.levels[:, np.searchsorted(model.timeline.looks, model.timeline.month_ends)].astype(np.float64)


def needed(model: Model, draws: Draws, visits: Visits, pool: int) -> Integers:
    """(visit,) what each needs of a pool, be it by its name or as its district's own: see `rules.amount_of`."""
    land, amount = draws.portfolio.land[visits.row, visits.entity], np.zeros(len(visits.row), dtype=np.int64)
    for named in np.flatnonzero((model.districts.own_pool == pool).any(axis=0)):
        fixed, per_mu = model.network.fixed_need[visits.stage, named], model.network.need_per_mu[visits.stage, named]
        here = model.districts.own_pool[visits.district, named] == pool
        amount += np.where(here, np.asarray(fixed + per_mu * land + 0.5).astype(np.int64), 0)
    return amount


def open_ticks(model: Model) -> Integers:
    """(pool,) servers x ticks open from the warm-up on; 0 for stocks."""
    pools, timeline = model.pools, model.timeline
    ticks = pools.initial * measured_ticks(model)
    for tick, pool, more in pools.inflows:
        ticks[pool] += more * (timeline.horizon - max(tick, timeline.warm_up))
    return np.where(pools.is_stock, 0, ticks)


def measured_ticks(model: Model) -> int:
    """Ticks from the warm-up to the horizon."""
    return max(model.timeline.horizon - model.timeline.warm_up, 1)


def overlap(begin: Integers, end: Integers, model: Model, last: int) -> Integers:
    """(visit,) ticks of [begin, end) from the warm-up to `last`."""
    first = model.timeline.warm_up
    return np.asarray(np.maximum(np.minimum(end, last) - np.maximum(begin, first), 0))


def _summed(visits: Visits, shape: tuple[int, int], weights: Integers | Booleans) -> Integers:
    """(replication, stage) sums over visits; whole numbers below 2^53 stay exact."""
    summed = np.bincount(visits.row * shape[1] + visits.stage, weights.astype(np.float64), shape[0] * shape[1])
    return summed.reshape(shape).astype(np.int64)
