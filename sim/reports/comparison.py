"""What a change does, in words and tables: goals, amounts, waits, the projects that moved most, and what was changed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np

from sim.analysis.attainment import joint, probability
from sim.analysis.pairing import Difference
from sim.errors import Language
from sim.reports.forecast import chance_words
from sim.reports.goals import goal_title, notes_words, unit_of
from sim.reports.plain import Json
from sim.reports.summary_json import finite, kappa_json
from sim.reports.tables import Heading, Page, Paragraph, Table, joined
from sim.reports.wording import Scale, as_told, named, say, scale_of
from sim.scenario.assessing import Origin
from sim.scenario.differing import Differing
from sim.scenario.loading import Loaded
from sim.scenario.schema import Goal
from sim.scenario.values.words import Words
from sim.studies.compare import Comparison
from sim.terms import label

MOST_INPUTS, MOST_PROJECTS = 20, 10
WIDE = 0.02
"""Width of an interval of probabilities below which points have a decimal."""


def comparison_page(comparison: Comparison, lang: Language) -> Page:
    """The whole page, in the order in which a planner asks."""
    parts = (
        _title(comparison, lang),
        _chances(comparison, lang),
        _amounts(comparison, lang),
        _waits(comparison, lang),
        _projects(comparison, lang),
        _inputs(comparison, lang),
        [Heading(label("not_tested", lang)[:1].upper() + label("not_tested", lang)[1:])],
    )
    return joined(parts)


def comparison_json(comparison: Comparison) -> Json:
    """Everything that was measured in both, and every value that differs."""
    first, second = comparison.results
    return {
        "a": {"scenario": first.scenario, "kappa": kappa_json(first.kappa)},
        "b": {"scenario": second.scenario, "kappa": kappa_json(second.kappa)},
        "seed": first.seed,
        "replications": first.replications,
        "engine": first.engine,
        "metrics": {name: difference_json(one) for name, one in comparison.differences.items()},
        "inputs": [
            {"path": one.path, "a": _origin_json(one.a), "b": _origin_json(one.b)} for one in comparison.inputs
        ],
    }  # fmt: skip


def difference_json(one: Difference) -> Json:
    """A quantity in both runs, the mean paired difference b - a with its 95% interval, and whether that leaves out zero."""
    return {
        "a": finite(one.a),
        "b": finite(one.b),
        "difference": finite(one.difference),
        "interval": [finite(one.low), finite(one.high)],
        "real": one.real,
    }


def _origin_json(origin: Origin | None) -> Json | None:
    if origin is None:
        return None
    place = {"file": PurePath(origin.place.file).name, "line": origin.place.line}
    return {"value": origin.text, "kind": origin.kind, "source": origin.source, "fact": origin.fact, **place}


def _title(comparison: Comparison, lang: Language) -> Page:
    """What is compared with what, and how often both were run."""
    results = comparison.results[0]
    lines = [f"{letter}: {_called(loaded, lang)}" for letter, loaded in zip("AB", comparison.loaded, strict=True)]
    english = f"{results.replications} replications of each, seed {results.seed}, paired: the same luck in both"
    counts = say(lang, english, f"各模拟{results.replications}次，种子{results.seed}，逐次配对（随机数相同）")
    return [Heading(say(lang, "What the change does: B less A", "变动的效果：B减A")), *map(Paragraph, [*lines, counts])]


def _called(loaded: Loaded, lang: Language) -> str:
    """A scenario's title with what was asked of it on top."""
    choice = loaded.choice
    given: dict[str, tuple[str, ...]] = {"--scenario": (choice.scenario_list,) if choice.scenario_list else ()}
    given |= {"--override": choice.overrides, "--reading": choice.readings, "--lever": choice.levers}
    given |= {"--without": choice.without, "--set": choice.sets}
    words = [f"{option} {value}" for option, values in given.items() for value in values]
    return " ".join([named(loaded.scenario.title, loaded.name, lang), *words])


def _goals(comparison: Comparison) -> dict[str, Goal]:
    """The goals of both."""
    theirs = comparison.loaded[1].scenario.goals
    return {name: goal for name, goal in comparison.loaded[0].scenario.goals.items() if name in theirs}


