"""A study's points from a CSV file: a column by factor, a row by point."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from sim.errors import Place, Problem, shown
from sim.scenario.files.document import Node
from sim.scenario.files.folders import FileProblemError, placed, read_bytes, shown_path
from sim.scenario.study.axes import Axis
from sim.scenario.study.schema import MOST_POINTS
from sim.scenario.values.reading import QuantityError

Rows = tuple[tuple[float, ...], ...]
"""A value of every factor, a row by point."""
MOST_PROBLEMS = 20
POINT = "point"
"""A column of this name numbers the points, and is passed over."""


def read_points(name: str, study: Path, axes: Sequence[Axis], root: Node | None) -> tuple[Rows, list[Problem]]:
    """The points, factors in the study's order; and what is wrong with the file."""
    node = root.within(("design", "table", "file")) if root else None
    path = study.parent / name
    try:
        content = read_bytes(path)
        text = content.decode("utf-8-sig")
    except FileProblemError as fault:
        return (), [placed(fault, node.pointed if node else None, "design.table.file")]
    except UnicodeDecodeError:
        return (), [Problem("encoding", Place(shown_path(path), 1, 1), allowed="UTF-8")]
    return _rows(text, shown_path(path), axes)


def _rows(text: str, file: str, axes: Sequence[Axis]) -> tuple[Rows, list[Problem]]:
    lines = text.splitlines() or [""]
    rows = [(number, row) for number, row in enumerate(csv.reader(io.StringIO(text)), 1) if row]
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    problems = _of_header(header, Place(file, 1, 1, lines[0]), [axis.name for axis in axes])
    if not 2 <= len(rows) <= MOST_POINTS + 1:
        problems.append(Problem("range", Place(file, 1, 1, lines[0]), "", f"{max(len(rows) - 1, 0)} rows", f"1 … {MOST_POINTS:,} rows"))
    if problems:
        return (), problems
    columns = [header.index(axis.name) for axis in axes]
    points = []
    for number, row in rows[1:]:
        place = Place(file, number, 1, lines[number - 1] if number <= len(lines) else "")
        if len(row) != len(header):
            problems.append(Problem("type", place, "", f"{len(row)} cells", f"{len(header)} cells"))
            continue
        try:
            points.append(tuple(axis.value(row[column].strip()) for axis, column in zip(axes, columns, strict=True)))
        except QuantityError as fault:
            problems.append(Problem(fault.kind, place, "", fault.found, fault.allowed, fault.suggestion))
    return tuple(points), problems[:MOST_PROBLEMS]


def _of_header(header: Sequence[str], place: Place, names: Sequence[str]) -> list[Problem]:
    """What is wrong with the columns."""
    problems = []
    for name in [cell for cell in header if cell not in {*names, POINT}]:
        close = get_close_matches(name[:80], names, 1, 0.5)
        problems.append(Problem("unknown-key", place, "", shown(name), ", ".join(names), close[0] if close else ""))
    problems += [Problem("missing-key", place, "", "", name) for name in names if name not in header]
    problems += [Problem("duplicate-key", place, "", name) for name in sorted({name for name in header if header.count(name) > 1})]
    return problems
