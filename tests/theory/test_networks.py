"""Classes, series, rework, seasons, quotas, renewals: Gross et al., ch. 3 to 5; Kingman, "Poisson Processes"; Cox, "Renewal Theory"."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.engine import reference
from sim.model import rules
from sim.sampling import arrivals
from tests.theory.cases import Metric, by_replication, exact, faults, fresh_seed, pool, run, share, stage

SLACK = 0.015
"""Days: what ticks of 0.01 days may move a mean wait."""


def mean_wait(results, name):
    return stage(results, "wait_days", name) / stage(results, "requested", name)


def priorities(replications: int, seed: int) -> list[Metric]:
    """Cobham: Wq1 = W0 / (1 - rho1), Wq2 = W0 / ((1 - rho1) (1 - rho)); W0 = lambda E[S^2] / 2 = 0.8."""
    results = run("priorities.yaml", replications, seed).results
    return [
        by_replication("urgent mean wait", mean_wait(results, "serve_urgent"), 0.8 / 0.7, SLACK),
        by_replication("other mean wait", mean_wait(results, "serve_other"), 0.8 / (0.7 * 0.2), SLACK),
    ]


def series(replications: int, seed: int) -> list[Metric]:
    """Both M/M/1: Wq = rho^2 / (lambda (1 - rho)), rho 0.6 and 0.75."""
    results = run("tandem.yaml", replications, seed).results
    return [
        by_replication("first mean wait", mean_wait(results, "first"), 0.6**2 / (0.6 * 0.4), SLACK),
        by_replication("second mean wait", mean_wait(results, "second"), 0.75**2 / (0.6 * 0.25), SLACK),
    ]


def rework(replications: int, seed: int) -> list[Metric]:
    """Jackson: both queues see 0.35 / 0.7 = 0.5 a day; Lq = rho^2 / (1 - rho) with rho 0.5 and 0.6; visits are geometric, 1 / 0.7."""
    results = run("rework.yaml", replications, seed).results
    visits = stage(results, "requested", "check") / (stage(results, "done", "check") - stage_sent_back(results))
    return [
        by_replication("design mean number waiting", stage(results, "waiting", "design"), 0.5**2 / 0.5, SLACK),
        by_replication("check mean number waiting", stage(results, "waiting", "check"), 0.6**2 / 0.4, SLACK),
        by_replication("visits of design by file", visits, 1 / 0.7, 0.005),
    ]


def stage_sent_back(results):
    """(replication,) checks that sent the file back: visits of design beyond the arrivals, which are 0.35 a day."""
    return stage(results, "requested", "design") - results.measures.monthly["projects_checked"][:, -1] * 2500 / 3000


def seasons(replications: int, seed: int) -> list[Metric]:
    """A month counts Poisson with the integral of the rate; M_t/M/infinity: at t, Poisson with int rate(s) exp(-(t - s) / 10) ds."""
    outlook = run("seasonal.yaml", replications, seed, record=True)
    record = outlook.record
    days, rows = record.visits.requested / record.ticks_per_day, record.visits.row
    june = np.bincount(rows[(days >= 151) & (days < 181)], minlength=replications)
    december = np.bincount(rows[days >= 334], minlength=replications)
    ended = np.where(record.visits.ended >= 0, record.visits.ended, np.inf) / record.ticks_per_day
    there = np.bincount(rows[(days < 181) & (ended > 181)], minlength=replications)
    factors = [0.2, 0.2, 1.5, 1, 1, 2]
    starts = np.cumsum([0, 31, 28, 31, 30, 31, 30])
    parts = [f * 10 * (math.exp(-(181 - b) / 10) - math.exp(-(181 - a) / 10)) for f, a, b in zip(factors, starts, starts[1:], strict=False)]
    return [
        by_replication("arrivals of June", june, 60.0),
        Metric("variance over mean of June", june.var(ddof=1) / june.mean(), 1.0, 4.5 * math.sqrt(2 / replications)),
        exact("arrivals of December", december.sum(), 0),
        by_replication("there at the end of June", there, sum(parts), 0.05),
        Metric("variance over mean there", there.var(ddof=1) / there.mean(), 1.0, 4.5 * math.sqrt(2 / replications)),
    ]


def quota(replications: int, seed: int) -> list[Metric]:
    """By the end of May 151 days have brought Poisson(151) projects, and 6 x 30 = 180 mu, for the sixth quota
    comes at the very end of May's last day, 1 June 00:00, and counts: min(N, 180) supplied, max(180 - N, 0) left.
    """
    results = run("quota.yaml", replications, seed).results
    demand = stats.poisson(151)
    n = np.arange(0, 400)
    supplied, left = results.outcome("supplied"), results.outcome("left")
    return [
        by_replication("supplied", supplied, float((demand.pmf(n) * np.minimum(n, 180)).sum())),
        share("P(some quota is left)", left > 0, float(demand.cdf(179))),
        by_replication("quota left", left, float((demand.pmf(n) * np.maximum(180 - n, 0)).sum())),
        exact("used and supplied", np.abs(results.outcome("used") - supplied).max(), 0),
    ]


def renewals(replications: int, seed: int) -> list[Metric]:
    """Erlang-2 gaps with rate r = 1/2: m(t) = r t / 2 - (1 - exp(-2 r t)) / 4. Down: part 2 / 8 of a long time; the desk_state begins up.

    Over 40 days the down time is 40/4 less a start-up deficit: the renewal argument gives E[down by t] = D (m_u(t)), integrated below
    numerically from the renewal equation of up and down times.
    """
    outlook = run("renewal.yaml", replications, seed)
    results = outlook.results
    cracks = stage(results, "done", "crack") / 30
    return [
        by_replication("renewals in 40 days", cracks, 0.5 * 40 / 2 - (1 - math.exp(-2 * 0.5 * 40)) / 4, 0.01),
        by_replication("days down in 40", pool(results, "held_days", "desk") / 30, days_down(40.0), 0.01),
    ]


def days_down(until: float, step: float = 0.01) -> float:
    """Expected time down by `until` of an alternating process that begins up: the renewal equation A = P(first up over) * ..., by steps."""
    grid = np.arange(0.0, until + step / 2, step)
    up = np.diff(stats.gamma(3, scale=2).cdf(np.append(grid - step / 2, until + step / 2)).clip(0))
    sigma = math.sqrt(math.log(1.25))
    law = stats.lognorm(sigma, scale=2 / math.exp(sigma**2 / 2))
    down = np.diff(law.cdf(np.append(grid - step / 2, until + step / 2).clip(0)))
    begins = np.zeros(len(grid))  # expected number of downs that begin in each step
    cycle = np.convolve(up, down)[: len(grid)]
    size = len(grid)
    spectrum = np.fft.rfft(cycle, 4 * size)
    # begins = up * (1 + cycle + cycle^2 + ...), cut at the horizon
    term, begins = up.copy(), up.copy()
    while term.sum() > 1e-12:
        term = np.fft.irfft(np.fft.rfft(term, 4 * size) * spectrum)[:size]
        begins += term
    lasting = np.concatenate([[0.0], np.cumsum((1 - law.cdf(grid)) * step)])[:size]  # E min(D, s)
    return float((begins * lasting[::-1]).sum())


def capacity(replications: int, seed: int) -> list[Metric]:
    """By hand: begun at 0, 2, 4, 6 and 10; waits 0 + 2 + 4 + 6 + 10; 20 desk-days of 2 x 1 + 5 x 2 + 23 x 1."""
    results = run("capacity.yaml", 1, seed).results
    return [
        exact("days waited", results.outcome("waits")[0], 22),
        Metric("utilisation", results.outcome("used")[0], 20 / 35, 1e-12),
    ]


CASES = {
    "priorities": (priorities, 12, 60),
    "series": (series, 10, 60),
    "rework": (rework, 10, 60),
    "seasons": (seasons, 150, 2000),
    "quota": (quota, 250, 4000),
    "renewals": (renewals, 25, 400),
    "capacity": (capacity, 1, 1),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_network_is_as_theory_has_it(kind):
    case, replications, _ = CASES[kind]
    assert faults(case(replications, 202)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", [202, fresh_seed()])
def test_a_network_is_as_theory_has_it_at_full_size(kind, seed):
    case, _, replications = CASES[kind]
    assert faults(case(replications, seed)) == [], f"seed {seed}"


def caught(kind):
    """Names of the metrics that are beyond their tolerance."""
    case, replications, _ = CASES[kind]
    return [fault.split(":")[0] for fault in faults(case(replications, 202))]


@pytest.mark.usefixtures("reference_engine")
def test_a_queue_that_ignores_priority_is_caught(monkeypatch):
    right = rules.queue_rank
    monkeypatch.setattr(rules, "queue_rank", lambda priority, *rest: right(1, *rest))
    assert "urgent mean wait" in caught("priorities")


@pytest.mark.usefixtures("reference_engine")
def test_a_stage_that_keeps_its_desk_is_caught(monkeypatch):
    """A planted fault in a rule: each service holds its desk for a quarter longer."""
    due = rules.due_tick
    monkeypatch.setattr(rules, "due_tick", lambda clock, now, work, pace: due(clock, now, work + work // 4, pace))
    assert "first mean wait" in caught("series")


@pytest.mark.usefixtures("reference_engine")
def test_rework_with_the_same_draws_again_is_caught(monkeypatch):
    """A planted fault in the engine: who is sent back draws the same luck again, and is sent back until no more rework is allowed."""
    right = reference.Replication.draw_again

    def same(self, entity, stage):
        kept = self.work[entity][stage], self.leaving[entity][stage], self.routing[entity][stage]
        right(self, entity, stage)
        self.work[entity][stage], self.leaving[entity][stage], self.routing[entity][stage] = kept

    sound = rework(6, 202)[2].value
    monkeypatch.setattr(reference.Replication, "draw_again", same)
    faulty = rework(6, 202)[2].value
    assert abs(sound - 1 / 0.7) < 0.1 < 1 < faulty - 1 / 0.7


def test_a_season_without_its_months_is_caught(monkeypatch):
    right = arrivals._ticks

    def even(model, intensity, reached):
        return right(model, intensity.__class__(intensity.days[[0, -1]], intensity.expected[[0, -1]]), reached)

    monkeypatch.setattr(arrivals, "_ticks", even)
    assert "arrivals of June" in caught("seasons")


@pytest.mark.usefixtures("reference_engine")
def test_a_quota_that_does_not_carry_over_is_caught(monkeypatch):
    right = reference.Pools.add

    def fresh(self, pool, amount):
        right(self, pool, amount - max(self.free[pool], 0) if amount == 30 else amount)

    monkeypatch.setattr(reference.Pools, "add", fresh)
    assert "quota left" in caught("quota")


@pytest.mark.usefixtures("reference_engine")
def test_a_loop_one_round_short_is_caught(monkeypatch):
    monkeypatch.setattr(rules, "way_on", lambda target, otherwise, again, sent_back, at_most: otherwise if sent_back >= 8 else target)
    assert "renewals in 40 days" in caught("renewals")


@pytest.mark.usefixtures("reference_engine")
def test_a_desk_that_stays_open_is_caught(monkeypatch):
    right = reference.Pools.expect
    monkeypatch.setattr(reference.Pools, "expect", lambda self, inflows: right(self, [one for one in inflows if one[2] > 0]))
    assert "days waited" in caught("capacity")
