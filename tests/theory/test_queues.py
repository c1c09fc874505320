"""Single queues in the long run: Gross, Shortle, Thompson and Harris, "Fundamentals of Queueing Theory", 4th ed., chapters 2, 3 and 5."""

import math

import numpy as np
import pytest

from sim.calendar import NEVER
from sim.engine import pools
from sim.model import rules
from sim.sampling import arrivals
from tests.theory.cases import Metric, by_replication, faults, fresh_seed, pool, run, stage

RATE, SERVICE = 0.8, 1.0
SLACK = 0.01
"""Days: what ticks of 0.01 days may move a mean wait."""


def waits(results):
    """(replication,) mean days waited by request at the desk."""
    return stage(results, "wait_days", "serve") / stage(results, "requested", "serve")


def part(results, column):
    """(replication,) part of the requests."""
    return stage(results, column, "serve") / stage(results, "requested", "serve")


def erlang_b(load: float, servers: int) -> float:
    """Probability that all servers of a loss system are busy (Erlang 1917)."""
    terms = [load**n / math.factorial(n) for n in range(servers + 1)]
    return terms[-1] / sum(terms)


def erlang_c(load: float, servers: int) -> float:
    """Probability of a wait."""
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


def single_server(replications: int, seed: int) -> list[Metric]:
    """VV-01, M/M/1 at 0.8: Wq = rho / (mu - lambda) = 4, P(wait) = rho, Lq = 3.2, W = 5, P(wait > 1) = rho exp(-(mu - lambda))."""
    outlook = run("queue.yaml", replications, seed, record=True)
    results, visits = outlook.results, outlook.record.visits
    measured = visits.requested >= 500 * outlook.record.ticks_per_day
    long = (visits.granted - visits.requested > outlook.record.ticks_per_day * SERVICE)[measured]
    rows = visits.row[measured]
    over = np.bincount(rows, long) / np.bincount(rows)
    return [
        by_replication("M/M/1 mean wait", waits(results), 4.0, SLACK),
        by_replication("M/M/1 P(wait)", part(results, "waited"), 0.8, 0.005),
        by_replication("M/M/1 mean number waiting", stage(results, "waiting", "serve"), 3.2, SLACK),
        by_replication("M/M/1 mean stay", stage(results, "stay_days", "serve") / stage(results, "requested", "serve"), 5.0, SLACK),
        by_replication("M/M/1 P(wait > mean service)", over, 0.8 * math.exp(-0.2), 0.005),
        by_replication("M/M/1 utilisation", pool(results, "held_days", "desk") / 2500, 0.8),
    ]


def several_servers(replications: int, seed: int) -> list[Metric]:
    """M/M/3 with a load of 2.4: Erlang's C, Wq = C / (c mu - lambda)."""
    results = run("queue.yaml", replications, seed, ["intake.customers.rate=2.4 per day", "pools.desk.capacity=3"]).results
    delayed = erlang_c(2.4, 3)
    return [
        by_replication("M/M/3 P(wait)", part(results, "waited"), delayed, 0.01),
        by_replication("M/M/3 mean wait", waits(results), delayed / (3 - 2.4), SLACK),
    ]


def general_service(replications: int, seed: int) -> list[Metric]:
    """Pollaczek and Khinchine: Wq = lambda E[S^2] / (2 (1 - rho)); E[S^2] = 1 + cv^2."""
    exactly = run("queue.yaml", replications, seed, ["workflow.serve.duration=1 days"]).results
    spread = run("queue.yaml", replications, seed, ["workflow.serve.duration={lognormal: {mean: 1 days, cv: 0.7}}"]).results
    return [
        by_replication("M/D/1 mean wait", waits(exactly), 0.8 / (2 * 0.2), SLACK),
        by_replication("M/G/1 mean wait", waits(spread), 0.8 * (1 + 0.7**2) / (2 * 0.2), SLACK),
    ]


def loss(replications: int, seed: int) -> list[Metric]:
    """Erlang's B, whatever the service (insensitivity); M/M/1 with room for two: p_3 = (1 - rho) rho^3 / (1 - rho^4).

    Many servers that turn away forget their start in days: runs are short.
    """
    short = ["run.horizon=day 1000", "run.warm_up=day 100"]
    four = [*short, "intake.customers.rate=3 per day", "pools.desk.capacity=4", "workflow.serve.waiting_room=0"]
    markov = run("queue.yaml", replications, seed, four).results
    service = "workflow.serve.duration={lognormal: {mean: 1 days, cv: 1.5}}"
    general = run("queue.yaml", replications, seed, [*four, service]).results
    room = run("queue.yaml", replications, seed, ["workflow.serve.waiting_room=2"]).results
    full = (1 - 0.8) * 0.8**3 / (1 - 0.8**4)
    return [
        by_replication("M/M/4/4 blocked", part(markov, "left"), erlang_b(3.0, 4), 0.003),
        by_replication("M/G/4/4 blocked", part(general, "left"), erlang_b(3.0, 4), 0.003),
        by_replication("M/M/1/3 blocked", part(room, "left"), full, 0.003),
    ]


