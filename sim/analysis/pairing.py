"""What a change does: two runs on common random numbers, replication k of one held against replication k of the other."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from sim.analysis.quantities import is_chance, quantities
from sim.results.results import Results
from sim.scenario.schema import Scenario

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """A quantity in two runs, and the mean of its paired differences, b less a, with the 95% confidence interval of that mean."""

    a: float
    b: float
    difference: float
    low: float
    high: float
    identical: bool
    """Whether no replication differs at all; the interval is then zero."""

    @property
    def real(self) -> bool:
        """Whether the interval leaves out zero: whether there is a difference that the replications can tell from chance."""
        return self.low > 0 or self.high < 0

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


def mean_difference(a: Floats, b: Floats) -> Difference:
    """Of a quantity in each replication, (replication,): Student's interval of the mean of the differences.

    Replications in which one of the two is not defined are left out; all is NaN where none is left, and the interval where one is.
    """
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if not len(a):
        return Difference(math.nan, math.nan, math.nan, math.nan, math.nan, False)
    differences, mean_a, mean_b = b - a, float(a.mean()), float(b.mean())
    if not differences.any():
        return Difference(mean_a, mean_b, 0.0, 0.0, 0.0, True)
    mean, n = float(differences.mean()), len(differences)
    half = float(special.stdtrit(n - 1, (1 + LEVEL) / 2) * differences.std(ddof=1) / math.sqrt(n)) if n > 1 else math.nan
    return Difference(mean_a, mean_b, mean, mean - half, mean + half, False)


def chance_difference(a: Booleans, b: Booleans, identical: bool) -> Difference:
    """Of whether something holds in each replication, (replication,): Tango's score interval for paired proportions (Statistics in
    Medicine 17, 1998), which holds the truth about as often as it says also where few pairs or none differ.

    `identical` says that what stands behind a and b is the same in every replication; the interval is then zero.
    """
    n, only_a, only_b = len(a), int((a & ~b).sum()), int((b & ~a).sum())
    means = float(a.mean()), float(b.mean())
    if identical:
        return Difference(*means, 0.0, 0.0, 0.0, True)
    found = (only_b - only_a) / n
    z = float(special.ndtri((1 + LEVEL) / 2))

    def beyond(change: float) -> float:
        """How far a true difference lies from the one found, in standard errors, less z."""
        return abs(score(only_a, only_b, n, change)) - z

    low = optimize.brentq(beyond, -1.0 + 1e-12, found, xtol=1e-12) if found > -1 else -1.0
    high = optimize.brentq(beyond, found, 1.0 - 1e-12, xtol=1e-12) if found < 1 else 1.0
    return Difference(*means, found, low, high, False)


def score(only_a: int, only_b: int, n: int, change: float) -> float:
    """Standard errors between the difference of n pairs and a true one, with the likeliest chance of `only_a` under that truth."""
    linear = (2 * n - only_b + only_a) * change - only_a - only_b
    chance = (math.sqrt(linear**2 + 8 * n * only_a * change * (1 - change)) - linear) / (4 * n)
    variance = n * (2 * chance + change * (1 - change))
    apart = only_b - only_a - n * change
    return apart / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, apart) if apart else 0.0


def moved_goals(a: Scenario, b: Scenario) -> frozenset[str]:
    """Names of the goals that ask for something else in `b`, whatever they are called: the same outcomes do not make these the same."""
    asks = [{name: goal.model_dump(exclude={"title"}) for name, goal in one.goals.items()} for one in (a, b)]
    return frozenset(name for name in {*asks[0], *asks[1]} if asks[0].get(name) != asks[1].get(name))


def goals_behind(chance: str, headline: Sequence[str]) -> Sequence[str]:
    """The goals whose outcomes decide a probability."""
    return headline if chance == "joint" else (chance.removeprefix("goals.").removesuffix(".probability"),)


def differences(a: Results, b: Results, moved: Collection[str] = ()) -> dict[str, Difference]:
    """Everything that two runs of the same replications measure, by name (see `quantities`); `moved` goals ask for something else."""
    shared = [month for month in a.months if month in b.months]
    month = shared[-1] if shared else None
    first, second = quantities(a, month), quantities(b, month)
    unlike = set() if shared else {*a.measures.monthly, *b.measures.monthly}
    unlike |= set() if a.headline == b.headline else {"joint"}
    found: dict[str, Difference] = {}
    for name in (name for name in first if name in second and name not in unlike):
        if is_chance(name):
            found[name] = chance_difference(first[name] > 0, second[name] > 0, _identical(name, a, b, moved))
        else:
            found[name] = mean_difference(first[name], second[name])
    return found


def _identical(name: str, a: Results, b: Results, moved: Collection[str]) -> bool:
    """Whether what stands behind a probability is the same in every replication of both: what its goals ask for, and their outcomes."""
    goals = goals_behind(name, a.headline)
    return not any(goal in moved for goal in goals) and all(
        np.array_equal(a.outcome(goal), b.outcome(goal), equal_nan=True) and np.array_equal(a.met(goal), b.met(goal)) for goal in goals
    )
