"""Queues in the long run: impatience, rooms, classes, sizes, stages held together.

Gross, Shortle, Thompson and Harris, "Fundamentals of Queueing Theory", 4th ed., ch. 2, 3, 5; others where they stand.
"""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from sim.model import rules
from sim.sampling import visits as chance
from tests.theory.cases import Metric, Z, by_replication, faults, fresh_seed, pool, run, stage
from tests.theory.chains import Chain, over_time

DAYS = 500
"""Measured, after a warm-up."""


def part(results, column, known, name="serve"):
    """(replication,) part of the requests, as a deviation from the known part: unlike a quotient of two counts it has no bias."""
    asked = stage(results, "requested", name)
    return known + (stage(results, column, name) - known * asked) / asked.mean()


def birth_death(birth: float, death, most: int) -> Chain:
    """Customers there: `birth` a day below `most`, `death(n)` a day of n."""
    return Chain(0, lambda n: {n + 1: birth if n < most else 0.0, n - 1: death(n) if n else 0.0})


def fixed_patience(replications: int, seed: int) -> list[Metric]:
    """M/M/1+D (Barrer, Operations Research 5, 1957): the work found has density l p0 exp(-(m - l) x) up to d, beyond it only m decays."""
    rate, patience = 1.2, 2.0
    results = run("queues_single.yaml", replications, seed, [f"workflow.serve.patience={patience} days"]).results
    grown = math.exp((rate - 1) * patience)
    below = rate * (grown - 1) / (rate - 1)
    nothing = 1 / (1 + below + rate * grown)  # p0; beyond d: integral of l exp(l d) exp(-x) = l exp((l - 1) d)
    lost = rate * nothing * grown

    def exceeds(x):
        return lost + nothing * rate * (grown - math.exp((rate - 1) * x)) / (rate - 1)

    wait = quad(exceeds, 0, patience)[0]
    assert 1 - nothing == pytest.approx(rate * (1 - lost))  # the desk is busy with those who are served
    in_time = lost * (1 - patience / DAYS)  # who asks in the last two days has no time to leave
    return [
        by_replication("M/M/1+D part that leaves", part(results, "left", in_time), in_time, 0.0005),
        by_replication("M/M/1+D part that waits", part(results, "waited", 1 - nothing), 1 - nothing, 0.001),
        by_replication("M/M/1+D mean number waiting", stage(results, "waiting", "serve"), rate * wait, 0.003),
    ]


def random_patience(replications: int, seed: int) -> list[Metric]:
    """M/M/3+M (Palm 1957, Erlang A) is a birth-death chain; who leaves is theta Lq / lambda."""
    rate, desks, theta = 4.0, 3, 0.5
    sets = [f"intake.customers.rate={rate} per day", "pools.desk.capacity=3", "workflow.serve.patience={exponential: {mean: 2 days}}"]
    results = run("queues_single.yaml", replications, seed, [*sets, "run.horizon=day 250", "run.warm_up=day 50"]).results
    chain = birth_death(rate, lambda n: min(n, desks) + theta * max(n - desks, 0), 80)
    queue, delayed = chain.over(lambda n: max(n - desks, 0)), chain.over(lambda n: n >= desks)[0]
    # who is k-th in the queue leaves in the end with k theta / (3 + k theta); those who wait at the horizon have not yet
    undecided = chain.over(lambda n: sum(k * theta / (desks + k * theta) for k in range(1, n - desks + 1)))[0]
    leaves = theta * queue[0] / rate - undecided / (rate * 200)
    return [
        *over_time("M/M/3+M mean number waiting", stage(results, "waiting", "serve"), 200, queue, 0.005),
        *over_time("M/M/3+M mean number in service", pool(results, "held_days", "desk") / 200, 200, chain.over(lambda n: min(n, desks))),
        by_replication("M/M/3+M part that leaves", part(results, "left", leaves), leaves, 0.001),
        by_replication("M/M/3+M part that waits", part(results, "waited", delayed), delayed, 0.003),
    ]


def bounded(replications: int, seed: int) -> list[Metric]:
    """M/M/2/5: a birth-death chain on 0 to 5; who finds five there is refused."""
    sets = ["intake.customers.rate=2 per day", "pools.desk.capacity=2", "workflow.serve.waiting_room=3"]
    results = run("queues_single.yaml", replications, seed, [*sets, "run.horizon=day 350"]).results
    chain = birth_death(2.0, lambda n: min(n, 2), 5)
    full = chain.over(lambda n: n == 5)[0]
    return [
        *over_time("M/M/2/5 mean number waiting", stage(results, "waiting", "serve"), 250, chain.over(lambda n: max(n - 2, 0)), 0.004),
        by_replication("M/M/2/5 part refused", part(results, "left", full), full, 0.002),
    ]


