"""Networks of random durations: Malcolm, Roseboom, Clark and Fazar, Operations Research 7 (1959); Elmaghraby, "Activity Networks"."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.model import rules
from sim.sampling.portfolio import Portfolio
from tests.theory.cases import Metric, by_replication, faults, fresh_seed, run, share

NODES, WEIGHTS = (values / 2 for values in np.polynomial.legendre.leggauss(120))
NODES = NODES + 0.5
"""Of the Gauss-Legendre rule on (0, 1): E h(X) is the integral of h(quantile(u))."""


def gamma(mean: float, cv: float):
    return stats.gamma(1 / cv**2, scale=mean * cv**2)


def lognormal(mean: float, cv: float):
    sigma = math.sqrt(math.log1p(cv**2))
    return stats.lognorm(sigma, scale=mean / math.exp(sigma**2 / 2))


DIG, PERMIT, FOUND, STEEL = gamma(20, 0.5), lognormal(18, 0.6), stats.triang(4 / 23, loc=6, scale=23), stats.uniform(4, 6)
A, B, C, D, E = stats.triang(3 / 12, loc=2, scale=12), gamma(12, 0.4), stats.uniform(1, 8), lognormal(13, 0.5), gamma(8, 0.5)


def framed_by(t):
    """P(frame by t): the product of the strands' laws; that of two in a row by conditioning on the second."""
    t = np.asarray(t, dtype=float)
    row = FOUND.cdf(t[..., None] - STEEL.ppf(NODES)) @ WEIGHTS
    return DIG.cdf(t) * PERMIT.cdf(t) * row


def bridged_by(t):
    """P(bridge by t): given A = a and E = e, D <= t - a, C <= t - e - a and B <= t - e."""
    t = np.asarray(t, dtype=float)[..., None, None]
    a, e = A.ppf(NODES)[:, None], E.ppf(NODES)[None, :]
    return np.einsum("...ij,i,j", D.cdf(t - a) * C.cdf(t - e - a) * B.cdf(t - e), WEIGHTS, WEIGHTS)


def mean_of(law, until: float = 400.0, step: float = 0.1) -> float:
    """The integral of 1 - P(done by t), midpoint rule."""
    middles = np.arange(step / 2, until, step)
    return float(step * sum((1 - law(part)).sum() for part in np.array_split(middles, 40)))


def critical_way() -> float:
    """P(A, C, E is the longest way): given A and C, B <= a + c; and D <= c + E, which does not depend on A."""
    a, c = A.ppf(NODES)[:, None], C.ppf(NODES)[None, :]
    longer = D.cdf(c[0][:, None] + E.ppf(NODES)[None, :]) @ WEIGHTS
    return float(np.einsum("ij,i,j", B.cdf(a + c) * longer, WEIGHTS, WEIGHTS))


def ends(outlook) -> dict[str, np.ndarray]:
    """Stage -> (entity of all replications,) day of its end."""
    record = outlook.record
    found = {name: record.visits.ended[record.visits.stage == number] for number, name in enumerate(record.stages)}
    assert min(days.min() for days in found.values()) >= 0
    return {name: ticks / record.ticks_per_day for name, ticks in found.items()}


def strands(replications: int, seed: int) -> list[Metric]:
    """The deterministic way is 15 + 7 = 22 days, the mean of the longest strand; the mean of the maximum is several days more."""
    outlook = run("pert.yaml", replications, seed, record=True)
    days = ends(outlook)
    mean = mean_of(framed_by)
    longest = max(law.mean() for law in (DIG, PERMIT)), FOUND.mean() + STEEL.mean()
    return [
        by_replication("mean of the frame", days["frame"], mean, 0.01),
        by_replication("merge bias", days["frame"] - days["steel"], mean - max(longest), 0.01),
        by_replication(
            "E max of dig and permit", np.maximum(days["dig"], days["permit"]), mean_of(lambda t: DIG.cdf(t) * PERMIT.cdf(t)), 0.01
        ),
        *(share(f"P(frame by {t})", days["frame"] <= t, float(framed_by(t))) for t in (22, 30, 45)),
        by_replication("framed by day 30", outlook.results.outcome("framed"), 100 * float(framed_by(30.0)), 0.03),
    ]


def bridge(replications: int, seed: int) -> list[Metric]:
    """No series and no parallel: known by conditioning on A and E."""
    outlook = run("pert.yaml", replications, seed, record=True)
    days = ends(outlook)
    mean = mean_of(bridged_by, 150.0, 0.25)
    by_hand = max(A.mean() + D.mean(), A.mean() + C.mean() + E.mean(), B.mean() + E.mean())
    is_critical = (days["C"] >= days["B"]) & (days["E"] >= days["D"])
    return [
        by_replication("mean of the bridge", days["bridge"], mean, 0.01),
        by_replication("its bias", days["bridge"] - by_hand, mean - by_hand, 0.01),
        *(share(f"P(bridge by {t})", days["bridge"] <= t, float(bridged_by(t))) for t in (18, 25, 32)),
        share("P(A, C, E is critical)", is_critical, critical_way()),
        by_replication("bridged by day 25", outlook.results.outcome("bridged"), 100 * float(bridged_by(25.0)), 0.03),
    ]


CASES = {"strands": (strands, 20, 300), "bridge": (bridge, 20, 300)}


@pytest.mark.parametrize("kind", CASES)
def test_a_network_of_random_durations_is_as_theory_has_it(kind):
    case, replications, _ = CASES[kind]
    assert faults(case(replications, 308)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", [308, None], ids=["fixed", "fresh"])
def test_a_network_of_random_durations_is_as_theory_has_it_at_full_size(kind, seed):
    case, _, replications = CASES[kind]
    seed = seed or fresh_seed()
    assert faults(case(replications, seed)) == [], f"seed {seed}"


def test_the_integrals_agree_with_closed_forms():
    """A maximum of two exponentials of mean 10 is 15; E max of the strands is above that of each."""
    exponential = stats.expon(scale=10)
    assert mean_of(lambda t: exponential.cdf(t) ** 2) == pytest.approx(15, abs=1e-3)
    assert mean_of(lambda t: FOUND.cdf(t[:, None] - STEEL.ppf(NODES)) @ WEIGHTS) == pytest.approx(22, abs=1e-3)
    assert mean_of(framed_by) - 22 > 4


@pytest.mark.usefixtures("reference_engine")
def test_a_join_that_does_not_wait_for_all_is_caught(monkeypatch):
    monkeypatch.setattr(rules, "begins", lambda unresolved, done: done > 0)
    assert "mean of the frame" in " ".join(faults(strands(10, 308)))
    assert "mean of the bridge" in " ".join(faults(bridge(10, 308)))


def test_strands_that_share_their_luck_are_caught(monkeypatch):
    """A planted fault: all stages of a project draw the same uniform; each strand alone is right, their maximum is too early."""
    right = Portfolio.keys
    monkeypatch.setattr(Portfolio, "keys", lambda self, purpose, *stage: right(self, purpose, *("dig" for _ in stage)))
    found = " ".join(faults(strands(10, 308)))
    assert "merge bias" in found
    assert "E max of dig and permit" in found
