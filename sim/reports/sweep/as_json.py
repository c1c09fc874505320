"""A study as JSON for programs: what was planned, how far it is, and what it says of each output."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from sim.reports.sweep.words import StudyAnswer

Json = dict[str, Any]


def study_json(answer: StudyAnswer) -> Json:
    """Amounts in yuan, mu, days and fractions; what is not a number is null."""
    plan = answer.plan.as_json()
    about = {key: plan[key] for key in ("study", "scenario", "seed", "replications", "factors", "design", "outputs", "points")}
    axes = [axis.name for axis in answer.plan.axes]
    return {
        **about,
        "done": answer.done,
        "failed": answer.failed,
        "common_replications": not answer.plan.own,
        "judged": {judged.output: _judged(judged, axes) for judged in answer.judged},
    }


def _judged(judged: Any, axes: Sequence[str]) -> Json:
    """One output: what its design has found, factors by name."""
    told = {name: value for name, value in plain(judged).items() if name != "output" and value not in (None, [])}
    for analysis in ("sobol", "morris", "given"):
        if told.get(analysis):
            told[analysis]["factors"] = dict(zip(axes, told[analysis]["factors"], strict=False))
    return told


def plain(value: Any) -> Any:
    """Data classes, mappings and sequences as plain data."""
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple):
        return [plain(child) for child in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
