"""Working days against the published calendar, the Spring Festival against the new moon, clocks by hand."""

import math
from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import (
    COVERED_YEARS,
    LUNAR_YEARS,
    NEVER,
    PPM,
    Clock,
    day_rates,
    is_working_day,
    lunar_new_year,
    month_starts,
    spring_festival_rate,
)

HENGYANG = (-12, -3, 10.5, 0.223)
MONDAY = date(2022, 6, 6)
"""A Monday with three months of ordinary weeks after it."""


def office_clock(days: int = 60, ticks_per_day: int = 1) -> Clock:
    rates = day_rates(MONDAY, days, working_days=True, monthly=None, spring_festival=None)
    return Clock.from_rates(rates, ticks_per_day)


def end(clock: Clock, begun: int, work: int) -> int:
    return clock.when(clock.at(begun) + work)


# Official working days


@pytest.mark.parametrize("year", COVERED_YEARS)
def test_working_days_agree_with_another_table_of_the_same_notices(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(number) for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    assert [day for day in days if is_working_day(day) != chinese_calendar.is_workday(day)] == []


def test_working_days_of_2022_are_those_of_the_notice() -> None:
    # 国办发明电〔2021〕11号: Spring Festival 31 January to 6 February off; 29 and 30 January (a weekend) worked
    assert [day.day for day in (date(2022, 1, number) for number in range(24, 32)) if is_working_day(day)] == [24, 25, 26, 27, 28, 29, 30]
    assert [day.day for day in (date(2022, 2, number) for number in range(1, 9)) if is_working_day(day)] == [7, 8]


def test_new_years_day_is_off_in_every_year_so_that_a_run_may_end_with_the_last_known_one() -> None:
    assert not is_working_day(date(COVERED_YEARS[-1] + 1, 1, 1))


@pytest.mark.parametrize("day", [date(COVERED_YEARS[0] - 1, 6, 1), date(COVERED_YEARS[-1] + 1, 1, 2)])
def test_working_days_of_an_unknown_year_are_refused(day: date) -> None:
    with pytest.raises(ValueError, match=f"{day.year} are not known"):
        is_working_day(day)


# Spring Festival


def true_new_moon(k: int) -> float:
    """Julian ephemeris day of the k-th new moon after that of January 2000 (Meeus, Astronomical Algorithms, 1998, chapter 49)."""
    t = k / 1236.85
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2
    sun, moon, latitude, node = (
        math.radians(degrees)
        for degrees in (
            2.5534 + 29.10535670 * k - 0.0000014 * t**2,
            201.5643 + 385.81693528 * k + 0.0107582 * t**2,
            160.7108 + 390.67050284 * k - 0.0016118 * t**2,
            124.7746 - 1.56375588 * k + 0.0020672 * t**2,
        )
    )
    e = 1 - 0.002516 * t - 0.0000074 * t**2
    terms = [
        (-0.40720, 0, 1, 0), (0.17241 * e, 1, 0, 0), (0.01608, 0, 2, 0), (0.01039, 0, 0, 2), (0.00739 * e, -1, 1, 0),
        (-0.00514 * e, 1, 1, 0), (0.00208 * e * e, 2, 0, 0), (-0.00111, 0, 1, -2), (-0.00057, 0, 1, 2), (0.00056 * e, 1, 2, 0),
        (-0.00042, 0, 3, 0), (0.00042 * e, 1, 0, 2), (0.00038 * e, 1, 0, -2), (-0.00024 * e, -1, 2, 0), (-0.00007, 2, 1, 0),
    ]  # fmt: skip
    return mean + sum(size * math.sin(a * sun + b * moon + c * latitude) for size, a, b, c in terms) - 0.00017 * math.sin(node)


def beijing_date(julian_day: float) -> date:
    """The date at 120° E; about 70 s lie between ephemeris and universal time."""
    return date(2000, 1, 1) + timedelta(math.floor(julian_day - 70 / 86400 + 8 / 24 - 2451544.5))


def test_every_lunar_new_year_is_the_day_of_a_new_moon_between_21_january_and_21_february() -> None:
    new_moons = {beijing_date(true_new_moon(k)) for k in range(-2, 12 * 53)}
    days = [lunar_new_year(year) for year in LUNAR_YEARS]
    assert [day for day in days if day not in new_moons or not (1, 21) <= (day.month, day.day) <= (2, 21)] == []


def test_lunar_years_have_twelve_or_thirteen_months() -> None:
    days = [lunar_new_year(year) for year in LUNAR_YEARS]
    assert {(later - sooner).days for sooner, later in pairwise(days)} <= {353, 354, 355, 383, 384, 385}


@pytest.mark.parametrize("year", [year for year in COVERED_YEARS if year > 2007])
def test_the_lunar_new_year_lies_within_the_official_holiday(year: int) -> None:
    assert not is_working_day(lunar_new_year(year))
    assert not is_working_day(lunar_new_year(year) + timedelta(2))


@pytest.mark.parametrize("year", [LUNAR_YEARS[0] - 1, LUNAR_YEARS[-1] + 1])
def test_the_lunar_new_year_of_an_unknown_year_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match=f"{year} is not known"):
        lunar_new_year(year)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        # day 1 is 1 February 2022, so 20 January is day -11 and 29 January day -2
        (date(2022, 1, 19), 1.0),  # day -12: slows
        (date(2022, 1, 20), 8 / 9),
        (date(2022, 1, 25), 3 / 9),  # day -6
        (date(2022, 1, 28), 0.0),  # day -3: stops
        (date(2022, 1, 31), 0.0),  # New Year's Eve, day 0
        (date(2022, 2, 1), 0.0),  # day 1
        (date(2022, 2, 2), 1 / (1 + math.exp(0.223 * 8.5))),
        (date(2022, 2, 15), 1 / (1 + math.exp(-0.223 * 4.5))),
        (date(2022, 2, 28), 1 / (1 + math.exp(-0.223 * 17.5))),
    ],
)
def test_the_spring_festival_of_2022_stops_and_resumes_work_by_lunar_day(day: date, rate: float) -> None:
    assert spring_festival_rate(day, *HENGYANG) == pytest.approx(rate, rel=1e-12)


