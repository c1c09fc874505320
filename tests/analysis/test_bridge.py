"""The bridge of Hengyang 2022 by hand: 110 bn yuan from a list of 76, 12% of FAI growth, 320 projects from 267."""

import math
from fractions import Fraction
from statistics import NormalDist

import pytest

from sim.analysis.bridge import Bridge, completion_odds, exact, growth_bridge, plan_bridge, project_bridge

BN = 10**9
PRIOR = (0.170, 0.138, 0.76)
LAST_YEAR = 1.317
INVESTMENT_2021 = Fraction(110 * BN * 100, 130)
"""110 bn is 30% more: 84.6 bn."""


def hengyang(last_year: float | Fraction = LAST_YEAR):
    return plan_bridge(110 * BN, 76 * BN, last_year, completion_odds(*PRIOR, last_year))


def test_a_stated_decimal_is_taken_as_it_was_stated() -> None:
    assert exact(1.317) == Fraction(1317, 1000)
    assert exact(Fraction(1, 3)) == Fraction(1, 3)
    assert exact(76 * BN) == 76 * BN


def test_at_last_years_rate_the_list_comes_to_100_of_110() -> None:
    # 76.0 x 1.317 = 100.092; 110 - 100.092 = 9.908
    bridge = hengyang()
    assert bridge.at_last_years_rate == 100_092_000_000
    assert bridge.missing == 9_908_000_000
    assert bridge.completion_needed == Fraction(55, 38)


def test_another_last_year_moves_the_bridge() -> None:
    # 76.0 x 1.200 = 91.2; 110 - 91.2 = 18.8
    bridge = hengyang(1.200)
    assert (bridge.at_last_years_rate, bridge.missing) == (91_200_000_000, 18_800_000_000)


def test_a_plan_above_the_goal_misses_less_than_nothing() -> None:
    assert plan_bridge(100, 100, Fraction(6, 5), None).missing == -20


def test_last_year_draws_the_completion_towards_itself() -> None:
    # log: 0.170 + 0.76 (ln 1.317 - 0.170) = 0.170 + 0.76 x 0.10536 = 0.25007; sd 0.138 x sqrt(1 - 0.5776) = 0.138 x 0.64992
    odds = completion_odds(*PRIOR, LAST_YEAR)
    assert odds.log_mean == pytest.approx(0.25007, abs=1e-5)
    assert odds.median == pytest.approx(1.284, abs=5e-4)
    assert odds.log_sd == pytest.approx(0.090, abs=5e-4)


def test_without_a_last_year_the_prior_stands() -> None:
    odds = completion_odds(*PRIOR, None)
    assert (odds.log_mean, odds.log_sd) == (0.170, 0.138)


def test_the_listed_plan_needed_is_that_of_the_completion_reached_with_the_probability() -> None:
    # at even odds 110 / 1.2841 = 85.66; at 0.8 the completion is exp(0.25007 - 0.84162 x 0.08969) = 1.1908, and 110 / 1.1908 = 92.38
    needed = hengyang().plans_needed
    assert list(needed) == [0.5, 0.8]
    assert needed[0.5] / BN == pytest.approx(85.7, abs=0.05)
    assert needed[0.8] / BN == pytest.approx(92.4, abs=0.05)


def test_a_plan_of_that_size_reaches_the_goal_with_that_probability() -> None:
    odds = completion_odds(*PRIOR, LAST_YEAR)
    for probability, plan in hengyang().plans_needed.items():
        assert odds.chance_of(110 * BN / plan) == pytest.approx(probability, rel=1e-12)


def test_the_listed_plan_alone_reaches_the_goal_once_in_eleven_years() -> None:
    # ln(110 / 76) = 0.36975; (0.25007 - 0.36975) / 0.08969 = -1.3344; the normal below it holds 0.0910
    chance = hengyang().chance
    assert chance == pytest.approx(NormalDist(0.25007, 0.08969).cdf(2 * 0.25007 - math.log(110 / 76)), abs=2e-4)
    assert chance == pytest.approx(0.091, abs=5e-4)


def test_without_a_prior_there_are_no_odds() -> None:
    bridge = plan_bridge(110, 76, LAST_YEAR, None)
    assert (bridge.chance, dict(bridge.plans_needed)) == (None, {})
    assert plan_bridge(110, 76, None, None).at_last_years_rate is None


def test_if_key_projects_grow_by_30_percent_the_rest_must_grow_by_2_for_12() -> None:
    # share 84.615 / 240 = 55/156; (0.12 - 55/156 x 0.3) / (101/156) = (18.72 - 16.5) / 101 = 2.22 / 101 = 2.198%
    # with a pass-through of 0.85: (18.72 - 14.025) / 101 = 4.695 / 101 = 4.649%
    bridge = growth_bridge(Fraction(12, 100), 110 * BN, INVESTMENT_2021, INVESTMENT_2021 / (240 * BN), 0.85)
    assert bridge.key_growth == Fraction(3, 10)
    assert bridge.key_share == Fraction(55, 156)
    assert bridge.rest_needed == Fraction(222, 10100)
    assert bridge.rest_needed_at_prior == Fraction(4695, 101_000)


def test_growth_that_keeps_pace_needs_no_more_of_the_rest_than_of_the_whole() -> None:
    assert growth_bridge(0.1, 110, 100, 0.4, 1).rest_needed == Fraction(1, 10)


def test_53_projects_are_missing_to_320() -> None:
    assert project_bridge(320, 267).missing == 53


def test_a_bridge_can_have_any_of_its_parts() -> None:
    bridge = Bridge(hengyang(), None, project_bridge(320, 267))
    assert bridge.growth is None
