"""Pools: what stages need of them, and whether it can ever be there."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sim.errors import Problem
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.checks.time import is_simulated
from sim.scenario.schema import Need, Project, Scenario, Servers, Stage, Stock, Yield, entries_of, values_of
from sim.scenario.values.quantities import Quantity, nearest
from sim.scenario.values.units import ALLOWED, Dimension

STOCKED: tuple[Dimension, ...] = ("money", "area", "count", "number")
YUAN_PER_BN = 1_000_000_000


def pool_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """All faults of pools, of the needs for them and of what comes to them."""
    for name, pool in scenario.pools.items():
        if isinstance(pool, Stock):
            yield from _stock_problems(name, pool)
    pools = declared.names("pools") | set(scenario.pools)
    for block, stages in scenario.workflows.items():
        for stage_name, stage in stages.items():
            for name, need in stage.needs.items():
                path = f"{block}.{stage_name}.needs.{name}"
                yield from unknown("unknown-pool", path, name, pools)
                if name in scenario.pools:
                    yield from _need_problems(scenario, path, stage_name, need, name)
                    yield from _until_problems(path, stages, stage_name, need)
            for name, product in stage.produces.items():
                path = f"{block}.{stage_name}.produces.{name}"
                yield from unknown("unknown-pool", path, name, pools)
                if name in scenario.pools:
                    yield from _product_problems(path, product, scenario.pools[name])


def _until_problems(path: str, stages: dict[str, Stage], stage_name: str, need: Quantity | str | Need) -> Iterator[Problem]:
    """Servers are kept to the end of a stage that follows."""
    if not isinstance(need, Need) or need.until is None or need.until == stage_name:
        return
    yield from unknown("unknown-stage", f"{path}.until", need.until, stages)
    if need.until in stages and stage_name not in before(stages, need.until):
        later = [name for name in stages if stage_name in before(stages, name)]
        yield Problem("need", path=f"{path}.until", found=need.until, allowed=", ".join([stage_name, *later]))


def _product_problems(path: str, product: Quantity | str | Yield, pool: Servers | Stock) -> Iterator[Problem]:
    """What is produced goes into a stock of its dimension."""
    if isinstance(pool, Servers):
        yield Problem("need", path=path, found="kind: servers", allowed="kind: stock")
        return
    dimension = _dimension(pool.initial)
    if isinstance(product, str):
        amounts = {"": Quantity(Fraction(1), "area")}
    elif isinstance(product, Quantity):
        amounts = {"": product}
    else:
        amounts = {f".{key}": amount for key in ("amount", "per_mu") if (amount := getattr(product, key)) is not None}
        if not amounts:
            yield Problem("missing-key", path=path, found="", allowed="amount, per_mu")
    for key, amount in amounts.items():
        if _dimension(amount) != dimension:
            yield Problem("need", path=path + key, found=str(amount), allowed=ALLOWED[dimension])


def _stock_problems(name: str, stock: Stock) -> Iterator[Problem]:
    """A stock and its inflow are of one dimension."""
    dimension = _dimension(stock.initial)
    if dimension not in STOCKED:
        yield Problem("unit", path=f"pools.{name}.initial", found=str(stock.initial), allowed="; ".join(ALLOWED[one] for one in STOCKED))
        return
    inflow = {f"dated.{instant}": amount for instant, amount in stock.tranches.dated.items()}
    inflow |= {f"monthly{key}": amount for key, amount in entries_of(stock.tranches.monthly)}
    paths = {f"tranches.{key}": amount for key, amount in inflow.items()} | ({"flow.amount": stock.flow.amount} if stock.flow else {})
    for key, amount in paths.items():
        if _dimension(amount) != dimension:
            yield Problem("unit", path=f"pools.{name}.{key}", found=str(amount), allowed=ALLOWED[dimension])


def _dimension(amount: Quantity) -> Dimension:
    """The dimension of an amount; a bare number counts."""
    return "count" if amount.dimension == "number" else amount.dimension


def _need_problems(scenario: Scenario, path: str, stage_name: str, need: Quantity | str | Need, pool_name: str) -> Iterator[Problem]:
    pool = scenario.pools[pool_name]
    if isinstance(need, Need):
        yield from _long_need_problems(scenario, path, stage_name, need, pool_name)
    elif isinstance(need, str):
        yield from _land_problems(scenario, path, stage_name, pool_name)
    elif isinstance(pool, Servers):
        yield from _servers_problems(path, need, pool)
    else:
        yield from _amount_problems(scenario, path, need, pool)


def _long_need_problems(scenario: Scenario, path: str, stage_name: str, need: Need, pool_name: str) -> Iterator[Problem]:
    """A need told by its parts, of which some are for servers and some for stocks."""
    pool = scenario.pools[pool_name]
    if need.amount is None and need.per_mu is None:
        yield Problem("missing-key", path=path, found="", allowed="amount, per_mu")
    strangers = (
        {"per_mu": need.per_mu is not None, "returns": need.returns} if isinstance(pool, Servers) else {"until": need.until is not None}
    )
    for key, given in strangers.items():
        if given:
            yield Problem(
                "need",
                path=f"{path}.{key}",
                found=f"kind: {pool.kind}",
                allowed="amount, until" if pool.kind == "servers" else "amount, per_mu, returns",
            )
    if need.amount is not None:
        yield from _need_problems(scenario, f"{path}.amount", stage_name, need.amount, pool_name)
    if need.per_mu is not None and isinstance(pool, Stock) and _dimension(need.per_mu) != _dimension(pool.initial):
        yield Problem("need", path=f"{path}.per_mu", found=str(need.per_mu), allowed=ALLOWED[_dimension(pool.initial)])


def _amount_problems(scenario: Scenario, path: str, need: Quantity, pool: Stock) -> Iterator[Problem]:
    """An amount of a stock is of its dimension, and can ever be there."""
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
    elif need.value > (most := max(values_of(pool.capacity))):
        yield Problem("need-above-capacity", path=path, found=str(need), allowed=f"≤ {most}")


def _land_problems(scenario: Scenario, path: str, stage_name: str, pool_name: str) -> Iterator[Problem]:
    """`land` needs a stock of land, and for each listed project one that can ever hold enough."""
    pool = scenario.pools[pool_name]
    if not isinstance(pool, Stock) or pool.initial.dimension != "area":
        yield Problem("need", path=path, found="land", allowed="kind: stock, initial: 2,022 mu")
        return
    for name, project in scenario.portfolio.projects.items():
        own_name = own_pool(scenario, project.district, pool_name)
        own = scenario.pools.get(own_name)
        if not isinstance(own, Stock) or not _passes(scenario, project, stage_name):
            continue
        need, most = land_need(scenario, project), ever_there(scenario, own)
        if need > most:
            path = f"portfolio.projects.{name}.{'land' if project.land is not None else 'total'}"
            yield Problem("need-above-capacity", path=path, found=f"{need:,} mu", allowed=f"≤ {most:,} mu (pools.{own_name})")


def own_pool(scenario: Scenario, district: str | None, pool_name: str) -> str:
    """The pool from which a project of a district takes what stages name."""
    known = scenario.districts.get(district or "")
    return known.pools.get(pool_name, pool_name) if known else pool_name


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


def ever_there(scenario: Scenario, stock: Stock) -> float:
    """At most so much a stock can ever hold if nobody takes from it; without end where some comes by chance or from stages."""
    name = next(name for name, pool in scenario.pools.items() if pool is stock)
    if stock.flow or any(name in stage.produces for stage in scenario.stages.values()):
        return float("inf")
    dated = sum(nearest(amount.value) for instant, amount in stock.tranches.dated.items() if is_simulated(scenario, instant))
    monthly = max((nearest(amount.value) for _, amount in entries_of(stock.tranches.monthly)), default=0) * _month_starts(scenario)
    return nearest(stock.initial.value) + dated + monthly


def _month_starts(scenario: Scenario) -> int:
    """First days of months after the start, up to the end of the horizon; an undated scenario has none."""
    start, horizon = scenario.run.start, scenario.run.horizon
    if not (start and start.date and horizon.date):
        return 0
    months = (horizon.date.year - start.date.year) * 12 + horizon.date.month - start.date.month
    return max(months, 0)
