"""The tables of a model in the kernel's array of integers: stages and their needs, pools, ways to stand, people, what is looked at when."""

from __future__ import annotations

import numpy as np

from sim.engine.kernel import layout as at
from sim.engine.kernel.writer import Writer
from sim.engine.pools import grouped
from sim.engine.trace import ABSENT, BEFORE, NOT_YET
from sim.model.arrays import Integers, Model, Routes


def stages(to: Writer) -> int:
    """The record of every stage; the number of routes in all."""
    network = to.model.network
    may = edges = routed = 0
    for stage, routes in enumerate(network.routes):
        place = to.whole[at.STAGE_TABLE] + stage * at.STAGE_WIDTH
        for name, values in _lists(to, stage).items():
            to.whole[place + name] = to.put(values)
            to.whole[place + name + 1] = len(to.whole)
        numbers = _numbers(to, stage)
        if routes:
            numbers |= _ways(to, routes) | {at.MAY: may, at.ROUTED_SLOT: routed, at.EDGE_SLOT: edges}
            may, routed, edges = may + len(routes.targets), routed + 1, edges + int(network.predecessors[stage].sum())
        for name, number in numbers.items():
            to.whole[place + name] = number
    to.whole[at.ROUTED], to.whole[at.ROUTED_EDGES] = routed, edges
    to.whole[at.MARKS] = may + len(to.model.risks) + len(to.model.efforts)
    earlier = network.ancestors.astype(np.int64)
    np.fill_diagonal(earlier, 1)
    to.table(at.EARLIER_TABLE, earlier.ravel().tolist())
    return may


def _lists(to: Writer, stage: int) -> dict[int, list[int]]:
    """What a stage has several of: column where it begins -> integers."""
    network, routes = to.model.network, to.model.network.routes[stage]
    after = np.flatnonzero(network.predecessors[stage]).tolist()
    products = network.products[stage]
    return {
        at.AFTER_FROM: [number for one in after for number in (one, int(bool(routes and one in routes.targets)))],
        at.BEFORE_FROM: np.flatnonzero(network.predecessors[:, stage]).tolist(),
        at.AGAIN_FROM: [stage, *np.flatnonzero(network.descendants[stage]).tolist()],
        at.KEEPERS_FROM: np.flatnonzero((network.until == stage).any(axis=1)).tolist(),
        at.WINDOW_FROM: _runs(network.windows[stage].tolist()),
        at.TIMES_FROM: [tick for tick, _ in network.duration_times[stage]],
        at.RISK_FROM: [tick for tick, _ in network.dropout_times[stage]],
        at.PRODUCTS_FROM: [
            number for one in products for number in (one.pool, one.delay, to.put_parts((one.fixed, one.per_mu, one.share)))
        ],
        at.CHANCES_FROM: [tick for tick, _ in routes.probabilities] if routes else [],
    }


def _numbers(to: Writer, stage: int) -> dict[int, int]:
    """What every stage has one of."""
    network, review = to.model.network, to.model.review
    return {
        at.WAITS_FOR_START: int(network.waits_for_planned_start[stage]),
        at.ROOM: int(network.waiting_room[stage]),
        at.HAS_PATIENCE: int(network.patience[stage] is not None),
        at.TIMES_VALUE: to.put(factor for _, factor in network.duration_times[stage]),
        at.AT_RISK: int((to.model.members.dropout[:, stage] > 0).any()),
        at.RISK_VALUE: to.put_parts(factor for _, factor in network.dropout_times[stage]),
        at.ON_LIST: int(review is not None and bool(review.list_stages[stage])),
        at.HOLD_SLOT: 0,
    }


def _ways(to: Writer, routes: Routes) -> dict[int, int]:
    """Where the ways from a stage with routes lead, and by what chance each is taken."""
    return {
        at.ROUTES: len(routes.targets),
        at.TARGETS: to.put(routes.targets),
        at.OTHERWISE: routes.otherwise,
        at.AT_MOST: routes.rework_at_most,
        at.CHANCES_VALUE: to.put_parts(chance for _, chances in routes.probabilities for chance in chances),
    }


