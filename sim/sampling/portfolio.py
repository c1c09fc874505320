"""The portfolio of each replication: listed projects as stated, cohorts drawn so that their totals hold exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from sim.calendar import NEVER
from sim.model.arrays import Booleans, Floats, Integers, Model
from sim.model.owners import Cohort, Stream
from sim.model.portfolio import dealt, largest_remainders, scaled_to_totals
from sim.sampling.arrivals import draw_arrivals
from sim.sampling.streams import Keys, entity_keys, numbered, rounded_up, uniforms
from sim.sampling.variates import quantile

YUAN_PER_BN = 1e9
PLANNING_DAYS_AT_LEAST = 30
"""The least site time on which a year's money is planned (model: inversion)."""
LEAST_PLAN_SHARE = 0.05
"""A cohort member's plan is at least this share of what it has left to invest, and at most all of it."""


@dataclass(frozen=True, eq=False)
class Names:
    """The first `count` of some names; `names` are the same in every block, so that their keys are kept."""

    names: tuple[str, ...]
    count: int

    def told(self) -> tuple[str, ...]:
        """The names as such."""
        return self.names[: self.count]

    def keys(self, *purpose: str) -> Keys:
        """Their keys for one purpose."""
        return entity_keys(self.names, *purpose)[: self.count]


def keys_of_all(parts: Sequence[Names], *purpose: str) -> Keys:
    """Keys of all names, part after part."""
    return np.concatenate([part.keys(*purpose) for part in parts])


@dataclass(frozen=True, eq=False)
class Portfolio:
    """What each entity is in each replication: (replication, entity); yuan, mu, ticks. Arrivals beyond a replication's own never join."""

    parts: tuple[Names, ...]
    """The entities' stable names, in order. Chance is addressed by them."""
    owner: Integers
    """(entity,)"""
    sector: Integers
    total: Integers
    invested: Integers
    plan: Integers
    land: Integers
    joins: Integers
    planned_start: Integers
    at: Integers
    """Stage where it stands when it joins, -1: before the first."""
    flags: Booleans
    """(replication, entity, flag)"""
    bidders: Integers
    """Districts that bid for it."""
    choice: Floats
    """Uniform by which it chooses a district; 0 where it does not."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """(entity,) stable names: a listed project's id, or owner#index."""
        return tuple(name for part in self.parts for name in part.told())

    def keys(self, *purpose: str) -> Keys:
        """(entity,) keys of the names for one purpose."""
        return keys_of_all(self.parts, *purpose)


@dataclass(frozen=True, eq=False)
class Part:
    """A listed part, a cohort or a stream of the portfolio."""

    names: tuple[Names, ...]
    owner: Integers
    columns: tuple[Integers, ...]
    """(replication, entity) of each of `COLUMNS`."""


COLUMNS = ("sector", "total", "invested", "plan", "land", "joins", "planned_start", "at")
"""Columns of `Portfolio` that differ between replications."""


def draw_portfolio(model: Model, seed: int, replications: Integers) -> Portfolio:
    """Entities in the model's order."""
    members, rows = model.members, len(replications)
    listed = members.listed
    own = tuple(np.broadcast_to(getattr(listed, key), (rows, len(listed.owner))) for key in COLUMNS)
    parts = [Part((Names(listed.names, len(listed.names)),), listed.owner, own)]
    parts += [draw_cohort(model, cohort, seed, replications) for cohort in members.cohorts]
    parts += [draw_stream(model, stream, seed, replications) for stream in members.streams]
    parts = [part for part in parts if len(part.owner)] or parts[:1]
    names, owner = tuple(names for part in parts for names in part.names), np.concatenate([part.owner for part in parts])
    columns = {key: np.concatenate([part.columns[number] for part in parts], axis=1) for number, key in enumerate(COLUMNS)}
    flags, bidders, choice = draw_marks(model, names, owner, seed, replications)
    return Portfolio(names, owner, **columns, flags=flags, bidders=bidders, choice=choice)


def draw_marks(
    model: Model, names: Sequence[Names], owner: Integers, seed: int, replications: Integers
) -> tuple[Booleans, Integers, Floats]:
    """Flags (replication, entity, flag), bidders and the uniform of the choice of a district (replication, entity)."""
    members, shape = model.members, (len(replications), len(owner))
    flags = np.zeros((*shape, len(members.flag_names)), dtype=bool)
    for number, flag in enumerate(members.flag_names):
        chance = members.flags[owner, number]
        some = np.flatnonzero(chance)
        flags[:, some, number] = uniforms(seed, replications, keys_of_all(names, "flag", flag)[some]) < chance[some]
    bidders = np.ones(shape, dtype=np.int64)
    for number, distribution in enumerate(members.bidders):
        some = np.flatnonzero(owner == number)
        if distribution is not None and len(some):
            drawn = np.floor(quantile(distribution, uniforms(seed, replications, keys_of_all(names, "bidders")[some])) + 0.5)
            bidders[:, some] = np.maximum(drawn, 1).astype(np.int64)
    choice = np.zeros(shape)
    if any(members.chooses):
        choice = uniforms(seed, replications, keys_of_all(names, "district"))
    return flags, bidders, choice


