"""The phases of the model said plainly: tick by tick, entity by entity, without events; whatever is due is found by looking at everything.

Slow and simple on purpose: it shares no mechanics with an engine, and is what engines are held against.
"""

from dataclasses import dataclass, field

import numpy as np

from sim.calendar import NEVER
from sim.engine.trace import ABSENT, BEFORE, CANCELLED, DONE, GAVE_UP, LEFT, NOT_YET, REFUSED, SKIPPED, TICKS, VISIT, Trace
from tests.engine.control_by_tick import ControlByTick

PPM = 1_000_000


def in_force(steps, tick: int):
    """What holds at a tick, of (tick, what holds from then on)."""
    return [value for begins, value in steps if begins <= tick][-1]


@dataclass
class TickByTick:
    """One replication."""

    model: object
    draws: object
    row: int = 0
    gone: dict = field(default_factory=dict)
    """entity -> when it left for good"""
    sent_back: dict = field(default_factory=dict)
    earlier: list = field(default_factory=list)
    holds: list = field(default_factory=list)
    """[entity, stage that seized, stage at whose end it returns, pool, amount]"""
    coming: list = field(default_factory=list)
    """(tick, pool, amount)"""

    def run(self) -> Trace:
        """Every tick of the horizon."""
        model, draws = self.model, self.draws
        self.network, self.portfolio = model.network, draws.portfolio
        owner, self.stages = self.portfolio.owner, range(len(model.network.names))
        shape = (len(owner), len(self.stages))
        for name in TICKS:
            setattr(self, name, np.full(shape, -1, dtype=np.int64))
        self.visit, self.outcome = np.zeros(shape, dtype=np.int64), np.full(shape, NOT_YET, dtype=np.int64)
        for e in range(len(owner)):
            for s in self.stages:
                at = self.portfolio.at[self.row, e]
                if not model.members.walks[owner[e], s]:
                    self.outcome[e, s] = ABSENT
                elif model.members.done[owner[e], s] or (at >= 0 and self.leads_to(s, at)):
                    self.outcome[e, s] = BEFORE
        self.levels = []
        self.district = model.members.district[owner].copy()
        self.free, self.pools = model.pools.initial.tolist(), range(len(model.pools.names))
        self.control = ControlByTick(self)
        self.offers = self.offered()
        self.coming = [*model.pools.inflows, *draws.flows[self.row]]
        self.queue_area, self.busy_area = np.zeros(len(self.stages), dtype=np.int64), np.zeros(len(self.free), dtype=np.int64)
        for self.now in range(model.timeline.horizon + 1):
            self.choose_districts()
            self.controlled = False
            self.drain()
            self.control.act()
            self.controlled = True
            self.drain()
            while self.allocate() or self.turn_away():
                self.drain()
            self.count()
            if self.now in model.timeline.looks:
                self.levels.append(list(self.free))
            if self.now in model.timeline.month_ends:
                self.offers = self.offered()
            if self.now < model.timeline.horizon:
                self.control.work_a_tick()
        return self.trace()

    def trace(self) -> Trace:
        """What happened."""
        columns = {name: getattr(self, name) for name in (*TICKS, "outcome", "district", "visit", "queue_area", "busy_area")}
        rows = np.array(self.earlier, dtype=np.int64).reshape(-1, len(VISIT))
        paid, held = self.control.totals()
        return Trace(
            **columns,
            earlier=rows,
            settlements=np.array(sorted(self.control.settlements, key=lambda row: row[:2]), dtype=np.int64).reshape(-1, 4),
            reviews=np.array(self.control.reviews, dtype=np.int64).reshape(-1, 5),
            fund_paid=np.array(paid, dtype=np.int64),
            fund_held=np.array(held, dtype=np.int64),
            levels=np.array(self.levels),
            free=np.array(self.free, dtype=np.int64),
        )

    def offered(self) -> list:
        """Odds of each district by what it offers now."""
        districts, odds = self.model.districts, []
        for number, own in enumerate(districts.own_pool):
            level = max(self.free[own[districts.stock]], 0) if districts.stock >= 0 else 0
            waits = sum(self.district[e] == number and s == districts.queue for _, _, e, s in self.queue())
            odds.append(districts.appeal[number] * (1 + level / districts.enough) / (1 + waits / districts.many))
        return odds

    def choose_districts(self) -> None:
        """Who arrives now and may choose goes where its luck points among the odds."""
        for e, tick in enumerate(self.portfolio.joins[self.row]):
            choices = self.model.members.chooses[self.portfolio.owner[e]]
            if tick == self.now and choices:
                odds = np.cumsum([self.offers[one] for one in choices])
                self.district[e] = choices[int(np.searchsorted(odds, self.portfolio.choice[self.row, e] * odds[-1], side="right"))]

    def leads_to(self, before: int, after: int) -> bool:
        """Whether a stage lies on a way to another."""
        return any(self.network.predecessors[before, s] and (s == after or self.leads_to(s, after)) for s in self.stages)

    def count(self) -> None:
        """Queues and servers held over the coming tick."""
        if self.model.timeline.warm_up <= self.now < self.model.timeline.horizon:
            for _, _, _, s in self.queue():
                self.queue_area[s] += 1
            for *_, pool, amount in self.holds:
                self.busy_area[pool] += amount

    # --- What falls due

    def drain(self) -> None:
        """All that falls due happens; then those who drop out leave, and those who are sent back go back; until nothing is due."""
        while True:
            for tick, pool, amount in [one for one in self.coming if one[0] == self.now]:
                self.coming.remove((tick, pool, amount))
                self.free[pool] += amount
            present = [e for e in range(len(self.portfolio.owner)) if self.portfolio.joins[self.row, e] <= self.now and e not in self.gone]
            moved = [self.moves(e, s) for e in present for s in self.stages]
            if any(moved):
                continue
            if not self.settle(present):
                return

    def moves(self, e: int, s: int) -> bool:
        """Whether a stage takes its next step now, and takes it."""
        network = self.network
        if self.outcome[e, s] != NOT_YET:
            return False
        if self.ready[e, s] < 0:
            return self.may_begin(e, s)
        if self.requested[e, s] < 0:
            early = network.waits_for_planned_start[s] and self.now < self.portfolio.planned_start[self.row, e]
            window = network.windows[s].tolist()
            shut = window and (self.now not in window or (self.now - 1 not in window and not self.controlled))
            return self.marked(self.requested, e, s, not early and not shut)
        if self.began[e, s] < 0:
            if not self.needs(e, s):
                self.begin(e, s)
            return not self.needs(e, s)
        if self.done_by_now(e, s) >= self.work(e, s):
            self.ended[e, s] = self.now
            self.give_back(lambda hold: hold[0] == e and hold[2] == s)
            luck, risk = self.luck(e, s, "leaving"), self.draws.dropout[self.row, e, s] * in_force(self.network.dropout_times[s], self.now)
            self.outcome[e, s] = LEFT if luck < risk else DONE
            if self.outcome[e, s] == DONE:
                self.produce(e, s)
            return True
        return False

    def begin(self, e: int, s: int) -> None:
        """It has all it needs."""
        self.began[e, s] = self.now
        if s == self.network.spending:
            self.control.open_site(e)

    def may_begin(self, e: int, s: int) -> bool:
        """All before is done or skipped: it begins if one at least is done, else it is skipped, as if a route did not choose it."""
        before = [p for p in self.stages if self.network.predecessors[p, s] and self.outcome[e, p] != ABSENT]
        ways = [self.way_to(e, p, s) for p in before]
        if "shut" in ways or (before and None not in ways and "open" not in ways):
            self.outcome[e, s] = SKIPPED
            self.give_back(lambda hold: hold[0] == e and hold[2] == s)
            return True
        return None not in ways and self.marked(self.ready, e, s, True)

    def way_to(self, e: int, p: int, s: int):
        """What a predecessor says: `open`, `shut` (its routes chose another), `none` (it was skipped), or None: not yet."""
        if self.outcome[e, p] == BEFORE:
            at = self.portfolio.at[self.row, e]
            reached = [a for a in self.stages if self.network.predecessors[p, a] and (a == at or self.outcome[e, a] == BEFORE)]
            return "shut" if self.network.routes[p] and reached and s not in reached else "open"
        if self.outcome[e, p] == SKIPPED:
            return "none"
        if self.outcome[e, p] != DONE:
            return None
        way, routes = self.way_on(e, p), self.network.routes[p]
        if way == p or (way >= 0 and self.leads_to(way, p)):
            return None  # sent back: nothing follows
        return "open" if routes is None or (way == -1 and s not in routes.targets) or way == s else "shut"

    def way_on(self, e: int, s: int) -> int:
        """Where it goes from a stage; -1: on to all that no route names."""
        routes = self.network.routes[s]
        if routes is None:
            return -1
        reached, luck = 0.0, self.luck(e, s, "routing")
        for number, target in enumerate(routes.targets):
            owner, sector, who = self.portfolio.owner[e], self.portfolio.sector[self.row, e], routes.who[number]
            flagged = not who.flags.any() or (who.flags & self.portfolio.flags[self.row, e]).any()
            if who.owners[owner] and who.sectors[sector] and flagged:
                reached += in_force(routes.probabilities, self.ended[e, s])[number]
                if luck < reached:
                    again = target == s or self.leads_to(target, s)
                    return routes.otherwise if again and self.sent_back.get((e, s), 0) >= routes.rework_at_most else target
        return routes.otherwise

    def settle(self, present: list) -> bool:
        """Who dropped out leaves; who is sent back goes back; whether anybody did."""
        leavers = [e for e in present if (self.outcome[e] == LEFT).any()]
        for e in leavers:
            self.leave(e)
        moved = bool(leavers)
        for e in present:
            for s in self.stages:
                way = self.way_on(e, s) if e not in self.gone and self.outcome[e, s] == DONE else -1
                if way >= 0 and (way == s or self.leads_to(way, s)):
                    self.send_back(e, s, way)
                    moved = True
        return moved

    def send_back(self, e: int, s: int, target: int) -> None:
        """A stage and all that it leads to as if they had not been."""
        self.sent_back[e, s] = self.sent_back.get((e, s), 0) + 1
        again = [a for a in self.stages if self.outcome[e, a] != ABSENT and (a == target or self.leads_to(target, a))]
        self.give_back(lambda hold: hold[0] == e and hold[1] in again)
        for a in again:
            if self.ready[e, a] >= 0:
                if self.outcome[e, a] == NOT_YET:
                    self.ended[e, a] = self.now
                outcome = CANCELLED if self.outcome[e, a] == NOT_YET else self.outcome[e, a]
                self.earlier.append((e, a, self.visit[e, a], *(getattr(self, name)[e, a] for name in TICKS), outcome))
                if self.began[e, a] >= 0:
                    for pool, amount in self.needs(e, a):
                        self.free[pool] += amount * self.returns(e, a, pool)
                self.visit[e, a] += 1
                for name in TICKS:
                    getattr(self, name)[e, a] = -1
            self.outcome[e, a] = NOT_YET

    def leave(self, e: int) -> None:
        """It gives back all that it holds, and goes no further."""
        self.gone[e] = self.now
        self.give_back(lambda hold: hold[0] == e)

    def give_back(self, which) -> None:
        """Return the servers of some holds."""
        for hold in [hold for hold in self.holds if which(hold)]:
            self.holds.remove(hold)
            self.free[hold[3]] += hold[4]

    def produce(self, e: int, s: int) -> None:
        """What the stage yields comes after its delay."""
        for product in self.network.products[s]:
            mu = self.portfolio.land[self.row, e]
            amount = int((product.fixed + product.per_mu * mu) * product.share + 0.5)
            self.coming.append((self.now + product.delay, self.own(e)[product.pool], amount))

    # --- What is asked for

    def needs(self, e: int, s: int) -> list:
        """(pool, amount) of what it needs of each pool."""
        mu = self.portfolio.land[self.row, e]
        amounts = self.network.fixed_need[s] + self.network.need_per_mu[s] * mu
        return [(self.own(e)[pool], int(amount + 0.5)) for pool, amount in enumerate(amounts) if int(amount + 0.5)]

    def own(self, e: int) -> list:
        """(pool,) its district's own in place of the pool named."""
        return self.model.districts.own_pool[self.district[e]].tolist()

    def named(self, e: int, pool: int) -> int:
        """The name by which stages know its district's pool."""
        return self.own(e).index(pool)

    def returns(self, e: int, s: int, pool: int) -> bool:
        """Whether what it consumed there comes back with rework."""
        return bool(self.network.returns[s, self.named(e, pool)])

    def queue(self) -> list:
        """(priority, tick of request, entity, stage) of all that wait, by rank."""
        waits = [(self.control.priority(e, s), t, e, s) for (e, s), t in np.ndenumerate(self.requested) if t >= 0 and self.began[e, s] < 0]
        return sorted(entry for entry in waits if entry[2] not in self.gone and self.outcome[entry[2], entry[3]] == NOT_YET)

    def allocate(self) -> bool:
        """Serve the queue once, by rank; whether anything was granted."""
        barred, granted = set(), False
        for _, _, e, s in self.queue():
            need = dict(self.needs(e, s))
            lacking = {pool for pool, amount in need.items() if self.free[pool] < amount}
            if lacking or barred & set(need):
                barred |= {pool for pool in lacking if not self.model.pools.passing[pool]}
                continue
            for pool, amount in need.items():
                self.free[pool] -= amount
                if not self.model.pools.is_stock[pool]:
                    until = self.network.until[s, self.named(e, pool)]
                    self.holds.append([e, s, until if until >= 0 and self.outcome[e, until] == NOT_YET else s, pool, amount])
            self.begin(e, s)
            granted = True
        return granted

    def turn_away(self) -> bool:
        """Nothing more is due: who has no room, or no patience left, leaves; whether anybody did."""
        leaving, places = {}, {}
        for _, asked, e, s in self.queue():
            places[s] = places.get(s, 0) + 1
            room = self.network.waiting_room[s]
            if 0 <= room < places[s]:
                leaving[e, s] = REFUSED
            elif self.now >= asked + min(self.luck(e, s, "patience"), NEVER - asked):
                leaving[e, s] = GAVE_UP
        for (e, s), outcome in leaving.items():
            self.ended[e, s], self.outcome[e, s] = self.now, outcome
        for e in {e for e, _ in leaving}:
            self.leave(e)
        return bool(leaving)

    # --- What was drawn

    def luck(self, e: int, s: int, what: str):
        """A draw of this visit."""
        number = int(self.visit[e, s])
        if number == 0:
            return getattr(self.draws.visits, what)[self.row, e, s]
        return getattr(self.draws.later(self.row, s, range(number, number + 1)), what)[0, e]

    def work(self, e: int, s: int) -> int:
        """Work of this visit, with the factor in force when it began."""
        if s == self.network.spending:
            return self.control.work(e)
        return int(self.luck(e, s, "work")) * in_force(self.network.duration_times[s], self.began[e, s]) // PPM

    def done_by_now(self, e: int, s: int) -> int:
        """Work done since the stage began."""
        if s == self.network.spending:
            return self.control.done[e]
        rates, per_day = self.network.clocks[s].rates, self.model.timeline.ticks_per_day
        return sum(int(rates[tick // per_day]) for tick in range(self.began[e, s], self.now)) * PPM

    def marked(self, column, e: int, s: int, due: bool) -> bool:
        """Write the tick down if it is due."""
        if due:
            column[e, s] = self.now
        return bool(due)
