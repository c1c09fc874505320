"""What holds a list back, worked by hand on four new starts.

Each has 360 million yuan in total and plans 180 this year; it needs 10 mu and a permit of 60 days, then builds. On a plain calendar with
spending in step with work, the plan inverts to 365 x 2 = 730 days for the whole (planned start on 1 January): 360 / 730 million yuan a day.
"""

import pytest

import sim

TEXT = """\
title: Four new starts
assumed: hand-worked case
run: {{start: 2022-01-01, horizon: 2022-12-31}}
goals:
  money: {{metric: investment, value: 500 million yuan}}
  starts: {{metric: projects, milestone: started, value: 4}}
workflow:
  land: {{needs: {{ready_land: land}}}}
  permit: {{after: [land], needs: {{permit_desk: 1}}, duration: 60 days}}
  start: {{after: [permit], not_before: planned_start, milestone: started}}
  build: {{after: [start], spends: true}}
pools:
  permit_desk: {{kind: servers, capacity: {desks}}}
  ready_land: {{kind: stock, initial: {land}, tranches: {{dated: {{2022-12-01: 40 mu}}}}}}
portfolio:
  projects:
    a: {{total: 360 million yuan, plan: 180 million yuan, land: 10 mu, planned_start: 2022-01-01}}
    b: {{total: 360 million yuan, plan: 180 million yuan, land: 10 mu, planned_start: 2022-01-01}}
    c: {{total: 360 million yuan, plan: 180 million yuan, land: 10 mu, planned_start: 2022-01-01}}
    d: {{total: 360 million yuan, plan: 180 million yuan, land: 10 mu, planned_start: 2022-01-01}}
"""

A_DAY = 360e6 / 730
"""Yuan that a project on site spends in a day."""


@pytest.fixture
def outcome(tmp_path):
    """(P50 of money, P50 of starts) of the list with so many desks and so much land at the start."""

    def run(desks: int = 4, land: str = "40 mu") -> tuple[float, float]:
        path = tmp_path / "four.yaml"
        path.write_text(TEXT.format(desks=desks, land=land), encoding="utf-8")
        goals = sim.load(path).run(seed=1, replications=3).goals
        return goals["money"].quantiles["p50"], goals["starts"].quantiles["p50"]

    return run


def test_unhindered_all_four_start_after_their_permits(outcome):
    money, starts = outcome()
    assert starts == 4
    assert money == pytest.approx(4 * (365 - 60) * A_DAY, abs=4)


def test_one_permit_desk_lowers_the_money_by_the_days_in_the_queue(outcome):
    # permits end on days 60, 120, 180, 240: 0 + 60 + 120 + 180 = 360 days on site are lost; all four still start
    free, queued = outcome(), outcome(desks=1)
    assert queued[1] == 4
    assert free[0] - queued[0] == pytest.approx(360 * A_DAY, abs=8)


def test_a_slow_desk_lowers_the_starts_of_the_year(outcome, tmp_path):
    # one desk, permits of 120 days: they end on days 120, 240, 360, 480: three start, on site 245 + 125 + 5 days
    path = tmp_path / "slow.yaml"
    path.write_text(TEXT.format(desks=1, land="40 mu").replace("60 days", "120 days"), encoding="utf-8")
    goals = sim.load(path).run(seed=1, replications=3).goals
    assert goals["starts"].quantiles["p50"] == 3
    assert goals["money"].quantiles["p50"] == pytest.approx(375 * A_DAY, abs=4)


def test_without_ready_land_nothing_starts_and_nothing_is_spent(outcome):
    # land comes on 1 December (day 334); with the permit no start before day 394
    assert outcome(land="0 mu") == (0, 0)


def test_land_for_two_starts_two(outcome):
    money, starts = outcome(land="20 mu")
    assert starts == 2
    assert money == pytest.approx(2 * 305 * A_DAY, abs=4)


BEFORE = """\
title: One new start that spends before it
assumed: hand-worked case
run: {{start: 2022-01-01, horizon: 2022-12-31}}
goals:
  money: {{metric: investment, value: 180 million yuan}}
  in_march: {{metric: investment, value: 1 yuan, by: 2022-03-31}}
workflow:
  start: {{not_before: planned_start, milestone: started}}
  build: {{after: [start], spends: true}}
assumptions:
  before_start: {{share: {share}, until: 60 days}}
portfolio:
  projects:
    a: {{total: 360 million yuan, plan: 180 million yuan, planned_start: 2022-04-01}}
"""


@pytest.mark.parametrize(("share", "march"), [("15%", 16_200_000), ("0%", 0)])
def test_spending_before_the_start_gives_march_its_share(tmp_path, share, march):
    # planned start on day 90: 15% of 180 million, 27, is spent evenly over 150 days, 16.2 of it by March: 9 points of the year's 180
    path = tmp_path / "before.yaml"
    path.write_text(BEFORE.format(share=share), encoding="utf-8")
    goals = sim.load(path).run(seed=1, replications=2).goals
    assert goals["in_march"].quantiles["p50"] == pytest.approx(march, abs=1)
    assert goals["money"].quantiles["p50"] == pytest.approx(180_000_000, abs=1)
