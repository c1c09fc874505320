"""The model's rules, each written once: an engine asks them, and decides nothing itself.

Time is integer ticks, work and pace integers, so that results do not depend on the order of sums.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.calendar import NEVER, PPM, Clock
from sim.model.arrays import Integers


def queue_rank(priority: int, requested: int, entity: int, stage: int, widths: tuple[int, int, int]) -> int:
    """Queue discipline as one number without ties: lower priority first, then earlier request, then entity, then stage.

    `widths` are the numbers of ticks, entities and stages of the model (see `rank_widths`).
    """
    ticks, entities, stages = widths
    return ((priority * ticks + requested) * entities + entity) * stages + stage


def due_tick(clock: Clock, now: int, work: int, pace: int) -> int:
    """First tick at which `work` (clock units x pace) begun at `now` is done; NEVER if not within the calendar's table."""
    if work <= 0:
        return now
    if pace <= 0 or work >= NEVER:
        return NEVER
    return clock.when(clock.at(now) - (-work // pace))


def lacking(needs: Sequence[tuple[int, int]], free: Sequence[int]) -> list[int]:
    """The pools of (pool, amount) `needs` that hold less than is needed."""
    return [pool for pool, amount in needs if free[pool] < amount]


def is_barred(needs: Sequence[tuple[int, int]], barred: set[int]) -> bool:
    """Whether an earlier request that still waits keeps this one from a pool it needs."""
    return any(pool in barred for pool, _ in needs)


def patience_is_over(requested: int, patience: int, now: int) -> bool:
    """Whether a request that still waits has waited as long as it would; patience 0 waits for no later instant."""
    return now - requested >= patience


def beyond_rooms(stages: Sequence[int], rooms: Sequence[int]) -> list[int]:
    """Places, in a queue by rank, of the requests beyond their stage's waiting room; `rooms` by stage, -1 for one without end."""
    waiting: dict[int, int] = {}
    beyond = []
    for place, stage in enumerate(stages):
        waiting[stage] = waiting.get(stage, 0) + 1
        if 0 <= rooms[stage] < waiting[stage]:
            beyond.append(place)
    return beyond


def work_of(ticks: Integers) -> Integers:
    """Work that a full-rate calendar at full pace does in so many ticks."""
    return ticks * PPM * PPM
