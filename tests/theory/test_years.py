"""Several years in one run, by hand: plans of the first year, projects that arrive in each, goals in all."""

import numpy as np
import pytest

from sim.sampling import draws, portfolio
from tests.theory.cases import Metric, exact, faults, run

YEARS = {"2022-12-31": 365, "2023-12-31": 730, "2024-12-31": 1096}
"""Last day -> days until its end."""
BEGUN = {"summer_22": 182, "winter_22": 350, "spring_23": 455, "summer_24": 912}
"""Stream -> day on which its project arrives and starts."""
A_DAY = {"summer_22": 200e6 / 365, "winter_22": 200e6 / 365, "spring_23": 200e6 / 365, "summer_24": 200e6 / 366}
MET = {"first_year": 1, "two_years": 1, "more_than_two_years": 0, "three_years": 1, "built": 1, "built_a_day_before": 0, "plan": 1}


def goals() -> list[Metric]:
    """The site's own goals, to the yuan and to the day."""
    results = run("years.yaml", 1, 1).results
    return [exact(goal, float(results.met(goal)[0]), met) for goal, met in MET.items()]


def arrivals() -> list[Metric]:
    """What each arrival has spent by the end of each year: its pace times its days, at most its total; to ten yuan of rounded plans."""
    sets = [
        f"goals.{stream}_{last[:4]}={{metric: investment, where: {{name: [{stream}]}}, by: {last}, value: 1 yuan}}"
        for stream in BEGUN
        for last in YEARS
    ]
    results = run("years.yaml", 1, 1, sets).results
    return [
        Metric(f"{stream} {last}", results.outcome(f"{stream}_{last[:4]}")[0], min(max(day - BEGUN[stream], 0) * A_DAY[stream], 400e6), 10)
        for stream in BEGUN
        for last, day in YEARS.items()
    ]


@pytest.mark.parametrize("case", [goals, arrivals])
def test_several_years_are_as_by_hand(case):
    assert faults(case()) == []


def test_a_goal_of_one_year_is_that_of_a_run_of_one_year():
    gone = [f"goals.{goal}" for goal in MET if goal not in ("first_year", "plan")] + ["intake.spring_23", "intake.summer_24"]
    one = run("years.yaml", 1, 1, ["run.horizon=2022-12-31", *(f"{path}=null" for path in gone)])
    three = run("years.yaml", 1, 1)
    for goal in ("first_year", "plan"):
        assert one.results.outcome(goal)[0] == three.results.outcome(goal)[0]


def test_plans_of_the_first_year_alone_are_caught(monkeypatch):
    """A planted fault: an arrival of a later year has no year left to plan for."""
    monkeypatch.setattr(portfolio, "year_left", lambda model, ticks: np.clip(1 - ticks / model.timeline.year_end, 0, 1))
    found = {fault.partition(":")[0] for fault in faults(arrivals())}
    assert {"spring_23 2023-12-31", "summer_24 2024-12-31"} <= found
    assert "summer_22 2023-12-31" not in found


def test_a_start_late_in_the_year_that_stays_slow_is_caught(monkeypatch):
    """A planted fault: the plan of the 15 days that are left, spent as if they were thirty, at half the pace for good."""
    monkeypatch.setattr(portfolio, "PLANNING_DAYS_AT_LEAST", 0)
    assert {fault.partition(":")[0] for fault in faults(arrivals())} == {f"winter_22 {last}" for last in YEARS}


def test_work_until_the_first_years_end_is_caught(monkeypatch):
    """A planted fault: the clock of a later year's start runs to the end of the first."""
    monkeypatch.setattr(draws, "year_of", lambda model, ticks: ticks * 0)
    assert faults(arrivals())
