"""What the parts of one replication share: who is where, what has happened, and what is waited for."""

from __future__ import annotations

import simpy

from sim.engine.pools import Pools
from sim.engine.sites import Sites
from sim.model.arrays import Model
from sim.sampling.draws import Draws


class State:
    """The state that a replication keeps and its parts read; lists are by entity, then by stage."""

    env: simpy.Environment
    model: Model
    draws: Draws
    row: int
    """Of the draws."""
    widths: tuple[int, int, int]
    """Ticks, entities and stages, by which a queue's rank is made."""
    owner: list[int]
    priority: list[int]
    land: list[int]
    district: list[int]
    ended: list[list[int]]
    outcome: list[list[int]]
    left: dict[int, int]
    """entity -> when it left for good"""
    pools: Pools
    sites: Sites
