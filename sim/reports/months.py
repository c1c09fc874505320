"""The months on the way: cumulative investment against the goal's straight line and its reference curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.errors import Language
from sim.reports.answer import Told
from sim.reports.goals import goal_scale
from sim.reports.tables import Block, Heading, Page, Table
from sim.reports.wording import Scale, money_scale, say
from sim.scenario.schema import Goal, Scenario, Where
from sim.terms import label

MOST_ROWS = 18
"""Months that are shown one by one; of a longer time, the quarter ends."""


def months_page(answer: Told, lang: Language) -> Page:
    """The month-by-month table; empty in a scenario without dates or without spending."""
    goal = money_goal(answer.scenario)
    metric = f"investment_{goal.basis if goal else 'completed'}"
    quantiles = answer.summary.monthly.get(metric)
    if quantiles is None or answer.scenario.run.start is None or max(quantiles["p90"]) <= 0:
        return []
    scale = goal_scale(goal, lang) if goal else money_scale(max(quantiles["p90"]), lang)
    basis, unit = label(f"basis.{goal.basis if goal else 'completed'}", lang), scale.suffix.strip()
    title = say(lang, f"Cumulative investment ({basis}) at month ends, {unit}", f"各月末累计投资（{basis}），{unit}")
    return [Heading(title), _table(answer, goal, quantiles, scale, lang)]


def money_goal(scenario: Scenario) -> Goal | None:
    """The first headline goal for investment in yuan, if there is one."""
    goals = (goal for goal in scenario.goals.values() if goal.metric == "investment" and goal.headline and goal.restates is None)
    return next((goal for goal in goals if goal.where == Where()), None)


def straight_line(goal: Goal, scenario: Scenario, months: int) -> list[float | None]:
    """The goal in step with the calendar (pro-rata progress), by month; None after the deadline."""
    until = months_until_deadline(goal, scenario)
    return [float(goal.value.value) * month / until if month <= until else None for month in range(1, months + 1)]


def reference_curve(goal: Goal, scenario: Scenario, months: int) -> list[float | None]:
    """The goal times (month / deadline's month) ^ exponent: how lists of key projects usually spend their year; None beyond it."""
    exponent, start = scenario.assumptions.reference_exponent, scenario.run.start
    until = months_until_deadline(goal, scenario)
    if exponent is None or start is None or start.date is None or start.date.month != 1 or until > 12:
        return [None] * months
    return [float(goal.value.value) * (month / until) ** exponent if month <= until else None for month in range(1, months + 1)]


def pace(answer: Told) -> float | None:
    """The median halfway to the deadline of the first investment goal, over its reference curve; None without a curve."""
    goal, months = money_goal(answer.scenario), len(answer.results.months)
    if goal is None:
        return None
    halfway = months_until_deadline(goal, answer.scenario) // 2
    due = reference_curve(goal, answer.scenario, months)[halfway - 1] if 0 < halfway <= months else None
    return answer.summary.monthly[f"investment_{goal.basis}"]["p50"][halfway - 1] / due if due else None


def months_until_deadline(goal: Goal, scenario: Scenario) -> int:
    """Number of the deadline's month, 1 for the month of the start."""
    start, end = scenario.run.start, goal.by or scenario.run.horizon
    if start is None or start.date is None or end.date is None:
        return 1
    return 12 * (end.date.year - start.date.year) + end.date.month - start.date.month + 1


def _table(answer: Told, goal: Goal | None, quantiles: Mapping[str, Sequence[float]], scale: Scale, lang: Language) -> Block:
    """Month, straight line and reference curve of the goal, P10, P50, P90."""
    months = answer.results.months
    columns: dict[str, Sequence[float | None]] = {}
    if goal:
        columns[_of_goal("pro_rata_progress", lang)] = straight_line(goal, answer.scenario, len(months))
        columns[_of_goal("reference_curve", lang)] = reference_curve(goal, answer.scenario, len(months))
    columns = {name: values for name, values in columns.items() if any(value is not None for value in values)}
    columns |= {label(name, lang): quantiles[name] for name in ("p10", "p50", "p90")}
    shown = range(len(months)) if len(months) <= MOST_ROWS else range(2, len(months), 3)
    cell = [["" if value is None else scale.number(value) for value in values] for values in columns.values()]
    rows = tuple((months[month], *(column[month] for column in cell)) for month in shown)
    return Table((label("month", lang), *columns), rows)


def _of_goal(term: str, lang: Language) -> str:
    """The header of a path that the goal would have."""
    return say(lang, "goal's\n", "目标的\n") + label(term, lang)
