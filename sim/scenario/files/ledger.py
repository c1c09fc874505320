"""A ledger: a CSV file with one listed project a row, read into the same nodes as a scenario's own projects.

Columns are named by their field or by a Chinese word, with the unit of bare numbers behind it if need be: `总投资（万元）`. Text is UTF-8
with or without BOM, or GBK. Every cell keeps its place, so that the checks and messages of a scenario serve for a ledger too.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from sim.errors import Place, Problem, shown
from sim.scenario.files.document import LARGEST_FILE, Node, Source, resolve
from sim.scenario.shape import Shape, scenario_shape
from sim.scenario.values.units import UNITS

ENCODINGS = ("utf-8-sig", "gb18030")
MOST_ROWS = 20_000
LONGEST_CELL = 1_000

HEADERS = {
    "id": "id 编号 项目编号 项目编码 项目代码 序号",
    "title": "title 名称 项目 项目名称",
    "list": "list 清单 项目清单 批次",
    "kind": "kind 类型 项目类型 建设类型 建设性质",
    "at": "at 环节 当前环节 所处环节 项目阶段",
    "done": "done 已完成环节 已办环节",
    "planned_start": "planned_start 计划开工 计划开工时间 计划开工日期",
    "priority": "priority 优先级",
    "sector": "sector 行业 所属行业 领域 类别 产业类别",
    "district": "district 县市区 区县 所在区县 所在地 建设地点",
    "unit": "unit 责任单位 牵头单位",
    "level": "level 级别 项目级别 项目层级",
    "total": "total 总投资 投资总额 计划总投资 项目总投资",
    "invested": "invested 累计完成 累计完成投资 已完成投资",
    "plan": "plan 年度计划 年度投资计划 年度计划投资 本年计划投资 当年计划",
    "land": "land 用地 用地面积 用地需求",
    "region": "region 投资方来源 来源地",
    "flags": "flags 标识 标签",
    "joins": "joins 入库时间 列入时间 列入日期",
}
"""Field -> the names of its column."""
FIELDS = {name: field for field, names in HEADERS.items() for name in names.split()}
KINDS = {
    "续建": "continuing",
    "新建": "new",
    "新开工": "new",
    "拟新开工": "new",
    "储备": "reserve",
    "招商": "attracted",
    "招商引资": "attracted",
}
TOTALS = {"合计", "总计", "小计", "total", "subtotal"}
DATES = frozenset({"planned_start", "joins"})
LISTS = frozenset({"done", "flags"})
DATE = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})", re.ASCII)
HEADER = re.compile(r"(.*?)\s*[(\[](?:单位[:：]?\s*)?([^()\[\]]+)[)\]]\s*")
BARE = re.compile(r"[+-]?[\d,]*\.?\d+", re.ASCII)
SEPARATOR = re.compile(r"[;；、|]")


@dataclass(frozen=True)
class Column:
    """A column of a ledger: the field it fills and the unit of its bare numbers."""

    field: str
    unit: str = ""


@dataclass(frozen=True)
class Cell:
    """Text of a cell and where it begins."""

    text: str
    place: Place


def read_ledger(content: bytes, name: str) -> tuple[dict[str, Node], list[Problem]]:
    """The projects of a ledger by id, and its problems."""
    if len(content) > LARGEST_FILE:
        return {}, [Problem("too-large", Place(name, 1, 1), found=f"{len(content):,} bytes", allowed=f"≤ {LARGEST_FILE:,} bytes")]
    text = decoded(content)
    if text is None:
        return {}, [Problem("encoding", Place(name, 1, 1), allowed="UTF-8, GBK, GB18030")]
    reader = Reader(name)
    try:
        reader.rows(records(text, name))
    except csv.Error as fault:
        reader.problems.append(Problem("ledger", Place(name, reader.line, 1), found=shown(str(fault))))
    return reader.projects, reader.problems


def decoded(content: bytes) -> str | None:
    """The text of a CSV file in the first encoding that fits, None where none does."""
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def records(text: str, name: str) -> Iterator[list[Cell]]:
    """The rows of a CSV text that hold anything, with the place of each cell; raises csv.Error."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    delimiter = "\t" if lines[0].count("\t") > lines[0].count(",") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    first = 1
    for row in rows:
        line = lines[min(first, len(lines)) - 1].rstrip("\r\n")
        columns = starts(line, delimiter)
        places = (Place(name, first, columns[min(i, len(columns) - 1)], line) for i in range(len(row)))
        cells = [Cell(cell.strip(), place) for cell, place in zip(row, places, strict=True)]
        first = rows.line_num + 1
        if any(cell.text for cell in cells):
            yield cells


