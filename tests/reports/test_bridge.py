"""The bridge of Hengyang 2022 in words, its numbers worked by hand in tests/analysis/test_bridge.py; and of scenarios that lack parts."""

import pytest

from sim.reports.bridge import bridge_json, bridge_lines, bridge_page
from sim.reports.tables import as_text
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.studies.bridge import listed_at_start


@pytest.fixture(scope="module")
def hengyang():
    return load("hengyang-2022")


def words(page):
    return " ".join(as_text(page).split())


def test_the_page_goes_from_76_to_110(hengyang):
    text = words(bridge_page(hengyang.scenario, "en"))
    for step in (
        "plan of the list 76.0 bn yuan",
        "× last year's completion 131.7%",
        "= at last year's completion 100.1 bn yuan",
        "missing to the goal 9.9 bn yuan",
        "completion needed 144.7%",
        "listed plan needed for P = 50% 85.7 bn yuan",
        "listed plan needed for P = 80% 92.4 bn yuan",
        "growth needed of the rest of FAI 2.2%",
        "missing to the goal 53",
    ):
        assert step in text


def test_the_page_in_chinese_counts_in_yi_yuan(hengyang):
    text = words(bridge_page(hengyang.scenario, "zh"))
    for step in (
        "名单年度计划 760亿元",
        "按上年完成率可完成 1,001亿元",
        "距目标尚缺 99亿元",
        "857亿元",
        "924亿元",
        "其余投资所需增速 2.2%",
    ):
        assert step in text


def test_the_forecast_holds_it_in_a_few_lines(hengyang):
    text = words(bridge_lines(hengyang.scenario, "en"))
    assert "plan 76.0 × last year's completion 131.7% = 100.1 bn yuan; 9.9 missing to the goal of 110 bn yuan" in text
    assert "a listed plan of 85.7 (P = 50%) or 92.4 (P = 80%)" in text
    assert "projects: 267 listed, 53 missing to the goal of 320" in text
    assert "计划760×上年完成率131.7%＝1,001亿元；距目标1,100亿元尚缺99" in words(bridge_lines(hengyang.scenario, "zh"))


def test_another_last_year_changes_it():
    # 76.0 x 1.200 = 91.2; 110 - 91.2 = 18.8
    changed = load("hengyang-2022", sets=("assumptions.last_year.completion=120%",))
    assert "× last year's completion 120.0% = 91.2 bn yuan; 18.8 missing" in words(bridge_lines(changed.scenario, "en"))


def test_under_the_other_reading_the_93_bring_their_own_plan():
    outside = load("hengyang-2022", reading="93-outside").scenario
    assert listed_at_start(outside.portfolio) == (267 + 93, 91_000_000_000)
    assert "above the goal 40" in words(bridge_page(outside, "en"))


def test_programs_get_yuan_and_fractions(hengyang):
    content = bridge_json(hengyang)
    assert content["scenario"] == "hengyang-2022"
    assert content["investment"]["missing"] == 9_908_000_000
    assert content["investment"]["plan_needed"]["0.8"] == pytest.approx(92.4e9, rel=1e-3)
    assert content["fai"]["rest_needed"] == pytest.approx(0.022, abs=5e-4)
    assert content["projects"] == {"goal": 320, "listed": 267, "missing": 53}


def scenario(**blocks):
    return Scenario.model_validate({"run": {"start": "2022-01-01", "horizon": "2022-12-31"}, **blocks})


@pytest.mark.parametrize(
    ("blocks", "english", "chinese"),
    [
        ({}, "There is no goal for: investment completed.", "没有设定目标：完成投资。"),
        ({"goals": {"a": {"metric": "investment", "value": "1 bn yuan"}}}, "No annual plan is listed", "没有年度计划"),
        ({"goals": {"a": {"metric": "fai_growth", "value": "12%"}}}, "The FAI part needs", "固定资产投资部分需要"),
        ({"goals": {"a": {"metric": "projects_implemented", "value": "3 projects"}}}, "No project is listed", "没有列入的项目"),
    ],
)
def test_what_is_missing_is_said_in_words(blocks, english, chinese):
    assert english in words(bridge_page(scenario(**blocks), "en"))
    assert chinese in words(bridge_page(scenario(**blocks), "zh"))


def test_a_plan_without_last_year_or_prior_still_has_what_the_goal_needs():
    said = scenario(
        goals={"a": {"metric": "investment", "value": "3 bn yuan"}},
        portfolio={"projects": {"p": {"total": "9 bn yuan", "plan": "2 bn yuan"}}},
    )
    text = words(bridge_page(said, "en"))
    assert "completion needed 150.0%" in text
    assert "Last year's completion is not given" in text
    assert "No prior of completion" in text


def test_what_joins_later_is_not_on_the_list_of_1_january():
    said = scenario(
        portfolio={
            "projects": {
                "p": {"total": "9 bn yuan", "plan": "2 bn yuan"},
                "q": {"total": "9 bn yuan", "plan": "1 bn yuan", "joins": "2022-04-01"},
            },
            "cohorts": {"c": {"count": 4, "total": "8 bn yuan", "plan_share": "25%"}},
        }
    )
    assert listed_at_start(said.portfolio) == (1 + 4, 2_000_000_000 + 2_000_000_000)
