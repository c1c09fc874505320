"""Replications one after another in the kernel: the state made ready, instant after instant in three phases, the results put down."""

from __future__ import annotations

from typing import Any

from sim.calendar import NEVER
from sim.engine.kernel.control import act, look_at_offers
from sim.engine.kernel.funds import put_down_funds
from sim.engine.kernel.layout import (
    ALLOCATE,
    ARRIVAL,
    ARRIVING,
    BELOW,
    CHOICES_MADE,
    CHOSEN,
    COMING,
    EARLIER_PLACE,
    ENDED,
    ENTITIES,
    FINE,
    FREE,
    FREE_OUT,
    FUNDED,
    FUNDED_TABLE,
    GIVEN,
    HEAD,
    HIND_BEGIN,
    HIND_END,
    HIND_WIDTH,
    HINDERING_AT,
    HINDRANCE_TABLE,
    HINDRANCES,
    HOLD,
    HOLD_SLOTS,
    HORIZON,
    IDLE,
    INITIAL_TABLE,
    INSTANT_TABLE,
    ITEM_RESULTS,
    ITEM_WIDTH,
    ITEMS,
    JOINS,
    KIND,
    KIND_OUTCOME,
    LAST_SETTLED,
    LEFT_AT,
    LEVELS_OUT,
    LIMIT,
    LOOK_NOW,
    LOOKOUT,
    LOOKS_TAKEN,
    MONTH_ENDS,
    NO_SITE,
    NOW,
    NUMBERS,
    OPEN_UNTIL,
    OUT_COLUMN,
    OUTCOME,
    PACED,
    PENDING,
    PERSON_DISTRICT,
    PERSON_TABLE,
    PERSON_WIDTH,
    POOLS,
    PUSHED,
    QUEUE_DUE,
    QUEUE_HEAD,
    QUEUE_SIZE,
    READY,
    REVIEW_PLACE,
    REVIEWED,
    RISKY,
    ROUTED,
    ROUTED_EDGES,
    ROW,
    ROW_OUT,
    SENT_BACK,
    SETTLEMENT_PLACE,
    SHUT,
    SITE,
    SITE_HEAD,
    SITE_STATE,
    SITE_WIDTH,
    SPENDING,
    STAGE_TABLE,
    STAGE_WIDTH,
    STAGES,
    TROUBLE,
    VISIT,
    WHERE,
    WHO_COLUMN,
    WINDOW_FROM,
    WINDOW_TO,
    WINDOWS,
    WORK,
)
from sim.engine.kernel.loop import allocate, come_in, drain, open_windows, turn_away
from sim.engine.kernel.room import Room, room_at
from sim.engine.kernel.sites import put_down_settlements


def run_rows(rooms: Any, first: int, end: int) -> int:
    """Run the replications from row `first` to before `end`, each in its room; the row in which there was trouble, or `end`."""
    for row in range(first, end):
        x = room_at(rooms, row)
        s, t = x.state, x.tables
        s[ROW] = row
        settlements, earlier, reviews = t[SETTLEMENT_PLACE], t[EARLIER_PLACE], t[REVIEW_PLACE]
        run_row(x)
        if s[TROUBLE] != FINE:
            t[SETTLEMENT_PLACE], t[EARLIER_PLACE], t[REVIEW_PLACE] = settlements, earlier, reviews
            return row
    return end


def run_row(x: Room) -> None:
    """One replication to the horizon; what happens at the horizon still happens."""
    m, s = x.model, x.state
    make_ready(x)
    for now in range(m[HORIZON] + 1):
        s[NOW] = now
        pass_instant(x)
        if s[TROUBLE] != FINE:
            return
    put_down_items(x)
    put_down_settlements(x)
    put_down_funds(x)
    for pool in range(m[POOLS]):
        x.result[m[FREE_OUT] + pool] = s[m[FREE] + pool]


def pass_instant(x: Room) -> None:
    """The phases of one instant: what falls due; once, what is controlled; what is granted, and who leaves; until nothing is due."""
    m, s = x.model, x.state
    now = s[NOW]
    instant, controlled = m[m[INSTANT_TABLE] + now], False
    come_in(x)
    while True:
        drain(x)
        if not controlled:
            controlled = True
            if s[m[PACED] + now] or (instant & MONTH_ENDS and (m[REVIEWED] or m[FUNDED])) or (now == 0 and m[FUNDED]):
                act(x, instant)
            if instant & WINDOWS:
                open_windows(x)
        elif s[ALLOCATE]:
            allocate(x)
        elif s[m[LOOKOUT] + now]:
            s[m[LOOKOUT] + now] = 0
            turn_away(x)
        else:
            break
    if instant & LOOK_NOW:
        for pool in range(m[POOLS]):
            x.result[m[LEVELS_OUT] + s[LOOKS_TAKEN] * m[POOLS] + pool] = s[m[FREE] + pool]
        s[LOOKS_TAKEN] += 1
        if instant & MONTH_ENDS and m[CHOICES_MADE]:
            look_at_offers(x)


