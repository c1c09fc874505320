"""Several forecasts in one table, from outcomes whose shares can be read off (see test_forecast): 41 of 101 years reach 110 bn yuan.

Half of the median 105 bn is spent by the end of June, 52.5, where the reference curve of 110 bn stands at 110 x 0.5^1.215 = 47.4: 111%.
"""

import re

import pytest
from rich.cells import cell_len

from sim.reports.league import league_page, scenario_names
from sim.reports.months import pace
from sim.reports.tables import WIDTH, as_text


@pytest.fixture
def answers(answer, scenario):
    """A city with all goals, a town with a goal of starts only, and a scenario without a goal or a title."""
    few = {"projects": {"title": {"en": "projects begun", "zh": "开工项目"}, "metric": "projects_implemented", "value": "320 projects"}}
    town = scenario(title={"en": "A town", "zh": "某县"}, goals=few, readings={})
    return [answer(), answer(town), answer(scenario(title=None, goals={}, readings={}))]


@pytest.fixture
def pages(answers):
    return {lang: as_text(league_page(answers, lang)) for lang in ("en", "zh")}


def test_every_goal_of_every_scenario_has_a_row_with_its_value_and_probability(pages):
    assert re.search(r"A city 2022 +key-project +at least 110 bn +41% \(31-51\) +111%\n +investment +yuan\n", pages["en"])
    assert re.search(r"\n +projects +at least 320 +70% \(60-79\)\n +implemented\n", pages["en"])
    assert re.search(r"\nA town +projects begun +at least 320 +70% \(60-79\)\n", pages["en"])
    assert re.search(r"\na-city-2022 +no goal\n", pages["en"])
    assert re.search(r"某市2022年 +重点项目完成投资 +不低于1,100亿元 +41%（31-51） +111%\n", pages["zh"])
    assert re.search(r"\n某县 +开工项目 +不低于320个 +70%（60-79）\n", pages["zh"])


def test_a_goal_in_other_words_has_no_row(pages):
    assert "investment growth" not in pages["en"]


def test_what_fails_first_is_marked_and_all_goals_together_are_told_where_there_are_several(pages):
    assert re.search(r"\n +FAI growth \* +at least 12% +<4% \(at most 4\)\n", pages["en"])
    assert pages["en"].count("all goals") == 1
    assert "\n* first to fail\n" in pages["en"]
    assert "\n* 最易落空的目标\n" in pages["zh"]


def test_the_marks_are_explained_only_where_they_stand(answers):
    text = as_text(league_page(answers[1:], "en"))
    assert "*" not in text
    assert "pace at half-way:" not in text


def test_replications_readings_and_sources_are_told_of_each(pages):
    text = " ".join(pages["en"].split())
    assert "A city 2022: 101 replications, seed 7; reading 93-inside. Of 40 numbers 10 stated" in text
    assert "A town: 101 replications, seed 7. Of 40 numbers" in text
    assert pages["zh"].endswith("尚未经历史数据检验\n")


def test_columns_line_up_under_wide_characters_within_eighty_columns(pages):
    for text in pages.values():
        assert max(cell_len(line) for line in text.splitlines()) <= WIDTH
        table = text.partition("\n*")[0].splitlines()
        ends = {cell_len(line[: match.end()]) for line in table if (match := re.search(r"[)）](?= +\d+%$|$)", line)) and "%" in line}
        assert len(ends) == 1, table
        assert text.encode("gbk").decode("gbk") == text


def test_scenarios_of_one_title_are_told_apart_by_their_files(answer):
    one, other = answer(), answer()
    assert scenario_names([one, other], "en") == ["a-city-2022", "a-city-2022"]
    assert scenario_names([one], "en") == ["A city 2022"]


def test_pace_is_the_median_over_the_reference_curve_half_way_to_the_deadline(answer, scenario):
    assert pace(answer()) == pytest.approx(52.5 / (110 * 0.5**1.215))
    early = {"investment": {"metric": "investment", "value": "60 bn yuan", "by": "2022-06-30"}}
    # half-way is March: a quarter of 105 bn against 60 x 0.5^1.215
    assert pace(answer(scenario(goals=early))) == pytest.approx(26.25 / (60 * 0.5**1.215))
    january = {"investment": {"metric": "investment", "value": "6 bn yuan", "by": "2022-01-31"}}
    assert pace(answer(scenario(goals=january))) is None
    assert pace(answer(scenario(goals={}, readings={}))) is None
    assert pace(answer(scenario(assumptions={}))) is None
