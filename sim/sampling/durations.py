"""Durations of stages, drawn in ticks and turned into work."""

from __future__ import annotations

import numpy as np

from sim.calendar import PPM
from sim.model.arrays import Integers, Model
from sim.model.rules import work_of
from sim.sampling.streams import name_key, uniforms
from sim.sampling.variates import quantile


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
