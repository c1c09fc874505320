"""Processes of this machine as workers: the same table as by threads; none outlives its parent, and one that dies is told."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.study.loading import load_study
from sim.studies.forecast import silent
from sim.studies.sweep.executors import Threads
from sim.studies.sweep.processes import Processes
from sim.studies.sweep.running import in_memory, prepare_study
from tests.results.putting import unsound

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are looked up in /proc")
LONG = "long.yaml"


def test_the_table_is_the_same_as_by_threads(small_study):
    prepared = prepare_study(load_study(Path(small_study)), silent)
    threads, processes = (in_memory(prepared, executor, lambda points: None) for executor in (Threads(2), Processes(2)))
    assert threads.keys() == processes.keys()
    for name, column in threads.items():
        assert np.array_equal(column, processes[name]) or np.array_equal(column, processes[name], equal_nan=True)


def workers_of(process):
    """Processes of a sweep that answer points: the children that run Python's own worker, not its tracker of resources."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def runs(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


@pytest.fixture
def long_sweep(small_study, started):
    """A sweep that takes long enough for processes, a thousand of its points judged, its first blocks there; and its workers."""
    text = Path(small_study).read_text(encoding="utf-8").replace("points: 40", "points: 10001")
    Path(LONG).write_text(text, encoding="utf-8")
    child = started("sweep", LONG, "--out", "study", "--workers", "2", "--yes", LC_ALL="C.UTF-8")
    while len(list(Path("study").glob("points-*.parquet"))) < 3:
        assert child.poll() is None, child.stderr.read().decode()
        time.sleep(0.02)
    workers = workers_of(child.pid)
    assert len(workers) == 2
    return child, workers


def test_workers_end_with_a_parent_that_is_killed(long_sweep):
    child, workers = long_sweep
    child.send_signal(signal.SIGKILL)
    child.wait()
    until = time.monotonic() + 20
    while any(map(runs, workers)):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert unsound(Path("study")) == []


def test_a_worker_that_is_killed_is_told_and_what_is_done_is_kept(long_sweep):
    child, workers = long_sweep
    os.kill(workers[0], signal.SIGKILL)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 3
    assert b"a worker process died; --resume goes on" in told
    assert b"Traceback" not in told
    assert unsound(Path("study")) == []


def test_ctrl_c_is_for_the_parent_alone(long_sweep):
    child, workers = long_sweep
    for one in (*workers, child.pid):
        os.kill(one, signal.SIGINT)
    _, told = child.communicate(timeout=60)
    assert child.returncode == 130
    assert b"--resume goes on" in told
    assert b"Traceback" not in told
    assert not any(map(runs, workers))
