"""What the model says beside what was observed."""

from __future__ import annotations

from sim.analysis.summary import ObservationSummary
from sim.errors import Language
from sim.reports.answer import Told
from sim.reports.goals import goal_scale, observation_words, observed_words, use_words
from sim.reports.tables import Heading, Page, Table
from sim.reports.wording import percent, say
from sim.scenario.schema import Observation
from sim.terms import label


def observations_page(answer: Told, lang: Language) -> Page:
    """Each observation with the model's mean, P10 and P90, the error of the mean, and its use; empty where nothing was observed."""
    observations, summaries = answer.scenario.observations, answer.summary.observations
    if not observations:
        return []
    names = "observation", "observed_value", "mean", "p10", "p90", "error_of_mean", "use"
    rows = tuple(_row(one, summaries[name], lang) for name, one in observations.items())
    headers = tuple(label(name, lang) if name != "error_of_mean" else label(name, lang).replace(" ", "\n", 1) for name in names)
    return [Heading(say(lang, "Against what was observed", "与观测值对照")), Table(headers, rows)]


def _row(observation: Observation, summary: ObservationSummary, lang: Language) -> tuple[str, ...]:
    scale = goal_scale(observation, lang)
    amounts = (scale.number(amount) for amount in (summary.mean, summary.quantiles["p10"], summary.quantiles["p90"]))
    words, observed = observation_words(observation, lang, "\n"), observed_words(observation, lang)
    return words, observed, *amounts, error_words(summary.error), use_words(observation, lang)


def error_words(error: float | None) -> str:
    """An error in percent with its sign; nothing where there is none."""
    if error is None:
        return ""
    text = percent(error)
    return text if error < 0 and text != "-0.0%" else "+" + text.removeprefix("-")
