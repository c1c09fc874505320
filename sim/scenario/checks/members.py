"""Members of the portfolio: lists, stages, shares, plans; and the portfolio as a whole."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from sim.errors import Problem
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.checks.time import year_end
from sim.scenario.checks.workflow import probability_problems
from sim.scenario.schema import Cohort, Member, Project, Scenario
from sim.scenario.totals import reckon, yuan_text
from sim.scenario.values.distributions import Distribution
from sim.scenario.values.instants import Instant
from sim.scenario.values.masses import support
from sim.scenario.values.quantities import Duration

MOST_PROJECTS = 20_000
LARGEST_LIKELY_PROJECT = 200 * 10**9
"""Yuan; beyond it a total was more likely written ten times too large."""
LARGEST_LIKELY_MEAN = 20 * 10**9
"""Yuan; the mean size of a cohort, likewise."""
OF_LISTS = frozenset({"sum", "rest", "empty-list"})


def member_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Faults of single projects and cohorts."""
    for name, project in scenario.portfolio.projects.items():
        path = f"portfolio.projects.{name}"
        yield from common_problems(scenario, declared, path, project)
        yield from _project_problems(path, project)
    for name, cohort in scenario.portfolio.cohorts.items():
        path = f"portfolio.cohorts.{name}"
        yield from common_problems(scenario, declared, path, cohort)
        yield from _cohort_problems(path, cohort)


def common_problems(scenario: Scenario, declared: Declared, path: str, member: Member) -> Iterator[Problem]:
    """Names of lists and stages, probabilities, the planned start."""
    stages = declared.names("workflow") | set(scenario.workflow)
    if member.list is not None:
        yield from unknown(
            "unknown-list", f"{path}.list", member.list, declared.names("portfolio", "lists") | set(scenario.portfolio.lists)
        )
    if isinstance(member.at, str):
        yield from unknown("unknown-stage", f"{path}.at", member.at, stages)
    for stage in member.at if isinstance(member.at, dict) else ():
        yield from unknown("unknown-stage", f"{path}.at.{stage}", stage, stages)
    for index, stage in enumerate(member.done):
        yield from unknown("unknown-stage", f"{path}.done.{index}", stage, stages)
    for stage, share in member.dropout.items():
        yield from unknown("unknown-stage", f"{path}.dropout.{stage}", stage, stages)
        yield from probability_problems(f"{path}.dropout.{stage}", share)
    for index, stage in enumerate(member.walks or ()):
        yield from unknown("unknown-stage", f"{path}.walks.{index}", stage, stages)
    yield from _planned_start_problems(scenario, path, member)


def _planned_start_problems(scenario: Scenario, path: str, member: Member) -> Iterator[Problem]:
    """Working days after joining are on no calendar; a planned start after the year leaves no plan for the year."""
    planned, last = member.planned_start, year_end(scenario)
    if isinstance(planned, Duration) and planned.working:
        yield Problem(
            "working-days",
            path=f"{path}.planned_start",
            found=f"{planned.days:g} working days",
            allowed="days as they come, not working days",
        )
    if isinstance(planned, Instant) and planned.date and last and planned.date > last and getattr(member, "plan", None):
        yield Problem("plan", path=f"{path}.planned_start", found=str(planned), allowed=f"≤ {last}; plan: 0 yuan")


def _project_problems(path: str, project: Project) -> Iterator[Problem]:
    if project.invested > project.total:
        yield Problem("invested", path=f"{path}.invested", found=yuan_text(project.invested), allowed=f"≤ {yuan_text(project.total)}")
    elif project.plan > project.total - project.invested:
        yield Problem(
            "plan", path=f"{path}.plan", found=yuan_text(project.plan), allowed=f"≤ {yuan_text(project.total - project.invested)}"
        )
    yield from _scale_problems(f"{path}.total", project.total, LARGEST_LIKELY_PROJECT)


def _scale_problems(path: str, yuan: float, largest: int) -> Iterator[Problem]:
    """A size that is more likely a slip of ten."""
    if yuan > largest:
        tenth = yuan_text(round(yuan / 10))
        yield Problem(
            "money-scale", path=path, found=yuan_text(round(yuan)), allowed=f"≤ {yuan_text(largest)}", suggestion=tenth, severity="warning"
        )


def _cohort_problems(path: str, cohort: Cohort) -> Iterator[Problem]:
    if isinstance(cohort.at, dict):
        yield from whole_problems(f"{path}.at", cohort.at.values())
    for flag, share in cohort.flags.items():
        yield from probability_problems(f"{path}.flags.{flag}", share)
    if isinstance(cohort.joins, dict):
        yield from whole_problems(f"{path}.joins", cohort.joins.values())
    if cohort.sectors:
        yield from whole_problems(f"{path}.sectors", [share.count for share in cohort.sectors.values()], "count: ")
        yield from whole_problems(f"{path}.sectors", [share.total for share in cohort.sectors.values()], "total: ")
    if cohort.plan_share is not None:
        yield from probability_problems(f"{path}.plan_share", cohort.plan_share)
    if cohort.invested_share is not None:
        yield from within_problems(f"{path}.invested_share", cohort.invested_share, 0.0, 1.0)


def whole_problems(path: str, shares: Iterable[float], label: str = "") -> Iterator[Problem]:
    """Shares that do not add up to a whole."""
    parts = list(shares)
    if not math.isclose(math.fsum(parts), 1, abs_tol=1e-9):
        terms = " + ".join(f"{100 * share:g}%" for share in parts[:6]) + (" + …" if len(parts) > 6 else "")
        yield Problem("shares", path=path, found=f"{label}{terms} = {100 * math.fsum(parts):g}%", allowed="100%")


def within_problems(path: str, distribution: Distribution, least: float, greatest: float) -> Iterator[Problem]:
    """A distribution that can leave the range in which it means something."""
    low, high = support(distribution.family, distribution.parameters)
    low, high = max(low, distribution.low), min(high, distribution.high)
    if low < least or high > greatest:
        percents = f"{100 * low:g}% … {100 * high:g}%"
        allowed = f"{100 * least:g}% … {100 * greatest:g}%"
        yield Problem("range", path=path, found=percents, allowed=allowed, suggestion=f"min: {100 * least:g}%, max: {100 * greatest:g}%")


def portfolio_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Lists that do not add up, cohorts that cannot exist, and too many projects."""
    portfolio = scenario.portfolio
    totals, problems = reckon(portfolio)
    if not declared.is_whole(portfolio):
        rests = {name for name, cohort in portfolio.cohorts.items() if "rest" in (cohort.count, cohort.total, cohort.plan)}
        problems = [problem for problem in problems if problem.kind not in OF_LISTS and problem.path.split(".")[2] not in rests]
    yield from problems
    for name, figures in totals.items():
        if figures.count:
            yield from _scale_problems(f"portfolio.cohorts.{name}.total", figures.total / figures.count, LARGEST_LIKELY_MEAN)
    count = len(portfolio.projects) + sum(figures.count for figures in totals.values())
    if count > MOST_PROJECTS:
        yield Problem("projects", path="portfolio", found=f"{count:,}", allowed=f"≤ {MOST_PROJECTS:,}")
