"""How scenarios are laid over each other: base < file < overrides < readings < `--set`.

Mappings merge deeply, lists of named things by name, other lists and values replace, distributions replace as a whole, null deletes. A
deleted value stays in the tree as null, with its place, so that a message can point at it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace

from sim.scenario.files.document import Node
from sim.scenario.shape import ANYTHING, Shape


def merge(under: Node, over: Node, shape: Shape = ANYTHING) -> Node:
    """`over` laid over `under`."""
    match under.value, over.value:
        case dict(), dict() if not shape.distribution and not _of_other_kind(under, over, shape):
            return replace(over, value=_merged_mappings(under.value, over.value, shape))
        case list(), list() if _is_named(under.value) and _is_named(over.value):
            return replace(over, value=_merged_lists(under.value, over.value, shape.child(0)))
        case _:
            return over


def merge_all(layers: Iterable[Node], shape: Shape) -> Node:
    """Layers laid over each other, the first at the bottom."""
    return functools.reduce(lambda under, over: merge(under, over, shape), layers)


def _merged_mappings(under: dict[str, Node], over: dict[str, Node], shape: Shape) -> dict[str, Node]:
    merged = {key: merge(child, over[key], shape.child(key)) if key in over else child for key, child in under.items()}
    return merged | {key: child for key, child in over.items() if key not in under}


def _of_other_kind(under: Node, over: Node, shape: Shape) -> bool:
    """Whether `over` says another `kind`, which has other fields (a pool of servers in place of a stock)."""
    kinds = [node.value["kind"].value for node in (under, over) if "kind" in node.value]
    return shape.tagged and len(kinds) == 2 and kinds[0] != kinds[1]


def _is_named(items: list[Node]) -> bool:
    return bool(items) and all(isinstance(_name(item), str) for item in items)


def _name(item: Node) -> object:
    name = (item.mapping or {}).get("name")
    return name.value if name else None


def _merged_lists(under: list[Node], over: list[Node], shape: Shape) -> list[Node]:
    later = {_name(item): item for item in over}
    merged = [merge(item, later.pop(_name(item)), shape) if _name(item) in later else item for item in under]
    return merged + list(later.values())
