"""Review, funding and risks."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.checks.routes import where_problems
from sim.scenario.checks.time import days_since_start
from sim.scenario.checks.workflow import probability_problems
from sim.scenario.schema import Member, Scenario, Stock, entries_of


def supervision_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """A review without months or money, funds that are no money, risks that cannot come."""
    yield from _review_problems(scenario, declared)
    members: dict[str, Member] = {f"portfolio.projects.{name}": one for name, one in scenario.portfolio.projects.items()}
    members |= {f"portfolio.cohorts.{name}": one for name, one in scenario.portfolio.cohorts.items()}
    members |= {f"intake.{name}": one for name, one in scenario.intake.items()}
    for path, member in members.items():
        yield from _funding_problems(scenario, declared, path, member)
    for name, risk in scenario.uncertain.risks.items():
        path = f"uncertain.risks.{name}"
        yield from probability_problems(f"{path}.probability", risk.probability)
        yield from probability_problems(f"{path}.pace", risk.pace)
        yield from where_problems(f"{path}.hits", risk.hits, scenario, declared)
        first, last = risk.begins
        if days_since_start(scenario, last) < days_since_start(scenario, first):
            yield Problem("horizon", path=f"{path}.begins.1", found=str(last), allowed=f"≥ {first}")
        if risk.duration.working:
            yield Problem("working-days", path=f"{path}.duration", found="working days", allowed="days as they come, not working days")
    for name, effort in scenario.efforts.items():
        yield from where_problems(f"efforts.{name}.hits", effort.hits, scenario, declared)
        if not any(stage.spends for stage in scenario.workflow.values()):
            yield Problem("spending", path=f"efforts.{name}", found="spends: false", allowed="one stage with spends: true")


def _review_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """The review needs months, and a stage that spends where it pushes."""
    review = scenario.review
    if review is None:
        return
    if scenario.run.calendar == "plain":
        yield Problem("dated", path="review", found="run.calendar: plain", allowed="run.calendar: dated")
    if review.push and not any(stage.spends for stage in scenario.workflow.values()):
        yield Problem("spending", path="review.push", found="spends: false", allowed="one stage with spends: true")
    if review.push:
        yield from probability_problems("review.push.decay", review.push.decay)
        for key, share in entries_of(review.push.at_most):
            yield from probability_problems(f"review.push.at_most{key}", share)
    stages = declared.stages() | set(scenario.stages)
    for index, stage in enumerate(review.problem_list.stages if review.problem_list else ()):
        yield from unknown("unknown-stage", f"review.problem_list.stages.{index}", stage, stages)


def _funding_problems(scenario: Scenario, declared: Declared, path: str, member: Member) -> Iterator[Problem]:
    """Funds are stocks of money, and pay no more than all."""
    for name in member.funding:
        yield from unknown("unknown-pool", f"{path}.funding.{name}", name, declared.names("pools") | set(scenario.pools))
        pool = scenario.pools.get(name)
        if pool is not None and not (isinstance(pool, Stock) and pool.initial.dimension == "money"):
            yield Problem("need", path=f"{path}.funding.{name}", found=f"kind: {pool.kind}", allowed="kind: stock, initial: 0 bn yuan")
    whole = math.fsum(member.funding.values())
    if whole > 1 + 1e-9:
        yield Problem("shares", path=f"{path}.funding", found=f"{100 * whole:g}%", allowed="≤ 100%")


def district_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Districts without their pools, choices of districts that there are not, offers that are none."""
    pools, districts = declared.names("pools") | set(scenario.pools), declared.names("districts") | set(scenario.districts)
    for name, district in scenario.districts.items():
        path = f"districts.{name}.pools"
        for named, own in district.pools.items():
            yield from unknown("unknown-pool", f"{path}.{named}", named, pools)
            yield from unknown("unknown-pool", f"{path}.{named}", own, pools)
            if named in scenario.pools and own in scenario.pools:
                yield from _alike_problems(f"{path}.{named}", scenario, named, own)
        twice = sorted({own for own in district.pools.values() if list(district.pools.values()).count(own) > 1 or own in district.pools})
        if twice:
            yield Problem("need", path=path, found=", ".join(twice), allowed="1 × 1")
    for name, stream in scenario.intake.items():
        for index, chosen in enumerate(stream.chooses):
            yield from unknown("unknown-value", f"intake.{name}.chooses.{index}", chosen, districts)
    offers = scenario.offers
    if offers.stock is not None:
        yield from unknown("unknown-pool", "offers.stock", offers.stock, pools)
    if offers.queue is not None:
        yield from unknown("unknown-stage", "offers.queue", offers.queue, declared.stages() | set(scenario.stages))
    for key, other in (("stock", "enough"), ("queue", "many")):
        if getattr(offers, key) is not None and getattr(offers, other) is None:
            yield Problem("missing-key", path="offers", found=f"{key}: {getattr(offers, key)}", allowed=other)
    if offers.enough is not None and offers.enough.value <= 0:
        yield Problem("range", path="offers.enough", found=str(offers.enough), allowed="> 0")


def _alike_problems(path: str, scenario: Scenario, named: str, own: str) -> Iterator[Problem]:
    """A district's pool is of the kind and dimension of the one in whose place it stands."""
    one, other = scenario.pools[named], scenario.pools[own]
    same = one.kind == other.kind and (
        not isinstance(one, Stock) or not isinstance(other, Stock) or one.initial.dimension == other.initial.dimension
    )
    if not same:
        yield Problem("need", path=path, found=f"{own}: {other.kind}", allowed=f"{named}: {one.kind}")
