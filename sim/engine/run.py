"""Replications in blocks: draw, simulate, hand on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal

import numpy as np

from sim.engine import kernel
from sim.engine.trace import Trace, stacked
from sim.errors import ReplicationError
from sim.model.arrays import Integers, Model
from sim.sampling.draws import Draws, draw

FIRST_BLOCK, BLOCK = 8, 100
"""Replications drawn together at first, when the size of one is not known yet, and at most; by the reference engine as at first."""
ITEMS = 200_000
"""Stages of entities in a block: of larger models fewer replications are drawn together."""
LATER_ITEMS = 20
"""So many times as much memory takes a later visit, which is drawn apart."""

Engine = Literal["kernel", "reference"]
"""The kernel is fast, the reference engine made to be read; they give the same traces."""
THREADS_FROM = 8
"""A block of fewer replications is not shared among threads."""


def blocks(model: Model, seed: int, replications: Integers, kappa: float, engine: Engine = "kernel") -> Iterator[tuple[Draws, Trace]]:
    """Draws and traces of the numbered replications, a block at a time; a block is whole or not there.

    Raises ReplicationError, naming seed and replication, where a replication fails: a bug of the program, never of the scenario.
    """
    first, size = 0, min(FIRST_BLOCK, BLOCK)
    while first < len(replications):
        draws, trace = together(model, seed, replications[first : first + size], kappa, engine)
        yield draws, trace
        first += size
        if engine == "kernel" and kernel.is_sound():
            rows, entities, stages = draws.work.shape
            size = max(min(BLOCK, ITEMS // max(entities * stages + LATER_ITEMS * len(trace.earlier) // rows, 1)), 1)


def together(model: Model, seed: int, replications: Integers, kappa: float, engine: Engine = "kernel") -> tuple[Draws, Trace]:
    """The numbered replications as one block, however many; raises ReplicationError like `blocks`."""
    if engine == "kernel":
        kernel.is_sound()  # its loops draw the first block, too
    draws = _drawn(model, seed, replications, kappa)
    return draws, _traced(model, draws, seed, engine)


def _traced(model: Model, draws: Draws, seed: int, engine: Engine) -> Trace:
    """The traces of a block: by the reference engine where the kernel cannot be had here."""
    if engine == "reference" or not kernel.is_sound():
        return stacked([_simulated(model, draws, row, seed) for row in range(len(draws.replications))])
    threads = (os.cpu_count() or 1) if len(draws.replications) >= THREADS_FROM else 1
    try:
        return kernel.simulate_many(model, draws, threads=threads)
    except Exception as fault:
        if len(draws.replications) == 1:
            raise ReplicationError(seed, int(draws.replications[0]), fault) from fault
        for number in draws.replications:
            _traced(model, draw(model, seed, np.array([number]), draws.kappa), seed, engine)
        raise


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
    from sim.engine import reference

    try:
        return reference.simulate(model, draws, row)
    except Exception as fault:
        raise ReplicationError(seed, int(draws.replications[row]), fault) from fault


def numbered(count: int, first: int = 1) -> Integers:
    """Replication numbers `first`, `first` + 1, ..."""
    return np.arange(first, first + count, dtype=np.int64)
