"""What does a change do? Two scenarios, or one before and after a change, on common random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.analysis.pairing import Difference, differences, moved_goals
from sim.analysis.quantities import is_chance
from sim.engine.run import numbered
from sim.results.results import Results
from sim.scenario.differing import Differing, differing
from sim.scenario.loading import Loaded
from sim.studies.completion import Progress
from sim.studies.forecast import Precision, prepare, silent


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two runs with the same seed and the same numbers of replications, and what the second has more than the first."""

    loaded: tuple[Loaded, Loaded]
    results: tuple[Results, Results]
    differences: Mapping[str, Difference]
    """See `analysis.pairing.differences`."""
    inputs: tuple[Differing, ...]


def compare(a: Loaded, b: Loaded, seed: int, precision: Precision, progress: Progress = silent) -> Comparison:
    """Run both until every difference of a probability is as precise as asked for, or exactly as many replications as asked for.

    Raises ReplicationError where a replication fails.
    """
    runs = prepare(a, seed, progress), prepare(b, seed, progress)
    found: Mapping[str, Difference] = {}
    moved = moved_goals(a.scenario, b.scenario)
    for target in precision.stages():
        for run in runs:
            run.add(numbered(target - run.done, run.done + 1), progress, "run", target)
        found = differences(runs[0].results(), runs[1].results(), moved)
        if all(one.half_width <= precision.half_width for name, one in found.items() if is_chance(name)):
            break
    return Comparison((a, b), (runs[0].results(), runs[1].results()), found, differing(a, b))
