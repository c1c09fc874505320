"""Ways on from stages: routes, rework, and whom they concern."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from sim.errors import Problem
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.checks.pools import before
from sim.scenario.checks.time import days_since_start, value_on
from sim.scenario.checks.workflow import probability_problems
from sim.scenario.schema import Cohort, Member, Scenario, Stage, Stream, Where, dates_of, entries_of


def route_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Routes that lead nowhere, or back over money that is spent; probabilities beyond a whole."""
    for block, stages in scenario.workflows.items():
        known = declared.names(*block.split(".")) | set(stages)
        for name, stage in stages.items():
            path = f"{block}.{name}"
            for target, route in stage.routes.items():
                yield from unknown("unknown-stage", f"{path}.routes.{target}", target, known)
                if target in stages:
                    yield from _target_problems(f"{path}.routes.{target}", scenario, stages, name, target)
                for key, share in entries_of(route.probability):
                    yield from probability_problems(f"{path}.routes.{target}.probability{key}", share)
                yield from where_problems(f"{path}.routes.{target}.when", route.when, scenario, declared)
            yield from _whole_problems(scenario, path, stage)
            if stage.otherwise is not None:
                yield from _otherwise_problems(path, stages, name, stage.otherwise, known)


def _target_problems(path: str, scenario: Scenario, stages: dict[str, Stage], name: str, target: str) -> Iterator[Problem]:
    """A route leads to a stage that follows, or back; but not back over spending or listing that may have begun."""
    follows = name in stages[target].after
    back = target == name or target in before(stages, name)
    if not follows and not back:
        allowed = [other for other, stage in stages.items() if name in stage.after] + [name, *sorted(before(stages, name))]
        yield Problem("route", path=path, found=target, allowed=", ".join(allowed))
    if back:
        again = [other for other in stages if other == target or target in before(stages, other)]
        late = [other for other in again if stages[other].spends or (stages[other].milestone == "listed" and other != name)]
        for other in late:
            if not _always_waits(scenario, stages, other, name):
                why = "spends: true" if stages[other].spends else "milestone: listed"
                yield Problem("route", path=path, found=f"{name} → {target} → {other} ({why})", allowed="money once spent stays spent")


def _always_waits(scenario: Scenario, stages: dict[str, Stage], later: str, name: str) -> bool:
    """Whether a stage cannot begin before another has ended, for anybody who walks both.

    There must be a way between them on which no stage can be skipped by routes that are chosen elsewhere, nor is left out of a walk.
    """
    after = {other for other in stages if name in before(stages, other)}
    certain = {one for one in after if all(before_it in after | {name} or not stages[before_it].routes for before_it in stages[one].after)}
    walked = {tuple(member.walks) for member in _members(scenario) if member.walks} | {tuple(stages)}
    return all(_leads(stages, name, later, certain & set(walk)) for walk in walked if name in walk and later in walk)


def _leads(stages: dict[str, Stage], name: str, later: str, through: set[str]) -> bool:
    """Whether a way leads from one stage to a later one through some of the others, the later one among them."""
    reached = {name}
    while new := {one for one in through - reached if reached & set(stages[one].after)}:
        reached |= new
    return later in reached - {name}


def _members(scenario: Scenario) -> list[Member]:
    portfolio = scenario.portfolio
    return [*portfolio.projects.values(), *portfolio.cohorts.values(), *scenario.intake.values()]


def _whole_problems(scenario: Scenario, path: str, stage: Stage) -> Iterator[Problem]:
    """Probabilities of routes that all may take, on each date from which on one of them changes."""
    shares = [route.probability or 0.0 for route in stage.routes.values() if route.when == Where()]
    days = {days_since_start(scenario, instant) for share in shares for instant in dates_of(share)}
    whole = max(math.fsum(value_on(scenario, share, day, 0.0) for share in shares) for day in {Fraction(0), *days})
    if whole > 1 + 1e-9:
        yield Problem("shares", path=f"{path}.routes", found=f"{100 * whole:g}%", allowed="≤ 100%")
    if stage.otherwise is not None and not stage.routes:
        yield Problem("route", path=f"{path}.otherwise", found="routes: {}", allowed="routes: {…: {probability: 30%}}")


def _otherwise_problems(path: str, stages: dict[str, Stage], name: str, otherwise: str, known: frozenset[str]) -> Iterator[Problem]:
    """What is done if no route is taken follows the stage."""
    yield from unknown("unknown-stage", f"{path}.otherwise", otherwise, known)
    if otherwise in stages and name not in stages[otherwise].after:
        allowed = ", ".join(other for other, stage in stages.items() if name in stage.after)
        yield Problem("route", path=f"{path}.otherwise", found=otherwise, allowed=allowed or "the name of a stage")


def where_problems(path: str, where: Where, scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Values that nobody has."""
    portfolio = scenario.portfolio
    shared: list[Cohort | Stream] = [*portfolio.cohorts.values(), *scenario.intake.values()]
    members: list[Member] = [*portfolio.projects.values(), *shared]
    sectors = {project.sector for project in portfolio.projects.values()} | {
        sector for one in shared for sector in one.sectors or ("general",)
    }
    known = {
        "sector": sectors,
        "list": declared.names("portfolio", "lists") | set(portfolio.lists),
        "level": {member.level for member in members if member.level},
        "district": {member.district for member in members if member.district},
        "region": {member.region for member in members if member.region},
        "flag": {flag for member in [*portfolio.projects.values(), *shared] for flag in member.flags},
        "unit": {member.unit for member in members if member.unit},
        "name": declared.owners() | set(portfolio.projects) | set(portfolio.cohorts) | set(scenario.intake) | set(scenario.land.batches),
    }
    for key, values in known.items():
        for index, value in enumerate(getattr(where, key)):
            yield from unknown("unknown-value", f"{path}.{key}.{index}", value, values)
