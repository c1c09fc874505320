"""A study's folder as it is written: block by block, by one process or by several with a shard each, resumed after any end.

    study.json                         what the study is; written first
    points-<block>.<hash>.parquet      a block of points; written whole or not at all
    manifest.json                      every block with its sha256; written last
    lock-<i>-of-<n>                    who is writing shard i of n; empty when nobody is

The same study gives the same bytes in every file but the locks.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import UnfinishedError, shown
from sim.results.disk import FULL, MANIFEST, parents, partial_file, sync_file, sync_folder, unfinished
from sim.results.locks import passing, refuse_held, signed
from sim.results.parquet import Column, connected, require_duckdb, write_parquet
from sim.results.study_blocks import POINT, STUDY, Kind, Shard, StudyPlan, block_name, find_blocks, manifest, named_blocks

__all__ = ["Kind", "Shard", "StudyPlan", "StudyWriter", "open_study"]

MOST_DIFFERENCES = 4
"""Keys that a message names."""
RESUME = "`--resume` goes on", "可用 --resume 继续"
_LOCK = re.compile(r"lock-\d+-of-\d+")
_LEFT = re.compile(rf"\.({re.escape(STUDY)}|{re.escape(MANIFEST)})-.*\.partial")


@contextmanager
def open_study(folder: Path, plan: StudyPlan, *, shard: Shard = (1, 1), resume: bool = False) -> Iterator[StudyWriter]:
    """A writer of one shard of a study, alone on it while the context lasts; a new folder is made.

    The whole goes on with an existing folder only if told to `resume`; one of several shards joins it. Raises MissingPackageError without
    DuckDB; UnfinishedError if the folder is no study's or another's, must not be resumed or cannot be written; BusyError, naming the
    process, if another writes the same shard or another division; ValueError for a shard that is none.
    """
    if not 1 <= shard[0] <= shard[1]:
        raise ValueError(f"there is no shard {shard}")
    require_duckdb()
    folder = Path(os.path.abspath(folder))
    with ExitStack() as stack:
        try:
            new = _begin(folder, plan)
            stack.enter_context(_only_writer(folder, shard))
        except OSError as fault:
            raise unfinished(folder, fault, ("--out names another folder", "--out 另指定目录")) from fault
        if not (new or resume or shard[1] > 1):
            raise UnfinishedError(f"{folder} holds this study already; --resume goes on with it", f"{folder} 已有此研究；--resume 可继续")
        yield StudyWriter(folder, plan, shard, stack.enter_context(connected(folder)))


class StudyWriter:
    """Writes the blocks of one shard. `acknowledged` are the blocks that are on the disk for sure: those that `put` has returned for."""

    def __init__(self, folder: Path, plan: StudyPlan, shard: Shard, connection: Any) -> None:
        self.folder = folder
        self.plan = plan
        self.shard = shard
        self.acknowledged: set[int] = set()
        self._connection = connection
        self._names: dict[int, str] = {}

    def missing(self) -> list[int]:
        """The blocks of this shard that are still to be put, ascending. Reads every file of it.

        Takes away what is damaged and what a killed writer left, and before that the manifest. Raises UnfinishedError.
        """
        with self._told():
            found = find_blocks(self.folder, self.plan, self._is_mine)
            missing = [block for block in self.plan.blocks_of(self.shard) if block not in found.sound]
            if missing or found.damaged:
                self._withdraw()
            for name in (*found.damaged, *self._left()):
                (self.folder / name).unlink(missing_ok=True)
            sync_folder(self.folder)
            self._names = {number: block.name for number, block in found.sound.items()}
            return missing

    def put(self, block: int, table: Mapping[str, Column]) -> None:
        """Write a block; when this returns, it is on the disk. `table` has the plan's columns, one row a point of the block.

        A missing value is None, nan or masked. Raises ValueError if the table is not as planned; UnfinishedError if the disk refuses,
        leaving nothing half-written.
        """
        content = self._planned(block, table)
        partial = self.folder / f"points-{block:06d}.partial"
        with self._told():
            try:
                write_parquet(self._connection, content, partial, self.plan.mark(block))
                name = block_name(block, hashlib.sha256(partial.read_bytes()).hexdigest())
                sync_file(partial)
                partial.replace(self.folder / name)
            finally:
                partial.unlink(missing_ok=True)
            sync_folder(self.folder)
            if self._names.get(block, name) != name:
                (self.folder / self._names[block]).unlink(missing_ok=True)
        self._names[block] = name
        self.acknowledged.add(block)

    def finish(self) -> bool:
        """Write the manifest if every block of every shard is there and sound, withdraw it if not; whether the study is complete.

        Raises UnfinishedError if the disk refuses, BusyError if another process does not come to an end with the same.
        """
        with self._told():
            there = {number for number, _ in named_blocks(self.folder)}
            if len(there) < self.plan.blocks and not (self.folder / MANIFEST).exists():
                return False
            with passing(self.folder / STUDY):
                content = manifest(self.folder, self.plan, find_blocks(self.folder, self.plan))
                if content is None:
                    self._withdraw()
                else:
                    self._write_manifest(content)
                return content is not None

    def _write_manifest(self, content: bytes) -> None:
        target = self.folder / MANIFEST
        if not (target.is_file() and target.read_bytes() == content):
            with partial_file(target, content) as partial:
                partial.replace(target)
            sync_folder(self.folder)

    def _withdraw(self) -> None:
        if (self.folder / MANIFEST).exists():
            (self.folder / MANIFEST).unlink(missing_ok=True)
            sync_folder(self.folder)

    def _is_mine(self, block: int) -> bool:
        return block % self.shard[1] + 1 == self.shard[0]

    def _left(self) -> Iterator[str]:
        """Half-written blocks of this shard."""
        for name in os.listdir(self.folder):
            match = re.fullmatch(r"points-([0-9]{6,18})\.partial", name)
            if match and self._is_mine(int(match[1])):
                yield name

    def _planned(self, block: int, table: Mapping[str, Column]) -> dict[str, Column]:
        """The table with its points, every column of the kind that is planned."""
        points = self.plan.points_of(block)
        if block not in self.plan.blocks_of(self.shard):
            raise ValueError(f"block {block} is not of shard {self.shard}")
        if table.keys() != self.plan.columns.keys():
            raise ValueError(f"other columns than planned: {sorted(table.keys() ^ self.plan.columns.keys())}")
        for name, column in table.items():
            if column.shape != (len(points),):
                raise ValueError(f"{name} is of shape {column.shape}, block {block} has {len(points)} points")
        columns = {name: _column(name, table[name], kind) for name, kind in self.plan.columns.items()}
        return {POINT: np.arange(points.start + 1, points.stop + 1, dtype=np.int64), **columns}

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn a fault of the disk into an UnfinishedError in words; of a full disk, with what is kept."""
        try:
            yield
        except OSError as fault:
            if fault.errno not in FULL:
                raise unfinished(self.folder, fault, RESUME) from fault
            kept = sum(len(self.plan.points_of(block)) for block in {number for number, _ in named_blocks(self.folder)})
            raise UnfinishedError(
                f"the disk is full: {kept} of {self.plan.points} points are kept in {self.folder}; {RESUME[0]}",
                f"磁盘已满：{self.plan.points} 个点中已有 {kept} 个保存在 {self.folder}；{RESUME[1]}",
            ) from fault


