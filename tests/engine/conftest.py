"""Small scenarios as text, run by the engine; times by (entity, stage) name."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from sim.engine import reference
from sim.engine.trace import Trace
from sim.model.arrays import Model
from sim.model.compile import compile_model
from sim.sampling.draws import Draws, draw
from sim.scenario.loading import load

HEAD = """\
title: test
assumed: test
run: {calendar: plain, horizon: day 100}
"""


@dataclass(frozen=True)
class Played:
    """One replication of a small scenario."""

    model: Model
    draws: Draws
    trace: Trace

    def when(self, what: str, entity: str, stage: str) -> int:
        """The tick of `what` (ready, requested, began, ended), -1 if it did not happen."""
        return int(getattr(self.trace, what)[self.draws.portfolio.names.index(entity), self.model.network.names.index(stage)])


@pytest.fixture
def play(tmp_path) -> Callable[..., Played]:
    """Run a scenario given as text (without its head unless it begins with `title:`)."""

    def run(text: str, seed: int = 1, replication: int = 1) -> Played:
        body = textwrap.dedent(text)
        path = tmp_path / "scenario.yaml"
        path.write_text(body if body.startswith("title:") else HEAD + body, encoding="utf-8")
        loaded = load(path)
        model = compile_model(loaded.scenario, loaded.as_written)
        draws = draw(model, seed, np.array([replication]), 1.0)
        return Played(model, draws, reference.simulate(model, draws, 0))

    return run
