"""Everything that a run measures in each replication, by name: what is compared, and what a study looks at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.results.results import Results

Floats = NDArray[np.float64]


def is_chance(name: str) -> bool:
    """Whether a quantity of this name is 0 or 1 in each replication, so that its mean is a probability."""
    return name == "joint" or (name.startswith("goals.") and name.endswith(".probability"))


def quantities(results: Results, month: str | None = None) -> dict[str, Floats]:
    """Name -> (replication,) in yuan, counts, days or fractions; NaN where it is not defined.

    `goals.NAME.probability` (1 where it is met), `goals.NAME.outcome`, `joint` of the headline goals; `observations.NAME`; `completion`;
    each monthly METRIC at the end of `month`, by default the last; `stages.NAME.COLUMN` and `pools.NAME.COLUMN`;
    `projects.NAME.investment` of each list entry, by the end of the horizon.
    """
    measures = results.measures
    found: dict[str, Floats] = {}
    for goal in results.goals:
        found[f"goals.{goal}.probability"] = results.met(goal).astype(np.float64)
        found[f"goals.{goal}.outcome"] = results.outcome(goal)
    if results.headline:
        found["joint"] = np.all([results.met(goal) for goal in results.headline], axis=0).astype(np.float64)
    found |= {f"observations.{name}": results.observed(name) for name in results.observations}
    found["completion"] = measures.completion_realised
    at = results.months.index(month) if month is not None else len(results.months) - 1
    if results.months:
        found |= {name: values[:, at] for name, values in measures.monthly.items()}
    for kind, table, names in (
        ("stages", measures.stages, results.stages),
        ("pools", measures.pools, tuple(results.pools)),
        ("projects", measures.owners, results.owners),
    ):
        found |= {f"{kind}.{name}.{column}": values[:, row] for row, name in enumerate(names) for column, values in table.items()}
    return found
