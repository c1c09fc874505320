"""The forecast on screen, from outcomes on even grids whose shares and quantiles can be read off.

101 replications of 80, 80.5, ... 130 bn yuan: P10, P50, P90 are 85, 105, 125; 41 of 101 reach 110. Projects fall from 390 by one a
replication: 71 of 101 reach 320. FAI growth ends at 10%: none reaches 12%.
"""

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from sim.reports.forecast import forecast_page
from sim.reports.goals import goal_words
from sim.reports.months import months_until_deadline, reference_curve, straight_line
from sim.reports.tables import WIDTH, as_text
from sim.studies.forecast import Precision


@pytest.fixture
def english(answer):
    return as_text(forecast_page(answer(), "en"))


@pytest.fixture
def chinese(answer):
    return as_text(forecast_page(answer(), "zh"))


def line_of(text, start):
    return next(line for line in text.splitlines() if line.startswith(start))


def test_each_goal_stands_in_words_with_its_probability_and_outcomes(english):
    assert re.search(r"key-project investment: at least +41% \(31-51\) +85\.0 +105\.0 +125\.0 +9\.1\n110 bn yuan", english)
    assert re.search(r"projects implemented: at least +70% \(60-79\) +300 +340 +380 +5\n320", english)
    assert re.search(r"FAI growth: at least 12% +<4% \(at most 4\) +1\.0% +5\.0% +9\.0% +7\.0%\n\(counted\)", english)


def test_a_goal_in_other_words_has_outcomes_and_no_probability_of_its_own(english, chinese):
    assert re.search(r"= investment growth: at least +\(same goal\) +0\.5% +24\.1% +47\.8% +10\.7%\n30%", english)
    assert re.search(r"= 完成投资增长不低于30% +（同一目标）", chinese)


def test_all_goals_together_and_the_first_to_fail_are_told(english):
    assert re.search(r"all goals together +<4% \(at most 4\)", english)
    # all 101 years miss FAI; 11 of them reach 110 bn and 320 projects at once, so FAI alone fails there
    assert "First to fail: FAI growth. Of the years that miss a goal, 11% miss this one alone" in " ".join(english.split())


def test_every_reading_has_its_probabilities_and_the_base_is_named(english):
    assert "are the 93 among the 267?" in english
    # 20 bn more: 81 of 101 reach 110 bn
    assert re.search(r"key-project investment +41% \(31-51\) +80% \(71-87\)", english)
    assert "(base)" in english


def test_a_reading_chosen_in_place_of_the_base_is_marked(answer):
    text = as_text(forecast_page(answer(chosen=("93-outside",)), "en"))
    assert "(shown above)" in text
    assert re.search(r"key-project investment: at +80% \(71-87\) +105\.0 +125\.0 +145\.0", text)


def test_the_months_show_the_goals_straight_line_and_reference_curve(english):
    # June: 55.0 of 110 by the straight line; 110 x 0.5^1.215 = 47.4; half of 105 is 52.5
    assert re.fullmatch(r"2022-06 +55\.0 +47\.4 +42\.5 +52\.5 +62\.5", line_of(english, "2022-06"))
    assert re.fullmatch(r"2022-12 +110\.0 +110\.0 +85\.0 +105\.0 +125\.0", line_of(english, "2022-12"))


def test_chinese_money_is_in_yi_yuan(chinese):
    assert re.fullmatch(r"2022-06 +550 +474 +425 +525 +625", line_of(chinese, "2022-06"))
    assert re.search(r"重点项目完成投资不低于1,100亿元 +41%（31-51） +850 +1,050 +1,250 +91\n", chinese)


def test_what_it_rests_on_is_told(english, chinese):
    assert "Of 40 numbers 10 stated, 5 observed, 5 fitted, 20 assumed (50%)" in english
    assert "κ = 1.093 (fitted, 200 replications)" in english
    assert "drawn 128.9%, realised 128.9%" in " ".join(english.split())
    assert english.endswith("Not yet tested against history\n")
    assert "假设20个（占50%）" in chinese
    assert chinese.endswith("尚未经历史数据检验\n")


