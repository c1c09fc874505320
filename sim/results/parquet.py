"""Tables as Parquet files. They are written by DuckDB, an optional part of the program, imported only where it is used."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from sim.errors import MissingPackageError, UnfinishedError

Column = np.ndarray[Any, Any]
"""Text (objects), whole numbers, floats or days; where it is masked, or not a number, there is no value."""

OLDEST = (1, 3)
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "preserve_insertion_order": True,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}
"""One thread that keeps the order, so that the same table gives the same bytes; nothing is fetched or loaded."""
FORMAT = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"
LEAST_ROOM = 2**18
"""Bytes; a disk with fewer is full."""


def require_duckdb() -> None:
    """Raise MissingPackageError where DuckDB is not installed, or too old."""
    duckdb_package()


def parquet(table: Mapping[str, Column], what: tuple[str, str] = ("the trace", "轨迹")) -> bytes:
    """A table as a Parquet file: the same bytes for the same table and version of DuckDB. Columns are all of one length.

    Raises MissingPackageError without DuckDB, UnfinishedError, which says in both languages `what` it was, where the disk has no room.
    """
    try:
        with tempfile.TemporaryDirectory() as folder, connected(Path(folder)) as connection:
            file = Path(folder) / "table.parquet"
            write_parquet(connection, table, file)
            return file.read_bytes()
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise UnfinishedError(f"{what[0]} could not be written: {reason}", f"未能写出{what[1]}：{reason}") from fault


@contextmanager
def connected(folder: Path) -> Iterator[Any]:
    """A connection of DuckDB, in memory, that can read and write files in `folder` and nowhere else.

    Raises MissingPackageError without DuckDB.
    """
    with duckdb_package().connect(":memory:", config=SETTINGS) as connection:
        connection.execute(f"SET allowed_directories = [{quoted(os.path.abspath(folder))}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def write_parquet(connection: Any, table: Mapping[str, Column], file: Path, mark: str = "") -> None:
    """Write a table into a new file, with a `mark` that stands in its bytes as it is. Not synced. Raises OSError if the disk refuses."""
    raw, columns = _columns(table)
    form = f"{FORMAT}, KV_METADATA {{mark: {quoted(mark)}}}" if mark else FORMAT
    connection.register("raw", raw)
    try:
        connection.execute(f"COPY (SELECT {', '.join(columns)} FROM raw) TO {quoted(os.path.abspath(file))} ({form})")
    except duckdb_package().IOException as fault:
        raise _refused(str(fault).partition("\n")[0], file.parent) from fault
    finally:
        connection.unregister("raw")


def _refused(reason: str, folder: Path) -> OSError:
    """What DuckDB says of the disk, as the system says it; it tells no number, so a disk without room is also known by its room."""
    full = os.strerror(errno.ENOSPC) in reason or shutil.disk_usage(folder).free < LEAST_ROOM
    return OSError(errno.ENOSPC if full else errno.EIO, reason)


def _columns(table: Mapping[str, Column]) -> tuple[dict[str, Column], list[str]]:
    """Plain arrays that DuckDB reads where they stand, and how the columns are selected from them."""
    raw: dict[str, Column] = {}
    columns = []
    for number, (name, values) in enumerate(table.items()):
        value, mask = f"value{number}", f"mask{number}"
        raw[value], written = _plain(np.ma.getdata(values))
        chosen = f"CAST({value} AS {written})"
        if np.ma.isMaskedArray(values):
            raw[mask] = np.ma.getmaskarray(values)
            chosen = f"CASE WHEN {mask} THEN NULL ELSE {chosen} END"
        columns.append(f'{chosen} AS "{name.replace(chr(34), 2 * chr(34))}"')
    return raw, columns


def _plain(values: Column) -> tuple[Column, str]:
    """The values in a form that DuckDB understands, and the type that they have in the file."""
    types = {"M": ("datetime64[s]", "DATE"), "O": ("object", "VARCHAR"), "f": ("float64", "DOUBLE"), "i": ("int64", "BIGINT")}
    form, written = types[values.dtype.kind]
    return np.ascontiguousarray(values, dtype=form), written


def quoted(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def duckdb_package() -> ModuleType:
    """The package; raises MissingPackageError where it is not installed, or too old."""
    try:
        import duckdb
    except ImportError as fault:
        raise _missing() from fault
    if tuple(int(part) for part in duckdb.__version__.split(".")[:2]) < OLDEST:
        raise _missing()
    return duckdb


def _missing() -> MissingPackageError:
    oldest = ".".join(map(str, OLDEST))
    return MissingPackageError(
        f'a trace needs the package duckdb, {oldest} or newer; install it with: pip install "duckdb>={oldest}"',
        f'保存轨迹需要软件包 duckdb（{oldest} 或更新版本）；安装命令：pip install "duckdb>={oldest}"',
    )
