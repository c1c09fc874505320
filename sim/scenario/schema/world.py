"""Supervision, mishaps, and how the world is: assumptions held fixed and priors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.parts import Course, Frozen, Where
from sim.scenario.values.distributions import AnyDistribution, Days, DaysDistribution, ShareDistribution
from sim.scenario.values.quantities import Area, Count, Instant, Lag, Money, Number, Share, Words


class Push(Frozen):
    """Projects of an area that lags are driven on."""

    gain: Course[Share]
    """Extra pace for each part that is missing: 50% of a shortfall of 20% is 10% more pace."""
    at_most: Course[Share]
    decay: Share = 1.0
    """Part of the extra pace that is lost from one review to the next unless it is renewed."""
    task_forces: Course[Count] | None = None
    """Projects that can be pushed at a time, those with most of their year's money left first; None: all. By date, as the others: none
    before the first."""


class ProblemList(Frozen):
    """Requests that have waited too long go before all others."""

    size: Course[Count]
    """How many are taken up at a review."""
    after: Course[Days]
    """Days waited from which on a request is a problem; by date: 0 before the first."""
    stages: tuple[str, ...] = ()
    """Of these stages; empty: of all."""


class Review(Frozen):
    """At every month's end each area's reported investment is held against the reference curve, both of the last month that is known."""

    by: Literal["city", "district"] = "city"
    push: Push | None = None
    problem_list: ProblemList | None = None


class Risk(Frozen):
    """An event that may come once: while it lasts, sites work at another pace."""

    title: Words | None = None
    probability: Share
    begins: tuple[Instant, Instant]
    """It begins on a day between these two, each as likely."""
    duration: DaysDistribution
    pace: Share = 0.0
    """The part of their pace that sites keep."""
    hits: Where = Where()


class Effort(Frozen):
    """Sites that work harder, or less hard, for a time: a leader's visit, a task force, subsidies that are paid late."""

    title: Words | None = None
    pace: Course[Share] = 1.0
    """Factor on the pace of the sites meant; 1 before the first date."""
    hits: Where = Where()


class BeforeStart(Frozen):
    """Spending of a new start before it starts (land, design, prepayment)."""

    share: Share
    until: Days
    """Days after the planned start at which it has all been spent."""


class Curve(Frozen):
    """S-curve F(x) = 1 - (1 - x^a)^b (Kumaraswamy 1980) of spending over the fraction of work done."""

    a: Annotated[float, Field(ge=0.1, le=20)]
    b: Annotated[float, Field(ge=0.1, le=20)]


class Reporting(Frozen):
    """When work becomes known and counts."""

    delay: Course[Lag]
    """Days, or whole months, after the month's end at which its report is known; by date: of the months that end from then on."""
    work_before_entry: Literal["counted", "lost"]


class LastYear(Frozen):
    """The city's own year before."""

    investment: Money | None = None
    completion: Share | None = None


class Assumptions(Frozen):
    """How the world is: values held fixed in a run."""

    last_year: LastYear = LastYear()
    land_per_bn_yuan: Area | None = None
    before_start: BeforeStart | None = None
    curves: dict[str, Curve] = {}
    """By sector; `default` for the others. None given: spending in step with work."""
    reporting: Reporting | None = None
    reference_exponent: Annotated[float, Field(gt=0, le=5)] | None = None
    """The reference curve: cumulative share of the year (month/12)^exponent."""


class Completion(Frozen):
    """Prior of the realised completion of annual plans: log-normal over cities, drawn towards the city's own last year."""

    log_mean: Number
    log_sd: Annotated[float, Field(gt=0, le=2)]
    persistence: Annotated[float, Field(ge=0, lt=1)]
    """Correlation of a city's log completion from year to year."""
    sector_log_sd: Annotated[float, Field(ge=0, le=2)]
    project_log_sd: Annotated[float, Field(ge=0, le=2)]


class FaiPrior(Frozen):
    """Growth of fixed-asset investment: key_share x pass_through x growth of key projects + (1 - key_share) x growth of the rest."""

    key_share: ShareDistribution
    pass_through: ShareDistribution
    rest_growth: ShareDistribution
    correlation: Annotated[float, Field(gt=-1, lt=1)]
    """Between the rest's growth and the city's completion (normal scores)."""


class Uncertain(Frozen):
    """Priors: drawn once per replication."""

    completion: Completion | None = None
    fai: FaiPrior | None = None
    risks: dict[str, Risk] = {}
    parameters: dict[str, AnyDistribution] = {}
    """Dotted path of a number of this scenario -> its prior."""
