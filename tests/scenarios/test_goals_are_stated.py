"""What the shipped scenarios aim at and were fitted to: as the documents state it, by arithmetic of the test's own, or told as assumed."""

from fractions import Fraction
from pathlib import Path

import pytest

from sim.scenario.loading import load
from tests.scenarios.test_effects import at
from tests.seeds.facts import facts_of
from tests.seeds.facts import value as value_of

SCENARIOS = sorted(path.stem for path in (Path(__file__).parents[2] / "scenarios").glob("*.yaml") if path.stem != "base")
STATED = {
    "hengyang-2022": {
        "goals.investment": "investment_goal_2022",
        "goals.investment_growth": "investment_growth_goal_2022",
        "goals.projects": "projects_goal_2022",
        "goals.fai": "fai_growth_goal_2022",
    },
    "foshan-2021": {
        "goals.investment": "investment_goal_2021",
        "goals.provincial": "provincial_investment_goal_2021",
    },
    "zhaoqing-2023": {
        "observations.introduced": "projects_introduced_2023",
        "observations.high_tech": "projects_high_tech_2023",
        "observations.acquired": "land_acquired_2023",
        "observations.serviced": "land_serviced_2023",
        "observations.supplied": "projects_supplied_2023",
        "observations.started": "projects_started_2023",
        "observations.contract_value": "contract_value_2023",
    },
    "zhaoqing-2024": {
        "goals.introduced": "projects_introduced_2023",
        "goals.high_tech": "projects_high_tech_2023",
        "goals.acquired": "land_acquired_2023",
        "goals.serviced": "land_serviced_2023",
        "goals.supplied": "projects_supplied_2023",
        "goals.started": "projects_started_2023",
        "goals.contract_value": "contract_value_2023",
    },
    "bazhong-2022": {},
    "shenyang-2023": {},
}
"""Scenario -> goal or observation -> the fact that it must equal; all others are assumed."""
ZHAOQING = facts_of("zhaoqing")


def zhaoqing(name: str) -> Fraction:
    return value_of(ZHAOQING, name)


def test_every_shipped_scenario_is_listed_here() -> None:
    assert sorted(STATED) == SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_stated_values_are_those_of_the_document(name: str) -> None:
    facts, statements = facts_of(name.partition("-")[0]), load(name).scenario.statements
    assert {path: statements[path].value.value for path in STATED[name]} == {
        path: value_of(facts, fact) for path, fact in STATED[name].items()
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_no_document_states_is_told_as_assumed(name: str) -> None:
    loaded = load(name)
    kinds = {path: loaded.origins[f"{path}.value"].kind for path in loaded.scenario.statements}
    assert {path for path, kind in kinds.items() if kind == "assumed"} == kinds.keys() - STATED[name].keys()


def test_a_floor_that_is_to_be_exceeded_is_a_goal_to_exceed() -> None:
    goals = load("zhaoqing-2024").scenario.goals
    for path, fact in STATED["zhaoqing-2024"].items():
        assert (goals[path.removeprefix("goals.")].comparator == ">") == (ZHAOQING[fact]["comparator"] == ">"), path


def test_zhaoqing_2024_begins_with_what_the_counts_of_2023_leave() -> None:
    scenario = load("zhaoqing-2024").scenario
    cohort, land = scenario.portfolio.cohorts["introduced_2023"], scenario.land.batches["acquired_2023"]
    assert cohort.count == zhaoqing("projects_introduced_2023") - zhaoqing("projects_supplied_2023")
    assert cohort.total == pytest.approx(float(cohort.count * zhaoqing("mean_contract_value_2023")), rel=0.01)
    # more than 30 started, so 31 at least
    (landed,) = scenario.intake["supplied_2023"].dates.values()
    assert landed == zhaoqing("projects_supplied_2023") - zhaoqing("projects_started_2023") - 1
    assert land.area == zhaoqing("land_acquired_2023") - zhaoqing("land_serviced_2023")
    assert scenario.pools["land_quota"].initial.value == zhaoqing("land_quota_2023") - zhaoqing("land_serviced_2023")


@pytest.mark.parametrize("name", ["zhaoqing-2023", "zhaoqing-2024"])
def test_the_quota_of_a_year_of_zhaoqing_adds_up_to_what_was_won(name: str) -> None:
    tranches = load(name).scenario.pools["land_quota"].tranches
    assert sum(amount.value for amount in tranches.dated.values()) == zhaoqing("land_quota_2023")


def test_what_was_fitted_to_zhaoqing_2023_is_what_2024_runs_on() -> None:
    before, after = load("zhaoqing-2023"), load("zhaoqing-2024")
    fitted = {path for path, origin in before.origins.items() if origin.kind == "fitted"} - {"assumptions.land_per_bn_yuan"}
    assert fitted == {path for path, origin in after.origins.items() if origin.kind == "fitted"}
    assert {path: at(before.plain, path) for path in fitted} == {path: at(after.plain, path) for path in fitted}
