"""What the levers in force of a shipped scenario do: it is run without each, paired, and the metric is read that the lever is to move."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.engine.run import blocks, numbered
from sim.model.compile import compile_model
from sim.results.measures import measure
from sim.scenario.loading import Loaded, load
from sim.scenario.metrics import KEYS, METRICS
from sim.scenario.schema import Lever
from sim.scenario.schema.levers import Moves
from sim.studies.completion import kappa_of
from sim.studies.forecast import silent

CITIES = ("hengyang-2022", "foshan-2021", "zhaoqing-2023", "zhaoqing-2024", "bazhong-2022", "shenyang-2023")
NOTHING = {"money": "0 yuan", "share": "0%", "count": "0 projects", "area": "0 mu", "duration": "0 days", "number": "0"}
"""Dimension of a metric -> the value of a goal that nobody looks at."""
SEED = 20_220_207


@dataclass(frozen=True)
class Effect:
    """The paired change of a lever's metric when it is dropped: its mean, and the standard error of the mean."""

    city: str
    lever: str
    mean: float
    error: float
    sign: int
    """The way in which dropping it is to move the metric."""

    @property
    def errors(self) -> float:
        """How many standard errors it is in the way it should be."""
        return self.sign * self.mean / self.error if self.error else math.copysign(math.inf, self.sign * self.mean) if self.mean else 0.0

    def __str__(self) -> str:
        return f"{self.city} without {self.lever}: {self.mean:+.6g} +- {self.error:.3g} ({self.errors:.1f} standard errors)"


def in_force(loaded: Loaded) -> dict[str, Lever]:
    """The levers in force of a scenario."""
    return {name: lever for name, lever in loaded.scenario.levers.items() if lever.status == "in_force"}


def probe(name: str, moves: Moves) -> str:
    """A goal on the metric that a lever is to move, as a setting."""
    parts = {"metric": moves.metric, "value": NOTHING[METRICS[moves.metric].dimension], "basis": moves.basis, "headline": "false"}
    parts |= {key: getattr(moves, key) for key in KEYS if getattr(moves, key)}
    chosen = {key: values for key, values in moves.where.model_dump().items() if values}
    if chosen:
        parts["where"] = "{" + ", ".join(f"{key}: [{', '.join(values)}]" for key, values in chosen.items()) + "}"
    if moves.by is not None:
        parts["by"] = str(moves.by)
    return f"goals.probe_{name}={{{', '.join(f'{key}: {value}' for key, value in parts.items())}}}"


def outcomes(loaded: Loaded, kappa: float, replications: int) -> Mapping[str, np.ndarray]:
    """Goal -> (replication,) outcome."""
    model = compile_model(loaded.scenario, loaded.as_written)
    numbers = numbered(replications)
    found = [measure(model, draws, trace).outcomes for draws, trace in blocks(model, SEED, numbers, kappa)]
    return {goal.name: np.concatenate(found)[:, number] for number, goal in enumerate(model.goals)}


def effects(city: str, replications: int, names: Iterable[str] | None = None) -> Iterator[Effect]:
    """What dropping each lever in force does, one after the other, same seed and kappa."""
    written = load(city)
    levers = in_force(written)
    chosen = list(levers) if names is None else list(names)
    sets = [probe(name, levers[name].moves) for name in chosen]
    fit = kappa_of(written, silent)
    kappa = fit.kappa if fit else 1.0
    base = outcomes(load(city, sets=sets), kappa, replications)
    for name in chosen:
        other = outcomes(load(city, sets=sets, without=[name]), kappa, replications)
        change = other[f"probe_{name}"] - base[f"probe_{name}"]
        sign = -1 if levers[name].moves.direction == "up" else 1
        yield Effect(city, name, float(change.mean()), float(change.std(ddof=1)) / math.sqrt(replications), sign)
