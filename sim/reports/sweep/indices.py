"""Which factors an output of a study rests on, in tables: by indices, effects, shares or swings, as its design has it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from sim.analysis.given_data import GivenDataIndices
from sim.analysis.response import Estimate, Noise
from sim.analysis.sensitivity import Index, MorrisEffects, SobolIndices
from sim.analysis.tornado import Level, Swing
from sim.errors import Language
from sim.reports.sweep.words import (
    ChanceScale,
    StudyAnswer,
    axis_title,
    base_of,
    ends_words,
    kind_words,
    output_scale,
    output_title,
    output_unit,
    sections,
)
from sim.reports.tables import Heading, Page, Paragraph, Table, joined
from sim.reports.wording import Scale, say, scale_of
from sim.scenario.study.axes import WITHOUT, Axis
from sim.studies.sweep.judging import Judged


def judged_page(answer: StudyAnswer, judged: Judged, lang: Language) -> Page:
    """What the variance of an output rests on, by the design."""
    title = output_title(answer, judged.output, lang)
    if judged.sobol is not None:
        return _sobol(answer, judged.sobol, title, lang)
    if judged.morris is not None:
        return _morris(answer, judged, judged.morris, title, lang)
    if judged.given is not None:
        return _given(answer, judged.given, title, lang)
    if judged.swings or judged.named:
        return _tornado(answer, judged, title, lang)
    return []


def share(estimate: Estimate) -> str:
    """A share of a variance with its interval, in percent: never below nothing, nor above all."""
    low, value, high = (min(max(100 * one, 0.0), 100.0) for one in (estimate.low, estimate.value, estimate.high))
    return f"{value:.0f} ({low:.0f}-{high:.0f})"


def _ranked(numbers: Sequence[int], size: Callable[[int], float]) -> list[int]:
    return sorted(numbers, key=lambda number: -size(number))


def _sobol(answer: StudyAnswer, found: SobolIndices, title: str, lang: Language) -> Page:
    heading = Heading(say(lang, f"What moves it: {title}", f"影响因素：{title}"))
    if found.state != "found":
        return [heading, Paragraph(no_indices(found.state, lang)), *_noise(found.noise, lang)]
    axes = answer.plan.axes
    page: list[Any] = [heading]
    for kind, numbers in sections(axes, lang):
        order = _ranked(numbers, lambda number: found.factors[number].total.value)
        page.append(_index_table(kind, [(axis_title(axes[number], lang), found.factors[number]) for number in order], lang))
    for grouping, groups in found.groups.items():
        ranked = sorted(groups.items(), key=lambda pair: -pair[1].total.value)
        told = [(_group_words(answer, grouping, name, lang), index) for name, index in ranked]
        page.append(_index_table(_grouping_words(grouping, lang), told, lang))
    page.append(Paragraph(_sobol_words(lang)))
    return [*spaced(page), *_noise(found.noise, lang), *_missing(found.missing, found.left_out, lang)]


def _index_table(heading: str, rows: Sequence[tuple[str, Index]], lang: Language) -> Table:
    """First and total order of factors or groups."""
    headers = heading, say(lang, "alone, %", "单独作用，%"), say(lang, "with all\ninteractions, %", "含交互作用，%")
    return Table(headers, tuple((name, share(index.first), share(index.total)) for name, index in rows))


def _sobol_words(lang: Language) -> str:
    return say(
        lang,
        "Shares of the variance of the expected outcome, with their 95% intervals: alone, what would go if the factor were known; with "
        "all interactions, what would stay if all others were.",
        "占期望结果方差的比例及95%区间：“单独作用”为该因素确定后可消除的部分，“含交互作用”为其余因素都确定后仍存在的部分。",
    )


def _morris(answer: StudyAnswer, judged: Judged, found: MorrisEffects, title: str, lang: Language) -> Page:
    heading = Heading(say(lang, f"What moves it: {title}", f"影响因素：{title}"))
    if found.state != "found":
        return [heading, Paragraph(no_indices(found.state, lang))]
    axes = answer.plan.axes
    scale = scale_of(output_unit(answer, judged.output), max(max(abs(effect.mu_star.high) for effect in found.factors), 1e-12), lang)
    page: list[Any] = [heading]
    for kind, numbers in sections(axes, lang):
        headers = (
            kind, say(lang, "mean effect\n(size)", "平均影响\n（绝对值）"), say(lang, "95% interval", "95%区间"),
            say(lang, "mean effect\n(signed)", "平均影响\n（带符号）"), say(lang, "spread", "离散"),
        )  # fmt: skip
        rows = []
        for number in _ranked(numbers, lambda number: found.factors[number].mu_star.value):
            effect = found.factors[number]
            interval = f"{scale.number(max(effect.mu_star.low, 0.0))}-{scale.number(effect.mu_star.high)}"
            cells = scale.number(effect.mu_star.value), interval, scale.number(effect.mu), scale.number(effect.sigma)
            rows.append((axis_title(axes[number], lang), *cells))
        page.append(Table(headers, tuple(rows)))
    unit = scale.suffix.strip() or say(lang, "plain numbers", "数值")
    words = say(
        lang,
        f"Elementary effects over the whole range of a factor, in {unit}. A spread as large as the effect tells of interactions or bends.",
        f"因素在全范围内变动的基本效应，单位：{unit}。离散与影响相当，说明存在交互作用或非线性。",
    )
    return [*spaced(page), Paragraph(words), *_missing(found.missing, found.left_out, lang)]


def _given(answer: StudyAnswer, found: GivenDataIndices, title: str, lang: Language) -> Page:
    heading = Heading(say(lang, f"What moves it: {title}", f"影响因素：{title}"))
    if found.state != "found":
        return [heading, Paragraph(no_indices(found.state, lang))]
    axes = answer.plan.axes
    page: list[Any] = [heading]
    of = say(lang, "of the variance\nof one year, %", "占单年结果\n方差，%")
    for kind, numbers in sections(axes, lang):
        order = _ranked(numbers, lambda number: found.factors[number].value)
        page.append(Table((kind, of), tuple((axis_title(axes[number], lang), share(found.factors[number])) for number in order)))
    for grouping, groups in found.groups.items():
        ranked = sorted(groups.items(), key=lambda pair: -pair[1].with_pairs.value)
        headers = _grouping_words(grouping, lang), of, say(lang, "with pairs, %", "含两两交互，%")
        rows = [(_group_words(answer, grouping, name, lang), share(one.main), share(one.with_pairs)) for name, one in ranked]
        page.append(Table(headers, tuple(rows)))
    words = []
    if found.noise is not None:
        words.append(say(lang, f"Luck of the year: {share(found.noise)}%.", f"年度偶然因素：{share(found.noise)}%。"))
    if found.rest is not None:
        together = "interactions of factors" if found.noise is not None else "interactions of factors and the luck of the year"
        chinese = "因素交互作用" if found.noise is not None else "因素交互作用与年度偶然因素"
        words.append(say(lang, f"The rest, {share(found.rest)}%, is {together}.", f"其余{share(found.rest)}%为{chinese}。"))
    words.append(say(lang, "First-order shares, with their 95% intervals.", "一阶比例及95%区间。"))
    return [*spaced(page), Paragraph(say(lang, " ", "").join(words)), *_missing(found.missing, 0, lang)]


def _tornado(answer: StudyAnswer, judged: Judged, title: str, lang: Language) -> Page:
    axes = {axis.name: axis for axis in answer.plan.axes}
    page: list[Any] = [Heading(say(lang, f"One at a time: {title}", f"逐一变动：{title}"))]
    there, change = say(lang, "there", "结果"), say(lang, "change,\n95% interval", "变化及\n95%区间")
    base = base_of(answer, judged.output)
    largest = max((abs(one) for swing in judged.swings for one in (swing.low, swing.high, swing.base) if math.isfinite(one)), default=1.0)
    scale = output_scale(answer, judged.output, largest, lang)
    for kind, numbers in sections(answer.plan.axes, lang):
        names = {answer.plan.axes[number].name for number in numbers}
        rows = [_swing_row(swing, axes[swing.factor], scale, lang) for swing in judged.swings if swing.factor in names]
        headers = kind, say(lang, "low end", "低端"), there, say(lang, "high end", "高端"), there, change
        if rows:
            page.append(Table(headers, tuple(rows)))
    for name, levels in (judged.named or {}).items():
        own = axes[name].base or WITHOUT
        page.append(Table((axis_title(axes[name], lang), there, change), tuple(_level_row(level, own, scale, lang) for level in levels)))
    if math.isfinite(base):
        page.append(Paragraph(say(lang, f"As the scenario has it: {scale.words(base)}.", f"按情景原值：{scale.words(base)}。")))
    if len({count for count in answer.table["replications"].tolist() if count}) > 1:
        page.append(Paragraph(_unlike_words(lang)))
    return [*spaced(page), *_missing(judged.missing, 0, lang)]


def _unlike_words(lang: Language) -> str:
    return say(
        lang,
        "A change is told from the replications of its own point, run for the scenario as it is, too: where the two took different numbers "
        "of replications it is not the difference of the means shown.",
        "变化按该点的各次模拟与情景原值的同一批模拟计算；两者模拟次数不同时，变化不等于所示均值之差。",
    )


def _swing_row(swing: Swing, axis: Axis, scale: Scale, lang: Language) -> tuple[str, ...]:
    """A factor's ends, what the output is there, and the larger of the two changes with its interval."""
    ends = ends_words(axis, lang)
    at = (scale.number(swing.low), scale.number(swing.high)) if math.isfinite(swing.low + swing.high) else ("", "")
    change = max(filter(None, (swing.low_change, swing.high_change)), key=lambda one: abs(one.value), default=None)
    return axis_title(axis, lang), ends[0], at[0], ends[1], at[1], _change_words(change, scale, lang)


