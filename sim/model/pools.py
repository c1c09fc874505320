"""Pools of a scenario to `Pools`: what is there at the start, and what comes by the calendar or by chance."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np

from sim.model import rules
from sim.model.arrays import Districts, Flow, Network, Pools, Timeline
from sim.model.intensity import intensity_of
from sim.model.time import event_tick, steps_of
from sim.scenario.schema import Scenario, Servers, Stock, Tranches
from sim.scenario.values.quantities import Quantity, nearest


def compile_pools(scenario: Scenario, timeline: Timeline) -> Pools:
    """Pools in the order of the file, with every tranche and change of capacity that falls within the horizon."""
    pools = tuple(scenario.pools.values())
    inflows: list[tuple[int, int, int]] = []
    flows = []
    for index, pool in enumerate(pools):
        changes = capacity_changes(pool, timeline) if isinstance(pool, Servers) else _tranches(pool.tranches, timeline)
        inflows += [(tick, index, amount) for tick, amount in changes if 0 <= tick <= timeline.horizon]
        if isinstance(pool, Stock) and pool.flow:
            flows.append(Flow(index, intensity_of(pool.flow.rate, None, timeline), float(pool.flow.amount.value), pool.flow.times))
    return Pools(
        names=tuple(scenario.pools),
        is_stock=np.array([pool.kind == "stock" for pool in pools], dtype=bool),
        initial=np.array([initial(pool, timeline) for pool in pools], dtype=np.int64),
        passing=np.array([pool.passing for pool in pools], dtype=bool),
        inflows=tuple(sorted(inflows)),
        flows=tuple(flows),
    )


def _tranches(tranches: Tranches, timeline: Timeline) -> list[tuple[int, int]]:
    """(tick, amount) of a stock's inflow: on the first of each month after the start, and on its dates."""
    inflow = [(event_tick(instant, timeline), nearest(amount.value)) for instant, amount in tranches.dated.items()]
    if tranches.monthly is not None:
        steps = steps_of(tranches.monthly, Quantity(Fraction(0), "number"), timeline)
        inflow += [(tick, nearest(rules.in_force(steps, tick).value)) for tick in timeline.month_ends[:-1].tolist()]
    return inflow


def initial(pool: Servers | Stock, timeline: Timeline) -> int:
    """Servers open, or the amount in stock, at the start."""
    return steps_of(pool.capacity, 0, timeline)[0][1] if isinstance(pool, Servers) else nearest(pool.initial.value)


def capacity_changes(servers: Servers, timeline: Timeline) -> list[tuple[int, int]]:
    """(tick, servers more or fewer) of every change of capacity, in order of time."""
    steps = steps_of(servers.capacity, 0, timeline)
    return [(tick, capacity - before) for (_, before), (tick, capacity) in pairwise(steps)]


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
