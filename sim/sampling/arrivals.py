"""Arrivals of streams: given ones, and those of a Poisson process by the inverse of its running rate.

The k-th gap of a unit-rate process is exponential and belongs to the stream's k-th arrival (Kingman, "Poisson Processes", 1993, ch. 4:
the mapping theorem). So a higher rate brings every arrival forward and adds some at the end.
"""

from __future__ import annotations

import math

import numpy as np

from sim.calendar import NEVER
from sim.model.arrays import Floats, Integers, Intensity, Model
from sim.model.owners import Stream
from sim.sampling.streams import numbered_keys, uniforms
from sim.sampling.variates import quantile

SLACK_SDS = 6
"""Standard deviations above the mean for which gaps are drawn at first; more where they do not reach the horizon."""


def draw_arrivals(model: Model, stream: Stream, seed: int, replications: Integers) -> tuple[tuple[str, ...], Integers]:
    """Stable names of the given projects of a stream, and the ticks (replication, entity) of these and of the numbered ones; NEVER beyond a
    replication's own."""
    given = [(f"{stream.name}@{date}#{index}", tick) for date, tick, count in stream.dated for index in range(count)]
    dated = np.broadcast_to(np.array([tick for _, tick in given], dtype=np.int64), (len(replications), len(given)))
    ticks = arrival_ticks(model, stream.name, stream.intensity, seed, replications)
    if stream.batch is not None:
        ticks = _batched(stream, ticks, seed, replications)
    return tuple(name for name, _ in given), np.concatenate([dated, ticks], axis=1)


def arrival_ticks(model: Model, name: str, intensity: Intensity, seed: int, replications: Integers) -> Integers:
    """(replication, arrival) ticks that contain the arrivals of a Poisson process, rising; NEVER after the horizon."""
    expected = float(intensity.expected[-1])
    if expected <= 0:
        return np.empty((len(replications), 0), dtype=np.int64)
    count, reached = 0, np.empty((len(replications), 0))
    while count == 0 or not (reached[:, -1] > expected).all():
        count = 2 * count or math.ceil(expected + SLACK_SDS * math.sqrt(expected)) + 8
        keys = numbered_keys("arrival", name, count)
        reached = np.cumsum(-np.log1p(-uniforms(seed, replications, keys)), axis=1)
    most = int((reached <= expected).sum(axis=1).max())
    return _ticks(model, intensity, reached[:, :most])


def _ticks(model: Model, intensity: Intensity, reached: Floats) -> Integers:
    """Ticks that contain the instants at which the running rate reaches these values."""
    days = np.interp(reached, intensity.expected, intensity.days)
    ticks = np.floor(days * model.timeline.ticks_per_day).astype(np.int64)
    return np.where(reached <= intensity.expected[-1], np.minimum(ticks, model.timeline.horizon), NEVER)


def _batched(stream: Stream, ticks: Integers, seed: int, replications: Integers) -> Integers:
    """Each arrival as many times as its batch holds."""
    assert stream.batch is not None
    keys = numbered_keys("batch", stream.name, ticks.shape[1])
    sizes = np.maximum(np.floor(quantile(stream.batch, uniforms(seed, replications, keys)) + 0.5), 0).astype(np.int64)
    sizes[ticks == NEVER] = 0
    rows = [np.repeat(row, size) for row, size in zip(ticks, sizes, strict=True)]
    batched = np.full((len(rows), max(map(len, rows), default=0)), NEVER, dtype=np.int64)
    for place, row in zip(batched, rows, strict=True):
        place[: len(row)] = row
    return batched
