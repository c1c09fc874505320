"""Faults between values: a sound scenario has none, and each change breaks it in the one way that is named."""

import copy
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.errors import Problem
from sim.errors.wording import KINDS
from sim.scenario.checks import Declared, check
from sim.scenario.schema import Scenario
from tests.scenario.sound import PLAIN, SOUND, changed


def problems(changes: Mapping[str, Any], base: Mapping[str, Any] = SOUND) -> list[Problem]:
    return check(changed(base, changes))


def told(changes: Mapping[str, Any], base: Mapping[str, Any] = SOUND) -> list[tuple[str, str]]:
    """Kind and path of each problem."""
    return [(problem.kind, problem.path) for problem in problems(changes, base)]


@pytest.mark.parametrize("base", [SOUND, PLAIN], ids=["dated", "plain"])
def test_a_sound_scenario_has_no_problem(base: dict[str, Any]) -> None:
    assert problems({}, base) == []


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        # Names
        ("goals.growth.restates", "investmnt", "unknown-goal"),
        ("goals.started.milestone", "startd", "unknown-milestone"),
        ("goals.waits.stage", "permits", "unknown-stage"),
        ("portfolio.projects.base.list", "second", "unknown-list"),
        ("portfolio.projects.base.at", "built", "unknown-stage"),
        ("portfolio.cohorts.continuing.at", "built", "unknown-stage"),
        ("workflow.build.calendar", "sites", "unknown-calendar"),
        ("readings.the_93.base", "insde", "unknown-reading"),
        # Time
        ("run.horizon", "2021-12-31", "horizon"),
        ("run.horizon", "day 365", "dated"),
        ("run.start", "day 0", "dated"),
        ("run.tick", "7 hours", "tick"),
        ("run.tick", "0 days", "tick"),
        ("run.tick", "2 days", "tick"),
        ("goals.started.by", "2023-01-01", "horizon"),
        ("goals.started.by", "2021-12-31", "horizon"),
        ("goals.started.by", "day 30", "dated"),
        ("portfolio.projects.plant.joins", "2023-03-01", "horizon"),
        ("portfolio.projects.plant.joins", "day 3", "dated"),
        ("portfolio.projects.plant.planned_start", "day 3", "dated"),
        ("portfolio.cohorts.continuing.joins", "2021-03-01", "horizon"),
        ("run.start", "2022-02-01", "plan-time"),
        ("workflow.permit.patience", "20 working days", "working-days"),
        ("workflow.build.patience", "20 days", "need"),
        ("workflow.build.waiting_room", 3, "need"),
        ("portfolio.cohorts.starts.planned_start", "400 days", "plan-time"),
        ("portfolio.cohorts.starts.size", {"lognormal": {"log_sd": 1.25, "max": "15 bn yuan"}}, "need-above-capacity"),
        # Workflow
        ("workflow.build.duration", "90 days", "duration"),
        ("workflow.enter.duration", "45 working days", "working-days"),
        ("workflow.enter.spends", True, "spending"),
        ("workflow.enter.milestone", "completed", "milestone"),
        ("workflow.start.dropout", 6, "range"),
        ("portfolio.cohorts.starts.dropout.start", 6, "range"),
        ("calendars.site.monthly", [0] * 12, "calendar"),
        ("calendars.site.spring_festival.stops", -12, "calendar"),
        # Pools
        ("workflow.permit.needs.desk", 14, "need-above-capacity"),
        ("workflow.permit.needs.desk", 0.5, "need"),
        ("workflow.permit.needs.desk", "5 mu", "need"),
        ("workflow.permit.needs.desk", "land", "need"),
        ("workflow.land.needs.ready_land", "1 bn yuan", "need"),
        ("workflow.land.needs.ready_land", "231 mu", "need-above-capacity"),
        ("workflow.land.needs.ready_land", 5, "need"),
        ("portfolio.projects.plant.land", "231 mu", "need-above-capacity"),
        ("pools.ready_land.tranches.monthly", "1 bn yuan", "unit"),
        # Portfolio
        ("portfolio.projects.base.invested", "7亿元", "invested"),
        ("portfolio.projects.base.plan", "1.6亿元", "plan"),
        ("portfolio.projects.plant.planned_start", "2023-01-01", "plan"),
        ("portfolio.cohorts.starts.planned_start", "10 working days", "working-days"),
        ("portfolio.cohorts.starts.at", {"start": "45%", "permit": "30%"}, "shares"),
        ("portfolio.cohorts.starts.joins", {"2022-01-01": "99%"}, "shares"),
        ("portfolio.cohorts.starts.plan", "46 bn yuan", "plan"),
        ("portfolio.cohorts.starts.plan", "1 bn yuan", "impossible-cohort"),
        ("portfolio.cohorts.continuing.invested_share", {"normal": {"mean": "40%", "sd": "20%"}}, "range"),
        ("portfolio.lists.first.total", "45 bn yuan", "sum"),
        # Goals and priors
        ("goals.investment.value", "320 projects", "unit"),
        ("goals.investment.value", 110, "bare-number"),
        ("goals.fai.value", "12 bn yuan", "unit"),
        ("goals.fai.value", 12, "range"),
        ("goals.waits.value", "500 working days", "working-days"),
        ("goals.investment.stage", "permit", "goal"),
        ("goals.investment.milestone", "started", "goal"),
        # Observations, as goals
        ("observations.quarter.value", "320 projects", "unit"),
        ("observations.quarter.value", 15, "bare-number"),
        ("observations.quarter.stage", "permit", "goal"),
        ("observations.quarter.by", "2023-03-31", "horizon"),
        ("observations.on_site.milestone", "begun", "unknown-milestone"),
        ("assumptions.last_year.completion", "0%", "range"),
        ("assumptions.before_start.share", 15 / 10, "range"),
        ("uncertain.completion.log_mean", 17, "range"),
        ("uncertain.fai.key_share", {"normal": {"mean": "35%", "sd": "5%"}}, "range"),
    ],
)
def test_each_fault_is_named_where_it_stands(path: str, value: object, kind: str) -> None:
    assert (kind, path) in told({path: value})


