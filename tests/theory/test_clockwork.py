"""D/D/1 by hand: waits 0, 1, ..., 9, to the tick."""

from pathlib import Path

import pytest

import sim
from sim.model import rules

FILE = Path(__file__).with_name("clockwork.yaml")


def run():
    return sim.load(FILE).run(seed=1, replications=1).results


def test_the_waits_of_a_deterministic_queue_add_up_to_45_days():
    results = run()
    assert results.outcome("waits").tolist() == [45.0]
    assert results.measures.met[0].tolist() == [True, False, True, True, True]


@pytest.mark.parametrize("seed", [2, 3])
def test_a_deterministic_queue_does_not_depend_on_the_seed(seed):
    assert sim.load(FILE).run(seed=seed, replications=2).results.outcome("waits").tolist() == [45.0, 45.0]


def test_a_service_one_tick_too_long_is_caught(monkeypatch):
    """A planted fault in a rule: work ends a tick late, so that the k-th entity waits 2k days."""
    right = rules.due_tick
    monkeypatch.setattr(rules, "due_tick", lambda clock, now, work, pace: right(clock, now, work, pace) + 1)
    assert run().outcome("waits").tolist() != [45.0]


def test_a_desk_too_many_is_caught(monkeypatch):
    """A planted fault in a rule: a pool lends one unit more than it has."""
    right = rules.lacking
    monkeypatch.setattr(rules, "lacking", lambda needs, free: right(needs, [units + 1 for units in free]))
    assert run().outcome("waits").tolist() != [45.0]
