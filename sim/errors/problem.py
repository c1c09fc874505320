"""One fault of an input: what is wrong, where, what was found, what is allowed, what was perhaps meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sim.columns import columns
from sim.errors.wording import KINDS, LABELS, PHRASES

Language = Literal["en", "zh"]
Severity = Literal["error", "warning"]

LONGEST_SHOWN = 80
"""Characters of a value that a message repeats."""
WIDEST_LINE = 140
"""Columns of a source line that a message repeats."""


@dataclass(frozen=True)
class Place:
    """A position in a file as the user would type it; line and column count from 1; `text` is the source line."""

    file: str
    line: int
    column: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """A fault, or a doubt (`warning`); `kind` is a row of the wording table, `path` the dotted path within the scenario."""

    kind: str
    place: Place | None = None
    path: str = ""
    found: str = ""
    allowed: str = ""
    suggestion: str = ""
    severity: Severity = "error"
    arguments: Mapping[str, str] = field(default_factory=dict, hash=False)

    def message(self, language: Language) -> str:
        """What is wrong, in words; a kind that the table lacks stands for itself."""
        words = KINDS.get(self.kind)
        text = (words.zh if language == "zh" else words.en) if words else self.kind
        for name, value in self.arguments.items():
            text = text.replace("{" + name + "}", value)
        return printable(text)

    def sentence(self, language: Language) -> str:
        """What is wrong, what was found, what is allowed, what was perhaps meant: one line."""
        label = LABELS[language]
        parts = [self.message(language)]
        if self.found:
            parts.append(label.found.format(_phrase(self.found, language)))
        if self.allowed:
            parts.append(label.allowed.format(_phrase(self.allowed, language)))
        if self.suggestion:
            parts.append(label.suggestion.format(_phrase(self.suggestion, language)))
        return label.separator.join(parts)

    def render(self, language: Language) -> str:
        """`file:line:col path: sentence`, then the source line with a caret under the place."""
        label = LABELS[language]
        before = " ".join(part for part in (str(self.place) if self.place else "", self.path) if part)
        doubt = label.warning if self.severity == "warning" else ""
        head = printable(before) + (label.colon if before else "") + doubt + self.sentence(language)
        if self.place is None or not self.place.text.strip():
            return head
        return "\n".join((head, *_pointed(self.place)))


def shown(value: object) -> str:
    """A value as a message repeats it: printable, in one line, cut at 80 characters."""
    try:
        text = value if isinstance(value, str) else str(value)
    except (ValueError, RecursionError):  # whole numbers of more digits than Python prints; lists without end
        text = type(value).__name__
    text = printable(text[: 2 * LONGEST_SHOWN]).strip()
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def printable(text: str) -> str:
    """Text that cannot steer a terminal: whatever does not print becomes a space."""
    return "".join(character if character.isprintable() else " " for character in text)


def _phrase(text: str, language: Language) -> str:
    """A phrase, or several joined by semicolons, in a language."""
    if language == "zh":
        text = "；".join(PHRASES.get(part, part) for part in text.split("; "))
    return printable(text)


def _pointed(place: Place) -> tuple[str, str]:
    """The source line and a caret under its column; of a long line, the part around the column."""
    text = printable(place.text.rstrip("\r\n"))
    column = min(max(place.column - 1, 0), len(text))
    first = 0 if len(text) <= WIDEST_LINE else max(0, column - WIDEST_LINE // 2)
    indent = "  " + ("…" if first else "")
    before = text[first:column]
    line = indent + text[first : first + WIDEST_LINE]
    return line.rstrip(), " " * len(indent) + " " * columns(before) + "^"
