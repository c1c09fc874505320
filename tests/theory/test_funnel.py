"""Funnels: Kingman, "Poisson Processes" (1993), ch. 5 (colouring and displacement); Greenwood and Yule, J. R. Stat. Soc. 83 (1920)."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.model import rules
from sim.sampling import visits as chance
from sim.studies import forecast
from tests.theory.cases import Metric, Z, by_replication, exact, faults, fresh_seed, run, share

LEADS = 0.6 * 365
STEPS = {"leads": LEADS, "signed": LEADS * 0.45, "landed": LEADS * 0.45 * 0.7, "started": LEADS * 0.45 * 0.7 * 0.9}


def poisson(name: str, counts, mean: float, slack: float = 0.0) -> list[Metric]:
    """Mean and variance of a Poisson count; the variance of a sample variance is (2 mean^2 + mean) / R."""
    size = len(counts)
    return [
        Metric(f"mean {name}", float(counts.mean()), mean, Z * math.sqrt(mean / size) + slack),
        Metric(f"variance over mean {name}", counts.var(ddof=1) / mean, 1.0, Z * math.sqrt((2 + 1 / mean) / size) + slack / mean),
    ]


def uncorrelated(name: str, one, other) -> Metric:
    """The correlation of independent counts, of standard error 1 / sqrt(R)."""
    counts = np.cov(one, other)
    spread = math.sqrt(counts[0, 0] * counts[1, 1]) or math.inf
    return Metric(f"correlation {name}", float(counts[0, 1]) / spread, 0.0, Z / math.sqrt(len(one)))


def covariance(name: str, one, other, mean: float) -> Metric:
    """The covariance of a Poisson count with its own thinned one is the mean of the latter."""
    counts = np.cov(one, other)
    return Metric(f"covariance {name}", float(counts[0, 1]), mean, Z * math.sqrt((counts[0, 0] * counts[1, 1] + mean**2) / len(one)))


def by_routes(replications: int, seed: int) -> list[Metric]:
    """VV-16 said with ways on: all counts Poisson, those of the lost too; P(starts >= 70) = 0.1726368938."""
    results = run("funnel_routes.yaml", replications, seed).results
    counts = {step: results.outcome(step) for step in results.goals}
    lost = {"unsigned": LEADS * 0.55, "landless": STEPS["signed"] * 0.3, "cancelled": STEPS["landed"] * 0.1}
    return [
        *(metric for step, mean in (STEPS | lost).items() for metric in poisson(step, counts[step], mean)),
        share("P(starts >= 70)", counts["started"] >= 70, float(stats.poisson(STEPS["started"]).sf(69))),
        uncorrelated("signed and unsigned", counts["signed"], counts["unsigned"]),
        uncorrelated("started and cancelled", counts["started"], counts["cancelled"]),
        covariance("leads and starts", counts["leads"], counts["started"], STEPS["started"]),
        exact("lost in between", np.abs(counts["leads"] - sum(counts[step] for step in ("started", *lost))).max(), 0),
    ]


def passed(days: float, step: float = 0.02) -> tuple[float, float]:
    """Integrals to `days` of P(negotiated within u) and P(prepared within u): midpoint rule, the second law by convolution."""
    middles = np.arange(step / 2, days, step)
    edges = np.append(middles - step / 2, days)
    negotiated = stats.gamma(1 / 0.49, scale=30 * 0.49).cdf
    prepared = stats.triang(0.2, loc=10, scale=50).cdf
    both = np.convolve(np.diff(negotiated(edges)), prepared(edges[:-1]))[: len(middles)]  # an end in the k-th step, then the rest within
    return float(negotiated(middles).sum() * step), float(both.sum() * step)


def with_delays(replications: int, seed: int) -> list[Metric]:
    """Signed by T: 1.5 x 0.6 x integral of P(D1 <= u) over the ages u; started likewise with D1 + D2; between them, the difference."""
    results = run("funnel_delays.yaml", replications, seed).results
    signed, started = (results.outcome(step) for step in ("signed", "started"))
    by_then = [1.5 * 0.6 * integral for integral in passed(120.0)]
    return [
        *poisson("signed", signed, by_then[0], 0.05),
        *poisson("started", started, by_then[1], 0.05),
        *poisson("preparing", signed - started, by_then[0] - by_then[1], 0.05),
        uncorrelated("started and preparing", started, signed - started),
    ]


def uncertain_rate(replications: int, seed: int) -> list[Metric]:
    """Counts negative binomial with shape 1 / 0.25^2 = 16: the variance is that of the noise (the mean) and mean^2 / 16 on top."""
    results = run("uncertain_rate.yaml", replications, seed).results
    fixed = run("uncertain_rate.yaml", replications, seed, ["uncertain.parameters=null"]).results
    leads, started = results.outcome("leads"), results.outcome("started")
    means = {"leads": LEADS, "started": LEADS * 0.2835}
    law = stats.nbinom(16, 16 / (16 + means["started"]))
    off = leads - means["leads"], started - means["started"]
    return [
        by_replication("mean leads", leads, means["leads"]),
        by_replication("variance leads", off[0] ** 2, LEADS + LEADS**2 / 16),
        by_replication("mean started", started, means["started"]),
        by_replication("variance started", off[1] ** 2, means["started"] + means["started"] ** 2 / 16),
        by_replication("covariance leads and starts", off[0] * off[1], means["started"] + LEADS * means["started"] / 16),
        share("P(starts >= 70)", results.met("started"), float(law.sf(69))),
        share("P(starts >= 90)", started >= 90, float(law.sf(89))),
        *poisson("started at the known rate", fixed.outcome("started"), means["started"]),
    ]


CASES = {
    "by routes": (by_routes, 200, 10_000),
    "with delays": (with_delays, 200, 10_000),
    "uncertain rate": (uncertain_rate, 120, 4_000),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_funnel_is_as_theory_has_it(kind):
    case, replications, _ = CASES[kind]
    assert faults(case(replications, 304)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", [304, None], ids=["fixed", "fresh"])
def test_a_funnel_is_as_theory_has_it_at_full_size(kind, seed):
    case, _, replications = CASES[kind]
    seed = seed or fresh_seed()
    assert faults(case(replications, seed)) == [], f"seed {seed}"


def test_the_known_probability_of_the_funnel_is_the_published_one():
    assert stats.poisson(62.0865).sf(69) == pytest.approx(0.1726368938, abs=1e-10)
    assert STEPS["started"] == pytest.approx(62.0865)


def named(found):
    return {line.partition(":")[0] for line in found}


def test_leads_that_share_their_luck_are_caught(monkeypatch):
    """A planted fault: all leads of a replication draw the same uniform, so that the mean is right and nothing else."""
    right = chance.uniforms

    def shared(seed, replications, keys, occurrence):
        return np.broadcast_to(right(seed, replications, keys[:1], occurrence[:1]), (len(replications), len(keys)))

    monkeypatch.setattr(chance, "uniforms", shared)
    assert named(faults(by_routes(100, 304))) >= {"variance over mean started", "correlation signed and unsigned"}


@pytest.mark.usefixtures("reference_engine")
def test_routes_whose_probabilities_do_not_add_up_in_turn_are_caught(monkeypatch):
    """A planted fault in a rule: each route is held to its own probability, not to the running sum."""

    def alone(luck, probabilities, allowed):
        return next((way for way, one in enumerate(probabilities) if allowed[way] and luck < one), None)

    monkeypatch.setattr(rules, "chosen_route", alone)
    assert named(faults(by_routes(50, 304))) >= {"mean cancelled", "lost in between"}


@pytest.mark.usefixtures("reference_engine")
def test_delays_a_tenth_too_long_are_caught(monkeypatch):
    due = rules.due_tick
    monkeypatch.setattr(rules, "due_tick", lambda clock, now, work, pace: due(clock, now, work + work // 10, pace))
    assert "mean started" in named(faults(with_delays(120, 304)))


def test_a_rate_that_is_drawn_only_once_is_caught(monkeypatch):
    """A planted fault: every replication has the rate of the first."""
    right = forecast.draw_parameters
    monkeypatch.setattr(forecast, "draw_parameters", lambda priors, seed, replication: right(priors, seed, 1))
    assert "variance leads" in named(faults(uncertain_rate(60, 304)))
