"""From a name or a path to a scenario that can be run: every file read, every fault told at once."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.errors import InputError, Place, Problem, shown
from sim.scenario.assessing import STAND_IN_RUN, Assessed, Origin, assess
from sim.scenario.files.book import Book, base_reading, open_book, overrides_of, readings_of
from sim.scenario.files.document import Node
from sim.scenario.files.facts import Facts
from sim.scenario.files.folders import Folders, packaged_folder, root_of
from sim.scenario.files.library import read_library
from sim.scenario.files.sources import dotted
from sim.scenario.levers.asked import Asking, Pull, company, each_once, in_force, lever_name
from sim.scenario.levers.changes import Changing, levers_of
from sim.scenario.schema import Lever, Scenario
from sim.scenario.values.instants import Instant, read_instant
from sim.scenario.values.quantities import Quantity
from sim.scenario.values.reading import QuantityError

KINDS = ("stated", "observed", "assumed", "fitted")
"""Kinds of numbers, in the order in which they are counted."""


@dataclass(frozen=True)
class Choice:
    """What the user asks of a scenario file beside what it says."""

    overrides: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    scenario_list: str | None = None
    levers: tuple[str, ...] = ()
    """Taken: `NAME[=size][@date]`."""
    without: tuple[str, ...] = ()
    """Dropped, of those in force."""


@dataclass(frozen=True, eq=False)
class Examined:
    """A book, and what there is to say of it whatever is chosen."""

    book: Book
    written: Assessed
    problems: tuple[Problem, ...]
    """Of its levers, overrides and readings."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """A scenario that holds no error, with where each of its values comes from."""

    name: str
    scenario: Scenario
    """Resolved: overrides, reading and `--set` applied."""
    as_written: Scenario
    """The file and what it extends, in the base reading, nothing else applied."""
    warnings: tuple[Problem, ...]
    choice: Choice
    examined: Examined = field(repr=False)
    resolved: Assessed = field(repr=False)
    """The tree from which `scenario` was read."""

    @cached_property
    def plain(self) -> Mapping[str, Any]:
        """The resolved tree as it was validated."""
        return self.resolved.root.plain()  # type: ignore[no-any-return]

    @cached_property
    def origins(self) -> Mapping[str, Origin]:
        """Dotted path -> where its value comes from."""
        return self.resolved.origins()

    @cached_property
    def tree(self) -> Mapping[str, Any]:
        """The resolved scenario as plain data in one canonical spelling."""
        return self.resolved.tree()

    @cached_property
    def written_tree(self) -> Mapping[str, Any]:
        """The same of the file as written."""
        return self.examined.written.tree()

    @property
    def book(self) -> Book:
        """The file, and all that it draws on."""
        return self.examined.book

    def with_values(self, values: Mapping[str, Quantity]) -> Scenario:
        """The scenario with other values at dotted paths; raises InputError, at the paths of the priors, where one cannot stand there."""
        tree = dict(self.plain)
        for path, value in values.items():
            put(tree, path, value)
        try:
            return Scenario.model_validate(tree, strict=True)
        except ValidationError as error:
            problems = []
            for path, value in values.items():
                told = [fault for fault in error.errors(include_url=False) if path.startswith(dotted(fault["loc"][:1]))]
                allowed = str(told[0].get("ctx", {}).get("allowed", told[0]["msg"])) if told else ""
                if told:
                    problems.append(Problem("range", path=f"uncertain.parameters.{path}", found=str(value), allowed=allowed))
            raise InputError(problems) from error

    def provenance(self) -> dict[str, int]:
        """How many numbers are stated, observed, assumed, fitted."""
        kinds = [origin.kind for origin in self.origins.values()]
        return {kind: kinds.count(kind) for kind in KINDS}

    def reading_names(self) -> tuple[str, ...]:
        """All readings of all ambiguous facts."""
        return tuple(readings_by_name(self.book.written))

    def chosen_readings(self) -> tuple[str, ...]:
        """The reading in force of each ambiguous fact."""
        chosen = _chosen(self.book.written, self.choice.readings)
        return tuple(name for name, (fact, reading) in readings_by_name(self.book.written).items() if chosen[fact] == reading)

    def with_reading(self, name: str) -> Loaded:
        """The same scenario under another reading of one ambiguous fact; raises InputError."""
        return self.chosen(replace(self.choice, readings=(*self.choice.readings, name)))

    def chosen(self, choice: Choice) -> Loaded:
        """The same file under another choice; raises InputError."""
        return _finished(self.examined, choice)


def load(
    name_or_path: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    sets: Sequence[str] = (),
    reading: str | Sequence[str] | None = None,
    scenario_list: str | None = None,
    levers: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Loaded:
    """A scenario by name or path, with named overrides, one reading per ambiguous fact, levers taken (`NAME[=size][@date]`) and dropped,
    and `--set path=value` applied in this order.

    `scenario_list` names a list of overrides of the file, applied before `overrides`. Raises InputError with all problems.
    """
    book = open_book(name_or_path if isinstance(name_or_path, str) else Path(name_or_path))
    readings = (reading,) if isinstance(reading, str) else tuple(reading or ())
    choice = Choice(tuple(overrides), tuple(sets), readings, scenario_list, tuple(levers), tuple(without))
    written = assess(book.whole(book.written))
    return _finished(Examined(book, written, (*_of_levers(book, written), *_of_variants(book, written))), choice)


def _finished(examined: Examined, choice: Choice) -> Loaded:
    """The scenario of a book under a choice; raises InputError with all problems."""
    book, written = examined.book, examined.written
    fragments, problems = _fragments(book.written, choice)
    root, unpulled = pulled(book, book.with_fragments(fragments), choice)
    root, faults = book.with_settings(root, choice.sets)
    chosen = assess(book.whole(root)) if fragments or choice.sets or choice.levers or choice.without else written
    problems += [
        *unpulled,
        *faults,
        *examined.problems,
        *chosen.problems,
        *_errors(written.problems),
        *book.problems,
        *book.facts.problems,
    ]
    found = _sorted(book, problems)
    if written.scenario is None or chosen.scenario is None or _errors(found):
        raise InputError(found)
    return Loaded(
        name=book.name,
        scenario=chosen.scenario,
        as_written=written.scenario,
        warnings=tuple(found),
        choice=choice,
        examined=examined,
        resolved=chosen,
    )


def pulled(book: Book, root: Node, choice: Choice) -> tuple[Node, list[Problem]]:
    """A tree with levers taken and dropped, and what is wrong with that."""
    if not (choice.levers or choice.without):
        return root, []
    named = book.with_levers(root, [lever_name(text) for text in choice.levers])
    levers, start = levers_of(named), root.within(("run", "start"))
    asking = Asking(levers, sorted({*book.library, *levers}))
    pulls = asking.pulls(choice.levers, choice.without)
    try:
        changing = Changing(read_instant(start.value if start else "day 0"), book.facts)
    except QuantityError:  # told with the scenario's own faults
        return root, asking.problems
    if asking.problems:
        return root, asking.problems
    for pull in pulls:
        named = changing.applied(pull, named)
    return named, changing.problems


def _of_levers(book: Book, written: Assessed) -> list[Problem]:
    """What is wrong with the levers that the file itself names: in themselves, with what they make of this scenario, with each other."""
    levers, start = levers_of(book.written), book.written.within(("run", "start"))
    try:
        changing = Changing(read_instant(start.value if start else "day 0"), book.facts)
    except QuantityError:
        return []
    beside: list[Problem] = []
    problems: list[Problem] = []
    for name, lever in levers.items():
        node = book.written.within(("levers", name)) or book.written
        strength = -1.0 if lever.status == "in_force" else 1.0
        told = len(changing.problems)
        pull = Pull(name, lever, strength, lever.since if strength > 0 else None, node.start)
        changed = changing.applied(pull, book.whole(book.written))
        if len(changing.problems) == told:
            problems += [replace(problem, path=f"{problem.path} ({name})") for problem in _new_errors(changed, written)]
        if lever.status == "in_force":
            beside += company(name, levers, set(in_force(levers)), node.start)
        sources = node.within(("sources",))
        for index, source in enumerate(lever.sources):
            found = book.facts.find(source)
            if isinstance(found, Problem):
                place = sources.value[index].pointed if sources else node.start
                problems.append(replace(found, place=place, path=f"levers.{name}.sources.{index}"))
    return each_once(beside) + problems + changing.problems


def put(tree: dict[str, Any], path: str, value: Quantity) -> None:
    """Put a value at a dotted path, copying each mapping on the way."""
    *way, last = path.split(".")
    for key in way:
        tree[key] = dict(tree[key])
        tree = tree[key]
    tree[last] = value


def _errors(problems: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


def _sorted(book: Book, problems: Sequence[Problem]) -> list[Problem]:
    """Problems in the order of the files, each once."""
    once: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        once.setdefault((problem.kind, problem.place, problem.path.partition(" ")[0]), problem)
    return sorted(once.values(), key=book.rank)


# --- Overrides and readings by name


def readings_by_name(root: Node) -> dict[str, tuple[str, str]]:
    """Name of a reading -> (ambiguous fact, reading); where two facts have readings of one name, the fact comes before a dot."""
    pairs = [(fact, reading) for fact, readings in readings_of(root).items() for reading in readings]
    names = [reading for _, reading in pairs]
    return {reading if names.count(reading) == 1 else f"{fact}.{reading}": (fact, reading) for fact, reading in pairs}


def _chosen(root: Node, names: Sequence[str]) -> dict[str, str]:
    """Ambiguous fact -> reading in force; of several names for one fact the last counts."""
    known = readings_by_name(root)
    base = {fact: base_reading(root, fact) for fact in readings_of(root)}
    return base | dict(known[name] for name in names if name in known)


def _fragments(root: Node, choice: Choice) -> tuple[list[Node], list[Problem]]:
    """What a choice lays over the file, and names that there are not."""
    overrides, readings = overrides_of(root), readings_by_name(root)
    names, problems = _listed(root, choice.scenario_list)
    names += choice.overrides
    problems += _unknown("unknown-override", names, overrides) + _unknown("unknown-reading", choice.readings, readings)
    changes = readings_of(root)
    read = [changes[fact][reading] for fact, reading in _chosen(root, choice.readings).items() if reading in changes[fact]]
    return [overrides[name] for name in names if name in overrides] + [change for change in read if change.value], problems


def _listed(root: Node, name: str | None) -> tuple[list[str], list[Problem]]:
    """The overrides of a named list of the file's `scenarios`."""
    if name is None:
        return [], []
    lists = root.within(("scenarios",))
    known = (lists.mapping if lists else None) or {}
    if name not in known:
        return [], _unknown("unknown-scenario", [name], known)
    listed = known[name].plain()
    return [str(one) for one in listed] if isinstance(listed, tuple) else [], []


