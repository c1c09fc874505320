"""Several processes at one study: who is refused and told whom he waits for, who writes beside others, and what kill -9 leaves."""

import errno
import os
import random
import signal
import socket
import sys
import threading
import time
import types
from contextlib import contextmanager

import pytest

from sim.errors import BusyError, UnfinishedError
from sim.results import locks, study_folder
from sim.results.locks import give_back, passing, signed, take
from sim.results.study_folder import open_study
from sim.results.study_tables import read_table, study_state
from tests.results.putting import contents, planned, started, table, unsound, write

POSIX = pytest.mark.skipif(os.name != "posix", reason="forks")


@contextmanager
def running(*arguments):
    """A process of `putting`; killed at the end."""
    process = started(*arguments)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(process, line):
    """Wait for a line; what was acknowledged before it."""
    told = []
    for text in process.stdout:
        if text.strip() == line:
            return told
        if text.startswith("acknowledged"):
            told.append(int(text.split()[1]))
    raise AssertionError(f"{line!r} was not told: {told}")


def test_a_second_process_is_refused_and_told_whom_it_waits_for(tmp_path):
    folder = tmp_path / "study"
    with running(folder, 1, 2, 12, 0, "stay") as process:
        until(process, "incomplete")
        for shard in ((1, 2), (1, 1), (2, 3)):
            with pytest.raises(BusyError) as fault:
                write(folder, planned(points=12), shard, resume=True)
            assert fault.value.exit_code == 4
            for language in ("en", "zh"):
                for word in (str(process.pid), socket.gethostname(), "tests.results.putting", str(time.localtime().tm_year)):
                    assert word in fault.value.message(language)
        assert write(folder, planned(points=12), (2, 2))
        process.kill()
        process.wait()
        assert (folder / "lock-1-of-2").read_bytes() != b""
        assert write(folder, planned(points=12), resume=True)


@POSIX
def test_a_child_that_outlives_its_killed_parent_keeps_no_lock(tmp_path):
    with running(tmp_path / "study", 1, 1, 3, 0, "fork") as process:
        child = int(process.stdout.readline().split()[1])
        try:
            until(process, "complete")
            process.kill()
            process.wait()
            os.kill(child, 0)
            assert write(tmp_path / "study", planned(points=3), resume=True)
        finally:
            os.kill(child, signal.SIGKILL)


def at_once(works):
    """Begin all works at one instant, in threads; what each returned or raised."""
    barrier, ended = threading.Barrier(len(works)), [None] * len(works)

    def run(number):
        barrier.wait()
        try:
            ended[number] = works[number]()
        except (BusyError, UnfinishedError) as fault:
            ended[number] = fault

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


@pytest.mark.parametrize("trial", range(5))
def test_of_divisions_that_begin_at_once_one_has_the_study(tmp_path, monkeypatch, trial):
    listdir = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: (listdir(path), time.sleep(0.003))[0])
    study_folder._begin(tmp_path, planned())
    everyone = threading.Barrier(6)

    def hold(shard):
        def work():
            try:
                with study_folder._only_writer(tmp_path, shard):
                    everyone.wait()
                    return shard
            except BusyError:
                everyone.wait()
                raise

        return work

    shards = [(1, 1), (1, 1), (1, 2), (2, 2), (1, 3), (2, 3)]
    had = [one for one in at_once([hold(shard) for shard in shards]) if not isinstance(one, BusyError)]
    assert len(set(had)) == len(had)
    assert len({n for _, n in had}) == 1
    assert len(had) == had[0][1] - (had[0][1] == 3)


@pytest.mark.parametrize("trial", range(5))
def test_of_those_that_begin_a_study_at_once_one_makes_it_and_another_study_is_refused(tmp_path, trial):
    plans = [planned(seed=number % 2) for number in range(6)]
    ended = at_once([lambda plan=plan: study_folder._begin(tmp_path / "study", plan) for plan in plans])
    assert ended.count(True) == 1
    made = ended.index(True)
    assert [one is False for one in ended] == [number != made and number % 2 == made % 2 for number in range(6)]
    assert [path.name for path in (tmp_path / "study").iterdir()] == ["study.json"]


def test_who_finds_a_study_that_has_just_been_begun_joins_it(tmp_path, monkeypatch):
    """Between looking for the file and listing the folder another begins the study, and puts a block."""
    listdir, folder = os.listdir, tmp_path / "study"
    folder.mkdir()

    def late(path):
        monkeypatch.setattr(os, "listdir", listdir)
        write(folder, planned())
        return listdir(path)

    monkeypatch.setattr(os, "listdir", late)
    assert study_folder._begin(folder, planned()) is False
    assert write(tmp_path / "again", planned())
    assert contents(folder) == contents(tmp_path / "again")


def test_where_the_disk_knows_no_links_the_first_still_makes_it(tmp_path, monkeypatch):
    def without(*_):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", without)
    assert write(tmp_path / "study", planned())
    assert not study_folder._begin(tmp_path / "study", planned())


