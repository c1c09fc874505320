"""One log-normal factor for all: exp(m + s Z), so that P(total >= g) is a normal probability (Johnson, Kotz and Balakrishnan, ch. 14)."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.model import compile as compiling
from sim.sampling import draws
from tests.theory.cases import Metric, Z, by_replication, exact, faults, fresh_seed, run, share

YI = 100_000_000
LOG_MEAN, LOG_SD, PERSISTENCE = 0.17, 0.138, 0.76
FACTOR = math.exp(LOG_MEAN + LOG_SD**2 / 2)
SQUARE = math.exp(2 * LOG_MEAN + 2 * LOG_SD**2)
"""E[factor], E[factor^2]."""
LEDGER = {10: 0.9, 8: 0.8, 6: 0.85, 5: 0.5, 4: 0.7, 3: 0.6}
"""Plan -> probability that it goes on."""


@pytest.fixture(autouse=True)
def no_fit_of_an_earlier_run(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))


def reaches(goal: float, planned: float, log_mean: float = LOG_MEAN, log_sd: float = LOG_SD) -> float:
    """P(planned x factor >= goal)."""
    return float(stats.norm.sf((math.log(goal / planned) - log_mean) / log_sd))


def factor_alone(replications: int, seed: int) -> list[Metric]:
    """Plans of 20 in all: total 20 x factor, to three yuan; kappa must stay 1 where nothing is capped."""
    results = run("shock.yaml", replications, seed).results
    total, plant = results.outcome("at_least_20") / YI, results.outcome("of_the_plant") / YI
    variance = 400 * (SQUARE - FACTOR**2)
    return [
        Metric("kappa", results.kappa.kappa, 1.0, 0.0),
        by_replication("mean total", total, 20 * FACTOR),
        by_replication("variance of the total", (total - 20 * FACTOR) ** 2, variance),
        *(share(f"P(total >= {goal})", results.met(f"at_least_{goal}"), reaches(goal, 20)) for goal in (20, 24, 30)),
        share("P(growth >= 50%)", results.met("half_more"), reaches(24, 20)),
        share("P(plant >= 12)", results.met("of_the_plant"), reaches(12, 9.5)),
        Metric("plant's part of the total", float(np.abs(plant / total - 9.5 / 20).max()), 0.0, 1e-8),
    ]


def last_years_factor(replications: int, seed: int) -> list[Metric]:
    """Last year's completion known: log-mean 0.17 + 0.76 (ln 1.317 - 0.17), log-sd 0.138 sqrt(1 - 0.76^2)."""
    results = run("shock.yaml", replications, seed, ["assumptions.last_year.completion=131.7%"]).results
    log_mean, log_sd = LOG_MEAN + PERSISTENCE * (math.log(1.317) - LOG_MEAN), LOG_SD * math.sqrt(1 - PERSISTENCE**2)
    logs = np.log(results.outcome("at_least_20") / YI / 20)
    return [
        Metric("mean of the log", float(logs.mean()), log_mean, Z * log_sd / math.sqrt(replications)),
        Metric("sd of the log", float(logs.std(ddof=1)), log_sd, Z * log_sd / math.sqrt(2 * replications)),
        *(
            share(f"P(total >= {goal}), last year known", results.met(f"at_least_{goal}"), reaches(goal, 20, log_mean, log_sd))
            for goal in (24, 30)
        ),
    ]


def spread_of_projects(replications: int, seed: int) -> list[Metric]:
    """Own factors of sectors and projects move money between the projects of a group, and leave its total at plan x factor.

    Of each of the three projects half a yuan is rounded, and up to one is cut off: 4.5 yuan in all.
    """
    spread = [f"uncertain.completion.{key}=0.3" for key in ("sector_log_sd", "project_log_sd")]
    results = run("shock.yaml", replications, seed, spread).results
    total = results.outcome("at_least_20")
    parts = results.outcome("of_the_plant") / total
    return [
        Metric("total over plan x factor, yuan", float(np.abs(total - 20 * YI * results.measures.completion_drawn).max()), 0.0, 3 * 1.5),
        exact("parts that do not move", float(parts.std() < 0.02), 0),
    ]


def sums_of_plans() -> dict[float, float]:
    """Sum of the plans of those that go on -> its probability: the 64 outcomes."""
    law: dict[float, float] = {}
    for outcome in itertools.product((0, 1), repeat=len(LEDGER)):
        chance = math.prod(p if hit else 1 - p for hit, p in zip(outcome, LEDGER.values(), strict=True))
        total = sum(plan for hit, plan in zip(outcome, LEDGER, strict=True) if hit)
        law[total] = law.get(total, 0.0) + chance
    return law