def _runs(ticks: list[int]) -> list[int]:
    """First and last tick of every run of ticks."""
    first = [tick for tick in ticks if tick - 1 not in set(ticks)]
    last = [tick for tick in ticks if tick + 1 not in set(ticks)]
    return [tick for run in zip(first, last, strict=True) for tick in run]


def needs(to: Writer) -> None:
    """What every stage needs in every district, and where servers held for it are kept in mind."""
    model, network = to.model, to.model.network
    group, slots = grouped(model), 0
    stages, pools = range(len(network.names)), range(len(model.pools.names))
    records = np.zeros((len(model.districts.names), len(stages), at.NEEDS_WIDTH), dtype=np.int64)
    for stage in stages:
        fixed, per_mu = network.fixed_need[stage].tolist(), network.need_per_mu[stage].tolist()
        needed = [pool for pool in pools if fixed[pool] or per_mu[pool]]
        for district, own in enumerate(model.districts.own_pool.tolist()):
            coming_back = {own[pool] for pool in np.flatnonzero(network.returns[stage])}
            until = {own[p]: max(network.until[stage, q] for q in pools if own[q] == own[p]) for p in needed}
            values: list[int] = []
            for pool in needed:
                amounts = to.put_parts((fixed[pool], per_mu[pool])) if any(per_mu) else -1
                kept, mine = not model.pools.is_stock[own[pool]], own[pool]
                values += [mine, fixed[pool], amounts, int(kept), int(until[mine]), int(mine in coming_back)]
            place = to.put(values)
            records[district, stage] = (place, len(to.whole), group[own[needed[0]]] if needed else -1)
        to.whole[to.whole[at.STAGE_TABLE] + stage * at.STAGE_WIDTH + at.HOLD_SLOT] = slots
        slots += len(needed)
    to.whole[at.HOLD_SLOTS] = slots
    to.table(at.NEED_TABLE, records.ravel().tolist())


def pools(to: Writer) -> None:
    """Pools, their queues (in the state), what flows in by plan."""
    model, pools = to.model, to.model.pools
    group = grouped(model)
    to.table(at.GROUP_TABLE, group)
    to.table(at.BARS_TABLE, [int(not passing) for passing in pools.passing])
    to.table(at.INITIAL_TABLE, pools.initial.tolist())
    to.whole[at.OFFERS] = to.put_parts((model.districts.enough, model.districts.many, *model.districts.appeal.tolist()))
    to.table(at.OWN_TABLE, model.districts.own_pool.ravel().tolist())
    to.table(at.INFLOW_TABLE, [number for inflow in pools.inflows for number in inflow])
    to.whole[at.INFLOWS] = len(pools.inflows)
    needs = np.array(to.whole[to.whole[at.NEED_TABLE] :][: len(model.districts.names) * len(model.network.names) * at.NEEDS_WIDTH])
    of_stage = needs.reshape(len(model.districts.names), -1, at.NEEDS_WIDTH)[:, :, at.NEEDS_GROUP]
    to.whole[at.QUEUES] = to.state
    records = []
    for one in range(len(group)):
        room = int((of_stage == one).any(axis=0).sum()) * to.entities
        records += [to.state, room]
        to.state += room
    to.table(at.QUEUE_TABLE, records)


def kinds(to: Writer) -> Integers:
    """All ways to stand in the workflow."""
    network, members = to.model.network, to.model.members
    stages = len(network.names)
    patterns, number = np.unique(np.concatenate([members.walks, members.done], axis=1), axis=0, return_inverse=True)
    standing = np.append(np.zeros((1, stages), dtype=bool), network.ancestors, axis=0)
    before = network.predecessors.astype(np.int64)
    places = []
    for pattern in patterns.tolist():
        walks, ready = np.array(pattern[:stages], dtype=bool), np.array(pattern[stages:], dtype=bool)
        for place, stood in enumerate(standing):
            done = walks & (ready | stood)
            outcome = np.where(walks, np.where(done, BEFORE, NOT_YET), ABSENT)
            unresolved = (walks & ~done).astype(np.int64) @ before
            fulfilled = np.where(walks.astype(np.int64) @ before > 0, done.astype(np.int64) @ before, 1)
            begins = np.flatnonzero((unresolved == 0) & (fulfilled > 0) & (outcome == NOT_YET)).tolist()
            begin = to.put(begins)
            closes = _closes(to.model, outcome, place - 1)
            pending = unresolved * at.UNRESOLVED + fulfilled
            places.append(to.put([int(closes), place - 1, begin, begin + len(begins), *outcome.tolist(), *pending.tolist()]))
    to.table(at.KIND_TABLE, places)
    return number.reshape(-1).astype(np.int64)


