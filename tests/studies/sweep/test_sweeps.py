"""`sim sweep` and `sim discover` as processes: killed, resumed, shared, damaged, refused; always the same bytes."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from sim.results.study_tables import read_table, study_state, table_bytes
from tests.cli.conftest import ROOT, variables
from tests.results.putting import contents, unsound

KILLS, MANY_KILLS = 10, 50
NEEDS_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


def swept(process, *more, study="small-study.yaml"):
    """A sweep brought to its end."""
    done = process("sweep", study, *more)
    assert done.returncode == 0, done.stderr.decode()
    return done


def test_the_table_has_the_same_bytes_whoever_worked_in_blocks_of_any_size(small_study, process, apart):
    found = {}
    for name, options in {
        "one": ("--workers", "1", "--block", "16"),
        "two": ("--workers", "2", "--block", "16"),
        "single": ("--workers", "2", "--block", "1"),
        "large": ("--workers", "1", "--block", "64"),
        "dask": ("--dask", "local", "--workers", "2", "--block", "16"),
    }.items():
        swept(apart if name in {"one", "dask"} else process, "--out", name, *options)
        found[name] = table_bytes(read_table(Path(name))[0])
    for shard in (2, 3, 1):
        swept(process, "--out", "shards", "--shard", f"{shard}/3", "--workers", "1", "--block", "4")
    found["shards"] = table_bytes(read_table(Path("shards"))[0])
    assert len({hashlib.sha256(content).hexdigest() for content in found.values()}) == 1
    assert study_state(Path("shards")).complete


def test_the_same_study_has_the_same_files(small_study, process):
    swept(process, "--out", "one", "--workers", "1", "--block", "16")
    swept(process, "--out", "two", "--workers", "2", "--block", "16")
    assert contents(Path("one")) == contents(Path("two"))


def killed_and_resumed(small_study, process, started, times, seed, options=(), victim=None):
    """Kill a sweep at random instants between its first and its last block; whatever was there must be there, and the end the same."""
    swept(process, "--out", "whole", "--block", "1", "--workers", "2")
    whole, luck, between = contents(Path("whole")), random.Random(seed), 0
    for trial in range(times):
        folder = Path(f"killed-{trial}")
        child = started("sweep", small_study, "--out", str(folder), "--block", "1", "--workers", "2", *options)
        wanted = luck.randrange(1, 28)
        while child.poll() is None and len(list(folder.glob("points-*.parquet"))) < wanted:
            time.sleep(0.001)
        time.sleep(luck.random() * 0.02)
        there = {path.name for path in folder.glob("points-*.parquet")}
        (victim or (lambda one: one.send_signal(signal.SIGKILL)))(child)
        child.wait(timeout=60)
        between += 0 < len(there) < 40 and not (folder / "manifest.json").exists()
        assert there <= {path.name for path in folder.glob("points-*.parquet")}
        assert unsound(folder) == []
        swept(process, "--out", str(folder), "--block", "1", "--resume", "--workers", "2")
        assert contents(folder) == whole
    return between


@NEEDS_POSIX
def test_kill_9_loses_no_block_and_the_resumed_study_is_the_same_to_the_byte(small_study, process, started):
    assert killed_and_resumed(small_study, process, started, KILLS, 1) >= 0.6 * KILLS


@NEEDS_POSIX
@pytest.mark.heavy
def test_fifty_kills_of_a_sweep(small_study, process, started):
    assert killed_and_resumed(small_study, process, started, MANY_KILLS, 2) >= 0.6 * MANY_KILLS


@NEEDS_POSIX
@pytest.mark.heavy
def test_kills_of_a_dask_worker(small_study, process, started, cluster):
    """Twenty, each at another instant; a worker that is dead is replaced before the next."""
    address, workers = cluster
    swept(process, "--out", "whole", "--block", "1")
    whole, luck = contents(Path("whole")), random.Random(3)
    for trial in range(20):
        folder = Path(f"far-{trial}")
        child = started("sweep", small_study, "--out", str(folder), "--dask", address, "--block", "1")
        wanted = luck.randrange(1, 28)
        while child.poll() is None and len(list(folder.glob("points-*.parquet"))) < wanted:
            time.sleep(0.001)
        victim = workers.pop(0)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        workers.append(joined(address, f"again-{trial}"))
        child.wait(timeout=120)
        assert child.returncode == 0
        assert contents(folder) == whole


def test_a_damaged_block_is_found_and_computed_anew(small_study, process):
    swept(process, "--out", "study", "--block", "16")
    whole = contents(Path("study"))
    (block,) = Path("study").glob("points-000001.*")
    content = bytearray(block.read_bytes())
    content[len(content) // 2] ^= 1
    block.write_bytes(bytes(content))
    assert not study_state(Path("study")).complete
    swept(process, "--out", "study", "--block", "16", "--resume")
    assert contents(Path("study")) == whole


def test_a_second_process_is_busy_and_names_the_first(small_study, process, started):
    first = started("sweep", small_study, "--out", "study", "--block", "1", "--workers", "1")
    while not list(Path("study").glob("points-*.parquet")):
        assert first.poll() is None
        time.sleep(0.01)
    first.send_signal(signal.SIGSTOP)
    second = process("sweep", small_study, "--out", "study", "--block", "1", "--resume", LC_ALL="C.UTF-8")
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 4
    assert str(first.pid) in second.stderr.decode()
    assert b"Traceback" not in second.stderr


def test_a_study_that_is_there_is_only_gone_on_with_when_asked(small_study, process):
    swept(process, "--out", "study")
    again = process("sweep", small_study, "--out", "study")
    assert (again.returncode, b"--resume goes on" in again.stderr) == (3, True)
    other = process("sweep", small_study, "--out", "study", "--resume", "--block", "5")
    assert other.returncode == 3
    assert b"points_a_block" in other.stderr


def test_ctrl_c_keeps_what_is_done(small_study, process, started):
    child = started("sweep", small_study, "--out", "study", "--block", "1", "--workers", "2")
    while len(list(Path("study").glob("points-*.parquet"))) < 3:
        assert child.poll() is None
        time.sleep(0.01)
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 130
    assert b"--resume goes on" in told
    assert b"Traceback" not in told
    swept(process, "--out", "study", "--block", "1", "--resume")
    assert study_state(Path("study")).complete


def test_a_full_disk_is_told_and_what_is_kept_goes_on(small_study, process, monkeypatch, sim):
    """The writer's disk is full after three blocks."""
    import errno

    from sim.results import study_folder

    written, real = [], study_folder.sync_file

    def full(path):
        written.append(path)
        if len(written) > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path)

    with monkeypatch.context() as patch:
        patch.setattr(study_folder, "sync_file", full)
        stopped = sim("sweep", small_study, "--out", "study", "--block", "4", "--workers", "1")
    assert stopped.exit_code == 3
    assert "the disk is full: 12 of 40 points are kept in" in stopped.output
    assert unsound(Path("study")) == []
    swept(process, "--out", "study", "--block", "4", "--resume")
    assert study_state(Path("study")).complete


