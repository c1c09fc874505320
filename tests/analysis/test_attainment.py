"""Intervals against their definition and published values; what fails alone, and by how much, counted by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.attainment import clopper_pearson, joint, missed_alone, probability, quantiles, shortfall


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.3085),  # 1 - 0.025^(1/10)
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
        (81, 263, 0.2527, 0.3676),  # Newcombe, 1998, Statistics in Medicine 17, table I, method 5
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_intervals_are_those_published(hits: int, n: int, low: float, high: float) -> None:
    assert clopper_pearson(hits, n) == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 2000), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_at_each_end_what_was_seen_or_more_extreme_has_half_the_error(n: int, share: float, level: float) -> None:
    hits = round(share * n)
    low, high = clopper_pearson(hits, n, level)
    tail = (1 - level) / 2
    assert low == 0 if hits == 0 else stats.binom.sf(hits - 1, n, low) == pytest.approx(tail, rel=1e-6)
    assert high == 1 if hits == n else stats.binom.cdf(hits, n, high) == pytest.approx(tail, rel=1e-6)


@pytest.mark.parametrize("p", [0.01, 0.2, 0.5, 0.93])
def test_an_interval_holds_the_truth_at_least_as_often_as_it_says(p: float) -> None:
    n = 60
    covered = [low <= p <= high for low, high in (clopper_pearson(hits, n) for hits in range(n + 1))]
    assert stats.binom.pmf(np.arange(n + 1), n, p)[covered].sum() >= 0.95


@pytest.mark.parametrize(("hits", "n", "level"), [(-1, 10, 0.95), (11, 10, 0.95), (0, 0, 0.95), (1, 10, 0.0), (1, 10, 1.0)])
def test_an_impossible_count_has_no_interval(hits: int, n: int, level: float) -> None:
    with pytest.raises(ValueError, match="no interval"):
        clopper_pearson(hits, n, level)


def test_a_probability_is_the_share_of_replications_with_its_interval() -> None:
    found = probability(np.array([True] * 5 + [False] * 5))
    assert (found.estimate, found.low, found.high, found.n) == (0.5, *clopper_pearson(5, 10), 10)
    assert found.half_width == pytest.approx((0.8129 - 0.1871) / 2, abs=1e-4)


MET = np.array(
    [
        [True, True, True],
        [True, False, True],  # the second alone
        [False, False, True],
        [True, False, True],  # the second alone
        [True, True, False],  # the third alone
    ]
)


def test_all_goals_together_are_met_where_none_is_missed() -> None:
    assert joint(MET).estimate == 0.2
    assert joint(np.empty((4, 0), dtype=bool)).estimate == 1.0


def test_a_goal_is_missed_alone_where_every_other_is_met() -> None:
    # four replications miss something
    assert missed_alone(MET).tolist() == [0.0, 0.5, 0.25]


def test_where_nothing_is_missed_nothing_is_missed_alone() -> None:
    assert all(math.isnan(share) for share in missed_alone(np.ones((3, 2), dtype=bool)))


@pytest.mark.parametrize(("comparator", "missing"), [(">=", 5.0), (">", 5.0), ("<=", 15.0), ("<", 15.0)])
def test_a_shortfall_counts_only_what_is_missing(comparator: str, missing: float) -> None:
    # outcomes 90, 100, 110, 160 against 105: below by 15, 5; above by 5, 55
    assert shortfall(np.array([90.0, 100.0, 110.0, 160.0]), 105.0, comparator) == missing


def test_quantiles_run_over_replications() -> None:
    outcome = np.array([[0.0, 10.0], [1.0, 30.0], [2.0, 20.0]])
    assert quantiles(outcome, (0.0, 0.25, 0.5)).tolist() == [[0.0, 10.0], [0.5, 15.0], [1.0, 20.0]]
