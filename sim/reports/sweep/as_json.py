"""A study as JSON for programs: what was planned, how far it is, and what it says of each output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.reports.plain import Json, plain
from sim.reports.sweep.words import StudyAnswer


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
