"""Scores against their definition by numerical integration, against closed forms, and against themselves when the forecast is right."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from sim.analysis import scoring
from sim.analysis.scoring import (
    brier,
    coverage,
    crps_ensemble,
    crps_exponential,
    crps_normal,
    crps_poisson,
    crps_uniform,
    fair_crps,
    log_score,
    pit,
)

ENSEMBLE = [92, 101, 88, 110, 97, 105, 79, 120, 99, 95]


def integrated(distribution, outcome, low, high):
    """The definition: integral of (F(x) - 1{x >= y})^2."""
    below = integrate.quad(lambda x: distribution.cdf(x) ** 2, low, outcome, limit=200)[0]
    return below + integrate.quad(lambda x: (1 - distribution.cdf(x)) ** 2, outcome, high, limit=200)[0]


@pytest.mark.parametrize("outcome", [60.0, 104.0, 131.5])
def test_closed_forms_are_the_integral_of_the_definition(outcome):
    assert crps_normal(100, 10, outcome) == pytest.approx(integrated(stats.norm(100, 10), outcome, -100, 300), rel=1e-7)
    assert crps_exponential(50, outcome) == pytest.approx(integrated(stats.expon(scale=50), outcome, 0, 2500), rel=1e-7)
    assert crps_uniform(60, 140, outcome) == pytest.approx(integrated(stats.uniform(60, 80), outcome, 60, 140), rel=1e-7)


def test_outside_its_support_a_distribution_is_as_far_off_as_it_lies():
    # uniform(0, 1), y = 3: integral of x^2 over [0, 1] = 1/3, and 1 over [1, 3]; exponential(1), y = -2: 2 and the integral of exp(-2 x)
    assert crps_uniform(0, 1, 3) == pytest.approx(2 + 1 / 3)
    assert crps_uniform(0, 1, -3) == pytest.approx(3 + 1 / 3)
    assert crps_exponential(1, -2) == pytest.approx(2.5)


@pytest.mark.parametrize("outcome", [-2, 0, 31, 45, 45.5])
def test_a_poisson_forecast_is_scored_by_the_sum_of_its_steps(outcome):
    edges = np.unique(np.append(np.arange(-10, 400), outcome)).astype(float)
    steps = (stats.poisson(40).cdf(edges[:-1]) - (edges[:-1] >= outcome)) ** 2 * np.diff(edges)
    assert crps_poisson(40, outcome) == pytest.approx(steps.sum(), rel=1e-9)


def test_known_values():
    assert crps_normal(100, 10, 104) == pytest.approx(2.966880903, rel=1e-8)
    assert crps_normal(0, 1, 0) == pytest.approx((math.sqrt(2) - 1) / math.sqrt(math.pi), rel=1e-12)
    assert crps_exponential(50, 80) == pytest.approx(80 - 100 * (1 - math.exp(-1.6)) + 25, rel=1e-12)
    # u = 44/80 = .55: 80 (.55^2 - .55 + 1/3)
    assert crps_uniform(60, 140, 104) == pytest.approx(80 * (0.3025 - 0.55 + 1 / 3), rel=1e-12)
    assert crps_poisson(40, 45) == pytest.approx(3.051052509, rel=1e-8)
    assert [brier(0.7, True), brier(0.7, False)] == pytest.approx([0.09, 0.49])
    assert [log_score(0.7, True), log_score(0.7, False)] == pytest.approx([-math.log(0.7), -math.log(0.3)])


def pairs_by_hand():
    """(mean distance to 104, sum of distances over unordered pairs) of the ensemble, one by one."""
    distances = [abs(member - 104) for member in ENSEMBLE]
    pairs = [abs(a - b) for number, a in enumerate(ENSEMBLE) for b in ENSEMBLE[:number]]
    return sum(distances) / 10, sum(pairs)


def test_an_ensemble_is_scored_as_its_steps_and_fairly():
    distance, pairs = pairs_by_hand()
    assert crps_ensemble(ENSEMBLE, 104) == pytest.approx(distance - pairs / 100) == pytest.approx(3.92)
    assert fair_crps(ENSEMBLE, 104) == pytest.approx(distance - pairs / 90) == pytest.approx(3.244444444)


def test_a_right_forecast_scores_the_known_mean_and_the_fair_score_does_not_favour_large_ensembles():
    # expected CRPS of a right normal forecast: sd / sqrt(pi) = 5.641895835; sd of one score about 5.5 / 4.5 SE = .25 at 10,000
    rng = np.random.default_rng(45)
    outcomes = rng.normal(100, 10, 10_000)
    assert np.mean([crps_normal(100, 10, y) for y in outcomes]) == pytest.approx(10 / math.sqrt(math.pi), abs=0.25)
    for size in (2, 5, 20):
        fair = [fair_crps(rng.normal(100, 10, size), y) for y in outcomes]
        assert np.mean(fair) == pytest.approx(10 / math.sqrt(math.pi), abs=4.5 * np.std(fair) / 100)


def test_the_transform_of_a_right_forecast_is_uniform_and_its_interval_covers_its_level():
    rng = np.random.default_rng(7)
    ensembles, outcomes = rng.poisson(3, (4000, 19)), rng.poisson(3, 4000)
    transforms = [pit(ensemble, y, u) for ensemble, y, u in zip(ensembles, outcomes, rng.random(4000), strict=True)]
    counts = np.histogram(transforms, bins=10, range=(0, 1))[0]
    assert np.abs(counts - 400).max() < 4.5 * math.sqrt(400 * 0.9)
    many = rng.normal(size=(4000, 400))
    assert coverage(many, rng.normal(size=4000), 0.8) == pytest.approx(0.8, abs=4.5 * math.sqrt(0.16 / 4000) + 0.01)


def test_what_cannot_be_scored_is_refused():
    refused = [
        lambda: crps_ensemble([], 1),
        lambda: fair_crps([1.0], 1),
        lambda: crps_ensemble([1.0, math.nan], 1),
        lambda: crps_normal(0, 0, 1),
        lambda: crps_uniform(1, 1, 1),
        lambda: brier(1.2, True),
        lambda: coverage([[1.0, 2.0]], [1.0, 2.0], 0.8),
    ]
    for call in refused:
        with pytest.raises(ValueError, match=r".+"):
            call()
    assert log_score(0.0, True) == math.inf


def test_a_spread_of_all_pairs_twice_is_caught(monkeypatch):
    """A planted fault: every pair counted twice."""
    right = scoring._spread
    monkeypatch.setattr(scoring, "_spread", lambda members: 2 * right(members))
    assert crps_ensemble(ENSEMBLE, 104) != pytest.approx(3.92)
