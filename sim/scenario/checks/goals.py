"""Goals and observations, and the priors and values that they need."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction

from sim.errors import Problem
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.checks.members import within_problems
from sim.scenario.checks.routes import where_problems
from sim.scenario.checks.time import year_end
from sim.scenario.checks.workflow import probability_problems
from sim.scenario.metrics import KEYS, METRICS, OF_THE_YEAR
from sim.scenario.schema import Goal, Observation, Scenario, Statement, Stock, Where
from sim.scenario.totals import reckon, yuan_text
from sim.scenario.values.quantities import Quantity, QuantityError, quantity_of
from sim.scenario.values.units import ALLOWED, Dimension

PLAIN: frozenset[Dimension] = frozenset({"number", "share", "count"})
"""Dimensions without a unit of their own."""
LARGEST_LOG_MEAN = 2.0
"""Of the log of a completion rate: 14% to 739%."""
LIKELY_RATIO = Fraction(5)
"""A sum more than this many times what is planned by then, or less than this part of it, was more likely written with a slip of ten."""


def goal_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """All faults and doubts of goals and observations."""
    goals = declared.names("goals") | set(scenario.goals)
    for path, statement in scenario.statements.items():
        yield from _value_problems(scenario, path, statement)
        yield from _qualifier_problems(scenario, declared, path, statement)
        yield from _prior_problems(scenario, declared, path, statement)
        yield from _year_problems(scenario, declared, path, statement)
    for name, goal in scenario.goals.items():
        if goal.restates is not None:
            yield from unknown("unknown-goal", f"goals.{name}.restates", goal.restates, goals)
    yield from _circle_problems(scenario.goals)
    yield from _likely_problems(scenario, declared)


def _value_problems(scenario: Scenario, path: str, goal: Statement) -> Iterator[Problem]:
    """The value is of the metric's dimension."""
    value, metric = goal.value, METRICS[goal.metric]
    wanted = metric.dimension
    pool = scenario.pools.get(goal.pool or "")
    if wanted == "number" and isinstance(pool, Stock) and pool.initial.dimension in ALLOWED:
        wanted = pool.initial.dimension
    if value.working:
        yield Problem("working-days", path=f"{path}.value", found=str(value), allowed="days as they come, not working days")
    if value.dimension == wanted or (value.dimension == "number" and wanted in {"share", "count", "number"}):
        if wanted == "share" and value.value > 10:
            yield Problem("range", path=f"{path}.value", found=str(value), allowed="≤ 1000%", suggestion=f"{value}%")
        return
    kind = "bare-number" if value.dimension == "number" else "unit"
    suggestion = f"{value} bn yuan / {value}亿元" if kind == "bare-number" and wanted == "money" else ""
    yield Problem(kind, path=f"{path}.value", found=str(value), allowed=ALLOWED[wanted], suggestion=suggestion)


def _qualifier_problems(scenario: Scenario, declared: Declared, path: str, goal: Statement) -> Iterator[Problem]:
    """What a goal or an observation is about stands where, and only where, its metric asks for it."""
    milestones = declared.milestones() | {stage.milestone for stage in scenario.stages.values() if stage.milestone}
    stages, pools = declared.stages() | set(scenario.stages), declared.names("pools") | set(scenario.pools)
    known = {"milestone": milestones, "of": milestones, "stage": stages, "pool": pools}
    metric = METRICS[goal.metric]
    for key in KEYS:
        name, kind = getattr(goal, key), "milestone" if key == "of" else key
        if key in metric.asks and name is None:
            yield Problem("missing-key", path=path, found=f"metric: {goal.metric}", allowed=f"{key}: {', '.join(sorted(known[key]))}")
        elif key in metric.asks:
            yield from unknown(f"unknown-{kind}", f"{path}.{key}", name, known[key])
        elif name is not None:
            allowed = ", ".join(other for other, about in METRICS.items() if key in about.asks)
            yield Problem("goal", path=f"{path}.{key}", found=f"metric: {goal.metric}", allowed=f"metric: {allowed}")
    if goal.where != Where() and not metric.selects:
        allowed = ", ".join(other for other, about in METRICS.items() if about.selects)
        yield Problem("goal", path=f"{path}.where", found=f"metric: {goal.metric}", allowed=f"metric: {allowed}")
    if goal.where == Where() and goal.metric == "industry_fit":
        yield Problem("missing-key", path=path, found=f"metric: {goal.metric}", allowed="where: {sector: […]}")
    yield from where_problems(f"{path}.where", goal.where, scenario, declared)
    yield from _pool_problems(scenario, path, goal)
    if goal.metric == "resumption" and not _festival(scenario):
        yield Problem("goal", path=f"{path}.metric", found=goal.metric, allowed="calendars.….spring_festival, spends: true")


