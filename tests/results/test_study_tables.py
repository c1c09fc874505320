"""A study read from its folder: columns in the order of points, questions in SQL that see nothing else, one file of the same bytes."""

import os
import sys

import duckdb
import numpy as np
import pytest

from sim.errors import InputError, UnfinishedError
from sim.results.study_folder import StudyPlan, open_study
from sim.results.study_tables import StudyState, query, read_table, study_state, table_bytes
from tests.results.putting import contents, planned, rows, table, write


@pytest.fixture
def study(tmp_path):
    """A complete study of four blocks, put from the last to the first."""
    write(tmp_path / "study", planned(), order=-1)
    return tmp_path / "study"


def test_a_table_is_read_as_it_was_put_in_the_order_of_points(study):
    read, state = read_table(study)
    expected = table(0, 10)
    assert state == study_state(study) == StudyState(10, 10, True, ())
    assert list(read) == ["point", *expected]
    assert [column.dtype.kind for column in read.values()] == ["i", "O", "i", "f", "f"]
    assert read["point"].tolist() == list(range(1, 11))
    assert read["name"].tolist() == expected["name"].tolist()
    assert read["count"].tolist() == expected["count"].tolist()
    assert np.array_equal(read["share"], expected["share"], equal_nan=True)
    assert np.isnan(read["never"]).all()
    assert not any(np.ma.isMaskedArray(read[name]) for name in ("point", "name", "share", "never"))


def test_while_it_runs_what_is_there_is_read_and_half_written_files_are_not(tmp_path):
    plan, folder = planned(), tmp_path / "study"
    with open_study(folder, plan) as writer:
        read, state = read_table(folder)
        assert state == StudyState(10, 0, False, ())
        assert [(name, column.dtype.kind, len(column)) for name, column in read.items()] == [
            ("point", "i", 0), ("name", "O", 0), ("count", "i", 0), ("share", "f", 0), ("never", "f", 0)
        ]  # fmt: skip
        assert query(folder, "SELECT count(*) AS n, max(share) AS most FROM points")["n"].tolist() == [0]
        writer.put(3, rows(plan, 3))
        writer.put(1, rows(plan, 1))
        (folder / "points-000002.partial").write_bytes(b"PAR1")
        read, state = read_table(folder)
    assert read["point"].tolist() == [4, 5, 6, 10]
    assert state == StudyState(10, 4, False, ())


def test_all_blocks_there_without_a_manifest_are_not_complete(study):
    (study / "manifest.json").unlink()
    assert study_state(study) == StudyState(10, 10, False, ())


def test_the_table_as_one_file_has_the_same_bytes_whatever_the_blocks_and_the_order(tmp_path, study):
    expected = table_bytes(read_table(study)[0])
    for block in (1, 4, 100):
        write(tmp_path / f"by {block}", planned(block=block))
        read = read_table(tmp_path / f"by {block}")[0]
        assert table_bytes(read) == expected
        assert table_bytes({name: column[::-1] for name, column in read.items()}) == expected
    (tmp_path / "table.parquet").write_bytes(expected)
    one = duckdb.sql(f"FROM '{tmp_path / 'table.parquet'}'")
    assert list(map(str, one.types)) == ["BIGINT", "VARCHAR", "BIGINT", "DOUBLE", "DOUBLE"]
    assert [row[1] for row in one.fetchall()] == table(0, 10)["name"].tolist()


