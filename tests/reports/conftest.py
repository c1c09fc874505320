"""A forecast worked by hand: 101 replications, outcomes on even grids, so that quantiles and shares can be read off."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.reports.answer import Answer, answer_of
from sim.reports.files import run_files
from sim.reports.kept import kept_forecast
from sim.results.kept import KeptFiles
from sim.results.measures import Measures
from sim.results.results import KappaFit, Results
from sim.scenario.loading import Choice
from sim.scenario.schema import Scenario
from sim.studies.forecast import Forecast, Precision

MONTHS = tuple(f"2022-{month:02d}" for month in range(1, 13))
GOALS = {
    "investment": {"title": {"en": "key-project investment", "zh": "重点项目完成投资"}, "metric": "investment", "value": "110 bn yuan"},
    "growth": {"metric": "investment_growth", "value": "30%", "restates": "investment"},
    "projects": {"metric": "projects_implemented", "value": "320 projects"},
    "fai": {"metric": "fai_growth", "basis": "counted", "value": "12%"},
}
READINGS = {
    "the_93": {
        "title": {"en": "are the 93 among the 267?", "zh": "93个项目是否在267个之内"},
        "base": "93-inside",
        "readings": {
            "93-inside": {"title": {"en": "the 93 are among the 267", "zh": "93个在267个之内"}},
            "93-outside": {"title": {"en": "the 93 come on top", "zh": "93个在267个之外"}, "change": {"goals": {}}},
        },
    }
}


def _tree(**changes):
    """A dated scenario with the goals of a city, as plain data."""
    return {
        "title": {"en": "A city 2022", "zh": "某市2022年"},
        "run": {"start": "2022-01-01", "horizon": "2022-12-31"},
        "goals": GOALS,
        "assumptions": {"reference_exponent": 1.215, "last_year": {"investment": "84.6 bn yuan"}},
        "readings": READINGS,
        **changes,
    }


def _scenario(**changes):
    """A dated scenario with the goals of a city."""
    return Scenario.model_validate(_tree(**changes))


def _loaded(said, chosen=("93-inside",)):
    """What loading hands on, as far as a report asks for it."""
    names = [name for ambiguity in said.readings.values() for name in ambiguity.readings]
    return SimpleNamespace(
        name="a-city-2022",
        scenario=said,
        tree={"title": "A city"},
        written_tree={"title": "A city"},
        choice=Choice(),
        warnings=(),
        provenance=lambda: {"stated": 10, "observed": 5, "fitted": 5, "assumed": 20},
        reading_names=lambda: names,
        chosen_readings=lambda: chosen if names else (),
    )


def _results(said, shift=0.0, count=101):
    """Investment from 80 to 130 bn yuan in even steps, growth with it, 290 to 390 projects, FAI growth 0 to 10%."""
    invested = np.linspace(80e9, 130e9, count) + shift
    columns = {
        "investment": invested,
        "growth": invested / 84.6e9 - 1,
        "projects": np.linspace(390, 290, count).round(),
        "fai": np.linspace(0.0, 0.10, count),
    }
    observed = {"investment": invested / 2, "projects_implemented": columns["projects"], "investment_growth": columns["growth"]}
    seen = [observed[one.metric] for one in said.observations.values()]
    outcomes = np.stack([columns[name] for name in said.goals], axis=1) if said.goals else np.empty((count, 0))
    met = np.stack([columns[name] >= float(goal.value.value) for name, goal in said.goals.items()], axis=1) if said.goals else outcomes > 0
    shares = np.arange(1, 13) / 12
    return Results(
        scenario="a-city-2022",
        seed=7,
        engine="reference",
        goals=tuple(said.goals),
        headline=tuple(name for name, goal in said.goals.items() if goal.headline and goal.restates is None),
        months=MONTHS,
        measures=Measures(
            replications=np.arange(1, count + 1),
            monthly={"investment_completed": invested[:, None] * shares, "projects_started": np.ones((count, 12))},
            outcomes=outcomes,
            met=met.astype(bool),
            completion_drawn=np.full(count, 1.284),
            completion_realised=invested / 76e9,
            observed=np.stack(seen, axis=1) if seen else np.empty((0, 0)),
        ),
        observations=tuple(said.observations),
        kappa=KappaFit(1.0931, 1.2890, 1.2891, 200),
        provenance={"stated": 10, "observed": 5, "fitted": 5, "assumed": 20},
    )


def _answer(said=None, precision=None, chosen=("93-inside",)) -> Answer:
    """The whole answer, with 20 bn yuan more under the other reading."""
    said = said or _scenario()
    readings = {"93-inside": _results(said), "93-outside": _results(said, 20e9)} if said.readings else {}
    base = readings.get(chosen[0], _results(said))
    return answer_of(Forecast(_loaded(said, chosen), base, readings), precision or Precision(0.05, 6400))


def _kept(**changes):
    """The forecast of a city as it is read back from its run folder."""
    made = _answer(_scenario(**changes))
    made.forecast.loaded.tree = _tree(**changes)
    texts = {name: text if isinstance(text, bytes) else text.encode() for name, text in run_files(made).items()}
    return kept_forecast(KeptFiles({"files": {}, "versions": {"sim": "0.1.0"}}, texts))


@pytest.fixture
def kept():
    """Builds a forecast read back from its run folder."""
    return _kept


@pytest.fixture
def scenario():
    """Builds the scenario of a city, with blocks of it replaced."""
    return _scenario


@pytest.fixture
def answer():
    """Builds the answer of a forecast."""
    return _answer
