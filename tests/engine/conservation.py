"""What must hold of every replication, whatever the scenario: told as a list of faults, empty for a sound one."""

from dataclasses import fields, replace
from types import SimpleNamespace
from unittest import mock

import numpy as np

from sim.calendar import NEVER
from sim.engine import reference
from sim.engine.trace import ABSENT, BEFORE, CANCELLED, DONE, LEFT, NOT_YET, SKIPPED, stacked
from sim.results.accounts import keep_accounts
from sim.results.queues import needed
from sim.results.visits import visit_table
from sim.sampling.portfolio import COLUMNS


class Watched(reference.Pools):
    """Pools that write down every movement: (tick, pool, amount)."""

    moves: list

    def add(self, pool, amount):
        self.moves.append((int(self.env.now), pool, amount))
        super().add(pool, amount)

    def take(self, needs):
        self.moves += [(int(self.env.now), pool, -amount) for pool, amount in needs]
        super().take(needs)


def faults(model, draws, row):
    """What is wrong with a replication: movements of pools, the order of stages, waiting in vain."""
    Watched.moves = []
    with mock.patch.object(reference, "Pools", Watched):
        trace = reference.simulate(model, draws, row)
    found = [*pool_faults(model, draws, row, trace, Watched.moves), *order_faults(model, draws, row, trace)]
    found += money_faults(model, draws, row, trace)
    return found + vain_waits(model, draws, row, trace, Watched.moves)


