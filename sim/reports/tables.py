"""What a page is made of, and how it is drawn as text: headings, paragraphs and tables within 80 columns.

Columns line up under Chinese too, whose characters take two columns each. Only characters of GBK and only plain ones for rules are
used, since Chinese consoles draw line characters twice as wide.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.box import Box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from sim.columns import wrapped
from sim.errors.problem import printable

WIDTH = 80
HEADER_WIDTH = 18
"""Columns of the widest header over numbers."""
RULED = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
"""A rule of hyphens under the header and no other line."""


@dataclass(frozen=True)
class Heading:
    """A line that says what follows."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Sentences, wrapped; lines after the first are indented."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows under headers; the first `left` columns stand left, the others (numbers) right."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 1


@dataclass(frozen=True)
class Gap:
    """An empty line."""


Block = Heading | Paragraph | Table | Gap
Page = Sequence[Block]


def draw(page: Page, console: Console) -> None:
    """Draw a page on a console, which decides on colours."""
    for block in page:
        match block:
            case Heading(text):
                console.print(Text(printable(text), style="bold"))
            case Paragraph(text):
                _draw_paragraph(printable(text), console)
            case Table():
                console.print(_rich_table(block))
            case Gap():
                console.print()


def as_text(page: Page) -> str:
    """A page as plain text of 80 columns, without colours and without spaces at the ends of lines."""
    target = io.StringIO()
    draw(page, plain_console(target))
    return "".join(line.rstrip() + "\n" for line in target.getvalue().splitlines())


def plain_console(target: io.StringIO) -> Console:
    """A console that writes plain text, whatever the surroundings say."""
    return Console(
        file=target,
        width=WIDTH,
        color_system=None,
        force_terminal=False,
        force_jupyter=False,
        legacy_windows=False,
        highlight=False,
        _environ={},
    )


def joined(pages: Iterable[Page]) -> list[Block]:
    """Pages one after another with an empty line between; empty ones leave none."""
    blocks: list[Block] = []
    for page in pages:
        if page:
            blocks += [Gap(), *page] if blocks else page
    return blocks


def _draw_paragraph(text: str, console: Console) -> None:
    """The first line at the margin, the others indented by two columns."""
    for number, line in enumerate(wrapped(text, min(console.width, WIDTH) - 2)):
        console.print(Text(line if number == 0 else "  " + line), no_wrap=True)


def _rich_table(table: Table) -> RichTable:
    drawn = RichTable(box=RULED, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="")
    for number, header in enumerate(table.headers):
        justify: Literal["left", "right"] = "left" if number < table.left else "right"
        drawn.add_column(
            _lines(header if number < table.left else _wrapped(header)), justify=justify, overflow="fold", no_wrap=number >= table.left
        )
    for row in table.rows:
        drawn.add_row(*(_lines(cell) for cell in row))
    return drawn


def _wrapped(header: str) -> str:
    """A header of numbers broken into lines, so that its column stays narrow."""
    return "\n".join(part for line in header.split("\n") for part in wrapped(line, HEADER_WIDTH))


def _lines(cell: str) -> Text:
    """A cell's text, of one or more lines."""
    return Text("\n".join(printable(line) for line in cell.split("\n")))
