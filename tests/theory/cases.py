"""What a theory case is: metrics of a run beside values that are known without it, each with its tolerance."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

import sim

FOLDER = Path(__file__).parent
Z = 4.5
"""Standard errors within which a metric must lie: a sound one is beyond in 7 of a million runs."""


@dataclass(frozen=True)
class Metric:
    """A measured value, the known one, and how far apart they may be."""

    name: str
    value: float
    expected: float
    tolerance: float

    @property
    def is_right(self) -> bool:
        return abs(self.value - self.expected) <= self.tolerance


def run(file: str, replications: int, seed: int, sets: Sequence[str] = (), record: bool = False):
    """A theory scenario, run through the public interface."""
    return sim.load(FOLDER / file, sets=sets).run(seed=seed, replications=replications, record=record)


def by_replication(name: str, values, expected: float, slack: float = 0.0) -> Metric:
    """The mean of independent replications; `slack` allows for what ticks round.

    The standard error is their own, and as uncertain as they are few: the tolerance is the quantile of Student's t that has the same
    false alarms as `Z` standard errors.
    """
    values = np.asarray(values, dtype=float)
    quantile = stats.t.isf(stats.norm.sf(Z), len(values) - 1)
    return Metric(name, float(values.mean()), expected, quantile * float(values.std(ddof=1)) / math.sqrt(len(values)) + slack)


def share(name: str, hits, expected: float) -> Metric:
    """A probability from independent trials."""
    hits = np.asarray(hits, dtype=float)
    return Metric(name, float(hits.mean()), expected, Z * math.sqrt(expected * (1 - expected) / len(hits)))


def exact(name: str, value: float, expected: float) -> Metric:
    """What must hold to the unit."""
    return Metric(name, float(value), float(expected), 0.0)


def faults(metrics: Sequence[Metric]) -> list[str]:
    """What is beyond its tolerance, with the numbers."""
    return [f"{one.name}: {one.value:.6g}, known {one.expected:.6g} +- {one.tolerance:.2g}" for one in metrics if not one.is_right]


def stage(results, column: str, name: str):
    """(replication,) a column of the stage table."""
    return results.measures.stages[column][:, results.stages.index(name)]


def pool(results, column: str, name: str):
    """(replication,) a column of the pool table."""
    return results.measures.pools[column][:, list(results.pools).index(name)]


def fresh_seed() -> int:
    """A seed that no run had before; the same in all processes of one run, which must collect the same tests."""
    run_id = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    return int(run_id, 16) % 2**32 if run_id else int(np.random.SeedSequence().entropy) % 2**32
