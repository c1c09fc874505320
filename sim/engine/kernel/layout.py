"""Where things stand in the arrays of the kernel: names of places, all plain integers, which compiled code takes as constants."""

from __future__ import annotations

READY, REQUESTED, BEGAN, ENDED, OUTCOME, VISIT, PENDING, WHERE, LINK, DUE, WORK = range(11)
ITEM_WIDTH, ITEM_RESULTS = 11, 6
"""What a stage of an entity is at; the first six come out. LINK: what follows it on a list, or its rank in a queue; DUE: its tick."""

# --- The model: numbers, then places in the model's own array or in the state at which tables begin

(
    HORIZON,
    WARM_UP,
    ENTITIES,
    STAGES,
    POOLS,
    DISTRICTS,
    ITEMS,
    GROUPS,
    SPENDING,
    LISTED,
    SITE_CLOCK,
    BEFORE_TICKS,
    OFFERS_STOCK,
    OFFERS_QUEUE,
    CHOICES_MADE,
    MONTHS,
    AREAS,
    REVIEWED,
    FUNDED,
    HINDRANCES,
    MARKS,
    HOLD_SLOTS,
    ROUTED,
    ROUTED_EDGES,
    OUT_COLUMN,
    WHO_COLUMN,
    ROW_OUT,
    PAID_OUT,
    HELD_OUT,
    QUEUE_OUT,
    BUSY_OUT,
    FREE_OUT,
    LEVELS_OUT,
    INFLOWS,
    SETTLEMENT_ROOM,
    HINDRANCE_TABLE,
    LATER_TABLE,
    OFFERS,
    RISKY,
    HEADER,
) = range(40)

(
    STAGE_TABLE,
    NEED_TABLE,
    GROUP_TABLE,
    BARS_TABLE,
    QUEUE_TABLE,
    INITIAL_TABLE,
    INFLOW_TABLE,
    KIND_TABLE,
    PERSON_TABLE,
    OWN_TABLE,
    EARLIER_TABLE,
    INSTANT_TABLE,
    MONTH_TABLE,
    MONTH_END_TABLE,
    FUNDED_TABLE,
) = range(HEADER, HEADER + 15)

(
    HEAD,
    ARRIVING,
    ARRIVAL,
    SHUT,
    OPEN_UNTIL,
    FREE,
    COMING,
    LOOKOUT,
    PACED,
    QUEUE_HEAD,
    QUEUE_SIZE,
    QUEUE_DUE,
    QUEUES,
    HOLD,
    SENT_BACK,
    CHOSEN,
    LEFT_AT,
    SITE,
    SITE_HEAD,
    ACTIVE,
    PUSHED,
    LIMIT,
    GIVEN,
    REPORTED,
    PLANNED_SUM,
    LEAVERS,
    REWORKS,
    STACK,
    SORTED,
    SORTED_TOO,
    BARRED,
    COMPLETED,
    AGAIN,
    HINDERING,
    LAST_SETTLED,
    SETTLED,
    STATE,
) = range(STAGE_TABLE + 15, STAGE_TABLE + 15 + 37)
"""Sections of the state; STATE is its length."""
MODEL = STATE + 1

# --- Records

(
    AFTER_FROM,
    AFTER_TO,
    BEFORE_FROM,
    BEFORE_TO,
    AGAIN_FROM,
    AGAIN_TO,
    KEEPERS_FROM,
    KEEPERS_TO,
    WAITS_FOR_START,
    WINDOW_FROM,
    WINDOW_TO,
    ROOM,
    HAS_PATIENCE,
    CLOCK,
    TIMES_FROM,
    TIMES_TO,
    TIMES_VALUE,
    AT_RISK,
    RISK_FROM,
    RISK_TO,
    RISK_VALUE,
    PRODUCTS_FROM,
    PRODUCTS_TO,
    ROUTES,
    TARGETS,
    OTHERWISE,
    AT_MOST,
    CHANCES_FROM,
    CHANCES_TO,
    CHANCES_VALUE,
    MAY,
    ROUTED_SLOT,
    EDGE_SLOT,
    HOLD_SLOT,
    ON_LIST,
) = range(35)
STAGE_WIDTH = 35
"""A stage; places from .._FROM to before .._TO in the model, .._VALUE in its floats."""

