"""Programs of the benchmark simulate the same, to the tick; and the kernel's own source says the same as C. Nothing is timed here."""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import kernel
from tests.benchmarks import programs
from tests.benchmarks.pipeline import prepared
from tests.engine.kernel_cases import contested, differences, drawn
from tests.engine.test_invariants import SETTINGS, documents


@pytest.fixture(scope="module")
def by_gcc():
    run = programs.kernel_by_gcc()
    if run is None:
        pytest.skip("no gcc")
    return run


def test_all_programs_of_the_pipeline_agree_to_the_tick():
    pipeline = prepared(200, 3, "1 days")
    library = programs.built(programs.SOURCE.read_text(encoding="ascii"))
    by_hand = programs.ByHand(pipeline, library) if library else None
    assert (by_hand is None) == (shutil.which("gcc") is None)
    trace = kernel.simulate_many(pipeline.model, pipeline.draws)
    programs.check(pipeline, trace, by_hand)
    trace.began[1, 5, 2] += 1
    with pytest.raises(AssertionError):
        programs.check(pipeline, trace, None)


@pytest.mark.parametrize("name", ["hengyang-2022", "shenyang-2023", "zhaoqing-2023"])
def test_the_kernel_as_c_is_the_kernel(by_gcc, name):
    draws = programs.scenario_drawn(name, 3)
    assert differences(kernel.simulate_many(draws.model, draws), kernel.simulate_many(draws.model, draws, by_gcc)) == []


@settings(SETTINGS, max_examples=25)
@given(document=documents(supervised=True) | contested(supervised=True), replication=st.integers(1, 1000))
def test_so_it_is_in_random_models(by_gcc, document, replication):
    model, draws = drawn(document, replication)
    assert differences(kernel.simulate_many(model, draws), kernel.simulate_many(model, draws, by_gcc)) == []
