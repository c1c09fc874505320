"""Money after the run: what every project had spent, was counted and had done at given ticks, from the trace alone.

Axes are (replication, entity, tick) unless told otherwise; `ticks` is (tick,) for all projects or (replication, entity, tick) for each
its own; money is integer yuan since the start of the year's list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar import NEVER
from sim.engine.trace import ABSENT, BEFORE, DONE, LEFT, SKIPPED, Trace
from sim.model import spending
from sim.model.arrays import Booleans, Integers, Model
from sim.sampling.draws import Draws


@dataclass(frozen=True, eq=False)
class Accounts:
    """Cumulative accounts of one block of replications at `ticks`."""

    ticks: Integers
    completed: Integers
    """Work done, in yuan since the start."""
    counted: Integers
    """Of it, what counts in statistics: nothing before entry."""
    on_site: Booleans
    """Whether the project is on the list and site work has been done."""


def keep_accounts(model: Model, draws: Draws, trace: Trace, ticks: Integers) -> Accounts:
    """Accounts of a block at `ticks` (tick,)."""
    if model.network.spending < 0:
        nothing = np.zeros((*draws.target.shape, len(ticks)), dtype=np.int64)
        return Accounts(ticks, nothing, nothing, nothing > 0)
    before = spent_before_start(model, draws, trace, ticks)
    curve, done = spent_on_site(model, draws, trace, ticks)
    completed = before + curve
    entry = entry_ticks(model, draws, trace)
    counted = np.where(ticks >= entry[:, :, None], completed, 0)
    if not model.spending.counts_work_before_entry:
        counted = np.maximum(counted - completed_at(model, draws, trace, entry), 0)
    return Accounts(ticks, completed, counted, done > 0)


def spent_before_start(model: Model, draws: Draws, trace: Trace, ticks: Integers) -> Integers:
    """Land, design and prepayment (see `model.spending`), from joining the year's list on."""
    stage = model.network.spending
    finished = np.where(trace.outcome[:, :, stage] == DONE, trace.ended[:, :, stage], NEVER)
    columns = (draws.before, listed_ticks(model, draws, trace), draws.portfolio.planned_start)
    before, begin, planned = (column[:, :, None] for column in columns)
    return spending.spent_before_start(
        before, begin, planned, model.spending.before_ticks, left_ticks(trace)[:, :, None], finished[:, :, None], ticks
    )


def listed_ticks(model: Model, draws: Draws, trace: Trace) -> Integers:
    """(replication, entity) when a project joins the year's list: on arrival, or at the end of the stage with the milestone `listed`."""
    stage, joins = model.network.stage_of("listed"), draws.portfolio.joins
    if stage < 0:
        return joins
    outcome, ended = trace.outcome[:, :, stage], trace.ended[:, :, stage]
    return np.where(np.isin(outcome, (BEFORE, ABSENT)), joins, np.where(outcome == DONE, ended, NEVER))


def planned(model: Model, draws: Draws, trace: Trace) -> Booleans:
    """(replication, entity) who stands on the list at the first instant, 1 January 00:00, with a plan for the year.

    Whoever joins, is listed or arrives later has no plan of 1 January; whoever leaves later keeps his.
    """
    return np.asarray((listed_ticks(model, draws, trace) == 0) & (draws.portfolio.plan > 0))


def left_ticks(trace: Trace) -> Integers:
    """(replication, entity) tick at which it left for good, NEVER if it did not."""
    return np.asarray(np.where(trace.outcome >= LEFT, trace.ended, NEVER).min(axis=2, initial=NEVER))


def work_done(model: Model, draws: Draws, trace: Trace, ticks: Integers) -> Integers:
    """Work of the spending stage done by each tick, clock units x pace."""
    network, horizon = model.network, model.timeline.horizon
    clock, rows = network.clocks[network.spending], trace.settlements
    until = np.minimum(np.minimum(ticks, left_ticks(trace)[:, :, None]), horizon)
    if not len(rows):
        return np.zeros(until.shape, dtype=np.int64)
    entities = np.arange(draws.work.shape[0] * draws.work.shape[1]).reshape(draws.work.shape[:2])
    keys = (rows[:, 0] * draws.work.shape[1] + rows[:, 1]) * (horizon + 1) + rows[:, 2]
    last = np.searchsorted(keys, entities[:, :, None] * (horizon + 1) + until, side="right") - 1
    own = (last >= 0) & (keys[last] // (horizon + 1) == entities[:, :, None])
    since = rows[np.maximum(last, 0)]
    done = since[:, :, :, 3] + (clock.at_many(until) - clock.at_many(since[:, :, :, 2])) * since[:, :, :, 4]
    has_begun = own & np.isfinite(draws.span)[:, :, None]
    return np.asarray(np.where(has_begun, np.minimum(done, draws.work[:, :, network.spending, None]), 0))


def spent_on_site(model: Model, draws: Draws, trace: Trace, ticks: Integers) -> tuple[Integers, Integers]:
    """Yuan spent along the S-curve since the start, and the work behind it."""
    done = work_done(model, draws, trace, ticks)
    invested = draws.portfolio.invested[:, :, None]
    spent = spending.spent_on_curve(
        total=(draws.portfolio.total - draws.before)[:, :, None],
        invested=invested,
        x0=draws.x0[:, :, None],
        done=done,
        work=draws.span[:, :, None],
        curve=draws.portfolio.sector[:, :, None],
        tables=model.spending.curves,
    )
    return np.where(done > 0, spent - invested, 0), done


def entry_ticks(model: Model, draws: Draws, trace: Trace) -> Integers:
    """(replication, entity) tick of entry into the statistics base: 0 without such a milestone, NEVER if not by the horizon."""
    stage = model.network.stage_of("entered")
    if stage < 0:
        return np.zeros(draws.target.shape, dtype=np.int64)
    ended = np.where(trace.ended[:, :, stage] >= 0, trace.ended[:, :, stage], NEVER)
    outcome = trace.outcome[:, :, stage]
    return np.asarray(np.where(np.isin(outcome, (BEFORE, ABSENT)), 0, np.where(outcome < SKIPPED, ended, NEVER)))


def completed_at(model: Model, draws: Draws, trace: Trace, ticks: Integers) -> Integers:
    """(replication, entity, 1) completed investment at a tick of each project's own, (replication, entity)."""
    own = np.minimum(ticks, model.timeline.horizon)[:, :, None]
    return spent_before_start(model, draws, trace, own) + spent_on_site(model, draws, trace, own)[0]