def _chances(comparison: Comparison, lang: Language) -> Page:
    """Each goal's probability in both, and all together."""
    found, results, rows = comparison.differences, comparison.results, []
    for name, goal in _goals(comparison).items():
        if goal.restates is None:
            chances = [chance_words(probability(one.met(name)), lang) for one in results]
            rows.append((goal_title(goal, lang) + notes_words(goal, lang), *chances, points(found[f"goals.{name}.probability"], lang)))
    if "joint" in found and len(results[0].headline) > 1:
        together = [np.stack([one.met(name) for name in one.headline], axis=1) for one in results]
        rows.append((label("joint", lang), *(chance_words(joint(met), lang) for met in together), points(found["joint"], lang)))
    headers = label("goal", lang), say(lang, "P of A (95%)", "A的概率（95%）"), say(lang, "P of B (95%)", "B的概率（95%）"), _header(lang)
    return [Table(headers, tuple(rows))] if rows else []


def _header(lang: Language) -> str:
    return say(lang, "difference (95%)", "差异（95%）")


def points(one: Difference, lang: Language) -> str:
    """A difference of probabilities in percentage points with its interval; in words where it cannot be told from none."""
    decimals = 0 if one.high - one.low >= WIDE else 1
    ends = (f"{100 * end:+.{decimals}f}" for end in (one.difference, one.low, one.high))
    middle, low, high = (end.replace("-0.0", "0.0") if float(end) == 0 else end for end in ends)
    between = say(lang, f"{low} to {high} points", f"{low}至{high}个百分点")
    return _told(one, say(lang, f"{middle} points ({low} to {high})", f"{middle}个百分点（{low}至{high}）"), between, lang)


def _told(one: Difference, real: str, between: str, lang: Language) -> str:
    """A difference in words: none at all, none that can be told from chance, or the difference."""
    if one.identical:
        return say(lang, "none at all", "完全相同")
    if math.isnan(one.low):
        return say(lang, "cannot be told", "无法判断")
    return real if one.real else say(lang, f"no real difference\n({between})", f"无实际差异\n（{between}）")


def amount(one: Difference, unit: str, lang: Language) -> str:
    """A difference of amounts with its interval, on a scale of its own; of fractions in percentage points."""
    scale = _scale_of_means(unit, max(map(abs, (one.difference, one.low, one.high))), lang)
    middle, low, high = (_signed(scale.number(value).removesuffix("%")) for value in (one.difference, one.low, one.high))
    suffix = say(lang, " points", "个百分点") if scale.suffix == "%" else scale.suffix
    between = say(lang, f"{low} to {high}{suffix}", f"{low}至{high}{suffix}")
    return _told(one, say(lang, f"{middle}{suffix}\n({low} to {high})", f"{middle}{suffix}\n（{low}至{high}）"), between, lang)


def _scale_of_means(unit: str, amount: float, lang: Language) -> Scale:
    """The scale for means about as large as `amount`: counts have a decimal, and small things two."""
    scale = scale_of(unit, amount, lang)
    if unit == "yuan":
        return scale
    return replace(scale, decimals=1 if abs(amount) / scale.divisor >= 1 else 2)


def _signed(number: str) -> str:
    """A number with its sign, nothing before zero."""
    return number if number.startswith("-") or not number.strip("0.,%") else "+" + number


def _amount_rows(rows: Sequence[tuple[str, str, Difference]], lang: Language) -> tuple[tuple[str, ...], ...]:
    """(name, unit, difference) as a row: the means of both on the scale of the larger, and the difference."""
    cells = []
    for words, unit, one in rows:
        scale = _scale_of_means(unit, max(abs(one.a), abs(one.b)), lang)
        cells.append((words, scale.words(one.a), scale.words(one.b), amount(one, unit, lang)))
    return tuple(cells)


def _amount_table(first: str, rows: Sequence[tuple[str, str, Difference]], lang: Language) -> Table:
    """A table of means and their differences."""
    headers = first, say(lang, "mean of A", "A的均值"), say(lang, "mean of B", "B的均值"), _header(lang)
    return Table(headers, _amount_rows(rows, lang))


