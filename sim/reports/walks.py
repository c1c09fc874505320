"""What became of the projects of one replication, in days since the start: what a picture of their ways shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.analysis.figures import Gantt, Span, Walk
from sim.errors import Language
from sim.reports.wording import named, say
from sim.results.record import Record
from sim.scenario.schema import Scenario

MOST_ROWS = 40


def gantt_of(record: Record, scenario: Scenario, replication: int, lang: Language, owners: Sequence[str] = ()) -> Gantt:
    """The ways of one replication's projects, of all or of some owners (a listed project, a cohort, a stream), at most 40 of them.

    Raises KeyError where the record does not hold the replication, or there is no such owner.
    """
    if replication not in record.replications:
        raise KeyError(replication)
    entities, visits = record.entities, record.visits
    if unknown := set(owners) - set(entities.owner):
        raise KeyError(", ".join(sorted(unknown)))
    chosen = [
        number for number in np.flatnonzero(entities.replication == replication).tolist() if not owners or entities.owner[number] in owners
    ][:MOST_ROWS]
    titles = [named(scenario.stages[name].title, name, lang) for name in record.stages]
    walked = {number: np.flatnonzero(visits.entity == number).tolist() for number in chosen}
    used = {int(visits.stage[row]) for rows in walked.values() for row in rows}
    days = max((_day(record, int(visits.until[row])) for rows in walked.values() for row in rows), default=0.0)
    members = {**scenario.portfolio.projects, **scenario.portfolio.cohorts, **scenario.intake}
    walks = []
    for number in chosen:
        name, owner = entities.name[number], entities.owner[number]
        title = named(members[owner].title, owner, lang) + name.removeprefix(owner) if owner in members else name
        walks.append(Walk(title, [_span(record, row, titles) for row in walked[number]]))
    heading = say(lang, f"Projects of replication {replication}", f"第{replication}次模拟的项目")
    return Gantt(heading, tuple(title for number, title in enumerate(titles) if number in used), _marks(record, days), days, walks)


def _span(record: Record, row: int, titles: Sequence[str]) -> Span:
    """One visit of a stage; what has not happened stands at its end."""
    visits = record.visits
    until = int(visits.until[row])
    ticks = [int(column[row]) for column in (visits.ready, visits.requested, visits.began, visits.ended)]
    return Span(titles[int(visits.stage[row])], *(_day(record, tick if tick >= 0 else until) for tick in ticks))


def _day(record: Record, tick: int) -> float:
    return tick / record.ticks_per_day


def _marks(record: Record, days: float) -> list[tuple[float, str]]:
    """Every third month's first day, or every hundredth day where there are no dates."""
    if record.start is None:
        return [(float(day), str(day)) for day in range(0, int(days) + 1, 100)]
    first = np.datetime64(record.start, "M")
    months = [first + np.timedelta64(step, "M") for step in range(0, int(days // 28) + 1, 3)]
    places = [(float((month.astype("datetime64[D]") - np.datetime64(record.start)).astype(int)), str(month)) for month in months]
    return [(place, name) for place, name in places if 0 <= place <= days]