def test_text_that_begins_late_in_a_long_table_is_text(tmp_path):
    names = np.full(5000, None, dtype=object)
    names[4321] = "甲"
    (tmp_path / "table.parquet").write_bytes(table_bytes({"point": np.arange(5000), "name": names}))
    assert duckdb.sql(f"SELECT name, count(*) FROM '{tmp_path / 'table.parquet'}' GROUP BY 1 ORDER BY 1").fetchall() == [
        ("甲", 1),
        (None, 4999),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files by the operating system")
def test_a_table_that_the_disk_has_no_room_for_is_told_in_words(study):
    import resource

    read, _ = read_table(study)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
    try:
        with pytest.raises(UnfinishedError) as fault:
            table_bytes(read)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert fault.value.message("en").startswith("the table of points could not be written: ")
    assert fault.value.message("zh").startswith("未能写出研究结果表：")


def test_a_question_is_answered_by_columns(study):
    answer = query(study, "SELECT name, count(*) AS n, sum(share) AS total FROM points WHERE point < 10 GROUP BY name ORDER BY n, name")
    assert answer["name"].tolist() == ["点1", "点3", "点0", "点2", None]
    assert answer["n"].tolist() == [1, 1, 2, 2, 3]
    assert answer["total"].dtype == np.float64
    assert np.isnan(query(study, "SELECT share FROM points ORDER BY point")["share"][0])


@pytest.mark.parametrize(
    "sql",
    [
        "SELEC 1",
        "SELECT nothing FROM points",
        "FROM elsewhere",
        "FROM EMPTY",
        "SELECT 'x'::INT",
        "SELECT * FROM '{study}/study.json'",
        "SELECT * FROM read_text('{study}/study.json')",
        "COPY points TO '{study}/more.csv'",
        "ATTACH '{study}/more.db'",
        "EXPORT DATABASE '{study}/more'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM 'https://example.invalid/a.parquet'",
    ],
)
def test_what_cannot_be_answered_is_told_in_one_line_and_touches_nothing(study, sql):
    before = contents(study)
    with pytest.raises(InputError) as fault:
        query(study, sql.replace("{study}", str(study)))
    assert fault.value.exit_code == 2
    assert fault.value.message("en").startswith("the query cannot be answered; found ")
    assert fault.value.message("zh").startswith("查询无法执行；实际为 ")
    assert "\n" not in fault.value.message("en")
    assert contents(study) == before


def test_a_query_of_nothing_answers_nothing(study):
    assert query(study, "") == {}


def test_damaged_blocks_are_no_part_of_an_answer(study):
    (path,) = study.glob("points-000001.*")
    path.write_bytes(path.read_bytes()[:-1])
    assert query(study, "SELECT count(*) AS n FROM points")["n"].tolist() == [7]
    assert study_state(study).damaged == (path.name,)


@pytest.mark.parametrize("ask", [read_table, study_state, lambda folder: query(folder, "FROM points")])
def test_what_is_no_study_is_told(tmp_path, ask):
    with pytest.raises(InputError) as fault:
        ask(tmp_path / "nowhere")
    assert "this is not the folder of a study" in fault.value.message("en")
    assert "这不是研究结果目录" in fault.value.message("zh")


def test_columns_of_any_name_are_kept(tmp_path):
    names = ["waited_Desk", "waited_desk", "Point", 'say "x"; --', "甲.乙"]
    plan = StudyPlan({}, 4, 2, dict.fromkeys(names, "whole"))
    with open_study(tmp_path / "study", plan) as writer:
        for block in writer.missing():
            writer.put(block, {name: np.arange(2) + 10 * number for number, name in enumerate(names)})
    read, _ = read_table(tmp_path / "study")
    assert {name: column.tolist() for name, column in read.items()} == {
        "point": [1, 2, 3, 4],
        **{name: [10 * number, 10 * number + 1] * 2 for number, name in enumerate(names)},
    }


@pytest.mark.parametrize("name", ["a=1", "b[1]", "c'd", "e f 研究", *(["g*h?", 'i"j\\k'] if os.name == "posix" else [])])
def test_folders_of_any_name_are_read(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    folder = type(tmp_path)(name) / "study"
    assert write(folder, planned())
    read, state = read_table(folder)
    assert list(read) == ["point", *planned().columns]
    assert state.complete
    assert query(folder, "SELECT count(*) AS n FROM points")["n"].tolist() == [10]