def _column(name: str, values: Column, kind: Kind) -> Column:
    """A column as its kind is written: floats with nan, text and whole numbers masked. Raises ValueError if a value is of another kind."""
    data, missing = np.ma.getdata(values), np.ma.getmaskarray(values)
    if data.dtype.kind == "O":
        missing = missing | np.array([one is None for one in data], bool)
    if data.dtype.kind in "fO":
        missing = missing | (data != data)
    filled = data.astype(object)
    filled[missing] = {"text": "", "whole": 0, "float": np.nan}[kind]
    allowed: tuple[type, ...] = {"text": (str,), "whole": (int, np.integer), "float": (int, float, np.integer, np.floating)}[kind]
    if not all(isinstance(one, allowed) for one in filled.tolist()):
        raise ValueError(f"{name} is to be {kind}, and holds something else")
    if kind == "float":
        return filled.astype(np.float64)
    return np.ma.masked_array(filled if kind == "text" else filled.astype(np.int64), missing)


def _begin(folder: Path, plan: StudyPlan) -> bool:
    """Make the folder and its `study.json`, whole, if it is not there; whether this process made it.

    Raises OSError; UnfinishedError if something else is there.
    """
    file = folder / STUDY
    new = False
    if not file.exists():
        names = os.listdir(folder) if folder.exists() else []
        if STUDY not in names and not all(map(_is_ours, names)):  # with it, another has just begun
            raise UnfinishedError(f"{folder} exists already and is not the folder of a study", f"{folder} 已存在，且不是研究结果目录")
        with parents(file), partial_file(file, plan.text()) as partial:
            new = _put_first(partial, file)
            sync_folder(folder)
            sync_folder(folder.parent)
    if not new:
        _refuse_other(folder, plan)
    return new


