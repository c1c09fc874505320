"""Judges a merged tree: types, sources of numbers, and what does not fit together; all that is wrong with it, in one pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from sim.errors import Place, Problem
from sim.scenario.checks import Declared, check
from sim.scenario.faults import Fault, problems_of, unknown_key
from sim.scenario.files.document import Broken, Node, Source
from sim.scenario.files.sources import Path, dotted, source_of
from sim.scenario.schema import Scenario
from sim.scenario.shape import Shape, is_number, scenario_shape
from sim.scenario.values.quantities import Quantity, QuantityError, doubtful_area, quantity_of

UNAPPLIED = frozenset({"readings", "overrides", "scenarios", "levers"})
"""Blocks whose values count only once they are applied."""
STAND_IN_RUN = {"start": "2022-01-01", "horizon": "2022-12-31"}
STANDS = ((), ("horizon",), ("start",), ("calendar",))
"""Faults within `run` that leave its time unknown."""
JUDGED_BY_RUN = frozenset({"dated", "horizon", "tick", "calendar-years", "need-above-capacity", "plan"})
"""Kinds of problems that depend on the simulated time."""
JUDGED_BY_FIGURES = frozenset({"plan", "invested", "need-above-capacity", "money-scale", "impossible-cohort"})
"""Kinds of problems of a project or cohort that depend on its figures."""
MOST_PRUNINGS = 5
MOST_THINGS = {
    "goals": 1_000,
    "observations": 1_000,
    "portfolio.lists": 1_000,
    "portfolio.projects": 20_000,
    "portfolio.cohorts": 1_000,
    "workflow": 1_000,
    "intake": 1_000,
    "land.workflow": 1_000,
    "districts": 200,
    "efforts": 1_000,
    "land.batches": 1_000,
    "pools": 1_000,
    "calendars": 1_000,
    "levers": 300,
    "readings": 100,
    "overrides": 300,
    "scenarios": 1_000,
}
"""Named things of a block; every override and reading is checked by itself."""
FIGURES = frozenset({"total", "plan", "invested", "land", "count"})
"""Keys of a list, project or cohort that are added up."""
SEPARABLE = FIGURES | {
    *("title", "headline", "by", "kind", "sector", "district", "unit", "level", "priority", "dropout", "at", "done", "planned_start"),
    *("joins", "size", "sectors", "invested_share", "plan_spread", "plan_share", "duration", "window", "tranches", "passing"),
    *("walks", "rate", "monthly", "batch", "dates", "flow", "produces", "duration_times", "routes", "otherwise", "rework_at_most"),
    *("chooses", "appeal", "funding", "batches", "lots", "area", "flags", "region", "friction", "dropout_by_size"),
    *("dropout_times", "times", "pace", "capacity"),
}
"""Keys without which a named thing still says what it is: a fault in one of them leaves the rest of the thing to be checked."""


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: its place, its kind if it is a number, in whose words, by which fact; `text` is the value as told."""

    place: Place
    kind: str | None
    source: str
    fact: str | None
    text: str


@dataclass(frozen=True)
class Assessed:
    """A merged tree with what is wrong with it; `scenario` is None where there is an error."""

    root: Node
    scenario: Scenario | None
    problems: tuple[Problem, ...]

    def origins(self) -> dict[str, Origin]:
        """Dotted path -> origin, of every value that has been applied."""
        return {dotted(path): _origin(node, shape) for path, node, shape in values(self.root, scenario_shape())}

    def tree(self) -> dict[str, Any]:
        """The resolved tree: mappings, lists, text, numbers; quantities in one canonical spelling."""
        return {key: value for key, value in canonical(self.root, scenario_shape()).items() if key != "levers"}


def assess(root: Node) -> Assessed:
    """Validate a merged tree and everything between its values."""
    shape = scenario_shape()
    plain = _rooted(root)
    scenario, faults = validated(plain, root, shape)
    faulty = {fault.path for fault in faults}
    problems = [fault.problem for fault in faults]
    problems += _without_source(values(root, shape), faulty)
    levers = root.within(("levers",))
    problems += _without_source(values(levers, shape.child("levers"), ("levers",)) if levers else (), faulty)
    problems += [*_empty_unknown_keys(root, shape), *_doubtful_areas(root, shape)]
    crowded = list(_crowded_blocks(root))
    problems += crowded
    partial = scenario or _without_faults(plain, [*faulty, *_broken(root)])
    if partial is not None and not crowded:
        found = check(partial, Declared(plain))
        problems += [_placed(problem, root) for problem in _solid(found, [*faulty, *_broken(root)])]
    if any(problem.severity == "error" for problem in problems):
        scenario = None
    return Assessed(root, scenario, tuple(problems))


