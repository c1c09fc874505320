"""Ledgers: a project a row, told by Chinese or English headers, checked like a scenario's own projects."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.scenario.files.ledger import FIELDS, read_ledger
from sim.scenario.loading import Loaded, load
from sim.scenario.schema import Project

YI = 100_000_000
SCENARIO = """\
title: Town
run: {start: 2022-01-01, horizon: 2022-12-31}
workflow:
  land: {}
  build: {after: [land], spends: true}
portfolio:
  ledger: ledger.csv
"""
CHINESE = """\
项目编号,项目名称,总投资（亿元）,年度计划,累计完成,县市区,计划开工,建设性质,已完成环节,用地
P1,"大桥, 一期",3.5,1亿元,,衡东县,2022/3/1,新建,,20亩

P2,学校,4,2亿元,1 亿元,高新区,2022-02-01,续建,land,
"""


def rows(text: str) -> dict[str, object]:
    projects, problems = read_ledger(text.encode(), "ledger.csv")
    assert problems == []
    return {name: node.plain() for name, node in projects.items()}


def faults(content: str | bytes) -> list[tuple[str, str]]:
    """Kind and place of each problem."""
    _, problems = read_ledger(content.encode() if isinstance(content, str) else content, "ledger.csv")
    return [(problem.kind, str(problem.place)) for problem in problems]


def loaded(folder: Path, ledger: str, scenario: str = SCENARIO, encoding: str = "utf-8") -> Loaded:
    (folder / "ledger.csv").write_bytes(ledger.encode(encoding))
    (folder / "town.yaml").write_text(scenario, encoding="utf-8")
    return load(folder / "town.yaml")


def refused(folder: Path, ledger: str, scenario: str = SCENARIO) -> list[tuple[str, str, int]]:
    """Kind, file and line of each problem of a scenario with a ledger."""
    with pytest.raises(InputError) as fault:
        loaded(folder, ledger, scenario)
    return [(problem.kind, Path(problem.place.file).name, problem.place.line) for problem in fault.value.problems if problem.place]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_ledger_is_read_in_each_encoding_that_offices_write(tmp_path: Path, encoding: str) -> None:
    portfolio = loaded(tmp_path, CHINESE, encoding=encoding).scenario.portfolio
    bridge, school = portfolio.projects["P1"], portfolio.projects["P2"]
    assert bridge.title
    assert (bridge.title.zh, bridge.total, bridge.plan, bridge.land, bridge.kind) == ("大桥, 一期", 35 * YI // 10, YI, 20, "new")
    assert (school.total, school.invested, school.kind, school.done, school.district) == (4 * YI, YI, "continuing", ("land",), "高新区")
    assert str(bridge.planned_start) == "2022-03-01"


def test_every_field_of_a_listed_project_that_one_value_tells_has_a_column() -> None:
    assert set(FIELDS.values()) == (set(Project.model_fields) - {"dropout", "walks", "funding"}) | {"id"}


def test_english_headers_and_tabs_serve_as_well() -> None:
    assert rows("id\ttotal\tpriority\nP1\t5 bn yuan\t3\n") == {"P1": {"total": "5 bn yuan", "priority": 3}}


def test_a_unit_in_the_header_holds_for_bare_numbers_only() -> None:
    assert rows('id,总投资(万元)\nP1,"1,000"\nP2,5亿元\n') == {"P1": {"total": "1,000 万元"}, "P2": {"total": "5亿元"}}


def test_a_number_of_a_ledger_is_stated_and_its_origin_is_its_cell(tmp_path: Path) -> None:
    town = loaded(tmp_path, CHINESE)
    origin = town.origins["portfolio.projects.P2.plan"]
    assert (origin.kind, Path(origin.source).name, origin.place.line, origin.place.column) == ("stated", "ledger.csv", 4, 9)
    assert town.provenance() == {"stated": 6, "observed": 0, "assumed": 0, "fitted": 0}


def test_what_the_scenario_says_of_a_project_goes_over_its_row(tmp_path: Path) -> None:
    text = SCENARIO + "  projects:\n    P1: {plan: {value: 0.5亿元, assumed: late}}\n    P2: null\n"
    projects = loaded(tmp_path, CHINESE, text).scenario.portfolio.projects
    assert list(projects) == ["P1"]
    assert (projects["P1"].plan, projects["P1"].total) == (YI // 2, 35 * YI // 10)


def test_set_reaches_a_project_of_the_ledger(tmp_path: Path) -> None:
    loaded(tmp_path, CHINESE)
    town = load(tmp_path / "town.yaml", sets=["portfolio.projects.P1.plan=3亿元", "portfolio.projects.P2=null"])
    assert list(town.scenario.portfolio.projects) == ["P1"]
    assert town.scenario.portfolio.projects["P1"].plan == 3 * YI
    assert list(town.as_written.portfolio.projects) == ["P1", "P2"]


def test_cells_are_checked_like_values_of_a_scenario(tmp_path: Path) -> None:
    ledger = (
        "id,total,plan,at,done,priority,invested\nP1,5,1亿元,,,,\nP2,5亿元,6亿元,,,,\nP3,5亿元,1亿元,biuld,,,\nP4,5亿元,1亿元,,lnd,x,\n"
    )
    assert refused(tmp_path, ledger) == [
        ("bare-number", "ledger.csv", 2),
        ("plan", "ledger.csv", 3),
        ("unknown-stage", "ledger.csv", 4),
        ("unknown-stage", "ledger.csv", 5),
        ("type", "ledger.csv", 5),
    ]


def test_sums_are_not_judged_where_a_row_could_not_be_read(tmp_path: Path) -> None:
    text = SCENARIO + "  lists: {year: {count: {value: 2, assumed: x}}}\n"
    assert refused(tmp_path, "id,list,total\nP1,year,1亿元\n,year,1亿元\n", text) == [("missing-key", "ledger.csv", 3)]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", [("empty", "ledger.csv:1:1")]),
        ("\n\n", [("empty", "ledger.csv:1:1")]),
        ("项目名称,总投资\n大桥,5亿元\n", [("missing-key", "ledger.csv:1:1")]),
        ("id,titel\nP1,x\n", [("unknown-key", "ledger.csv:1:4")]),
        ("id,总投资,计划总投资\nP1,1亿元,1亿元\n", [("duplicate-key", "ledger.csv:1:8")]),
        ("id,title\nP1,a\nP1,b\n", [("duplicate-key", "ledger.csv:3:1")]),
        ("id,title\nP1,a\n合计,b\n", [("ledger-total", "ledger.csv:3:1")]),
        ("id,title\nP1,a\n,总 计\n", [("ledger-total", "ledger.csv:3:2")]),
        ("id,title\nP1,a\n,b\n", [("missing-key", "ledger.csv:3:1")]),
        ("id,title\nP1,a,b\n", [("ledger", "ledger.csv:2:6")]),
        ('id,title\nP1,"a\n', [("ledger", "ledger.csv:1:1")]),
        ('id,title\nP1,a\nP2,"a"b\n', [("ledger", "ledger.csv:2:1")]),
        (b"id\n\xff\xff\xff\n", [("encoding", "ledger.csv:1:1")]),
        (b"a" * 2_000_001, [("too-large", "ledger.csv:1:1")]),
        ("id\n" + "".join(f"P{n}\n" for n in range(20_001)), [("too-large", "ledger.csv:20002:1")]),
    ],
)
def test_each_fault_of_a_ledger_is_told_at_its_cell(content: str | bytes, found: list[tuple[str, str]]) -> None:
    assert faults(content) == found


@given(st.binary(max_size=120))
def test_no_bytes_raise(content: bytes) -> None:
    projects, problems = read_ledger(content, "ledger.csv")
    assert isinstance(projects, dict)
    assert all(problem.render(lang) for problem in problems for lang in ("en", "zh"))


@given(st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=4), max_size=5), st.permutations(["id", "title", "total", "unit"]))
def test_no_table_raises_and_every_cell_is_at_its_place(cells: list[list[str]], header: list[str]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([header, *cells])
    projects, problems = read_ledger(text.getvalue().encode("utf-8", "replace"), "ledger.csv")
    assert projects or problems or not any(cell.strip() for row in cells for cell in row)
