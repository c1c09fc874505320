"""A study's folder as it is written: the same bytes by any way, every damage found and mended, nothing half-written on a full disk."""

import errno
import hashlib
import json
import os
import platform
import subprocess
import sys

import duckdb
import numpy as np
import pytest

from sim.errors import InputError, UnfinishedError
from sim.results.kept import find_run
from sim.results.study_folder import StudyPlan, open_study
from sim.results.study_tables import read_table, study_state
from tests.results.putting import contents, planned, rows, table, unsound, write


@pytest.fixture
def study(tmp_path):
    """A complete study of four blocks."""
    assert write(tmp_path / "study", planned())
    return tmp_path / "study"


def block_file(folder, block):
    (path,) = folder.glob(f"points-{block:06d}.*.parquet")
    return path


def test_a_block_is_named_by_the_hash_of_its_bytes_and_the_manifest_lists_them(study):
    names = sorted(path.name for path in study.glob("points-*"))
    assert [name.split(".")[0] for name in names] == [f"points-{block:06d}" for block in range(4)]
    assert unsound(study) == []
    told = json.loads((study / "manifest.json").read_bytes())
    assert told["complete"] is True
    assert told["points"] == 10
    assert told["files"] == {
        name: hashlib.sha256((study / name).read_bytes()).hexdigest() for name in contents(study) if name != "manifest.json"
    }


def test_the_study_as_given_stands_in_its_file(study):
    told = json.loads((study / "study.json").read_bytes())
    assert told["identity"] == planned().identity
    assert (told["points"], told["points_a_block"]) == (10, 3)


def test_no_file_but_the_locks_tells_place_host_or_process(study):
    for content in contents(study).values():
        for word in (platform.node(), str(os.getpid()), study.parent.name):
            assert len(word) < 4 or word.encode() not in content
    assert (study / "lock-1-of-1").read_bytes() == b""


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("shards", [1, 3])
def test_the_same_study_gives_the_same_bytes_in_any_order_and_by_any_shards(study, tmp_path, shards, order):
    done = [write(tmp_path / "again", planned(), (shard, shards), order) for shard in range(1, shards + 1)]
    assert done == [False] * (shards - 1) + [True]
    assert contents(tmp_path / "again") == contents(study)


def test_all_blocks_have_the_same_types_even_where_all_is_missing(tmp_path):
    plan = planned(points=6)
    nothing = {name: np.full(3, None, dtype=object) for name in plan.columns}
    with open_study(tmp_path / "study", plan) as writer:
        writer.put(0, rows(plan, 0))
        writer.put(1, nothing)
        writer.put(1, {name: np.full(3, np.nan) for name in plan.columns})
        assert writer.finish()
    types = [list(map(str, duckdb.sql(f"FROM '{path}'").types)) for path in sorted((tmp_path / "study").glob("points-*"))]
    assert types == [["BIGINT", "VARCHAR", "BIGINT", "DOUBLE", "DOUBLE"]] * 2


@pytest.mark.parametrize(
    ("block", "change", "told"),
    [
        (1, {}, "not of shard"),
        (4, {}, "not of shard"),
        (0, {"more": np.zeros(3)}, "other columns"),
        (0, {"share": np.zeros(2)}, "3 points"),
        (0, {"count": np.array([1, 2.5, 3])}, "whole"),
        (0, {"share": np.array(["1", "2", "3"], dtype=object)}, "float"),
        (0, {"name": np.arange(3)}, "text"),
    ],
)
def test_a_table_that_is_not_as_planned_is_a_mistake_of_the_program(tmp_path, block, change, told):
    with open_study(tmp_path / "study", planned(), shard=(1, 2)) as writer:
        with pytest.raises(ValueError, match=told):
            writer.put(block, {**table(0, 3), **change})
        assert writer.acknowledged == set()
    assert list((tmp_path / "study").glob("points-*")) == []


@pytest.mark.parametrize("arguments", [(0, 1, {}), (1, 0, {}), (1, 1, {"point": "whole"}), (1, 1, {"a": "complex"})])
def test_a_plan_of_nothing_is_a_mistake_of_the_program(arguments):
    with pytest.raises(ValueError, match=r"points|columns"):
        StudyPlan({}, *arguments)


@pytest.mark.parametrize("shard", [(0, 1), (2, 1)])
def test_there_is_no_such_shard(tmp_path, shard):
    with pytest.raises(ValueError, match="no shard"), open_study(tmp_path / "study", planned(), shard=shard):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_study_that_is_there_goes_on_only_if_told_to(study):
    before = contents(study)
    with pytest.raises(UnfinishedError) as fault:
        write(study, planned())
    assert "--resume goes on" in fault.value.message("en")
    assert "--resume 可继续" in fault.value.message("zh")
    assert write(study, planned(), resume=True)
    assert write(study, planned(), (2, 3))
    assert contents(study) == before