def _put_first(partial: Path, target: Path) -> bool:
    """Give a file its name unless another has it: whether it was the first."""
    try:
        os.link(partial, target)
    except (FileExistsError, FileNotFoundError):  # another was first, and may have cleared away what was left
        return False
    except OSError:  # a disk without links: there the first is the one who finds nothing
        if target.exists():
            return False
        partial.rename(target)
    return True


def _is_ours(name: str) -> bool:
    """Whether a process that was killed while it began a study may have left this."""
    return bool(_LOCK.fullmatch(name) or _LEFT.fullmatch(name))


def _refuse_other(folder: Path, plan: StudyPlan) -> None:
    """Raise UnfinishedError, naming what differs, if the folder is of another study."""
    try:
        given = json.loads((folder / STUDY).read_bytes())
    except ValueError as fault:
        raise UnfinishedError(f"{folder / STUDY} is damaged", f"{folder / STUDY} 已损坏") from fault
    differ = list(_differences(given, json.loads(plan.text())))
    if differ:
        english = "; ".join(f"{key} is {there} there, {here} here" for key, there, here in differ[:MOST_DIFFERENCES])
        chinese = "；".join(f"{key} 目录中为 {there}，此次为 {here}" for key, there, here in differ[:MOST_DIFFERENCES])
        more = len(differ) - MOST_DIFFERENCES
        raise UnfinishedError(
            f"{folder} holds another study: {english}" + (f"; and {more} more" if more > 0 else ""),
            f"{folder} 是另一项研究的目录：{chinese}" + (f"；另有 {more} 处" if more > 0 else ""),
        )


def _differences(there: Any, here: Any, key: str = "") -> Iterator[tuple[str, str, str]]:
    """Dotted keys, without `identity.`, at which two JSON values differ, and both values in words."""
    if isinstance(there, dict) and isinstance(here, dict):
        for name in dict.fromkeys((*there, *here)):
            below = name if key in ("", "identity") else f"{key}.{name}"
            yield from _differences(there.get(name), here.get(name), below)
    elif there != here:
        yield key or "content", shown("—" if there is None else there), shown("—" if here is None else here)


@contextmanager
def _only_writer(folder: Path, shard: Shard) -> Iterator[None]:
    """Hold the lock of a shard, no process being at work on another division. Raises OSError, and BusyError, naming the process."""
    with ExitStack() as stack:
        with passing(folder / STUDY):
            for name in sorted(os.listdir(folder)):
                if _LOCK.fullmatch(name) and not name.endswith(f"-of-{shard[1]}"):
                    refuse_held(folder / name)
                elif _LEFT.fullmatch(name):  # written before there was a study, or in here
                    with suppress(OSError):
                        (folder / name).unlink(missing_ok=True)
            stack.enter_context(signed(folder / f"lock-{shard[0]}-of-{shard[1]}"))
        yield
