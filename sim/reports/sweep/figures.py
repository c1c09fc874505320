"""What the pictures of a study show: factors by what they do, and points with a box; levers, readings and assumptions never together."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence

import numpy as np

from sim.analysis.boxes import Booleans, Choice, Restriction, contains
from sim.analysis.discovery import Box, Discovery
from sim.analysis.figures import Bar, BoxedPoints, End, Index, Indices, Part, Side, Tornado
from sim.analysis.quantities import is_chance
from sim.analysis.response import Estimate, Floats
from sim.analysis.tornado import Swing
from sim.errors import Language
from sim.reports.sweep.boxes import Asked, condition, interest_words
from sim.reports.sweep.words import (
    DAYS,
    TARGETS,
    StudyAnswer,
    amount_words,
    axis_title,
    base_of,
    ends_words,
    is_by_year,
    numbers_of,
    output_title,
    output_unit,
    parts_of,
    per_words,
)
from sim.reports.wording import as_told, percent, say
from sim.scenario.study.axes import WITHOUT, Axis
from sim.studies.sweep.judging import Judged, cases_of
from sim.studies.sweep.points import ends_count

UNITS = {"money": "yuan", "area": "mu", "duration": "days", "share": "fraction"}
SPREAD = (0.7548776662466927, 0.5698402909980532)
"""Multiples of both, their whole parts left out, fill a square evenly however many there are (Roberts, 2018): what looks like chance and is
none."""
FEW = 24
"""Distinct values that are drawn a little apart, since points lie on each other there."""
APART, BOUND = 0.6, 0.4
"""Of the distance of two values: how far such points are spread, and how far from the value a bound is drawn."""
LINE = 26
"""Characters of a line of a name."""
DATES = 5
"""Dates that are marked at most."""


def _name(axis: Axis, lang: Language) -> str:
    """What a factor is called beside its bar; a path without a title is broken behind a dot."""
    title = axis_title(axis, lang)
    dot = title.rfind(".", 0, LINE) + 1 if len(title) > LINE and " " not in title else 0
    return f"{title[:dot]}\n{title[dot:]}" if dot else title


# --- One factor at a time


def tornado_of(answer: StudyAnswer, judged: Judged, part: Part, lang: Language) -> Tornado | None:
    """Factors of one kind, each alone at its ends; None where there is none, or the scenario's own point has no outcome."""
    axes = {axis.name: axis for axis in answer.plan.axes if axis.target in TARGETS[part]}
    base = base_of(answer, judged.output)
    if not math.isfinite(base):
        return None
    limits = (0.0, 1.0) if is_chance(judged.output) else (-math.inf, math.inf)
    bars = [_bar(answer, axes[swing.factor], swing, limits, lang) for swing in judged.swings if swing.factor in axes]
    bars += _named_bars([axes[name] for name in judged.named or {} if name in axes], judged, base, limits, lang)
    shown = [bar for bar in bars if bar.low or bar.high]
    title, unit = output_title(answer, judged.output, lang), output_unit(answer, judged.output)
    return Tornado(title, unit, part, base, shown) if shown else None


def _bar(answer: StudyAnswer, axis: Axis, swing: Swing, limits: tuple[float, float], lang: Language) -> Bar:
    words = _tried_words(answer, axis, lang)
    low, high = (swing.low, swing.low_change), (swing.high, swing.high_change)
    return Bar(_name(axis, lang), _end(words[0], *low, limits), _end(words[1], *high, limits))


def _end(said: str, value: float, change: Estimate | None, limits: tuple[float, float]) -> End | None:
    """An end of a bar with the interval of its change; None where there is no outcome."""
    if not math.isfinite(value):
        return None
    if change is None:
        return End(said, value)
    own = value - change.value
    return End(said, value, max(own + change.low, limits[0]), min(own + change.high, limits[1]))


