"""From traces to numbers: the month x metric array and the goals' outcomes of a block of replications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.engine.trace import Trace
from sim.model.arrays import Booleans, Floats, GoalModel, Integers, Model
from sim.results.accounts import Sums, accounts_and_sums
from sim.results.outcomes import Block, goal_outcome
from sim.results.queues import Counts, counts_of, levels_by_month, pool_table, stage_table
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
    timeline = model.timeline
    deadlines = [goal.tick for goal in (*model.goals, *model.observations)]
    kept = np.unique(np.array([min(timeline.year_end, timeline.horizon), *deadlines], dtype=np.int64))
    accounts, sums = accounts_and_sums(model, draws, trace, kept, np.union1d(kept, [*timeline.month_ends, timeline.horizon]))
    counts = counts_of(model, draws, trace)
    block = Block(model, draws, trace, accounts)
    outcomes = outcomes_of(block, model.goals)
    met = np.empty(outcomes.shape, dtype=bool)
    for number, goal in enumerate(model.goals):
        met[:, number] = COMPARE[goal.comparator](outcomes[:, number], goal.threshold)
    return Measures(
        replications=draws.replications,
        monthly=monthly_metrics(model, sums, counts),
        outcomes=outcomes,
        met=met,
        completion_drawn=draws.completion,
        completion_realised=realised_completion(block),
        stages=stage_table(model, trace, counts),
        pools=pool_table(model, trace, counts),
        owners=owner_table(sums),
        waiting=counts.waiting.astype(np.float64),
        levels=levels_by_month(model, trace),
        observed=outcomes_of(block, model.observations),
    )


def outcomes_of(block: Block, goals: Sequence[GoalModel]) -> Floats:
    """(replication, goal) what each goal or observation comes to."""
    outcomes = np.empty((len(block.draws.replications), len(goals)))
    for number, goal in enumerate(goals):
        outcomes[:, number] = goal_outcome(block, goal)
    return outcomes


def monthly_metrics(model: Model, sums: Sums, counts: Counts) -> dict[str, Floats]:
    """Every metric that has a monthly path."""
    months = np.searchsorted(sums.ticks, model.timeline.month_ends)
    completed, counted, on_site = np.moveaxis(sums.by_tick[:, months], 2, 0)
    metrics = {
        "investment_completed": completed,
        "investment_reported": known_at_month_end(model, completed),
        "investment_counted": counted,
        "projects_implemented": on_site,
    }
    for stage, milestone in enumerate(model.network.milestones):
        if milestone is not None:
            metrics[f"projects_{milestone}"] = counts.reached[:, :, stage]
    return {name: values.astype(np.float64) for name, values in metrics.items()}


def owner_table(sums: Sums) -> dict[str, Floats]:
    """Column -> (replication, owner), by the end of the horizon: yuan completed since the start, projects on whose sites work was done."""
    investment, on_site = np.moveaxis(sums.by_owner, 2, 0).astype(np.float64)
    return {"investment": investment, "on_site": on_site}


def known_at_month_end(model: Model, completed: Integers) -> Integers:
    """(replication, month) reported investment: of the work by each month's end, what is known then, the report of a month coming later."""
    known = np.searchsorted(model.spending.known_at, model.timeline.month_ends, side="right")
    padded = np.concatenate([np.zeros((len(completed), 1), dtype=np.int64), completed], axis=1)
    return np.asarray(padded[:, known])


def realised_completion(block: Block) -> Floats:
    """(replication,) investment by the year's end of all projects with a plan on 1 January, over those plans."""
    timeline, accounts = block.model.timeline, block.accounts
    year = int(np.searchsorted(accounts.ticks, min(timeline.year_end, timeline.horizon)))
    plans = np.where(block.planned, block.draws.portfolio.plan, 0).sum(axis=1)
    spent = np.where(block.planned, accounts.completed[:, :, year], 0).sum(axis=1)
    return np.asarray(np.divide(spent, plans, out=np.full(len(plans), np.nan), where=plans > 0))
