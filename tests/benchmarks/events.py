"""What an event of our reference engine costs, against what a plain SimPy program of the same pipeline pays.

`python -m tests.benchmarks.events` prints both and their ratio; exit code 1 if the ratio is above the limit.

An event is a request, a begin or an end of a stage that happened by the horizon. Both programs get the same numbers and give the same
ticks, so they are divided by one count. The engine pays for a whole replication, from the arrays of the draws to the arrays of the
trace; the plain program starts from plain numbers. Garbage is collected as it comes, but what was there before (libraries, the scenario)
is not searched again and again: each program pays for its own.

Of two requests for one pool at one instant, our engine lets the project go first that comes first in the list; a plain program has no
rule. Replications in which this happens are left out: in all others both must agree on every event, or there is no measurement.
"""

from __future__ import annotations

import gc
import platform
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from time import process_time

import simpy

from tests.benchmarks import plain_pipeline
from tests.benchmarks.pipeline import QUEUES, STAGES, TIMES, Log, Pipeline, given, log_of, prepared, simulated

LIMIT = 2.5
"""An event of the engine costs at most so many times what the plain program pays."""
PROJECTS, REPLICATIONS = 500, 90
A_ROUND = 5
"""Replications of a round."""

Counts = dict[str, int]
"""Time of `TIMES` -> how many of these events happened by the horizon."""


class DisagreementError(Exception):
    """The two programs simulate different things: there is nothing to compare."""


@dataclass(frozen=True)
class Round:
    """The same replications by both programs: microseconds of processor time an event."""

    engine: float
    plain: float

    @property
    def ratio(self) -> float:
        return self.engine / self.plain


@dataclass(frozen=True)
class Measured:
    """All rounds, and what was simulated in them."""

    projects: int
    drawn: int
    counts: dict[int, Counts]
    """Row of the draws -> its events, for each replication that was timed."""
    rounds: list[Round]

    @property
    def ratio(self) -> float:
        return statistics.median(one.ratio for one in self.rounds)

    def events(self, name: str) -> int:
        """How many events of a kind there were in all."""
        return sum(counts[name] for counts in self.counts.values())


def has_ties(log: Log) -> bool:
    """Whether two projects asked for the same pool at one instant."""
    for stage in map(STAGES.index, QUEUES):
        ticks = [row[stage] for row in log["requested"] if row[stage] >= 0]
        if len(set(ticks)) < len(ticks):
            return True
    return False


def agreed(pipeline: Pipeline, row: int) -> Counts | None:
    """Simulate with both programs and count events; None if there are ties. Raises DisagreementError unless all ticks are the same."""
    engine = log_of(simulated(pipeline, row))
    if has_ties(engine):
        return None
    plain = plain_pipeline.simulate(given(pipeline, row))
    for name in TIMES:
        if engine[name] != plain[name]:
            raise DisagreementError(f"replication {row + 1}: the programs differ in `{name}`")
    return {name: sum(tick >= 0 for visits in engine[name] for tick in visits) for name in TIMES}


def seconds(program: Callable[[], object]) -> float:
    """Processor time of a program."""
    begin = process_time()
    program()
    return process_time() - begin


def timed(pipeline: Pipeline, rows: list[int], events: int) -> Round:
    """Time replications that hold so many events, one after another, each with both programs; now this one goes first, now that one."""
    engine = plain = 0.0
    for row in rows:
        ours, theirs = partial(simulated, pipeline, row), partial(plain_pipeline.simulate, given(pipeline, row))
        if row % 2:
            plain += seconds(theirs)
        engine += seconds(ours)
        if not row % 2:
            plain += seconds(theirs)
    return Round(1e6 * engine / events, 1e6 * plain / events)


def measure(projects: int, replications: int, a_round: int) -> Measured:
    """Check that the programs agree, which also warms both up; then time them, in whole rounds."""
    pipeline = prepared(projects, replications)
    found = {row: agreed(pipeline, row) for row in range(replications)}
    counts = {row: counted for row, counted in found.items() if counted is not None}
    rows = list(counts)
    groups = [rows[first : first + a_round] for first in range(0, len(rows) - a_round + 1, a_round)]
    gc.collect()
    gc.freeze()
    try:
        rounds = [timed(pipeline, group, sum(sum(counts[row].values()) for row in group)) for group in groups]
    finally:
        gc.unfreeze()
    return Measured(projects, replications, {row: counts[row] for group in groups for row in group}, rounds)


def spread(values: Iterable[float]) -> str:
    """Median, middle half and range."""
    ranked = sorted(values)
    low, median, high = statistics.quantiles(ranked, n=4)
    return f"{median:6.2f}  (median of rounds; middle half {low:.2f} to {high:.2f}, all {ranked[0]:.2f} to {ranked[-1]:.2f})"


def report(found: Measured) -> list[str]:
    """What was measured, in lines."""
    counts = [found.events(name) for name in TIMES]
    requests, begins, ends = counts
    timed_rows, rounds = len(found.counts), found.rounds
    times = f"{timed_rows} replications in {len(rounds)} rounds, of {found.drawn} drawn"
    return [
        f"{platform.python_implementation()} {platform.python_version()}, SimPy {simpy.__version__}; processor time",
        f"pipeline: {len(STAGES)} stages, {found.projects} projects; {times}",
        f"agree:    {requests:,} requests, {begins:,} begins and {ends:,} ends, each to the tick",
        f"events:   {sum(counts):,}, that is {sum(counts) / timed_rows:,.0f} a replication",
        f"engine:   µs an event {spread(one.engine for one in rounds)}",
        f"plain:    µs an event {spread(one.plain for one in rounds)}",
        f"ratio:                {spread(one.ratio for one in rounds)}",
        f"limit:                {LIMIT:6.2f}  {'kept' if found.ratio <= LIMIT else 'NOT kept'}",
    ]


def main() -> int:
    """Measure, print, and say by the exit code whether the limit is kept."""
    found = measure(PROJECTS, REPLICATIONS, A_ROUND)
    print("\n".join(report(found)))  # noqa: T201 - the measurement is what the command is for
    return 0 if found.ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
