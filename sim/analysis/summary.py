"""What a forecast means: probabilities with intervals, quantiles, shortfalls, the goal that fails first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.analysis.attainment import Floats, Probability, joint, missed_alone, probability, shortfall
from sim.results.measures import COMPARE
from sim.results.results import Results

QUANTILES = {"p10": 0.10, "p50": 0.50, "p90": 0.90}


@dataclass(frozen=True)
class GoalSummary:
    """One goal over all replications; amounts in the goal's own unit (yuan, count, days, fraction)."""

    name: str
    probability: Probability
    quantiles: Mapping[str, float]
    mean: float
    shortfall: float
    """Mean of what is missing, 0 where the goal is met."""
    missed_alone: float | None
    """Share of the years that miss a headline goal in which this one alone is missed; None if it is no headline goal or none is missed."""


@dataclass(frozen=True)
class ObservationSummary:
    """What the model says of an observation, over all replications; amounts in its own unit (yuan, count, days, fraction)."""

    name: str
    value: float
    """What was observed."""
    comparator: str
    """`=`, or on which side of `value` it is known to lie."""
    quantiles: Mapping[str, float]
    mean: float

    @property
    def error(self) -> float | None:
        """Mean over observed, less one; 0 for a mean on the side that is known; None where nothing was observed."""
        if self.comparator != "=" and COMPARE[self.comparator](self.mean, self.value):
            return 0.0
        return self.mean / self.value - 1 if self.value else None


@dataclass(frozen=True)
class ProjectSummary:
    """A listed project, cohort or stream by the end of the horizon, over all replications."""

    quantiles: Mapping[str, float]
    """Of its investment since the start, yuan."""
    mean: float
    on_site: float
    """Mean number of its projects at which work has been done; of a single project the probability."""


@dataclass(frozen=True)
class Summary:
    """A forecast in numbers."""

    goals: Mapping[str, GoalSummary]
    joint: Probability
    """All headline goals together."""
    first_to_fail: str | None
    """The headline goal with the lowest probability; None where there is none."""
    monthly: Mapping[str, Mapping[str, tuple[float, ...]]]
    """metric -> quantile -> one value a month."""
    replications: int
    stages: Mapping[str, Mapping[str, float]]
    """stage -> column -> mean over replications; `mean_wait_days` is by request."""
    pools: Mapping[str, Mapping[str, float]]
    """pool -> column -> mean over replications; `utilisation` of servers; `mean_waiting`: requests that wait for it at any time."""
    observations: Mapping[str, ObservationSummary] = field(default_factory=dict)
    waiting: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    """stage -> quantile -> requests that wait at each month's end."""
    levels: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    """pool -> quantile -> what is in stock, or free of servers, at each month's end."""


def summarise(
    results: Results, thresholds: Mapping[str, tuple[float, str]], observed: Mapping[str, tuple[float, str]] | None = None
) -> Summary:
    """Summary of `results`; `thresholds` holds each goal's value and comparator, `observed` that of the observations."""
    headline = [results.goals.index(goal) for goal in results.headline]
    met = results.measures.met[:, headline]
    alone = dict(zip(results.headline, missed_alone(met), strict=True))
    goals = {goal: summarise_goal(results, goal, *thresholds[goal], alone.get(goal)) for goal in results.goals}
    return Summary(
        goals=goals,
        joint=joint(met),
        first_to_fail=min(results.headline, key=lambda goal: goals[goal].probability.estimate, default=None),
        monthly={name: _quantiles_by_month(values) for name, values in results.measures.monthly.items()},
        replications=results.replications,
        stages=summarise_stages(results),
        pools=summarise_pools(results),
        observations={name: summarise_observation(results, name, *value) for name, value in (observed or {}).items()},
        waiting=_by_name(results.stages, results.measures.waiting),
        levels=_by_name(tuple(results.pools), results.measures.levels),
    )


def summarise_stages(results: Results) -> dict[str, dict[str, float]]:
    """Means over replications; means by request, and the share of requests that wait; 0 where nobody asked."""
    columns = {name: values.mean(axis=0) for name, values in results.measures.stages.items()}
    table = {stage: {name: float(values[number]) for name, values in columns.items()} for number, stage in enumerate(results.stages)}
    for row in table.values():
        asked = row["requested"]
        row["mean_wait_days"] = row["wait_days"] / asked if asked else 0.0
        row["mean_stay_days"] = row["stay_days"] / asked if asked else 0.0
        row["share_waiting"] = row["waited"] / asked if asked else 0.0
    return table


def summarise_pools(results: Results) -> dict[str, dict[str, float]]:
    """Means over replications; utilisation is server-days held over server-days open, beyond 1 where servers finish after closing."""
    table: dict[str, dict[str, float]] = {}
    for number, (pool, servers) in enumerate(results.pools.items()):
        row = {name: float(values[:, number].mean()) for name, values in results.measures.pools.items()}
        table[pool] = {"mean_waiting": row["wait_days"] / results.days, "wait_days": row["wait_days"]}
        if servers is None:
            table[pool]["consumed"] = row["consumed"]
        else:
            open_days = row["open"] * results.days
            table[pool] |= {"held_days": row["held_days"], "utilisation": row["held_days"] / open_days if open_days else 0.0}
    return table


def summarise_goal(results: Results, goal: str, value: float, comparator: str, alone: float | None) -> GoalSummary:
    """One goal's probability, quantiles, mean and shortfall."""
    outcome = results.outcome(goal)
    return GoalSummary(
        name=goal,
        probability=probability(results.met(goal)),
        quantiles=_quantiles(outcome),
        mean=float(outcome.mean()),
        shortfall=shortfall(outcome, value, comparator),
        missed_alone=None if alone is None or np.isnan(alone) else float(alone),
    )


def summarise_observation(results: Results, name: str, value: float, comparator: str) -> ObservationSummary:
    """What the model says of an observation beside its observed value."""
    outcome = results.observed(name)
    return ObservationSummary(name, value, comparator, _quantiles(outcome), float(outcome.mean()))


def summarise_projects(results: Results) -> dict[str, ProjectSummary]:
    """Each listed project, lot of land, cohort and stream."""
    invested, on_site = results.measures.owners["investment"], results.measures.owners["on_site"]
    return {
        name: ProjectSummary(_quantiles(invested[:, number]), float(invested[:, number].mean()), float(on_site[:, number].mean()))
        for number, name in enumerate(results.owners)
    }


def _quantiles(outcome: np.ndarray[tuple[int], np.dtype[np.float64]]) -> dict[str, float]:
    return {name: float(np.quantile(outcome, level)) for name, level in QUANTILES.items()}


def _by_name(names: Sequence[str], values: Floats) -> dict[str, dict[str, tuple[float, ...]]]:
    """Quantiles by month of each name, of (replication, month, name)."""
    return {name: _quantiles_by_month(values[:, :, number]) for number, name in enumerate(names)} if values.size else {}


def _quantiles_by_month(values: Floats) -> dict[str, tuple[float, ...]]:
    return {name: tuple(float(value) for value in np.quantile(values, level, axis=0)) for name, level in QUANTILES.items()}
