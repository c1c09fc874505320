"""Paired differences by hand, and how often their intervals hold the truth."""

import math

import numpy as np
import pytest
from scipy import optimize, stats

from sim.analysis.pairing import Difference, chance_difference, mean_difference, score


def test_a_mean_difference_has_students_interval():
    # differences 1, 2, 3: mean 2, standard error 1 / sqrt(3), t with two degrees of freedom 4.3027
    found = mean_difference(np.array([10.0, 20.0, 30.0]), np.array([11.0, 22.0, 33.0]))
    assert (found.a, found.b, found.difference) == (20.0, 22.0, 2.0)
    # no pair agrees: n (1 - d) / (1 + d) = z^2
    assert found.low == pytest.approx(2 - 4.302652729911275 / math.sqrt(3))
    assert found.high == pytest.approx(2 + 4.302652729911275 / math.sqrt(3))
    assert not found.real
    assert not found.identical


def test_what_is_the_same_in_every_replication_differs_by_exactly_nothing():
    same = np.array([1.5, -2.0, 7.0])
    assert mean_difference(same, same.copy()) == Difference(same.mean(), same.mean(), 0.0, 0.0, 0.0, True)
    met = np.array([True, False, True])
    assert chance_difference(met, met.copy(), identical=True) == Difference(2 / 3, 2 / 3, 0.0, 0.0, 0.0, True)


def test_replications_in_which_one_is_not_defined_are_left_out():
    found = mean_difference(np.array([1.0, math.nan, 3.0, 4.0]), np.array([2.0, 2.0, 5.0, math.nan]))
    assert (found.a, found.b, found.difference) == (2.0, 3.5, 1.5)
    nothing = mean_difference(np.array([math.nan]), np.array([1.0]))
    assert math.isnan(nothing.difference)
    assert not nothing.real


def test_one_replication_tells_a_difference_and_no_interval():
    found = mean_difference(np.array([1.0]), np.array([3.0]))
    assert found.difference == 2.0
    assert math.isnan(found.low)
    assert not found.real


def likelihood(only_a, only_b, n, change, chance):
    """Log likelihood of pairs of which `chance` have a alone and `chance` + change b alone."""
    rest = 1 - 2 * chance - change
    parts = ((only_a, chance), (only_b, chance + change), (n - only_a - only_b, rest))
    return sum(count * math.log(p) if p > 0 else -math.inf for count, p in parts if count)


@pytest.mark.parametrize(("only_a", "only_b", "n"), [(150, 86, 1600), (0, 5, 60), (7, 0, 40), (3, 2, 400), (20, 20, 50), (1, 30, 31)])
@pytest.mark.parametrize("change", [-0.4, -0.03, 0.0, 0.05, 0.6])
def test_the_score_takes_the_likeliest_chance_under_the_difference(only_a, only_b, n, change):
    # found here by search, there by a formula; a difference of pairs has variance n (p + q - (q - p)^2) with p and q = p + change
    least, most = max(0.0, -change), (1 - change) / 2
    found = optimize.minimize_scalar(
        lambda p: -likelihood(only_a, only_b, n, change, p), bounds=(least, most), method="bounded", options={"xatol": 1e-12}
    )
    variance = n * (2 * found.x + change - change**2)
    assert score(only_a, only_b, n, change) == pytest.approx((only_b - only_a - n * change) / math.sqrt(variance), rel=1e-3)


def test_the_interval_ends_where_the_score_is_the_quantile():
    a = np.array([True] * 794 + [True] * 150 + [False] * 86 + [False] * 570)
    b = np.array([True] * 794 + [False] * 150 + [True] * 86 + [False] * 570)
    found = chance_difference(a, b, identical=False)
    assert found.difference == pytest.approx(-0.04)
    assert score(150, 86, 1600, found.low) == pytest.approx(1.959963984540054)
    assert score(150, 86, 1600, found.high) == pytest.approx(-1.959963984540054)
    assert found.real


@pytest.mark.parametrize("n", [1, 40, 400])
def test_pairs_that_all_agree_still_leave_a_doubt(n):
    # the likeliest chance of "a alone" under a true difference d > 0 is then 0: n d^2 / (d (1 - d)) = z^2
    met = np.ones(n, dtype=bool)
    found = chance_difference(met, met, identical=False)
    end = 1.959963984540054**2 / (n + 1.959963984540054**2)
    assert (found.difference, found.low, found.high) == (0.0, pytest.approx(-end), pytest.approx(end))
    assert not found.real


def test_pairs_that_all_differ_leave_no_more():
    found = chance_difference(np.zeros(30, dtype=bool), np.ones(30, dtype=bool), identical=False)
    assert (found.difference, found.high) == (1.0, 1.0)
    # no pair agrees: n (1 - d) / (1 + d) = z^2
    assert found.low == pytest.approx((30 - 1.959963984540054**2) / (30 + 1.959963984540054**2))


@pytest.mark.parametrize(("only_a", "only_b"), [(0.0, 0.02), (0.0, 0.05), (0.05, 0.1), (0.3, 0.3), (0.0, 0.6)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(only_a, only_b):
    """The sum over all ways in which 100 pairs can turn out."""
    pairs, holds = 100, 0.0
    for x in range(pairs + 1):
        for y in range(pairs + 1 - x):
            weight = stats.multinomial.pmf([x, y, pairs - x - y], pairs, [only_a, only_b, 1 - only_a - only_b])
            if weight > 1e-9:
                a, b = (np.repeat([one, other, False], [x, y, pairs - x - y]) for one, other in ((True, False), (False, True)))
                found = chance_difference(a, b, identical=False)
                holds += weight * (found.low <= only_b - only_a <= found.high)
    assert 0.93 <= holds <= 0.99
