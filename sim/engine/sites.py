"""Sites at work in the reference engine: work done at a pace that the control phase resets, and the end that follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import simpy

from sim.calendar import NEVER, Clock
from sim.engine.pools import DRAIN, Turn
from sim.model import rules
from sim.model.arrays import Integers


@dataclass(slots=True)
class Site:
    """Work of one project's spending stage, in clock units x pace."""

    work: int
    done: int
    since: int
    pace: int
    finished: simpy.Event
    resets: int = 0


class Sites:
    """Who builds at what pace; everything that happens to them is a settlement (entity, tick, work done, pace from then on)."""

    def __init__(self, env: simpy.Environment, clock: Clock, horizon: int, pace_at_start: Callable[[int], int]) -> None:
        self.env, self.clock, self.horizon, self.pace_at_start = env, clock, horizon, pace_at_start
        self.active: dict[int, Site] = {}
        self.over: dict[int, int] = {}
        """Work done by those who finished or left."""
        self.settlements: list[tuple[int, int, int, int]] = []

    def begin(self, entity: int, work: int) -> simpy.Event:
        """Start work; the event comes when it is done."""
        site = self.active[entity] = Site(work, 0, int(self.env.now), self.pace_at_start(entity), self.env.event())
        self.settle(entity, site)
        return site.finished

    def reset(self, entity: int, pace: int) -> None:
        """From now on at another pace; the same pace changes nothing."""
        site = self.active[entity]
        if pace != site.pace:
            site.done, site.since, site.pace, site.resets = self.done(entity), int(self.env.now), pace, site.resets + 1
            self.settle(entity, site)

    def settle(self, entity: int, site: Site) -> None:
        """Put on record where the site stands, and look for its end at its pace."""
        self.settlements.append((entity, site.since, site.done, site.pace))
        due = rules.due_tick(self.clock, site.since, site.work - site.done, site.pace) if site.work < NEVER else NEVER
        if due <= self.horizon:
            resets = site.resets
            Turn(self.env, DRAIN, due, lambda: self.finish(entity, site, resets))

    def finish(self, entity: int, site: Site, resets: int) -> None:
        """The work is done, unless the pace was reset meanwhile or the project left."""
        if self.active.get(entity) is site and site.resets == resets:
            self.over[entity] = site.work
            del self.active[entity]
            site.finished.succeed()

    def leave(self, entity: int) -> None:
        """Stop work for good."""
        if entity in self.active:
            self.over[entity] = self.done(entity)
            del self.active[entity]

    def done(self, entity: int) -> int:
        """Work done by now; after the run, by its horizon."""
        site, now = self.active[entity], min(int(self.env.now), self.horizon)
        return site.done + (self.clock.at(now) - self.clock.at(site.since)) * site.pace

    def rows(self) -> Integers:
        """All settlements by entity and tick."""
        return np.array(sorted(self.settlements, key=lambda row: row[:2]), dtype=np.int64).reshape(-1, 4)
