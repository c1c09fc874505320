"""The page of a run, from outcomes on even grids: what it tells, that names are harmless in it, that it fetches and runs nothing."""

import re
from dataclasses import replace

import pytest

from sim.errors.problem import printable
from sim.page.html import page_html
from sim.page.sections import sheet_of
from sim.reports.forecast import forecast_page
from sim.reports.tables import as_text
from tests.plots.conftest import clashes, on_paper
from tests.reports.conftest import GOALS
from tests.reports.reading import Reader

NASTY = {
    "formula": "=cmd|calc",
    "script": "<script>alert(1)</script>",
    "closing": "</style></title><img src=x onerror=alert(1)>",
    "quotes": "\" onmouseover='x' &lt; {{ 7*7 }} {% raw %}",
    "long": "x" * 189,
    "rare": "朱镕基 㛃琦 𠮷野家",
    "emoji": "🏗️ 👷‍♀️ site",
    "dollars": "$x$ \\alpha",
}


@pytest.fixture(params=("en", "zh"))
def lang(request):
    return request.param


def named(name, **more):
    """Goals and readings that all carry a name."""
    goals = {key: {**goal, "title": f"{name} {key}"} for key, goal in GOALS.items()}
    return {"title": name, "goals": goals, **more}


def test_what_is_read_back_tells_what_the_terminal_told(answer, kept, lang):
    assert as_text(forecast_page(kept(), lang)) == as_text(forecast_page(answer(), lang))


def test_an_incomplete_run_and_observations_are_read_back_too(answer, scenario, kept, lang):
    seen = {"half": {"metric": "investment", "value": "50 bn yuan", "by": "2022-06-30", "use": "test"}}
    assert as_text(forecast_page(kept(observations=seen), lang)) == as_text(forecast_page(answer(scenario(observations=seen)), lang))
    page = page_html(replace(kept(), complete=False), lang)
    assert {"en": "INCOMPLETE", "zh": "不完整"}[lang] in page


def test_the_page_has_every_table_of_the_forecast_with_the_same_cells(kept, lang):
    told = Reader(page_html(kept(), lang))
    tables = [block for block in forecast_page(kept(), lang) if hasattr(block, "rows")]
    assert len(tables) >= 3
    for table in tables:
        assert (list(table.headers), [list(row) for row in table.rows]) in [
            (one.headers, [row for row in one.rows if row]) for one in told.tables
        ]


def test_every_sentence_of_the_forecast_stands_on_the_page(kept, lang):
    words = Reader(page_html(kept(), lang)).words
    sentences = [block.text for block in forecast_page(kept(), lang) if hasattr(block, "text")]
    assert [sentence for sentence in sentences if sentence.strip() not in words] == []


def test_what_is_not_tested_is_told_before_any_number(kept, lang):
    words = Reader(page_html(kept(), lang)).words
    notice = {"en": "Not yet tested against history", "zh": "尚未经历史数据检验"}[lang]
    first_number = next(place for place, text in enumerate(words[2:], start=2) if re.search(r"\d", text))
    assert notice in words[:first_number]


def test_it_fetches_nothing_runs_nothing_and_closes_what_it_opens(kept, lang):
    html = page_html(kept(), lang)
    reader = Reader(html)
    assert reader.open == []
    assert not {"script", "iframe", "object", "embed", "form", "base"} & reader.tags
    assert reader.handlers == []
    assert {value for value in reader.fetched if not value.startswith("#")} == {"data:,"}
    assert not re.search(r"https?:|//[a-z]|@import", html)
    assert {target[0] for target in re.findall(r"url\(([^)]*)\)", html)} <= {"#"}


def test_no_two_parts_of_pictures_share_a_name_and_every_reference_is_met(kept, lang):
    html = page_html(kept(), lang)
    reader = Reader(html)
    assert len(set(reader.ids)) == len(reader.ids)
    referred = set(re.findall(r'(?:href="#|url\(#)([^")]+)', html))
    assert referred
    assert referred <= set(reader.ids)


@pytest.mark.parametrize("name", NASTY)
def test_names_are_harmless_and_stand_there_as_they_are(kept, name, lang):
    text = NASTY[name]
    html = page_html(kept(**named(text)), lang)
    reader = Reader(html)
    assert reader.open == []
    assert not {"script", "img"} & reader.tags
    assert reader.handlers == []
    assert any(printable(text) in words for words in reader.words)


@pytest.mark.parametrize("name", NASTY)
def test_the_pictures_of_a_page_are_sound_with_any_name(kept, name, lang):
    for section in sheet_of(kept(**named(NASTY[name])), lang).sections:
        for picture in section.pictures:
            assert clashes(on_paper(picture.draw())) == ([], []), picture.words


def test_what_steers_a_terminal_does_not_reach_the_page(kept, lang):
    html = page_html(kept(title="a\x1b[31m\u202eb"), lang)
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", html)


def test_the_same_run_gives_the_same_bytes(kept, lang):
    assert page_html(kept(), lang) == page_html(kept(), lang)


def test_a_scenario_without_goals_dates_or_readings_still_has_a_page(kept, lang):
    html = page_html(kept(goals={}, readings={}, run={"calendar": "plain", "horizon": "day 365"}), lang)
    assert "<svg" not in html
    assert Reader(html).open == []


def test_pictures_stand_where_there_is_something_to_show(kept, lang):
    sheet = sheet_of(kept(), lang)
    assert [len(section.pictures) for section in sheet.sections if section.pictures] == [3, 1, 1]
    assert page_html(kept(), lang).count("<svg") == 5
