"""Whether answers fit together: the scenario's own checks judge what was written of them, and what they find is told of the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from sim.errors import InputError, Language, Problem
from sim.scenario.loading import load
from sim.scenario.starting.answers import Answer, money_text

BN_YUAN = re.compile(r"(\d+(?:\.\d+)?) bn yuan")
PROJECTS = re.compile(r"(\d+) projects")


@dataclass(frozen=True)
class Concern:
    """Which answers a place of the scenario comes from: the one to point at first; how what is found and allowed comes from answers."""

    path: str
    keys: tuple[str, ...]
    found: str = ""
    allowed: str = ""


CONTINUING, NEW, LATER = "portfolio.cohorts.continuing", "portfolio.cohorts.new", "portfolio.cohorts.later"
CONCERNS = (
    Concern("run", ("year",)),
    Concern("calendars", ("year",)),
    Concern("goals.investment", ("goal.investment", "list.plan"), "goal.investment : list.plan"),
    Concern("goals.projects", ("goal.projects", "list.count", "later.count"), allowed="list.count + later.count"),
    Concern("goals.fai.metric", ("last_year.investment", "goal.fai_growth")),
    Concern("goals.fai", ("goal.fai_growth",)),
    Concern("portfolio.lists.year.count", ("new.count", "list.count"), allowed="list.count"),
    Concern("portfolio.lists.year.total", ("new.total", "list.total"), allowed="list.total"),
    Concern("portfolio.lists.year.plan", ("new.plan", "list.plan"), allowed="list.plan"),
    Concern(f"{CONTINUING}.plan", ("list.plan", "list.total", "new.plan", "new.total"), "list.plan - new.plan", "list.total - new.total"),
    Concern(CONTINUING, ("list.total", "list.count", "new.total", "new.count"), allowed="list.total - new.total"),
    Concern(f"{NEW}.planned_start", ("new.start",)),
    Concern(f"{NEW}.plan", ("new.plan", "new.total"), allowed="new.total"),
    Concern(f"{NEW}.count", ("new.count",)),
    Concern(NEW, ("new.total", "new.count"), "new.total / new.count"),
    Concern(f"{LATER}.count", ("later.count",)),
    Concern(LATER, ("later.mean",)),
    Concern("portfolio", ("list.count", "list.total", "later.count", "later.mean")),
    Concern("assumptions.last_year.investment", ("last_year.investment",)),
    Concern("assumptions.last_year", ("last_year.completion",)),
    Concern("pools.permit_desk", ("desks",)),
    Concern("pools.ready_land.tranches", ("land.monthly",)),
    Concern("pools.ready_land", ("land.ready",)),
)
"""Of two that hold for a path, the first counts."""


@dataclass(frozen=True)
class Misfit:
    """What does not fit, told at the answer that is pointed at, and the keys of all answers that it comes from."""

    problem: Problem
    keys: tuple[str, ...]


def misfits(path: Path, answers: Mapping[str, Answer], lang: Language) -> list[Misfit]:
    """What is wrong, or doubtful, with the scenario written at `path` of these answers, its figures as the language writes them.

    Raises InputError if no answer is to blame.
    """
    try:
        problems = load(path).warnings
    except InputError as fault:
        problems = fault.problems
    found = [_told(problem, answers, lang) for problem in problems]
    strangers = [problem for problem, misfit in zip(problems, found, strict=True) if misfit is None]
    if strangers:
        raise InputError(strangers)
    return [misfit for misfit in found if misfit is not None]


def _told(problem: Problem, answers: Mapping[str, Answer], lang: Language) -> Misfit | None:
    """A problem of the scenario as one of the answers, None where none of them is to blame."""
    path = problem.path.partition(" ")[0]
    concern = next((one for one in CONCERNS if f"{path}.".startswith(f"{one.path}.")), None)
    keys = tuple(key for key in concern.keys if key in answers) if concern else ()
    if concern is None or not keys:
        return None
    told = replace(
        problem,
        place=answers[keys[0]].place,
        path=keys[0],
        found=_noted(_spelt(problem.found.removesuffix(" + rest"), lang), concern.found, answers),
        allowed=_noted(_spelt(problem.allowed, lang), concern.allowed, answers),
        suggestion="" if problem.suggestion.startswith("portfolio.") else _spelt(problem.suggestion, lang),
        severity="error",
    )
    return Misfit(told, keys)


def _noted(text: str, note: str, answers: Mapping[str, Answer]) -> str:
    """A figure with the answers that it comes from, those that were given."""
    if not (text and note):
        return text
    first, *rest = note.split()
    note = note if not rest or rest[-1] in answers else first
    return f"{text} ({note})"


def _spelt(text: str, lang: Language) -> str:
    """The figures of a message as the language writes them."""
    if lang == "en":
        return text
    text = BN_YUAN.sub(lambda match: money_text(int(Fraction(match.group(1)) * 10**9), lang), text)
    return PROJECTS.sub(r"\1个", text)
