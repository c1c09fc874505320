"""The kernel, compiled and as plain Python, against the reference engine: every number of every trace, in random models and scenarios."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.kernel import simulate_many, simulate_plainly
from sim.engine.kernel.later import FEW, MORE
from sim.engine.kernel.many import Scratch
from sim.engine.trace import TABLES, TICKS
from sim.model.compile import compile_model
from sim.sampling.draws import draw
from sim.scenario.loading import load
from tests.engine.kernel_cases import VERBS, by_reference, contested, differences, drawn, happened
from tests.engine.kernel_faults import FAULTS, LIMIT, models_until_seen
from tests.engine.test_invariants import SETTINGS, documents

SCENARIOS = sorted(path for path in Path("scenarios").glob("*.yaml") if path.stem != "base")


@settings(SETTINGS, max_examples=200)
@given(documents() | documents(supervised=True), st.integers(1, 1000))
def test_the_kernel_is_the_reference_engine_to_every_number(document, replication):
    model, draws = drawn(document, replication, count=2)
    assert differences(by_reference(model, draws), simulate_many(model, draws)) == []


@settings(SETTINGS, max_examples=100)
@given(contested() | contested(supervised=True), st.integers(1, 1000))
def test_so_it_is_where_many_want_the_same(document, replication):
    model, draws = drawn(document, replication, count=2)
    assert differences(by_reference(model, draws), simulate_many(model, draws)) == []


@settings(SETTINGS, max_examples=60)
@given(documents() | contested(supervised=True), st.integers(1, 1000))
def test_so_it_is_as_plain_python_with_its_bounds_checked(document, replication):
    model, draws = drawn(document, replication)
    assert differences(by_reference(model, draws), simulate_plainly(model, draws)) == []


@pytest.mark.heavy
@settings(SETTINGS, max_examples=20_000)
@given(documents() | documents(supervised=True) | contested() | contested(supervised=True), st.integers(1, 1000))
def test_so_it_is_in_twenty_thousand_models(document, replication):
    model, draws = drawn(document, replication)
    assert differences(by_reference(model, draws), simulate_many(model, draws)) == []


def test_a_thread_that_begins_with_a_block_of_nobody_has_memory_for_it():
    assert Scratch().room("items", 0).size == 0


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_so_it_is_in_the_scenarios(path):
    assert unlike(path, 3) == []


def unlike(path, count):
    """What differs in some replications of a scenario."""
    loaded = load(path)
    model = compile_model(loaded.scenario, loaded.as_written)
    draws = draw(model, 1, np.arange(1, count + 1), 1.0)
    return differences(by_reference(model, draws), simulate_many(model, draws))


@pytest.mark.heavy
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_so_it_is_in_a_hundred_replications_of_the_scenarios(path):
    assert unlike(path, 100) == []


def test_so_it_is_where_some_come_again_hundreds_of_times():
    """More often than is drawn for at first, and than the next time; and once that is known, the next block is drawn so at once."""
    turn = {"duration": {"exponential": {"mean": "0.1 days"}}, "routes": {"turn": {"probability": 1.0}}, "rework_at_most": 10_000}
    document = {
        "run": {"calendar": "plain", "horizon": "day 30", "tick": "0.01 days"},
        "workflow": {"turn": turn},
        "portfolio": {"projects": {"a": {}, "b": {"joins": "day 28"}}},
    }
    model, draws = drawn(document, 1, count=3)
    for _ in range(2):
        trace = simulate_many(model, draws)
        assert differences(by_reference(model, draws), trace) == []
        assert trace.visit[:, 0, 0].min() > FEW * MORE
    assert differences(trace, simulate_plainly(model, draws)) == []


def test_a_replication_is_the_same_alone_and_in_any_block():
    loaded = load(Path("scenarios/shenyang-2023.yaml"))
    model = compile_model(loaded.scenario, loaded.as_written)
    draws = draw(model, 1, np.arange(1, 8), 1.0)
    whole = simulate_many(model, draws)
    for row, number in ((0, 1), (4, 5)):
        alone = simulate_many(model, draw(model, 1, np.array([number]), 1.0))
        for name in (*TICKS, "outcome", "visit"):
            entities = min(getattr(one, name).shape[1] for one in (alone, whole))  # arrivals that never come may be more or fewer
            assert np.array_equal(getattr(alone, name)[0, :entities], getattr(whole, name)[row, :entities])
        for name in TABLES:
            table = getattr(whole, name)
            assert np.array_equal(getattr(alone, name)[:, 1:], table[table[:, 0] == row, 1:])


def test_the_random_models_show_every_verb():
    shown, models = Counter(), []

    @settings(SETTINGS, max_examples=60)
    @given(contested() | contested(supervised=True), st.integers(1, 1000))
    def look(document, replication):
        models.append(happened(*drawn(document, replication)))
        shown.update(models[-1])

    look()
    assert {verb: shown[verb] for verb in VERBS if shown[verb] < len(models) / 10} == {}


def test_planted_faults_of_the_kernel_are_seen():
    found = models_until_seen(seed=1)
    assert found.keys() == FAULTS.keys()
    assert max(found.values()) <= LIMIT