NEEDS_FROM, NEEDS_TO, NEEDS_GROUP = range(3)
NEEDS_WIDTH = 3
"""What a stage needs in a district."""
NEED_POOL, NEED_AMOUNT, NEED_PER_MU, NEED_KEPT, NEED_UNTIL, NEED_RETURNS = range(6)
NEED_WIDTH = 6
"""PER_MU a place among the floats, of the fixed amount and then that per mu, -1: the amount is the same for all. KEPT: of servers."""
PRODUCT_POOL, PRODUCT_DELAY, PRODUCT_VALUE = range(3)
PRODUCT_WIDTH = 3
PERSON_DISTRICT, PERSON_PRIORITY, PERSON_AREA, CHOICES_FROM, CHOICES_TO, PERSON_LISTED, PURSE_FROM, PURSE_TO = range(8)
PERSON_WIDTH = 8
KIND_CLOSES, KIND_STANDS, KIND_BEGINS_FROM, KIND_BEGINS_TO, KIND_OUTCOME = range(5)
"""A way to stand in the workflow: outcomes of the stages, then what they wait for."""
MONTH_KNOWN, MONTH_AT_MOST, MONTH_FORCES, MONTH_LIST, MONTH_LIST_AFTER = range(5)
MONTH_WIDTH = 5
QUEUE_FROM, QUEUE_ROOM = range(2)
QUEUE_WIDTH = 2
SITE_STATE, SITE_WORK, SITE_DONE, SITE_READING, SITE_PACE, SITE_DUE, SITE_NEXT, SITE_BACK, SITE_PLACE = range(9)
SITE_WIDTH = 9
HIND_BEGIN, HIND_END, HIND_PACE, HIND_MARK = range(4)
HIND_WIDTH = 4
CLOCK_GUESSES, CLOCK_READINGS = range(2)
"""A clock: the number of guesses, the readings at every tick, then the guesses: the first tick at which k x 2^`GUESS_BITS` is reached."""
GUESS_BITS = 20

# --- What differs between replications

JOINS, PLANNED, LAND, KIND, OFFSET, BEFORE_YUAN, LEFT_YUAN, PLAN_YUAN, TARGET_YUAN = range(9)
"""Columns of integers by entity; OFFSET is where its sector's S-curve begins among the curves."""
X0, SPAN, BEGUN, CHOICE = range(4)
"""Columns of floats by entity."""

# --- Numbers of a replication, at the beginning of the state

(
    NOW,
    ROW,
    ALLOCATE,
    LEAVING,
    GOING_BACK,
    STACKED,
    AT_WORK,
    HINDERING_AT,
    HINDERING_NUMBER,
    MONTHS_REPORTED,
    SETTLEMENTS,
    INFLOW_NEXT,
    FLOW_NEXT,
    LOOKS_TAKEN,
    BARRED_NUMBER,
    BEGINNING,
    BELOW,
    TROUBLE,
) = range(18)
NUMBERS = 18
SETTLEMENT_PLACE, SETTLEMENT_END, EARLIER_PLACE, EARLIER_END, REVIEW_PLACE = range(5)
TABLES_HEADER = 5
"""Where the next row of each table goes, and where there is no more room."""
FLOWS_FROM, FLOWS_TO, LATER_FROM, LATER_TO = range(4)
EXTRA_HEADER = 4
"""Of a replication: places of its random inflows (tick, pool, amount) and of the draws of later visits (key, work, patience)."""
LATER_WIDTH = 3
VISITS = 1 << 20
"""A visit's key is its (entity, stage) x VISITS + its number."""
IDLE, ON_TICK, AT_WINDOW, IN_QUEUE, AT_SITE = range(5)
"""Where a stage waits: nowhere, on the list of a tick, at its window, in a queue, for its site."""
NO_SITE, BUILDING, OVER = range(3)
LOOK_NOW, MONTH_ENDS, WINDOWS = 1, 2, 4
"""Bits of an instant: a look at levels, the end of a month, a window that opens."""
UNRESOLVED_BITS = 20
UNRESOLVED = 1 << UNRESOLVED_BITS
"""A predecessor that is not resolved, in `PENDING`; one done counts 1."""
CLOSED_WAY, CHOSEN_WAY = 1, 2
"""What a stage with routes said of a stage that follows, 0: nothing."""
FINE, NO_ROOM, NO_DRAW = range(3)
"""Trouble: none, no more room for a table, no draws of a later visit."""
