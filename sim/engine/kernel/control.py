"""The control phase in the kernel: the month is reviewed, funds are given out, and from all that follows every pace."""

from __future__ import annotations

from sim.engine.kernel.funds import completed, count_sites, give_funds
from sim.engine.kernel.layout import (
    ACTIVE,
    AREAS,
    AT_WORK,
    BUILDING,
    COMPLETED,
    DISTRICTS,
    ENTITIES,
    FREE,
    FUNDED,
    GROUPS,
    HINDERING_AT,
    ITEM_WIDTH,
    ITEMS,
    JOINS,
    LINK,
    MONTH_AT_MOST,
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
    ON_LIST,
    OWN_TABLE,
    PERSON_AREA,
    PERSON_TABLE,
    PERSON_WIDTH,
    PLAN_YUAN,
    PLANNED_SUM,
    POOLS,
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
    SITE_PLACE,
    SITE_STATE,
    SITE_WIDTH,
    SORTED,
    SORTED_TOO,
    STAGE_TABLE,
    STAGE_WIDTH,
    STAGES,
    TARGET_YUAN,
    WHO_COLUMN,
)
from sim.engine.kernel.queues import needs_of, place_in, rank_of, sort, wake
from sim.engine.kernel.room import Room
from sim.engine.kernel.sites import pace_of, reset_site
from sim.model import rules

LARGE = 4_000
"""So many entities do not lie near the processor any more."""


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


# --- Review


def hold_review(x: Room) -> None:
    """Put the month's work on record; then act on what is known by now."""
    m, s = x.model, x.state
    month, areas, now = s[MONTHS_REPORTED], m[AREAS], s[NOW]
    reported, figures = m[REPORTED] + month * areas, m[REVIEWED] - 1
    for area in range(areas):
        s[reported + area] = s[m[PLANNED_SUM] + area] = 0
    if m[ENTITIES] >= LARGE:
        put_sites_in_order(x)
    count_sites(x)
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


def put_sites_in_order(x: Room) -> None:
    """The sites at work by entity: what is looked at one after another then lies so in memory, too."""
    m, s = x.model, x.state
    number = 0
    for entity in range(m[ENTITIES]):
        site = m[SITE] + entity * SITE_WIDTH
        if s[site + SITE_STATE] == BUILDING:
            s[m[ACTIVE] + number] = entity
            s[site + SITE_PLACE] = number
            number += 1


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
            waited = s[NOW] - x.items[item * ITEM_WIDTH + REQUESTED]
            if waited >= m[record + MONTH_LIST_AFTER] and m[m[STAGE_TABLE] + item % m[STAGES] * STAGE_WIDTH + ON_LIST]:
                s[end] = rank_of(x, rules.FIRST_OF_ALL, item)
                end += 1
    sort(x, first, end)
    for place in range(first, min(end, first + m[record + MONTH_LIST])):
        item = s[place] % m[ITEMS]
        if x.items[item * ITEM_WIDTH + LINK] != s[place]:
            move_up(x, item, s[place])


def move_up(x: Room, item: int, rank: int) -> None:
    """Give a request that waits an earlier place in its queue."""
    m, s = x.model, x.state
    entity = item // m[STAGES]
    group = m[needs_of(x, entity, item - entity * m[STAGES]) + NEEDS_GROUP]
    place, end = place_in(x, group, rank), place_in(x, group, x.items[item * ITEM_WIDTH + LINK])
    while end > place:
        s[end] = s[end - 1]
        end -= 1
    s[place] = x.items[item * ITEM_WIDTH + LINK] = rank
    wake(x, group)


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
