"""What the pictures of a forecast show is what its tables tell: the very numbers, and the words beside them."""

import itertools

import numpy as np
import pytest

from sim.reports.figures import exceedance_of, fan_of, odds_of, queues_of, standings_of, stocks_of
from sim.reports.months import reference_curve, straight_line
from sim.reports.ways import gantt_of
from sim.scenario.loading import load
from sim.studies.forecast import prepare

WAITING = """\
extends: base
title: {en: One desk, zh: 一个窗口}
assumed: a made-up city
run: {start: 2022-01-01, horizon: 2022-12-31}
goals: {permits: {metric: projects, milestone: permitted, value: 4}}
pools: {permit_desk: {capacity: 1}}
uncertain: {completion: null}
portfolio:
  projects:
    first: {title: {en: First, zh: 甲}, total: 1 bn yuan, plan: 0.3 bn yuan, at: permit, kind: new, planned_start: 2022-03-01}
  cohorts:
    others: {title: {en: others, zh: 其余}, count: 3, total: 1.5 bn yuan, plan: 0.3 bn yuan, at: permit, planned_start: 2022-03-01}
"""


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A city with one desk, and three recorded replications of it."""
    file = tmp_path_factory.mktemp("city") / "desk.yaml"
    file.write_text(WAITING, encoding="utf-8")
    loaded = load(file)
    run = prepare(loaded, 1, record=True)
    run.add(np.array([1, 2, 3]), lambda *_: None, "run", 3)
    return loaded.scenario, run.results()


def test_the_fan_has_the_months_of_the_table(kept, answer):
    told = kept()
    shown = fan_of(told, "en")
    goal = told.scenario.goals["investment"]
    assert shown.path.p50 == answer().summary.monthly["investment_completed"]["p50"]
    assert shown.goal == 110e9
    assert shown.straight == straight_line(goal, told.scenario, 12)
    assert shown.reference == reference_curve(goal, told.scenario, 12)
    assert fan_of(told, "zh").title == "累计投资（实际完成）"


def test_a_goal_without_a_path_by_month_has_no_fan(kept):
    assert fan_of(kept(), "en", "fai") is None
    with pytest.raises(KeyError):
        fan_of(kept(), "en", "no such goal")


def test_the_exceedance_passes_through_the_goals_probability(kept):
    shown = exceedance_of(kept(), "investment", "en")
    reaching = np.flatnonzero(shown.values >= shown.goal)[0]
    assert shown.chance[reaching] == shown.met.estimate == 41 / 101
    assert (shown.low[reaching], shown.high[reaching]) == pytest.approx((shown.met.low, shown.met.high))


def test_each_reading_has_the_probabilities_of_its_table(kept):
    goals, shown = odds_of(kept(), "en")
    assert goals == ("key-project investment", "projects implemented", "FAI growth", "all goals together")
    assert [odds.reading for odds in shown] == ["the 93 are among the 267 (base)", "the 93 come on top"]
    assert [odds.chances[0].estimate for odds in shown] == [41 / 101, 81 / 101]


def test_a_forecast_stands_beside_others_with_all_its_goals_together_and_its_pace(kept):
    (row,) = standings_of([kept()], "en")
    assert (row.name, row.probability) == ("A city 2022", kept().summary.joint)
    assert row.pace == pytest.approx(52.5e9 / (110e9 * 0.5**1.215))


def test_what_nobody_waits_for_is_not_drawn(kept):
    assert queues_of(kept(), "en") is None
    assert stocks_of(kept(), "en") == []


def test_a_way_goes_from_waiting_to_work_and_no_two_stages_share_a_place(city):
    scenario, results = city
    shown = gantt_of(results.record, scenario, "zh", replication=2)
    assert {walk.name for walk in shown.walks} == {"甲", "#0 其余", "#1 其余", "#2 其余"}
    assert shown.title.startswith("第2次模拟")
    assert shown.days == 365
    assert shown.marks[0] == (0, "2022-01")
    waited = 0.0
    for walk in shown.walks:
        for span in walk.spans:
            assert 0 <= span.ready <= span.requested <= span.began <= span.ended <= shown.days
            waited += span.began - span.requested
        for lane in range(walk.lanes):
            spans = [span for span in walk.spans if span.lane == lane]
            assert all(one.ended <= other.ready for one, other in itertools.pairwise(spans))
    desk = results.measures.stages["wait_days"][1, results.stages.index("permit")]
    assert waited == pytest.approx(desk)
    assert waited > 0


def test_projects_are_chosen_by_size_or_by_name(city):
    scenario, results = city
    assert [walk.name for walk in gantt_of(results.record, scenario, "en", most=1).walks] == ["First"]
    assert len(gantt_of(results.record, scenario, "en", among=["others"]).walks) == 3
    with pytest.raises(ValueError, match="4"):
        gantt_of(results.record, scenario, "en", replication=4)
