"""The arithmetic from plan to goal: what last year's completion would make of the listed plan, and what is then still missing.

No run is needed. Stated amounts are carried exactly, as fractions; only the prior of completion brings in floats.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scipy import special

Exact = int | float | Fraction
"""A number as it was stated; a float stands for the shortest decimal that reads as it."""


@dataclass(frozen=True)
class CompletionOdds:
    """Realised completion of an annual plan: log-normal."""

    log_mean: float
    log_sd: float

    @property
    def median(self) -> float:
        """Completion that is as likely exceeded as not."""
        return math.exp(self.log_mean)

    def chance_of(self, completion: float) -> float:
        """Probability that the plan is completed to at least `completion`."""
        return float(special.ndtr((self.log_mean - math.log(completion)) / self.log_sd))

    def reached_with(self, probability: float) -> float:
        """Completion that is reached with `probability`."""
        return math.exp(self.log_mean - self.log_sd * float(special.ndtri(probability)))


@dataclass(frozen=True)
class PlanBridge:
    """From the listed plan to the investment goal, in yuan."""

    goal: Fraction
    plan: Fraction
    completion_needed: Fraction
    """Goal over listed plan."""
    last_years_completion: Fraction | None
    at_last_years_rate: Fraction | None
    """What the listed plan comes to at last year's completion."""
    missing: Fraction | None
    """What the goal is above that; below zero where the plan overshoots it."""
    odds: CompletionOdds | None
    """Completion of this year's plan, last year's taken in."""
    chance: float | None
    """Probability that the listed plan alone reaches the goal."""
    plans_needed: Mapping[float, float]
    """Probability -> listed plan that reaches the goal with it, yuan."""


@dataclass(frozen=True)
class GrowthBridge:
    """From the investment goal to the growth goal of fixed-asset investment (FAI)."""

    goal: Fraction
    key_growth: Fraction
    """Growth of key-project investment on last year if it reaches its goal."""
    key_share: Fraction
    """Key projects' part of last year's FAI."""
    pass_through: Fraction
    """The part of key projects' growth that arrives in FAI, as the prior expects it."""
    rest_needed: Fraction
    """Growth of the rest that the goal needs if all of it arrives."""
    rest_needed_at_prior: Fraction
    """The same with the prior's pass-through."""


@dataclass(frozen=True)
class ProjectBridge:
    """From the listed projects to the goal of projects implemented."""

    goal: int
    listed: int
    missing: int
    """Below zero where more are listed than the goal asks for."""


@dataclass(frozen=True)
class Bridge:
    """How the plan can become the goal; a part is None where the scenario has no such goal."""

    plan: PlanBridge | None
    growth: GrowthBridge | None
    projects: ProjectBridge | None


def exact(value: Exact) -> Fraction:
    """A stated number as a fraction: 1.317 is 1317/1000."""
    return Fraction(str(value))


def completion_odds(log_mean: float, log_sd: float, persistence: float, last_year: Exact | None) -> CompletionOdds:
    """Prior of this year's completion, drawn towards the city's own last year by the correlation `persistence` of the logs."""
    if last_year is None:
        return CompletionOdds(log_mean, log_sd)
    drawn = log_mean + persistence * (math.log(last_year) - log_mean)
    return CompletionOdds(drawn, log_sd * math.sqrt(1 - persistence**2))


def plan_bridge(
    goal: Exact, plan: Exact, last_year: Exact | None, odds: CompletionOdds | None, probabilities: Sequence[float] = (0.5, 0.8)
) -> PlanBridge:
    """Bridge from a listed `plan` above zero to a `goal`, yuan; `last_year` is last year's completion, `odds` this year's."""
    aim, listed, rate = exact(goal), exact(plan), None if last_year is None else exact(last_year)
    at_last_years_rate = None if rate is None else listed * rate
    return PlanBridge(
        goal=aim,
        plan=listed,
        completion_needed=aim / listed,
        last_years_completion=rate,
        at_last_years_rate=at_last_years_rate,
        missing=None if at_last_years_rate is None else aim - at_last_years_rate,
        odds=odds,
        chance=None if odds is None else odds.chance_of(float(aim / listed)),
        plans_needed={} if odds is None else {chance: float(aim) / odds.reached_with(chance) for chance in probabilities},
    )


def growth_bridge(goal: Exact, investment_goal: Exact, last_years_investment: Exact, key_share: Exact, pass_through: Exact) -> GrowthBridge:
    """What the rest of FAI must grow by: goal = share x pass-through x growth of key projects + (1 - share) x growth of the rest."""
    growth_goal, share, passed = exact(goal), exact(key_share), exact(pass_through)
    key_growth = exact(investment_goal) / exact(last_years_investment) - 1
    rest_needed, rest_needed_at_prior = ((growth_goal - share * part * key_growth) / (1 - share) for part in (Fraction(1), passed))
    return GrowthBridge(growth_goal, key_growth, share, passed, rest_needed, rest_needed_at_prior)


def project_bridge(goal: int, listed: int) -> ProjectBridge:
    """How many projects later batches must bring."""
    return ProjectBridge(goal, listed, goal - listed)
