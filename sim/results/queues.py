"""Queues and pools after the run: who asked, who was served, how long they waited, how busy the servers were; from the trace alone.

All over the simulated time: who still waits, or is still held, at its end has been so until then.
"""

from __future__ import annotations

import numpy as np

from sim.engine.trace import DONE, LEFT, Trace
from sim.model.arrays import Floats, Integers, Model
from sim.results.accounts import left_ticks
from sim.sampling.draws import Draws


def stage_table(model: Model, trace: Trace) -> dict[str, Floats]:
    """Column -> (replication, stage): numbers of requests, of stages begun, of ends in success, of leavers, and days waited by all."""
    waited = np.where(trace.requested >= 0, until(model, trace, trace.began) - trace.requested, 0).sum(axis=1)
    columns = {
        "requested": (trace.requested >= 0).sum(axis=1),
        "began": (trace.began >= 0).sum(axis=1),
        "done": (trace.outcome == DONE).sum(axis=1),
        "left": (trace.outcome >= LEFT).sum(axis=1),
        "wait_days": waited / model.timeline.ticks_per_day,
    }
    return {name: values.astype(np.float64) for name, values in columns.items()}


def pool_table(model: Model, draws: Draws, trace: Trace) -> dict[str, Floats]:
    """Column -> (replication, pool): server-days held (servers), amount consumed (stocks), days waited for it by all requests."""
    needs = needed(model, draws)
    began = trace.began >= 0
    held = np.where(began, until(model, trace, trace.ended) - trace.began, 0)
    waited = np.where(trace.requested >= 0, until(model, trace, trace.began) - trace.requested, 0)
    per_day = model.timeline.ticks_per_day
    return {
        "held_days": np.where(model.pools.is_stock, 0.0, np.einsum("res,resp->rp", held, needs) / per_day),
        "consumed": np.where(model.pools.is_stock, np.einsum("res,resp->rp", began.astype(np.int64), needs), 0).astype(np.float64),
        "wait_days": np.einsum("res,resp->rp", waited, (needs > 0).astype(np.int64)) / per_day,
    }


def needed(model: Model, draws: Draws) -> Integers:
    """(replication, entity, stage, pool) what each needs."""
    land = draws.portfolio.land[:, :, None, None]
    return np.asarray(np.where(model.network.needs_land[None, None], land, model.network.fixed_need[None, None]))


def until(model: Model, trace: Trace, ticks: Integers) -> Integers:
    """(replication, entity, stage) `ticks`, or where nothing happened by the horizon: when the entity left, else the horizon."""
    end = np.minimum(left_ticks(trace), model.timeline.horizon)[:, :, None]
    return np.asarray(np.where(ticks >= 0, np.minimum(ticks, end), end))
