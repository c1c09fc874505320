"""A study's points read from its folder, also while it is still running: only sound blocks, without a lock, by DuckDB in memory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import InputError, Problem
from sim.errors.problem import printable
from sim.results.disk import MANIFEST
from sim.results.parquet import SETTINGS, Column, duckdb_package, parquet, quoted
from sim.results.study_blocks import POINT, Found, Kind, StudyPlan, find_blocks, manifest, read_plan

MOST_THREADS = 4
LONGEST_REASON = 300
"""Characters of what DuckDB says of a query."""
EMPTY: Mapping[Kind, Column] = {"text": np.empty(0, object), "whole": np.empty(0, np.int64), "float": np.empty(0, np.float64)}


@dataclass(frozen=True)
class StudyState:
    """How far a study is: points planned and points in sound blocks, whether it is complete, the names of damaged files."""

    points: int
    done: int
    complete: bool
    damaged: tuple[str, ...]


def study_state(folder: Path) -> StudyState:
    """How far a study is; reads and hashes every block. Raises InputError where there is no study."""
    with _reading(folder):
        plan = read_plan(folder)
        return _state(folder, plan, find_blocks(folder, plan))


def read_table(folder: Path) -> tuple[dict[str, Column], StudyState]:
    """All sound blocks as one table, in the order of points, and how far the study is.

    Columns are `point` (int64) and those of the plan, each of length `done`: text is objects with None where it is missing, floats are
    float64 with nan, whole numbers are int64, masked if some are missing. Raises InputError where there is no study.
    """
    with _reading(folder):
        plan = read_plan(folder)
        found = find_blocks(folder, plan)
        state = _state(folder, plan, found)
        kinds: dict[str, Kind] = {POINT: "whole", **plan.columns}
        if not found.sound:
            return {name: EMPTY[kind].copy() for name, kind in kinds.items()}, state
        with _connected() as connection:
            read = connection.execute(f"SELECT * FROM {_files(folder, found)}").fetchnumpy()
    table = dict(zip(kinds, map(_plain, read.values()), strict=True))
    points = table[POINT]
    if not np.all(points[1:] > points[:-1]):
        order = np.argsort(points)
        table = {name: column[order] for name, column in table.items()}
    return table, state


def query(folder: Path, sql: str) -> dict[str, Column]:
    """What a SELECT answers over the view `points` of all sound blocks: columns by name, as `read_table` gives them.

    The query sees no file and no network. Raises InputError, in one line, if it cannot be answered, or there is no study.
    """
    with _reading(folder), _connected() as connection:
        plan = read_plan(folder)
        found = find_blocks(folder, plan)
        source = _files(folder, found) if found.sound else _nothing(plan)
        connection.execute(f"CREATE TABLE points AS SELECT * FROM {source}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            answer = connection.execute(sql)
            read = answer.fetchnumpy() if answer is not None else {}
        except duckdb_package().Error as fault:
            reason = printable(str(fault).partition("\n")[0])[:LONGEST_REASON]
            raise InputError([Problem("query", found=reason)]) from fault
    return {name: _plain(column) for name, column in read.items()}


def table_bytes(table: Mapping[str, Column]) -> bytes:
    """A table of `read_table` as one Parquet file: the same bytes whatever the blocks were. Raises UnfinishedError on a full disk."""
    points = table[POINT]
    if not np.all(points[1:] > points[:-1]):
        order = np.argsort(points, kind="stable")
        table = {name: column[order] for name, column in table.items()}
    return parquet({name: _masked(column) for name, column in table.items()}, ("the table of points", "研究结果表"))


def _state(folder: Path, plan: StudyPlan, found: Found) -> StudyState:
    done = sum(len(plan.points_of(block)) for block in found.sound)
    expected = manifest(folder, plan, found)
    path = folder / MANIFEST
    complete = expected is not None and path.is_file() and path.read_bytes() == expected
    return StudyState(plan.points, done, complete, found.damaged)


@contextmanager
def _reading(folder: Path) -> Iterator[None]:
    """Turn a fault of the disk, or of DuckDB with our own files, into an InputError in words."""
    try:
        yield
    except (OSError, duckdb_package().Error) as fault:
        raise InputError([Problem("unreadable", path=str(folder), found=printable(str(fault).partition("\n")[0]))]) from fault


@contextmanager
def _connected() -> Iterator[Any]:
    settings = {**SETTINGS, "threads": min(MOST_THREADS, os.cpu_count() or 1), "temp_directory": ""}
    with duckdb_package().connect(":memory:", config=settings) as connection:
        yield connection


def _files(folder: Path, found: Found) -> str:
    """The table function that reads these blocks, in the order of their numbers. A name is no pattern."""
    names = (quoted(re.sub(r"([*?[])", r"[\1]", os.path.join(os.path.abspath(folder), block.name))) for block in found.sound.values())
    return f"read_parquet([{', '.join(names)}], hive_partitioning = false)"


def _nothing(plan: StudyPlan) -> str:
    """A table without rows that has the columns of the plan."""
    types = {"text": "VARCHAR", "whole": "BIGINT", "float": "DOUBLE"}
    kinds: dict[str, Kind] = {POINT: "whole", **plan.columns}
    columns = ", ".join(f'NULL::{types[kind]} AS "{name.replace(chr(34), 2 * chr(34))}"' for name, kind in kinds.items())
    return f"(SELECT {columns}) WHERE false"


def _plain(values: Column) -> Column:
    """A column that DuckDB gives, masked only where there is no other way to say that there is no value."""
    if not np.ma.isMaskedArray(values):
        return values
    data, mask = np.ma.getdata(values), np.ma.getmaskarray(values)
    if not mask.any():
        return data
    if data.dtype.kind in "fO":
        data[mask] = np.nan if data.dtype.kind == "f" else None
        return data
    return values


def _masked(values: Column) -> Column:
    """Text masked where it is missing, so that DuckDB need not guess what the column holds."""
    if values.dtype.kind != "O":
        return values
    missing = np.array([one is None for one in values], bool) | np.ma.getmaskarray(values)
    return np.ma.masked_array(np.where(missing, "", np.ma.getdata(values)), missing)