def draw_cohort(model: Model, cohort: Cohort, seed: int, replications: Integers) -> Part:
    """The members of a cohort."""
    names = Names(numbered(cohort.name, cohort.count), cohort.count)

    def chance(purpose: str) -> Floats:
        return uniforms(seed, replications, names.keys(purpose))

    shape = (len(replications), cohort.count)
    total = draw_totals(cohort, chance("size"))
    joins, at = (
        choices[dealt(counts, chance(purpose))] if len(choices) > 1 else np.full(shape, choices[0])
        for choices, counts, purpose in (
            (cohort.join_ticks, cohort.join_counts, "joining"),
            (cohort.at_stages, cohort.at_counts, "standing"),
        )
    )
    invested = draw_invested(cohort, total, chance("invested")) if cohort.invested_share is not None else np.zeros_like(total)
    left = total - invested
    if cohort.plan is None:
        plan = np.minimum(np.floor(total * cohort.plan_share * year_left(model, joins) + 0.5).astype(np.int64), left)
    else:
        plan = draw_plans(cohort.plan, left, np.exp(cohort.plan_spread * ndtri(chance("plan"))))
    land = np.floor(total / YUAN_PER_BN * cohort.land_per_bn_yuan + 0.5).astype(np.int64)
    planned = joins + cohort.planned_start if cohort.planned_after_joining else np.full_like(joins, cohort.planned_start)
    sector = np.repeat([segment.sector for segment in cohort.segments], [segment.count for segment in cohort.segments])
    columns = (np.broadcast_to(sector, shape), total, invested, plan, land, joins, planned, at)
    return Part((names,), np.full(cohort.count, cohort.owner), columns)


def draw_stream(model: Model, stream: Stream, seed: int, replications: Integers) -> Part:
    """The arrivals of a stream, the given ones first."""
    given, joins = draw_arrivals(model, stream, seed, replications)
    shape, present = joins.shape, joins < NEVER
    by_chance = shape[1] - len(given)
    names = (Names(given, len(given)), Names(numbered(stream.name, rounded_up(by_chance)), by_chance))

    def chance(purpose: str) -> Floats:
        return uniforms(seed, replications, keys_of_all(names, purpose))

    total = np.zeros(shape, dtype=np.int64)
    if stream.total is not None:
        total = np.where(present, np.floor(quantile(stream.total, chance("size")) + 0.5).astype(np.int64), 0)
    shares = np.cumsum(stream.sector_shares)
    sector = stream.sectors[np.minimum(np.searchsorted(shares / shares[-1], chance("sector"), side="right"), len(shares) - 1)]
    planned = (
        np.where(present, joins + stream.planned_start, NEVER) if stream.planned_after_joining else np.full(shape, stream.planned_start)
    )
    plan = np.floor(total * stream.plan_share * year_left(model, planned) + 0.5).astype(np.int64)
    land = np.floor(total / YUAN_PER_BN * stream.land_per_bn_yuan + 0.5).astype(np.int64)
    columns = (sector, total, np.zeros_like(total), plan, land, joins, planned, np.full(shape, stream.at))
    return Part(names, np.full(shape[1], stream.owner), columns)


def year_left(model: Model, ticks: Integers) -> Floats:
    """Part of its calendar year left at each tick: at least that of `PLANNING_DAYS_AT_LEAST`, none beyond the last year of the run."""
    year, ends = year_of(model, ticks), model.timeline.year_ends
    begin, end = np.append(0, ends)[year], ends[year]
    left = np.clip(1 - (ticks - begin) / (end - begin), 0, 1)
    least = PLANNING_DAYS_AT_LEAST * model.timeline.ticks_per_day / (end - begin)
    return np.asarray(np.where(left > 0, np.clip(left, np.minimum(least, 1), 1), 0))


def year_of(model: Model, ticks: Integers) -> Integers:
    """The number of the calendar year of each tick: the first before it, the last one beyond."""
    ends = model.timeline.year_ends
    return np.minimum(np.searchsorted(ends, ticks, side="right"), len(ends) - 1)


def draw_totals(cohort: Cohort, u: Floats) -> Integers:
    """Total investment of each member: drawn weights within the size bounds, scaled so that each sector's total holds exactly."""
    totals, counts = [segment.total for segment in cohort.segments], [segment.count for segment in cohort.segments]
    whole = np.repeat(np.array(totals, dtype=np.float64), counts)
    if cohort.size is None:
        values = np.broadcast_to(np.repeat([segment.total / segment.count for segment in cohort.segments], counts), u.shape)
    else:
        weights = quantile(replace(cohort.size, low=-np.inf, high=np.inf), u)
        low, high = np.full(len(whole), max(cohort.size.low, 0.0)), np.minimum(cohort.size.high, whole)
        values = scaled_to_totals(weights, low, high, totals, counts)
    return largest_remainders(values, totals, counts)


def draw_invested(cohort: Cohort, total: Integers, u: Floats) -> Integers:
    """Invested to date: the drawn share of each total; all shares scaled down together where they would leave less than the plan."""
    assert cohort.invested_share is not None
    invested = np.floor(total * quantile(cohort.invested_share, u)).astype(np.int64)
    room = total.sum(axis=1) - (cohort.plan or 0)
    spent = invested.sum(axis=1)
    scale = np.where(spent > room, np.divide(room, spent, out=np.ones(len(spent)), where=spent > 0), 1.0)
    return np.floor(invested * scale[:, None]).astype(np.int64)


def draw_plans(plan: int, left: Integers, weight: Floats) -> Integers:
    """Annual plans in yuan: shares of what is left, whose level is solved so that they add up to the stated plan."""
    low, high = np.asarray(LEAST_PLAN_SHARE * left, dtype=np.float64), left.astype(np.float64)
    counts = [left.shape[1]]
    plans = scaled_to_totals(left * weight, low, high, [plan], counts)
    return np.minimum(largest_remainders(plans, [plan], counts), left)
