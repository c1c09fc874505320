"""Quantities: read exactly, refused in words; expected values by hand."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sim.errors.wording import KINDS
from sim.scenario.values.quantities import (
    Amount,
    Area,
    Count,
    Days,
    Duration,
    Instant,
    Money,
    Number,
    Quantity,
    QuantityError,
    Share,
    Words,
    doubtful_area,
    parse_quantity,
)

YI = 10**8

TYPES: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(kind)
    for name, kind in {
        "Money": Money,
        "Area": Area,
        "Count": Count,
        "Share": Share,
        "Number": Number,
        "Days": Days,
        "Amount": Amount,
        "Duration": Duration,
        "Instant": Instant,
        "Words": Words,
    }.items()
}


def refused(name: str, value: object) -> tuple[str, dict[str, str]]:
    """Kind and context of the one error with which a type refuses a value."""
    with pytest.raises(ValidationError) as caught:
        TYPES[name].validate_python(value)
    (error,) = caught.value.errors()
    return error["type"], error["ctx"]


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("110 bn yuan", 110_000_000_000),
        ("1,100亿元", 110_000_000_000),
        ("１，１００亿元", 110_000_000_000),
        ("1，100 亿元", 110_000_000_000),
        ("RMB 110 bn", 110_000_000_000),
        ("CNY 110 billion", 110_000_000_000),
        ("110 bn RMB", 110_000_000_000),
        ("¥1,100亿元", 110_000_000_000),
        ("110 Billion Yuan", 110_000_000_000),
        ("0.11 trillion yuan", 110_000_000_000),
        ("6.5亿元", 650_000_000),
        ("6.5 亿元", 650_000_000),
        ("1.5万亿元", 1_500_000_000_000),
        ("3000万元", 30_000_000),
        ("50 million yuan", 50_000_000),
        ("2 thousand yuan", 2_000),
        ("7元", 7),
        ("1.1e2 bn yuan", 110_000_000_000),
        ("0 yuan", 0),
    ],
)
def test_money_is_exact_yuan_in_either_language(text: str, yuan: int) -> None:
    assert parse_quantity(text) == Quantity(Fraction(yuan), "money")
    assert TYPES["Money"].validate_python(text) == yuan


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12%", Quantity(Fraction(3, 25), "share")),
        ("１２％", Quantity(Fraction(3, 25), "share")),
        ("131.7 %", Quantity(Fraction(1317, 1000), "share")),
        ("-3%", Quantity(Fraction(-3, 100), "share")),
        ("−3 percent", Quantity(Fraction(-3, 100), "share")),
        ("2,022 亩", Quantity(Fraction(2022), "area")),
        ("8,505 mu", Quantity(Fraction(8505), "area")),
        ("1.2万亩", Quantity(Fraction(12_000), "area")),
        ("10 公顷", Quantity(Fraction(150), "area")),
        ("2 hectares", Quantity(Fraction(30), "area")),
        ("45 working days", Quantity(Fraction(45), "duration", working=True)),
        ("45个工作日", Quantity(Fraction(45), "duration", working=True)),
        ("1 working day", Quantity(Fraction(1), "duration", working=True)),
        ("60 天", Quantity(Fraction(60), "duration")),
        ("2 weeks", Quantity(Fraction(14), "duration")),
        ("12 hours", Quantity(Fraction(1, 2), "duration")),
        ("15 分钟", Quantity(Fraction(1, 96), "duration")),
        ("267 projects", Quantity(Fraction(267), "count")),
        ("267 个项目", Quantity(Fraction(267), "count")),
        ("267个", Quantity(Fraction(267), "count")),
        ("0.17", Quantity(Fraction(17, 100), "number")),
    ],
)
def test_other_quantities_are_exact_in_either_language(text: str, expected: Quantity) -> None:
    assert parse_quantity(text) == expected


def test_an_acre_is_43560_square_feet_and_a_mu_2000_thirds_of_a_square_metre() -> None:
    square_metres = 43_560 * Fraction("0.3048") ** 2
    assert parse_quantity("1 acre").value == square_metres / Fraction(2000, 3)


@pytest.mark.parametrize("text", ["8,505 acres", "10 ha", "3 公顷", "1 英亩"])
def test_areas_in_acres_or_hectares_are_doubtful(text: str) -> None:
    assert doubtful_area(text) == text.split()[0] + " mu"


@pytest.mark.parametrize("text", ["8,505 mu", "110 bn yuan", "words of a title", "", "15"])
def test_other_texts_are_no_doubtful_areas(text: str) -> None:
    assert doubtful_area(text) is None


@pytest.mark.parametrize(
    ("text", "kind", "suggestion"),
    [
        ("110 bn", "unit", "110 bn yuan"),
        ("1,100亿", "unit", "1,100亿元"),
        ("110 bn yaun", "unit", "110 bn yuan"),
        ("15 wrking days", "unit", "15 working days"),
        ("3 months", "unit", "90 days"),
        ("1年", "unit", "365 days"),
        ("1,10 bn yuan", "number", "110 bn yuan"),
        ("1,1000亿元", "number", "11000亿元"),
        ("1.2.3 yuan", "number", ""),
        ("about 110 bn yuan", "number", ""),
        ("NaN%", "number", ""),
        ("inf yuan", "number", ""),
        ("٣ yuan", "number", ""),
        ("", "empty", ""),
        ("  ", "empty", ""),
        ("1e400 yuan", "range", ""),
        ("1e999999999 yuan", "range", ""),
        ("9" * 150 + " yuan", "range", ""),
        ("9" * 1_000_000, "number", ""),
        ("1,000,001 bn yuan", "range", ""),
        ("1500%", "range", "15%"),
        ("101 亿 bn yuan", "unit", None),
    ],
)
def test_what_is_no_quantity_is_refused_with_what_was_perhaps_meant(text: str, kind: str, suggestion: str | None) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text)
    assert caught.value.kind == kind
    assert suggestion is None or caught.value.suggestion == suggestion
    assert len(caught.value.found) <= 80


def test_a_bare_number_where_money_belongs_is_refused_with_both_ways_to_write_it() -> None:
    kind, context = refused("Money", 110)
    assert kind == "bare-number"
    assert context == {"found": "110", "allowed": "money such as 110 bn yuan or 1,100亿元", "suggestion": "110 bn yuan / 110亿元"}
    assert refused("Money", "110")[0] == "bare-number"
    assert refused("Area", 2022)[1]["suggestion"] == "2022 mu"
    assert refused("Duration", 60)[1]["suggestion"] == "60 days"


def test_a_share_above_ten_was_meant_in_percent() -> None:
    assert refused("Share", 15) == ("range", {"found": "15", "allowed": "≤ 10", "suggestion": "15%"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Money", "-1 yuan"),
        ("Area", "-1 mu"),
        ("Count", -1),
        ("Days", "-1 days"),
        ("Duration", "-1 days"),
        ("Share", "-1%"),
        ("Amount", "-1 mu"),
    ],
)
def test_what_is_below_zero_is_refused(name: str, value: object) -> None:
    kind, context = refused(name, value)
    assert kind == "range"
    assert context["allowed"].startswith("≥ 0")


@pytest.mark.parametrize(
    ("name", "value"),
    [("Money", "1e16 yuan"), ("Area", "1e10 mu"), ("Count", 1_000_001), ("Days", "36,526 days"), ("Duration", "6000 weeks")],
)
def test_what_no_city_has_is_refused(name: str, value: object) -> None:
    assert refused(name, value)[0] == "range"


@pytest.mark.parametrize(
    ("name", "value"), [("Money", "12%"), ("Area", "1 bn yuan"), ("Share", "5 days"), ("Count", "5 mu"), ("Days", "12%")]
)
def test_another_dimension_is_refused_as_a_unit(name: str, value: str) -> None:
    assert refused(name, value)[0] == "unit"


def test_working_days_are_refused_where_no_calendar_counts_them() -> None:
    assert refused("Days", "10 working days")[0] == "working-days"
    assert TYPES["Duration"].validate_python("10 working days") == Duration(10.0, working=True)


def test_a_count_is_whole() -> None:
    assert refused("Count", 2.5)[0] == "whole"
    assert TYPES["Count"].validate_python(2.0) == 2


def test_an_exact_quantity_comes_to_the_nearest_yuan_or_mu() -> None:
    """110 / 1.3 bn yuan = 84,615,384,615.38…; half a yuan goes up."""
    assert TYPES["Money"].validate_python(Quantity(Fraction(110 * 10**9) / Fraction("1.3"), "money")) == 84_615_384_615
    assert TYPES["Money"].validate_python("0.5 yuan") == 1
    assert TYPES["Area"].validate_python("10.4 mu") == 10


def test_an_amount_stays_exact() -> None:
    assert TYPES["Amount"].validate_python("12%") == Quantity(Fraction(3, 25), "share")
    assert TYPES["Amount"].validate_python(1) == Quantity(Fraction(1), "number")


def test_a_float_is_read_by_its_digits() -> None:
    assert TYPES["Amount"].validate_python(0.1).value == Fraction(1, 10)


@pytest.mark.parametrize("value", [True, None, [], {}, [[["1 yuan"]]], float("nan"), float("inf"), 10**400, object(), b"1 yuan"])
@pytest.mark.parametrize("name", [name for name in TYPES if name != "Words"])
def test_what_is_no_value_at_all_is_refused(name: str, value: object) -> None:
    kind, context = refused(name, value)
    assert kind in KINDS
    assert set(context) == {"found", "allowed", "suggestion"}


@pytest.mark.parametrize("name", TYPES)
def test_a_number_longer_than_python_prints_is_refused(name: str) -> None:
    assert refused(name, 10**5000)[1]["found"] == "int"


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6).filter(lambda value: (value * 10**12).denominator == 1))
def test_a_quantity_written_in_base_units_is_read_back_the_same(value: Fraction) -> None:
    for quantity in (
        Quantity(value, "money"),
        Quantity(value, "area"),
        Quantity(value, "duration"),
        Quantity(value, "duration", working=True),
    ):
        assert parse_quantity(str(quantity)) == quantity


@given(st.integers(0, 10**7), st.integers(0, 999))
def test_a_tenth_of_a_billion_is_an_yi(billions: int, rest: int) -> None:
    assert parse_quantity(f"{billions % 10**5}.{rest:03d} bn yuan").value == 10 * parse_quantity(f"{billions % 10**5}.{rest:03d}亿元").value


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.datetimes() | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=8,
)
NEARLY = st.from_regex(r"[+-]?[0-9０-９.,，eE]{0,12} ?(yuan|bn|亿元|mu|亩|%|working days|天|day|年|月|日|个)?", fullmatch=True)


@pytest.mark.parametrize("name", list(TYPES))
@given(value=ANYTHING | NEARLY)
def test_no_type_answers_with_anything_but_a_value_or_a_refusal_in_words(name: str, value: object) -> None:
    try:
        TYPES[name].validate_python(value)
    except ValidationError as refusal:
        (error,) = refusal.errors()
        assert error["type"] in KINDS
        assert len(error["ctx"]["found"]) <= 80


@given(st.text() | NEARLY)
def test_no_text_answers_with_anything_but_a_quantity_or_its_error(text: str) -> None:
    kind = "unit"
    try:
        parse_quantity(text)
    except QuantityError as refusal:
        kind = refusal.kind
    assert kind in KINDS
