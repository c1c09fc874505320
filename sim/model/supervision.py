"""Supervision and mishaps: what the month's end decides, when reports are known, what may hold sites up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from sim.calendar import NEVER, PPM
from sim.model import rules
from sim.model.arrays import Effort, Integers, Network, Review, Risk, Timeline
from sim.model.members import owners_of
from sim.model.network import who_is
from sim.model.time import event_tick, steps_of
from sim.scenario import schema
from sim.scenario.values.quantities import Lag

Value = TypeVar("Value")
PRO_RATA = 1.0
"""Exponent of the reference curve where the scenario gives none: a twelfth a month."""


def known_ticks(delay: schema.Course[Lag], timeline: Timeline) -> Integers:
    """(month,) ticks at which each month's report is known: so many days after its end, or at the end of a later month.

    A report is never known before that of the month before.
    """
    ends, steps = timeline.month_ends.tolist(), steps_of(delay, Lag(), timeline)
    known = []
    for month, end in enumerate(ends):
        lag = rules.in_force(steps, end)
        later = month + lag.months
        known.append((ends[later] if later < len(ends) else NEVER) if lag.months else end + round(lag.days * timeline.ticks_per_day))
    return np.maximum.accumulate(np.array(known, dtype=np.int64))


def compile_review(scenario: schema.Scenario, network: Network, timeline: Timeline) -> Review | None:
    """The month-end review, None where the scenario has none."""
    review = scenario.review
    if review is None:
        return None
    owners = owners_of(scenario)
    districts = [getattr(owner, "district", None) or "" if review.by == "district" else "" for owner in owners.values()]
    areas = tuple(dict.fromkeys(districts)) or ("",)
    push, problems = review.push, review.problem_list
    exponent = scenario.assumptions.reference_exponent or PRO_RATA
    return Review(
        areas=areas,
        area=np.array([areas.index(district) for district in districts], dtype=np.int64),
        reference=np.minimum(np.arange(1, len(timeline.month_ends) + 1) / 12, 1.0) ** exponent,
        gain=by_month(push.gain if push else 0.0, 0.0, timeline),
        at_most=tuple(round(share * PPM) for share in by_month(push.at_most if push else 0.0, 0.0, timeline)),
        decay=push.decay if push else 1.0,
        task_forces=by_month(-1 if push is None or push.task_forces is None else push.task_forces, 0, timeline),
        list_size=by_month(problems.size if problems else 0, 0, timeline),
        list_after=tuple(round(days * timeline.ticks_per_day) for days in by_month(problems.after if problems else 0.0, 0.0, timeline)),
        list_stages=np.array([problems is not None and (not problems.stages or name in problems.stages) for name in network.names]),
    )


def by_month(course: schema.Course[Value], before: Value, timeline: Timeline) -> tuple[Value, ...]:
    """(month,) what holds at each month's end."""
    steps = steps_of(course, before, timeline)
    return tuple(rules.in_force(steps, end) for end in timeline.month_ends.tolist())


def compile_risk(name: str, risk: schema.Risk, scenario: schema.Scenario, timeline: Timeline, sectors: Sequence[str]) -> Risk:
    """A risk with who is hit."""
    first, last = (event_tick(instant, timeline) for instant in risk.begins)
    return Risk(name, risk.probability, first, last, risk.duration, round(risk.pace * PPM), who_is(risk.hits, scenario, sectors))


def compile_effort(effort: schema.Effort, scenario: schema.Scenario, timeline: Timeline, sectors: Sequence[str]) -> Effort:
    """An effort with its paces by tick and who is meant."""
    steps = tuple((tick, round(pace * PPM)) for tick, pace in steps_of(effort.pace, 1.0, timeline))
    return Effort(steps, who_is(effort.hits, scenario, sectors))
