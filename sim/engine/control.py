"""The control phase of an instant: work is settled, the month is reviewed, funds are given out, and from all that follows every pace."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.calendar import NEVER, PPM
from sim.engine.state import State
from sim.engine.trace import BEFORE, DONE
from sim.model import curves, rules, spending
from sim.model.arrays import Integers, Who


@dataclass
class Books:
    """Yuan of every project, as the review and the funds read them."""

    replication: State
    total: Integers = field(init=False)

    def __post_init__(self) -> None:
        draws, row = self.replication.draws, self.replication.row
        self.before, self.invested = draws.before[row], draws.portfolio.invested[row]
        self.total = draws.portfolio.total[row] - self.before
        self.x0, self.span, self.sector = draws.x0[row], draws.span[row], draws.portfolio.sector[row]
        self.tables = self.replication.model.spending.curves

    def on_site(self, entities: Integers, done: Integers) -> Integers:
        """(entity,) yuan spent on the sites of these projects when so much work is done."""
        spent = spending.spent_on_curve(
            total=self.total[entities],
            invested=self.invested[entities],
            x0=self.x0[entities],
            done=done,
            work=self.span[entities],
            curve=self.sector[entities],
            tables=self.tables,
        )
        return np.where(done > 0, spent - self.invested[entities], 0)

    def work_for(self, entity: int, money: int) -> float:
        """Work that is done, from the start, when a project has spent so much on its site: the inverse of the curve."""
        one = np.array([entity])
        begun = curves.value(self.tables, self.sector[one], self.x0[one])[0]
        left = max(int(self.total[entity] - self.invested[entity]), 1)
        share = np.array([min(begun + (1.0 - begun) * (money / left), 1.0)])
        x = curves.inverse(self.tables, self.sector[one], share)[0]
        x0 = float(self.x0[entity])
        return float((x - x0) / (1.0 - x0) * self.span[entity]) if x0 < 1.0 else 0.0


class Control:
    """What the control phase does in one replication."""

    def __init__(self, replication: State) -> None:
        self.replication, self.model = replication, replication.model
        members, owner = self.model.members, replication.draws.portfolio.owner
        self.books = Books(replication)
        self.review = self.model.review
        self.pushes: dict[int, int] = {}
        self.limits: dict[int, int] = {}
        shares = members.funding[owner]
        self.funded = {e: dict.fromkeys(np.flatnonzero(shares[e]).tolist(), 0) for e in np.flatnonzero(shares.any(axis=1)).tolist()}
        """entity -> pool -> yuan that the fund has given it so far."""
        self.shares = shares.tolist()
        self.hindrances = self._hindrances()
        self.month_ends = {int(tick): month for month, tick in enumerate(self.model.timeline.month_ends)}
        self.offered = [0.0] * len(self.model.districts.names)
        """(district,) odds among those who choose."""
        self.reported: list[list[int]] = []
        self.reviews: list[tuple[int, int, int, int, int]] = []

    def _hindrances(self) -> list[tuple[int, int, int, frozenset[int]]]:
        """(first tick, tick after the last, factor on the pace in ppm, entities hit) of every risk that comes, and of every effort."""
        row = self.replication.row
        found = []
        for risk, (begin, length) in zip(self.model.risks, self.replication.draws.risks[row], strict=True):
            if begin < NEVER:
                found.append((begin, begin + length, risk.pace, self._hit(risk.hits)))
        for effort in self.model.efforts:
            ends = [*(tick for tick, _ in effort.steps[1:]), NEVER]
            hit = self._hit(effort.hits)
            found += [(begin, end, pace, hit) for (begin, pace), end in zip(effort.steps, ends, strict=True) if pace != PPM]
        return found

    def _hit(self, who: Who) -> frozenset[int]:
        """The entities that are meant."""
        portfolio, one = self.replication.draws.portfolio, slice(self.replication.row, self.replication.row + 1)
        return frozenset(np.flatnonzero(who.among(portfolio.owner, portfolio.sector[one], portfolio.flags[one])[0]).tolist())

    def ticks(self) -> set[int]:
        """Instants at which there is something to control, besides windows."""
        ticks: set[int] = set()
        if self.review or self.funded:
            ticks |= set(self.month_ends)
        if self.funded:
            ticks.add(0)
        return ticks | {tick for begin, end, *_ in self.hindrances for tick in (begin, end)}

    def act(self) -> None:
        """One instant, in the model's order: settle, review, funds, pace."""
        now = int(self.replication.env.now)
        if now in self.month_ends and self.review:
            self.hold_review(now, self.month_ends[now])
        if self.funded and (now in self.month_ends or now == 0):
            self.give_funds(now)
        for entity in list(self.replication.sites.active):
            self.replication.sites.reset(entity, self.pace(entity))

    def pace(self, entity: int) -> int:
        """The pace of a site from now on; where its funds give nothing yet, it waits for the next month's money."""
        wanted = self.wanted(entity)
        return min(wanted, self.limits.get(entity, 0)) if entity in self.funded else wanted

    def wanted(self, entity: int) -> int:
        """Pace if money is no hindrance."""
        now = int(self.replication.env.now)
        hindrances = [remains for begin, end, remains, hit in self.hindrances if begin <= now < end and entity in hit]
        return rules.wanted_pace(self.pushes.get(entity, 0), hindrances)

    def look_at_offers(self) -> None:
        """What each district offers from now on to those who choose one."""
        replication, districts = self.replication, self.model.districts
        waiting = [0] * len(districts.names)
        for request in replication.pools.waiting:
            waiting[replication.district[request.entity]] += request.stage == districts.queue
        for number, own in enumerate(districts.own_pool.tolist()):
            level = max(replication.pools.free[own[districts.stock]], 0) if districts.stock >= 0 else 0
            appeal = float(districts.appeal[number])
            self.offered[number] = rules.attraction(appeal, level, districts.enough, waiting[number], districts.many)

    # --- Review

    def hold_review(self, now: int, month: int) -> None:
        """Put the month's work on record; then act on what is known by now."""
        review = self.review
        assert review is not None
        areas = review.area[self.replication.draws.portfolio.owner]
        completed, plan = self.completed(now), self.replication.draws.portfolio.plan[self.replication.row]
        joined = self.replication.draws.portfolio.joins[self.replication.row] <= now
        self.reported.append([int(completed[(areas == area)].sum()) for area in range(len(review.areas))])
        self.pushes = {entity: left for entity, push in self.pushes.items() if (left := rules.decayed(push, review.decay))}
        known = int(np.searchsorted(self.model.spending.known_at, now, side="right")) - 1
        if known >= 0:
            missing = []
            for area in range(len(review.areas)):
                due = int(plan[(areas == area) & joined].sum())
                missing.append(rules.shortfall(self.reported[known][area], due, float(review.reference[known])))
                self.reviews.append((now, area, known, self.reported[known][area], due))
            self.push(month, missing, areas, completed)
        self.take_up_problems(now, month)

    def push(self, month: int, missing: list[float], areas: Integers, completed: Integers) -> None:
        """Drive on the sites of areas that lag, those with most of their year's money left first, as far as task forces go."""
        review = self.review
        assert review is not None
        target = self.replication.draws.target[self.replication.row]
        lagging = [entity for entity in self.replication.sites.active if missing[int(areas[entity])] > 0]
        lagging.sort(key=lambda entity: (-int(target[entity] - completed[entity]), entity))
        forces = review.task_forces[month]
        for entity in lagging if forces < 0 else lagging[:forces]:
            more = rules.push_of(missing[int(areas[entity])], review.gain[month], review.at_most[month])
            self.pushes[entity] = max(self.pushes.get(entity, 0), more)

    def take_up_problems(self, now: int, month: int) -> None:
        """Requests that have waited too long go before all others, the oldest first, as many as the list holds."""
        review, pools = self.review, self.replication.pools
        assert review is not None
        pools.forget()
        old = [one for one in pools.waiting if review.list_stages[one.stage] and now - one.asked >= review.list_after[month]]
        old.sort(key=lambda one: (one.asked, one.entity, one.stage))
        if old[: review.list_size[month]]:
            pools.move_up(old[: review.list_size[month]], self.replication.widths)

    # --- Money

    def completed(self, now: int) -> Integers:
        """(entity,) yuan completed by now since the start: before the start and on site."""
        replication, books = self.replication, self.books
        stage, entities = self.model.network.spending, len(replication.outcome)
        finished, left, begin = self._dates(stage)
        planned = replication.draws.portfolio.planned_start[replication.row]
        before = spending.spent_before_start(
            books.before, begin, planned, self.model.spending.before_ticks, left, finished, np.full(entities, now)
        )
        return before + books.on_site(np.arange(entities), self.work_done())

    def _dates(self, stage: int) -> tuple[Integers, Integers, Integers]:
        """(entity,) ticks of the site's end, of leaving and of joining the year's list; NEVER for what has not happened."""
        replication, listed = self.replication, self.model.network.stage_of("listed")
        rows = range(len(replication.outcome))
        finished = np.array([replication.ended[e][stage] if replication.outcome[e][stage] == DONE else NEVER for e in rows])
        left = np.array([replication.left.get(e, NEVER) for e in rows])
        begin = replication.draws.portfolio.joins[replication.row].copy()
        if listed >= 0:
            for e in rows:
                state = replication.outcome[e][listed]
                if state not in (BEFORE, DONE) and self.model.members.walks[replication.owner[e], listed]:
                    begin[e] = NEVER
                elif state == DONE:
                    begin[e] = replication.ended[e][listed]
        return finished, left, begin

    def work_done(self) -> Integers:
        """(entity,) work done on every site by now, those that are over included."""
        sites, done = self.replication.sites, np.zeros(len(self.books.span), dtype=np.int64)
        for entity, work in sites.over.items():
            done[entity] = work
        for entity in sites.active:
            done[entity] = sites.done(entity)
        return done

    def give_funds(self, now: int) -> None:
        """Each fund pays sites by rank for what they would spend until the next month; a site slows to what its money allows."""
        replication, sites = self.replication, self.replication.sites
        self.take_back()
        following = min((tick for tick in self.month_ends if tick > now), default=None)
        if following is None:  # the simulated time is over: there is no month to pay for
            return
        clock = sites.clock.at(following) - sites.clock.at(now)
        for entity in sorted((e for e in sites.active if e in self.funded), key=lambda e: (replication.priority[e], e)):
            site, wanted, done = sites.active[entity], self.wanted(entity), sites.done(entity)
            spent, then = (self.spent(entity, work) for work in (done, min(done + clock * wanted, site.work)))
            money = min([then, *(self.draw_on(entity, pool, then) for pool in self.funded[entity])])
            self.limits[entity] = wanted if money == then else self.slowed(entity, done, max(money, spent), clock)

    def draw_on(self, entity: int, pool: int, spent: int) -> int:
        """Take from a fund what it owes a project that will have spent so much; yuan that the project can then have spent at most."""
        pools, given = self.replication.pools, self.funded[entity]
        share = self.shares[entity][pool]
        grant = min(max(rules.due_from_fund(spent, share) - given[pool], 0), max(pools.free[pool], 0))
        pools.take(((pool, grant),))
        given[pool] += grant
        return spent if rules.due_from_fund(spent, share) <= given[pool] else int(given[pool] / share)

    def slowed(self, entity: int, done: int, money: int, clock: int) -> int:
        """The greatest pace at which no fund is overdrawn before the next month, to a part in a thousand."""
        pace = max(int((self.books.work_for(entity, money) - done) / clock), 0) if clock > 0 else 0
        while pace > 0 and self.overdrawn(entity, self.spent(entity, done + clock * pace)):
            pace = pace * 999 // 1000
        return pace

    def overdrawn(self, entity: int, spent: int) -> bool:
        """Whether a fund would owe more than it gave."""
        return any(rules.due_from_fund(spent, self.shares[entity][pool]) > given for pool, given in self.funded[entity].items())

    def spent(self, entity: int, work: int) -> int:
        """Yuan spent on a project's site when so much work is done."""
        return int(self.books.on_site(np.array([entity]), np.array([work]))[0])

    def take_back(self) -> None:
        """What projects whose sites are over did not spend returns to their funds."""
        for entity in self.funded.keys() & self.replication.sites.over.keys():
            spent = self.spent(entity, self.replication.sites.over[entity])
            for pool, given in self.funded[entity].items():
                left = given - rules.due_from_fund(spent, self.shares[entity][pool])
                if left > 0:
                    self.funded[entity][pool] -= left
                    self.replication.pools.add(pool, left)

    def fund_totals(self) -> tuple[Integers, Integers]:
        """(pool,) yuan paid for work, and yuan that projects still hold, by now."""
        paid, held = np.zeros(len(self.model.pools.names), dtype=np.int64), np.zeros(len(self.model.pools.names), dtype=np.int64)
        done = self.work_done()
        for entity, purses in self.funded.items():
            spent = self.spent(entity, int(done[entity]))
            for pool, given in purses.items():
                due = rules.due_from_fund(spent, self.shares[entity][pool])
                paid[pool] += due
                held[pool] += given - due
        return paid, held
