"""The forecast for programs: money in yuan, counts, days and fractions; keys in a fixed order; nothing of place or time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from sim.analysis.attainment import Probability
from sim.analysis.summary import GoalSummary, ObservationSummary, Summary
from sim.reports.answer import Answer
from sim.reports.goals import base_readings, unit_of
from sim.reports.levers import levers_json
from sim.reports.plain import Json
from sim.results.results import KappaFit, Results
from sim.scenario.levers.asked import lever_name
from sim.scenario.schema import Goal, Observation, Scenario, Statement


def forecast_json(answer: Answer) -> Json:
    """A whole forecast."""
    results, summary, scenario = answer.results, answer.summary, answer.scenario
    return {
        **_head(results),
        "replications": results.replications,
        "engine": results.engine,
        "goals": {name: goal_json(goal, summary.goals[name], scenario) for name, goal in scenario.goals.items()},
        "joint": chance_json(summary.joint),
        "first_to_fail": summary.first_to_fail,
        "readings": {name: reading_json(name, reading, answer) for name, reading in answer.readings.items()},
        "monthly": {metric: {"months": list(results.months), **_paths(paths)} for metric, paths in summary.monthly.items()},
        "stages": {name: dict(row) for name, row in summary.stages.items()},
        "pools": {name: dict(row) for name, row in summary.pools.items()},
        "provenance": {kind: results.provenance.get(kind, 0) for kind in ("stated", "observed", "fitted", "assumed")},
        "kappa": kappa_json(results.kappa),
        "complete": answer.complete,
        "waiting": {stage: {"months": list(results.months), **_paths(paths)} for stage, paths in summary.waiting.items()},
        "levels": {pool: {"months": list(results.months), **_paths(paths)} for pool, paths in summary.levels.items()},
        "levers": _levers(answer),
        "precision": {
            "half_width": answer.precision.half_width,
            "cap": answer.precision.cap,
            "replications": answer.precision.replications,
        },
        **_observations(answer),
    }


def _levers(answer: Answer) -> Json:
    """The levers in force, those of them that were dropped, and those that were taken, as asked for."""
    levers, choice = answer.scenario.levers, answer.forecast.loaded.choice
    taken = [lever_name(asked) for asked in choice.levers]
    told = {name: lever for name, lever in levers.items() if lever.status == "in_force" or name in taken}
    return {"told": levers_json(told), "taken": list(choice.levers), "dropped": list(choice.without)}


def _observations(answer: Answer) -> Json:
    """What was observed beside what the model says, where the scenario has observations."""
    scenario, summaries = answer.scenario, answer.summary.observations
    told = {name: observation_json(one, summaries[name], scenario) for name, one in scenario.observations.items()}
    return {"observations": told} if told else {}


def goal_json(goal: Goal, summary: GoalSummary, scenario: Scenario) -> Json:
    """A goal's statement and what came of it."""
    return {
        "metric": goal.metric,
        "basis": goal.basis,
        "comparator": goal.comparator,
        "value": whole(goal.value.value),
        "unit": unit_of(goal),
        "by": _by(goal, scenario),
        "headline": goal.headline and goal.restates is None,
        "restates": goal.restates,
        **chance_json(summary.probability),
        "quantiles": {name: finite(summary.quantiles[name]) for name in ("p10", "p50", "p90")},
        "mean": finite(summary.mean),
        "shortfall": finite(summary.shortfall),
        "missed_alone": summary.missed_alone,
    }


def observation_json(observation: Observation, summary: ObservationSummary, scenario: Scenario) -> Json:
    """An observation and what the model says of it; `error` is that of the mean, as a fraction of what was observed."""
    return {
        "use": observation.use,
        "metric": observation.metric,
        "basis": observation.basis,
        "comparator": observation.comparator,
        "value": whole(observation.value.value),
        "unit": unit_of(observation),
        "by": _by(observation, scenario),
        "mean": finite(summary.mean),
        "quantiles": {name: finite(summary.quantiles[name]) for name in ("p10", "p50", "p90")},
        "error": summary.error,
    }


def reading_json(name: str, summary: Summary, answer: Answer) -> Json:
    """The probabilities of the goals under a reading."""
    return {
        "base": name in base_readings(answer.scenario),
        "chosen": name in answer.chosen_readings,
        "goals": {goal: chance_json(reached.probability) for goal, reached in summary.goals.items()},
        "joint": chance_json(summary.joint),
    }


def chance_json(probability: Probability) -> Json:
    """A probability and its 95% interval."""
    return {"probability": probability.estimate, "interval": [probability.low, probability.high]}


def kappa_json(fit: KappaFit | None) -> Json | None:
    """The fitted factor on plans."""
    if fit is None:
        return None
    return {"value": fit.kappa, "drawn": fit.drawn, "realised": fit.realised, "replications": fit.replications}


def replication_json(results: Results) -> Json:
    """One replication alone: what each goal came to, by month, and the completion of plans."""
    measures = results.measures
    met = dict(zip(results.goals, measures.met[0].tolist(), strict=True))
    outcomes = dict(zip(results.goals, measures.outcomes[0].tolist(), strict=True))
    return {
        **_head(results),
        "replication": int(measures.replications[0]),
        "engine": results.engine,
        "goals": {goal: {"outcome": finite(outcomes[goal]), "met": met[goal]} for goal in results.goals},
        "monthly": {metric: values[0].tolist() for metric, values in measures.monthly.items()},
        "completion": {
            "drawn": finite(measures.completion_drawn[0].item()),
            "realised": finite(measures.completion_realised[0].item()),
        },
        **_observed(results),
    }


def _observed(results: Results) -> Json:
    """What the one replication says of each observation, where the scenario has some."""
    told = {name: {"outcome": finite(float(results.observed(name)[0]))} for name in results.observations}
    return {"observations": told} if told else {}


def whole(value: Fraction) -> int | float:
    """An exact value as a whole number where it is one."""
    return int(value) if value.denominator == 1 else float(value)


def finite(value: float) -> float | None:
    """A number, or nothing where there is none: strict JSON knows no NaN."""
    return value if math.isfinite(value) else None


def _by(statement: Statement, scenario: Scenario) -> str:
    return str(statement.by or scenario.run.horizon)


def _head(results: Results) -> Json:
    return {"scenario": results.scenario, "seed": results.seed}


def _paths(paths: Mapping[str, Sequence[float]]) -> Json:
    return {name: [finite(value) for value in paths[name]] for name in ("p10", "p50", "p90")}