def _rooted(root: Node) -> dict[str, Any]:
    plain = root.plain()
    return plain if isinstance(plain, dict) else {}


def validated(plain: Mapping[str, Any], root: Node, shape: Shape) -> tuple[Scenario | None, list[Fault]]:
    """The scenario of a tree, or its faults."""
    try:
        return Scenario.model_validate(plain, strict=True), []
    except ValidationError as error:
        return None, problems_of(error.errors(include_url=False, include_input=False), root, shape)


def _crowded_blocks(root: Node) -> Iterator[Problem]:
    """Blocks that hold more things than can be checked in a few seconds."""
    for name, most in MOST_THINGS.items():
        block = root.within(tuple(name.split(".")))
        if block is not None and len(block.mapping or {}) > most:
            yield Problem("too-large", block.start, name, found=f"{len(block.value):,}", allowed=f"≤ {most:,}")


# --- What is left of a scenario without its faulty parts


def _broken(root: Node) -> list[Path]:
    """Paths of what was found faulty before."""
    return [path for path, leaf in root.leaves() if isinstance(leaf.value, Broken)]


def _without_faults(tree: dict[str, Any], paths: list[Path]) -> Scenario | None:
    """The scenario without the parts at fault, so that the rest can be checked; None where nothing is left."""
    for _ in range(MOST_PRUNINGS):
        tree = {"run": STAND_IN_RUN, **pruned(tree, set(map(part_of, paths)))}
        try:
            return Scenario.model_validate(tree, strict=True)
        except ValidationError as error:
            paths = [fault["loc"] for fault in error.errors(include_url=False, include_input=False, include_context=False)]
    return None


def part_of(path: Path) -> tuple[str, ...]:
    """The path of what is left out for a fault: a separable key, else the named thing (a goal, a stage, a cohort) or the block."""
    length = 3 if path[:1] in {("portfolio",), ("land",)} else 2
    separable = len(path) > length and path[length] in SEPARABLE
    return tuple(str(part) for part in path[: length + separable])


def pruned(tree: Mapping[str, Any], parts: Collection[tuple[str, ...]]) -> dict[str, Any]:
    """A tree without some of its parts; without all of `run` where a part is a key that `run` lacks."""
    below: dict[str, list[tuple[str, ...]]] = {}
    for part in parts:
        if part:
            below.setdefault(part[0], []).append(part[1:])
    kept: dict[str, Any] = {}
    for key, child in tree.items():
        rests = below.get(key)
        if rests is None:
            kept[key] = child
        elif () not in rests and isinstance(child, Mapping) and not (key == "run" and any(rest[0] not in child for rest in rests)):
            kept[key] = pruned(child, rests)
    return kept


def _solid(problems: Iterable[Problem], faulty: Collection[Path]) -> Iterator[Problem]:
    """Problems without those that come from what was left out: a thing told twice, a judgement of the stand-in run or of lost figures."""
    told = {dotted(path) for path in faulty}
    stands_in = any(path[:1] == ("run",) and path[1:2] in STANDS for path in faulty)
    without_figures = {dotted(path[:3]) for path in faulty if path[:1] == ("portfolio",) and FIGURES.intersection(path)}
    for problem in problems:
        if problem.path in told or (stands_in and (problem.kind in JUDGED_BY_RUN or problem.path.startswith("run"))):
            continue
        if problem.kind not in JUDGED_BY_FIGURES or ".".join(problem.path.split(".")[:3]) not in without_figures:
            yield problem


# --- Sources of numbers


