"""Quantities with their units, read exactly: `110 bn yuan`, `1,100亿元`, `2,022 亩`, `45 working days`, `12%`, `267 projects`.

`parse_quantity` reads text into a `Quantity`; the annotated types at the end read the values of a scenario. Whatever they are
given, they either return or raise `QuantityError` (within pydantic: an error whose type is its kind and whose context holds what
was found, what is allowed and what was perhaps meant).
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema

from sim.errors import shown
from sim.scenario.values.instants import Instant
from sim.scenario.values.reading import LONGEST_TEXT, QuantityError, ReadBy, for_pydantic, schema_of
from sim.scenario.values.units import (
    ALLOWED,
    BASE_UNITS,
    BOUNDS,
    EXAMPLES,
    FOREIGN_AREAS,
    PREFIXES,
    SCALES,
    SPELLINGS,
    UNITS,
    UNREAD_DURATIONS,
    Dimension,
    Unit,
)
from sim.scenario.values.words import Words

__all__ = [
    "Amount",
    "Area",
    "Count",
    "Days",
    "Duration",
    "Instant",
    "Lag",
    "Money",
    "Number",
    "Quantity",
    "QuantityError",
    "Rate",
    "Share",
    "Words",
    "doubtful_area",
    "nearest",
    "parse_quantity",
    "quantity_of",
    "read_amount",
    "read_duration",
    "read_quantity",
    "read_signed",
]

MOST_DIGITS = 40
LARGEST_EXPONENT = 30
REMEMBERED = 4096
"""Texts whose quantities are kept: every override, reading and lever is checked with the whole scenario around it."""
ANY_DIMENSION = "; ".join(ALLOWED.values())
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,9})?", re.ASCII)


@dataclass(frozen=True)
class Quantity:
    """An exact value in base units: yuan, mu, days, or ones; `working` days are counted on a calendar of working days."""

    value: Fraction
    dimension: Dimension
    working: bool = False

    def __str__(self) -> str:
        unit = " working days" if self.working else BASE_UNITS[self.dimension]
        return _decimal(self.value) + unit


def _decimal(value: Fraction) -> str:
    """A fraction as a decimal, exact where it has at most 12 decimals, else the nearest."""
    scaled = nearest(value * 10**12)
    whole, rest = divmod(abs(scaled), 10**12)
    digits = f"{whole}.{rest:012d}".rstrip("0").rstrip(".")
    return ("-" if scaled < 0 else "") + digits


def nearest(value: Fraction) -> int:
    """The nearest whole number, halves up."""
    return math.floor(value + Fraction(1, 2))


# --- Text to quantity


@lru_cache(maxsize=REMEMBERED)
def parse_quantity(text: str) -> Quantity:
    """Read a number with its unit, full-width or not; a number without one is of dimension `number`.

    Raises QuantityError, of kind number, unit or range.
    """
    number, word = _split(text)
    value = _value(number, text)
    unit = UNITS.get(_key(word)) if word else Unit("number", Fraction(1))
    if unit is None:
        raise QuantityError("unit", text, ANY_DIMENSION, _meant(number, value, word))
    return bounded(Quantity(value * unit.factor, unit.dimension, unit.working), text)


@lru_cache(maxsize=REMEMBERED)
def doubtful_area(text: str) -> str | None:
    """The same number in mu, where `text` is an area in acres or hectares (a frequent mistranslation of mu), else None."""
    try:
        number, word = _split(text)
    except QuantityError:
        return None
    return f"{number} mu" if _key(word) in FOREIGN_AREAS else None


def bounded(quantity: Quantity, found: object) -> Quantity:
    """The quantity itself; raises QuantityError of kind range where its magnitude cannot be meant."""
    bound = BOUNDS[quantity.dimension]
    if abs(quantity.value) <= bound:
        return quantity
    suggestion = ""
    if quantity.dimension == "share" and quantity.value <= 1000:
        suggestion = f"{_decimal(quantity.value)}%"
    raise QuantityError("range", found, f"≤ {_grouped(bound)}{BASE_UNITS[quantity.dimension]}", suggestion)


def _split(text: str) -> tuple[str, str]:
    """Digits and unit of a quantity."""
    if len(text) > LONGEST_TEXT:
        raise QuantityError("number", text, "text within 200 characters")
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    lowered = plain.lower()
    prefix = next((prefix for prefix in PREFIXES if lowered.startswith(prefix)), "")
    plain = plain[len(prefix) :].strip()
    match = NUMBER.match(plain)
    if match is None:
        raise QuantityError("number" if plain else "empty", text, "digits with , between thousands and . before decimals")
    word = plain[match.end() :].strip()
    if word[:1] in {",", "."} or word[:1].isdigit():
        raise QuantityError(
            "number", text, "digits with , between thousands and . before decimals", plain.replace(",", "") if "," in plain else ""
        )
    if prefix and _key(word) in SCALES:
        word += " yuan"
    return match.group(), word


def _key(word: str) -> str:
    return "".join(word.lower().split())


def _value(number: str, text: str) -> Fraction:
    """The exact value of digits; what no bound admits is refused before it becomes a long number."""
    exponent = number.lower().partition("e")[2]
    if len(number) > MOST_DIGITS or (exponent and abs(int(exponent)) > LARGEST_EXPONENT):
        raise QuantityError("range", text, "≤ 1,000,000,000,000,000")
    return Fraction(number.replace(",", ""))


def _meant(number: str, value: Fraction, word: str) -> str:
    """A unit near to the one written, with its number."""
    key = _key(word)
    if key in UNREAD_DURATIONS:
        return f"{_decimal(value * UNREAD_DURATIONS[key])} days"
    if key in SCALES:
        return f"{number}{word}元" if "万" in key or "亿" in key or "千" in key else f"{number} {word} yuan"
    close = get_close_matches(key, SPELLINGS, n=1, cutoff=0.6)
    return f"{number} {SPELLINGS[close[0]]}" if close else ""


def _grouped(value: Fraction) -> str:
    return f"{int(value):,}"


# --- Values of a scenario to quantities


def quantity_of(value: object) -> Quantity:
    """Whatever stands in a scenario as a quantity of any dimension; a bare number is of dimension `number`."""
    match value:
        case Quantity():
            return bounded(value, value)
        case bool() | None:
            raise QuantityError("type", "true" if value is True else "false" if value is False else "null", ANY_DIMENSION)
        case int():
            return _bare(value)
        case float():
            if not math.isfinite(value):
                raise QuantityError("number", value, "digits with , between thousands and . before decimals")
            return bounded(Quantity(Fraction(repr(value)), "number"), value)
        case str():
            return parse_quantity(value)
        case _:
            raise QuantityError("type", value, ANY_DIMENSION)


def _bare(value: int) -> Quantity:
    if value.bit_length() > 128:
        raise QuantityError("range", value, "≤ 1,000,000,000,000,000")
    return bounded(Quantity(Fraction(value), "number"), value)


def read_signed(value: object, dimension: Dimension) -> Quantity:
    """A quantity of one dimension, of either sign; a bare number serves for share, count and number only."""
    try:
        quantity = quantity_of(value)
    except QuantityError as fault:
        raise QuantityError(
            fault.kind, fault.found, fault.allowed if fault.kind == "range" else ALLOWED[dimension], fault.suggestion
        ) from None
    if quantity.dimension == dimension:
        return quantity
    if quantity.dimension == "number":
        return _given_dimension(quantity, dimension, value)
    if dimension == "number" and quantity.dimension == "share":
        return Quantity(quantity.value, "number")
    raise QuantityError("unit", value, ALLOWED[dimension])


def _given_dimension(quantity: Quantity, dimension: Dimension, value: object) -> Quantity:
    """A bare number where a dimension belongs."""
    if dimension in {"share", "count"}:
        return bounded(Quantity(quantity.value, dimension), value)
    number = shown(value)
    meant = {"money": f"{number} bn yuan / {number}亿元", "area": f"{number} mu", "duration": f"{number} days", "rate": f"{number} per day"}
    raise QuantityError("bare-number", value, ALLOWED[dimension], meant.get(dimension, ""))


def read_quantity(value: object, dimension: Dimension) -> Quantity:
    """A quantity of one dimension that is not negative."""
    return _not_negative(read_signed(value, dimension), value)


def _not_negative(quantity: Quantity, found: object) -> Quantity:
    if quantity.value < 0:
        raise QuantityError("range", found, f"≥ 0{BASE_UNITS[quantity.dimension]}")
    return quantity


def read_amount(value: object) -> Quantity:
    """A quantity of any dimension that is not negative."""
    return _not_negative(quantity_of(value), value)


def read_whole(value: object, dimension: Dimension) -> int:
    """Yuan or mu, to the nearest whole one; a count, which must be whole."""
    quantity = read_quantity(value, dimension)
    if dimension == "count" and quantity.value.denominator != 1:
        raise QuantityError("whole", value, ALLOWED[dimension])
    return nearest(quantity.value)


def read_days(value: object) -> float:
    """Days as they come."""
    quantity = read_quantity(value, "duration")
    if quantity.working:
        raise QuantityError("working-days", value, "days as they come, not working days")
    return float(quantity.value)


# --- Types for the schema


def _text_schema(dimension: Dimension) -> WithJsonSchema:
    """JSON Schema of a quantity: text, or a number where it has no unit."""
    types = ["string", "number"] if dimension in {"share", "count", "number"} else ["string"]
    return WithJsonSchema({"type": types, "examples": [EXAMPLES[dimension]]})


Money = Annotated[int, BeforeValidator(for_pydantic(lambda value: read_whole(value, "money"))), _text_schema("money")]
"""Whole yuan."""
Area = Annotated[int, BeforeValidator(for_pydantic(lambda value: read_whole(value, "area"))), _text_schema("area")]
"""Whole mu."""
Count = Annotated[int, BeforeValidator(for_pydantic(lambda value: read_whole(value, "count"))), _text_schema("count")]
Share = Annotated[float, BeforeValidator(for_pydantic(lambda value: float(read_quantity(value, "share").value))), _text_schema("share")]
"""A fraction, 0 to 10: shares of a whole, and completion rates beyond it."""
Number = Annotated[float, BeforeValidator(for_pydantic(lambda value: float(read_signed(value, "number").value))), _text_schema("number")]
Rate = Annotated[float, BeforeValidator(for_pydantic(lambda value: float(read_quantity(value, "rate").value))), _text_schema("rate")]
"""Arrivals a day."""
Days = Annotated[float, BeforeValidator(for_pydantic(read_days)), _text_schema("duration")]
Amount = Annotated[Quantity, ReadBy(read_amount), WithJsonSchema({"type": ["string", "number"]})]
"""A quantity of any dimension, kept exact."""


@dataclass(frozen=True)
class Duration:
    """A time from one event to another, in days, or in working days."""

    days: float
    working: bool = False

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema_of(read_duration)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "examples": ["60 days", "45 working days"]}


def read_duration(value: object) -> Duration:
    """A duration as it stands in a scenario."""
    if isinstance(value, Duration):
        return value
    quantity = read_quantity(value, "duration")
    return Duration(float(quantity.value), quantity.working)


@dataclass(frozen=True)
class Lag:
    """A time after a month's end: days, or whole months (the end of a later month)."""

    days: float = 0.0
    months: int = 0

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema_of(read_lag)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "examples": ["10 days", "2 months"]}


MONTHS = re.compile(r"(\d{1,2})\s*(?:months?|个月)")


def read_lag(value: object) -> Lag:
    """A lag as it stands in a scenario."""
    if isinstance(value, Lag):
        return value
    months = MONTHS.fullmatch(unicodedata.normalize("NFKC", value).strip().lower()) if isinstance(value, str) else None
    return Lag(months=int(months.group(1))) if months else Lag(days=read_days(value))
