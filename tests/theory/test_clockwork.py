"""D/D/1 by hand: waits 0, 1, ..., 9, to the tick; without a waiting room every other entity is refused."""

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


@pytest.mark.usefixtures("reference_engine")
def test_a_service_one_tick_too_long_is_caught(monkeypatch):
    """A planted fault in a rule: work ends a tick late, so that the k-th entity waits 2k days."""
    right = rules.due_tick
    monkeypatch.setattr(rules, "due_tick", lambda clock, now, work, pace: right(clock, now, work, pace) + 1)
    assert run().outcome("waits").tolist() != [45.0]


@pytest.mark.usefixtures("reference_engine")
def test_a_desk_too_many_is_caught(monkeypatch):
    """A planted fault in a rule: a pool lends one unit more than it has."""
    right = rules.lacking
    monkeypatch.setattr(rules, "lacking", lambda needs, free: right(needs, [units + 1 for units in free]))
    assert run().outcome("waits").tolist() != [45.0]


REFUSALS = Path(__file__).with_name("refusals.yaml")


def refusals():
    return sim.load(REFUSALS).run(seed=1, replications=1).results


def test_without_a_waiting_room_every_other_entity_is_refused():
    results = refusals()
    assert results.outcome("served").tolist() == [50.0]
    assert results.measures.met[0].tolist() == [True, True, True, True]


def test_a_release_comes_before_a_request_of_the_same_instant(tmp_path):
    # days 0 to 9, service of exactly a day: each desk is free again when the next comes, and nobody is refused
    text = REFUSALS.read_text(encoding="utf-8").replace("duration: 1.5 days", "duration: 1 days")
    (tmp_path / "day_by_day.yaml").write_text(text, encoding="utf-8")
    assert sim.load(tmp_path / "day_by_day.yaml").run(seed=1, replications=1).results.outcome("served").tolist() == [100.0]


@pytest.mark.usefixtures("reference_engine")
@pytest.mark.parametrize("rooms", [lambda stages, room: [], lambda stages, room: list(range(1, len(stages)))])
def test_a_waiting_room_too_large_is_caught(monkeypatch, rooms):
    """A planted fault in a rule: nobody is refused, or one may wait."""
    monkeypatch.setattr(rules, "beyond_rooms", rooms)
    assert refusals().outcome("served").tolist() != [50.0]
