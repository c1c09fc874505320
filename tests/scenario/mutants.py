"""Mutants of a scenario file by structure: swap, drop, retype, scale, duplicate; the same ones for the same seed.

A mutant is the file's tree with one change, written out again with one key a line. It says at which line it must be refused, if it
must: a dropped required key, a retyped value, a duplicated key.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sim.errors import InputError, Problem
from sim.scenario.files.document import Node, read_document
from sim.scenario.files.sources import KINDS, VALUE_KEYS
from sim.scenario.loading import Loaded, load
from sim.scenario.shape import Shape, scenario_shape

Kind = Literal["swap", "drop", "retype", "scale", "duplicate"]
MUTATIONS: tuple[Kind, ...] = ("swap", "drop", "retype", "scale", "duplicate")
Steps = tuple[str, ...]
TEXT = Shape(text=True)
NUMBER = re.compile(r"[\d,]*\.?\d+")
FACTORS = ("10", "1000", "0.1", "0", "-1", "1e9")
WRONG: tuple[object, ...] = ("x7q", 7, True)
"""Scalars that a value may be retyped to; a list and a mapping besides."""


class Map(list[tuple[str, object]]):
    """A mapping as pairs, so that a key can stand twice."""


@dataclass(frozen=True)
class Mutant:
    """A changed file; `line` is where it must be refused, None where it may be accepted."""

    kind: Kind
    path: str
    text: str
    line: int | None


@dataclass(frozen=True)
class Position:
    """A key of a tree: the mapping that holds it, its index there, and the shapes of both."""

    path: Steps
    parent: Map
    index: int
    shape: Shape
    parent_shape: Shape
    stands_for_value: bool
    """Whether the mapping tells one value and its source."""

    @property
    def value(self) -> object:
        return self.parent[self.index][1]

    def put(self, value: object) -> None:
        self.parent[self.index] = (self.path[-1], value)


# --- Trees


def tree_of(node: Node) -> object:
    """A document's tree as pairs, lists and scalars."""
    if isinstance(node.value, dict):
        return Map((key, tree_of(child)) for key, child in node.value.items())
    return [tree_of(child) for child in node.value] if isinstance(node.value, list) else node.value


def positions(tree: Map, shape: Shape, path: Steps = ()) -> Iterator[Position]:
    """Every key below."""
    keys = {key for key, _ in tree}
    stands = shape.holds_value and keys <= VALUE_KEYS and bool({"value", "fact"} & keys)
    for index, (key, child) in enumerate(tree):
        if key in KINDS or (stands and key == "fact") or (not path and key == "extends") or shape.title:
            inner = TEXT
        else:
            inner = shape if stands else shape.child(key)
        yield Position((*path, key), tree, index, inner, shape, stands)
        if isinstance(child, Map):
            yield from positions(child, inner, (*path, key))


def written(tree: Map) -> tuple[str, dict[Steps, list[int]]]:
    """The tree as YAML with one key a line, and the lines of each path."""
    lines: list[str] = []
    where: dict[Steps, list[int]] = {(): [1]}
    _write(tree, (), lines, where)
    return "\n".join(lines) + "\n", where


def _write(tree: Map, path: Steps, lines: list[str], where: dict[Steps, list[int]]) -> None:
    for key, child in tree:
        here = (*path, key)
        where.setdefault(here, []).append(len(lines) + 1)
        head = "  " * len(path) + json.dumps(key, ensure_ascii=False) + ":"
        if isinstance(child, Map) and child:
            lines.append(head)
            _write(child, here, lines, where)
        else:
            lines.append(f"{head} {_flow(child)}")


def _flow(value: object) -> str:
    if isinstance(value, Map):
        return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {_flow(child)}" for key, child in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


# --- Mutations


