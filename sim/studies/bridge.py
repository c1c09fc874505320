"""How can the plan become the goal? The bridge of a scenario, from what it states; no run is needed."""

from __future__ import annotations

from collections.abc import Iterator

from sim.analysis.bridge import Bridge, GrowthBridge, PlanBridge, completion_odds, growth_bridge, plan_bridge, project_bridge
from sim.sampling.variates import mean
from sim.scenario.schema import Goal, Portfolio, Scenario, Where
from sim.scenario.totals import cohort_totals


def bridge_of(scenario: Scenario) -> Bridge:
    """All parts of the bridge that the scenario has the numbers for."""
    investment, growth, projects = (goal_for(scenario, metric) for metric in ("investment", "fai_growth", "projects_implemented"))
    count, plan = listed_at_start(scenario.portfolio)
    return Bridge(
        plan=_plan(scenario, investment, plan) if investment and plan else None,
        growth=_growth(scenario, growth, investment) if growth and investment else None,
        projects=project_bridge(int(projects.value.value), count) if projects and count else None,
    )


def goal_for(scenario: Scenario, metric: str) -> Goal | None:
    """The first goal that sets a floor for a metric and does not restate another, if there is one."""
    floors = (
        goal
        for goal in scenario.goals.values()
        if goal.metric == metric and goal.where == Where() and goal.restates is None and goal.comparator in {">=", ">"}
    )
    return next(floors, None)


def listed_at_start(portfolio: Portfolio) -> tuple[int, int]:
    """Projects that are there at the start, and yuan of their annual plans."""
    members = tuple(_at_start(portfolio))
    return sum(count for count, _ in members), sum(plan for _, plan in members)


def _at_start(portfolio: Portfolio) -> Iterator[tuple[int, int]]:
    """(projects, yuan of annual plan) of each member that joins no later than the start."""
    totals = cohort_totals(portfolio)
    for project in portfolio.projects.values():
        if project.joins is None:
            yield 1, project.plan
    for name, cohort in portfolio.cohorts.items():
        if cohort.joins is None:
            figures = totals[name]
            yield figures.count, round((cohort.plan_share or 0) * figures.total) if figures.plan is None else figures.plan


def _plan(scenario: Scenario, goal: Goal, plan: int) -> PlanBridge:
    """From the plans to the investment goal, with the prior of completion where the scenario has one."""
    prior, last_year = scenario.uncertain.completion, scenario.assumptions.last_year.completion
    odds = completion_odds(prior.log_mean, prior.log_sd, prior.persistence, last_year) if prior else None
    return plan_bridge(goal.value.value, plan, last_year, odds)


def _growth(scenario: Scenario, goal: Goal, investment: Goal) -> GrowthBridge | None:
    """From the investment goal to the FAI goal, at the means of the priors."""
    prior, last_year = scenario.uncertain.fai, scenario.assumptions.last_year.investment
    if prior is None or not last_year:
        return None
    return growth_bridge(goal.value.value, investment.value.value, last_year, mean(prior.key_share), mean(prior.pass_through))