def classes(replications: int, seed: int) -> list[Metric]:
    """See the scenario; by Little's law the numbers waiting are lambda_k Wq_k, and together those of an M/M/2."""
    results = run("queues_classes.yaml", replications, seed).results
    waiting = {name: stage(results, "waiting", f"serve_{name}") for name in ("first", "second", "third")}
    chain = birth_death(1.5, lambda n: min(n, 2), 300)
    delayed = 2 * 0.75**2 / (1 + 0.75)  # Erlang's C for two desks: 2 r^2 / (1 + r)
    loads, rates = (0.0, 0.2, 0.45, 0.75), (0.4, 0.5, 0.6)
    known = [rate * delayed / 2 / ((1 - before) * (1 - with_it)) for rate, before, with_it in zip(rates, loads, loads[1:], strict=False)]
    together = chain.over(lambda n: max(n - 2, 0))
    assert sum(known) == pytest.approx(together[0])  # Kleinrock's conservation law
    return [
        *(by_replication(f"{name} class waiting", waiting[name], mean, 0.002) for name, mean in zip(waiting, known, strict=True)),
        *over_time("all classes waiting", sum(waiting.values()), DAYS, together, 0.005),
    ]


def on_dates(replications: int, seed: int) -> list[Metric]:
    """D/M/1: one a day on given dates; s = exp(-m (1 - s)), P(wait) = s, Wq = s / (m (1 - s)); m = 1.25."""
    root = brentq(lambda s: s - math.exp(-1.25 * (1 - s)), 0.0, 0.9)
    dates = ", ".join(f"day {day}: 1" for day in range(600))
    sets = [
        "intake.customers.rate=0 per day",
        f"intake.customers.dates={{{dates}}}",
        "workflow.serve.duration={exponential: {mean: 0.8 days}}",
    ]
    results = run("queues_single.yaml", replications, seed, sets).results
    return [
        by_replication("D/M/1 part that waits", part(results, "waited", root), root, 0.002),
        by_replication("D/M/1 mean number waiting", stage(results, "waiting", "serve"), root / (1.25 * (1 - root)), 0.005),
    ]


def held(replications: int, seed: int) -> list[Metric]:
    """See the scenario; E[S^2] = 2 x 0.6^2 + 2 x 0.6 x 0.6 + 1.2^2 / 3."""
    results = run("queues_held.yaml", replications, seed).results
    second = 2 * 0.36 + 2 * 0.36 + 0.48
    return [
        by_replication(
            "crew of two stages, mean number waiting", stage(results, "waiting", "prepare"), 0.5 * 0.5 * second / (2 * 0.4), 0.004
        ),
        by_replication("crew of two stages, utilisation", pool(results, "held_days", "crew") / 1000, 0.6),
    ]


def sizes(replications: int, seed: int) -> list[Metric]:
    """Kaufman and Roberts: j q(j) = 1 x 2 q(j - 1) + 3 x 0.75 q(j - 3); blocked where fewer are free than needed."""
    results = run("queues_sizes.yaml", replications, seed).results
    q = [1.0]
    for j in range(1, 7):
        q.append((2.0 * q[j - 1] + (3 * 0.75 * q[j - 3] if j >= 3 else 0.0)) / j)
    occupied = np.array(q) / sum(q)
    small, large = occupied[6], occupied[4:].sum()
    return [
        by_replication("small ones blocked", part(results, "left", small, "serve_small"), small, 0.002),
        by_replication("large ones blocked", part(results, "left", large, "serve_large"), large, 0.003),
        by_replication("desks held", pool(results, "held_days", "desk") / 300, float(occupied @ np.arange(7)), 0.01),
    ]


CASES = {
    "fixed patience": fixed_patience,
    "random patience": random_patience,
    "bounded": bounded,
    "classes": classes,
    "on dates": on_dates,
    "held": held,
    "sizes": sizes,
}


@pytest.mark.parametrize("kind", CASES)
def test_a_queue_with_rules_of_its_own_is_as_theory_has_it(kind):
    assert faults(CASES[kind](replications=40, seed=303)) == []


@pytest.mark.heavy
@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("seed", [303, None], ids=["fixed", "fresh"])
def test_a_queue_with_rules_of_its_own_is_as_theory_has_it_at_full_size(kind, seed):
    seed = seed or fresh_seed()
    assert faults(CASES[kind](replications=400, seed=seed)) == [], f"seed {seed}"


