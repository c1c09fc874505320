"""Faults between the values of a scenario: names that are not there, circles, sums, needs, dates.

Each check yields problems without a place, at a dotted path; the loader turns paths into places. A scenario may be checked though parts
of its file were refused: those parts are missing from it, and `Declared` says that they stand in the file, so that nobody is told
twice about one fault.
"""

from __future__ import annotations

from sim.errors import Problem
from sim.scenario.checks.declared import Declared
from sim.scenario.checks.goals import goal_problems, prior_problems
from sim.scenario.checks.intake import intake_problems
from sim.scenario.checks.levers import lever_problems
from sim.scenario.checks.members import member_problems, portfolio_problems
from sim.scenario.checks.names import name_problems, reading_problems
from sim.scenario.checks.plans import plan_problems
from sim.scenario.checks.pools import pool_problems
from sim.scenario.checks.routes import route_problems
from sim.scenario.checks.supervision import district_problems, supervision_problems
from sim.scenario.checks.time import time_problems
from sim.scenario.checks.workflow import workflow_problems
from sim.scenario.schema import Scenario

__all__ = ["Declared", "check"]

CHECKS = (
    name_problems,
    time_problems,
    workflow_problems,
    route_problems,
    pool_problems,
    member_problems,
    portfolio_problems,
    intake_problems,
    plan_problems,
    supervision_problems,
    district_problems,
    goal_problems,
    prior_problems,
    reading_problems,
    lever_problems,
)


def check(scenario: Scenario, declared: Declared | None = None) -> list[Problem]:
    """All faults and doubts, in the order of the blocks; none twice."""
    written = declared or Declared({})
    return list({(problem.kind, problem.path, problem.found): problem for one in CHECKS for problem in one(scenario, written)}.values())
