"""Reads an HTML page as its reader does: its tables, its words, and whatever it would fetch or run."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br"}
FETCHING = {"src", "href", "xlink:href", "srcset", "action", "data", "poster", "background", "ping"}


@dataclass
class Table:
    """Headers and rows of text."""

    headers: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


class Reader(HTMLParser):
    """Tables, words outside pictures and styles, tags, and attributes that fetch."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Table] = []
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.fetched: list[str] = []
        self.handlers: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self._attributes(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag == "td":
            self.tables[-1].rows[-1].append("")
        elif tag == "th":
            self.tables[-1].headers.append("")

    def handle_startendtag(self, tag, attributes):
        self.tags.add(tag)
        self._attributes(attributes)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, text):
        if "svg" in self.open or "style" in self.open:
            return
        if self.open and self.open[-1] == "td":
            self.tables[-1].rows[-1][-1] += text
        elif self.open and self.open[-1] == "th":
            self.tables[-1].headers[-1] += text
        if text.strip():
            self.words.append(text.strip())

    def _attributes(self, attributes):
        for name, value in attributes:
            if name in FETCHING:
                self.fetched.append(value)
            if name.startswith("on"):
                self.handlers.append(name)
            if name == "id":
                self.ids.append(value)

    def table(self, first: str) -> Table:
        """The table whose first header this is, without its empty rows."""
        found = next(table for table in self.tables if table.headers[:1] == [first])
        return Table(found.headers, [row for row in found.rows if row])
