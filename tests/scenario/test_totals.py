"""The arithmetic of lists and cohorts, by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError, Problem
from sim.scenario.schema import Cohort, Portfolio
from sim.scenario.totals import Totals, cohort_totals, reckon, segments, yuan_text

BN = 10**9


def portfolio(**blocks: Any) -> Portfolio:
    return Portfolio.model_validate(blocks)


def hengyang(**continuing: Any) -> Portfolio:
    """267 projects of 383 bn yuan with a plan of 76: one listed, the 93 of 45 bn yuan, and the rest."""
    return portfolio(
        lists={"first": {"count": 267, "total": "383 bn yuan", "plan": "76 bn yuan"}},
        projects={"base": {"list": "first", "total": "6.5亿元", "plan": "1亿元"}},
        cohorts={
            "starts": {"list": "first", "count": 93, "total": "45 bn yuan", "plan": "15 bn yuan"},
            "continuing": {"list": "first", "count": "rest", "total": "rest", "plan": "rest"} | continuing,
        },
    )


def told(written: Portfolio) -> list[tuple[str, str]]:
    """Kind and path of each problem."""
    return [(problem.kind, problem.path) for problem in reckon(written)[1]]


def only(written: Portfolio) -> Problem:
    (problem,) = reckon(written)[1]
    return problem


def test_rest_is_what_the_other_members_leave() -> None:
    """267 - 1 - 93; 383 - 0.65 - 45; 76 - 0.1 - 15."""
    assert cohort_totals(hengyang()) == {
        "starts": Totals(93, 45 * BN, 15 * BN),
        "continuing": Totals(173, 337_350_000_000, 60_900_000_000),
    }


def test_a_cohort_outside_lists_has_the_figures_that_it_states() -> None:
    written = portfolio(cohorts={"later": {"count": 66, "total": "31.7 bn yuan", "plan_share": "30%"}})
    assert cohort_totals(written) == {"later": Totals(66, 31_700_000_000, None)}


def test_rest_belongs_to_a_list() -> None:
    written = portfolio(cohorts={"a": {"count": "rest", "total": "1 bn yuan"}})
    assert only(written) == Problem("rest", path="portfolio.cohorts.a.count", found="rest", allowed="portfolio.cohorts.a.list: ")


def test_rest_needs_the_stated_figure() -> None:
    written = portfolio(lists={"l": {"count": 5}}, cohorts={"a": {"list": "l", "count": "rest", "total": "rest"}})
    assert only(written) == Problem("rest", path="portfolio.cohorts.a.total", found="rest", allowed="portfolio.lists.l.total")


def test_a_list_has_one_rest() -> None:
    cohort = {"list": "l", "count": "rest", "total": "1 bn yuan"}
    assert told(portfolio(lists={"l": {"count": 5}}, cohorts={"a": cohort, "b": cohort})) == [("rest", "portfolio.cohorts.b.count")]


def test_members_may_not_exceed_the_stated_figure() -> None:
    written = portfolio(
        lists={"l": {"total": "1 bn yuan"}},
        cohorts={"a": {"list": "l", "count": 5, "total": "2 bn yuan"}, "b": {"list": "l", "count": 5, "total": "rest"}},
    )
    assert only(written) == Problem("sum", path="portfolio.lists.l.total", found="2 bn yuan + rest", allowed="≤ 1 bn yuan")


def test_members_without_rest_add_up_to_the_stated_figure() -> None:
    lists = {"l": {"count": 3, "total": "3 bn yuan"}}
    cohort = {"list": "l", "count": 2, "total": "2 bn yuan"}
    assert told(portfolio(lists=lists, projects={"p": {"list": "l", "total": "1 bn yuan"}}, cohorts={"a": cohort})) == []
    problem = only(portfolio(lists=lists, projects={"p": {"list": "l", "total": "1.5 bn yuan"}}, cohorts={"a": cohort}))
    assert (problem.kind, problem.path) == ("sum", "portfolio.lists.l.total")
    assert problem.found == "3.5 bn yuan (p 1.5 bn yuan + a 2 bn yuan)"
    assert problem.allowed == "3 bn yuan"


def test_a_plan_by_share_leaves_no_rest_of_the_plan() -> None:
    later = {"list": "first", "count": 1, "total": "1 bn yuan", "plan_share": "30%"}
    written = hengyang()
    with_later = Portfolio.model_validate(
        {
            "lists": dict(written.lists),
            "projects": dict(written.projects),
            "cohorts": {**written.cohorts, "later": Cohort.model_validate(later)},
        }
    )
    assert told(with_later) == [("rest", "portfolio.cohorts.later.plan")]


def test_a_list_without_members_is_doubtful() -> None:
    written = portfolio(lists={"l": {"count": 5}})
    assert [(problem.kind, problem.severity) for problem in reckon(written)[1]] == [("empty-list", "warning")]
    assert cohort_totals(written) == {}


def test_totals_of_a_portfolio_that_does_not_add_up_are_refused() -> None:
    with pytest.raises(InputError, match="rest"):
        cohort_totals(portfolio(cohorts={"a": {"count": "rest", "total": "1 bn yuan"}}))


@pytest.mark.parametrize(
    ("cohort", "path"),
    [
        ({"count": 0, "total": "1 bn yuan"}, "count"),
        ({"count": 10, "total": "1 bn yuan", "size": {"lognormal": {"log_sd": 1, "min": "0.2 bn yuan"}}}, "size"),
        ({"count": 10, "total": "1 bn yuan", "size": {"lognormal": {"log_sd": 1, "max": "0.09 bn yuan"}}}, "size"),
        ({"count": 10, "total": "9 yuan"}, None),
        ({"count": 10, "total": "9 yuan", "size": {"lognormal": {"log_sd": 1}}}, "size"),
        ({"count": 10, "total": "1 bn yuan", "plan": "0.04 bn yuan"}, "plan"),
        ({"count": 10, "total": "1 bn yuan", "plan": "0 yuan"}, "plan"),
        (
            {
                "count": 10,
                "total": "10 bn yuan",
                "size": {"lognormal": {"log_sd": 1, "max": "1.5 bn yuan"}},
                "sectors": {"a": {"count": "20%", "total": "80%"}, "b": {"count": "80%", "total": "20%"}},
            },
            "sectors.a",
        ),
    ],
)
def test_an_impossible_cohort_is_refused_at_the_figure_that_does_not_fit(cohort: dict[str, Any], path: str | None) -> None:
    problems = told(portfolio(cohorts={"a": cohort}))
    assert problems == [("impossible-cohort", f"portfolio.cohorts.a.{path or 'size'}")]


@pytest.mark.parametrize(
    "cohort",
    [
        {"count": 10, "total": "1 bn yuan", "size": {"lognormal": {"log_sd": 1, "min": "0.05 bn yuan", "max": "0.1 bn yuan"}}},
        {"count": 10, "total": "1 bn yuan", "plan": "0.05 bn yuan"},
        {"count": 10, "total": "1 bn yuan", "plan": "1 bn yuan"},
        {"count": 10, "total": "0 yuan"},
    ],
)
def test_a_cohort_at_its_bounds_is_possible(cohort: dict[str, Any]) -> None:
    assert told(portfolio(cohorts={"a": cohort})) == []


def test_a_plan_is_within_the_total_and_told_once() -> None:
    assert told(portfolio(cohorts={"a": {"count": 1, "total": "1 bn yuan", "plan": "2 bn yuan"}})) == [("plan", "portfolio.cohorts.a.plan")]
    both = {"count": 1, "total": "1 bn yuan", "plan": "0.5 bn yuan", "plan_share": "30%"}
    assert told(portfolio(cohorts={"a": both})) == [("plan", "portfolio.cohorts.a.plan_share")]


def test_a_plan_of_a_cohort_already_begun_is_at_least_a_twentieth_of_what_can_be_left() -> None:
    """At least 80% is invested, so at most 0.2 of 1 bn yuan is left: a plan of 0.01 is enough, 0.009 is not."""
    cohort = {"count": 10, "total": "1 bn yuan", "invested_share": {"uniform": {"low": "80%", "high": "90%"}}}
    assert told(portfolio(cohorts={"a": cohort | {"plan": "11 million yuan"}})) == []
    assert told(portfolio(cohorts={"a": cohort | {"plan": "9 million yuan"}})) == [("impossible-cohort", "portfolio.cohorts.a.plan")]


def test_sectors_share_out_projects_by_largest_remainder_and_the_money_of_those_without() -> None:
    """Of 3 projects 50, 30, 20% are 1.5, 0.9, 0.6: 1, 1, 1. Of 1 project they are 0.5, 0.3, 0.2: 1, 0, 0, which takes all the money."""
    sectors = {"a": {"count": "50%", "total": "60%"}, "b": {"count": "30%", "total": "30%"}, "c": {"count": "20%", "total": "10%"}}
    cohort = Cohort.model_validate({"count": 3, "total": "10 yuan", "sectors": sectors})
    assert [(name, count, round(float(total), 9)) for name, count, total in segments(cohort, Totals(3, 10, None))] == [
        ("a", 1, 6),
        ("b", 1, 3),
        ("c", 1, 1),
    ]
    assert segments(cohort, Totals(1, 10, None)) == [("a", 1, 10)]


@given(st.integers(1, 500), st.lists(st.floats(0.01, 1), min_size=1, max_size=8))
def test_sectors_hold_every_project(count: int, weights: list[float]) -> None:
    sectors = {f"s{index}": {"count": weight, "total": weight} for index, weight in enumerate(weights)}
    cohort = Cohort.model_validate({"count": count, "total": "1 bn yuan", "sectors": sectors})
    parts = segments(cohort, Totals(count, BN, None))
    assert sum(part[1] for part in parts) == count
    assert sum(part[2] for part in parts) == BN


@pytest.mark.parametrize(
    ("yuan", "text"),
    [(110 * BN, "110 bn yuan"), (84_615_384_615, "84.615384615 bn yuan"), (650_000_000, "0.65 bn yuan"), (10, "10 yuan"), (0, "0 bn yuan")],
)
def test_yuan_are_shown_as_a_scenario_writes_them(yuan: int, text: str) -> None:
    assert yuan_text(yuan) == text
