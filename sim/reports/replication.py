"""One replication alone as a page: the outcome of each goal, and the months."""

from __future__ import annotations

import math

from sim.errors import Language
from sim.reports.goals import goal_scale, goal_words, observation_words, observed_words
from sim.reports.months import money_goal
from sim.reports.tables import Heading, Page, Paragraph, Table, joined
from sim.reports.wording import money_scale, percent, say
from sim.results.results import Results
from sim.scenario.schema import Scenario
from sim.terms import label


def replication_page(scenario: Scenario, results: Results, lang: Language) -> Page:
    """What one replication came to."""
    number = int(results.measures.replications[0])
    heading = say(
        lang,
        f"Replication {number} of {results.scenario}, seed {results.seed}",
        f"{results.scenario}：第{number}次模拟，种子{results.seed}",
    )
    parts = _goals(scenario, results, lang), _months(scenario, results, lang), _observations(scenario, results, lang)
    return joined(([Heading(heading)], *parts, _completion(results, lang)))


def _goals(scenario: Scenario, results: Results, lang: Language) -> Page:
    """Outcome of each goal, and whether it was met."""
    rows = tuple(
        (goal_words(goal, lang), goal_scale(goal, lang).words(float(results.outcome(name)[0])), _verdict(bool(results.met(name)[0]), lang))
        for name, goal in scenario.goals.items()
    )
    return [Table((label("goal", lang), say(lang, "outcome", "结果"), ""), rows)] if rows else []


def _months(scenario: Scenario, results: Results, lang: Language) -> Page:
    """Cumulative investment by month, on each basis."""
    metrics = {basis: results.measures.monthly.get(f"investment_{basis}") for basis in ("completed", "reported", "counted")}
    paths = {basis: values[0].tolist() for basis, values in metrics.items() if values is not None and values[0].max() > 0}
    if not paths:
        return []
    goal = money_goal(scenario)
    scale = goal_scale(goal, lang) if goal else money_scale(max(max(path) for path in paths.values()), lang)
    rows = tuple((month, *(scale.number(path[row]) for path in paths.values())) for row, month in enumerate(results.months))
    title = say(lang, "Cumulative investment at month ends, ", "各月末累计投资，") + scale.suffix.strip()
    return [Heading(title), Table((label("month", lang), *(label(f"basis.{basis}", lang) for basis in paths)), rows)]


def _observations(scenario: Scenario, results: Results, lang: Language) -> Page:
    """What was observed, and what this replication says of it."""
    rows = tuple(
        (
            observation_words(one, lang),
            observed_words(one, lang),
            goal_scale(one, lang).words(float(results.observed(name)[0])),
        )
        for name, one in scenario.observations.items()
    )
    headers = label("observation", lang), label("observed_value", lang), say(lang, "outcome", "结果")
    return [Table(headers, rows)] if rows else []


def _completion(results: Results, lang: Language) -> Page:
    """Completion of the plans of 1 January, drawn and realised."""
    drawn, realised = results.measures.completion_drawn[0].item(), results.measures.completion_realised[0].item()
    if not math.isfinite(realised) or results.kappa is None:
        return []
    english = f"Completion of plans: drawn {percent(drawn)}, realised {percent(realised)}"
    return [Paragraph(say(lang, english, f"年度计划完成率：抽样{percent(drawn)}，实现{percent(realised)}"))]


def _verdict(met: bool, lang: Language) -> str:
    return say(lang, "met", "达成") if met else say(lang, "missed", "落空")