@pytest.mark.parametrize(
    ("changes", "kind", "path"),
    [
        ({"workflow.start.after": ["permit", "lands"]}, "unknown-stage", "workflow.start.after.1"),
        ({"workflow.land.needs": {"redy_land": "land"}}, "unknown-pool", "workflow.land.needs.redy_land"),
        ({"portfolio.projects.base.done": ["entered"]}, "unknown-stage", "portfolio.projects.base.done.0"),
        ({"portfolio.projects.base.dropout": {"go": "5%"}}, "unknown-stage", "portfolio.projects.base.dropout.go"),
        ({"portfolio.cohorts.starts.at": {"start": "45%", "permt": "55%"}}, "unknown-stage", "portfolio.cohorts.starts.at.permt"),
        ({"portfolio.cohorts.starts.sectors": {"a": {"count": "60%", "total": "100%"}}}, "shares", "portfolio.cohorts.starts.sectors"),
        ({"portfolio.cohorts.starts.plan": ..., "portfolio.cohorts.starts.plan_share": 3}, "range", "portfolio.cohorts.starts.plan_share"),
        ({"portfolio.cohorts.starts.joins": {"2023-01-01": 1}}, "horizon", "portfolio.cohorts.starts.joins.2023-01-01"),
        ({"workflow.start.window": ["2023-02-01"]}, "horizon", "workflow.start.window.0"),
        ({"run.start": ...}, "missing-key", "run"),
        ({"goals.started.milestone": ...}, "missing-key", "goals.started"),
        ({"observations.on_site.milestone": ...}, "missing-key", "observations.on_site"),
        ({"observations.on_site.where": {"name": ["plants"]}}, "unknown-value", "observations.on_site.where.name.0"),
        ({"observations.on_site.metric": "fai_growth", "uncertain.fai": ...}, "prior", "observations.on_site.metric"),
        ({"observations.a#1": {"metric": "investment", "value": "50 bn yuan", "use": "fit"}}, "name", "observations.a#1"),
        ({"uncertain.parameters": {"observations.on_site.value": 80}}, "set-path", "uncertain.parameters.observations.on_site.value"),
        ({"goals.waits.stage": ...}, "missing-key", "goals.waits"),
        ({"assumptions.last_year.investment": ...}, "prior", "goals.growth.metric"),
        ({"assumptions.last_year.investment": ...}, "prior", "goals.fai.metric"),
        ({"uncertain.fai": ...}, "prior", "goals.fai.metric"),
        ({"assumptions.last_year.investment": "0 yuan"}, "range", "assumptions.last_year.investment"),
        ({"run.horizon": "2023-12-31"}, "goal", "goals.growth.metric"),
        ({"run.horizon": "2023-12-31", "goals.fai.by": "2023-06-30"}, "goal", "goals.fai.by"),
        ({"goals.investment.metric": "completion", "portfolio": {"projects": {"a": {}}}}, "prior", "goals.investment.metric"),
        ({"scenarios.hopeful": ["early_bonds"]}, "unknown-override", "scenarios.hopeful.0"),
        ({"readings.the_93.readings.inside": {"change": {"goals": None}}}, "reading", "readings.the_93.readings.inside.change"),
        ({"pools.ready_land.initial": "5 days"}, "unit", "pools.ready_land.initial"),
        ({"portfolio.cohorts.continuing.count": 20_000}, "sum", "portfolio.lists.first.count"),
        ({"portfolio.cohorts.more": {"count": 20_000, "total": "9 bn yuan"}}, "projects", "portfolio"),
        ({"portfolio.cohorts.a#1": {"count": 1, "total": "9 bn yuan"}}, "name", "portfolio.cohorts.a#1"),
        ({"run.start": "1995-01-01"}, "calendar-years", "calendars.office.days"),
        ({"run.horizon": "2099-12-31"}, "calendar-years", "calendars.site.spring_festival"),
    ],
)
def test_each_fault_of_several_values_is_named_where_it_stands(changes: dict[str, Any], kind: str, path: str) -> None:
    assert (kind, path) in told(changes)


