"""The portfolio of each replication: listed projects as stated, cohorts drawn so that their totals hold exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtri

from sim.calendar import NEVER
from sim.model.arrays import Booleans, Floats, Integers, Model
from sim.model.owners import Cohort, Segment, Stream
from sim.model.portfolio import dealt, largest_remainder, scaled_to_total
from sim.sampling.arrivals import draw_arrivals
from sim.sampling.streams import entity_keys, uniforms
from sim.sampling.variates import quantile

YUAN_PER_BN = 1e9
PLANNING_DAYS_AT_LEAST = 30
"""The least site time on which a year's money is planned (model: inversion)."""
LEAST_PLAN_SHARE = 0.05
"""A cohort member's plan is at least this share of what it has left to invest, and at most all of it."""


@dataclass(frozen=True, eq=False)
class Portfolio:
    """What each entity is in each replication: (replication, entity); yuan, mu, ticks. Arrivals beyond a replication's own never join."""

    names: tuple[str, ...]
    """(entity,) stable names: a listed project's id, or owner#index. Chance is addressed by them."""
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


COLUMNS = ("sector", "total", "invested", "plan", "land", "joins", "planned_start", "at")
"""Columns of `Portfolio` that differ between replications."""


def draw_portfolio(model: Model, seed: int, replications: Integers) -> Portfolio:
    """Entities in the model's order."""
    members, rows = model.members, len(replications)
    listed = members.listed
    parts: list[tuple[Any, ...]] = [
        (listed.names, listed.owner, *(np.broadcast_to(getattr(listed, key), (rows, len(listed.owner))) for key in COLUMNS))
    ]
    parts += [draw_cohort(model, cohort, seed, replications) for cohort in members.cohorts]
    parts += [draw_stream(model, stream, seed, replications) for stream in members.streams]
    names, owner = tuple(name for part in parts for name in part[0]), np.concatenate([part[1] for part in parts])
    columns = {
        key: np.concatenate(column, axis=1) for key, column in zip(COLUMNS, zip(*(part[2:] for part in parts), strict=True), strict=True)
    }
    flags, bidders, choice = draw_marks(model, names, owner, seed, replications)
    return Portfolio(names, owner, **columns, flags=flags, bidders=bidders, choice=choice)


def draw_marks(
    model: Model, names: tuple[str, ...], owner: Integers, seed: int, replications: Integers
) -> tuple[Booleans, Integers, Floats]:
    """Flags (replication, entity, flag), bidders and the uniform of the choice of a district (replication, entity)."""
    members, shape = model.members, (len(replications), len(names))
    flags = np.zeros((*shape, len(members.flag_names)), dtype=bool)
    for number, flag in enumerate(members.flag_names):
        flags[:, :, number] = uniforms(seed, replications, entity_keys(names, "flag", flag)) < members.flags[owner, number]
    bidders = np.ones(shape, dtype=np.int64)
    for number, distribution in enumerate(members.bidders):
        if distribution is not None:
            drawn = np.floor(quantile(distribution, uniforms(seed, replications, entity_keys(names, "bidders"))) + 0.5)
            bidders = np.where(owner == number, np.maximum(drawn, 1).astype(np.int64), bidders)
    choice = np.zeros(shape)
    if any(members.chooses):
        choice = uniforms(seed, replications, entity_keys(names, "district"))
    return flags, bidders, choice


def draw_cohort(model: Model, cohort: Cohort, seed: int, replications: Integers) -> tuple[Any, ...]:
    """Names, owner and `COLUMNS` of the members of a cohort."""
    names = tuple(f"{cohort.name}#{index}" for index in range(cohort.count))

    def chance(purpose: str) -> Floats:
        return uniforms(seed, replications, entity_keys(names, purpose))

    total = draw_totals(cohort, chance("size"))
    joins = cohort.join_ticks[dealt(cohort.join_counts, chance("joining"))]
    at = cohort.at_stages[dealt(cohort.at_counts, chance("standing"))]
    plan_weight = np.exp(cohort.plan_spread * ndtri(chance("plan")))
    invested = draw_invested(cohort, total, chance("invested"))
    plan = draw_plans(cohort, total, total - invested, plan_weight, year_left(model, joins))
    land = np.floor(total / YUAN_PER_BN * cohort.land_per_bn_yuan + 0.5).astype(np.int64)
    planned = joins + cohort.planned_start if cohort.planned_after_joining else np.full_like(joins, cohort.planned_start)
    sector = np.array([segment.sector for segment in cohort.segments for _ in range(segment.count)], dtype=np.int64)
    columns = (np.broadcast_to(sector, total.shape), total, invested, plan, land, joins, planned, at)
    return names, np.full(cohort.count, cohort.owner), *columns


