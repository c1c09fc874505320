"""What every visit of a stage draws: its work, the patience of who waits, and the luck that decides on leaving and on the way on.

A visit is the k-th time that an entity comes to a stage; its draws are addressed by k, the occurrence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.calendar import NEVER, PPM
from sim.model.arrays import Floats, Integers, Model
from sim.model.rules import work_of
from sim.sampling.portfolio import Portfolio
from sim.sampling.streams import uniforms, uniforms_at
from sim.sampling.variates import quantile


@dataclass(frozen=True, eq=False)
class Visits:
    """Draws of visits by every entity: (replication, entity, stage), or (visit, entity) of one stage."""

    work: Integers
    """Drawn ticks (nearest, halves up, never below 0) as clock units x pace, at full rate and pace."""
    patience: Integers
    """Ticks that it waits for what the stage needs, NEVER without limit."""
    leaving: Floats
    """Uniform below which it leaves at the stage's end; 1 where it cannot."""
    routing: Floats
    """Uniform that chooses among the stage's routes; 1 where there are none."""


def draw_visits(model: Model, portfolio: Portfolio, seed: int, replications: Integers) -> Visits:
    """The first visits of every stage."""
    shape = (len(replications), len(portfolio.names), len(model.network.names))
    network, nothing = model.network, np.broadcast_to(1.0, shape)
    visits = Visits(
        work=np.zeros(shape, dtype=np.int64),
        patience=np.full(shape, NEVER, dtype=np.int64) if any(network.patience) else np.broadcast_to(NEVER, shape),
        leaving=np.ones(shape) if (model.members.dropout > 0).any() else nothing,
        routing=np.ones(shape) if any(network.routes) else nothing,
    )
    for stage in range(shape[2]):
        drawn = draw_stage(model, portfolio, seed, replications, stage, range(1))
        for column in ("work", "patience", "leaving", "routing"):
            values = getattr(drawn, column)
            if column == "work" or any(values.strides):  # else it is the same for all, and there already
                getattr(visits, column)[:, :, stage] = values
    return visits


def draw_later(model: Model, portfolio: Portfolio, seed: int, row: int, replication: int, stage: int, visits: range) -> Visits:
    """(visit, entity) draws of later visits of one stage in one replication, the row of the portfolio."""
    alone = replace(portfolio, bidders=portfolio.bidders[row : row + 1])
    return draw_stage(model, alone, seed, np.array([replication]), stage, visits)


def draw_stage(model: Model, portfolio: Portfolio, seed: int, replications: Integers, stage: int, visits: range) -> Visits:
    """(replication x visit, entity) draws of visits of one stage."""
    name, entities = model.network.names[stage], len(portfolio.names)
    shape = (len(replications) * len(visits), entities)

    def chance(purpose: str) -> Floats:
        keys = np.concatenate([portfolio.keys(purpose, name)] * len(visits))
        return uniforms(seed, replications, keys, np.repeat(np.array(visits), entities)).reshape(shape)

    return _visits_of(model, stage, shape, chance, portfolio.owner, portfolio.bidders)


def draw_scattered(
    model: Model, portfolio: Portfolio, seed: int, replications: Integers, stage: int, rows: Integers, entities: Integers, visits: Integers
) -> Visits:
    """(n,) draws of n visits of one stage: by the entities, in the rows of the replications, of those numbers."""
    name = model.network.names[stage]

    def chance(purpose: str) -> Floats:
        return uniforms_at(seed, replications[rows], portfolio.keys(purpose, name)[entities], visits)

    return _visits_of(model, stage, rows.shape, chance, portfolio.owner[entities], portfolio.bidders[rows, entities])


def _visits_of(
    model: Model, stage: int, shape: tuple[int, ...], chance: Callable[[str], Floats], owner: Integers, bidders: Integers
) -> Visits:
    """Visits of that shape; owners and bidders of their entities broadcast to it."""
    network = model.network
    duration, patience = network.durations[stage], network.patience[stage]
    work, waits, never = np.broadcast_to(0, shape), np.broadcast_to(NEVER, shape), np.broadcast_to(1.0, shape)
    if duration is not None:
        most = network.clocks[stage].at(model.timeline.horizon) // PPM + 1  # more than the calendar does in the time
        days = np.broadcast_to(duration.parameters[0], shape) if duration.family == "constant" else quantile(duration, chance("duration"))
        slower = model.members.slower[owner, stage]
        if slower.any():
            days = days * (1.0 + slower * (bidders - 1))
        work = work_of(whole_ticks(model, days, most))
    if patience is not None:
        waits = whole_ticks(model, quantile(patience, chance("patience")), model.timeline.horizon + 1)
    at_risk = (model.members.dropout[owner, stage] > 0).any()
    return Visits(
        work=work,
        patience=waits,
        leaving=chance("dropout") if at_risk else never,
        routing=chance("route") if network.routes[stage] is not None else never,
    )


def whole_ticks(model: Model, days: Floats, most: int) -> Integers:
    """Days to the nearest tick, halves up, between 0 and `most`."""
    ticks = days * model.timeline.ticks_per_day
    ticks += 0.5
    return np.clip(np.floor(ticks, out=ticks), 0, most, out=ticks).astype(np.int64)