def mutants(text: str, seed: int, each: int, others: frozenset[Steps] = frozenset()) -> list[Mutant]:
    """`each` mutants of every kind; `others` are the paths of the file that extends this one, or that this one extends.

    What must be refused is no path that the other file has as well, nor one above, so that the mutation is not hidden.
    """
    chance = random.Random(seed)
    return [mutant for kind in MUTATIONS for mutant in _some(text, kind, chance, each, others)]


def _some(text: str, kind: Kind, chance: random.Random, count: int, others: frozenset[Steps]) -> Iterator[Mutant]:
    found = 0
    while found < count:
        root, _ = read_document(text.encode(), "scenario.yaml")
        assert root is not None
        tree = tree_of(root)
        assert isinstance(tree, Map)
        mutant = MUTATE[kind](tree, chance, others)
        if mutant is not None:
            found += 1
            yield mutant


def _pick(tree: Map, chance: random.Random, fits: Callable[[Position], bool]) -> Position:
    return chance.choice([position for position in positions(tree, scenario_shape()) if fits(position)])


def duplicate(tree: Map, chance: random.Random, others: frozenset[Steps]) -> Mutant:
    """A key stands twice in its mapping."""
    position = _pick(tree, chance, lambda position: True)
    position.parent.insert(chance.randint(position.index + 1, len(position.parent)), (position.path[-1], position.value))
    text, where = written(tree)
    return Mutant("duplicate", ".".join(position.path), text, where[position.path][1])


def drop(tree: Map, chance: random.Random, others: frozenset[Steps]) -> Mutant:
    """A key is gone: a required one every second time; in an override no key is required that the file itself has."""
    stated = others | {position.path for position in positions(tree, scenario_shape())}

    def is_required(position: Position) -> bool:
        key, path = position.path[-1], position.path
        is_missed = path[2:] not in stated if path[0] == "overrides" else path not in others
        return (key == "value" if position.stands_for_value else key in position.parent_shape.required) and is_missed

    wanted = chance.random() < 0.5
    position = _pick(tree, chance, lambda position: is_required(position) == wanted)
    del position.parent[position.index]
    text, where = written(tree)
    return Mutant("drop", ".".join(position.path), text, where[position.path[:-1]][0] if wanted else None)


def retype(tree: Map, chance: random.Random, others: frozenset[Steps]) -> Mutant:
    """A value of a type that does not belong there."""
    position = _pick(tree, chance, lambda position: not _is_hidden(position.path, others))
    position.put(chance.choice(wrong_types(position.shape)))
    text, where = written(tree)
    return Mutant("retype", ".".join(position.path), text, where[position.path][0])


def wrong_types(shape: Shape) -> list[object]:
    """Values of types that may not stand at a place of a shape."""
    wrong: list[object] = [value for value in WRONG if not _may_be(value, shape)]
    if shape.element is None:
        wrong.append([1])
    if not (shape.fields or shape.item or shape.title):
        wrong.append(Map([("x7q", 1)]))
    return wrong


def _may_be(value: object, shape: Shape) -> bool:
    match value:
        case bool():
            return "true" in shape.choices
        case int():
            return shape.number
        case _:
            return shape.text or shape.title


def swap(tree: Map, chance: random.Random, others: frozenset[Steps]) -> Mutant | None:
    """Two values change places: of one mapping, or of any two."""
    one = _pick(tree, chance, lambda position: True)
    near = chance.random() < 0.5
    other = _pick(tree, chance, lambda position: position.parent is one.parent if near else True)
    shorter = min(len(one.path), len(other.path))
    if one.path[:shorter] == other.path[:shorter] or one.value == other.value:
        return None
    first, second = one.value, other.value
    one.put(second)
    other.put(first)
    return Mutant("swap", f"{'.'.join(one.path)} <-> {'.'.join(other.path)}", written(tree)[0], None)


