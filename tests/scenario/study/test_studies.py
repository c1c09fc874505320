"""The language of studies: what a file may say, and every fault told at its place, all at once, before anything runs."""

import re

import pytest
import yaml

from sim.errors import InputError
from sim.errors.wording import KINDS
from sim.scenario.files.folders import packaged_folder
from sim.scenario.study.loading import load_study
from tests.cli.conftest import SMALL

STUDY = """\
title: {en: A small study, zh: 一项小研究}
scenario: ./small.yaml
seed: 7
factors:
  desks:
    owner: permit office
    path: pools.permit_desk.capacity
    range: [1, 6]
  plan:
    path: portfolio.lists.all.plan
    prior: {triangular: {low: 2 bn yuan, mode: 2.4 bn yuan, high: 3 bn yuan}}
  begins:
    path: portfolio.cohorts.new.planned_start
    range: [2022-02-01, 2022-04-30]
  green:
    lever: green_channel
    range: [0, 2]
  green_date:
    lever: night_work
    values: [2022-03-01, 2022-05-01]
  ready:
    reading: ready
  few:
    override: few_desks
design:
  latin_hypercube: {points: 16}
replications: 4
outputs: [joint, goals.investment.outcome]
"""


@pytest.fixture
def study(tmp_path):
    """Loads a text as a study of the small city."""
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")

    def load(text=STUDY):
        (tmp_path / "study.yaml").write_text(text, encoding="utf-8")
        return load_study(tmp_path / "study.yaml")

    return load


def without(text, factor):
    """The text without one factor."""
    return re.sub(rf"(?m)^  {factor}:\n(?:    .*\n)+", "", text)


SOUND = without(STUDY, "green_date")


def test_every_way_to_vary_a_scenario_is_read(study):
    axes = {axis.name: axis for axis in study(SOUND).axes}
    assert (axes["desks"].low, axes["desks"].high, axes["desks"].is_whole, axes["desks"].kind) == (1, 6, True, "assumed")
    assert (axes["plan"].measure, axes["plan"].prior.family, axes["plan"].base) == ("money", "triangular", "2.4 bn yuan")
    assert (axes["begins"].measure, axes["begins"].text(axes["begins"].low)) == ("date", "2022-02-01")
    assert (axes["green"].kind, axes["green"].base) == ("lever", "0")
    assert (axes["ready"].levels, axes["ready"].base) == (("unready", "ready"), "unready")
    assert axes["few"].levels == ("without", "with")


def test_a_lever_and_a_reading_without_a_title_are_called_what_the_scenario_calls_them(study):
    axes = {axis.name: axis for axis in study(SOUND).axes}
    assert (axes["green"].title["en"], axes["green"].title["zh"]) == ("green channel of approval", "审批绿色通道")
    assert axes["desks"].title is None
    called = study(SOUND.replace("lever: green_channel", "title: fast lane\n    lever: green_channel"))
    assert next(axis for axis in called.axes if axis.name == "green").title["en"] == "fast lane"
    smoke = {axis.name: axis for axis in load_study("smoke").axes}
    named = [axis for axis in smoke.values() if axis.target == "reading"]
    assert named
    assert all(axis.title is not None for axis in named)


def test_a_value_makes_the_choice_that_the_command_line_would(study):
    loaded = study(SOUND)
    axes, choice = {axis.name: axis for axis in loaded.axes}, loaded.base.choice
    assert axes["desks"].put(axes["desks"].text(3.2), choice).sets == ("pools.permit_desk.capacity=3",)
    assert axes["plan"].put(axes["plan"].text(2_500_000_000.4), choice).sets == ("portfolio.lists.all.plan=2500000000 yuan",)
    assert axes["begins"].put(axes["begins"].text(axes["begins"].high), choice).sets == ("portfolio.cohorts.new.planned_start=2022-04-30",)
    assert axes["green"].put("0", choice) == choice
    assert axes["green"].put("0.5", choice).levers == ("green_channel=0.5",)
    assert axes["ready"].put("ready", choice).readings == ("ready",)
    assert axes["few"].put("with", choice).overrides == ("few_desks",)
    assert axes["few"].put("without", choice) == choice


def test_a_lever_in_force_is_dropped_at_zero_and_left_alone_at_one():
    loaded = load_study("smoke")
    lever = loaded.base.scenario.levers["monthly_ranking"]
    axis = next(axis for axis in loaded.axes if axis.target == "lever")
    from dataclasses import replace

    ranking = replace(axis, where="monthly_ranking", lever=lever)
    assert ranking.put("0", loaded.base.choice).without == ("monthly_ranking",)
    assert ranking.put("1", loaded.base.choice) == loaded.base.choice
    assert ranking.put("1.5", loaded.base.choice).levers == ("monthly_ranking=1.5",)


