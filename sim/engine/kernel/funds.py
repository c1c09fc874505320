"""Money in the kernel: what is spent on sites, and the funds that are given out for it."""

from __future__ import annotations

from sim.calendar import NEVER
from sim.engine.kernel.layout import (
    ACTIVE,
    AREAS,
    AT_WORK,
    BEFORE_TICKS,
    BEFORE_YUAN,
    BEGUN,
    BUILDING,
    COMPLETED,
    DISTRICTS,
    ENDED,
    FREE,
    FUNDED,
    FUNDED_TABLE,
    GIVEN,
    HELD_OUT,
    HINDERING_AT,
    ITEM_WIDTH,
    JOINS,
    LEFT_AT,
    LEFT_YUAN,
    LIMIT,
    LISTED,
    MONTH_END_TABLE,
    MONTHS,
    NOW,
    OFFSET,
    OUTCOME,
    OVER,
    PAID_OUT,
    PERSON_LISTED,
    PERSON_TABLE,
    PERSON_WIDTH,
    PLANNED,
    PURSE_FROM,
    PURSE_TO,
    SITE,
    SITE_CLOCK,
    SITE_DONE,
    SITE_STATE,
    SITE_WIDTH,
    SITE_WORK,
    SPAN,
    SPENDING,
    STAGES,
    WHO_COLUMN,
    X0,
)
from sim.engine.kernel.queues import add
from sim.engine.kernel.room import Room
from sim.engine.kernel.sites import done_by_now, reading, wanted_pace
from sim.engine.trace import BEFORE, DONE
from sim.model import curves, rules, spending

NOTHING = -1.0


def begun_listed(x: Room, entity: int) -> int:
    """Tick at which an entity joined the year's list; NEVER if it has not."""
    m = x.model
    joins = x.who[JOINS * m[WHO_COLUMN] + entity]
    if m[LISTED] < 0:
        return joins
    item = entity * m[STAGES] + m[LISTED]
    outcome = x.items[item * ITEM_WIDTH + OUTCOME]
    if outcome == DONE:
        return x.items[item * ITEM_WIDTH + ENDED]
    if outcome != BEFORE and m[m[PERSON_TABLE] + entity * PERSON_WIDTH + PERSON_LISTED]:
        return NEVER
    return joins


def work_done(x: Room, entity: int) -> int:
    """Work done on a site by now, also on one that is over."""
    s, site = x.state, x.model[SITE] + entity * SITE_WIDTH
    if s[site + SITE_STATE] == BUILDING:
        return done_by_now(x, entity)
    return s[site + SITE_DONE] if s[site + SITE_STATE] == OVER else 0


def spent(x: Room, entity: int, work: int) -> int:
    """Yuan spent on a project's site when so much work is done."""
    column = x.model[WHO_COLUMN]
    return spending.site_spent(
        x.who[LEFT_YUAN * column + entity],
        x.share[X0 * column + entity],
        x.share[BEGUN * column + entity],
        work,
        x.share[SPAN * column + entity],
        x.curves,
        x.who[OFFSET * column + entity],
    )


def count_sites(x: Room) -> None:
    """Yuan spent by now on every site at work; in two rounds, so that the quotient and the curve of one do not keep the next waiting."""
    m, s, column, first = x.model, x.state, x.model[WHO_COLUMN], x.model[DISTRICTS] + x.model[AREAS]
    for number in range(s[AT_WORK]):
        entity = s[m[ACTIVE] + number]
        done = done_by_now(x, entity)
        part = spending.fraction_at(x.share[X0 * column + entity], done, x.share[SPAN * column + entity])
        x.odds[first + number] = part if done > 0 else NOTHING
    for number in range(s[AT_WORK]):
        entity, part = s[m[ACTIVE] + number], x.odds[first + number]
        left, begun, table = x.who[LEFT_YUAN * column + entity], x.share[BEGUN * column + entity], x.who[OFFSET * column + entity]
        s[m[COMPLETED] + entity] = spending.spent_at(left, begun, curves.value_at(x.curves, table, part)) if part != NOTHING else 0


def completed(x: Room, entity: int) -> int:
    """Yuan completed by now since the start: before the start and on site, where `count_sites` has counted."""
    m, s = x.model, x.state
    if m[SPENDING] < 0:
        return 0
    column, finished = m[WHO_COLUMN], NEVER
    item = entity * m[STAGES] + m[SPENDING]
    before = x.who[BEFORE_YUAN * column + entity]
    if before:
        if x.items[item * ITEM_WIDTH + OUTCOME] == DONE:
            finished = x.items[item * ITEM_WIDTH + ENDED]
        planned, left = x.who[PLANNED * column + entity], s[m[LEFT_AT] + entity]
        before = spending.spent_before(before, begun_listed(x, entity), planned, m[BEFORE_TICKS], left, finished, s[NOW])
    site = m[SITE] + entity * SITE_WIDTH
    if s[site + SITE_STATE] == BUILDING:
        return before + s[m[COMPLETED] + entity]
    return before + spent(x, entity, s[site + SITE_DONE]) if s[site + SITE_STATE] == OVER else before


# --- Funds


