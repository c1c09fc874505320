"""From traces to numbers: the month x metric array and the goals' outcomes of a block of replications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.engine.trace import Trace
from sim.model.arrays import Booleans, Floats, GoalModel, Integers, Model
from sim.results.accounts import Accounts, keep_accounts, planned
from sim.results.outcomes import Block, goal_outcome, reached
from sim.results.queues import levels_by_month, pool_table, stage_table, waiting_by_month
from sim.sampling.draws import Draws

COMPARE = {">=": np.greater_equal, ">": np.greater, "<=": np.less_equal, "<": np.less}


@dataclass(frozen=True, eq=False)
class Measures:
    """What a block of replications came to; arrays in replication order."""

    replications: Integers
    monthly: dict[str, Floats]
    """metric -> (replication, month), cumulative at month ends."""
    outcomes: Floats
    """(replication, goal) in yuan, count, days or fractions."""
    met: Booleans
    """(replication, goal)"""
    completion_drawn: Floats
    """(replication,) rho."""
    completion_realised: Floats
    """(replication,) year's investment over the plans of 1 January; nan where nothing is planned."""
    stages: dict[str, Floats] = field(default_factory=dict)
    """column -> (replication, stage): see `queues.stage_table`."""
    pools: dict[str, Floats] = field(default_factory=dict)
    """column -> (replication, pool): see `queues.pool_table`."""
    owners: dict[str, Floats] = field(default_factory=dict)
    """column -> (replication, owner): see `owner_table`."""
    waiting: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    """(replication, month, stage) requests that wait at month ends."""
    levels: Floats = field(default_factory=lambda: np.empty((0, 0, 0)))
    """(replication, month, pool) what is in stock, or free of servers, at month ends."""
    observed: Floats = field(default_factory=lambda: np.empty((0, 0)))
    """(replication, observation) what the model says of it, in yuan, count, days or fractions."""


def measure(model: Model, draws: Draws, trace: Trace) -> Measures:
    """All measures of a block."""
    deadlines = [goal.tick for goal in (*model.goals, *model.observations)]
    ends = [*model.timeline.month_ends, min(model.timeline.year_end, model.timeline.horizon), *deadlines]
    accounts = keep_accounts(model, draws, trace, np.unique(np.array(ends, dtype=np.int64)))
    block = Block(model, draws, trace, accounts)
    outcomes = outcomes_of(block, model.goals)
    met = np.empty(outcomes.shape, dtype=bool)
    for number, goal in enumerate(model.goals):
        met[:, number] = COMPARE[goal.comparator](outcomes[:, number], goal.threshold)
    return Measures(
        replications=draws.replications,
        monthly=monthly_metrics(model, trace, accounts),
        outcomes=outcomes,
        met=met,
        completion_drawn=draws.completion,
        completion_realised=realised_completion(model, draws, trace, accounts),
        stages=stage_table(model, trace),
        pools=pool_table(model, draws, trace),
        owners=owner_table(model, draws, accounts),
        waiting=waiting_by_month(model, trace),
        levels=levels_by_month(model, trace),
        observed=outcomes_of(block, model.observations),
    )


def outcomes_of(block: Block, goals: Sequence[GoalModel]) -> Floats:
    """(replication, goal) what each goal or observation comes to."""
    outcomes = np.empty((len(block.draws.replications), len(goals)))
    for number, goal in enumerate(goals):
        outcomes[:, number] = goal_outcome(block, goal)
    return outcomes


def monthly_metrics(model: Model, trace: Trace, accounts: Accounts) -> dict[str, Floats]:
    """Every metric that has a monthly path."""
    months = np.searchsorted(accounts.ticks, model.timeline.month_ends)
    completed = accounts.completed[:, :, months].sum(axis=1)
    metrics = {
        "investment_completed": completed,
        "investment_reported": known_at_month_end(model, completed),
        "investment_counted": accounts.counted[:, :, months].sum(axis=1),
        "projects_implemented": accounts.on_site[:, :, months].sum(axis=1),
    }
    for stage, milestone in enumerate(model.network.milestones):
        if milestone is not None:
            metrics[f"projects_{milestone}"] = np.stack(
                [reached(trace, stage, int(tick)).sum(axis=1) for tick in model.timeline.month_ends], axis=1
            )
    return {name: values.astype(np.float64) for name, values in metrics.items()}


def owner_table(model: Model, draws: Draws, accounts: Accounts) -> dict[str, Floats]:
    """Column -> (replication, owner), by the end of the horizon: yuan completed since the start, projects on whose sites work was done."""
    last, owner = int(np.searchsorted(accounts.ticks, model.timeline.horizon)), draws.portfolio.owner
    rows, owners = len(draws.replications), len(model.members.owners)
    cells = (np.arange(rows)[:, None] * owners + owner).ravel()

    def summed(values: Integers | Booleans) -> Floats:
        counted = np.bincount(cells, values.ravel().astype(np.float64), rows * owners)
        return np.asarray(counted.reshape(rows, owners), dtype=np.float64)

    return {"investment": summed(accounts.completed[:, :, last]), "on_site": summed(accounts.on_site[:, :, last])}


def known_at_month_end(model: Model, completed: Integers) -> Integers:
    """(replication, month) reported investment: of the work by each month's end, what is known then, the report of a month coming later."""
    known = np.searchsorted(model.spending.known_at, model.timeline.month_ends, side="right")
    padded = np.concatenate([np.zeros((len(completed), 1), dtype=np.int64), completed], axis=1)
    return np.asarray(padded[:, known])


def realised_completion(model: Model, draws: Draws, trace: Trace, accounts: Accounts) -> Floats:
    """(replication,) investment by the year's end of all projects with a plan on 1 January, over those plans."""
    year = int(np.searchsorted(accounts.ticks, min(model.timeline.year_end, model.timeline.horizon)))
    who = planned(model, draws, trace)
    plans = np.where(who, draws.portfolio.plan, 0).sum(axis=1)
    spent = np.where(who, accounts.completed[:, :, year], 0).sum(axis=1)
    return np.asarray(np.divide(spent, plans, out=np.full(len(plans), np.nan), where=plans > 0))
