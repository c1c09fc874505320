"""`sim check` of a study, its JSON Schema, and what is said where a study is taken for a scenario or the other way round."""

import json

import jsonschema
import pytest
import yaml

from tests.cli.conftest import ROOT, SMALL

STUDY = """\
scenario: ./small.yaml
factors:
  desks: {path: pools.permit_desk.capacity, range: [1, 6]}
  plan: {path: portfolio.lists.all.plan, range: [2 bn yuan, 3 bn yuan]}
design: {grid: {levels: 3}}
replications: 4
outputs: [joint]
"""


@pytest.fixture
def study(small, tmp_path):
    def write(text=STUDY, name="study.yaml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return name

    return write


def test_a_study_that_is_right_is_said_to_be_with_its_points_and_nothing_is_run(sim, study, tmp_path):
    path = study()
    before = sorted(tmp_path.iterdir())
    result = sim("check", path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "study is right: no warning. Scenario small; grid of 9 points (levels 3); factors: 2; outputs: 1; 4 replications a point\n"
    )
    assert sim("check", path, "--lang", "zh").stdout.startswith("study 无误：无警告。情景 small；网格设计9个点")
    assert json.loads(sim("check", path, "--json").stdout)["points"] == 9
    assert sorted(tmp_path.iterdir()) == before


def test_faults_of_the_language_of_factors_and_of_outputs_are_told_together_each_at_its_line(sim, study):
    wrong = STUDY.replace("permit_desk.", "permit_desks.").replace("[joint]", "[join]").replace("replications: 4", "replications: 0")
    for command in (("check",), ("sweep", "--estimate")):
        result = sim(*command, study(wrong))
        assert result.exit_code == 2
        assert [line.split(":")[1] for line in result.output.splitlines() if line.startswith("study.yaml:")][:3] == ["3", "6", "7"]
    assert "did you mean joint?" in result.output


def test_faults_of_points_are_told_at_their_factors(sim, study):
    result = sim("check", study(STUDY.replace("[1, 6]", "[-1, 6]").replace("2 bn yuan, 3 bn yuan", "2 bn yuan, 30 bn yuan")))
    assert result.exit_code == 2
    assert {line.split(":")[1] for line in result.stdout.splitlines() if line.startswith("study.yaml:") and "errors" not in line} == {
        "3",
        "4",
    }


def test_a_warning_of_its_scenario_is_told_and_is_an_error_if_asked_for_strictly(sim, study, tmp_path):
    path = study()
    (tmp_path / "small.yaml").write_text(SMALL + "pools: {ready_land: {initial: 900 hectares}}\n", encoding="utf-8")
    assert "1 warning" in sim("check", path).stdout
    assert sim("check", path, "--strict").exit_code == 2


def test_a_name_that_is_a_study_s_alone_is_the_study(sim):
    assert sim("check", "smoke").stdout.startswith("smoke is right: no warning. Scenario hengyang-2022")
    assert sim("check", "hengyang-2022").stdout.startswith("hengyang-2022 is right: no warning. Of ")


def test_what_changes_a_scenario_changes_no_study(sim, study):
    result = sim("check", study(), "--set", "pools.permit_desk.capacity=3")
    assert result.exit_code == 2
    assert "`with`" in result.stderr
    assert "with" in sim("check", study(), "--lever", "night_work", "--lang", "zh").stderr


@pytest.mark.parametrize("command", [("run",), ("show",), ("bridge",), ("compare", "--lever", "night_work"), ("levers",)])
def test_a_study_taken_for_a_scenario_is_one_fault_that_names_the_command(sim, study, command):
    result = sim(command[0], study(), *command[1:])
    assert result.exit_code == 2
    assert result.stderr.startswith("study.yaml:1:1: this is a study, not a scenario: `sim sweep` runs it")
    assert result.stderr.count("study.yaml:") == 1


def test_a_scenario_that_extends_a_study_is_told_where_it_does(sim, study):
    study()
    path = study("title: x\nextends: ./study.yaml\n", "mine.yaml")
    assert "mine.yaml:2:10 extends: this is a study" in sim("check", path).stdout


@pytest.mark.parametrize("command", [("sweep",), ("sweep", "--estimate")])
def test_a_scenario_taken_for_a_study_is_one_fault_that_names_what_a_study_has(sim, small, command):
    result = sim(*command, small)
    assert result.exit_code == 2
    assert ": this is no study" in result.stderr
    assert "allowed: scenario, factors, design" in result.stderr
    assert result.stderr.count("small.yaml:") == 1


def test_a_study_with_a_mistyped_key_is_still_taken_for_one(sim, study):
    result = sim("check", study(STUDY.replace("factors:", "factor:")))
    assert "did you mean factors?" in result.stdout


# --- The schema of studies

SCHEMA_SLIPS = [
    ("factors:", "factor:"),
    ("path: pools.permit_desk.capacity, ", ""),
    ("path: pools", "reading: x, path: pools"),
    ("range: [1, 6]", "range: [1, 6], values: [1]"),
    ("range: [1, 6]", "range: [1]"),
    ("{grid: {levels: 3}}", "{grid: {levels: 3}, one_way: {}}"),
    ("{grid: {levels: 3}}", "{}"),
    ("replications: 4", "replications: 0"),
]


@pytest.fixture(scope="module")
def validator():
    from sim.scenario.study.json_schema import study_schema

    jsonschema.Draft202012Validator.check_schema(study_schema())
    return jsonschema.Draft202012Validator(study_schema())


def test_the_schema_is_printed(sim, validator):
    assert json.loads(sim("schema", "study").stdout) == json.loads(json.dumps(validator.schema))


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios" / "studies").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_study_is_valid(validator, path):
    content = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
    assert [error.message for error in validator.iter_errors(content)] == []


def test_plain_slips_are_marked_and_the_study_without_them_is_not(validator):
    assert validator.is_valid(yaml.safe_load(STUDY))
    for right, wrong in SCHEMA_SLIPS:
        assert right in STUDY
        assert not validator.is_valid(yaml.safe_load(STUDY.replace(right, wrong, 1))), wrong
