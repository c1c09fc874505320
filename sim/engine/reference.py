"""Reference engine: the verbs of the model as SimPy processes, made to be read.

One instant has three phases, kept apart by the priority of SimPy's events:

1. drain (SimPy's normal priority): all that falls due happens, and nothing is granted;
2. control: windows open;
3. allocate: those who dropped out give back what they held, then waiting requests are looked at once, by rank. What is granted may
   fall due at once: SimPy then drains again before the next allocation of the same instant. When nothing more is due, requests beyond
   a waiting room and those whose patience is over leave; if any did, what they held is allocated in the same way.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import numpy as np
import simpy
from simpy.events import NORMAL

from sim.calendar import NEVER, PPM
from sim.engine.trace import BEFORE, DONE, GAVE_UP, LEFT, REFUSED, Trace, empty_trace
from sim.model import rules
from sim.model.arrays import Model
from sim.sampling.draws import Draws

DRAIN, CONTROL, ALLOCATE, TURN_AWAY = NORMAL, NORMAL + 1, NORMAL + 2, NORMAL + 3
FULL_PACE = PPM

Steps = Generator[simpy.Event, None, None]
Needs = tuple[tuple[int, int], ...]
"""(pool, amount) of each pool that a stage needs."""


class Turn(simpy.Event):
    """An action at a tick, in one of the three phases of that instant."""

    def __init__(self, env: simpy.Environment, phase: int, tick: int, action: Callable[[], None]) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        self.callbacks.append(lambda _: action())
        env.schedule(self, phase, tick - env.now)  # type: ignore[arg-type]


@dataclass(order=True)
class Request:
    """A stage that waits for all it needs."""

    rank: int
    entity: int = field(compare=False)
    stage: int = field(compare=False)
    asked: int = field(compare=False)
    patience: int = field(compare=False)
    needs: Needs = field(compare=False)
    granted: simpy.Event = field(compare=False)


class Pools:
    """Servers and stocks. Requests wait here, whatever their pools, and are looked at together."""

    def __init__(self, env: simpy.Environment, model: Model, turned_away: Callable[[int, int, int], None]) -> None:
        self.env, self.turned_away = env, turned_away
        self.rooms = model.network.waiting_room.tolist()
        self.horizon = model.timeline.horizon
        self.free = [int(units) for units in model.pools.initial]
        self.bars = [not passing for passing in model.pools.passing]
        self.waiting: list[Request] = []
        self.leaving: list[Callable[[], None]] = []
        self.gone: set[int] = set()
        self.allocation_due = False
        self.looks: set[int] = set()
        for tick, pool, amount in model.pools.inflows:
            Turn(env, DRAIN, tick, lambda pool=pool, amount=amount: self.add(pool, amount))  # type: ignore[misc]

    def add(self, pool: int, amount: int) -> None:
        """Put servers back or stock in."""
        self.free[pool] += amount
        self.wake()

    def request(self, request: Request) -> simpy.Event:
        """Wait until all that is needed can be had at once."""
        insort(self.waiting, request)
        self.wake()
        if self.rooms[request.stage] >= 0:
            self.look_out(request.asked)
        if request.patience < NEVER:
            self.look_out(request.asked + request.patience)
        return request.granted

    def look_out(self, tick: int) -> None:
        """See to it that the instant `tick` ends with a look at who must leave."""
        if tick <= self.horizon and tick not in self.looks:
            self.looks.add(tick)
            Turn(self.env, TURN_AWAY, tick, self.turn_away)

    def turn_away(self) -> None:
        """When nothing more is due: requests beyond a waiting room and those whose patience is over leave, all together."""
        now = int(self.env.now)
        self.looks.discard(now)
        queue = [request for request in self.waiting if request.entity not in self.gone]
        refused = [queue[place] for place in rules.beyond_rooms([request.stage for request in queue], self.rooms)]
        tired = [one for one in queue if one not in refused and rules.patience_is_over(one.asked, one.patience, now)]
        for leaving, outcome in ((refused, REFUSED), (tired, GAVE_UP)):
            for request in leaving:
                self.turned_away(request.entity, request.stage, outcome)
        if refused or tired:
            self.wake()

    def wake(self) -> None:
        """See to it that this instant ends with an allocation."""
        if not self.allocation_due:
            self.allocation_due = True
            Turn(self.env, ALLOCATE, self.env.now, self.allocate)  # type: ignore[arg-type]

    def allocate(self) -> None:
        """Phase 3: one look at every waiting request, by rank."""
        self.allocation_due = False
        for leave in self.leaving:
            leave()
        self.leaving.clear()
        barred: set[int] = set()
        still_waiting = []
        for request in self.waiting:
            if request.entity in self.gone:
                continue
            lacking = rules.lacking(request.needs, self.free)
            if lacking or rules.is_barred(request.needs, barred):
                still_waiting.append(request)
                barred.update(pool for pool in lacking if self.bars[pool])
            else:
                for pool, amount in request.needs:
                    self.free[pool] -= amount
                request.granted.succeed()
        self.waiting = still_waiting


class Replication:
    """One replication: every entity walks the workflow."""

    def __init__(self, model: Model, draws: Draws, row: int) -> None:
        self.env = simpy.Environment()
        self.model, self.network = model, model.network
        self.horizon = model.timeline.horizon
        self.pools = Pools(self.env, model, self.turned_away)
        self.trace = empty_trace(model.members.count, len(self.network.names))
        self.widths = (self.horizon + 1, max(model.members.count, 1), len(self.network.names))
        self.priority = model.members.priority.tolist()
        self.work, self.drops = draws.work[row].tolist(), draws.drops[row].tolist()
        self.patience = None if draws.patience is None else draws.patience[row].tolist()
        self.land = draws.portfolio.land[row].tolist()
        self.planned_start = draws.portfolio.planned_start[row].tolist()
        self.successors = [np.flatnonzero(after).tolist() for after in self.network.predecessors]
        self.windows = [frozenset(window.tolist()) for window in self.network.windows]
        self.stage_needs = [self._stage_needs(stage) for stage in range(len(self.network.names))]
        self.opening = [self.env.event() for _ in self.network.names]
        self.held: dict[int, dict[int, Needs]] = {}
        self.missing: list[list[int]] = []
        self._open_windows()
        self._bring_in(draws, row)

    def _bring_in(self, draws: Draws, row: int) -> None:
        """Let every entity arrive at its tick, with what it has already done."""
        standing = np.append(self.network.ancestors, np.zeros((1, len(self.network.names)), dtype=bool), axis=0)
        done = self.model.members.done | standing[draws.portfolio.at[row]]
        self.trace.outcome[done] = BEFORE
        waits_for = (~done).astype(np.int64).dot(self.network.predecessors.astype(np.int64))
        self.missing = np.where(done, -1, waits_for).tolist()
        for entity, tick in enumerate(draws.portfolio.joins[row].tolist()):
            first = [stage for stage in range(len(self.network.names)) if not done[entity, stage] and self.missing[entity][stage] == 0]
            if tick <= self.horizon:
                Turn(self.env, DRAIN, tick, lambda entity=entity, first=first: self.begin_all(entity, first))  # type: ignore[misc]

    def _open_windows(self) -> None:
        for stage, ticks in enumerate(self.windows):
            for tick in ticks:
                if 0 <= tick <= self.horizon and tick - 1 not in ticks:
                    Turn(self.env, CONTROL, tick, lambda stage=stage: self.open_window(stage))  # type: ignore[misc]

    def open_window(self, stage: int) -> None:
        """Phase 2: let through all that wait for a date of the stage's window."""
        self.opening[stage].succeed()
        self.opening[stage] = self.env.event()

    def begin_all(self, entity: int, stages: list[int]) -> None:
        """Set an entity to work on stages whose predecessors are done."""
        for stage in stages:
            self.env.process(self.run_stage(entity, stage))

    def run_stage(self, entity: int, stage: int) -> Steps:
        """A stage's whole cycle: date and window, request, work, release, and on to what follows."""
        trace, env, network = self.trace, self.env, self.network
        trace.ready[entity, stage] = env.now
        if network.waits_for_planned_start[stage] and self.planned_start[entity] > env.now:
            yield env.timeout(self.planned_start[entity] - env.now)
        if self.windows[stage] and env.now not in self.windows[stage]:
            yield self.opening[stage]
        if entity in self.pools.gone:
            return
        trace.requested[entity, stage] = env.now
        needs = self.needs(entity, stage)
        if needs:
            yield self.pools.request(self.request(entity, stage, needs))
            self.held.setdefault(entity, {})[stage] = tuple(need for need in needs if not self.model.pools.is_stock[need[0]])
        trace.began[entity, stage] = env.now
        due = rules.due_tick(network.clocks[stage], int(env.now), self.work[entity][stage], FULL_PACE)
        if due == NEVER or due > self.horizon:
            return
        yield env.timeout(due - env.now)
        if entity not in self.pools.gone:
            self.end_stage(entity, stage)

    def request(self, entity: int, stage: int, needs: Needs) -> Request:
        """What a stage asks for now, with its rank in the queue."""
        now = int(self.env.now)
        rank = rules.queue_rank(self.priority[entity], now, entity, stage, self.widths)
        patience = NEVER if self.patience is None else self.patience[entity][stage]
        return Request(rank, entity, stage, now, patience, needs, self.env.event())

    def _stage_needs(self, stage: int) -> list[tuple[int, int | None]]:
        """(pool, amount) of what a stage needs; the amount is None where it is each project's own land."""
        land, fixed = self.network.needs_land[stage], self.network.fixed_need[stage]
        return [(pool, None if land[pool] else int(fixed[pool])) for pool in range(len(fixed)) if land[pool] or fixed[pool]]

    def needs(self, entity: int, stage: int) -> Needs:
        """What an entity needs at a stage; nothing of a pool is no need of it."""
        amounts = ((pool, self.land[entity] if fixed is None else fixed) for pool, fixed in self.stage_needs[stage])
        return tuple((pool, amount) for pool, amount in amounts if amount)

    def end_stage(self, entity: int, stage: int) -> None:
        """Release what the stage held; then leave, or begin what had waited for this stage alone."""
        self.trace.ended[entity, stage] = self.env.now
        self.release(entity, stage)
        if self.drops[entity][stage]:
            self.trace.outcome[entity, stage] = LEFT
            self.pools.leaving.append(lambda: self.leave(entity))
            self.pools.wake()
            return
        self.trace.outcome[entity, stage] = DONE
        for after in self.successors[stage]:
            self.missing[entity][after] -= 1
            if self.missing[entity][after] == 0:
                self.env.process(self.run_stage(entity, after))

    def release(self, entity: int, stage: int) -> None:
        """Give back the servers that a stage holds."""
        for pool, amount in self.held.get(entity, {}).pop(stage, ()):
            self.pools.add(pool, amount)

    def turned_away(self, entity: int, stage: int, outcome: int) -> None:
        """A request that leaves the queue takes its entity with it."""
        self.trace.ended[entity, stage] = self.env.now
        self.trace.outcome[entity, stage] = outcome
        self.leave(entity)

    def leave(self, entity: int) -> None:
        """An entity that dropped out gives back all that its other stages hold, and goes no further."""
        self.pools.gone.add(entity)
        for needs in self.held.pop(entity, {}).values():
            for pool, amount in needs:
                self.pools.free[pool] += amount


def simulate(model: Model, draws: Draws, row: int) -> Trace:
    """Run replication `row` of the draws to the horizon; what happens at the horizon still happens."""
    replication = Replication(model, draws, row)
    replication.env.run(until=model.timeline.horizon + 1)
    return replication.trace
