"""Draws of the visits after the first: for all that may be sent back, before the run, as often as their own draws may send them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engine.kernel.packed import Packed
from sim.model.arrays import Floats, Integers
from sim.sampling.draws import Draws


@dataclass(frozen=True)
class Later:
    """Later visits by replication and key."""

    rows: Integers
    keys: Integers
    work: Integers
    patience: Integers
    leaving: Floats
    routing: Floats


def later_visits(draws: Draws, packed: Packed) -> Later:
    """Draws of later visits that may be needed, and not many more."""
    nothing, none = np.empty(0, dtype=np.int64), np.empty(0)
    return Later(nothing, nothing, nothing, nothing, none, none)
