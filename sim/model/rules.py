"""The model's rules, each written once: an engine asks them, and decides nothing itself.

Time is integer ticks, work and pace integers, so that results do not depend on the order of sums. Rules of scalars, and those that read
a run of numbers from a first place on, are also compiled into the kernel; those of lists and sets are made of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar

from sim.calendar import NEVER, PPM, Clock
from sim.model.arrays import Integers

Value = TypeVar("Value")
FIRST_OF_ALL = -1
"""The priority of what a review takes up."""
SUCCESS = -1
"""The way on that is no route: all stages that follow and that no route names."""


def queue_rank(priority: int, requested: int, entity: int, stage: int, widths: tuple[int, int, int]) -> int:
    """Queue discipline as one number without ties: lower priority first, then earlier request, then entity, then stage.

    `widths` are the numbers of ticks, entities and stages of the model.
    """
    ticks, entities, stages = widths
    return ((priority * ticks + requested) * entities + entity) * stages + stage


def due_tick(clock: Clock, now: int, work: int, pace: int) -> int:
    """First tick at which `work` (clock units x pace) begun at `now` is done; NEVER if not within the calendar's table."""
    return now if work <= 0 else clock.when(reading_due(clock.at(now), work, pace))


def reading_due(reading: int, work: int, pace: int) -> int:
    """What the clock reads when `work` above zero (clock units x pace), begun at `reading`, is done; NEVER if it never is."""
    return NEVER if pace <= 0 or work >= NEVER else reading - (-work // pace)


def lacking(needs: Sequence[tuple[int, int]], free: Sequence[int]) -> list[int]:
    """The pools of (pool, amount) `needs` that hold less than is needed."""
    return [pool for pool, amount in needs if lacks(free[pool], amount)]


def lacks(free: int, amount: int) -> bool:
    """Whether a pool holds less than is needed of it."""
    return free < amount


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
        if is_beyond_room(waiting[stage], rooms[stage]):
            beyond.append(place)
    return beyond


def is_beyond_room(number: int, room: int) -> bool:
    """Whether the request of that number, from 1, in its stage's queue by rank finds no place to wait; room -1: without end."""
    return 0 <= room < number


def work_of(ticks: Integers) -> Integers:
    """Work that a full-rate calendar at full pace does in so many ticks."""
    return ticks * (PPM * PPM)


def in_force(steps: Sequence[tuple[int, Value]], now: int) -> Value:
    """The value last set by `now`, of steps (tick, value from then on) in order of time, the first at 0."""
    if len(steps) == 1:
        return steps[0][1]
    return steps[last_begun([tick for tick, _ in steps], 0, len(steps), now)][1]


def last_begun(ticks: Sequence[int], first: int, end: int, now: int) -> int:
    """Of the places from `first` to before `end`, in order of time, the last whose tick has come; `first` if none has."""
    place = first
    while place + 1 < end and ticks[place + 1] <= now:
        place += 1
    return place


def work_in_force(work: int, times: Sequence[tuple[int, int]], now: int) -> int:
    """Drawn work of a stage that begins at `now`, times the factor (ppm) in force."""
    return work_times(work, in_force(times, now))


def work_times(work: int, factor: int) -> int:
    """Work times a factor in ppm."""
    return work if factor == PPM else work // PPM * factor


def amount_of(fixed: float, per_mu: float, land: int, share: float = 1.0) -> int:
    """What is needed or produced by an entity with so much land: whole units, halves up."""
    return int((fixed + per_mu * land) * share + 0.5)


def leaves(luck: float, probability: float) -> bool:
    """Whether an entity leaves at a stage's end."""
    return luck < probability


def chosen_route(luck: float, probabilities: Sequence[float], allowed: Sequence[bool]) -> int | None:
    """The route taken by who may take those `allowed`: the first whose running sum of probabilities exceeds `luck`; None if none does."""
    number = route_of(luck, probabilities, 0, allowed, 0, len(probabilities))
    return None if number < 0 else number


def route_of(luck: float, probabilities: Sequence[float], first: int, allowed: Sequence[int], may: int, routes: int) -> int:
    """The number of the route taken, -1: none, of so many; their probabilities stand from `first` on, who may take them from `may` on."""
    reached = 0.0
    for number in range(routes):
        if allowed[may + number]:
            reached += probabilities[first + number]
            if luck < reached:
                return number
    return -1


def way_on(target: int, otherwise: int, comes_again: Collection[int], sent_back: int, at_most: int) -> int:
    """The stage gone to, or SUCCESS: `target`, but `otherwise` where it comes again and the entity was sent back `at_most` times before."""
    return way_or(target, otherwise, target in comes_again, sent_back, at_most)


def way_or(target: int, otherwise: int, is_rework: bool, sent_back: int, at_most: int) -> int:
    """`way_on`, told whether the target comes again."""
    return otherwise if is_rework and sent_back >= at_most else target


def is_chosen(after: int, way: int, named: Collection[int]) -> bool:
    """Whether a way on from a stage leads to one that follows it; `named` are the stages that its routes name."""
    return leads_to(after, way, after in named)


def leads_to(after: int, way: int, is_named: bool) -> bool:
    """`is_chosen`, told whether a route names what follows."""
    return after == way or (way == SUCCESS and not is_named)


def attraction(appeal: float, level: int, enough: float, waiting: int, many: float) -> float:
    """Odds of a district: a logit on the logs of its appeal, of 1 + level / enough, and less that of 1 + waiting / many."""
    return appeal * (1.0 + level / enough) / (1.0 + waiting / many)


def chosen_district(luck: float, odds: Sequence[float]) -> int:
    """The place of the one chosen: the first whose running sum of odds exceeds `luck` of the whole."""
    return place_of(luck, odds, range(len(odds)), 0, len(odds))


def place_of(luck: float, odds: Sequence[float], among: Sequence[int], first: int, places: int) -> int:
    """`chosen_district` of so many whose numbers in `odds` stand among others from `first` on; sums in that order."""
    reached, whole = 0.0, 0.0
    for place in range(places):
        whole += odds[among[first + place]]
    for place in range(places):
        reached += odds[among[first + place]]
        if luck * whole < reached:
            return place
    return places - 1


def begins(unresolved: int, done: int) -> bool:
    """Whether a stage begins: every predecessor is done or skipped, and one at least is done."""
    return unresolved == 0 and done > 0


def shortfall(reported: int, plan: int, reference: float) -> float:
    """The part missing of what the reference curve has due of a plan; 0 where nothing is due or nothing is missing."""
    due = plan * reference
    return max(0.0, 1.0 - reported / due) if due > 0 else 0.0


def push_of(missing: float, gain: float, at_most: int) -> int:
    """Extra pace (ppm) for an area that lags."""
    return min(at_most, int(gain * missing * PPM))


def decayed(push: int, decay: float) -> int:
    """What is left of an extra pace (ppm) at the next review, if it is not renewed."""
    return int(push * (1.0 - decay))


def wanted_pace(push: int, hindrances: Sequence[int]) -> int:
    """Pace (ppm) of a site that has its money: full pace and what it is pushed, times what each hindrance leaves (ppm)."""
    pace = PPM + push
    for remains in hindrances:
        pace = hindered(pace, remains)
    return pace


def hindered(pace: int, remains: int) -> int:
    """What one more hindrance leaves of a pace."""
    return pace * remains // PPM


def due_from_fund(spent: int, share: float) -> int:
    """Yuan that a fund has paid when a site has spent so much."""
    return int(spent * share)
