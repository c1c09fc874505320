"""Goals, how it is run, readings, and the scenario that holds all."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.schema.levers import Lever
from sim.scenario.schema.parts import Frozen, Where
from sim.scenario.schema.portfolio import District, Offers, Portfolio, Stream
from sim.scenario.schema.workflow import Calendar, Land, Pool, Stage
from sim.scenario.schema.world import Assumptions, Effort, Review, Uncertain
from sim.scenario.values.distributions import Days
from sim.scenario.values.quantities import Amount, Instant, Words

Basis = Literal["completed", "reported", "counted"]
Comparator = Literal[">=", ">", "<=", "<"]
MetricName = Literal[
    "investment",
    "investment_growth",
    "fai_growth",
    "completion",
    "projects_implemented",
    "projects",
    "contract_value",
    "land_area",
    "rate",
    "industry_fit",
    "funds_in_place",
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


class Statement(Frozen):
    """What a metric is to come to, or came to, at a deadline."""

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
    value: Amount
    by: Instant | None = None
    """The deadline; the end of the horizon if not given. A date means the end of that day."""


class Goal(Statement):
    """A statement on a metric, met or missed in each replication."""

    comparator: Comparator = ">="
    headline: bool = True
    """Whether the goal belongs to the joint probability."""
    restates: str | None = None
    """The goal that this one says again in other words: shown beside it, never counted again."""


class Observation(Statement):
    """What was observed of a metric: shown beside what the model says of it, and no goal."""

    comparator: Literal["=", ">=", ">", "<=", "<"] = "="
    """`=`: the value itself was observed; else only that it lay beyond it: "more than 30"."""
    use: Literal["fit", "test"]
    """Whether numbers of the scenario were fitted to it, or it was held out to test them."""


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
    observations: dict[str, Observation] = {}
    portfolio: Portfolio = Portfolio()
    intake: dict[str, Stream] = {}
    districts: dict[str, District] = {}
    offers: Offers = Offers()
    land: Land = Land()
    workflow: dict[str, Stage] = {}
    pools: dict[str, Pool] = {}
    calendars: dict[str, Calendar] = {}
    review: Review | None = None
    efforts: dict[str, Effort] = {}
    assumptions: Assumptions = Assumptions()
    uncertain: Uncertain = Uncertain()
    levers: dict[str, Lever] = {}
    """Those of the library that the scenario names, with what it says of them, and its own."""
    readings: dict[str, Ambiguity] = {}
    overrides: dict[str, dict[str, object]] = {}
    scenarios: dict[str, tuple[str, ...]] = {}

    @property
    def stages(self) -> dict[str, Stage]:
        """Stages of the projects, then those of land."""
        return {**self.workflow, **self.land.workflow}

    @property
    def statements(self) -> dict[str, Statement]:
        """Dotted path -> goal or observation."""
        goals = {f"goals.{name}": goal for name, goal in self.goals.items()}
        return goals | {f"observations.{name}": observation for name, observation in self.observations.items()}

    @property
    def workflows(self) -> dict[str, dict[str, Stage]]:
        """The block of each workflow -> its stages."""
        return {"workflow": self.workflow, "land.workflow": self.land.workflow}