# --- What is said


def test_a_sweep_says_what_moves_its_outputs_with_levers_apart(small_study, process):
    english = swept(process, "--out", "one").stdout.decode()
    chinese = swept(process, "--out", "two", "--lang", "zh").stdout.decode()
    for page, assumption, lever, green in ((english, "assumption", "lever", "green channel"), (chinese, "假设", "措施", "绿色通道")):
        tables = page.split("\n\n")
        assert not any("desks" in table and green in table for table in tables)
        assert any(assumption in table and "desks" in table for table in tables)
        assert any(lever in table and green in table for table in tables)
    assert "A small study" in english
    assert "一项小研究" in chinese


def test_programs_have_it_as_json(small_study, process):
    told = json.loads(swept(process, "--out", "study", "--json").stdout)
    assert (told["points"], told["done"], told["failed"]) == (40, 40, 0)
    assert set(told["judged"]["joint"]["given"]["factors"]) == {"desks", "plan", "ready", "green"}


def test_an_estimate_runs_nothing_and_says_time_events_and_disk(small_study, process):
    told = json.loads(process("sweep", small_study, "--out", "study", "--estimate", "--json").stdout)
    assert (told["points"], told["left"], told["replications"]) == (40, 40, 4)
    assert told["seconds"] > 0
    assert told["events"] > 40 * 4 * 10
    assert not Path("study").exists()
    swept(process, "--out", "study", "--block", "16")
    assert sum(path.stat().st_size for path in Path("study").glob("points-*")) <= told["bytes"]


