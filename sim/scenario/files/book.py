"""A scenario's files as read: the chain of `extends`, the ledger, the facts; and the trees that overrides and readings make of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from sim.errors import InputError, Place, Problem, shown
from sim.scenario.files.document import BROKEN, Node, read_document
from sim.scenario.files.facts import Facts
from sim.scenario.files.folders import FileProblemError, Folders, find_scenario, placed, read_bytes, shown_path
from sim.scenario.files.kinds import is_study
from sim.scenario.files.ledger import read_ledger
from sim.scenario.files.library import LEVERS, read_library
from sim.scenario.files.merging import merge, merge_all
from sim.scenario.files.setting import UNAPPLIED, put, read_setting
from sim.scenario.files.sources import Settling
from sim.scenario.shape import scenario_shape

EXTENDS = "extends"
LONGEST_CHAIN = 20
UNREAD = "…"
"""Stands in the tree for rows of a ledger that could not be read, so that sums are not judged without them."""


@dataclass
class Book:
    """All that was read for one scenario."""

    path: Path
    folders: Folders
    facts: Facts
    files: dict[str, Path]
    """Name in messages -> file, in the order of reading."""
    written: Node = field(repr=False)
    """The file laid over what it extends; sources settled, the ledger's rows not yet in it."""
    problems: list[Problem]
    ledgers: dict[Path, tuple[Node, list[Problem]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.path.stem

    def whole(self, root: Node) -> Node:
        """A tree with the rows of its ledger under its projects; what is wrong with the ledger is added to the problems."""
        node = root.within(("portfolio", "ledger"))
        if node is None or not isinstance(node.value, str):
            return root
        try:
            rows = self._rows(self.folders.beside(node.value, self.files.get(node.place.file, self.path)))
        except FileProblemError as fault:
            self._report(placed(fault, node.pointed, "portfolio.ledger"))
            rows = Node(BROKEN, node.place, node.key_place)
        under = Node({"projects": rows}, node.place, node.key_place)
        portfolio = merge(under, root.value["portfolio"], scenario_shape().child("portfolio"))
        return replace(root, value={**root.value, "portfolio": portfolio})

    def _rows(self, path: Path) -> Node:
        name = shown_path(path)
        self.files.setdefault(name, path)
        if path not in self.ledgers:
            projects, problems = read_ledger(read_bytes(path), name)
            place = Place(name, 1, 1)
            unread = {UNREAD: Node(BROKEN, place)} if problems else {}
            self.ledgers[path] = Node(projects | unread, place, place), problems
        rows, problems = self.ledgers[path]
        for problem in problems:
            self._report(problem)
        return rows

    def _report(self, problem: Problem) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def with_fragments(self, fragments: Iterable[Node]) -> Node:
        """The file as written with fragments laid over it, left to right."""
        return merge_all([self.written, *fragments], scenario_shape())

    @cached_property
    def library(self) -> dict[str, Node]:
        """The library's levers by name."""
        levers, files, problems = read_library(self.folders, self.facts)
        self.files |= files
        for problem in problems:
            self._report(problem)
        return levers

    def with_levers(self, root: Node, names: Iterable[str]) -> Node:
        """A tree with the library's levers of these names under what it says of them itself."""
        named = [name for name in names if name in self.library]
        if not named:
            return root
        under = Node({LEVERS: Node({name: self.library[name] for name in named}, root.place, root.place)}, root.place)
        return merge(under, root, scenario_shape())

    def with_settings(self, root: Node, settings: Sequence[str]) -> tuple[Node, list[Problem]]:
        """A tree with `--set path=value` applied, left to right."""
        problems: list[Problem] = []
        for text in settings:
            setting, found = read_setting(text, self.whole(root), scenario_shape(), self.facts)
            problems += found
            if setting is not None:
                root = put(root, setting, scenario_shape())
        return root, problems

    def rank(self, problem: Problem) -> tuple[int, int, int]:
        """Where a problem stands among others: by file in the order of reading, by line and column."""
        if problem.place is None or problem.place.file.startswith("--"):
            return (-1, 0, 0)
        names = list(self.files)
        file = names.index(problem.place.file) if problem.place.file in names else len(names)
        return (file, problem.place.line, problem.place.column)


def open_book(name_or_path: str | Path) -> Book:
    """Read a scenario's files; raises InputError where one of them cannot be read at all."""
    try:
        path, folders = find_scenario(name_or_path)
    except FileProblemError as fault:
        raise InputError([placed(fault, None)]) from None
    chain = Chain(folders)
    chain.read(path, None)
    if chain.is_broken:
        raise InputError(chain.problems)
    facts = Facts(folders)
    settling = Settling(facts)
    layers = [settling.settle(layer, scenario_shape()) for layer in reversed(chain.layers)]
    written = merge_all(layers, scenario_shape())
    book = Book(path, folders, facts, chain.files, written, [*chain.problems, *settling.problems, *_misplaced(written)])
    book.written = book.with_levers(written, _children(written, LEVERS))
    return book


@dataclass
class Chain:
    """Reads a scenario file and all that it extends, the file first."""

    folders: Folders
    layers: list[Node] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    is_broken: bool = False
    """Whether a file could not be read, so that nothing can be said of the whole."""

    def read(self, path: Path, named_at: Place | None) -> None:
        """Read a file, then the one it extends."""
        name = shown_path(path)
        way = [*self.files.values(), path]
        is_circle = path.resolve() in {file.resolve() for file in self.files.values()}
        self.files.setdefault(name, path)
        if is_circle or len(way) > LONGEST_CHAIN:
            self._break(Problem("extends-circle", named_at, EXTENDS, found=" → ".join(shown(file.name) for file in way)))
            return
        try:
            root, problems = read_document(read_bytes(path), name)
        except FileProblemError as fault:
            self._break(placed(fault, named_at, EXTENDS if named_at else ""))
            return
        self.problems += problems
        if root is None or root.value is BROKEN:
            self.is_broken = True
        elif root.mapping is None:
            self._break(Problem("type", root.place, found=shown(root.plain()), allowed="a mapping"))
        elif is_study(root):
            self._break(Problem("is-study", named_at or root.place, EXTENDS if named_at else "", found=shown(path.name)))
        else:
            self._extend(root, path)

    def _extend(self, root: Node, path: Path) -> None:
        """Keep a file's tree and read what it extends."""
        self.layers.append(replace(root, value={key: child for key, child in root.value.items() if key != EXTENDS}))
        parent = root.value.get(EXTENDS)
        if parent is None or parent.value is None:
            return
        if not isinstance(parent.value, str):
            self._break(Problem("type", parent.pointed, EXTENDS, found=shown(parent.plain()), allowed="text"))
            return
        try:
            extended = self.folders.extended(parent.value, path.parent)
        except FileProblemError as fault:
            self._break(placed(fault, parent.pointed, EXTENDS))
            return
        self.read(extended, parent.pointed)

    def _break(self, problem: Problem) -> None:
        self.problems.append(problem)
        self.is_broken = True


# --- Overrides and readings


def overrides_of(root: Node) -> dict[str, Node]:
    """The named overrides of a tree, those that are mappings."""
    return {name: node for name, node in _children(root, "overrides").items() if node.mapping is not None}


def readings_of(root: Node) -> dict[str, dict[str, Node]]:
    """Ambiguity -> reading -> its change."""
    return {
        name: {reading: _child(node, "change") or Node({}, node.place) for reading, node in _children(ambiguity, "readings").items()}
        for name, ambiguity in _children(root, "readings").items()
    }


def base_reading(root: Node, ambiguity: str) -> str:
    """The reading that the file as written takes."""
    node = root.within(("readings", ambiguity, "base"))
    return str(node.value) if node else ""


def _children(node: Node, key: str) -> dict[str, Node]:
    child = _child(node, key)
    return child.value if child else {}


def _child(node: Node, key: str) -> Node | None:
    """A child that is a mapping."""
    child = node.within((key,))
    return child if child is not None and child.mapping is not None else None


def _misplaced(root: Node) -> list[Problem]:
    """Keys of overrides and readings that only a whole file may hold."""
    fragments = {f"overrides.{name}": node for name, node in overrides_of(root).items()}
    for ambiguity, readings in readings_of(root).items():
        fragments |= {f"readings.{ambiguity}.readings.{name}.change": node for name, node in readings.items()}
    return [
        Problem("override", child.start, f"{path}.{key}", found=key)
        for path, node in fragments.items()
        for key, child in (node.mapping or {}).items()
        if key in UNAPPLIED
    ]
