"""A study run: points laid and judged, blocks answered, each handed on as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.quantities import quantities
from sim.engine.run import Engine, numbered
from sim.errors import InputError
from sim.model.compile import compile_model
from sim.results.results import Results
from sim.results.storage import versions
from sim.results.study_blocks import StudyPlan
from sim.scenario.loading import Loaded
from sim.scenario.study.loading import LoadedStudy, load_study
from sim.studies.completion import Progress, kappa_of
from sim.studies.forecast import Run, silent
from sim.studies.sweep.answering import City, Job, Table, Task, kinds_of
from sim.studies.sweep.executors import Executor
from sim.studies.sweep.plan import Plan, plan_of
from sim.studies.sweep.points import Floats, Points, points_of

LEAST_BLOCK, MOST_BLOCKS = 16, 2_000
"""Points a block, unless there are so many points that more than so many blocks would come of it."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A study ready to be run."""

    study: LoadedStudy
    points: Points
    plan: Plan
    job: Job


def study_named(name_or_path: str | Path) -> LoadedStudy:
    """A study by name or path; raises InputError with all that is wrong with it, but for its points."""
    return load_study(name_or_path, known_outputs)


def prepare_study(study: LoadedStudy, progress: Progress, engine: Engine = "kernel") -> Prepared:
    """Lay the points and fit kappa. Raises InputError where an output is not known, MissingPackageError without the design's sampler."""
    points, names = points_of(study), output_names(study)
    plan = plan_of(study, points, names)
    city = City(study.base, study.axes, plan.seed, kappa_of(study.base, progress), names, engine)
    reference = points.values[0] if plan.design == "one_way" else None
    return Prepared(study, points, plan, Job(city, study.axes, names, plan.seed, plan.replications, plan.own, reference))


def output_names(study: LoadedStudy) -> tuple[str, ...]:
    """The outputs asked for; by default each headline goal's probability and outcome, and all of them together. Raises InputError."""
    wanted = study.study.outputs
    if wanted is None:
        goals = [name for name, goal in study.base.scenario.goals.items() if goal.headline and goal.restates is None]
        pairs = [f"goals.{name}.{what}" for name in goals for what in ("probability", "outcome")]
        return (*pairs, *(("joint",) if len(goals) > 1 else ())) or ("completion",)
    problems = study.unknown_outputs(wanted, known_outputs(study.base))
    if problems:
        raise InputError(problems)
    return wanted


def known_outputs(loaded: Loaded) -> tuple[str, ...]:
    """Everything that a run of the scenario measures, by name: of one replication of it."""
    return tuple(quantities(one_replication(loaded)))


def one_replication(loaded: Loaded) -> Results:
    """The first replication of a scenario, with plans as they stand; by the reference engine, so that nothing is compiled for it."""
    run = Run(loaded, loaded.scenario.run.seed, compile_model(loaded.scenario, loaded.as_written), None, engine="reference")
    run.add(numbered(1), silent, "run", 1)
    return run.results()


def store_of(prepared: Prepared, block: int | None = None) -> StudyPlan:
    """What a folder of the study is to hold, `block` points a file."""
    plan = prepared.plan
    identity = {**plan.as_json(), "versions": versions("duckdb")}
    return StudyPlan(identity, plan.points, block or block_size(plan.points), kinds_of(prepared.job))


def in_memory(prepared: Prepared, executor: Executor, tell: Callable[[int], None]) -> Table:
    """Every point, kept nowhere."""
    size = block_size(prepared.plan.points)
    parts: dict[int, Table] = {}
    blocks = range(-(-prepared.plan.points // size))
    run_blocks(prepared.job, tasks_of(prepared.points.values, size, blocks), executor, parts.__setitem__, tell)
    numbers: Table = {"point": np.arange(1, prepared.plan.points + 1, dtype=np.int64)}
    return numbers | {name: _joined([parts[block][name] for block in blocks]) for name in kinds_of(prepared.job)}


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Columns of blocks as one; masked where they are."""
    joined = np.concatenate([np.ma.getdata(part) for part in parts])
    if not any(np.ma.isMaskedArray(part) for part in parts):
        return joined
    return np.ma.masked_array(joined, np.concatenate([np.ma.getmaskarray(part) for part in parts]))


def block_size(points: int) -> int:
    """Points a block where nobody says."""
    return max(LEAST_BLOCK, -(-points // MOST_BLOCKS))


def tasks_of(values: Floats, size: int, blocks: Iterable[int]) -> Iterator[Task]:
    """The blocks of the given numbers, from 0."""
    for block in blocks:
        first = block * size
        yield Task(block, first + 1, np.asarray(values[first : first + size]))


def run_blocks(
    job: Job, tasks: Iterable[Task], executor: Executor, put: Callable[[int, Table], object], tell: Callable[[int], None]
) -> None:
    """Answer the blocks and hand each to `put` when it is done; `tell` is told how many points more are. Raises what `put` raises."""
    for task, table in executor.answers(job, tasks):
        put(task.block, table)
        tell(len(task.values))
