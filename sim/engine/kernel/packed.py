"""A model laid out for the kernel: one array of integers, one of floats, with places by name (`layout`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np

from sim.calendar import PPM, Clock
from sim.engine.kernel import layout as at
from sim.engine.kernel import records
from sim.engine.kernel.writer import Writer
from sim.model.arrays import Floats, Integers, Model
from sim.sampling.draws import Draws


@dataclass
class Sizes:
    """How much room tables have needed so far, in rows of a replication: the most, and the mean of a block; how many draws, see `later`."""

    settlements: int = 0
    mean_settlements: int = 0
    mean_earlier: int = 8
    plenty: int = 0


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
    routes = records.stages(to)
    records.needs(to)
    records.pools(to)
    patterns = records.kinds(to)
    records.people(to)
    records.instants(to)
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
    of_stages = np.zeros((stages, at.STAGE_WIDTH), dtype=np.int64)
    of_stages[:, at.CLOCK] = [clocks[id(clock)] for clock in network.clocks]
    whole[at.SITE_CLOCK] = clocks[id(network.clocks[network.spending])]
    to.table(at.STAGE_TABLE, of_stages.ravel().tolist())


def _clock(clock: Clock, horizon: int) -> Sequence[int]:
    """Readings at every tick, and the first tick at or after which every 2^GUESS_BITS-th reading is reached."""
    readings = clock.at_many(np.arange(horizon + 1))
    guesses = np.searchsorted(readings, np.arange((int(readings[-1]) >> at.GUESS_BITS) + 1) << at.GUESS_BITS)
    numbers: list[int] = np.concatenate([[len(guesses), 0], readings, guesses]).tolist()
    numbers[1] = at.CLOCK_READINGS + 1
    return numbers


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
