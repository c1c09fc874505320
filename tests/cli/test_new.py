"""new: a scenario of one's own city, from a file of answers or by asking; what does not fit is told before anything is written."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

import sim as library
from sim.cli import application, new
from sim.scenario.starting.questions import questions
from tests.cli.conftest import ROOT, variables

ANSWERS = """\
city: {en: Testville, zh: 测试市}
year: 2022
goal: {investment: "１，１００亿元", projects: 320, fai_growth: 12%}
last_year: {investment: 846亿元, completion: 131.7%}
list: {count: 267, total: 248 bn yuan, plan: 76 bn yuan}
new: {count: 93 projects, total: "450亿元", plan: 15 bn yuan, start: 2022年2月21日}
later: {count: 66, mean: 0.48 bn yuan}
desks: 13
land: {ready: "1,500 mu", monthly: 180 亩}
"""
LEAST = """\
city: {en: Testville}
year: 2022
goal: {investment: 30 bn yuan}
list: {count: 100, total: 90 bn yuan, plan: 28 bn yuan}
"""
TYPED = {
    "city.en": "Testville",
    "city.zh": "测试市",
    "year": "2022",
    "goal.investment": "110 bn yuan",
    "goal.projects": "320",
    "goal.fai_growth": "12%",
    "last_year.investment": "846亿元",
    "last_year.completion": "131.7%",
    "list.count": "267",
    "list.total": "2,480亿元",
    "list.plan": "76 bn yuan",
    "new.count": "93",
    "new.total": "45 bn yuan",
    "new.plan": "15 bn yuan",
    "new.start": "2022-02-21",
    "later.count": "",
    "later.mean": "",
    "desks": "13",
    "land.ready": "",
}
"""What is typed at each question, in their order; without ready land nothing is asked of more."""


@pytest.fixture
def start(small, tmp_path):
    """`sim new my-city --from` these answers, in an empty folder but for them."""
    (tmp_path / small).unlink()

    def run(answers, *more):
        (tmp_path / "answers.yaml").write_bytes(answers.encode() if isinstance(answers, str) else answers)
        return CliRunner().invoke(application, ["new", "my-city", "--from", "answers.yaml", *more])

    return run


@pytest.fixture
def talk(small, tmp_path, monkeypatch):
    """`sim new my-city` at a terminal where these lines are typed, in an empty folder."""
    (tmp_path / small).unlink()
    monkeypatch.setattr(new, "_is_at_terminal", lambda: True)

    def run(lines, *more):
        return CliRunner().invoke(application, ["new", "my-city", *more], input="".join(f"{line}\n" for line in lines))

    return run


def typed(**changed):
    """The lines typed, with others at some questions: one, or several where the first ones are wrong."""
    changed = {key.replace("__", "."): value for key, value in changed.items()}
    lines = []
    for key, line in TYPED.items():
        other = changed.get(key, line)
        lines += [other] if isinstance(other, str) else other
    return lines


def checked(sim):
    result = sim("check", "my-city.yaml", "--strict", "--json")
    assert result.exit_code == 0, result.stdout
    return json.loads(result.stdout)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_file_of_answers_becomes_a_scenario_without_a_doubt(start, sim, tmp_path, lang):
    result = start(ANSWERS, "--lang", lang)
    assert result.exit_code == 0, result.stderr
    assert "sim run my-city.yaml" in result.stdout
    assert checked(sim)["provenance"]["observed"] >= 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.yaml", "my-city.yaml"]
    text = (tmp_path / "my-city.yaml").read_text(encoding="utf-8")
    assert ("测试市2022年：" in text) == (lang == "zh")
    assert ("# Permit desks" in text) == (lang == "en")
    assert max(map(len, text.splitlines())) <= 140


def test_the_scenario_says_what_was_answered(start):
    assert start(ANSWERS).exit_code == 0
    scenario = library.load("my-city.yaml").loaded.scenario
    assert (scenario.title.en, scenario.title.zh) == ("Testville 2022, key projects", "测试市2022年重点项目")
    assert {name: float(goal.value.value) for name, goal in scenario.goals.items()} == {"investment": 110e9, "projects": 320, "fai": 0.12}
    year, cohorts = scenario.portfolio.lists["year"], scenario.portfolio.cohorts
    assert (year.count, year.total, year.plan) == (267, 248 * 10**9, 76 * 10**9)
    assert (cohorts["new"].count, cohorts["new"].total, cohorts["new"].plan) == (93, 45 * 10**9, 15 * 10**9)
    assert str(cohorts["new"].planned_start) == "2022-02-21"
    assert (cohorts["later"].count, cohorts["later"].total) == (66, 66 * 480_000_000)
    assert (scenario.assumptions.last_year.investment, scenario.assumptions.last_year.completion) == (84_600_000_000, 1.317)
    land = scenario.pools["ready_land"]
    assert (scenario.pools["permit_desk"].capacity, str(land.initial), str(land.tranches.monthly)) == (13, "1500 mu", "180 mu")


def test_it_runs_from_another_folder_and_its_goals_are_the_answers(start, cache, tmp_path):
    assert start(ANSWERS).exit_code == 0
    other = tmp_path / "other"
    other.mkdir()
    command = [sys.executable, "-m", "sim", "run", str(tmp_path / "my-city.yaml"), "--replications", "2", "--no-save", "--json"]
    done = subprocess.run(command, cwd=other, env=variables(cache), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    goals = json.loads(done.stdout)["goals"]
    assert {name: goal["value"] for name, goal in goals.items()} == {"investment": 110_000_000_000, "projects": 320, "fai": 0.12}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "more",
    [
        "",
        "new: {count: 100, total: 90 bn yuan, plan: 28 bn yuan}",
        "new: {count: 9, total: 5 bn yuan, plan: 1 bn yuan}\nland: {ready: 90 mu}",
    ],
    ids=["none starts", "all start", "some start"],
)
def test_what_may_be_left_out_may_be_left_out(start, sim, more, lang):
    assert start(LEAST + more, "--lang", lang).exit_code == 0
    assert checked(sim)["ok"]


def test_projects_missing_to_the_goal_are_offered_and_not_said_to_be_told(start, sim, tmp_path):
    assert start(LEAST.replace("30 bn yuan}", "30 bn yuan, projects: 120}")).exit_code == 0
    assert checked(sim)["ok"]
    assert library.load("my-city.yaml").loaded.scenario.portfolio.cohorts["later"].count == 25
    assert 'count: {value: 25, assumed: "those missing' in (tmp_path / "my-city.yaml").read_text(encoding="utf-8")


def test_all_faults_of_a_file_are_told_at_once_with_their_places(start, tmp_path):
    wrong = """\
