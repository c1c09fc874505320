"""A model laid out for the kernel: one array of integers, one of floats, with places by name (`layout`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

import numpy as np

from sim.calendar import PPM, Clock
from sim.engine.kernel import layout as at
from sim.engine.pools import grouped
from sim.engine.trace import ABSENT, BEFORE, NOT_YET
from sim.model.arrays import Floats, Integers, Model
from sim.sampling.draws import Draws


@dataclass
class Writer:
    """Integers and floats in a row, header first."""

    model: Model
    entities: int
    owner: Integers
    rows: int
    whole: list[int] = field(default_factory=lambda: [0] * at.MODEL)
    parts: list[float] = field(default_factory=list)
    state: int = at.NUMBERS

    def put(self, values: Iterable[int]) -> int:
        """The place at which they stand from now on."""
        place = len(self.whole)
        self.whole.extend(values)
        return place

    def put_parts(self, values: Iterable[float]) -> int:
        """The place among the floats."""
        place = len(self.parts)
        self.parts.extend(values)
        return place

    def table(self, name: int, values: Iterable[int]) -> None:
        """A table under a name of the header."""
        self.whole[name] = self.put(values)

    def section(self, name: int, length: int) -> None:
        """A section of the state."""
        self.whole[name] = self.state
        self.state += length


@dataclass
class Sizes:
    """How much room tables have needed so far, in rows of a replication: the most, and the mean of a block."""

    settlements: int = 0
    mean_settlements: int = 0
    mean_earlier: int = 8


@dataclass(frozen=True)
class Packed:
    """A model as the kernel reads it, for blocks of so many replications and entities."""

    whole: Integers
    parts: Floats
    curves: Floats
    """(curve, point) the S-curves that differ: as few numbers as can be, since they are read here and there."""
    curve: Integers
    """(sector,) its curve."""
    sizes: Sizes
    """Of all blocks of the model."""
    routes: int
    patterns: Integers
    """(owner,) its pattern of stages walked and done; its kind is pattern x (stages + 1) + stage where it stands + 1."""


KEPT: WeakKeyDictionary[Model, tuple[Integers, int, Packed]] = WeakKeyDictionary()
"""Models already laid out, each for the entities' owners and the number of replications of its last block."""


def pack(draws: Draws) -> Packed:
    """A model laid out for a block of draws; its array of integers may be written to."""
    owner, rows = draws.portfolio.owner, len(draws.replications)
    kept = KEPT.get(draws.model)
    if kept is None or kept[1] != rows or not np.array_equal(kept[0], owner):
        kept = KEPT[draws.model] = (owner, rows, _packed(draws.model, owner, rows))
    return replace(kept[2], whole=kept[2].whole.copy())


def _packed(model: Model, owner: Integers, rows: int) -> Packed:
    to = Writer(model, len(owner), owner, rows)
    _numbers(to)
    routes = _stages(to)
    _needs(to)
    _pools(to)
    patterns = _kinds(to)
    _people(to)
    _instants(to)
    _places_of_results(to)
    _sections(to)
    to.whole[at.STATE] = to.state
    whole, parts = np.array(to.whole, dtype=np.int64), np.array([*to.parts, 0.0])
    return Packed(whole, parts, *model.spending.different, Sizes(), routes, patterns)


