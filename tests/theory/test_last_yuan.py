"""Goals exactly on what is reached: >= and <= are met, > and < are not, and a deadline is the end of its day. By hand."""

import numpy as np
import pytest

from sim.model import time
from sim.results import measures, outcomes
from tests.theory.cases import Metric, exact, faults, run

REACHED = (
    *("money", "at_most", "less_than_a_yuan_more", "north", "growth", "filed"),
    *("contracts", "land", "rate", "the_ten"),
)
MISSED = (
    *("more_money", "a_yuan_more", "less", "money_a_day_before", "more_than_north", "more_growth", "more_filed", "filed_a_day_before"),
    *("more_contracts", "contracts_a_day_before", "more_land", "more_than_the_rate", "more_than_the_ten"),
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
