"""The ways of the projects of one replication through their stages, for a picture."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim.analysis.figures import Gantt, Span, Walk
from sim.errors import Language
from sim.model.arrays import Integers
from sim.reports.wording import named, say
from sim.results.record import Record
from sim.scenario.schema import Scenario

MOST = 25
"""Projects on one picture, the largest ones."""
MARKS = 4
"""Dates under the axis."""


def gantt_of(
    record: Record,
    scenario: Scenario,
    lang: Language,
    replication: int | None = None,
    most: int = MOST,
    among: Sequence[str] = (),
) -> Gantt:
    """The `most` largest projects of a replication (the first on record) and their visits of stages, by the date of the first.

    `among`: names of listed projects, cohorts and streams; without them all are looked at. Raises ValueError where that replication is
    not on record.
    """
    numbers, visits = record.replications.tolist(), record.visits
    number = numbers[0] if replication is None else replication
    theirs = np.flatnonzero(visits.row == numbers.index(number))
    titles = {name: stage.title[lang] if stage.title else name for name, stage in scenario.stages.items()}
    walks = []
    for entity in _largest(record, np.unique(visits.entity[theirs]), among)[:most]:
        spans = list(_spans(record, theirs[visits.entity[theirs] == entity], titles))
        walks.append((min(span.ready for span in spans), Walk(_called(record, scenario, entity, lang), spans)))
    seen = {span.stage for _, walk in walks for span in walk.spans}
    days = float(visits.until.max(initial=1)) / record.ticks_per_day
    return Gantt(
        title=say(lang, f"Replication {number}: the largest projects", f"第{number}次模拟：投资最大的项目"),
        stages=[title for name in record.stages if (title := titles.get(name, name)) in seen],
        marks=_marks(record.start, days),
        days=days,
        walks=[walk for _, walk in sorted(walks, key=lambda pair: pair[0])],
    )


def _largest(record: Record, walkers: Integers, among: Sequence[str]) -> list[int]:
    """Entities of these owners, the largest first."""
    ranked: list[int] = walkers[np.argsort(-record.entities.total[walkers], kind="stable")].tolist()
    return [entity for entity in ranked if not among or record.entities.owner[entity] in among]


def _called(record: Record, scenario: Scenario, entity: int, lang: Language) -> str:
    """A project's title, or that of its cohort or stream after its number there, which is never cut off."""
    owner, name = record.entities.owner[entity], record.entities.name[entity]
    every = {**scenario.portfolio.projects, **scenario.portfolio.cohorts, **scenario.intake}
    if owner not in every:
        return name
    return f"{name.removeprefix(owner)} {named(every[owner].title, owner, lang)}".strip()


def _spans(record: Record, rows: Integers, titles: dict[str, str]) -> Iterator[Span]:
    """The visits of a project in order of time, each in the first lane that is free."""
    visits, per_day = record.visits, record.ticks_per_day
    free: list[float] = []
    found = []
    for row in rows.tolist():
        over, name = int(visits.until[row]), record.stages[int(visits.stage[row])]
        happened = (int(tick) for tick in (visits.ready[row], visits.requested[row], visits.began[row]))
        ready, requested, began = (min(tick, over) if tick >= 0 else over for tick in happened)
        found.append(Span(titles.get(name, name), ready / per_day, requested / per_day, began / per_day, over / per_day))
    for span in sorted(found, key=lambda span: (span.ready, span.ended)):
        lane = next((number for number, until in enumerate(free) if until <= span.ready), len(free))
        free[lane : lane + 1] = [span.ended]
        yield replace(span, lane=lane)


def _marks(start: datetime.date | None, days: float) -> list[tuple[float, str]]:
    """Quarter ends, or a few days where there are no dates."""
    if start is None:
        return [(days * part / MARKS, f"{days * part / MARKS:g}") for part in range(MARKS + 1)]
    months = [(start.year + (start.month - 1 + month) // 12, (start.month - 1 + month) % 12 + 1) for month in range(int(days) // 28 + 1)]
    places = [((datetime.date(year, month, 1) - start).days, f"{year}-{month:02d}") for year, month in months]
    inside = [(float(place), word) for place, word in places if 0 <= place < days]
    return inside[:: max(1, -(-len(inside) // MARKS))]
