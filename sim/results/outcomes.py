"""What the metric of each goal, or observation, comes to at its deadline: one function a metric, over a block of replications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.engine.trace import DONE, Trace
from sim.model.arrays import Booleans, Floats, GoalModel, Integers, Model
from sim.results.accounts import Accounts, planned
from sim.results.queues import needed, open_ticks, overlap
from sim.results.visits import Visits, visit_table
from sim.sampling.draws import Draws
from sim.sampling.streams import uniforms

GROWTH_DECIMALS = 12
"""Of a growth rate: finer than a yuan of a hundred bn, so that a goal met to the yuan is met."""
LARGEST = 10


@dataclass(frozen=True, eq=False)
class Block:
    """All that is known of a block of replications."""

    model: Model
    draws: Draws
    trace: Trace
    accounts: Accounts

    @cached_property
    def planned(self) -> Booleans:
        """(replication, entity) who has a plan of 1 January: see `accounts.planned`."""
        return planned(self.model, self.draws, self.trace)

    def chosen(self, goal: GoalModel) -> Booleans:
        """(replication, entity) whom a goal is about."""
        portfolio = self.draws.portfolio
        return goal.who.among(portfolio.owner, portfolio.sector, portfolio.flags)

    def invested(self, goal: GoalModel) -> Integers:
        """(replication, entity) yuan by the deadline, on the goal's basis, of those whom it is about."""
        tick = int(np.searchsorted(self.accounts.ticks, goal.tick))
        layer = self.accounts.counted if goal.basis == "counted" else self.accounts.completed
        return np.where(self.chosen(goal), layer[:, :, tick], 0)

    def reached(self, goal: GoalModel, stage: int) -> Booleans:
        """(replication, entity) who has reached the milestone of a stage by the deadline, of those whom the goal is about."""
        return self.chosen(goal) & reached(self.trace, stage, goal.tick)

    def asked(self, goal: GoalModel) -> tuple[Visits, Booleans]:
        """All visits of the goal's stage, and which of them asked between the warm-up and the deadline."""
        visits = visit_table(self.model, self.trace, goal.stage)
        measured = (visits.requested >= self.model.timeline.warm_up) & (visits.requested <= goal.tick)
        return visits, measured & visits.asked & self.chosen(goal)[visits.row, visits.entity]

    def level(self, goal: GoalModel) -> Integers:
        """(replication,) of the goal's pool at the end of the deadline's instant."""
        look = int(np.searchsorted(self.model.timeline.looks, goal.tick))
        return np.asarray(self.trace.levels[:, look, goal.pool])


def goal_outcome(block: Block, goal: GoalModel) -> Floats:
    """(replication,) a goal's metric at its deadline: work dated by then, whenever it becomes known."""
    return np.asarray(OUTCOMES[goal.metric](block, goal), dtype=np.float64)


def reached(trace: Trace, stage: int, tick: int) -> Booleans:
    """(replication, entity) whose `stage` has ended in success since the start, by `tick`."""
    return np.asarray((trace.outcome[:, :, stage] == DONE) & (trace.ended[:, :, stage] <= tick))


def investment_growth(block: Block, goal: GoalModel) -> Floats:
    """Investment over last year's, less one."""
    return np.asarray(np.round(block.invested(goal).sum(axis=1) / block.model.last_year_investment - 1, GROWTH_DECIMALS))


def fai_growth(block: Block, goal: GoalModel) -> Floats:
    """Growth of fixed-asset investment: w phi (K / K_last - 1) + (1 - w) g, both parts on one base; K is what is counted."""
    tick = int(np.searchsorted(block.accounts.ticks, goal.tick))
    counted = block.accounts.counted[:, :, tick].sum(axis=1)
    share, passed, rest = block.draws.fai.T
    return np.asarray(share * passed * (counted / block.model.last_year_investment - 1) + (1 - share) * rest)


def completion(block: Block, goal: GoalModel) -> Floats:
    """Investment of those with a plan of 1 January over these plans; 1 where there is none to be held to."""
    who = block.planned & block.chosen(goal)
    spent, plans = np.where(who, block.invested(goal), 0), np.where(who, block.draws.portfolio.plan, 0)
    return _ratio(spent.sum(axis=1), plans.sum(axis=1), empty=1.0)


def projects_implemented(block: Block, goal: GoalModel) -> Integers:
    """Projects with site work."""
    tick = int(np.searchsorted(block.accounts.ticks, goal.tick))
    return np.asarray((block.accounts.on_site[:, :, tick] & block.chosen(goal)).sum(axis=1))


def summed(block: Block, goal: GoalModel, amounts: Integers) -> Integers:
    """Amounts of those who have reached the goal's milestone."""
    return np.asarray(np.where(block.reached(goal, goal.stage), amounts, 0).sum(axis=1))


def rate(block: Block, goal: GoalModel) -> Floats:
    """Of those who have reached one milestone, the part that has reached the other; 1 where there is none to be held to."""
    base = block.reached(goal, goal.of)
    return _ratio((base & block.reached(goal, goal.stage)).sum(axis=1), base.sum(axis=1), empty=1.0)


