"""check, show, bridge, schema, terms: what they answer."""

import json
import re

import jsonschema
import pytest
import yaml

from tests.cli.conftest import ROOT, SMALL

BROKEN = SMALL.replace("value: 3 bn yuan", "value: 3").replace("at: permit", "at: permti")


@pytest.fixture
def broken(small, tmp_path):
    (tmp_path / "broken.yaml").write_text(BROKEN, encoding="utf-8")
    return "broken.yaml"


def test_check_says_that_a_file_is_right(sim, small):
    result = sim("check", small)
    assert result.exit_code == 0
    assert result.stdout.startswith("small is right: no warning. Of ")
    assert sim("check", small, "--lang", "zh").stdout.startswith("small 无误")


def test_check_tells_every_problem_with_its_place_and_what_was_meant(sim, broken):
    result = sim("check", broken)
    assert result.exit_code == 2
    for number, line in enumerate(BROKEN.splitlines(), start=1):
        if "value: 3}" in line or "permti" in line:
            assert f"broken.yaml:{number}:" in result.stdout
    assert "did you mean permit?" in result.stdout
    assert result.stdout.endswith("broken.yaml: 2 errors, no warning\n")
    assert "2个错误" in sim("check", broken, "--lang", "zh").stdout


def test_check_for_programs_sets_errors_apart_from_warnings(sim, broken):
    result = sim("check", broken, "--json")
    content = json.loads(result.stdout)
    assert result.exit_code == 2
    assert (content["ok"], len(content["errors"]), content["warnings"]) == (False, 2, [])
    assert {"kind", "file", "line", "column", "path", "message", "found", "allowed", "suggestion"} == set(content["errors"][0])


@pytest.mark.parametrize("command", ["show", "bridge", "run"])
def test_a_wrong_scenario_is_told_on_standard_error_and_nothing_is_written(sim, broken, tmp_path, command):
    result = sim(command, broken)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("broken.yaml:") == 2
    assert not (tmp_path / "runs").exists()


def test_a_doubt_goes_on_unless_asked_for_strictly(sim, small, tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL + "pools: {ready_land: {initial: 900 hectares}}\n", encoding="utf-8")
    calm, strict = sim("check", small), sim("check", small, "--strict")
    assert calm.exit_code == 0
    assert "warning" in calm.stdout
    assert "1 warning" in calm.stdout
    assert strict.exit_code == 2
    assert "1 error" in strict.stdout


def test_show_says_in_short_what_the_scenario_says(sim, small):
    text = sim("show", small).stdout
    assert "A small city" in text
    assert "investment completed: at least 3 bn yuan" in text
    assert "unready* (they lack the permit)" in text
    assert re.search(r"--override: without_land_limit, .*few_desks\n", text, re.DOTALL)
    assert "--scenario: slow" in text
    assert "一个小城市" in sim("show", small, "--lang", "zh").stdout


def test_show_resolved_is_the_scenario_as_it_is_run(sim, small):
    resolved = yaml.safe_load(sim("show", small, "--resolved", "--set", "goals.investment.value=4 bn yuan").stdout)
    assert resolved["goals"]["investment"]["value"] == "4 bn yuan"
    assert "workflow" in resolved


def test_show_origin_gives_file_and_line_of_every_value(sim, small):
    lines = sim("show", small, "--resolved", "--origin", "--set", "goals.projects.value=8 projects").stdout.splitlines()
    number = next(number for number, line in enumerate(SMALL.splitlines(), start=1) if "value: 3 bn yuan" in line)
    assert f"goals.investment.value = 3 bn yuan  # small.yaml:{number} (assumed)" in lines
    assert any(line.startswith("goals.projects.value = 8") and "--set:1" in line for line in lines)
    assert any("base.yaml:" in line for line in lines)


def test_show_provenance_counts_and_lists_the_numbers(sim):
    text = " ".join(sim("show", "hengyang-2022", "--provenance").stdout.split())
    assert "goals.investment.value = 110 bn yuan: hengyang/investment_goal_2022" in text
    content = json.loads(sim("show", "hengyang-2022", "--json").stdout)
    for kind, count in content["provenance"].items():
        assert f"{kind} {count} " in text
        assert sum(origin["kind"] == kind for origin in content["origins"].values()) == count


def test_show_for_programs_names_no_folder(sim, small, tmp_path):
    assert str(tmp_path) not in sim("show", str(tmp_path / small), "--json").stdout


def test_bridge_answers_from_any_folder_in_both_languages_and_for_programs(sim):
    assert "9.9 bn yuan" in sim("bridge", "hengyang-2022").stdout
    assert "99亿元" in sim("bridge", "hengyang-2022", "--lang", "zh").stdout
    assert json.loads(sim("bridge", "hengyang-2022", "--json").stdout)["investment"]["missing"] == 9_908_000_000


def test_schema_describes_the_shipped_files(sim):
    schema = json.loads(sim("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in (ROOT / "scenarios").glob("*.yaml"):
        content = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str, skipkeys=True))
        assert not list(validator.iter_errors(content)), path.name
    assert list(validator.iter_errors({"gaols": {}}))


def test_terms_are_listed_in_both_languages_and_for_programs(sim):
    assert "年度投资计划" in sim("terms").stdout
    assert sim("terms", "--lang", "zh").stdout.splitlines()[0].startswith("术语")
    assert {"id", "unit", "en", "zh", "meaning_en", "meaning_zh"} == set(json.loads(sim("terms", "--json").stdout)[0])
