"""Metrics as data: what each is measured in, and what a goal or an observation must say besides its value. A metric is added here, in
`results.outcomes`, where it is computed, and in the glossary."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.values.units import Dimension


class Metric(NamedTuple):
    """A quantity that a goal or an observation can be about."""

    dimension: Dimension
    unit: str
    """Of its outcomes: yuan, fraction, projects, mu, days; empty for a plain number, or for whatever the pool is measured in."""
    asks: tuple[str, ...] = ()
    """Keys of the goal that it needs."""
    selects: bool = False
    """Whether it is about projects, so that `where` can choose among them."""


METRICS = {
    "investment": Metric("money", "yuan", selects=True),
    "investment_growth": Metric("share", "fraction"),
    "fai_growth": Metric("share", "fraction"),
    "completion": Metric("share", "fraction", selects=True),
    "projects_implemented": Metric("count", "projects", selects=True),
    "projects": Metric("count", "projects", ("milestone",), selects=True),
    "contract_value": Metric("money", "yuan", ("milestone",), selects=True),
    "land_area": Metric("area", "mu", ("milestone",), selects=True),
    "rate": Metric("share", "fraction", ("milestone", "of"), selects=True),
    "industry_fit": Metric("share", "fraction", ("milestone",), selects=True),
    "funds_in_place": Metric("share", "fraction", ("milestone",), selects=True),
    "largest_ten": Metric("share", "fraction", selects=True),
    "resumption": Metric("share", "fraction", selects=True),
    "waiting_time": Metric("duration", "days", ("stage",), selects=True),
    "mean_wait": Metric("duration", "days", ("stage",), selects=True),
    "share_waiting": Metric("share", "fraction", ("stage",), selects=True),
    "queue_length": Metric("number", "", ("stage",)),
    "utilisation": Metric("share", "fraction", ("pool",)),
    "stock": Metric("number", "", ("pool",)),
    "consumed": Metric("number", "", ("pool",)),
}
OF_THE_YEAR = frozenset({"investment_growth", "fai_growth", "completion"})
"""Metrics held to a whole year: no deadline after the first one."""
KEYS = ("milestone", "of", "stage", "pool")
"""Keys by which a goal says what it is about."""
POOL_UNITS: dict[Dimension, str] = {"money": "yuan", "area": "mu", "count": "", "number": ""}
"""Dimension of a stock -> the unit of what is measured of it."""
