"""The control phase in the kernel: the month is reviewed, funds are given out, and from all that follows every pace."""

from __future__ import annotations

from sim.calendar import NEVER
from sim.engine.kernel.layout import (
    ACTIVE,
    AREAS,
    AT_WORK,
    BEFORE_TICKS,
    BEFORE_YUAN,
    BEGUN,
    BELOW,
    BUILDING,
    COMPLETED,
    DISTRICTS,
    ENDED,
    ENTITIES,
    FREE,
    FUNDED,
    FUNDED_TABLE,
    GIVEN,
    GROUPS,
    HELD_OUT,
    HINDERING_AT,
    ITEMS,
    JOINS,
    LEFT_AT,
    LEFT_YUAN,
    LIMIT,
    LINK,
    LISTED,
    MONTH_AT_MOST,
    MONTH_END_TABLE,
    MONTH_ENDS,
    MONTH_FORCES,
    MONTH_KNOWN,
    MONTH_LIST,
    MONTH_LIST_AFTER,
    MONTH_TABLE,
    MONTH_WIDTH,
    MONTHS,
    MONTHS_REPORTED,
    NEEDS_GROUP,
    NOW,
    OFFERS,
    OFFERS_QUEUE,
    OFFERS_STOCK,
    OFFSET,
    ON_LIST,
    OUT_COLUMN,
    OUTCOME,
    OVER,
    OWN_TABLE,
    PAID_OUT,
    PERSON_AREA,
    PERSON_LISTED,
    PERSON_TABLE,
    PERSON_WIDTH,
    PLAN_YUAN,
    PLANNED,
    PLANNED_SUM,
    POOLS,
    PURSE_FROM,
    PURSE_TO,
    PUSHED,
    QUEUE_HEAD,
    QUEUE_SIZE,
    QUEUE_TABLE,
    QUEUE_WIDTH,
    REPORTED,
    REQUESTED,
    REVIEW_PLACE,
    REVIEWED,
    ROW,
    SITE,
    SITE_CLOCK,
    SITE_DONE,
    SITE_STATE,
    SITE_WIDTH,
    SITE_WORK,
    SORTED,
    SORTED_TOO,
    SPAN,
    SPENDING,
    STAGE_TABLE,
    STAGE_WIDTH,
    STAGES,
    TARGET_YUAN,
    WHO_COLUMN,
    X0,
)
from sim.engine.kernel.queues import add, needs_of, place_in, rank_of, sort, wake
from sim.engine.kernel.room import Room
from sim.engine.kernel.sites import done_by_now, pace_of, reading, reset_site, wanted_pace
from sim.engine.trace import BEFORE, DONE
from sim.model import curves, rules, spending


def act(x: Room, instant: int) -> None:
    """One instant, in the model's order: review, funds, pace."""
    m, s = x.model, x.state
    now = s[NOW]
    if instant & MONTH_ENDS and m[REVIEWED]:
        hold_review(x)
    if m[FUNDED] and (instant & MONTH_ENDS or now == 0):
        give_funds(x)
    s[HINDERING_AT] = -1
    for place in range(m[ACTIVE], m[ACTIVE] + s[AT_WORK]):
        reset_site(x, s[place], pace_of(x, s[place]))


# --- Money


def begun_listed(x: Room, entity: int) -> int:
    """Tick at which an entity joined the year's list; NEVER if it has not."""
    m = x.model
    joins = x.who[JOINS * m[WHO_COLUMN] + entity]
    if m[LISTED] < 0:
        return joins
    item = entity * m[STAGES] + m[LISTED]
    outcome = x.out[OUTCOME * m[OUT_COLUMN] + item]
    if outcome == DONE:
        return x.out[ENDED * m[OUT_COLUMN] + item]
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


def completed(x: Room, entity: int) -> int:
    """Yuan completed by now since the start: before the start and on site."""
    m, s = x.model, x.state
    if m[SPENDING] < 0:
        return 0
    column, finished = m[WHO_COLUMN], NEVER
    item = entity * m[STAGES] + m[SPENDING]
    before = x.who[BEFORE_YUAN * column + entity]
    if before:
        if x.out[OUTCOME * m[OUT_COLUMN] + item] == DONE:
            finished = x.out[ENDED * m[OUT_COLUMN] + item]
        planned, left = x.who[PLANNED * column + entity], s[m[LEFT_AT] + entity]
        before = spending.spent_before(before, begun_listed(x, entity), planned, m[BEFORE_TICKS], left, finished, s[NOW])
    done = work_done(x, entity)
    return before + spent(x, entity, done) if done > 0 else before


