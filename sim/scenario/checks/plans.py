"""Annual plans and land in time: money planned for the year must have a part of that year in which it can be spent."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.checks.declared import Declared
from sim.scenario.checks.pools import before, ever_there
from sim.scenario.checks.time import year_end
from sim.scenario.schema import Cohort, Project, Scenario, Stock
from sim.scenario.totals import yuan_text
from sim.scenario.values.instants import Instant
from sim.scenario.values.quantities import Duration

MOST_YUAN = 10**18
"""Of all projects together: money is added up in 64 bits."""
YUAN_PER_BN = 1e9


def plan_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Plans that cannot be spent in their year, and land that can never come."""
    members: dict[str, Project | Cohort] = {f"portfolio.projects.{name}": one for name, one in scenario.portfolio.projects.items()}
    members |= {f"portfolio.cohorts.{name}": one for name, one in scenario.portfolio.cohorts.items()}
    planned = {path: member for path, member in members.items() if _plan_key(member)}
    yield from _start_problems(scenario, bool(planned))
    for path, member in planned.items():
        yield from _standing_problems(scenario, path, member)
        yield from _joining_problems(scenario, path, member)
    yield from _cohort_land_problems(scenario)
    total = sum(member.total for member in members.values() if isinstance(member.total, int))
    if total > MOST_YUAN:
        yield Problem("range", path="portfolio", found=yuan_text(total), allowed=f"≤ {yuan_text(MOST_YUAN)}")


def _plan_key(member: Project | Cohort) -> str:
    """The key that plans money for the year, empty if none does."""
    if member.plan:
        return "plan"
    return "plan_share" if isinstance(member, Cohort) and member.plan_share else ""


def _start_problems(scenario: Scenario, planned: bool) -> Iterator[Problem]:
    """A year's plan is spent from 1 January: a run that begins later would crowd it into what is left."""
    start = scenario.run.start
    if planned and start and start.date and (start.date.month, start.date.day) != (1, 1):
        first = datetime.date(start.date.year, 1, 1)
        yield Problem("plan-time", path="run.start", found=str(start), allowed=str(first), suggestion=str(first))


def _standing_problems(scenario: Scenario, path: str, member: Project | Cohort) -> Iterator[Problem]:
    """A plan of a project whose spending stage is done."""
    spending = next((name for name, stage in scenario.workflow.items() if stage.spends), None)
    if spending is None or spending in before(scenario.workflow, spending):
        return
    stages = [member.at] if isinstance(member.at, str) else list(member.at or ())
    beyond = [name for name in stages if name in scenario.workflow and spending in before(scenario.workflow, name)]
    if spending in member.done:
        beyond.append(spending)
    if beyond:
        yield Problem("plan-time", path=f"{path}.{_plan_key(member)}", found=f"at / done: {beyond[0]}", allowed="plan: 0 yuan")


def _joining_problems(scenario: Scenario, path: str, member: Project | Cohort) -> Iterator[Problem]:
    """A plan of a project that joins the list, or is to start, after the year of the plans."""
    last, start = year_end(scenario), scenario.run.start
    if last is None or start is None or start.date is None:
        return
    joins = [one for one in (member.joins if isinstance(member.joins, dict) else [member.joins]) if one is not None and one.date]
    for instant in joins:
        if instant.date is not None and instant.date > last:
            yield Problem("plan-time", path=f"{path}.joins", found=str(instant), allowed=f"≤ {last}; plan: 0 yuan")
            return
    latest = max((one.date for one in joins if one.date), default=start.date)
    planned = member.planned_start
    if isinstance(planned, Duration) and not planned.working and latest + datetime.timedelta(days=planned.days) > last:
        found = f"{latest} + {planned.days:g} days"
        yield Problem("plan-time", path=f"{path}.planned_start", found=found, allowed=f"≤ {last}; plan: 0 yuan")
    elif isinstance(planned, Instant) and planned.date and planned.date > last and _plan_key(member) == "plan_share":
        yield Problem("plan-time", path=f"{path}.planned_start", found=str(planned), allowed=f"≤ {last}; plan: 0 yuan")


def _cohort_land_problems(scenario: Scenario) -> Iterator[Problem]:
    """Cohorts whose largest member may need more land than can ever come: it would bar the queue behind it for good."""
    rate = scenario.assumptions.land_per_bn_yuan or 0
    users = [pool for stage in scenario.stages.values() for pool, need in stage.needs.items() if need == "land"]
    stocks = {name: pool for name in users if isinstance(pool := scenario.pools.get(name), Stock)}
    for name, stock in stocks.items():
        most = ever_there(scenario, stock)
        for cohort_name, cohort in scenario.portfolio.cohorts.items():
            largest = cohort.size.high if cohort.size else 0.0
            need = largest / YUAN_PER_BN * rate
            if most < need < float("inf"):
                path = f"portfolio.cohorts.{cohort_name}.size"
                allowed = f"≤ {most:,} mu (pools.{name})"
                yield Problem("need-above-capacity", path=path, found=f"{need:,.0f} mu", allowed=allowed, severity="warning")
