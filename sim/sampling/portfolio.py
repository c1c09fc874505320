"""The portfolio of each replication: listed projects as stated, cohorts drawn so that their totals hold exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from sim.model.arrays import Cohort, Floats, Integers, Model, Segment
from sim.model.portfolio import dealt, largest_remainder, scaled_to_total
from sim.sampling.streams import name_key, uniforms
from sim.sampling.variates import quantile

YUAN_PER_BN = 1e9
LEAST_PLAN_SHARE = 0.05
"""A cohort member's plan is at least this share of what it has left to invest, and at most all of it."""


@dataclass(frozen=True, eq=False)
class Portfolio:
    """(replication, entity) what each project is in each replication; yuan, mu, ticks."""

    total: Integers
    invested: Integers
    plan: Integers
    land: Integers
    joins: Integers
    planned_start: Integers
    at: Integers
    """Stage where it stands when it joins, -1: before the first."""


def draw_portfolio(model: Model, seed: int, replications: Integers) -> Portfolio:
    """Entities in the model's order."""
    listed, rows = model.members.listed, len(replications)
    fixed = (listed.total, listed.invested, listed.plan, listed.land, listed.joins, listed.planned_start, listed.at)
    parts = [tuple(np.broadcast_to(column, (rows, len(column))) for column in fixed)]
    parts += [draw_cohort(model, cohort, seed, replications) for cohort in model.members.cohorts]
    return Portfolio(*(np.concatenate(columns, axis=1) for columns in zip(*parts, strict=True)))


def draw_cohort(model: Model, cohort: Cohort, seed: int, replications: Integers) -> tuple[Integers, ...]:
    """The columns of `Portfolio` for one cohort."""

    def chance(purpose: str) -> Floats:
        names = model.members.names[cohort.first : cohort.first + cohort.count]
        return uniforms(seed, replications, np.array([name_key("entity", name, purpose) for name in names], dtype=np.uint64))

    total = draw_totals(cohort, chance("size"))
    joins = cohort.join_ticks[dealt(cohort.join_counts, chance("joining"))]
    at = cohort.at_stages[dealt(cohort.at_counts, chance("standing"))]
    plan_weight = np.exp(cohort.plan_spread * ndtri(chance("plan")))
    invested = draw_invested(cohort, total, chance("invested"))
    plan = draw_plans(cohort, total, total - invested, plan_weight, year_left(model, joins))
    land = np.floor(total / YUAN_PER_BN * cohort.land_per_bn_yuan + 0.5).astype(np.int64)
    planned = joins + cohort.planned_start if cohort.planned_after_joining else np.full_like(joins, cohort.planned_start)
    return total, invested, plan, land, joins, planned, at


def year_left(model: Model, joins: Integers) -> Floats:
    """Part of the year left at a tick, between 0 and 1."""
    return np.asarray(np.clip(1 - joins / model.timeline.year_end, 0, 1))


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
