"""What pydantic finds wrong with a tree, as problems at the places of its nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from sim.errors import Place, Problem, shown
from sim.scenario.files.document import Broken, Node
from sim.scenario.files.sources import Path, dotted
from sim.scenario.shape import Shape

TYPES = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
"""pydantic's error -> what it wanted."""
RANGES = {
    "greater_than": ("gt", "> {}"),
    "greater_than_equal": ("ge", "≥ {}"),
    "less_than": ("lt", "< {}"),
    "less_than_equal": ("le", "≤ {}"),
    "too_short": ("min_length", "{} values"),
    "too_long": ("max_length", "{} values"),
}
"""pydantic's error -> the name of the bound and how it is told."""
WEAK = frozenset({"type", "choice"})
"""Kinds that say least where a union tells several."""


@dataclass(frozen=True)
class Fault:
    """A problem with the path of the node that is at fault."""

    path: Path
    problem: Problem


def problems_of(errors: Iterable[ErrorDetails], root: Node, shape: Shape) -> list[Fault]:
    """One fault a node, in pydantic's order; nothing of what has been found faulty before."""
    found: dict[Path, list[Fault]] = {}
    for error in errors:
        fault = _fault(error, root, shape)
        if fault is not None:
            found.setdefault(fault.path, []).append(fault)
    return [_united(faults) for path, faults in found.items() if not _is_explained(path, faults, found)]


def _is_explained(path: Path, faults: list[Fault], found: Mapping[Path, object]) -> bool:
    """Whether a value is refused only because another branch of its union failed deeper down."""
    wrong_type = all(fault.problem.kind in WEAK | {"date", "number", "unit"} for fault in faults)
    return wrong_type and any(len(other) > len(path) and other[: len(path)] == path for other in found)


def _united(faults: list[Fault]) -> Fault:
    """What the branches of a union say of one value, as one fault: the first that says more than that its type is wrong."""
    best = min(faults, key=lambda fault: (fault.problem.kind in WEAK, not fault.problem.suggestion))
    if best.problem.suggestion and best.problem.kind not in WEAK:
        return best
    allowed = dict.fromkeys(fault.problem.allowed for fault in faults if fault.problem.allowed)
    return replace(best, problem=replace(best.problem, allowed=", ".join(allowed)))


def _fault(error: ErrorDetails, root: Node, shape: Shape) -> Fault | None:
    """One of pydantic's errors; None where the value has been found faulty already."""
    path, is_key = node_path(error["loc"], root, shape)
    node = root.within(path) or root
    if _has_broken(node):
        return None
    kind, details = error["type"], error.get("ctx", {})
    if kind == "missing":
        return _missing(path, str(error["loc"][-1]), node)
    if kind in {"extra_forbidden", "invalid_key"}:
        return Fault(path, unknown_key(path, node, shape.at(path[:-1])))
    if kind == "union_tag_not_found":
        return _missing(path, "kind", node)
    if kind == "union_tag_invalid":
        path = (*path, "kind")
        details = {"expected": details["expected_tags"]}
        node, kind = root.within(path) or node, "literal_error"
    if is_key:
        return Fault(path, _told(kind, details, str(path[-1]), node.start, path))
    value = node.plain()
    return Fault(path, _told(kind, details, value, pointed(node, details), path))


def node_path(location: tuple[int | str, ...], root: Node, shape: Shape) -> tuple[Path, bool]:
    """The path of a node in the tree, without the names of union branches; and whether the fault is in its key."""
    path: Path = ()
    node = root
    tagged = False
    for part in location:
        if part == "[key]":
            return path, True
        if shape.tagged and not tagged:
            tagged = True
            continue
        child = node.within((part,))
        if child is not None and (not isinstance(part, str) or node.mapping is not None):
            node, path, shape, tagged = child, (*path, part), shape.child(part), False
    return path, False


def _has_broken(node: Node) -> bool:
    return any(isinstance(leaf.value, Broken) for _, leaf in node.leaves())


def _missing(path: Path, key: str, node: Node) -> Fault:
    """A required key that is not there, or was deleted by null."""
    deleted = (node.mapping or {}).get(key)
    place = deleted.start if deleted else node.start
    return Fault((*path, key), Problem("missing-key", place, dotted((*path, key)), "null" if deleted else "", key))


def unknown_key(path: Path, node: Node, parent: Shape) -> Problem:
    """A key that its mapping does not know, with the nearest that it does."""
    key = str(path[-1])
    known = list(parent.fields)
    close = get_close_matches(key[:80], known, n=1, cutoff=0.5)
    return Problem("unknown-key", node.start, dotted(path), shown(key), ", ".join(known), close[0] if close else "")


def pointed(node: Node, details: Mapping[str, Any]) -> Place:
    """The place of a fault: within a distribution or a title, of the part that it names or repeats, if there is one such part."""
    found = str(details.get("found", ""))
    name, colon, _ = found.partition(": ")
    parts = [part for key, part in node.nodes() if colon and key == name] or [
        part for _, part in node.nodes() if found and found in {shown(part.plain()), found_text(part.plain())}
    ]
    return parts[0].pointed if len(parts) == 1 else node.pointed


def _told(kind: str, details: Mapping[str, Any], value: object, place: Place, path: Path) -> Problem:
    """An error in the words of a problem."""
    found = found_text(value)
    if kind in TYPES:
        return Problem("type", place, dotted(path), found, TYPES[kind], f'"{found}"' if _wants_quotes(kind, value) else "")
    if kind in RANGES:
        name, words = RANGES[kind]
        bound = details.get(name, details.get("actual_length", ""))
        found = f"{details['actual_length']} values" if "actual_length" in details else found
        return Problem("range", place, dotted(path), found, words.format(f"{bound:,}" if isinstance(bound, int) else f"{bound:g}"))
    if kind == "literal_error":
        choices = [choice.strip("'") for choice in str(details["expected"]).replace(" or ", ", ").split(", ")]
        close = get_close_matches(found[:80], choices, n=1, cutoff=0.5)
        return Problem("choice", place, dotted(path), found, ", ".join(choices), close[0] if close else "")
    if "found" in details:
        return Problem(kind, place, dotted(path), details["found"], details.get("allowed", ""), details.get("suggestion", ""))
    return Problem("type", place, dotted(path), found)


def _wants_quotes(kind: str, value: object) -> bool:
    """Whether quotes would make the value right: a number or true where text belongs."""
    return kind == "string_type" and isinstance(value, int | float)


def found_text(value: object) -> str:
    """A value as a message shows it: a mapping or a list by what it is, others as YAML writes them."""
    match value:
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case _:
            return shown(value)
