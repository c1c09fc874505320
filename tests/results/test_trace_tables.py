"""The two tables of a trace on cases solved by hand, read back from their files."""

import datetime

import duckdb
import pytest

import sim
from sim.engine import trace
from sim.results.trace_tables import OUTCOMES, trace_files

CITY = """\
title: test
assumed: test
run: {start: 2022-03-01, horizon: 2022-03-31}
workflow:
  permit: {needs: {desk: 1}, duration: 4 days}
  start: {after: [permit], not_before: planned_start, needs: {desk: 1, plot: land}, duration: 2 days, patience: 12 days}
pools:
  desk: {kind: servers, capacity: 1}
  plot: {kind: stock, initial: 10 mu, tranches: {dated: {2022-03-20: 5 mu}}}
portfolio:
  projects:
    a: {sector: parks, total: 0.3 bn yuan, invested: 0.1 bn yuan, land: 7 mu, planned_start: 2022-03-08}
    b: {land: 8 mu, joins: 2022-03-03}
    c: {land: 1 mu, joins: 2022-03-10}
    d: {joins: 2022-03-30, planned_start: 2023-01-01}
    e: {joins: 2022-03-30}
"""


@pytest.fixture
def read(tmp_path):
    """(entities, stages) of a scenario, each as rows of column -> value."""

    def run(text: str, replications: int = 1):
        path = tmp_path / "city.yaml"
        path.write_text(text, encoding="utf-8")
        tables = []
        for name, content in trace_files(sim.load(path).run(seed=1, replications=replications, record=True).record).items():
            (tmp_path / name).write_bytes(content)
            answer = duckdb.sql(f"FROM '{tmp_path / name}'")
            tables.append([dict(zip(answer.columns, row, strict=True)) for row in answer.fetchall()])
        return tables

    return run


def march(day):
    return None if day is None else datetime.date(2022, 3, day)


def test_every_value_of_the_entities_is_as_by_hand(read):
    # The desk: a 1-4 March, b 5-8, a's start 9-10 (it asked on the 8th), c 11-14, b's start 20-21, d 30-.
    # b's start asks on the 9th for the desk and 8 mu, of which 3 are left: 5 come on the 20th. c's start asks on the 15th, behind b for
    # land, and has waited twelve days when it leaves. e asks on the 30th, behind d, and waits for the last two days.
    entities, _ = read(CITY)
    columns = ("entity", "sector", "total_yuan", "invested_yuan", "land_mu", "joins", "joins_tick", "planned_start_tick", "leaves_tick")
    assert [tuple(row[column] for column in columns) for row in entities] == [
        ("a", "parks", 300_000_000, 100_000_000, 7, march(1), 0, 7, None),
        ("b", "general", 0, 0, 8, march(3), 2, 2, None),
        ("c", "general", 0, 0, 1, march(10), 9, 9, 26),
        ("d", "general", 0, 0, 0, march(30), 29, 306, None),
        ("e", "general", 0, 0, 0, march(30), 29, 29, None),
    ]
    assert [row["planned_start"] for row in entities] == [march(8), march(3), march(10), datetime.date(2023, 1, 1), march(30)]
    assert [row["leaves"] for row in entities] == [None, None, march(26), None, None]
    waits = {row["entity"]: (row["date_wait_days"], row["waited_desk"], row["waited_plot"]) for row in entities}
    assert waits == {"a": (3, 1, 1), "b": (0, 13, 11), "c": (0, 13, 12), "d": (0, 0, 0), "e": (0, 2, 0)}
    assert {(row["replication"], row["plan_yuan"]) for row in entities} == {(1, 0)}
    assert [row["owner"] for row in entities] == list("abcde")


