"""An instant of a replication in the kernel: what falls due, windows, and who is granted what or turned away."""

from __future__ import annotations

from sim.engine.kernel.back import leave, settle
from sim.engine.kernel.layout import (
    AFTER_FROM,
    AFTER_TO,
    ALLOCATE,
    ARRIVAL,
    ARRIVING,
    AT_WINDOW,
    BARRED,
    BARRED_NUMBER,
    BEGAN,
    CHOICE,
    CHOICES_FROM,
    CHOICES_TO,
    CHOSEN,
    CHOSEN_WAY,
    CLOSED_WAY,
    COMING,
    EDGE_SLOT,
    ENDED,
    EXTRA_HEADER,
    FLOW_NEXT,
    FLOWS_FROM,
    FLOWS_TO,
    GOING_BACK,
    GROUP_TABLE,
    GROUPS,
    HAS_PATIENCE,
    HEAD,
    INFLOW_NEXT,
    INFLOW_TABLE,
    INFLOWS,
    ITEM_WIDTH,
    ITEMS,
    KIND,
    KIND_BEGINS_FROM,
    KIND_BEGINS_TO,
    KIND_CLOSES,
    KIND_STANDS,
    LEAVING,
    LINK,
    NOW,
    ON_TICK,
    OPEN_UNTIL,
    OUTCOME,
    PERSON_TABLE,
    PERSON_WIDTH,
    POOLS,
    QUEUE_DUE,
    QUEUE_HEAD,
    QUEUE_SIZE,
    QUEUE_TABLE,
    QUEUE_WIDTH,
    REQUESTED,
    ROOM,
    ROUTED_EDGES,
    ROUTES,
    ROW,
    SHUT,
    SITE,
    SITE_HEAD,
    SITE_WIDTH,
    SITE_WORK,
    SORTED,
    SORTED_TOO,
    SPENDING,
    STACK,
    STAGE_TABLE,
    STAGE_WIDTH,
    STAGES,
    WHERE,
    WHO_COLUMN,
    WINDOW_FROM,
    WINDOW_TO,
)
from sim.engine.kernel.queues import add, can_have, count_waiting, needs_of, sort, take
from sim.engine.kernel.room import Room
from sim.engine.kernel.sites import close_site, unlist_site
from sim.engine.kernel.walk import ask, begin_stage, begin_work, end_stage, pass_date, patience_of, skip, spread
from sim.engine.trace import BEFORE, GAVE_UP, NOT_YET, REFUSED
from sim.model import rules

# --- Phase 1: what falls due


def drain(x: Room) -> None:
    """All that falls due happens; then those who dropped out leave and those who are sent back go back; until nothing is due."""
    m, s = x.model, x.state
    now = s[NOW]
    head, sites = m[HEAD] + now, m[SITE_HEAD] + now
    while s[head] >= 0 or s[sites] >= 0 or s[LEAVING] > 0 or s[GOING_BACK] > 0:
        while s[head] >= 0:
            item = s[head]
            s[head] = x.items[item * ITEM_WIDTH + LINK]
            if x.items[item * ITEM_WIDTH + WHERE] == ON_TICK:
                entity = item // m[STAGES]
                if x.items[item * ITEM_WIDTH + BEGAN] >= 0:
                    end_stage(x, entity, item - entity * m[STAGES], item)
                else:
                    pass_date(x, entity, item - entity * m[STAGES], item)
        while s[sites] >= 0:
            entity = s[sites]
            site = m[SITE] + entity * SITE_WIDTH
            unlist_site(x, site)
            close_site(x, entity, s[site + SITE_WORK])
            end_stage(x, entity, m[SPENDING], entity * m[STAGES] + m[SPENDING])
        if s[head] < 0 and s[LEAVING] + s[GOING_BACK] > 0:
            settle(x)


