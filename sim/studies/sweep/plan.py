"""What a study is to do, as data: kept with its points, so that they can be read and judged without the scenario's files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sim.scenario.study.axes import Axis
from sim.scenario.study.loading import LoadedStudy
from sim.scenario.study.schema import Precise
from sim.scenario.values.words import Words, read_words
from sim.studies.sweep.points import Points

Json = dict[str, Any]
AXIS_WORDS = ("title", "owner", "assumed")
AXIS_KEYS = ("name", "target", "where", "measure", "kind", "low", "high", "levels", "amounts", "base", "working")


@dataclass(frozen=True, eq=False)
class Plan:
    """All that decides what a study's points come to, but for the program; the same plan gives the same bytes."""

    study: str
    title: Words | None
    scenario: str
    tree: Mapping[str, Any]
    """The scenario at every point but for the factors, as plain data."""
    written: str
    """Digest of the scenario's file as written, to which kappa is fitted."""
    seed: int
    replications: int | Precise
    """A point."""
    axes: tuple[Axis, ...]
    design: str
    size: Mapping[str, Any]
    """Of the design, as the study says it."""
    outputs: tuple[str, ...]
    points: int
    digest: str
    """Of the points' values."""

    @property
    def own(self) -> bool:
        """Whether every point has replications of its own (a sample of independent points), not all the same ones."""
        return self.design == "sample"

    def as_json(self) -> Json:
        """The plan as JSON has it."""
        precise = self.replications
        return {
            "study": self.study,
            "title": _words_json(self.title),
            "scenario": self.scenario,
            "tree": self.tree,
            "written": self.written,
            "seed": self.seed,
            "replications": precise if isinstance(precise, int) else precise.model_dump(),
            "factors": [_axis_json(axis) for axis in self.axes],
            "design": {self.design: dict(self.size)},
            "outputs": list(self.outputs),
            "points": self.points,
            "digest": self.digest,
        }


def plan_of(study: LoadedStudy, points: Points, outputs: tuple[str, ...]) -> Plan:
    """The plan of a study whose points are laid."""
    told = study.study
    size = getattr(told.design, study.design).model_dump()
    return Plan(
        study=study.name,
        title=told.title,
        scenario=study.base.name,
        tree=study.base.tree,
        written=hashlib.sha256(repr(study.base.written_tree).encode()).hexdigest(),
        seed=told.seed,
        replications=told.replications,
        axes=study.axes,
        design=study.design,
        size=size,
        outputs=outputs,
        points=len(points.values),
        digest=hashlib.sha256(np.ascontiguousarray(points.values).tobytes()).hexdigest(),
    )


def plan_from(kept: Mapping[str, Any]) -> Plan:
    """A plan read back; of its axes all that reading needs. Raises KeyError, TypeError or ValueError where it is none."""
    ((design, size),) = kept["design"].items()
    replications = kept["replications"]
    return Plan(
        study=kept["study"],
        title=_words_from(kept["title"]),
        scenario=kept["scenario"],
        tree=kept["tree"],
        written=kept["written"],
        seed=kept["seed"],
        replications=replications if isinstance(replications, int) else Precise(**replications),
        axes=tuple(_axis_from(axis) for axis in kept["factors"]),
        design=design,
        size=size,
        outputs=tuple(kept["outputs"]),
        points=kept["points"],
        digest=kept["digest"],
    )


def _axis_json(axis: Axis) -> Json:
    told = {key: getattr(axis, key) for key in AXIS_KEYS}
    told["prior"] = None if axis.prior is None else {key: _finite(value) for key, value in asdict(axis.prior).items()}
    return told | {name: _words_json(getattr(axis, name)) for name in AXIS_WORDS}


def _axis_from(kept: Mapping[str, Any]) -> Axis:
    told: Json = {key: tuple(kept[key]) if isinstance(kept[key], list) else kept[key] for key in AXIS_KEYS}
    told |= {name: _words_from(kept[name]) for name in AXIS_WORDS}
    return Axis(**told)


def _finite(value: object) -> object:
    """A bound, None where there is none."""
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _words_json(words: Words | None) -> Json | None:
    return None if words is None else {"en": words.en, "zh": words.zh}


def _words_from(kept: Mapping[str, str] | None) -> Words | None:
    return None if kept is None else read_words(kept)