@pytest.mark.parametrize(
    ("other", "english", "chinese"),
    [
        (planned(seed=2), "seed is 1 there, 2 here", "seed 目录中为 1，此次为 2"),
        (planned(points=11), "points is 10 there, 11 here", "points 目录中为 10"),
        (planned(versions={"sim": "2"}), "versions.sim is 1 there, 2 here", "versions.sim"),
        (planned(levers=["a"]), "levers is — there, ['a'] here", "levers 目录中为 —"),
        (StudyPlan(planned().identity, 10, 3, {"a": "float"}), "columns is", "columns"),
    ],
)
def test_of_another_study_is_told_what_differs_and_nothing_is_touched(study, other, english, chinese):
    before = contents(study)
    for options in ({}, {"resume": True}, {"shard": (1, 2)}):
        with pytest.raises(UnfinishedError) as fault:
            write(study, other, **options)
        assert english in fault.value.message("en")
        assert chinese in fault.value.message("zh")
        assert "\n" not in fault.value.message("en")
    assert contents(study) == before


def test_of_many_differences_some_are_named_and_the_others_counted(tmp_path):
    with open_study(tmp_path / "study", planned(**{f"k{one}": 1 for one in range(9)})):
        pass
    with pytest.raises(UnfinishedError, match=r"k3 is 1 there, 2 here; and 5 more"):
        write(tmp_path / "study", planned(**{f"k{one}": 2 for one in range(9)}))


def test_a_study_in_other_words_is_the_same(study):
    told = json.loads((study / "study.json").read_bytes())
    (study / "study.json").write_text(json.dumps(told, sort_keys=True).replace("\n", "\r\n"), encoding="utf-8")
    with open_study(study, planned(), resume=True) as writer:
        assert writer.missing() == []
        assert writer.finish()
    assert study_state(study).complete


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UnfinishedError, match="not the folder of a study"):
        write(tmp_path, planned(), resume=True)
    with pytest.raises(UnfinishedError, match="could not be written"):
        write(tmp_path / "thesis.txt", planned())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_a_killed_beginner_left_is_no_obstacle_and_taken_away(tmp_path):
    for name in (".study.json-a1.partial", "lock-1-of-2"):
        (tmp_path / name).write_text("{", encoding="utf-8")
    assert write(tmp_path, planned())
    assert not list(tmp_path.glob(".*"))


def test_a_damaged_study_file_is_told(study):
    (study / "study.json").write_text("{", encoding="utf-8")
    with pytest.raises(UnfinishedError, match=r"study\.json is damaged"):
        write(study, planned(), resume=True)
    with pytest.raises(InputError):
        read_table(study)


def truncated(folder):
    os.truncate(block_file(folder, 1), 100)


