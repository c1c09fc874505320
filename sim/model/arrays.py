"""`Model`: all that an engine, the draws and the measures may read of a scenario, as read-only arrays.

Axes are named in the docstrings: owner (who stands in the scenario under a name: a listed project, a batch of land, a cohort, a stream),
entity (in this order: listed projects, lots of land, cohort members, arrivals of streams), stage, pool, month.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.calendar import Clock
from sim.model.basis import Booleans as Booleans
from sim.model.basis import Floats as Floats
from sim.model.basis import Integers as Integers
from sim.model.basis import Intensity as Intensity
from sim.model.basis import Who as Who
from sim.model.curves import marks_of
from sim.model.owners import Members
from sim.scenario.values.distributions import Distribution


@dataclass(frozen=True, eq=False)
class Timeline:
    """Time of a scenario in ticks since its start."""

    start: datetime.date | None
    ticks_per_day: int
    horizon: int
    year_end: int
    """End of the first calendar year: the year of the plans (the horizon in an undated scenario)."""
    month_ends: Integers
    """(month,) ticks at which a month has ended, the last one the horizon."""
    month_names: tuple[str, ...]
    looks: Integers
    """Ticks at whose end the level of every pool is put down: month ends and deadlines."""
    warm_up: int
    """Tick from which queues and pools are measured."""

    @cached_property
    def year_ends(self) -> Integers:
        """(year,) ends of the calendar years that begin within the horizon, the first one `year_end`; without dates the horizon alone."""
        ends = [self.year_end]
        while self.start is not None and ends[-1] < self.horizon:
            following = datetime.date(self.start.year + len(ends) + 1, 1, 1)
            ends.append((following - self.start).days * self.ticks_per_day)
        return np.array(ends, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Routes:
    """Where entities go on from a stage: looked at in turn, by chance and by what they are."""

    targets: tuple[int, ...]
    probabilities: tuple[tuple[int, tuple[float, ...]], ...]
    """(tick, probability of each from then on); infinite: taken by all that may take it."""
    who: tuple[Who, ...]
    """Who may take each."""
    otherwise: int
    """The stage if no route is taken, -1: all stages that follow and are no route."""
    rework_at_most: int


@dataclass(frozen=True, eq=False)
class Product:
    """What a stage puts into a stock when it ends in success."""

    pool: int
    fixed: float
    per_mu: float
    share: float
    delay: int
    """Ticks after the stage's end."""


@dataclass(frozen=True, eq=False)
class Districts:
    """Parts of the city; number 0 is the city as such, with the pools that stages name."""

    names: tuple[str, ...]
    own_pool: Integers
    """(district, pool) the pool that takes the place of the one named."""
    appeal: Floats
    """(district,)"""
    stock: int
    """The pool, as stages name it, whose level attracts, -1: none."""
    enough: float
    queue: int
    """The stage whose waiting requests repel, -1: none."""
    many: float


@dataclass(frozen=True, eq=False)
class Network:
    """The workflows of projects and of land: stages in the order of the file."""

    names: tuple[str, ...]
    milestones: tuple[str | None, ...]
    predecessors: Booleans
    """(before, after)"""
    ancestors: Booleans
    """(stage, before): all that must be done for an entity to stand at a stage."""
    durations: tuple[Distribution | None, ...]
    patience: tuple[Distribution | None, ...]
    waiting_room: Integers
    """(stage,) requests that may wait, -1: any number."""
    clocks: tuple[Clock, ...]
    """(stage,) the calendar of each stage, levers and overrides included."""
    planning_clock: Clock
    """The spending stage's calendar as the scenario file wrote it: the yardstick of the year's plan."""
    spending: int
    """The stage that spends, -1 if none."""
    waits_for_planned_start: Booleans
    """(stage,)"""
    windows: tuple[Integers, ...]
    """(stage,) ticks at which each can be passed; empty: always."""
    fixed_need: Integers
    """(stage, pool) servers or stock."""
    need_per_mu: Floats
    """(stage, pool) of stock, times the entity's land."""
    until: Integers
    """(stage, pool) the stage at whose end servers return, -1: the end of the stage itself."""
    returns: Booleans
    """(stage, pool) whether stock comes back when the stage is to be done again."""
    products: tuple[tuple[Product, ...], ...]
    """(stage,)"""
    routes: tuple[Routes | None, ...]
    """(stage,)"""
    duration_times: tuple[tuple[tuple[int, int], ...], ...]
    """(stage,) of (tick, factor in ppm): the factor on durations that begin from that tick on."""
    dropout_times: tuple[tuple[tuple[int, float], ...], ...]
    """(stage,) of (tick, factor): the factor on the probability to leave at ends from that tick on."""

    @property
    def descendants(self) -> Booleans:
        """(stage, after) all that cannot be done before a stage."""
        return self.ancestors.T

    def stage_of(self, milestone: str) -> int:
        """The stage that ends with `milestone`, -1 if there is none."""
        return self.milestones.index(milestone) if milestone in self.milestones else -1


