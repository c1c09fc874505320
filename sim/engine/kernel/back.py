"""Leaving and going back in the kernel: those who drop out give back what they held, those who are sent back begin again."""

from __future__ import annotations

from sim.calendar import NEVER
from sim.engine.kernel.layout import (
    AFTER_FROM,
    AFTER_TO,
    AGAIN,
    AGAIN_FROM,
    AGAIN_TO,
    AT_WINDOW,
    BEFORE_FROM,
    BEFORE_TO,
    BEGAN,
    BEGINNING,
    CHOSEN,
    CLOSED_WAY,
    DUE,
    EARLIER_END,
    EARLIER_PLACE,
    EDGE_SLOT,
    ENDED,
    GOING_BACK,
    HEAD,
    IDLE,
    IN_QUEUE,
    ITEM_WIDTH,
    LEAVERS,
    LEAVING,
    LEFT_AT,
    LINK,
    NO_ROOM,
    NOW,
    ON_TICK,
    OUTCOME,
    PENDING,
    READY,
    REQUESTED,
    REWORKS,
    ROUTED,
    ROUTED_EDGES,
    ROUTED_SLOT,
    ROUTES,
    ROW,
    SENT_BACK,
    SHUT,
    SPENDING,
    STAGE_TABLE,
    STAGE_WIDTH,
    STAGES,
    TROUBLE,
    UNRESOLVED,
    VISIT,
    WHERE,
)
from sim.engine.kernel.queues import give_back, put_back, withdraw
from sim.engine.kernel.room import Room
from sim.engine.kernel.sites import leave_site
from sim.engine.kernel.walk import begin_stage, skip, spread
from sim.engine.trace import ABSENT, BEFORE, CANCELLED, DONE, NOT_YET


def settle(x: Room) -> None:
    """Those who dropped out leave; then those who are sent back go back, unless what sent them is itself to be done again."""
    m, s = x.model, x.state
    for place in range(m[LEAVERS], m[LEAVERS] + s[LEAVING]):
        leave(x, s[place])
    for number in range(1, s[GOING_BACK]):
        place = m[REWORKS] + 2 * number
        item, way = s[place], s[place + 1]
        while place > m[REWORKS] and s[place - 2] > item:
            s[place], s[place + 1] = s[place - 2], s[place - 1]
            place -= 2
        s[place], s[place + 1] = item, way
    number, s[LEAVING], s[GOING_BACK], s[BEGINNING] = s[GOING_BACK], 0, 0, -1
    for place in range(m[REWORKS], m[REWORKS] + 2 * number, 2):
        item = s[place]
        entity = item // m[STAGES]
        if s[m[LEFT_AT] + entity] == NEVER and x.items[item * ITEM_WIDTH + OUTCOME] == DONE:
            begin_again(x, entity)
            send_back(x, entity, item - entity * m[STAGES], s[place + 1])
    begin_again(x, -1)


def leave(x: Room, entity: int) -> None:
    """An entity that leaves gives back all that it holds, and goes no further."""
    m, s = x.model, x.state
    if s[m[LEFT_AT] + entity] != NEVER:
        return
    s[m[LEFT_AT] + entity] = s[NOW]
    if m[SPENDING] >= 0:
        leave_site(x, entity)
    for stage in range(m[STAGES]):
        item = entity * m[STAGES] + stage
        if x.items[item * ITEM_WIDTH + WHERE] == IN_QUEUE:
            withdraw(x, item)
        x.items[item * ITEM_WIDTH + WHERE] = IDLE
        give_back(x, entity, stage, -1)


def send_back(x: Room, entity: int, stage: int, target: int) -> None:
    """Rework: a stage and all that it reaches are as if they had not been; they are kept in mind for `begin_again`."""
    m, s = x.model, x.state
    place = m[STAGE_TABLE] + target * STAGE_WIDTH
    s[m[SENT_BACK] + entity * m[ROUTED] + m[m[STAGE_TABLE] + stage * STAGE_WIDTH + ROUTED_SLOT]] += 1
    for one in range(m[place + AGAIN_FROM], m[place + AGAIN_TO]):
        if x.items[(entity * m[STAGES] + m[one]) * ITEM_WIDTH + OUTCOME] != ABSENT:
            give_back(x, entity, m[one], -1)
            s[m[AGAIN] + m[one]] = 1
    for one in range(m[place + AGAIN_FROM], m[place + AGAIN_TO]):
        if x.items[(entity * m[STAGES] + m[one]) * ITEM_WIDTH + OUTCOME] != ABSENT:
            invalidate(x, entity, m[one])


