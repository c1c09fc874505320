"""What a study will take, told before it starts: time from a few of its points, events from one replication, disk from its columns."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from sim.engine.run import numbered, together
from sim.engine.trace import Trace
from sim.model.compile import compile_model
from sim.scenario.loading import Loaded
from sim.studies.sweep.answering import Task, kinds_of
from sim.studies.sweep.running import Prepared

TRIED = 4
"""Points that are run to learn how long one takes."""
BYTES = 8
"""Of a value in a block's file, at most: what repeats is kept in less."""
BLOCK_BYTES, COLUMN_BYTES = 1_000, 150
"""Of a block's file, whatever its points are."""
LONG_SECONDS, LARGE_BYTES = 1_800.0, 1_000_000_000
"""Above these a study is only run when asked for with `--yes`."""


@dataclass(frozen=True)
class Estimate:
    """How much work a study is."""

    points: int
    left: int
    """Points that are not kept yet."""
    replications: float
    """A point, on average of those tried."""
    seconds: float
    """For the points left, with all workers."""
    events: float
    """Requests, begins and ends of stages at the points left."""
    bytes: int
    """Of the whole folder."""

    @property
    def is_large(self) -> bool:
        """Whether it takes so long, or so much disk, that it wants a second word."""
        return self.seconds > LONG_SECONDS or self.bytes > LARGE_BYTES


def estimate(prepared: Prepared, left: int, workers: int, block: int) -> Estimate:
    """Run a few points spread over the design, twice the first, since it also gets everything ready; then reckon."""
    values = prepared.points.values
    chosen = np.unique(np.linspace(0, len(values) - 1, TRIED).astype(np.int64))
    prepared.job.answer(Task(0, 1, values[chosen[:1]]))
    began = time.perf_counter()
    tables = [prepared.job.answer(Task(0, int(number) + 1, values[number : number + 1])) for number in chosen]
    seconds = (time.perf_counter() - began) / len(chosen)
    replications = float(np.mean([table["replications"][0] for table in tables]))
    return Estimate(
        points=len(values),
        left=left,
        replications=replications,
        seconds=seconds * left / workers,
        events=events_of_one(prepared.study.base) * replications * left,
        bytes=size_of(len(values), block, len(kinds_of(prepared.job))),
    )


def size_of(points: int, block: int, columns: int) -> int:
    """Bytes of a study's folder, at most."""
    blocks = -(-points // block)
    return points * columns * BYTES + blocks * (BLOCK_BYTES + columns * COLUMN_BYTES)


def events_of_one(loaded: Loaded) -> int:
    """Events of the scenario's first replication."""
    _, trace = together(compile_model(loaded.scenario, loaded.as_written), loaded.scenario.run.seed, numbered(1), 1.0)
    return events_of(trace)


def events_of(trace: Trace) -> int:
    """Requests, begins and ends of stages in a trace."""
    last = sum(int(np.count_nonzero(ticks >= 0)) for ticks in (trace.requested, trace.began, trace.ended))
    return last + 3 * len(trace.earlier)
