"""Where each number comes from: its own kind, or that of a mapping above it."""

from pathlib import Path

import pytest

from sim.scenario.files.document import read_text
from sim.scenario.files.facts import Facts
from sim.scenario.files.folders import Folders
from sim.scenario.files.sources import Settling, source_of
from sim.scenario.shape import scenario_shape
from sim.scenario.values.quantities import Quantity

FIXTURES = Path(__file__).with_name("fixtures")


def settled(text: str) -> tuple[Settling, object]:
    root, problems = read_text(text, "a.yaml")
    assert root is not None
    assert problems == []
    settling = Settling(Facts(Folders(FIXTURES, FIXTURES)))
    return settling, settling.settle(root, scenario_shape())


def kinds(text: str) -> dict[str, str | None]:
    """Kind of each leaf by dotted path."""
    settling, root = settled(text)
    assert settling.problems == []
    return {".".join(map(str, path)): leaf.source.kind if leaf.source else None for path, leaf in root.leaves()}


def faults(text: str) -> list[tuple[str, str]]:
    return [(problem.kind, problem.path) for problem in settled(text)[0].problems]


def test_a_value_with_its_kind_stands_for_the_value() -> None:
    _, root = settled("pools: {desk: {capacity: {value: 5, assumed: why}}}")
    assert root.plain() == {"pools": {"desk": {"capacity": 5}}}


def test_a_kind_holds_for_all_numbers_below_until_another_one() -> None:
    assert kinds("""
assumed: a guess
title: 5 days
workflow:
  a: {duration: 5 days, after: [b]}
  b:
    fitted: to data
    duration: {exponential: {mean: 5 days}}
    dropout: {value: 5%, observed: counted}
goals: {x: {value: {fact: town/completion}, by: 2022-01-01}}
run: {seed: 5}
""") == {
        "title": None,
        "workflow.a.duration": "assumed",
        "workflow.a.after.0": None,
        "workflow.b.duration.exponential.mean": "fitted",
        "workflow.b.dropout": "observed",
        "goals.x.value": "observed",
        "goals.x.by": None,
        "run.seed": None,
    }  # fmt: skip


def test_choices_and_instants_are_no_numbers_where_numbers_may_stand() -> None:
    cohorts = "{c: {count: rest, planned_start: 2022-01-01, priority: 3}, d: {count: 5, planned_start: 5 days}}"
    assert list(kinds(f"{{assumed: x, portfolio: {{cohorts: {cohorts}}}}}").values()) == [None, None, None, "assumed", "assumed"]


def test_a_fact_is_an_exact_quantity_or_a_bare_number_where_no_unit_belongs() -> None:
    _, root = settled("goals: {x: {value: {fact: town/last_year}}}\nuncertain: {completion: {persistence: {fact: town/persistence}}}")
    plain = root.plain()
    assert isinstance(plain["goals"]["x"]["value"], Quantity)
    assert plain["uncertain"]["completion"]["persistence"] == 0.75


def test_a_distribution_is_one_number_of_the_weakest_kind_of_its_parts() -> None:
    text = "workflow: {a: {duration: {lognormal: {mean: {value: 5 days, observed: seen}, cv: {value: 1, assumed: wide}}}}}"
    _, root = settled(text)
    source = source_of(root.within(("workflow", "a", "duration")))
    assert source is not None
    assert (source.kind, source.text) == ("assumed", "wide")
    _, root = settled("workflow: {a: {duration: {lognormal: {mean: {value: 5 days, observed: seen}, cv: 1}}}}")
    assert source_of(root.within(("workflow", "a", "duration"))) is None


def test_a_distribution_may_tell_its_source_beside_its_family_or_around_it() -> None:
    beside = "workflow: {a: {duration: {exponential: {mean: 5 days}, fitted: to data}}}"
    around = "workflow: {a: {duration: {value: {exponential: {mean: 5 days}}, fitted: to data}}}"
    assert settled(beside)[1].plain() == settled(around)[1].plain()
    assert kinds(beside) == kinds(around) == {"workflow.a.duration.exponential.mean": "fitted"}


def test_a_goal_that_gives_only_its_value_is_a_goal_not_a_value() -> None:
    _, root = settled("overrides: {more: {goals: {investment: {value: 5 bn yuan, assumed: more}}}}")
    assert root.plain() == {"overrides": {"more": {"goals": {"investment": {"value": "5 bn yuan"}}}}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("goals: {x: {value: {value: 5, assumed: a, fitted: b}}}", [("two-kinds", "goals.x.value")]),
        ("goals: {x: {value: {fact: town/goal, assumed: a}}}", [("two-kinds", "goals.x.value")]),
        ("goals: {x: {value: {fact: town/goal, value: 5}}}", [("two-kinds", "goals.x.value")]),
        ("{assumed: a, observed: b, fitted: c}", [("two-kinds", ""), ("two-kinds", "")]),
        ("goals: {x: {assumed: 5, value: 1}}", [("type", "goals.x.assumed")]),
        ("goals: {x: {assumed: '', value: 1}}", [("type", "goals.x.assumed")]),
        ("goals: {x: {value: {value: 1, assumed: [a]}}}", [("type", "goals.x.value.assumed")]),
        ("goals: {x: {value: {value: 1, asumed: a}}}", [("unknown-key", "goals.x.value.asumed")]),
        ("goals: {x: {value: {assumed: a}}}", [("missing-key", "goals.x.value.value")]),
        ("goals: {x: {value: {fact: 5}}}", [("type", "goals.x.value.fact")]),
        ("goals: {x: {value: {fact: town/gaol}}}", [("unknown-fact", "goals.x.value")]),
        ("goals: {x: {value: {fact: nowhere/goal}}}", [("unknown-fact", "goals.x.value")]),
    ],
)
def test_what_is_wrong_with_a_source_is_told_once(text: str, found: list[tuple[str, str]]) -> None:
    assert faults(text) == found
