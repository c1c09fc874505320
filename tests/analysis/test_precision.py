"""The stopping rule: when it looks, when it stops, and how often the interval it stops with holds the truth, by enumeration."""

import numpy as np
import pytest
from scipy import stats

from sim.analysis.attainment import Probability, clopper_pearson
from sim.analysis.precision import checkpoints, is_precise


@pytest.mark.parametrize(
    ("cap", "looks"),
    [(6400, [400, 800, 1600, 3200, 6400]), (1000, [400, 800, 1000]), (401, [400, 401]), (400, [400]), (60, [60]), (1, [1])],
)
def test_the_rule_looks_at_400_and_at_each_doubling_up_to_the_cap(cap: int, looks: list[int]) -> None:
    assert checkpoints(cap) == looks


def test_the_widest_interval_decides() -> None:
    narrow, wide = Probability(0.02, 0.01, 0.04, 400), Probability(0.5, 0.45, 0.5505, 400)
    assert is_precise([narrow, narrow], 0.05)
    assert not is_precise([narrow, wide], 0.05)
    assert is_precise([Probability(0.5, 0.25, 0.75, 10)], 0.25)


def probability_of(hits: int, n: int) -> Probability:
    return Probability(hits / n, *clopper_pearson(hits, n), n)


def stopped(p: float, precision: float, cap: int) -> tuple[float, float]:
    """Exact probability that the interval at the stop holds `p`, and the mean number of replications, by enumeration of the hits."""
    going, reached, covered, used = np.ones(1), 0, 0.0, 0.0
    for look in checkpoints(cap):
        going = np.convolve(going, stats.binom.pmf(np.arange(look - reached + 1), look - reached, p))
        reached = look
        ends = [probability_of(hits, look) for hits in range(look + 1)]
        stops = np.array([look == cap or is_precise([end], precision) for end in ends])
        holds = np.array([end.low <= p <= end.high for end in ends])
        covered += going[stops & holds].sum()
        used += going[stops].sum() * look
        going = np.where(stops, 0.0, going)
    return covered, used


@pytest.mark.parametrize("precision", [0.05, 0.03])
@pytest.mark.parametrize("p", [0.01, 0.1, 0.3, 0.45, 0.5, 0.62, 0.8, 0.97])
def test_the_interval_at_the_stop_holds_the_truth_about_as_often_as_it_says(p: float, precision: float) -> None:
    # with a fixed number of replications at least 0.95; looking more than once may cost half a point, no more
    covered, _ = stopped(p, precision, 1600)
    assert covered >= 0.945


def test_rare_and_sure_goals_need_one_look_and_even_odds_need_two() -> None:
    # half-width at 400 replications about 1.96 sqrt(p (1 - p) / 400) + 1 / 800: .0503 at even odds, .0306 at one in ten
    assert stopped(0.1, 0.05, 6400)[1] == pytest.approx(400, abs=1)
    assert probability_of(200, 400).half_width > 0.05 > probability_of(160, 400).half_width
    assert 600 < stopped(0.5, 0.05, 6400)[1] <= 800
