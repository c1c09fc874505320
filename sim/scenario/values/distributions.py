"""Distributions as mappings, by moments, quantiles or table: `{lognormal: {mean: 60 days, cv: 0.5}}`; a bare quantity is a constant.

Every form is brought to the canonical parameters of its family (`families`), in days, yuan, or ones.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import WithJsonSchema

from sim.errors import shown
from sim.scenario.values.families import BARE, BY_PARAMETERS, BY_TWO_QUANTILES, FAMILIES, RELATIVE_WAYS, WAYS, Family, refuse, table
from sim.scenario.values.masses import mass_between, support
from sim.scenario.values.quantities import Days, Quantity, quantity_of, read_quantity, read_signed
from sim.scenario.values.reading import QuantityError, ReadBy
from sim.scenario.values.units import ALLOWED, Dimension

__all__ = [
    "AnyDistribution",
    "Days",
    "DaysDistribution",
    "Distribution",
    "MoneyDistribution",
    "NumberDistribution",
    "ShareDistribution",
    "read_distribution",
]

LEAST_MASS = 1e-6
"""Bounds must leave at least this much probability: beyond it the conditioned quantiles lose their digits."""
LONGEST_TABLE = 1_000
SIGNED: frozenset[Dimension] = frozenset({"share", "number"})
"""Dimensions whose distributions may go below zero (a growth rate)."""
QUANTILE = re.compile(r"p(?:100|\d{1,2}(?:\.\d{1,3})?)", re.ASCII)


@dataclass(frozen=True)
class Distribution:
    """A distribution on the real line, conditioned to [low, high].

    `parameters` by family: constant (value); uniform (low, high); triangular (low, mode, high); normal (mean, sd); lognormal (mu, sigma
    of the log); exponential (mean); gamma (shape, scale); beta (a, b, scale); weibull (shape, scale); piecewise (u0, x0, u1, x1, …), a
    linear quantile function; table (x1, w1, x2, w2, …), values with weights that add up to 1. For sizes of a cohort, `low` and `high` are
    absolute yuan that the scaled sizes keep to.
    """

    family: Family
    parameters: tuple[float, ...]
    low: float = -math.inf
    high: float = math.inf
    dimension: Dimension = "number"
    working: bool = False


def read_distribution(value: object, dimension: Dimension) -> Distribution:
    """A distribution as it stands in a scenario; raises QuantityError."""
    if isinstance(value, Distribution):
        return value
    if not isinstance(value, Mapping):
        quantity = _read(value, dimension)
        return _checked(Distribution("constant", (float(quantity.value),), dimension=dimension, working=quantity.working))
    family, body = _only_family(value)
    bounds = {name: _read(body[name], dimension) for name in ("min", "max") if name in body}
    told = {name: part for name, part in body.items() if name not in bounds}
    if family == "table":
        parts, (canonical, parameters) = _table_parts(told, dimension)
    else:
        parts, (canonical, parameters) = _parameter_parts(family, told, dimension)
    return _checked(
        Distribution(
            canonical,
            parameters,
            float(bounds["min"].value) if "min" in bounds else -math.inf,
            float(bounds["max"].value) if "max" in bounds else math.inf,
            dimension,
            _working(value, [*parts, *bounds.values()]),
        )
    )


def read_any(value: object) -> Distribution:
    """A distribution of whatever dimension its own quantities have."""
    if isinstance(value, Distribution):
        return value
    found = [quantity.dimension for quantity in _quantities(value) if quantity.dimension not in {"number", "share"}]
    shares = [quantity for quantity in _quantities(value) if quantity.dimension == "share"]
    return read_distribution(value, found[0] if found else "share" if shares else "number")


def _quantities(value: object) -> Iterator[Quantity]:
    """All quantities in a distribution as written."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _quantities(name)
            yield from _quantities(part)
    else:
        with contextlib.suppress(QuantityError):
            yield quantity_of(value)


def _only_family(value: Mapping[Any, Any]) -> tuple[str, Mapping[str, Any]]:
    """The family's name and what is told of it."""
    if len(value) != 1:
        raise refuse(", ".join(map(shown, list(value)[:5])), "a quantity, or a mapping with one family")
    (family, body), *_ = value.items()
    if family not in FAMILIES:
        close = get_close_matches(shown(family)[:40], FAMILIES, n=1, cutoff=0.5)
        raise QuantityError("distribution", family, ", ".join(FAMILIES), close[0] if close else "")
    if not isinstance(body, Mapping) or not all(isinstance(name, str) for name in body):
        raise refuse(body, f"{family}: {{{_ways(family)}}}")
    return family, body


def _ways(family: str) -> str:
    """The ways to tell a family, as a message shows them."""
    if family == "table":
        return '"2 days": 0.3, "5 days": 0.7'
    if family == "quantiles":
        return "p0, p10, p50, p90, p100"
    names = ["mean", "median", "low", "mode", "high", "shape", "stages", "a", "b", "times", "scale", "sd", "cv", "log_sd"]
    ways = [", ".join(name for name in names if name in way) for way in WAYS[family]]
    return " | ".join(ways + (["p10, p90"] if family in BY_TWO_QUANTILES else []))