@pytest.mark.parametrize(
    ("changes", "kind", "path"),
    [
        ({"run.start": "2022-01-01"}, "dated", "run.start"),
        ({"run.start": "day 5"}, "horizon", "run.start"),
        ({"run.horizon": "2022-12-31"}, "dated", "run.horizon"),
        ({"run.horizon": "day 0"}, "horizon", "run.horizon"),
        ({"goals.done.by": "2022-12-31"}, "dated", "goals.done.by"),
        ({"goals.done.by": "day 101"}, "horizon", "goals.done.by"),
        ({"workflow.work.window": ["2022-12-31"]}, "dated", "workflow.work.window.0"),
        ({"portfolio.projects.a.joins": "day 101"}, "horizon", "portfolio.projects.a.joins"),
        ({"run.horizon": "day 36000", "run.tick": "1 minute"}, "horizon", "run.horizon"),
        ({"workflow.work.duration": "5 working days"}, "working-days", "workflow.work.duration"),
    ],
)
def test_an_undated_scenario_has_days_and_no_dates(changes: dict[str, Any], kind: str, path: str) -> None:
    assert (kind, path) in told(changes, PLAIN)


def test_a_circle_of_stages_is_named_once_in_the_order_of_work() -> None:
    found = [problem for problem in problems({"workflow.land.after": ["start"]}) if problem.kind == "cycle"]
    assert [(problem.path, problem.found) for problem in found] == [("workflow.land.after", "land → permit → start → land")]
    assert [problem.found for problem in problems({"workflow.land.after": ["land"]}) if problem.kind == "cycle"] == ["land → land"]