def begin_again(x: Room, other: int) -> None:
    """Before another entity is sent back: all that an instant sends the one before it back to is to be done again."""
    m, s = x.model, x.state
    entity, again = s[BEGINNING], m[AGAIN]
    if entity == other:
        return
    s[BEGINNING] = other
    if entity >= 0:
        for stage in range(m[STAGES]):
            if s[again + stage]:
                count_before(x, entity, stage)
        for stage in range(m[STAGES]):
            if s[again + stage] and is_closed(x, entity, stage):
                skip(x, entity, stage)
        spread(x, entity)
        for stage in range(m[STAGES]):
            if s[again + stage]:
                begin_stage(x, entity, stage)
    for stage in range(m[STAGES]):
        s[again + stage] = 0


def count_before(x: Room, entity: int, stage: int) -> None:
    """What a stage that is to be done again waits for."""
    m, place = x.model, x.model[STAGE_TABLE] + stage * STAGE_WIDTH
    present = unresolved = fulfilled = 0
    for before in range(m[place + BEFORE_FROM], m[place + BEFORE_TO]):
        outcome = x.items[(entity * m[STAGES] + m[before]) * ITEM_WIDTH + OUTCOME]
        present += outcome != ABSENT
        unresolved += outcome == NOT_YET
        fulfilled += outcome in (BEFORE, DONE)
    x.items[(entity * m[STAGES] + stage) * ITEM_WIDTH + PENDING] = unresolved * UNRESOLVED + (fulfilled if present else 1)


def is_closed(x: Room, entity: int, stage: int) -> bool:
    """Whether the way on from a stage that stands as done did not lead here."""
    m = x.model
    place = m[STAGE_TABLE] + stage * STAGE_WIDTH
    for before in range(m[place + BEFORE_FROM], m[place + BEFORE_TO]):
        earlier = m[STAGE_TABLE] + m[before] * STAGE_WIDTH
        outcome = x.items[(entity * m[STAGES] + m[before]) * ITEM_WIDTH + OUTCOME]
        if m[earlier + ROUTES] and outcome in (BEFORE, DONE):
            edge = m[CHOSEN] + entity * m[ROUTED_EDGES] + m[earlier + EDGE_SLOT]
            for after in range(m[earlier + AFTER_FROM], m[earlier + AFTER_TO], 2):
                if m[after] == stage and x.state[edge] == CLOSED_WAY:
                    return True
                edge += 1
    return False


def invalidate(x: Room, entity: int, stage: int) -> None:
    """A stage as if it had not been: its visit is put on record, and what it consumed comes back if the stage says so."""
    m, s = x.model, x.state
    item = entity * m[STAGES] + stage
    if x.items[item * ITEM_WIDTH + READY] >= 0:
        outcome, waits = x.items[item * ITEM_WIDTH + OUTCOME], x.items[item * ITEM_WIDTH + WHERE]
        if outcome == NOT_YET:
            x.items[item * ITEM_WIDTH + ENDED], outcome = s[NOW], CANCELLED
            if waits == IN_QUEUE:
                withdraw(x, item)
            elif waits == ON_TICK:
                unlist(x, m[HEAD] + x.items[item * ITEM_WIDTH + DUE], item)
            elif waits == AT_WINDOW:
                unlist(x, m[SHUT] + stage, item)
        put_down_visit(x, item, outcome)
        if x.items[item * ITEM_WIDTH + BEGAN] >= 0:
            put_back(x, entity, stage)
        for name in range(READY, ENDED + 1):
            x.items[item * ITEM_WIDTH + name] = -1
        x.items[item * ITEM_WIDTH + VISIT] += 1
        x.items[item * ITEM_WIDTH + WHERE] = IDLE
    x.items[item * ITEM_WIDTH + OUTCOME] = NOT_YET


def unlist(x: Room, head: int, item: int) -> None:
    """Take a stage off a list."""
    s = x.state
    if s[head] == item:
        s[head] = x.items[item * ITEM_WIDTH + LINK]
        return
    one = s[head]
    while x.items[one * ITEM_WIDTH + LINK] != item:
        one = x.items[one * ITEM_WIDTH + LINK]
    x.items[one * ITEM_WIDTH + LINK] = x.items[item * ITEM_WIDTH + LINK]


def put_down_visit(x: Room, item: int, outcome: int) -> None:
    """A row of the visits before the last."""
    m, t = x.model, x.tables
    row = t[EARLIER_PLACE]
    if row + 9 > t[EARLIER_END]:
        x.state[TROUBLE] = NO_ROOM
        return
    entity = item // m[STAGES]
    t[row], t[row + 1], t[row + 2], t[row + 3] = x.state[ROW], entity, item - entity * m[STAGES], x.items[item * ITEM_WIDTH + VISIT]
    t[row + 4], t[row + 5] = x.items[item * ITEM_WIDTH + READY], x.items[item * ITEM_WIDTH + REQUESTED]
    t[row + 6], t[row + 7], t[row + 8] = x.items[item * ITEM_WIDTH + BEGAN], x.items[item * ITEM_WIDTH + ENDED], outcome
    t[EARLIER_PLACE] = row + 9