def _parameter_parts(family: str, told: Mapping[str, Any], dimension: Dimension) -> tuple[list[Quantity], tuple[Family, tuple[float, ...]]]:
    """The quantities of a family told by named parameters, and its canonical form."""
    names = frozenset(told)
    quantiles = all(QUANTILE.fullmatch(name) for name in names) and names
    relative = dimension == "money" and family == "lognormal" and names in RELATIVE_WAYS
    by_two = family in BY_TWO_QUANTILES and quantiles and len(names) == 2 and not names & {"p0", "p100"}
    if not (names in WAYS.get(family, ()) or relative or by_two or (family == "quantiles" and quantiles and len(names) >= 2)):
        raise _wrong_names(family, names)
    parts = {name: _read(part, "number" if name in BARE else dimension, name) for name, part in told.items()}
    canonical, form = BY_PARAMETERS[family]
    return [parts[name] for name in parts if name not in BARE], (canonical, form({name: float(part.value) for name, part in parts.items()}))


def _wrong_names(family: str, names: frozenset[str]) -> QuantityError:
    known = {name for way in WAYS.get(family, ()) for name in way} | {"min", "max"}
    unknown = next((name for name in sorted(names) if name not in known and not QUANTILE.fullmatch(name)), "")
    close = get_close_matches(unknown[:40], known, n=1, cutoff=0.5) if unknown else []
    return QuantityError("distribution", f"{family}: {', '.join(sorted(names)) or '{}'}", _ways(family), close[0] if close else "")


def _table_parts(told: Mapping[str, Any], dimension: Dimension) -> tuple[list[Quantity], tuple[Family, tuple[float, ...]]]:
    """The values of a table, and its canonical form."""
    if not 1 <= len(told) <= LONGEST_TABLE:
        raise refuse(f"{len(told)}", f"1 … {LONGEST_TABLE}")
    values = [_read(name, dimension) for name in told]
    weights = [_read(weight, "share") for weight in told.values()]
    if not all(weight.value > 0 for weight in weights):
        raise refuse(told, f"table: {{{_ways('table')}}}, > 0")
    pairs = {float(value.value): float(weight.value) for value, weight in zip(values, weights, strict=True)}
    if len(pairs) < len(values):
        raise QuantityError("duplicate-key", ", ".join(told))
    return values, ("table", table(pairs))


def _read(value: object, dimension: Dimension, name: str = "") -> Quantity:
    """A part of a distribution."""
    try:
        return read_signed(value, dimension) if dimension in SIGNED and name != "sd" else read_quantity(value, dimension)
    except QuantityError as fault:
        found = f"{name}: {fault.found}" if name else fault.found
        raise QuantityError(fault.kind, found, fault.allowed, fault.suggestion) from None


def _working(value: object, parts: list[Quantity]) -> bool:
    """Whether all parts are in working days; raises where some are and some are not."""
    kinds = {part.working for part in parts if part.dimension == "duration" and part.value}
    if len(kinds) > 1:
        raise refuse(value, "working days, or other days, not both")
    return True in kinds


def _checked(distribution: Distribution) -> Distribution:
    """The distribution itself, if its bounds leave something and, of sizes, all are above zero."""
    if not all(map(math.isfinite, distribution.parameters)):
        raise refuse(distribution.parameters, ALLOWED[distribution.dimension])
    low, high = distribution.low, distribution.high
    if not low < high:
        raise refuse(f"min: {low:g}, max: {high:g}", "min < max")
    if distribution.dimension == "money":
        _checked_sizes(distribution)
    elif mass_between(distribution.family, distribution.parameters, low, high) < LEAST_MASS:
        raise refuse(
            f"min: {low:g}, max: {high:g}",
            "{} … {}".format(*(f"{bound:g}" for bound in support(distribution.family, distribution.parameters))),
        )
    return distribution


def _checked_sizes(distribution: Distribution) -> None:
    least, _ = support(distribution.family, distribution.parameters)
    positive_only = distribution.family not in {"constant", "table", "piecewise"}
    if least < 0 or (least == 0 and not positive_only):
        raise refuse(f"{distribution.family}: {least:g}", "> 0 yuan")


def _annotated(dimension: Dimension) -> Any:
    """Validator and JSON Schema of a distribution of one dimension."""
    families = {family: {"type": "object"} for family in FAMILIES}
    mapping = {"type": "object", "properties": families, "additionalProperties": False, "minProperties": 1, "maxProperties": 1}
    bare = {"type": ["string", "number"] if dimension in SIGNED else "string"}
    return ReadBy(lambda value: read_distribution(value, dimension)), WithJsonSchema({"anyOf": [bare, mapping]})


_DAYS, _MONEY, _SHARE, _NUMBER = (_annotated(dimension) for dimension in ("duration", "money", "share", "number"))
DaysDistribution = Annotated[Distribution, _DAYS[0], _DAYS[1]]
"""Of a duration, in days or working days."""
MoneyDistribution = Annotated[Distribution, _MONEY[0], _MONEY[1]]
"""Of relative sizes above 0, with their bounds in yuan."""
ShareDistribution = Annotated[Distribution, _SHARE[0], _SHARE[1]]
"""Of a share or a growth rate; of either sign."""
AnyDistribution = Annotated[Distribution, ReadBy(read_any), _NUMBER[1]]
"""Of whatever its own quantities are measured in."""
NumberDistribution = Annotated[Distribution, _NUMBER[0], _NUMBER[1]]