def test_resumption_is_near_what_hengyang_reported_in_february_2022() -> None:
    assert spring_festival_rate(date(2022, 2, 15), *HENGYANG) == pytest.approx(0.73, abs=0.01)
    assert spring_festival_rate(date(2022, 2, 28), *HENGYANG) == pytest.approx(0.98, abs=0.005)


def test_work_can_slow_in_the_calendar_year_before_the_festival() -> None:
    # New Year's Day 2023 is 22 January: 28 December 2022 is day -24, half way from day -48 to day 0
    assert spring_festival_rate(date(2022, 12, 28), -48, 0, 10.5, 0.223) == pytest.approx(0.5, rel=1e-12)


def test_a_festival_that_stops_at_once_has_no_slope_to_divide_by() -> None:
    assert spring_festival_rate(date(2022, 1, 29), -3, -3, 10.5, 0.223) == 0.0
    assert spring_festival_rate(date(2022, 1, 28), -3, -3, 10.5, 0.223) == 1.0


# Rates of days


def test_day_rates_multiply_working_days_months_and_the_festival() -> None:
    rates = day_rates(date(2022, 2, 12), 4, working_days=True, monthly=(0.8, 0.5) + (1.0,) * 10, spring_festival=HENGYANG)
    # a weekend, then lunar days 14 and 15
    by_hand = [0, 0, 0.5 / (1 + math.exp(-0.223 * 3.5)), 0.5 / (1 + math.exp(-0.223 * 4.5))]
    assert rates.tolist() == [round(rate * PPM) for rate in by_hand]


def test_day_rates_of_nothing_are_full() -> None:
    assert day_rates(date(1995, 1, 1), 3, working_days=False, monthly=None, spring_festival=None).tolist() == [PPM] * 3


