"""What entities wait for in the reference engine: pools, requests, and the phases of an instant as priorities of SimPy's events."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import simpy
from simpy.events import NORMAL

from sim.calendar import NEVER
from sim.engine.trace import GAVE_UP, REFUSED
from sim.model import rules
from sim.model.arrays import Integers, Model

DRAIN, SETTLE, CONTROL, ALLOCATE, TURN_AWAY, LOOK = range(NORMAL, NORMAL + 6)

Steps = Generator[simpy.Event, None, None]
Needs = tuple[tuple[int, int], ...]
"""(pool, amount) of each pool that a stage needs."""
Hold = Callable[[int, int, Needs], None]
"""Told (entity, stage, needs) of what was granted."""
TurnedAway = Callable[[int, int, int], None]
"""Told (entity, stage, outcome) of a request that leaves."""


class Turn(simpy.Event):
    """An action at a tick, in one of the phases of that instant."""

    def __init__(self, env: simpy.Environment, phase: int, tick: int, action: Callable[[], None]) -> None:
        self.env, self.callbacks, self._ok, self._value = env, [Turn.take], True, None
        self.action = action
        env.schedule(self, phase, tick - env.now)  # type: ignore[arg-type]

    @staticmethod
    def take(turn: simpy.Event) -> None:
        """What SimPy calls when the turn has come."""
        turn.action()  # type: ignore[attr-defined]


@dataclass(order=True, slots=True)
class Request:
    """A stage that waits for all it needs."""

    rank: int
    entity: int = field(compare=False)
    stage: int = field(compare=False)
    token: int = field(compare=False)
    asked: int = field(compare=False)
    patience: int = field(compare=False)
    needs: Needs = field(compare=False)
    granted: simpy.Event = field(compare=False)


class Pools:
    """Servers and stocks. Requests wait here, whatever their pools, and are looked at together."""

    def __init__(self, env: simpy.Environment, model: Model, tokens: list[list[int]], hold: Hold, turned_away: TurnedAway) -> None:
        self.env, self.tokens, self.hold, self.turned_away = env, tokens, hold, turned_away
        self.rooms = model.network.waiting_room.tolist()
        self.horizon = model.timeline.horizon
        self.free = model.pools.initial.tolist()
        self.bars = [not passing for passing in model.pools.passing]
        self.group = grouped(model)
        self.sizes = [self.group.count(group) for group in range(len(self.free))]
        self.queues: list[list[Request]] = [[] for _ in self.free]
        """By group, in order of rank."""
        self.due: set[int] = set()
        """Groups to be looked at in this instant's allocation."""
        self.queue = Sums(env, len(self.rooms), model.timeline.warm_up)
        self.busy = Sums(env, len(self.free), model.timeline.warm_up)
        self.allocation_due = False
        self.some_are_void = False
        """Whether requests may wait whose entity left or was sent back."""
        self.looks: set[int] = set()

    def expect(self, inflows: Iterable[tuple[int, int, int]]) -> None:
        """Let stock come in, and capacity change, on given ticks."""
        for tick, pool, amount in inflows:
            Turn(self.env, DRAIN, tick, lambda pool=pool, amount=amount: self.add(pool, amount))  # type: ignore[misc]

    def add(self, pool: int, amount: int) -> None:
        """Put servers back or stock in; a capacity that falls takes servers away, those at work when they come back."""
        self.free[pool] += amount
        if self.queues[self.group[pool]]:
            self.wake([self.group[pool]])

    def take(self, needs: Needs) -> None:
        """Seize servers and consume stock."""
        for pool, amount in needs:
            self.free[pool] -= amount

    def release(self, pool: int, amount: int) -> None:
        """Take servers back."""
        self.busy.change(pool, -amount)
        self.add(pool, amount)

    def request(self, request: Request) -> simpy.Event:
        """Wait until all that is needed can be had at once."""
        group = self.group[request.needs[0][0]]
        queue = self.queues[group]
        if not queue or queue[-1].rank < request.rank:
            queue.append(request)
        else:
            insort(queue, request)
        self.queue.change(request.stage, 1)
        self.wake([group])
        if self.rooms[request.stage] >= 0:
            self.look_out(request.asked)
        if request.patience < NEVER:
            self.look_out(request.asked + request.patience)
        return request.granted

    def move_up(self, requests: Sequence[Request], widths: tuple[int, int, int]) -> None:
        """Let these requests go before all others, in the order of their asking."""
        for request in requests:
            request.rank = rules.queue_rank(rules.FIRST_OF_ALL, request.asked, request.entity, request.stage, widths)
        for queue in self.queues:
            queue.sort()
        self.wake(range(len(self.queues)))

    def look_out(self, tick: int) -> None:
        """See to it that the instant `tick` ends with a look at who must leave."""
        if tick <= self.horizon and tick not in self.looks:
            self.looks.add(tick)
            Turn(self.env, TURN_AWAY, tick, self.turn_away)

    def turn_away(self) -> None:
        """When nothing more is due: requests beyond a waiting room and those whose patience is over leave, all together."""
        now = int(self.env.now)
        self.looks.discard(now)
        self.forget()
        queue = self.waiting
        refused = [queue[place] for place in rules.beyond_rooms([request.stage for request in queue], self.rooms)]
        tired = [one for one in queue if one not in refused and rules.patience_is_over(one.asked, one.patience, now)]
        for leaving, outcome in ((refused, REFUSED), (tired, GAVE_UP)):
            for request in leaving:
                self.turned_away(request.entity, request.stage, outcome)
        if refused or tired:
            self.forget()
            self.wake(())

    @property
    def waiting(self) -> list[Request]:
        """All waiting requests by rank."""
        return sorted(request for queue in self.queues for request in queue)

    def wake(self, groups: Iterable[int]) -> None:
        """See to it that this instant ends with an allocation of these groups of pools."""
        self.due.update(groups)
        if not self.allocation_due:
            self.allocation_due = True
            Turn(self.env, ALLOCATE, self.env.now, self.allocate)  # type: ignore[arg-type]

    def allocate(self) -> None:
        """Phase 3: one look at every waiting request, by rank; groups of pools have nothing to do with each other."""
        self.allocation_due = False
        self.forget()
        due, self.due = sorted(self.due), set()
        for group in due:
            self.queues[group] = self.served(self.queues[group], self.sizes[group])

    def served(self, queue: list[Request], pools: int) -> list[Request]:
        """Grant what can be had of a group of so many pools; those who still wait. Once every pool is barred, so is the rest."""
        barred: set[int] = set()
        still_waiting = []
        for place, request in enumerate(queue):
            lacking = rules.lacking(request.needs, self.free)
            if lacking or (barred and rules.is_barred(request.needs, barred)):
                still_waiting.append(request)
                barred.update([pool for pool in lacking if self.bars[pool]])
                if len(barred) == pools:
                    return still_waiting + queue[place + 1 :]
            else:
                self.take(request.needs)
                self.queue.change(request.stage, -1)
                self.hold(request.entity, request.stage, request.needs)
                request.granted.succeed()
        return still_waiting

    def forget(self) -> None:
        """Drop the requests of those who left or were sent back."""
        if not self.some_are_void:
            return
        self.some_are_void = False
        self.due.update(range(len(self.queues)))
        for group, queue in enumerate(self.queues):
            kept = [request for request in queue if request.token == self.tokens[request.entity][request.stage]]
            for request in queue:
                if request.token != self.tokens[request.entity][request.stage]:
                    self.queue.change(request.stage, -1)
            self.queues[group] = kept

    def void(self) -> None:
        """Requests may wait whose entity left or was sent back: this instant forgets them, and serves those whom they barred."""
        self.some_are_void = True
        self.wake(())


