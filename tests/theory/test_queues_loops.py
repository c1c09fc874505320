"""Rework as a loop: visits, networks, machines under repair, desks that shut, renewals; Cox, "Renewal Theory" (1962), and as it stands."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.engine.reference import Replication
from sim.model import rules
from tests.theory.cases import Metric, by_replication, exact, faults, fresh_seed, pool, run, share, stage
from tests.theory.chains import Chain, by_law, drawn, over_time

DAYS = 1000
"""Measured, after a warm-up."""


def by_entity(outlook, name):
    """(entity,) of those who came to a stage: visits, and the days on which the first began and the last one ended (-1: it has not)."""
    record = outlook.record
    visits = record.visits
    here = visits.stage == record.stages.index(name)
    who, place = np.unique(visits.entity[here], return_inverse=True)
    began, ended = np.full(len(who), np.inf), np.full(len(who), -1.0)
    np.minimum.at(began, place, visits.began[here] / record.ticks_per_day)
    np.maximum.at(ended, place, visits.ended[here] / record.ticks_per_day)
    return np.bincount(place), began, ended


def geometric(replications: int, seed: int) -> list[Metric]:
    """See the scenario: P(N >= n) = 0.3^(n - 1), mean 1 / 0.7; P(T > t) = exp(-0.7 t), mean 1 / 0.7."""
    outlook = run("queues_visits.yaml", replications, seed, record=True)
    visits, began, ended = by_entity(outlook, "check")
    bounded, _, _ = by_entity(outlook, "look")
    n = np.arange(40)
    law = np.where(n > 0, 0.7 * 0.3 ** (n - 1.0), 0.0)
    return [
        *by_law("visits", visits, law),
        share("P(one visit)", visits == 1, 0.7),
        share("P(three visits or more)", visits >= 3, 0.09),
        drawn("days until all is right", ended - began, 1 / 0.7, 1 / 0.49),
        drawn("their variance", (ended - began - 1 / 0.7) ** 2, 1 / 0.49, 8 / 0.49**2),  # fourth moment about the mean: 9 x mean^4
        share("P(more than two days)", ended - began > 2, math.exp(-1.4)),
        exact("most visits of the bounded", bounded.max(), 4),
        *by_law("visits of the bounded", bounded, np.array([0, 0.7, 0.21, 0.063, 0.027])),
    ]


def network(replications: int, seed: int) -> list[Metric]:
    """Each queue alone: Lq = r^2 / (1 - r) for one server, 2 r^3 / (1 - r^2) for two; r = 0.72, 0.64, 0.72."""
    results = run("queues_network.yaml", replications, seed).results
    known = {
        "sort": (0.72**2 / 0.28, "sorter", 0.72),
        "left": (0.64**2 / 0.36, "clerk", 0.64),
        "right": (2 * 0.72**3 / (1 - 0.72**2), "judge", 1.44),
    }
    metrics = []
    for name, (waiting, desk, load) in known.items():
        metrics.append(by_replication(f"waiting at {name}", stage(results, "waiting", name), waiting, 0.01))
        metrics.append(by_replication(f"at work at {name}", pool(results, "held_days", desk) / DAYS, load, 0.001))
    return metrics


def repair(replications: int, seed: int) -> list[Metric]:
    """Machines down: n of six, at rates (6 - n) / 10 up and min(n, 2) / 4 down."""
    results = run("queues_repair.yaml", replications, seed).results
    chain = Chain(0, lambda n: {n + 1: (6 - n) / 10, n - 1: min(n, 2) / 4})
    return [
        *over_time("machines that wait", stage(results, "waiting", "repair"), DAYS, chain.over(lambda n: max(n - 2, 0)), 0.003),
        *over_time("fitters at work", pool(results, "held_days", "fitter") / DAYS, DAYS, chain.over(lambda n: min(n, 2)), 0.003),
    ]


def breakdown(replications: int, seed: int) -> list[Metric]:
    """The chain of (customers there, how the closure stands): to come, waiting for who is being served, in force."""
    results = run("queues_breakdown.yaml", replications, seed).results

    def ways(state):
        there, closure = state
        found = {(there + 1, closure): 0.4 if there < 250 else 0.0}
        if closure == "to come":
            found[there, "waits" if there else "in force"] = 1 / 8
            if there:
                found[there - 1, "to come"] = 1.0
        elif closure == "waits":
            found[there - 1, "in force"] = 1.0
        else:
            found[there, "to come"] = 1 / 3
        return found

    chain = Chain((0, "to come"), ways)
    served = chain.over(lambda state: state[0] > 0 and state[1] != "in force")[0]
    assert served == pytest.approx(0.4)  # who comes is served, a day each
    return [
        *over_time(
            "customers that wait",
            stage(results, "waiting", "serve"),
            DAYS,
            chain.over(lambda state: max(state[0] - (state[1] != "in force"), 0)),
            0.01,
        ),
        *over_time("closure that waits", stage(results, "waiting", "shut"), DAYS, chain.over(lambda state: state[1] == "waits"), 0.001),
        *over_time(
            "desk held",
            pool(results, "held_days", "desk") / DAYS,
            DAYS,
            chain.over(lambda state: state[0] > 0 or state[1] == "in force"),
        ),
    ]


def renewals(replications: int, seed: int) -> list[Metric]:
    """N(t) >= n where n gaps are over by t: Poisson (t / 2), and gamma laws of order 3 n; see the scenario for who is up."""
    outlook = run("queues_renewals.yaml", replications, seed, record=True)
    record = outlook.record
    visits, end = record.visits, 30 * record.ticks_per_day

    def walkers(name):
        here = visits.stage == record.stages.index(name)
        return np.unique(visits.entity[here], return_inverse=True)[1], here

    def ended(name):
        place, here = walkers(name)
        return np.bincount(place, (visits.ended[here] >= 0) & (visits.ended[here] <= end))

    def up(day):
        place, here = walkers("up")
        now, last = day * record.ticks_per_day, visits.ended[here]
        return np.bincount(place, (visits.began[here] <= now) & ((last > now) | (last < 0)))

    n = np.arange(60)
    erlang = np.append(1.0, stats.gamma(3 * n[1:]).cdf(30.0))  # gaps of three stages of mean one day
    erlang = erlang - np.append(erlang[1:], 0.0)
    return [
        *by_law("exponential gaps", ended("once"), stats.poisson(15).pmf(n)),
        *by_law("Erlang gaps", ended("third"), erlang),
        share("P(9 Erlang gaps or fewer)", ended("third") <= 9, float(erlang[:10].sum())),
        *(share(f"P(up on day {day})", up(day) > 0, 0.75 + 0.25 * math.exp(-day * 2 / 3)) for day in (1, 3, 36)),
    ]


CASES = {
    "geometric": (geometric, 40, 500),
    "network": (network, 40, 300),
    "repair": (repair, 40, 400),
    "breakdown": (breakdown, 40, 400),
    "renewals": (renewals, 30, 400),
}


@pytest.mark.parametrize("kind", CASES)
def test_what_comes_again_is_as_theory_has_it(kind):
    case, replications, _ = CASES[kind]
    assert faults(case(replications, 505)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", [505, None], ids=["fixed", "fresh"])
def test_what_comes_again_is_as_theory_has_it_at_full_size(kind, seed):
    seed = seed or fresh_seed()
    case, _, replications = CASES[kind]
    assert faults(case(replications, seed)) == [], f"seed {seed}"


def found(kind: str) -> list[str]:
    """The metrics of a small run that are beyond their tolerance."""
    case, replications, _ = CASES[kind]
    return [fault.split(":")[0] for fault in faults(case(replications, 505))]


@pytest.mark.usefixtures("reference_engine")
def test_one_rework_more_than_allowed_is_caught(monkeypatch):
    right = rules.way_on
    monkeypatch.setattr(rules, "way_on", lambda target, otherwise, again, back, most: right(target, otherwise, again, back, most + 1))
    assert "most visits of the bounded" in found("geometric")


@pytest.mark.usefixtures("reference_engine")
def test_a_second_visit_with_the_draws_of_the_first_is_caught(monkeypatch):
    """A planted fault in the engine: the luck of the way is drawn anew, the work is not."""
    right = Replication.draw_again

    def same_work(self, entity, stage):
        work = self.work[entity][stage]
        right(self, entity, stage)
        self.work[entity][stage] = work

    monkeypatch.setattr(Replication, "draw_again", same_work)
    assert "their variance" in found("geometric")
    assert "variance of exponential gaps" in found("renewals")


@pytest.mark.usefixtures("reference_engine")
def test_routes_that_take_each_probability_for_itself_are_caught(monkeypatch):
    """A planted fault in a rule: no running sum, so that the second way is taken only where the luck is below its own probability."""

    def each(luck, probabilities, allowed):
        return next((number for number, one in enumerate(probabilities) if allowed[number] and luck < one), None)

    monkeypatch.setattr(rules, "chosen_route", each)
    assert "at work at right" in found("network")


@pytest.mark.usefixtures("reference_engine")
def test_a_fitter_too_many_is_caught(monkeypatch):
    right = rules.lacking
    monkeypatch.setattr(rules, "lacking", lambda needs, free: right(needs, [units + 1 for units in free]))
    assert "machines that wait" in found("repair")


@pytest.mark.usefixtures("reference_engine")
def test_a_closure_that_waits_behind_all_customers_is_caught(monkeypatch):
    right = rules.queue_rank
    monkeypatch.setattr(rules, "queue_rank", lambda priority, *rest: right(9, *rest))
    assert "closure that waits" in found("breakdown")


@pytest.mark.usefixtures("reference_engine")
def test_a_closure_that_comes_only_once_is_caught(monkeypatch):
    monkeypatch.setattr(rules, "way_on", lambda target, otherwise, again, back, most: otherwise)
    assert "desk held" in found("breakdown")
