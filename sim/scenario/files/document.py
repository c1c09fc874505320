"""YAML with positions: a document as nodes that know their file, line and column.

Only what a scenario needs is read: mappings, lists, text, whole and decimal numbers, true, false and null. Everything else, dates and
`no` and `12:30` and `110 bn yuan` among it, stays text. Whatever the bytes are, the answer is nodes and problems, never an exception.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NoReturn, cast

import yaml

from sim.errors import Place, Problem, shown
from sim.scenario.files.syntax import place_at, syntax_problem

LARGEST_FILE = 2_000_000
"""Bytes."""
DEEPEST = 40
"""Levels of nesting, aliases followed."""
MOST_NODES = 200_000
"""Nodes of a document, aliases followed."""
LONGEST_NUMBER = 40
"""Characters; longer ones stay text."""

WHOLE = re.compile(r"[-+]?(?:0|[1-9]\d*)", re.ASCII)
DECIMAL = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
THOUSANDS = re.compile(r"\d{3}(?!\d)", re.ASCII)
ENDS_IN_DIGIT = re.compile(r"\d$", re.ASCII)
ENDS_IN_FEW_DIGITS = re.compile(r"(?<![\d.])\d{1,3}$", re.ASCII)
CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What YAML 1.1 counts as the end of a line."""
UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE
PLAIN = frozenset({None, ""})
"""The style of a scalar without quotes, as the two loaders give it."""


class Broken:
    """Stands for a value that has been found faulty already, so that nothing more is said of it."""

    def __repr__(self) -> str:
        return "?"


BROKEN = Broken()


@dataclass(frozen=True)
class Source:
    """Where a number comes from: its kind, in whose words, and the fact that states it."""

    kind: str
    text: str
    fact: str | None = None


@dataclass(frozen=True)
class Node:
    """A value with the place where it stands, that of its key, and where it comes from if it is a number."""

    value: Any
    place: Place
    key_place: Place | None = None
    source: Source | None = None

    @property
    def mapping(self) -> dict[str, Node] | None:
        """Its children by key, None if it is no mapping."""
        return self.value if isinstance(self.value, dict) else None

    @property
    def start(self) -> Place:
        """The place of its key, or its own where it has none."""
        return self.key_place or self.place

    @property
    def pointed(self) -> Place:
        """The place that a message about its value points at: the value, or the key of a mapping or list that begins on a later line."""
        if isinstance(self.value, dict | list) and self.start.line != self.place.line:
            return self.start
        return self.place

    def within(self, parts: tuple[str | int, ...]) -> Node | None:
        """The node at a path below this one, None where there is none."""
        node = self
        for part in parts:
            child = node.child(part)
            if child is None:
                return None
            node = child
        return node

    def child(self, part: str | int) -> Node | None:
        """The node of a key or an index, None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(part)
        if isinstance(self.value, list) and isinstance(part, int) and part < len(self.value):
            return cast(Node, self.value[part])
        return None

    def plain(self) -> Any:
        """Its value without places: mappings, lists (as tuples) and scalars; keys whose value is null are left out."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items() if child.value is not None}
        if isinstance(self.value, list):
            return tuple(child.plain() for child in self.value)
        return self.value

    def children(self) -> Iterable[tuple[str | int, Node]]:
        """The nodes right below, with their keys or indices."""
        return self.value.items() if isinstance(self.value, dict) else enumerate(self.value) if isinstance(self.value, list) else ()

    def nodes(self) -> Iterator[tuple[str | int, Node]]:
        """Every node below, with its own key or index."""
        for key, child in self.children():
            yield key, child
            yield from child.nodes()

    def leaves(self, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Node]]:
        """Every scalar below, with its path."""
        if isinstance(self.value, dict):
            for key, child in self.value.items():
                yield from child.leaves((*path, key))
        elif isinstance(self.value, list):
            for index, child in enumerate(self.value):
                yield from child.leaves((*path, index))
        else:
            yield path, self