def _level_row(level: Level, own: str, scale: Scale, lang: Language) -> tuple[str, ...]:
    """A factor at a name, what the output is there, and how that differs from the scenario's own."""
    value = scale.words(level.value) if math.isfinite(level.value) else ""
    return level.name, value, "" if level.name == own else _change_words(level.change, scale, lang)


def _change_words(change: Estimate | None, scale: Scale, lang: Language) -> str:
    """A change of the output with its interval, which of a probability is not even."""
    if change is None:
        return ""
    if isinstance(scale, ChanceScale):
        value, low, high = (f"{100 * one:+.0f}" for one in (change.value, change.low, change.high))
        return say(lang, f"{value} ({low} to {high})", f"{value}（{low}至{high}）")
    half = (change.high - change.low) / 2 / scale.divisor
    return f"{change.value / scale.divisor:+,.{scale.decimals}f} ± {half:,.{scale.decimals}f}"


def _grouping_words(grouping: str, lang: Language) -> str:
    return {"owner": say(lang, "whose it is", "归口单位"), "kind": say(lang, "what it is", "数字来源")}[grouping]


def _group_words(answer: StudyAnswer, grouping: str, name: str, lang: Language) -> str:
    """A group in words: the owner in the reader's language, the kind by its word."""
    if grouping == "kind":
        return kind_words(name, lang)
    return next((axis.owner[lang] for axis in answer.plan.axes if axis.owner is not None and axis.owner.en == name), name)