def flipped(folder):
    content = bytearray(block_file(folder, 1).read_bytes())
    content[len(content) // 2] ^= 1
    block_file(folder, 1).write_bytes(content)


def emptied(folder):
    block_file(folder, 1).write_bytes(b"")


def deleted(folder):
    block_file(folder, 1).unlink()


def replaced(folder, content):
    block_file(folder, 1).unlink()
    (folder / f"points-000001.{hashlib.sha256(content).hexdigest()[:16]}.parquet").write_bytes(content)


def of_another_study(folder):
    write(folder.parent / "other", planned(seed=2))
    replaced(folder, block_file(folder.parent / "other", 1).read_bytes())


DAMAGES = {
    "truncated": truncated,
    "flipped": flipped,
    "emptied": emptied,
    "deleted": deleted,
    "foreign": lambda folder: replaced(folder, b"PAR1 nothing of ours PAR1"),
    "another block": lambda folder: replaced(folder, block_file(folder, 2).read_bytes()),
    "another study": of_another_study,
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_found_read_around_and_mended(study, kind):
    before = contents(study)
    DAMAGES[kind](study)
    read, state = read_table(study)
    assert read["point"].tolist() == [1, 2, 3, 7, 8, 9, 10]
    assert (state.done, state.complete, len(state.damaged)) == (7, False, kind != "deleted")
    with open_study(study, planned(), shard=(1, 2)) as other:
        assert other.missing() == []
        assert not other.finish()
        assert not (study / "manifest.json").exists()
    with open_study(study, planned(), resume=True) as writer:
        assert writer.missing() == [1]
        assert study_state(study).damaged == ()
        assert not writer.finish()
        writer.put(1, rows(planned(), 1))
        assert writer.finish()
    assert contents(study) == before


def test_resuming_withdraws_the_manifest_before_it_takes_a_damaged_block_away(study, monkeypatch):
    truncated(study)
    path, unlinked = block_file(study, 1), []
    unlink = type(path).unlink
    monkeypatch.setattr(type(path), "unlink", lambda self, **options: unlinked.append(self.name) or unlink(self, **options))
    with open_study(study, planned(), resume=True) as writer:
        writer.missing()
    assert unlinked.index("manifest.json") < unlinked.index(path.name)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"complete": true}'])
def test_a_damaged_manifest_is_written_again(study, content):
    before = contents(study)
    (study / "manifest.json").write_bytes(content)
    assert not study_state(study).complete
    assert write(study, planned(), resume=True)
    assert contents(study) == before


def test_of_two_files_for_one_block_the_sound_one_is_kept(study):
    before = contents(study)
    for name in (
        "points-000001.0000000000000000.parquet",
        "points-000001.ffffffffffffffff.parquet",
        "points-000044.ffffffffffffffff.parquet",
    ):
        (study / name).write_bytes(b"PAR1")
    assert len(study_state(study).damaged) == 3
    with open_study(study, planned(), resume=True) as writer:
        assert writer.missing() == []
        assert writer.finish()
    assert contents(study) == before


def test_what_a_killed_writer_left_is_taken_away_by_its_own_shard(study):
    left = [study / f"points-00000{block}.partial" for block in (1, 2)]
    for path in left:
        path.write_bytes(b"half")
    with open_study(study, planned(), shard=(2, 2)) as writer:
        writer.missing()
    assert [path.exists() for path in left] == [False, True]
    assert study_state(study).done == 10


def test_a_block_is_on_the_disk_before_it_has_its_name_and_its_name_before_it_is_acknowledged(tmp_path, monkeypatch):
    done = []
    module = sys.modules[open_study.__module__]

    def watched(name, real):
        def sync(path):
            done.append((name, *(path.suffix for path in (tmp_path / "study").glob("points-*")), *writer.acknowledged))
            real(path)

        return sync

    with open_study(tmp_path / "study", planned()) as writer:
        for name in ("sync_file", "sync_folder"):
            monkeypatch.setattr(module, name, watched(name, getattr(module, name)))
        writer.put(2, rows(planned(), 2))
    assert done == [("sync_file", ".partial"), ("sync_folder", ".parquet")]
    assert writer.acknowledged == {2}


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_on_a_full_disk_what_is_kept_is_told_and_the_study_goes_on_later(study, tmp_path, monkeypatch):
    folder = tmp_path / "again"
    with open_study(folder, planned()) as writer:
        writer.put(0, rows(planned(), 0))
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(UnfinishedError) as fault:
            writer.put(1, rows(planned(), 1))
        monkeypatch.undo()
    assert fault.value.exit_code == 3
    assert fault.value.message("en") == f"the disk is full: 3 of 10 points are kept in {folder}; `--resume` goes on"
    assert fault.value.message("zh") == f"磁盘已满：10 个点中已有 3 个保存在 {folder}；可用 --resume 继续"
    assert len(contents(folder)) == 2
    assert write(folder, planned(), resume=True)
    assert contents(folder) == contents(study)


def test_a_full_disk_leaves_no_half_manifest_and_no_half_study(study, tmp_path, monkeypatch):
    (study / "manifest.json").unlink()
    with open_study(study, planned(), resume=True) as writer:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(UnfinishedError, match="10 of 10 points are kept"):
            writer.finish()
        assert [name for name in contents(study) if not name.startswith("points-")] == ["study.json"]
    with pytest.raises(UnfinishedError, match="disk is full"):
        write(tmp_path / "new" / "study", planned())
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only the superuser of Linux can mount a small disk")
def test_a_disk_that_is_really_full(tmp_path, monkeypatch):
    disk, plan = tmp_path / "disk", planned(points=150)
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120k", "none", disk], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    monkeypatch.setattr("sim.results.parquet.LEAST_ROOM", 0)
    try:
        with pytest.raises(UnfinishedError, match=r"the disk is full: \d+ of 150 points are kept") as fault:
            write(disk / "study", plan)
        kept = int(fault.value.message("en").split()[4])
        state = study_state(disk / "study")
        assert (state.done, state.damaged) == (kept, ())
        assert 0 < kept < 150
        assert not list((disk / "study").glob("*.partial"))
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        assert write(disk / "study", plan, resume=True)
        assert write(tmp_path / "again", plan)
        assert contents(disk / "study") == contents(tmp_path / "again")
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files by the operating system")
def test_another_fault_of_the_disk_is_told_in_words(tmp_path):
    import resource

    with open_study(tmp_path / "study", planned()) as writer:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
        try:
            with pytest.raises(UnfinishedError) as fault:
                writer.put(0, rows(planned(), 0))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "could not be written" in fault.value.message("en")
    assert "--resume 继续" in fault.value.message("zh")
    assert "\n" not in fault.value.message("en")
    assert len(contents(tmp_path / "study")) == 1


def test_a_study_is_no_run_to_report_on(study):
    with pytest.raises(InputError):
        find_run(None, study.parent)
