"""Draws of the visits after the first: before the run, for all whom their own draws may send back, as often as these may.

What follows a stage that sends back has as a rule not begun by then, and is left out; and few come to a stage dozens of times. Where it
happens, the kernel tells that it lacks draws, and is given more (`plenty`): what follows, too, and ever more visits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.engine.kernel import layout as at
from sim.model.arrays import Booleans, Floats, Integers, Routes
from sim.sampling.draws import Draws
from sim.sampling.visits import draw_scattered

FEW, MORE = 32, 8
"""Later visits of a stage by one entity that are drawn at first, and so many times as many with each further plenty."""
PLENTY = 5
"""With that plenty there are as many as can be numbered."""


@dataclass(frozen=True)
class Later:
    """Later visits, by row and key."""

    rows: Integers
    keys: Integers
    work: Integers
    patience: Integers
    leaving: Floats
    routing: Floats


@dataclass(frozen=True)
class Back:
    """A stage with a route that leads back."""

    stage: int
    routes: Routes
    reaches: tuple[Booleans, ...]
    """(stage,) what is done again by each route, and then by the way on if none is taken."""

    def sends(self, luck: Floats, allowed: Booleans) -> Booleans:
        """(route or none, n) whether some probabilities of the year's would take it, by luck (n,) and who may (route, n)."""
        found = np.zeros((len(self.reaches), len(luck)), dtype=bool)
        for _, probabilities in self.routes.probabilities:
            reached, free = np.zeros(len(luck)), np.ones(len(luck), dtype=bool)
            for number, probability in enumerate(probabilities):
                reached[allowed[number]] += probability
                taken = free & allowed[number] & (luck < reached)
                found[number] |= taken
                free &= ~taken
            found[-1] |= free
        return found


def later_visits(draws: Draws, marks: Booleans, ahead: Callable[[int], Booleans], plenty: int) -> Later:
    """Draws of later visits that may be needed.

    `marks` (replication, entity, route) says who may take each route, `ahead` (replication, entity) before whom a stage lies.
    """
    candidates = Candidates(draws, marks, ahead, plenty)
    parts = candidates.drawn() if candidates.backs else []
    if not parts:
        nothing, none = np.empty(0, dtype=np.int64), np.empty(0)
        return Later(nothing, nothing, nothing, nothing, none, none)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    items = draws.x0.shape[1] * len(draws.model.network.names) * at.VISITS
    order = np.argsort(columns[0] * items + columns[1])
    return Later(*(column[order] for column in columns))


class Candidates:
    """Who may be sent back, and how often each stage may be visited."""

    def __init__(self, draws: Draws, marks: Booleans, ahead: Callable[[int], Booleans], plenty: int) -> None:
        self.draws, self.network = draws, draws.model.network
        self.backs, self.most = _backs(draws, plenty > 0), FEW * MORE**plenty
        self.marks, self.ahead = marks, ahead
        self.may = {}
        first = 0
        for stage, routes in enumerate(self.network.routes):
            if routes:
                self.may[stage] = slice(first, first + len(routes.targets))
                first += len(routes.targets)

    def drawn(self) -> list[tuple[Integers | Floats, ...]]:
        """Columns of `Later`, part by part."""
        rows, entities, sent = self._at_first()
        most = np.zeros((len(self.network.names), len(rows)), dtype=np.int64)
        parts = []
        while len(rows):
            reached = self._most_visits(sent, len(rows))
            if (reached <= most).all():
                break
            for stage in np.flatnonzero((reached > most).any(axis=1)).tolist():
                which = np.flatnonzero(reached[stage] > most[stage])
                times = reached[stage, which] - most[stage, which]
                who = np.repeat(which, times)
                visit = most[stage, who] + 1 + np.arange(len(who)) - np.repeat(np.cumsum(times) - times, times)
                parts.append(self._part(stage, rows[who], entities[who], visit))
                if stage in sent:
                    luck = np.asarray(parts[-1][-1], dtype=np.float64)
                    allowed = self.marks[rows[who], entities[who], self.may[stage]].T
                    np.add.at(sent[stage].T, who, self.backs[stage].sends(luck, allowed).T)
            most = np.maximum(most, reached)
        return parts

    def _at_first(self) -> tuple[Integers, Integers, dict[int, Integers]]:
        """Rows and entities of all whom some first visit may send back; stage -> (way, n) how often it may send each there."""
        shape = self.draws.x0.shape
        people = shape[0] * shape[1]
        anybody, found = np.zeros(people, dtype=bool), {}
        for stage, back in self.backs.items():
            luck = self.draws.visits.routing[:, :, stage].reshape(-1)
            allowed = self.marks[:, :, self.may[stage]].reshape(people, len(back.routes.targets)).T
            found[stage] = back.sends(luck, allowed) & self.ahead(stage).reshape(-1)
            for way, reaches in enumerate(back.reaches):
                if reaches.any():
                    anybody |= found[stage][way]
        who = np.flatnonzero(anybody)
        rows, entities = np.divmod(who, max(shape[1], 1))
        return rows, entities, {stage: sends[:, who].astype(np.int64) for stage, sends in found.items()}

    def _most_visits(self, sent: dict[int, Integers], people: int) -> Integers:
        """(stage, n) visits after the first that each may make."""
        most = np.zeros((len(self.network.names), people), dtype=np.int64)
        for stage, back in self.backs.items():
            for other in range(len(most)):
                ways = [way for way, reaches in enumerate(back.reaches) if reaches[other]]
                if ways:
                    most[other] += np.minimum(sent[stage][ways].sum(axis=0), back.routes.rework_at_most)
        np.minimum(most, self.most, out=most)
        return most

    def _part(self, stage: int, rows: Integers, entities: Integers, visits: Integers) -> tuple[Integers | Floats, ...]:
        draws = self.draws
        drawn = draw_scattered(draws.model, draws.portfolio, draws.seed, draws.replications, stage, rows, entities, visits)
        keys = (entities * len(self.network.names) + stage) * at.VISITS + visits
        return rows, keys, drawn.work, drawn.patience, drawn.leaving, drawn.routing


def _backs(draws: Draws, all_that_follows: bool) -> dict[int, Back]:
    """Stage -> what leads back from it."""
    network = draws.model.network
    nothing = np.zeros(len(network.names), dtype=bool)
    backs = {}
    for stage, routes in enumerate(network.routes):
        if routes:
            reaches = []
            for target in (*routes.targets, routes.otherwise):
                again = nothing.copy()
                if target == stage or (target >= 0 and network.ancestors[stage, target]):
                    again = network.descendants[target].copy()
                    again[target] = True
                    again &= all_that_follows | ~network.descendants[stage]
                reaches.append(again)
            if any(again.any() for again in reaches):
                backs[stage] = Back(stage, routes, tuple(reaches))
    return backs
