"""Every mutant of the shipped scenarios that is accepted runs three replications: no fault of the program, no hang."""

import time
from pathlib import Path

import numpy as np
import pytest

from sim.engine.run import numbered, together
from sim.model.compile import compile_model
from sim.results.measures import measure
from tests.scenario.mutants import MUTATIONS, outcomes

ROOT = Path(__file__).parents[2]
KAPPA = 1.139
"""That of the file without its mutation: a changed scenario keeps it."""
CPU_SECONDS = 10


@pytest.mark.parametrize(("each", "seed"), [(20, 2023), pytest.param(200, 2024, marks=pytest.mark.heavy)])
def test_an_accepted_mutant_runs_three_replications(tmp_path, each, seed):
    accepted = dict.fromkeys(MUTATIONS, 0)
    for one in outcomes(ROOT, tmp_path, each, seed):
        if one.loaded is None:
            continue
        begun = time.process_time()
        model = compile_model(one.loaded.scenario, one.loaded.as_written)
        block = together(model, 1, numbered(3), KAPPA)
        measures = measure(model, *block)
        assert time.process_time() - begun < CPU_SECONDS, one.mutant.path
        assert np.isfinite(measures.outcomes).all(), one.mutant.path
        assert all((values >= 0).all() for values in measures.monthly.values()), one.mutant.path
        accepted[one.mutant.kind] += 1
    print(f"accepted and run: {accepted}")  # noqa: T201 - how many of each kind is what one wants to read
    assert sum(accepted.values()) > each
