"""What the measures do number by number, as plain loops that are compiled together with the kernel; without it arrays do the same.

Arrays are flat, their axes in the order of the docstrings of `accounts` and `queues`.
"""

from __future__ import annotations

from typing import Any

from sim.calendar import NEVER
from sim.engine.trace import ABSENT, BEFORE, DONE, LEFT, SKIPPED
from sim.model import curves, spending

ROWS, ENTITIES, STAGES, HORIZON, SPENDING, LISTED, ENTERED, BEFORE_TICKS, COUNTS_BEFORE, OWNERS, LAST, TIMES, SETTLEMENTS = range(13)
"""Numbers of `fill_accounts`; the first four also of `fill_counts`."""
WARM_UP, POOLS, MONTHS, EARLIER = range(4, 8)
"""Further numbers of `fill_counts`."""
REQUESTED, WAITED, BEGAN, FINISHED, GONE, WAITS, STAYS, OVER_TIME = range(8)
BY_STAGE = 8
"""Columns of counts by stage."""
CONSUMED, WAITED_FOR = range(2)
BY_POOL = 2
"""Columns of counts by pool."""
SETTLED = 5
"""Columns of a settlement: row, entity, tick, work done, pace from then on."""
VISIT = 9
"""Columns of an earlier visit: row, entity, stage, number, ready, requested, began, ended, outcome."""


def fill_accounts(
    n: Any,
    ticks: Any,
    kept: Any,
    readings: Any,
    curve: Any,
    owner: Any,
    outcome: Any,
    ended: Any,
    settlements: Any,
    joins: Any,
    planned: Any,
    before: Any,
    total: Any,
    invested: Any,
    sector: Any,
    work: Any,
    x0: Any,
    span: Any,
    tables: Any,
    sums: Any,
    by_owner: Any,
    completed: Any,
    counted: Any,
    on_site: Any,
) -> None:
    """`accounts.keep_accounts`, added up at every tick (row, tick, 3) and by owner at the one numbered `LAST` (row, owner, 2).

    `kept` tells at which place (place, row, entity) the numbers of a tick are kept, -1: at none; `readings` are the site clock's by tick,
    `curve` is where a sector's begins among the tables.
    """
    place, rows, entities, stages, horizon, times = 0, n[ROWS], n[ENTITIES], n[STAGES], n[HORIZON], n[TIMES]
    site, period, last, counts_before = n[SPENDING], n[BEFORE_TICKS], n[LAST], n[COUNTS_BEFORE]
    for one in range(rows * entities):
        row, entity, item = one // entities, one % entities, one * stages
        if before[one] == 0 and not is_settled(settlements, n[SETTLEMENTS], place, row, entity, NEVER):
            continue
        left, begin = left_tick(outcome, ended, item, stages), listed_tick(outcome, ended, item, n[LISTED], joins[one])
        entry, plan = entry_tick(outcome, ended, item, n[ENTERED]), planned[one]
        finished = ended[item + site] if outcome[item + site] == DONE else NEVER
        first, amount, begun_at, whole, most = curve[sector[one]], before[one], x0[one], span[one], work[item + site]
        money, begun, own, lost = total[one] - amount - invested[one], curves.value_at(tables, first, begun_at), place, 0
        if not counts_before:
            until = min(min(entry, left), horizon)
            while is_settled(settlements, n[SETTLEMENTS], own, row, entity, until):
                own += 1
            done = work_by(settlements, readings, own - 1, place, until, most)
            lost = spending.spent_before(amount, begin, plan, period, left, finished, min(entry, horizon))
            lost += spending.site_spent(money, begun_at, begun, done, whole, tables, first)
            own = place
        done, spent = 0, 0
        for number in range(times):
            tick, last_done = ticks[number], done
            until = min(min(tick, left), horizon)
            while is_settled(settlements, n[SETTLEMENTS], own, row, entity, until):
                own += 1
            done = work_by(settlements, readings, own - 1, place, until, most)
            if done != last_done:
                spent = spending.site_spent(money, begun_at, begun, done, whole, tables, first)
            by_now = spent + spending.spent_before(amount, begin, plan, period, left, finished, tick)
            counts = max(by_now - lost, 0) if tick >= entry else 0
            at = 3 * (row * times + number)
            sums[at] += by_now
            sums[at + 1] += counts
            sums[at + 2] += done > 0
            if kept[number] >= 0:
                at = kept[number] * rows * entities + one
                completed[at], counted[at], on_site[at] = by_now, counts, done > 0
            if number == last:
                at = 2 * (row * n[OWNERS] + owner[entity])
                by_owner[at] += by_now
                by_owner[at + 1] += done > 0
        place = own
        while is_settled(settlements, n[SETTLEMENTS], place, row, entity, NEVER):
            place += 1


def is_settled(settlements: Any, many: int, place: int, row: int, entity: int, until: int) -> bool:
    """Whether there is a settlement at that place of so many, of that entity, by that tick."""
    at = SETTLED * place
    return place < many and settlements[at] == row and settlements[at + 1] == entity and settlements[at + 2] <= until


def work_by(settlements: Any, readings: Any, place: int, first: int, until: int, most: int) -> int:
    """Work done by a tick, of which the settlement at `place` is the last; none if that stands before `first`."""
    if place < first or most >= NEVER:
        return 0
    at = SETTLED * place
    done = settlements[at + 3] + (readings[until] - readings[settlements[at + 2]]) * settlements[at + 4]
    return int(min(done, most))