def test_two_circles_are_told_both() -> None:
    stages = {"a": {"after": ["b"]}, "b": {"after": ["a"]}, "c": {"after": ["c"]}, "d": {"after": ["a", "c"]}}
    assert [problem.found for problem in problems({"workflow": stages, "goals": {}, "portfolio": {}}) if problem.kind == "cycle"] == [
        "a → b → a",
        "c → c",
    ]


def test_goals_that_restate_each_other_in_a_circle_are_named_once() -> None:
    found = [problem for problem in problems({"goals.investment.restates": "growth"}) if problem.kind == "restates-circle"]
    assert [problem.found for problem in found] == ["investment → growth → investment"]


def test_an_unknown_name_comes_with_the_nearest_and_the_known_ones() -> None:
    (problem,) = problems({"workflow.build.calendar": "sites"})
    assert (problem.found, problem.allowed, problem.suggestion) == ("sites", "office, plain, site", "site")


def test_all_that_ever_arrives_of_a_stock_is_its_start_its_months_and_its_dates() -> None:
    """100 + 11 month starts of 10 + 20 = 230: a need of 230 mu can be met, one of 231 cannot."""
    assert told({"portfolio.projects.plant.land": "230 mu"}) == []
    (problem,) = problems({"portfolio.projects.plant.land": "231 mu"})
    assert (problem.found, problem.allowed) == ("231 mu", "≤ 230 mu (pools.ready_land)")


def test_land_needed_by_default_is_judged_by_the_total() -> None:
    """2.2 bn yuan at 110 mu a bn are 242 mu."""
    changes = {"portfolio.projects.plant.land": ..., "portfolio.projects.plant.total": "2.2 bn yuan"}
    assert told(changes) == [("need-above-capacity", "portfolio.projects.plant.total")]


def test_a_project_past_the_land_stage_needs_none() -> None:
    assert told({"portfolio.projects.base.land": "9,999 mu"}) == []
    assert told({"portfolio.projects.plant.land": "9,999 mu", "portfolio.projects.plant.done": ["land"]}) == []


@pytest.mark.parametrize(
    ("changes", "kind", "path", "suggestion"),
    [
        ({"goals.investment.value": "1,100 bn yuan"}, "money-scale", "goals.investment.value", "110 bn yuan"),
        ({"goals.investment.value": "110亿元"}, "money-scale", "goals.investment.value", "110 bn yuan"),
        (
            {"portfolio.projects.plant.total": "300 bn yuan", "portfolio.lists.first.total": "700 bn yuan"},
            "money-scale",
            "portfolio.projects.plant.total",
            "30 bn yuan",
        ),
        (
            {"portfolio.lists.first.total": "5,000 bn yuan", "portfolio.lists.first.plan": "500 bn yuan"},
            "money-scale",
            "portfolio.cohorts.continuing.total",
            "2.416268293 bn yuan",
        ),
        ({"goals.implemented.value": 301}, "out-of-reach", "goals.implemented.value", ""),
        ({"observations.on_site.value": 301}, "out-of-reach", "observations.on_site.value", ""),
        ({"observations.quarter.value": "150 bn yuan"}, "money-scale", "observations.quarter.value", "15 bn yuan"),
        ({"observations.quarter.value": "1.5 bn yuan"}, "money-scale", "observations.quarter.value", "15 bn yuan"),
        ({"workflow.start.window": ["2022-02-21", "2023-02-21"]}, "horizon", "workflow.start.window.1", ""),
        ({"pools.ready_land.tranches.dated": {"2023-06-01": "20 mu"}}, "horizon", "pools.ready_land.tranches.dated.2023-06-01", ""),
        ({"portfolio.lists.second": {"count": 5}}, "empty-list", "portfolio.lists.second.count", ""),
        ({"workflow.build.spends": False}, "spending", "portfolio.projects.base.plan", ""),
    ],
)
def test_a_doubt_is_a_warning(changes: dict[str, Any], kind: str, path: str, suggestion: str | None) -> None:
    found = {(problem.kind, problem.path): problem for problem in problems(changes)}
    assert [problem for problem in found.values() if problem.severity == "error"] == []
    assert suggestion is None or found[kind, path].suggestion == suggestion


