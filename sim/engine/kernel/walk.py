"""The walk of entities through stages in the kernel, and the phases of an instant in which they take it.

What a stage waits for is one of: a tick (it is on the list of that tick), its window, its pools (a queue), its site. Whoever left is not
taken off the lists of ticks and windows, but passed over. What each step means is told where the reference engine takes it.
"""

from __future__ import annotations

from sim.calendar import PPM
from sim.engine.kernel.layout import (
    AFTER_FROM,
    AFTER_TO,
    AT_MOST,
    AT_RISK,
    AT_SITE,
    AT_WINDOW,
    BEGAN,
    CHANCES_FROM,
    CHANCES_TO,
    CHANCES_VALUE,
    CHOSEN,
    CHOSEN_WAY,
    CLOCK,
    CLOSED_WAY,
    COMING,
    EARLIER_TABLE,
    EDGE_SLOT,
    ENDED,
    EXTRA_HEADER,
    GOING_BACK,
    HAS_PATIENCE,
    HORIZON,
    IDLE,
    ITEM_WIDTH,
    LAND,
    LATER_FROM,
    LATER_TABLE,
    LATER_TO,
    LATER_WIDTH,
    LEAVERS,
    LEAVING,
    LINK,
    LOOKOUT,
    MARKS,
    MAY,
    NEEDS_GROUP,
    NO_DRAW,
    NOW,
    OPEN_UNTIL,
    OTHERWISE,
    OUTCOME,
    OWN_TABLE,
    PENDING,
    PERSON_PRIORITY,
    PERSON_TABLE,
    PERSON_WIDTH,
    PLANNED,
    POOLS,
    PRODUCT_DELAY,
    PRODUCT_VALUE,
    PRODUCT_WIDTH,
    PRODUCTS_FROM,
    PRODUCTS_TO,
    READY,
    REQUESTED,
    REWORKS,
    RISK_FROM,
    RISK_TO,
    RISK_VALUE,
    ROOM,
    ROUTED,
    ROUTED_EDGES,
    ROUTED_SLOT,
    ROUTES,
    ROW,
    SENT_BACK,
    SHUT,
    SPENDING,
    STACK,
    STACKED,
    STAGE_TABLE,
    STAGE_WIDTH,
    STAGES,
    TARGETS,
    TIMES_FROM,
    TIMES_TO,
    TIMES_VALUE,
    TROUBLE,
    UNRESOLVED,
    UNRESOLVED_BITS,
    VISIT,
    VISITS,
    WAITS_FOR_START,
    WHERE,
    WHO_COLUMN,
    WINDOW_FROM,
    WINDOW_TO,
    WORK,
)
from sim.engine.kernel.queues import add, enqueue, give_back_at_end, needs_anything, needs_of, rank_of
from sim.engine.kernel.room import Room
from sim.engine.kernel.sites import begin_site, due_tick, look_again
from sim.engine.trace import DONE, LEFT, NOT_YET, SKIPPED
from sim.model import rules

# --- A stage, from its beginning to its end


def begin_stage(x: Room, entity: int, stage: int) -> None:
    """Begin a stage if it waits for nothing and has not begun: then it waits for its date."""
    m, s = x.model, x.state
    item = entity * m[STAGES] + stage
    pending = x.items[item * ITEM_WIDTH + PENDING]
    if not rules.begins(pending >> UNRESOLVED_BITS, pending & (UNRESOLVED - 1)):
        return
    if x.items[item * ITEM_WIDTH + OUTCOME] == NOT_YET and x.items[item * ITEM_WIDTH + READY] < 0:
        x.items[item * ITEM_WIDTH + READY] = s[NOW]
        if m[m[STAGE_TABLE] + stage * STAGE_WIDTH + WAITS_FOR_START] and x.who[PLANNED * m[WHO_COLUMN] + entity] > s[NOW]:
            look_again(x, item, x.who[PLANNED * m[WHO_COLUMN] + entity])
        else:
            pass_date(x, entity, stage, item)


def pass_date(x: Room, entity: int, stage: int, item: int) -> None:
    """It waits for its window, unless that is open."""
    m, s = x.model, x.state
    place = m[STAGE_TABLE] + stage * STAGE_WIDTH
    if m[place + WINDOW_FROM] < m[place + WINDOW_TO] and s[m[OPEN_UNTIL] + stage] < s[NOW]:
        x.items[item * ITEM_WIDTH + LINK], x.items[item * ITEM_WIDTH + WHERE] = s[m[SHUT] + stage], AT_WINDOW
        s[m[SHUT] + stage] = item
    else:
        ask(x, entity, stage, item)