@dataclass(frozen=True, eq=False)
class Flow:
    """Random inflow of a stock."""

    pool: int
    intensity: Intensity
    amount: float
    times: Distribution | None


@dataclass(frozen=True, eq=False)
class Pools:
    """Servers (returned) and stocks (consumed)."""

    names: tuple[str, ...]
    is_stock: Booleans
    initial: Integers
    """(pool,) units open, or amount in stock at the start."""
    passing: Booleans
    inflows: tuple[tuple[int, int, int], ...]
    """(tick, pool, amount) of every scheduled tranche within the horizon, and of every change of capacity, which may be below zero."""
    flows: tuple[Flow, ...]

    def servers(self) -> dict[str, int | None]:
        """Pool -> its servers, None for a stock."""
        return {name: None if stock else int(units) for name, stock, units in zip(self.names, self.is_stock, self.initial, strict=True)}


@dataclass(frozen=True, eq=False)
class Spending:
    """How the year's money is spent."""

    curves: Floats
    """(sector, point) S-curve tables at 65,537 even points."""
    before_share: float
    before_ticks: int
    """Ticks after the planned start at which the spending before the start is complete."""
    known_at: Integers
    """(month,) ticks at which the report of each month is known, NEVER if not within the horizon."""
    counts_work_before_entry: bool

    @cached_property
    def different(self) -> tuple[Floats, Integers]:
        """The S-curves that differ (curve, point): few numbers, since they are read here and there; which is each sector's (sector,)."""
        first = {curve.tobytes(): number for number, curve in reversed(list(enumerate(self.curves)))}
        numbers = sorted(first.values())
        return self.curves[numbers], np.array([numbers.index(first[curve.tobytes()]) for curve in self.curves], dtype=np.int64)

    @cached_property
    def marks(self) -> Integers:
        """Those of the curves that differ: see `curves.marks_of`."""
        return marks_of(self.different[0])


@dataclass(frozen=True, eq=False)
class Review:
    """What each month's end decides; factors in ppm."""

    areas: tuple[str, ...]
    area: Integers
    """(owner,)"""
    reference: Floats
    """(month,) part of the year's plan that is due by each month's end."""
    gain: tuple[float, ...]
    """(month,)"""
    at_most: tuple[int, ...]
    """(month,)"""
    decay: float
    task_forces: tuple[int, ...]
    """(month,) projects that can be pushed at a time, -1: all."""
    list_size: tuple[int, ...]
    """(month,) 0: nothing is taken up."""
    list_after: tuple[int, ...]
    """(month,) ticks waited from which on a request is a problem."""
    list_stages: Booleans
    """(stage,)"""


@dataclass(frozen=True, eq=False)
class Risk:
    """An event that may come once."""

    name: str
    probability: float
    first: int
    last: int
    """Ticks of the first and last day on which it may begin."""
    duration: Distribution
    pace: int
    """Part of the pace that remains, ppm."""
    hits: Who


@dataclass(frozen=True, eq=False)
class Effort:
    """Sites that work at another pace for a time, by plan."""

    steps: tuple[tuple[int, int], ...]
    """(tick, factor on the pace in ppm from then on)"""
    hits: Who


@dataclass(frozen=True, eq=False)
class GoalModel:
    """A goal as a statement on an outcome."""

    name: str
    metric: str
    basis: str
    stage: int
    """The stage of its milestone or of its waits, -1 if it has none."""
    of: int
    """The stage of the milestone to which a rate is held, -1 if none."""
    pool: int
    """-1 if none."""
    who: Who
    """Whom it is about."""
    ramp: float
    """With `resumption`: the sites' Spring Festival rate on the day of its deadline."""
    comparator: str
    threshold: float
    """In yuan, count, days or fractions: what the outcome is compared with."""
    tick: int
    headline: bool


@dataclass(frozen=True, eq=False)
class Priors:
    """Parameters drawn once per replication."""

    completion_log_mean: float
    completion_log_sd: float
    """Of the city's log completion, given its last year; 0 with mean 0 where none is given."""
    has_completion: bool
    sector_log_sd: float
    project_log_sd: float
    key_share: Distribution | None
    pass_through: Distribution | None
    rest_growth: Distribution | None
    correlation: float


@dataclass(frozen=True, eq=False)
class Model:
    """A compiled scenario."""

    timeline: Timeline
    network: Network
    pools: Pools
    districts: Districts
    members: Members
    spending: Spending
    priors: Priors
    review: Review | None
    risks: tuple[Risk, ...]
    efforts: tuple[Effort, ...]
    goals: tuple[GoalModel, ...]
    observations: tuple[GoalModel, ...]
    """What was observed, as goals beside the others: in no probability."""
    last_year_investment: int
    """Yuan, 0 if unknown."""
