"""Parquet files: typed columns with gaps, the same bytes for the same table; what DuckDB must not do, and when it is not there."""

import datetime
import sys
import types

import duckdb
import numpy as np
import pytest

from sim.errors import MissingPackageError, UnfinishedError
from sim.results.parquet import parquet, require_duckdb

TABLE = {
    "name": np.array(["甲", "乙#0", ""], dtype=object),
    "count": np.array([1, 2**60, -3]),
    "missing": np.ma.masked_array([1, 2, 3], [False, True, False]),
    "share": np.ma.masked_array([0.1, np.nan, 2.5], [False, False, True]),
    "day": np.ma.masked_array(np.array(["2022-02-28", "1990-01-01", "2100-12-31"], dtype="datetime64[D]"), [False, True, False]),
}


@pytest.fixture
def answer(tmp_path):
    """What DuckDB reads of a table."""

    def read(table):
        path = tmp_path / "table.parquet"
        path.write_bytes(parquet(table))
        return duckdb.sql(f"FROM '{path}'")

    return read


def test_a_table_is_read_as_it_was_written(answer):
    told = answer(TABLE)
    assert told.columns == ["name", "count", "missing", "share", "day"]
    assert list(map(str, told.types)) == ["VARCHAR", "BIGINT", "BIGINT", "DOUBLE", "DATE"]
    rows = told.fetchall()
    assert [row[:3] for row in rows] == [("甲", 1, 1), ("乙#0", 2**60, None), ("", -3, 3)]
    assert [row[4] for row in rows] == [datetime.date(2022, 2, 28), None, datetime.date(2100, 12, 31)]
    assert [row[3] for row in rows] == [0.1, None, None]


def test_a_table_without_rows_keeps_its_types(answer):
    told = answer({name: column[:0] for name, column in TABLE.items()})
    assert list(map(str, told.types)) == ["VARCHAR", "BIGINT", "BIGINT", "DOUBLE", "DATE"]
    assert told.fetchall() == []


def test_columns_that_differ_only_in_case_or_hold_quotes_are_kept(answer):
    told = answer({"waited_Desk": np.array([1]), "waited_desk": np.array([2]), 'say "x"; --': np.array([3])})
    assert told.fetchall() == [(1, 2, 3)]
    assert told.columns[2] == 'say "x"; --'


def test_long_tables_keep_their_order_and_give_the_same_bytes(tmp_path):
    number = np.arange(300_000)
    table = {
        "number": number,
        "part": np.array([f"项目#{one % 977}" for one in number], dtype=object),
        "strided": np.stack([number] * 2).T[:, 1],
    }
    first = parquet(table)
    assert parquet(table) == first
    path = tmp_path / "long.parquet"
    path.write_bytes(first)
    assert np.array_equal(duckdb.sql(f"SELECT number FROM '{path}'").fetchnumpy()["number"], number)


def test_the_table_itself_is_not_changed():
    before = repr(TABLE)
    parquet(TABLE)
    assert repr(TABLE) == before


def test_duckdb_touches_nothing_but_its_own_file(monkeypatch):
    told = []
    connect = duckdb.connect

    def watched(*arguments, **options):
        told.append(connect(*arguments, **options))
        return told[-1]

    monkeypatch.setattr(duckdb, "connect", watched)
    monkeypatch.setattr(duckdb.DuckDBPyConnection, "__exit__", lambda *_: None)
    parquet(TABLE)
    (connection,) = told
    names = ("autoinstall_known_extensions", "autoload_known_extensions", "enable_external_access", "lock_configuration", "threads")
    settings = [connection.execute("SELECT current_setting(?)", [name]).fetchone()[0] for name in names]
    connection.close()
    assert settings == [False, False, False, True, 1]


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files by the operating system")
def test_a_full_disk_is_told_in_words():
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        with pytest.raises(UnfinishedError) as fault:
            parquet(TABLE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert fault.value.message("en").startswith("the trace could not be written: ")
    assert fault.value.message("zh").startswith("未能写出轨迹：")
    assert "\n" not in fault.value.message("en")


@pytest.mark.parametrize("package", [None, types.SimpleNamespace(__version__="1.2.9")], ids=["missing", "too old"])
def test_without_duckdb_the_message_says_what_to_install(monkeypatch, package):
    monkeypatch.setitem(sys.modules, "duckdb", package)
    with pytest.raises(MissingPackageError) as fault:
        require_duckdb()
    assert fault.value.exit_code == 2
    for language in ("en", "zh"):
        assert 'pip install "duckdb>=1.3"' in fault.value.message(language)
