"""The five-stage pipeline in our engine, and what another program needs to simulate the same: all calls of the package are here."""

from __future__ import annotations

import math
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from sim.calendar import PPM
from sim.engine import reference
from sim.engine.trace import Trace
from sim.model.arrays import Model
from sim.model.compile import compile_model
from sim.sampling.draws import Draws, draw
from sim.scenario.loading import load
from sim.scenario.schema import Scenario

FILE = Path(__file__).with_name("pipeline.yaml")
STAGES = ("land", "permit", "design", "start", "build")
QUEUES = ("land", "permit", "design", "build")
"""Stages where one may wait, each for a pool of its own."""
TIMES = ("requested", "began", "ended")
"""What is recorded of every visit of a stage: the events that are counted."""

DAYS_BETWEEN_ARRIVALS = 0.73
"""Five hundred projects a year."""
PROJECTS_A_YEAR = 500
GOLDEN = (math.sqrt(5) - 1) / 2
SEED, KAPPA = 1, 1.0

Log = dict[str, list[list[float]]]
"""Time of `TIMES` -> [project][stage] its tick, -1 for what has not happened by the horizon."""


@dataclass(frozen=True)
class Pipeline:
    """The compiled scenario and the draws of its replications."""

    model: Model
    draws: Draws


@dataclass(frozen=True)
class Given:
    """One replication in plain numbers: all that is not the simulation itself. Times in ticks."""

    horizon: int
    arrival: list[int]
    land: list[int]
    planned_start: list[int]
    durations: list[list[int]]
    """[project][stage]"""
    stock: int
    """Land at the start."""
    tranches: list[tuple[int, int]]
    """(tick, land)"""
    desks: int
    designers: int
    builders: int


def project_line(number: int) -> str:
    """A listed project: its arrival, land (20 to 100 mu) and planned start spread evenly without chance."""
    spread = number * GOLDEN % 1
    arrival = (number + spread) * DAYS_BETWEEN_ARRIVALS
    return (
        f"    project_{number}: {{joins: day {arrival:.4f}, land: {20 + round(80 * spread)} mu, planned_start: {60 + number % 120} days}}"
    )


def prepared(projects: int, replications: int, tick: str = "0.0001 days") -> Pipeline:
    """The scenario with so many projects, compiled, and its draws."""
    text = FILE.read_text(encoding="utf-8").replace("tick: 0.0001 days", f"tick: {tick}")
    lines = [text, "portfolio:", "  projects:", *(project_line(number) for number in range(projects))]
    return compiled("\n".join(lines), replications)


def grown(times: int, replications: int) -> Pipeline:
    """The pipeline on whole days with so many times the projects, land and servers; its projects, all alike, come a hundredth at a time.

    Built past the reader of files, which refuses cities of more than 20,000 projects.
    """
    text = FILE.read_text(encoding="utf-8").replace("tick: 0.0001 days", "tick: 1 days")
    tree = yaml.safe_load(re.sub(r"(initial: |capacity: |day \d+: )(\d+)", lambda found: f"{found[1]}{times * int(found[2])}", text))
    count = PROJECTS_A_YEAR * times
    joins = {f"day {number * 3.65:.2f}": 0.01 for number in range(100)}
    cohort = {"count": count, "total": f"{count} bn yuan", "planned_start": "120 days", "joins": joins}
    del tree["assumed"]
    tree |= {"assumptions": {"land_per_bn_yuan": "60 mu"}, "portfolio": {"cohorts": {"c": cohort}}}
    scenario = Scenario.model_validate(tree)
    return drawn(compile_model(scenario, scenario), replications)


def compiled(text: str, replications: int) -> Pipeline:
    """A scenario's text, compiled, and its draws."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE.name
        path.write_text(f"{text}\n", encoding="utf-8")
        loaded = load(path)
    return drawn(compile_model(loaded.scenario, loaded.as_written), replications)


def drawn(model: Model, replications: int) -> Pipeline:
    """A compiled scenario and its draws."""
    if model.network.names != STAGES:
        raise ValueError(f"{FILE.name} has the stages {model.network.names}, the plain program {STAGES}")
    return Pipeline(model, draw(model, SEED, np.arange(1, replications + 1, dtype=np.int64), KAPPA))


def simulated(pipeline: Pipeline, row: int) -> Trace:
    """A replication by our engine."""
    return reference.simulate(pipeline.model, pipeline.draws, row)


def log_of(trace: Trace) -> Log:
    """What the trace says of `TIMES`."""
    return {name: getattr(trace, name).tolist() for name in TIMES}


def given(pipeline: Pipeline, row: int) -> Given:
    """The same replication as plain numbers: on a calendar where every day is alike, work is a number of ticks."""
    model, draws = pipeline.model, pipeline.draws
    pools, portfolio = model.pools, draws.portfolio
    capacity = dict(zip(pools.names, pools.initial.tolist(), strict=True))
    return Given(
        horizon=model.timeline.horizon,
        arrival=portfolio.joins[row].tolist(),
        land=portfolio.land[row].tolist(),
        planned_start=portfolio.planned_start[row].tolist(),
        durations=(draws.work[row] // PPM**2).tolist(),
        stock=capacity["ready_land"],
        tranches=[(tick, amount) for tick, pool, amount in pools.inflows if pools.names[pool] == "ready_land"],
        desks=capacity["permit_desk"],
        designers=capacity["design_crew"],
        builders=capacity["build_crew"],
    )
