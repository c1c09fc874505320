"""Arithmetic on values as they stand in a scenario: quantities, bare numbers and distributions, so many times as much or so much more."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sim.scenario.values.distributions import Distribution
from sim.scenario.values.quantities import Quantity, quantity_of
from sim.scenario.values.reading import QuantityError

SHAPES = frozenset({"cv", "log_sd", "shape", "stages", "a", "b"})
"""Parameters of a distribution that do not grow with its values."""
PRECISION = 10**12
"""Denominator to which a power of a factor is rounded, so that a value's spelling is short."""


def times(value: Any, factor: float) -> Any:
    """A value so many times as large; a distribution's values, all of them. Raises QuantityError for what is no number."""
    if isinstance(value, Mapping):
        (family, body), *_ = value.items()
        if not isinstance(body, Mapping):
            raise QuantityError("distribution", value)
        if family == "table":
            return {family: {_text(times(key, factor)): weight for key, weight in body.items()}}
        return {family: {key: part if key in SHAPES else times(part, factor) for key, part in body.items()}}
    if isinstance(value, Distribution):
        raise QuantityError("distribution", str(value))
    quantity = quantity_of(value)
    return Quantity(quantity.value * _exact(factor), quantity.dimension, quantity.working)


def plus(value: Any, more: Any, size: float) -> Quantity:
    """A value and `size` times `more`. Raises QuantityError where the two are not of one dimension, or are no numbers."""
    one, other = quantity_of(value), quantity_of(more)
    if one.dimension != other.dimension and {one.dimension, other.dimension} - {"number", "share", "count"}:
        raise QuantityError("unit", other, str(one))
    return Quantity(one.value + other.value * _exact(size), one.dimension, one.working)


def _exact(factor: float) -> Fraction:
    return Fraction(round(Fraction(factor) * PRECISION), PRECISION)


def _text(quantity: Any) -> str:
    return str(quantity)
