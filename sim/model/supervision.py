"""Supervision and mishaps: what the month's end decides, when reports are known, what may hold sites up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.calendar import NEVER, PPM
from sim.model.arrays import Integers, Network, Review, Risk, Timeline
from sim.model.members import owners_of
from sim.model.network import who_is
from sim.model.time import event_tick
from sim.scenario import schema
from sim.scenario.values.quantities import Lag

PRO_RATA = 1.0
"""Exponent of the reference curve where the scenario gives none: a twelfth a month."""


def known_ticks(delay: Lag, timeline: Timeline) -> Integers:
    """(month,) ticks at which each month's report is known: so many days after its end, or at the end of a later month."""
    ends = timeline.month_ends
    if delay.months:
        later = np.append(ends[delay.months :], np.full(min(delay.months, len(ends)), NEVER))
        return np.asarray(later, dtype=np.int64)
    return np.asarray(ends + round(delay.days * timeline.ticks_per_day))


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
        gain=push.gain if push else 0.0,
        at_most=round(push.at_most * PPM) if push else 0,
        decay=push.decay if push else 1.0,
        task_forces=-1 if push is None or push.task_forces is None else push.task_forces,
        list_size=problems.size if problems else 0,
        list_after=round(problems.after * timeline.ticks_per_day) if problems else 0,
        list_stages=np.array([problems is not None and (not problems.stages or name in problems.stages) for name in network.names]),
    )


def compile_risk(name: str, risk: schema.Risk, scenario: schema.Scenario, timeline: Timeline, sectors: Sequence[str]) -> Risk:
    """A risk with who is hit."""
    first, last = (event_tick(instant, timeline) for instant in risk.begins)
    return Risk(name, risk.probability, first, last, risk.duration, round(risk.pace * PPM), who_is(risk.hits, scenario, sectors))