def draw_stream(model: Model, stream: Stream, seed: int, replications: Integers) -> tuple[Any, ...]:
    """Names, owner and `COLUMNS` of the arrivals of a stream, the given ones first."""
    names, joins = draw_arrivals(model, stream, seed, replications)
    shape, present = joins.shape, joins < NEVER

    def chance(purpose: str) -> Floats:
        return uniforms(seed, replications, entity_keys(names, purpose))

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
    return names, np.full(len(names), stream.owner), *columns


def year_left(model: Model, ticks: Integers) -> Floats:
    """Part of its calendar year left at each tick: at least that of `PLANNING_DAYS_AT_LEAST`, none beyond the last year of the run."""
    begin, end = own_year(model, ticks)
    left = np.clip(1 - (ticks - begin) / (end - begin), 0, 1)
    least = PLANNING_DAYS_AT_LEAST * model.timeline.ticks_per_day / (end - begin)
    return np.asarray(np.where(left > 0, np.clip(left, np.minimum(least, 1), 1), 0))


def own_year(model: Model, ticks: Integers) -> tuple[Integers, Integers]:
    """First tick and end of the calendar year of each tick: of the first year before it, of the last one beyond."""
    ends = model.timeline.year_ends
    year = np.minimum(np.searchsorted(ends, ticks, side="right"), len(ends) - 1)
    return np.concatenate([[0], ends])[year], ends[year]


def draw_totals(cohort: Cohort, u: Floats) -> Integers:
    """Total investment of each member: drawn weights within the size bounds, scaled so that each sector's total holds exactly."""
    columns, first = [], 0
    for segment in cohort.segments:
        columns.append(_segment_totals(cohort, segment, u[:, first : first + segment.count]))
        first += segment.count
    return np.concatenate(columns, axis=1)


def _segment_totals(cohort: Cohort, segment: Segment, u: Floats) -> Integers:
    if cohort.size is None:
        return largest_remainder(np.full(u.shape, segment.total / segment.count), segment.total)
    low, high = max(cohort.size.low, 0.0), min(cohort.size.high, float(segment.total))
    weights = quantile(replace(cohort.size, low=-np.inf, high=np.inf), u)
    scaled = scaled_to_total(weights, np.full(u.shape, low), np.full(u.shape, high), np.full(len(u), float(segment.total)))
    return largest_remainder(scaled, segment.total)


def draw_invested(cohort: Cohort, total: Integers, u: Floats) -> Integers:
    """Invested to date: the drawn share of each total; all shares scaled down together where they would leave less than the plan."""
    if cohort.invested_share is None:
        return np.zeros_like(total)
    invested = np.floor(total * quantile(cohort.invested_share, u)).astype(np.int64)
    room = total.sum(axis=1) - (cohort.plan or 0)
    spent = invested.sum(axis=1)
    scale = np.where(spent > room, np.divide(room, spent, out=np.ones(len(spent)), where=spent > 0), 1.0)
    return np.floor(invested * scale[:, None]).astype(np.int64)


def draw_plans(cohort: Cohort, total: Integers, left: Integers, weight: Floats, year: Floats) -> Integers:
    """Annual plans in yuan: shares of what is left, whose level is solved so that they add up to the stated plan."""
    if cohort.plan is None:
        return np.minimum(np.floor(total * cohort.plan_share * year + 0.5).astype(np.int64), left)
    low, high = np.asarray(LEAST_PLAN_SHARE * left, dtype=np.float64), left.astype(np.float64)
    plans = scaled_to_total(left * weight, low, high, np.full(len(left), float(cohort.plan)))
    return np.minimum(largest_remainder(plans, cohort.plan), left)
