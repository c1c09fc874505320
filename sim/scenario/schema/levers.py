"""Levers: what the city can do, as changes of numbers of its scenario from a date on; their effects are assumptions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from sim.scenario.schema.parts import Frozen, Where
from sim.scenario.values.quantities import Days, Instant, Money, Share, Words

Theme = Literal["attraction", "approval", "land", "money", "supervision"]


class Change(Frozen):
    """What a lever of size 1 does to the value at a path: one of the three."""

    set: Any = None
    """The value in its place. Of size 1 only."""
    add: Any = None
    """So much more, by size: at size 2 twice as much."""
    times: Share | None = None
    """So many times as much; at size 2 the square of it, at size one half its root."""
    without: Any = None
    """With `set`, of a lever in force: the value without it."""


class Cost(Frozen):
    """What a lever of size 1 costs; in proportion to its size."""

    once: Money = 0
    a_year: Money = 0
    """For each year in which it is in force."""


class Moves(Frozen):
    """The metric that a lever is meant to move, named as a goal names its own, and the way it moves it."""

    direction: Literal["up", "down"]
    metric: str
    """See `metrics.METRICS`."""
    basis: Literal["completed", "reported", "counted"] = "completed"
    milestone: str | None = None
    of: str | None = None
    stage: str | None = None
    pool: str | None = None
    where: Where = Where()
    by: Instant | None = None


class Lever(Frozen):
    """A measure that the city can take or drop."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True, populate_by_name=True)

    title: Words | None = None
    theme: Theme
    status: Literal["proposed", "in_force"] = "proposed"
    """In force: its effect is inside the scenario's numbers already, at size 1."""
    sources: tuple[str, ...] = ()
    """The facts that name the measure: `document/fact`."""
    owner: Words | None = None
    """Who can take it."""
    since: Annotated[Instant | None, Field(alias="from")] = None
    """The date from which on it works; None: from the start."""
    ramp: Days = 0.0
    """Days from then until it works in full: week by week more."""
    size: Annotated[float, Field(gt=0, le=100)] = 1.0
    largest: Annotated[float, Field(gt=0, le=100)] = 2.0
    """The largest size that can be taken."""
    cost: Cost = Cost()
    group: str | None = None
    """Of the levers of one group only one can be taken."""
    requires: tuple[str, ...] = ()
    """Levers without which this one does nothing."""
    moves: Moves | None = None
    change: Annotated[dict[str, Change], Field(min_length=1)]
    """Dotted path of a value, `*` for every name there -> what happens to it."""
