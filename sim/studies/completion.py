"""Fit kappa: by how much each plan must be overfulfilled so that the list as a whole comes to the completion drawn for it.

Caps, late starts and dropouts hold the realised completion below the drawn one; kappa makes up for them on average. It is fitted
once to the scenario file as written, and then used whatever is changed, so that a change shows its own effect.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from sim.caching import cache_folder
from sim.engine.run import blocks, numbered
from sim.model.arrays import Model
from sim.model.compile import compile_model
from sim.results.measures import measure
from sim.results.results import KappaFit
from sim.scenario.loading import Loaded
from sim.scenario.schema import Scenario
from sim.scenario.values.instants import Instant

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""

REPLICATIONS = 200
SEED = 20_220_101
TOLERANCE = 2e-4
"""Difference of mean completions, as a fraction of the plan, at which the search ends."""
BOUNDS = (0.2, 5.0)
STEPS = 8


def kappa_of(loaded: Loaded, progress: Progress) -> KappaFit | None:
    """kappa of the scenario file as written; None where no completion is given or nothing is planned."""
    model = compile_model(to_the_years_end(loaded.as_written), loaded.as_written)
    if not model.priors.has_completion:
        return None
    key = _key(loaded)
    fit = _kept(key)
    if fit is None:
        fit = fit_kappa(model, progress)
        if fit is not None:
            _keep(key, fit)
    return fit


def to_the_years_end(scenario: Scenario) -> Scenario:
    """The scenario with a horizon that holds the whole year of its plans."""
    run = scenario.run
    if run.start is None or run.start.date is None or run.horizon.date is None:
        return scenario
    end = datetime.date(run.start.date.year, 12, 31)
    horizon = Instant(date=max(end, run.horizon.date))
    return scenario.model_copy(update={"run": run.model_copy(update={"horizon": horizon})})


def fit_kappa(model: Model, progress: Progress) -> KappaFit | None:
    """Secant search for the kappa at which mean realised completion equals mean drawn completion, within `BOUNDS`."""
    drawn, realised = _completions(model, 1.0, progress)
    if not realised > 0:
        return None
    before, here = (0.0, 0.0), (1.0, realised)
    for _ in range(STEPS):
        if abs(here[1] - drawn) < TOLERANCE or here[0] in BOUNDS:
            break
        slope = (here[1] - before[1]) / (here[0] - before[0])
        kappa = float(np.clip(here[0] + (drawn - here[1]) / slope, *BOUNDS)) if slope > 0 else BOUNDS[1]
        before, here = here, (kappa, _completions(model, kappa, progress)[1])
    return KappaFit(here[0], drawn, here[1], REPLICATIONS)


def _completions(model: Model, kappa: float, progress: Progress) -> tuple[float, float]:
    """Mean completion drawn and realised over the fit's own replications."""
    measures = []
    for draws, trace in blocks(model, SEED, numbered(REPLICATIONS), kappa):
        measures.append(measure(model, draws, trace))
        progress("kappa", sum(len(part.replications) for part in measures), REPLICATIONS)
    drawn = np.concatenate([part.completion_drawn for part in measures])
    realised = np.concatenate([part.completion_realised for part in measures])
    return float(drawn.mean()), float(realised.mean())


def _key(loaded: Loaded) -> str:
    """Hash of all that kappa depends on: the file as written and the program."""
    text = json.dumps([loaded.written_tree, sources_digest(), REPLICATIONS, SEED], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def sources_digest() -> str:
    """Digest of the program's own source files."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).resolve().parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _kept(key: str) -> KappaFit | None:
    """A fit kept from an earlier run, None if there is none that can be read."""
    try:
        kept = json.loads((cache_folder() / f"kappa-{key}.json").read_text(encoding="utf-8"))
        return KappaFit(float(kept["kappa"]), float(kept["drawn"]), float(kept["realised"]), int(kept["replications"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(key: str, fit: KappaFit) -> None:
    """Keep a fit for the next run; a cache that cannot be written costs time and nothing else."""
    path = cache_folder() / f"kappa-{key}.json"
    partial = path.with_suffix(f".{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(fit.__dict__), encoding="utf-8")
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
