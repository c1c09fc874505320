"""What a YAML parser cannot read, in words that help: where it is, what stands there, what belongs there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from sim.errors import Place, Problem, shown

QUOTES = "quotes around text that begins so"
KEYS = "keys exactly below each other, each with its colon"
END = "the end of the file"
HINTS = (
    ("that cannot start any token", "", QUOTES),
    ("expected alphabetic or numeric", "", QUOTES),
    ("mapping values are not allowed", ":", 'quotes around text that contains ": "'),
    ("unexpected end of stream", END, "a closing quote"),
    ("undefined alias", "", "the name of an anchor above"),
    ("another document", "---", "one document"),
    ("expected key", "", KEYS),
    ("expected <block end>", "", KEYS),
    ("could not find expected ':'", "", KEYS),
    ("expected '-' indicator", "", "a - before each item"),
    ("expected node content", "", "a value"),
    ("expected the node content", "", "a value"),
    ("expected ',' or", "", "a comma, or the closing bracket"),
    ("expected comment or line break", "", "the text from the next line on"),
    ("expected chomping", "", "the text from the next line on"),
)
"""Of the words of either parser: what was found, which is else the character there, and what helps."""
CLOSING = ("}", "]")
A_KEY = re.compile(r"""\s*(- +)*["'\w.-]+\s*""")
"""All that stands before the colon of a key which is not as far in as its neighbours."""


def syntax_problem(fault: yaml.YAMLError, name: str, lines: Sequence[str]) -> Problem:
    """A fault of syntax of a file's lines; of a bracket that some line above lacks, at the bracket."""
    words = shown(getattr(fault, "problem", None) or type(fault).__name__)
    mark, began = (getattr(fault, which, None) for which in ("problem_mark", "context_mark"))
    if "unexpected end of stream" in words or mark is None:
        mark = began or mark
    elif "expected ',' or" in words and began is not None and (began.line < mark.line or not _character(mark, lines)):
        return Problem(
            "syntax",
            place_at(began, name, lines),
            found=_character(began, lines),
            allowed="commas between its items, and a closing bracket",
        )
    place = place_at(mark, name, lines) if mark else Place(name, 1, 1, lines[0])
    character = _character(mark, lines) if mark else ""
    if character == "\t":
        return Problem("syntax", place, found="a tab", allowed="spaces")
    for part, found, allowed in HINTS:
        if part in words:
            if found == ":" and A_KEY.fullmatch(place.text[: place.column - 1]):
                allowed = KEYS
            if allowed == KEYS and character in CLOSING:
                allowed = "as many brackets closed as opened"
            return Problem("syntax", place, found=found or shown(character) or END, allowed=allowed)
    return Problem("syntax", place, found=words)


def place_at(mark: Any, name: str, lines: Sequence[str]) -> Place:
    """The place of a parser's mark."""
    line = min(mark.line, len(lines) - 1)
    return Place(name, line + 1, mark.column + 1, lines[line])


def _character(mark: Any, lines: Sequence[str]) -> str:
    """What stands at a mark, nothing at the end of the file."""
    return lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
