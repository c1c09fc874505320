"""What the kernel is held against: the reference engine, on random models; what happens in these, so that all of it is seen to be tried."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from sim.engine import pools, reference
from sim.engine.trace import DONE, GAVE_UP, REFUSED, SKIPPED, Trace, stacked
from sim.model.compile import compile_model
from sim.sampling.draws import draw
from sim.scenario.checks import check
from sim.scenario.schema import Scenario
from tests.engine.test_invariants import DAY, PATIENCES, documents

VERBS = (
    "window",
    "passing",
    "barred",
    "patience",
    "waiting room",
    "rework",
    "skipped join",
    "route",
    "pace reset",
    "production",
    "batch",
    "tie",
)


@st.composite
def contested(draw_, supervised=False):
    """A random document, to which a crowd comes that goes two ways and meets again, and wants unequal numbers of a few tools."""
    document = draw_(documents(supervised=supervised))
    document["workflow"] |= {
        "fork": {"duration": "0 days", "routes": {"left": {"probability": 0.6}}, "otherwise": "right"},
        "left": {"after": ["fork"], "needs": {"tool": 1}, "duration": draw_(st.sampled_from(["1 days", "2 days"]))},
        "right": {"after": ["fork"], "needs": {"tool": 3}, "duration": "3 days"},
        "meet": {
            "after": ["left", "right"],
            "needs": {"tool": 2, "gang": draw_(st.integers(1, 2))},
            "duration": "2 days",
            "patience": draw_(st.sampled_from(PATIENCES)),
            "routes": {draw_(st.sampled_from(["fork", "left", "meet"])): {"probability": 0.3}},
            "rework_at_most": draw_(st.integers(1, 3)),
        },
    }
    document["pools"] |= {
        "tool": {"kind": "servers", "capacity": 3, "passing": draw_(st.booleans())},
        "gang": {"kind": "servers", "capacity": 2, "passing": draw_(st.booleans())},
    }
    walks, days = ["fork", "left", "right", "meet"], draw_(st.lists(DAY, min_size=2, max_size=3))
    for number in range(8):
        member = {"total": "1 bn yuan", "walks": walks, "priority": number % 3, "joins": days[number % len(days)]}
        document["portfolio"]["projects"][f"q{number}"] = member
    assume(not [problem for problem in check(Scenario.model_validate(document)) if problem.severity == "error"])
    return document


def drawn(document, replication: int, count: int = 1):
    """A document's model, with the draws of some replications from one on."""
    scenario = Scenario.model_validate(document)
    model = compile_model(scenario, scenario)
    return model, draw(model, 1, np.arange(replication, replication + count), 1.0)


def by_reference(model, draws) -> Trace:
    """All rows of the draws."""
    return stacked([reference.simulate(model, draws, row) for row in range(len(draws.replications))])


def differences(one: Trace, other: Trace) -> list[str]:
    """Columns and tables that are not the same in shape, type and every number."""
    names = [column.name for column in fields(Trace)]
    pairs = [(name, getattr(one, name), getattr(other, name)) for name in names]
    return [name for name, a, b in pairs if a.shape != b.shape or a.dtype != b.dtype or not np.array_equal(a, b)]


def happened(model, draws) -> set[str]:
    """Which of `VERBS` a replication shows, the first of the draws."""
    seen: set[str] = set()
    right = pools.Pools.served

    def served(self, queue, size):
        waits = right(self, list(queue), size)
        granted = [one.rank for one in queue if one not in waits]
        if waits and granted and max(granted) > min(one.rank for one in waits):
            seen.add("passing")
        if any(all(self.free[pool] >= amount for pool, amount in one.needs) for one in waits):
            seen.add("barred")
        return waits

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pools.Pools, "served", served)
        trace = reference.simulate(model, draws, 0)
    network, outcome = model.network, trace.outcome
    shown = {
        "window": any(len(window) and (trace.requested > trace.ready)[:, stage].any() for stage, window in enumerate(network.windows)),
        "patience": (outcome == GAVE_UP).any(),
        "waiting room": (outcome == REFUSED).any(),
        "rework": len(trace.earlier) > 0,
        "skipped join": any(
            ((trace.ready[:, stage] >= 0) & (outcome[:, before] == SKIPPED).any(axis=1)).any()
            for stage, before in enumerate(network.predecessors.T)
        ),
        "route": any(routes and (outcome[:, stage] == DONE).any() for stage, routes in enumerate(network.routes)),
        "pace reset": len(trace.settlements) > len(np.unique(trace.settlements[:, 0])),
        "production": any(products and (outcome[:, stage] == DONE).any() for stage, products in enumerate(network.products)),
        "batch": _batch(model, draws),
        "tie": _tie(model, trace),
    }
    return seen | {verb for verb, has in shown.items() if has}


def _batch(model, draws) -> bool:
    """Whether several of one owner come at one instant after the start."""
    joins = draws.portfolio.joins[0]
    come = [(owner, tick) for owner, tick in zip(draws.portfolio.owner, joins, strict=True) if 0 < tick <= model.timeline.horizon]
    return len(set(come)) < len(come)


def _tie(model, trace: Trace) -> bool:
    """Whether two entities ask for one pool at one instant."""
    needs = (model.network.fixed_need > 0) | (model.network.need_per_mu > 0)
    for pool in needs.T:
        asked = trace.requested[:, pool]
        asked = asked[asked >= 0]
        if len(np.unique(asked)) < len(asked):
            return True
    return False
