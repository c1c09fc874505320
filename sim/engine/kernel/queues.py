"""What is waited for in the kernel: pools, queues in order of rank, servers held.

A queue holds ranks, which are unique and rise; a rank tells its (entity, stage) as the remainder. It stands in its part of the state,
and creeps towards its end as those in front are served.
"""

from __future__ import annotations

from sim.engine.kernel.layout import (
    ALLOCATE,
    BARRED,
    BARRED_NUMBER,
    BARS_TABLE,
    BUSY_OUT,
    ENTITIES,
    FREE,
    GROUP_TABLE,
    GROUPS,
    HOLD,
    HOLD_SLOT,
    HOLD_SLOTS,
    HORIZON,
    IDLE,
    IN_QUEUE,
    ITEM_WIDTH,
    KEEPERS_FROM,
    KEEPERS_TO,
    LAND,
    LINK,
    NEED_AMOUNT,
    NEED_KEPT,
    NEED_PER_MU,
    NEED_POOL,
    NEED_RETURNS,
    NEED_TABLE,
    NEED_UNTIL,
    NEED_WIDTH,
    NEEDS_FROM,
    NEEDS_GROUP,
    NEEDS_TO,
    NEEDS_WIDTH,
    NOW,
    OUTCOME,
    QUEUE_DUE,
    QUEUE_HEAD,
    QUEUE_OUT,
    QUEUE_ROOM,
    QUEUE_SIZE,
    QUEUE_TABLE,
    QUEUE_WIDTH,
    REQUESTED,
    STAGE_TABLE,
    STAGE_WIDTH,
    STAGES,
    WARM_UP,
    WHERE,
    WHO_COLUMN,
)
from sim.engine.kernel.room import Room
from sim.engine.trace import NOT_YET
from sim.model import rules


def need_amount(x: Room, need: int, entity: int) -> int:
    """What an entity needs, of one need of a stage."""
    m = x.model
    parts = m[need + NEED_PER_MU]
    if parts < 0:
        return m[need + NEED_AMOUNT]
    return rules.amount_of(x.parts[parts], x.parts[parts + 1], x.who[LAND * m[WHO_COLUMN] + entity], 1.0)


def needs_of(x: Room, entity: int, stage: int) -> int:
    """The record of what a stage needs in the entity's district."""
    m = x.model
    return m[NEED_TABLE] + (x.result[entity] * m[STAGES] + stage) * NEEDS_WIDTH


def needs_anything(x: Room, entity: int, needs: int) -> bool:
    """Whether there is anything to ask for."""
    m = x.model
    for need in range(m[needs + NEEDS_FROM], m[needs + NEEDS_TO], NEED_WIDTH):
        if m[need + NEED_PER_MU] < 0 or need_amount(x, need, entity):
            return True
    return False


def add(x: Room, pool: int, amount: int) -> None:
    """Put servers back or stock in; who waits is looked at."""
    m, s = x.model, x.state
    s[m[FREE] + pool] += amount
    wake(x, m[m[GROUP_TABLE] + pool])


def wake(x: Room, group: int) -> None:
    """See to it that this instant ends with an allocation of a group of pools."""
    m, s = x.model, x.state
    if s[m[QUEUE_SIZE] + group]:
        s[m[QUEUE_DUE] + group] = 1
        s[ALLOCATE] = 1


def wake_all(x: Room) -> None:
    """An allocation of all groups."""
    for group in range(x.model[GROUPS]):
        wake(x, group)


# --- Queues


def rank_of(x: Room, priority: int, item: int) -> int:
    """Of a request, by the tick at which it was made."""
    m = x.model
    entity = item // m[STAGES]
    widths = (m[HORIZON] + 1, m[ENTITIES], m[STAGES])
    return rules.queue_rank(priority, x.items[item * ITEM_WIDTH + REQUESTED], entity, item - entity * m[STAGES], widths)


def place_in(x: Room, group: int, rank: int) -> int:
    """Where a rank stands in its queue, or would stand."""
    m, s = x.model, x.state
    low = m[m[QUEUE_TABLE] + group * QUEUE_WIDTH] + s[m[QUEUE_HEAD] + group]
    high = low + s[m[QUEUE_SIZE] + group]
    if high > low and s[high - 1] < rank:
        return high
    while low < high:
        middle = (low + high) >> 1
        if s[middle] < rank:
            low = middle + 1
        else:
            high = middle
    return low


def enqueue(x: Room, group: int, item: int, rank: int) -> None:
    """Let a request wait."""
    m, s = x.model, x.state
    size, head = s[m[QUEUE_SIZE] + group], s[m[QUEUE_HEAD] + group]
    first = m[m[QUEUE_TABLE] + group * QUEUE_WIDTH]
    if head + size == m[m[QUEUE_TABLE] + group * QUEUE_WIDTH + QUEUE_ROOM]:
        for place in range(first, first + size):
            s[place] = s[place + head]
        s[m[QUEUE_HEAD] + group] = head = 0
    place, end = place_in(x, group, rank), first + head + size
    while end > place:
        s[end] = s[end - 1]
        end -= 1
    s[place] = rank
    s[m[QUEUE_SIZE] + group] = size + 1
    x.items[item * ITEM_WIDTH + LINK], x.items[item * ITEM_WIDTH + WHERE] = rank, IN_QUEUE
    count_waiting(x, item % m[STAGES], 1)
    wake(x, group)


