"""Streams of arrivals and batches of land."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.checks.declared import Declared, unknown
from sim.scenario.checks.members import common_problems, whole_problems
from sim.scenario.checks.time import days_since_start, simulated_days
from sim.scenario.checks.workflow import probability_problems
from sim.scenario.schema import Scenario, Stream
from sim.scenario.values.masses import support

MOST_ARRIVALS = 200_000
"""Expected of one stream within the horizon."""


def intake_problems(scenario: Scenario, declared: Declared) -> Iterator[Problem]:
    """Faults of streams and of batches of land."""
    for name, stream in scenario.intake.items():
        path = f"intake.{name}"
        yield from common_problems(scenario, declared, path, stream)
        yield from _stream_problems(scenario, path, stream)
    stages = declared.names("land", "workflow") | set(scenario.land.workflow)
    for name, batch in scenario.land.batches.items():
        path = f"land.batches.{name}"
        if batch.at is not None:
            yield from unknown("unknown-stage", f"{path}.at", batch.at, stages)
        if isinstance(batch.joins, dict):
            yield from whole_problems(f"{path}.joins", batch.joins.values())
        if not stages:
            yield Problem("missing-key", path="land", found=path, allowed="workflow: {acquire: {…}}")


def _stream_problems(scenario: Scenario, path: str, stream: Stream) -> Iterator[Problem]:
    if stream.friction is not None:
        yield from unknown("unknown-stage", f"{path}.friction.stage", stream.friction.stage, scenario.workflow)
    for flag, share in stream.flags.items():
        yield from probability_problems(f"{path}.flags.{flag}", share)
    if stream.sectors:
        yield from whole_problems(f"{path}.sectors", stream.sectors.values())
    yield from probability_problems(f"{path}.plan_share", stream.plan_share)
    if stream.plan_share and stream.total is None:
        yield Problem("missing-key", path=path, found="plan_share", allowed="total: {lognormal: {mean: 0.3 bn yuan, cv: 1}}")
    if stream.total and stream.total.family == "lognormal" and stream.total.parameters[0] == 0.0:
        allowed = "{lognormal: {mean: 0.3 bn yuan, log_sd: 1.25}}"
        yield Problem("distribution", path=f"{path}.total", found=f"log_sd: {stream.total.parameters[1]:g}", allowed=allowed)
    if stream.batch is not None and max(support(stream.batch.family, stream.batch.parameters)[0], stream.batch.low) < 0:
        yield Problem("range", path=f"{path}.batch", found="< 0", allowed="0, 1, 2, …")
    if stream.monthly is not None and scenario.run.calendar == "plain":
        yield Problem("dated", path=f"{path}.monthly", found="run.calendar: plain", allowed="rate: {day 0: 0.5 per day, day 30: 1 per day}")
    rates = list(stream.rate.values()) if isinstance(stream.rate, dict) else [stream.rate]
    if not any(rates) and not stream.dates:
        yield Problem("intake", path=path, found="rate: 0, dates: {}", allowed="rate: 100 per year", severity="warning")
    expected = expected_arrivals(scenario, stream)
    if expected > MOST_ARRIVALS:
        yield Problem("projects", path=f"{path}.rate", found=f"{expected:,.0f}", allowed=f"≤ {MOST_ARRIVALS:,}")


def expected_arrivals(scenario: Scenario, stream: Stream) -> float:
    """At most so many arrivals are expected within the horizon, months at their greatest factor."""
    days = float(simulated_days(scenario))
    if isinstance(stream.rate, dict):
        steps = sorted((float(days_since_start(scenario, instant)), rate) for instant, rate in stream.rate.items())
        ends = [*(day for day, _ in steps[1:]), days]
        total = math.fsum(rate * max(min(end, days) - max(day, 0.0), 0.0) for (day, rate), end in zip(steps, ends, strict=True))
    else:
        total = stream.rate * days
    return total * max(stream.monthly or (1.0,)) + sum(stream.dates.values())
