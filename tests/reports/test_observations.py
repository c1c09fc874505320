"""What was observed beside what the model says: 101 replications of 40, 40.25, ... 65 bn yuan by June and of 390 to 290 projects.

The mean of the money is 52.5 bn, P10 and P90 are 42.5 and 62.5; of the projects 340, 300 and 380.
"""

import csv
import json
import re

import pytest
from rich.cells import cell_len

from sim.reports.files import json_text, run_files
from sim.reports.forecast import forecast_page
from sim.reports.summary_json import forecast_json
from sim.reports.tables import WIDTH, as_text

OBSERVATIONS = {
    "half_year": {
        "title": {"en": "investment of the first half", "zh": "上半年完成投资"},
        "metric": "investment",
        "by": "2022-06-30",
        "use": "fit",
        "value": "50 bn yuan",
    },
    "implemented": {"metric": "projects_implemented", "use": "test", "value": "400 projects"},
    "growth": {"metric": "investment_growth", "basis": "counted", "use": "test", "value": "0%"},
}


@pytest.fixture
def observed(answer, scenario):
    return answer(scenario(observations=OBSERVATIONS))


def section(answer, lang, heading):
    text = as_text(forecast_page(answer, lang))
    return text.partition(heading + "\n")[2].partition("\n\n")[0]


def test_each_observation_stands_beside_the_models_mean_and_quantiles_with_its_error_and_use(observed):
    text = section(observed, "en", "Against what was observed")
    assert re.search(r"investment of the first +50 bn yuan +52\.5 +42\.5 +62\.5 +\+5\.0% +used to fit\nhalf\n\(by 2022-06-30\)", text)
    assert re.search(r"projects implemented +400 projects +340 +300 +380 +-15\.0% +held out", text)


def test_the_same_in_chinese(observed):
    text = section(observed, "zh", "与观测值对照")
    assert re.search(r"上半年完成投资 +500亿元 +525 +425 +625 +\+5\.0% +用于拟合\n（截至2022-06-30）", text)
    assert re.search(r"实施项目 +400个 +340 +300 +380 +-15\.0% +留作检验", text)


def test_nothing_has_no_error_in_percent(observed):
    text = section(observed, "en", "Against what was observed")
    assert re.search(r"investment growth +0% +24\.1% +0\.5% +47\.8% +held out\n\(counted\)", text)
    assert forecast_json(observed)["observations"]["growth"]["error"] is None


def test_columns_line_up_within_eighty_columns(observed):
    for lang, heading in (("en", "Against what was observed"), ("zh", "与观测值对照")):
        text = section(observed, lang, heading)
        assert max(cell_len(line) for line in text.splitlines()) <= WIDTH
        rows = [line for line in text.splitlines() if "%" in line]
        assert len({cell_len(line) for line in rows}) == 1


@pytest.mark.parametrize(
    ("comparator", "value", "told", "error"),
    [
        (">", "330 projects", "> 330 projects", 0.0),  # the mean is 340
        (">=", "400 projects", "≥ 400 projects", -0.15),
        ("<", "340 projects", "< 340 projects", 0.0),
        ("<=", "340 projects", "≤ 340 projects", 0.0),
        ("<=", "320 projects", "≤ 320 projects", 0.0625),
        ("=", "320 projects", "320 projects", 0.0625),
    ],
)
def test_a_bound_is_told_as_one_and_only_what_lies_beyond_it_is_an_error(answer, scenario, comparator, value, told, error):
    bound = {"metric": "projects_implemented", "use": "test", "value": value, "comparator": comparator}
    seen = answer(scenario(observations={"bound": bound}))
    assert forecast_json(seen)["observations"]["bound"]["error"] == pytest.approx(error, abs=1e-12)
    assert told in section(seen, "en", "Against what was observed")
    assert told.replace(" projects", "个") in section(seen, "zh", "与观测值对照")


def test_programs_get_base_units(observed):
    half_year = forecast_json(observed)["observations"]["half_year"]
    assert half_year == {
        "use": "fit",
        "metric": "investment",
        "basis": "completed",
        "comparator": "=",
        "value": 50_000_000_000,
        "unit": "yuan",
        "by": "2022-06-30",
        "mean": 52.5e9,
        "quantiles": {"p10": 42.5e9, "p50": 52.5e9, "p90": 62.5e9},
        "error": pytest.approx(0.05),
    }


def test_the_run_folder_has_them_in_files_of_their_own_and_by_replication(observed):
    files = run_files(observed)
    header, *rows = csv.reader(files["observations.csv"].splitlines())
    assert [dict(zip(header, row, strict=True))["observation"] for row in rows] == list(OBSERVATIONS)
    assert dict(zip(header, rows[0], strict=True))["value"] == "50000000000"
    first = dict(zip(*csv.reader(files["replications.csv"].splitlines()[:2]), strict=True))
    assert first["observation half_year"] == "40000000000.0"
    assert json.loads(files["summary.json"]) == json.loads(json_text(forecast_json(observed)))


def test_they_are_no_goals(observed, answer):
    without = forecast_json(answer())
    told = forecast_json(observed)
    assert {key: value for key, value in told.items() if key != "observations"} == without
    text = as_text(forecast_page(observed, "en"))
    added = section(observed, "en", "Against what was observed")
    assert text.replace(f"Against what was observed\n{added}\n\n", "") == as_text(forecast_page(answer(), "en"))


def test_a_scenario_without_observations_says_nothing_of_them(answer):
    assert "observ" not in json_text(forecast_json(answer())).replace('"observed": 5', "")
    assert "Against" not in as_text(forecast_page(answer(), "en"))
    assert "observations.csv" not in run_files(answer())