def test_whether_the_run_is_precise_enough_is_told(answer):
    def text(precision):
        return " ".join(as_text(forecast_page(answer(precision=precision), "en")).split())

    # 71 of 101 and 41 of 101: the wider interval is 30.9 to 50.8%
    assert "Not as precise as asked for: widest half-width 9.9% after 101 replications (the cap), asked for 5.0%" in text(
        Precision(0.05, 101)
    )
    assert "Precise enough after 101 replications: widest half-width 9.9%, asked for 10.0%" in text(Precision(0.10, 400))
    assert "101 replications as asked for; widest half-width 9.9%" in text(Precision(0.05, 400, 101))


def test_it_fits_one_and_a_half_screens_of_eighty_columns(english, chinese):
    for text in (english, chinese):
        assert len(text.splitlines()) <= 60
        assert max(cell_len(line) for line in text.splitlines()) <= WIDTH


def test_both_pages_can_be_shown_on_a_gbk_console(english, chinese):
    assert english.encode("gbk").decode("gbk") == english
    assert chinese.encode("gbk").decode("gbk") == chinese


def test_no_probability_is_nothing_or_certain(english, chinese):
    for text in (english, chinese):
        assert not re.search(r"(?<![\d.])(0|100)%", text)


def test_a_scenario_without_goals_dates_or_readings_still_has_a_page(answer, scenario):
    said = scenario(goals={}, readings={}, run={"calendar": "plain", "horizon": "day 365"})
    text = as_text(forecast_page(answer(said), "en"))
    assert "states no goal" in text
    assert "2022-01" not in text


def test_one_goal_alone_is_not_said_to_fail_first(answer, scenario):
    goals = {"investment": {"metric": "investment", "value": "110 bn yuan"}}
    text = as_text(forecast_page(answer(scenario(goals=goals)), "en"))
    assert "First to fail" not in text
    assert "all goals together" not in text


def test_a_goal_outside_the_headline_says_so(answer, scenario):
    goals = {
        "investment": {"metric": "investment", "value": "110 bn yuan"},
        "projects": {"metric": "projects_implemented", "value": "320 projects", "headline": False},
    }
    assert "(not among the joint goals)" in " ".join(as_text(forecast_page(answer(scenario(goals=goals)), "en")).split())


def test_a_deadline_in_the_year_ends_the_goals_path(scenario):
    said = scenario(goals={"investment": {"metric": "investment", "value": "60 bn yuan", "by": "2022-06-30"}})
    goal = said.goals["investment"]
    assert months_until_deadline(goal, said) == 6
    assert straight_line(goal, said, 12)[:7] == pytest.approx([10e9, 20e9, 30e9, 40e9, 50e9, 60e9, None])
    # (3/6)^1.215 = 0.4308
    assert reference_curve(goal, said, 12)[2] == pytest.approx(60e9 * 0.4308, rel=1e-4)


def test_an_interrupted_run_says_that_it_is_incomplete(answer):
    assert "INCOMPLETE" in as_text(forecast_page(replace(answer(), complete=False), "en"))


def test_goals_of_one_title_are_told_apart_by_their_statements(answer, scenario):
    goals = {
        "investment": {"metric": "investment", "value": "110 bn yuan"},
        "projects": {"metric": "investment", "value": "300 bn yuan"},
    }
    text = " ".join(as_text(forecast_page(answer(scenario(goals=goals)), "en")).split())
    assert "First to fail: investment completed: at least 300 bn yuan." in text
    assert "(investment completed: at least 110 bn yuan <1%)" in text


def test_a_goal_without_a_title_names_its_milestone_or_stage(scenario):
    goals = {
        "a": {"metric": "projects", "milestone": "started", "value": "3 projects"},
        "b": {"metric": "waiting_time", "stage": "permit", "comparator": "<=", "value": "45 days"},
    }
    said = scenario(goals=goals).goals
    assert goal_words(said["a"], "en") == "projects at a milestone (started): at least 3"
    assert goal_words(said["b"], "zh") == "等待总天数（permit）不高于45天"