def impatience(replications: int, seed: int) -> list[Metric]:
    """M/M/1 + M (Erlang A): a birth-death chain with death rates mu + (n - 1) theta; who leaves is theta Lq / lambda."""
    results = run("queue.yaml", replications, seed, ["workflow.serve.patience={exponential: {mean: 5 days}}"]).results
    weights = np.cumprod([1.0, *(RATE / (1 / SERVICE + (n - 1) / 5) for n in range(1, 200))])
    chance = weights / weights.sum()
    waiting = float(sum((n - 1) * p for n, p in enumerate(chance) if n > 1))
    return [
        by_replication("M/M/1+M part that leaves", part(results, "left"), waiting / 5 / RATE, 0.003),
        by_replication("M/M/1+M mean number waiting", stage(results, "waiting", "serve"), waiting, SLACK),
    ]


def batches(replications: int, seed: int) -> list[Metric]:
    """M^[X]/M/1: L = rho (1 + E[X^2] / E[X]) / (2 (1 - rho)), W = L / (lambda E[X]); X is 1 or 3, each as likely: 5 / 2."""
    sets = ["intake.customers.rate=0.35 per day", "intake.customers.batch={table: {'1': 0.5, '3': 0.5}}"]
    results = run("queue.yaml", replications, seed, sets).results
    load = 0.35 * 2
    inside = load * (1 + 2.5) / (2 * (1 - load))
    return [by_replication("M^X/M/1 mean wait", waits(results), inside / load - 1, SLACK)]


CASES = {
    "single server": single_server,
    "several servers": several_servers,
    "general service": general_service,
    "loss": loss,
    "impatience": impatience,
    "batches": batches,
}


@pytest.mark.parametrize("kind", CASES)
def test_a_queue_is_as_theory_has_it(kind):
    assert faults(CASES[kind](replications=16 if kind == "loss" else 20, seed=101)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", [101, fresh_seed()])
def test_a_queue_is_as_theory_has_it_at_full_size(kind, seed):
    assert faults(CASES[kind](replications=80, seed=seed)) == [], f"seed {seed}"


def test_the_measured_spread_of_replications_is_the_one_theory_implies():
    # by customer the variance of the mean wait is rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4 services^2 over many customers (Daley,
    # Journal of the Australian Mathematical Society 8, 1968); 2,500 days have 2,000 of them. Means of replications have skewness: their
    # kurtosis is taken as 4, so 160 replications know the variance to sqrt((4 - 1) / 160), 14% by standard error
    spread = np.var(waits(run("queue.yaml", 160, 7).results), ddof=1)
    implied = RATE * (2 + 5 * RATE - 4 * RATE**2 + RATE**3) / (1 - RATE) ** 4 / (2500 * RATE)
    assert spread == pytest.approx(implied, rel=4.5 * math.sqrt(3 / 160))


def caught(case, replications):
    """Names of the metrics that are beyond their tolerance."""
    return [fault.split(":")[0] for fault in faults(case(replications, 101))]


@pytest.mark.usefixtures("reference_engine")
def test_a_service_that_never_waits_is_caught(monkeypatch):
    monkeypatch.setattr(rules, "lacking", lambda needs, free: [])
    assert "M/M/1 mean wait" in caught(single_server, 12)


@pytest.mark.usefixtures("reference_engine")
def test_a_server_too_many_is_caught(monkeypatch):
    right = rules.lacking
    monkeypatch.setattr(rules, "lacking", lambda needs, free: right(needs, [units + 1 for units in free]))
    assert "M/M/3 mean wait" in caught(several_servers, 12)


@pytest.mark.usefixtures("reference_engine")
def test_a_service_cut_to_its_mean_is_caught(monkeypatch):
    right = rules.due_tick
    monkeypatch.setattr(rules, "due_tick", lambda clock, now, work, pace: right(clock, now, min(work, 10**14), pace))
    assert "M/G/1 mean wait" in caught(general_service, 12)


@pytest.mark.usefixtures("reference_engine")
def test_a_place_too_many_in_the_waiting_room_is_caught(monkeypatch):
    right = rules.beyond_rooms
    monkeypatch.setattr(rules, "beyond_rooms", lambda stages, rooms: right(stages, [room + 1 for room in rooms]))
    assert {"M/M/4/4 blocked", "M/M/1/3 blocked"} <= set(caught(loss, 16))


@pytest.mark.usefixtures("reference_engine")
def test_endless_patience_is_caught(monkeypatch):
    monkeypatch.setattr(rules, "patience_is_over", lambda requested, patience, now: now - requested >= 2 * patience)
    assert "M/M/1+M part that leaves" in caught(impatience, 12)


def test_batches_that_come_one_by_one_are_caught(monkeypatch):
    right = arrivals._batched

    def apart(stream, ticks, seed, replications):
        together = right(stream, ticks, seed, replications)
        return np.where(together < NEVER, np.sort(together + np.arange(together.shape[1]) * 7919 % 3000, axis=1), NEVER)

    monkeypatch.setattr(arrivals, "_batched", apart)
    assert "M^X/M/1 mean wait" in caught(batches, 24)


@pytest.mark.usefixtures("reference_engine")
def test_a_queue_that_counts_its_waiting_wrongly_stops_the_run(monkeypatch):
    """Little's law is checked in every replication: a counter that misses a departure is a bug told at once."""
    right = pools.Sums.change
    monkeypatch.setattr(pools.Sums, "change", lambda self, number, by: right(self, number, by) if by > 0 else None)
    with pytest.raises(ArithmeticError, match="not the sum of the waits"):
        run("queue.yaml", 1, 1)
