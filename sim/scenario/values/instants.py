"""Instants: a date (`2022-06-30`, `2022年6月30日`), or `day 12` of an undated scenario."""

from __future__ import annotations

import calendar
import datetime
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from sim.errors import shown
from sim.scenario.values.reading import LONGEST_TEXT, QuantityError, schema_of
from sim.scenario.values.units import BOUNDS

ALLOWED = "2022-06-30, 2022年6月30日, day 12"
FIRST_YEAR, LAST_YEAR = 1990, 2100
DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|年(\d{1,2})月(\d{1,2})日)", re.ASCII)
LOOSE_DATE = re.compile(r"(\d{4})\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})\D{0,3}", re.ASCII)
DAY = re.compile(r"(?:day\s*|第)(\d{1,9}(?:\.\d{1,9})?)(?:天)?", re.ASCII)


@dataclass(frozen=True)
class Instant:
    """A date, or the time since the start in days: one of the two."""

    date: datetime.date | None = None
    day: Fraction | None = None

    def __str__(self) -> str:
        return self.date.isoformat() if self.date else f"day {float(self.day or 0):g}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema_of(read_instant)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "examples": ["2022-06-30", "day 12"]}


def read_instant(value: object) -> Instant:
    """An instant as it stands in a scenario; raises QuantityError of kind date or range."""
    match value:
        case Instant():
            return value
        case datetime.datetime():
            raise QuantityError("date", value, ALLOWED)
        case datetime.date():
            return _within_years(value, value)
        case str() if len(value) <= LONGEST_TEXT:
            return parse_instant(value)
        case _:
            raise QuantityError("date", value, ALLOWED)


def parse_instant(text: str) -> Instant:
    """Read a date or a `day n`, full-width or not."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := DATE.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups() if part is not None)
        return _within_years(_existing(year, month, day, text), text)
    if match := DAY.fullmatch(plain.lower()):
        days = Fraction(match.group(1))
        if days > BOUNDS["duration"]:
            raise QuantityError("range", text, f"≤ day {BOUNDS['duration']}")
        return Instant(day=days)
    raise QuantityError("date", text, ALLOWED, _meant(plain))


def _existing(year: int, month: int, day: int, text: object) -> datetime.date:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        raise QuantityError("date", text, "a day that exists", _last_of_month(year, month)) from None


def _last_of_month(year: int, month: int) -> str:
    if not (1 <= month <= 12 and FIRST_YEAR <= year <= LAST_YEAR):
        return ""
    return f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}"


def _within_years(date: datetime.date, found: object) -> Instant:
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise QuantityError("range", found, f"{FIRST_YEAR} … {LAST_YEAR}")
    return Instant(date=date)


def _meant(plain: str) -> str:
    """The date that was perhaps meant by 2022/6/30 or 20220630, or the day by a bare number."""
    if match := LOOSE_DATE.fullmatch(plain):
        year, month, day = map(int, match.groups())
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            return f"{year}-{month:02d}-{day:02d}"
    return f"day {shown(plain)}" if re.fullmatch(r"\d{1,4}", plain, re.ASCII) else ""