def test_every_value_of_the_stages_is_as_by_hand(read):
    _, stages = read(CITY)
    dates = ("ready", "requested", "began", "ended")
    told = [
        (row["entity"], row["stage"], *(row[name] for name in dates), row["outcome"], row["date_wait_days"], row["wait_days"])
        for row in stages
    ]
    assert told == [
        (entity, stage, *map(march, days), outcome, *waits)
        for entity, stage, days, outcome, waits in [
            ("a", "permit", (1, 1, 1, 4), "done", (0, 0)),
            ("a", "start", (5, 8, 9, 10), "done", (3, 1)),
            ("b", "permit", (3, 3, 5, 8), "done", (0, 2)),
            ("b", "start", (9, 9, 20, 21), "done", (0, 11)),
            ("c", "permit", (10, 10, 11, 14), "done", (0, 1)),
            ("c", "start", (15, 15, None, 26), "gave_up", (0, 12)),
            ("d", "permit", (30, 30, 30, None), "unfinished", (0, 0)),
            ("e", "permit", (30, 30, None, None), "unfinished", (0, 2)),
        ]
    ]
    ticks = [tuple(row[f"{name}_tick"] for name in dates) for row in stages]
    assert ticks == [
        (0, 0, 0, 4), (4, 7, 8, 10), (2, 2, 4, 8), (8, 8, 19, 21), (9, 9, 10, 14), (14, 14, None, 26), (29, 29, 29, None),
        (29, 29, None, None),
    ]  # fmt: skip
    assert {(row["replication"], row["visit"]) for row in stages} == {(1, 1)}


def test_without_dates_instants_are_days_and_each_visit_stands_in_turn(read):
    # half days; sent back once: the second design begins when the check ends, at 2.5; the whole is over at 5
    entities, stages = read(
        """\
title: test
assumed: test
run: {calendar: plain, horizon: day 10, tick: 0.5 days}
workflow:
  design: {duration: 1.5 days}
  check: {after: [design], duration: 1 days, routes: {design: {probability: 100%}}, rework_at_most: 1}
portfolio: {projects: {a: {joins: day 0.5}}}
"""
    )
    assert [(row["joins"], row["leaves"], row["joins_tick"]) for row in entities] == [(0.5, None, 1)]
    assert [column for column in entities[0] if column.startswith("waited_")] == []
    told = [tuple(row[name] for name in ("stage", "visit", "ready", "began", "ended", "outcome", "ended_tick")) for row in stages]
    assert told == [
        ("design", 1, 0.5, 0.5, 2, "done", 4),
        ("design", 2, 3, 3, 4.5, "done", 9),
        ("check", 1, 2, 2, 3, "done", 6),
        ("check", 2, 4.5, 4.5, 5.5, "done", 11),
    ]


def test_a_stage_without_length_ends_on_the_day_on_which_it_begins(read):
    text = CITY.replace("duration: 4 days", "duration: 0 days")
    _, stages = read(text)
    assert {(row["began"], row["ended"]) for row in stages if row["entity"] == "b" and row["stage"] == "permit"} == {(march(3), march(3))}


def test_names_in_chinese_and_with_quotes_stand_as_they_are(read):
    renamed = {"permit": "许可", "desk": "审批窗口", "plot": "a 'good\" plot", "parks": "园区"}
    text = CITY.replace("    a: ", "    甲: ").replace("[permit]", "[许可]").replace("plot: ", '"a \'good\\" plot": ')
    for old in ("permit", "desk", "parks"):
        text = text.replace(old, renamed[old])
    entities, stages = read(text)
    assert (entities[0]["entity"], entities[0]["owner"], entities[0]["sector"]) == ("甲", "甲", "园区")
    assert [(row["waited_审批窗口"], row[f"waited_{renamed['plot']}"]) for row in entities[:2]] == [(1, 1), (13, 11)]
    assert (stages[0]["entity"], stages[0]["stage"]) == ("甲", "许可")


def test_replications_stand_one_after_the_other(read):
    entities, stages = read(CITY, replications=3)
    assert [row["replication"] for row in entities] == [1] * 5 + [2] * 5 + [3] * 5
    assert [row["replication"] for row in stages] == [1] * 8 + [2] * 8 + [3] * 8
    assert [row["entity"] for row in stages[8:16]] == [row["entity"] for row in stages[:8]]


def test_who_never_joins_is_not_there_and_a_table_may_be_empty(read):
    head, _, _ = CITY.partition("portfolio:")
    entities, stages = read(head + "intake: {rare: {rate: 1 per year}}\n")
    assert (entities, stages) == ([], [])


def test_each_outcome_has_its_word():
    named = {"NOT_YET": "unfinished", "BEFORE": "done_before", "LEFT": "dropped_out"}
    for name in ("NOT_YET", "BEFORE", "DONE", "SKIPPED", "ABSENT", "CANCELLED", "LEFT", "REFUSED", "GAVE_UP"):
        assert OUTCOMES[getattr(trace, name)] == named.get(name, name.lower())


def test_nothing_is_written_where_nothing_was_put_on_record():
    assert trace_files(None) == {}