def come_in(x: Room) -> None:
    """What the calendar brings at the beginning of an instant: stock, changes of capacity, arrivals."""
    m, s, e = x.model, x.state, x.extra
    now, pools, flows = s[NOW], m[POOLS], s[ROW] * EXTRA_HEADER
    while s[INFLOW_NEXT] < m[INFLOWS] and m[m[INFLOW_TABLE] + 3 * s[INFLOW_NEXT]] == now:
        inflow = m[INFLOW_TABLE] + 3 * s[INFLOW_NEXT]
        add(x, m[inflow + 1], m[inflow + 2])
        s[INFLOW_NEXT] += 1
    while e[flows + FLOWS_FROM] + 3 * s[FLOW_NEXT] < e[flows + FLOWS_TO] and e[e[flows + FLOWS_FROM] + 3 * s[FLOW_NEXT]] <= now:
        inflow = e[flows + FLOWS_FROM] + 3 * s[FLOW_NEXT]
        add(x, e[inflow + 1], e[inflow + 2])
        s[FLOW_NEXT] += 1
    for pool in range(pools):
        if s[m[COMING] + now * pools + pool]:
            add(x, pool, s[m[COMING] + now * pools + pool])
    entity = s[m[ARRIVING] + now]
    while entity >= 0:
        arrive(x, entity)
        entity = s[m[ARRIVAL] + entity]


def arrive(x: Room, entity: int) -> None:
    """Choose a district, skip what the way to where it stands did not choose, begin every stage that waits for nothing."""
    m = x.model
    person, kind = m[PERSON_TABLE] + entity * PERSON_WIDTH, x.who[KIND * m[WHO_COLUMN] + entity]
    places = m[person + CHOICES_TO] - m[person + CHOICES_FROM]
    if places > 0:
        luck = x.share[CHOICE * m[WHO_COLUMN] + entity]
        place = rules.place_of(luck, x.odds, m, m[person + CHOICES_FROM], places)
        x.result[entity] = m[m[person + CHOICES_FROM] + place]
    if m[kind + KIND_CLOSES]:
        close_ways(x, entity)
        for stage in range(m[STAGES]):
            begin_stage(x, entity, stage)
        return
    for place in range(m[kind + KIND_BEGINS_FROM], m[kind + KIND_BEGINS_TO]):
        begin_stage(x, entity, m[place])


def close_ways(x: Room, entity: int) -> None:
    """Skip what follows stages with routes, done before the start, and does not lead to where an entity stands."""
    m, s = x.model, x.state
    stands = m[x.who[KIND * m[WHO_COLUMN] + entity] + KIND_STANDS]
    for stage in range(m[STAGES]):
        place, reached = m[STAGE_TABLE] + stage * STAGE_WIDTH, 0
        if m[place + ROUTES] and x.items[(entity * m[STAGES] + stage) * ITEM_WIDTH + OUTCOME] == BEFORE:
            for after in range(m[place + AFTER_FROM], m[place + AFTER_TO], 2):
                reached += m[after] == stands or x.items[(entity * m[STAGES] + m[after]) * ITEM_WIDTH + OUTCOME] == BEFORE
        if reached:
            edge = m[CHOSEN] + entity * m[ROUTED_EDGES] + m[place + EDGE_SLOT]
            for after in range(m[place + AFTER_FROM], m[place + AFTER_TO], 2):
                leads = m[after] == stands or x.items[(entity * m[STAGES] + m[after]) * ITEM_WIDTH + OUTCOME] == BEFORE
                s[edge] = CHOSEN_WAY if leads else CLOSED_WAY
                if not leads:
                    skip(x, entity, m[after])
                edge += 1
            spread(x, entity)


# --- Phase 2, windows, and phase 3


