"""The control phase said plainly: work summed up tick by tick, and every month's end counted anew, project by project.

It shares no mechanics with an engine. Two things it does share, because doubles must agree in every bit and say nothing of when anything
happens: the table of the S-curve and its inverse (`curves`). Sums of doubles are told in the same order as the engine's rules.
"""

from sim.calendar import NEVER
from sim.engine.trace import BEFORE, DONE, NOT_YET
from sim.model import curves

PPM = 1_000_000
FIRST_OF_ALL = -1
LEAST_PART = 1 / 1024
"""Of a yuan, by which doubles may fall short of it."""


class ControlByTick:
    """Sites at work, reviews, funds and risks of one replication, told beside the other phases."""

    def __init__(self, told) -> None:
        self.told, self.model, self.draws, self.row = told, told.model, told.draws, told.row
        self.portfolio, self.stage = told.portfolio, told.network.spending
        self.everybody = range(len(self.portfolio.owner))
        self.owner = self.portfolio.owner.tolist()
        self.done, self.pace = dict.fromkeys(self.everybody, 0), {}
        """project -> work done on its site, and the pace of its site now"""
        self.pushed, self.allowed = {}, {}
        """project -> extra pace, and the pace that its money allows until the next month"""
        shares = self.model.members.funding
        self.purses = {e: {pool: 0 for pool in told.pools if shares[self.owner[e], pool] > 0} for e in self.everybody}
        """project -> fund -> yuan that it has from there"""
        self.reported, self.taken_up = [], set()
        """(month,) area -> yuan; (project, stage, visit) of the requests that a review took up"""
        self.settlements, self.reviews = [], []
        self.ends = self.model.timeline.month_ends.tolist()

    # --- Sites

    def at_work(self) -> list:
        """Projects whose sites are at work."""
        over = self.told.gone
        return [e for e in self.pace if self.told.outcome[e, self.stage] == NOT_YET and e not in over]

    def open_site(self, e: int) -> None:
        """A site begins, at the pace of this instant."""
        self.set_pace(e, self.due_pace(e))

    def set_pace(self, e: int, pace: int) -> None:
        """From now on so fast; what changes is put down."""
        if self.pace.get(e) != pace:
            self.pace[e] = pace
            self.settlements.append((e, self.told.now, self.done[e], pace))

    def work_a_tick(self) -> None:
        """The work of the tick that begins now; nobody does more than there is."""
        for e in self.at_work():
            self.done[e] = min(self.done[e] + self.rate(self.told.now) * self.pace[e], self.work(e))

    def rate(self, tick: int) -> int:
        """Of the sites' calendar."""
        return int(self.told.network.clocks[self.stage].rates[tick // self.model.timeline.ticks_per_day])

    def work(self, e: int) -> int:
        """Work of the whole site from the start of the run on."""
        return int(self.draws.work[self.row, e, self.stage])

    def due_pace(self, e: int) -> int:
        """Full pace and the push, of which every risk that is there leaves a part; no more than the money allows."""
        pace = self.wanted(e)
        return min(pace, self.allowed.get(e, 0)) if self.purses[e] else pace

    def wanted(self, e: int) -> int:
        """Pace if there is money enough."""
        pace = PPM + self.pushed.get(e, 0)
        for risk, (begins, lasts) in zip(self.model.risks, self.draws.risks[self.row], strict=True):
            if begins <= self.told.now < begins + lasts and self.is_meant(risk.hits, e):
                pace = pace * risk.pace // PPM
        for effort in self.model.efforts:
            if self.is_meant(effort.hits, e):
                pace = pace * [factor for tick, factor in effort.steps if tick <= self.told.now][-1] // PPM
        return pace

    def is_meant(self, who, e: int) -> bool:
        """Whether a project is one of those meant."""
        flagged = not who.flags.any() or (who.flags & self.portfolio.flags[self.row, e]).any()
        return bool(who.owners[self.owner[e]] and who.sectors[self.portfolio.sector[self.row, e]] and flagged)

    # --- The phase

    def act(self) -> None:
        """Review, funds, paces of one instant."""
        now = self.told.now
        if self.model.review and now in self.ends:
            self.review()
        if now == 0 or now in self.ends:
            self.take_back()
            if now < self.model.timeline.horizon:
                self.give()
        for e in self.at_work():
            self.set_pace(e, self.due_pace(e))

    # --- Review

    def review(self) -> None:
        """Write down what the month has brought; hold what is known by now against the curve; drive on those who lag."""
        review, now = self.model.review, self.told.now
        completed = {e: self.completed(e) for e in self.everybody}
        members = [[e for e in self.everybody if review.area[self.owner[e]] == area] for area in range(len(review.areas))]
        self.reported.append([sum(completed[e] for e in area) for area in members])
        self.pushed = {e: int(push * (1.0 - review.decay)) for e, push in self.pushed.items()}
        known = [month for month, tick in enumerate(self.model.spending.known_at.tolist()) if tick <= now]
        month = self.model.timeline.month_ends.tolist().index(now)
        task_forces = review.task_forces[month] if review.task_forces[month] >= 0 else len(self.everybody)
        lagging = {}
        for area, projects in enumerate(members if known else []):
            plan = sum(int(self.portfolio.plan[self.row, e]) for e in projects if self.portfolio.joins[self.row, e] <= now)
            reported, due = self.reported[known[-1]][area], plan * float(review.reference[known[-1]])
            self.reviews.append((now, area, known[-1], reported, plan))
            missing = 1.0 - reported / due if due > 0 else 0.0
            if missing > 0:
                more = min(int(review.gain[month] * missing * PPM), review.at_most[month])
                lagging |= {e: more for e in self.at_work() if e in projects}
        left = {e: int(self.draws.target[self.row, e]) - completed[e] for e in lagging}
        for e in sorted(lagging, key=lambda e: (-left[e], e))[:task_forces]:
            self.pushed[e] = max(self.pushed.get(e, 0), lagging[e])
        self.take_up(month)

    def take_up(self, month: int) -> None:
        """Those that have waited longest go before all others."""
        review = self.model.review
        waits = [(asked, e, s) for _, asked, e, s in self.told.queue() if review.list_stages[s]]
        old = sorted(wait for wait in waits if wait[0] + review.list_after[month] <= self.told.now)
        self.taken_up |= {(e, s, int(self.told.visit[e, s])) for _, e, s in old[: review.list_size[month]]}

    def priority(self, e: int, s: int) -> int:
        """Of a request in the queue."""
        taken_up = (e, s, int(self.told.visit[e, s])) in self.taken_up
        return FIRST_OF_ALL if taken_up else int(self.model.members.priority[self.owner[e]])

    # --- Yuan

    def completed(self, e: int) -> int:
        """Yuan of a project since the start of the run: for land and design before its start, and on its site."""
        told, now = self.told, self.told.now
        whole, begin = int(self.draws.before[self.row, e]), self.listed(e)
        if self.stage >= 0 and told.outcome[e, self.stage] == DONE:
            return whole + self.spent(e, self.done[e])
        end = max(int(self.portfolio.planned_start[self.row, e]) + self.model.spending.before_ticks, begin + 1)
        until = min(now, end, told.gone.get(e, NEVER))
        return whole * max(until - begin, 0) // (end - begin) + self.spent(e, self.done[e])

    def listed(self, e: int) -> int:
        """When it joined the year's list."""
        listed, joins = self.told.network.stage_of("listed"), int(self.portfolio.joins[self.row, e])
        if listed < 0 or not self.model.members.walks[self.owner[e], listed] or self.told.outcome[e, listed] == BEFORE:
            return joins
        return int(self.told.ended[e, listed]) if self.told.outcome[e, listed] == DONE else NEVER

    def spent(self, e: int, done: int) -> int:
        """Yuan that so much work on a site comes to: I + floor((T - I) (F(x) - F(x0)) / (1 - F(x0))), less what was invested before."""
        x0, whole, left = float(self.draws.x0[self.row, e]), float(self.draws.span[self.row, e]), self.left(e)
        if done <= 0:
            return 0
        if float(done) >= whole:
            return left
        begun, by_now = self.curve(e, x0), self.curve(e, x0 + (1.0 - x0) * (min(float(done), whole) / whole))
        share = (by_now - begun) / (1.0 - begun) if begun < 1.0 else 1.0
        return int(left * min(max(share, 0.0), 1.0) + LEAST_PART)

    def left(self, e: int) -> int:
        """Yuan to be spent on a site: T - I, less what is spent before the start."""
        total, invested = int(self.portfolio.total[self.row, e]), int(self.portfolio.invested[self.row, e])
        return total - int(self.draws.before[self.row, e]) - invested

    def curve(self, e: int, x: float) -> float:
        """F of a project's sector, read from the shared table."""
        table = self.model.spending.curves[self.portfolio.sector[self.row, e]]
        place = min(int(x * (curves.POINTS - 1)), curves.POINTS - 2)
        below, above = float(table[place]), float(table[place + 1])
        return below + (above - below) * (x * (curves.POINTS - 1) - place)

    def work_for(self, e: int, yuan: int) -> float:
        """Work by which a site has spent so much; the inverse of the curve is the shared one."""
        x0, sector = float(self.draws.x0[self.row, e]), self.portfolio.sector[self.row, e : e + 1]
        begun = self.curve(e, x0)
        share = min(begun + (1.0 - begun) * (yuan / max(self.left(e), 1)), 1.0)
        x = float(curves.inverse(self.model.spending.curves, sector, sector * 0.0 + share)[0])
        return (x - x0) / (1.0 - x0) * float(self.draws.span[self.row, e]) if x0 < 1.0 else 0.0

    # --- Funds

    def give(self) -> None:
        """By priority every site is given what it would spend by the next month's end; one that is given less slows to what it has."""
        now, until = self.told.now, min(tick for tick in self.ends if tick > self.told.now)
        clock = sum(self.rate(tick) for tick in range(now, until))
        funded = [e for e in self.at_work() if self.purses[e]]
        for e in sorted(funded, key=lambda e: (self.model.members.priority[self.owner[e]], e)):
            wanted, done = self.wanted(e), self.done[e]
            would = self.spent(e, min(done + clock * wanted, self.work(e)))
            can = [self.draw_on(e, pool, would) for pool in self.purses[e]]
            if min(can) >= would:
                self.allowed[e] = wanted
            else:
                self.allowed[e] = self.pace_for(e, max(min(can), self.spent(e, done)), clock)

    def draw_on(self, e: int, pool: int, would: int) -> int:
        """Fill a purse from its fund as far as that goes; what the project can then have spent."""
        more = min(self.owed(e, pool, would) - self.purses[e][pool], self.told.free[pool])
        if more > 0:
            self.told.free[pool] -= more
            self.purses[e][pool] += more
        enough = self.purses[e][pool] >= self.owed(e, pool, would)
        return would if enough else int(self.purses[e][pool] / self.share(e, pool))

    def share(self, e: int, pool: int) -> float:
        """Part of a site's money that comes from a fund."""
        return float(self.model.members.funding[self.owner[e], pool])

    def owed(self, e: int, pool: int, spent: int) -> int:
        """What a fund must have paid, in whole yuan, when so much is spent."""
        return int(spent * self.share(e, pool))

    def pace_for(self, e: int, yuan: int, clock: int) -> int:
        """The pace at which a site has spent so much by the next month's end, lessened by thousandths until no purse is overdrawn."""
        pace = max(int((self.work_for(e, yuan) - self.done[e]) / clock), 0) if clock else 0
        while pace and any(self.owed(e, pool, self.spent(e, self.done[e] + clock * pace)) > has for pool, has in self.purses[e].items()):
            pace = pace * 999 // 1000
        return pace

    def take_back(self) -> None:
        """Purses of sites that are over are emptied but for what they owe."""
        for e in self.pace.keys() - set(self.at_work()):
            for pool, has in self.purses[e].items():
                rest = has - self.owed(e, pool, self.spent(e, self.done[e]))
                self.purses[e][pool] -= rest
                self.told.free[pool] += rest

    def totals(self) -> tuple:
        """(pool,) yuan that funds have paid for work by now, and yuan that lie in purses."""
        paid, held = [0] * len(self.told.pools), [0] * len(self.told.pools)
        for e, purse in self.purses.items():
            for pool, has in purse.items():
                owed = self.owed(e, pool, self.spent(e, self.done[e]))
                paid[pool], held[pool] = paid[pool] + owed, held[pool] + has - owed
        return paid, held
