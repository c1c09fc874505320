"""The scenario language as data types: what a resolved scenario holds, after facts, overrides and units are read.

Every type is frozen. A default stands here and nowhere else. Faults that concern one value are found while it is read into
its type (``quantities``, ``distributions``); faults between values (an unknown stage, a cycle, a list that does not add up)
are found by ``checks``, so that one pass reports them all.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario.values.distributions import (
    AnyDistribution,
    Days,
    DaysDistribution,
    MoneyDistribution,
    NumberDistribution,
    ShareDistribution,
)
from sim.scenario.values.quantities import Amount, Area, Count, Duration, Instant, Lag, Money, Number, Rate, Share, Words

Basis = Literal["completed", "reported", "counted"]
Comparator = Literal[">=", ">", "<=", "<"]
Kind = Literal["continuing", "new", "reserve", "attracted"]
MetricName = Literal[
    "investment",
    "investment_growth",
    "fai_growth",
    "projects_implemented",
    "projects",
    "contract_value",
    "land_area",
    "rate",
    "largest_ten",
    "resumption",
    "waiting_time",
    "mean_wait",
    "share_waiting",
    "queue_length",
    "utilisation",
    "stock",
    "consumed",
]
"""See `metrics.METRICS`."""
Rest = Literal["rest"]


class Frozen(BaseModel):
    """A part of a scenario: read once, never changed, no key beyond those named."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Where(Frozen):
    """Which projects are meant: those that have one of the named values of every key given."""

    sector: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    list: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()
    """Projects that have any of these flags."""
    name: tuple[str, ...] = ()
    """Of a listed project, a cohort, a stream or a batch of land."""


class Goal(Frozen):
    """A statement on a metric, met or missed in each replication."""

    title: Words | None = None
    metric: MetricName
    basis: Basis = "completed"
    milestone: str | None = None
    """The milestone that is counted or summed (a stage names it)."""
    of: str | None = None
    """With ``rate``: the milestone to which those that have reached `milestone` are held."""
    stage: str | None = None
    """The stage whose waits are measured."""
    pool: str | None = None
    """The pool that is measured."""
    where: Where = Where()
    """Which projects it is about; all if not given."""
    comparator: Comparator = ">="
    value: Amount
    by: Instant | None = None
    """The deadline; the end of the horizon if not given. A date means the end of that day."""
    headline: bool = True
    """Whether the goal belongs to the joint probability."""
    restates: str | None = None
    """The goal that this one says again in other words: shown beside it, never counted again."""


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
    """In place of `plan`: the year's plan as a share of total investment, times the part of the year left at joining."""
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
    rate: Rate | dict[Instant, Rate] = 0.0
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
    """The year's plan as a share of the total, times the part of the year left at the planned start."""


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

    probability: Share | None = None
    """None: taken by all that `when` lets through."""
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
    duration_times: dict[Instant, Share] = {}
    """From a date on, the factor on durations that begin then."""
    calendar: str = "plain"
    dropout: Share = 0.0
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
    capacity: Count
    then: dict[Instant, Count] = {}
    """The capacity from a date on. Servers at work when it falls finish first."""
    passing: bool = False
    """Whether a later request may pass one that waits for this pool."""


class Tranches(Frozen):
    """Scheduled inflow of a stock."""

    monthly: Amount | None = None
    """On the first day of each month after the start."""
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


class Push(Frozen):
    """Projects of an area that lags are driven on."""

    gain: Share
    """Extra pace for each part that is missing: 50% of a shortfall of 20% is 10% more pace."""
    at_most: Share
    decay: Share = 1.0
    """Part of the extra pace that is lost from one review to the next unless it is renewed."""
    task_forces: Count | None = None
    """Projects that can be pushed at a time, those with most of their year's money left first; None: all."""


class ProblemList(Frozen):
    """Requests that have waited too long go before all others."""

    size: Count
    """How many are taken up at a review."""
    after: Days
    """Days waited from which on a request is a problem."""
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

    delay: Lag
    """Days, or whole months, after the month's end at which its report is known."""
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


class Run(Frozen):
    """How it is run."""

    calendar: Literal["dated", "plain"] = "dated"
    """`plain`: no dates, no weeks, no holidays; instants are `day n`."""
    start: Instant | None = None
    horizon: Instant
    warm_up: Instant | None = None
    """From when on queues and pools are measured; None: from the start."""
    tick: Days = 1.0
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    precision: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    """Half-width of the 95% intervals at which the run stops."""
    replications: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    cap: Annotated[int, Field(ge=1, le=1_000_000)] = 6400
    """Replications at which the run stops whatever its precision."""


class Reading(Frozen):
    """One way to read an ambiguous fact: an override, or the file as it stands (`change` empty)."""

    title: Words | None = None
    change: dict[str, object] = {}


class Ambiguity(Frozen):
    """A fact of the source that can be read in more than one way."""

    title: Words | None = None
    base: str
    readings: dict[str, Reading]


class Scenario(Frozen):
    """A resolved scenario: what the user says, validated and frozen."""

    title: Words | None = None
    run: Run
    goals: dict[str, Goal] = {}
    portfolio: Portfolio = Portfolio()
    intake: dict[str, Stream] = {}
    districts: dict[str, District] = {}
    offers: Offers = Offers()
    land: Land = Land()
    workflow: dict[str, Stage] = {}
    pools: dict[str, Pool] = {}
    calendars: dict[str, Calendar] = {}
    review: Review | None = None
    assumptions: Assumptions = Assumptions()
    uncertain: Uncertain = Uncertain()
    readings: dict[str, Ambiguity] = {}
    overrides: dict[str, dict[str, object]] = {}
    scenarios: dict[str, tuple[str, ...]] = {}

    @property
    def stages(self) -> dict[str, Stage]:
        """Stages of the projects, then those of land."""
        return {**self.workflow, **self.land.workflow}

    @property
    def workflows(self) -> dict[str, dict[str, Stage]]:
        """The block of each workflow -> its stages."""
        return {"workflow": self.workflow, "land.workflow": self.land.workflow}
