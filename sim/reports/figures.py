"""What the pictures of a forecast show: the numbers of its tables, with the words beside them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from sim.analysis.figures import Band, DifferenceRow, Exceedance, Fan, Levels, Odds, Standing, exceedance
from sim.errors import Language
from sim.reports.answer import Told
from sim.reports.comparison import amount, points
from sim.reports.goals import base_readings, goal_names, goal_title, reading_titles, unit_of
from sim.reports.league import scenario_names
from sim.reports.months import money_goal, pace, reference_curve, straight_line
from sim.reports.wording import say
from sim.scenario.schema import Goal, Stock, Where
from sim.scenario.values.words import Words
from sim.studies.compare import Comparison
from sim.terms import label


def fan_of(told: Told, lang: Language, goal: str | None = None) -> Fan | None:
    """The path of a goal's metric by month, of investment where no goal is named.

    None without dates, or where the metric has no path by month. Raises KeyError where there is no such goal.
    """
    scenario, months = told.scenario, told.results.months
    aim = money_goal(scenario) if goal is None else scenario.goals[goal]
    metric = _path_name(aim) if aim else "investment_completed"
    paths = None if metric is None else told.summary.monthly.get(metric)
    if paths is None or scenario.run.start is None or max(paths["p90"]) <= 0:
        return None
    is_money = aim is None or aim.metric == "investment"
    what = label(f"basis.{aim.basis if aim else 'completed'}", lang)
    invested = say(lang, f"Cumulative investment ({what})", f"累计投资（{what}）")
    return Fan(
        title=invested if is_money or aim is None else goal_title(aim, lang),
        unit="yuan" if aim is None else unit_of(aim),
        months=months,
        path=_band("", paths),
        goal=float(aim.value.value) if aim else None,
        straight=straight_line(aim, scenario, len(months)) if aim else (),
        reference=reference_curve(aim, scenario, len(months)) if aim and is_money else (),
    )


def _path_name(goal: Goal) -> str | None:
    """The metric by month that a goal is about, if it is kept."""
    if goal.where != Where():
        return None
    match goal.metric:
        case "investment":
            return f"investment_{goal.basis}"
        case "projects":
            return f"projects_{goal.milestone}"
        case metric:
            return metric


def exceedance_of(told: Told, goal: str, lang: Language) -> Exceedance | None:
    """How likely each outcome of a goal is; None where no replication has one. Raises KeyError where there is no such goal."""
    aim, outcome = told.scenario.goals[goal], told.results.outcome(goal)
    if not np.isfinite(outcome).any():
        return None
    title, unit, met = goal_names(told.scenario, lang)[goal], unit_of(aim), told.summary.goals[goal].probability
    return Exceedance(title, unit, *exceedance(outcome, aim.comparator), aim.comparator, float(aim.value.value), met)


def odds_of(told: Told, lang: Language) -> tuple[tuple[str, ...], tuple[Odds, ...]]:
    """Names of the headline goals (and of all together), and their probabilities under each reading; empty where nothing is ambiguous."""
    names, titles, base = goal_names(told.scenario, lang), reading_titles(told.scenario, lang), base_readings(told.scenario)
    headline = told.results.headline
    together = len(headline) > 1
    rows = (*(names[goal] for goal in headline), *((label("joint", lang),) if together else ()))
    shown = []
    for name, summary in told.readings.items():
        goals = [summary.goals[goal].probability if goal in summary.goals else None for goal in headline]
        note = say(lang, " (base)", "（基准）") if name in base else ""
        shown.append(Odds(titles[name] + note, (*goals, *((summary.joint,) if together else ()))))
    return (rows, tuple(shown)) if shown and rows else ((), ())


def queues_of(told: Told, lang: Language) -> Levels | None:
    """The stages at which anybody waits at a month's end; None where nobody does, or without dates."""
    workflow = told.scenario.stages
    titles = {name: stage.title for name, stage in workflow.items()}
    bands = _bands(told.summary.waiting, titles, lang)
    title = say(lang, "Requests that wait at month ends", "月末等待办理的申请")
    return Levels(title, "", told.results.months, bands) if bands and told.scenario.run.start else None


def stocks_of(told: Told, lang: Language) -> list[Levels]:
    """What is in stock at month ends, one picture a unit; none without dates."""
    pools = told.scenario.pools
    if told.scenario.run.start is None:
        return []
    units: dict[str, list[str]] = {}
    for name, pool in pools.items():
        if isinstance(pool, Stock) and name in told.summary.levels:
            units.setdefault(unit_of_stock(pool), []).append(name)
    title = say(lang, "In stock at month ends", "月末存量")
    drawn = []
    for unit, names in units.items():
        levels = {name: told.summary.levels[name] for name in names}
        if bands := _bands(levels, {name: pools[name].title for name in names}, lang):
            drawn.append(Levels(title, unit, told.results.months, bands))
    return drawn


def unit_of_stock(pool: Stock) -> str:
    """The unit of what a stock holds."""
    return {"money": "yuan", "area": "mu"}.get(pool.initial.dimension, "")


def standings_of(forecasts: Sequence[Told], lang: Language) -> list[Standing]:
    """Each scenario with the probability of all its headline goals together, and its pace; those without a goal are left out."""
    names = scenario_names(forecasts, lang)
    pairs = zip(names, forecasts, strict=True)
    return [Standing(name, told.summary.joint, pace(told)) for name, told in pairs if told.results.headline]


def chance_differences_of(comparison: Comparison, lang: Language) -> list[DifferenceRow]:
    """What a change does to the probability of each goal, and of all together: rows of one picture."""
    scenario, found, rows = comparison.loaded[0].scenario, comparison.differences, []
    names = goal_names(scenario, lang)
    chances = {names[name]: f"goals.{name}.probability" for name, goal in scenario.goals.items() if goal.restates is None}
    if len(comparison.results[0].headline) > 1:
        chances[label("joint", lang)] = "joint"
    for name, key in chances.items():
        if (one := found.get(key)) is not None and math.isfinite(one.low):
            rows.append(DifferenceRow(name, one.difference, one.low, one.high, one.real, "fraction", points(one, lang)))
    return rows


def amount_differences_of(comparison: Comparison, lang: Language) -> list[DifferenceRow]:
    """What a change does to the outcome of each goal: rows of one picture, each in its own unit."""
    scenario, rows = comparison.loaded[0].scenario, []
    names = goal_names(scenario, lang)
    for name, goal in scenario.goals.items():
        one, unit = comparison.differences.get(f"goals.{name}.outcome"), unit_of(goal)
        if one is not None and math.isfinite(one.low):
            rows.append(DifferenceRow(names[name], one.difference, one.low, one.high, one.real, unit, amount(one, unit, lang)))
    return rows


def _bands(paths: Mapping[str, Mapping[str, Sequence[float]]], titles: Mapping[str, Words | None], lang: Language) -> list[Band]:
    """A band for each name of which there ever is anything."""
    named = {name: title[lang] if (title := titles.get(name)) else name for name in paths}
    return [_band(named[name], levels) for name, levels in paths.items() if any(value != 0 for value in levels["p90"])]


def _band(name: str, paths: Mapping[str, Sequence[float]]) -> Band:
    return Band(name, paths["p10"], paths["p50"], paths["p90"])
