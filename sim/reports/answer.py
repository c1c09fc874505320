"""The answer of a forecast: its summary, and that of each other reading."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from sim.analysis.summary import Summary, summarise
from sim.results.results import Results
from sim.scenario.schema import Scenario
from sim.studies.forecast import Forecast, Precision, Run, watched


class Told(Protocol):
    """What a page tells: a forecast just made, or one that was kept."""

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""

    @property
    def results(self) -> Results:
        """Results under the reading asked for."""

    @property
    def summary(self) -> Summary:
        """Their summary."""

    @property
    def readings(self) -> Mapping[str, Summary]:
        """By reading, the one asked for included; empty where nothing is ambiguous."""

    @property
    def chosen_readings(self) -> tuple[str, ...]:
        """The reading in force of each ambiguous fact."""

    @property
    def precision(self) -> Precision:
        """How precise it was to be."""

    @property
    def complete(self) -> bool:
        """Whether the run came to its end."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A forecast, summarised, and how precise it was to be."""

    forecast: Forecast
    precision: Precision
    summary: Summary
    readings: Mapping[str, Summary]
    """By reading, the one asked for included; empty where nothing is ambiguous."""

    complete: bool = True
    """Whether the run came to its end."""

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.forecast.loaded.scenario

    @property
    def results(self) -> Results:
        """Results under the reading asked for."""
        return self.forecast.results

    @property
    def chosen_readings(self) -> tuple[str, ...]:
        """The reading in force of each ambiguous fact."""
        return self.forecast.loaded.chosen_readings()


def half_width(told: Told) -> float:
    """Widest half of the intervals that the stopping rule watches."""
    return max(chance.half_width for chance in watched(told.results))


def answer_of(forecast: Forecast, precision: Precision) -> Answer:
    """Summarise a forecast."""
    thresholds = {name: (float(goal.value.value), goal.comparator) for name, goal in forecast.loaded.scenario.goals.items()}
    readings = {name: summarise(results, _of(results, thresholds)) for name, results in forecast.readings.items()}
    observed = {name: (float(one.value.value), one.comparator) for name, one in forecast.loaded.scenario.observations.items()}
    return Answer(forecast, precision, summarise(forecast.results, thresholds, observed), readings)


def _of(results: Results, thresholds: Mapping[str, tuple[float, str]]) -> dict[str, tuple[float, str]]:
    """The thresholds of the goals of another reading; of a goal that only this reading sets there is no shortfall."""
    return {goal: thresholds.get(goal, (math.nan, ">=")) for goal in results.goals}


def unfinished_answer(run: Run, precision: Precision) -> Answer:
    """What a run that was stopped has come to; at least one block must have finished."""
    return replace(answer_of(Forecast(run.loaded, run.results(), {}), precision), complete=False)