def _unknown(kind: str, names: Sequence[str], known: Collection[str]) -> list[Problem]:
    """The names that are not among the known."""
    return [
        Problem(kind, found=shown(name), allowed=", ".join(known), suggestion=next(iter(get_close_matches(name[:80], known, 1, 0.5)), ""))
        for name in names
        if name not in known
    ]


def _of_variants(book: Book, written: Assessed) -> list[Problem]:
    """What is wrong with each override and each reading alone, if it is not wrong without it."""
    root = book.written
    variants = dict(overrides_of(root))
    for name, (fact, reading) in readings_by_name(root).items():
        variants[name] = readings_of(root)[fact][reading]
    changed = {name: fragment for name, fragment in variants.items() if fragment.value}
    return [
        replace(problem, path=f"{problem.path} ({name})")
        for name, fragment in changed.items()
        for problem in _new_errors(book.whole(book.with_fragments([fragment])), written)
    ]


def _new_errors(root: Node, written: Assessed) -> list[Problem]:
    """What is wrong with a tree that was not wrong with the file as written; nothing where that is too large to be read again and again."""
    if any(problem.kind == "too-large" for problem in written.problems):
        return []
    known = {(problem.kind, problem.path) for problem in written.problems}
    return [problem for problem in _errors(assess(root).problems) if (problem.kind, problem.path) not in known]