FAULTS = {
    "a factor that varies two things": (
        "    path: portfolio.lists.all.plan\n",
        "    path: a.b\n    lever: green_channel\n",
        "one-of",
        "plan:",
    ),
    "a factor that varies nothing": ("    reading: ready\n", "    title: nothing\n", "one-of", "ready:"),
    "two ways to vary": ("    range: [1, 6]\n", "    range: [1, 6]\n    values: [1, 2]\n", "one-of", "desks:"),
    "a path that leads nowhere": ("pools.permit_desk.capacity", "pools.permit_desks.capacity", "set-path", "permit_desks"),
    "a lever that there is not": ("green_channel", "green_chanel", "unknown-lever", "green_chanel"),
    "a fact that is not ambiguous": ("reading: ready", "reading: readyy", "unknown-ambiguity", "readyy"),
    "an override that there is not": ("few_desks", "few_desk", "unknown-override", "few_desk"),
    "a range from the greater": ("[1, 6]", "[6, 1]", "study-range", "[6, 1]"),
    "a range of two units": ("[1, 6]", "[1 mu, 6 days]", "study-range", "[1 mu"),
    "a range that a comma has cut": ("[1, 6]", "[1, 2,000]", "number", "[1, 2,000]"),
    "an end that the scenario refuses": ("[1, 6]", "[-1, 6]", "range", "desks:"),
    "an end of another unit": ("[1, 6]", "[1 mu, 6 mu]", "unit", "desks:"),
    "a prior that is none": ("triangular: {low: 2 bn yuan,", "triangular: {lo: 2 bn yuan,", "distribution", "lo:"),
    "no design": ("  latin_hypercube: {points: 16}\n", "  {}\n", "one-of", "design:"),
    "two designs": ("  latin_hypercube: {points: 16}\n", "  latin_hypercube: {points: 16}\n  one_way: {}\n", "one-of", "design:"),
    "a base that is no power of two": ("latin_hypercube: {points: 16}", "saltelli: {base: 100}", "power-of-two", "100"),
    "a grid of too many points": ("latin_hypercube: {points: 16}", "grid: {levels: 1000}", "too-many-points", "design:"),
    "an unknown key": ("seed: 7", "sede: 7", "unknown-key", "sede"),
    "no points": ("points: 16", "points: 0", "range", "points: 0"),
    "a scenario that there is not": ("./small.yaml", "hengyang-2023", "unknown-scenario", "hengyang-2023"),
    "a reading that there is not": ("    reading: ready\n", "    reading: ready\n    values: [redy]\n", "choice", "redy"),
    "an output that there is not": ("[joint,", "[join,", "unknown-output", "join,"),
}
LATE = {"an end that the scenario refuses", "an end of another unit", "an output that there is not"}
"""Told when the points are judged."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_at_its_line_in_both_languages_with_what_is_allowed(study, fault):
    from sim.studies.forecast import silent
    from sim.studies.sweep.checking import check_points
    from sim.studies.sweep.running import prepare_study

    right, wrong, kind, at = FAULTS[fault]
    assert right in SOUND
    text = SOUND.replace(right, wrong)

    def judged():
        loaded = study(text)
        assert fault in LATE
        check_points(loaded, prepare_study(loaded, silent).points.values, silent)

    with pytest.raises(InputError) as raised:
        judged()
    (problem, *more) = raised.value.problems
    assert (problem.kind, more) == (kind, [])
    line = problem.place.line
    assert at in text.splitlines()[line - 1]
    assert f"study.yaml:{line}:" in problem.render("en")
    assert KINDS[kind].zh in problem.render("zh")


def test_all_faults_are_told_at_once(study):
    text = (
        SOUND.replace("pools.permit_desk.capacity", "pools.desk.capacity")
        .replace("green_channel", "gren")
        .replace("reading: ready", "reading: x")
    )
    with pytest.raises(InputError) as raised:
        study(text)
    assert {problem.kind for problem in raised.value.problems} == {"set-path", "unknown-lever", "unknown-ambiguity"}


def test_a_fault_of_the_language_hides_no_fault_of_another_factor_and_all_stand_in_the_order_of_the_file(study):
    text = (
        SOUND.replace("range: [1, 6]", "rnge: [1, 6]")
        .replace("green_channel", "gren_channel")
        .replace("reading: ready", "reading: redy")
        .replace("points: 16", "points: 0")
        .replace("replications: 4", "replications: 0")
        .replace("seed: 7", "sede: 7")
    )
    with pytest.raises(InputError) as raised:
        study(text)
    found = [(problem.kind, problem.place.line) for problem in raised.value.problems]
    lines = {
        word: number
        for number, line in enumerate(text.splitlines(), 1)
        for word in ("sede", "rnge", "gren_", "redy", "points: 0", "replications")
        if word in line
    }
    assert found == [
        ("unknown-key", lines["sede"]),
        ("unknown-key", lines["rnge"]),
        ("unknown-lever", lines["gren_"]),
        ("unknown-ambiguity", lines["redy"]),
        ("range", lines["points: 0"]),
        ("range", lines["replications"]),
    ]


@pytest.mark.parametrize("text", ["scenario: 5\nfactors: {}\n", "factors: 3\nscenario: ./small.yaml\n", "design: x\nfactors: {a: 1}\n"])
def test_what_is_hardly_a_study_is_told_and_nothing_else_happens(study, text):
    with pytest.raises(InputError) as raised:
        study(text)
    assert raised.value.problems


def test_points_that_are_wrong_only_together_are_told_with_the_point(study):
    from sim.studies.forecast import silent
    from sim.studies.sweep.checking import check_points
    from sim.studies.sweep.running import prepare_study

    text = """\