city: {en: Testville}
year: 2022
goal: {investment: 110, projekts: 320}
last_year:
  completion: 131.7
list: {count: 267, total: 248 bn yuan, plan: 76 bn yuna}
new: {count: 93.5, total: 45 bn yuan, start: 2021-02-21}
deskes: 13
land: {monthly: 180 亩}
later: 5
"""
    result = start(wrong)
    assert result.exit_code == 2
    assert result.stdout == ""
    told = [line.split(": ")[0] for line in result.stderr.splitlines() if line.startswith("answers.yaml:")]
    assert told == [
        "answers.yaml:3:20 goal.investment",
        "answers.yaml:3:25 goal.projekts",
        "answers.yaml:5:15 last_year.completion",
        "answers.yaml:6:46 list.plan",
        "answers.yaml:7:1 new.plan",
        "answers.yaml:7:14 new.count",
        "answers.yaml:7:46 new.start",
        "answers.yaml:8:1 deskes",
        "answers.yaml:9:1 land.ready",
        "answers.yaml:10:8 later",
    ]
    assert "did you mean projects?" in result.stderr
    assert "allowed: 2022-01-01 … 2022-12-31" in result.stderr
    assert "没有这个键" in start(wrong, "--lang", "zh").stderr
    assert [path.name for path in tmp_path.iterdir()] == ["answers.yaml"]


@pytest.mark.parametrize(
    ("right", "wrong", "place", "words"),
    [
        ('"450亿元"', "450 bn yuan", "6:34 new.total", "allowed: ≤ 248 bn yuan (list.total)"),
        ("93 projects", "300", "6:14 new.count", "allowed: ≤ 267 projects (list.count)"),
        ("plan: 15 bn yuan", "plan: 50 bn yuan", "6:49 new.plan", "allowed: ≤ 45 bn yuan (new.total)"),
        ("plan: 76 bn yuan", "plan: 240 bn yuan", "5:46 list.plan", "allowed: ≤ 203 bn yuan (list.total - new.total)"),
        ('"１，１００亿元"', "1,100 bn yuan", "3:20 goal.investment", "did you mean 110 bn yuan?"),
        ("projects: 320", "projects: 400", "3:41 goal.projects", "allowed: ≤ 333 projects (list.count + later.count)"),
        ("180 亩", "-180 亩", "9:36 land.monthly", "allowed: ≥ 0 mu"),
    ],
)
def test_answers_that_do_not_fit_together_are_told_at_the_answer(start, tmp_path, right, wrong, place, words):
    result = start(ANSWERS.replace(right, f'"{wrong}"' if "," in wrong else wrong))
    assert result.exit_code == 2
    assert f"answers.yaml:{place}: " in result.stderr
    assert words in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["answers.yaml"]


def test_figures_are_told_in_chinese_units_to_one_who_reads_chinese(start):
    assert "允许：≤ 2480亿元 (list.total)" in start(ANSWERS.replace("450亿元", "4500亿元"), "--lang", "zh").stderr


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
def test_answers_are_read_in_the_encodings_in_which_windows_writes(start, encoding):
    assert start(ANSWERS.encode(encoding)).exit_code == 0
    assert library.load("my-city.yaml").loaded.scenario.title.zh == "测试市2022年重点项目"


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (b"", "there is nothing here"),
        (b"- a\n", "allowed: a mapping"),
        (b"goal: {investment: 5\n", "not valid YAML"),
        (b"city: \xff\x80\n", "allowed: UTF-8, GBK, GB18030"),
        (b"city: [a]\nyear: {a: 1}\n", "allowed: 2006"),
    ],
)
def test_a_file_that_holds_no_answers_is_refused_in_words(start, answers, kind):
    result = start(answers)
    assert result.exit_code == 2
    assert kind in result.stderr


def test_a_file_that_is_there_is_left_as_it_is(start, sim, tmp_path):
    (tmp_path / "my-city.yaml").write_text("mine", encoding="utf-8")
    result = start(ANSWERS)
    assert result.exit_code == 3
    assert "my-city.yaml exists already" in result.stderr
    assert (tmp_path / "my-city.yaml").read_text(encoding="utf-8") == "mine"
    assert start(ANSWERS, "--out", "other.yaml").exit_code == 0
    assert sim("check", "other.yaml").exit_code == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_asked_at_a_terminal_the_same_comes_out(talk, sim, lang):
    lines = typed()
    if lang == "zh":
        lines[:2] = reversed(lines[:2])
    result = talk(lines, "--lang", lang)
    assert result.exit_code == 0, result.stderr
    assert ("Goal of key-project investment" in result.stderr) == (lang == "en")
    assert ("重点项目投资目标" in result.stderr) == (lang == "zh")
    assert checked(sim)["ok"]
    scenario = library.load("my-city.yaml").loaded.scenario
    assert scenario.portfolio.lists["year"].total == 248 * 10**9
    assert scenario.portfolio.cohorts["later"].count == 67


def test_a_wrong_answer_is_told_and_asked_again(talk):
    lines = typed(year=["1999", "2022"], goal__investment=["110", "110 bn", "", "１，１００亿元"], new__start=["2021-02-21", "2022-02-21"])
    result = talk(lines)
    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("[4/20]") == 1
    for words in ("did you mean 110 bn yuan / 110亿元?", "did you mean 110 bn yuan?", "there is nothing here", "2022-01-01 … 2022-12-31"):
        assert words in result.stderr
    assert library.load("my-city.yaml").loaded.scenario.goals["investment"].value.value == 110 * 10**9


def test_answers_that_do_not_fit_are_asked_again_and_the_others_kept(talk):
    again = ["", "45 bn yuan", ""]
    result = talk([*typed(new__total="450 bn yuan"), *again])
    assert result.exit_code == 0, result.stderr
    assert "New starts on the list" in result.stderr
    assert "Total investment of the new starts: these do not add up; found 450 bn yuan; allowed: ≤ 248 bn yuan (Total" in result.stderr
    assert "Enter keeps 2,480亿元" in result.stderr
    assert library.load("my-city.yaml").loaded.scenario.portfolio.cohorts["new"].total == 45 * 10**9


def test_an_offer_can_be_left_out(talk):
    lines = [*typed(later__count="-", later__mean=[]), "-", "", ""]
    result = talk(lines)
    assert result.exit_code == 0, result.stderr
    assert "too few projects" in result.stderr
    scenario = library.load("my-city.yaml").loaded.scenario
    assert set(scenario.goals) == {"investment", "fai"}


@pytest.mark.parametrize("answered", [0, 5, 18])
def test_an_interrupted_interview_leaves_nothing(talk, tmp_path, answered):
    result = talk(typed()[:answered])
    assert result.exit_code == 130
    assert result.stderr.endswith("interrupted\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_ctrl_c_at_a_real_terminal_ends_it(small, tmp_path, cache):
    import pty

    master, slave = pty.openpty()
    command = [sys.executable, "-m", "sim", "new", "my-city"]
    child = subprocess.Popen(command, stdin=slave, stderr=subprocess.PIPE, env=variables(cache), start_new_session=True)
    asked = b""
    while not asked.rstrip().endswith(b">"):
        asked += child.stderr.read1()
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    assert child.wait(timeout=60) == 130
    assert child.stderr.read().endswith(b"interrupted\n")
    os.close(master)
    os.close(slave)
    child.stderr.close()
    assert [path.name for path in tmp_path.iterdir()] == [small]


def test_without_a_terminal_nobody_is_asked(small, cache, tmp_path):
    command = [sys.executable, "-m", "sim", "new", "my-city"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=variables(cache), timeout=60, check=False)
    assert done.returncode == 2
    assert b"there is no terminal to ask at" in done.stderr
    assert not (tmp_path / "my-city.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "Missing argument 'NAME'"),
        (["city.yaml"], 2, "did you mean city?"),
        (["a/b"], 2, "this is not a name"),
        (["--answers", "city"], 2, "--answers and NAME do not go together"),
        (["city", "--from", "none.yaml"], 2, "none.yaml; allowed: a file that exists"),
        (["--out", "none/city.yaml", "--from", "none.yaml"], 3, "could not be written"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(sim, arguments, code, words):
    result = sim("new", *arguments)
    assert result.exit_code == code
    assert words in result.stderr


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_empty_answers_ask_for_all_and_can_be_filled_in(start, sim, tmp_path, lang):
    empty = sim("new", "--answers", "--lang", lang).stdout
    assert sim("new", "--answers", "--lang", lang, "--out", "empty.yaml").exit_code == 0
    assert (tmp_path / "empty.yaml").read_text(encoding="utf-8") == empty
    assert start(empty).stderr.count("a key is missing") == sum(question.needed and not question.only_with for question in questions()) + 1
    filled, group = [], ""
    for line in empty.splitlines():
        key, colon, _ = line.strip().partition(":")
        group = "" if not line.startswith(" ") else group
        if colon and not line.lstrip().startswith("#"):
            path = f"{group}.{key}" if line.startswith(" ") else key
            line += f" {TYPED.get(path, '')}"
            group = group or key
        filled.append(line)
    assert start("\n".join(filled)).exit_code == 0, filled


def test_every_question_has_its_words_in_both_languages():
    for question in questions():
        for lang in ("en", "zh"):
            assert question.label[lang]
            assert question.why[lang]
            assert question.example(lang)
    assert len(questions()) == len(TYPED) + 1
    assert (ROOT / "sim" / "scenario" / "starting" / "scenario.template").is_file()
