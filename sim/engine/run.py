"""Replications in blocks: draw, simulate, hand on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.engine import reference
from sim.engine.trace import Trace, stacked
from sim.errors import ReplicationError
from sim.model.arrays import Integers, Model
from sim.sampling.draws import Draws, draw

BLOCK = 50
"""Replications drawn together."""


def blocks(model: Model, seed: int, replications: Integers, kappa: float) -> Iterator[tuple[Draws, Trace]]:
    """Draws and traces of the numbered replications, a block at a time; a block is whole or not there.

    Raises ReplicationError, naming seed and replication, where a replication fails: a bug of the program, never of the scenario.
    """
    for first in range(0, len(replications), BLOCK):
        numbers = replications[first : first + BLOCK]
        draws = _drawn(model, seed, numbers, kappa)
        yield draws, stacked([_simulated(model, draws, row, seed) for row in range(len(numbers))])


def _drawn(model: Model, seed: int, numbers: Integers, kappa: float) -> Draws:
    """The draws of a block; where they fail, the first replication that fails alone is named."""
    try:
        return draw(model, seed, numbers, kappa)
    except Exception as fault:
        if len(numbers) == 1:
            raise ReplicationError(seed, int(numbers[0]), fault) from fault
        for number in numbers:
            _drawn(model, seed, np.array([number]), kappa)
        raise


def _simulated(model: Model, draws: Draws, row: int, seed: int) -> Trace:
    try:
        return reference.simulate(model, draws, row)
    except Exception as fault:
        raise ReplicationError(seed, int(draws.replications[row]), fault) from fault


def numbered(count: int, first: int = 1) -> Integers:
    """Replication numbers `first`, `first` + 1, ..."""
    return np.arange(first, first + count, dtype=np.int64)
