"""`sim report`: the page of a run that was kept, where it is found, and that its figures are those of the terminal and of `--json`."""

import importlib
import json
import re
import sys

import pytest

from tests.reports.reading import Reader

FEW = ("--replications", "20")
BUSY = ("--set", "pools.permit_desk.capacity=1", "--set", "portfolio.cohorts.new.at=land")
NUMBER = re.compile(r"-?[\d,]*\.?\d+")


@pytest.fixture
def run(sim, small):
    """Runs the small city with options; what it printed."""

    def ran(*options):
        result = sim("run", small, *FEW, *options)
        assert result.exit_code == 0, result.output
        return result.stdout

    return ran


def page(sim, *arguments):
    result = sim("report", *arguments)
    assert result.exit_code == 0, result.output
    with open(result.stdout.strip(), encoding="utf-8") as file:
        return file.read()


# --- Which run, and where to


def test_without_a_name_the_newest_run_gets_its_page_beside_its_other_files(sim, run, tmp_path):
    run()
    (folder,) = (tmp_path / "runs").iterdir()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = sim("report")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{(folder / 'report.en.html').relative_to(tmp_path)}\n"
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"report.en.html"}


def test_a_run_is_found_by_its_folder_its_name_and_its_scenario(sim, run, tmp_path):
    run("--out", "elsewhere")
    run()
    (folder,) = (tmp_path / "runs").iterdir()
    pages = {page(sim, asked, "--lang", "zh") for asked in ("elsewhere", f"runs/{folder.name}", folder.name, "small")}
    assert len(pages) == 1
    assert 'lang="zh-Hans"' in pages.pop()


def test_a_file_of_a_given_name_is_written_once(sim, run, tmp_path):
    run()
    assert sim("report", "--out", "deep/page.html").exit_code == 0
    written = (tmp_path / "deep" / "page.html").read_bytes()
    again = sim("report", "--out", "deep/page.html")
    assert (again.exit_code, again.stdout) == (3, "")
    assert (tmp_path / "deep" / "page.html").read_bytes() == written


def test_the_same_run_gives_the_same_bytes_also_in_a_process_of_its_own(sim, process, run):
    run()
    first = page(sim)
    assert page(sim) == first
    done = process("report", PYTHONHASHSEED="7", LC_ALL="C.UTF-8")
    assert done.returncode == 0, done.stderr
    with open(done.stdout.decode().strip(), encoding="utf-8") as file:
        assert file.read() == first


# --- What does not go


@pytest.mark.parametrize(("language", "words"), [("en", "there is no such run"), ("zh", "没有这次运行的结果")])
@pytest.mark.parametrize("asked", ["smal", "no/such/run", "\x00", "x" * 5000, "small.yaml", ""])
def test_a_run_that_is_not_there_is_a_fault_in_words(sim, run, asked, language, words):
    run()
    result = sim("report", asked, "--lang", language)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert ("small" in result.stderr) or asked != "smal"


def test_where_nothing_was_ever_run_it_says_so(sim):
    result = sim("report")
    assert result.exit_code == 2
    assert "there is no such run; found runs/; allowed: a folder that `sim run` wrote" in result.stderr
    assert "没有这次运行的结果；实际为 runs/；允许：`sim run` 写出的目录" in sim("report", "--lang", "zh").stderr


@pytest.mark.parametrize("name", ["summary.json", "replications.csv", "scenario.yaml"])
@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_file_that_was_changed_or_is_gone_is_named(sim, run, tmp_path, name, harm):
    run("--out", "kept")
    file = tmp_path / "kept" / name
    file.unlink() if harm == "gone" else file.write_bytes(file.read_bytes() + b" ")
    result = sim("report", "kept")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"kept/{name}" in result.stderr.replace("\\", "/")
    assert "missing, or is not as it was written" in result.stderr


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"files": [1]}', "{"])
def test_a_broken_manifest_is_a_fault_in_words(sim, run, tmp_path, manifest):
    run("--out", "kept")
    (tmp_path / "kept" / "manifest.json").write_text(manifest, encoding="utf-8")
    result = sim("report", "kept")
    assert result.exit_code == 2
    assert "manifest.json" in result.stderr


def test_one_replication_alone_is_no_forecast(sim, run, small):
    assert sim("run", small, "--replication", "3", "--trace", "--out", "alone").exit_code == 0
    result = sim("report", "alone")
    assert result.exit_code == 2
    assert "one replication alone is kept here" in result.stderr


