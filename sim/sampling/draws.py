"""Chance made into numbers before the run: `Draws` holds all that varies between replications.

Every draw is a pure function of (seed, replication, stable name of the entity, purpose): adding a project changes no other draw,
any replication can be drawn alone, and engines cannot disagree on chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from sim.calendar import NEVER
from sim.model import curves
from sim.model.arrays import Booleans, Floats, Integers, Model
from sim.model.spending import year_target
from sim.sampling.durations import patience_ticks, stage_ticks
from sim.sampling.portfolio import Portfolio, draw_portfolio
from sim.sampling.streams import name_key, uniforms
from sim.sampling.variates import quantile

PLANNING_DAYS_AT_LEAST = 30
"""The least site time by which a year's money is inverted to work (model: inversion)."""


@dataclass(frozen=True, eq=False)
class Draws:
    """What varies between replications; axes (replication, entity[, stage])."""

    replications: Integers
    portfolio: Portfolio
    work: Integers
    """(replication, entity, stage) in clock units x pace."""
    patience: Integers | None
    """(replication, entity, stage) ticks it waits for what the stage needs; None: nobody's patience ends."""
    drops: Booleans
    """(replication, entity, stage) whether the entity leaves when the stage ends."""
    span: Floats
    """(replication, entity) the spending stage's work before it is cut to an integer, of which fractions are taken; inf: never."""
    x0: Floats
    """(replication, entity) fraction of the whole work done at the start."""
    target: Integers
    """(replication, entity) r: the year's money if nothing hinders it, yuan."""
    before: Integers
    """(replication, entity) p: its part spent before the start, yuan."""
    completion: Floats
    """(replication,) realised completion drawn for the city: rho."""
    fai: Floats
    """(replication, 3) key share, pass-through, growth of the rest; empty where the scenario has no such prior."""


def draw(model: Model, seed: int, replications: Integers, kappa: float) -> Draws:
    """All draws of the numbered replications."""
    portfolio = draw_portfolio(model, seed, replications)
    city = uniforms(seed, replications, np.array([name_key("city", "completion")], dtype=np.uint64))[:, 0]
    completion = np.exp(model.priors.completion_log_mean + model.priors.completion_log_sd * ndtri(city))
    factor = kappa * completion[:, None] * completion_factors(model, portfolio.plan, seed, replications)
    left = portfolio.total - portfolio.invested
    target = year_target(portfolio.plan, factor, left)
    before = np.where(starts_later(model, portfolio), np.floor(model.spending.before_share * target).astype(np.int64), 0)
    x0, span = invert(model, portfolio, target, before)
    work = stage_ticks(model, seed, replications)
    if model.network.spending >= 0:
        work[:, :, model.network.spending] = np.minimum(span, float(NEVER)).astype(np.int64)
    return Draws(
        replications=replications,
        portfolio=portfolio,
        work=work,
        span=span,
        patience=patience_ticks(model, seed, replications),
        drops=draw_dropouts(model, seed, replications),
        x0=x0,
        target=target,
        before=before,
        completion=completion,
        fai=draw_fai(model, seed, replications, ndtri(city)),
    )


def completion_factors(model: Model, plan: Integers, seed: int, replications: Integers) -> Floats:
    """(replication, entity) sector x project factors, scaled to a plan-weighted mean of one in every group."""
    members, priors = model.members, model.priors
    if not priors.has_completion:
        return np.ones(plan.shape)
    sector_keys = np.array([name_key("sector", name, "completion") for name in members.sector_names], dtype=np.uint64)
    project_keys = np.array([name_key("entity", name, "completion") for name in members.names], dtype=np.uint64)
    sector = np.exp(priors.sector_log_sd * ndtri(uniforms(seed, replications, sector_keys)))
    factor = sector[:, members.sector] * np.exp(priors.project_log_sd * ndtri(uniforms(seed, replications, project_keys)))
    for group in range(int(members.group.max(initial=-1)) + 1):
        chosen = members.group == group
        planned = plan[:, chosen].sum(axis=1)
        weighted = np.array([math.fsum(row) for row in plan[:, chosen] * factor[:, chosen]])  # exact: no order, no zero matters
        factor[:, chosen] *= np.divide(planned, weighted, out=np.ones(len(plan)), where=weighted > 0)[:, None]
    return factor