def test_a_large_study_wants_a_second_word(small_study, process, tmp_path):
    text = Path(small_study).read_text(encoding="utf-8").replace("points: 40", "points: 1000000")
    Path("large.yaml").write_text(text, encoding="utf-8")
    refused = process("sweep", "large.yaml", "--out", "study")
    assert refused.returncode == 2
    assert b"--yes runs it" in refused.stderr
    assert not Path("study").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--shard", "4/3"), "--shard"),
        (("--shard", "x"), "--shard"),
        (("--output", "joint.probability"), "there is no such output"),
        (("--dask", "tcp://127.0.0.1:1"), "no Dask scheduler answers"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(small_study, apart, options, words):
    refused = apart("sweep", small_study, "--out", "study", *options)
    assert refused.returncode in {2, 3}
    assert words in refused.stderr.decode()
    assert b"Traceback" not in refused.stderr


def test_conditions_are_told_in_sentences_that_name_the_factor(small_study, process):
    """Of the small city more is invested the larger its plan: below the middle of what was found, the plan is what tells."""
    swept(process, "--out", "study")
    middle = float(np.median(read_table(Path("study"))[0]["goals.investment.outcome"]))
    options = ("discover", "study", "--output", "goals.investment.outcome", "--below", f"{middle:.0f} yuan")
    told = json.loads(process(*options, "--json").stdout)
    assert (told["points"], told["of_interest"]) == (40, 20)
    (box,) = told["boxes"]
    assert "plan" in box["restrictions"]
    assert "plan is at most 2." in box["sentence"]["en"]
    assert box["sentence"]["en"] in " ".join(process(*options, "--lang", "en").stdout.decode().split())
    assert "plan不超过2" in process(*options, "--lang", "zh").stdout.decode()
    wrong = process("discover", "nowhere")
    assert (wrong.returncode, b"Traceback" in wrong.stderr) == (2, False)
    bare = process("discover", "study", "--output", "goals.investment.outcome", LC_ALL="C.UTF-8")
    assert (bare.returncode, b"say below or above" in bare.stderr) == (2, True)


def test_one_shard_alone_says_how_far_the_study_is(small_study, process):
    first = json.loads(swept(process, "--out", "study", "--shard", "1/2", "--block", "10", "--json").stdout)
    assert (first["points"], first["done"], first["complete"]) == (40, 20, False)
    assert b"20 of 40 points are there" in swept(process, "--out", "study", "--shard", "1/2", "--block", "10").stdout
    assert b"incomplete: 20 points are missing" in process("discover", "study", "--output", "joint").stdout
    last = swept(process, "--out", "study", "--shard", "2/2", "--block", "10")
    assert b"What was varied" in last.stdout


def test_what_is_left_is_what_is_estimated(small_study, process):
    swept(process, "--out", "study", "--shard", "1/2", "--block", "10")
    told = json.loads(process("sweep", small_study, "--out", "study", "--block", "10", "--estimate", "--json").stdout)
    assert (told["points"], told["left"]) == (40, 20)


# --- Dask over TCP


def joined(address, name):
    """A worker as a process of its own."""
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    return subprocess.Popen([*command, "--local-directory", name], env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)


@pytest.fixture
def cluster(small, cache):
    """A scheduler and two workers as processes of their own, over TCP on the loopback device; its address and the workers."""
    pytest.importorskip("distributed")
    own = variables(cache)
    begin = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    scheduler = subprocess.Popen([*begin, "--scheduler-file", "scheduler.json"], env=own, stderr=subprocess.DEVNULL)
    while not Path("scheduler.json").exists() or not Path("scheduler.json").read_text().strip():
        time.sleep(0.05)
    address = json.loads(Path("scheduler.json").read_text())["address"]
    workers = [joined(address, f"work-{number}") for number in (1, 2)]
    yield address, workers
    for child in (*workers, scheduler):
        child.kill()
        child.wait()


@pytest.mark.heavy
def test_a_scheduler_and_two_workers_over_tcp_run_the_study(small_study, process, apart, cluster):
    address, _ = cluster
    swept(apart, "--out", "far", "--dask", address, "--block", "16")
    swept(process, "--out", "near", "--block", "16")
    assert contents(Path("far")) == contents(Path("near"))


@NEEDS_POSIX
def test_two_workers_over_tcp_run_the_study_and_one_that_is_killed_loses_nothing(small_study, process, started, cluster):
    address, workers = cluster
    child = started("sweep", small_study, "--out", "far", "--dask", address, "--block", "1")
    while len(list(Path("far").glob("points-*.parquet"))) < 5:
        assert child.poll() is None
        time.sleep(0.001)
    workers[0].send_signal(signal.SIGKILL)
    child.wait(timeout=120)
    assert child.returncode == 0
    swept(process, "--out", "near", "--block", "1")
    assert contents(Path("far")) == contents(Path("near"))
