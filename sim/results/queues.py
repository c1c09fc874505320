"""Queues and pools after the run: who asked, who was served, how long they waited, how busy the servers were; from the warm-up on.

Who still waits, or is still held, at the end of the simulated time has been so until then.
"""

from __future__ import annotations

import numpy as np

from sim.calendar import NEVER
from sim.engine.trace import DONE, LEFT, Trace
from sim.model.arrays import Booleans, Floats, Integers, Model
from sim.results.accounts import left_ticks
from sim.results.visits import Visits, visit_table
from sim.sampling.draws import Draws


def stage_table(model: Model, trace: Trace) -> dict[str, Floats]:
    """Column -> (replication, stage): of the visits that asked from the warm-up on, how many asked, waited, began, ended in success or
    left, and the days that they waited; and over time, the mean number that waited.

    Raises ArithmeticError where the queue as counted while it ran is not the sum of the waits (Little's law, exact over a finite time:
    Little, Operations Research 9, 1961): a bug of the engine.
    """
    visits, shape = visit_table(model, trace), (len(trace.ready), len(model.network.names))
    recent = visits.asked & (visits.requested >= model.timeline.warm_up)
    over_time = _summed(visits, shape, overlap(visits.requested, visits.granted, model, model.timeline.horizon) * visits.asked)
    if (over_time != trace.queue_area).any():
        raise ArithmeticError("the queue as counted is not the sum of the waits")
    per_day = model.timeline.ticks_per_day
    columns = {
        "requested": _summed(visits, shape, recent),
        "waited": _summed(visits, shape, recent & (visits.waits > 0)),
        "began": _summed(visits, shape, recent & (visits.began >= 0)),
        "done": _summed(visits, shape, recent & (visits.outcome == DONE)),
        "left": _summed(visits, shape, recent & (visits.outcome >= LEFT)),
        "wait_days": _summed(visits, shape, recent * visits.waits) / per_day,
        "stay_days": _summed(visits, shape, recent * (visits.until - visits.requested)) / per_day,
        "waiting": over_time / measured_ticks(model),
    }
    return {name: values.astype(np.float64) for name, values in columns.items()}


def pool_table(model: Model, draws: Draws, trace: Trace) -> dict[str, Floats]:
    """Column -> (replication, pool), from the warm-up on: server-days held and servers open on average (servers), amount consumed
    (stocks), days waited for it by all requests."""
    visits, shape = visit_table(model, trace), (len(trace.ready), len(model.pools.names))
    recent = visits.asked & (visits.requested >= model.timeline.warm_up)
    waits = recent * visits.waits
    taken = (visits.began >= 0) & (visits.began >= model.timeline.warm_up)
    consumed, waited = np.zeros(shape), np.zeros(shape)
    for pool in range(shape[1]):
        amount = needed(model, draws, visits, pool)
        consumed[:, pool] = np.bincount(visits.row, amount * taken, shape[0]) * model.pools.is_stock[pool]
        waited[:, pool] = np.bincount(visits.row, waits * (amount > 0), shape[0])
    per_day = model.timeline.ticks_per_day
    return {
        "held_days": trace.busy_area / per_day,
        "open": np.broadcast_to(open_ticks(model) / measured_ticks(model), shape),
        "consumed": consumed,
        "wait_days": waited / per_day,
    }


def waiting_by_month(model: Model, trace: Trace) -> Floats:
    """(replication, month, stage) requests that wait when a month has ended; who is granted at that instant waits no more."""
    visits, timeline = visit_table(model, trace), model.timeline
    shape = (len(trace.ready), len(model.network.names))
    still = (visits.began < 0) & (visits.ended < 0) & (left_ticks(trace)[visits.row, visits.entity] > timeline.horizon)
    granted = np.where(still, NEVER, visits.granted)
    waits = (visits.asked & (visits.requested <= tick) & (tick < granted) for tick in timeline.month_ends)
    return np.stack([_summed(visits, shape, one) for one in waits], axis=1)


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


def _summed(visits: Visits, shape: tuple[int, int], weights: Integers | Booleans) -> Floats:
    """(replication, stage) sums over visits; whole numbers below 2^53 stay exact."""
    summed = np.bincount(visits.row * shape[1] + visits.stage, weights.astype(np.float64), shape[0] * shape[1])
    return np.asarray(summed.reshape(shape), dtype=np.float64)
