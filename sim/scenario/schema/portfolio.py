"""What is to be built, who arrives, where: lists, projects, cohorts, streams, districts, land."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.parts import Course, Frozen, Kind
from sim.scenario.values.distributions import MoneyDistribution, NumberDistribution, ShareDistribution
from sim.scenario.values.quantities import Amount, Area, Count, Duration, Instant, Money, Rate, Share, Words

Rest = Literal["rest"]


class PlannedList(Frozen):
    """A published list of projects with its totals; `rest` in one of its cohorts is what its other members leave."""

    title: Words | None = None
    count: Count | None = None
    total: Money | None = None
    plan: Money | None = None


class Member(Frozen):
    """What listed projects, cohorts and streams have in common."""

    title: Words | None = None
    list: str | None = None
    kind: Kind = "new"
    level: str | None = None
    district: str | None = None
    unit: str | None = None
    region: str | None = None
    """Where its investor comes from."""
    funding: dict[str, Share] = {}
    """Stock of money -> the part of the site spending that must come from it, month by month; the rest is never short."""
    walks: tuple[str, ...] | None = None
    """The stages that it walks; None: all of `workflow`. A stage not walked is as if it were not there."""
    at: str | dict[str, Share] | None = None
    """The stage where it stands at the start (what leads there is done), or the shares of a cohort by stage; None: at the first."""
    done: tuple[str, ...] = ()
    """Stages beside the way to `at` that are done already."""
    planned_start: Instant | Duration | None = None
    """Planned start of the spending stage: a date, or a time after joining."""
    dropout: dict[str, Share] = {}
    """Probability to leave at a stage, in place of the stage's own."""
    priority: Annotated[int, Field(ge=0, le=99)] = 9
    """Rank in every queue; lower goes first."""


class Project(Member):
    """One project, listed by name."""

    at: str | None = None
    sector: str = "general"
    flags: tuple[str, ...] = ()
    """What else it is: high-tech, of a top-500 firm, ..."""
    total: Money = 0
    invested: Money = 0
    plan: Money = 0
    land: Area | None = None
    """Land need; by default the total times `assumptions.land_per_bn_yuan`."""
    joins: Instant | None = None
    """When it joins the year's list (arrives); None: it is there at the start."""


class SectorShare(Frozen):
    """A sector's part of a cohort."""

    count: Share
    total: Share


class Cohort(Member):
    """Projects known by their totals only; drawn anew in each replication so that every stated total holds exactly."""

    count: Count | Rest
    total: Money | Rest
    plan: Money | Rest | None = None
    plan_share: Share | None = None
    """In place of `plan`: the year's plan as a share of total investment, times the part of the year left at joining, 30 days at least."""
    plan_spread: Annotated[float, Field(ge=0, le=3)] = 0.0
    """Log-sd of the members' plan shares of what is left to invest, around their common level."""
    size: MoneyDistribution | None = None
    """Relative sizes with their bounds; scaled to the total. None: all equal."""
    sectors: dict[str, SectorShare] = {}
    flags: dict[str, Share] = {}
    """The part of the projects that has a flag."""
    invested_share: ShareDistribution | None = None
    """Part of the total investment spent before the start."""
    joins: Instant | dict[Instant, Share] | None = None


class District(Frozen):
    """A part of the city that attracts projects for itself and has pools of its own."""

    title: Words | None = None
    appeal: Annotated[float, Field(gt=0, le=1_000)] = 1.0
    """How attractive it is by its policy and all else, against 1."""
    pools: dict[str, str] = {}
    """Pool that a stage names -> the district's own pool in its place."""


class Offers(Frozen):
    """What those who choose a district look at, as of the last month's end. A multinomial logit (McFadden 1974) on the logs: the odds of
    a district are its appeal x (1 + ready land / enough) / (1 + requests that wait / many)."""

    stock: str | None = None
    """The pool, as stages name it, whose level counts."""
    enough: Amount | None = None
    """The level that makes a district twice as attractive as none."""
    queue: str | None = None
    """The stage whose waiting requests count."""
    many: Annotated[float, Field(gt=0)] | None = None
    """The number of them that halves it."""


class Friction(Frozen):
    """Several districts of the city bid for the same project, which takes its time and may go elsewhere."""

    stage: str
    """Where they negotiate."""
    bidders: NumberDistribution
    """To the nearest whole number; one bids alone."""
    slower: Share = 0.0
    """What each further bidder adds to the duration."""
    dropout: Share = 0.0
    """What each further bidder adds to the odds of leaving."""


class Stream(Member):
    """Projects that arrive by chance (a Poisson process whose rate may change in time, singly or in batches) or on given dates."""

    at: str | None = None
    rate: Course[Rate] = 0.0
    """Arrivals a day; by date: from each date on, none before the first."""
    monthly: Annotated[tuple[Annotated[float, Field(ge=0, le=100)], ...], Field(min_length=12, max_length=12)] | None = None
    """Factors on the rate, January to December."""
    batch: NumberDistribution | None = None
    """Projects that arrive together, to the nearest whole number; None: one."""
    dates: dict[Instant, Count] = {}
    """Projects that arrive on given dates (a signing conference), beside those of the rate."""
    total: MoneyDistribution | None = None
    """Total investment of each; None: nothing."""
    sectors: dict[str, Share] = {}
    """Shares of the sectors."""
    flags: dict[str, Share] = {}
    """The part of the projects that has a flag."""
    friction: Friction | None = None
    chooses: tuple[str, ...] = ()
    """Districts among which each project chooses when it arrives."""
    plan_share: Share = 0.0
    """Its first year's plan as a share of the total, times the part of the calendar year left at the planned start, 30 days at least."""


class LandBatch(Frozen):
    """Land that is acquired and serviced together, in equal lots."""

    title: Words | None = None
    area: Area
    lots: Annotated[int, Field(ge=1, le=10_000)] = 1
    district: str | None = None
    joins: Instant | dict[Instant, Share] | None = None
    at: str | None = None
    """The land stage where it stands at the start."""
    priority: Annotated[int, Field(ge=0, le=99)] = 9


class Portfolio(Frozen):
    """What is to be built."""

    ledger: str | None = None
    """A CSV file beside the scenario with one listed project a row."""
    lists: dict[str, PlannedList] = {}
    projects: dict[str, Project] = {}
    cohorts: dict[str, Cohort] = {}