def ask(x: Room, entity: int, stage: int, item: int) -> None:
    """It asks for what it needs, and begins if that is nothing."""
    m, s = x.model, x.state
    now = s[NOW]
    x.items[item * ITEM_WIDTH + REQUESTED] = now
    needs = needs_of(x, entity, stage)
    if not needs_anything(x, entity, needs):
        begin_work(x, entity, stage, item)
        return
    priority = m[m[PERSON_TABLE] + entity * PERSON_WIDTH + PERSON_PRIORITY]
    enqueue(x, m[needs + NEEDS_GROUP], item, rank_of(x, priority, item))
    place = m[STAGE_TABLE] + stage * STAGE_WIDTH
    if m[place + ROOM] >= 0:
        s[m[LOOKOUT] + now] = 1
    if m[place + HAS_PATIENCE]:
        patience = patience_of(x, item)
        if patience <= m[HORIZON] - now:
            s[m[LOOKOUT] + now + patience] = 1


def begin_work(x: Room, entity: int, stage: int, item: int) -> None:
    """It has all it needs."""
    m, now = x.model, x.state[NOW]
    x.items[item * ITEM_WIDTH + BEGAN] = now
    work = x.items[item * ITEM_WIDTH + WORK]
    if x.items[item * ITEM_WIDTH + VISIT]:
        work = x.extra[later_visit(x, item) + 1]
    if stage == m[SPENDING]:
        x.items[item * ITEM_WIDTH + WHERE] = AT_SITE
        begin_site(x, entity, work)
        return
    place = m[STAGE_TABLE] + stage * STAGE_WIDTH
    step = rules.last_begun(m, m[place + TIMES_FROM], m[place + TIMES_TO], now) - m[place + TIMES_FROM]
    work = rules.work_times(work, m[m[place + TIMES_VALUE] + step])
    look_again(x, item, due_tick(x, m[place + CLOCK], now, work, PPM))


def end_stage(x: Room, entity: int, stage: int, item: int) -> None:
    """Release what is due back; then leave, be sent back, or go on."""
    m, s = x.model, x.state
    place, outcome = m[STAGE_TABLE] + stage * STAGE_WIDTH, item * ITEM_WIDTH + OUTCOME
    x.items[item * ITEM_WIDTH + ENDED] = s[NOW]
    x.items[item * ITEM_WIDTH + WHERE] = IDLE
    give_back_at_end(x, entity, stage)
    if m[place + AT_RISK] and drops_out(x, place, item):
        x.items[outcome] = LEFT
        s[m[LEAVERS] + s[LEAVING]] = entity
        s[LEAVING] += 1
        return
    x.items[outcome] = DONE
    if m[place + PRODUCTS_FROM] < m[place + PRODUCTS_TO]:
        produce(x, entity, place)
    if m[place + ROUTES]:
        take_route(x, entity, stage, item)
        return
    for after in range(m[place + AFTER_FROM], m[place + AFTER_TO], 2):
        resolve(x, entity, m[after], 1)
    spread(x, entity)