def starts_later(model: Model, portfolio: Portfolio) -> Booleans:
    """(replication, entity) whether the spending stage still lies ahead at the start: a new start, which may spend before it."""
    network = model.network
    if network.spending < 0:
        return np.zeros(portfolio.at.shape, dtype=bool)
    begun = np.append(network.ancestors[:, network.spending], False)
    begun[network.spending] = True
    return np.asarray(~(begun[portfolio.at] | model.members.done[:, network.spending]))


def invert(model: Model, portfolio: Portfolio, target: Integers, before: Integers) -> tuple[Floats, Floats]:
    """Fraction done at the start and work left, such that the year's target is spent by the year's end on the planning calendar.

    x0 = F^-1(I / T), whole work W = C / (F^-1((I + r) / T) - x0), what is left W (1 - x0), with T and r less what is spent
    before the start. C is the clock from the planned start (new) or the start of the year to its end, at least 30 days.
    A project without money this year has work that is never done.
    """
    tables, sector = model.spending.curves, np.broadcast_to(model.members.sector, target.shape)
    total, ahead = portfolio.total - before, target - before
    base = np.maximum(total, 1)
    x0 = curves.inverse(tables, sector, portfolio.invested / base)
    x1 = curves.inverse(tables, sector, (portfolio.invested + ahead) / base)
    clock, timeline = model.network.planning_clock, model.timeline
    begin = np.where(starts_later(model, portfolio), portfolio.planned_start, portfolio.joins)
    begin = np.clip(begin, 0, timeline.year_end)
    year = clock.at_many(np.array([timeline.year_end]))[0] - clock.at_many(begin)
    year = np.maximum(year, PLANNING_DAYS_AT_LEAST * timeline.ticks_per_day * 1_000_000)
    step = x1 - x0
    goes_on = (ahead > 0) & (step > 0)
    span = np.divide(year * 1e6 * (1.0 - x0), step, out=np.full(target.shape, np.inf), where=goes_on)
    return x0, np.maximum(np.floor(span + 0.5), 1.0)


def draw_dropouts(model: Model, seed: int, replications: Integers) -> Booleans:
    """(replication, entity, stage) from a uniform of its own for each stage that can lose its entity."""
    members, network = model.members, model.network
    drops = np.zeros((len(replications), members.count, len(network.names)), dtype=bool)
    for stage, name in enumerate(network.names):
        at_risk = np.flatnonzero(members.dropout[:, stage] > 0)
        keys = np.array([name_key("entity", members.names[entity], "dropout", name) for entity in at_risk], dtype=np.uint64)
        drops[:, at_risk, stage] = uniforms(seed, replications, keys) < members.dropout[at_risk, stage]
    return drops


def draw_fai(model: Model, seed: int, replications: Integers, city_score: Floats) -> Floats:
    """(replication, 3) key share, pass-through and growth of the rest, the last correlated with the city's normal score."""
    priors = model.priors
    if priors.key_share is None or priors.pass_through is None or priors.rest_growth is None:
        return np.empty((len(replications), 0))
    keys = np.array([name_key("city", purpose) for purpose in ("key share", "pass through", "rest growth")], dtype=np.uint64)
    u = uniforms(seed, replications, keys)
    mixed = priors.correlation * city_score + np.sqrt(1 - priors.correlation**2) * ndtri(u[:, 2])
    parts = [quantile(priors.key_share, u[:, 0]), quantile(priors.pass_through, u[:, 1]), quantile(priors.rest_growth, ndtr(mixed))]
    return np.stack(parts, axis=1)
