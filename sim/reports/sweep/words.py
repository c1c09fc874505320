"""What a study is about, in words: its outputs and factors, what they are called and measured in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.figures import Part
from sim.analysis.quantities import is_chance
from sim.errors import Language
from sim.reports.goals import goal_title, observation_words, unit_of
from sim.reports.wording import Scale, as_told, named, part, say, scale_of
from sim.scenario.schema import Scenario
from sim.scenario.study.axes import Axis
from sim.studies.sweep.judging import Judged
from sim.studies.sweep.plan import Plan
from sim.terms import label

Columns = Mapping[str, NDArray[Any]]
DAYS = 365
"""Of a year, as a rate has it."""
TARGETS: dict[Part, tuple[str, ...]] = {"assumptions": ("path",), "levers": ("lever",), "readings": ("reading", "override")}
"""Kinds of factors that never share a table or a picture -> what they vary."""
UNITS = {"held_days": "days", "wait_days": "days", "stay_days": "days", "investment": "yuan", "on_site": "projects"}
"""What the columns of stages, pools and projects are measured in; the others are plain numbers."""


@dataclass(frozen=True, eq=False)
class StudyAnswer:
    """What a page of a study needs."""

    plan: Plan
    table: Columns
    judged: tuple[Judged, ...]
    """One an output that is shown."""

    @property
    def done(self) -> int:
        """Points that are there."""
        return len(self.table["point"])

    @property
    def failed(self) -> int:
        """Of these, those that failed."""
        return sum(fault is not None for fault in self.table["fault"])

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario at every point but for the factors."""
        return Scenario.model_validate(_frozen(self.plan.tree), strict=True)


def _frozen(value: Any) -> Any:
    """Plain data with tuples for lists, as a scenario takes it."""
    if isinstance(value, Mapping):
        return {key: _frozen(child) for key, child in value.items()}
    return tuple(_frozen(child) for child in value) if isinstance(value, list | tuple) else value


def base_of(answer: StudyAnswer, output: str) -> float:
    """An output at the scenario as it is, the first point of a one-way design; NaN where that is not known."""
    found = np.asarray(answer.table[output])[np.asarray(answer.table["point"]) == 1]
    return float(found[0]) if len(found) else math.nan


def missing_words(answer: StudyAnswer, lang: Language) -> str:
    """How many points are not there yet."""
    missing = answer.plan.points - answer.done
    return say(lang, f"incomplete: {missing:,} points are missing", f"不完整：尚缺{missing:,}个点")


# --- What outputs and factors are called, and measured in


def output_title(answer: StudyAnswer, output: str, lang: Language) -> str:
    """What an output is called."""
    kind, _, rest = output.partition(".")
    name, _, what = rest.rpartition(".")
    goals, observations = answer.scenario.goals, answer.scenario.observations
    if output == "joint":
        return label("joint", lang)
    if kind == "goals" and name in goals:
        title = goal_title(goals[name], lang)
        return say(lang, f"P({title})", f"{title}达成概率") if what == "probability" else title
    if kind == "observations" and rest in observations:
        return observation_words(observations[rest], lang)
    return label("completion_rate", lang) if output == "completion" else output


def output_unit(answer: StudyAnswer, output: str) -> str:
    """What an output is measured in."""
    kind, _, rest = output.partition(".")
    name, _, what = rest.rpartition(".")
    goals, observations = answer.scenario.goals, answer.scenario.observations
    if is_chance(output) or output == "completion":
        return "fraction"
    if kind == "goals" and name in goals:
        return unit_of(goals[name])
    if kind == "observations" and rest in observations:
        return unit_of(observations[rest])
    if output.startswith("investment_"):
        return "yuan"
    return "projects" if output.startswith("projects_") else UNITS.get(what, "")


class ChanceScale(Scale):
    """How probabilities at points are written: in whole percent, never 0% or 100%."""

    def number(self, amount: float) -> str:
        """A probability."""
        return part(amount)

    def words(self, amount: float) -> str:
        """The same."""
        return part(amount)


def output_scale(answer: StudyAnswer, output: str, largest: float, lang: Language) -> Scale:
    """How an output's values are written, which are about as large as `largest`."""
    return ChanceScale(0.01, 1, "%") if is_chance(output) else scale_of(output_unit(answer, output), largest, lang)


def axis_title(axis: Axis, lang: Language) -> str:
    """What a factor is called."""
    return named(axis.title, axis.name, lang)


def kind_words(kind: str, lang: Language) -> str:
    """What kind of factor it is: assumed, stated, a lever, ..."""
    apart = {
        "lever": say(lang, "levers", "措施"),
        "reading": say(lang, "readings", "理解口径"),
        "override": say(lang, "overrides", "覆盖方案"),
    }
    return apart.get(kind) or label(f"provenance.{kind}", lang)


def sections(axes: Sequence[Axis], lang: Language) -> list[tuple[str, list[int]]]:
    """The kinds of factors that there are, each with the heading of its table and the numbers of its factors."""
    headings: dict[Part, str] = {
        "assumptions": say(lang, "assumption", "假设"),
        "levers": say(lang, "lever", "措施"),
        "readings": say(lang, "reading", "理解口径"),
    }
    return [(headings[part], numbers_of(axes, part)) for part in parts_of(axes)]


def parts_of(axes: Sequence[Axis]) -> list[Part]:
    """The kinds of factors that there are."""
    return [part for part in TARGETS if numbers_of(axes, part)]


def numbers_of(axes: Sequence[Axis], part: Part) -> list[int]:
    """Numbers of the factors of one kind."""
    return [number for number, axis in enumerate(axes) if axis.target in TARGETS[part]]


def ends_words(axis: Axis, lang: Language) -> tuple[str, str]:
    """The least and the greatest value of a factor, as told."""
    if axis.levels:
        return as_told(axis.levels[0], lang), as_told(axis.levels[-1], lang)
    if axis.low is None or axis.high is None:
        return "P10", "P90"
    return amount_words(axis, axis.low, lang), amount_words(axis, axis.high, lang)


def amount_words(axis: Axis, amount: float, lang: Language) -> str:
    """A value of a factor with an order, in the units of planners."""
    match axis.measure:
        case "money":
            return scale_of("yuan", amount, lang).exact(amount)
        case "area":
            return scale_of("mu", amount, lang).exact(float(f"{amount:.4g}"))
        case "duration":
            days = say(lang, " working days", "个工作日") if axis.working else say(lang, " days", "天")
            return f"{float(f'{amount:.4g}'):g}{days}"
        case "share":
            return f"{float(f'{100 * amount:.4g}'):g}%"
        case "rate":
            by_year = is_by_year(axis)
            return f"{float(f'{amount * (DAYS if by_year else 1):.4g}'):g}" + per_words(by_year, lang)
        case "date" | "day":
            return axis.text(amount)
        case _:
            return f"{float(f'{amount:.4g}'):g}"


def is_by_year(axis: Axis) -> bool:
    """Whether a rate is told by the year, as the scenario tells its own."""
    return "year" in axis.base or "年" in axis.base


def per_words(by_year: bool, lang: Language) -> str:
    """The unit of a rate."""
    return say(lang, " per year", "个/年") if by_year else say(lang, " per day", "个/天")
