"""Factors ready to be varied: what stands at each value in words, and what a value makes of the choice under which a scenario is loaded."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from typing import Literal

from sim.scenario.loading import Choice
from sim.scenario.schema import Lever
from sim.scenario.values.distributions import Distribution
from sim.scenario.values.instants import Instant, parse_instant
from sim.scenario.values.quantities import Quantity, nearest, parse_quantity
from sim.scenario.values.reading import QuantityError
from sim.scenario.values.units import Dimension
from sim.scenario.values.words import Words

Target = Literal["path", "lever", "reading", "override"]
Measure = Dimension | Literal["date", "day", "text"]
"""What a value of a factor is: a quantity, a date, a day of an undated scenario, or a name."""
WHOLE: frozenset[Measure] = frozenset({"money", "count", "date"})
"""Read as whole numbers."""
WITHOUT, WITH = "without", "with"
"""The values of a named override."""


@dataclass(frozen=True)
class Axis:
    """One factor. Its values are numbers: amounts in base units (dates as ordinal days), or indices of `levels` where these are given."""

    name: str
    target: Target
    where: str
    """The path, or the name of the lever, ambiguous fact or override."""
    measure: Measure
    kind: str
    """stated, observed, assumed or fitted, as the scenario's own value is; lever, reading or override where it is none."""
    title: Words | None = None
    owner: Words | None = None
    assumed: Words | None = None
    low: float | None = None
    high: float | None = None
    prior: Distribution | None = None
    levels: tuple[str, ...] = ()
    amounts: tuple[float, ...] = ()
    """Of the levels, where they are amounts."""
    base: str = ""
    """The scenario's own value as told; empty where it has none."""
    working: bool = False
    whole: bool = False
    lever: Lever | None = None

    @property
    def is_named(self) -> bool:
        """Whether its values are names, without an order."""
        return self.measure == "text"

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers of units."""
        return self.whole or self.measure in WHOLE

    def text(self, value: float) -> str:
        """A value as the scenario would hold it; the same number gives the same text."""
        if self.levels:
            return self.levels[int(value)]
        if self.measure == "date":
            return datetime.date.fromordinal(nearest(Fraction(value))).isoformat()
        if self.measure == "day":
            return str(Instant(day=Fraction(value)))
        exact = Fraction(value)
        dimension: Dimension = self.measure if self.measure != "text" else "number"
        return str(Quantity(Fraction(nearest(exact)) if self.is_whole else exact, dimension, self.working))

    def value(self, text: str) -> float:
        """The value that a text means, a bare number in base units; raises QuantityError."""
        if not self.levels:
            return self.amount(text)
        if text in self.levels:
            return float(self.levels.index(text))
        raise QuantityError("choice", text, ", ".join(self.levels), next(iter(get_close_matches(text[:80], self.levels, 1, 0.5)), ""))

    def amount(self, text: str) -> float:
        """The number by which a text stands among others: of a quantity in base units, of a date its day, of a name its place."""
        if self.is_named:
            return float(self.levels.index(text)) if text in self.levels else float("nan")
        if self.measure in {"date", "day"}:
            instant = parse_instant(text)
            return float(instant.date.toordinal()) if instant.date else float(instant.day or 0)
        quantity = parse_quantity(text)
        if quantity.dimension not in {"number", self.measure}:
            raise QuantityError("unit", text, f"{self.text(self.low)} …" if self.low is not None else str(self.measure))
        return float(quantity.value)

    def put(self, text: str, choice: Choice) -> Choice:
        """The choice with this factor at a value."""
        match self.target:
            case "path":
                return replace(choice, sets=(*choice.sets, f"{self.where}={text}"))
            case "reading":
                return replace(choice, readings=(*choice.readings, text))
            case "override":
                return replace(choice, overrides=(*choice.overrides, self.where)) if text == WITH else choice
            case "lever":
                return self._pulled(text, choice)

    def _pulled(self, text: str, choice: Choice) -> Choice:
        """The choice with the lever at a size, or taken at a date."""
        if self.measure in {"date", "day"}:
            return replace(choice, levers=(*choice.levers, f"{self.where}@{text}"))
        in_force = self.lever is not None and self.lever.status == "in_force"
        if float(text) == in_force:  # as the file has it
            return choice
        if float(text) == 0:
            return replace(choice, without=(*choice.without, self.where))
        return replace(choice, levers=(*choice.levers, f"{self.where}={text}"))
