"""What must hold of every replication of every shipped scenario."""

from pathlib import Path

import pytest

from sim.engine.run import numbered
from sim.model.compile import compile_model
from sim.sampling.draws import draw
from sim.scenario.loading import load
from sim.studies.completion import kappa_of
from tests.engine.conservation import faults

SCENARIOS = sorted(path.stem for path in (Path(__file__).parents[2] / "scenarios").glob("*.yaml") if path.stem != "base")


def faults_of(name, replications):
    """(replication, fault) of each of the numbered replications."""
    loaded = load(name)
    model = compile_model(loaded.scenario, loaded.as_written)
    fit = kappa_of(loaded, lambda what, done, of: None)
    found = []
    for first in range(1, replications + 1, 50):
        numbers = numbered(min(50, replications - first + 1), first)
        draws = draw(model, loaded.scenario.run.seed, numbers, fit.kappa if fit else 1.0)
        found += [(int(number), fault) for row, number in enumerate(numbers) for fault in faults(model, draws, row)]
    return found


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost_lent_twice_or_waited_for_in_vain(name):
    assert faults_of(name, 3) == []


@pytest.mark.heavy
@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_lost_in_any_replication_of_a_run(name):
    assert faults_of(name, 400) == []
