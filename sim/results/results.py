"""`Results`: what came out of a run, as labelled arrays with where they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.results.measures import Measures
from sim.results.record import Record


@dataclass(frozen=True)
class KappaFit:
    """kappa: the factor on the plans' completion that makes the realised completion come to the drawn one; a fitted number."""

    kappa: float
    drawn: float
    realised: float
    replications: int

    @property
    def reached(self) -> bool:
        """Whether the realised completion comes to within a point of the drawn one: no factor helps a list that cannot be built."""
        return abs(self.realised - self.drawn) < 0.01


@dataclass(frozen=True, eq=False)
class Results:
    """Outcomes of all replications of one scenario under one reading."""

    scenario: str
    seed: int
    engine: str
    goals: tuple[str, ...]
    headline: tuple[str, ...]
    months: tuple[str, ...]
    measures: Measures
    kappa: KappaFit | None
    provenance: Mapping[str, int]
    days: float = 0.0
    """Measured time: from the warm-up on."""
    stages: tuple[str, ...] = ()
    pools: Mapping[str, int | None] = field(default_factory=dict)
    """pool -> its servers, None for a stock."""
    owners: tuple[str, ...] = ()
    """Listed projects, lots of land, cohorts and streams."""
    observations: tuple[str, ...] = ()
    record: Record | None = None
    """All that happened, where the run was asked to keep it."""

    @property
    def replications(self) -> int:
        """How many replications were run."""
        return len(self.measures.replications)

    def outcome(self, goal: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """(replication,) a goal's metric at its deadline: yuan, count, days or fraction."""
        return self.measures.outcomes[:, self.goals.index(goal)]

    def observed(self, observation: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """(replication,) what the model says of an observation: yuan, count, days or fraction."""
        return self.measures.observed[:, self.observations.index(observation)]

    def met(self, goal: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(replication,) whether a goal was met."""
        return self.measures.met[:, self.goals.index(goal)]


def joined(parts: Sequence[Measures]) -> Measures:
    """Measures of several blocks as one, in the order given."""
    return Measures(
        replications=np.concatenate([part.replications for part in parts]),
        monthly={name: np.concatenate([part.monthly[name] for part in parts]) for name in parts[0].monthly},
        outcomes=np.concatenate([part.outcomes for part in parts]),
        met=np.concatenate([part.met for part in parts]),
        completion_drawn=np.concatenate([part.completion_drawn for part in parts]),
        completion_realised=np.concatenate([part.completion_realised for part in parts]),
        stages={name: np.concatenate([part.stages[name] for part in parts]) for name in parts[0].stages},
        pools={name: np.concatenate([part.pools[name] for part in parts]) for name in parts[0].pools},
        owners={name: np.concatenate([part.owners[name] for part in parts]) for name in parts[0].owners},
        waiting=np.concatenate([part.waiting for part in parts]),
        levels=np.concatenate([part.levels for part in parts]),
        observed=np.concatenate([part.observed for part in parts]),
    )