def _amounts(comparison: Comparison, lang: Language) -> Page:
    """What each goal comes to, and the completion of plans."""
    found, rows = comparison.differences, []
    for name, goal in _goals(comparison).items():
        rows.append((goal_title(goal, lang) + notes_words(goal, lang), unit_of(goal), found[f"goals.{name}.outcome"]))
    if not any(goal.metric == "completion" for goal in _goals(comparison).values()) and not math.isnan(found["completion"].a):
        rows.append((label("metric.completion", lang), "fraction", found["completion"]))
    return [_amount_table(say(lang, "outcome", "结果"), rows, lang)] if rows else []


def _waits(comparison: Comparison, lang: Language) -> Page:
    """Days waited at the stages whose waits differ."""
    stages, rows = comparison.loaded[0].scenario.stages, []
    for name in comparison.results[0].stages:
        one = comparison.differences.get(f"stages.{name}.wait_days")
        if one is not None and one.real:
            rows.append((named(stages[name].title, name, lang), "days", one))
    heading = say(lang, "Days waited, all requests together", "各环节等待天数合计")
    return [Heading(heading), _amount_table(label("stage", lang), rows, lang)] if rows else []


def _projects(comparison: Comparison, lang: Language) -> Page:
    """The listed projects, cohorts and streams whose investment moved most."""
    found = {name: comparison.differences.get(f"projects.{name}.investment") for name in comparison.results[0].owners}
    moved = [(name, one) for name, one in found.items() if one is not None and one.real]
    moved.sort(key=lambda pair: -abs(pair[1].difference))
    titles = _owner_titles(comparison.loaded[0])
    rows = [(named(titles.get(name), name, lang), "yuan", one) for name, one in moved[:MOST_PROJECTS]]
    heading = say(lang, "Projects that moved most (investment by the end)", "变动最大的项目（期末完成投资）")
    return [Heading(heading), _amount_table(say(lang, "project or group", "项目或项目组"), rows, lang)] if rows else []


def _owner_titles(loaded: Loaded) -> dict[str, Words | None]:
    """Name -> title of listed projects, cohorts and streams."""
    scenario = loaded.scenario
    every = {**scenario.portfolio.projects, **scenario.portfolio.cohorts, **scenario.intake}
    return {name: member.title for name, member in every.items()}


def _inputs(comparison: Comparison, lang: Language) -> Page:
    """What differs between the two, with the place that sets it; and κ, where it was fitted otherwise."""
    rows = [_input_row(one, lang) for one in comparison.inputs[:MOST_INPUTS]]
    first, second = (results.kappa for results in comparison.results)
    if first and second and first.kappa != second.kappa:
        fitted = label("provenance.fitted", lang)
        rows.append(("κ", f"{first.kappa:.3f}", f"{second.kappa:.3f}", fitted))
    heading = Heading(say(lang, "What was changed", "变动的输入"))
    if not rows:
        return [heading, Paragraph(say(lang, "Nothing: both say the same.", "无：二者内容相同。"))]
    headers = say(lang, "value", "数值"), "A", "B", say(lang, "set by", "来源")
    more = len(comparison.inputs) - MOST_INPUTS
    rest = [Paragraph(say(lang, f"and {more} more: see --json", f"另有{more}项，见--json"))] if more > 0 else []
    return [heading, Table(headers, tuple(rows), left=4), *rest]


def _input_row(one: Differing, lang: Language) -> tuple[str, str, str, str]:
    """A value in both, and where the second, or else the first, has it from."""
    origin = one.b or one.a
    assert origin is not None
    kind = f" ({label(f'provenance.{origin.kind}', lang)})" if origin.kind else ""
    line = f":{origin.place.line}" if origin.place.line else ""
    first, second = (say(lang, "none", "无") if side is None else as_told(side.text, lang) for side in (one.a, one.b))
    return (one.path, first, second, f"{PurePath(origin.place.file).name}{line}{kind}")
