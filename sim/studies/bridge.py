"""How can the plan become the goal? The bridge of a scenario, from what it states; no run is needed."""

from __future__ import annotations

from collections.abc import Iterator

from sim.analysis.bridge import (
    Bridge,
    CompletionOdds,
    GrowthBridge,
    PlanBridge,
    ProjectBridge,
    completion_odds,
    growth_bridge,
    plan_bridge,
    project_bridge,
)
from sim.sampling.variates import mean
from sim.scenario.schema import Cohort, Goal, Portfolio, Project, Scenario
from sim.scenario.totals import Totals, cohort_totals


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
    """The first goal that sets a floor for a metric and says something of its own, if there is one."""
    floors = (
        goal for goal in scenario.goals.values() if goal.metric == metric and goal.restates is None and goal.comparator in {">=", ">"}
    )
    return next(floors, None)


def listed_at_start(portfolio: Portfolio) -> tuple[int, int]:
    """Projects, and yuan of annual plan, of what is there at the start: of a list what it states, else what its members come to."""
    totals = cohort_totals(portfolio)
    members = [*portfolio.projects.values(), *portfolio.cohorts.values()]
    present = [member for member in members if member.joins is None]
    begun = {member.list for member in present} | ({*portfolio.lists} - {member.list for member in members})
    figures = dict(zip([id(cohort) for cohort in portfolio.cohorts.values()], totals.values(), strict=True))
    count = plan = 0
    for name in [None, *portfolio.lists]:
        stated = portfolio.lists[name] if name is not None else None
        own = [_figures(member, figures) for member in present if member.list == name]
        if name is None or name in begun:
            count += stated.count if stated and stated.count is not None else sum(each for each, _ in own)
            plan += stated.plan if stated and stated.plan is not None else sum(each for _, each in own)
    return count, plan


def _figures(member: Project | Cohort, totals: dict[int, Totals]) -> tuple[int, int]:
    """Projects and annual plan of a member."""
    if isinstance(member, Project):
        return 1, member.plan
    figures = totals[id(member)]
    return figures.count, figures.plan if figures.plan is not None else round((member.plan_share or 0) * figures.total)
