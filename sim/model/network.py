"""Workflows of projects and of land to `Network`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from sim.calendar import PPM, Clock
from sim.model import rules
from sim.model.arrays import Booleans, Integers, Network, Product, Routes, Timeline, Who
from sim.model.members import flag_names, owners_of, walked_by
from sim.model.time import event_tick, steps_of
from sim.scenario.schema import LandBatch, Need, Route, Scenario, Stage, Where, Yield
from sim.scenario.values.quantities import Quantity

LAND = Need(per_mu=Quantity(Fraction(1), "area"))
"""A mu of stock for each mu that the entity needs."""


@dataclass(frozen=True)
class Clocks:
    """Clocks by calendar, and the one by which the year's plan is measured."""

    by_calendar: Mapping[str, Clock]
    planning: Clock


def compile_network(scenario: Scenario, clocks: Clocks, timeline: Timeline, sectors: Sequence[str]) -> Network:
    """Stages in the order of the file, those of land last."""
    names, stages, pools = tuple(scenario.stages), tuple(scenario.stages.values()), tuple(scenario.pools)
    shape = (len(stages), len(pools))
    needs = [[need_of(stage.needs.get(pool)) for pool in pools] for stage in stages]
    predecessors = np.array([[before in after.after for after in stages] for before in names], dtype=bool).reshape(len(names), len(names))
    return Network(
        names=names,
        milestones=tuple(stage.milestone for stage in stages),
        predecessors=predecessors,
        ancestors=ancestors(predecessors),
        durations=tuple(stage.duration for stage in stages),
        patience=tuple(stage.patience for stage in stages),
        waiting_room=np.array([-1 if stage.waiting_room is None else stage.waiting_room for stage in stages], dtype=np.int64),
        clocks=tuple(clocks.by_calendar[stage.calendar] for stage in stages),
        planning_clock=clocks.planning,
        spending=next((index for index, stage in enumerate(stages) if stage.spends), -1),
        waits_for_planned_start=np.array([stage.not_before is not None for stage in stages], dtype=bool),
        windows=tuple(compile_window(stage, timeline) for stage in stages),
        fixed_need=np.array([[_whole(need.amount) for need in row] for row in needs], dtype=np.int64).reshape(shape),
        need_per_mu=np.array([[_number(need.per_mu) for need in row] for row in needs], dtype=np.float64).reshape(shape),
        until=np.array([[names.index(need.until) if need.until else -1 for need in row] for row in needs], dtype=np.int64).reshape(shape),
        returns=np.array([[need.returns for need in row] for row in needs], dtype=bool).reshape(shape) & stocks(scenario),
        products=tuple(compile_products(stage, pools, timeline) for stage in stages),
        routes=tuple(compile_routes(stage, names, scenario, timeline, sectors) for stage in stages),
        duration_times=tuple(compile_times(stage, timeline) for stage in stages),
        dropout_times=tuple(steps_of(stage.dropout_times, 1.0, timeline) for stage in stages),
    )


def stocks(scenario: Scenario) -> Booleans:
    """(pool,) whether it is a stock."""
    return np.array([pool.kind == "stock" for pool in scenario.pools.values()], dtype=bool)


def need_of(written: Quantity | str | Need | None) -> Need:
    """A need in its long form; `land` is a mu of stock for each of the entity's."""
    match written:
        case None:
            return Need()
        case str():
            return LAND
        case Quantity():
            return Need(amount=written)
        case _:
            return written


def ancestors(predecessors: Booleans) -> Booleans:
    """(stage, before) the transitive closure of (before, after) `predecessors`, turned round."""
    reached = predecessors.copy()
    for middle in range(len(reached)):
        reached |= reached[:, middle, None] & reached[middle, None, :]
    return np.asarray(reached.T)


def compile_window(stage: Stage, timeline: Timeline) -> Integers:
    """Ticks at which a stage's window is open, in order: all of a date's day, or the instant `day n`."""
    spans = [(event_tick(instant, timeline), timeline.ticks_per_day if instant.date else 1) for instant in stage.window]
    return np.array(sorted({tick for first, length in spans for tick in range(first, first + length)}), dtype=np.int64)


