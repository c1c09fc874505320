"""Dates and days."""

import datetime
from fractions import Fraction

import pytest

from sim.scenario.values.instants import Instant, parse_instant, read_instant
from sim.scenario.values.reading import QuantityError


@pytest.mark.parametrize("text", ["2022-06-30", "2022-6-30", "2022年6月30日", "２０２２年６月３０日", " 2022-06-30 "])
def test_a_date_is_read_in_either_language(text: str) -> None:
    assert parse_instant(text) == Instant(date=datetime.date(2022, 6, 30))


@pytest.mark.parametrize(
    ("text", "day"), [("day 12", Fraction(12)), ("Day 0", Fraction(0)), ("day 1.5", Fraction(3, 2)), ("第12天", Fraction(12))]
)
def test_a_day_of_an_undated_scenario_is_read(text: str, day: Fraction) -> None:
    assert parse_instant(text) == Instant(day=day)


@pytest.mark.parametrize(
    ("value", "kind", "suggestion"),
    [
        ("2022-02-30", "date", "2022-02-28"),
        ("2024-02-30", "date", "2024-02-29"),
        ("2022-13-01", "date", ""),
        ("2022/6/30", "date", "2022-06-30"),
        ("20220630", "date", "2022-06-30"),
        ("12", "date", "day 12"),
        (12, "date", ""),
        ("30 June 2022", "date", ""),
        ("1022-06-30", "range", ""),
        ("day 40000", "range", ""),
        (datetime.date(1066, 10, 14), "range", ""),
        (datetime.datetime(2022, 6, 30, 12), "date", ""),
    ],
)
def test_what_is_no_date_is_refused_with_the_one_perhaps_meant(value: object, kind: str, suggestion: str) -> None:
    with pytest.raises(QuantityError) as caught:
        read_instant(value)
    assert (caught.value.kind, caught.value.suggestion) == (kind, suggestion)


def test_instants_are_keys_and_say_themselves() -> None:
    instants = {read_instant("2022-06-30"): 1, read_instant("day 1.5"): 2}
    assert [str(instant) for instant in instants] == ["2022-06-30", "day 1.5"]
