"""A study on a page: what its outputs come to over the points, which factors they rest on, what was varied and what failed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.quantities import is_chance
from sim.errors import InputError, Language, Problem, shown
from sim.reports.sweep.indices import judged_page, spaced
from sim.reports.sweep.words import Columns, StudyAnswer, axis_title, ends_words, missing_words, output_scale, output_title, sections
from sim.reports.tables import Heading, Page, Paragraph, Table, joined
from sim.reports.wording import Scale, as_told, named, say
from sim.results.study_blocks import STUDY, read_plan
from sim.results.study_tables import StudyState, read_table
from sim.studies.sweep.estimate import Estimate
from sim.studies.sweep.judging import judge
from sim.studies.sweep.plan import Plan, plan_from

MOST_FAULTS = 3
SIZES = {"base": "基数", "trajectories": "轨迹数", "levels": "水平数"}
"""Of a design, beside its points -> in Chinese."""


def study_page(answer: StudyAnswer, lang: Language) -> Page:
    """The whole page."""
    parts: list[Page] = [title_page(answer, lang), outputs_page(answer, lang)]
    parts += [judged_page(answer, judged, lang) for judged in answer.judged]
    parts += [failures_page(answer, lang), ranges_page(answer, lang)]
    return joined(parts)


def title_page(answer: StudyAnswer, lang: Language) -> Page:
    """What the study is called, and how it was made."""
    plan = answer.plan
    words = [
        _design_words(plan, lang),
        say(lang, f"scenario {plan.scenario}, seed {plan.seed}", f"情景 {plan.scenario}，种子{plan.seed}"),
        _replications_words(answer, lang),
    ]
    words += [missing_words(answer, lang)] if answer.done < plan.points else []
    return [Heading(named(plan.title, plan.study, lang)), Paragraph(say(lang, "; ", "；").join(words))]


def plan_words(plan: Plan, lang: Language) -> str:
    """A study that has not been run, in a line."""
    factors, outputs, count = len(plan.axes), len(plan.outputs), plan.replications
    times = f"{count:,}" if isinstance(count, int) else f"{count.least:,}-{count.most:,}"
    return say(
        lang,
        f"Scenario {plan.scenario}; {_design_words(plan, lang)}; factors: {factors}; outputs: {outputs}; {times} replications a point",
        f"情景 {plan.scenario}；{_design_words(plan, lang)}；因素{factors}个；输出{outputs}项；每点模拟{times}次",
    )


def _design_words(plan: Plan, lang: Language) -> str:
    """How the points were laid."""
    points = f"{plan.points:,}"
    english, chinese = {
        "grid": (f"grid of {points} points", f"网格设计{points}个点"),
        "latin_hypercube": (f"Latin hypercube of {points} points", f"拉丁超立方设计{points}个点"),
        "sample": (f"sample of {points} independent points", f"独立抽样{points}个点"),
        "saltelli": (f"Saltelli design of {points} points", f"Saltelli设计{points}个点"),
        "morris": (f"Morris design of {points} points", f"Morris设计{points}个点"),
        "one_way": (f"one factor at a time, {points} points", f"逐一变动，{points}个点"),
        "table": (f"{points} listed points", f"给定的{points}个点"),
    }[plan.design]
    sizes = {name: value for name, value in plan.size.items() if name in SIZES}
    if not sizes:
        return say(lang, english, chinese)
    told = ", ".join(f"{name} {value}" for name, value in sizes.items())
    return say(lang, f"{english} ({told})", f"{chinese}（{'，'.join(f'{SIZES[name]}{value}' for name, value in sizes.items())}）")


def _replications_words(answer: StudyAnswer, lang: Language) -> str:
    """How many replications a point, and whether all points have the same ones."""
    counts = np.asarray(answer.table["replications"])
    counts = counts[counts > 0]
    count = "" if not len(counts) else f"{counts.min():,}" if counts.min() == counts.max() else f"{counts.min():,}-{counts.max():,}"
    if answer.plan.own:
        return say(lang, f"{count} replications a point, each point its own", f"每点模拟{count}次，各点随机数不同")
    return say(lang, f"{count} replications a point, the same for all points", f"每点模拟{count}次，各点随机数相同")


def outputs_page(answer: StudyAnswer, lang: Language) -> Page:
    """What each output comes to over the points."""
    headers = (
        say(lang, "output", "输出"), say(lang, "least", "最小"), "P10", "P50", "P90", say(lang, "most", "最大"),
        say(lang, "error of\na point", "单点误差"),
    )  # fmt: skip
    rows = []
    for judged in answer.judged:
        if judged.quantiles:
            scale = output_scale(answer, judged.output, max(map(abs, judged.quantiles.values())), lang)
            numbers = [scale.number(value) for value in judged.quantiles.values()]
            error = "" if judged.error is None else "±" + scale.number(1.96 * judged.error)
            rows.append((_with_unit(output_title(answer, judged.output, lang), scale), *numbers, error))
    heading = say(lang, "Over the points (means of the replications of a point)", "各设计点结果（每点各次模拟平均）")
    return [Heading(heading), Table(headers, tuple(rows))] if rows else []


def _with_unit(title: str, scale: Scale) -> str:
    return title if scale.suffix in {"", "%"} else f"{title}\n{scale.suffix.strip()}"


def failures_page(answer: StudyAnswer, lang: Language) -> Page:
    """The points that failed, the first of them with their messages."""
    rows = [number for number, fault in enumerate(answer.table["fault"]) if fault is not None]
    if not rows:
        return []
    lines = [f"{answer.table['point'][row]}: {answer.table['fault'][row]}" for row in rows[:MOST_FAULTS]]
    more = len(rows) - MOST_FAULTS
    lines += [say(lang, f"and {more:,} more", f"另有{more:,}个")] if more > 0 else []
    return [Heading(say(lang, f"{len(rows):,} points failed", f"{len(rows):,}个点未能运行")), *map(Paragraph, lines)]


def ranges_page(answer: StudyAnswer, lang: Language) -> Page:
    """What each factor was tried at, and why just there."""
    page: list[Any] = [Heading(say(lang, "What was varied", "变动范围"))]
    for kind, numbers in sections(answer.plan.axes, lang):
        rows = []
        for axis in (answer.plan.axes[number] for number in numbers):
            low, high = ends_words(axis, lang)
            tried = ", ".join(axis.levels) if axis.is_named else say(lang, f"{low} to {high}", f"{low}至{high}")
            rows.append((axis_title(axis, lang), as_told(axis.base, lang), tried, named(axis.assumed, "", lang)))
        headers = kind, say(lang, "scenario", "情景原值"), say(lang, "tried", "变动范围"), say(lang, "why", "依据")
        page.append(Table(headers, tuple(rows), left=4))
    return spaced(page)


def study_answer(plan: Plan, table: Columns, outputs: Sequence[str]) -> StudyAnswer:
    """A study judged on the outputs asked for; by default on the first of its probabilities and the first of its amounts."""
    return StudyAnswer(plan, table, tuple(judge(plan, table, name) for name in outputs or shown_outputs(plan)))


def kept_study(asked: str, runs: Path, outputs: Sequence[str]) -> tuple[Path, StudyAnswer]:
    """A study's folder and what it holds, not judged: found by path, by name in `runs`, or by the study's name, the newest.

    Raises InputError where there is none, or an output that it did not look at.
    """
    folder = find_study_folder(asked, runs)
    return folder, read_study(folder, outputs)


def read_study(folder: Path, outputs: Sequence[str] = ()) -> StudyAnswer:
    """What a study's folder holds, not judged; raises InputError where it is none, or did not look at an output."""
    try:
        plan = plan_from(read_plan(folder).identity)
    except (KeyError, TypeError, ValueError) as fault:
        raise InputError([Problem("run-unlike", path=str(folder / STUDY))]) from fault
    problems = []
    for name in (name for name in outputs if name not in plan.outputs):
        close = get_close_matches(name[:80], plan.outputs, 1, 0.5)
        problems.append(
            Problem("unknown-output", path="--output", found=shown(name), allowed=", ".join(plan.outputs), suggestion="".join(close))
        )
    if problems:
        raise InputError(problems)
    return StudyAnswer(plan, read_table(folder)[0], ())


