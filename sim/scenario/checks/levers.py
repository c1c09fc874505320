"""Levers in themselves: changes that are none, metrics that there are not."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.metrics import METRICS
from sim.scenario.schema import Scenario

WAYS = ("set", "add", "times")


def lever_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """A change is one of `set`, `add` and `times`; what a lever requires and what it moves is there; its size is one that can be taken."""
    for name, lever in scenario.levers.items():
        path = f"levers.{name}"
        for target, change in lever.change.items():
            ways = [way for way in WAYS if getattr(change, way) is not None]
            if len(ways) != 1 or (change.without is not None and ways != ["set"]):
                found = ", ".join([*ways, *["without"] * (change.without is not None)])
                yield Problem("lever-change", path=f"{path}.change.{target}", found=found, allowed=", ".join(WAYS))
        if lever.moves:
            yield from unknown("choice", f"{path}.moves.metric", lever.moves.metric, METRICS)
        for index, required in enumerate(lever.requires):
            yield from unknown("unknown-lever", f"{path}.requires.{index}", required, declared.names("levers") | set(scenario.levers))
        if lever.size > lever.largest:
            yield Problem("range", path=f"{path}.size", found=f"{lever.size:g}", allowed=f"≤ {lever.largest:g}")
