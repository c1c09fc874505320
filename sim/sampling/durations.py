"""Durations of stages, drawn in ticks and turned into work."""

from __future__ import annotations

import numpy as np

from sim.calendar import NEVER, PPM
from sim.model.arrays import Integers, Model
from sim.model.rules import work_of
from sim.sampling.streams import name_key, uniforms
from sim.sampling.variates import quantile


def patience_ticks(model: Model, seed: int, replications: Integers) -> Integers | None:
    """(replication, entity, stage) ticks that each waits for what a stage needs, NEVER without limit; None where no stage has a limit."""
    members, network = model.members, model.network
    if not any(network.patience):
        return None
    patience = np.full((len(replications), members.count, len(network.names)), NEVER, dtype=np.int64)
    for stage, (name, distribution) in enumerate(zip(network.names, network.patience, strict=True)):
        if distribution is not None:
            keys = np.array([name_key("entity", entity, "patience", name) for entity in members.names], dtype=np.uint64)
            days = quantile(distribution, uniforms(seed, replications, keys))
            ticks = np.clip(np.floor(days * model.timeline.ticks_per_day + 0.5), 0, model.timeline.horizon + 1)
            patience[:, :, stage] = ticks.astype(np.int64)
    return patience


def stage_ticks(model: Model, seed: int, replications: Integers) -> Integers:
    """(replication, entity, stage) work of each stage: its drawn ticks (nearest, halves up, never below 0), at full rate and pace."""
    members, network = model.members, model.network
    work = np.zeros((len(replications), members.count, len(network.names)), dtype=np.int64)
    for stage, (name, duration) in enumerate(zip(network.names, network.durations, strict=True)):
        if duration is None:
            continue
        if duration.family == "constant":
            days = np.full((1, 1), duration.parameters[0])
        else:
            keys = np.array([name_key("entity", entity, "duration", name) for entity in members.names], dtype=np.uint64)
            days = quantile(duration, uniforms(seed, replications, keys))
        most = network.clocks[stage].at(model.timeline.horizon) // PPM + 1  # more than the calendar does in the time
        ticks = np.clip(np.floor(days * model.timeline.ticks_per_day + 0.5), 0, most)
        work[:, :, stage] = work_of(ticks.astype(np.int64))
    return work
