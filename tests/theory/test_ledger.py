"""Exact P(goal) of twelve independent amounts, by enumeration of the 4,096 outcomes."""

import itertools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.sampling import visits as chance
from tests.theory.cases import fresh_seed

FILE = Path(__file__).with_name("ledger.yaml")
YI = 100_000_000
LEDGER = [
    *((12, 0.95), (8, 0.90), (6.5, 0.85), (5, 0.80), (5, 0.75), (4, 0.70)),
    *((3.5, 0.65), (3, 0.60), (2.5, 0.55), (2, 0.50), (1.5, 0.40), (1, 0.30)),
]
TOLERANCE = 4.5
"""Standard errors."""


def distribution() -> dict[Fraction, Fraction]:
    """Total in 100 million yuan -> its exact probability."""
    exact: dict[Fraction, Fraction] = {}
    for outcome in itertools.product((0, 1), repeat=len(LEDGER)):
        total = sum((Fraction(str(amount)) for hit, (amount, _) in zip(outcome, LEDGER, strict=True) if hit), Fraction(0))
        weight = math.prod(Fraction(str(p)) if hit else 1 - Fraction(str(p)) for hit, (_, p) in zip(outcome, LEDGER, strict=True))
        exact[total] = exact.get(total, Fraction(0)) + weight
    return exact


EXACT = distribution()
MEAN = sum(total * weight for total, weight in EXACT.items())
VARIANCE = sum((total - MEAN) ** 2 * weight for total, weight in EXACT.items())
KURTOSIS = float(sum((total - MEAN) ** 4 * weight for total, weight in EXACT.items()) / VARIANCE**2)
PROBABILITIES = {
    "at_least_35": sum(weight for total, weight in EXACT.items() if total >= 35),
    "at_least_40": sum(weight for total, weight in EXACT.items() if total >= 40),
    "more_than_40": sum(weight for total, weight in EXACT.items() if total > 40),
    "at_least_45": sum(weight for total, weight in EXACT.items() if total >= 45),
    "all_succeed": sum(weight for total, weight in EXACT.items() if total >= 54),
}


def faults(replications: int, seed: int) -> list[str]:
    """What a run gets wrong beyond the tolerance; empty if it is right."""
    results = sim.load(FILE).run(seed=seed, replications=replications).results
    totals = results.outcome("at_least_40") / YI
    found = []
    if abs(totals.mean() - float(MEAN)) > TOLERANCE * math.sqrt(float(VARIANCE) / replications):
        found.append("mean")
    if abs(totals.var() - float(VARIANCE)) > TOLERANCE * float(VARIANCE) * math.sqrt((KURTOSIS - 1) / replications):
        found.append("variance")
    for goal, exact in PROBABILITIES.items():
        p = float(exact)
        if abs(results.met(goal).mean() - p) > TOLERANCE * math.sqrt(p * (1 - p) / replications):
            found.append(goal)
    exactly_40 = float(PROBABILITIES["at_least_40"] - PROBABILITIES["more_than_40"])
    tie = results.met("at_least_40").mean() - results.met("more_than_40").mean()
    if abs(tie - exactly_40) > TOLERANCE * math.sqrt(exactly_40 * (1 - exactly_40) / replications):
        found.append("exactly_40")
    return found


def test_the_expected_values_are_the_known_ones():
    assert float(MEAN) == pytest.approx(42.025)
    assert float(VARIANCE) == pytest.approx(38.278125)
    assert float(PROBABILITIES["at_least_40"]) == pytest.approx(0.6821555877, abs=1e-10)
    assert float(PROBABILITIES["at_least_40"] - PROBABILITIES["more_than_40"]) == pytest.approx(0.02753986039, abs=1e-11)


def test_a_ledger_hits_its_targets_with_the_exact_probabilities():
    assert faults(replications=10_000, seed=21) == []


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [21, fresh_seed()])
def test_a_ledger_hits_its_targets_at_full_size(seed):
    assert faults(replications=100_000, seed=seed) == [], f"seed {seed}"


def test_projects_that_share_their_luck_are_caught(monkeypatch):
    """A planted fault: every project of a replication draws the same uniform."""
    right = chance.uniforms

    def shared(seed, replications, keys, occurrence):
        return np.broadcast_to(right(seed, replications, keys[:1], occurrence[:1]), (len(replications), len(keys)))

    monkeypatch.setattr(chance, "uniforms", shared)
    assert "variance" in faults(replications=2_000, seed=21)


def test_a_goal_that_takes_at_least_for_more_than_is_caught(monkeypatch):
    """A planted fault: a total exactly on the target counts as more than it."""
    from sim.results import measures

    monkeypatch.setitem(measures.COMPARE, ">", np.greater_equal)
    assert "exactly_40" in faults(replications=2_000, seed=21)
