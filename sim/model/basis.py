"""What several parts of the model are made of: types of arrays, a choice among projects, a rate over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Who:
    """Which projects are meant."""

    owners: Booleans
    """(owner,)"""
    sectors: Booleans
    """(sector,)"""
    flags: Booleans
    """(flag,) those of which it needs one; none: it needs none."""

    def among(self, owner: Integers, sector: Integers, flags: Booleans) -> Booleans:
        """(replication, entity) whether it is meant; `owner` (entity,), `sector` (replication, entity), `flags` with a flag axis more."""
        chosen = self.owners[owner] & self.sectors[sector]
        return np.asarray(chosen & (flags & self.flags).any(axis=2) if self.flags.any() else chosen)


@dataclass(frozen=True, eq=False)
class Intensity:
    """Rate of a Poisson process, constant between points in time, as its running sum; linear between the points."""

    days: Floats
    """(point,) days since the start, rising."""
    expected: Floats
    """(point,) arrivals expected until then."""