def compile_products(stage: Stage, pools: Sequence[str], timeline: Timeline) -> tuple[Product, ...]:
    """What a stage puts into stocks."""
    products = []
    for pool, written in stage.produces.items():
        need = LAND if isinstance(written, str) else written
        form = Yield(amount=need) if isinstance(need, Quantity) else Yield(per_mu=need.per_mu) if isinstance(need, Need) else need
        delay = round(form.delay * timeline.ticks_per_day)
        products.append(Product(pools.index(pool), _number(form.amount), _number(form.per_mu), form.share, delay))
    return tuple(products)


def compile_times(stage: Stage, timeline: Timeline) -> tuple[tuple[int, int], ...]:
    """(tick, factor in ppm from then on) in order of time."""
    return tuple((tick, round(factor * PPM)) for tick, factor in steps_of(stage.duration_times, 1.0, timeline))


def compile_probabilities(routes: Sequence[Route], timeline: Timeline) -> tuple[tuple[int, tuple[float, ...]], ...]:
    """(tick, probability of each route from then on) in order of time; infinite where a route has none."""
    steps = [steps_of(math.inf if route.probability is None else route.probability, 0.0, timeline) for route in routes]
    ticks = sorted({tick for one in steps for tick, _ in one})
    return tuple((tick, tuple(rules.in_force(one, tick) for one in steps)) for tick in ticks)


def compile_routes(stage: Stage, names: Sequence[str], scenario: Scenario, timeline: Timeline, sectors: Sequence[str]) -> Routes | None:
    """A stage's routes, with who may take each."""
    if not stage.routes:
        return None
    routes: list[Route] = list(stage.routes.values())
    return Routes(
        targets=tuple(names.index(target) for target in stage.routes),
        probabilities=compile_probabilities(routes, timeline),
        who=tuple(who_walks(target, route.when, scenario, sectors) for target, route in stage.routes.items()),
        otherwise=-1 if stage.otherwise is None else names.index(stage.otherwise),
        rework_at_most=stage.rework_at_most,
    )


def owner_mask(where: Where, scenario: Scenario) -> Booleans:
    """(owner,) whether it has one of the named values of every key; what lacks a key has no value of it."""
    masks = []
    for name, owner in owners_of(scenario).items():
        has = {key: getattr(owner, key, None) for key in ("kind", "list", "level", "district", "unit", "region")} | {"name": name}
        if isinstance(owner, LandBatch):
            has["kind"] = None
        masks.append(all(not getattr(where, key) or value in getattr(where, key) for key, value in has.items()))
    return np.array(masks, dtype=bool)


def who_is(where: Where, scenario: Scenario, sectors: Sequence[str]) -> Who:
    """A choice among projects as masks."""
    flags = np.array([flag in where.flag for flag in flag_names(scenario)], dtype=bool)
    return Who(owner_mask(where, scenario), sector_mask(where, sectors), flags)


def who_walks(stage: str, where: Where, scenario: Scenario, sectors: Sequence[str]) -> Who:
    """A choice among those who walk a stage: no route leads to one that is not there."""
    who = who_is(where, scenario, sectors)
    walks = np.array([stage in walked_by(owner, scenario) for owner in owners_of(scenario).values()], dtype=bool)
    return replace(who, owners=who.owners & walks)


def sector_mask(where: Where, sectors: Sequence[str]) -> Booleans:
    """(sector,) whether it is one of the named ones."""
    return np.array([not where.sector or sector in where.sector for sector in sectors], dtype=bool)


def _whole(amount: Quantity | None) -> int:
    """An amount to the nearest whole unit, nothing for none."""
    return 0 if amount is None else math.floor(amount.value + 1 / 2)


def _number(amount: Quantity | None) -> float:
    return 0.0 if amount is None else float(amount.value)