def study_folder(asked: str, runs: Path) -> Path | None:
    """The folder of a study that is asked for by its path or its name in `runs`."""
    return next((folder for folder in (Path(asked), runs / asked) if os.path.isfile(folder / STUDY)), None)


def find_study_folder(asked: str, runs: Path) -> Path:
    """The folder of a study; raises InputError where there is none."""
    if folder := study_folder(asked, runs):
        return folder
    kept = sorted(runs.glob("study-*/" + STUDY), key=lambda file: (-file.stat().st_mtime_ns, str(file)))
    found = [file.parent for file in kept if file.parent.name.rpartition("-")[0] == f"study-{asked}"]
    if found:
        return found[0]
    names = [file.parent.name for file in kept]
    close = get_close_matches(asked[:80], names, 1, 0.5)
    raise InputError([Problem("no-study", found=shown(asked), allowed=", ".join(names[:12]), suggestion="".join(close))])


def shown_outputs(plan: Plan) -> list[str]:
    """`joint`, or else the first probability; and the first amount."""
    chances = sorted(filter(is_chance, plan.outputs), key=lambda name: name != "joint")
    amounts = [name for name in plan.outputs if not is_chance(name)]
    return [*chances[:1], *amounts[:1]]


def estimate_page(found: Estimate, lang: Language) -> Page:
    """What a study will take."""
    parts = [
        say(lang, f"{found.left:,} of {found.points:,} points are to be run", f"{found.points:,}个点中待运行{found.left:,}个"),
        say(lang, f"{found.replications:,.0f} replications a point", f"每点约{found.replications:,.0f}次模拟"),
        say(lang, f"{found.events:.2g} events", f"约{found.events:.2g}个事件"),
        say(lang, f"about {time_words(found.seconds, lang)}", f"约需{time_words(found.seconds, lang)}"),
        say(lang, f"at most {size_words(found.bytes)} of disk", f"磁盘至多{size_words(found.bytes)}"),
    ]
    return [Paragraph(say(lang, "; ", "；").join(parts))]


