"""Whether goals are reached: probabilities with exact intervals, which goal alone fails, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Probability:
    """A probability estimated from `n` replications, with its 95% confidence interval."""

    estimate: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a probability of which `hits` of `n` trials came true (Clopper and Pearson, 1934, Biometrika 26).

    Below its low end so many hits or more have less than (1 - level) / 2 probability, above its high end so many or fewer have.
    Raises ValueError unless 0 <= hits <= n, n > 0 and 0 < level < 1.
    """
    if not (0 <= hits <= n and n > 0 and 0 < level < 1):
        raise ValueError(f"no interval for {hits} of {n} at level {level}")
    tail = (1 - level) / 2
    low = special.betaincinv(hits, n - hits + 1, tail) if hits else 0.0
    high = special.betaincinv(hits + 1, n - hits, 1 - tail) if hits < n else 1.0
    return float(low), float(high)


def probability(met: Booleans) -> Probability:
    """Share of the replications (replication,) that meet a goal; at least one."""
    hits, n = int(np.count_nonzero(met)), len(met)
    return Probability(hits / n, *clopper_pearson(hits, n), n)


def joint(met: Booleans) -> Probability:
    """Probability that all goals are met together, of `met` (replication, goal); one where there is no goal."""
    return probability(np.all(met, axis=1))


def missed_alone(met: Booleans) -> Floats:
    """(goal,) of the replications that miss a goal, the share in which this one alone is missed; NaN if none misses.

    `met` is (replication, goal).
    """
    missed = met[~np.all(met, axis=1)]
    alone = ~missed & (np.count_nonzero(~missed, axis=1) == 1)[:, None]
    return alone.sum(axis=0) / len(missed) if len(missed) else np.full(met.shape[1], np.nan)


def shortfall(outcome: Floats, value: float, comparator: str) -> float:
    """Mean over replications (replication,) of what is missing to a floor, or too much above a ceiling; 0 where the goal is met."""
    missing = outcome - value if comparator in {"<", "<="} else value - outcome
    return float(np.mean(np.maximum(missing, 0.0)))


def quantiles(outcome: Floats, levels: Sequence[float]) -> Floats:
    """(level, ...) quantiles over the replications, the first axis of `outcome`, linear between ordered outcomes."""
    return np.asarray(np.quantile(outcome, np.asarray(levels), axis=0))