def _pool_problems(scenario: Scenario, path: str, goal: Statement) -> Iterator[Problem]:
    """Utilisation is of servers, the others are of stocks."""
    pool = scenario.pools.get(goal.pool or "")
    if pool is not None and METRICS[goal.metric].asks == ("pool",):
        wanted = "servers" if goal.metric == "utilisation" else "stock"
        if goal.metric == "utilisation" and goal.by is not None:
            yield Problem("goal", path=f"{path}.by", found=f"by: {goal.by}", allowed="run.horizon")
        if pool.kind != wanted:
            yield Problem("goal", path=f"{path}.pool", found=f"kind: {pool.kind}", allowed=f"kind: {wanted}")


def _festival(scenario: Scenario) -> bool:
    """Whether the sites' calendar knows the Spring Festival."""
    calendar = next((scenario.calendars.get(stage.calendar) for stage in scenario.workflow.values() if stage.spends), None)
    return calendar is not None and calendar.spring_festival is not None


def _prior_problems(scenario: Scenario, declared: Declared, path: str, goal: Statement) -> Iterator[Problem]:
    """Growth needs the year before; growth of FAI its prior as well."""
    last_year = scenario.assumptions.last_year.investment
    if (
        goal.metric in {"investment_growth", "fai_growth"}
        and not last_year
        and declared.at("assumptions", "last_year", "investment") is None
    ):
        yield Problem("prior", path=f"{path}.metric", found=goal.metric, allowed="assumptions.last_year.investment: 84.6 bn yuan")
    if goal.metric == "fai_growth" and scenario.uncertain.fai is None and declared.at("uncertain", "fai") is None:
        yield Problem(
            "prior", path=f"{path}.metric", found=goal.metric, allowed="uncertain.fai: {key_share, pass_through, rest_growth, correlation}"
        )


def _year_problems(scenario: Scenario, declared: Declared, path: str, goal: Statement) -> Iterator[Problem]:
    """What is held to a year's plan, or to the year before, has its deadline in the first year; a completion needs a plan."""
    last, deadline = year_end(scenario), (goal.by or scenario.run.horizon).date
    if goal.metric in OF_THE_YEAR and last and deadline and deadline > last:
        key, found = ("by", f"by: {goal.by}") if goal.by else ("metric", f"{goal.metric}: {scenario.run.horizon}")
        yield Problem("goal", path=f"{path}.{key}", found=found, allowed=f"by: ≤ {last}", suggestion=f"by: {last}")
    portfolio = scenario.portfolio
    plans = [project.plan for project in portfolio.projects.values()] + [one.plan or one.plan_share for one in portfolio.cohorts.values()]
    if goal.metric == "completion" and declared.is_whole(portfolio) and not any(plans):
        yield Problem("prior", path=f"{path}.metric", found=goal.metric, allowed="portfolio.lists.….plan: 76 bn yuan")


def _circle_problems(goals: dict[str, Goal]) -> Iterator[Problem]:
    """Each circle of restatements once."""
    told: set[str] = set()
    for name in goals:
        way = [name]
        while (following := goals[way[-1]].restates) in goals and following not in way:
            way.append(following or "")
        if following == name and not told & set(way):
            told |= set(way)
            yield Problem("restates-circle", path=f"goals.{name}.restates", found=" → ".join((*way, name)))