def _tried_words(answer: StudyAnswer, axis: Axis, lang: Language) -> tuple[str, str]:
    """The values at which a factor was tried alone, as the points have them; of levers their sizes."""
    first = 2
    for other in answer.plan.axes:
        if other is axis:
            break
        first += ends_count(other)
    points = np.asarray(answer.table["point"])
    words = list(ends_words(axis, lang))
    for place, point in enumerate((first, first + ends_count(axis) - 1)):
        row = np.flatnonzero(points == point)
        value = answer.table[axis.name][row[0]] if len(row) else None
        if isinstance(value, str):
            words[place] = as_told(value, lang)
        elif value is not None and math.isfinite(value):
            words[place] = amount_words(axis, float(value), lang)
    if axis.target == "lever" and axis.measure == "number":
        words = [say(lang, f"size {word}", f"力度{word}") for word in words]
    return words[0], words[1]


def _named_bars(axes: Sequence[Axis], judged: Judged, base: float, limits: tuple[float, float], lang: Language) -> list[Bar]:
    """Each name of factors of names that is not the scenario's own; the widest first."""
    bars = []
    for axis in axes:
        own = axis.base or WITHOUT
        for level in (judged.named or {})[axis.name]:
            if level.name != own and math.isfinite(level.value):
                end = _end(level.name, level.value, level.change, limits)
                bars.append((abs(level.value - base), Bar(_name(axis, lang), None, end)))
    return [bar for _, bar in sorted(bars, key=lambda pair: -pair[0])]


# --- Indices


def indices_of(answer: StudyAnswer, judged: Judged, part: Part, lang: Language) -> Indices | None:
    """Factors of one kind by their indices, mean effects or shares; None where there are none.

    What is the luck of the year is told with the first kind of factors that the study has.
    """
    numbers, title = numbers_of(answer.plan.axes, part), output_title(answer, judged.output, lang)
    name = {number: _name(answer.plan.axes[number], lang) for number in numbers}
    luck: Estimate | None = None
    if not numbers:
        return None
    if judged.sobol is not None and judged.sobol.factors:
        sobol = judged.sobol
        luck = _as_share(sobol.noise.share) if sobol.noise is not None else None
        rows = [Index(name[n], _as_share(sobol.factors[n].first), _as_share(sobol.factors[n].total)) for n in numbers]
        shown = Indices(title, "fraction", part, "sobol", _ranked(rows), luck)
    elif judged.morris is not None and judged.morris.factors:
        effects = judged.morris.factors
        rows = [Index(name[n], _as_size(effects[n].mu_star)) for n in numbers]
        shown = Indices(title, output_unit(answer, judged.output), part, "morris", _ranked(rows))
    elif judged.given is not None and judged.given.factors:
        luck = _as_share(judged.given.noise) if judged.given.noise is not None else None
        shown = Indices(
            title, "fraction", part, "shares", _ranked([Index(name[n], _as_share(judged.given.factors[n])) for n in numbers]), luck
        )
    else:
        return None
    return shown if part == parts_of(answer.plan.axes)[0] else Indices(shown.title, shown.unit, part, shown.of, shown.rows)


def _ranked(rows: Sequence[Index]) -> list[Index]:
    return sorted(rows, key=lambda row: -(row.total or row.alone).value)


def _as_share(found: Estimate) -> Estimate:
    """A share as tables have it: never below nothing, nor above all."""
    value, low, high = (min(max(one, 0.0), 1.0) for one in (found.value, found.low, found.high))
    return Estimate(value, low, high)


def _as_size(found: Estimate) -> Estimate:
    return Estimate(found.value, max(found.low, 0.0), found.high)


# --- Points and a box