def read_document(content: bytes, name: str) -> tuple[Node | None, list[Problem]]:
    """The root of a YAML file and its problems; None where it cannot be read on, as for a fault of syntax."""
    if len(content) > LARGEST_FILE:
        return None, [Problem("too-large", Place(name, 1, 1), found=f"{len(content):,} bytes", allowed=f"≤ {LARGEST_FILE:,} bytes")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return None, [_encoding_problem(content, fault.start, name)]
    root, problems = read_text(text, name)
    if not problems and (root is None or root.value is None):
        return None, [Problem("empty", root.place if root else Place(name, 1, 1))]
    return root, problems


def _encoding_problem(content: bytes, position: int, name: str) -> Problem:
    before = content[:position].decode("utf-8-sig", errors="replace")
    lines = LINE_END.split(before)
    return Problem("encoding", Place(name, len(lines), len(lines[-1]) + 1), found=f"0x{content[position]:02X}", allowed="UTF-8")


def read_text(text: str, name: str, shown_as: str | None = None) -> tuple[Node | None, list[Problem]]:
    """As `read_document`, of text, which may be empty; messages show the lines of `shown_as` in its place."""
    lines = LINE_END.split(text if shown_as is None else shown_as)
    if match := UNPRINTABLE.search(text):
        before = LINE_END.split(text[: match.start()])
        place = Place(name, len(before), len(before[-1]) + 1, lines[min(len(before), len(lines)) - 1])
        return None, [Problem("syntax", place, found=f"U+{ord(match.group()):04X}")]
    builder = Builder(name, lines)
    try:
        root = builder.document(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as fault:
        return None, [*builder.problems, syntax_problem(fault, name, builder.lines)]
    except _NotReadError as fault:
        return None, [*builder.problems, fault.problem]
    return root, builder.problems


class _NotReadError(Exception):
    """The document cannot be read on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class _Built:
    """A node with the number of nodes in it and their depth."""

    node: Node
    size: int = 1
    height: int = 1


@dataclass
class Builder:
    """Builds nodes from the parser's events, and gathers what does not stop it."""

    name: str
    lines: list[str]
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, _Built] = field(default_factory=dict)
    size: int = 0

    def document(self, events: Iterator[Any]) -> Node | None:
        """The root of the only document."""
        root = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    self._stop("syntax", event, found="---", allowed="one document")
                root = self.build(next(events), events, 1).node
        return root

    def build(self, event: Any, events: Iterator[Any], depth: int) -> _Built:
        """The node that begins with `event`."""
        if depth > DEEPEST:
            self._stop("depth", event, allowed=f"≤ {DEEPEST}")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        if event.tag is not None:
            self._report("tag", self.place(event), found=event.tag.replace("tag:yaml.org,2002:", "!!"))
        self._count(event, 1)
        match event:
            case yaml.MappingStartEvent():
                built = self._mapping(event, events, depth)
            case yaml.SequenceStartEvent():
                built = self._sequence(event, events, depth)
            case _:
                built = _Built(Node(self._scalar(event), self.place(event)))
        if event.anchor is not None:
            self.anchors[event.anchor] = built
        return built

    def _alias(self, event: Any, depth: int) -> _Built:
        built = self.anchors.get(event.anchor)
        if built is None:
            self._stop("syntax", event, found=f"*{event.anchor}", allowed="the name of an anchor above")
        if depth + built.height > DEEPEST:
            self._stop("depth", event, allowed=f"≤ {DEEPEST}")
        self._count(event, built.size)
        return built

    def _sequence(self, start: Any, events: Iterator[Any], depth: int) -> _Built:
        began: list[Any] = []
        built: list[_Built] = []
        for event in _until(yaml.SequenceEndEvent, events):
            began.append(event)
            built.append(self.build(event, events, depth + 1))
        items: list[Node] = []
        for first, end in _cut_numbers(began):
            item = built[first].node
            if end > first + 1:
                written = ",".join(event.value for event in began[first:end])
                self._report("number", item.place, written, suggestion=f'"{written}"')
                item = replace(item, value=BROKEN)
            items.append(item)
        return _grouped(Node(items, self.place(start)), built)

    def _mapping(self, start: Any, events: Iterator[Any], depth: int) -> _Built:
        children: dict[str, Node] = {}
        built: list[_Built] = []
        broken = False
        for event in _until(yaml.MappingEndEvent, events):
            place, key = self.place(event), self._key(event, events, depth)
            value = self.build(next(events), events, depth + 1)
            built.append(value)
            if key is None:
                broken = True
            elif (before := _cut_number(event, key, value.node, children)) is not None:
                written = f"{children[before].value},{key}"
                self._report("number", children[before].place, written, suggestion=f'"{written}"')
                children[before] = replace(children[before], value=BROKEN)
            elif key in children:
                self._report("duplicate-key", place, found=key, allowed=f"{self.name}:{children[key].start.line}")
            else:
                children[key] = replace(value.node, key_place=place)
        return _grouped(Node(BROKEN if broken else children, self.place(start)), built)

    def _key(self, event: Any, events: Iterator[Any], depth: int) -> str | None:
        """A key as text, None where it is no text at all or a merge key."""
        if isinstance(event, yaml.ScalarEvent) and event.tag is None:
            if event.value == "<<" and event.style in PLAIN:
                self._report("merge-key", self.place(event))
                return None
            if event.anchor is not None:
                self.anchors[event.anchor] = _Built(Node(event.value, self.place(event)))
            return str(event.value)
        node = self.build(event, events, depth + 1).node
        if isinstance(node.value, str):
            return node.value
        self._report("name", self.place(event), found=shown(node.plain()), allowed="text")
        return None

    def _scalar(self, event: Any) -> object:
        return resolve(event.value) if event.style in PLAIN else event.value

    def _count(self, event: Any, size: int) -> None:
        self.size += size
        if self.size > MOST_NODES:
            self._stop("too-large", event, allowed=f"≤ {MOST_NODES:,}")

    def place(self, event: Any) -> Place:
        """Where an event begins."""
        return place_at(event.start_mark, self.name, self.lines)

    def _report(self, kind: str, place: Place, found: str = "", allowed: str = "", suggestion: str = "") -> None:
        self.problems.append(Problem(kind, place, found=shown(found), allowed=allowed, suggestion=shown(suggestion)))

    def _stop(self, kind: str, event: Any, found: str = "", allowed: str = "") -> NoReturn:
        raise _NotReadError(Problem(kind, self.place(event), found=shown(found), allowed=allowed))


def _cut_number(event: Any, key: str, value: Node, children: dict[str, Node]) -> str | None:
    """The key before, if a comma between braces has cut its number: `{total: 1,500 mu}` is `total: 1` and a key `500 mu`."""
    if value.value is not None or not THOUSANDS.match(key) or getattr(event, "style", None) not in PLAIN:
        return None
    before = next(reversed(children), None)
    return (
        before
        if before is not None and isinstance(children[before].value, int | str) and ENDS_IN_DIGIT.search(str(children[before].value))
        else None
    )


def _cut_numbers(events: list[Any]) -> list[tuple[int, int]]:
    """From where to where the items of a list are one: `[750 mu, 3,000 mu]` is `750 mu`, then `3` and `000 mu`, which a comma has cut.

    Where no comma of the list is followed by a space, whole numbers of three digits are numbers of their own: `[100,200,300]`.
    """
    glued = [_is_glued(before, event) for before, event in pairwise(events)]
    cut = [
        is_glued and _is_cut(before.value, event.value) and not (all(glued) and WHOLE.fullmatch(event.value))
        for is_glued, (before, event) in zip(glued, pairwise(events), strict=True)
    ]
    starts = [number for number in range(len(events)) if number == 0 or not cut[number - 1]]
    return list(zip(starts, [*starts[1:], len(events)], strict=True)) if events else []


def _is_glued(before: Any, event: Any) -> bool:
    """Whether there is nothing but a comma between two items without quotes."""
    if not all(isinstance(one, yaml.ScalarEvent) and one.style in PLAIN and one.anchor is None for one in (before, event)):
        return False
    end, start = before.end_mark, event.start_mark
    return bool(end.line == start.line and end.column + 1 == start.column)


def _is_cut(before: str, text: str) -> bool:
    """Whether a comma between the two may stand for thousands."""
    return ENDS_IN_FEW_DIGITS.search(before) is not None and THOUSANDS.match(text) is not None


def _until(end: type, events: Iterator[Any]) -> Iterator[Any]:
    """Events up to the one that ends a group; a builder consumes those between."""
    while not isinstance(event := next(events), end):
        yield event


def _grouped(node: Node, built: list[_Built]) -> _Built:
    return _Built(node, 1 + sum(part.size for part in built), 1 + max((part.height for part in built), default=0))


def resolve(text: str) -> str | int | float | bool | None:
    """A scalar without quotes: null, true, false, a number, or else text."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    if len(text) <= LONGEST_NUMBER:
        if WHOLE.fullmatch(text):
            return int(text)
        if DECIMAL.fullmatch(text) and not text.lstrip("+-").isdecimal():
            number = float(text)
            return number if math.isfinite(number) else text
    return text
