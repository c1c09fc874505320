"""A replication that fails is told by its number, wherever it fails; what came before it is kept."""

import numpy as np
import pytest

from sim.engine import kernel, reference, run
from sim.engine.run import FIRST_BLOCK, blocks, numbered
from sim.errors import ReplicationError
from sim.model.compile import compile_model
from sim.scenario.schema import Scenario
from tests.engine.kernel_cases import differences

SCENARIO = Scenario.model_validate(
    {
        "run": {"calendar": "plain", "horizon": "day 10"},
        "workflow": {"serve": {"duration": {"exponential": {"mean": "2 days"}}}},
        "portfolio": {"projects": {"a": {}}},
    }
)
MODEL = compile_model(SCENARIO, SCENARIO)
BAD = FIRST_BLOCK + 7


def fails_at(right, number):
    """`right`, but for a planted fault in one replication."""

    def call(model, *arguments):
        draws_or_seed = arguments[0]
        numbers = arguments[1] if isinstance(draws_or_seed, int) else draws_or_seed.replications[[arguments[1]]]
        if number in np.asarray(numbers):
            raise ZeroDivisionError("planted")
        return right(model, *arguments)

    return call


def fails_in_a_block(right):
    """`right`, but for the same fault, in the kernel, which takes a block at a time."""

    def call(model, draws, **options):
        if BAD in draws.replications:
            raise ZeroDivisionError("planted")
        return right(model, draws, **options)

    return call


@pytest.mark.parametrize(
    ("engine", "place", "name", "wrong"),
    [
        ("kernel", run, "draw", fails_at(run.draw, BAD)),
        ("reference", reference, "simulate", fails_at(reference.simulate, BAD)),
        ("kernel", kernel, "simulate_many", fails_in_a_block(kernel.simulate_many)),
    ],
)
def test_a_failing_replication_is_named_and_earlier_blocks_are_whole(monkeypatch, engine, place, name, wrong):
    monkeypatch.setattr(place, name, wrong)
    running = blocks(MODEL, 3, numbered(2 * FIRST_BLOCK), 1.0, engine)
    assert next(running)[0].replications.tolist() == list(range(1, FIRST_BLOCK + 1))
    with pytest.raises(ReplicationError) as raised:
        next(running)
    assert (raised.value.seed, raised.value.replication) == (3, BAD)
    assert isinstance(raised.value.__cause__, ZeroDivisionError)


def test_results_depend_neither_on_the_engine_nor_on_threads():
    draws = run.draw(MODEL, 3, numbered(20), 1.0)
    traces = [kernel.simulate_many(MODEL, draws, threads=threads) for threads in (1, 2, 3, 20)]
    assert all(differences(traces[0], trace) == [] for trace in traces[1:])
    running = ((draws, trace) for draws, trace in blocks(MODEL, 3, numbered(20), 1.0, "reference"))
    assert all(differences(kernel.simulate_many(MODEL, draws), trace) == [] for draws, trace in running)


@pytest.mark.parametrize(("engine", "sizes"), [("kernel", [8, 50, 50, 2]), ("reference", [8] * 13 + [6])])
def test_blocks_are_as_large_as_the_model_lets_them_be(monkeypatch, engine, sizes):
    """The model has one entity and one stage, so fifty items are fifty replications."""
    monkeypatch.setattr(run, "ITEMS", 50)
    assert [len(draws.replications) for draws, _ in blocks(MODEL, 3, numbered(110), 1.0, engine)] == sizes
    monkeypatch.setattr(run, "BLOCK", 5)
    assert [len(draws.replications) for draws, _ in blocks(MODEL, 3, numbered(12), 1.0, "kernel")] == [5, 5, 2]


def test_where_the_kernel_cannot_be_had_the_reference_engine_runs(monkeypatch):
    monkeypatch.setattr(kernel, "is_sound", lambda: False)
    monkeypatch.setattr(kernel, "simulate_many", None)
    assert next(blocks(MODEL, 3, numbered(2), 1.0))[1].ready.shape[0] == 2
