"""How wide text is on a terminal, and how it is broken into lines, also where it is Chinese."""

from __future__ import annotations

import re
import unicodedata

CLOSING, OPENING = "，。；：、？！）》”", "（《“"
TOKEN = re.compile(rf"[{OPENING}]*(?:[\u2e80-\u9fff]|[^\s{CLOSING}{OPENING}\u2e80-\u9fff]+)?[{CLOSING}]*\s*")
"""A word or one Chinese character, with the marks and the space that stay with it."""


def columns(text: str) -> int:
    """Columns that a text takes: two for a wide character, such as a Chinese one, none for a combining one."""
    return sum(0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken between words and between Chinese characters, never before a closing mark."""
    lines, room = [""], width
    for token in TOKEN.findall(text):
        if columns(token.rstrip()) > room and lines[-1]:
            lines.append("")
            room = width
        pieces = _chopped(token, width) if columns(token.rstrip()) > width else [token]
        lines[-1] += pieces[0]
        lines += pieces[1:]
        room = width - columns(lines[-1])
    return [line.rstrip() for line in lines]


def _chopped(token: str, width: int) -> list[str]:
    """A word that is wider than a line, in pieces that are not."""
    pieces = [""]
    for one in token:
        if columns(pieces[-1] + one) > width and pieces[-1]:
            pieces.append("")
        pieces[-1] += one
    return pieces
