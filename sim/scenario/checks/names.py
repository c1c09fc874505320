"""Names, readings and named scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.errors import Problem, shown
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.schema import Scenario

LONGEST_NAME = 80
RESERVED = ".#@"
"""A dot separates the names of a dotted path; # and @ separate the name of a cohort or stream from what tells its members apart."""


def name_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Names that a dotted path or an entity's name could not hold."""
    portfolio = scenario.portfolio
    blocks: dict[str, Mapping[str, object]] = {
        "goals": scenario.goals,
        "observations": scenario.observations,
        "portfolio.lists": portfolio.lists,
        "portfolio.projects": portfolio.projects,
        "portfolio.cohorts": portfolio.cohorts,
        "intake": scenario.intake,
        "land.batches": scenario.land.batches,
        "districts": scenario.districts,
        **scenario.workflows,
        "pools": scenario.pools,
        "calendars": scenario.calendars,
        "uncertain.risks": scenario.uncertain.risks,
        "readings": scenario.readings,
        "overrides": scenario.overrides,
        "scenarios": scenario.scenarios,
    }
    for block, named in blocks.items():
        for name in named:
            if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable() or any(mark in name for mark in RESERVED):
                yield Problem("name", path=f"{block}.{name}", found=shown(name), allowed="1 … 80 × (a-z, A-Z, 0-9, 汉字, _, -)")
    owners = ("portfolio.projects", "land.batches", "portfolio.cohorts", "intake")
    for number, block in enumerate(owners):
        for other in owners[:number]:
            for name in blocks[block].keys() & blocks[other].keys():
                yield Problem("name", path=f"{block}.{name}", found=shown(name), allowed=f"≠ {other}.{name}")


def reading_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Readings without their base, a base that changes something, and scenarios of unknown overrides."""
    for name, ambiguity in scenario.readings.items():
        readings = declared.names("readings", name, "readings") | set(ambiguity.readings)
        yield from unknown("unknown-reading", f"readings.{name}.base", ambiguity.base, readings)
        base = ambiguity.readings.get(ambiguity.base)
        if base is not None and base.change:
            yield Problem("reading", path=f"readings.{name}.readings.{ambiguity.base}.change", found=", ".join(base.change), allowed="{}")
    overrides = declared.names("overrides") | set(scenario.overrides)
    for name, listed in scenario.scenarios.items():
        for index, override in enumerate(listed):
            yield from unknown("unknown-override", f"scenarios.{name}.{index}", override, overrides)
