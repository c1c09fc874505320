"""Points answered: a block of points in, a table out. It runs wherever a worker is, and needs nothing but what is handed to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.analysis.attainment import probability
from sim.analysis.pairing import Difference, chance_difference, goals_behind, mean_difference, moved_goals
from sim.analysis.quantities import is_chance, quantities
from sim.engine.run import Engine, numbered
from sim.errors import InputError, ReplicationError
from sim.model.arrays import Integers
from sim.model.compile import compile_model
from sim.results.results import KappaFit
from sim.results.study_blocks import Kind
from sim.scenario.loading import Loaded
from sim.scenario.study.axes import Axis
from sim.scenario.study.schema import Precise
from sim.studies.forecast import Run, silent
from sim.studies.sweep.points import Floats, choice_at

Table = dict[str, NDArray[Any]]
Outputs = Mapping[str, Floats]
"""Output -> (replication,); and `<probability> behind` -> (replication, goal) outcomes of its goals, where these ask for what they ask for
everywhere."""
BEHIND = " behind"
UNKNOWN = Difference(np.nan, np.nan, np.nan, np.nan, np.nan, False)
Answer = Callable[[Integers], Outputs]
"""Runs the numbered replications of one point; raises ReplicationError where one fails."""


class Subject(Protocol):
    """What is asked at each point."""

    def at(self, values: Floats) -> Answer:
        """One point, ready to be run; raises InputError where it cannot be."""


@dataclass(frozen=True, eq=False)
class City:
    """A scenario with its factors: a point is the scenario under another choice."""

    base: Loaded
    axes: tuple[Axis, ...]
    seed: int
    kappa: KappaFit | None
    outputs: tuple[str, ...]
    engine: Engine = "kernel"

    def at(self, values: Floats) -> Answer:
        """The scenario at a point, compiled."""
        loaded = self.base.chosen(choice_at(self.axes, values, self.base.choice))
        model = compile_model(loaded.scenario, loaded.as_written)
        moved = moved_goals(self.base.scenario, loaded.scenario)

        def answer(numbers: Integers) -> Outputs:
            run = Run(loaded, self.seed, model, self.kappa, engine=self.engine, threads=1)
            run.add(numbers, silent, "run", len(numbers))
            results = run.results()
            found = quantities(results)
            behind = {name: goals_behind(name, results.headline) for name in self.outputs if is_chance(name)}
            outcomes = {
                f"{name}{BEHIND}": np.stack([results.outcome(goal) for goal in goals], axis=1)
                for name, goals in behind.items()
                if goals and moved.isdisjoint(goals)
            }
            return {name: found[name] for name in self.outputs} | outcomes

        return answer


@dataclass(frozen=True)
class Task:
    """A block of points."""

    block: int
    first: int
    """Number of its first point, from 1."""
    values: Floats
    """(point, factor)"""


@dataclass(frozen=True, eq=False)
class Job:
    """All that a worker needs beside the points."""

    subject: Subject
    axes: tuple[Axis, ...]
    outputs: tuple[str, ...]
    seed: int
    replications: int | Precise
    own: bool
    reference: Floats | None = None
    """(factor,) the point from which changes are told, where all points have the same replications."""
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)

    def answer(self, task: Task) -> Table:
        """The table of a block: factors, mean and standard deviation of each output, replications, seed, and what failed.

        A point that fails has no outputs, but its seed, the replication if it was one, and the message; the others go on.
        """
        rows = [self._row(task.first + number, values) for number, values in enumerate(task.values)]
        table: Table = {}
        for column, axis in enumerate(self.axes):
            table[axis.name] = column_of(axis, task.values[:, column])
        for name in self.outputs:
            table[name] = np.array([row.means.get(name, np.nan) for row in rows])
            table[spread_of(name)] = np.array([row.spreads.get(name, np.nan) for row in rows])
            if self.reference is not None:
                changes = [row.changes.get(name, UNKNOWN) for row in rows]
                table |= dict(zip(changes_of(name), np.array([[one.difference, one.low, one.high] for one in changes]).T, strict=True))
        table["replications"] = np.array([row.replications for row in rows], dtype=np.int64)
        table["seed"] = np.full(len(rows), self.seed, dtype=np.int64)
        failed = np.array([row.failed for row in rows], dtype=np.int64)
        table["failed_replication"] = np.ma.masked_equal(failed, 0)
        table["fault"] = np.array([row.fault for row in rows], dtype=object)
        return table

    def _row(self, point: int, values: Floats) -> Row:
        try:
            return self._answered(point, self.subject.at(values))
        except ReplicationError as fault:
            return Row({}, {}, {}, 0, fault.replication, fault.message("en"))
        except InputError as fault:
            return Row({}, {}, {}, 0, 0, "; ".join(problem.render("en").partition("\n")[0] for problem in fault.problems))

    def _answered(self, point: int, answer: Answer) -> Row:
        """A point's outputs, from as many replications as are asked for, or as it takes."""
        parts: list[Outputs] = []
        found: Outputs = {}
        done = 0
        for target in stages(self.replications):
            first = done + 1 + (point - 1) * most_of(self.replications) * self.own
            parts.append(answer(numbered(target - done, first)))
            done = target
            found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
            if isinstance(self.replications, int) or is_precise(found, self.replications.half_width):
                break
        return Row(*moments({name: found[name] for name in self.outputs}), self._changes(found, done), done, 0, None)

    def _changes(self, found: Outputs, count: int) -> dict[str, Difference]:
        """The changes from the reference, replication by replication; nothing where that has failed."""
        base = {name: values[:count] for name, values in self._base(count).items()}
        return {name: change(name, base, found) for name in self.outputs if name in base}

    def _base(self, count: int) -> Outputs:
        """Outputs of so many replications, or more, of the reference, run once by each that works."""
        if self.reference is None:
            return {}
        if self._kept.get("count", 0) < count:
            self._kept.update(count=count, found=self._tried(self.reference, count))
        found: Outputs = self._kept["found"]
        return found

    def _tried(self, reference: Floats, count: int) -> Outputs:
        try:
            return self.subject.at(reference)(numbered(count))
        except (ReplicationError, InputError):  # told at the point itself
            return {}