def starts(line: str, delimiter: str) -> list[int]:
    """The columns, from 1, at which the cells of a line begin."""
    found, quoted = [1], False
    for column, character in enumerate(line, 1):
        quoted ^= character == '"'
        if character == delimiter and not quoted:
            found.append(column + 1)
    return found


@dataclass
class Reader:
    """Reads the rows of one ledger into projects."""

    name: str
    projects: dict[str, Node] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    line: int = 1

    def rows(self, rows: Iterator[list[Cell]]) -> None:
        """Read the header, then every row."""
        header = next(rows, None)
        if header is None:
            self._report("empty", Place(self.name, 1, 1))
            return
        columns = self._columns(header)
        if "id" not in {column.field for column in columns if column}:
            self._report("missing-key", header[0].place, path="id", allowed=HEADERS["id"].replace(" ", ", "))
            return
        for count, row in enumerate(rows):
            self.line = row[0].place.line
            if count >= MOST_ROWS:
                self._report("too-large", row[0].place, allowed=f"≤ {MOST_ROWS:,}")
                return
            self._row(columns, row)

    def _columns(self, header: list[Cell]) -> list[Column | None]:
        """The columns named by a header; None where a name is unknown, empty or there already."""
        columns: list[Column | None] = []
        for cell in header:
            column = _column(cell.text)
            if column is None and cell.text:
                close = get_close_matches(cell.text[:40], FIELDS, n=1, cutoff=0.5)
                self._report("unknown-key", cell.place, cell.text, cell.text, ", ".join(HEADERS), close[0] if close else "")
            elif column is not None and column.field in {other.field for other in columns if other}:
                self._report("duplicate-key", cell.place, column.field, cell.text)
                column = None
            columns.append(column)
        return columns

    def _row(self, columns: list[Column | None], row: list[Cell]) -> None:
        """Read one row into a project."""
        for cell in row[len(columns) :]:
            if cell.text:
                self._report("ledger", cell.place, found=cell.text, allowed=f"≤ {len(columns)} cells")
        cells = {column.field: (column, cell) for column, cell in zip(columns, row, strict=False) if column and cell.text}
        total = next((cell for _, cell in cells.values() if cell.text.replace(" ", "").lower() in TOTALS), None)
        if total is not None:
            self._report("ledger-total", total.place, found=total.text)
        elif "id" not in cells:
            self._report("missing-key", row[0].place, path="portfolio.projects.….id", allowed="id")
        else:
            self._project(cells.pop("id")[1], cells)

    def _project(self, name: Cell, cells: dict[str, tuple[Column, Cell]]) -> None:
        if name.text in self.projects:
            first = self.projects[name.text].place
            self._report("duplicate-key", name.place, f"portfolio.projects.{name.text}", name.text, f"{first.file}:{first.line}")
            return
        values = {column.field: self._node(column, cell) for column, cell in cells.values()}
        self.projects[name.text] = Node(values, name.place, name.place)

    def _node(self, column: Column, cell: Cell) -> Node:
        """A cell as a value of its field."""
        shape = project_shape().child(column.field)
        source = Source("stated", self.name) if shape.number and not shape.instant and not shape.kindless else None
        if column.field in LISTS:
            parts = [part.strip() for part in SEPARATOR.split(cell.text) if part.strip()]
            return Node([Node(part, cell.place) for part in parts], cell.place, cell.place)
        return Node(value_of(column, cell.text, shape), cell.place, cell.place, source)

    def _report(self, kind: str, place: Place, path: str = "", found: str = "", allowed: str = "", suggestion: str = "") -> None:
        self.problems.append(Problem(kind, place, path, shown(found), allowed, suggestion))


def _column(header: str) -> Column | None:
    """The column of a header, with the unit behind it."""
    plain = unicodedata.normalize("NFKC", header).strip()
    unit = ""
    if (match := HEADER.fullmatch(plain)) and "".join(match.group(2).lower().split()) in UNITS:
        plain, unit = match.group(1), match.group(2)
    name = FIELDS.get(plain.lower())
    return Column(name, unit) if name else None


def value_of(column: Column, text: str, shape: Shape) -> object:
    """A cell's text as the value that a scenario would hold."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if column.field in DATES and (match := DATE.fullmatch(plain)):
        year, month, day = match.groups()
        return f"{year}-{int(month):02d}-{int(day):02d}"
    if column.field == "kind":
        return KINDS.get(plain, plain)
    if not shape.number:
        return text
    return f"{plain} {column.unit}" if column.unit and BARE.fullmatch(plain) else resolve(plain)


def project_shape() -> Shape:
    """The shape of a listed project."""
    return scenario_shape().at(("portfolio", "projects", ""))
