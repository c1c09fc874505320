"""Faults between values: a sound scenario has none, and each change breaks it in the one way that is named."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from sim.errors import Problem
from sim.scenario.checks import Declared, check
from sim.scenario.schema import Scenario

SOUND: dict[str, Any] = {
    "run": {"start": "2022-01-01", "horizon": "2022-12-31"},
    "goals": {
        "investment": {"metric": "investment", "value": "110 bn yuan"},
        "growth": {"metric": "investment_growth", "value": "30%", "restates": "investment"},
        "fai": {"metric": "fai_growth", "value": "12%", "basis": "counted"},
        "implemented": {"metric": "projects_implemented", "value": "100 projects"},
        "started": {"metric": "projects", "milestone": "started", "value": 90, "by": "2022-06-30"},
        "waits": {"metric": "waiting_time", "stage": "permit", "value": "500 days", "comparator": "<="},
    },
    "portfolio": {
        "lists": {"first": {"count": 300, "total": "345 bn yuan", "plan": "76 bn yuan"}},
        "projects": {
            "base": {
                "list": "first",
                "kind": "continuing",
                "at": "build",
                "done": ["enter"],
                "total": "6.5亿元",
                "invested": "5亿元",
                "plan": "1亿元",
            },
            "plant": {"list": "first", "total": "1 bn yuan", "plan": "0.3 bn yuan", "planned_start": "2022-03-01", "land": "150 mu"},
        },
        "cohorts": {
            "starts": {
                "list": "first",
                "count": 93,
                "total": "45 bn yuan",
                "plan": "15 bn yuan",
                "at": {"start": "45%", "permit": "30%", "land": "25%"},
                "dropout": {"start": "6%"},
                "sectors": {"a": {"count": "60%", "total": "40%"}, "b": {"count": "40%", "total": "60%"}},
                "size": {"lognormal": {"log_sd": 1.25, "min": "50 million yuan", "max": "15 bn yuan"}},
                "joins": {"2022-01-01": "50%", "2022-04-15": "50%"},
                "planned_start": "10 days",
            },
            "continuing": {
                "list": "first",
                "kind": "continuing",
                "count": "rest",
                "total": "rest",
                "plan": "rest",
                "at": "build",
                "invested_share": {"beta": {"a": 1.4, "b": 1.9, "times": 0.97}},
            },
        },
    },
    "workflow": {
        "land": {"needs": {"ready_land": "land"}, "duration": "60 working days", "calendar": "office"},
        "permit": {"after": ["land"], "needs": {"desk": 1}, "duration": "25 working days", "calendar": "office"},
        "start": {"after": ["permit"], "window": ["2022-02-21", "2022-09-28"], "milestone": "started", "dropout": "6%"},
        "build": {"after": ["start"], "spends": True, "calendar": "site", "milestone": "completed"},
        "enter": {"after": ["start"], "duration": "45 days", "milestone": "entered"},
    },
    "pools": {
        "desk": {"kind": "servers", "capacity": 13},
        "ready_land": {
            "kind": "stock",
            "initial": "100 mu",
            "tranches": {"monthly": "10 mu", "dated": {"2022-06-01": "20 mu"}},
        },
    },
    "calendars": {
        "office": {"days": "working days"},
        "site": {"monthly": [1] * 12, "spring_festival": {"slows": -12, "stops": -3, "midpoint": 10.5, "slope": 0.2}},
    },
    "assumptions": {
        "last_year": {"investment": "84.6 bn yuan", "completion": "131.7%"},
        "land_per_bn_yuan": "110 mu",
        "before_start": {"share": "15%", "until": "60 days"},
    },
    "uncertain": {
        "completion": {"log_mean": 0.17, "log_sd": 0.138, "persistence": 0.76, "sector_log_sd": 0.05, "project_log_sd": 0.3},
        "fai": {"key_share": {"uniform": {"low": "30%", "high": "39%"}}, "pass_through": "85%", "rest_growth": "3%", "correlation": 0.3},
    },
    "readings": {"the_93": {"base": "inside", "readings": {"inside": {}, "outside": {"change": {"goals": None}}}}},
    "overrides": {"early_bond": {}},
    "scenarios": {"hopeful": ["early_bond"]},
}

PLAIN: dict[str, Any] = {
    "run": {"calendar": "plain", "horizon": "day 100", "tick": "1 hour"},
    "goals": {"done": {"metric": "projects", "milestone": "done", "value": 1, "by": "day 50"}},
    "workflow": {"work": {"duration": {"exponential": {"mean": "5 days"}}, "milestone": "done", "window": ["day 3"]}},
    "portfolio": {"projects": {"a": {"joins": "day 2.5"}}},
}


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Scenario:
    """The scenario with values put at dotted paths; `...` takes a key away."""
    tree = copy.deepcopy(dict(base))
    for path, value in changes.items():
        *way, last = path.split(".")
        node = tree
        for key in way:
            node = node.setdefault(key, {})
        if value is ...:
            del node[last]
        else:
            node[last] = value
    return Scenario.model_validate(tree)


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
        ("assumptions.last_year.completion", "0%", "range"),
        ("assumptions.before_start.share", 15 / 10, "range"),
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
        ({"goals.waits.stage": ...}, "missing-key", "goals.waits"),
        ({"assumptions.last_year.investment": ...}, "prior", "goals.growth.metric"),
        ({"assumptions.last_year.investment": ...}, "prior", "goals.fai.metric"),
        ({"uncertain.fai": ...}, "prior", "goals.fai.metric"),
        ({"assumptions.last_year.investment": "0 yuan"}, "range", "assumptions.last_year.investment"),
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


def test_a_prior_of_completion_without_any_plan_is_doubtful() -> None:
    changes = {"portfolio": {"projects": {"a": {"total": "1 bn yuan"}}}, "goals": {}}
    assert [(problem.kind, problem.severity) for problem in problems(changes)] == [("unused-prior", "warning")]


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