def give_funds(x: Room) -> None:
    """Each fund pays sites by rank for what they would spend until the next month; a site slows to what its money allows."""
    m, s = x.model, x.state
    take_back(x)
    month = 0
    while month < m[MONTHS] and m[m[MONTH_END_TABLE] + month] <= s[NOW]:
        month += 1
    if month == m[MONTHS]:
        return
    s[HINDERING_AT] = -1
    passed = reading(x, m[SITE_CLOCK], m[m[MONTH_END_TABLE] + month]) - reading(x, m[SITE_CLOCK], s[NOW])
    first = m[FUNDED_TABLE] + 2 + m[m[FUNDED_TABLE] + 1]
    for place in range(first, first + m[FUNDED]):
        site = m[SITE] + m[place] * SITE_WIDTH
        if s[site + SITE_STATE] == BUILDING:
            s[m[LIMIT] + m[place]] = pay(x, m[place], passed)


def pay(x: Room, entity: int, passed: int) -> int:
    """Fill a project's purses for the time until the next month, in which its calendar passes so much; the pace that they allow."""
    m, s = x.model, x.state
    wanted, done, person = wanted_pace(x, entity), work_done(x, entity), m[PERSON_TABLE] + entity * PERSON_WIDTH
    then = spent(x, entity, min(done + passed * wanted, s[m[SITE] + entity * SITE_WIDTH + SITE_WORK]))
    money = then
    for purse in range(m[person + PURSE_FROM], m[person + PURSE_TO]):
        money = min(money, draw_on(x, purse, then))
    if money == then:
        return wanted
    pace, money = 0, max(money, spent(x, entity, done))
    if passed > 0:
        pace = max(int((work_for(x, entity, money) - done) / passed), 0)
    while pace > 0 and overdrawn(x, entity, spent(x, entity, done + passed * pace)):
        pace = pace * 999 // 1000
    return pace


def work_for(x: Room, entity: int, money: int) -> float:
    """Work that is done, from the start, when a project has spent so much on its site."""
    column = x.model[WHO_COLUMN]
    return spending.site_work_for(
        x.who[LEFT_YUAN * column + entity],
        x.share[X0 * column + entity],
        x.share[BEGUN * column + entity],
        money,
        x.share[SPAN * column + entity],
        x.curves,
        x.who[OFFSET * column + entity],
    )


def draw_on(x: Room, purse: int, then: int) -> int:
    """Take from a fund what it owes a project that will have spent so much; yuan that the project can then have spent at most."""
    m, s = x.model, x.state
    share, pool, given = x.parts[m[m[FUNDED_TABLE]] + purse], m[m[FUNDED_TABLE] + 2 + purse], m[GIVEN] + purse
    due = rules.due_from_fund(then, share)
    grant = min(max(due - s[given], 0), max(s[m[FREE] + pool], 0))
    s[m[FREE] + pool] -= grant
    s[given] += grant
    return then if due <= s[given] else int(s[given] / share)


def overdrawn(x: Room, entity: int, yuan: int) -> bool:
    """Whether a fund would owe more than it gave."""
    m = x.model
    person, shares = m[PERSON_TABLE] + entity * PERSON_WIDTH, m[m[FUNDED_TABLE]]
    for purse in range(m[person + PURSE_FROM], m[person + PURSE_TO]):
        if rules.due_from_fund(yuan, x.parts[shares + purse]) > x.state[m[GIVEN] + purse]:
            return True
    return False


def take_back(x: Room) -> None:
    """What projects whose sites are over did not spend returns to their funds."""
    m, s = x.model, x.state
    first = m[FUNDED_TABLE] + 2 + m[m[FUNDED_TABLE] + 1]
    for place in range(first, first + m[FUNDED]):
        entity = m[place]
        site, person = m[SITE] + entity * SITE_WIDTH, m[PERSON_TABLE] + entity * PERSON_WIDTH
        if s[site + SITE_STATE] == OVER:
            yuan = spent(x, entity, s[site + SITE_DONE])
            for purse in range(m[person + PURSE_FROM], m[person + PURSE_TO]):
                left = s[m[GIVEN] + purse] - rules.due_from_fund(yuan, x.parts[m[m[FUNDED_TABLE]] + purse])
                if left > 0:
                    s[m[GIVEN] + purse] -= left
                    add(x, m[m[FUNDED_TABLE] + 2 + purse], left)


def put_down_funds(x: Room) -> None:
    """Yuan paid for work, and yuan that projects still hold, by the end."""
    m, s, r = x.model, x.state, x.result
    first = m[FUNDED_TABLE] + 2 + m[m[FUNDED_TABLE] + 1]
    for place in range(first, first + m[FUNDED]):
        entity = m[place]
        yuan, person = spent(x, entity, work_done(x, entity)), m[PERSON_TABLE] + entity * PERSON_WIDTH
        for purse in range(m[person + PURSE_FROM], m[person + PURSE_TO]):
            pool, due = m[m[FUNDED_TABLE] + 2 + purse], rules.due_from_fund(yuan, x.parts[m[m[FUNDED_TABLE]] + purse])
            r[m[PAID_OUT] + pool] += due
            r[m[HELD_OUT] + pool] += s[m[GIVEN] + purse] - due
