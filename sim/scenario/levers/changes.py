"""What a lever does to the numbers of a scenario's tree, in size and in time.

It works on values as they are written, before anything is compiled, so that no engine knows of it: a value that may change in time becomes
one by date. At size s a value is multiplied by factor^s, or s times as much is added; a ramp does this week by week.
"""

from __future__ import annotations

import contextlib
import datetime
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from sim.errors import Place, Problem, shown
from sim.scenario.files.document import Node, Source
from sim.scenario.files.facts import Facts
from sim.scenario.files.setting import Setting, find_path, put
from sim.scenario.files.sources import Path, Settling, without_dimension
from sim.scenario.levers.asked import Pull
from sim.scenario.schema import Change, Lever
from sim.scenario.shape import Shape, scenario_shape
from sim.scenario.values.instants import Instant, read_instant
from sim.scenario.values.quantities import Quantity, nearest, quantity_of
from sim.scenario.values.reading import QuantityError
from sim.scenario.values.scaling import plus, times

STEP = 7
"""Days between the steps of a ramp."""
ANY = "*"
"""In a path: every name there."""
Course = dict[str, Any]
"""Date as written -> value."""


@dataclass
class Changing:
    """Lays levers over a tree; gathers what is wrong with them."""

    start: Instant
    """When the simulated time begins."""
    facts: Facts
    problems: list[Problem] = field(default_factory=list)

    def applied(self, pull: Pull, root: Node) -> Node:
        """The tree with a lever's changes in it."""
        for pattern, change in pull.lever.change.items():
            told = root.within(("levers", pull.name, "change", pattern))
            place = told.start if told else pull.place
            where = f"levers.{pull.name}.change.{pattern}"
            for path in list(self.matches(pattern, root, place, where)):
                node, shape = root.within(path), scenario_shape().at(path)
                if change.times is not None and (node is None or node.value is None) and is_nothing(shape.default):
                    continue  # so many times nothing; written out, it would lack its unit
                try:
                    new = self.changed(shape.default if node is None or node.value is None else node.plain(), change, pull, shape)
                except QuantityError as fault:
                    at = at_fault(told, fault.kind) if told else place
                    self.problems.append(Problem(fault.kind, at, where, shown(fault.found), fault.allowed, fault.suggestion))
                    continue
                source = Source("assumed", f"levers.{pull.name}")
                settling = Settling(self.facts)
                value = settling.settle(node_of(new, place), shape, source, path)
                self.problems += settling.problems
                if change.set is not None:
                    root = put(root, Setting(path, Node(None, place, place)), scenario_shape())
                root = put(root, Setting(path, value), scenario_shape())
        return root

    def matches(self, pattern: str, root: Node, place: Place, where: str) -> Iterator[Path]:
        """The paths that a path with `*` in it stands for, of those that hold a value; a path that leads nowhere is told."""
        if ANY not in pattern.split("."):
            found = find_path(pattern, root, scenario_shape())
            if isinstance(found, Problem):
                self.problems.append(replace(found, place=place, path=where))
            else:
                yield found
            return
        paths = list(_given(root, tuple(pattern.split(".")), ()))
        if not paths:
            self.problems.append(Problem("set-path", place, where, pattern, f"{ANY} = …"))
        yield from paths

    # --- In time

    def changed(self, old: Any, change: Change, pull: Pull, shape: Shape) -> Any:
        """A value under a lever; raises QuantityError where it cannot be changed so."""
        if change.set is not None and pull.lever.status == "in_force" and pull.strength > 0:
            raise QuantityError("lever-size", f"{pull.strength + 1:g}", "1")
        dates = self.dates(pull)
        if shape.dated and shape.item is not None and not shape.distribution and change.set is None:
            if isinstance(change.add, Mapping):
                more = self.more_in_time if shape.is_course else self.more_events
                return more(old, change.add, pull, shape)
            if isinstance(old, Mapping) and not shape.is_course:
                return self.along(old, dates, change, shape.item)
        if list(dates) == [self.start]:
            if isinstance(old, Mapping) and shape.is_course and change.set is None:
                return self.along(old, dates, change, shape.item or shape)
            return changed_once(old, change, dates[self.start], shape)
        if not shape.is_course:
            raise QuantityError(
                "lever-date", f"from: {pull.since or self.start}, ramp: {pull.lever.ramp:g} days", f"from: {self.start}, ramp: 0 days"
            )
        course = dict(old) if isinstance(old, Mapping) else {str(self.start): old}
        between = {str(date): self.value_on(course, date, shape.default or 0) for date in dates}
        return self.along(between | course, dates, change, shape.item or shape)

    def dates(self, pull: Pull) -> dict[Instant, float]:
        """Date -> strength from then on: at once in full, or week by week over the ramp, in full at its end.

        What is dropped without a date is as if it had never been: at once.
        """
        since = self.begins(pull)
        ramp = 0.0 if pull.strength < 0 and pull.since is None else pull.lever.ramp
        steps = max(math.ceil(ramp / STEP), 1)
        return {later(since, round(ramp * n / steps)): pull.strength * n / steps for n in range(1, steps + 1)}

    def along(self, values: Mapping[str, Any], dates: Mapping[Instant, float], change: Change, shape: Shape) -> Course:
        """Values by date, each changed by the strength that the lever has then; one from before the start, by that at the start."""
        strengths = {self.days(date): strength for date, strength in dates.items()}
        changed = {}
        for key in sorted(values, key=self.days):
            reached = [day for day in strengths if day <= max(self.days(key), Fraction(0))]
            changed[key] = changed_once(values[key], change, strengths[max(reached)], shape) if reached else values[key]
        return changed

    def more_events(self, old: Any, more: Mapping[str, Any], pull: Pull, shape: Shape) -> Course:
        """What comes on dates beside what comes already; nothing before the lever's date."""
        first, events = self.days(self.begins(pull)), dict(old or {})
        for key, amount in more.items():
            day = self.days(key)
            if day >= first:
                same = next((one for one in events if self.days(one) == day), key)
                events[same] = added(events.get(same, 0), amount, pull.strength, shape.item or shape)
        return events

    def more_in_time(self, old: Any, more: Mapping[str, Any], pull: Pull, shape: Shape) -> Course:
        """A course with another added to it from the lever's date on; the other is nothing before its first date."""
        old = shape.default if old is None else old
        if old is None:
            raise QuantityError("lever-nothing", shown(old), "set: …")
        course = dict(old) if isinstance(old, Mapping) else {str(self.start): old}
        first = self.begins(pull)
        summed = {}
        for day, key in sorted({self.days(key): key for key in [str(first), *more, *course]}.items()):
            amount = self.value_on(more, read_instant(key), None) if day >= self.days(first) else None
            value = self.value_on(course, read_instant(key), shape.default or 0)
            if amount is not None:
                summed[key] = added(value, amount, pull.strength, shape.item or shape)
            elif key in course:
                summed[key] = value
        return summed

    def begins(self, pull: Pull) -> Instant:
        """From when on a lever works: not before the start."""
        return max(pull.since or self.start, self.start, key=self.days)

    def value_on(self, course: Mapping[str, Any], date: Instant, before: Any) -> Any:
        """What holds on a date."""
        reached = [key for key in course if self.days(key) <= self.days(date)]
        return course[max(reached, key=self.days)] if reached else before

    def days(self, instant: Instant | str) -> Fraction:
        """Days since the start."""
        one = read_instant(instant)
        if one.date is not None and self.start.date is not None:
            return Fraction((one.date - self.start.date).days)
        return one.day or Fraction(0)


