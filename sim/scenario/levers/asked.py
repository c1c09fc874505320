"""What is asked of a scenario's levers: `--lever NAME[=size][@date]`, `--without NAME`; and what cannot be had together."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sim.errors import Place, Problem, shown
from sim.scenario.schema import Lever
from sim.scenario.values.instants import Instant, parse_instant
from sim.scenario.values.reading import QuantityError

TAKE, DROP = "--lever", "--without"
SPEC = re.compile(r"(?P<name>[^=@]*)(?:=(?P<size>[^@]*))?(?:@(?P<since>.*))?")


@dataclass(frozen=True)
class Pull:
    """A lever as it is taken or dropped."""

    name: str
    lever: Lever
    strength: float
    """How much more of it than is in the scenario's numbers; less than nothing for one in force that is dropped or taken smaller."""
    since: Instant | None
    """From when on; None: from the start."""
    place: Place
    """Where it was asked for."""


class Asking:
    """Reads what is asked; gathers what is wrong with it."""

    def __init__(self, levers: Mapping[str, Lever], known: Sequence[str]) -> None:
        self.levers, self.known = levers, known
        self.problems: list[Problem] = []

    def pulls(self, taken: Sequence[str], dropped: Sequence[str]) -> list[Pull]:
        """The levers asked for, in this order, each once."""
        pulls = [pull for pull in [*map(self._taken, taken), *map(self._dropped, dropped)] if pull is not None]
        names = [pull.name for pull in pulls]
        gone = {pull.name for pull in pulls if pull.place.file == DROP}
        present = {*in_force(self.levers), *names} - gone
        told: list[Problem] = []
        for number, pull in enumerate(pulls):
            if pull.name in names[:number]:
                self._report("lever-twice", pull.place, pull.name)
            elif pull.name in present:
                told += company(pull.name, self.levers, present, pull.place)
            else:
                orphans = [name for name in sorted(present) if pull.name in self.levers[name].requires]
                self.problems += [Problem("lever-requires", pull.place, f"levers.{name}", name, pull.name) for name in orphans]
        self.problems += each_once(told)
        return pulls

    def _taken(self, text: str) -> Pull | None:
        place, match = Place(TAKE, 1, 1, text), SPEC.fullmatch(text)
        name = match["name"].strip() if match else text
        lever = self._lever(name, place)
        if match is None or lever is None:
            return None
        size = lever.size if match["size"] is None else self._size(match["size"].strip(), lever, name, place)
        since = lever.since if match["since"] is None else self._date(match["since"].strip(), name, place)
        if lever.status == "in_force" and size == 1.0:
            self._report("lever-in-force", place, text, f"--without {name}, --lever {name}=2")
            return None
        return None if size is None else Pull(name, lever, size - (lever.status == "in_force"), since, place)

    def _dropped(self, text: str) -> Pull | None:
        place, name = Place(DROP, 1, 1, text), text.strip()
        lever = self._lever(name, place)
        if lever is not None and lever.status == "in_force":
            return Pull(name, lever, -1.0, None, place)
        if name in self.known:
            self._report("lever-proposed", place, name, ", ".join(in_force(self.levers)))
        return None

    def _lever(self, name: str, place: Place) -> Lever | None:
        if name not in self.known:
            close = get_close_matches(name[:80], self.known, 1, 0.5)
            self._report("unknown-lever", place, shown(name), ", ".join(self.known), close[0] if close else "")
        return self.levers.get(name)

    def _size(self, text: str, lever: Lever, name: str, place: Place) -> float | None:
        try:
            size = float(text)
        except ValueError:
            size = math.nan
        if not 0 < size <= lever.largest:
            self._report("range", place, f"{name}={text}", f"0 < {name} ≤ {lever.largest:g}")
            return None
        return size

    def _date(self, text: str, name: str, place: Place) -> Instant | None:
        try:
            return parse_instant(text)
        except QuantityError as fault:
            self._report(fault.kind, place, f"{name}@{text}", fault.allowed, fault.suggestion)
            return None

    def _report(self, kind: str, place: Place, found: str, allowed: str = "", suggestion: str = "") -> None:
        self.problems.append(Problem(kind, place, "", found, allowed, suggestion))


def in_force(levers: Mapping[str, Lever]) -> list[str]:
    """Levers whose effect is inside the numbers."""
    return [name for name, lever in levers.items() if lever.status == "in_force"]


def company(name: str, levers: Mapping[str, Lever], present: set[str], place: Place | None) -> list[Problem]:
    """What is wrong with a lever beside those that are present: one that it requires is not there, one of its own group is."""
    lever, path = levers[name], f"levers.{name}"
    problems = [Problem("lever-requires", place, path, name, required) for required in lever.requires if required not in present]
    rivals = [one for one in sorted(present - {name}) if lever.group and levers[one].group == lever.group]
    pairs = [sorted((name, rival)) for rival in rivals]
    return problems + [Problem("lever-group", place, path, ", ".join(pair), " | ".join(pair)) for pair in pairs]


def each_once(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without those that say the same of the same levers; of these the last."""
    return list({(problem.kind, problem.found): problem for problem in problems}.values())


def lever_name(text: str) -> str:
    """The name in `NAME[=size][@date]`."""
    return text.partition("@")[0].partition("=")[0].strip()