scenario: ./small.yaml
factors:
  going: {path: portfolio.cohorts.going.plan, range: [0.5 bn yuan, 2.2 bn yuan]}
  whole: {path: portfolio.lists.all.plan, range: [1.8 bn yuan, 2.6 bn yuan]}
design: {grid: {levels: 2}}
replications: 2
"""
    loaded = study(text)
    with pytest.raises(InputError) as raised:
        check_points(loaded, prepare_study(loaded, silent).points.values, silent)
    assert any("point " in problem.path and "going=2200000000 yuan" in problem.path for problem in raised.value.problems)


def test_a_study_that_there_is_not_is_refused_with_the_nearest():
    with pytest.raises(InputError) as raised:
        load_study("smokee")
    assert (raised.value.problems[0].kind, raised.value.problems[0].suggestion) == ("unknown-study", "smoke")


# --- Points from a file

TABLE = re.sub(r"latin_hypercube: \{points: 16\}", "table: {file: points.csv}", SOUND)
HEADER = "point,desks,plan,begins,green,ready,few\n"


def test_points_from_a_file_are_as_told(study, tmp_path):
    (tmp_path / "points.csv").write_text(
        "\ufeff" + HEADER + "1,2,2.5 bn yuan,2022-03-01,0,ready,without\n2,6,2400000000,2022-04-30,1.5,unready,with\n", encoding="utf-8"
    )
    loaded = study(TABLE)
    told = [{axis.name: axis.text(value) for axis, value in zip(loaded.axes, row, strict=True)} for row in loaded.table]
    assert told == [
        {"desks": "2", "plan": "2500000000 yuan", "begins": "2022-03-01", "green": "0", "ready": "ready", "few": "without"},
        {"desks": "6", "plan": "2400000000 yuan", "begins": "2022-04-30", "green": "1.5", "ready": "unready", "few": "with"},
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("desks,plan,begins,green,ready\n", {"missing-key", "range"}),
        (HEADER.replace("few", "fewer") + "1,2,3,2022-03-01,0,ready,with\n", {"unknown-key", "missing-key"}),
        (HEADER + "1,2,2.5 bn yuan,2022-03-01,0,ready\n", {"type"}),
        (HEADER + "1,2,2.5 mu,2022-03-01,0,ready,with\n", {"unit"}),
        (HEADER + "1,2,2.5 bn yuan,2022-13-01,0,redy,with\n", {"date"}),
        ("", {"missing-key", "range"}),
    ],
)
def test_what_is_wrong_with_a_file_of_points_is_told_at_its_row(study, tmp_path, text, kinds):
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        study(TABLE)
    assert {problem.kind for problem in raised.value.problems} == kinds
    assert all("points.csv:" in problem.render("en") for problem in raised.value.problems)


def test_a_file_of_points_that_is_missing_is_told_at_the_study(study):
    with pytest.raises(InputError) as raised:
        study(TABLE)
    assert raised.value.problems[0].kind == "unreadable"


# --- What is shipped

SHIPPED = sorted((packaged_folder() / "scenarios" / "studies").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_study_says_in_both_languages_what_it_varies_and_why(path):
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    loaded = load_study(path.stem)
    assert set(told["title"]) == {"en", "zh"}
    for axis in loaded.axes:
        assert axis.title is not None
        assert axis.title.en != axis.title.zh
        assert axis.target in {"reading", "override"} or (axis.assumed is not None and axis.assumed.en != axis.assumed.zh)
    assert path.stem == "smoke" or told["scenario"] == path.stem


def test_there_is_a_study_of_every_source():
    assert {path.stem.partition("-")[0] for path in SHIPPED} == {"smoke", "hengyang", "foshan", "zhaoqing", "bazhong", "shenyang"}