def left_tick(outcome: Any, ended: Any, item: int, stages: int) -> int:
    """When an entity left for good, NEVER if it did not."""
    left = NEVER
    for one in range(item, item + stages):
        if outcome[one] >= LEFT:
            left = min(left, ended[one])
    return left


def listed_tick(outcome: Any, ended: Any, item: int, stage: int, joins: int) -> int:
    """When a project joins the year's list: see `accounts.listed_ticks`."""
    if stage < 0 or outcome[item + stage] == BEFORE or outcome[item + stage] == ABSENT:
        return joins
    return ended[item + stage] if outcome[item + stage] == DONE else NEVER


def entry_tick(outcome: Any, ended: Any, item: int, stage: int) -> int:
    """When a project enters the statistics base: see `accounts.entry_ticks`."""
    if stage < 0 or outcome[item + stage] == BEFORE or outcome[item + stage] == ABSENT:
        return 0
    return ended[item + stage] if outcome[item + stage] < SKIPPED and ended[item + stage] >= 0 else NEVER


def fill_counts(
    n: Any,
    month_ends: Any,
    month_of: Any,
    needs: Any,
    fixed: Any,
    per_mu: Any,
    own_pool: Any,
    ready: Any,
    requested: Any,
    began: Any,
    ended: Any,
    outcome: Any,
    district: Any,
    earlier: Any,
    land: Any,
    amounts: Any,
    by_stage: Any,
    by_pool: Any,
    waiting: Any,
    reached: Any,
) -> None:
    """`queues.counts_of`.

    `month_of` is the month in which a tick lies, `needs` (stage,) whether anything is needed, `amounts` room for one by pool.
    """
    stages, months = n[STAGES], n[MONTHS]
    for one in range(n[ROWS] * n[ENTITIES]):
        row, item = one // n[ENTITIES], one * stages
        left = left_tick(outcome, ended, item, stages)
        for stage in range(stages):
            at = item + stage
            if outcome[at] == DONE:
                reached[(row * months + month_of[max(ended[at], 0)]) * stages + stage] += 1
            if ready[at] >= 0 and requested[at] >= 0:
                times = requested[at], began[at], ended[at]
                granted = count_visit(n, row, stage, times, outcome[at], left, by_stage, month_ends, month_of, waiting)
                if needs[stage]:
                    amounts_of(n, stage, district[one], land[one], fixed, per_mu, own_pool, amounts)
                    count_needs(n, row, requested[at], began[at], granted, amounts, by_pool)
    for at in range(0, n[EARLIER] * VISIT, VISIT):
        row, stage, one = earlier[at], earlier[at + 2], earlier[at] * n[ENTITIES] + earlier[at + 1]
        if earlier[at + 5] >= 0:
            left, times = left_tick(outcome, ended, one * stages, stages), (earlier[at + 5], earlier[at + 6], earlier[at + 7])
            granted = count_visit(n, row, stage, times, earlier[at + 8], left, by_stage, month_ends, month_of, waiting)
            amounts_of(n, stage, district[one], land[one], fixed, per_mu, own_pool, amounts)
            count_needs(n, row, times[0], times[1], granted, amounts, by_pool)
    for row in range(n[ROWS]):
        for at in range((row * months + 1) * stages, (row + 1) * months * stages):
            reached[at] += reached[at - stages]


def count_visit(
    n: Any, row: int, stage: int, times: Any, outcome: int, left: int, by_stage: Any, month_ends: Any, month_of: Any, waiting: Any
) -> int:
    """Count one visit that has asked; when its waiting was over. `times`: when it asked, began and ended, -1 for what has not happened."""
    requested, began, ended = times
    until = ended if ended >= 0 else min(left, n[HORIZON])
    granted = began if began >= 0 else until
    at = BY_STAGE * (row * n[STAGES] + stage)
    by_stage[at + OVER_TIME] += max(min(granted, n[HORIZON]) - max(requested, n[WARM_UP]), 0)
    if requested >= n[WARM_UP]:
        by_stage[at + REQUESTED] += 1
        by_stage[at + WAITED] += granted > requested
        by_stage[at + BEGAN] += began >= 0
        by_stage[at + FINISHED] += outcome == DONE
        by_stage[at + GONE] += outcome >= LEFT
        by_stage[at + WAITS] += granted - requested
        by_stage[at + STAYS] += until - requested
    end = NEVER if began < 0 and ended < 0 and left > n[HORIZON] else granted
    if end > requested:
        month = month_of[requested]
        while month < n[MONTHS] and month_ends[month] < end:
            waiting[(row * n[MONTHS] + month) * n[STAGES] + stage] += 1
            month += 1
    return int(granted)


def amounts_of(n: Any, stage: int, district: int, land: int, fixed: Any, per_mu: Any, own_pool: Any, amounts: Any) -> None:
    """What a visit needs of every pool: see `queues.needed`."""
    for pool in range(n[POOLS]):
        amounts[pool] = 0
    for named in range(n[POOLS]):
        at = stage * n[POOLS] + named
        amounts[own_pool[district * n[POOLS] + named]] += int(fixed[at] + per_mu[at] * land + 0.5)


def count_needs(n: Any, row: int, requested: int, began: int, granted: int, amounts: Any, by_pool: Any) -> None:
    """Count what one visit that has asked took of every pool, and how long it waited for it."""
    for pool in range(n[POOLS]):
        if amounts[pool] != 0:
            at = BY_POOL * (row * n[POOLS] + pool)
            if began >= n[WARM_UP] and began >= 0:
                by_pool[at + CONSUMED] += amounts[pool]
            if requested >= n[WARM_UP] and amounts[pool] > 0:
                by_pool[at + WAITED_FOR] += granted - requested