@dataclass(frozen=True)
class Row:
    """What became of one point."""

    means: Mapping[str, float]
    spreads: Mapping[str, float]
    changes: Mapping[str, Difference]
    replications: int
    failed: int
    """The replication that failed, 0 if none did."""
    fault: str | None


def stages(replications: int | Precise) -> list[int]:
    """Numbers of replications at which to look whether it is enough: each twice the one before."""
    if isinstance(replications, int):
        return [replications]
    found = [min(replications.least, replications.most)]
    while found[-1] < replications.most:
        found.append(min(2 * found[-1], replications.most))
    return found


def most_of(replications: int | Precise) -> int:
    """The most replications of a point."""
    return replications if isinstance(replications, int) else replications.most


def is_precise(found: Outputs, half_width: float) -> bool:
    """Whether the intervals of all probabilities are narrow enough; where there is none, always."""
    return all(probability(values > 0).half_width <= half_width for name, values in found.items() if is_chance(name))


def moments(found: Outputs) -> tuple[dict[str, float], dict[str, float]]:
    """Mean and sample standard deviation of each output over the replications in which it is defined; NaN where it cannot be told."""
    means, spreads = {}, {}
    for name, values in found.items():
        defined = values[np.isfinite(values)]
        means[name] = float(defined.mean()) if len(defined) else np.nan
        spreads[name] = float(defined.std(ddof=1)) if len(defined) > 1 else np.nan
    return means, spreads


def spread_of(output: str) -> str:
    """The column of an output's standard deviation over the replications of a point."""
    return f"{output} sd"


def changes_of(output: str) -> tuple[str, str, str]:
    """The columns of an output's mean change from the reference, replication by replication, and of its 95% interval."""
    return f"{output} change", f"{output} change low", f"{output} change high"


def change(output: str, base: Outputs, found: Outputs) -> Difference:
    """What a point changes of an output: as `sim compare` has it, exactly nothing of a probability where no outcome behind it differs."""
    if not is_chance(output):
        return mean_difference(base[output], found[output])
    behind = output + BEHIND
    known = behind in base and behind in found
    same = known and all(np.array_equal(base[name], found[name], equal_nan=True) for name in (behind, output))
    return chance_difference(base[output] > 0, found[output] > 0, same)


def column_of(axis: Axis, values: Floats) -> NDArray[Any]:
    """A factor's values as the table has them: amounts in base units, dates and names as text; nothing where the scenario's own stands."""
    given = ~np.isnan(values)
    if axis.measure in {"text", "date", "day"} or (axis.levels and not axis.amounts):
        return np.array([axis.text(float(value)) if there else None for value, there in zip(values, given, strict=True)], dtype=object)
    if axis.levels:
        return np.array([axis.amounts[int(value)] if there else np.nan for value, there in zip(values, given, strict=True)])
    return np.floor(values + 0.5) if axis.is_whole else values


def kinds_of(job: Job) -> dict[str, Kind]:
    """Column -> what it holds, in the order of the table."""
    kinds: dict[str, Kind] = {}
    for axis in job.axes:
        named = axis.measure in {"text", "date", "day"} or (axis.levels and not axis.amounts)
        kinds[axis.name] = "text" if named else "float"
    for name in job.outputs:
        kinds |= {name: "float", spread_of(name): "float"}
        if job.reference is not None:
            kinds |= dict.fromkeys(changes_of(name), "float")
    return kinds | {"replications": "whole", "seed": "whole", "failed_replication": "whole", "fault": "text"}
