"""A stopping rule with known coverage: Clopper and Pearson, Biometrika 26 (1934); looks after 400, 800 and 1,600 replications.

Hits are binomial with a known probability, so that where the rule stops, and whether the interval it stops with holds the probability, has
a law of its own: summed here over the hits at each look, with intervals from quantiles of the beta distribution.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import sim
from sim.analysis import summary
from sim.studies import forecast
from tests.theory.cases import FOLDER, Metric, by_replication, exact, faults, fresh_seed, share

CHANCE, HALF_WIDTH = 0.8, 0.04
LOOKS = (400, 800, 1600)


def interval(hits, n: int):
    """Low and high end of the exact 95% interval."""
    hits = np.asarray(hits, dtype=float)
    low = np.where(hits > 0, stats.beta.ppf(0.025, hits, n - hits + 1), 0.0)
    return np.nan_to_num(low), np.nan_to_num(np.where(hits < n, stats.beta.ppf(0.975, hits + 1, n - hits), 1.0), nan=1.0)


def stops_by_look() -> tuple[dict[int, float], float]:
    """Look -> probability that the rule stops there; and that the interval it stops with holds the true probability."""
    going_on, stops, covered, before = np.ones(1), {}, 0.0, 0
    for n in LOOKS:
        going_on = np.convolve(going_on, stats.binom.pmf(np.arange(n - before + 1), n - before, CHANCE))
        low, high = interval(np.arange(n + 1), n)
        enough = ((high - low) / 2 <= HALF_WIDTH) | (n == LOOKS[-1])
        stops[n] = float(going_on[enough].sum())
        covered += float(going_on[enough & (low <= CHANCE) & (high >= CHANCE)].sum())
        going_on, before = np.where(enough, 0.0, going_on), n
    return stops, covered


def rule(seeds: int, seed: int) -> list[Metric]:
    """Many runs, each with a seed of its own."""
    case = sim.load(FOLDER / "stopping.yaml")
    outlooks = [case.run(seed=seed * 100_000 + number) for number in range(seeds)]
    stopped = np.array([one.results.replications for one in outlooks])
    found = [one.goals["decided"].probability for one in outlooks]
    stops, covered = stops_by_look()
    return [
        share("P(stops at 400)", stopped == 400, stops[400]),
        by_replication("replications", stopped, sum(n * chance for n, chance in stops.items())),
        share("coverage", [one.low <= CHANCE <= one.high for one in found], covered),
        exact("looks at which it should have stopped or gone on", sum(amiss(one.results) for one in outlooks), 0),
        exact("replications run twice or left out", sum(out_of_order(one.results) for one in outlooks), 0),
        Metric("ends of the intervals", float(np.abs([own_ends(one) for one in outlooks]).max()), 0.0, 1e-9),
    ]


def amiss(results) -> bool:
    """Whether a run did not stop at the first look whose half-width is small enough."""
    met = results.met("decided")
    widths = {n: np.subtract(*interval(met[:n].sum(), n)[::-1]) / 2 for n in LOOKS if n <= len(met)}
    first = next((n for n, width in widths.items() if width <= HALF_WIDTH), LOOKS[-1])
    return bool(len(met) != first)


def out_of_order(results) -> bool:
    return results.measures.replications.tolist() != list(range(1, results.replications + 1))


def own_ends(outlook) -> list[float]:
    """Difference of the reported ends from those by the beta distribution."""
    met, found = outlook.results.met("decided"), outlook.goals["decided"].probability
    return [float(end - own) for end, own in zip((found.low, found.high), interval(met.sum(), len(met)), strict=True)]


def test_a_run_stops_as_the_binomial_law_has_it():
    assert faults(rule(20, 309)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [309, None], ids=["fixed", "fresh"])
def test_a_run_stops_as_the_binomial_law_has_it_at_full_size(seed):
    seed = seed or fresh_seed()
    assert faults(rule(400, seed)) == [], f"seed {seed}"


def test_a_run_that_is_never_precise_stops_at_its_cap():
    case = sim.load(FOLDER / "stopping.yaml", sets=["run.cap=500", "run.precision=0.02"])
    assert case.run(seed=1).results.replications == 500


def test_the_law_of_the_rule_is_one():
    stops, covered = stops_by_look()
    assert sum(stops.values()) == pytest.approx(1)
    assert 0.3 < stops[400] < 0.6
    assert covered > 0.95


def named(found):
    return {line.partition(":")[0] for line in found}


def test_a_rule_that_is_content_too_early_is_caught(monkeypatch):
    monkeypatch.setattr(forecast, "is_precise", lambda probabilities, half_width: True)
    assert "looks at which it should have stopped or gone on" in named(faults(rule(8, 309)))


def test_replications_that_are_run_again_are_caught(monkeypatch):
    """A planted fault: the second stage begins anew at the first replication, so that it repeats what is known."""
    right = forecast.numbered
    monkeypatch.setattr(forecast, "numbered", lambda count, first=1: right(count))
    assert "replications run twice or left out" in named(faults(rule(8, 309)))


def test_intervals_of_another_level_are_caught(monkeypatch):
    right = summary.probability

    def narrow(met):
        found = right(met)
        return replace(found, low=found.estimate - (found.estimate - found.low) * 0.8)

    monkeypatch.setattr(summary, "probability", narrow)
    assert "ends of the intervals" in named(faults(rule(4, 309)))