# --- Review


def hold_review(x: Room) -> None:
    """Put the month's work on record; then act on what is known by now."""
    m, s = x.model, x.state
    month, areas, now = s[MONTHS_REPORTED], m[AREAS], s[NOW]
    reported, figures = m[REPORTED] + month * areas, m[REVIEWED] - 1
    for area in range(areas):
        s[reported + area] = s[m[PLANNED_SUM] + area] = 0
    read_curves_ahead(x)
    for entity in range(m[ENTITIES]):
        area, yuan = m[m[PERSON_TABLE] + entity * PERSON_WIDTH + PERSON_AREA], completed(x, entity)
        s[m[COMPLETED] + entity] = yuan
        s[reported + area] += yuan
        if x.who[JOINS * m[WHO_COLUMN] + entity] <= now:
            s[m[PLANNED_SUM] + area] += x.who[PLAN_YUAN * m[WHO_COLUMN] + entity]
        if s[m[PUSHED] + entity]:
            s[m[PUSHED] + entity] = rules.decayed(s[m[PUSHED] + entity], x.parts[figures + 2 * m[MONTHS]])
    s[MONTHS_REPORTED] = month + 1
    known = -1
    while known + 1 < m[MONTHS] and m[m[MONTH_TABLE] + (known + 1) * MONTH_WIDTH + MONTH_KNOWN] <= now:
        known += 1
    if known >= 0:
        compare(x, known, figures)
        push(x, month, figures)
    take_up_problems(x, month)


def read_curves_ahead(x: Room) -> None:
    """Read the curves where they are wanted, all sites in a row: so they are fetched side by side, and none waits for another."""
    m, s, column = x.model, x.state, x.model[WHO_COLUMN]
    below = 0
    for place in range(m[ACTIVE], m[ACTIVE] + s[AT_WORK]):
        entity = s[place]
        part = spending.fraction_at(x.share[X0 * column + entity], done_by_now(x, entity), x.share[SPAN * column + entity])
        below += x.curves[x.who[OFFSET * column + entity] + int(part * (curves.POINTS - 1))] < 0.0
    s[BELOW] += below


def compare(x: Room, known: int, figures: int) -> None:
    """What each area lacks of what the reference curve has due, put on record."""
    m, s, t = x.model, x.state, x.tables
    for area in range(m[AREAS]):
        reported, due = s[m[REPORTED] + known * m[AREAS] + area], s[m[PLANNED_SUM] + area]
        x.odds[m[DISTRICTS] + area] = rules.shortfall(reported, due, x.parts[figures + known])
        row = t[REVIEW_PLACE]
        t[row], t[row + 1], t[row + 2], t[row + 3], t[row + 4], t[row + 5] = s[ROW], s[NOW], area, known, reported, due
        t[REVIEW_PLACE] = row + 6


def push(x: Room, month: int, figures: int) -> None:
    """Drive on the sites of areas that lag, those with most of their year's money left first, as far as task forces go."""
    m, s = x.model, x.state
    first = end = m[SORTED]
    for place in range(m[ACTIVE], m[ACTIVE] + s[AT_WORK]):
        entity = s[place]
        if x.odds[m[DISTRICTS] + m[m[PERSON_TABLE] + entity * PERSON_WIDTH + PERSON_AREA]] > 0:
            s[end] = entity
            end += 1
    record = m[MONTH_TABLE] + month * MONTH_WIDTH
    if 0 <= m[record + MONTH_FORCES] < end - first:
        choose_urgent(x, first, end, m[record + MONTH_FORCES])
        end = first + m[record + MONTH_FORCES]
    for place in range(first, end):
        entity = s[place]
        missing = x.odds[m[DISTRICTS] + m[m[PERSON_TABLE] + entity * PERSON_WIDTH + PERSON_AREA]]
        more = rules.push_of(missing, x.parts[figures + m[MONTHS] + month], m[record + MONTH_AT_MOST])
        s[m[PUSHED] + entity] = max(s[m[PUSHED] + entity], more)


