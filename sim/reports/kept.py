"""A forecast read back from its run folder: the very numbers that the terminal and `--json` told, from `summary.json` and the rest."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.analysis.attainment import Probability
from sim.analysis.summary import GoalSummary, ObservationSummary, Summary
from sim.errors import InputError, Problem
from sim.results.kept import KeptFiles
from sim.results.measures import Measures
from sim.results.results import KappaFit, Results
from sim.scenario.files.document import read_document
from sim.scenario.schema import Scenario
from sim.studies.forecast import Precision

Json = dict[str, Any]


@dataclass(frozen=True, eq=False)
class KeptForecast:
    """What a page needs of a run; see `reports.answer.Told`."""

    scenario: Scenario
    results: Results
    """Outcomes of every replication; of the months, investment completed only."""
    summary: Summary
    readings: Mapping[str, Summary]
    """By reading, probabilities only."""
    chosen_readings: tuple[str, ...]
    precision: Precision
    complete: bool
    levers: Json
    """`told` (as `sim levers --json` has them), `taken` and `dropped` as asked for."""
    versions: Mapping[str, str]


def kept_forecast(files: KeptFiles) -> KeptForecast:
    """The forecast of a run folder. Raises InputError where one replication alone, or another version's run, is kept there."""
    if "replication" in files.manifest:
        raise InputError([Problem("run-alone", path="replication.json")])
    try:
        return _forecast(files)
    except (KeyError, TypeError, ValueError, ValidationError) as fault:
        raise InputError([Problem("run-unlike", path="summary.json")]) from fault


def _forecast(files: KeptFiles) -> KeptForecast:
    summary = json.loads(files.text("summary.json"))
    scenario = _scenario(files)
    n = summary["replications"]
    return KeptForecast(
        scenario=scenario,
        results=_results(summary, files.text("replications.csv")),
        summary=_summary(summary, scenario),
        readings={name: _reading(reading, n) for name, reading in summary["readings"].items()},
        chosen_readings=tuple(name for name, reading in summary["readings"].items() if reading["chosen"]),
        precision=Precision(**summary["precision"]),
        complete=summary["complete"],
        levers=summary["levers"],
        versions=files.manifest["versions"],
    )


def _scenario(files: KeptFiles) -> Scenario:
    """The resolved scenario."""
    root, problems = read_document(files.text("scenario.yaml").encode(), "scenario.yaml")
    if root is None or problems:
        raise InputError(problems)
    return Scenario.model_validate(root.plain(), strict=True)


def _results(summary: Json, table: str) -> Results:
    """Results with the outcomes of every replication."""
    goals, observations = tuple(summary["goals"]), tuple(summary.get("observations", ()))
    months = tuple(next(iter(summary["monthly"].values()))["months"]) if summary["monthly"] else ()
    return Results(
        scenario=summary["scenario"],
        seed=summary["seed"],
        engine=summary["engine"],
        goals=goals,
        headline=tuple(name for name, goal in summary["goals"].items() if goal["headline"]),
        months=months,
        measures=_measures(list(csv.reader(io.StringIO(table)))[1:], len(goals), len(observations)),
        kappa=_kappa(summary["kappa"]),
        provenance=summary["provenance"],
        stages=tuple(summary["stages"]),
        pools=dict.fromkeys(summary["pools"]),
        observations=observations,
    )


def _measures(rows: Sequence[Sequence[str]], goals: int, observations: int) -> Measures:
    """From the rows of `replications.csv`: number, outcome and met of each goal, observations, completion drawn and realised, months."""
    after = 1 + 2 * goals
    numbers = np.array([[_number(row[place]) for place in _outcomes(row, goals)] for row in rows], dtype=np.float64)
    months = numbers[:, goals + observations + 2 :]
    return Measures(
        replications=np.array([int(row[0]) for row in rows], dtype=np.int64),
        monthly={"investment_completed": months} if months.size else {},
        outcomes=numbers[:, :goals],
        met=np.array([[cell == "true" for cell in row[2:after:2]] for row in rows], dtype=bool).reshape(len(rows), goals),
        completion_drawn=numbers[:, goals + observations],
        completion_realised=numbers[:, goals + observations + 1],
        observed=numbers[:, goals : goals + observations],
    )


def _outcomes(row: Sequence[str], goals: int) -> Iterator[int]:
    """The places of the numbers of a row: the goals' outcomes, then all that comes after the goals."""
    yield from range(1, 1 + 2 * goals, 2)
    yield from range(1 + 2 * goals, len(row))


def _number(text: str | float | None) -> float:
    """A number as it was written; what is empty is none."""
    return math.nan if text in (None, "") else float(text)


def _summary(summary: Json, scenario: Scenario) -> Summary:
    n = summary["replications"]
    return Summary(
        goals={name: _goal(name, goal, n) for name, goal in summary["goals"].items()},
        joint=_chance(summary["joint"], n),
        first_to_fail=summary["first_to_fail"],
        monthly=_paths(summary["monthly"]),
        replications=n,
        stages=summary["stages"],
        pools=summary["pools"],
        observations={name: _observation(name, one, scenario) for name, one in summary.get("observations", {}).items()},
        waiting=_paths(summary["waiting"]),
        levels=_paths(summary["levels"]),
    )


def _goal(name: str, goal: Json, n: int) -> GoalSummary:
    quantiles = {key: _number(value) for key, value in goal["quantiles"].items()}
    return GoalSummary(name, _chance(goal, n), quantiles, _number(goal["mean"]), _number(goal["shortfall"]), goal["missed_alone"])


def _observation(name: str, one: Json, scenario: Scenario) -> ObservationSummary:
    quantiles = {key: _number(value) for key, value in one["quantiles"].items()}
    value = float(scenario.observations[name].value.value)
    return ObservationSummary(name, value, one["comparator"], quantiles, _number(one["mean"]))


def _reading(reading: Json, n: int) -> Summary:
    """The probabilities under a reading; nothing else is kept of it."""
    goals = {name: GoalSummary(name, _chance(goal, n), {}, math.nan, math.nan, None) for name, goal in reading["goals"].items()}
    return Summary(goals, _chance(reading["joint"], n), None, {}, n, {}, {})


def _chance(told: Json, n: int) -> Probability:
    low, high = told["interval"]
    return Probability(told["probability"], low, high, n)


def _paths(told: Json) -> dict[str, dict[str, tuple[float, ...]]]:
    return {name: {key: tuple(map(_number, paths[key])) for key in ("p10", "p50", "p90")} for name, paths in told.items()}


def _kappa(fit: Json | None) -> KappaFit | None:
    return None if fit is None else KappaFit(fit["value"], fit["drawn"], fit["realised"], fit["replications"])
