"""The forecast for programs: exactly the documented keys, strict JSON, nothing of place or time."""

import json

import pytest

from sim.reports.files import json_text, run_files
from sim.reports.summary_json import forecast_json

KEYS = [
    "scenario", "seed", "replications", "engine", "goals", "joint", "first_to_fail", "readings",
    "monthly", "stages", "pools", "provenance", "kappa", "complete",
    "waiting", "levels", "levers", "precision",
]  # fmt: skip
GOAL_KEYS = [
    "metric", "basis", "comparator", "value", "unit", "by", "headline", "restates",
    "probability", "interval", "quantiles", "mean", "shortfall", "missed_alone",
]  # fmt: skip


@pytest.fixture
def content(answer):
    return forecast_json(answer())


def test_the_keys_are_the_documented_ones_in_their_order(content):
    assert list(content) == KEYS
    assert all(list(goal) == GOAL_KEYS for goal in content["goals"].values())
    assert list(content["provenance"]) == ["stated", "observed", "fitted", "assumed"]
    assert list(content["kappa"]) == ["value", "drawn", "realised", "replications"]


def test_a_goal_is_told_in_base_units(content):
    investment, growth, projects = (content["goals"][name] for name in ("investment", "growth", "projects"))
    assert (investment["value"], investment["unit"], investment["by"]) == (110_000_000_000, "yuan", "2022-12-31")
    assert (growth["value"], growth["unit"]) == (0.3, "fraction")
    assert (projects["value"], projects["unit"]) == (320, "projects")
    assert investment["quantiles"] == {"p10": 85e9, "p50": 105e9, "p90": 125e9}
    assert investment["probability"] == 41 / 101
    low, high = investment["interval"]
    assert 0 < low < 41 / 101 < high < 1


def test_a_restating_goal_is_no_headline(content):
    assert content["goals"]["growth"]["restates"] == "investment"
    assert content["goals"]["growth"]["headline"] is False


def test_readings_say_which_is_the_base(content):
    assert {name: reading["base"] for name, reading in content["readings"].items()} == {"93-inside": True, "93-outside": False}
    assert content["readings"]["93-outside"]["goals"]["investment"]["probability"] == 81 / 101
    assert set(content["readings"]["93-outside"]["joint"]) == {"probability", "interval"}


def test_months_carry_their_names_and_quantiles(content):
    path = content["monthly"]["investment_completed"]
    assert path["months"][0] == "2022-01"
    assert path["p50"][5] == pytest.approx(52.5e9)


def test_it_is_strict_json_and_floats_are_as_python_writes_them(content):
    text = json_text(content)
    assert json.loads(text, parse_constant=lambda name: pytest.fail(name)) == content
    assert repr(41 / 101) in text


def test_the_files_of_a_run_are_all_there_and_hold_the_same_numbers(answer):
    files = run_files(answer())
    assert set(files) == {"scenario.yaml", "summary.json", "summary.csv", "replications.csv", "report.en.txt", "report.zh.txt"}
    assert json.loads(files["summary.json"]) == forecast_json(answer())
    header, first, *_ = files["replications.csv"].splitlines()
    columns = dict(zip(header.split(","), first.split(","), strict=True))
    assert columns["replication"] == "1"
    assert (columns["investment outcome"], columns["investment met"]) == ("80000000000.0", "false")
    assert columns["investment 2022-12"] == "80000000000.0"
    rows = files["summary.csv"].splitlines()
    assert [row.split(",")[0] for row in rows] == ["goal", "investment", "growth", "projects", "fai", "joint"]


def test_the_same_answer_gives_the_same_files(answer):
    assert run_files(answer()) == run_files(answer())