def open_windows(x: Room) -> None:
    """Let through all that wait for a date of the windows that open now."""
    m, s = x.model, x.state
    for stage in range(m[STAGES]):
        place = m[STAGE_TABLE] + stage * STAGE_WIDTH
        for run in range(m[place + WINDOW_FROM], m[place + WINDOW_TO], 2):
            if m[run] == s[NOW]:
                s[m[OPEN_UNTIL] + stage] = m[run + 1]
                while s[m[SHUT] + stage] >= 0:
                    item = s[m[SHUT] + stage]
                    s[m[SHUT] + stage] = x.items[item * ITEM_WIDTH + LINK]
                    if x.items[item * ITEM_WIDTH + WHERE] == AT_WINDOW:
                        ask(x, item // m[STAGES], stage, item)


def allocate(x: Room) -> None:
    """One look at every waiting request, by rank; groups of pools have nothing to do with each other."""
    m, s = x.model, x.state
    s[ALLOCATE] = 0
    for group in range(m[GROUPS]):
        if s[m[QUEUE_DUE] + group]:
            s[m[QUEUE_DUE] + group] = 0
            serve(x, group)


def serve(x: Room, group: int) -> None:
    """Grant what can be had of a group of pools. Once every pool is barred, so is the rest."""
    m, s = x.model, x.state
    first, size, kept, pools = m[m[QUEUE_TABLE] + group * QUEUE_WIDTH] + s[m[QUEUE_HEAD] + group], s[m[QUEUE_SIZE] + group], 0, 0
    for pool in range(m[POOLS]):
        if m[m[GROUP_TABLE] + pool] == group:
            s[m[BARRED] + pool] = 0
            pools += 1
    s[BARRED_NUMBER] = 0
    for number in range(size):
        item = s[first + number] % m[ITEMS]
        entity = item // m[STAGES]
        stage = item - entity * m[STAGES]
        needs = needs_of(x, entity, stage)
        if can_have(x, entity, needs):
            take(x, entity, stage, needs)
            count_waiting(x, stage, -1)
            begin_work(x, entity, stage, item)
        else:
            s[first + kept] = s[first + number]
            kept += 1
            if s[BARRED_NUMBER] == pools:
                leave_rest(x, group, number + 1, kept)
                return
    s[m[QUEUE_SIZE] + group] = kept


def leave_rest(x: Room, group: int, looked_at: int, kept: int) -> None:
    """Close the gap between those who were looked at and still wait, and the rest of the queue."""
    m, s = x.model, x.state
    first, gap = m[m[QUEUE_TABLE] + group * QUEUE_WIDTH] + s[m[QUEUE_HEAD] + group], looked_at - kept
    for place in range(first + kept - 1, first - 1, -1):
        s[place + gap] = s[place]
    s[m[QUEUE_HEAD] + group] += gap
    s[m[QUEUE_SIZE] + group] -= gap


def turn_away(x: Room) -> None:
    """When nothing more is due: requests beyond a waiting room and those whose patience is over leave, all together."""
    m, s = x.model, x.state
    first = end = m[SORTED]
    for group in range(m[GROUPS]):
        queue = m[m[QUEUE_TABLE] + group * QUEUE_WIDTH] + s[m[QUEUE_HEAD] + group]
        for place in range(queue, queue + s[m[QUEUE_SIZE] + group]):
            s[end] = s[place]
            end += 1
    sort(x, first, end)
    for stage in range(m[STAGES]):
        s[m[STACK] + stage] = 0
    leaving = m[SORTED_TOO]
    for place in range(first, end):
        item = s[place] % m[ITEMS]
        stage = item % m[STAGES]
        record = m[STAGE_TABLE] + stage * STAGE_WIDTH
        s[m[STACK] + stage] += 1
        asked, outcome = x.items[item * ITEM_WIDTH + REQUESTED], NOT_YET
        if rules.is_beyond_room(s[m[STACK] + stage], m[record + ROOM]):
            outcome = REFUSED
        elif m[record + HAS_PATIENCE] and rules.patience_is_over(asked, patience_of(x, item), s[NOW]):
            outcome = GAVE_UP
        if outcome != NOT_YET:
            s[leaving], leaving = item, leaving + 1
            x.items[item * ITEM_WIDTH + ENDED], x.items[item * ITEM_WIDTH + OUTCOME] = s[NOW], outcome
    for place in range(m[SORTED_TOO], leaving):
        leave(x, s[place] // m[STAGES])
