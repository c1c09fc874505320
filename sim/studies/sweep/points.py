"""The points of a study: what its design gives in the unit cube, as values of its factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.sampling import designs
from sim.sampling.variates import quantile
from sim.scenario.loading import Choice
from sim.scenario.study.axes import Axis
from sim.scenario.study.loading import LoadedStudy

Floats = NDArray[np.float64]
ENDS = (0.1, 0.9)
"""Where a prior has its ends when each factor is tried alone."""
TAILS = 0.005
"""What Morris's levels leave out of each tail of a prior."""


@dataclass(frozen=True, eq=False)
class Points:
    """Every point: (point, factor) values as `Axis` has them, NaN where the scenario's own value stands; and the same in the unit cube."""

    values: Floats
    unit: Floats | None
    """None of points that were listed, or tried one way."""
    design: designs.SaltelliDesign | designs.MorrisDesign | None = None


def points_of(study: LoadedStudy) -> Points:
    """The points of a study's design; raises MissingPackageError where its sampler is not installed."""
    axes, design, seed = study.axes, study.study.design, study.study.seed
    if design.table is not None:
        return Points(np.array(study.table, dtype=np.float64).reshape(-1, len(axes)), None)
    if design.one_way is not None:
        return Points(one_way(axes), None)
    laid: designs.SaltelliDesign | designs.MorrisDesign | None = None
    if design.grid is not None:
        unit = designs.grid([len(axis.levels) or design.grid.levels for axis in axes])
        unit = _to_the_ends(unit, axes, design.grid.levels)
    elif design.latin_hypercube is not None:
        unit = designs.latin_hypercube(len(axes), design.latin_hypercube.points, seed)
    elif design.sample is not None:
        unit = designs.independent([axis.name for axis in axes], design.sample.points, seed)
    elif design.saltelli is not None:
        laid = designs.saltelli(len(axes), groupings(axes), design.saltelli.base, seed)
        unit = laid.points
    elif design.morris is not None:
        laid = designs.morris(len(axes), design.morris.trajectories, design.morris.levels, seed)
        unit = np.column_stack([TAILS + (1 - 2 * TAILS) * u if axis.prior else u for axis, u in zip(axes, laid.points.T, strict=True)])
    else:
        raise AssertionError(study.design)
    return Points(np.column_stack([values_at(axis, u) for axis, u in zip(axes, unit.T, strict=True)]), unit, laid)


def values_at(axis: Axis, u: Floats) -> Floats:
    """(point,) values of a factor at quantiles; of levels their indices."""
    if axis.levels:
        return np.minimum(np.floor(u * len(axis.levels)), len(axis.levels) - 1)
    if axis.prior is not None:
        return quantile(axis.prior, np.clip(u, designs.LEAST, 1 - designs.LEAST))
    if axis.low is None or axis.high is None:
        raise ValueError(f"{axis.name} has no range")
    if axis.is_whole:  # each whole number alike likely
        return np.minimum(np.floor(axis.low + u * (axis.high - axis.low + 1)), axis.high)
    return axis.low + u * (axis.high - axis.low)


def ends_of(axis: Axis) -> list[float]:
    """The values of a factor tried alone: the ends of a range, the p10 and p90 of a prior, every level."""
    if axis.levels:
        return [float(number) for number in range(len(axis.levels))]
    return [float(value) for value in values_at(axis, np.array(ENDS if axis.prior else (0.0, 1.0)))]


def ends_count(axis: Axis) -> int:
    """How many values of a factor tried alone there are."""
    return len(axis.levels) or 2


def one_way(axes: Sequence[Axis]) -> Floats:
    """(point, factor) the scenario as it is, then each factor alone at its ends."""
    rows = [np.full(len(axes), np.nan)]
    for column, axis in enumerate(axes):
        for value in ends_of(axis):
            row = np.full(len(axes), np.nan)
            row[column] = value
            rows.append(row)
    return np.array(rows)


def _to_the_ends(unit: Floats, axes: Sequence[Axis], levels: int) -> Floats:
    """A grid whose ranges reach from end to end; priors keep to the middles of cells of equal probability."""
    stretched = (unit * levels - 0.5) / (levels - 1)
    return np.column_stack(
        [u if axis.levels or axis.prior else wide for axis, u, wide in zip(axes, unit.T, stretched.T, strict=True)]
    )  # fmt: skip


def groupings(axes: Sequence[Axis]) -> dict[str, dict[str, list[int]]]:
    """`owner` and `kind` -> group -> its factors, levers and factors without an owner left out; none where there would be one group."""
    found: dict[str, dict[str, list[int]]] = {"owner": {}, "kind": {}}
    for number, axis in enumerate(axes):
        if axis.target == "lever":
            continue
        if axis.owner is not None:
            found["owner"].setdefault(axis.owner.en, []).append(number)
        found["kind"].setdefault(axis.kind, []).append(number)
    return {name: groups for name, groups in found.items() if len(groups) > 1}


def choice_at(axes: Sequence[Axis], values: Sequence[float] | Floats, base: Choice) -> Choice:
    """What the scenario is loaded under at a point; raises nothing, whatever the values are."""
    choice = base
    for axis, value in zip(axes, values, strict=True):
        if not np.isnan(value):
            choice = axis.put(axis.text(float(value)), choice)
    return choice


def told_at(axes: Sequence[Axis], values: Sequence[float] | Floats) -> Mapping[str, str]:
    """Factor -> its value at a point as told; those at the scenario's own are left out."""
    return {axis.name: axis.text(float(value)) for axis, value in zip(axes, values, strict=True) if not np.isnan(value)}
