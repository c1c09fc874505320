"""Schedules with known makespans: Johnson, Nav. Res. Log. Q. 1 (1954); Graham, SIAM J. Appl. Math. 17 (1969); the others by hand."""

import itertools

import pytest

from sim.model import rules
from tests.theory.cases import Metric, exact, faults, run

SAW, DRILL = (3, 7, 4, 5, 7), (6, 2, 7, 3, 4)
CRANE = {
    ("tower", "gate", "road"): {"a": 3, "b": 2, "c": 6, "d": 6, "e": 8},
    ("gate", "tower", "road"): {"a": 3, "b": 2, "c": 6, "d": 6, "e": 8},
    ("tower", "road", "gate"): {"a": 3, "c": 4, "d": 6, "e": 8, "b": 10},
    ("road", "tower", "gate"): {"a": 3, "c": 4, "d": 6, "e": 8, "b": 10},
    ("gate", "road", "tower"): {"b": 2, "c": 4, "a": 5, "d": 8, "e": 10},
    ("road", "gate", "tower"): {"b": 2, "c": 4, "a": 5, "d": 8, "e": 10},
}
"""Order of priorities -> the day on which each activity ends, by hand."""
SHORTER = [f"workflow.j{job}.duration={days - 1} days" for job, days in enumerate((3, 2, 2, 2, 4, 4, 4, 4, 9), start=1)]


def ends(file: str, sets: list[str]) -> dict[str, float]:
    """Stage -> day of its end."""
    record = run(file, 1, 1, sets, record=True).record
    visits = record.visits
    return {record.stages[stage]: tick / record.ticks_per_day for stage, tick in zip(visits.stage, visits.ended, strict=True)}


def flow_shop_days(order: tuple[int, ...]) -> int:
    """Makespan of an order: a job bores when it is cut and the drill is free."""
    cut = bored = 0
    for job in order:
        cut += SAW[job]
        bored = max(cut, bored) + DRILL[job]
    return bored


def flow_shop() -> list[Metric]:
    """Johnson's order, a worse one, and each that begins with the first job."""

    def days(order):
        return max(ends("flow_shop.yaml", [f"portfolio.projects.job_{job + 1}.priority={rank}" for rank, job in enumerate(order)]).values())

    orders = [(0, *rest) for rest in itertools.permutations((1, 2, 3, 4))]
    return [
        exact("Johnson's order", days((0, 2, 4, 3, 1)), 28),
        exact("the least of all orders", min(map(flow_shop_days, itertools.permutations(range(5)))), 28),
        exact("an order that is worse", days((1, 3, 4, 2, 0)), 36),
        *(exact(f"order {order}", days(order), flow_shop_days(order)) for order in orders),
    ]


def crews_and_a_crane() -> list[Metric]:
    metrics = []
    for order, known in CRANE.items():
        days = ends("crane.yaml", [f"portfolio.projects.{name}.priority={rank}" for rank, name in enumerate(order)])
        metrics += [exact(f"{', '.join(order)}: {activity}", days[activity], day) for activity, day in known.items()]
    return metrics


def anomalies() -> list[Metric]:
    """Graham's nine jobs: 12 days on three machines; 15 on four; 13 on three if every job is a day shorter.

    On four, each a day shorter: j1 0-2, j2 to j4 0-1; j5, j6, j7 1-4; j8 2-5 on the machine of j1; j9 4-12.
    """
    four = "pools.machine.capacity=4"
    return [
        exact("nine jobs", ends("graham.yaml", [])["all"], 12),
        exact("a machine more", ends("graham.yaml", [four])["all"], 15),
        exact("a day shorter", ends("graham.yaml", SHORTER)["all"], 13),
        exact("both", ends("graham.yaml", [four, *SHORTER])["all"], 12),
    ]


def passing() -> list[Metric]:
    """A small request may fill the gap before a large one, or not."""
    behind, filled = ends("passing.yaml", []), ends("passing.yaml", ["pools.crew.passing=true"])
    return [
        *(exact(f"{name}, nobody passes", behind[name], day) for name, day in (("x", 4), ("y", 7), ("z", 9))),
        *(exact(f"{name}, who can passes", filled[name], day) for name, day in (("x", 4), ("z", 3), ("y", 7))),
    ]


CASES = {"flow shop": flow_shop, "crews and a crane": crews_and_a_crane, "anomalies": anomalies, "passing": passing}


@pytest.mark.parametrize("kind", CASES)
def test_a_schedule_is_the_one_known_by_hand(kind):
    assert faults(CASES[kind]()) == []


@pytest.mark.usefixtures("reference_engine")
def test_a_queue_by_order_of_entry_is_caught(monkeypatch):
    """A planted fault in a rule: nobody's priority counts."""
    right = rules.queue_rank
    monkeypatch.setattr(rules, "queue_rank", lambda priority, *rest: right(1, *rest))
    assert faults(flow_shop())
    assert faults(crews_and_a_crane())


@pytest.mark.usefixtures("reference_engine")
def test_a_queue_by_stage_before_request_is_caught(monkeypatch):
    """A planted fault in a rule: the later stage goes first among equals."""
    right = rules.queue_rank
    monkeypatch.setattr(
        rules, "queue_rank", lambda priority, tick, entity, stage, widths: right(priority, tick, entity, widths[2] - 1 - stage, widths)
    )
    assert faults(anomalies())


@pytest.mark.usefixtures("reference_engine")
def test_a_stage_that_takes_what_it_can_get_is_caught(monkeypatch):
    """A planted fault in a rule: only the first pool that a stage needs is looked at."""
    right = rules.lacking
    monkeypatch.setattr(rules, "lacking", lambda needs, free: right(needs[:1], free))
    assert faults(crews_and_a_crane())


@pytest.mark.usefixtures("reference_engine")
def test_a_bar_that_nobody_keeps_is_caught(monkeypatch):
    monkeypatch.setattr(rules, "is_barred", lambda needs, barred: False)
    assert "z, nobody passes" in " ".join(faults(passing()))
