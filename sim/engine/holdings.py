"""What entities need at each stage and what they hold: named by the stages, taken from the pools of their districts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.engine.pools import Needs
from sim.engine.state import State
from sim.engine.trace import NOT_YET
from sim.model import rules


class Holdings:
    """Needs and held servers in one replication."""

    def __init__(self, replication: State) -> None:
        self.replication = replication
        self.network, self.is_stock = replication.model.network, replication.model.pools.is_stock.tolist()
        self.own_pool: list[list[int]] = replication.model.districts.own_pool.tolist()
        self.until = [self._until(own) for own in self.own_pool]
        """(district, stage, pool) the stage at whose end servers return, -1: that of the stage itself."""
        self.stage_needs = [self._stage_needs(stage) for stage in range(len(self.network.names))]
        self.fixed_needs: list[list[Needs | None]] = [
            [
                None if any(per_mu for _, _, per_mu in needs) else tuple((own[pool], amount) for pool, amount, _ in needs)
                for needs in self.stage_needs
            ]
            for own in self.own_pool
        ]
        """(district, stage) needs that are the same for all; None where they are not."""
        self.held: dict[int, list[tuple[int, int, int, int]]] = {}
        """entity -> (stage that seized, stage at whose end they return, pool, servers)"""

    def _stage_needs(self, stage: int) -> list[tuple[int, int, float]]:
        """(pool, amount, amount for each mu of land) of what a stage needs."""
        fixed, per_mu = self.network.fixed_need[stage].tolist(), self.network.need_per_mu[stage].tolist()
        return [(pool, fixed[pool], per_mu[pool]) for pool in range(len(fixed)) if fixed[pool] or per_mu[pool]]

    def _until(self, own: list[int]) -> list[list[int]]:
        """(stage, pool) of a district's own pools."""
        pools = range(len(own))
        return [[max([row[p] for p in pools if own[p] == mine], default=-1) for mine in pools] for row in self.network.until.tolist()]

    def own(self, entity: int, pool: int) -> int:
        """The pool of an entity's district in place of the one named."""
        return self.own_pool[self.replication.district[entity]][pool]

    def needs(self, entity: int, stage: int) -> Needs:
        """What an entity needs at a stage; nothing of a pool is no need of it."""
        same_for_all = self.fixed_needs[self.replication.district[entity]][stage]
        if same_for_all is not None:
            return same_for_all
        land = self.replication.land[entity]
        amounts = ((pool, rules.amount_of(fixed, per_mu, land)) for pool, fixed, per_mu in self.stage_needs[stage])
        return tuple((self.own(entity, pool), amount) for pool, amount in amounts if amount)

    def hold(self, entity: int, stage: int, needs: Needs) -> None:
        """Keep the servers that were granted until the stage that gives them back has ended."""
        for pool, amount in needs:
            if not self.is_stock[pool]:
                until = self.until[self.replication.district[entity]][stage][pool]
                end = until if until >= 0 and self.replication.outcome[entity][until] == NOT_YET else stage
                self.held.setdefault(entity, []).append((stage, end, pool, amount))
                self.replication.pools.busy.change(pool, amount)

    def give_back(self, entity: int, seized: Iterable[int] = (), ended: Iterable[int] = ()) -> None:
        """Return the servers that were seized at these stages, or are due back at the end of those."""
        holds = self.held.get(entity)
        if not holds:
            return
        kept = []
        for hold in holds:
            if hold[0] in seized or hold[1] in ended:
                self.replication.pools.release(hold[2], hold[3])
            else:
                kept.append(hold)
        self.held[entity] = kept

    def give_back_all(self, entity: int) -> None:
        """Return every server that an entity holds."""
        for _, _, pool, amount in self.held.pop(entity, ()):
            self.replication.pools.release(pool, amount)

    def put_back(self, entity: int, stage: int) -> None:
        """Return the stock that a stage consumed, where it says so."""
        coming_back = {self.own(entity, int(pool)) for pool in np.flatnonzero(self.network.returns[stage])}
        for pool, amount in self.needs(entity, stage):
            if pool in coming_back:
                self.replication.pools.add(pool, amount)