def _numbers(to: Writer) -> None:
    model, whole = to.model, to.whole
    network, review = model.network, model.review
    stages = len(network.names)
    efforts = sum(pace != PPM for effort in model.efforts for _, pace in effort.steps)
    numbers: dict[int, int | np.bool_] = {
        at.HORIZON: model.timeline.horizon,
        at.WARM_UP: model.timeline.warm_up,
        at.ENTITIES: to.entities,
        at.STAGES: stages,
        at.POOLS: len(model.pools.names),
        at.DISTRICTS: len(model.districts.names),
        at.ITEMS: to.entities * stages,
        at.GROUPS: len(model.pools.names),
        at.SPENDING: network.spending,
        at.LISTED: network.stage_of("listed"),
        at.BEFORE_TICKS: model.spending.before_ticks,
        at.OFFERS_STOCK: model.districts.stock,
        at.OFFERS_QUEUE: model.districts.queue,
        at.CHOICES_MADE: any(model.members.chooses),
        at.MONTHS: len(model.timeline.month_ends),
        at.AREAS: len(review.areas) if review else 0,
        at.REVIEWED: review is not None,
        at.RISKY: (model.members.dropout > 0).any(),
        at.HINDRANCES: len(model.risks) + efforts,
    }
    for name, number in numbers.items():
        whole[name] = int(number)
    clocks = {id(clock): to.put(_clock(clock, model.timeline.horizon)) for clock in network.clocks}
    records = np.zeros((stages, at.STAGE_WIDTH), dtype=np.int64)
    records[:, at.CLOCK] = [clocks[id(clock)] for clock in network.clocks]
    whole[at.SITE_CLOCK] = clocks[id(network.clocks[network.spending])]
    to.table(at.STAGE_TABLE, records.ravel().tolist())


def _clock(clock: Clock, horizon: int) -> Sequence[int]:
    """Readings at every tick, and the first tick at or after which every 2^GUESS_BITS-th reading is reached."""
    readings = clock.at_many(np.arange(horizon + 1))
    guesses = np.searchsorted(readings, np.arange((int(readings[-1]) >> at.GUESS_BITS) + 1) << at.GUESS_BITS)
    numbers: list[int] = np.concatenate([[len(guesses), 0], readings, guesses]).tolist()
    numbers[1] = at.CLOCK_READINGS + 1
    return numbers


def _stages(to: Writer) -> int:
    """The record of every stage; the number of routes in all."""
    network, members = to.model.network, to.model.members
    stages = range(len(network.names))
    may = edges = routed = 0
    earlier = np.zeros((len(stages), len(stages)), dtype=np.int64)
    for stage in stages:
        place, routes = to.whole[at.STAGE_TABLE] + stage * at.STAGE_WIDTH, network.routes[stage]
        after = np.flatnonzero(network.predecessors[stage]).tolist()
        earlier[stage] = network.ancestors[stage]
        earlier[stage, stage] = 1
        lists = {
            at.AFTER_FROM: [number for one in after for number in (one, bool(routes and one in routes.targets))],
            at.BEFORE_FROM: np.flatnonzero(network.predecessors[:, stage]).tolist(),
            at.AGAIN_FROM: [stage, *np.flatnonzero(network.descendants[stage]).tolist()],
            at.KEEPERS_FROM: np.flatnonzero((network.until == stage).any(axis=1)).tolist(),
            at.WINDOW_FROM: _runs(network.windows[stage].tolist()),
            at.TIMES_FROM: [tick for tick, _ in network.duration_times[stage]],
            at.RISK_FROM: [tick for tick, _ in network.dropout_times[stage]],
            at.PRODUCTS_FROM: [
                number
                for one in network.products[stage]
                for number in (one.pool, one.delay, to.put_parts((one.fixed, one.per_mu, one.share)))
            ],
            at.CHANCES_FROM: [tick for tick, _ in routes.probabilities] if routes else [],
        }
        for name, values in lists.items():
            to.whole[place + name] = to.put(values)
            to.whole[place + name + 1] = len(to.whole)
        numbers = {
            at.WAITS_FOR_START: network.waits_for_planned_start[stage],
            at.ROOM: network.waiting_room[stage],
            at.HAS_PATIENCE: network.patience[stage] is not None,
            at.TIMES_VALUE: to.put(factor for _, factor in network.duration_times[stage]),
            at.AT_RISK: (members.dropout[:, stage] > 0).any(),
            at.RISK_VALUE: to.put_parts(factor for _, factor in network.dropout_times[stage]),
            at.ON_LIST: bool(to.model.review and to.model.review.list_stages[stage]),
            at.HOLD_SLOT: 0,
        }
        if routes:
            numbers |= {
                at.ROUTES: len(routes.targets),
                at.TARGETS: to.put(routes.targets),
                at.OTHERWISE: routes.otherwise,
                at.AT_MOST: routes.rework_at_most,
                at.CHANCES_VALUE: to.put_parts(chance for _, chances in routes.probabilities for chance in chances),
                at.MAY: may,
                at.ROUTED_SLOT: routed,
                at.EDGE_SLOT: edges,
            }
            may, routed, edges = may + len(routes.targets), routed + 1, edges + len(after)
        for name, number in numbers.items():
            to.whole[place + name] = int(number)
    to.whole[at.ROUTED], to.whole[at.ROUTED_EDGES] = routed, edges
    to.whole[at.MARKS] = may + len(to.model.risks) + len(to.model.efforts)
    to.table(at.EARLIER_TABLE, earlier.ravel().tolist())
    return may


