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
from sim.model import curves, machine_code
from sim.model.arrays import Booleans, Floats, Integers, Model
from sim.model.spending import year_target
from sim.sampling.arrivals import arrival_ticks
from sim.sampling.loops import PARTIALS
from sim.sampling.portfolio import PLANNING_DAYS_AT_LEAST, Portfolio, draw_portfolio, year_of
from sim.sampling.streams import keys_of, name_key, numbered_keys, uniforms
from sim.sampling.variates import quantile
from sim.sampling.visits import Visits, draw_later, draw_visits


@dataclass(frozen=True, eq=False)
class Draws:
    """What varies between replications; axes (replication, entity[, stage])."""

    model: Model
    seed: int
    kappa: float
    replications: Integers
    portfolio: Portfolio
    visits: Visits
    """(replication, entity, stage) of the first visit of every stage; of later ones, see `later`."""
    dropout: Floats
    """(replication, entity, stage) probability to leave at the end of the stage; no step in memory where replications are alike."""
    flows: tuple[tuple[tuple[int, int, int], ...], ...]
    """(replication,) of (tick, pool, amount): what comes to stocks by chance."""
    risks: tuple[tuple[tuple[int, int], ...], ...]
    """(replication, risk) of (tick at which it begins, NEVER if it does not come, ticks that it lasts)."""
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

    def later(self, row: int, stage: int, visits: range) -> Visits:
        """(visit, entity) draws of later visits of a stage, in the replication of that row."""
        return draw_later(self.model, self.portfolio, self.seed, row, int(self.replications[row]), stage, visits)

    @property
    def work(self) -> Integers:
        """(replication, entity, stage) work of first visits, in clock units x pace."""
        return self.visits.work


def draw(model: Model, seed: int, replications: Integers, kappa: float) -> Draws:
    """All draws of the numbered replications."""
    portfolio = draw_portfolio(model, seed, replications)
    city = uniforms(seed, replications, keys_of("city", ("completion",)))[:, 0]
    completion = np.exp(model.priors.completion_log_mean + model.priors.completion_log_sd * ndtri(city))
    factor = kappa * completion[:, None] * completion_factors(model, portfolio, seed, replications)
    left = portfolio.total - portfolio.invested
    target = year_target(portfolio.plan, factor, left)
    new = starts_later(model, portfolio)
    before = np.where(new, np.floor(model.spending.before_share * target).astype(np.int64), 0)
    x0, span = invert(model, portfolio, target, before, new)
    visits = draw_visits(model, portfolio, seed, replications)
    if model.network.spending >= 0:
        visits.work[:, :, model.network.spending] = np.minimum(span, float(NEVER)).astype(np.int64)
    return Draws(
        model=model,
        seed=seed,
        kappa=kappa,
        replications=replications,
        portfolio=portfolio,
        visits=visits,
        dropout=dropout_chances(model, portfolio),
        flows=draw_flows(model, seed, replications),
        risks=draw_risks(model, seed, replications),
        span=span,
        x0=x0,
        target=target,
        before=before,
        completion=completion,
        fai=draw_fai(model, seed, replications, ndtri(city)),
    )


def completion_factors(model: Model, portfolio: Portfolio, seed: int, replications: Integers) -> Floats:
    """(replication, entity) sector x project factors, scaled to a plan-weighted mean of one in every group."""
    members, priors, plan = model.members, model.priors, portfolio.plan
    if not priors.has_completion:
        return np.ones(plan.shape)
    sector = np.exp(priors.sector_log_sd * ndtri(uniforms(seed, replications, keys_of("sector", members.sector_names, "completion"))))
    factor = np.exp(priors.project_log_sd * ndtri(uniforms(seed, replications, portfolio.keys("completion"))))
    factor *= np.take_along_axis(sector, portfolio.sector, axis=1)
    groups = members.group[portfolio.owner]
    for group in range(int(groups.max(initial=-1)) + 1):
        chosen = as_slice(np.flatnonzero(groups == group))
        planned = plan[:, chosen].sum(axis=1)
        weighted = exact_sums(np.asarray(plan[:, chosen] * factor[:, chosen], dtype=np.float64))
        factor[:, chosen] *= np.divide(planned, weighted, out=np.ones(len(plan)), where=weighted > 0)[:, None]
    return factor


def exact_sums(values: Floats) -> Floats:
    """(row,) sums of rows of numbers, rounded once: neither the order of numbers nor a zero among them matters."""
    sums = np.empty(len(values))
    if fill := machine_code.loop("fill_sums"):
        fill(np.ascontiguousarray(values).reshape(-1), np.empty(PARTIALS), sums, *values.shape)
        return sums
    sums[:] = [math.fsum(row) for row in values.tolist()]
    return sums


def as_slice(places: Integers) -> Integers | slice:
    """Places in order, as a slice where there are none between them."""
    return slice(places[0], places[-1] + 1) if len(places) and places[-1] - places[0] == len(places) - 1 else places


def starts_later(model: Model, portfolio: Portfolio) -> Booleans:
    """(replication, entity) whether the spending stage still lies ahead at the start: a new start, which may spend before it."""
    network = model.network
    if network.spending < 0:
        return np.zeros(portfolio.at.shape, dtype=bool)
    begun = np.append(network.ancestors[:, network.spending], False)
    begun[network.spending] = True
    members = model.members
    spends = members.walks[portfolio.owner, network.spending] & ~members.done[portfolio.owner, network.spending]
    return np.asarray(~begun[portfolio.at] & spends)


