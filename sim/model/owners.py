"""`Members`: who walks the workflows, as read-only arrays. Axes: see `arrays`."""

from __future__ import annotations

from dataclasses import dataclass

from sim.model.basis import Booleans, Floats, Integers, Intensity
from sim.scenario.values.distributions import Distribution


@dataclass(frozen=True, eq=False)
class Listed:
    """Listed projects and lots of land: the first entities; the same in every replication."""

    names: tuple[str, ...]
    owner: Integers
    sector: Integers
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
    """Projects known by their totals, drawn in every replication."""

    name: str
    owner: int
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
class Stream:
    """Projects that arrive by chance; how many differs from replication to replication."""

    name: str
    owner: int
    intensity: Intensity
    batch: Distribution | None
    dated: tuple[tuple[str, int, int], ...]
    """(date as written, tick, projects) of the arrivals on given dates."""
    total: Distribution | None
    land_per_bn_yuan: float
    sectors: Integers
    sector_shares: Floats
    plan_share: float
    at: int
    planned_start: int
    """A tick, or a delay after the arrival if `planned_after_joining`."""
    planned_after_joining: bool


@dataclass(frozen=True, eq=False)
class Members:
    """Who walks the workflows; what is the same for all entities of an owner."""

    owners: tuple[str, ...]
    listed: Listed
    cohorts: tuple[Cohort, ...]
    streams: tuple[Stream, ...]
    sector_names: tuple[str, ...]
    group: Integers
    """(owner,) group in which factors of completion are scaled to a plan-weighted mean of one, -1: none."""
    is_new: Booleans
    """(owner,)"""
    priority: Integers
    """(owner,)"""
    walks: Booleans
    """(owner, stage) whether the stage is there for it."""
    done: Booleans
    """(owner, stage) stages done beside the way to where it stands."""
    dropout: Floats
    """(owner, stage) probability to leave at the end of the stage."""
    dropout_reference: Floats
    """(stage,) yuan of total investment at which the probability is as stated, 0: it does not depend on size."""
    dropout_slope: Floats
    """(stage,) power of the total by which the odds of leaving grow."""
    flag_names: tuple[str, ...]
    flags: Floats
    """(owner, flag) part of its entities that has a flag."""
    slower: Floats
    """(owner, stage) what each further bidder adds to a duration."""
    odds: Floats
    """(owner, stage) what each further bidder adds to the odds of leaving."""
    bidders: tuple[Distribution | None, ...]
    """(owner,)"""
    district: Integers
    """(owner,) 0 where it has none of its own."""
    chooses: tuple[tuple[int, ...], ...]
    """(owner,) districts among which its entities choose when they arrive."""
    funding: Floats
    """(owner, pool) part of the site spending that must come from a stock of money."""
