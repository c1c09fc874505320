"""The run folder: whole or not there, the same bytes for the same run, no formula for a spreadsheet."""

import errno
import hashlib
import json
import os
import sys
from importlib.metadata import version

import pytest

from sim.errors import UnfinishedError
from sim.results import storage
from sim.results.storage import csv_text, folder_name, refuse_existing, refuse_unwritable, save, versions

FILES = {"report.txt": "预测\n", "summary.csv": "goal\n"}
COMPLETE = {"scenario": "a", "complete": True}
INCOMPLETE = {"scenario": "a", "complete": False}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def fails_with(number):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    return fail


def test_a_run_is_written_with_the_hashes_of_its_files(tmp_path):
    folder = save(tmp_path / "runs" / "a-1", FILES, COMPLETE)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["complete"] is True
    assert manifest["files"] == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    assert [path.name for path in folder.parent.iterdir()] == ["a-1"]


def test_bytes_are_written_as_they_are_beside_text(tmp_path):
    table = b"PAR1\x00\r\n\xff"
    folder = save(tmp_path / "a", {**FILES, "table.parquet": table}, COMPLETE)
    assert (folder / "table.parquet").read_bytes() == table
    listed = json.loads((folder / "manifest.json").read_bytes())["files"]
    assert listed["table.parquet"] == hashlib.sha256(table).hexdigest()


def test_the_same_run_again_gives_the_same_bytes_and_replaces_the_first(tmp_path):
    first = contents(save(tmp_path / "a", FILES, COMPLETE))
    (tmp_path / "a" / "left.txt").write_text("from the first", encoding="utf-8")
    assert contents(save(tmp_path / "a", FILES, COMPLETE)) == first
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_incomplete_run_never_replaces_a_complete_one(tmp_path):
    save(tmp_path / "a", FILES, COMPLETE)
    save(tmp_path / "a", {"report.txt": "half"}, INCOMPLETE)
    assert "summary.csv" in contents(tmp_path / "a")


def test_a_complete_run_replaces_an_incomplete_one(tmp_path):
    save(tmp_path / "a", {"report.txt": "half"}, INCOMPLETE)
    save(tmp_path / "a", FILES, COMPLETE)
    assert json.loads((tmp_path / "a" / "manifest.json").read_bytes())["complete"] is True


def test_a_folder_that_is_no_run_is_left_alone(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UnfinishedError, match="not the folder of a run"):
        save(tmp_path / "a", FILES, COMPLETE)
    assert list(contents(tmp_path / "a")) == ["thesis.txt"]


@pytest.mark.parametrize(
    ("number", "english", "chinese"), [(errno.ENOSPC, "disk is full", "磁盘已满"), (errno.EROFS, "no permission", "权限")]
)
def test_a_fault_of_the_disk_is_told_in_words_and_leaves_nothing(tmp_path, monkeypatch, number, english, chinese):
    monkeypatch.setattr(storage.os, "fsync", fails_with(number))
    with pytest.raises(UnfinishedError) as fault:
        save(tmp_path / "runs" / "a", FILES, COMPLETE)
    assert english in fault.value.message("en")
    assert chinese in fault.value.message("zh")
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_run_survives_a_full_disk(tmp_path, monkeypatch):
    before = contents(save(tmp_path / "a", FILES, COMPLETE))
    monkeypatch.setattr(storage.os, "fsync", fails_with(errno.ENOSPC))
    with pytest.raises(UnfinishedError):
        save(tmp_path / "a", {"report.txt": "new"}, COMPLETE)
    assert contents(tmp_path / "a") == before
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_interrupt_while_writing_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(storage.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(tmp_path / "runs" / "a", FILES, COMPLETE)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder_is_refused_before_any_work(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UnfinishedError, match="no permission"):
            refuse_unwritable(tmp_path / "runs" / "a")
    finally:
        tmp_path.chmod(0o700)


def test_a_file_in_the_place_of_a_folder_is_refused_before_any_work(tmp_path):
    (tmp_path / "runs").write_text("", encoding="utf-8")
    with pytest.raises(UnfinishedError):
        refuse_unwritable(tmp_path / "runs" / "a")


def test_what_exists_is_refused_for_a_new_run_even_a_dangling_link(tmp_path):
    refuse_existing(tmp_path / "new")
    with pytest.raises(UnfinishedError, match="exists already"):
        refuse_existing(tmp_path)
    if sys.platform != "win32":
        (tmp_path / "link").symlink_to(tmp_path / "nowhere")
        with pytest.raises(UnfinishedError):
            refuse_existing(tmp_path / "link")


def test_text_that_a_spreadsheet_would_run_stays_text():
    rows = [["=HYPERLINK(1)", "+1", "-1", "@x", "fine", -1.5, True, None, float("nan")]]
    assert csv_text(rows) == "'=HYPERLINK(1),'+1,'-1,'@x,fine,-1.5,true,,\n"


def test_csv_files_are_marked_so_that_excel_reads_chinese(tmp_path):
    folder = save(tmp_path / "a", FILES, COMPLETE)
    assert (folder / "summary.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (folder / "report.txt").read_bytes() == "预测\n".encode()


def test_versions_are_those_of_all_that_the_numbers_depend_on():
    assert set(versions()) == {"sim", "python", "numpy", "scipy", "simpy"}
    assert versions("click") == versions() | {"click": version("click")}


def test_the_name_of_a_run_follows_its_inputs_and_nothing_else():
    assert folder_name("a", {"seed": 1, "tree": {}}) == folder_name("a", {"tree": {}, "seed": 1})
    assert folder_name("a", {"seed": 1}) != folder_name("a", {"seed": 2})
    assert folder_name("a", {"seed": 1}).startswith("a-")
