"""Time and sites in the kernel: clocks, the list of what is due at a tick, work at a pace.

A site has a record in the state; those due at a tick form a list that goes both ways, since a pace that is reset moves them.
"""

from __future__ import annotations

from sim.calendar import NEVER, PPM
from sim.engine.kernel.layout import (
    ACTIVE,
    AT_WORK,
    BUILDING,
    CLOCK_READINGS,
    DUE,
    ENTITIES,
    GUESS_BITS,
    HEAD,
    HIND_BEGIN,
    HIND_END,
    HIND_MARK,
    HIND_PACE,
    HIND_WIDTH,
    HINDERING,
    HINDERING_AT,
    HINDERING_NUMBER,
    HINDRANCE_TABLE,
    HINDRANCES,
    HORIZON,
    IDLE,
    ITEM_WIDTH,
    LAST_SETTLED,
    LIMIT,
    LINK,
    MARKS,
    NO_ROOM,
    NOW,
    ON_TICK,
    OVER,
    PERSON_TABLE,
    PERSON_WIDTH,
    PURSE_FROM,
    PURSE_TO,
    PUSHED,
    ROW,
    SETTLED,
    SETTLEMENT_END,
    SETTLEMENT_PLACE,
    SETTLEMENT_ROOM,
    SETTLEMENTS,
    SITE,
    SITE_BACK,
    SITE_CLOCK,
    SITE_DONE,
    SITE_DUE,
    SITE_HEAD,
    SITE_NEXT,
    SITE_PACE,
    SITE_PLACE,
    SITE_READING,
    SITE_STATE,
    SITE_WIDTH,
    SITE_WORK,
    TROUBLE,
    WHERE,
)
from sim.engine.kernel.room import Room
from sim.model import rules


def reading(x: Room, clock: int, tick: int) -> int:
    """What a clock reads at a tick of the run."""
    return x.model[clock + CLOCK_READINGS + 1 + tick]


def due_tick(x: Room, clock: int, now: int, work: int, pace: int) -> int:
    """First tick at which work begun now is done; NEVER if not within the horizon."""
    if work <= 0:
        return now
    m = x.model
    readings = clock + CLOCK_READINGS + 1
    due, last = rules.reading_due(m[readings + now], work, pace), m[HORIZON]
    if due > m[readings + last]:
        return NEVER
    tick = m[readings + last + 1 + (due >> GUESS_BITS)]
    while m[readings + tick] < due:
        tick += 1
    return tick


def look_again(x: Room, item: int, tick: int) -> None:
    """Put a stage of an entity on the list of a tick, if that comes."""
    m, s = x.model, x.state
    if tick <= m[HORIZON]:
        head = m[HEAD] + tick
        x.items[item * ITEM_WIDTH + LINK] = s[head]
        s[head] = item
        x.items[item * ITEM_WIDTH + DUE] = tick
        x.items[item * ITEM_WIDTH + WHERE] = ON_TICK
    else:
        x.items[item * ITEM_WIDTH + WHERE] = IDLE


# --- Pace


def pace_of(x: Room, entity: int) -> int:
    """The pace of a site from now on; where its funds give nothing yet, it waits for the next month's money."""
    m = x.model
    pace = wanted_pace(x, entity)
    person = m[PERSON_TABLE] + entity * PERSON_WIDTH
    if m[person + PURSE_TO] > m[person + PURSE_FROM]:
        return min(pace, x.state[m[LIMIT] + entity])
    return pace


def wanted_pace(x: Room, entity: int) -> int:
    """Pace if money is no hindrance."""
    m, s = x.model, x.state
    if s[HINDERING_AT] != s[NOW]:
        find_hindrances(x)
    pace = PPM + s[m[PUSHED] + entity]
    marks = entity * m[MARKS]
    for number in range(s[HINDERING_NUMBER]):
        place = m[HINDERING] + 2 * number
        if x.marks[marks + s[place + 1]]:
            pace = rules.hindered(pace, s[place])
    return pace


def find_hindrances(x: Room) -> None:
    """What hinders or drives sites on now: the factor on the pace, and the mark of those it hits."""
    m, s = x.model, x.state
    now, number = s[NOW], 0
    for one in range(m[HINDRANCES]):
        place = m[HINDRANCE_TABLE] + (s[ROW] * m[HINDRANCES] + one) * HIND_WIDTH
        if x.extra[place + HIND_BEGIN] <= now < x.extra[place + HIND_END]:
            s[m[HINDERING] + 2 * number] = x.extra[place + HIND_PACE]
            s[m[HINDERING] + 2 * number + 1] = x.extra[place + HIND_MARK]
            number += 1
    s[HINDERING_AT], s[HINDERING_NUMBER] = now, number


# --- Sites


