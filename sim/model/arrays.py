"""`Model`: all that an engine, the draws and the measures may read of a scenario, as read-only arrays.

Axes are named in the docstrings: entity (listed projects first, then cohort members), stage, pool, month.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Clock
from sim.scenario.values.distributions import Distribution

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


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


@dataclass(frozen=True, eq=False)
class Network:
    """The workflow: stages in an order in which predecessors come first."""

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
    needs_land: Booleans
    """(stage, pool) whether the project's own land need is consumed."""

    def stage_of(self, milestone: str) -> int:
        """The stage that ends with `milestone`, -1 if there is none."""
        return self.milestones.index(milestone) if milestone in self.milestones else -1


@dataclass(frozen=True, eq=False)
class Pools:
    """Servers (returned) and stocks (consumed)."""

    names: tuple[str, ...]
    is_stock: Booleans
    initial: Integers
    """(pool,) units open, or amount in stock at the start."""
    passing: Booleans
    inflows: tuple[tuple[int, int, int], ...]
    """(tick, pool, amount) of every scheduled tranche within the horizon."""

    def servers(self) -> dict[str, int | None]:
        """Pool -> its servers, None for a stock."""
        return {name: None if stock else int(units) for name, stock, units in zip(self.names, self.is_stock, self.initial, strict=True)}


@dataclass(frozen=True, eq=False)
class Listed:
    """Listed projects: the first entities."""

    total: Integers
    invested: Integers
    plan: Integers
    land: Integers
    joins: Integers
    planned_start: Integers
    at: Integers
    """(entity,) stage where it stands at the start, -1: before the first."""


@dataclass(frozen=True, eq=False)
class Segment:
    """A sector's part of a cohort: `count` members whose totals add up to `total` exactly."""

    sector: int
    count: int
    total: int


@dataclass(frozen=True, eq=False)
class Cohort:
    """Projects known by their totals, drawn in every replication; they fill the entities from `first` on."""

    name: str
    first: int
    count: int
    segments: tuple[Segment, ...]
    size: Distribution | None
    plan: int | None
    plan_share: float
    plan_spread: float
    invested_share: Distribution | None
    land_per_bn_yuan: float
    at_stages: Integers
    """(choice,) stages where members stand at the start, -1: before the first."""
    at_counts: Integers
    join_ticks: Integers
    join_counts: Integers
    planned_start: int
    """A tick, or a delay after joining if `planned_after_joining`."""
    planned_after_joining: bool


@dataclass(frozen=True, eq=False)
class Members:
    """What every entity carries in every replication."""

    names: tuple[str, ...]
    """Stable names: a listed project's id, or cohort#index. Chance is addressed by them."""
    listed: Listed
    cohorts: tuple[Cohort, ...]
    sector: Integers
    sector_names: tuple[str, ...]
    group: Integers
    """(entity,) group in which factors of completion are scaled to a plan-weighted mean of one."""
    is_new: Booleans
    priority: Integers
    done: Booleans
    """(entity, stage) stages done beside the way to where it stands."""
    dropout: Floats
    """(entity, stage) probability to leave at the end of the stage."""

    @property
    def count(self) -> int:
        return len(self.names)


@dataclass(frozen=True, eq=False)
class Spending:
    """How the year's money is spent."""

    curves: Floats
    """(sector, point) S-curve tables at 65,537 even points."""
    before_share: float
    before_ticks: int
    """Ticks after the planned start at which the spending before the start is complete."""
    report_delay_ticks: int
    counts_work_before_entry: bool


@dataclass(frozen=True, eq=False)
class GoalModel:
    """A goal as a statement on an outcome."""

    name: str
    metric: str
    basis: str
    stage: int
    """The stage of its milestone or of its waiting time, -1 if it has none."""
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
    members: Members
    spending: Spending
    priors: Priors
    goals: tuple[GoalModel, ...]
    last_year_investment: int
    """Yuan, 0 if unknown."""
