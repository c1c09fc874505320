"""The workflow: precedence, spending, durations, milestones, calendars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.errors import Problem
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.schema import Scenario, Stage


def workflow_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """All faults of the workflows and of the calendars that they use."""
    for block, stages in scenario.workflows.items():
        known = declared.names(*block.split(".")) | set(stages)
        for name, stage in stages.items():
            for index, before in enumerate(stage.after):
                yield from unknown("unknown-stage", f"{block}.{name}.after.{index}", before, known)
            yield from _stage_problems(scenario, declared, f"{block}.{name}", stage)
        yield from _cycle_problems(block, stages)
    for name in set(scenario.workflow) & set(scenario.land.workflow):
        yield Problem("name", path=f"land.workflow.{name}", found=name, allowed=f"≠ workflow.{name}")
    yield from _spending_problems(scenario)
    yield from _milestone_problems(scenario)
    yield from _calendar_problems(scenario)


def _stage_problems(scenario: Scenario, declared: Declared, path: str, stage: Stage) -> Iterator[Problem]:
    calendars = declared.names("calendars") | set(scenario.calendars) | {"plain"}
    yield from unknown("unknown-calendar", f"{path}.calendar", stage.calendar, calendars)
    yield from probability_problems(f"{path}.dropout", stage.dropout)
    if stage.spends and stage.duration is not None:
        yield Problem(
            "duration", path=f"{path}.duration", found="duration, spends: true", allowed="a stage has either a duration or spends"
        )
    yield from _waiting_problems(path, stage)
    calendar = scenario.calendars.get(stage.calendar)
    known = calendar is not None or stage.calendar == "plain"
    if stage.duration and stage.duration.working and known and (calendar is None or calendar.days != "working days"):
        suggestion = next((f"{path}.calendar: {key}" for key, other in scenario.calendars.items() if other.days == "working days"), "")
        yield Problem(
            "working-days",
            path=f"{path}.duration",
            found=f"calendar: {stage.calendar}",
            allowed="days: working days",
            suggestion=suggestion,
        )


def _waiting_problems(path: str, stage: Stage) -> Iterator[Problem]:
    """Patience on a calendar that does not run while one waits, or with nothing to wait for."""
    if stage.patience and stage.patience.working:
        allowed = "days as they come, not working days"
        yield Problem("working-days", path=f"{path}.patience", found="working days", allowed=allowed)
    for key in ("patience", "waiting_room"):
        if getattr(stage, key) is not None and not stage.needs:
            yield Problem("need", path=f"{path}.{key}", found="needs: {}", allowed="needs: {permit_desk: 1}")


def probability_problems(path: str, share: float) -> Iterator[Problem]:
    """A probability, or a part of a whole, above 1."""
    if share > 1:
        yield Problem("range", path=path, found=f"{share:g}", allowed="0% … 100%", suggestion=f"{share:g}%")


def _cycle_problems(block: str, stages: Mapping[str, Stage]) -> Iterator[Problem]:
    """Each circle once, named from its first stage in the file."""
    told: set[str] = set()
    for name in stages:
        circle = _circle(stages, name)
        if circle and not told & set(circle):
            told |= set(circle)
            yield Problem("cycle", path=f"{block}.{name}.after", found=" → ".join((*circle, name)))


def _circle(stages: Mapping[str, Stage], start: str) -> list[str]:
    """The shortest way from a stage through those that come after it back to itself; empty if there is none."""
    successors: dict[str, list[str]] = {name: [] for name in stages}
    for name, stage in stages.items():
        for before in stage.after:
            successors.get(before, []).append(name)
    came_from: dict[str, str] = {}
    front = [start]
    while front and start not in came_from:
        reached = [(after, before) for before in front for after in successors[before] if after not in came_from]
        came_from |= dict(reversed(reached))
        front = list(dict.fromkeys(after for after, _ in reached))
    if start not in came_from:
        return []
    way = [came_from[start]]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _spending_problems(scenario: Scenario) -> Iterator[Problem]:
    """One stage spends the projects' money; plans without it mean nothing."""
    spending = [f"workflow.{name}" for name, stage in scenario.workflow.items() if stage.spends]
    of_land = [f"land.workflow.{name}" for name, stage in scenario.land.workflow.items() if stage.spends]
    for path in [*spending[1:], *of_land]:
        yield Problem("spending", path=f"{path}.spends", found=", ".join([*spending, *of_land]), allowed="one stage with spends: true")
    portfolio = scenario.portfolio
    planned = [f"portfolio.projects.{name}.plan" for name, project in portfolio.projects.items() if project.plan]
    planned += [f"portfolio.cohorts.{name}.plan" for name, cohort in portfolio.cohorts.items() if cohort.plan]
    if planned and scenario.workflow and not spending:
        yield Problem("spending", path=planned[0], found="spends: false", allowed="one stage with spends: true", severity="warning")


def _milestone_problems(scenario: Scenario) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for block, stages in scenario.workflows.items():
        for name, stage in stages.items():
            if stage.milestone and first.setdefault(stage.milestone, name) != name:
                yield Problem("milestone", path=f"{block}.{name}.milestone", found=f"{stage.milestone}: {first[stage.milestone]}, {name}")


def _calendar_problems(scenario: Scenario) -> Iterator[Problem]:
    """Calendars on which nobody ever works, and a Spring Festival that stops before it slows."""
    for name, calendar in scenario.calendars.items():
        if calendar.monthly is not None and not any(calendar.monthly):
            yield Problem("calendar", path=f"calendars.{name}.monthly", found="0, 0, …", allowed="> 0")
        festival = calendar.spring_festival
        if festival and festival.stops <= festival.slows:
            path = f"calendars.{name}.spring_festival.stops"
            yield Problem("calendar", path=path, found=f"slows: {festival.slows}, stops: {festival.stops}", allowed="slows < stops ≤ 0")
