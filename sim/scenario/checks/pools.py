"""Pools: what stages need of them, and whether it can ever be there."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sim.errors import Problem
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.checks.time import is_simulated
from sim.scenario.schema import Project, Scenario, Servers, Stage, Stock
from sim.scenario.values.quantities import Quantity, nearest
from sim.scenario.values.units import ALLOWED, Dimension

STOCKED: tuple[Dimension, ...] = ("money", "area", "count", "number")
YUAN_PER_BN = 1_000_000_000


def pool_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """All faults of pools and of the needs for them."""
    for name, pool in scenario.pools.items():
        if isinstance(pool, Stock):
            yield from _stock_problems(name, pool)
    pools = declared.names("pools") | set(scenario.pools)
    for stage_name, stage in scenario.workflow.items():
        for name, need in stage.needs.items():
            path = f"workflow.{stage_name}.needs.{name}"
            yield from unknown("unknown-pool", path, name, pools)
            if name in scenario.pools:
                yield from _need_problems(scenario, path, stage_name, need, name)


def _stock_problems(name: str, stock: Stock) -> Iterator[Problem]:
    """A stock and its inflow are of one dimension."""
    dimension = _dimension(stock.initial)
    if dimension not in STOCKED:
        yield Problem("unit", path=f"pools.{name}.initial", found=str(stock.initial), allowed="; ".join(ALLOWED[one] for one in STOCKED))
        return
    inflow = {f"dated.{instant}": amount for instant, amount in stock.tranches.dated.items()}
    if stock.tranches.monthly is not None:
        inflow["monthly"] = stock.tranches.monthly
    for key, amount in inflow.items():
        if _dimension(amount) != dimension:
            yield Problem("unit", path=f"pools.{name}.tranches.{key}", found=str(amount), allowed=ALLOWED[dimension])


def _dimension(amount: Quantity) -> Dimension:
    """The dimension of an amount; a bare number counts."""
    return "count" if amount.dimension == "number" else amount.dimension


def _need_problems(scenario: Scenario, path: str, stage_name: str, need: Quantity | str, pool_name: str) -> Iterator[Problem]:
    pool = scenario.pools[pool_name]
    if isinstance(need, str):
        yield from _land_problems(scenario, path, stage_name, pool_name)
        return
    if isinstance(pool, Servers):
        yield from _servers_problems(path, need, pool)
        return
    if _dimension(need) != _dimension(pool.initial):
        yield Problem("need", path=path, found=str(need), allowed=ALLOWED[_dimension(pool.initial)])
        return
    most = ever_there(scenario, pool)
    if nearest(need.value) > most:
        unit = pool.initial.dimension
        yield Problem("need-above-capacity", path=path, found=str(need), allowed=f"≤ {Quantity(Fraction(most), unit)}")


def _servers_problems(path: str, need: Quantity, pool: Servers) -> Iterator[Problem]:
    if _dimension(need) != "count" or need.value.denominator != 1:
        yield Problem("need", path=path, found=str(need), allowed="0, 1, 2, …")
    elif need.value > pool.capacity:
        yield Problem("need-above-capacity", path=path, found=str(need), allowed=f"≤ {pool.capacity}")


def _land_problems(scenario: Scenario, path: str, stage_name: str, pool_name: str) -> Iterator[Problem]:
    """`land` needs a stock of land, and for each listed project one that can ever hold enough."""
    pool = scenario.pools[pool_name]
    if not isinstance(pool, Stock) or pool.initial.dimension != "area":
        yield Problem("need", path=path, found="land", allowed="kind: stock, initial: 2,022 mu")
        return
    most = ever_there(scenario, pool)
    for name, project in scenario.portfolio.projects.items():
        need = land_need(scenario, project)
        if need > most and _passes(scenario, project, stage_name):
            path = f"portfolio.projects.{name}.{'land' if project.land is not None else 'total'}"
            yield Problem("need-above-capacity", path=path, found=f"{need:,} mu", allowed=f"≤ {most:,} mu (pools.{pool_name})")


def land_need(scenario: Scenario, project: Project) -> int:
    """Mu that a listed project needs: as stated, else its total times the land for a bn yuan."""
    if project.land is not None:
        return project.land
    return round(project.total / YUAN_PER_BN * (scenario.assumptions.land_per_bn_yuan or 0))


def _passes(scenario: Scenario, project: Project, stage_name: str) -> bool:
    """Whether a project still has a stage before it."""
    if project.at is None or project.at not in scenario.workflow:
        return stage_name not in project.done
    return stage_name not in project.done and stage_name not in before(scenario.workflow, project.at)


def before(stages: dict[str, Stage], name: str) -> set[str]:
    """All stages that lead to a stage."""
    found: set[str] = set()
    front = set(stages[name].after)
    while front:
        found |= front
        front = {earlier for stage in front if stage in stages for earlier in stages[stage].after} - found
    return found


def ever_there(scenario: Scenario, stock: Stock) -> int:
    """All that a stock can hold within the simulated time if nobody takes from it."""
    dated = sum(nearest(amount.value) for instant, amount in stock.tranches.dated.items() if is_simulated(scenario, instant))
    monthly = nearest(stock.tranches.monthly.value) * _month_starts(scenario) if stock.tranches.monthly else 0
    return nearest(stock.initial.value) + dated + monthly


def _month_starts(scenario: Scenario) -> int:
    """First days of months after the start, up to the end of the horizon; an undated scenario has none."""
    start, horizon = scenario.run.start, scenario.run.horizon
    if not (start and start.date and horizon.date):
        return 0
    months = (horizon.date.year - start.date.year) * 12 + horizon.date.month - start.date.month
    return max(months, 0)