def grouped(model: Model) -> list[int]:
    """(pool,) its group: the lowest of the pools to which it is bound by stages that need both, directly or through others."""
    group = list(range(len(model.pools.names)))
    needed = (model.network.fixed_need > 0) | (model.network.need_per_mu > 0)
    for row, own in product(needed, model.districts.own_pool):
        pools = own[np.flatnonzero(row)].tolist()
        lowest = min((group[pool] for pool in pools), default=0)
        merged = {group[pool] for pool in pools}
        group = [lowest if one in merged else one for one in group]
    return group


class Sums:
    """Numbers that change now and then (who waits, what is held), summed up over time from the warm-up on."""

    def __init__(self, env: simpy.Environment, numbers: int, warm_up: int) -> None:
        self.env, self.warm_up = env, warm_up
        self.values, self.areas, self.since = [0] * numbers, [0] * numbers, [warm_up] * numbers

    def change(self, number: int, by: int) -> None:
        """So much more or less from now on."""
        now = int(self.env.now)
        if now > self.warm_up:
            self.areas[number] += self.values[number] * (now - self.since[number])
            self.since[number] = now
        self.values[number] += by

    def until(self, end: int) -> Integers:
        """Value x ticks of each number by the end."""
        open_since = zip(self.areas, self.values, self.since, strict=True)
        return np.array([area + value * max(end - since, 0) for area, value, since in open_since], dtype=np.int64)