# --- Levers


def library_levers() -> dict[str, Lever]:
    """Every lever of the library of the working folder's root and of the package; raises InputError with all that is wrong with it."""
    packaged = packaged_folder()
    folders = Folders(root_of(Path.cwd()) or packaged, packaged)
    facts = Facts(folders)
    nodes, _, problems = read_library(folders, facts)
    place = Place("", 1, 1)
    run = Node({key: Node(value, place) for key, value in STAND_IN_RUN.items()}, place)
    assessed = assess(Node({"run": run, "levers": Node(nodes, place)}, place))
    found = [*problems, *facts.problems, *assessed.problems]
    if assessed.scenario is None or found:
        raise InputError(found)
    return dict(assessed.scenario.levers)


def levers_that_fit(loaded: Loaded) -> dict[str, Lever]:
    """The levers that a scenario names, and those of the library that it could take."""
    book, start = loaded.book, loaded.scenario.run.start or Instant(day=Fraction(0))
    fitting, written = dict(loaded.scenario.levers), assess(book.whole(book.written))
    for name in (name for name in book.library if name not in loaded.scenario.levers):
        root = book.with_levers(book.whole(book.written), [name])
        lever = levers_of(root).get(name)
        changing = Changing(start, book.facts)
        if lever is not None:
            changed = changing.applied(Pull(name, lever, 1.0, lever.since, root.place), root)
            if not changing.problems and not _new_errors(changed, written):
                fitting[name] = lever
    return fitting
