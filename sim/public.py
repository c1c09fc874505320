"""The library's face: load a scenario, run it, read its forecast."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.analysis.attainment import Probability
from sim.analysis.summary import GoalSummary, ObservationSummary
from sim.reports.answer import Answer, answer_of
from sim.reports.summary_json import Json, forecast_json
from sim.results.record import Record
from sim.results.results import Results
from sim.scenario.loading import Loaded
from sim.scenario.loading import load as load_scenario
from sim.studies.forecast import Precision, forecast, prepare


@dataclass(frozen=True, eq=False)
class Outlook:
    """A forecast: what became of the goals over all replications. Amounts are yuan, counts, days and fractions."""

    answer: Answer

    @property
    def goals(self) -> Mapping[str, GoalSummary]:
        """Each goal's probability, quantiles, mean and shortfall."""
        return self.answer.summary.goals

    @property
    def joint(self) -> Probability:
        """Probability that all headline goals are met together."""
        return self.answer.summary.joint

    @property
    def observations(self) -> Mapping[str, ObservationSummary]:
        """What the model says of each observation, and the error of its mean."""
        return self.answer.summary.observations

    @property
    def monthly(self) -> Mapping[str, Mapping[str, tuple[float, ...]]]:
        """metric -> quantile -> one value a month."""
        return self.answer.summary.monthly

    @property
    def results(self) -> Results:
        """Every replication."""
        return self.answer.results

    @property
    def record(self) -> Record | None:
        """All that happened; None unless the run was asked to keep it."""
        return self.answer.results.record

    def to_json(self) -> Json:
        """What `sim run --json` prints."""
        return forecast_json(self.answer)


@dataclass(frozen=True, eq=False)
class Case:
    """A loaded scenario."""

    loaded: Loaded

    def run(
        self, *, seed: int | None = None, replications: int | None = None, precision: float | None = None, record: bool = False
    ) -> Outlook:
        """Forecast: exactly `replications`, or until every half-width is at most `precision`; by default as the scenario says.

        With `record`, `Outlook.record` holds every entity and every visit of a stage.
        """
        settings = self.loaded.scenario.run
        exactly = replications if replications is not None or precision is not None else settings.replications
        wanted = Precision(precision if precision is not None else settings.precision, settings.cap, exactly)
        run = prepare(self.loaded, settings.seed if seed is None else seed, record=record)
        return Outlook(answer_of(forecast(run, wanted), wanted))


def load(
    scenario: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    sets: Sequence[str] = (),
    reading: str | Sequence[str] | None = None,
    scenario_list: str | None = None,
    levers: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Case:
    """Load a scenario by name or path, with named overrides, levers taken (`NAME[=size][@date]`) and dropped, and `path=value` changes.

    Raises InputError with every problem of it.
    """
    loaded = load_scenario(
        scenario, overrides=overrides, sets=sets, reading=reading, scenario_list=scenario_list, levers=levers, without=without
    )
    return Case(loaded)
