"""`sim report` of a sweep: which one, its tables those of the terminal, its pictures of each kind of factor apart, and the same bytes."""

import json
import re
import sys

import pytest

from tests.cli.test_report import page
from tests.plots.conftest import clashes, on_paper
from tests.reports.reading import Reader
from tests.reports.test_in_browser import CHROMIUM, seen
from tests.reports.test_page import NASTY

STUDY = """\
title: {en: A small study, zh: 一项小研究}
scenario: ./small.yaml
seed: 3
factors:
  desks: {title: {en: permit desks, zh: 审批窗口}, path: pools.permit_desk.capacity, range: [1, 6], assumed: {en: a guess, zh: 估计}}
  plan: {path: portfolio.lists.all.plan, range: [2.2 bn yuan, 2.8 bn yuan]}
  ready: {reading: ready}
  green: {lever: green_channel, range: [0, 2]}
design: {latin_hypercube: {points: 60}}
replications: 4
"""
NUMBERS = re.compile(r"-?[\d,]*\.?\d+")
ONE_WAY = STUDY.replace("latin_hypercube: {points: 60}", "one_way: {}")


@pytest.fixture
def swept(sim, small, tmp_path):
    """Sweeps a study; what was printed in English."""

    def run(text=STUDY, *options):
        (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
        result = sim("sweep", "./study.yaml", *options)
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def cells(reader):
    return [cell for table in reader.tables for row in table.rows for cell in row]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("text", [STUDY, ONE_WAY], ids=["hypercube", "one_way"])
def test_every_number_of_the_terminal_stands_on_the_page(sim, swept, text, lang):
    swept(text, "--out", "kept")
    told = sim("sweep", "./study.yaml", "--out", "kept", "--resume", "--lang", lang).stdout
    reader = Reader(page(sim, "kept", "--lang", lang))
    words = " ".join(" ".join(reader.words).split())
    numbers = re.findall(r"[\d,]*\.?\d+%?", told)
    assert len(numbers) > 30
    assert [number for number in numbers if number not in words] == []
    assert reader.open == []
    assert {"en": "a guess", "zh": "估计"}[lang] in cells(reader)


def test_a_reading_is_told_with_the_interval_of_its_change(sim, swept):
    told = json.loads(swept(ONE_WAY, "--out", "kept", "--json"))["judged"]["goals.investment.outcome"]
    base = told["swings"][0]["base"]
    own, other = told["named"]["ready"]
    assert (own["name"], own["value"], own["change"]) == ("unready", base, {"value": 0.0, "low": 0.0, "high": 0.0})
    change, half = other["change"]["value"] / 1e9, (other["change"]["high"] - other["change"]["low"]) / 2e9
    assert change == pytest.approx((other["value"] - base) / 1e9)
    assert half > 0
    page = sim("sweep", "./study.yaml", "--out", "kept", "--resume").stdout
    rows = [line.split() for line in page.splitlines() if line.startswith(("ready ", "unready "))]
    numbers = [NUMBERS.findall(" ".join(row[1:])) for row in rows if "bn" in row]
    assert [len(found) for found in numbers] == [1, 3]
    assert [abs(float(text)) for text in numbers[1][1:]] == pytest.approx([abs(change), half], abs=0.06)


@pytest.mark.parametrize(("lang", "words"), [("en", "it is not the difference of the means shown"), ("zh", "变化不等于所示均值之差")])
def test_where_points_took_different_numbers_of_replications_a_change_says_of_which_it_is(sim, swept, lang, words):
    swept(ONE_WAY, "--out", "alike")
    swept(ONE_WAY.replace("replications: 4", "replications: {half_width: 0.2, least: 20, most: 60}"), "--out", "unlike")
    told = {name: " ".join(Reader(page(sim, name, "--lang", lang)).words) for name in ("alike", "unlike")}
    assert (words in told["unlike"], words in told["alike"]) == (True, False)


@pytest.mark.parametrize(("lang", "kinds"), [("en", ("assumptions", "levers", "readings")), ("zh", ("假设", "措施", "理解口径"))])
def test_assumptions_levers_and_readings_have_pictures_apart(sim, swept, lang, kinds):
    swept(STUDY, "--out", "kept")
    html = page(sim, "kept", "--lang", lang)
    labels = re.findall(r'aria-label="([^"]*)"', html)
    for kind in kinds:
        assert sum(re.split("[:：] ?", label)[-1].startswith(kind) for label in labels) == 2  # of a probability and of an amount


def test_under_which_conditions_it_is_missed_is_said_with_its_picture(sim, swept):
    swept(STUDY, "--out", "kept")
    told = " ".join(sim("discover", "kept").stdout.split())
    sentence = told[told.index("It is so where") : told.index("The box holds")]
    html = page(sim, "kept")
    assert sentence.strip() in " ".join(" ".join(Reader(html).words).split())
    assert 'aria-label="Under which conditions is it missed?"' in html
    swept(ONE_WAY, "--out", "ends")
    assert "Under which conditions" not in page(sim, "ends")


@pytest.mark.parametrize("output", ["joint", "goals.investment.probability"])
def test_what_is_looked_for_is_a_probability_once(sim, swept, output):
    swept(STUDY, "--out", "kept")
    said = sim("discover", "kept", "--output", output, "--lang", "zh").stdout.splitlines()[1]
    assert "概率低于50%" in said
    assert said.count("概率") == 1
    english = sim("discover", "kept", "--output", output).stdout.splitlines()[1]
    assert "below 50%" in english
    assert ("probability" in english) == (output == "joint")


def test_pictures_of_the_page_are_sound_on_paper_in_both_languages(swept):
    from pathlib import Path

    from sim.page.study import study_sheet
    from sim.reports.sweep.page import read_study, study_answer

    for number, text in enumerate((STUDY, ONE_WAY)):
        swept(text, "--out", f"kept-{number}")
        kept = read_study(Path(f"kept-{number}"))
        for lang in ("en", "zh"):
            sheet = study_sheet(study_answer(kept.plan, kept.table, []), {"sim": "0"}, lang)
            pictures = [picture for section in sheet.sections for picture in section.pictures]
            assert len(pictures) >= 3
            for picture in pictures:
                assert clashes(on_paper(picture.draw())) == ([], []), (lang, picture.words)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: chromium)")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_in_a_browser_nothing_is_out_of_its_box_fetched_or_complained_of(sim, swept, tmp_path, lang, width):
    text = STUDY.replace("{en: permit desks, zh: 审批窗口}", f"'{NASTY['long']}'").replace(
        "title: {en: A small", f"title: {{en: {NASTY['script']} A small"
    )
    swept(text, "--out", "kept")
    found, complaints = seen(page(sim, "kept", "--lang", lang), width, tmp_path)
    assert (found["out"], found["far"], found["scrolls"], found["fetched"], complaints) == ([], [], False, [], [])
    assert len(found["pictures"]) >= 6


