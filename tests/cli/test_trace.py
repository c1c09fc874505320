"""run --trace: what became of every project, as two Parquet files of the run folder."""

import hashlib
import importlib
import json
import signal
import sys
import time

import duckdb
import pytest

from tests.cli.conftest import ROOT, SMALL

FEW = ("--replications", "60")
TABLES = ("entities.parquet", "stages.parquet")


def kept(tmp_path):
    """The one run folder."""
    (folder,) = (tmp_path / "runs").iterdir()
    return folder


def asked(folder, question):
    """The answer of DuckDB to a question in which `entities` and `stages` stand for the files."""
    for name in TABLES:
        question = question.replace(f" {name.partition('.')[0]}", f" '{folder / name}'")
    return duckdb.sql(question).fetchall()


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_files_are_part_of_the_folder_and_of_its_manifest(sim, small, tmp_path):
    result = sim("run", small, *FEW, "--trace")
    assert result.exit_code == 0, result.output
    files, manifest = contents(kept(tmp_path)), json.loads((kept(tmp_path) / "manifest.json").read_bytes())
    assert set(files) == {*manifest["files"], "manifest.json"}
    assert set(TABLES) < set(files)
    assert {name: hashlib.sha256(files[name]).hexdigest() for name in manifest["files"]} == manifest["files"]
    assert manifest["versions"]["duckdb"] == duckdb.__version__


def test_there_is_a_row_for_every_project_and_for_every_visit_of_a_stage(sim, small, tmp_path):
    sim("run", small, *FEW, "--trace")
    folder = kept(tmp_path)
    assert asked(folder, "SELECT count(*), count(DISTINCT replication), min(replication), max(replication) FROM entities") == [
        (600, 60, 1, 60)
    ]
    assert asked(folder, "SELECT owner, count(*) FROM entities GROUP BY owner ORDER BY owner") == [("going", 360), ("new", 240)]
    assert asked(folder, "SELECT replication, sum(total_yuan), sum(plan_yuan) FROM entities GROUP BY ALL HAVING replication = 60") == [
        (60, 8_000_000_000, 2_400_000_000)
    ]
    assert asked(folder, "SELECT count(*) FROM stages WHERE stage = 'permit'") == [(240,)]
    assert asked(
        folder, "SELECT count(*) FROM stages s ANTI JOIN entities e ON (s.replication = e.replication AND s.entity = e.entity)"
    ) == [(0,)]


def test_counts_and_waits_are_those_of_the_forecast(sim, small, tmp_path):
    options = ("--set", "pools.permit_desk.capacity=1", "--set", "pools.ready_land.initial=1 mu")
    options += ("--set", "portfolio.cohorts.new.at=land", "--set", "pools.ready_land.tranches={monthly: 60 mu}")
    told = json.loads(sim("run", small, *FEW, *options, "--trace", "--json").stdout)
    folder = kept(tmp_path)
    rows = asked(
        folder,
        "SELECT stage, count(requested), count(*) FILTER (wait_days > 0), count(began), count(*) FILTER (outcome = 'done'),"
        " count(*) FILTER (outcome IN ('dropped_out', 'refused', 'gave_up')), sum(wait_days) FROM stages GROUP BY stage",
    )
    assert {row[0] for row in rows} == set(told["stages"])
    for stage, *sums in rows:
        names = ("requested", "waited", "began", "done", "left", "wait_days")
        assert [value / 60 for value in sums] == pytest.approx([told["stages"][stage][name] for name in names])
    ((desk, land),) = asked(folder, "SELECT sum(waited_permit_desk), sum(waited_ready_land) FROM entities")
    assert land > 0
    assert desk / 60 == pytest.approx(told["pools"]["permit_desk"]["wait_days"])
    assert land / 60 == pytest.approx(told["pools"]["ready_land"]["wait_days"])


def test_what_a_goal_counts_by_a_date_can_be_counted_in_the_table(sim, small, tmp_path):
    goal = "goals.begun={metric: projects, milestone: started, by: 2022-06-30, value: 2}"
    told = json.loads(sim("run", small, *FEW, "--set", goal, "--trace", "--json").stdout)
    ((started,),) = asked(
        kept(tmp_path), "SELECT count(*) FROM stages WHERE stage = 'start' AND outcome = 'done' AND ended <= '2022-06-30'"
    )
    assert started > 0
    assert started / 60 == pytest.approx(told["goals"]["begun"]["mean"])


def test_waits_of_the_stages_add_up_to_those_of_the_entities(sim, small, tmp_path):
    sim("run", small, *FEW, "--set", "pools.permit_desk.capacity=1", "--trace")
    question = (
        "SELECT max(abs(e.date_wait_days - s.date_wait)), max(abs(e.waited_permit_desk - s.desk)), sum(s.desk) > 0 FROM entities e JOIN"
        " (SELECT replication, entity, sum(date_wait_days) AS date_wait, coalesce(sum(wait_days) FILTER (stage = 'permit'), 0) AS desk"
        " FROM stages GROUP BY ALL) s USING (replication, entity)"
    )
    assert asked(kept(tmp_path), question) == [(0, 0, True)]


def test_the_same_run_again_gives_the_same_bytes_also_in_a_process_of_its_own(sim, process, small, tmp_path):
    assert sim("run", small, *FEW, "--trace").exit_code == 0
    before = contents(kept(tmp_path))
    assert sim("run", small, *FEW, "--trace").exit_code == 0
    assert contents(kept(tmp_path)) == before
    assert process("run", small, *FEW, "--trace", PYTHONHASHSEED="7").returncode == 0
    assert contents(kept(tmp_path)) == before


