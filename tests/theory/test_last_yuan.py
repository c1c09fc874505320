"""Goals exactly on what is reached: >= and <= are met, > and < are not, and a deadline is the end of its day. By hand."""

import numpy as np
import pytest

import sim
from sim.model import time
from sim.results import measures, outcomes
from tests.theory.cases import Metric, exact, faults, run

REACHED = (
    *("money", "at_most", "less_than_a_yuan_more", "north", "growth", "filed"),
    *("contracts", "land", "rate", "fit", "in_place", "the_ten", "completion", "completion_of_north"),
)
MISSED = (
    *("more_money", "a_yuan_more", "less", "money_a_day_before", "more_than_north", "more_growth", "more_filed", "filed_a_day_before"),
    *("more_contracts", "contracts_a_day_before", "more_land", "more_than_the_rate", "more_than_fits", "more_than_the_ten"),
    *("in_place_too_early", "more_completion", "completion_a_day_before"),
)
GROWTH = {"7亿元": "30%", "8亿元": "13.75%", "6.5亿元": "40%", "875,000,000 yuan": "4%", "9.1亿元": "0%", "520,000,000 yuan": "75%"}
"""Last year's investment -> the growth to 910 million."""


def goals() -> list[Metric]:
    """Every goal of the file, and how much is reached."""
    results = run("last_yuan.yaml", 1, 1).results
    return [
        *(exact(goal, float(results.met(goal)[0]), 1) for goal in REACHED),
        *(exact(goal, float(results.met(goal)[0]), 0) for goal in MISSED),
        exact("yuan", results.outcome("money")[0], 910_000_000),
        exact("projects filed", results.outcome("filed")[0], 2),
        exact("mu", results.outcome("land")[0], 75),
    ]


def growth() -> list[Metric]:
    """Growth is held to 12 decimals: finer than a yuan, coarser than the division's last digits."""
    metrics = []
    for last, rate in GROWTH.items():
        sets = [f"assumptions.last_year.investment={last}", f"goals.growth.value={rate}", f"goals.more_growth.value={rate}"]
        results = run("last_yuan.yaml", 1, 1, sets).results
        a_yuan_less = run("last_yuan.yaml", 1, 1, [*sets, "portfolio.projects.south.total=579,999,999 yuan", A_YUAN_LESS]).results
        metrics += [
            exact(f"{rate} above {last}", float(results.met("growth")[0]), 1),
            exact(f"more than {rate} above {last}", float(results.met("more_growth")[0]), 0),
            exact(f"{rate} above {last}, a yuan less", float(a_yuan_less.met("growth")[0]), 0),
        ]
    return metrics


A_YUAN_LESS = "portfolio.projects.south.plan=579,999,999 yuan"


def test_every_goal_of_the_file_is_judged():
    assert set(REACHED) | set(MISSED) == set(run("last_yuan.yaml", 1, 1).results.goals)


@pytest.mark.parametrize("case", [goals, growth])
def test_a_goal_is_judged_to_the_last_yuan(case):
    assert faults(case()) == []


@pytest.mark.parametrize(("comparator", "wrong"), [(">=", np.greater), (">", np.greater_equal), ("<=", np.less), ("<", np.less_equal)])
def test_a_comparison_that_takes_the_goal_itself_amiss_is_caught(monkeypatch, comparator, wrong):
    monkeypatch.setitem(measures.COMPARE, comparator, wrong)
    assert faults(goals())


def test_a_deadline_at_the_beginning_of_its_day_is_caught(monkeypatch):
    """A planted fault: by 31 March means its first instant."""
    from sim.model import compile as compiling

    monkeypatch.setattr(compiling, "deadline_tick", lambda instant, timeline: time.event_tick(instant, timeline))
    found = {fault.partition(":")[0] for fault in faults(goals())}
    assert found == {"filed", "projects filed"}


def test_growth_to_the_last_digit_of_a_division_is_caught(monkeypatch):
    """A planted fault: growth as it comes out of the division, some of it a hair below the goal."""
    monkeypatch.setattr(outcomes, "GROWTH_DECIMALS", 17)
    assert faults(growth())
    monkeypatch.setattr(outcomes, "GROWTH_DECIMALS", 6)
    assert faults(growth())


@pytest.mark.parametrize(("total", "plan"), [(30, 9), (30, 10), (30, 11), (7, 3), (1000, 1), (2999, 1733)])
@pytest.mark.parametrize("curve", ["null", "{default: {a: 1.1, b: 1.2}}", "{default: {a: 3, b: 2}}"])
def test_a_site_that_does_its_years_work_spends_its_plan_to_the_yuan(total, plan, curve):
    sets = [f"portfolio.projects.site.total={total}亿元", f"portfolio.projects.site.plan={plan}亿元", f"assumptions.curves={curve}"]
    results = run("plan_met.yaml", 1, 1, [*sets, f"goals.plan.value={plan}亿元", f"goals.more.value={plan}亿元"]).results
    assert results.outcome("plan")[0] == plan * 10**8
    assert results.measures.met[0].tolist() == [True, False]


def test_an_even_year_of_a_million_a_day_is_right_on_every_day():
    # 365 million in 365 days: n million by the end of day n, on every day
    plan = ["portfolio.projects.site.total=365,000,000 yuan", "portfolio.projects.site.plan=365,000,000 yuan"]
    for day in (1, 97, 181, 212, 211, 300, 364):
        results = run("plan_met.yaml", 1, 1, [*plan, f"goals.plan={{by: day {day}, value: {day}000000 yuan}}", "goals.more=null"]).results
        assert (results.outcome("plan")[0], results.met("plan")[0]) == (day * 10**6, True)


def test_servers_always_at_work_are_used_to_the_full(tmp_path):
    # one desk, from day 5 two, both always busy for 30 days: exactly 100%
    text = """title: busy
assumed: theory case
run: {calendar: plain, horizon: day 30}
workflow: {serve: {needs: {desk: 1}, duration: 1000 days}}
pools: {desk: {kind: servers, capacity: {day 0: 1, day 5: 2}}}
portfolio: {cohorts: {jobs: {count: 3, total: 0 yuan}}}
goals: {full: {metric: utilisation, pool: desk, value: 100%}}
"""
    (tmp_path / "busy.yaml").write_text(text, encoding="utf-8")
    assert sim.load(tmp_path / "busy.yaml").run(seed=1, replications=1).results.met("full")[0]


def test_a_mean_wait_is_judged_to_the_last_digit(tmp_path):
    # three requests at one desk of a tenth of a day: they wait 0, 1 and 2 tenths, 0.1 days on average
    text = """title: wait
assumed: theory case
run: {calendar: plain, horizon: day 30, tick: 0.1 days}
workflow: {serve: {needs: {desk: 1}, duration: 0.1 days}}
pools: {desk: {kind: servers, capacity: 1}}
portfolio: {projects: {a: {}, b: {}, c: {}}}
goals: {wait: {metric: mean_wait, stage: serve, value: 0.1 days}}
"""
    (tmp_path / "wait.yaml").write_text(text, encoding="utf-8")
    assert sim.load(tmp_path / "wait.yaml").run(seed=1, replications=1).results.met("wait")[0]
