"""A replication that fails is told by its number, wherever it fails; what came before it is kept."""

import numpy as np
import pytest

from sim.engine import reference, run
from sim.engine.run import BLOCK, blocks, numbered
from sim.errors import ReplicationError
from sim.model.compile import compile_model
from sim.scenario.schema import Scenario

SCENARIO = Scenario.model_validate(
    {
        "run": {"calendar": "plain", "horizon": "day 10"},
        "workflow": {"serve": {"duration": {"exponential": {"mean": "2 days"}}}},
        "portfolio": {"projects": {"a": {}}},
    }
)
MODEL = compile_model(SCENARIO, SCENARIO)
BAD = BLOCK + 7


def fails_at(right, number):
    """`right`, but for a planted fault in one replication."""

    def call(model, *arguments):
        draws_or_seed = arguments[0]
        numbers = arguments[1] if isinstance(draws_or_seed, int) else draws_or_seed.replications[[arguments[1]]]
        if number in np.asarray(numbers):
            raise ZeroDivisionError("planted")
        return right(model, *arguments)

    return call


@pytest.mark.parametrize(("place", "name"), [(run, "draw"), (reference, "simulate")])
def test_a_failing_replication_is_named_and_earlier_blocks_are_whole(monkeypatch, place, name):
    monkeypatch.setattr(place, name, fails_at(getattr(place, name), BAD))
    running = blocks(MODEL, 3, numbered(2 * BLOCK), 1.0)
    assert next(running)[0].replications.tolist() == list(range(1, BLOCK + 1))
    with pytest.raises(ReplicationError) as raised:
        next(running)
    assert (raised.value.seed, raised.value.replication) == (3, BAD)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