def withdraw(x: Room, item: int) -> None:
    """Take a request out of its queue; those whom it barred are looked at."""
    m, s = x.model, x.state
    entity = item // m[STAGES]
    stage = item - entity * m[STAGES]
    group = m[needs_of(x, entity, stage) + NEEDS_GROUP]
    size = s[m[QUEUE_SIZE] + group]
    end = m[m[QUEUE_TABLE] + group * QUEUE_WIDTH] + s[m[QUEUE_HEAD] + group] + size
    for place in range(place_in(x, group, x.items[item * ITEM_WIDTH + LINK]), end - 1):
        s[place] = s[place + 1]
    s[m[QUEUE_SIZE] + group] = size - 1
    x.items[item * ITEM_WIDTH + WHERE] = IDLE
    count_waiting(x, stage, -1)
    wake(x, group)


def count_waiting(x: Room, stage: int, more: int) -> None:
    """Requests that wait, times the ticks that they will, if nothing changes."""
    m = x.model
    x.result[m[QUEUE_OUT] + stage] += more * max(m[HORIZON] - max(x.state[NOW], m[WARM_UP]), 0)


def count_busy(x: Room, pool: int, more: int) -> None:
    """Servers held, times the ticks that they will be, if nothing changes."""
    m = x.model
    x.result[m[BUSY_OUT] + pool] += more * max(m[HORIZON] - max(x.state[NOW], m[WARM_UP]), 0)


def can_have(x: Room, entity: int, needs: int) -> bool:
    """Whether a request can have all it needs and is barred from none; if it lacks something, it bars later ones from that."""
    m, s = x.model, x.state
    lacks = barred = False
    for need in range(m[needs + NEEDS_FROM], m[needs + NEEDS_TO], NEED_WIDTH):
        amount, pool = need_amount(x, need, entity), m[need + NEED_POOL]
        if amount:
            barred = barred or s[m[BARRED] + pool] == 1
            if rules.lacks(s[m[FREE] + pool], amount):
                lacks = True
    if lacks:
        for need in range(m[needs + NEEDS_FROM], m[needs + NEEDS_TO], NEED_WIDTH):
            amount, pool = need_amount(x, need, entity), m[need + NEED_POOL]
            if amount and m[m[BARS_TABLE] + pool] and rules.lacks(s[m[FREE] + pool], amount):
                s[BARRED_NUMBER] += 1 - s[m[BARRED] + pool]
                s[m[BARRED] + pool] = 1
    return not lacks and not barred


# --- Servers held


def take(x: Room, entity: int, stage: int, needs: int) -> None:
    """Seize servers, to be kept until the stage that gives them back has ended, and consume stock."""
    m, s = x.model, x.state
    hold = m[HOLD] + entity * m[HOLD_SLOTS] + m[m[STAGE_TABLE] + stage * STAGE_WIDTH + HOLD_SLOT]
    for need in range(m[needs + NEEDS_FROM], m[needs + NEEDS_TO], NEED_WIDTH):
        amount, pool = need_amount(x, need, entity), m[need + NEED_POOL]
        s[m[FREE] + pool] -= amount
        if m[need + NEED_KEPT] and amount:
            until = m[need + NEED_UNTIL]
            if until < 0 or x.items[(entity * m[STAGES] + until) * ITEM_WIDTH + OUTCOME] != NOT_YET:
                until = stage
            s[hold] = until + 1
            count_busy(x, pool, amount)
        hold += 1


def give_back(x: Room, entity: int, stage: int, ended: int) -> None:
    """Return what was seized at a stage and is due back at the end of another; all of it for `ended` -1."""
    m, s = x.model, x.state
    needs = needs_of(x, entity, stage)
    hold = m[HOLD] + entity * m[HOLD_SLOTS] + m[m[STAGE_TABLE] + stage * STAGE_WIDTH + HOLD_SLOT]
    for need in range(m[needs + NEEDS_FROM], m[needs + NEEDS_TO], NEED_WIDTH):
        if s[hold] and (ended < 0 or s[hold] == ended + 1):
            s[hold] = 0
            amount, pool = need_amount(x, need, entity), m[need + NEED_POOL]
            count_busy(x, pool, -amount)
            add(x, pool, amount)
        hold += 1


def give_back_at_end(x: Room, entity: int, stage: int) -> None:
    """Return the servers that are due back at a stage's end."""
    m = x.model
    place = m[STAGE_TABLE] + stage * STAGE_WIDTH
    give_back(x, entity, stage, stage)
    for keeper in range(m[place + KEEPERS_FROM], m[place + KEEPERS_TO]):
        give_back(x, entity, m[keeper], stage)


def put_back(x: Room, entity: int, stage: int) -> None:
    """Return the stock that a stage consumed, where it says so."""
    m = x.model
    needs = needs_of(x, entity, stage)
    for need in range(m[needs + NEEDS_FROM], m[needs + NEEDS_TO], NEED_WIDTH):
        if m[need + NEED_RETURNS]:
            add(x, m[need + NEED_POOL], need_amount(x, need, entity))


def sort(x: Room, first: int, end: int) -> None:
    """Put numbers of the state in order (Shell 1959, with the gaps of Knuth)."""
    s = x.state
    gap = 1
    while gap < (end - first) // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for place in range(first + gap, end):
            number, other = s[place], place
            while other - gap >= first and s[other - gap] > number:
                s[other] = s[other - gap]
                other -= gap
            s[other] = number
        gap //= 3
