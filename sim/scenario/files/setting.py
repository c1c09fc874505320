"""`--set path=value`: one value of a merged tree, put in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

import yaml

from sim.errors import Place, Problem, shown
from sim.scenario.files.document import Node, Source, read_text
from sim.scenario.files.facts import Facts
from sim.scenario.files.merging import merge
from sim.scenario.files.sources import Path, Settling, dotted
from sim.scenario.shape import Shape

OPTION = "--set"
SOURCE = Source("assumed", OPTION)
UNAPPLIED = frozenset({"readings", "overrides", "scenarios", "extends", "levers"})
"""Blocks whose values count only once they are applied."""


@dataclass(frozen=True)
class Setting:
    """A value and the path where it belongs."""

    path: Path
    value: Node


def read_setting(text: str, root: Node, shape: Shape, facts: Facts) -> tuple[Setting | None, list[Problem]]:
    """The setting told by `path=value`, whose path must fit the tree; and what is wrong with it."""
    name, equals, written = text.partition("=")
    place = Place(OPTION, 1, 1, text)
    if not (name.strip() and equals and written.strip()):
        return None, [Problem("set-value", place, found=shown(text), allowed="path=value", suggestion="goals.investment.value=100 bn yuan")]
    path = find_path(name.strip(), root, shape)
    if isinstance(path, Problem):
        return None, [replace(path, place=place)]
    value, problems = read_text(" " * (len(name) + 1) + written, OPTION, text)
    if value is None:
        return None, problems or [Problem("set-value", place, found=shown(text), allowed="path=value")]
    settling = Settling(facts)
    settled = settling.settle(replace(value, key_place=value.place), shape.at(path), SOURCE, path)
    return Setting(path, settled), problems + settling.problems


def on_one_line(value: object) -> str:
    """A value as YAML on one line, as `--set` takes it; text as it stands."""
    if isinstance(value, str):
        return value
    text = yaml.safe_dump(_listed(value), default_flow_style=True, allow_unicode=True, width=10**9)
    return str(text).removesuffix("...\n").rstrip("\n")


def _listed(value: object) -> object:
    """A value with its tuples as lists."""
    if isinstance(value, Mapping):
        return {key: _listed(child) for key, child in value.items()}
    return [_listed(child) for child in value] if isinstance(value, tuple | list) else value


def find_path(text: str, root: Node, shape: Shape) -> Path | Problem:
    """The path that a dotted text names: what is there, a known key that is not given, or a new name at its end."""
    node: Node | None = root
    path: Path = ()
    rest = text
    while rest:
        key, rest = _next_key(rest, node)
        if not _fits(key, node, shape, path, rest):
            return _unknown(text, path, key, rest, node, shape, root)
        node = node.within((key,)) if node else None
        path, shape = (*path, key), shape.child(key)
    return path


def _next_key(rest: str, node: Node | None) -> tuple[str | int, str]:
    """The first key of a dotted text, keys with dots in them included, and what follows."""
    parts = rest.split(".")
    if node is not None and isinstance(node.value, list) and parts[0].isdecimal():
        return int(parts[0][:9]), ".".join(parts[1:])
    mapping = node.mapping if node else None
    for length in range(len(parts), 1, -1):
        if mapping and (key := ".".join(parts[:length])) in mapping:
            return key, ".".join(parts[length:])
    return parts[0], ".".join(parts[1:])


def _fits(key: str | int, node: Node | None, shape: Shape, path: Path, rest: str) -> bool:
    if not path and key in UNAPPLIED:
        return False
    child = node.within((key,)) if node else None
    if child is not None and child.value is not None:
        return True
    if isinstance(key, int):
        return False
    return key in shape.fields or (shape.item is not None and not rest and bool(key))


def _unknown(text: str, path: Path, key: str | int, rest: str, node: Node | None, shape: Shape, root: Node) -> Problem:
    """The problem of a path that leads nowhere, with the nearest that does not."""
    mapping = node.mapping if node else None
    known = [name for name in dict.fromkeys([*(mapping or {}), *shape.fields]) if path or name not in UNAPPLIED]
    close = get_close_matches(str(key)[:80], known, n=1, cutoff=0.5) if path or key not in UNAPPLIED else []
    meant = dotted((*path, close[0])) + (f".{rest}" if rest else "") if close else ""
    if not meant and (path or key not in UNAPPLIED):
        meant = next(iter(get_close_matches(text[:120], _paths(root), n=1, cutoff=0.7)), "")
    return Problem("set-path", path=text, found=shown(key), allowed=", ".join(known[:12]), suggestion=meant)


def _paths(root: Node) -> list[str]:
    return [dotted(path) for path, _ in root.leaves() if path[0] not in UNAPPLIED][:2_000]


def put(root: Node, setting: Setting, shape: Shape) -> Node:
    """The tree with the value in its place, laid over what is there."""
    return _put(root, setting.path, setting.value, shape)


def _put(node: Node | None, path: Path, value: Node, shape: Shape) -> Node:
    if not path:
        return merge(node, value, shape) if node else value
    key, *rest = path
    child = node.within((key,)) if node else None
    inner = _put(child, tuple(rest), value, shape.child(key))
    if node is not None and isinstance(node.value, list) and isinstance(key, int):
        return replace(node, value=[inner if index == key else item for index, item in enumerate(node.value)])
    children: Mapping[str, Node] = (node.mapping if node else None) or {}
    base = node if node is not None and node.mapping is not None else Node({}, value.place, value.place)
    return replace(base, value={**children, str(key): inner})
