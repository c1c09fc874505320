"""The language of a study: factors, design, replications, outputs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.scenario.schema.parts import Frozen
from sim.scenario.values.distributions import AnyDistribution
from sim.scenario.values.quantities import Words

MOST_POINTS = 10_000_000
MOST_FACTORS = 200

TARGETS = ("path", "lever", "reading", "override")
WAYS = ("range", "prior", "values")
DESIGNS = ("grid", "latin_hypercube", "sample", "saltelli", "morris", "one_way", "table")


class Factor(Frozen):
    """What varies: one of `path`, `lever`, `reading`, `override`; and how: one of `range`, `prior`, `values`."""

    title: Words | None = None
    owner: Words | None = None
    """Whose it is (land bureau, finance, a district): factors of one owner are also judged together."""
    assumed: Words | None = None
    """Why just this range."""
    path: str | None = None
    """Dotted path of a value of the scenario."""
    lever: str | None = None
    """A lever: numbers are its size (0: not taken), dates are from when on it is taken."""
    reading: str | None = None
    """An ambiguous fact: each of its readings, unless `values` names some."""
    override: str | None = None
    """A named override: without it and with it."""
    range: tuple[Any, Any] | None = None
    """From the least to the greatest, all alike likely; two quantities or two dates."""
    prior: AnyDistribution | None = None
    values: Annotated[tuple[Any, ...], Field(min_length=1, max_length=1_000)] | None = None
    """Each as the scenario would hold it, all alike likely."""


class Grid(Frozen):
    """Every combination."""

    levels: Annotated[int, Field(ge=2, le=1_000)] = 5
    """Of each factor that has a range or a prior."""


class Points(Frozen):
    """So many points."""

    points: Annotated[int, Field(ge=1, le=MOST_POINTS)]


class Saltelli(Frozen):
    """Points for Sobol indices: base x (2 + factors + groups)."""

    base: Annotated[int, Field(ge=2, le=2**20)]
    """A power of two."""


class Morris(Frozen):
    """Points for elementary effects: trajectories x (1 + factors)."""

    trajectories: Annotated[int, Field(ge=2, le=100_000)]
    levels: Annotated[int, Field(ge=2, le=100)] = 4


class OneWay(Frozen):
    """The scenario as it is, and each factor alone at its ends (of a prior: its p10 and p90; of values: each)."""


class Listed(Frozen):
    """Points from a file: a column by factor, a row by point."""

    file: str


class Design(Frozen):
    """At which points: one of these."""

    grid: Grid | None = None
    latin_hypercube: Points | None = None
    sample: Points | None = None
    """Independent points, each with replications of its own: an ordinary Monte Carlo sample."""
    saltelli: Saltelli | None = None
    morris: Morris | None = None
    one_way: OneWay | None = None
    table: Listed | None = None


class Precise(Frozen):
    """As many replications a point as it takes."""

    half_width: Annotated[float, Field(gt=0, lt=0.5)]
    """Of the 95% intervals of all probabilities among the outputs."""
    least: Annotated[int, Field(ge=2, le=100_000)] = 50
    most: Annotated[int, Field(ge=2, le=1_000_000)] = 800


class With(Frozen):
    """What is changed in the scenario at every point, as the options of `sim run` would."""

    overrides: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    set: dict[str, Any] = {}  # noqa: RUF012  (pydantic copies it)


class Study(Frozen):
    """A study of one scenario."""

    title: Words | None = None
    scenario: str
    """A name, or a path from the study's folder."""
    with_: Annotated[With, Field(alias="with")] = With()
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    """Of the design, and of the replications."""
    factors: Annotated[dict[str, Factor], Field(min_length=1, max_length=MOST_FACTORS)]
    design: Design
    replications: Annotated[int, Field(ge=1, le=1_000_000)] | Precise = 50
    outputs: Annotated[tuple[str, ...], Field(min_length=1, max_length=200)] | None = None
    """Names as `sim compare --json` has them; by default each headline goal's probability and outcome, and `joint`."""