def invert(model: Model, portfolio: Portfolio, target: Integers, before: Integers, new: Booleans) -> tuple[Floats, Floats]:
    """Fraction done at the start and work left, such that the year's target is spent by its year's end on the planning calendar.

    x0 = F^-1(I / T), whole work W = C / (F^-1((I + r) / T) - x0), what is left W (1 - x0), with T and r less what is spent
    before the start. C is the clock from the planned start (new) or from joining to the end of that calendar year, at least 30 days.
    A project without money this year has work that is never done.
    """
    tables, marks, curve = model.spending.different[0], model.spending.marks, model.spending.different[1][portfolio.sector]
    total, ahead = portfolio.total - before, target - before
    base = np.maximum(total, 1)
    x0 = curves.inverse(tables, curve, portfolio.invested / base, marks)
    x1 = curves.inverse(tables, curve, (portfolio.invested + ahead) / base, marks)
    clock, timeline = model.network.planning_clock, model.timeline
    begin = np.where(new, portfolio.planned_start, portfolio.joins)
    begin = np.clip(begin, 0, timeline.year_ends[-1])
    year = clock.at_many(timeline.year_ends)[year_of(model, begin)] - clock.at_many(begin)
    year = np.maximum(year, PLANNING_DAYS_AT_LEAST * timeline.ticks_per_day * 1_000_000)
    step = x1 - x0
    goes_on = (ahead > 0) & (step > 0)
    span = np.divide(year * 1e6 * (1.0 - x0), step, out=np.full(target.shape, np.inf), where=goes_on)
    return x0, np.maximum(np.floor(span + 0.5), 1.0)


def dropout_chances(model: Model, portfolio: Portfolio) -> Floats:
    """(replication, entity, stage) probabilities to leave: odds as stated x (total / reference)^slope x what further bidders add."""
    members = model.members
    stated = members.dropout[portfolio.owner]
    chances = np.broadcast_to(stated, (len(portfolio.total), *stated.shape))
    changes = ((members.dropout_reference > 0) | (members.odds > 0).any(axis=0)) & (members.dropout > 0).any(axis=0)
    if changes.any():
        chances = chances.copy()
    for stage in np.flatnonzero(changes):
        some = as_slice(np.flatnonzero(members.dropout[portfolio.owner, stage]))
        owner = portfolio.owner[some]
        chance, factor = members.dropout[owner, stage], 1.0 + members.odds[owner, stage] * (portfolio.bidders[:, some] - 1)
        if members.dropout_reference[stage]:
            relative = portfolio.total[:, some] / members.dropout_reference[stage]
            factor *= np.power(relative, members.dropout_slope[stage], out=np.ones_like(relative), where=relative > 0)
        chances[:, some, stage] = np.where(factor == 1.0, chance, chance * factor / (1.0 - chance + chance * factor))
    return chances


def draw_flows(model: Model, seed: int, replications: Integers) -> tuple[tuple[tuple[int, int, int], ...], ...]:
    """(replication,) of (tick, pool, amount) of every random inflow within the horizon."""
    flows: list[list[tuple[int, int, int]]] = [[] for _ in replications]
    for flow in model.pools.flows:
        name = model.pools.names[flow.pool]
        ticks = arrival_ticks(model, f"flow {name}", flow.intensity, seed, replications)
        amounts = np.full(ticks.shape, flow.amount)
        if flow.times is not None:
            keys = numbered_keys("flow", name, ticks.shape[1])
            amounts *= np.maximum(quantile(flow.times, uniforms(seed, replications, keys)), 0.0)
        whole = np.floor(amounts + 0.5).astype(np.int64).tolist()
        for row, (when, what) in enumerate(zip(ticks.tolist(), whole, strict=True)):
            flows[row] += [(tick, flow.pool, amount) for tick, amount in zip(when, what, strict=True) if tick < NEVER]
    return tuple(tuple(sorted(row)) for row in flows)


def draw_risks(model: Model, seed: int, replications: Integers) -> tuple[tuple[tuple[int, int], ...], ...]:
    """(replication, risk) whether, when and how long each event comes."""
    drawn = []
    for risk in model.risks:
        keys = np.array([name_key("risk", risk.name, purpose) for purpose in ("comes", "begins", "lasts")], dtype=np.uint64)
        comes, begins, lasts = uniforms(seed, replications, keys).T
        per_day = model.timeline.ticks_per_day
        begin = risk.first + np.floor(begins * ((risk.last - risk.first) // per_day + 1)).astype(np.int64) * per_day
        length = np.floor(quantile(risk.duration, lasts) * per_day + 0.5).astype(np.int64)
        drawn.append(zip(np.where(comes < risk.probability, begin, NEVER).tolist(), np.maximum(length, 0).tolist(), strict=True))
    return tuple(zip(*drawn, strict=True)) if drawn else tuple(() for _ in replications)


def draw_fai(model: Model, seed: int, replications: Integers, city_score: Floats) -> Floats:
    """(replication, 3) key share, pass-through and growth of the rest, the last correlated with the city's normal score."""
    priors = model.priors
    if priors.key_share is None or priors.pass_through is None or priors.rest_growth is None:
        return np.empty((len(replications), 0))
    keys = keys_of("city", ("key share", "pass through", "rest growth"))
    u = uniforms(seed, replications, keys)
    mixed = priors.correlation * city_score + np.sqrt(1 - priors.correlation**2) * ndtri(u[:, 2])
    parts = [quantile(priors.key_share, u[:, 0]), quantile(priors.pass_through, u[:, 1]), quantile(priors.rest_growth, ndtr(mixed))]
    return np.stack(parts, axis=1)