def test_a_run_of_an_earlier_version_is_to_be_run_again(sim, run, tmp_path):
    run("--out", "kept")
    kept = importlib.import_module("sim.results.kept")
    summary = json.loads((tmp_path / "kept" / "summary.json").read_bytes())
    del summary["waiting"]
    text = json.dumps(summary).encode()
    (tmp_path / "kept" / "summary.json").write_bytes(text)
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_bytes())
    manifest["files"]["summary.json"] = kept.hashlib.sha256(text).hexdigest()
    (tmp_path / "kept" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = sim("report", "kept")
    assert result.exit_code == 2
    assert "another version of the program kept this run; run it again" in result.stderr


@pytest.mark.parametrize(("language", "word"), [("en", "needs the package Jinja2"), ("zh", "需要软件包 Jinja2")])
def test_without_jinja2_it_says_in_one_line_what_to_install(sim, small, tmp_path, monkeypatch, language, word):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = sim("report", "--lang", language)
    assert (result.exit_code, result.stdout) == (2, "")
    assert word in result.stderr
    assert "pip install" in result.stderr
    assert result.stderr.count("\n") == 1


def test_without_jinja2_all_else_works(sim, run, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    run()


# --- The same figures everywhere


def shown(text):
    """The numbers of a text."""
    return [number for number in NUMBER.findall(text) if any(sign.isdigit() for sign in number)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_figure_of_the_terminal_stands_on_the_page(sim, run, lang):
    told = run(*BUSY, "--lang", lang)
    (folder_page,) = [page(sim, "--lang", lang)]
    on_page = "\n".join(Reader(folder_page).words)
    numbers = shown(told)
    assert len(numbers) > 80
    missing = list(numbers)
    for number in shown(on_page):
        if number in missing:
            missing.remove(number)
    assert missing == []


def agrees(cell, value, unit):
    """Whether a number on the page is a value rounded to the last digit shown; `unit` is one of what is shown, in base units."""
    text = NUMBER.findall(cell)[0].replace(",", "")
    digits = len(text.partition(".")[2])
    return abs(float(text) - value / unit) <= 0.5 * 10.0**-digits + 1e-9


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_table_of_the_page_is_that_of_the_json_to_the_last_digit_shown(sim, run, lang):
    told = json.loads(run(*BUSY, "--json"))
    reader = Reader(page(sim, "--lang", lang))
    yuan = {"en": 1e9, "zh": 1e8}[lang]

    goals = reader.table({"en": "goal", "zh": "目标"}[lang])
    for row, goal, unit in zip(goals.rows, told["goals"].values(), (yuan, 1), strict=False):
        wanted = [goal["quantiles"]["p10"], goal["quantiles"]["p50"], goal["quantiles"]["p90"], goal["shortfall"]]
        assert all(agrees(cell, value, unit) for cell, value in zip(row[2:], wanted, strict=True)), row
    chances = [*(goal for goal in told["goals"].values()), told["joint"]]
    assert [row[1] for row in goals.rows] == [words(chance, lang) for chance in chances]

    readings = next(table for table in reader.tables if len(table.headers) == 3 and table.headers[0] == goals.headers[0])
    columns = list(told["readings"].values())
    for number, row in enumerate(row for row in readings.rows if row):
        of_row = [[*column["goals"].values(), column["joint"]][number] for column in columns]
        assert row[1:] == [words(chance, lang) for chance in of_row]

    months = reader.table({"en": "month", "zh": "月份"}[lang])
    path = told["monthly"]["investment_completed"]
    assert [row[0] for row in months.rows] == path["months"]
    for place, row in enumerate(months.rows):
        assert all(agrees(cell, path[name][place], yuan) for cell, name in zip(row[-3:], ("p10", "p50", "p90"), strict=True))

    stages = reader.table({"en": "stage", "zh": "环节"}[lang])
    for row, stage in zip(stages.rows, told["stages"].values(), strict=True):
        keys = (("requested", 1), ("share_waiting", 0.01), ("mean_wait_days", 1), ("done", 1), ("left", 1))
        assert all(agrees(cell, stage[key], unit) for cell, (key, unit) in zip(row[1:], keys, strict=True)), row

    pools = reader.table({"en": "resource pool", "zh": "资源池"}[lang])
    for row, pool in zip(pools.rows, told["pools"].values(), strict=True):
        assert agrees(row[1], pool["utilisation"], 0.01) if row[1] else agrees(row[2], pool["consumed"], 1)
        assert agrees(row[3], pool["mean_waiting"], 1)

    counts = reader.table({"en": "where the numbers come from", "zh": "数据来源"}[lang])
    assert [row[1] for row in counts.rows] == [str(count) for count in told["provenance"].values()]


def words(chance, lang):
    """A probability with its interval as it is shown, from JSON."""
    from sim.reports.wording import chance as told

    return told(chance["probability"], *chance["interval"], lang)


def test_queues_and_stocks_at_month_ends_are_those_of_the_trace(sim, small, tmp_path):
    import duckdb

    told = json.loads(sim("run", small, "--replications", "1", *BUSY, "--trace", "--out", "traced", "--json").stdout)
    ends = [31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]
    assert sum(told["waiting"]["permit"]["p50"]) > 0
    for stage, path in told["waiting"].items():
        waits = [
            duckdb.sql(
                f"SELECT count(*) FROM '{tmp_path / 'traced' / 'stages.parquet'}' WHERE stage = '{stage}' AND requested_tick <= {tick}"
                f" AND coalesce(began_tick, ended_tick, 999) > {tick}"
            ).fetchall()[0][0]
            for tick in ends
        ]
        assert path["p50"] == waits, stage
    assert told["levels"]["ready_land"]["months"][-1] == "2022-12"


def test_levers_that_were_taken_or_dropped_are_told(sim, small):
    assert sim("run", small, *FEW, "--lever", "green_channel@2022-03-01").exit_code == 0
    html = page(sim)
    assert "Taken in this run: green_channel@2022-03-01" in html
    assert "采用：green_channel@2022-03-01" in page(sim, "--lang", "zh")