def industry_fit(block: Block, goal: GoalModel) -> Floats:
    """Of all that have reached the milestone, the part whom the goal is about; 1 where nobody has."""
    everybody = reached(block.trace, goal.stage, goal.tick)
    return _ratio((everybody & block.chosen(goal)).sum(axis=1), everybody.sum(axis=1), empty=1.0)


def funds_in_place(block: Block, goal: GoalModel) -> Floats:
    """Of the total investment of those who have reached the milestone, the part that is invested; 1 where nobody has."""
    there = block.reached(goal, goal.stage)
    return _ratio((there * block.invested(goal)).sum(axis=1), (there * block.draws.portfolio.total).sum(axis=1), empty=1.0)


def largest_ten(block: Block, goal: GoalModel) -> Floats:
    """The part of the investment that the ten largest contributions make; 0 where nothing is invested."""
    invested = np.sort(block.invested(goal), axis=1)
    return _ratio(invested[:, -LARGEST:].sum(axis=1), invested.sum(axis=1), empty=0.0)


def resumption(block: Block, goal: GoalModel) -> Floats:
    """Of the continuing projects on site, the part at work again on the deadline's day: each by a uniform of its own against the ramp."""
    portfolio, spending = block.draws.portfolio, block.model.network.spending
    stands = ~block.model.members.is_new[portfolio.owner] & (portfolio.at == spending) & block.chosen(goal)
    luck = uniforms(block.draws.seed, block.draws.replications, portfolio.keys("resumption"))
    return _ratio((stands & (luck < goal.ramp)).sum(axis=1), stands.sum(axis=1), empty=1.0)


def _waits(block: Block, goal: GoalModel) -> tuple[Floats, Floats]:
    """(replication,) ticks waited by all requests of the goal, and the requests."""
    visits, asked = block.asked(goal)
    waited = np.minimum(visits.granted, goal.tick) - visits.requested
    return _by_row(block, visits, asked * waited), _by_row(block, visits, asked)


def waiting_time(block: Block, goal: GoalModel) -> Floats:
    """Days from request to grant at a stage, added up; who still waits has waited until the deadline."""
    ticks, _ = _waits(block, goal)
    return ticks / block.model.timeline.ticks_per_day


def mean_wait(block: Block, goal: GoalModel) -> Floats:
    """Days from request to grant by request; 0 where nobody asked."""
    ticks, requests = _waits(block, goal)
    return _ratio(ticks, requests * block.model.timeline.ticks_per_day, empty=0.0)  # divided once: a goal on the last digit is met


def share_waiting(block: Block, goal: GoalModel) -> Floats:
    """Of the requests at a stage, the part that had to wait; 0 where nobody asked."""
    visits, asked = block.asked(goal)
    waited = np.minimum(visits.granted, goal.tick) > visits.requested
    return _ratio(_by_row(block, visits, asked & waited), _by_row(block, visits, asked), empty=0.0)


def queue_length(block: Block, goal: GoalModel) -> Floats:
    """Mean number of requests that wait at a stage, over time from the warm-up to the deadline."""
    visits = visit_table(block.model, block.trace, goal.stage)
    ticks = max(goal.tick - block.model.timeline.warm_up, 1)
    return _by_row(block, visits, visits.asked * overlap(visits.requested, visits.granted, block.model, goal.tick)) / ticks


def utilisation(block: Block, goal: GoalModel) -> Floats:
    """Server-days held over server-days open, from the warm-up to the end of the simulated time."""
    busy, available = block.trace.busy_area[:, goal.pool], int(open_ticks(block.model)[goal.pool])
    return _ratio(busy, np.full(len(busy), available), empty=0.0)


def consumed(block: Block, goal: GoalModel) -> Floats:
    """What stages took of a stock from the warm-up to the deadline."""
    visits = visit_table(block.model, block.trace)
    taken = (visits.began >= block.model.timeline.warm_up) & (visits.began <= goal.tick) & (visits.began >= 0)
    return _by_row(block, visits, taken * needed(block.model, block.draws, visits, goal.pool))


def _by_row(block: Block, visits: Visits, weights: Integers | Booleans) -> Floats:
    return np.asarray(np.bincount(visits.row, weights.astype(np.float64), len(block.trace.ready)))


def _ratio(part: Floats | Integers, whole: Floats | Integers, empty: float) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), empty), where=whole > 0), dtype=np.float64)


OUTCOMES: dict[str, Callable[[Block, GoalModel], Floats | Integers]] = {
    "investment": lambda block, goal: block.invested(goal).sum(axis=1),
    "investment_growth": investment_growth,
    "fai_growth": fai_growth,
    "completion": completion,
    "projects_implemented": projects_implemented,
    "projects": lambda block, goal: block.reached(goal, goal.stage).sum(axis=1),
    "contract_value": lambda block, goal: summed(block, goal, block.draws.portfolio.total),
    "land_area": lambda block, goal: summed(block, goal, block.draws.portfolio.land),
    "rate": rate,
    "industry_fit": industry_fit,
    "funds_in_place": funds_in_place,
    "largest_ten": largest_ten,
    "resumption": resumption,
    "waiting_time": waiting_time,
    "mean_wait": mean_wait,
    "share_waiting": share_waiting,
    "queue_length": queue_length,
    "utilisation": utilisation,
    "stock": lambda block, goal: block.level(goal),
    "consumed": consumed,
}
