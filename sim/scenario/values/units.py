"""Units of the scenario language as data: how each is written in English and Chinese, and what it comes to.

Money is in yuan, area in mu, duration in days, rates a day, share and count in ones. A unit is looked up in small letters without spaces.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple

Dimension = Literal["money", "area", "duration", "share", "count", "rate", "number"]


class Unit(NamedTuple):
    """One unit is `factor` base units of its dimension."""

    dimension: Dimension
    factor: Fraction
    working: bool = False
    """Whether it counts working days."""


SQUARE_METRES_PER_MU = Fraction(2000, 3)
"""The metric mu of 1930: 15 mu are a hectare."""
SQUARE_METRES_PER_ACRE = Fraction("4046.8564224")
"""The international acre of 1959, 43,560 square feet of 0.3048 m squared."""
DAYS_PER_MONTH, DAYS_PER_YEAR = 30, 365
"""For suggestions only: months and years are not read, as their length is not fixed."""

_SCALES = {
    "": 1,
    "thousand": 10**3,
    "million": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "千": 10**3,
    "万": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "千亿": 10**11,
    "万亿": 10**12,
}
CURRENCIES = ("yuan", "rmb", "cny", "元", "元人民币", "人民币")
PREFIXES = ("rmb", "cny", "人民币", "¥")
"""Written before the number instead of after it."""

SCALES = {word: Fraction(scale) for word, scale in _SCALES.items()}
_MONEY = {scale + currency: Unit("money", factor) for scale, factor in SCALES.items() for currency in CURRENCIES}

_MU = {word: Unit("area", Fraction(1)) for word in ("mu", "亩")} | {"万亩": Unit("area", Fraction(10_000))}
_FOREIGN_AREAS = {word: Unit("area", SQUARE_METRES_PER_ACRE / SQUARE_METRES_PER_MU) for word in ("acre", "acres", "英亩")} | {
    word: Unit("area", Fraction(15)) for word in ("ha", "hectare", "hectares", "公顷")
}
FOREIGN_AREAS = frozenset(_FOREIGN_AREAS)
"""Units of area that a translation may have put where the source says mu."""

_DURATIONS = {
    word: Unit("duration", factor)
    for words, factor in (
        (("day", "days", "天", "日", "自然日", "个自然日"), Fraction(1)),
        (("week", "weeks", "周", "星期", "个星期"), Fraction(7)),
        (("hour", "hours", "小时", "个小时"), Fraction(1, 24)),
        (("minute", "minutes", "分钟"), Fraction(1, 1440)),
    )
    for word in words
} | {word: Unit("duration", Fraction(1), working=True) for word in ("workingday", "workingdays", "工作日", "个工作日")}

_SHARES = {
    "%": Unit("share", Fraction(1, 100)),
    "percent": Unit("share", Fraction(1, 100)),
    "‰": Unit("share", Fraction(1, 1000)),
}

_COUNTED = "project projects desk desks team teams crew crews person persons people unit units 个 个项目 项 个窗口 支 名 人 家 台"
_COUNTS = {word: Unit("count", Fraction(1)) for word in _COUNTED.split()}

_RATES = {
    word: Unit("rate", factor)
    for words, factor in (
        (("perday", "aday", "/day", "每天", "每日", "个每天", "/天", "个/天"), Fraction(1)),
        (("perweek", "aweek", "/week", "每周", "/周", "个/周"), Fraction(1, 7)),
        (("permonth", "amonth", "/month", "每月", "/月", "个/月"), Fraction(12, 365)),
        (("peryear", "ayear", "/year", "每年", "/年", "个/年"), Fraction(1, 365)),
    )
    for word in words
}
"""Arrivals a day; a year has 365 days here, and a month a twelfth of them."""

UNITS: dict[str, Unit] = _MONEY | _MU | _FOREIGN_AREAS | _DURATIONS | _SHARES | _COUNTS | _RATES

SPELLINGS = {key: key for key in UNITS} | {
    scale + currency: f"{scale} {currency}" for scale in SCALES for currency in ("yuan", "rmb", "cny") if scale.isascii() and scale
}
SPELLINGS |= {"workingday": "working day", "workingdays": "working days"}
SPELLINGS |= {key: f"per {key.removeprefix('per')}" for key in _RATES if key.startswith("per")}
"""How each unit is written, for suggestions."""

UNREAD_DURATIONS = {
    word: days
    for words, days in (
        (("month", "months", "月", "个月"), DAYS_PER_MONTH),
        (("year", "years", "年"), DAYS_PER_YEAR),
        (("quarter", "quarters", "季度", "个季度"), 3 * DAYS_PER_MONTH),
    )
    for word in words
}

BOUNDS: dict[Dimension, Fraction] = {
    "money": Fraction(10**15),
    "area": Fraction(10**9),
    "duration": Fraction(36_525),
    "share": Fraction(10),
    "count": Fraction(10**6),
    "rate": Fraction(10**4),
    "number": Fraction(10**15),
}
"""The greatest magnitude of each dimension; what is beyond is a slip of the pen, not a city."""

EXAMPLES: dict[Dimension, str] = {
    "money": "110 bn yuan",
    "area": "2,022 mu",
    "duration": "60 days",
    "share": "12%",
    "count": "267",
    "rate": "0.8 per day",
    "number": "0.17",
}
"""One of each dimension."""

ALLOWED: dict[Dimension, str] = {
    "money": "money such as 110 bn yuan or 1,100亿元",
    "area": "an area such as 2,022 mu or 2,022 亩",
    "duration": "a time such as 60 days, 60 天, 45 working days or 45 个工作日",
    "share": "a share such as 12% or 0.12",
    "count": "a whole number such as 267, 267 projects or 267 个项目",
    "rate": "arrivals in a time such as 0.8 per day, 100 per year or 100个/年",
    "number": "a number such as 0.17",
}
"""What each dimension looks like, as a message says it."""

BASE_UNITS: dict[Dimension, str] = {
    "money": " yuan",
    "area": " mu",
    "duration": " days",
    "share": "",
    "count": "",
    "rate": " per day",
    "number": "",
}
"""How a quantity is written in base units."""
