"""What a change does: exactly nothing where it touches nothing, the right sign where it does, and an interval that holds the truth."""

import numpy as np
import pytest

from sim.scenario.loading import load
from sim.studies.compare import compare
from sim.studies.forecast import Precision
from tests.cli.conftest import SMALL

SEASONED = SMALL.replace("extends: base\n", "extends: base\nuncertain: {completion: {log_mean: 0.1, log_sd: 0.1, persistence: 0.5}}\n")
OTHERWISE = """\
# The same city, written by somebody else: blocks in another order, other spellings, one fact in a line.
overrides:
  few_desks: {assumed: a thought experiment, pools: {permit_desk: {capacity: 1}}}
portfolio:
  lists: {"all": {plan: 24亿元, total: "8,000 million yuan", count: 10}}
  cohorts:
    going: {invested_share: 40%, at: "build", done: [enter_statistics], plan: 15亿元, total: 50亿元, count: 6,
      kind: continuing, list: all}
    new: {at: permit, planned_start: 2022-03-01, plan: rest, total: rest, count: rest, list: all}
run:
  horizon: 2022-12-31
  start: 2022-01-01
title: {en: Another name, zh: 另一个名字}
assumed: in other words
extends: base
goals:
  investment: {value: 30亿元, metric: investment}
  projects: {value: 9 projects, metric: projects_implemented}
"""


def exactly(count):
    return Precision(0.05, 6400, count)


@pytest.fixture
def written(tmp_path):
    """Writes a scenario; gives it loaded."""

    def loaded(name, text, **choice):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path, **choice)

    return loaded


def test_two_files_of_the_same_content_differ_by_exactly_nothing(written):
    text = SMALL[: SMALL.index("readings:")] + SMALL[SMALL.index("overrides:") : SMALL.index("scenarios:")]
    found = compare(written("one", text), written("two", OTHERWISE), 1, exactly(60))
    assert found.inputs == ()
    assert all(one.identical or np.isnan(one.difference) for one in found.differences.values())
    assert found.differences["goals.investment.outcome"].difference == 0.0
    assert found.results[0].kappa == found.results[1].kappa


def test_what_touches_nothing_changes_exactly_nothing(written):
    idle = SMALL.replace(
        "portfolio:\n",
        "pools: {crane: {kind: servers, capacity: 3}}\ncalendars: {never: {days: working days}}\nportfolio:\n",
    )
    idle = idle.replace("overrides:\n", "overrides:\n  other: {assumed: x, pools: {permit_desk: {capacity: 2}}}\n")
    found = compare(written("one", SMALL), written("two", idle), 1, exactly(60))
    assert {one.path for one in found.inputs} == {"pools.crane.kind", "pools.crane.capacity", "calendars.never.days"}
    assert all(one.identical or np.isnan(one.difference) for one in found.differences.values())


def test_a_goal_that_asks_for_more_is_not_the_same_though_no_replication_tells(written):
    more = SMALL.replace("value: 3 bn yuan", "value: 3.000001 bn yuan")
    assert more != SMALL
    found = compare(written("one", SMALL), written("two", more), 1, exactly(60)).differences
    moved = found["goals.investment.probability"]
    assert (moved.difference, moved.identical) == (0.0, False)
    assert moved.low < 0 < moved.high
    assert not found["joint"].identical
    assert found["goals.investment.outcome"].identical
    assert found["goals.projects.probability"].identical
    titled = SMALL.replace("metric: investment, value", "title: {en: another name, zh: 另一个名字}, metric: investment, value")
    assert titled != SMALL
    assert compare(written("one", SMALL), written("two", titled), 1, exactly(60)).differences["joint"].identical


def test_fewer_desks_let_projects_wait_and_cost_investment(written):
    found = compare(written("one", SMALL), written("one", SMALL, overrides=["few_desks"]), 1, exactly(200))
    assert [(one.path, one.a and one.a.text, one.b and one.b.text) for one in found.inputs] == [("pools.permit_desk.capacity", "1000", "1")]
    waits, invested = found.differences["stages.permit.wait_days"], found.differences["goals.investment.outcome"]
    assert waits.real
    assert waits.low > 0
    assert invested.real
    assert invested.high < 0
    moved = {name: found.differences[f"projects.{name}.investment"] for name in ("going", "new")}
    assert moved["going"].identical
    assert moved["new"].difference == pytest.approx(invested.difference)


def test_it_runs_until_the_differences_are_precise(written):
    rough = compare(written("one", SMALL), written("one", SMALL, overrides=["few_desks"]), 1, Precision(0.5, 6400))
    assert rough.results[0].replications == rough.results[1].replications == 400


DROPOUTS = """\
title: leavers
assumed: worked by hand
run: {start: 2022-01-01, horizon: 2022-12-31}
workflow: {sign: {dropout: RISK}, build: {after: [sign], spends: true}}
goals: {investment: {metric: investment, value: 1 bn yuan}}
portfolio: {cohorts: {all: {count: 20, total: 4 bn yuan, plan: 2 bn yuan}}}
"""


def held(written, repeats):
    """Of so many comparisons of 20 projects, of which 30% or 20% leave, the share whose interval holds the truth.

    Who does not leave spends the plan, 2 bn yuan in all; so the truth is a tenth of it, 0.2 bn yuan.
    """
    a, b = (written(f"risk{risk}", DROPOUTS.replace("RISK", f"{risk}%")) for risk in (30, 20))
    hits = 0
    for seed in range(repeats):
        found = compare(a, b, seed, exactly(40)).differences["goals.investment.outcome"]
        hits += found.low <= 0.2e9 <= found.high
    return hits / repeats


def test_the_interval_holds_the_true_difference(written):
    assert held(written, 150) >= 0.95 - 4.5 * np.sqrt(0.05 * 0.95 / 150)


@pytest.mark.heavy
def test_the_interval_holds_the_true_difference_in_95_of_100_comparisons(written):
    assert 0.935 <= held(written, 2000) <= 0.965