def money_faults(model, draws, row, trace):
    """Yuan that were not planned for, taken back, or spent beyond a project's total; sites at work beyond their work."""
    if model.network.spending < 0:
        return
    if (trace.fund_held < 0).any():
        yield "a fund owes more than it gave"
    alone = alone_of(draws, row)
    ticks = np.arange(0, model.timeline.horizon + 1, max(model.timeline.horizon // 40, 1))
    accounts = keep_accounts(model, alone, stacked([trace]), np.append(ticks, model.timeline.horizon))
    completed, total = accounts.completed[0], alone.portfolio.total[0] - alone.portfolio.invested[0]
    if (np.diff(completed, axis=1, prepend=0) < 0).any() or (completed > total[:, None]).any():
        yield "investment goes back, or beyond the total"
    if (accounts.counted[0] > completed).any():
        yield "more is counted than is done"
    done = trace.outcome[:, model.network.spending] == DONE
    if (completed[done, -1] != total[done]).any():
        yield "a finished project has not spent its total"


def pool_faults(model, draws, row, trace, moves):
    """Stocks below nothing, more servers at work than are open, and what came not being what was used and is left."""
    pools, visits = model.pools, visit_table(model, stacked([trace]))
    open_changes = [(tick, pool, more) for tick, pool, more in pools.inflows if not pools.is_stock[pool]]
    for pool, name in enumerate(pools.names):
        own = [(tick, amount) for tick, which, amount in moves if which == pool]
        level = np.cumsum([pools.initial[pool], *(amount for _, amount in own)])
        if pools.is_stock[pool] and (level < 0).any():
            yield f"{name} is below nothing"
        if not pools.is_stock[pool]:
            yield from server_faults(name, int(pools.initial[pool]), own, [(t, more) for t, p, more in open_changes if p == pool])
        if level[-1] != trace.free[pool]:
            yield f"{name}: {level[-1]} is left by its movements, {trace.free[pool]} by its own count"
        if pools.is_stock[pool]:
            came = came_to(model, draws, row, trace, visits, pool)
            used = int(trace.fund_paid[pool] + trace.fund_held[pool]) + int(
                (needed(model, draws_row(draws, row), visits, pool) * (visits.began >= 0)).sum()
            )
            if came - used != trace.free[pool]:
                yield f"{name}: {came} came, {used} was used, {trace.free[pool]} is left"


def alone_of(draws, row):
    """The draws of one replication, with all entities of its block: drawn alone, streams would have fewer that never come."""
    one, portfolio, visits = slice(row, row + 1), draws.portfolio, draws.visits
    return replace(
        draws,
        replications=draws.replications[one],
        portfolio=replace(portfolio, **{key: getattr(portfolio, key)[one] for key in (*COLUMNS, "flags", "bidders", "choice")}),
        visits=replace(visits, **{field.name: getattr(visits, field.name)[one] for field in fields(visits)}),
        **{key: getattr(draws, key)[one] for key in ("dropout", "span", "x0", "target", "before", "completion", "fai", "flows", "risks")},
    )


def draws_row(draws, row):
    """Draws of which only the land of one replication is asked."""
    return SimpleNamespace(portfolio=SimpleNamespace(land=draws.portfolio.land[row : row + 1]))


def came_to(model, draws, row, trace, visits, pool):
    """All that came to a stock by the horizon: at the start, on dates, by chance, from stages, back from rework."""
    horizon, land = model.timeline.horizon, draws.portfolio.land[row]
    came = int(model.pools.initial[pool])
    came += sum(amount for tick, p, amount in (*model.pools.inflows, *draws.flows[row]) if p == pool and tick <= horizon)
    for number, stage in enumerate(visits.stage):
        mu, last = int(land[visits.entity[number]]), visits.visit[number] == trace.visit[visits.entity[number], stage]
        own = model.districts.own_pool[visits.district[number]].tolist()
        for product in model.network.products[stage]:
            if own[product.pool] == pool and visits.outcome[number] == DONE and visits.ended[number] + product.delay <= horizon:
                came += int((product.fixed + product.per_mu * mu) * product.share + 0.5)
        for named in np.flatnonzero(model.network.returns[stage]):
            if own[named] == pool and not last and visits.began[number] >= 0:
                came += int(model.network.fixed_need[stage, named] + model.network.need_per_mu[stage, named] * mu + 0.5)
    return came


def server_faults(name, capacity, own, changes):
    """Servers at work beyond those open; those who are at work when capacity falls may finish."""
    busy, most = 0, capacity
    changes = sorted(changes)
    for tick, amount in own:
        if changes and (tick, amount) == changes[0]:
            most += changes.pop(0)[1]
            continue
        busy -= amount
        if amount < 0 and busy > most:
            yield f"{name}: {busy} at work, {most} open, at {tick}"


def order_faults(model, draws, row, trace):
    """Stages before what leads to them, and ticks out of order."""
    network, joins = model.network, draws.portfolio.joins[row]
    for entity, stage in zip(*np.nonzero(trace.ready >= 0), strict=True):
        before = [p for p in np.flatnonzero(network.predecessors[:, stage]) if trace.outcome[entity, p] != ABSENT]
        states = {int(trace.outcome[entity, p]) for p in before}
        if states - {BEFORE, DONE, SKIPPED} or (before and not states & {BEFORE, DONE}):
            yield f"stage {stage} of {entity} is ready though {states}"
        if trace.ready[entity, stage] < max([joins[entity], *(trace.ended[entity, p] for p in before)]):
            yield f"stage {stage} of {entity} is ready before its predecessors"
    if (trace.ready[np.isin(trace.outcome, (SKIPPED, ABSENT, BEFORE))] >= 0).any():
        yield "a stage that is not walked begins"
    visits = visit_table(model, stacked([trace]))
    for first, then in ((visits.ready, visits.requested), (visits.requested, visits.began), (visits.began, visits.ended)):
        cut_short = np.isin(visits.outcome, (CANCELLED, *range(LEFT + 1, LEFT + 3)))
        if not (cut_short | (then == -1) | ((first >= 0) & (first <= then))).all():
            yield "ticks of a visit are out of order"


def vain_waits(model, draws, row, trace, moves):
    """Who waits at the end of an instant though all it needs is free and nobody earlier keeps it from it."""
    visits, pools = visit_table(model, stacked([trace])), model.pools
    if not pools.names:
        return []
    priority = model.members.priority[draws.portfolio.owner][visits.entity]
    amounts = np.stack([needed(model, draws_row(draws, row), visits, pool) for pool in range(len(pools.names))], axis=1)
    end = np.where((visits.outcome == NOT_YET) & (visits.until == model.timeline.horizon), NEVER, visits.until)
    over = np.where(visits.began >= 0, visits.began, end)
    asks = np.flatnonzero((visits.requested >= 0) & (over > visits.requested) & (amounts.sum(axis=1) > 0))
    asks = asks[np.lexsort((visits.stage[asks], visits.entity[asks], visits.requested[asks], priority[asks]))]
    found, free, steps = [], pools.initial.copy(), sorted(moves, key=lambda move: move[0])
    for tick in sorted({tick for tick, *_ in moves} | set(visits.requested[asks].tolist())):
        while steps and steps[0][0] <= tick:
            _, pool, amount = steps.pop(0)
            free[pool] += amount
        waits = asks[(visits.requested[asks] <= tick) & (over[asks] > tick)]
        lacks = amounts[waits] > free
        bars = lacks & ~pools.passing
        barred = np.cumsum(bars, axis=0) - bars > 0
        if model.review and any(model.review.list_size):  # who was taken up goes before all others: anybody may be barred by anybody
            barred = np.broadcast_to(bars.any(axis=0), bars.shape)
        in_vain = ~lacks.any(axis=1) & ~(barred & (amounts[waits] > 0)).any(axis=1)
        found += [f"tick {tick}: entity {visits.entity[one]} waits for nothing at stage {visits.stage[one]}" for one in waits[in_vain]]
    return found