def values(node: Node, shape: Shape, path: Path = ()) -> Iterator[tuple[Path, Node, Shape]]:
    """Every applied value of a tree: scalars, and distributions as one."""
    if isinstance(node.value, dict) and not shape.distribution:
        for key, child in node.value.items():
            if path or key not in UNAPPLIED:
                yield from values(child, shape.child(key), (*path, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from values(child, shape.child(index), (*path, index))
    elif node.value is not None:
        yield path, node, shape


def counts(node: Node, shape: Shape) -> bool:
    """Whether a value is a number that must say where it comes from."""
    return not shape.kindless and (isinstance(node.value, dict) or is_number(node.value, shape))


def _without_source(told_values: Iterable[tuple[Path, Node, Shape]], faulty: set[Path]) -> Iterator[Problem]:
    for path, node, inner in told_values:
        if inner.anything or path in faulty or not counts(node, inner) or isinstance(node.value, Broken):
            continue
        if source_of(node) is None and not any(isinstance(leaf.value, Broken) for _, leaf in node.leaves()):
            allowed = "fact, or value with one of assumed, observed, fitted"
            yield Problem("provenance", node.pointed, dotted(path), told(node, inner), allowed)


def _empty_unknown_keys(node: Node, shape: Shape, path: Path = ()) -> Iterator[Problem]:
    """Unknown keys without a value: deleted before the types are looked at, and yet a slip of the pen."""
    for key, child in (node.mapping or {}).items():
        if child.value is None and shape.fields and key not in shape.fields:
            yield unknown_key((*path, key), child, shape)
        elif path or key not in UNAPPLIED:
            yield from _empty_unknown_keys(child, shape.child(key), (*path, key))


def _doubtful_areas(node: Node, shape: Shape, path: Path = ()) -> Iterator[Problem]:
    """Areas in acres or hectares: perhaps a mistranslation of mu."""
    for key, child in node.children():
        inner, way = shape.child(key), (*path, key)
        if not isinstance(child.value, str):
            yield from _doubtful_areas(child, inner, way)
        elif inner.number and (meant := doubtful_area(child.value)):
            yield Problem("area-unit", child.pointed, dotted(way), child.value, "mu, 亩", meant, severity="warning")


def _origin(node: Node, shape: Shape) -> Origin:
    source: Source | None = source_of(node) if counts(node, shape) else None
    text = told(node, shape)
    if source is None:
        return Origin(node.place, None, "", None, text)
    return Origin(node.place, source.kind, source.text, source.fact, text)


def told(node: Node, shape: Shape) -> str:
    """A value as it was told, on one line."""
    if isinstance(node.value, dict):
        return "{" + ", ".join(f"{key}: {told(child, shape.child(key))}" for key, child in node.value.items()) + "}"
    value = canonical(node, shape) if isinstance(node.value, Quantity) else node.value
    return "true" if value is True else "false" if value is False else str(value)


# --- One spelling


def canonical(node: Node, shape: Shape) -> Any:
    """A tree as plain data in which equal quantities are spelt alike."""
    if isinstance(node.value, dict):
        return {key: canonical(child, shape.child(key)) for key, child in node.value.items() if child.value is not None}
    if isinstance(node.value, list):
        return [canonical(child, shape.child(index)) for index, child in enumerate(node.value)]
    if isinstance(node.value, Quantity):
        return spelt(node.value)
    if is_number(node.value, shape) and not shape.bare:
        try:
            return spelt(quantity_of(node.value))
        except QuantityError:
            return node.value
    return node.value


def spelt(quantity: Quantity) -> str | int | float:
    """A quantity as a scenario would hold it: numbers without a unit bare, large sums in bn yuan."""
    if quantity.dimension in {"number", "count", "share"}:
        return int(quantity.value) if quantity.value.denominator == 1 else float(quantity.value)
    if quantity.dimension == "money" and quantity.value.denominator == 1 and abs(quantity.value) >= 10**6:
        return f"{Quantity(quantity.value / 10**9, 'number')} bn yuan"
    return str(quantity)


# --- Places of paths


def _placed(problem: Problem, root: Node) -> Problem:
    """A problem at the place of its path, or of the nearest thing above that has one."""
    if problem.place is not None:
        return problem
    node, rest = nearest(root, problem.path)
    place = node.start if rest or node.mapping is not None else node.pointed
    return replace(problem, place=place)


def nearest(root: Node, path: str) -> tuple[Node, str]:
    """The node at a dotted path, or the last above it, and what is left of the path; keys may hold dots."""
    node, rest = root, path
    while rest:
        parts = rest.split(".")
        for length in range(len(parts), 0, -1):
            key = ".".join(parts[:length])
            child = node.child(int(key) if isinstance(node.value, list) and key.isdecimal() else key)
            if child is not None:
                node, rest = child, ".".join(parts[length:])
                break
        else:
            return node, rest
    return node, ""
