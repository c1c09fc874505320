"""No result depends on the order in which SimPy happens to look at the events of one instant and one phase."""

import random
from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import pools, reference
from sim.engine.trace import Trace
from tests.engine.test_invariants import SETTINGS, documents, prepared


def any_order(seed: int) -> type[simpy.Environment]:
    """An environment that breaks ties of (time, phase) by random numbers instead of by the order of scheduling."""
    chance = random.Random(seed)

    def numbers() -> Iterator[int]:
        while True:
            yield chance.getrandbits(80)

    class AnyOrder(simpy.Environment):
        def __init__(self) -> None:
            super().__init__()
            self._eid = numbers()

    return AnyOrder


def traces(document, replication, orders) -> list[Trace]:
    """The trace of one replication as scheduled, then under each of the other orders."""
    model, draws = prepared(document, replication)
    found = [reference.simulate(model, draws, 0)]
    for order in orders:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reference.simpy, "Environment", any_order(order))
            found.append(reference.simulate(model, draws, 0))
    return found


def differences(found: list[Trace]) -> list[str]:
    """Columns in which traces differ from the first."""
    names = [column.name for column in fields(Trace)]
    return [name for name in names for other in found[1:] if not np.array_equal(getattr(found[0], name), getattr(other, name))]


@settings(SETTINGS, max_examples=300)
@given(documents(), st.integers(1, 1000))
def test_events_of_one_instant_and_phase_may_come_in_any_order(document, replication):
    assert differences(traces(document, replication, orders=(1, 2))) == []


CROWD = {
    "run": {"calendar": "plain", "horizon": "day 9"},
    "workflow": {"file": {"duration": "1 days", "needs": {"desk": 1}}},
    "pools": {"desk": {"kind": "servers", "capacity": 1}},
    "portfolio": {"projects": {name: {"joins": "day 1"} for name in "abcdef"}},
}


def test_a_grant_on_request_is_caught(monkeypatch):
    """A planted fault: whoever asks first at an instant is served at once, before all others of that instant have asked."""
    monkeypatch.setattr(pools, "ALLOCATE", pools.DRAIN)
    assert differences(traces(CROWD, 1, orders=range(5))) != []
