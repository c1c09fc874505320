"""Boxes in the space of factors: some factors restricted to an interval or to some values, all others free."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Booleans = NDArray[np.bool_]
Column = NDArray[Any]
"""(point,) values of a factor: floats, or text as objects, which are categories."""
Ranges = Mapping[str, tuple[float, float]]
"""By factor, the least and the greatest value that was measured."""


@dataclass(frozen=True)
class Interval:
    """Values from low to high, both among them; None is no bound."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Choice:
    """One of these values."""

    values: tuple[str, ...]


Restriction = Interval | Choice
Restrictions = Mapping[str, Restriction]
"""By factor; a factor that is not named is free."""


def contains(restrictions: Restrictions, columns: Mapping[str, Column]) -> Booleans:
    """(point,) whether each point satisfies all restrictions."""
    inside = np.ones(len(next(iter(columns.values()))), dtype=bool)
    for name, restriction in restrictions.items():
        inside &= satisfies(restriction, columns[name])
    return inside


def quasi_p(restrictions: Restrictions, columns: Mapping[str, Column], of_interest: Booleans) -> dict[str, float]:
    """By restricted factor, P(Binomial(points in the box, density without the restriction) >= points of interest in the box)."""
    inside = contains(restrictions, columns)
    found = {}
    for name in restrictions:
        freed = contains(without(restrictions, name), columns)
        density = of_interest[freed].mean() if freed.any() else 0.0
        found[name] = float(stats.binom.sf(int(of_interest[inside].sum()) - 1, int(inside.sum()), density))
    return found


def satisfies(restriction: Restriction, column: Column) -> Booleans:
    """(point,) whether each value does."""
    if isinstance(restriction, Choice):
        return np.isin(column, np.array(restriction.values, dtype=object))
    low = -math.inf if restriction.low is None else restriction.low
    high = math.inf if restriction.high is None else restriction.high
    return np.asarray((column >= low) & (column <= high))


def without(restrictions: Restrictions, name: str) -> dict[str, Restriction]:
    """The box with one factor free."""
    return {other: one for other, one in restrictions.items() if other != name}


def looser(restrictions: Restrictions, name: str) -> list[dict[str, Restriction]]:
    """Without one of the two bounds of a factor, or without the factor if it has but one."""
    one = restrictions[name]
    if isinstance(one, Choice) or one.low is None or one.high is None:
        return [without(restrictions, name)]
    return [dict(restrictions) | {name: Interval(None, one.high)}, dict(restrictions) | {name: Interval(one.low, None)}]


def settled(restriction: Restriction, column: Column, ends: tuple[float, float] | None) -> Restriction | None:
    """A restriction without bounds that leave no point of the column out, or lie at its ends or beyond; None if nothing is left."""
    if isinstance(restriction, Choice):
        return restriction if set(restriction.values) < set(column.tolist()) else None
    least, greatest = ends or (-math.inf, math.inf)
    low, high = restriction.low, restriction.high
    low = low if low is not None and low > max(least, float(column.min())) else None
    high = high if high is not None and high < min(greatest, float(column.max())) else None
    return None if low is None and high is None else Interval(low, high)


def around(columns: Mapping[str, Column], inside: Booleans, ranges: Ranges) -> dict[str, Restriction]:
    """The restrictions of the smallest box around some of the points (point,), one at least."""
    found: dict[str, Restriction] = {}
    for name, column in columns.items():
        values = column[inside]
        least = Choice(tuple(sorted(set(values.tolist())))) if is_category(column) else Interval(float(values.min()), float(values.max()))
        if restriction := settled(least, column, ranges.get(name)):
            found[name] = restriction
    return found


def is_category(column: Column) -> bool:
    """Whether a factor is no number."""
    return column.dtype.kind == "O"