def _likely_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Sums of investment that are far from what is planned by then, and counts that the portfolio cannot hold."""
    portfolio = scenario.portfolio
    totals, problems = reckon(portfolio)
    if problems or not declared.is_whole(portfolio) or len(totals) < len(portfolio.cohorts):
        return
    plan = sum(project.plan for project in portfolio.projects.values())
    plan += sum(figures.plan or round(figures.total * (portfolio.cohorts[name].plan_share or 0)) for name, figures in totals.items())
    count = len(portfolio.projects) + sum(figures.count for figures in totals.values())
    for path, goal in scenario.statements.items():
        if goal.metric == "investment" and goal.value.dimension == "money" and plan and goal.where == Where():
            yield from _scale_problems(f"{path}.value", goal.value, max(round(plan * _years(scenario, goal)), 1))
        if scenario.intake:
            continue
        if goal.metric in {"projects", "projects_implemented"} and goal.value.value > count and _is_floor(goal):
            sign = f"{goal.comparator} " if isinstance(goal, Goal) else ""
            found, allowed = f"{sign}{goal.value}", f"≤ {count} projects"
            yield Problem("out-of-reach", path=f"{path}.value", found=found, allowed=allowed, severity="warning")


def _is_floor(statement: Statement) -> bool:
    """Whether it says that so much is, or is to be, reached."""
    return isinstance(statement, Observation) or (isinstance(statement, Goal) and statement.comparator in {">=", ">"})


def _years(scenario: Scenario, statement: Statement) -> Fraction:
    """The part of a year, or the years, from the start to a deadline; 1 where there are no dates."""
    start, end = scenario.run.start, statement.by or scenario.run.horizon
    if start is None or start.date is None or end.date is None or end.date < start.date:
        return Fraction(1)
    year = datetime.date(start.date.year + 1, 1, 1) - datetime.date(start.date.year, 1, 1)
    return Fraction((end.date - start.date).days + 1, year.days)


def _scale_problems(path: str, value: Quantity, plan: int) -> Iterator[Problem]:
    """The plan is that of the time until the deadline, at an even pace."""
    ratio = value.value / plan
    if 1 / LIKELY_RATIO < ratio < LIKELY_RATIO:
        return
    tenth = value.value / 10 if ratio > 1 else value.value * 10
    likely = 1 / LIKELY_RATIO < tenth / plan < LIKELY_RATIO
    found = f"{yuan_text(round(value.value))} : {yuan_text(plan)} = {float(ratio):.2g}"
    suggestion = yuan_text(round(tenth)) if likely else ""
    yield Problem("money-scale", path=path, found=found, allowed=f"0.2 … {LIKELY_RATIO}", suggestion=suggestion, severity="warning")


def prior_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Values of the city's own last year, shares of priors, and the prior of completion."""
    last, before_start = scenario.assumptions.last_year, scenario.assumptions.before_start
    if last.completion is not None and last.completion <= 0:
        yield Problem("range", path="assumptions.last_year.completion", found=f"{last.completion:g}", allowed="> 0%")
    if last.investment == 0:
        yield Problem("range", path="assumptions.last_year.investment", found="0 yuan", allowed="> 0 yuan")
    if before_start is not None:
        yield from probability_problems("assumptions.before_start.share", before_start.share)
    fai = scenario.uncertain.fai
    if fai is not None:
        yield from within_problems("uncertain.fai.key_share", fai.key_share, 0.0, 1.0)
        yield from within_problems("uncertain.fai.pass_through", fai.pass_through, 0.0, 10.0)
    yield from _completion_problems(scenario, declared)
    yield from _parameter_problems(scenario, declared)


def _parameter_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Priors of numbers that do not stand in the scenario."""
    for name, prior in scenario.uncertain.parameters.items():
        path = f"uncertain.parameters.{name}"
        way = name.split(".")
        if name.startswith(("run.", "uncertain.", "goals.", "observations.")):
            yield Problem("set-path", path=path, found=name, allowed="intake.… .rate, workflow.… .dropout, pools.… .capacity")
        elif not isinstance(declared.at(*way), int | float | str | Quantity) or isinstance(declared.at(*way), bool):
            parent = declared.names(*way[:-1])
            yield Problem("set-path", path=path, found=name, allowed=", ".join(sorted(parent)[:12]))
        elif (measured := _dimension(declared.at(*way))) != prior.dimension and not {measured, prior.dimension} <= PLAIN:
            yield Problem("unit", path=path, found=prior.dimension, allowed=ALLOWED[measured])


def _dimension(value: object) -> Dimension:
    """The dimension of a value as written; of text that is no quantity, a plain number."""
    try:
        return quantity_of(value).dimension
    except QuantityError:
        return "number"


def _completion_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """A prior of completion that is no completion rate, or that nothing uses."""
    completion, portfolio = scenario.uncertain.completion, scenario.portfolio
    if completion is None:
        return
    if abs(completion.log_mean) > LARGEST_LOG_MEAN:
        allowed = f"-{LARGEST_LOG_MEAN:g} … {LARGEST_LOG_MEAN:g}"
        yield Problem("range", path="uncertain.completion.log_mean", found=f"{completion.log_mean:g}", allowed=allowed)
    plans = [project.plan for project in portfolio.projects.values()]
    shares = [cohort.plan or cohort.plan_share for cohort in portfolio.cohorts.values()]
    if (plans or shares) and declared.is_whole(portfolio) and not any((*plans, *shares)):
        yield Problem(
            "unused-prior", path="uncertain.completion", found="plan: 0 yuan", allowed="portfolio.lists.….plan", severity="warning"
        )