def no_indices(state: str, lang: Language) -> str:
    """Why there are no indices."""
    return {
        "constant": say(lang, "It is the same at all points: no factor moves it.", "各点结果相同：没有因素影响它。"),
        "too few": say(lang, "Too few points have an outcome to tell.", "有结果的点太少，无法判断。"),
        "noise": say(
            lang,
            "Points differ no more than chance makes them: more replications a point are needed.",
            "各点差异不超过偶然波动：每点需要更多次模拟。",
        ),
    }[state]


def _noise(noise: Noise | None, lang: Language) -> Page:
    """What of one year's variance is chance, whatever the factors are."""
    if noise is None:
        return []
    text = say(
        lang,
        f"Of the variance of one year, {share(noise.share)}% is the luck of the year; the factors share the rest.",
        f"单年结果的方差中，{share(noise.share)}%来自年度偶然因素，其余由上述因素分担。",
    )
    return [Paragraph(text)]


def _missing(missing: int, left_out: int, lang: Language) -> Page:
    if not missing:
        return []
    english = f"{missing:,} points have no outcome" + (f"; {left_out:,} base samples are left out with them." if left_out else ".")
    chinese = f"{missing:,}个点没有结果" + (f"，连同{left_out:,}组基础样本一并剔除。" if left_out else "。")
    return [Paragraph(say(lang, english, chinese))]


def spaced(blocks: Sequence[Any]) -> list[Any]:
    """Tables one after another with an empty line between."""
    return joined([block] for block in blocks)
