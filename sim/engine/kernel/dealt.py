"""Draws of a block laid out for the kernel: what differs between its replications, once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.calendar import NEVER, PPM
from sim.engine.kernel import layout as at
from sim.engine.kernel.later import later_visits
from sim.engine.kernel.packed import Packed
from sim.engine.trace import NOT_YET
from sim.model import curves
from sim.model.arrays import Booleans, Floats, Integers, Who
from sim.sampling.draws import Draws

Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True)
class Dealt:
    """The kernel's arrays of a block of draws; see `Room`."""

    who: Integers
    share: Floats
    work: Integers
    patience: Integers
    leaving: Floats
    routing: Floats
    dropout: Floats
    marks: NDArray[np.uint8]
    extra: Integers
    luck: Floats

    def arrays(self) -> tuple[Any, ...]:
        """In the order in which the kernel takes them."""
        return (self.who, self.share, self.work, self.patience, self.leaving, self.routing, self.dropout, self.marks, self.extra, self.luck)


def deal(draws: Draws, packed: Packed, plenty: int) -> Dealt:
    """Lay out a block of draws; writes into the packed model where the parts of `extra` begin. The last argument: see `later`."""
    visits = draws.visits
    marks, who = _marks(draws), _who(draws, packed)
    extra, luck = _extra(draws, packed, marks, partial(_ahead, draws, packed, who[at.KIND]), plenty)
    work, patience = _flat(visits.work), _flat(visits.patience)
    leaving, routing, alike = _flat(visits.leaving), _flat(visits.routing), draws.dropout.strides[0] == 0
    dropout = np.ascontiguousarray(draws.dropout[:1] if alike else draws.dropout).reshape(-1)
    flags = marks.reshape(-1).view(np.uint8)
    return Dealt(who.reshape(-1), _share(draws, packed), work, patience, leaving, routing, dropout, flags, extra, luck)


def _flat(column: NDArray[Number]) -> NDArray[Number]:
    """A column as one row; empty where one number stands for all, which is of no stage that asks for it."""
    return np.ascontiguousarray(column).reshape(-1) if any(column.strides) else np.empty(0, dtype=column.dtype)


def _who(draws: Draws, packed: Packed) -> Integers:
    """(column, replication, entity) integers."""
    portfolio, network = draws.portfolio, draws.model.network
    columns = np.empty((9, *portfolio.joins.shape), dtype=np.int64)
    columns[at.JOINS], columns[at.PLANNED], columns[at.LAND] = portfolio.joins, portfolio.planned_start, portfolio.land
    kinds = packed.whole[packed.whole[at.KIND_TABLE] :]
    columns[at.KIND] = kinds[packed.patterns[portfolio.owner] * (len(network.names) + 1) + portfolio.at + 1]
    if network.spending >= 0:
        columns[at.OFFSET] = (packed.curve * curves.POINTS)[portfolio.sector]
        columns[at.BEFORE_YUAN], columns[at.PLAN_YUAN], columns[at.TARGET_YUAN] = draws.before, portfolio.plan, draws.target
        np.subtract(portfolio.total, portfolio.invested, out=columns[at.LEFT_YUAN])
        columns[at.LEFT_YUAN] -= draws.before
    elif draws.model.review:
        columns[at.PLAN_YUAN] = portfolio.plan
    return columns


def _ahead(draws: Draws, packed: Packed, kinds: Integers, stage: int) -> Booleans:
    """(replication, entity) whether a stage lies before an entity that comes in time."""
    lies_ahead = packed.whole[kinds + (at.KIND_OUTCOME + stage)] == NOT_YET
    return np.asarray(lies_ahead & (draws.portfolio.joins <= draws.model.timeline.horizon))


def _share(draws: Draws, packed: Packed) -> Floats:
    """(column, replication, entity) floats."""
    columns = np.empty((4, *draws.x0.shape))
    if draws.model.network.spending >= 0:
        columns[at.X0], columns[at.SPAN] = draws.x0, draws.span
        columns[at.BEGUN] = curves.value(packed.curves, packed.curve[draws.portfolio.sector], draws.x0)
    if any(draws.model.members.chooses):
        columns[at.CHOICE] = draws.portfolio.choice
    return columns.reshape(-1)


def _marks(draws: Draws) -> Booleans:
    """(replication, entity, mark) who may take each route, whom each risk hits, who is meant by each effort."""
    network = draws.model.network
    whose = [who for routes in network.routes if routes for who in routes.who]
    whose += [risk.hits for risk in draws.model.risks] + [effort.hits for effort in draws.model.efforts]
    marks = np.zeros((*draws.x0.shape, len(whose)), dtype=bool)
    for number, who in enumerate(whose):
        marks[:, :, number] = _among(draws, who)
    return marks


def _among(draws: Draws, who: Who) -> Booleans:
    portfolio = draws.portfolio
    if who.sectors.all() and not who.flags.any():
        return who.owners[portfolio.owner]
    return who.among(portfolio.owner, portfolio.sector, portfolio.flags)


def _extra(draws: Draws, packed: Packed, marks: Booleans, ahead: Callable[[int], Booleans], plenty: int) -> tuple[Integers, Floats]:
    """Random inflows, hindrances and draws of later visits; what decides in the latter."""
    rows = len(draws.replications)
    flows = [[number for flow in row for number in flow] for row in draws.flows]
    ends = list(accumulate([len(flow) for flow in flows], initial=rows * at.EXTRA_HEADER))
    hindrances = _hindrances(draws, packed.routes)
    packed.whole[at.HINDRANCE_TABLE] = ends[-1]
    packed.whole[at.LATER_TABLE] = later = ends[-1] + hindrances.size
    drawn = later_visits(draws, marks, ahead, plenty)
    header = np.zeros((rows, at.EXTRA_HEADER), dtype=np.int64)
    header[:, at.FLOWS_FROM], header[:, at.FLOWS_TO] = ends[:-1], ends[1:]
    bounds = later + at.LATER_WIDTH * np.searchsorted(drawn.rows, np.arange(rows + 1))
    header[:, at.LATER_FROM], header[:, at.LATER_TO] = bounds[:-1], bounds[1:]
    records = np.stack([drawn.keys, drawn.work, drawn.patience], axis=1)
    whole = np.array([number for flow in flows for number in flow], dtype=np.int64)
    extra = np.concatenate([header.ravel(), whole, hindrances.ravel(), records.ravel()])
    return extra, np.stack([drawn.leaving, drawn.routing], axis=1).reshape(-1)


def _hindrances(draws: Draws, routes: int) -> Integers:
    """(replication, hindrance, 4) first tick, tick after the last, factor on the pace, mark of those it hits."""
    model, rows = draws.model, []
    efforts = [
        (begin, end, pace, routes + len(model.risks) + number)
        for number, effort in enumerate(model.efforts)
        for (begin, pace), end in zip(effort.steps, [*(tick for tick, _ in effort.steps[1:]), NEVER], strict=True)
        if pace != PPM
    ]
    for drawn in draws.risks:
        risks = [
            (begin, begin + length, risk.pace, routes + number) if begin < NEVER else (NEVER, NEVER, PPM, routes + number)
            for number, (risk, (begin, length)) in enumerate(zip(model.risks, drawn, strict=True))
        ]
        rows.append(risks + efforts)
    return np.array(rows, dtype=np.int64).reshape(len(draws.replications), -1, at.HIND_WIDTH)
