"""Pools of a scenario to `Pools`: what is there at the start, and what comes by the calendar or by chance."""

from __future__ import annotations

import numpy as np

from sim.model.arrays import Districts, Flow, Network, Pools, Timeline
from sim.model.intensity import intensity_of
from sim.model.time import event_tick
from sim.scenario.schema import Scenario, Servers, Stock, Tranches
from sim.scenario.values.quantities import nearest


def compile_pools(scenario: Scenario, timeline: Timeline) -> Pools:
    """Pools in the order of the file, with every tranche and change of capacity that falls within the horizon."""
    pools = tuple(scenario.pools.values())
    inflows: list[tuple[int, int, int]] = []
    flows = []
    for index, pool in enumerate(pools):
        changes = _capacity_changes(pool, timeline) if isinstance(pool, Servers) else _tranches(pool.tranches, timeline)
        inflows += [(tick, index, amount) for tick, amount in changes if 0 <= tick <= timeline.horizon]
        if isinstance(pool, Stock) and pool.flow:
            flows.append(Flow(index, intensity_of(pool.flow.rate, None, timeline), float(pool.flow.amount.value), pool.flow.times))
    return Pools(
        names=tuple(scenario.pools),
        is_stock=np.array([pool.kind == "stock" for pool in pools], dtype=bool),
        initial=np.array([pool.capacity if isinstance(pool, Servers) else nearest(pool.initial.value) for pool in pools], dtype=np.int64),
        passing=np.array([pool.passing for pool in pools], dtype=bool),
        inflows=tuple(sorted(inflows)),
        flows=tuple(flows),
    )


def _tranches(tranches: Tranches, timeline: Timeline) -> list[tuple[int, int]]:
    """(tick, amount) of a stock's inflow: on the first of each month after the start, and on its dates."""
    inflow = [(event_tick(instant, timeline), nearest(amount.value)) for instant, amount in tranches.dated.items()]
    if tranches.monthly is not None:
        inflow += [(int(tick), nearest(tranches.monthly.value)) for tick in timeline.month_ends[:-1]]
    return inflow


def _capacity_changes(servers: Servers, timeline: Timeline) -> list[tuple[int, int]]:
    """(tick, servers more or fewer) of every change of capacity, in order of time."""
    changes, before = [], servers.capacity
    for tick, capacity in sorted((event_tick(instant, timeline), capacity) for instant, capacity in servers.then.items()):
        changes.append((tick, capacity - before))
        before = capacity
    return changes


def compile_districts(scenario: Scenario, network: Network) -> Districts:
    """Districts in the order of the file, after the city as such."""
    pools, offers = tuple(scenario.pools), scenario.offers
    districts = list(scenario.districts.values())
    own = [[pools.index(district.pools.get(pool, pool)) for pool in pools] for district in districts]
    return Districts(
        names=("", *scenario.districts),
        own_pool=np.array([list(range(len(pools))), *own], dtype=np.int64).reshape(len(districts) + 1, len(pools)),
        appeal=np.array([1.0, *(district.appeal for district in districts)]),
        stock=pools.index(offers.stock) if offers.stock else -1,
        enough=float(offers.enough.value) if offers.enough else 1.0,
        queue=network.names.index(offers.queue) if offers.queue else -1,
        many=offers.many or 1.0,
    )
