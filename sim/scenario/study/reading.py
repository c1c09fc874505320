"""A study's factors as axes, and what is wrong with each of them by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from sim.errors import Place, Problem, shown
from sim.scenario.assessing import told
from sim.scenario.files.document import BROKEN, Node
from sim.scenario.files.setting import find_path
from sim.scenario.files.sources import dotted
from sim.scenario.loading import Loaded, levers_that_fit
from sim.scenario.schema import Lever
from sim.scenario.shape import Shape, scenario_shape
from sim.scenario.study.axes import WITH, WITHOUT, Axis, Measure, Target
from sim.scenario.study.schema import TARGETS, WAYS, Factor, Study
from sim.scenario.values.instants import Instant, parse_instant
from sim.scenario.values.quantities import Quantity, quantity_of
from sim.scenario.values.reading import QuantityError
from sim.scenario.values.words import Words


def read_axes(study: Study, base: Loaded, root: Node | None) -> tuple[tuple[Axis, ...], list[Problem]]:
    """Every factor that nothing is wrong with as an axis, in the order of the file; and the problems of the others."""
    reading = Reading(base, root)
    axes = [reading.axis(name, factor) for name, factor in study.factors.items()]
    return tuple(axis for axis in axes if axis is not None), reading.problems


@dataclass
class Reading:
    """Reads factors; gathers what is wrong with them."""

    base: Loaded
    root: Node | None
    problems: list[Problem] = field(default_factory=list)
    levers: Mapping[str, Lever] | None = None

    def axis(self, name: str, factor: Factor) -> Axis | None:
        """One factor; None where something is wrong with it."""
        before = len(self.problems)
        targets = [key for key in TARGETS if getattr(factor, key) is not None]
        ways = [key for key in WAYS if getattr(factor, key) is not None]
        if len(targets) != 1:
            self._report("one-of", name, "", ", ".join(targets), ", ".join(TARGETS))
            return None
        wanted = 0 if factor.reading or factor.override else 1
        if len(ways) > 1 or len(ways) < wanted:
            self._report("one-of", name, "", ", ".join(ways), ", ".join(WAYS))
            return None
        read = {"path": self._path, "lever": self._lever, "reading": self._reading, "override": self._override}[targets[0]]
        axis = read(name, factor)
        return axis if len(self.problems) == before else None

    # --- What is varied

    def _path(self, name: str, factor: Factor) -> Axis | None:
        root, shape = self.base.resolved.root, scenario_shape()
        found = find_path(str(factor.path), root, shape)
        if isinstance(found, Problem):
            self._report(found.kind, name, "path", found.found, found.allowed, found.suggestion)
            return None
        node, there = root.within(found), shape.at(found)
        origin = self.base.origins.get(dotted(found))
        base = told(node, there) if node is not None and node.value is not None else ""
        return self._varied(name, factor, "path", dotted(found), (origin.kind if origin else None) or "assumed", base, there)

    def _lever(self, name: str, factor: Factor) -> Axis | None:
        lever = self.base.scenario.levers.get(str(factor.lever))
        if lever is None:
            if self.levers is None:
                self.levers = levers_that_fit(self.base)
            lever = self.levers.get(str(factor.lever))
        if lever is None:
            self._unknown("unknown-lever", name, "lever", str(factor.lever), self.levers or {})
            return None
        base = "1" if lever.status == "in_force" else "0"
        axis = self._varied(name, factor, "lever", str(factor.lever), "lever", base, Shape(number=True, instant=True), lever)
        if axis is not None and axis.measure not in {"number", "share", "count", "date", "day"}:
            self._report("unit", name, self._way(factor), str(axis.measure), f"0 … {lever.largest:g}; a date")
        return axis

    def _reading(self, name: str, factor: Factor) -> Axis | None:
        fact = self.base.scenario.readings.get(str(factor.reading))
        if fact is None:
            self._unknown("unknown-ambiguity", name, "reading", str(factor.reading), self.base.scenario.readings)
            return None
        names = self._named(name, factor, list(fact.readings))
        return self._of_names(name, factor, "reading", str(factor.reading), names, fact.base, fact.title)

    def _override(self, name: str, factor: Factor) -> Axis | None:
        if factor.override not in self.base.scenario.overrides:
            self._unknown("unknown-override", name, "override", str(factor.override), self.base.scenario.overrides)
            return None
        names = self._named(name, factor, [WITHOUT, WITH])
        return self._of_names(name, factor, "override", str(factor.override), names, WITHOUT)

    def _named(self, name: str, factor: Factor, known: Sequence[str]) -> tuple[str, ...]:
        """The names among which a factor chooses."""
        if factor.range is not None or factor.prior is not None:
            self._report("one-of", name, "", self._way(factor), "values")
        chosen = [str(value) for value in factor.values or known]
        for value in chosen:
            if value not in known:
                self._unknown("choice", name, "values", value, known)
        return tuple(chosen)

    def _of_names(
        self, name: str, factor: Factor, target: Target, where: str, names: tuple[str, ...], base: str, title: Words | None = None
    ) -> Axis:
        words: dict[str, Any] = {"title": factor.title or title, "owner": factor.owner, "assumed": factor.assumed}
        return Axis(name, target, where, "text", target, levels=names, base=base, **words)

    # --- How it is varied

    def _varied(
        self, name: str, factor: Factor, target: Target, where: str, kind: str, base: str, shape: Shape, lever: Lever | None = None
    ) -> Axis | None:
        """An axis along a range, a prior or values."""
        title = factor.title or (lever.title if lever else None)
        words: dict[str, Any] = {"title": title, "owner": factor.owner, "assumed": factor.assumed, "base": base}
        words |= {"whole": shape.whole, "lever": lever}
        if factor.prior is not None:
            prior = factor.prior
            return Axis(name, target, where, prior.dimension, kind, prior=prior, working=prior.working, **words)
        way = self._way(factor)
        read = [self._value(value, shape, name, way) for value in (factor.range or factor.values or ())]
        if any(value is None for value in read):
            return None
        parts = [value for value in read if value is not None]
        measures = {part.measure for part in parts}
        working = {part.working for part in parts if part.amount}
        if factor.values is not None:
            measure: Measure = measures.pop() if len(measures) == 1 else "text"
            levels = tuple(part.text for part in parts)
            amounts = () if measure == "text" else tuple(part.amount for part in parts)
            return Axis(name, target, where, measure, kind, levels=levels, amounts=amounts, **words)
        low, high = parts
        if len(measures) > 1 or len(working) > 1 or "text" in measures or not low.amount < high.amount:
            self._report("study-range", name, "range", f"[{low.text}, {high.text}]", "[1,000 mu, 2,000 mu]")
            return None
        return Axis(name, target, where, low.measure, kind, low=low.amount, high=high.amount, working=True in working, **words)

    def _value(self, value: Any, shape: Shape, name: str, way: str) -> Value | None:
        """A value as a file would hold it; None, and told, where it is none."""
        if value is BROKEN:
            return None
        text = told_value(value)
        if shape.instant:
            instant = _instant(value)
            if instant is not None:
                amount = float(instant.date.toordinal()) if instant.date else float(instant.day or 0)
                return Value(str(instant), "date" if instant.date else "day", amount)
        try:
            quantity = quantity_of(value)
        except QuantityError as fault:
            if way == "values":
                return Value(text, "text", 0.0)
            self._report(fault.kind, name, way, fault.found, fault.allowed, fault.suggestion)
            return None
        return Value(text, quantity.dimension, float(quantity.value), quantity.working)

    # --- Faults

    def _way(self, factor: Factor) -> str:
        return next((key for key in WAYS if getattr(factor, key) is not None), "values")

    def _unknown(self, kind: str, name: str, key: str, found: str, known: Mapping[str, object] | Sequence[str]) -> None:
        close = get_close_matches(found[:80], list(known), 1, 0.5)
        self._report(kind, name, key, shown(found), ", ".join(known), close[0] if close else "")

    def _report(self, kind: str, name: str, key: str, found: str, allowed: str = "", suggestion: str = "") -> None:
        path = ".".join(part for part in ("factors", name, key) if part)
        self.problems.append(Problem(kind, self._place(name, key), path, found, allowed, suggestion))

    def _place(self, name: str, key: str) -> Place | None:
        if self.root is None:
            return None
        factor = self.root.within(("factors", name))
        node = (factor.child(key) if factor and key else None) or factor
        return None if node is None else node.pointed if key else node.start


@dataclass(frozen=True)
class Value:
    """One value of a factor, as told and as an amount."""

    text: str
    measure: Measure
    amount: float
    working: bool = False


def told_value(value: Any) -> str:
    """A plain value on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case Quantity() | str() | int() | float():
            return str(value)
        case Mapping():
            return "{" + ", ".join(f"{key}: {told_value(child)}" for key, child in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(told_value, value)) + "]"
        case _:
            return str(value)


def _instant(value: object) -> Instant | None:
    """A date or a day, where it is one."""
    if not isinstance(value, str):
        return None
    try:
        return parse_instant(value)
    except QuantityError:
        return None
