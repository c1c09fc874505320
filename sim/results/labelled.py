"""Results under names: an xarray dataset with units. xarray is an optional part of the program, imported only here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.errors import MissingPackageError
from sim.results.results import Results

if TYPE_CHECKING:
    import xarray

MONEY = "investment_"
"""What metrics of money by month begin with; the others count projects."""
UNITS = {
    "requested": "visits", "waited": "visits", "began": "visits", "done": "visits", "left": "visits", "waiting": "requests",
    "wait_days": "days", "stay_days": "days", "held_days": "server-days", "open": "servers", "consumed": "amount",
    "investment": "yuan", "on_site": "projects",
}  # fmt: skip
"""Column of stages, pools and projects -> its unit."""


def dataset(results: Results, units: Mapping[str, str]) -> xarray.Dataset:
    """Every replication of a run; `units` holds the unit of each goal's outcome.

    Variables: `outcome`, `met` (replication, goal); metrics by month (replication, month), cumulative; `stage_COLUMN` (replication, stage);
    `pool_COLUMN` (replication, pool); `project_COLUMN` (replication, project); `completion` (replication,). Raises MissingPackageError.
    """
    package, measures = _xarray(), results.measures
    variables: dict[str, Any] = {
        "outcome": (("replication", "goal"), measures.outcomes, {"units": "see the coordinate unit"}),
        "met": (("replication", "goal"), measures.met),
        "completion": (("replication",), measures.completion_realised, {"units": "fraction"}),
    }
    for name, values in measures.monthly.items():
        unit = "yuan" if name.startswith(MONEY) else "projects"
        variables[name] = (("replication", "month"), values, {"units": unit, "long_name": "cumulative at month ends"})
    for axis, tables in (("stage", measures.stages), ("pool", measures.pools), ("project", measures.owners)):
        for name, values in tables.items():
            variables[f"{axis}_{name}"] = (("replication", axis), values, {"units": UNITS[name]})
    names = {"month": results.months, "stage": results.stages, "pool": results.pools, "project": results.owners}
    labelled: xarray.Dataset = package.Dataset(
        variables,
        coords={
            "replication": measures.replications,
            "goal": list(results.goals),
            "unit": ("goal", [units[goal] for goal in results.goals]),
            **{axis: list(labels) for axis, labels in names.items()},
        },
        attrs={"scenario": results.scenario, "seed": results.seed, "engine": results.engine},
    )
    return labelled


def _xarray() -> Any:
    """The package; raises MissingPackageError where it is not installed."""
    try:
        import xarray
    except ImportError as fault:
        raise MissingPackageError(
            'results under names need the package xarray; install it with: pip install "xarray>=2024.6"',
            '带标签的结果需要软件包 xarray；安装命令：pip install "xarray>=2024.6"',
        ) from fault
    return xarray
