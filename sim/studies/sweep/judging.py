"""A study judged: what its points say of an output, by the design they were laid by. It needs the plan and the table, and no scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.boxes import Booleans, Ranges
from sim.analysis.discovery import Discovery, Rules, discover
from sim.analysis.given_data import GivenDataIndices, given_data_indices
from sim.analysis.response import Estimate, Response
from sim.analysis.sensitivity import MorrisEffects, SobolIndices, morris_effects, sobol_indices
from sim.analysis.tornado import Level, Swing, ranked
from sim.sampling import designs
from sim.scenario.study.axes import Axis
from sim.studies.sweep.answering import changes_of, spread_of
from sim.studies.sweep.plan import Plan
from sim.studies.sweep.points import Floats, ends_count, groupings

Table = Mapping[str, NDArray[Any]]
QUANTILES = {"least": 0.0, "p10": 0.1, "p50": 0.5, "p90": 0.9, "most": 1.0}
INDEPENDENT = ("sample", "latin_hypercube", "grid")
"""Designs whose factors are independent of each other."""


@dataclass(frozen=True)
class Judged:
    """One output of a study; of the analyses, the one that belongs to its design, None the others."""

    output: str
    quantiles: Mapping[str, float]
    """Of the points' means; empty where there is none."""
    error: float | None
    """Standard error of one point's mean, typically; None where each has one replication."""
    missing: int
    sobol: SobolIndices | None = None
    morris: MorrisEffects | None = None
    given: GivenDataIndices | None = None
    swings: tuple[Swing, ...] = ()
    named: Mapping[str, tuple[Level, ...]] | None = None
    """Of a one-way design: factor of names -> the output at each."""


def response_at(plan: Plan, table: Table, output: str) -> Response:
    """An output at all points of the plan; those that are not there yet are as if they had failed."""
    mean, sd = np.full(plan.points, np.nan), np.full(plan.points, np.nan)
    replications = np.zeros(plan.points, dtype=np.int64)
    rows = np.asarray(table["point"]) - 1
    mean[rows], sd[rows], replications[rows] = table[output], table[spread_of(output)], table["replications"]
    return Response(mean, sd, replications, not plan.own)


def judge(plan: Plan, table: Table, output: str) -> Judged:
    """What the points say of an output. Raises MissingPackageError where the design's analysis is not installed."""
    response = response_at(plan, table, output)
    known = response.mean[np.isfinite(response.mean)]
    quantiles = {name: float(np.quantile(known, level)) for name, level in QUANTILES.items()} if len(known) else {}
    errors = response.sd**2 / np.maximum(response.replications, 1)
    errors = errors[np.isfinite(errors)]
    error = float(np.sqrt(errors.mean())) if len(errors) else None
    told = Judged(output, quantiles, error, response.missing)
    match plan.design:
        case "saltelli":
            laid = designs.saltelli(len(plan.axes), groupings(plan.axes), int(plan.size["base"]), plan.seed)
            return _with(told, sobol=sobol_indices(laid, response, plan.seed))
        case "morris":
            paths = designs.morris(len(plan.axes), int(plan.size["trajectories"]), int(plan.size["levels"]), plan.seed)
            return _with(told, morris=morris_effects(paths, response, plan.seed))
        case "one_way":
            return _with(told, swings=_swings(plan, table, output, response), named=_named(plan, table, output, response))
        case design if design in INDEPENDENT:
            return _with(told, given=_given(plan, table, response))
        case _:
            return told


def _with(told: Judged, **more: Any) -> Judged:
    return Judged(**{**told.__dict__, **more})


def _given(plan: Plan, table: Table, response: Response) -> GivenDataIndices:
    """Shares of the variance from the points that are there, as the table has them."""
    rows = np.asarray(table["point"]) - 1
    columns = np.column_stack([ordered(axis, table[axis.name]) for axis in plan.axes])
    return given_data_indices(columns, response.at(rows), groupings(plan.axes))


def ordered(axis: Axis, column: NDArray[Any]) -> Floats:
    """A factor's column as numbers: amounts as they are, dates as days, names by their place."""
    if column.dtype.kind != "O":
        return np.asarray(column, dtype=np.float64)
    return np.array([np.nan if text is None else axis.amount(str(text)) for text in column])


def _swings(plan: Plan, table: Table, output: str, response: Response) -> tuple[Swing, ...]:
    """Swings of the factors with an order: the first and the last of their values."""
    means, changes = response.mean.tolist(), _changes(plan, table, output)
    return ranked(
        Swing(axis.name, means[0], means[first], means[first + count - 1], changes[first], changes[first + count - 1])
        for axis, first, count in _places(plan)
        if not axis.is_named
    )


def _named(plan: Plan, table: Table, output: str, response: Response) -> dict[str, tuple[Level, ...]]:
    """The output at each name of the factors without an order."""
    means, changes = response.mean.tolist(), _changes(plan, table, output)
    return {
        axis.name: tuple(Level(name, means[point], changes[point]) for point, name in enumerate(axis.levels, first))
        for axis, first, _ in _places(plan)
        if axis.is_named
    }


def _changes(plan: Plan, table: Table, output: str) -> list[Estimate | None]:
    """What each point changes from the first, with its interval; None where that is not known."""
    found: list[Estimate | None] = [None] * plan.points
    for point, *told in zip(table["point"], *(table[name] for name in changes_of(output)), strict=True):
        found[point - 1] = Estimate(*map(float, told)) if np.all(np.isfinite(told)) else None
    return found


def _places(plan: Plan) -> list[tuple[Axis, int, int]]:
    """Each factor, the number of its first point in a one-way design, from 0, and how many it has."""
    places, first = [], 1
    for axis in plan.axes:
        places.append((axis, first, ends_count(axis)))
        first += ends_count(axis)
    return places


def find_boxes(plan: Plan, table: Table, output: str, below: float | None, above: float | None, density: float) -> Discovery:
    """Boxes of the points at which an output is below, or above, a bound: see `cases_of`. Names are categories, all else numbers."""
    known, columns, interest = cases_of(plan, table, output, below, above)
    named: dict[str, NDArray[Any]] = {
        axis.name: np.asarray(table[axis.name], dtype=object)[known] if axis.is_named else columns[axis.name] for axis in plan.axes
    }
    return discover(named, interest, plan.seed, ranges_of(plan, columns), Rules(density=density))


def cases_of(
    plan: Plan, table: Table, output: str, below: float | None, above: float | None
) -> tuple[Booleans, dict[str, Floats], Booleans]:
    """Which points count, (point,); of these the factors as numbers, and whether the output is below, or above, the bound.

    Points without the output, or at the scenario's own values, do not count. Raises ValueError unless exactly one bound is given.
    """
    if (below is None) == (above is None):
        raise ValueError("one bound")
    values = np.asarray(table[output], dtype=np.float64)
    columns = {axis.name: ordered(axis, table[axis.name]) for axis in plan.axes}
    known = np.isfinite(values) & np.all([np.isfinite(column) for column in columns.values()], axis=0)
    interest = values[known] < below if below is not None else values[known] > above
    return known, {name: column[known] for name, column in columns.items()}, np.asarray(interest)


def ranges_of(plan: Plan, columns: Mapping[str, Floats]) -> Ranges:
    """The ends of each factor with an order: of its range, else of the points."""
    found = {}
    for axis in plan.axes:
        if not axis.is_named:
            values = columns[axis.name]
            low = axis.low if axis.low is not None else float(np.nanmin(values))
            found[axis.name] = (low, axis.high if axis.high is not None else float(np.nanmax(values)))
    return found
