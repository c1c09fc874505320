"""A page as a fragment of HTML, for a notebook: headings, lines and tables, every text escaped, nothing styled but the sides of columns."""

from __future__ import annotations

from html import escape

from sim.errors.problem import printable
from sim.reports.tables import Block, Gap, Heading, Page, Paragraph, Table


def as_fragment(page: Page) -> str:
    """The page within one `div`."""
    return f"<div>{''.join(map(_block, page))}</div>"


def _block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<p><strong>{_text(text)}</strong></p>"
        case Paragraph(text):
            return f"<p>{_text(text)}</p>"
        case Gap():
            return ""
        case Table():
            head = "".join(_cell("th", text, number >= block.left) for number, text in enumerate(block.headers))
            rows = ("".join(_cell("td", text, number >= block.left) for number, text in enumerate(row)) for row in block.rows)
            return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"


def _cell(kind: str, text: str, is_number: bool) -> str:
    side = "right" if is_number else "left"
    return f'<{kind} style="text-align: {side}">{_text(text)}</{kind}>'


def _text(text: str) -> str:
    return "<br>".join(escape(printable(line)) for line in text.split("\n"))