def test_all_may_come_to_the_end_at_once(tmp_path):
    write(tmp_path / "study", planned())
    expected = contents(tmp_path / "study")
    (tmp_path / "study" / "manifest.json").unlink()
    with (
        open_study(tmp_path / "study", planned(), shard=(1, 2)) as first,
        open_study(tmp_path / "study", planned(), shard=(2, 2)) as second,
    ):
        assert at_once([first.finish, second.finish, first.finish, second.finish]) == [True] * 4
    assert contents(tmp_path / "study") == expected


def test_shards_write_at_the_same_time_and_readers_see_whole_blocks(tmp_path):
    folder, seen, expected = tmp_path / "study", [0], table(0, 90)
    study_folder._begin(folder, planned(points=90))
    with running(folder, 1, 2, 90, 0.02) as first, running(folder, 2, 2, 90, 0.02) as second:
        while first.poll() is None or second.poll() is None:
            read, state = read_table(folder)
            assert state.damaged == ()
            assert read["name"].tolist() == expected["name"][read["point"] - 1].tolist()
            seen.append(state.done)
            time.sleep(0.05)
        assert sorted((first.stdout.read().split()[-1], second.stdout.read().split()[-1]))[0] == "complete"
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert write(tmp_path / "again", planned(points=90))
    assert contents(folder) == contents(tmp_path / "again")


def killed(folder, plan, chance):
    """Kill a writer at a random instant: the blocks that it acknowledged, and whether the kill fell between the first and the last."""
    with running(folder, 1, 1, plan.points, 0) as process:
        told, after = [], chance.randrange(9)
        for text in process.stdout:
            if text.startswith("acknowledged"):
                told.append(int(text.split()[1]))
            if len(told) >= after:
                break
        time.sleep(chance.random() * 0.02)
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        ended = process.stdout.read().split("\n")
        told += [int(text.split()[1]) for text in ended if text.startswith("acknowledged ") and text.split()[1:]]
        return told, bool(told) and "complete" not in ended


def survives_kills(tmp_path, kills, chance):
    between, plan = 0, planned(points=180)
    assert write(tmp_path / "whole", plan)
    for number in range(kills):
        folder = tmp_path / f"study {number // 5}"
        if number % 5 == 0:
            acknowledged = set()
        told, counts = killed(folder, plan, chance)
        acknowledged |= set(told)
        between += counts
        assert unsound(folder) == []
        if (folder / "study.json").exists():
            there = {int(path.name[7:13]) for path in folder.glob("points-*.parquet")}
            assert acknowledged <= there
            assert study_state(folder).damaged == ()
        if number % 5 == 4:
            assert write(folder, plan, resume=True)
            assert contents(folder) == contents(tmp_path / "whole")
    assert between >= 0.6 * kills


def test_kill_9_loses_nothing_that_was_acknowledged_and_leaves_nothing_half_written(tmp_path):
    survives_kills(tmp_path, 10, random.Random(1))


@pytest.mark.heavy
def test_fifty_kills(tmp_path):
    survives_kills(tmp_path, 50, random.Random(2))


def test_what_tells_nothing_of_its_holder_is_busy_all_the_same(tmp_path):
    held = take(tmp_path / "lock")
    with pytest.raises(BusyError) as fault, signed(tmp_path / "lock"):
        pass
    give_back(held)
    assert "another process is writing here" in fault.value.message("en")
    assert "另一进程正在此写入" in fault.value.message("zh")


def test_nobody_waits_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "LONGEST_WAIT", 0.05)
    held = take(tmp_path / "lock")
    with pytest.raises(BusyError, match="for a minute"), passing(tmp_path / "lock"):
        pass
    give_back(held)
    with passing(tmp_path / "lock"):
        pass
    with pytest.raises(FileNotFoundError), passing(tmp_path / "not there"):
        pass


@POSIX
def test_on_windows_a_byte_beyond_the_text_is_locked(tmp_path, monkeypatch):
    import fcntl

    calls = []

    def locking(file, mode, count):
        calls.append((mode, os.lseek(file, 0, os.SEEK_CUR), count))
        try:
            fcntl.flock(file, fcntl.LOCK_UN if mode == "free" else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None

    monkeypatch.setitem(sys.modules, "msvcrt", types.SimpleNamespace(locking=locking, LK_NBLCK="take", LK_UNLCK="free"))
    monkeypatch.setattr(locks, "lock", locks._lock_windows)
    monkeypatch.setattr(locks, "unlock", locks._unlock_windows)
    with open_study(tmp_path / "study", planned()):
        size = (tmp_path / "study" / "lock-1-of-1").stat().st_size
        with pytest.raises(BusyError, match=f"process {os.getpid()} on"):
            write(tmp_path / "study", planned(), (1, 2))
    assert write(tmp_path / "study", planned(), resume=True)
    assert {mode for mode, *_ in calls} == {"take", "free"}
    assert all(place == locks.BEYOND > size and count == 1 for _, place, count in calls)