def _closes(model: Model, outcome: Integers, stands: int) -> bool:
    """Whether the way to where an entity stands leads over a stage with routes."""
    network = model.network
    routed = [stage for stage, routes in enumerate(network.routes) if routes and outcome[stage] == BEFORE]
    return any(
        network.predecessors[stage, after] and (after == stands or outcome[after] == BEFORE)
        for stage in routed
        for after in range(len(outcome))
    )


def people(to: Writer) -> None:
    """What is the same for an entity in every replication; who has a claim on funds, in the order of payment."""
    model, members, owner = to.model, to.model.members, to.owner
    records = np.zeros((to.entities, at.PERSON_WIDTH), dtype=np.int64)
    records[:, at.PERSON_DISTRICT], records[:, at.PERSON_PRIORITY] = members.district[owner], members.priority[owner]
    if model.review:
        records[:, at.PERSON_AREA] = model.review.area[owner]
    choices = [(place := to.put(chosen), place + len(chosen)) for chosen in members.chooses]
    records[:, [at.CHOICES_FROM, at.CHOICES_TO]] = np.array(choices, dtype=np.int64).reshape(-1, 2)[owner]
    if to.whole[at.LISTED] >= 0:
        records[:, at.PERSON_LISTED] = members.walks[owner, to.whole[at.LISTED]]
    shares = members.funding[owner]
    funded = np.flatnonzero(shares.any(axis=1))
    first = len(to.parts)
    pools: list[int] = []
    for entity in funded.tolist():
        records[entity, at.PURSE_FROM] = len(pools)
        pools += np.flatnonzero(shares[entity]).tolist()
        records[entity, at.PURSE_TO] = len(pools)
        to.put_parts(shares[entity][shares[entity] != 0].tolist())
    in_order = funded[np.lexsort((funded, records[funded, at.PERSON_PRIORITY]))]
    to.table(at.PERSON_TABLE, records.ravel().tolist())
    to.table(at.FUNDED_TABLE, [first, len(pools), *pools, *in_order.tolist()])
    to.whole[at.FUNDED] = len(funded)


def instants(to: Writer) -> None:
    """Ticks at which something is looked at; months and what is decided at their ends."""
    timeline, review = to.model.timeline, to.model.review
    instants = np.zeros(timeline.horizon + 1, dtype=np.int64)
    instants[timeline.looks[timeline.looks <= timeline.horizon]] |= at.LOOK_NOW
    instants[timeline.month_ends] |= at.MONTH_ENDS
    opening = np.array([first for window in to.model.network.windows for first in _runs(window.tolist())[::2]], dtype=np.int64)
    instants[opening[(opening >= 0) & (opening <= timeline.horizon)]] |= at.WINDOWS
    to.table(at.INSTANT_TABLE, instants.tolist())
    to.table(at.MONTH_END_TABLE, timeline.month_ends.tolist())
    months = range(len(timeline.month_ends) if review else 0)
    known = to.model.spending.known_at.tolist()
    records = [
        number
        for month in months
        if review
        for number in (known[month], review.at_most[month], review.task_forces[month], review.list_size[month], review.list_after[month])
    ]
    to.table(at.MONTH_TABLE, records)
    if review:
        to.whole[at.REVIEWED] = 1 + to.put_parts([*review.reference.tolist(), *review.gain, review.decay])