def begin_site(x: Room, entity: int, work: int) -> None:
    """Start work."""
    m, s = x.model, x.state
    site = m[SITE] + entity * SITE_WIDTH
    s[site + SITE_STATE], s[site + SITE_WORK], s[site + SITE_DONE] = BUILDING, work, 0
    s[site + SITE_PLACE] = s[AT_WORK]
    s[m[ACTIVE] + s[AT_WORK]] = entity
    s[AT_WORK] += 1
    settle_site(x, entity, pace_of(x, entity))


def reset_site(x: Room, entity: int, pace: int) -> None:
    """From now on at another pace; the same pace changes nothing."""
    s = x.state
    site = x.model[SITE] + entity * SITE_WIDTH
    if pace != s[site + SITE_PACE]:
        s[site + SITE_DONE] = done_by_now(x, entity)
        unlist_site(x, site)
        settle_site(x, entity, pace)


def done_by_now(x: Room, entity: int) -> int:
    """Work done by now on a site at work."""
    s, site = x.state, x.model[SITE] + entity * SITE_WIDTH
    return s[site + SITE_DONE] + (reading(x, x.model[SITE_CLOCK], s[NOW]) - s[site + SITE_READING]) * s[site + SITE_PACE]


def settle_site(x: Room, entity: int, pace: int) -> None:
    """Put on record where a site stands, and look for its end at its pace from now on."""
    m, s = x.model, x.state
    site, now, clock = m[SITE] + entity * SITE_WIDTH, s[NOW], m[SITE_CLOCK]
    done, work = s[site + SITE_DONE], s[site + SITE_WORK]
    s[site + SITE_READING], s[site + SITE_PACE] = reading(x, clock, now), pace
    number = s[SETTLEMENTS]
    s[SETTLEMENTS] = number + 1
    if number < m[SETTLEMENT_ROOM]:
        row, last = m[SETTLED] + 4 * number, m[LAST_SETTLED] + 2 * entity
        s[row], s[row + 1], s[row + 2], s[row + 3] = now, done, pace, -1
        if s[last] < 0:
            s[last] = row
        else:
            s[s[last + 1] + 3] = row
        s[last + 1] = row
    due = due_tick(x, clock, now, work - done, pace) if work < NEVER else NEVER
    s[site + SITE_DUE] = due
    if due <= m[HORIZON]:
        head = m[SITE_HEAD] + due
        following = s[head]
        s[site + SITE_NEXT], s[site + SITE_BACK] = following, -1
        s[head] = entity
        if following >= 0:
            s[m[SITE] + following * SITE_WIDTH + SITE_BACK] = entity


def unlist_site(x: Room, site: int) -> None:
    """Take a site off the list of the tick at which it was due."""
    m, s = x.model, x.state
    if s[site + SITE_DUE] <= m[HORIZON]:
        before, following = s[site + SITE_BACK], s[site + SITE_NEXT]
        if before >= 0:
            s[m[SITE] + before * SITE_WIDTH + SITE_NEXT] = following
        else:
            s[m[SITE_HEAD] + s[site + SITE_DUE]] = following
        if following >= 0:
            s[m[SITE] + following * SITE_WIDTH + SITE_BACK] = before


def close_site(x: Room, entity: int, done: int) -> None:
    """No more work, for good."""
    m, s = x.model, x.state
    site = m[SITE] + entity * SITE_WIDTH
    s[site + SITE_STATE], s[site + SITE_DONE] = OVER, done
    s[AT_WORK] -= 1
    place, last = s[site + SITE_PLACE], s[m[ACTIVE] + s[AT_WORK]]
    s[m[ACTIVE] + place] = last
    s[m[SITE] + last * SITE_WIDTH + SITE_PLACE] = place


def leave_site(x: Room, entity: int) -> None:
    """Stop work where an entity leaves."""
    site = x.model[SITE] + entity * SITE_WIDTH
    if x.state[site + SITE_STATE] == BUILDING:
        unlist_site(x, site)
        close_site(x, entity, done_by_now(x, entity))


def put_down_settlements(x: Room) -> None:
    """Rows of the replication's settlements, by entity and tick."""
    m, s, t = x.model, x.state, x.tables
    place = t[SETTLEMENT_PLACE]
    if s[SETTLEMENTS] > m[SETTLEMENT_ROOM] or place + 5 * s[SETTLEMENTS] > t[SETTLEMENT_END]:
        s[TROUBLE] = NO_ROOM
        return
    for entity in range(m[ENTITIES] if s[SETTLEMENTS] else 0):
        row = s[m[LAST_SETTLED] + 2 * entity]
        while row >= 0:
            t[place], t[place + 1] = s[ROW], entity
            t[place + 2], t[place + 3], t[place + 4] = s[row], s[row + 1], s[row + 2]
            place += 5
            row = s[row + 3]
    t[SETTLEMENT_PLACE] = place
