"""Reference engine: the verbs of the model as SimPy processes, made to be read.

One instant has three phases, kept apart by the priority of SimPy's events:

1. drain (SimPy's normal priority): all that falls due happens, and nothing is granted. When it has, those who drop out give back what
   they hold, and rework sends back those who are sent back: what that begins is drained in turn;
2. control: windows open;
3. allocate: waiting requests are looked at once, by rank. What is granted may fall due at once: SimPy then drains again before the next
   allocation of the same instant. When nothing more is due, requests beyond a waiting room and those whose patience is over leave; if
   any did, what they held is allocated in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import simpy

from sim.calendar import PPM
from sim.engine.control import Control
from sim.engine.holdings import Holdings
from sim.engine.pools import CONTROL, DRAIN, LOOK, SETTLE, Needs, Pools, Request, Steps, Turn
from sim.engine.sites import Sites
from sim.engine.state import State
from sim.engine.trace import ABSENT, BEFORE, CANCELLED, DONE, LEFT, NOT_YET, REVIEW, SKIPPED, TICKS, VISIT, Trace, table
from sim.model import rules
from sim.model.arrays import Model, Routes
from sim.sampling.draws import Draws


class Replication(State):
    """One replication: every entity walks its workflow."""

    def __init__(self, model: Model, draws: Draws, row: int) -> None:
        self.env = simpy.Environment()
        self.model, self.network, self.draws, self.row = model, model.network, draws, row
        self.horizon = model.timeline.horizon
        portfolio, visits, owner = draws.portfolio, draws.visits, draws.portfolio.owner
        entities, stages = len(owner), len(self.network.names)
        self.ticks = {name: [[-1] * stages for _ in range(entities)] for name in TICKS}
        self.ready, self.requested, self.began, self.ended = (self.ticks[name] for name in TICKS)
        self.visit = [[0] * stages for _ in range(entities)]
        self.tokens = [[0] * stages for _ in range(entities)]
        self.earlier: list[tuple[int, ...]] = []
        self.land = portfolio.land[row].tolist()
        self.district: list[int] = model.members.district[owner].tolist()
        self.holdings = Holdings(self)
        self.pools = Pools(self.env, model, self.tokens, self.holdings.hold, self.turned_away)
        self.widths = (self.horizon + 1, max(entities, 1), stages)
        self.owner = owner.tolist()
        self.priority = model.members.priority[owner].tolist()
        self.dropout = draws.dropout[row].tolist()
        self.work, self.patience = visits.work[row].tolist(), visits.patience[row].tolist()
        self.leaving, self.routing = visits.leaving[row].tolist(), visits.routing[row].tolist()
        self.planned_start = portfolio.planned_start[row].tolist()
        self.predecessors = [np.flatnonzero(before).tolist() for before in self.network.predecessors.T]
        self.successors = [np.flatnonzero(after).tolist() for after in self.network.predecessors]
        self.again = [[stage, *np.flatnonzero(after).tolist()] for stage, after in enumerate(self.network.descendants)]
        self.earlier_stages = [frozenset([stage, *np.flatnonzero(before).tolist()]) for stage, before in enumerate(self.network.ancestors)]
        self.allowed = [self._allowed(routes) for routes in self.network.routes]
        self.named = [routes.targets if routes else () for routes in self.network.routes]
        self.windows = [frozenset(window.tolist()) for window in self.network.windows]
        self.waits_for_planned_start = self.network.waits_for_planned_start.tolist()
        self.opening = [self.env.event() for _ in range(stages)]
        self.opened: list[int] = [-1] * stages
        self.sent_back: dict[tuple[int, int], int] = {}
        self.chosen: dict[tuple[int, int], list[int]] = {}
        self.later: dict[tuple[int, int], list[list[Any]]] = {}
        self.outgoing: list[int] = []
        self.reworks: list[tuple[int, int, int, int]] = []
        self.settling = False
        self.walker, self.follows = -1, -1
        """The entity whose process ends a stage right now, and the stage with which that process goes on."""
        self.left: dict[int, int] = {}
        self.sites = Sites(self.env, self.network.clocks[self.network.spending], self.horizon, lambda entity: self.control.pace(entity))
        self.control = Control(self)
        self.pools.expect(model.pools.inflows)
        self.pools.expect(draws.flows[row])
        self._expect_control()
        self.levels: list[list[int]] = []
        self.choice = portfolio.choice[row].tolist()
        self.control.look_at_offers()
        for tick in model.timeline.looks.tolist():
            Turn(self.env, LOOK, tick, self.look)
        self._bring_in()

    def _bring_in(self) -> None:
        """Let every entity arrive at its tick, with what it has already done."""
        members, portfolio = self.model.members, self.draws.portfolio
        standing = np.append(self.network.ancestors, np.zeros((1, len(self.network.names)), dtype=bool), axis=0)
        walks = members.walks[portfolio.owner]
        done = walks & (members.done[portfolio.owner] | standing[portfolio.at[self.row]])
        self.outcome = np.where(walks, np.where(done, BEFORE, NOT_YET), ABSENT).tolist()
        predecessors = self.network.predecessors.astype(np.int64)
        self.unresolved = (walks & ~done).astype(np.int64).dot(predecessors).tolist()
        self.fulfilled = np.where((walks.astype(np.int64).dot(predecessors)) > 0, done.astype(np.int64).dot(predecessors), 1).tolist()
        self.standing = portfolio.at[self.row].tolist()
        for entity, tick in enumerate(portfolio.joins[self.row].tolist()):
            if tick <= self.horizon:
                Turn(self.env, DRAIN, tick, lambda entity=entity: self.arrive(entity))  # type: ignore[misc]

    def look(self) -> None:
        """After all else at a month's end or a deadline: put down what pools hold, and at a month's end what districts offer."""
        self.levels.append(list(self.pools.free))
        if int(self.env.now) in self.control.month_ends:
            self.control.look_at_offers()

    def arrive(self, entity: int) -> None:
        """Skip what the way to where it stands did not choose; begin every stage that waits for nothing."""
        at = self.standing[entity]
        choices = self.model.members.chooses[self.owner[entity]]
        if choices:
            odds = [self.control.offered[district] for district in choices]
            self.district[entity] = choices[rules.chosen_district(self.choice[entity], odds)]
        for stage, named in enumerate(self.named):
            if named and self.outcome[entity][stage] == BEFORE:
                reached = [after for after in self.successors[stage] if after == at or self.outcome[entity][after] == BEFORE]
                if reached:
                    self.close_others(entity, stage, reached)
        self.begin(entity, range(len(self.named)))

    def begin(self, entity: int, stages: Iterable[int]) -> None:
        """Begin those stages that wait for nothing and have not begun."""
        for stage in stages:
            self.begin_one(entity, stage)

    def begin_one(self, entity: int, stage: int) -> None:
        """Begin a stage if it waits for nothing and has not begun."""
        if not rules.begins(self.unresolved[entity][stage], self.fulfilled[entity][stage]):
            return
        if self.outcome[entity][stage] == NOT_YET and self.ready[entity][stage] < 0:
            self.ready[entity][stage] = int(self.env.now)
            if self.walker == entity and self.follows < 0:
                self.follows = stage
            else:
                self.env.process(self.walk(entity, stage))

    def _expect_control(self) -> None:
        """Phase 2 of every instant at which there is something to control: first paces, then windows."""
        self.control_ticks = self.control.ticks()
        openings: dict[int, list[int]] = {tick: [] for tick in self.control_ticks}
        for stage, ticks in enumerate(self.windows):
            for tick in ticks:
                if tick - 1 not in ticks:
                    openings.setdefault(tick, []).append(stage)
        for tick, stages in openings.items():
            if 0 <= tick <= self.horizon:
                Turn(self.env, CONTROL, tick, lambda stages=stages: self.take_control(stages))  # type: ignore[misc]

    def take_control(self, stages: Iterable[int]) -> None:
        """Phase 2 of one instant."""
        if int(self.env.now) in self.control_ticks:
            self.control.act()
        self.open_windows(stages)

    def open_windows(self, stages: Iterable[int]) -> None:
        """Phase 2: let through all that wait for a date of these stages' windows."""
        for stage in stages:
            self.opened[stage] = int(self.env.now)
            self.opening[stage].succeed()
            self.opening[stage] = self.env.event()

    def is_open(self, stage: int) -> bool:
        """Whether a stage's window lets through at once: from the control phase of its first instant to its last instant."""
        now, ticks = self.env.now, self.windows[stage]
        return now in ticks and (now - 1 in ticks or self.opened[stage] == now)

    def walk(self, entity: int, stage: int) -> Steps:
        """Stage after stage, as far as one leads to the next; a stage that leads to several begins a walk for each of the others."""
        while stage >= 0:
            token = self.tokens[entity][stage]
            yield from self.run_stage(entity, stage, token)
            if token != self.tokens[entity][stage] or self.ended[entity][stage] >= 0:
                return
            self.walker, self.follows = entity, -1
            self.end_stage(entity, stage)
            self.walker, stage = -1, self.follows

    def run_stage(self, entity: int, stage: int, token: int) -> Steps:
        """A stage's whole cycle up to its end: date and window, request, work; cut short when the entity leaves or is sent back."""
        env, network = self.env, self.network
        if self.waits_for_planned_start[stage] and self.planned_start[entity] > env.now:
            yield env.timeout(self.planned_start[entity] - env.now)
        if self.windows[stage] and not self.is_open(stage):
            yield self.opening[stage]
        if token != self.tokens[entity][stage]:
            return
        self.requested[entity][stage] = now = int(env.now)
        needs = self.holdings.needs(entity, stage)
        if needs:
            yield self.pools.request(self.request(entity, stage, needs))
            now = int(env.now)
        self.began[entity][stage] = now
        if stage == network.spending:
            yield self.sites.begin(entity, self.work[entity][stage])
            return
        work = rules.work_in_force(self.work[entity][stage], network.duration_times[stage], now)
        due = rules.due_tick(network.clocks[stage], now, work, PPM)
        yield env.timeout(due - now) if due <= self.horizon else env.event()

    def request(self, entity: int, stage: int, needs: Needs) -> Request:
        """What a stage asks for now, with its rank in the queue."""
        now = int(self.env.now)
        rank = rules.queue_rank(self.priority[entity], now, entity, stage, self.widths)
        return Request(rank, entity, stage, self.tokens[entity][stage], now, self.patience[entity][stage], needs, self.env.event())

    def _allowed(self, routes: Routes | None) -> list[list[bool]]:
        """(entity, route) who may take each of a stage's routes."""
        if routes is None:
            return []
        portfolio, row = self.draws.portfolio, slice(self.row, self.row + 1)
        who = [one.among(portfolio.owner, portfolio.sector[row], portfolio.flags[row])[0] for one in routes.who]
        columns: list[list[bool]] = np.stack(who, axis=1).tolist()
        return columns

    def end_stage(self, entity: int, stage: int) -> None:
        """Release what is due back; then leave, be sent back, or go on."""
        self.ended[entity][stage] = int(self.env.now)
        self.holdings.give_back(entity, ended=(stage,))
        risk = self.dropout[entity][stage]
        if risk and rules.leaves(self.leaving[entity][stage], risk * rules.in_force(self.network.dropout_times[stage], int(self.env.now))):
            self.outcome[entity][stage] = LEFT
            self.outgoing.append(entity)
            self.settle_later()
            return
        self.outcome[entity][stage] = DONE
        self.produce(entity, stage)
        if self.network.routes[stage] is None:
            for after in self.successors[stage]:
                self.resolve(entity, after, done=True)
            return
        way = self.way_on(entity, stage)
        if way in self.earlier_stages[stage]:
            self.reworks.append((entity, stage, self.tokens[entity][stage], way))
            self.settle_later()
            return
        chosen = [after for after in self.successors[stage] if rules.is_chosen(after, way, self.named[stage])]
        self.close_others(entity, stage, chosen)
        for after in chosen:
            self.resolve(entity, after, done=True)

    def close_others(self, entity: int, stage: int, chosen: list[int]) -> None:
        """Skip what follows a stage with routes and was not chosen."""
        if self.named[stage]:
            self.chosen[entity, stage] = chosen
            self.skip(entity, [after for after in self.successors[stage] if after not in chosen])

    def way_on(self, entity: int, stage: int) -> int:
        """Where an entity goes on from a stage that it ended in success: the stage of a route, or SUCCESS."""
        routes = self.network.routes[stage]
        if routes is None:
            return rules.SUCCESS
        probabilities = rules.in_force(routes.probabilities, int(self.env.now))
        chosen = rules.chosen_route(self.routing[entity][stage], probabilities, self.allowed[stage][entity])
        target = routes.otherwise if chosen is None else routes.targets[chosen]
        sent_back = self.sent_back.get((entity, stage), 0)
        return rules.way_on(target, routes.otherwise, self.earlier_stages[stage], sent_back, routes.rework_at_most)

    def produce(self, entity: int, stage: int) -> None:
        """Put into stocks what the stage yields, each after its delay."""
        for product in self.network.products[stage]:
            amount = rules.amount_of(product.fixed, product.per_mu, self.land[entity], product.share)
            tick = int(self.env.now) + product.delay
            if amount and tick <= self.horizon:
                self.pools.expect([(tick, self.holdings.own(entity, product.pool), amount)])

    def resolve(self, entity: int, stage: int, done: bool) -> None:
        """One more predecessor of a stage is done or skipped: it begins, is skipped, or waits for the others."""
        self.unresolved[entity][stage] -= 1
        self.fulfilled[entity][stage] += done
        self.begin_one(entity, stage)
        if not self.unresolved[entity][stage] and not self.fulfilled[entity][stage]:
            self.skip(entity, [stage])

    def skip(self, entity: int, stages: Iterable[int]) -> None:
        """Stages that do not come: servers kept for their end return, and skipping spreads."""
        skipped = [stage for stage in stages if self.outcome[entity][stage] == NOT_YET]
        for stage in skipped:
            self.outcome[entity][stage] = SKIPPED
        self.holdings.give_back(entity, ended=skipped)
        for stage in skipped:
            for after in self.successors[stage]:
                self.resolve(entity, after, done=False)

    def settle_later(self) -> None:
        """See to it that leaving and rework follow when all that falls due has happened."""
        if not self.settling:
            self.settling = True
            Turn(self.env, SETTLE, self.env.now, self.settle)  # type: ignore[arg-type]

    def settle(self) -> None:
        """Those who dropped out leave; then those who are sent back go back, unless what sent them is itself to be done again."""
        self.settling = False
        for entity in self.outgoing:
            self.leave(entity)
        reworks, self.outgoing, self.reworks = sorted(self.reworks), [], []
        again: dict[int, set[int]] = {}
        for entity, stage, token, target in reworks:
            if token == self.tokens[entity][stage]:
                again.setdefault(entity, set()).update(self.send_back(entity, stage, target))
        for entity, stages in again.items():
            self.begin_again(entity, sorted(stages))

    def send_back(self, entity: int, stage: int, target: int) -> list[int]:
        """Rework: a stage and all that it reaches are as if they had not been; which they are."""
        self.sent_back[entity, stage] = self.sent_back.get((entity, stage), 0) + 1
        again = [one for one in self.again[target] if self.outcome[entity][one] != ABSENT]
        self.holdings.give_back(entity, seized=again)
        for one in again:
            self.invalidate(entity, one)
        return again

    def begin_again(self, entity: int, again: list[int]) -> None:
        """All that an instant sends an entity back to is to be done again, with the draws of the next visit."""
        outcome = self.outcome[entity]
        for one in again:
            before = [outcome[earlier] for earlier in self.predecessors[one] if outcome[earlier] != ABSENT]
            self.unresolved[entity][one] = before.count(NOT_YET)
            self.fulfilled[entity][one] = sum(state in (BEFORE, DONE) for state in before) if before else 1
        self.skip(entity, [one for one in again if self.is_closed(entity, one)])
        self.begin(entity, again)

    def is_closed(self, entity: int, stage: int) -> bool:
        """Whether the way on from a stage that stands as done did not lead here."""
        outcome = self.outcome[entity]
        stands = [before for before in self.predecessors[stage] if self.named[before] and outcome[before] in (BEFORE, DONE)]
        return any(stage not in self.chosen.get((entity, before), (stage,)) for before in stands)

    def invalidate(self, entity: int, stage: int) -> None:
        """A stage as if it had not been: its visit is put on record, and what it consumed comes back if the stage says so."""
        self.tokens[entity][stage] += 1
        self.pools.void()
        if self.ready[entity][stage] >= 0:
            outcome = self.outcome[entity][stage]
            row = (self.ready, self.requested, self.began, self.ended)
            if outcome == NOT_YET:
                self.ended[entity][stage] = int(self.env.now)
            ticks = [int(column[entity][stage]) for column in row]
            self.earlier.append((entity, stage, self.visit[entity][stage], *ticks, CANCELLED if outcome == NOT_YET else outcome))
            if ticks[2] >= 0:
                self.holdings.put_back(entity, stage)
            for column in row:
                column[entity][stage] = -1
            self.draw_again(entity, stage)
        self.outcome[entity][stage] = NOT_YET

    def draw_again(self, entity: int, stage: int) -> None:
        """The draws of the next visit; they are made for everybody at once, twice as many visits each time."""
        self.visit[entity][stage] = number = self.visit[entity][stage] + 1
        if (stage, number) not in self.later:
            visits = range(number, 2 * number)
            drawn = self.draws.later(self.row, stage, visits)
            columns = (drawn.work.tolist(), drawn.patience.tolist(), drawn.leaving.tolist(), drawn.routing.tolist())
            self.later |= {(stage, visit): rows for visit, *rows in zip(visits, *columns, strict=True)}
        work, patience, leaving, routing = self.later[stage, number]
        self.work[entity][stage], self.patience[entity][stage] = work[entity], patience[entity]
        self.leaving[entity][stage], self.routing[entity][stage] = leaving[entity], routing[entity]

    def turned_away(self, entity: int, stage: int, outcome: int) -> None:
        """A request that leaves the queue takes its entity with it."""
        self.ended[entity][stage] = int(self.env.now)
        self.outcome[entity][stage] = outcome
        self.leave(entity)

    def leave(self, entity: int) -> None:
        """An entity that leaves gives back all that it holds, and goes no further."""
        self.left.setdefault(entity, int(self.env.now))
        self.sites.leave(entity)
        self.tokens[entity] = [token + 1 for token in self.tokens[entity]]
        self.pools.void()
        self.holdings.give_back_all(entity)

    def trace(self) -> Trace:
        """What happened by the horizon."""
        paid, held = self.control.fund_totals()
        return Trace(
            **{name: table(rows, len(self.network.names)) for name, rows in self.ticks.items()},
            district=np.array(self.district, dtype=np.int64),
            outcome=table(self.outcome, len(self.network.names)),
            visit=table(self.visit, len(self.network.names)),
            earlier=table(self.earlier, len(VISIT)),
            settlements=self.sites.rows(),
            reviews=table(self.control.reviews, len(REVIEW)),
            fund_paid=paid,
            fund_held=held,
            queue_area=self.pools.queue.until(self.horizon),
            busy_area=self.pools.busy.until(self.horizon),
            levels=table(self.levels, len(self.pools.free)),
            free=np.array(self.pools.free, dtype=np.int64),
        )


def simulate(model: Model, draws: Draws, row: int) -> Trace:
    """Run replication `row` of the draws to the horizon; what happens at the horizon still happens."""
    replication = Replication(model, draws, row)
    replication.env.run(until=model.timeline.horizon + 1)
    return replication.trace()