def scale(tree: Map, chance: random.Random, others: frozenset[Steps]) -> Mutant | None:
    """A number times a power of ten, nothing, or minus one."""

    def is_number(position: Position) -> bool:
        return position.shape.number and not isinstance(position.value, bool) and NUMBER.search(str(position.value)) is not None

    position = _pick(tree, chance, is_number)
    factor = chance.choice(FACTORS)
    if isinstance(position.value, Map | list):
        return None
    position.put(_scaled(position.value, factor))
    return Mutant("scale", f"{'.'.join(position.path)} x {factor}", written(tree)[0], None)


def _scaled(value: object, factor: str) -> object:
    if isinstance(value, int | float):
        number = value * float(factor)
        return int(number) if number == int(number) else number
    return NUMBER.sub(lambda match: f"{float(match.group().replace(',', '')) * float(factor):.12g}", str(value), count=1)


def _is_hidden(path: Steps, others: frozenset[Steps]) -> bool:
    """Whether another file says something at a path or below it, or a value in place of all that is around it."""
    above = any((*path[:length], key) in others for length in range(1, len(path)) for key in ("value", "fact"))
    return above or any(other[: len(path)] == path for other in others)


MUTATE: dict[Kind, Callable[[Map, random.Random, frozenset[Steps]], Mutant | None]] = {
    "swap": swap,
    "drop": drop,
    "retype": retype,
    "scale": scale,
    "duplicate": duplicate,
}


# --- Outcomes


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: refused with problems, or accepted and loaded."""

    file: str
    mutant: Mutant
    problems: tuple[Problem, ...] = ()
    loaded: Loaded | None = None

    @property
    def is_as_it_must_be(self) -> bool:
        """Whether it was refused at its line, if it had to be; a missing key may be told where the other file has the mapping."""
        errors = [(problem, problem.place) for problem in self.problems if problem.severity == "error" and problem.place]
        return self.mutant.line is None or any(
            (place.line == self.mutant.line and Path(place.file).name == self.file)
            or (self.mutant.kind == "drop" and problem.kind == "missing-key" and problem.path == self.mutant.path)
            for problem, place in errors
        )


def outcomes(source: Path, folder: Path, each: int, seed: int, city: str = "hengyang-2022") -> Iterator[Outcome]:
    """`each` mutants of every kind of a shipped scenario and of its base, loaded one after the other from `folder`."""
    for name in ("scenarios", "seeds"):
        shutil.copytree(source / name, folder / name)
    top, base = folder / "scenarios" / f"{city}.yaml", folder / "scenarios" / "base.yaml"
    library = frozenset[Steps]().union(*map(paths_of, sorted((folder / "scenarios" / "levers").glob("*.yaml"))))
    for path, others in ((top, paths_of(base) | library), (base, paths_of(top) | library)):
        text = path.read_text(encoding="utf-8")
        for mutant in mutants(text, seed, each, others):
            path.write_text(mutant.text, encoding="utf-8")
            yield outcome(top, path.name, mutant)
        path.write_text(text, encoding="utf-8")


def outcome(scenario: Path, file: str, mutant: Mutant) -> Outcome:
    """What becomes of a mutant that has been written."""
    try:
        return Outcome(file, mutant, loaded=load(scenario))
    except InputError as fault:
        return Outcome(file, mutant, fault.problems)


def paths_of(file: Path) -> frozenset[Steps]:
    """All paths of a file."""
    root, _ = read_document(file.read_bytes(), file.name)
    tree = tree_of(root) if root else None
    assert isinstance(tree, Map)
    return frozenset(position.path for position in positions(tree, scenario_shape()))


def counted(found: Sequence[Outcome]) -> str:
    """A table: of each kind, how many were refused and accepted."""
    rows = Counter((outcome.mutant.kind, "accepted" if outcome.loaded else "refused") for outcome in found)
    lines = [f"{kind:<10}{rows[kind, 'refused']:>8} refused{rows[kind, 'accepted']:>8} accepted" for kind in MUTATIONS]
    return "\n".join(lines)
