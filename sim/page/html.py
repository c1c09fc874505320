"""A run, or a study, as one HTML file: tables, pictures inline, nothing from outside, no script; the same run gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.columns import columns
from sim.errors import Language, MissingPackageError
from sim.errors.problem import printable
from sim.page.sections import Section, Sheet, sheet_of
from sim.page.study import study_sheet
from sim.reports.kept import KeptForecast
from sim.reports.sweep.words import StudyAnswer
from sim.reports.tables import Block, Gap, Heading, Paragraph, Table

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATE = Path(__file__).with_name("page.html")
STYLES = Path(__file__).with_name("page.css")
NARROW_NAMES, NARROW_COLUMNS = 12, 6
"""A table whose names and columns are no wider stays a table on a telephone; of a wider one each row becomes a list."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table with the header that it stands under."""

    text: str
    header: str
    is_number: bool


@dataclass(frozen=True)
class Grid:
    """A table, ready to be written."""

    headers: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    form: str


def require_jinja() -> None:
    """Raise MissingPackageError where Jinja2 is not installed."""
    _environment()


def page_html(kept: KeptForecast, lang: Language) -> str:
    """The whole page of a run. Raises MissingPackageError without Jinja2."""
    return sheet_html(sheet_of(kept, lang), lang)


def study_html(answer: StudyAnswer, versions: Mapping[str, str], lang: Language) -> str:
    """The whole page of a study, and the programs that made it. Raises MissingPackageError without Jinja2."""
    return sheet_html(study_sheet(answer, versions, lang), lang)


def sheet_html(sheet: Sheet, lang: Language) -> str:
    """A page of sections as HTML; every text is escaped. Raises MissingPackageError without Jinja2."""
    template = _environment().from_string(TEMPLATE.read_text(encoding="utf-8"))
    sections = [
        {"blocks": _blocks(section), "pictures": _pictures(section, number), "beside": section.form == "beside"}
        for number, section in enumerate(sheet.sections)
    ]
    return template.render(
        lang={"en": "en", "zh": "zh-Hans"}[lang],
        title=printable(sheet.title),
        notice=printable(sheet.notice),
        styles=_markup(STYLES.read_text(encoding="utf-8")),
        sections=sections,
        footer=[printable(line) for line in sheet.footer],
    )


def _blocks(section: Section) -> list[Mapping[str, object]]:
    """The blocks of a section, each with its kind; the first heading is that of the section."""
    first = next((block for block in section.blocks if isinstance(block, Heading)), None)
    return [_block(block, "h2" if block is first else "h3") for block in section.blocks if not isinstance(block, Gap)]


def _block(block: Block, level: str) -> Mapping[str, object]:
    match block:
        case Heading(text):
            return {"kind": "heading", "text": printable(text), "level": level}
        case Table():
            return {"kind": "table", "table": _grid(block)}
        case Paragraph(text):
            return {"kind": "line", "text": printable(text), "level": "item" if text.startswith(("- ", "  ")) else "plain"}
        case Gap():
            return {"kind": "gap"}


def _grid(table: Table) -> Grid:
    headers = [Cell(_clean(text), "", number >= table.left) for number, text in enumerate(table.headers)]
    rows = [
        [Cell(_clean(text), header.text.replace("\n", " "), header.is_number) for text, header in zip(row, headers, strict=True)]
        for row in table.rows
    ]
    names = max((columns(cell.text) for row in rows for cell in row[: table.left]), default=0)
    fits = names <= NARROW_NAMES and len(headers) <= NARROW_COLUMNS
    return Grid(headers, rows, "small" if fits else "large")


def _clean(text: str) -> str:
    """Text whose lines can be printed."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _pictures(section: Section, number: int) -> list[Mapping[str, object]]:
    from sim.page.inline import inline_svg

    return [
        {"words": printable(picture.words), "svg": _markup(inline_svg(picture.draw(), f"s{number}p{place}-"))}
        for place, picture in enumerate(section.pictures)
    ]


def _markup(text: str) -> str:
    """Text that is HTML already: our own styles, and pictures that matplotlib has escaped."""
    from markupsafe import Markup

    return Markup(text)


def _environment() -> Environment:
    """Raises MissingPackageError where Jinja2 is not installed."""
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as fault:
        raise MissingPackageError(
            'a page needs the package Jinja2, 3.1 or newer; install it with: pip install "Jinja2>=3.1"',
            '生成网页需要软件包 Jinja2（3.1 或更新版本）；安装命令：pip install "Jinja2>=3.1"',
        ) from fault
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