def choose_urgent(x: Room, first: int, end: int, number: int) -> None:
    """Put so many entities in front that have most of their year's money left, of equals the first."""
    m, s = x.model, x.state
    sort(x, first, end)
    for place in range(first, end):
        entity = s[place]
        s[m[SORTED_TOO] + place - first] = s[m[COMPLETED] + entity] - x.who[TARGET_YUAN * m[WHO_COLUMN] + entity]
    sort(x, m[SORTED_TOO], m[SORTED_TOO] + end - first)
    limit = s[m[SORTED_TOO] + number] if number else 0
    below = 0
    for place in range(number):
        below += s[m[SORTED_TOO] + place] < limit
    equals, chosen = number - below, first
    for place in range(first, end):
        entity = s[place]
        key = s[m[COMPLETED] + entity] - x.who[TARGET_YUAN * m[WHO_COLUMN] + entity]
        if key < limit or (key == limit and equals > 0):
            equals -= key == limit
            s[chosen] = entity
            chosen += 1


def take_up_problems(x: Room, month: int) -> None:
    """Requests that have waited too long go before all others, the oldest first, as many as the list holds."""
    m, s = x.model, x.state
    record, first = m[MONTH_TABLE] + month * MONTH_WIDTH, m[SORTED]
    end = first
    if m[record + MONTH_LIST] <= 0:
        return
    for group in range(m[GROUPS]):
        queue = m[m[QUEUE_TABLE] + group * QUEUE_WIDTH] + s[m[QUEUE_HEAD] + group]
        for place in range(queue, queue + s[m[QUEUE_SIZE] + group]):
            item = s[place] % m[ITEMS]
            waited = s[NOW] - x.out[REQUESTED * m[OUT_COLUMN] + item]
            if waited >= m[record + MONTH_LIST_AFTER] and m[m[STAGE_TABLE] + item % m[STAGES] * STAGE_WIDTH + ON_LIST]:
                s[end] = rank_of(x, rules.FIRST_OF_ALL, item)
                end += 1
    sort(x, first, end)
    for place in range(first, min(end, first + m[record + MONTH_LIST])):
        item = s[place] % m[ITEMS]
        if s[m[LINK] + item] != s[place]:
            move_up(x, item, s[place])


def move_up(x: Room, item: int, rank: int) -> None:
    """Give a request that waits an earlier place in its queue."""
    m, s = x.model, x.state
    entity = item // m[STAGES]
    group = m[needs_of(x, entity, item - entity * m[STAGES]) + NEEDS_GROUP]
    place, end = place_in(x, group, rank), place_in(x, group, s[m[LINK] + item])
    while end > place:
        s[end] = s[end - 1]
        end -= 1
    s[place] = s[m[LINK] + item] = rank
    wake(x, group)


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


# --- Districts


def look_at_offers(x: Room) -> None:
    """What each district offers from now on to those who choose one."""
    m, s = x.model, x.state
    for district in range(m[DISTRICTS]):
        s[m[SORTED] + district] = 0
    for group in range(m[GROUPS]):
        queue = m[m[QUEUE_TABLE] + group * QUEUE_WIDTH] + s[m[QUEUE_HEAD] + group]
        for place in range(queue, queue + s[m[QUEUE_SIZE] + group]):
            item = s[place] % m[ITEMS]
            if item % m[STAGES] == m[OFFERS_QUEUE]:
                s[m[SORTED] + x.result[item // m[STAGES]]] += 1
    figures = m[OFFERS]
    for district in range(m[DISTRICTS]):
        level = 0
        if m[OFFERS_STOCK] >= 0:
            level = max(s[m[FREE] + m[m[OWN_TABLE] + district * m[POOLS] + m[OFFERS_STOCK]]], 0)
        waiting = s[m[SORTED] + district]
        x.odds[district] = rules.attraction(x.parts[figures + 2 + district], level, x.parts[figures], waiting, x.parts[figures + 1])