def ledger(replications: int, seed: int) -> list[Metric]:
    """Total kappa x factor x sum: P(total >= g) = sum over l of P(l) P(kappa l factor >= g).

    kappa = E[factor] / mean(factor x sum / 36) over the 200 replications of its fit, near to 36 / E[sum].
    """
    law, results = sums_of_plans(), run("shock_ledger.yaml", replications, seed).results
    mean = sum(total * chance for total, chance in law.items())
    square = sum(total**2 * chance for total, chance in law.items())
    kappa, total = results.kappa.kappa, results.outcome("at_least_36") / YI
    one, other = results.outcome("of_the_first") / YI, results.outcome("of_the_second") / YI
    means = 9 * kappa * FACTOR, 6.4 * kappa * FACTOR
    fit = 36 / mean * math.sqrt(SQUARE / FACTOR**2 * (square / mean**2 - 1) / 200)
    expected = kappa * FACTOR * mean
    return [
        Metric("kappa of the ledger", kappa, 36 / mean, Z * fit),
        by_replication("mean of the ledger", total, expected),
        by_replication("variance of the ledger", (total - expected) ** 2, kappa**2 * (SQUARE * square - FACTOR**2 * mean**2)),
        by_replication("covariance of two projects", (one - means[0]) * (other - means[1]), 9 * 6.4 * kappa**2 * (SQUARE - FACTOR**2)),
        *(
            share(
                f"P(ledger >= {goal})",
                results.met(f"at_least_{goal}"),
                sum(chance * reaches(goal, kappa * planned) for planned, chance in law.items() if planned),
            )
            for goal in (36, 50)
        ),
    ]


CASES = {
    "factor alone": (factor_alone, 3000, 100_000),
    "last year's factor": (last_years_factor, 1000, 50_000),
    "spread of projects": (spread_of_projects, 200, 5_000),
    "ledger": (ledger, 3000, 50_000),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_common_shock_is_as_theory_has_it(kind):
    case, replications, _ = CASES[kind]
    assert faults(case(replications, 306)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", [306, None], ids=["fixed", "fresh"])
def test_a_common_shock_is_as_theory_has_it_at_full_size(kind, seed):
    case, _, replications = CASES[kind]
    seed = seed or fresh_seed()
    assert faults(case(replications, seed)) == [], f"seed {seed}"


def named(found):
    return {line.partition(":")[0] for line in found}


def test_a_shock_of_each_projects_own_is_caught(monkeypatch):
    """A planted fault: the city's spread becomes that of the projects, so that the total is far too certain."""
    right = compiling.compile_priors
    monkeypatch.setattr(
        compiling, "compile_priors", lambda scenario: replace(right(scenario), completion_log_sd=0.0, project_log_sd=LOG_SD)
    )
    assert named(faults(factor_alone(400, 306))) >= {"variance of the total", "P(total >= 20)", "plant's part of the total"}
    assert named(faults(ledger(1000, 306))) >= {"variance of the ledger"}


def test_a_factor_that_forgets_its_correction_by_last_year_is_caught(monkeypatch):
    right = compiling.compile_priors
    monkeypatch.setattr(compiling, "compile_priors", lambda scenario: replace(right(scenario), completion_log_sd=LOG_SD))
    assert "sd of the log" in named(faults(last_years_factor(400, 306)))


def test_plans_that_are_not_met_by_themselves_are_caught_by_kappa(monkeypatch):
    """A planted fault: a tenth of each year's money is lost, which kappa makes up for on average."""
    right = draws.year_target
    monkeypatch.setattr(draws, "year_target", lambda plan, factor, left: right(plan, factor * 0.9, left))
    assert named(faults(factor_alone(100, 306))) >= {"kappa"}


def test_projects_of_a_group_that_are_not_held_to_its_total_are_caught(monkeypatch):
    """A planted fault: own factors are scaled to a mean that is off by a thousandth in every other replication."""
    right = draws.completion_factors
    monkeypatch.setattr(draws, "completion_factors", lambda *given: right(*given) * (1 + given[3] % 2 / 1000)[:, None])
    assert "total over plan x factor, yuan" in named(faults(spread_of_projects(50, 306)))