def boxes_of(answer: StudyAnswer, asked: Asked, found: Discovery, lang: Language) -> BoxedPoints | None:
    """Points in the plane of the two factors that the first box restricts most, or along the only one; None where there is no box."""
    if not found.boxes:
        return None
    box, axes = found.boxes[0], {axis.name: axis for axis in answer.plan.axes}
    _, columns, interest = cases_of(answer.plan, answer.table, asked.output, asked.below, asked.above)
    order = _most_restricted(box, axes, columns)
    shifts = [(np.arange(1.0, len(interest) + 1) * step) % 1 - 0.5 for step in SPREAD]
    sides = [_side(axes[name], columns[name], box.restrictions[name], shift, lang) for name, shift in zip(order, shifts, strict=False)]
    beyond = np.zeros(len(interest), dtype=bool)
    for name in order[2:]:
        beyond |= ~_inside(axes[name], columns[name], box.restrictions[name])
    notes = [_held_words(box, lang)]
    if order[2:]:
        demands = say(lang, " and ", "，且").join(condition(axes[name], box.restrictions[name], lang) for name in order[2:])
        notes.append(say(lang, f"Where also {demands}", f"且{demands}"))
    return BoxedPoints(interest_words(answer, asked, lang), notes, sides[0], sides[1] if sides[1:] else None, shifts[1], interest, beyond)


def _inside(axis: Axis, column: Floats, restriction: Restriction) -> Booleans:
    if isinstance(restriction, Choice):
        return np.isin(column, [axis.amount(value) for value in restriction.values])
    return contains({axis.name: restriction}, {axis.name: column})


def _most_restricted(box: Box, axes: dict[str, Axis], columns: dict[str, Floats]) -> list[str]:
    """The factors of a box, that first which leaves the fewest points."""
    left = {name: float(_inside(axes[name], columns[name], one).mean()) for name, one in box.restrictions.items()}
    return sorted(left, key=lambda name: left[name])


def _held_words(box: Box, lang: Language) -> str:
    coverage, density = percent(box.coverage, 0), percent(box.density, 0)
    return say(
        lang,
        f"The box holds {coverage} of such points; {density} of its points are such",
        f"区域内含此类点的{coverage}；其中的点{density}属此类",
    )


def _side(axis: Axis, column: Floats, restriction: Restriction, shifts: Floats, lang: Language) -> Side:
    """A factor along a side, its values in a unit in which they are marked; those of few distinct ones spread, bounds past them."""
    title = axis_title(axis, lang)
    if isinstance(restriction, Choice):
        places = [axis.levels.index(value) for value in restriction.values]
        marks = [(float(place), level) for place, level in enumerate(axis.levels)]
        return Side(title, "", column + APART * shifts, [(place - BOUND, place + BOUND) for place in places], marks)
    times, unit, words = _measured(axis, lang)
    distinct = np.unique(column)
    gap = float(np.diff(distinct).min()) if 1 < len(distinct) <= FEW else 0.0
    low = None if restriction.low is None else (restriction.low - BOUND * gap) * times
    high = None if restriction.high is None else (restriction.high + BOUND * gap) * times
    marks = _date_marks(axis, column) if axis.measure == "date" else []
    name = f"{title}{say(lang, ', ', '，')}{words}" if words else title
    return Side(name, unit, (column + APART * gap * shifts) * times, [(low, high)], marks)


def _measured(axis: Axis, lang: Language) -> tuple[float, str, str]:
    """What amounts are multiplied with, their unit then, and the words of a unit that is no unit of outputs."""
    if axis.measure == "rate":
        by_year = is_by_year(axis)
        return float(DAYS if by_year else 1), "", per_words(by_year, lang).strip()
    if axis.measure == "duration" and axis.working:
        return 1.0, "", say(lang, "working days", "工作日")
    return 1.0, UNITS.get(axis.measure, ""), ""


def _date_marks(axis: Axis, column: Floats) -> list[tuple[float, str]]:
    """First days of months between the first and the last date."""
    first, last = (datetime.date.fromordinal(round(float(one))) for one in (column.min(), column.max()))
    months = [(year, month) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    days = [day for day in (datetime.date(year, month, 1) for year, month in months) if first <= day <= last] or [first]
    return [(float(day.toordinal()), day.isoformat()) for day in days[:: -(-len(days) // DATES)]]