def make_ready(x: Room) -> None:
    """The state before anything has happened, and results of which nothing has."""
    m, s = x.model, x.state
    for number in range(NOW, NUMBERS):
        if number != ROW:
            s[number] = 0
    s[HINDERING_AT] = -1
    for place in range(m[ENTITIES], m[ROW_OUT]):
        x.result[place] = 0
    for tick in range(m[HORIZON] + 1):
        s[m[HEAD] + tick] = s[m[ARRIVING] + tick] = s[m[SITE_HEAD] + tick] = -1
        s[m[LOOKOUT] + tick] = s[m[PACED] + tick] = 0
    for place in range(m[COMING], m[COMING] + (m[HORIZON] + 1) * m[POOLS]):
        s[place] = 0
    for pool in range(m[POOLS]):
        s[m[FREE] + pool] = m[m[INITIAL_TABLE] + pool]
        s[m[QUEUE_HEAD] + pool] = s[m[QUEUE_SIZE] + pool] = s[m[QUEUE_DUE] + pool] = 0
    for stage in range(m[STAGES]):
        s[m[SHUT] + stage], s[m[OPEN_UNTIL] + stage] = -1, -1
        place = m[STAGE_TABLE] + stage * STAGE_WIDTH
        for run in range(m[place + WINDOW_FROM], m[place + WINDOW_TO], 2):
            if m[run] < 0 <= m[run + 1]:
                s[m[OPEN_UNTIL] + stage] = m[run + 1]
    for one in range(m[HINDRANCES]):
        place = m[HINDRANCE_TABLE] + (s[ROW] * m[HINDRANCES] + one) * HIND_WIDTH
        for bound in range(HIND_BEGIN, HIND_END + 1):
            if 0 <= x.extra[place + bound] <= m[HORIZON]:
                s[m[PACED] + x.extra[place + bound]] = 1
    read_ahead(x)
    people_ready(x)
    for purse in range(m[m[FUNDED_TABLE] + 1]):
        s[m[GIVEN] + purse] = 0
    if m[CHOICES_MADE]:
        look_at_offers(x)


def read_ahead(x: Room) -> None:
    """Read the draws once in a row, so that they are near when they are wanted here and there; that none is below zero is of no use."""
    below = 0
    for item in range(x.model[ITEMS] if x.model[RISKY] else 0):
        below += (x.dropout[item] < 0.0) + (x.leaving[item] < 0.0)
    for item in range(x.model[ITEMS] if x.model[ROUTED] else 0):
        below += x.routing[item] < 0.0
    x.state[BELOW] = below


def people_ready(x: Room) -> None:
    """Where every entity stands before it arrives."""
    m, s, stages = x.model, x.state, x.model[STAGES]
    for entity in range(m[ENTITIES] - 1, -1, -1):
        kind, joins = x.who[KIND * m[WHO_COLUMN] + entity] + KIND_OUTCOME, x.who[JOINS * m[WHO_COLUMN] + entity]
        for stage in range(stages):
            item = entity * stages + stage
            place = item * ITEM_WIDTH
            for name in range(READY, ENDED + 1):
                x.items[place + name] = -1
            x.items[place + OUTCOME], x.items[place + PENDING], x.items[place + WHERE] = m[kind + stage], m[kind + stages + stage], IDLE
            x.items[place + VISIT], x.items[place + WORK] = 0, x.work[item]
        x.result[entity] = m[m[PERSON_TABLE] + entity * PERSON_WIDTH + PERSON_DISTRICT]
        s[m[LEFT_AT] + entity] = NEVER
        if joins <= m[HORIZON]:
            s[m[ARRIVAL] + entity] = s[m[ARRIVING] + joins]
            s[m[ARRIVING] + joins] = entity
        for place in range(m[HOLD] + entity * m[HOLD_SLOTS], m[HOLD] + (entity + 1) * m[HOLD_SLOTS]):
            s[place] = 0
        for place in range(m[SENT_BACK] + entity * m[ROUTED], m[SENT_BACK] + (entity + 1) * m[ROUTED]):
            s[place] = 0
        for place in range(m[CHOSEN] + entity * m[ROUTED_EDGES], m[CHOSEN] + (entity + 1) * m[ROUTED_EDGES]):
            s[place] = 0
        if m[SPENDING] >= 0:
            s[m[SITE] + entity * SITE_WIDTH + SITE_STATE] = NO_SITE
            s[m[LAST_SETTLED] + 2 * entity] = -1
            s[m[PUSHED] + entity] = s[m[LIMIT] + entity] = 0


def put_down_items(x: Room) -> None:
    """The results of every stage of every entity, in columns."""
    m = x.model
    for item in range(m[ITEMS]):
        for name in range(ITEM_RESULTS):
            x.out[name * m[OUT_COLUMN] + item] = x.items[item * ITEM_WIDTH + name]