# --- Which sweep


def test_a_sweep_is_found_by_its_folder_its_name_and_its_study(sim, swept, tmp_path):
    swept()
    (folder,) = (tmp_path / "runs").iterdir()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    pages = {page(sim, asked, "--lang", "zh") for asked in (f"runs/{folder.name}", folder.name, "study")}
    assert len(pages) == 1
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"report.zh.html"}
    assert sim("sweep", "./study.yaml", "--resume").exit_code == 0  # a page in the folder is in nobody's way
    assert page(sim, "study", "--lang", "zh") in pages


def test_a_run_of_that_name_comes_before_a_study_of_it(sim, swept, small):
    swept()
    assert sim("run", small, "--replications", "4", "--out", "runs/study").exit_code == 0
    assert "Over the points" not in page(sim, "study")


def test_an_output_that_is_asked_for_is_told_in_place_of_the_first(sim, swept):
    swept(STUDY, "--out", "kept")
    html = page(sim, "kept", "--output", "goals.investment.outcome")
    assert html.count("What moves it") == 1
    wrong = sim("report", "kept", "--output", "goals.invest.outcome")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "did you mean goals.investment.outcome?" in wrong.stderr


@pytest.mark.parametrize(("lang", "words"), [("en", "is a run, not a sweep"), ("zh", "是一次运行，不是研究结果")])
def test_outputs_are_of_sweeps_alone(sim, small, lang, words):
    assert sim("run", small, "--replications", "4", "--out", "run").exit_code == 0
    result = sim("report", "run", "--output", "joint", "--lang", lang)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_sweep_that_is_not_complete_says_so(sim, swept):
    swept(STUDY, "--out", "kept", "--shard", "1/2", "--block", "10")
    assert "incomplete: 30 points are missing" in " ".join(Reader(page(sim, "kept")).words)


@pytest.mark.parametrize("asked", ["x" * 5000, "\x00", "no/such"])
@pytest.mark.parametrize("command", ["report", "discover"])
def test_what_is_not_there_is_a_fault_in_words(sim, swept, command, asked):
    result = sim(command, asked)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no" in result.stderr or "not the folder of a study" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_jinja2_it_says_what_to_install(sim, swept, monkeypatch):
    swept(STUDY, "--out", "kept")
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = sim("report", "kept")
    assert result.exit_code == 2
    assert "pip install" in result.stderr
