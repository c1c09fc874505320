"""Stages, what they need and yield, the ways on from them, pools and calendars."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.parts import Course, Frozen, Where
from sim.scenario.schema.portfolio import LandBatch
from sim.scenario.values.distributions import Days, DaysDistribution, NumberDistribution
from sim.scenario.values.quantities import Amount, Count, Instant, Money, Rate, Share, Words


class Need(Frozen):
    """What a stage needs of a pool, where an amount alone does not say it."""

    amount: Amount | None = None
    per_mu: Amount | None = None
    """Times the entity's land."""
    until: str | None = None
    """Servers: held until the end of that stage, in place of this one's."""
    returns: bool = False
    """Stock: comes back when the stage is to be done again."""


class Yield(Frozen):
    """What a stage puts into a stock when it ends in success."""

    amount: Amount | None = None
    per_mu: Amount | None = None
    """Times the entity's land."""
    share: Share = 1.0
    """The part of it that goes to this stock."""
    delay: Days = 0.0
    """Days after the stage's end."""


class BySize(Frozen):
    """Larger projects leave more often: the odds of leaving grow as a power of the total investment."""

    reference: Money
    """The total at which the probability is as stated."""
    slope: Annotated[float, Field(ge=-5, le=5)]
    """The power: at 0.5 a project four times as large has twice the odds."""


class Route(Frozen):
    """A way on from the end of a stage."""

    probability: Course[Share] | None = None
    """None: taken by all that `when` lets through. By date: 0 before the first."""
    when: Where = Where()


class Stage(Frozen):
    """A step of the workflow: wait for predecessors, then date or window, then pools, take time, release, end."""

    title: Words | None = None
    after: tuple[str, ...] = ()
    not_before: Literal["planned_start"] | None = None
    window: tuple[Instant, ...] = ()
    """Dates on which the stage can be passed; empty: always."""
    needs: dict[str, Amount | Literal["land"] | Need] = {}
    """Pool -> servers held for the stage, or amount of stock consumed (`land`: the project's land need)."""
    produces: dict[str, Amount | Literal["land"] | Yield] = {}
    """Stock -> what the stage puts into it when it ends in success."""
    patience: DaysDistribution | None = None
    """Days after its request at which a project that still waits leaves for good; zero: it does not wait at all."""
    waiting_room: Count | None = None
    """Requests of this stage that may wait; those beyond leave, the last in rank first."""
    duration: DaysDistribution | None = None
    spends: bool = False
    """Whether this stage spends the project's money along its S-curve; its duration then follows from the plan."""
    duration_times: Course[Share] = 1.0
    """Factor on durations, by the date on which they begin; 1 before the first."""
    calendar: str = "plain"
    dropout: Share = 0.0
    dropout_times: Course[Share] = 1.0
    """Factor on the probability to leave, by the date on which the stage ends; 1 before the first."""
    dropout_by_size: BySize | None = None
    routes: dict[str, Route] = {}
    """Where it goes on from here, looked at in turn: one of the stages after this one (the others named are skipped), or one before it or
    itself, which with all that follows is then done again."""
    otherwise: str | None = None
    """The stage, of those after this one, if no route is taken; None: all that no route names."""
    rework_at_most: Annotated[int, Field(ge=1, le=100_000)] = 1
    """Times that a project can be sent back from here."""
    milestone: str | None = None
    """What a project has reached when the stage ends; `entered` is the entry into the statistics base."""


class Servers(Frozen):
    """Identical units, held and returned."""

    title: Words | None = None
    kind: Literal["servers"]
    capacity: Course[Count]
    """By date: none before the first. Servers at work when it falls finish first."""
    passing: bool = False
    """Whether a later request may pass one that waits for this pool."""


class Tranches(Frozen):
    """Scheduled inflow of a stock."""

    monthly: Course[Amount] | None = None
    """On the first day of each month after the start. By date: nothing before the first."""
    dated: dict[Instant, Amount] = {}


class Flow(Frozen):
    """Random inflow of a stock: amounts that come by a Poisson process."""

    rate: Rate
    amount: Amount
    times: NumberDistribution | None = None
    """Factor on each amount."""


class Stock(Frozen):
    """An amount that is consumed."""

    title: Words | None = None
    kind: Literal["stock"]
    initial: Amount
    tranches: Tranches = Tranches()
    flow: Flow | None = None
    passing: bool = False


Pool = Annotated[Servers | Stock, Field(discriminator="kind")]


class Land(Frozen):
    """Land as a pipeline of its own: batches of it walk their own workflow, beside the projects."""

    workflow: dict[str, Stage] = {}
    batches: dict[str, LandBatch] = {}


class SpringFestival(Frozen):
    """Work rate around the lunar New Year (day 1): falls linearly from `slows` to zero at `stops`, resumes logistically after day 1."""

    slows: Annotated[int, Field(le=0)]
    stops: Annotated[int, Field(le=0)]
    midpoint: Annotated[float, Field(gt=0)]
    slope: Annotated[float, Field(gt=0)]


class Calendar(Frozen):
    """Rate of work by day: the product of its parts."""

    title: Words | None = None
    days: Literal["every day", "working days"] = "every day"
    monthly: Annotated[tuple[Annotated[float, Field(ge=0, le=10)], ...], Field(min_length=12, max_length=12)] | None = None
    spring_festival: SpringFestival | None = None
    times: Course[Share] = 1.0
    """Factor on the rate; 1 before the first date."""