def test_a_sum_is_held_against_the_plan_of_the_time_until_its_deadline() -> None:
    """76 bn yuan of plan are 6.5 bn by the end of January: 2 bn are less than half of it, 1 bn is less than a fifth."""
    early = {"observations.quarter.by": "2022-01-31"}
    assert told({**early, "observations.quarter.value": "2 bn yuan"}) == []
    assert told({**early, "observations.quarter.value": "1 bn yuan"}) == [("money-scale", "observations.quarter.value")]
    assert told({"goals.investment.by": "2022-01-31", "goals.investment.value": "4 bn yuan"}) == []


def test_a_prior_of_completion_without_any_plan_is_doubtful() -> None:
    changes = {"portfolio": {"projects": {"a": {"total": "1 bn yuan"}}}, "goals": {}, "observations": {}}
    assert [(problem.kind, problem.severity) for problem in problems(changes)] == [("unused-prior", "warning")]


def paths(node: object, path: str = "") -> list[str]:
    """Every dotted path of a tree."""
    if not isinstance(node, dict):
        return [path]
    return [path][: len(path)] + [found for key, inner in node.items() for found in paths(inner, f"{path}.{key}".lstrip("."))]


VALUES: list[Any] = [
    ...,
    None,
    0,
    1,
    7,
    1_000_000,
    "0%",
    "100%",
    "0 days",
    "9999 days",
    "5 working days",
    "0 yuan",
    "1 yuan",
    "900 bn yuan",
    "rest",
]
VALUES += [
    "2022-06-30",
    "2021-01-01",
    "2035-01-01",
    "day 3",
    "land",
    "build",
    "start",
    [],
    {},
    {"lognormal": {"log_sd": 3}},
    {"table": {"1 days": 1}},
]
CHANGES = st.dictionaries(st.sampled_from([path for path in paths(SOUND) if path]), st.sampled_from(VALUES), min_size=1, max_size=3)


@settings(max_examples=400)
@given(CHANGES)
def test_whatever_is_changed_the_checks_answer_in_words_or_find_nothing(changes: dict[str, Any]) -> None:
    with suppress(ValidationError, KeyError, TypeError, AttributeError):
        scenario = changed(SOUND, changes)
        for problem in answered(scenario):
            assert problem.kind in KINDS
            assert problem.render("zh") != problem.render("en")


def answered(scenario: Scenario) -> list[Problem]:
    """The problems of a scenario; no fault of the checks themselves is passed over."""
    try:
        return check(scenario)
    except (KeyError, TypeError, AttributeError) as fault:
        raise AssertionError("the checks failed") from fault


def test_what_stands_in_the_file_but_was_refused_is_not_told_again() -> None:
    """The stage `start`, the list's project `plant` and the milestone are in the file, but not in the scenario."""
    tree = copy.deepcopy(SOUND)
    declared = Declared(tree)
    pruned = changed(
        SOUND,
        {"workflow.start": ..., "portfolio.projects.plant": ..., "uncertain.fai": ..., "assumptions.last_year": {}, "calendars.site": ...},
    )
    assert check(pruned, declared) == []
    assert {problem.kind for problem in check(pruned)} == {"unknown-stage", "unknown-milestone", "unknown-calendar", "prior"}


@pytest.mark.parametrize("tree", [{}, {"workflow": 5}, {"workflow": {"a": 3}}, {"portfolio": []}, {"workflow": {"a": {"milestone": 3}}}])
def test_whatever_stands_in_the_file_can_be_looked_up(tree: dict[str, Any]) -> None:
    assert check(changed(PLAIN, {}), Declared(tree)) == []