@pytest.mark.heavy
@pytest.mark.parametrize("seed", [303, None], ids=["fixed", "fresh"])
def test_a_single_server_at_four_fifths_over_eight_hundred_thousand_customers(seed):
    """VV-01: 40 x 20,000 customers; the mean wait of n has variance r (2 + 5 r - 4 r^2 + r^3) / (1 - r)^4 / n (Daley 1968)."""
    seed = seed or fresh_seed()
    sets = ["intake.customers.rate=0.8 per day", "run.horizon=day 30000", "run.warm_up=day 5000", "run.tick=0.01 days"]
    outlook = run("queues_single.yaml", 40, seed, sets, record=True)
    results, visits, per_day = outlook.results, outlook.record.visits, outlook.record.ticks_per_day
    measured = visits.requested >= 5000 * per_day
    over = np.bincount(visits.row[measured], (visits.waits > per_day)[measured]) / np.bincount(visits.row[measured])
    rho, mean_wait = 0.8, part(results, "wait_days", 4.0)
    error = math.sqrt(rho * (2 + 5 * rho - 4 * rho**2 + rho**3) / (1 - rho) ** 4 / 800_000)
    queue, busy = birth_death(0.8, lambda n: 1.0, 1500), 1 - 0.2
    metrics = [
        Metric("mean wait", mean_wait.mean(), 4.0, Z * error),
        Metric("spread of the mean wait", math.log(mean_wait.std(ddof=1) / math.sqrt(40) / error), 0.0, math.log(1.5)),
        by_replication("P(wait)", part(results, "waited", busy), busy, 0.001),
        *over_time("mean number waiting", stage(results, "waiting", "serve"), 25_000, queue.over(lambda n: max(n - 1, 0))),
        by_replication("mean stay", part(results, "stay_days", 5.0), 5.0),
        by_replication("P(wait > mean service)", over, busy * math.exp(-0.2), 0.001),
    ]
    assert faults(metrics) == [], f"seed {seed}"


def later_service(times: float):
    """A planted fault in a rule: work that takes so many times as long."""
    right = rules.due_tick
    return lambda clock, now, work, pace: right(clock, now, int(work * times), pace)


FAULTS = {
    "fixed patience": ("patience_is_over", lambda asked, patience, now: now - asked >= 1.2 * patience, "M/M/1+D part that leaves"),
    "random patience": ("patience_is_over", lambda asked, patience, now: now - asked >= 2 * patience, "M/M/3+M mean number waiting"),
    "classes": ("queue_rank", lambda priority, now, entity, stage, widths: now * widths[1] + entity, "first class waiting"),
    "on dates": ("due_tick", later_service(1.1), "D/M/1 mean number waiting"),
    "sizes": ("lacking", lambda needs, free: [one for one, amount in needs if free[one] < min(amount, 2)], "large ones blocked"),
    "bounded": ("beyond_rooms", lambda stages, rooms: list(range(4, len(stages))), "M/M/2/5 part refused"),
}


@pytest.mark.usefixtures("reference_engine")
@pytest.mark.parametrize("kind", FAULTS)
def test_a_rule_broken_in_one_place_is_caught(kind, monkeypatch):
    rule, broken, metric = FAULTS[kind]
    monkeypatch.setattr(rules, rule, broken)
    assert metric in [fault.split(":")[0] for fault in faults(CASES[kind](replications=40, seed=303))]


def test_patience_drawn_once_for_all_is_caught(monkeypatch):
    """A planted fault in sampling: everybody's patience is the median, and no draw."""
    right = chance.draw_stage

    def same(model, portfolio, seed, replications, stage, visits):
        drawn = right(model, portfolio, seed, replications, stage, visits)
        drawn.patience[:] = round(2 * math.log(2) * model.timeline.ticks_per_day)
        return drawn

    monkeypatch.setattr(chance, "draw_stage", same)
    assert "M/M/3+M mean number waiting" in [fault.split(":")[0] for fault in faults(random_patience(40, 303))]


@pytest.mark.usefixtures("reference_engine")
def test_a_crew_given_back_between_its_stages_is_caught(monkeypatch):
    from sim.engine.holdings import Holdings

    right = Holdings.hold

    def only_this_stage(self, entity, stage, needs):
        kept, self.until = self.until, [[[-1] * len(row) for row in district] for district in self.until]
        right(self, entity, stage, needs)
        self.until = kept

    monkeypatch.setattr(Holdings, "hold", only_this_stage)
    assert "crew of two stages, utilisation" in [fault.split(":")[0] for fault in faults(held(40, 303))]
