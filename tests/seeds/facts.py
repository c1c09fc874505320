"""Stated facts as a test reads them, by arithmetic of its own, and as the product does; and the rules that hold for every document."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from sim.errors import Problem
from sim.scenario.files.facts import Facts as Reader
from sim.scenario.files.folders import Folders
from sim.scenario.values.quantities import Quantity

Facts = dict[str, dict[str, Any]]

SEEDS = Path(__file__).parents[2] / "seeds"
UNITS = {"bn yuan": 10**9, "million yuan": 10**6, "projects": 1, "mu": 1, "days": 1, "": 1}
COMPARATORS = {"=", ">=", ">", "~"}
BN = 10**9


def facts_of(document: str) -> Facts:
    """The facts of a document, all texts as they are written."""
    content = yaml.load((SEEDS / f"{document}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    facts: Facts = content["facts"]
    return facts


def stated(text: str) -> Fraction:
    """Read a stated quantity: `76 bn yuan`, `131.7%`, `267 projects`, `8505 mu`, `3.6 days`, `5`."""
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    number, _, unit = text.partition(" ")
    return Fraction(number) * UNITS[unit]


def value(facts: Facts, name: str) -> Fraction:
    """The value of a fact; a derived one by Python's own arithmetic over the others."""
    fact = facts[name]
    if "value" in fact:
        return stated(fact["value"])
    names = compile(fact["derive"], name, "eval").co_names
    return Fraction(eval(fact["derive"], {"__builtins__": {}}, {other: value(facts, other) for other in names}))


def numbers(facts: Facts) -> list[str]:
    """Names of the facts that are a quantity, not a text."""
    return sorted(name for name, fact in facts.items() if "derive" in fact or _is_quantity(fact["value"]))


def _is_quantity(text: str) -> bool:
    try:
        stated(text)
    except (KeyError, ValueError):
        return False
    return True


def as_read(document: str, facts: Facts) -> dict[str, Fraction | str | None]:
    """Each fact as the product reads it: an exact value, a text, or None where it cannot be used."""
    reader = Reader(Folders(SEEDS.parent, SEEDS.parent))
    found = {name: reader.find(f"{document}/{name}") for name in facts}
    return {name: _content(fact.value) if fact and not isinstance(fact, Problem) else None for name, fact in found.items()}


def _content(value: Quantity | str) -> Fraction | str:
    return value if isinstance(value, str) else value.value


def as_written(facts: Facts) -> dict[str, Fraction | str]:
    """Each fact as it is read here, for comparison with `as_read`."""
    return {name: value(facts, name) if name in numbers(facts) else fact["value"] for name, fact in facts.items()}


def derived(facts: Facts) -> list[str]:
    """Names of the facts that are derived from others."""
    return sorted(name for name, fact in facts.items() if "derive" in fact)


def worked_by_hand(test: Any) -> list[str]:
    """The names that a parametrised test works by hand, first among its parameters."""
    (parameters,) = (mark for mark in test.pytestmark if mark.name == "parametrize")
    return sorted(case[0] for case in parameters.args[1])


def faults(facts: Facts) -> list[str]:
    """What breaks the rules of every document; empty if all is well."""
    return [*_forms(facts), *_goals(facts), *_said_twice(facts)]


def _forms(facts: Facts) -> Iterator[str]:
    for name, fact in facts.items():
        if not (fact["kind"] == "derived") == ("derive" in fact) == ("value" not in fact):
            yield f"{name}: derived exactly if it has an expression in place of a value"
        if "derive" not in fact and not (fact.get("place") and fact.get("wording")):
            yield f"{name}: says where it stands, and in what words"
        if fact["comparator"] not in COMPARATORS:
            yield f"{name}: comparator {fact['comparator']}"


def _goals(facts: Facts) -> Iterator[str]:
    for name, fact in facts.items():
        if (fact["kind"] == "target") != ("_goal_20" in name):
            yield f"{name}: goals are targets, and only they"


def _said_twice(facts: Facts) -> Iterator[str]:
    for (one, first), (other, second) in combinations(facts.items(), 2):
        keys = [key for key in ("metric", "value", "derive", "year") if key in first or key in second]
        alike = all(first.get(key) == second.get(key) for key in keys)
        if alike and first.get("wording") == second.get("wording"):
            yield f"{one} and {other}: the same fact"