def state_page(state: StudyState, lang: Language) -> Page:
    """How far a study is that other shards are still at; nothing is told of its outputs before it is complete."""
    english = f"{state.done:,} of {state.points:,} points are there; the other shards are missing. What they say, and the picture, "
    english += "come with the last; until then `sim discover` and the tables read what is there."
    chinese = f"{state.points:,}个点中已有{state.done:,}个；尚缺其他分片。结果与图片待最后一个分片完成后给出。"
    return [Paragraph(say(lang, english, chinese))]


def time_words(seconds: float, lang: Language) -> str:
    """A time in the unit that suits it."""
    for limit, divisor, english, chinese in ((90, 1, "s", "秒"), (5_400, 60, "min", "分钟"), (172_800, 3_600, "h", "小时")):
        if seconds < limit:
            return say(lang, f"{seconds / divisor:.0f} {english}", f"{seconds / divisor:.0f}{chinese}")
    return say(lang, f"{seconds / 86_400:.1f} days", f"{seconds / 86_400:.1f}天")


def size_words(size: int) -> str:
    """Bytes in the unit that suits them."""
    for divisor, unit in ((1_000_000_000, "GB"), (1_000_000, "MB")):
        if size >= divisor:
            return f"{size / divisor:.1f} {unit}"
    return f"{size / 1_000:.0f} kB"
