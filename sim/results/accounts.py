"""Money after the run: what every project had spent, was counted and had done at given ticks, from the trace alone.

Axes are (replication, entity, tick) unless told otherwise; `ticks` is (tick,) for all projects or (replication, entity, tick) for each
its own; money is integer yuan since the start of the year's list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import NEVER
from sim.engine.trace import ABSENT, BEFORE, DONE, LEFT, SKIPPED, Trace
from sim.model import curves, machine_code, spending
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


@dataclass(frozen=True, eq=False)
class Sums:
    """Accounts added up; whole numbers."""

    ticks: Integers
    by_tick: Integers
    """(replication, tick, 3) completed, counted and on site, by each of `ticks`."""
    by_owner: Integers
    """(replication, owner, 2) completed and on site, by the horizon."""


def accounts_and_sums(model: Model, draws: Draws, trace: Trace, kept: Integers, ticks: Integers) -> tuple[Accounts, Sums]:
    """Accounts at the ticks `kept`, which are among `ticks` as the horizon is, and sums at all of `ticks` (tick,), rising."""
    fill = machine_code.loop("fill_accounts")
    if fill is not None and model.network.spending >= 0:
        return _by_loop(fill, model, draws, trace, kept, ticks)
    accounts = keep_accounts(model, draws, trace, ticks)
    layers = (accounts.completed, accounts.counted, accounts.on_site)
    by_tick = np.stack([layer.sum(axis=1, dtype=np.int64) for layer in layers], axis=2)
    last, (rows, owners) = int(np.searchsorted(ticks, model.timeline.horizon)), (len(draws.replications), len(model.members.owners))
    cells = (np.arange(rows)[:, None] * owners + draws.portfolio.owner).ravel()
    by_owner = [np.bincount(cells, layer[:, :, last].ravel(), rows * owners).astype(np.int64) for layer in (layers[0], layers[2])]
    sums = Sums(ticks, by_tick, np.stack(by_owner, axis=1).reshape(rows, owners, 2))
    at = np.searchsorted(ticks, kept)
    return Accounts(kept, accounts.completed[:, :, at], accounts.counted[:, :, at], accounts.on_site[:, :, at]), sums


def _by_loop(fill: Callable[..., None], model: Model, draws: Draws, trace: Trace, kept: Integers, ticks: Integers) -> tuple[Accounts, Sums]:
    """The same by the compiled loop."""
    network, portfolio, timeline = model.network, draws.portfolio, model.timeline
    (rows, entities), owners = draws.target.shape, len(model.members.owners)
    stages = (len(network.names), timeline.horizon, network.spending, network.stage_of("listed"), network.stage_of("entered"))
    counts = (model.spending.before_ticks, model.spending.counts_work_before_entry, owners, np.searchsorted(ticks, timeline.horizon) + 1)
    numbers = np.searchsorted(ticks, kept) + 1  # the first is that of an entry
    sizes = (len(ticks) + 1, len(kept), len(trace.settlements))
    tables, curve = model.spending.different
    by_tick, by_owner = np.zeros((3, rows, len(ticks) + 1), dtype=np.int64), np.zeros((rows, owners, 2), dtype=np.int64)
    completed, counted = (np.zeros((len(kept), rows, entities), dtype=np.int64) for _ in range(2))
    on_site = np.zeros(completed.shape, dtype=bool)
    done, money = (np.empty(len(ticks) + 1, dtype=np.int64) for _ in range(2))
    fill(
        np.array([rows, entities, *stages, *counts, *sizes], dtype=np.int64),
        np.append(0, ticks),
        numbers,
        network.clocks[network.spending].at_many(np.arange(timeline.horizon + 1)),
        curve * curves.POINTS,
        portfolio.owner,
        *(flat(column) for column in (trace.outcome, trace.ended, trace.settlements)),
        *(flat(column) for column in (portfolio.joins, portfolio.planned_start, draws.before, portfolio.total, portfolio.invested)),
        *(flat(column) for column in (portfolio.sector, draws.work, draws.x0, draws.span, tables)),
        *(done, np.empty(len(ticks) + 1), money),
        *(written.reshape(-1) for written in (by_tick, by_owner, completed, counted, on_site.view(np.uint8))),
    )
    by_entity = Accounts(kept, np.moveaxis(completed, 0, 2), np.moveaxis(counted, 0, 2), np.moveaxis(on_site, 0, 2))
    return by_entity, Sums(ticks, np.moveaxis(by_tick[:, :, 1:], 0, 2), by_owner)


def flat(values: NDArray[Any]) -> NDArray[Any]:
    """An array as one row, in the order of its axes."""
    return np.ascontiguousarray(values).reshape(-1)


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
