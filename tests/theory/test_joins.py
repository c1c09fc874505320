"""Ways by what a project is, joins over ways not taken, and rounds of rework: every day by hand."""

import pytest

from sim.engine import reference
from sim.engine.trace import CANCELLED, DONE
from sim.model import rules
from tests.theory.cases import Metric, exact, faults, run

WORKS = {"sort": 1, "survey": 4, "drill": 8, "plans": 4}
SHALLOW = WORKS | {"sample": 10, "log": 17, "close": 11, "report": 12, "final": 12}
JOINS = {
    "tunnel": WORKS | {"lab": 14, "close": 15, "report": 16, "final": 16},
    "ditch": SHALLOW,
    "both": SHALLOW,
    "plant": {"sort": 1, "permit": 3, "close": 4, "report": 5, "plans": 4, "final": 5},
    "shop": {"sort": 1, "desk": 6, "report": 7, "archive": 16, "plans": 4, "final": 16},
}
"""Project -> stage -> the day on which it ends; what is not named does not come. The lab of `tunnel` is chosen, and so nothing else that
follows the drill; `ditch` takes no route there, and so all that no route names; `both` takes the first of two that let it through."""
ROUNDS = {
    "draft": [(0, 2, DONE), (3, 5, DONE), (6, 8, DONE)],
    "map": [(0, 4, DONE)],
    "sheet": [(2, 3, DONE), (5, 6, DONE), (8, 9, DONE)],
    "model": [(2, 3, CANCELLED), (5, 6, CANCELLED), (8, 13, DONE)],
    "check": [(2, 3, DONE), (5, 6, DONE), (8, 9, DONE)],
    "file": [(9, 9, DONE)],
    "all": [(13, 13, DONE)],
}
"""Stage -> (day begun, day over, what became of it) of each visit."""


def visits(file: str) -> list[tuple[str, str, int, int, int, int]]:
    """(project, stage, visit, day begun, day over, outcome)."""
    record = run(file, 1, 1, record=True).record
    table = record.visits
    columns = (table.visit, table.began, table.ended, table.outcome)
    names = zip([record.entities.name[one] for one in table.entity], [record.stages[one] for one in table.stage], strict=True)
    return [(*name, *map(int, row)) for name, *row in zip(names, *columns, strict=True)]


def joins() -> list[Metric]:
    """Every stage of every project ends on its day, and no other comes."""
    found = {(project, stage): ended for project, stage, _, _, ended, _ in visits("joins.yaml")}
    known = {(project, stage): day for project, days in JOINS.items() for stage, day in days.items()}
    return [
        *(exact(f"{project}: {stage}", found.get((project, stage), -1), day) for (project, stage), day in known.items()),
        exact("stages that should not come", len(found.keys() - known.keys()), 0),
    ]


def rounds() -> list[Metric]:
    """Every visit, those cut short too."""
    found = {(stage, number): row for _, stage, number, *row in visits("rounds.yaml")}
    metrics = [exact("visits", len(found), sum(map(len, ROUNDS.values())))]
    for stage, rows in ROUNDS.items():
        for number, row in enumerate(rows):
            here = found.get((stage, number), [-1, -1, -1])
            metrics += [
                exact(f"{stage} {number}: {what}", got, known)
                for what, got, known in zip(("begun", "over", "outcome"), here, row, strict=True)
            ]
    return metrics


@pytest.mark.parametrize("case", [joins, rounds])
def test_ways_joins_and_rounds_are_those_known_by_hand(case):
    assert faults(case()) == []


@pytest.mark.usefixtures("reference_engine")
def test_a_join_that_any_predecessor_lets_through_is_caught(monkeypatch):
    monkeypatch.setattr(rules, "begins", lambda unresolved, done: done > 0)
    assert faults(joins())
    assert faults(rounds())


@pytest.mark.usefixtures("reference_engine")
def test_a_join_that_skipped_predecessors_open_is_caught(monkeypatch):
    """A planted fault in a rule: what all predecessors of are skipped comes all the same."""
    monkeypatch.setattr(rules, "begins", lambda unresolved, done: unresolved == 0)
    assert "stages that should not come" in " ".join(faults(joins()))


@pytest.mark.usefixtures("reference_engine")
def test_routes_that_are_looked_at_from_the_last_are_caught(monkeypatch):
    def last(luck, probabilities, allowed):
        return max((number for number, may in enumerate(allowed) if may), default=None)

    monkeypatch.setattr(rules, "chosen_route", last)
    assert "both: permit" in " ".join(faults(joins())) or "both: survey" in " ".join(faults(joins()))


@pytest.mark.usefixtures("reference_engine")
def test_a_round_too_many_is_caught(monkeypatch):
    right = rules.way_on
    monkeypatch.setattr(
        rules, "way_on", lambda target, otherwise, again, sent_back, at_most: right(target, otherwise, again, sent_back, at_most + 1)
    )
    assert faults(rounds())


@pytest.mark.usefixtures("reference_engine")
def test_rework_that_leaves_running_work_alone_is_caught(monkeypatch):
    """A planted fault in the engine: what is running when its entity is sent back goes on."""
    right = reference.Replication.invalidate

    def spare(self, entity, stage):
        if self.ended[entity][stage] >= 0 or self.ready[entity][stage] < 0:
            right(self, entity, stage)

    monkeypatch.setattr(reference.Replication, "invalidate", spare)
    assert "model" in " ".join(faults(rounds()))
