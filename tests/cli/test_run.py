"""run: the forecast, its folder, one replication alone; what is kept when it is stopped; one clear line for what cannot be done."""

import csv
import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest

from sim.engine import kernel
from sim.engine.run import FIRST_BLOCK
from sim.errors import UnfinishedError
from sim.results import storage
from tests.cli.conftest import SMALL, variables

FEW = ("--replications", "60")


def answer(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def kept(tmp_path):
    """The one run folder, without anything beside it."""
    (folder,) = (tmp_path / "runs").iterdir()
    return folder


def test_the_forecast_stands_on_standard_output_and_the_folder_is_told_apart(sim, small, tmp_path):
    result = sim("run", small, *FEW)
    assert result.exit_code == 0
    assert result.stdout.startswith("A small city (to 2022-12-31)\n60 replications, seed 1\n")
    assert result.stderr == f"kept in {kept(tmp_path).relative_to(tmp_path)}\n"
    assert result.stdout == (kept(tmp_path) / "report.en.txt").read_text(encoding="utf-8")


def test_the_forecast_speaks_chinese_if_asked_or_if_the_surroundings_do(sim, small, monkeypatch):
    asked = sim("run", small, *FEW, "--lang", "zh").stdout
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert asked == sim("run", small, *FEW).stdout
    assert asked.startswith("一个小城市")
    assert "尚未经历史数据检验" in asked


def test_the_folder_holds_all_and_the_same_run_again_replaces_it(sim, small, tmp_path):
    content = answer(sim("run", small, *FEW, "--json"))
    folder = kept(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert json.loads(before["summary.json"]) == content
    assert json.loads(before["manifest.json"])["complete"] is True
    sim("run", small, *FEW)
    assert {path.name: path.read_bytes() for path in kept(tmp_path).iterdir()} == before


def test_another_seed_or_another_number_of_replications_has_a_folder_of_its_own(sim, small, tmp_path):
    for more in ((), ("--seed", "2"), ("--replications", "61"), ("--set", "goals.investment.value=4 bn yuan")):
        sim("run", small, *FEW, *more)
    assert len(list((tmp_path / "runs").iterdir())) == 4


def test_nothing_is_written_if_nothing_is_to_be_saved(sim, small, tmp_path):
    assert sim("run", small, *FEW, "--no-save").exit_code == 0
    assert sim("run", small, "--replication", "3").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_the_stopping_rule_ends_the_run_or_a_number_does(sim, small):
    assert answer(sim("run", small, "--no-save", "--json", "--set", "run.precision=0.2"))["replications"] == 400
    assert answer(sim("run", small, "--no-save", "--json", "--replications", "7"))["replications"] == 7


def test_one_replication_alone_equals_the_same_one_of_the_run(sim, small, tmp_path):
    sim("run", small, *FEW)
    alone = answer(sim("run", small, "--replication", "37", "--json"))
    with (kept(tmp_path) / "replications.csv").open(encoding="utf-8-sig", newline="") as rows:
        row = next(row for row in csv.DictReader(rows) if row["replication"] == "37")
    assert list(alone) == ["scenario", "seed", "replication", "engine", "goals", "monthly", "completion"]
    assert {name: repr(goal["outcome"]) for name, goal in alone["goals"].items()} == {
        name: row[f"{name} outcome"] for name in ("investment", "projects")
    }
    assert [repr(value) for value in alone["monthly"]["investment_completed"]] == [
        row[f"investment 2022-{month:02d}"] for month in range(1, 13)
    ]
    assert repr(alone["completion"]["drawn"]) == row["completion drawn"]


def test_one_replication_alone_is_printed_with_its_outcomes_and_months(sim, small):
    text = sim("run", small, "--replication", "37").stdout
    assert text.startswith("Replication 37 of small, seed 1\n")
    assert "2022-12" in text
    assert "Completion of plans: drawn" in text
    assert "第37次模拟" in sim("run", small, "--replication", "37", "--lang", "zh").stdout


def test_readings_overrides_and_lists_of_them_change_the_run(sim, small):
    plain, ready, slow, same = (
        answer(sim("run", small, *FEW, "--no-save", "--json", *more))
        for more in ((), ("--reading", "ready"), ("--scenario", "slow"), ("--override", "few_desks"))
    )
    assert plain["readings"]["ready"]["goals"]["investment"] == ready["readings"]["ready"]["goals"]["investment"]
    assert ready["goals"]["investment"]["mean"] > plain["goals"]["investment"]["mean"] > slow["goals"]["investment"]["mean"]
    assert slow == same


@pytest.mark.parametrize(
    "options",
    [
        ("--replications", "0"),
        ("--replications", "x"),
        ("--replication", "0"),
        ("--seed", "-1"),
        ("--replication", "3", "--replications", "3"),
        ("--replication", "3", "--out", "there"),
        ("--out", "there", "--no-save"),
        ("--lang", "fr"),
    ],
)
def test_options_that_make_no_sense_are_refused(sim, small, tmp_path, options):
    result = sim("run", small, *options)
    assert result.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_a_reading_may_set_other_goals(sim, small, tmp_path):
    change = "change: {goals: {projects: null, more: {metric: investment, value: 4 bn yuan}}}"
    text = SMALL.replace("change: {portfolio: {cohorts: {new: {at: start}}}}", change)
    (tmp_path / small).write_text(text, encoding="utf-8")
    readings = answer(sim("run", small, *FEW, "--no-save", "--json"))["readings"]
    assert list(readings["unready"]["goals"]) == ["investment", "projects"]
    assert list(readings["ready"]["goals"]) == ["investment", "more"]
    assert sim("run", small, *FEW, "--no-save").exit_code == 0


OBSERVED = """\
observations:
  resumed: {metric: resumption, by: 2022-02-15, use: fit, value: {fact: hengyang/resumption_february_2022}}
  begun: {metric: projects, milestone: started, use: test, value: {value: 3, observed: "the bulletin of January"}}
"""


def test_observations_change_no_number_and_are_counted_by_their_sources(sim, small, tmp_path):
    plain = answer(sim("run", small, *FEW, "--json"))
    (tmp_path / small).write_text(SMALL + OBSERVED, encoding="utf-8")
    observed = answer(sim("run", small, *FEW, "--json", "--out", "there"))
    assert list(observed["observations"]) == ["resumed", "begun"]
    assert observed["observations"]["resumed"]["value"] == 0.73
    assert observed["provenance"]["observed"] == plain["provenance"]["observed"] + 2
    unlike = {key for key in observed if observed[key] != plain.get(key)}
    assert unlike == {"observations", "provenance"}
    text = (tmp_path / "there" / "report.en.txt").read_text(encoding="utf-8")
    assert "Against what was observed" in text
    assert sim("check", small, "--strict").exit_code == 0
    assert "used to fit" in sim("show", small).stdout
    alone = answer(sim("run", small, "--replication", "37", "--json"))
    with (tmp_path / "there" / "replications.csv").open(encoding="utf-8-sig", newline="") as rows:
        row = next(row for row in csv.DictReader(rows) if row["replication"] == "37")
    assert {name: repr(one["outcome"]) for name, one in alone["observations"].items()} == {
        name: row[f"observation {name}"] for name in ("resumed", "begun")
    }
    assert re.search(r"resumption rate \(by 2022-02-15\) +73% ", sim("run", small, "--replication", "37").stdout)


# --- What cannot be written


def test_out_names_the_folder_and_must_not_exist(sim, small, tmp_path):
    assert sim("run", small, *FEW, "--out", "new/place").exit_code == 0
    assert (tmp_path / "new" / "place" / "manifest.json").is_file()
    assert not (tmp_path / "runs").exists()
    again = sim("run", small, *FEW, "--out", "new/place")
    assert again.exit_code == 3
    assert again.stdout == ""
    assert again.stderr == "new/place exists already; --out needs a new name\n".replace("/", os.sep)
    assert "已存在" in sim("run", small, *FEW, "--out", "new/place", "--lang", "zh").stderr


def test_a_full_disk_is_one_clear_line_after_the_answer(sim, small, tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(storage.os, "fsync", full)
    result = sim("run", small, *FEW)
    assert result.exit_code == 3
    assert result.stdout.startswith("A small city")
    assert result.stderr.startswith("the disk is full: runs")
    assert result.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_an_answer_that_cannot_be_written_is_one_clear_line(small, cache):
    command = [sys.executable, "-m", "sim", "run", small, *FEW, "--no-save"]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, env=variables(cache, LC_ALL="C"), stdout=full, stderr=subprocess.PIPE, timeout=120, check=False)
    assert done.returncode == 3
    assert done.stderr.decode().startswith("the answer could not be written: ")
    assert done.stderr.decode().count("\n") == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder_is_told_before_the_run(sim, small, tmp_path):
    tmp_path.chmod(0o500)
    try:
        result = sim("run", small, *FEW)
    finally:
        tmp_path.chmod(0o700)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("no permission to write runs")


# --- What is stopped


def failing_at(number, monkeypatch):
    """Let a replication fail, as a bug would; the others run."""
    simulate = kernel.simulate_many

    def fail(model, draws, **options):
        if number in draws.replications:
            raise ZeroDivisionError("a planted bug")
        return simulate(model, draws, **options)

    monkeypatch.setattr(kernel, "simulate_many", fail)


def test_a_bug_is_one_line_with_the_command_that_replays_it_and_what_finished_is_kept(sim, small, tmp_path, monkeypatch):
    sim("run", small, "--replications", "1", "--no-save")
    failing_at(73, monkeypatch)
    options = ("--set", "goals.investment.value=2 bn yuan", "--override", "few_desks")
    result = sim("run", small, "--replications", "120", "--seed", "5", *options)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("replication 73 of seed 5 failed: ZeroDivisionError: a planted bug; run it alone with: sim run ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    assert len((kept(tmp_path) / "replications.csv").read_text(encoding="utf-8-sig").splitlines()) == 1 + FIRST_BLOCK
    assert json.loads((kept(tmp_path) / "manifest.json").read_bytes())["complete"] is False
    assert json.loads((kept(tmp_path) / "summary.json").read_bytes())["complete"] is False
    replay = shlex.split(result.stderr.partition("run it alone with: sim ")[2].partition(" ; ")[0])
    again = sim(*replay)
    assert again.exit_code == 1
    assert again.stderr == "replication 73 of seed 5 failed: ZeroDivisionError: a planted bug\n"
    monkeypatch.undo()


def test_a_bug_under_another_reading_is_replayed_under_that_reading(sim, small, monkeypatch):
    sim("run", small, "--replications", "1", "--no-save")
    simulate = kernel.simulate_many
    first = []

    def fail(model, draws, **options):
        first.append(model)
        if model is not first[0]:
            raise ZeroDivisionError("a planted bug")
        return simulate(model, draws, **options)

    monkeypatch.setattr(kernel, "simulate_many", fail)
    result = sim("run", small, *FEW)
    assert result.exit_code == 1
    assert "sim run small.yaml --reading ready --seed 1 --replication 1 ;" in result.stderr
    assert "60 finished replications are kept in runs" in result.stderr


def test_a_bug_of_the_reference_engine_is_replayed_by_it(sim, small, monkeypatch):
    monkeypatch.setattr("sim.engine.reference.simulate", lambda *_: 1 / 0)
    result = sim("run", small, *FEW, "--engine", "reference")
    assert result.exit_code == 1
    assert "sim run small.yaml --seed 1 --replication 1 --engine reference ;" in result.stderr


def test_a_bug_before_any_block_has_finished_leaves_nothing(sim, small, tmp_path, monkeypatch):
    sim("run", small, "--replications", "1", "--no-save")
    failing_at(2, monkeypatch)
    assert "nothing was written" in sim("run", small, *FEW).stderr
    assert not (tmp_path / "runs").exists()


def test_an_incomplete_run_does_not_replace_a_complete_one(sim, small, tmp_path, monkeypatch):
    sim("run", small, *FEW)
    failing_at(55, monkeypatch)
    result = sim("run", small, *FEW)
    assert result.exit_code == 1
    assert "still holds an earlier, complete run" in result.stderr
    assert json.loads((kept(tmp_path) / "manifest.json").read_bytes())["complete"] is True


def test_any_other_bug_stays_loud(sim, small, monkeypatch):
    from sim.reports import forecast

    def fail(*_):
        raise ZeroDivisionError("a planted bug")

    monkeypatch.setattr(forecast, "forecast_page", fail)
    assert isinstance(sim("run", small, *FEW, "--no-save").exception, ZeroDivisionError)


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_keeps_what_has_finished_and_says_so_in_one_line(started, small, tmp_path):
    started("run", small, "--replications", "1", "--no-save").communicate(timeout=300)  # now the kernel is in the cache
    child = started("run", small, "--replications", "1000000", LC_ALL="C")
    time.sleep(10)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert out == b""
    rows = len((kept(tmp_path) / "replications.csv").read_text(encoding="utf-8-sig").splitlines()) - 1
    assert rows > 0
    assert err.decode() == f"interrupted; {rows} finished replications are kept in {kept(tmp_path).relative_to(tmp_path)} (incomplete)\n"
    assert json.loads((kept(tmp_path) / "manifest.json").read_bytes())["complete"] is False


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_before_anything_has_finished_writes_nothing(started, small, tmp_path):
    child = started("run", small, LC_ALL="C")
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=60)
    assert child.returncode in (130, -signal.SIGINT)
    assert not (tmp_path / "runs").exists()


def test_a_fault_of_the_disk_while_keeping_does_not_hide_the_bug(sim, small, monkeypatch):
    sim("run", small, "--replications", "1", "--no-save")
    failing_at(55, monkeypatch)

    def full(*_):
        raise UnfinishedError("the disk is full")

    monkeypatch.setattr("sim.cli.keeping.save", full)
    result = sim("run", small, *FEW)
    assert result.exit_code == 1
    assert "replication 55" in result.stderr
    assert "the disk is full" in result.stderr