def drops_out(x: Room, place: int, item: int) -> bool:
    """Whether an entity leaves at a stage's end."""
    m = x.model
    risk, luck = x.dropout[item], x.leaving[item]
    if risk == 0.0:
        return False
    if x.items[item * ITEM_WIDTH + VISIT]:
        luck = x.luck[(later_visit(x, item) - m[LATER_TABLE]) // LATER_WIDTH * 2]
    step = rules.last_begun(m, m[place + RISK_FROM], m[place + RISK_TO], x.state[NOW]) - m[place + RISK_FROM]
    return rules.leaves(luck, risk * x.parts[m[place + RISK_VALUE] + step])


def produce(x: Room, entity: int, place: int) -> None:
    """Put into stocks what the stage yields, each after its delay."""
    m, s = x.model, x.state
    own = m[OWN_TABLE] + x.result[entity] * m[POOLS]
    for product in range(m[place + PRODUCTS_FROM], m[place + PRODUCTS_TO], PRODUCT_WIDTH):
        figures, tick = m[product + PRODUCT_VALUE], s[NOW] + m[product + PRODUCT_DELAY]
        land = x.who[LAND * m[WHO_COLUMN] + entity]
        amount = rules.amount_of(x.parts[figures], x.parts[figures + 1], land, x.parts[figures + 2])
        if tick == s[NOW]:
            add(x, m[own + m[product]], amount)
        elif tick <= m[HORIZON]:
            s[m[COMING] + tick * m[POOLS] + m[own + m[product]]] += amount


def later_visit(x: Room, item: int) -> int:
    """The record of the draws of an entity's later visit of a stage."""
    s = x.state
    key = item * VISITS + x.items[item * ITEM_WIDTH + VISIT]
    low, high = 0, (x.extra[s[ROW] * EXTRA_HEADER + LATER_TO] - x.extra[s[ROW] * EXTRA_HEADER + LATER_FROM]) // LATER_WIDTH
    first, end = x.extra[s[ROW] * EXTRA_HEADER + LATER_FROM], high
    while low < high:
        middle = (low + high) >> 1
        if x.extra[first + middle * LATER_WIDTH] < key:
            low = middle + 1
        else:
            high = middle
    if low == end or x.extra[first + low * LATER_WIDTH] != key:
        s[TROUBLE] = NO_DRAW
        return first
    return first + low * LATER_WIDTH


def patience_of(x: Room, item: int) -> int:
    """Ticks that a request waits at most."""
    if x.items[item * ITEM_WIDTH + VISIT]:
        return x.extra[later_visit(x, item) + 2]
    return x.patience[item]


# --- Ways through the network


def take_route(x: Room, entity: int, stage: int, item: int) -> None:
    """Go on by a route, or be sent back when all that is due has happened."""
    m, s = x.model, x.state
    place = m[STAGE_TABLE] + stage * STAGE_WIDTH
    luck, may = x.routing[item], entity * m[MARKS] + m[place + MAY]
    if x.items[item * ITEM_WIDTH + VISIT]:
        luck = x.luck[(later_visit(x, item) - m[LATER_TABLE]) // LATER_WIDTH * 2 + 1]
    step = rules.last_begun(m, m[place + CHANCES_FROM], m[place + CHANCES_TO], s[NOW]) - m[place + CHANCES_FROM]
    route = rules.route_of(luck, x.parts, m[place + CHANCES_VALUE] + step * m[place + ROUTES], x.marks, may, m[place + ROUTES])
    target = m[place + OTHERWISE] if route < 0 else m[m[place + TARGETS] + route]
    sent_back = s[m[SENT_BACK] + entity * m[ROUTED] + m[place + ROUTED_SLOT]]
    way = rules.way_or(target, m[place + OTHERWISE], is_earlier(x, stage, target), sent_back, m[place + AT_MOST])
    if is_earlier(x, stage, way):
        rework = m[REWORKS] + 2 * s[GOING_BACK]
        s[rework], s[rework + 1] = item, way
        s[GOING_BACK] += 1
        return
    chosen = m[CHOSEN] + entity * m[ROUTED_EDGES] + m[place + EDGE_SLOT]
    edge = chosen
    for after in range(m[place + AFTER_FROM], m[place + AFTER_TO], 2):
        s[edge] = CHOSEN_WAY if rules.leads_to(m[after], way, m[after + 1] != 0) else CLOSED_WAY
        if s[edge] == CLOSED_WAY:
            skip(x, entity, m[after])
        edge += 1
    edge = chosen
    for after in range(m[place + AFTER_FROM], m[place + AFTER_TO], 2):
        if s[edge] == CHOSEN_WAY:
            resolve(x, entity, m[after], 1)
        edge += 1
    spread(x, entity)


def is_earlier(x: Room, stage: int, other: int) -> bool:
    """Whether going on from a stage to another is rework."""
    return other >= 0 and x.model[x.model[EARLIER_TABLE] + stage * x.model[STAGES] + other] != 0


def resolve(x: Room, entity: int, stage: int, done: int) -> None:
    """One more predecessor of a stage is done or skipped: it begins, is skipped, or waits for the others."""
    m = x.model
    pending = (entity * m[STAGES] + stage) * ITEM_WIDTH + PENDING
    x.items[pending] += done - UNRESOLVED
    if x.items[pending] == 0:
        skip(x, entity, stage)
    else:
        begin_stage(x, entity, stage)


def skip(x: Room, entity: int, stage: int) -> None:
    """A stage does not come; what that spreads to is seen to by `spread`."""
    m, s = x.model, x.state
    outcome = (entity * m[STAGES] + stage) * ITEM_WIDTH + OUTCOME
    if x.items[outcome] == NOT_YET:
        x.items[outcome] = SKIPPED
        s[m[STACK] + s[STACKED]] = stage
        s[STACKED] += 1


def spread(x: Room, entity: int) -> None:
    """Servers kept for the end of skipped stages return, and skipping spreads."""
    m, s = x.model, x.state
    while s[STACKED] > 0:
        s[STACKED] -= 1
        stage = s[m[STACK] + s[STACKED]]
        place = m[STAGE_TABLE] + stage * STAGE_WIDTH
        give_back_at_end(x, entity, stage)
        for after in range(m[place + AFTER_FROM], m[place + AFTER_TO], 2):
            resolve(x, entity, m[after], 0)