def test_one_replication_alone_has_the_rows_of_that_replication_of_the_run(sim, small, tmp_path):
    sim("run", small, *FEW, "--trace", "--out", "all")
    plain = sim("run", small, "--replication", "37")
    alone = sim("run", small, "--replication", "37", "--trace")
    assert alone.exit_code == 0
    assert alone.stdout == plain.stdout
    folder = kept(tmp_path)
    assert alone.stderr == f"kept in {folder.relative_to(tmp_path)}\n"
    for name in ("entities", "stages"):
        rows = asked(folder, f"SELECT * FROM {name}")
        assert rows
        assert rows == asked(tmp_path / "all", f"SELECT * FROM {name} WHERE replication = 37")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert (manifest["replication"], manifest["complete"], "replications" in manifest) == (37, True, False)
    assert json.loads((folder / "replication.json").read_bytes())["replication"] == 37
    assert (folder / "report.en.txt").read_text(encoding="utf-8") == plain.stdout


def test_one_replication_may_be_written_to_a_folder_of_a_given_name_only_with_its_trace(sim, small, tmp_path):
    assert sim("run", small, "--replication", "2", "--trace", "--out", "here").exit_code == 0
    assert set(TABLES) < set(contents(tmp_path / "here"))
    again = sim("run", small, "--replication", "2", "--trace", "--out", "here")
    assert (again.exit_code, again.stdout) == (3, "")
    assert sim("run", small, "--replication", "2", "--out", "there").exit_code == 2


def test_the_same_run_without_its_trace_later_leaves_the_trace_alone(sim, small, tmp_path):
    sim("run", small, *FEW, "--trace")
    traced = kept(tmp_path)
    before = contents(traced)
    sim("run", small, *FEW)
    assert contents(traced) == before
    (other,) = set((tmp_path / "runs").iterdir()) - {traced}
    assert {name: text for name, text in before.items() if name not in (*TABLES, "manifest.json")} == {
        name: text for name, text in contents(other).items() if name != "manifest.json"
    }


def test_where_numbers_are_uncertain_every_replication_still_has_its_rows(sim, small, tmp_path):
    uncertain = "uncertain.parameters={assumptions.land_per_bn_yuan: {uniform: {low: 50 mu, high: 100 mu}, assumed: test}}"
    result = sim("run", small, "--replications", "4", "--set", uncertain, "--trace")
    assert result.exit_code == 0, result.output
    assert asked(kept(tmp_path), "SELECT replication, count(*) FROM entities GROUP BY ALL ORDER BY ALL") == [
        (number, 10) for number in (1, 2, 3, 4)
    ]


def test_names_in_chinese_are_kept(sim, small, tmp_path):
    text = SMALL.replace("    new: ", "    新开工: ").replace("{cohorts: {new:", "{cohorts: {新开工:")
    text += "pools: {审批专班: {kind: servers, capacity: 1}}\nworkflow: {permit: {needs: {审批专班: 1}}}\n"
    (tmp_path / small).write_text(text, encoding="utf-8")
    result = sim("run", small, "--replications", "5", "--trace", "--lang", "zh")
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith("结果保存在 ")
    rows = asked(kept(tmp_path), "SELECT entity, owner, waited_审批专班 FROM entities WHERE replication = 1 ORDER BY entity DESC LIMIT 4")
    assert [row[:2] for row in rows] == [(f"新开工#{number}", "新开工") for number in (3, 2, 1, 0)]
    assert any(row[2] > 0 for row in rows)


# --- What does not go


@pytest.mark.parametrize("more", [("--no-save",), ("--no-save", "--replication", "3")])
def test_a_trace_that_is_not_to_be_saved_is_refused(sim, small, tmp_path, more):
    result = sim("run", small, "--trace", *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--no-save and --trace do not go together." in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


@pytest.mark.parametrize("more", [FEW, ("--replication", "3")])
@pytest.mark.parametrize(("language", "word"), [("en", "needs the package duckdb"), ("zh", "需要软件包 duckdb")])
def test_without_duckdb_it_stops_before_any_run_and_says_what_to_install(sim, small, tmp_path, monkeypatch, more, language, word):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    prepare = importlib.import_module("sim.studies.forecast")
    monkeypatch.setattr(prepare, "prepare", lambda *_, **__: pytest.fail("it ran"))
    result = sim("run", small, "--trace", *more, "--lang", language)
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr
    assert "pip install" in result.stderr
    assert result.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]


def test_without_duckdb_all_else_works(sim, small, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert sim("run", small, *FEW).exit_code == 0
    assert "duckdb" not in json.loads((kept(tmp_path) / "manifest.json").read_bytes())["versions"]


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_keeps_the_trace_of_what_has_finished(started, small, tmp_path, sim):
    sim("run", small, "--replications", "1", "--no-save")
    for patience in (4, 8, 16, 32):  # a busy machine may not have finished a block before
        child = started("run", small, "--replications", "100000", "--trace", LC_ALL="C")
        time.sleep(patience)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=120)
        assert child.returncode == 130
        if (tmp_path / "runs").exists():
            break
    folder = kept(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert (manifest["complete"], manifest["replications"] > 0) == (False, True)
    assert asked(folder, "SELECT count(*), max(replication) FROM entities") == [(10 * manifest["replications"], manifest["replications"])]


def test_the_readme_names_every_column(sim, small, tmp_path):
    sim("run", small, "--replications", "2", "--trace")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in TABLES:
        columns = duckdb.sql(f"FROM '{kept(tmp_path) / name}'").columns
        told = [column for column in columns if not column.startswith("waited_") and not column.endswith("_tick")]
        assert [column for column in told if f"`{column}`" not in readme] == []
        assert {column.removesuffix("_tick") for column in columns if column.endswith("_tick")} < set(columns)