def _given(node: Node, rest: tuple[str, ...], path: Path) -> Iterator[Path]:
    """The paths below a node that a pattern stands for and that hold a value, or have one that is meant where none stands."""
    if node.value is None:
        return
    if not rest:
        yield path
        return
    key, *after = rest
    for name, child in (node.mapping or {}).items():
        if key in (name, ANY):
            yield from _given(child, tuple(after), (*path, name))
    default = scenario_shape().at((*path, key)).default
    if not after and key not in (node.mapping or {}) and isinstance(default, int | float):
        yield (*path, key)


def at_fault(told: Node, kind: str) -> Place:
    """Where a change is at fault: its number, if that is none that can be used, else the change as a whole."""
    operand = next((node for way in ("add", "times", "set") if (node := told.child(way)) is not None and node.value is not None), None)
    if operand is None or kind.startswith("lever-"):
        return told.start
    for child in (operand.mapping or {}).values():
        try:
            quantity_of(child.plain())
        except QuantityError:
            return child.pointed
    return operand.pointed


def later(instant: Instant, days: int) -> Instant:
    """An instant so many days later."""
    if instant.date is not None:
        return Instant(date=instant.date + datetime.timedelta(days))
    return Instant(day=(instant.day or Fraction(0)) + days)


# --- In size


def changed_once(old: Any, change: Change, strength: float, shape: Shape) -> Any:
    """One value, or all of a distribution, changed; raises QuantityError."""
    if change.set is not None:
        if abs(strength) != 1.0:
            raise QuantityError("lever-size", f"{abs(strength):g}", "1")
        if strength < 0 and change.without is None:
            raise QuantityError("lever-set", "set", "without: …")
        return change.set if strength > 0 else change.without
    if old is None or (isinstance(old, Mapping) and not shape.distribution):
        raise QuantityError("lever-nothing", shown(old), "set: …")
    if change.times is None:
        return added(old, change.add, strength, shape)
    if change.times == 0:
        raise QuantityError("range", "times: 0", "> 0, set: …")
    new = times(old, change.times**strength)
    return new if isinstance(new, Mapping) else fitting(new, shape)


def added(old: Any, more: Any, strength: float, shape: Shape) -> Any:
    """One value with so much more; raises QuantityError where there is none to add to."""
    return fitting(plus(old, more, strength), shape)


def fitting(quantity: Quantity, shape: Shape) -> Any:
    """A quantity as its field takes it: whole units where it counts, a bare number where it takes no unit."""
    return bare(rounded(quantity) if shape.whole else quantity, shape)


def rounded(quantity: Quantity) -> Quantity:
    """The nearest whole number of units, none below zero."""
    return Quantity(Fraction(max(nearest(quantity.value), 0)), quantity.dimension, quantity.working)


def bare(quantity: Quantity, shape: Shape) -> Any:
    """A quantity, as a bare number where the field takes no unit."""
    return without_dimension(quantity, shape.bare) if shape.bare else quantity


def node_of(value: Any, place: Place) -> Node:
    """A plain value as a tree whose every part stands at one place."""
    if isinstance(value, Mapping):
        return Node({str(key): node_of(child, place) for key, child in value.items()}, place, place)
    if isinstance(value, list | tuple):
        return Node([node_of(child, place) for child in value], place, place)
    return Node(value, place, place)


def is_nothing(default: Any) -> bool:
    """Whether what is meant where nothing stands is the number zero."""
    return isinstance(default, int | float) and not isinstance(default, bool) and default == 0


def levers_of(root: Node) -> dict[str, Lever]:
    """The levers that a tree names, those without a fault: the others' faults are told with the scenario's."""
    block = root.within(("levers",))
    levers = {}
    for name, node in ((block.mapping if block else None) or {}).items():
        with contextlib.suppress(ValidationError):
            levers[name] = Lever.model_validate(node.plain(), strict=True)
    return levers