def test_month_starts_begin_with_the_start_itself() -> None:
    assert month_starts(date(2022, 1, 1), date(2022, 4, 1)) == [date(2022, 1, 1), date(2022, 2, 1), date(2022, 3, 1)]
    assert month_starts(date(2022, 11, 15), date(2023, 2, 2)) == [date(2022, 11, 15), date(2022, 12, 1), date(2023, 1, 1), date(2023, 2, 1)]
    assert month_starts(date(2022, 12, 15), date(2022, 12, 20)) == [date(2022, 12, 15)]


# Clocks


@pytest.mark.parametrize(
    ("begun", "days", "ends"),
    [
        (4, 1, 5),  # Friday 00:00 + 1 working day: Saturday 00:00
        (5, 1, 8),  # Saturday + 1: the end of Monday, Tuesday 00:00
        (4, 2, 8),
        (0, 5, 5),
        (0, 6, 8),
        (2, 10, 16),  # Wednesday + 10 working days: two weeks on
    ],
)
def test_office_work_ends_when_its_working_days_are_over(begun: int, days: int, ends: int) -> None:
    assert end(office_clock(), begun, days * PPM) == ends


def test_ticks_finer_than_a_day_end_work_within_the_day() -> None:
    clock = office_clock(ticks_per_day=24)
    assert end(clock, 4 * 24 + 8, 4 * PPM) == 4 * 24 + 12  # Friday 8:00 + 4 hours
    assert end(clock, 4 * 24 + 20, 6 * PPM) == 7 * 24 + 2  # Friday 20:00 + 6 hours: Monday 2:00
    assert end(clock, 4 * 24 + 20, 4 * PPM) == 5 * 24  # to the very end of Friday


def test_work_at_part_of_the_rate_takes_to_the_next_whole_tick() -> None:
    clock = Clock.from_rates(np.array([300_000] * 10), 1)
    assert end(clock, 0, PPM) == 4  # 0.9 after three days
    assert clock.at(4) == 1_200_000


def test_work_that_outlasts_the_table_never_ends() -> None:
    clock = Clock.plain(10, 1)
    assert end(clock, 3, 7 * PPM) == 10
    assert end(clock, 3, 7 * PPM + 1) == NEVER
    assert Clock.from_rates(np.zeros(5, dtype=np.int64), 1).when(1) == NEVER


def test_a_clock_stands_still_outside_its_table() -> None:
    clock = Clock.plain(10, 2)
    assert [clock.at(tick) for tick in (-5, 0, 20, 21, 10**9)] == [0, 0, 20 * PPM, 20 * PPM, 20 * PPM]


RATES = st.lists(st.sampled_from([0, 0, 1, 131_000, 500_000, PPM, 1_300_000]), min_size=1, max_size=12)


@given(rates=RATES, ticks_per_day=st.integers(1, 5), reading=st.integers(-3, 70_000_000))
def test_when_is_the_first_tick_that_has_reached_the_reading(rates: list[int], ticks_per_day: int, reading: int) -> None:
    clock = Clock.from_rates(np.array(rates, dtype=np.int64), ticks_per_day)
    by_tick = np.concatenate([[0], np.cumsum(np.repeat(rates, ticks_per_day))])
    reached = np.flatnonzero(by_tick >= reading)
    assert clock.when(reading) == (reached[0] if len(reached) else NEVER)
    assert [clock.at(tick) for tick in range(len(by_tick))] == by_tick.tolist()


@given(rates=RATES, ticks_per_day=st.integers(1, 5), numbers=st.lists(st.integers(-3, 70_000_000), min_size=1))
def test_many_at_once_are_the_same_as_one_by_one(rates: list[int], ticks_per_day: int, numbers: list[int]) -> None:
    clock = Clock.from_rates(np.array(rates, dtype=np.int64), ticks_per_day)
    ticks = [number % 80 - 3 for number in numbers]
    assert clock.when_many(np.array(numbers)).tolist() == [clock.when(reading) for reading in numbers]
    assert clock.at_many(np.array(ticks)).tolist() == [clock.at(tick) for tick in ticks]