def _runs(ticks: list[int]) -> list[int]:
    """First and last tick of every run of ticks."""
    first = [tick for tick in ticks if tick - 1 not in set(ticks)]
    last = [tick for tick in ticks if tick + 1 not in set(ticks)]
    return [tick for run in zip(first, last, strict=True) for tick in run]


def _needs(to: Writer) -> None:
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


def _pools(to: Writer) -> None:
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


def _kinds(to: Writer) -> Integers:
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


def _people(to: Writer) -> None:
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


def _instants(to: Writer) -> None:
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


def _places_of_results(to: Writer) -> None:
    """Where what comes out of a replication stands in its row."""
    whole = to.whole
    stages, pools, looks = whole[at.STAGES], whole[at.POOLS], int((to.model.timeline.looks <= whole[at.HORIZON]).sum())
    whole[at.OUT_COLUMN] = to.rows * whole[at.ITEMS]
    whole[at.WHO_COLUMN] = to.rows * whole[at.ENTITIES]
    place = whole[at.ENTITIES]
    for name, length in (
        (at.PAID_OUT, pools),
        (at.HELD_OUT, pools),
        (at.QUEUE_OUT, stages),
        (at.BUSY_OUT, pools),
        (at.FREE_OUT, pools),
        (at.LEVELS_OUT, pools * looks),
    ):
        whole[name] = place
        place += length
    whole[at.ROW_OUT] = place


def _sections(to: Writer) -> None:
    """The state of a replication."""
    whole = to.whole
    ticks, entities, items, pools = whole[at.HORIZON] + 1, whole[at.ENTITIES], whole[at.ITEMS], whole[at.POOLS]
    reworks = entities * whole[at.ROUTED]
    for name, length in {
        at.PENDING: items,
        at.WHERE: items,
        at.LINK: items,
        at.DUE: items,
        at.HEAD: ticks,
        at.ARRIVING: ticks,
        at.ARRIVAL: entities,
        at.SHUT: whole[at.STAGES],
        at.OPEN_UNTIL: whole[at.STAGES],
        at.FREE: pools,
        at.COMING: ticks * pools,
        at.LOOKOUT: ticks,
        at.PACED: ticks,
        at.QUEUE_HEAD: pools,
        at.QUEUE_SIZE: pools,
        at.QUEUE_DUE: pools,
        at.HOLD: entities * whole[at.HOLD_SLOTS],
        at.SENT_BACK: reworks,
        at.CHOSEN: entities * whole[at.ROUTED_EDGES],
        at.LEFT_AT: entities,
        at.SITE: entities * at.SITE_WIDTH,
        at.SITE_HEAD: ticks,
        at.ACTIVE: entities,
        at.PUSHED: entities,
        at.LIMIT: entities,
        at.GIVEN: whole[whole[at.FUNDED_TABLE] + 1],
        at.REPORTED: whole[at.MONTHS] * whole[at.AREAS],
        at.PLANNED_SUM: whole[at.AREAS],
        at.LEAVERS: items,
        at.REWORKS: 3 * reworks,
        at.STACK: whole[at.STAGES],
        at.SORTED: max(items, whole[at.DISTRICTS]),
        at.SORTED_TOO: items,
        at.BARRED: pools,
        at.COMPLETED: entities,
        at.AGAIN: whole[at.STAGES],
        at.HINDERING: 2 * whole[at.HINDRANCES],
        at.LAST_SETTLED: 2 * entities,
        at.SETTLED: 0,
    }.items():
        to.section(name, length)
