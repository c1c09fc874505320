"""What the measures do number by number, as plain loops that are compiled together with the kernel; without it arrays do the same.

Arrays are flat, their axes in the order of the docstrings of `accounts` and `queues`.
"""

from __future__ import annotations

from typing import Any

from sim.calendar import NEVER
from sim.engine.trace import ABSENT, BEFORE, DONE, LEFT, SKIPPED
from sim.model import curves, spending

ROWS, ENTITIES, STAGES, HORIZON, SPENDING, LISTED, ENTERED, BEFORE_TICKS, COUNTS_BEFORE, OWNERS, LAST, TIMES, KEPT, SETTLEMENTS = range(14)
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
    done: Any,
    parts: Any,
    money: Any,
    sums: Any,
    by_owner: Any,
    completed: Any,
    counted: Any,
    on_site: Any,
) -> None:
    """`accounts.keep_accounts`, added up at every tick (3, row, tick) and by owner at the one numbered `LAST` (row, owner, 2).

    The first tick is no tick of the accounts, but room for that of a project's entry; `done`, `parts` and `money` are room for a number by
    tick. `kept` are the numbers of the ticks whose accounts are kept (kept, row, entity), `readings` the site clock's by tick, `curve` is
    where a sector's begins among the tables.
    """
    rows, entities, stages, times, end = n[ROWS], n[ENTITIES], n[STAGES], n[TIMES], 0
    since = 1 if n[COUNTS_BEFORE] else 0  # whether the first is wanted
    for one in range(rows * entities):
        row, entity, item = one // entities, one % entities, one * stages
        first, end = end, end_of(settlements, n[SETTLEMENTS], end, row, entity)
        if before[one] == 0 and first == end:
            continue
        site, own = item + n[SPENDING], total[one] - before[one] - invested[one]
        left, entry = left_tick(outcome, ended, item, stages), entry_tick(outcome, ended, item, n[ENTERED])
        ticks[0] = min(entry, n[HORIZON])
        fill_done(ticks, since, times, min(left, n[HORIZON]), settlements, readings, first, end, work[site], done)
        fill_site(own, x0[one], span[one], tables, curve[sector[one]], since, times, done, parts, money)
        if before[one] > 0:
            begin, finished = listed_tick(outcome, ended, item, n[LISTED], joins[one]), ended[site] if outcome[site] == DONE else NEVER
            add_early(ticks, since, times, before[one], begin, planned[one], n[BEFORE_TICKS], left, finished, money)
        lost = 0 if since else money[0]
        add_up(ticks, times, row, rows, lost, entry, done, money, sums)
        for number in range(n[KEPT]):
            at, tick = number * rows * entities + one, kept[number]
            completed[at], counted[at], on_site[at] = money[tick], counted_of(money[tick], lost, ticks[tick], entry), done[tick] > 0
        at = 2 * (row * n[OWNERS] + owner[entity])
        by_owner[at] += money[n[LAST]]
        by_owner[at + 1] += done[n[LAST]] > 0


def end_of(settlements: Any, many: int, place: int, row: int, entity: int) -> int:
    """Behind the settlements of an entity, which begin at that place of so many, if it has any."""
    while place < many and settlements[SETTLED * place] == row and settlements[SETTLED * place + 1] == entity:
        place += 1
    return place


def fill_done(
    ticks: Any, since: int, times: int, latest: int, settlements: Any, readings: Any, first: int, end: int, most: int, done: Any
) -> None:
    """Work done on a site by so many ticks, none after the latest; its settlements begin at `first`, and `most` is all its work.

    The first tick is on its own, the others rise.
    """
    place = first
    for number in range(since, times):
        until, worked = min(ticks[number], latest), 0
        if number == 1:
            place = first
        while place < end and settlements[SETTLED * place + 2] <= until:
            place += 1
        if place > first and most < NEVER:
            at = SETTLED * (place - 1)
            worked = settlements[at + 3] + (readings[until] - readings[settlements[at + 2]]) * settlements[at + 4]
        done[number] = min(worked, most)


def fill_site(own: int, x0: float, span: float, tables: Any, table: int, since: int, times: int, done: Any, parts: Any, money: Any) -> None:
    """`spending.site_spent` by so many ticks; `own` is what is spent on the site in the end, whose curve begins at `table`.

    Step by step for all ticks, so that a processor does several at once.
    """
    begun = curves.value_at(tables, table, x0)
    for number in range(since, times):
        parts[number] = spending.fraction_at(x0, done[number], span)
    for number in range(since, times):
        parts[number] = curves.value_at(tables, table, parts[number])
    for number in range(since, times):
        spent = spending.spent_at(own, begun, parts[number])
        money[number] = 0 if done[number] <= 0 else own if done[number] >= span else spent


def add_early(
    ticks: Any, since: int, times: int, amount: int, begin: int, planned: int, period: int, left: int, finished: int, money: Any
) -> None:
    """What is spent by so many ticks before the site begins: `spending.spent_before`."""
    for number in range(since, times):
        money[number] += spending.spent_before(amount, begin, planned, period, left, finished, ticks[number])


def add_up(ticks: Any, times: int, row: int, rows: int, lost: int, entry: int, done: Any, money: Any, sums: Any) -> None:
    """Add one project to the sums of its row."""
    for number in range(1, times):
        at = row * times + number
        sums[at] += money[number]
        sums[rows * times + at] += counted_of(money[number], lost, ticks[number], entry)
        sums[2 * rows * times + at] += done[number] > 0


def counted_of(money: int, lost: int, tick: int, entry: int) -> int:
    """What counts by a tick of the money spent: what was not lost before the entry."""
    return max(money - lost, 0) if tick >= entry else 0


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
